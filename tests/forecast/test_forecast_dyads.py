import datetime as dt

import numpy as np
import pytest

from detente.errors import InputError
from detente.forecast import dyads

WEEKS = 40


def events(seed=1, weeks=WEEKS, last=()):
    """A hundred pairs with rates of their own, conflict in spells; ``last`` acts in the last week."""
    random = np.random.default_rng(seed)
    first, rows = dt.date(2018, 1, 1), []
    for pair in range(100):
        rate, spell = random.beta(0.5, 2), False
        for week in range(weeks):
            spell = random.random() < (0.8 if spell else 0.1)
            day = str(first + dt.timedelta(7 * week + int(random.integers(7))))
            if random.random() < 0.5:
                rows.append((day, f"A{pair}", f"B{pair}", "CONSULT"))
            if random.random() < (0.4 * rate + 0.5 * spell):
                rows.append((day, f"A{pair}", f"B{pair}", "ASSAULT"))
            if random.random() < 0.2 * rate:
                rows.append((day, f"B{pair}", f"A{pair}", "AID"))
    end = str(first + dt.timedelta(7 * (weeks - 1)))
    rows += [(end, a, b, kind) for a, b, kind in last]
    names = ("date", "source_iso3", "target_iso3", "event_type")
    return {name: [row[k] for row in rows] for k, name in enumerate(names)}


@pytest.fixture(scope="module")
def made():
    return dyads.forecast(events(), "week", check_states=False)


def test_every_dyad_gets_both_probabilities(made):
    columns = made.columns
    assert tuple(columns) == dyads.COLUMNS
    assert set(columns["outcome"]) == set(dyads.OUTCOMES)
    assert len(columns["source"]) == 2 * len(made.panel.source)
    for name in ("probability", "climatology", "last_value"):
        values = np.asarray(columns[name], float)
        assert ((values > 0) & (values < 1)).all()
    assert set(columns["period"]) == {str(dt.date(2018, 1, 1) + dt.timedelta(7 * WEEKS))}


def test_the_panel_counts_acts_and_finds_the_other_direction(made):
    panel = made.panel
    row = next(k for k, a in enumerate(panel.source) if a == "A3")
    assert panel.source[panel.back[row]] == panel.target[row] == "B3"
    assert 150 < len(panel.source) <= 200
    assert panel.acts.shape == (len(panel.source), WEEKS)
    assert panel.happened["material conflict"].max() == 1


def test_climatology_and_last_value_are_what_they_say(made):
    panel = made.panel
    y = panel.happened["material conflict"]
    mean = (y.sum() + 0.5) / (y.size + 1)
    conflict = np.asarray(made.columns["outcome"]) == "material conflict"
    expected = (y.sum(axis=1) + mean) / (WEEKS + 1)
    assert np.asarray(made.columns["climatology"])[conflict] == pytest.approx(expected, abs=1e-4)
    last = np.asarray(made.columns["last_value"])[conflict]
    assert len(set(last[y[:, -1] == 1])) == len(set(last[y[:, -1] == 0])) == 1
    assert last[y[:, -1] == 1][0] > last[y[:, -1] == 0][0]


def test_the_smoothed_model_wins_where_there_is_something_to_learn(made):
    for score in ("brier", "log"):
        base, last, own = dyads.compare(made.tracks["material conflict"], score)
        assert last["lo90"] > 0
        assert base["lo90"] > 0
        assert own["gain"] == 0


def test_what_comes_later_changes_no_earlier_score():
    """Acts of the last week move the forecast of the next, and no score but that week's."""
    plain = dyads.forecast(events(), "week", check_states=False)
    late = [("A0", "B0", "ASSAULT"), ("A1", "B1", "ASSAULT")] * 3
    other = dyads.forecast(events(last=late), "week", check_states=False)
    y = [one.panel.happened["material conflict"] for one in (plain, other)]
    assert np.array_equal(y[0][:, :-1], y[1][:, :-1])
    assert not np.array_equal(y[0], y[1])
    same = (y[0] == y[1]).all(axis=1)
    gap = np.abs(plain.tracks["material conflict"].log - other.tracks["material conflict"].log)
    assert gap[same].max() < 1e-12
    assert not np.array_equal(plain.columns["probability"], other.columns["probability"])


def test_features_of_a_period_need_its_past_and_no_more(made):
    state = dyads._State(made.panel, "material conflict")
    state.add(0)
    with pytest.raises(AssertionError):
        state.features(0)


def test_a_file_with_few_periods_is_refused(tmp_path):
    with pytest.raises(InputError, match="fewer than"):
        dyads.forecast(events(weeks=4), "week", check_states=False)


def test_the_command_writes_the_table(tmp_path):
    source = tmp_path / "events.csv"
    data = events()
    rows = zip(data["date"], data["event_type"], strict=True)
    lines = [f"{day},CHN,PRK,{kind}" for day, kind in rows]
    source.write_text("date,source_iso3,target_iso3,event_type\n" + "\n".join(lines))
    out = dyads.run(source, "week", tmp_path / "f.csv")
    text = out.written.read_text().splitlines()
    assert text[0] == ",".join(dyads.COLUMNS)
    assert len(text) == 3
    with pytest.raises(InputError, match="suffix"):
        dyads.run(source, "week", tmp_path / "f.txt")

import itertools

import numpy as np
import pytest

from detente.errors import InputError
from detente.measure import frames
from detente.measure.index import COLUMNS, index
from detente.measure.periods import first_day, label, ordinal
from detente.measure.run import run_index, run_panel
from detente.measure.states import close, pair
from detente.measure.stock import event_stock, moving_mean, net_cooperation


def acts(source, target, kind, months, each=1):
    return [
        {"date": f"2018-{month:02d}-05", "source_iso3": source, "target_iso3": target,
         "event_type": kind}
        for month in months for _ in range(each)
    ]  # fmt: skip


EVENTS = acts("CHN", "PRK", "CONSULT", range(1, 13), 4) + acts("PRK", "CHN", "ACCUSE", range(1, 7))
EVENTS += acts("USA", "PRK", "THREATEN", range(1, 13), 2)


@pytest.fixture(scope="module")
def found():
    return index(EVENTS, "PRK-CHN")


def test_the_contract(found):
    assert tuple(found.columns) == COLUMNS
    assert list(dict.fromkeys(found.columns["direction"])) == [
        "CHN>PRK", "PRK>CHN", "both", "asymmetry",
    ]  # fmt: skip
    assert set(found.columns["dyad"]) == {"CHN-PRK"}
    assert found.columns["month"][0] == "2018-01"
    assert len(found.columns["n"]) == 48


def test_intervals_are_nested_and_hold_the_index(found):
    c = found.columns
    order = [c[name] for name in ("lo90", "lo50", "hi50", "hi90")]
    assert all(np.all(a <= b) for a, b in itertools.pairwise(order))
    assert np.all((c["lo90"] <= c["index"]) & (c["index"] <= c["hi90"]))


def test_quiet_months_widen_the_interval(found):
    c = found.columns
    mine = c["direction"] == "PRK>CHN"
    width = (c["hi90"] - c["lo90"])[mine]
    assert np.all(np.diff(width[6:]) > 0)
    assert width[11] > 1.15 * width[3]


def test_both_and_asymmetry_are_made_of_the_directions(found):
    c = found.columns
    part = {word: c["index"][c["direction"] == word] for word in dict.fromkeys(c["direction"])}
    assert np.allclose(part["both"], (part["CHN>PRK"] + part["PRK>CHN"]) / 2, atol=2e-3)
    assert np.allclose(part["asymmetry"], part["CHN>PRK"] - part["PRK>CHN"], atol=2e-3)


def test_one_dyad_is_the_same_alone_and_among_all(found):
    every = index(EVENTS).columns
    mine = every["dyad"] == "CHN-PRK"
    for name in COLUMNS:
        left, right = every[name][mine], found.columns[name]
        assert np.allclose(left, right, atol=2e-3) if left.dtype != object else all(left == right)


def test_two_runs_are_equal():
    one, two = index(EVENTS, "CHN-PRK").columns, index(EVENTS, "CHN-PRK").columns
    assert all(np.array_equal(one[name], two[name]) for name in COLUMNS)


def test_no_events_of_the_dyad_gives_no_line():
    made = index(EVENTS, "FRA-GBR")
    assert len(made.columns["index"]) == 0
    assert "no act between FRA and GBR" in made.warnings[0]


def test_one_silent_direction_gives_no_line():
    made = index(EVENTS, "PRK-USA")
    assert set(made.columns["direction"]) == {"USA>PRK"}
    assert any("no act of PRK toward USA" in warning for warning in made.warnings)


def test_three_events_give_a_warning_and_a_wide_interval():
    made = index(acts("FRA", "GBR", "AID", [1, 5, 9]) + EVENTS, "FRA-GBR")
    assert any("only 3 acts of FRA toward GBR" in warning for warning in made.warnings)
    assert (made.columns["hi90"] - made.columns["lo90"]).min() > 2


def test_outside_a_states_existence():
    old = [{**row, "source_iso3": "SUN"} for row in acts("SUN", "PRK", "AID", [1, 2])]
    made = index(old, "PRK-SUN")
    assert len(made.columns["index"]) == 0
    assert any("existence" in warning for warning in made.warnings)


def test_unknown_code_lists_close_ones():
    with pytest.raises(InputError, match="PRK"):
        index(EVENTS, "CHN-PRX")
    assert close("North Korea")[0].startswith("PRK")
    with pytest.raises(InputError):
        pair("CHN-CHN")


def test_weeks_and_years():
    assert index(EVENTS, "CHN-PRK", by="year").columns["month"][0] == "2018"
    assert index(EVENTS, "CHN-PRK", by="week").columns["month"][0] == "2018-01-01"
    day = first_day(ordinal(__import__("datetime").date(2018, 1, 3), "week"), "week")
    assert label(ordinal(day, "month"), "month") == "2018-01"


def test_run_writes_whole_files_or_none(tmp_path):
    source = tmp_path / "e.csv"
    head = ("date", "source_iso3", "target_iso3", "event_type")
    lines = [",".join(head), *(",".join(row[name] for name in head) for row in EVENTS)]
    source.write_text("\n".join(lines), encoding="utf-8")
    out = tmp_path / "o.csv"
    run_index(source, "CHN-PRK", out=out, threads=1)
    assert out.read_text(encoding="utf-8").splitlines()[0] == ",".join(COLUMNS)
    made = run_panel(source, out=tmp_path / "p.parquet", show=True)
    assert "spine" in made.sql
    before = sorted(tmp_path.iterdir())
    source.write_text("\n".join([*lines, "x,CHN,PRK,AID"]), encoding="utf-8")
    with pytest.raises(InputError):
        run_index(source, "CHN-PRK", out=tmp_path / "new.csv")
    assert sorted(tmp_path.iterdir()) == before
    with pytest.raises(InputError, match="neither"):
        run_index(source)


def test_mixed_datasets_are_told_apart(tmp_path):
    rows = [{**row, "dataset": name} for row in EVENTS for name in ("A", "B")]
    twice = index(rows, "CHN-PRK")
    assert any("datasets A, B" in warning for warning in twice.warnings)
    once, plain = index(rows, "CHN-PRK", dataset="A"), index(EVENTS, "CHN-PRK")
    assert all(np.array_equal(once.columns[name], plain.columns[name]) for name in COLUMNS)
    assert twice.columns["n"].sum() == 2 * once.columns["n"].sum()
    none = index(rows, "CHN-PRK", dataset="C")
    assert len(none.columns["index"]) == 0
    assert any("no rows" in warning for warning in none.warnings)


def test_any_actor(tmp_path):
    source = tmp_path / "e.csv"
    lines = [f"2018-{m:02d}-05,Kim Jong-Un,Moon Jae-in,CONSULT" for m in range(1, 13)]
    head = "date,source_iso3,target_iso3,event_type"
    source.write_text("\n".join([head, *lines]), encoding="utf-8")
    strict = run_index(source, all_dyads=True)
    assert len(strict.columns["index"]) == 0
    assert any("no state or body bears" in warning for warning in strict.warnings)
    free = run_index(source, all_dyads=True, any_actor=True)
    assert set(free.columns["direction"]) == {"Kim Jong-Un>Moon Jae-in"}


@pytest.mark.parametrize("kind", ["pandas", "polars", "arrow"])
def test_frames_in_and_out(found, kind):
    pytest.importorskip({"arrow": "pyarrow"}.get(kind, kind))
    names = EVENTS[0].keys()
    given = frames.to(
        {name: np.array([row[name] for row in EVENTS], dtype=object) for name in names}, kind
    )
    made = frames.to(index(given, "CHN-PRK").columns, kind)
    assert len(made) == len(found.columns["n"])
    assert list(np.asarray(made["index"])) == found.columns["index"].tolist()


def test_frames(found):
    assert frames.to(found.columns, "rows")[0]["dyad"] == "CHN-PRK"
    with pytest.raises(InputError):
        frames.to(found.columns, "excel")


def test_simple_indices():
    stock = event_stock(np.full(400, 5.0), np.zeros(400))
    assert stock[0] == pytest.approx(0.5)
    assert 8.9 < stock[-1] <= 9
    assert moving_mean([1, 0, 1], [2.0, 0, 4.0], 2).tolist() == [2.0, 2.0, 4.0]
    assert net_cooperation([3, 0], [1, 0]).tolist()[0] == 0.5
    assert np.isnan(net_cooperation([3, 0], [1, 0])[1])

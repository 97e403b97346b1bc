import json

import pytest

from detente.engine.duckdb import connect
from detente.errors import InputError
from detente.measure.panel import panel
from detente.measure.scale import of


def act(date="2018-01-03", source="CHN", target="PRK", kind="CONSULT", **more):
    return {"date": date, "source_iso3": source, "target_iso3": target, "event_type": kind, **more}


def rows(made):
    names = list(made.columns)
    return [dict(zip(names, row, strict=True)) for row in zip(*made.columns.values(), strict=True)]


def test_zeros_counts_and_fixed_point_sums():
    made = panel([act(), act("2018-03-01", kind="ACCUSE"), act("2018-03", "PRK", "CHN", "YIELD")])
    table = {(r["source"], r["month"]): r for r in rows(made)}
    assert len(table) == 6
    assert table["CHN", "2018-01"]["consult"] == 1
    assert table["CHN", "2018-01"]["intensity_milli"] == 2800
    assert table["CHN", "2018-02"]["n"] == 0
    assert table["CHN", "2018-03"]["quad3"] == 1
    assert table["PRK", "2018-03"]["yield"] == table["PRK", "2018-03"]["quad2"] == 1
    assert table["CHN", "2018-03"]["exposure"] == 2


@pytest.mark.parametrize(
    ("row", "fate"),
    [
        (act(factuality="planned"), "not_real"),
        (act(source=""), "no_actor"),
        (act(date=""), "undated"),
        (act(date="2018"), "coarse"),
        (act(source="XQZ"), "unknown_actor"),
        (act(target="CHN"), "same_actor"),
        (act(source="SUN"), "outside"),
    ],
)
def test_every_row_left_out_is_counted_and_named(row, fate):
    made = panel([act(), row])
    assert made.fates[fate] == 1
    assert made.fates["counted"] == 1
    assert any("left out" in warning for warning in made.warnings)


def test_no_row_before_a_state_exists():
    made = panel([act("1990-06-01"), act("1992-06-01"), act("1992-06-02", "RUS", "CHN")])
    first = min(r["month"] for r in rows(made) if r["source"] == "RUS")
    assert first == "1991-12"


def test_an_interval_within_the_month_is_placed():
    assert panel([act("2018-01-03/2018-01-20")]).fates["counted"] == 1
    assert panel([act("2018-01-03/2018-02-20")]).fates["coarse"] == 1


def test_csv_error_names_file_and_line(tmp_path):
    path = tmp_path / "e.csv"
    head = "date,source_iso3,target_iso3,event_type,text\n"
    body = '2018-01-01,CHN,PRK,AID,"two\nlines"\n2018-01-01,CHN,PRK,KISS,x\n'
    path.write_text(head + body, encoding="utf-8")
    with pytest.raises(InputError, match=r"e\.csv:4: event_type 'KISS'"):
        panel(path)


def test_jsonl_error_names_the_line(tmp_path):
    path = tmp_path / "e.jsonl"
    lines = [json.dumps(act()), "", json.dumps(act(date="soon"))]
    path.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(InputError, match=r"e\.jsonl:3: date 'soon'"):
        panel(path)


def test_missing_column():
    with pytest.raises(InputError, match="event_type"):
        panel([{"date": "2018-01-01", "source_iso3": "CHN", "target_iso3": "PRK"}])


def test_namibia_is_not_nothing(tmp_path):
    path = tmp_path / "e.csv"
    path.write_text("date,source_iso3,target_iso3,event_type\n2018-01-01,NA,B,AID\n", "utf-8")
    assert panel(path, check_states=False).columns["source"].tolist() == ["B", "NA"]


def test_overlap_and_end_of_a_source_are_warned_of():
    both = [act(dataset="A"), act(dataset="B"), act("2018-05-01", dataset="B")]
    text = " ".join(panel(both).warnings)
    assert "A, B" in text
    assert "'A' stops after 2018-01" in text
    assert panel(both, dataset="B").fates["counted"] == 2


def test_all_forms_of_a_file_give_the_same_panel(tmp_path):
    given = [act(), act("2018-03", kind="AID")]
    engine = connect(threads=1)
    engine.register("t", {name: [row[name] for row in given] for name in given[0]})
    found = []
    for suffix in (".csv", ".jsonl", ".parquet"):
        engine.write("SELECT * FROM t", tmp_path / f"e{suffix}")
        found.append(rows(panel(tmp_path / f"e{suffix}")))
    engine.close()
    assert found[0] == found[1] == found[2]


def test_scale_of_the_user():
    weights = {kind: 1.0 for kind, mode in of(None) if not mode and kind != "YIELD"}
    assert panel([act()], scale=weights).columns["intensity_milli"].max() == 1000
    with pytest.raises(InputError, match="no weight for"):
        of({"AID": 1.0})
    with pytest.raises(InputError, match="KISS"):
        of({"KISS": 1.0})
    with pytest.raises(InputError, match="-10 to 10"):
        of({"AID": 11.0})

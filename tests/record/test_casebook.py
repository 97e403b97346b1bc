from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from detente.errors import CasebookError
from detente.record import casebook


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the shipped casebook that a test may break."""
    folder = tmp_path / "case"
    shutil.copytree(casebook.find("china-north-korea"), folder)
    return folder


def test_the_shipped_casebook_has_nothing_broken() -> None:
    assert casebook.problems("china-north-korea") == []


def test_every_record_has_a_source_that_exists() -> None:
    case = casebook.load()
    assert len(case.records) >= 500
    for row in (*case.records, *case.occasions):
        assert row.cite in case.sources
        assert case.evidence(row).source


def test_ids_are_unique_over_all_tables() -> None:
    ids = [record.record_id for record in casebook.load().records]
    assert len(ids) == len(set(ids))


def test_known_facts_are_there() -> None:
    """Facts that the issue of the casebook names, each checked against a cited source."""
    case = casebook.load()
    by_date = {(record.kind, record.date) for record in case.records}
    for kind, date in (
        ("treaty", "1961-07-11"),
        ("recognition", "1992-08-24"),
        ("nuclear-test", "2006-10-09"),
        ("nuclear-test", "2017-09-03"),
        ("missile-test", "2016-09-05"),
        ("missile-test", "2017-11-29"),
        ("execution", "2013-12-12"),
        ("ioc-vote", "1993-09-23"),
        ("parade", "2015-09-03"),
    ):
        assert (kind, date) in by_date


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ("date", "11 July 1961", "EDTF"),
        ("kind", "treeaty", "treeaty"),
        ("event_type", "SUPORT", "SUPORT"),
        ("cite", "nobody-1999", "nobody-1999"),
        ("confidence", "sure", "sure"),
        ("title", "", "title"),
    ],
)
def test_a_broken_row_is_placed(copy: Path, column: str, value: str, words: str) -> None:
    lines = (copy / "acts.csv").read_text(encoding="utf-8").splitlines()
    header = lines[0].split(",")
    number = next(n for n, line in enumerate(lines) if line.startswith("act-1961-07-11-treaty"))
    import csv

    row = next(csv.reader([lines[number]]))
    row[header.index(column)] = value
    lines[number] = ",".join('"' + cell.replace('"', '""') + '"' for cell in row)
    (copy / "acts.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    with pytest.raises(CasebookError) as caught:
        casebook.load(str(copy))
    assert f"acts.csv:{number + 1}" in str(caught.value)
    assert words in str(caught.value)
    assert "validate" in str(caught.value)


def test_a_missing_table_is_named(copy: Path) -> None:
    (copy / "visits.csv").unlink()
    with pytest.raises(CasebookError, match=r"visits\.csv.*missing"):
        casebook.load(str(copy))


def test_a_table_that_is_not_utf8_is_placed(copy: Path) -> None:
    raw = (copy / "acts.csv").read_bytes().splitlines(keepends=True)
    raw[4] = raw[4].replace(b"a", b"\xe9", 1)
    (copy / "acts.csv").write_bytes(b"".join(raw))
    with pytest.raises(CasebookError, match=r"acts\.csv:5.*UTF-8"):
        casebook.load(str(copy))


def test_no_casebook_here(tmp_path: Path) -> None:
    with pytest.raises(CasebookError, match="china-north-korea"):
        casebook.load(str(tmp_path))


def test_a_descriptor_that_is_not_json(copy: Path) -> None:
    (copy / "datapackage.json").write_text("{")
    with pytest.raises(CasebookError, match=r"datapackage\.json:1"):
        casebook.load(str(copy))


def test_the_dyad_is_needed(copy: Path) -> None:
    package = json.loads((copy / "datapackage.json").read_text())
    package["detente"]["dyad"] = "CHN"
    (copy / "datapackage.json").write_text(json.dumps(package))
    with pytest.raises(CasebookError, match="dyad"):
        casebook.load(str(copy))


def test_tables_carry_hash_and_counting_rule() -> None:
    for table in casebook.load().tables.values():
        assert len(table.sha256) == 64
        assert table.rows > 0
        if table.role == "records":
            assert table.counting_rule

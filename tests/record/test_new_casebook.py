"""A casebook of one's own: started, filled, checked, used."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from detente.errors import CasebookError
from detente.record import casebook
from detente.record.new_casebook import create


def test_a_new_casebook_is_valid_and_empty(tmp_path: Path) -> None:
    create(tmp_path / "Norland and Sudland", "PER-CHL", "Peru and Chile")
    case = casebook.load(tmp_path / "Norland and Sudland")
    assert (case.name, case.dyad, case.title) == (
        "norland-and-sudland", ("CHL", "PER"), "Peru and Chile",
    )  # fmt: skip
    assert case.records == ()
    assert {table.role for table in case.tables.values()} == {
        "records", "calendar", "people", "sources",
    }  # fmt: skip


def test_rows_added_by_hand_are_checked(tmp_path: Path) -> None:
    folder = tmp_path / "case"
    create(folder, "PER-CHL")
    with (folder / "acts.csv").open(newline="") as lines:
        header = next(csv.reader(lines))
    row = dict.fromkeys(header, "") | {
        "id": "act-1", "date": "1929-06-03", "source": "PER;CHL", "target": "PER;CHL",
        "event_type": "SUPPORT", "kind": "treaty", "title": "Treaty of Lima", "cite": "un-treaties",
        "cite_where": "no. 1", "confidence": "high",
    }  # fmt: skip
    with (folder / "acts.csv").open("a", newline="") as lines:
        csv.DictWriter(lines, header).writerow(row)
    assert any("un-treaties" in problem.found for problem in casebook.problems(folder))
    with (folder / "sources.csv").open("a", newline="") as lines:
        csv.writer(lines).writerow(["un-treaties", "Treaties", "", "UN", "", "", "", "official"])
    assert casebook.problems(folder) == []
    assert [record.title for record in casebook.load(folder).records] == ["Treaty of Lima"]


@pytest.mark.parametrize("dyad", ["PER", "PER-PER", "PER-XXQ", "PER-CHL-BOL", ""])
def test_a_dyad_is_two_states(tmp_path: Path, dyad: str) -> None:
    with pytest.raises(CasebookError, match="two states"):
        create(tmp_path / "case", dyad)
    assert not (tmp_path / "case").exists()


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(CasebookError, match="something is there"):
        create(tmp_path, "PER-CHL")
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]

"""Coding many documents: order, bad lines, stops and restarts."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import duckdb
import pytest

from detente.errors import InputError
from detente.read import jobs

TEXTS = [
    "India criticized Pakistan in 2013.",
    "China visited Iran in 2014. Iran praised China.",
    "The cat slept.",
    "France expelled ten Russian diplomats in 2018.",
]


def write_lines(path: Path, copies: int = 1) -> Path:
    rows = [
        {"id": f"d{n}", "text": text, "date": "2019-05-01"} for n, text in enumerate(TEXTS * copies)
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def test_rows_carry_the_fields_of_the_contract(tmp_path: Path) -> None:
    out = tmp_path / "events.jsonl"
    done = jobs.code_files([write_lines(tmp_path / "in.jsonl")], out)
    rows = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert (done.documents, done.set_aside, done.events) == (4, 0, len(rows))
    first = rows[0]
    assert (first["doc_id"], first["source_iso3"], first["target_iso3"]) == ("d0", "IND", "PAK")
    assert (first["event_type"], first["date"], first["factuality"]) == (
        "ACCUSE",
        "2013",
        "happened",
    )
    assert first["quad_class"] == 3
    assert set(jobs._COLUMNS) == set(first)


def test_csv_and_parquet_hold_the_same_rows(tmp_path: Path) -> None:
    source = write_lines(tmp_path / "in.jsonl")
    for ending in ("csv", "parquet"):
        jobs.code_files([source], tmp_path / f"events.{ending}")
    with (tmp_path / "events.csv").open(encoding="utf-8", newline="") as lines:
        from_csv = [row["event_id"] for row in csv.DictReader(lines)]
    found = duckdb.sql(f"SELECT event_id FROM '{tmp_path / 'events.parquet'}'").fetchall()
    assert from_csv == [row[0] for row in found]


def test_bad_documents_are_set_aside_and_counted(tmp_path: Path) -> None:
    source = write_lines(tmp_path / "in.jsonl")
    bad = ["not json", '{"id": 1}', '{"id": "x", "text": "A.", "date": "May"}', "[]"]
    source.write_text(source.read_text() + "\n".join(bad) + "\n", encoding="utf-8")
    done = jobs.code_files([source], tmp_path / "events.jsonl")
    assert (done.documents, done.set_aside) == (4, 4)
    assert done.rejects is not None
    reasons = [json.loads(line) for line in done.rejects.read_text().splitlines()]
    assert [r["where"].rsplit(":", 1)[1] for r in reasons] == ["5", "6", "7", "8"]


def test_workers_change_nothing(tmp_path: Path) -> None:
    source = write_lines(tmp_path / "in.jsonl", copies=40)
    jobs.code_files([source], tmp_path / "one.jsonl", workers=1)
    jobs.code_files([source], tmp_path / "two.jsonl", workers=2)
    assert (tmp_path / "one.jsonl").read_bytes() == (tmp_path / "two.jsonl").read_bytes()


def test_a_stopped_job_goes_on_where_it_was(tmp_path: Path) -> None:
    source = write_lines(tmp_path / "in.jsonl", copies=60)
    whole, out = tmp_path / "whole.jsonl", tmp_path / "events.jsonl"
    jobs.code_files([source], whole)

    class Stopped(BaseException):
        """As a kill: nothing in the job may catch it."""

    seen: list[int] = []

    def stop_after_two(documents: int, events: int) -> None:
        seen.append(documents)
        if len(seen) == 2:
            raise Stopped

    with pytest.raises(Stopped):
        jobs.code_files([source], out, progress=stop_after_two)
    assert not out.exists()
    part = Path(f"{out}.part")
    part.write_bytes(part.read_bytes() + b'{"half": "a li')  # what a kill -9 in a batch leaves
    later: list[int] = []
    jobs.code_files([source], out, progress=lambda d, e: later.append(d))
    assert later[0] == seen[1] + 64
    assert out.read_bytes() == whole.read_bytes()
    assert not part.exists()


def test_bad_arguments(tmp_path: Path) -> None:
    source = write_lines(tmp_path / "in.jsonl")
    with pytest.raises(InputError, match="ending"):
        jobs.code_files([source], tmp_path / "events.xlsx")
    with pytest.raises(InputError, match="no such file"):
        jobs.code_files([tmp_path / "none.txt"], tmp_path / "events.csv")
    with pytest.raises(InputError, match="no such folder"):
        jobs.code_files([source], tmp_path / "no" / "events.csv")

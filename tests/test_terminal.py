"""The terminal: JSON for programs with nothing beside it, and colours only where a person looks."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from detente.cli import app

EVENTS = """date,source_iso3,target_iso3,event_type
2016-01-06,PRK,CHN,THREATEN
2016-02-07,CHN,PRK,ACCUSE
2016-03-02,CHN,PRK,SANCTION
2017-02-18,CHN,PRK,SANCTION
2018-03-26,PRK,CHN,CONSULT
"""
CLAIMS = """claims:
  - id: X1
    says: China and North Korea signed a treaty in 1961
    kind: occurrence
    records: {table: acts, where: {kind: treaty}}
    date: "1961"
"""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("events.csv").write_text(EVENTS, encoding="utf-8")
    Path("claims.yaml").write_text(CLAIMS, encoding="utf-8")
    return tmp_path


def told(*words: str, status: int = 0) -> Any:
    """What a command prints on standard output, which has to be JSON and nothing else."""
    done = CliRunner().invoke(app, [*words, "--json"], catch_exceptions=False)
    assert done.exit_code == status, done.output
    return json.loads(done.stdout)


def test_casebook_show(here: Path) -> None:
    found = told("casebook", "show", "india-pakistan")
    assert found["dyad"] == ["IND", "PAK"]
    acts = next(t for t in found["tables"] if t["name"] == "acts")
    assert acts["rows"] == 92
    assert re.fullmatch("[0-9a-f]{64}", acts["sha256"])


def test_casebook_validate_lists_what_is_broken(here: Path) -> None:
    assert told("casebook", "validate", "india-pakistan") == []
    CliRunner().invoke(app, ["casebook", "new", "own", "--dyad", "PER-CHL"])
    acts = here / "own" / "acts.csv"
    acts.write_text(
        acts.read_text("utf-8") + "a1,soon,PER,CHL,AGREE,,treaty,They sign,,,,x,,high,\n"
    )
    sources = here / "own" / "sources.csv"
    sources.write_text(sources.read_text("utf-8") + "x,A book,,,1990,,,book\n")
    broken = told("casebook", "validate", "own", status=2)
    assert any("acts.csv" in row["where"] and "soon" in row["found"] for row in broken)


def test_tables_as_objects(here: Path) -> None:
    rows = told("index", "--events", "events.csv", "--dyad", "CHN-PRK", "--by", "year")
    assert {row["direction"] for row in rows} == {"CHN>PRK", "PRK>CHN", "both", "asymmetry"}
    assert all(row["lo90"] <= row["index"] <= row["hi90"] for row in rows)
    rows = told("panel", "--events", "events.csv", "--by", "year", "-o", "panel.csv")
    assert rows["out"] == "panel.csv"
    assert len((here / "panel.csv").read_text("utf-8").splitlines()) == rows["rows"] + 1 > 1


def test_import_and_store(here: Path) -> None:
    done = told("import", "csv", "events.csv", "-o", "s.duckdb")
    assert done["files"][0]["kept"] == 5
    held = told("store", "show", "s.duckdb")
    assert held["datasets"][0]["row_count"] == 5
    assert len(held["imports"][0]["sha256"]) == 64
    out = told("store", "export", "s.duckdb", "-o", "all.csv")
    assert out == {"rows": 5, "out": "all.csv"}


def test_claims_are_written_and_printed(here: Path) -> None:
    rows = told("test", "claims.yaml", "--casebook", "china-north-korea", "-o", "v.json")
    assert rows == json.loads((here / "v.json").read_text("utf-8"))
    assert rows[0]["verdict"] == "supported"


def test_reading(here: Path) -> None:
    Path("a.txt").write_text("China banned imports of North Korean coal in February 2017.", "utf-8")
    rows = told("explain", "China banned imports of North Korean coal in February 2017.")
    assert rows["events"][0]["source"]["code"] == "CHN"
    assert set(rows["events"][0]["classifier"]) == {"types", "no_event", "factuality"}
    done = told("code", "a.txt", "-o", "a.jsonl")
    assert done["documents"] == 1
    assert done["events"] >= 1


ANSWER = """
from pathlib import Path
from detente.cli.texts import _print_answer
_print_answer("Of 3 checkable statements, 2 hold.", {"supported": 2, "contradicted": 1}, [Path("b.html")])
"""
_COLOUR = re.compile(r"\x1b\[[0-9;]*3[0-9;]*m")


def on_a_terminal(**more: str) -> str:
    """What the answer looks like on a terminal."""
    mother, child = pty.openpty()
    env = {k: v for k, v in os.environ.items() if k not in {"NO_COLOR", "FORCE_COLOR"}}
    env |= {"TERM": "xterm-256color", **more}
    done = subprocess.run(
        [sys.executable, "-c", ANSWER], stdout=child, stderr=subprocess.PIPE, env=env, check=False
    )
    os.close(child)
    out = b""
    while True:
        try:
            part = os.read(mother, 4096)
        except OSError:
            break
        if not part:
            break
        out += part
    os.close(mother)
    assert done.returncode == 0, done.stderr
    return out.decode("utf-8")


def test_colours_on_a_terminal_only() -> None:
    assert _COLOUR.search(on_a_terminal())
    assert not _COLOUR.search(on_a_terminal(NO_COLOR="1"))
    done = subprocess.run(
        [sys.executable, "-c", ANSWER], capture_output=True, text=True, check=True
    )
    assert "\x1b" not in done.stdout
    assert "2 supported" in done.stdout
    assert str(Path("b.html").resolve()) in done.stdout

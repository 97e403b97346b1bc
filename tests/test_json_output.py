"""brief and forecast for programs: one JSON document on standard output, valid, and nothing else."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from detente.tell.extras import json_schema

QUESTION = """claims:
  - id: Q1
    says: At least one launch day
    kind: forecast
    as_of: 2020-01-01
    events: {table: tests, where: {kind: missile-test}}
    history: {from: 2016-01-01, why: a short one}
    horizon: [1]
    per: days
"""
ARTICLE = (
    "China and North Korea signed a treaty on July 11, 1961. China attacked Guam in May 1999.\n"
)
#: Any colour, cursor movement or carriage return would be for a terminal, not for a program.
_FOR_PEOPLE = ("\x1b", "\r", "\x07")


def ran(folder: Path, *words: str) -> tuple[int, str, str]:
    """Status and standard output of a command, and what a person sees beside it on a terminal."""
    mother, child = pty.openpty()
    seen: list[bytes] = []

    def look() -> None:
        while True:
            try:
                part = os.read(mother, 4096)
            except OSError:  # the terminal is closed
                return
            if not part:
                return
            seen.append(part)

    looking = threading.Thread(target=look)
    looking.start()
    command = [sys.executable, "-m", "detente.cli", *words]
    env = os.environ | {"TERM": "xterm-256color", "COLUMNS": "100"}
    done = subprocess.run(
        command, cwd=folder, stdout=subprocess.PIPE, stderr=child, env=env, timeout=600, check=False
    )
    os.close(child)
    looking.join(30)
    os.close(mother)
    return done.returncode, done.stdout.decode("utf-8"), b"".join(seen).decode("utf-8", "replace")


def one_document(text: str) -> Any:
    assert not any(mark in text for mark in _FOR_PEOPLE)
    assert text.endswith("\n")
    return json.loads(text)


@pytest.fixture(scope="module")
def brief(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, int, str, str]:
    folder = tmp_path_factory.mktemp("json")
    (folder / "a.txt").write_text(ARTICLE, encoding="utf-8")
    return folder, *ran(folder, "brief", "a.txt", "-o", "out", "--json")


def test_brief_prints_its_document_and_nothing_else(brief: tuple[Path, int, str, str]) -> None:
    folder, status, out, _ = brief
    assert status == 0
    found = one_document(out)
    jsonschema.Draft202012Validator(json_schema()).validate(found)
    assert found["statements"]
    assert out == (folder / "out" / "brief.json").read_text("utf-8")
    assert (folder / "out" / "brief.html").is_file()


def test_progress_goes_to_standard_error(brief: tuple[Path, int, str, str]) -> None:
    *_, seen = brief
    assert "writing the page" in seen
    assert '"statements"' not in seen


def test_forecast_prints_its_document_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "q.yaml").write_text(QUESTION, encoding="utf-8")
    words = ("forecast", "q.yaml", "-c", "china-north-korea", "--json")
    status, out, seen = ran(tmp_path, *words, "-o", "f.json")
    assert status == 0, seen
    found = one_document(out)
    assert found == json.loads((tmp_path / "f.json").read_text("utf-8"))
    assert "Q1" in seen  # which question is being answered
    answer = json_schema()["$defs"]["forecast"]
    assert [row["id"] for row in found["questions"]] == ["Q1"]
    # a brief's own: how far back its track records reach, and which statements ask
    needed = [key for key in answer["required"] if key not in {"window_months", "statements"}]
    told = jsonschema.Draft202012Validator({**json_schema(), **answer, "required": needed})
    for row in found["questions"]:
        told.validate(known(row, answer))


def known(value: Any, schema: dict[str, Any]) -> Any:
    """What of an answer a brief holds as well, which is what the schema describes."""
    if isinstance(value, dict) and "properties" in schema:
        fields = schema["properties"]
        return {key: known(item, fields[key]) for key, item in value.items() if key in fields}
    if isinstance(value, list) and "items" in schema:
        return [known(item, schema["items"]) for item in value]
    return value


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("brief", "none.txt", "--json"), "none.txt"),
        (("brief", "a.txt", "--json", "--date", "someday"), "--date"),
        (("brief", "a.txt", "--json", "-c", "no-such-case"), "no casebook here"),
        (("forecast", "none.yaml", "--json"), "none.yaml"),
        (("forecast", "--json"), "no questions"),
    ],
)
def test_a_mistake_ends_with_status_2_and_prints_no_document(
    tmp_path: Path, words: tuple[str, ...], told: str
) -> None:
    (tmp_path / "a.txt").write_text(ARTICLE, encoding="utf-8")
    command = [sys.executable, "-m", "detente.cli", *words]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert told in done.stderr
    assert "Traceback" not in done.stderr
    assert [one.name for one in tmp_path.iterdir()] == ["a.txt"]  # nothing is half written

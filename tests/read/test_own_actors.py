"""Actors of a user's own."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from detente.errors import InputError
from detente.read.own_actors import read_actors


def test_own_actors_are_added_and_override(tmp_path: Path) -> None:
    (tmp_path / "actors.csv").write_text(
        "name,aliases,iso3,code,sector\nArnor,Arnorian kingdom,ARN,,GOV\nGondor,,GON,,GOV\n"
        "Georgia,,GEO_US,,GOV\n"
    )
    (tmp_path / "in.txt").write_text(
        "Arnor condemned Gondor on 3 May 2001. The Arnorian kingdom sent food to Georgia in 2002."
    )
    command = [sys.executable, "-m", "detente.cli", "code", "in.txt", "-o", "out.jsonl"]
    command += ["--actors", "actors.csv", "--casebook", ""]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    rows = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    found = {(row["source_iso3"], row["target_iso3"], row["event_type"]) for row in rows}
    assert ("ARN", "GON", "ACCUSE") in found
    assert ("ARN", "GEO_US", "AID") in found


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("nom,iso3\nArnor,ARN\n", "no column name"),
        ("name,iso3,colour\nArnor,ARN,red\n", "a column 'colour'"),
        ("name,iso3\nArnor,\n", "actors.csv:2: a row without name"),
        ("name,iso3,start\nArnor,ARN,long ago\n", "field start"),
    ],
)
def test_a_broken_file_is_told(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "actors.csv").write_text(text)
    with pytest.raises(InputError) as caught:
        read_actors(tmp_path / "actors.csv")
    assert words in str(caught.value)

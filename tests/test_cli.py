"""The commands as a person types them: messages, exit status, what is left behind."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from detente.record import casebook


def run(*arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "detente.cli", *arguments]
    env = {**os.environ, "COLUMNS": "100"}
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd, timeout=120, env=env)


def test_brief_writes_page_and_json(tmp_path: Path, sample: Path) -> None:
    done = run("brief", str(sample), "-o", str(tmp_path / "out"))
    assert done.returncode == 0, done.stderr
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == ["brief.html", "brief.json"]
    assert "checkable statements" in done.stdout
    assert "brief.html" in done.stdout
    assert "\x1b[" not in done.stdout, "no colours when piped"
    json.loads((tmp_path / "out" / "brief.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("missing.txt", None, "no such file"),
        ("empty.txt", b"", "empty"),
        ("binary.txt", bytes(range(256)), "binary"),
        ("latin1.txt", b"Line one.\nCaf\xe9 in China.", "latin1.txt:2"),
        ("stateless.txt", b"The cat sat on the mat. It slept until noon, as cats do.", "no state"),
    ],
)
def test_bad_input_gets_a_message_and_leaves_nothing(
    tmp_path: Path, name: str, content: bytes | None, words: str
) -> None:
    file = tmp_path / name
    if content is not None:
        file.write_bytes(content)
    done = run("brief", str(file), "-o", str(tmp_path / "out"))
    assert done.returncode == 2
    assert words in done.stderr
    assert name in done.stderr
    assert "Traceback" not in done.stderr
    assert not list(tmp_path.glob("out/*"))


def test_a_broken_casebook_stops_the_brief(tmp_path: Path, sample: Path) -> None:
    folder = tmp_path / "case"
    shutil.copytree(casebook.find("china-north-korea"), folder)
    acts = folder / "acts.csv"
    acts.write_text(
        acts.read_text(encoding="utf-8").replace("1961-07-11,", "11.7.1961,", 1), encoding="utf-8"
    )
    done = run("brief", str(sample), "-o", str(tmp_path / "out"), "--casebook", str(folder))
    assert done.returncode == 2
    assert "acts.csv:" in done.stderr
    assert "11.7.1961" in done.stderr
    assert not (tmp_path / "out").exists()


def test_validate_lists_every_broken_row(tmp_path: Path) -> None:
    folder = tmp_path / "case"
    shutil.copytree(casebook.find("china-north-korea"), folder)
    acts = folder / "acts.csv"
    text = acts.read_text(encoding="utf-8")
    acts.write_text(
        text.replace("1961-07-11,", "11.7.1961,", 1).replace("1992-08-24,", "soon,", 1),
        encoding="utf-8",
    )
    done = run("casebook", "validate", str(folder))
    assert done.returncode == 2
    assert done.stderr.count("acts.csv:") == 2
    assert "2 broken rows" in done.stderr


def test_validate_and_show_the_shipped_one() -> None:
    assert "nothing broken" in run("casebook", "validate", "china-north-korea").stdout
    assert "acts" in run("casebook", "show").stdout


def test_bad_arguments() -> None:
    done = run("brief")
    assert done.returncode == 2
    done = run("brief", "x.txt", "--date", "tomorrow")
    assert done.returncode == 2
    assert "EDTF" in done.stderr


def test_an_unwritable_folder(tmp_path: Path, sample: Path) -> None:
    blocker = tmp_path / "file"
    blocker.write_text("x")
    done = run("brief", str(sample), "-o", str(blocker / "out"))
    assert done.returncode == 2
    assert "cannot be written" in done.stderr


def test_help_names_every_command_and_loads_nothing_heavy() -> None:
    code = (
        "import sys; sys.argv = ['detente', '--help']\n"
        "import detente.cli\n"
        "try: detente.cli.main()\nexcept SystemExit: pass\n"
        "heavy = {'spacy', 'altair', 'pandas', 'scipy', 'duckdb', 'onnxruntime'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert "brief" in done.stdout
    assert "casebook" in done.stdout

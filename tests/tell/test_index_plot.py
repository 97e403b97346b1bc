"""The figure of a dyad's index."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.fixture
def events(tmp_path: Path) -> Path:
    """Three calm years, then three hostile ones."""
    draw = random.Random(4)
    lines = ["date,source_iso3,target_iso3,event_type"]
    for month in range(72):
        for _ in range(8):
            kind = draw.choice(["AGREE", "AID"] if month < 36 else ["ACCUSE", "ASSAULT"])
            pair = draw.choice(["CHN,PRK", "PRK,CHN"])
            lines.append(
                f"{2010 + month // 12}-{month % 12 + 1:02}-{draw.randint(1, 28):02},{pair},{kind}"
            )
    file = tmp_path / "events.csv"
    file.write_text("\n".join(lines) + "\n")
    return file


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "detente.cli", "index", "--events", "events.csv", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True)


def test_the_figure_shows_break_acts_and_source(events: Path) -> None:
    done = run(events.parent, "--dyad", "CHN-PRK", "--plot", "out.svg")
    assert done.returncode == 0, done.stderr
    assert done.stdout == "figure: out.svg\n"
    drawn = (events.parent / "out.svg").read_text()
    assert "<script" not in drawn
    assert "#bc4c00" in drawn  # the planted break
    assert "n = 576 acts" in drawn
    assert "events.csv" in drawn
    assert "ASSAULT" in drawn


def test_png_and_table_together(events: Path) -> None:
    done = run(events.parent, "--dyad", "CHN-PRK", "--plot", "out.png", "-o", "out.csv")
    assert done.returncode == 0, done.stderr
    assert (events.parent / "out.png").read_bytes().startswith(b"\x89PNG")
    assert (events.parent / "out.csv").read_text().startswith("dyad,direction,month,index")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--all", "--plot", "out.svg"], "one dyad at a time"),
        (["--dyad", "CHN-PRK", "--plot", "out.gif"], "the suffix '.gif'"),
        (["--dyad", "CHN-JPN", "--plot", "out.svg"], "no acts of this dyad"),
    ],
)
def test_what_cannot_be_drawn(events: Path, arguments: list[str], words: str) -> None:
    done = run(events.parent, *arguments)
    assert done.returncode == 2
    assert words in done.stderr
    assert not list(events.parent.glob("out.*"))

"""The documentation cannot drift: its commands run, its options exist, its links lead somewhere."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from detente.cli import app
from detente.errors import DetenteError

ROOT = Path(__file__).parent.parent
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").glob("*.md")])
ALL = sorted({*PAGES, *(ROOT / "docs").rglob("*.md"), ROOT / "CHANGELOG.md"})
COMMAND = typer.main.get_command(app)
_FENCE = re.compile(
    r"(?:^`(?P<file>[^`\n]+)`:\n\n)?^```(?P<language>\w*)\n(?P<body>.*?)^```$", re.M | re.S
)
_INLINE = re.compile(r"`(detente [^`]+)`", re.S)
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")


def blocks(page: Path) -> Iterator[tuple[str, str, str]]:
    """File name (if the block is a file), language and body of each fenced block."""
    for found in _FENCE.finditer(page.read_text("utf-8")):
        yield found["file"] or "", found["language"], found["body"]


def lines(body: str) -> list[str]:
    """The lines of a block, with those that go on after a backslash put together."""
    whole = re.sub(r"\\\n\s*", " ", body)
    return [line.split("  #")[0].strip() for line in whole.splitlines() if line.strip()]


def shell(page: Path) -> list[str]:
    return [
        line
        for _, language, body in blocks(page)
        if language in {"sh", ""}
        for line in lines(body)
        if line.startswith("detente ")
    ]


def written() -> list[tuple[str, str]]:
    """Every command that stands in a page: in blocks, and in the text."""
    found = []
    for page in PAGES:
        if page.name == "manual.md":
            continue
        found += [(page.name, line) for line in shell(page)]
        text = page.read_text("utf-8").replace("\\|", "|")
        found += [(page.name, " ".join(one.split())) for one in _INLINE.findall(text)]
    return found


def target(words: list[str]) -> tuple[Any, list[str]]:
    """The command that words name, and the words after its name."""
    command = COMMAND
    while words and getattr(command, "commands", None) and words[0] in command.commands:
        command, words = command.commands[words[0]], words[1:]
    return command, words


def leaves(command: Any = COMMAND, name: str = "detente") -> Iterator[tuple[str, Any]]:
    for word, one in getattr(command, "commands", {}).items():
        if getattr(one, "commands", None):
            yield from leaves(one, f"{name} {word}")
        else:
            yield f"{name} {word}", one


def test_every_command_in_the_pages_exists_with_its_options() -> None:
    found = written()
    assert len(found) > 30
    for page, line in found:
        words = re.sub(r"[\[\]()…]|\|(?=\s*-)", " ", line).split()[1:]
        if words[0].startswith("-"):
            continue
        first, *others = words[0].split("|")  # `store show|export`
        for name in [first, *others]:
            command, rest = target([name, *words[1:]])
            if getattr(command, "commands", None) and rest:
                for one in rest[0].split("|"):
                    command, _ = target([name, one])
                    assert not getattr(command, "commands", None), f"{page}: {line}"
            known = {option for p in command.params for option in [*p.opts, *p.secondary_opts]}
            known.add("--help")
            assert command is not COMMAND, f"{page}: no such command in: {line}"
            asked = {w.split("=")[0].rstrip(".,;:") for w in rest if re.match(r"--?[a-z]", w)}
            assert asked <= known, f"{page}: {line}"


def test_every_command_has_its_manual_page_and_an_example() -> None:
    manual = (ROOT / "docs" / "manual.md").read_text("utf-8")
    examples = [" ".join(line.split()[:3]) for page in PAGES for line in shell(page)]
    for name, command in leaves():
        assert f"## `{name}`" in manual
        assert any(line.startswith(name) for line in examples), name
        for param in command.params:
            assert all(option in manual for option in param.opts if option.startswith("-"))


def test_the_manual_is_what_the_commands_say() -> None:
    sys.path.insert(0, str(ROOT / "tools"))
    try:
        from manual import manual
    finally:
        sys.path.remove(str(ROOT / "tools"))
    assert (ROOT / "docs" / "manual.md").read_text("utf-8") == manual(), "run: make manual"


def test_every_relative_link_leads_somewhere() -> None:
    count = 0
    for page in ALL:
        for link in _LINK.findall(page.read_text("utf-8")):
            if re.match(r"[a-z]+:", link) or link.startswith("#"):
                continue
            count += 1
            assert (page.parent / link.split("#")[0]).exists(), f"{page.name}: {link}"
    assert count > 10


def test_make_knows_every_target_that_the_pages_name() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.M))
    named = {
        word
        for page in PAGES
        for word in re.findall(r"(?:^|`)make ([a-z]+)", page.read_text("utf-8"), re.M)
    }
    assert {"brief", "test"} <= named <= targets


# -- the commands run -----------------------------------------------------------------------

#: Files that a page's commands are given, where the page does not show them.
GIVEN = {
    "importing.md": {
        "deals.csv": "Day,From,To,Code\n2016-01-06,PRK,CHN,112\n2016-02-07,CHN,PRK,163\n"
    },
}
#: Commands that are only held against the program's options, and why.
NOT_RUN = {
    "detente brief examples/sample-article.txt -o out --json": "the first brief, printed; "
    "test_cli.py runs it",
    "detente forecast --casebook china-north-korea --as-of 2017-11-10 -o forecasts.json": "every "
    "question of a casebook over every horizon takes minutes; tests/forecast runs them in part",
}
#: ``detente serve`` runs until it is stopped; tests/serve starts it and looks at its pages.
RUN = [
    (page, line)
    for page in PAGES
    for line in shell(page)
    if line not in NOT_RUN and not line.startswith("detente serve")
]


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A folder for each page, with the files that it shows or is given."""
    made = {}
    for page in PAGES:
        folder = tmp_path_factory.mktemp(page.stem)
        shutil.copytree(ROOT / "examples", folder / "examples")
        for name, text in GIVEN.get(page.name, {}).items():
            (folder / name).write_text(text, encoding="utf-8")
        made[page.name] = folder
    return made


def put_files(page: Path, folder: Path) -> None:
    """Write the files that a page shows, but for those in a folder that is still to be made."""
    for name, _, body in blocks(page):
        if name and (folder / name).parent.is_dir():
            (folder / name).write_text(body, encoding="utf-8")


@pytest.mark.parametrize(
    ("page", "line"), RUN, ids=[f"{page.stem}-{n}" for n, (page, _) in enumerate(RUN)]
)
def test_a_documented_command_runs(
    page: Path, line: str, folders: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = folders[page.name]
    monkeypatch.chdir(folder)
    put_files(page, folder)
    try:
        done = CliRunner().invoke(app, shlex.split(line)[1:], catch_exceptions=False)
    except DetenteError as error:
        pytest.fail(f"{line}\n{error}")
    assert done.exit_code == 0, f"{line}\n{done.output}"
    if "--json" in line:
        json.loads(done.stdout)


def test_the_tutorial_does_what_it_says(folders: dict[str, Path]) -> None:
    """Runs after its commands: the brief of its own two states has the verdicts it promises."""
    folder = folders["tutorial.md"]
    if not (folder / "out-sea" / "brief.json").is_file():
        pytest.skip("the tutorial's commands were not run")
    found = json.loads((folder / "out-sea" / "brief.json").read_text("utf-8"))
    verdicts = {s["verdict"]: s["text"] for s in found["statements"]}
    by_text = {s["text"]: s["verdict"] for s in found["statements"]}
    words = " ".join(verdicts.get("contradicted", "").split()) + " ".join(
        verdicts.get("partly supported", "").split()
    )
    assert "June" in words
    held = [text for text, verdict in by_text.items() if verdict == "supported"]
    assert any("1883" in text for text in held)
    assert any("Court" in text for text in held)
    assert (folder / "index.svg").read_text("utf-8").startswith("<svg")


def test_the_documentation_builds_without_a_warning(tmp_path: Path) -> None:
    for name in ("sphinx", "myst_parser", "furo"):
        pytest.importorskip(name, reason="the documentation's tools are not installed")
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-b", "html"]
    command += ["-d", str(tmp_path / "trees"), str(ROOT / "docs"), str(tmp_path / "out")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    home = (tmp_path / "out" / "index.html").read_text("utf-8")
    assert "tutorial.html" in home
    outside = re.findall(r"<(?:script|link|img)[^>]+(?:src|href)=\"(https?:[^\"]+)", home)
    assert outside == [], "a page of the documentation fetches something"
    assert (tmp_path / "out" / "api.html").is_file()

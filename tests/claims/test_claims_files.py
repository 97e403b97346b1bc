"""Claims files: every example of the documentation fits the schema; a bad file is told where."""

from __future__ import annotations

import json
import re
from importlib import resources
from pathlib import Path

import jsonschema
import pytest

from detente.claims.claim import loads
from detente.claims.yaml_text import parse
from detente.cli import main

DOCS = Path(__file__).parents[2] / "docs"
EXAMPLES = [
    (page.name, text.count("\n", 0, found.start()) + 1, found["body"])
    for page in sorted(DOCS.rglob("*.md"))
    for text in [page.read_text("utf-8")]
    for found in re.finditer(r"^```ya?ml\n(?P<body>.*?)^```$", text, re.M | re.S)
]


def test_the_documentation_has_examples_of_its_own_language() -> None:
    assert {page for page, _, _ in EXAMPLES} >= {"claims.md", "forecast.md", "tutorial.md"}


@pytest.mark.parametrize(
    ("page", "line", "body"), EXAMPLES, ids=[f"{page}:{line}" for page, line, _ in EXAMPLES]
)
def test_every_yaml_example_fits_the_schema(page: str, line: int, body: str) -> None:
    path = Path(f"docs/{page}")
    schema = json.loads(
        resources.files("detente.claims").joinpath("claims.schema.json").read_text("utf-8")
    )
    _, document = parse(body, path)
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(document)
    assert loads(body, path)


_HEAD = "claims:\n  - id: T01\n    says: More tests after 2012\n"
_EVENTS = "    kind: rate-change\n    events: {table: tests}\n"
#: What is wrong, the file, the line of the error, the key, what else the message holds.
BAD = {
    "a key that is none": (_HEAD + _EVENTS + "    att: 2012\n    at: 2012\n", 6, "att", "write 'at'"),
    "a key that is missing": (_HEAD + _EVENTS, 2, "at", "is missing"),
    "a kind that is none": (_HEAD + "    kind: rate-chance\n", 4, "kind", "rate-change"),
    "a date that is none": (
        _HEAD + "    kind: first\n    events: {table: tests}\n    expected: 2017-13\n",
        6, "expected", "2017-13",
    ),
    "a number where words must stand": (
        _HEAD + _EVENTS + "    at: 2012\n    direction: 3\n", 7, "direction", "fewer",
    ),
    "a period that ends before it begins": (
        _HEAD + _EVENTS + "    at: 2012\n    period: {from: 2017-01-01, to: 2012-01-01}\n",
        7, "period", "on or after",
    ),
    "a key deep within": (
        _HEAD + "    kind: count\n    events: {table: tests, wher: {kind: x}}\n    at_least: 2\n",
        5, "events.wher", "where",
    ),
    "nothing to compare with": (
        _HEAD + "    kind: count\n    events: {table: tests}\n    period: {from: 2022, to: 2022}\n"
        "    more_than: []\n", 7, "more_than", "",
    ),
    "a key twice": (_HEAD + _EVENTS + "    at: 2012\n    at: 2013\n", 7, "at", "twice"),
    "a table that is not there": (
        _HEAD + "    kind: rate-change\n    events: {table: testz}\n    at: 2012\n", 2, "events.table",
        "testz",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", BAD)
def test_a_bad_file_exits_2_with_file_line_and_key(
    tmp_path: Path, what: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    body, line, key, holds = BAD[what]
    file, out = tmp_path / "claims.yaml", tmp_path / "out.json"
    file.write_text(body, "utf-8")
    given = ["test", str(file), "-c", "china-north-korea", "-o", str(out)]
    monkeypatch.setattr("sys.argv", ["detente", *given])
    with pytest.raises(SystemExit) as done:
        main()
    told = capsys.readouterr().err
    assert done.value.code == 2, told
    assert f"{file}:{line}" in told
    assert re.search(rf"key {re.escape(key)}\b", told), told
    assert holds in told, told
    assert not out.exists()

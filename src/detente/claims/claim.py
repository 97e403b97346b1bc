"""The claim language: what is asserted, and how it will be tested, fixed before looking.

A claims file is YAML with one list, ``claims``; ``claims.schema.json`` beside this file is its
JSON Schema (draft 2020-12). Dates stay strings and ``yes``/``no`` stay words, as in YAML 1.2:
a vote of *yes* is not a truth value. Errors name the file, the line, the claim and the key.
"""

from __future__ import annotations

import dataclasses
import difflib
import functools
import json
from importlib import resources
from pathlib import Path
from typing import Any

import jsonschema
import yaml

from detente.claims.yaml_text import parse, plain, read, shown
from detente.errors import ClaimError
from detente.record.casebook import Casebook
from detente.schema import bounds


@dataclasses.dataclass(frozen=True)
class Claim:
    """One claim as written in YAML.

    ``spec`` holds the keys of its kind; ``folder`` is what file paths in it are relative to;
    ``match`` tells which sentences of a text make this claim: every group under ``all`` must
    have one of its words in the sentence. ``where`` is ``file:line`` of the claim, for errors.
    """

    claim_id: str
    says: str
    kind: str
    spec: dict[str, Any]
    folder: Path
    casebook: Casebook | None = None
    match: dict[str, Any] = dataclasses.field(default_factory=dict)
    where: str = ""


def from_casebook(casebook: Casebook) -> list[Claim]:
    """The claims that a casebook ships, in its order, checked against the schema."""
    path = casebook.folder / "claims.yaml"
    if path.is_file():
        return load(path, casebook)
    return [_claim(plain(row), casebook.folder, casebook) for row in casebook.claims]


def load(path: str | Path, casebook: Casebook | None = None) -> list[Claim]:
    """Read and check a claims file.

    Raises
    ------
    ClaimError
        The file is missing, is not YAML, or a claim breaks the schema: the message has file
        and line, the claim's id, the key, what stands there and what was expected.
    """
    path = Path(path)
    return loads(read(path), path, casebook)


def loads(text: str, path: Path, casebook: Casebook | None = None) -> list[Claim]:
    """As :func:`load`, of a text; ``path`` is what errors name and files are relative to."""
    root, document = parse(text, path)
    errors = sorted(_validator().iter_errors(document), key=lambda e: list(map(str, e.path)))
    if errors:
        raise _explained(errors[0], path, root, document)
    _in_order(document, root, path)
    rows = document["claims"]
    lines = [node.start_mark.line + 1 for node in _child(root, "claims").value]
    seen: dict[str, int] = {}
    for row, line in zip(rows, lines, strict=True):
        if row["id"] in seen:
            raise ClaimError(
                f"{path}:{line}, claim {row['id']}, key id",
                f"the id {row['id']!r} is taken by the claim on line {seen[row['id']]}",
                "an id of its own for each claim",
            )
        seen[row["id"]] = line
    return [
        _claim(row, path.parent, casebook, f"{path}:{line}")
        for row, line in zip(rows, lines, strict=True)
    ]


def _claim(row: dict[str, Any], folder: Path, casebook: Casebook | None, where: str = "") -> Claim:
    rest = {key: value for key, value in row.items() if key not in {"id", "says", "kind", "match"}}
    return Claim(
        claim_id=str(row["id"]),
        says=str(row.get("says") or row["id"]),
        kind=str(row["kind"]),
        spec=rest,
        folder=folder,
        casebook=casebook,
        match=row.get("match", {}),
        where=where or str(folder),
    )


@functools.cache
def _validator() -> Any:
    text = resources.files("detente.claims").joinpath("claims.schema.json").read_text("utf-8")
    dates = jsonschema.FormatChecker(())
    dates.checks("edtf", raises=ValueError)(_is_date)
    return jsonschema.Draft202012Validator(json.loads(text), format_checker=dates)


def _is_date(text: object) -> bool:
    """Whether a text is an EDTF date that exists; other things are the type's business."""
    return not isinstance(text, str) or bool(bounds(text))


def _in_order(document: dict[str, Any], root: Any, path: Path) -> None:
    """No period may end before it begins."""
    waiting: list[tuple[Any, Any, list[str]]] = [(document, root, [])]
    while waiting:
        value, node, keys = waiting.pop()
        if isinstance(value, dict):
            if {"from", "to"} <= set(value) and bounds(value["from"])[0] > bounds(value["to"])[1]:
                named = document["claims"][int(keys[1])]["id"]
                raise ClaimError(
                    f"{path}:{_key_line(node, 'to')}, claim {named}, key {'.'.join(keys[2:])}",
                    f"{value['from']} to {value['to']}",
                    "an end on or after the start",
                )
            waiting += [(item, _child(node, key), [*keys, key]) for key, item in value.items()]
        elif isinstance(value, list):
            waiting += [(item, _child(node, i), [*keys, str(i)]) for i, item in enumerate(value)]


def _child(node: Any, key: str | int) -> Any:
    """The YAML node under a key or index; the node itself where there is none."""
    if isinstance(node, yaml.MappingNode):
        for name, value in node.value:
            if name.value == str(key):
                return value
    if isinstance(node, yaml.SequenceNode) and isinstance(key, int) and key < len(node.value):
        return node.value[key]
    return node


def _key_line(node: Any, key: str) -> int:
    """Line of a key within a mapping (1-based); of the mapping where the key is missing."""
    if isinstance(node, yaml.MappingNode):
        for name, _ in node.value:
            if name.value == key:
                return int(name.start_mark.line) + 1
    return int(node.start_mark.line) + 1


def _explained(error: Any, path: Path, root: Any, document: dict[str, Any]) -> ClaimError:
    """A schema error in a person's terms: where it stands and what would be right."""
    while error.context and error.validator in {"anyOf", "oneOf", "allOf"}:
        deeper = max(
            error.context, key=lambda e: (len(e.absolute_path), -len(e.absolute_schema_path))
        )
        if len(deeper.absolute_path) <= len(error.absolute_path):
            break
        error = deeper
    keys = list(error.absolute_path)
    node = root
    for key in keys:
        node = _child(node, key)
    line, found, expected, todo = int(node.start_mark.line) + 1, "", "", ""
    if error.validator == "additionalProperties":
        allowed = sorted(error.schema.get("properties", {}))
        extra = next(name for name in error.instance if name not in allowed)
        line, found = _key_line(node, extra), f"{extra!r} is not a key here"
        expected = f"one of {', '.join(allowed)}"
        close = difflib.get_close_matches(extra, allowed, 1)
        todo = f"write {close[0]!r}" if close else ""
        keys.append(extra)
    elif error.validator == "required":
        missing = next(name for name in error.validator_value if name not in error.instance)
        found, expected = f"the key {missing!r} is missing", f"{missing}: …"
        keys.append(missing)
    elif error.validator in {"oneOf", "anyOf"}:
        found, expected = shown(error.instance), _alternatives(error)
    else:
        found, expected = shown(error.instance), _wanted(error)
    where = f"{path}:{line}"
    if len(keys) > 1 and keys[0] == "claims" and isinstance(keys[1], int):
        rows = document.get("claims", [])
        row = rows[keys[1]] if isinstance(rows, list) and keys[1] < len(rows) else {}
        name = row.get("id", f"number {keys[1] + 1}") if isinstance(row, dict) else keys[1] + 1
        where += f", claim {name}"
        keys = keys[2:]
    dotted = ".".join(map(str, keys))
    return ClaimError(where + (f", key {dotted}" if dotted else ""), found, expected, todo)


def _wanted(error: Any) -> str:
    if error.validator == "enum":
        return f"one of {', '.join(map(str, error.validator_value))}"
    if error.validator == "const":
        return str(error.validator_value)
    if error.validator == "type":
        names = error.validator_value
        names = [names] if isinstance(names, str) else names
        kind = " or ".join(
            {"object": "a mapping", "array": "a list", "string": "text", "integer": "a whole number",
             "number": "a number", "boolean": "true or false"}[n] for n in names
        )  # fmt: skip
        about = error.schema.get("description", "")
        return f"{kind} ({about})" if about else kind
    return str(error.schema.get("description") or error.message)


def _alternatives(error: Any) -> str:
    about = error.schema.get("description", "")
    needs = [
        ", ".join(option["required"]) for option in error.validator_value if "required" in option
    ]
    if needs:
        return "exactly one of: " + "; or ".join(needs)
    return str(about or error.message)

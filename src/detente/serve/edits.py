"""A claim's specification as text, and one that a reader has written instead.

An edited specification comes from the address, so it is held short, flat, without YAML's
aliases, and away from files: it may use the casebook's tables, and files that the claim used.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from detente.claims.claim import Claim, loads
from detente.errors import ClaimError

#: Characters, and levels of nesting, of an edited specification.
LONGEST, DEEPEST = 6000, 12
#: Specifications that an edited claim may ask to be run.
MOST = 128
_WHERE = Path("your specification")
#: Keys of a claim that say what it asserts or which sentences make it, not how it is tested.
_KEPT = ("id", "says", "match")


def as_text(claim: Claim) -> str:
    """The specification of a claim as its file has it, comments and all."""
    path, _, _ = claim.where.rpartition(":")
    file = Path(path)
    if not (path and file.is_file()):
        return yaml.safe_dump(
            {"kind": claim.kind, **claim.spec}, sort_keys=False, allow_unicode=True
        )
    text = file.read_text(encoding="utf-8")
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    for node in _claims(root):
        if any(k.value == "id" and v.value == claim.claim_id for k, v in node.value):
            return _own(text, node)
    raise ClaimError(file, f"no claim {claim.claim_id}", "the claim that was loaded from it")


def _claims(root: Any) -> list[Any]:
    return next(list(value.value) for key, value in root.value if key.value == "claims")


def _own(text: str, node: Any) -> str:
    """The lines of a claim's keys, those of ``_KEPT`` left out, without their indent."""
    starts = [key.start_mark for key, _ in node.value]
    ends = [mark.index for mark in starts[1:]] + [node.value[-1][1].end_mark.index]
    parts = []
    for (key, _), start, end in zip(node.value, starts, ends, strict=True):
        if key.value not in _KEPT:
            parts.append(" " * start.column + text[start.index : end].rstrip())
    return textwrap.dedent("\n".join(parts)) + "\n"


def read(text: str, claim: Claim) -> Claim:
    """The claim with a reader's specification in place of its own.

    Raises
    ------
    ClaimError
        Too long, too deep, an alias, a file, or not the claim language.
    """
    if len(text) > LONGEST:
        raise ClaimError(_WHERE, f"{len(text)} characters", f"at most {LONGEST}")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    _guard(text)
    head = f"claims:\n  - id: {_quoted(claim.claim_id)}\n    says: {_quoted(claim.says)}\n"
    try:
        made = loads(head + textwrap.indent(textwrap.dedent(text), "    "), _WHERE, claim.casebook)
    except ClaimError as error:
        raise _moved(error) from error
    if made[0].kind == "forecast":
        raise ClaimError(_WHERE, "kind forecast", "a kind that can be tested")
    _files(made[0], claim)
    _number(made[0])
    return Claim(
        claim.claim_id, claim.says, made[0].kind, made[0].spec, claim.folder, claim.casebook,
        where=str(_WHERE),
    )  # fmt: skip


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''").replace("\n", " ") + "'"


def _moved(error: ClaimError) -> ClaimError:
    """The same error with lines counted in what the reader wrote, not in what stands around it."""
    head, _, tail = error.where.partition(f"{_WHERE}:")
    number, comma, rest = tail.partition(",")
    line = f", line {max(int(number) - 3, 1)}" if number.isdigit() else ""
    return ClaimError(f"{head}{_WHERE}{line}{comma}{rest}", error.found, error.expected, error.todo)


def _guard(text: str) -> None:
    """Stop at what makes a small text large or deep, before it is built."""
    depth = 0
    try:
        for token in yaml.scan(text, Loader=yaml.SafeLoader):
            line = f"{_WHERE}, line {token.start_mark.line + 1}"
            if isinstance(token, yaml.AliasToken | yaml.AnchorToken | yaml.TagToken):
                raise ClaimError(line, "an alias, anchor or tag", "values written out")
            if isinstance(token, yaml.DocumentStartToken | yaml.DirectiveToken):
                raise ClaimError(line, "a second document", "the keys of one specification")
            depth += isinstance(token, _OPEN) - isinstance(token, _CLOSE)
            if depth > DEEPEST:
                raise ClaimError(line, f"more than {DEEPEST} levels", "a specification")
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"{_WHERE}, line {mark.line + 1}" if mark else str(_WHERE)
        found = f"not YAML ({getattr(error, 'problem', None) or error})"
        raise ClaimError(where, found, "key: value, a line each") from error
    names = [key.value for key, _ in root.value] if isinstance(root, yaml.MappingNode) else []
    if not names:
        raise ClaimError(_WHERE, "no keys", "key: value, a line each")
    for name in names:
        if name in _KEPT or names.count(name) > 1:
            found = "written twice" if names.count(name) > 1 else "not yours to change here"
            raise ClaimError(
                f"{_WHERE}, key {name}", found, "the keys of how the claim is tested, once each"
            )


_OPEN = (
    yaml.BlockMappingStartToken, yaml.BlockSequenceStartToken,
    yaml.FlowMappingStartToken, yaml.FlowSequenceStartToken,
)  # fmt: skip
_CLOSE = (yaml.BlockEndToken, yaml.FlowMappingEndToken, yaml.FlowSequenceEndToken)


def _files(made: Claim, claim: Claim) -> None:
    """Stop at a file that the claim itself does not use: an address must not open files."""
    allowed = set(_named(claim.spec))
    for name in _named(made.spec):
        if name not in allowed:
            raise ClaimError(
                f"{_WHERE}, key file", f"the file {name!r}",
                "a table of the casebook, or a file that the claim as chosen uses",
                "test claims on other files with: detente test CLAIMS.yaml",
            )  # fmt: skip


def _named(value: Any) -> Iterator[str]:
    """Every value under a key ``file``, at any depth."""
    if isinstance(value, dict):
        for key, item in value.items():
            if key == "file":
                yield str(item)
            yield from _named(item)
    elif isinstance(value, list):
        for item in value:
            yield from _named(item)


def _number(made: Claim) -> None:
    total = len(made.spec.get("slices", []))
    product = 1
    for options in made.spec.get("alternatives", {}).values():
        product *= 1 + len(options)
    if product + total > MOST:
        raise ClaimError(f"{_WHERE}, key alternatives", f"{product + total} specifications",
                         f"at most {MOST} here")  # fmt: skip


def changes(before: Claim, after: Claim) -> list[dict[str, str]]:
    """Keys that differ between two specifications: ``key``, ``before``, ``after``, as YAML."""
    one = {"kind": before.kind, **before.spec}
    two = {"kind": after.kind, **after.spec}
    return [
        {"key": key, "before": _shown(one, key), "after": _shown(two, key)}
        for key in dict.fromkeys([*one, *two])
        if one.get(key) != two.get(key) or (key in one) != (key in two)
    ]


def _shown(spec: dict[str, Any], key: str) -> str:
    if key not in spec:
        return ""
    text = yaml.safe_dump(spec[key], sort_keys=False, allow_unicode=True, width=60)
    return text.removesuffix("...\n").strip()

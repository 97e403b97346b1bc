"""YAML as claims are written: dates stay text, yes and no stay words, and no file can do harm.

A claims file is read by people, so it is small; one that is large, or small and made to unfold
(aliases of aliases), is refused before anything is built from it. A key written twice is an
error: YAML would let the second silently take the first one's place.
"""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Any

import yaml

from detente.errors import ClaimError

#: A thousand claims with all their alternatives take about 1 MB.
_LARGEST = 5_000_000
#: Mappings, lists and values of a file, its aliases written out.
_MOST_NODES, _DEEPEST = 500_000, 64
_WANTED = "a YAML file with a list “claims”"


def plain(value: Any) -> Any:
    """A value read by an ordinary YAML loader, with its dates back as text."""
    if isinstance(value, dict):
        return {_key(key): plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value.isoformat() if isinstance(value, dt.date) else value


def _key(name: Any) -> str:
    """A mapping's key as written: YAML takes ``null:`` for nothing, we for the null model."""
    return "null" if name is None else str(name)


_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_Base):  # type: ignore[misc]
    """YAML's safe loader without its date type, and with only true/false as truth values."""


_Loader.yaml_implicit_resolvers = {
    first: [
        (tag, pattern)
        for tag, pattern in resolvers
        if tag not in {"tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:bool"}
    ]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF")
)
#: Years and ids may be written without quotes where the schema wants text.
_TEXT_KEYS = frozenset({"from", "to", "at", "expected", "as_of", "date", "id"})


def read(path: Path) -> str:
    """The text of a claims file.

    Raises
    ------
    ClaimError
        The file is missing, too large or not UTF-8.
    """
    if not path.is_file():
        raise ClaimError(path, "there is no such file", _WANTED)
    if path.stat().st_size > _LARGEST:
        raise ClaimError(
            path,
            f"a file of {path.stat().st_size / 1e6:.0f} MB",
            f"at most {_LARGEST / 1e6:.0f} MB",
            "split it into several files of claims",
        )
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise ClaimError(path, f"bytes that are not UTF-8 at {error.start}", "UTF-8") from error


def parse(text: str, path: Path) -> tuple[Any, dict[str, Any]]:
    """The YAML nodes of a claims file, for the lines of errors, and its content.

    Raises
    ------
    ClaimError
        The text is not YAML, unfolds without end or writes a key twice.
    """
    _shallow(text, path)
    try:
        loader = _Loader(text)
        root = loader.get_single_node()
        _guard(root, path)
        document = loader.construct_document(root) if root is not None else None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"{path}:{mark.line + 1}" if mark else str(path)
        found = f"not YAML ({getattr(error, 'problem', None) or error})"
        todo = "indent with spaces" if "\t" in text else ""
        raise ClaimError(where, found, _WANTED, todo) from error
    if not isinstance(document, dict):
        raise ClaimError(
            f"{path}:1", f"the file holds {shown(document)}", "a mapping with a list “claims”"
        )
    return root, _textual(document)


def _textual(value: Any, key: str = "") -> Any:
    """Years that YAML reads as numbers, as text where a date is meant."""
    if isinstance(value, dict):
        return {_key(name): _textual(item, _key(name)) for name, item in value.items()}
    if isinstance(value, list):
        return [_textual(item, key) for item in value]
    if key in _TEXT_KEYS and isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value


def shown(value: Any) -> str:
    """A value as an error quotes it."""
    if value is None:
        return "nothing"
    text = repr(value)
    return text if len(text) <= 80 else text[:77] + "…"


def _shallow(text: str, path: Path) -> None:
    """Refuse brackets nested so deep that a parser would run out of stack."""
    depth = 0
    for number, line in enumerate(text.splitlines(), 1):
        depth += line.count("[") + line.count("{") - line.count("]") - line.count("}")
        if depth > _DEEPEST or max(line.count("["), line.count("{")) > 50 * _DEEPEST:
            raise ClaimError(f"{path}:{number}", "brackets within brackets without end", _WANTED)


def _guard(root: Any, path: Path) -> None:
    """Refuse a tree that holds itself, unfolds into very many nodes, or has a key twice."""
    sizes: dict[int, int] = {}
    open_: set[int] = set()

    def size(node: Any, depth: int) -> int:
        known = sizes.get(id(node))
        if known is not None:
            return known
        line = f"{path}:{node.start_mark.line + 1}"
        if id(node) in open_ or depth > _DEEPEST:
            raise ClaimError(line, "a value that holds itself", "values without a circle")
        open_.add(id(node))
        total = 1
        if isinstance(node, yaml.MappingNode):
            _once(node, path)
            parts = [part for pair in node.value for part in pair]
        else:
            parts = node.value if isinstance(node, yaml.SequenceNode) else []
        for part in parts:
            total += size(part, depth + 1)
            if total > _MOST_NODES:
                raise ClaimError(
                    line, "aliases that unfold into very many values", "a file without such aliases"
                )
        open_.discard(id(node))
        sizes[id(node)] = total
        return total

    if root is not None:
        size(root, 0)


def _once(node: Any, path: Path) -> None:
    """Every key of a mapping once."""
    seen: dict[str, int] = {}
    for name, _ in node.value:
        key, line = str(name.value), name.start_mark.line + 1
        if key in seen and isinstance(name, yaml.ScalarNode):
            raise ClaimError(
                f"{path}:{line}, key {key}",
                f"the key {key!r} stands here twice, first on line {seen[key]}",
                "each key once",
            )
        seen[key] = line

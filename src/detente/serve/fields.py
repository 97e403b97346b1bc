"""The common keys of a claim's specification as fields of a form, and back into a specification.

Which fields a claim has, and what a choice offers, comes from the schema of the claim language
(``claims.schema.json``), so that the form can offer nothing that the language does not have.
"""

from __future__ import annotations

import dataclasses
import functools
import json
from collections.abc import Mapping
from importlib import resources
from typing import Any

import yaml

#: The mark in an address that says that a form was sent: a field that is missing then is empty.
SENT = "fields"
#: A null model that the schema gives as a pattern, as one that can be chosen.
_JITTER = "jitter-45d"
_CHOICES = {"direction": "Direction", "shape": "Shape", "null": "Null model"}
_TEXTS = {
    "at": ("At", "a date, or unknown"),
    "date": ("Date", "as 1961-07-11, 1992-08 or 1950/1953"),
}
_DAY = "as 2012, 2012-03 or 2012-03-27"


@dataclasses.dataclass(frozen=True, slots=True)
class Field:
    """One field: ``look`` is ``text``, ``days`` (a number), ``choice`` or ``check``."""

    name: str
    label: str
    look: str
    value: str
    options: tuple[str, ...] = ()
    hint: str = ""


def of(kind: str, spec: Mapping[str, Any]) -> dict[str, list[Field]]:
    """Fields of a claim by what they are about: the test itself, and its alternatives."""
    known = _keys(kind)
    made: list[Field] = []
    if "window" in known:
        window = _dict(spec.get("window"))
        made += [
            Field(f"window.{end}", f"Days {end}", "days", _text(window.get(end)))
            for end in ("before", "after")
        ]
    if "period" in known:
        period = _dict(spec.get("period"))
        made += [
            Field(f"period.{end}", end.capitalize(), "text", _text(period.get(end)), hint=_DAY)
            for end in ("from", "to")
        ]
    for key, label in _CHOICES.items():
        if key in known:
            value = _text(spec.get(key))
            made.append(Field(key, label, "choice", value, _options(known[key], value)))
    for key, (label, hint) in _TEXTS.items():
        if key in known:
            made.append(Field(key, label, "text", _text(spec.get(key)), hint=hint))
    others = _alternatives(known, _dict(spec.get("alternatives")))
    return {name: fields for name, fields in (("test", made), ("others", others)) if fields}


def names(kind: str, spec: Mapping[str, Any]) -> list[str]:
    """What the fields of a claim are called in an address."""
    return [SENT, *(one.name for fields in of(kind, spec).values() for one in fields)]


def apply(kind: str, spec: Mapping[str, Any], given: Mapping[str, str]) -> dict[str, Any]:
    """The specification with what a form says in place of its own; what is empty is left out.

    Nothing is checked here: what the language does not allow is told when the claim is read.
    """
    made = dict(spec)
    known = _keys(kind)
    for key, ends in (("window", ("before", "after")), ("period", ("from", "to"))):
        if key in known:
            value = {end: given[f"{key}.{end}"] for end in ends if given.get(f"{key}.{end}")}
            _put(made, key, {k: _days(v) for k, v in value.items()} if key == "window" else value)
    for key in (*_CHOICES, *_TEXTS):
        if key in known:
            _put(made, key, given.get(key, ""))
    others = dict(_dict(spec.get("alternatives")))
    for field in of(kind, spec).get("others", []):
        key = field.name.removeprefix("also.").partition(".")[0]
        _put(others, key, _listed(key, given, field))
    _put(made, "alternatives", others)
    return made


def as_yaml(kind: str, spec: Mapping[str, Any]) -> str:
    """A specification as text, each key on its own line."""
    return "".join(
        yaml.safe_dump(
            {key: value},
            sort_keys=False,
            allow_unicode=True,
            width=90,
            default_flow_style=None if isinstance(value, dict | list) else False,
        )
        for key, value in {"kind": kind, **spec}.items()
    )


@functools.cache
def _schema() -> dict[str, Any]:
    text = resources.files("detente.claims").joinpath("claims.schema.json").read_text("utf-8")
    found: dict[str, Any] = json.loads(text)["$defs"]
    return found


def _keys(kind: str) -> dict[str, Any]:
    found: dict[str, Any] = _schema().get(kind, {}).get("properties", {})
    return found


def _options(schema: Mapping[str, Any], value: str) -> tuple[str, ...]:
    """What a choice offers: the schema's words, and what stands there now."""
    kinds = schema.get("anyOf", [schema])
    words = [str(one) for kind in kinds for one in kind.get("enum", ())]
    if any("pattern" in kind for kind in kinds):
        words.append(_JITTER)
    return tuple(dict.fromkeys([*words, *([value] if value else [])]))


def _alternatives(known: Mapping[str, Any], held: Mapping[str, Any]) -> list[Field]:
    allowed = _dict(_dict(known.get("alternatives")).get("properties"))
    made = []
    if "window" in allowed:
        pairs = [
            f"{_text(w.get('before'))}/{_text(w.get('after'))}" for w in held.get("window", ())
        ]
        made.append(Field("also.window", "Windows", "text", ", ".join(pairs),
                          hint="days before/after, as 0/0, 3/3"))  # fmt: skip
    if "period" in allowed:
        pairs = [f"{_text(p.get('from'))}/{_text(p.get('to'))}" for p in held.get("period", ())]
        made.append(Field("also.period", "Periods", "text", ", ".join(pairs),
                          hint="from/to, as 1961/2012, 1990/2025"))  # fmt: skip
    if "null" in allowed:
        now = [_text(one) for one in held.get("null", ())]
        options = dict.fromkeys([*now, *_options(allowed["null"].get("items", {}), "")])
        made += [Field(f"also.null.{one}", one, "check", "on" if one in now else "")
                 for one in options]  # fmt: skip
    return made


def _listed(key: str, given: Mapping[str, str], field: Field) -> Any:
    """The list of alternatives that a field says; of a row of checks the whole row's."""
    if key == "null":
        lead = "also.null."
        return [name.removeprefix(lead) for name in given if name.startswith(lead)]
    ends = {"window": ("before", "after"), "period": ("from", "to")}[key]
    pairs = [one.strip() for one in given.get(field.name, "").split(",") if one.strip()]
    made = []
    for pair in pairs:
        parts = [part.strip() for part in pair.split("/")]
        values = [_days(part) for part in parts] if key == "window" else parts
        made.append(dict(zip(ends, values, strict=True)) if len(parts) == 2 else pair)
    return made


def _put(spec: dict[str, Any], key: str, value: Any) -> None:
    if value:
        spec[key] = value
    else:
        spec.pop(key, None)


def _days(text: str) -> int | str:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else text


def _dict(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _text(value: Any) -> str:
    return "" if value is None else str(value)

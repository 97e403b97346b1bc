"""Which events hold the words of a search, from the index of a large store.

A search is a filter like any other: this gives the condition that keeps the same rows as
looking into every sentence and name would (:func:`detente.serve.asked.where`), at a
fraction of the time.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from detente.serve import asked
from detente.serve.asked import Filter
from detente.serve.sidecar import NAME
from detente.serve.table import EventTable

#: Rows that are given one by one to a condition; more of them are given as a string of bits.
_FEW = 200_000
#: A phrase that stands in words said more often than this many times a row (one or two letters)
#: is looked for in every sentence, as without an index.
_EVERYWHERE = 3.0
#: A condition on rows, its values, and how many rows they are.
Kept = tuple[str, dict[str, Any], int]
#: A condition on words, how often they are said, and its values.
Part = tuple[str, int, dict[str, Any]]


def where(table: EventTable, found: Filter) -> tuple[str, dict[str, Any]]:
    """The condition of a filter and its values, by the index where that is quicker."""
    kept = _last(table, found)
    if kept is None:
        return asked.where(found)
    extra, values, _ = kept
    condition, others = asked.where(dataclasses.replace(found, words=""))
    return f"{condition} AND {extra}", others | values


def how_many(table: EventTable, found: Filter) -> int | None:
    """How many events a search keeps, where the index knows and nothing else is asked for."""
    alone = Filter(words=found.words, sort=found.sort, page=found.page)
    kept = _last(table, found) if found == alone else None
    return kept[2] if kept else None


def _last(table: EventTable, found: Filter) -> Kept | None:
    """What is kept by a search; that of the last one is held, for its count, page and rows."""
    phrases = asked.phrases(found.words)
    if not table.indexed or not phrases or found.dyad:  # a dyad's events stand together
        return None
    last = table.held.get("words")
    if last is None or last[0] != found.words:
        last = table.held["words"] = (found.words, _kept(table, phrases))
    kept: Kept | None = last[1]
    return kept


def _kept(table: EventTable, phrases: Sequence[str]) -> Kept | None:
    """The same for a search that is new; none where every sentence had better be read."""
    top = int(table.ask(f"SELECT top FROM {NAME}.about")[0]["top"])
    mask = np.ones(-(-top // 8) * 8, bool)
    narrowed, rest = False, []
    for phrase in dict.fromkeys(phrases):
        exact, words = _parts(table, phrase)
        rest += [] if exact else [phrase]
        for condition, n, values in words:
            if n <= _EVERYWHERE * table.total:
                mask &= _rows(table, condition, values, len(mask))
                narrowed = True
            elif exact:
                rest.append(phrase)
    if not narrowed:
        return None
    if rest and mask.any():
        more, held = asked.said(rest)
        near, values = _bits(mask, table.number)
        found = table.arrays(  # CASE: sentences are read in those rows only
            f"SELECT {table.number} AS row FROM {table.relation} "
            f"WHERE CASE WHEN {near} THEN {more} ELSE FALSE END",
            values | held,
        )
        mask[:] = False
        mask[found["row"]] = True
    return _among(mask, table.number)


def _parts(table: EventTable, phrase: str) -> tuple[bool, list[Part]]:
    """Conditions on the words that a phrase needs, with how often they are said.

    Of a phrase with spaces the first word may begin earlier and the last end later; its
    rows are candidates only, so it is not exact.
    """
    low = table.ask("SELECT lower($phrase) AS low", {"phrase": phrase})[0]["low"]
    pieces = low.split(" ")
    if len(pieces) == 1:
        conditions = [("contains(word, $part)", low)]
    else:
        ways = ["ends_with", *["="] * (len(pieces) - 2), "starts_with"]
        conditions = [
            ("word = $part" if way == "=" else f"{way}(word, $part)", piece)
            for way, piece in zip(ways, pieces, strict=True)
            if piece
        ]
    made = []
    for condition, piece in conditions:
        sql = f"SELECT CAST(coalesce(sum(n), 0) AS BIGINT) AS n FROM {NAME}.words WHERE {condition}"
        made.append((condition, int(table.ask(sql, {"part": piece})[0]["n"]), {"part": piece}))
    return len(pieces) == 1, made


def _rows(
    table: EventTable, condition: str, values: dict[str, Any], size: int
) -> npt.NDArray[np.bool_]:
    """For each row of the events, whether it holds a word of which the condition is true."""
    mask = np.zeros(size, bool)
    words = f"SELECT id FROM {NAME}.words WHERE {condition}"
    found = table.arrays(f"SELECT row FROM {NAME}.hits WHERE id IN ({words})", values)
    mask[found["row"]] = True
    return mask


def _among(mask: npt.NDArray[np.bool_], number: str) -> Kept:
    """The condition that a row is among those of a mask."""
    rows = np.flatnonzero(mask)
    if not len(rows):
        return "FALSE", {}, 0
    if len(rows) <= _FEW:
        return f"{number} IN (SELECT unnest($hits))", {"hits": rows.tolist()}, len(rows)
    return *_bits(mask, number), len(rows)


def _bits(mask: npt.NDArray[np.bool_], number: str) -> tuple[str, dict[str, Any]]:
    bits = np.packbits(mask).tobytes()
    return f"get_bit(CAST($hits AS BIT), CAST({number} AS INTEGER)) = 1", {"hits": bits}

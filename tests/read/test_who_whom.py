"""Who did it to whom on the labelled sentences of ``pairs_held_out.jsonl``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from detente.ontology import QUAD_CLASS
from detente.read.actors import Gazetteer, state_names
from detente.read.coder import read_many
from detente.read.documents import document_from_text

ROWS = [
    json.loads(line)
    for line in (Path(__file__).parent / "pairs_held_out.jsonl").read_text("utf-8").splitlines()
]


@pytest.fixture(scope="module")
def found() -> list[dict[tuple[str, str], set[str]]]:
    documents = [document_from_text(r["text"], doc_id="d", date=r["date"]) for r in ROWS]
    out = []
    for reading in read_many(documents, Gazetteer()):
        pairs: dict[tuple[str, str], set[str]] = {}
        for e in reading.coded:
            if e.source and e.target and e.source.key and e.target.key:
                pairs.setdefault((e.source.key, e.target.key), set()).add(e.event_type)
        out.append(pairs)
    return out


def test_labels_are_of_known_states_and_types() -> None:
    codes = {name.iso3 for name in state_names()}
    for row in ROWS:
        for source, target, kind in row["pairs"]:
            assert source in codes
            assert target in codes
            assert kind in QUAD_CLASS


def test_pairs_are_found_and_no_others(found: list[dict[tuple[str, str], set[str]]]) -> None:
    right = read = gold = typed = 0
    for row, pairs in zip(ROWS, found, strict=True):
        labels = {(p[0], p[1]): p[2] for p in row["pairs"]}
        hits = labels.keys() & pairs.keys()
        right, read, gold = right + len(hits), read + len(pairs), gold + len(labels)
        typed += sum(labels[pair] in pairs[pair] for pair in hits)
    # The first run, before any of these sentences was looked at: 0.90, 0.68, 0.89.
    assert right / read >= 0.88
    assert right / gold >= 0.66
    assert typed / right >= 0.80


def test_a_name_in_another_role_is_no_actor(found: list[dict[tuple[str, str], set[str]]]) -> None:
    wrong = [
        (row["text"], pairs)
        for row, pairs in zip(ROWS, found, strict=True)
        if row["kind"] == "role" and pairs
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("text", "date", "source", "target"),
    [
        ("Trump praised Abe.", "2018-06-15", "USA", "JPN"),
        ("Reagan met Gorbachev.", "1986-10-11", "USA", "SUN"),
        ("Adam Johnson criticized Macron.", "2020-06-15", "", "FRA"),
        ("On 3 May Indian troops attacked Pakistan.", "2018-06-15", "IND", "PAK"),
    ],
)
def test_a_surname_alone_is_the_head_then_in_office(
    text: str, date: str, source: str, target: str
) -> None:
    (reading,) = read_many([document_from_text(text, date=date)], Gazetteer())
    event = reading.events[0]
    assert event.source is not None
    assert event.target is not None
    assert (event.source.key, event.target.key) == (source, target)

"""How a holder sees a target, on the labelled sentences of ``perceptions_held_out.jsonl``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from detente.ontology import table
from detente.read.actors import Gazetteer
from detente.read.coder import read, read_many
from detente.read.documents import document_from_text

ROWS = [
    json.loads(line)
    for line in (Path(__file__).parent / "perceptions_held_out.jsonl")
    .read_text("utf-8")
    .splitlines()
]


def test_holder_target_and_polarity() -> None:
    documents = [document_from_text(r["text"], doc_id="d", date="2020") for r in ROWS]
    right = found = gold = 0
    for row, reading in zip(ROWS, read_many(documents, Gazetteer()), strict=True):
        wanted = {tuple(p) for p in row["perceptions"]}
        seen = {(p.holder_iso3, p.target_iso3, p.polarity) for p in reading.perceptions}
        right, found, gold = right + len(wanted & seen), found + len(seen), gold + len(wanted)
    assert right / found >= 0.9
    assert right / gold >= 0.8


@pytest.mark.parametrize(
    ("text", "expression"),
    [
        ("Iran is seen in Riyadh as a menace.", "as a menace"),
        ("Cuba is no longer Russia's friend.", "Russia 's friend"),
        ("Most Kenyans have a favourable view of China.", "a favourable view of China"),
    ],
)
def test_the_wording_is_kept(text: str, expression: str) -> None:
    (seen,) = read(document_from_text(text)).perceptions
    assert seen.expression == expression


def test_a_feeling_is_no_act() -> None:
    assert read(document_from_text("North Koreans resent China.")).events == ()


def test_every_word_has_one_polarity() -> None:
    for form in {row["form"] for row in table("perceptions.csv")}:
        rows = [row for row in table("perceptions.csv") if row["form"] == form]
        words = [(w, row["polarity"]) for row in rows for w in row["words"].split("|")]
        assert len({w for w, _ in words}) == len(set(words))

"""Claims matched by embeddings: words that mean the same, years and directions that forbid it."""

import json
from pathlib import Path

import numpy as np
import pytest

from detente.claims import similar
from detente.claims.claim import from_casebook

PAIRS = Path(__file__).with_name("claim_pairs.jsonl")


@pytest.fixture(scope="module")
def among(shipped):
    return similar.targets(from_casebook(shipped), (r.title for r in shipped.records))


def _cosine(one, other):
    a, b = similar._vector(one), similar._vector(other)
    return float(a @ b / np.linalg.norm(a) / np.linalg.norm(b))


@pytest.mark.parametrize(
    ("word", "near", "far"),
    [
        ("missile", "rocket", "visit"),
        ("visit", "trip", "missile"),
        ("gradually", "slowly", "summit"),
    ],
)
def test_words_that_mean_the_same_lie_near_one_another(word, near, far):
    assert _cosine(word, near) > _cosine(word, far) + 0.2


def test_a_claim_in_other_words_is_found(among):
    found = similar.nearest(
        "Since mid-1961 a mutual defence pact has tied Pyongyang to Beijing.", among
    )
    assert found is not None
    assert found.claim_id == "C01"


@pytest.mark.parametrize(
    "sentence",
    [
        "The weather in Dandong was fine.",
        "Relations between Beijing and Pyongyang have steadily improved since 2018.",
        "India and China fought a war in 1962.",
    ],
)
def test_a_sentence_about_something_else_makes_no_claim(among, sentence):
    assert similar.nearest(sentence, among) is None


def test_the_opposite_direction_and_another_year_count_against_a_claim(among):
    (worse,) = [t for t in among if t.claim.claim_id == "C02"]
    down = similar.features("Their ties have slowly declined since 1961.", worse)
    up = similar.features("Their ties have slowly improved since 1998.", worse)
    name = similar.FEATURES.index
    assert (down[name("the opposite direction")], up[name("the opposite direction")]) == (0, 1)
    assert down[name("a year that the claim has")] == 1
    assert up[name("only years that it does not have")] == 1
    assert similar.score("Their ties have slowly declined since 1961.", worse) > similar.score(
        "Their ties have slowly improved since 1998.", worse
    )


def test_the_pairs_are_whole_and_half_of_them_are_near_misses():
    rows = [json.loads(line) for line in PAIRS.read_text(encoding="utf-8").splitlines()]
    assert len({row["text"] for row in rows}) == len(rows) >= 300
    assert 0.4 < sum(row["claim"] is None for row in rows) / len(rows) < 0.6


def test_another_month_of_the_claims_year_is_another_act(among):
    (talk,) = [t for t in among if t.claim.claim_id == "C24"]
    assert talk.spans
    april = "Trump and Xi talked about North Korea in Beijing in April 2017."
    assert similar.score(april, talk) > similar.THRESHOLD
    assert similar.nearest(april, [talk]) is None


@pytest.mark.parametrize("name", ["fresh", "unseen"])
def test_of_the_later_pairs_half_are_near_misses_too(name):
    path = PAIRS.with_name(f"claim_pairs_{name}.jsonl")
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert len({row["text"] for row in rows}) == len(rows) >= 100
    assert 0.5 <= sum(row["claim"] is None for row in rows) / len(rows) < 0.6


def test_a_claim_of_order_is_never_read_into_other_words(among):
    orders = [t for t in among if t.claim.kind == "order"]
    assert orders
    assert all(similar.nearest(t.claim.says, [t]) is None for t in orders)

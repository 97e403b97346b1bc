"""A reader's specification is read as the claim language, and as nothing else."""

from __future__ import annotations

import pytest

from detente.claims.claim import Claim
from detente.errors import ClaimError
from detente.serve import edits
from detente.serve.site import Site


@pytest.fixture
def claim(site: Site) -> Claim:
    return next(one for one in site.claims if one.kind == "trend")


def test_the_text_of_every_claim_is_its_specification(site: Site) -> None:
    for one in site.claims:
        made = edits.read(edits.as_text(one), one)
        assert (made.kind, made.spec) == (one.kind, one.spec)
        assert edits.changes(one, made) == []


def test_a_change_is_told(claim: Claim) -> None:
    text = edits.as_text(claim).replace("direction: down", "direction: up")
    assert text != edits.as_text(claim)
    made = edits.read(text, claim)
    assert edits.changes(claim, made) == [{"key": "direction", "before": "down", "after": "up"}]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("kind: [", "not YAML"),
        ("kind: trend\nseries: &a {table: acts}\nother: *a", "an alias, anchor or tag"),
        ("kind: !!python/object/apply:os.system ['true']", "an alias, anchor or tag"),
        ("kind: trend\n---\nkind: trend", "a second document"),
        ("x: " + "[" * 500, "levels"),
        ("x: {" * 40, "levels"),
        ("a: 1\n" * 2000, "at most 6000"),
        ("kind: trend\nseries: {file: /etc/passwd, date: a, value: b}\nperiod: {from: 1961, to: 1970}\ndirection: down",
         "the file '/etc/passwd'"),
        ("kind: coincidence\nevents: {table: acts}\ncalendar: {table: calendar}\nwindow: {before: 1, after: 0}\n"
         "period: {from: 1961, to: 1970}\ndirection: more\nalternatives: {events: [{file: ../../secret.csv}]}",
         "the file '../../secret.csv'"),
        ("kind: kiss", "one of"),
        ("- id: K2\n  says: x", "no keys"),
        ("kind: trend\nkind: level", "written twice"),
        ("id: K99\nkind: untestable\nneeds: x", "not yours to change"),
        ("kind: untestable\nneeds: x\n- id: K98", "not YAML"),
        ("just words", "no keys"),
        ("  ", "no keys"),
    ],
)  # fmt: skip
def test_what_is_not_the_language_is_named(claim: Claim, text: str, words: str) -> None:
    with pytest.raises(ClaimError) as caught:
        edits.read(text, claim)
    assert words in str(caught.value)
    assert "/work" not in str(caught.value)


def test_too_many_alternatives_are_refused(claim: Claim) -> None:
    many = ", ".join(f"{{from: {1900 + n}, to: 2020}}" for n in range(30))
    text = f"{edits.as_text(claim).split('alternatives')[0]}\nalternatives:\n  period: [{many}]\n  series: [{', '.join(['{table: acts, by: year, value: intensity}'] * 5)}]\n"
    with pytest.raises(ClaimError, match="specifications"):
        edits.read(text, claim)

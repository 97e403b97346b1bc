"""The faster look-ups give what spaCy's own components give, token by token."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import spacy
from spacy.matcher import PhraseMatcher
from spacy.util import filter_spans

from detente.read.parse import _MODELS, find_names, parse, pipeline
from detente.read.phrases import Phrases
from detente.read.words import Words

ODD = [
    "There's gonna be trouble.\nC'mon, y'all ain't let's got ta go.  There are two  spaces here .",
    "",
    " ",
    "Is there 1,000? There were.\n\n\tTab.",
    "She said that's why they're gone, isn't it?",
]
HELD_OUT = Path(__file__).parent / "pairs_held_out.jsonl"


@pytest.fixture(scope="module")
def texts() -> list[str]:
    rows = [json.loads(line)["text"] for line in HELD_OUT.read_text(encoding="utf-8").splitlines()]
    return ODD + [" ".join(rows[n : n + 5]) for n in range(0, len(rows), 5)]


def test_words_give_what_ruler_and_lemmatizer_give(texts: list[str]) -> None:
    nlp = spacy.load(next(name for name in _MODELS if spacy.util.is_package(name)))
    words = Words(nlp)
    ruler, lemmatizer = nlp.get_pipe("attribute_ruler"), nlp.get_pipe("lemmatizer")
    with nlp.select_pipes(enable=["tok2vec", "tagger", "parser"]):
        ours, theirs = list(nlp.pipe(texts)), list(nlp.pipe(texts))
    for _ in range(2):  # the second time, every word is known
        for one, other in zip(
            map(words, ours), (lemmatizer(ruler(d)) for d in theirs), strict=True
        ):
            assert [
                (t.text, t.pos_, str(t.morph), t.lemma_, t.tag_, t.dep_, t.head.i) for t in one
            ] == [(t.text, t.pos_, str(t.morph), t.lemma_, t.tag_, t.dep_, t.head.i) for t in other]
    assert len(words._known) > 500


def test_words_forget_rather_than_grow(texts: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("detente.read.words._MOST", 100)
    words = Words(pipeline())
    for doc in parse(texts):
        before = [(t.pos_, t.lemma_) for t in doc]
        assert [(t.pos_, t.lemma_) for t in words(doc)] == before
        assert len(words._known) <= 100 + len(doc)


def test_phrases_are_found_as_spacy_finds_them(texts: list[str]) -> None:
    nlp = pipeline()
    names = ["India", "South Sudan", "Sudan", "Viktor Orban", "prime minister", "Cote d'Ivoire",
             "U.S.", "Russia's", "the Indian team", "Indian team cross", "Sri Lanka 300"]  # fmt: skip
    phrases, matcher = Phrases(nlp), PhraseMatcher(nlp.vocab)
    phrases.add("NAME", names)
    matcher.add("NAME", list(nlp.tokenizer.pipe(names)))
    found = 0
    for doc in map(nlp.make_doc, [*texts, "The U.S. met Cote d'Ivoire and Russia's envoy."]):
        spans = sorted((s.start, s.end) for s in filter_spans(matcher(doc, as_spans=True)))
        assert [hit[:2] for hit in phrases.find([t.text for t in doc])] == spans
        found += len(spans)
    assert found > 10


def test_names_are_looked_for_only_where_some_may_be_left() -> None:
    (doc,) = parse(["India met Nepal on Monday. Anna Lindgren met Nepal."])
    find_names([doc], [[(0, 1, "GPE"), (2, 3, "GPE"), (9, 10, "GPE")]])
    assert [ent.text for ent in doc.ents] == ["India", "Nepal", "Anna Lindgren", "Nepal"]

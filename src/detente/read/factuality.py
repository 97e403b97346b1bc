"""Whether an act is said to have happened, and who says so.

Seven values (``schema.Factuality``). Only ``happened`` and ``ongoing`` count as acts that
took place; a negated, planned, demanded or supposed act never does.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from detente.schema import Factuality

_PLAN = frozenset(
    "plan intend promise agree pledge vow offer hope prepare aim seek schedule expect wish want "
    "promised willing ready set undertake commit propose about due poised eager prepared".split()
)
#: Verbs with which an infinitive is what is planned, never the purpose of something done.
_INTENT = frozenset("plan intend hope aim expect".split())
_DEMAND = frozenset(
    "urge demand ask request press order suggest recommend advise advice implore appeal call "
    "insist encourage need".split()
)
_DENY = frozenset(
    "refuse decline deny fail prevent avoid reject stop cease rule refrain unable unwilling "
    "reluctant".split()
)
_SUPPOSE = frozenset(
    "consider threaten warn accuse allege suspect fear risk speculate imagine contemplate "
    "debate assume suppose think possibility prospect risk threat chance danger capable "
    "capability ability opportunity obligation obligate oblige duty".split()
)
_SAY = frozenset(
    "say report tell claim announce state warn believe note write argue add declare suggest "
    "acknowledge confirm insist recall think complain deny".split()
)
_MODALS: dict[str, Factuality] = {
    "will": "planned", "shall": "planned", "'ll": "planned", "’ll": "planned", "wo": "planned",
    "would": "hypothetical", "could": "hypothetical", "may": "hypothetical",
    "might": "hypothetical", "can": "hypothetical", "should": "demanded", "must": "demanded",
    "ought": "demanded",
}  # fmt: skip
#: Verbs whose object, an event noun, has not happened ("is considering a suspension").
_NOT_YET: dict[str, Factuality] = {
    **dict.fromkeys("consider contemplate mull weigh fear risk threaten debate".split(), "hypothetical"),
    **dict.fromkeys("plan intend promise pledge vow offer propose prepare seek".split(), "planned"),
    **dict.fromkeys("urge demand request".split(), "demanded"),
    **dict.fromkeys("prevent avoid avert".split(), "denied"),
}  # fmt: skip
#: Adverbs that leave open whether it happened.
_PERHAPS = frozenset("allegedly supposedly purportedly possibly perhaps ostensibly".split())
#: Adverbs with which it did not come to it.
_NEARLY = frozenset({"almost", "nearly"})
#: Nouns with a clause that tells what may or may not be so.
_HEARSAY = frozenset(
    "evidence sign proof indication report claim allegation rumour rumor suggestion".split()
)
_FALSE = frozenset("false untrue wrong baseless unfounded fabricated groundless".split())
_IFS = frozenset({"if", "unless", "whether"})
_GO_ON = frozenset("continue keep carry".split())
_CALLED_OFF = frozenset("postpone cancel delay shelve scrap suspend".split())
_GOVERNED = frozenset({"xcomp", "ccomp", "pcomp", "acl", "advcl"})


def factuality(trigger: Any, sentence: Any) -> tuple[Factuality, str]:
    """Factuality of the act a trigger word reports, and the word that decided it.

    The words are looked for at the trigger, at the verb that carries an event noun, and at
    the verbs and nouns that govern them ("agreed to send", "the possibility of a visit").
    """
    objects = [c for c in trigger.children if c.dep_ in {"dobj", "nsubjpass"}]
    for token in (trigger, *objects):  # "no visit", "fired no missiles"
        if any(c.dep_ in {"det", "neg"} and c.lower_ in {"no", "neither"} for c in token.children):
            return "denied", "no"
    if trigger.dep_ in {"pobj", "pcomp"} and trigger.head.lower_ == "without":
        return "denied", "without"
    if _unreal_inversion(_carrier(trigger)):
        return "hypothetical", "had"
    token = _carrier(trigger)
    if any(c.dep_ == "advmod" and c.lower_ in _PERHAPS for c in token.children):
        return "hypothetical", "allegedly"
    almost = _almost(token)
    if almost:
        return "denied", almost
    if _is_asked(token, sentence):
        return "asked", "?"
    for step in range(5):
        found = _at_verb(token, step, noun=token.i != trigger.i and step == 0)
        if found:
            return found
        first = _first_infinitive(token)
        if first is not None:
            token = first
            continue
        head = token.head
        if token.dep_ == "conj" and head.pos_ == token.pos_:
            shared = [c for c in head.children if c.dep_ == "aux" and c.lower_ in _MODALS]
            if shared and not any(c.dep_ in {"nsubj", "aux"} for c in token.children):
                return _MODALS[shared[0].lower_], shared[0].text
            if token.tag_ == "VBD" and head.tag_ == "VB":
                break  # "agreed to pay and extended an apology": the second was done
            token = head
            if token.dep_ not in _GOVERNED:
                break
            continue
        if token.dep_ in {"pobj", "pcomp"} and head.pos_ == "ADP":
            about = head.lower_ in {"of", "about", "for", "on", "to", "in"}
            head = head.head.head if head.head.pos_ in {"PRON", "ADV"} else head.head
            if head.lemma_.lower() in _SUPPOSE and token.head.dep_ != "agent":
                return "hypothetical", head.text
            if token.dep_ == "pobj" and not (about and head.pos_ == "VERB"):
                break
            if token.dep_ == "pobj":
                token = head
                continue
        if token.dep_ not in _GOVERNED or head.i == token.i or _told_beside(token):
            break
        governed = _by_governor(token, head)
        if governed:
            return governed
        token = head
    if sentence.text.rstrip().endswith("?") and token.dep_ in {"ROOT", "conj"}:
        return "asked", "?"
    if _progressive(_carrier(trigger)):
        return "ongoing", _carrier(trigger).text
    return "happened", ""


def _almost(verb: Any) -> str:
    """ "Nearly", "all but went to war": what says that it did not come to it."""
    before = " ".join(t.lower_ for t in verb.doc[max(verb.i - 2, 0) : verb.i])
    near = (c.lower_ for c in verb.children if c.dep_ == "advmod" and c.lower_ in _NEARLY)
    return "all but" if before == "all but" else next(near, "")


def _is_asked(verb: Any, sentence: Any) -> bool:
    """ "Will Y recognize Z?": the auxiliary stands before the subject, a question mark ends."""
    if verb.dep_ != "ROOT" or not sentence.text.rstrip().endswith("?"):
        return False
    helpers = [c.i for c in verb.children if c.dep_ in {"aux", "auxpass"}]
    return any(c.dep_ in {"nsubj", "nsubjpass"} and min(helpers, default=c.i) < c.i
               for c in verb.children)  # fmt: skip


def attributed_to(trigger: Any, sentence: Any) -> str:
    """Who says it: the subject of a verb of saying above, or an "according to" phrase."""
    for token in sentence:
        if token.lower_ == "according" and token.i + 2 <= len(token.doc):
            return " ".join(t.text for t in _phrase_after(token))
    token = _carrier(trigger)
    for aside in token.children:  # "Iraq, the ministry said, had closed …"
        if aside.dep_ == "parataxis" and aside.lemma_ in _SAY:
            for child in aside.children:
                if child.dep_ == "nsubj":
                    return _noun_phrase(child)
    for ancestor in token.ancestors:
        inside = token.dep_ in {"ccomp", "xcomp", "advcl", "relcl", "acl", "conj"}
        if inside and is_saying(ancestor):
            for child in ancestor.children:
                if child.dep_ == "nsubj" and not trigger.is_ancestor(ancestor):
                    return _noun_phrase(child)
        token = ancestor
    return ""


def said_by(token: Any) -> Iterator[Any]:
    """Verbs of saying whose content a word stands in, the nearest first."""
    for inner in (token, *token.ancestors):
        yield from (c for c in inner.children if c.dep_ == "parataxis" and c.lemma_ in _SAY)
        if inner.dep_ == "ccomp" and is_saying(inner.head):
            yield inner.head


def is_saying(token: Any) -> bool:
    """Whether a verb is one of saying."""
    return bool(token.pos_ == "VERB" and token.lemma_ in _SAY)


def _phrase_after(token: Any) -> list[Any]:
    for child in token.children:
        if child.lower_ == "to":
            return [t for t in child.subtree if t.i > child.i and not t.is_punct][:12]
    return []


def _noun_phrase(token: Any) -> str:
    keep = [t for t in token.subtree if t.dep_ not in {"relcl", "punct"} and t.i <= token.i]
    return " ".join(t.text for t in keep)


def _carrier(trigger: Any) -> Any:
    """The verb that says of an event noun that it took place, or the trigger itself."""
    token = trigger
    for _ in range(3):
        if token.pos_ in {"VERB", "AUX"}:
            return token
        if token.dep_ in {"dobj", "nsubjpass", "nsubj", "attr", "conj", "compound"}:
            token = token.head
        else:
            return token
    return token


def _first_infinitive(token: Any) -> Any:
    """The infinitive to which a bare one is joined, also where the parser says a finite verb.

    "They agreed to resume the talks, strengthen ties and meet": not "agreed and strengthen".
    ``None`` where it is joined to none.
    """
    first = token
    while first.dep_ == "conj" and _bare(first):
        first = first.head
    if first.i != token.i and first.tag_ != "VB":
        before = [c for c in first.children if c.dep_ == "xcomp" and _bare(c) and c.i < token.i]
        first = before[-1] if before else token
    return first if first.i != token.i else None


def _bare(verb: Any) -> bool:
    """An infinitive without a subject of its own.

    What the tagger takes for a present tense joined to a past is one, too.
    """
    misread = verb.tag_ == "VBP" and verb.dep_ == "conj" and verb.head.tag_ == "VBD"
    own = any(c.dep_ in {"nsubj", "nsubjpass"} for c in verb.children)
    return (verb.tag_ == "VB" or misread) and not own


def _unreal_inversion(verb: Any) -> bool:
    """ "Had China not intervened, …": the auxiliary before its subject, no question mark."""
    first = [
        c for c in verb.children if c.dep_ in {"aux", "auxpass"} and c.lower_ in {"had", "should"}
    ]
    subject = [c for c in verb.children if c.dep_ in {"nsubj", "nsubjpass"}]
    return bool(first and subject and first[0].i < subject[0].i and verb.dep_ == "advcl")


def _at_verb(token: Any, step: int, noun: bool) -> tuple[Factuality, str] | None:
    for subject in (c for c in token.children if c.dep_ in {"nsubj", "nsubjpass"}):
        if subject.lower_ in {"nobody", "none"} or any(c.lower_ == "no" for c in subject.children):
            return "denied", "no"  # "no senior official visited"
    words = {
        child.lower_: child for child in token.children if child.dep_ in {"aux", "neg", "advmod"}
    }
    if any(child.dep_ == "neg" for child in token.children) or {"no", "longer"} <= set(words):
        return "denied", next((w for w, c in words.items() if c.dep_ == "neg"), "not")
    for child in token.children:
        if child.dep_ == "aux" and child.lower_ in _MODALS:
            told = child.lower_ == "would" and _reported(token)
            return "planned" if told else _MODALS[child.lower_], child.text
        if child.dep_ == "mark" and child.lower_ in _IFS:
            return "hypothetical", child.text
    if noun and token.lemma_ in _CALLED_OFF:
        return "denied", token.text
    if noun and token.lemma_ in _NOT_YET:
        return _NOT_YET[token.lemma_], token.text
    if step > 0 and token.lemma_ in _DENY and token.pos_ == "VERB":
        return "denied", token.text
    return None


def _told_beside(verb: Any) -> bool:
    """ "…, as boats tried to board", "after Tokyo renewed its claim": a past of its own."""
    marked = any(c.dep_ in {"mark", "advmod"} and c.i < verb.i for c in verb.children)
    if verb.dep_ == "advcl" and verb.tag_ == "VBG":  # "denied it, saying that …"
        return verb.lemma_ in _SAY
    return verb.dep_ == "advcl" and verb.tag_ == "VBD" and marked


def _reported(verb: Any) -> bool:
    """ "Said that it would sign": its "will", told later; not where an "if" hangs on it."""
    said = verb.dep_ == "ccomp" and is_saying(verb.head)
    said = said and any(c.dep_ == "nsubj" and c.pos_ == "PRON" for c in verb.children)
    clauses = [c for c in verb.children if c.dep_ == "advcl"]
    ifs = [m for c in clauses for m in c.children if m.dep_ == "mark" and m.lower_ in _IFS]
    return said and not ifs


def _by_governor(token: Any, head: Any) -> tuple[Factuality, str] | None:
    lemma = head.lemma_.lower()
    infinitive = any(c.dep_ == "aux" and c.lower_ == "to" for c in token.children)
    if infinitive and lemma == "be" and any(c.lower_ == "for" for c in token.children):
        return "hypothetical", head.text  # "one step is for Seoul to sign"
    if token.dep_ == "advcl":  # "was planning in May to close": the parser takes it for a purpose
        return ("planned", head.text) if infinitive and lemma in _INTENT else None
    if infinitive and lemma == "have" and any(c.lower_ == "yet" for c in head.subtree):
        return "denied", "yet"  # "has yet to ratify"
    if lemma in _GO_ON and head.tag_ in {"VBZ", "VBP", "VBG"} and token.dep_ == "xcomp":
        return "ongoing", head.text
    if lemma in _HEARSAY and head.pos_ == "NOUN":
        if any(c.lower_ == "no" for c in head.children):
            return "denied", "no"
        above = head.head.children if head.dep_ in {"nsubj", "nsubjpass"} else ()
        if any(c.lower_ in _FALSE for c in above):
            return "denied", "false"
        return ("happened", "") if lemma == "report" else ("hypothetical", head.text)
    if lemma == "suppose" and infinitive:
        return "planned", head.text
    if lemma in _PLAN and (infinitive or token.dep_ == "pcomp"):
        return "planned", head.text
    if lemma in _DEMAND and not (lemma == "call" and _calls_otherwise(token, head)):
        return "demanded", head.text
    if lemma in _DENY:
        return "denied", head.text
    if lemma in _SUPPOSE:
        return "hypothetical", head.text
    return None


def _calls_otherwise(clause: Any, verb: Any) -> bool:
    """ "called off", and "A and B reached a deal, the deal calls for a joint commission"."""
    beside = any(c.lower_ == "for" for c in verb.children) and clause.i < verb.i
    return beside or any(c.dep_ == "prt" for c in verb.children)


def _progressive(token: Any) -> bool:
    return token.tag_ == "VBG" and any(
        child.dep_ == "aux" and child.lemma_ == "be" and child.tag_ in {"VBZ", "VBP", "VBN"}
        for child in token.children
    )

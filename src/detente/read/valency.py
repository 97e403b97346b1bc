"""Which verbs and nouns have their source and target where: the words behind ``roles``."""

from __future__ import annotations

#: Prepositions that lead to the target of a verb or noun, the surest first.
TARGET_PREPS = ("against", "to", "with", "toward", "towards", "on", "at", "from", "into", "over",
                 "between", "in", "for", "of", "after", "about", "behind")  # fmt: skip
#: Verbs whose object does the deed of the infinitive ("urged Seoul to withdraw").
OBJECT_CONTROL = frozenset(
    "ask urge order force persuade tell convince allow let get press push compel invite warn "
    "help enable cause lead expect want advise instruct permit pressure call".split()
)
#: What is done with a message, of which the noun is the act.
PASSED_ON = frozenset("send write deliver hand address issue publish convey make launch".split())
#: Verbs that are the act themselves, of which the verb below only tells the content.
GOVERNING = frozenset(
    "refuse decline promise pledge vow agree offer undertake threaten stop cease quit".split()
)
#: Verbs of saying that may charge somebody with what the clause tells of him.
CLAIMING = frozenset("claim declare allege charge complain assert maintain contend".split())
#: Nouns that tell how long or how often something was done.
SPELLS = frozenset("hour day week month round series session bout spate wave".split())
#: Verbs whose object does what "of", "for" or "from" is followed by.
CHARGED = frozenset("accuse charge blame suspect prevent stop criticize criticise".split())
#: Verbs by which one answers what another has asked or offered.
ANSWER = frozenset(
    "ignore reject dismiss rebuff refuse refute spurn defy deny resist accept heed".split()
)
#: Nouns with "of" before the doer rather than the one it is done to.
INTRANSITIVE = frozenset(
    "visit trip tour test launch firing signing summit meeting talks arrival appearance "
    "refusal rejection withdrawal return intervention commentary editorial statement surrender "
    "death passing".split()
)
#: Nouns that name an act and keep doer and target beside them when the verb is passive.
ACT_NOUNS = frozenset(
    "sanction aid assistance ban embargo blockade restriction tariff shipment delivery".split()
)
#: Nouns with "from" before the doer: "a letter from Xi".
FROM_DOER = frozenset(
    "appeal plea offer proposal criticism condemnation denunciation rebuke praise letter message "
    "reply note telegram cable aid assistance donation gift demand request protest accusation "
    "threat statement condolence sympathy congratulation congratulations visit invitation".split()
)
#: Verbs whose subject gets what another does: "drew a rebuke from", "came under fire from".
RECEIVE = frozenset(
    "attract bear come draw earn endure face gain get incur meet obtain receive secure suffer "
    "sustain undergo win".split()
)
#: Those of them whose object is always another's act.
UNDERGO = frozenset("endure face incur suffer sustain undergo".split())
#: Nouns whose possessor is moved or held where "from" names who does it.
OF_PATIENT = frozenset("expulsion deportation ouster removal eviction banishment".split())
#: Verbs whose object is an act of anybody's.
SPEAK_OF = frozenset(
    "acknowledge admit blame commemorate confirm denounce deny deplore describe discuss mention "
    "mourn recall remember report survive witness".split()
)
#: Nouns that go on to whom they concern: "an offer of help to", "a resumption of ties with".
GO_ON = frozenset(
    {"of", "on", "in", "with", "between", "to", "for", "against", "toward", "towards"}
)
#: Verbs whose object is what is spoken of: whom they speak to stands after "with".
SPEAK_ABOUT = frozenset({"discuss", "debate"})
#: Verbs by which a body puts a member out: "was expelled from the League".
PUT_OUT = frozenset("ban bar eject exclude expel oust remove suspend".split())
#: Harm that is blamed on its doer, not on the one "of" whom it is.
HARM = frozenset(
    "annexation attack bombardment bombing invasion killing massacre murder occupation "
    "persecution seizure shelling".split()
)
#: Who is called home by his own side, and the verbs for it.
ENVOYS = frozenset(
    "affaires ambassador attache attaché commissioner consul diplomat envoy d'affaires".split()
)
CALL_HOME = frozenset({"recall", "withdraw"})

"""Sentences by other hands against the word groups of the case's claims."""

import pytest

from detente.claims.claim import from_casebook
from detente.record.words import phrase_hits, stems

SAYS = {
    "C01": "Beijing and Pyongyang have been bound by a treaty of friendship since July 1961.",
    "C02": "Ties between the two neighbours have deteriorated steadily over the decades.",
    "C03": "Tens of thousands of ethnic Koreans who had served in the Chinese Communist forces returned to the North.",
    "C04": "In 1956 he purged the Yan'an faction from the party.",
    "C05": "Mao sent volunteers and China intervened in the Korean War.",
    "C06": "Chinese aid was slashed once Deng Xiaoping began his reforms.",
    "C07": "In 1992 China normalized relations and established diplomatic ties with South Korea.",
    "C08": "North Korea is said to have voted against Beijing's bid to host the 2000 Olympics.",
    "C09": "Pyongyang ignored repeated Chinese calls to reform its economy.",
    "C10": "By the time Xi took office relations were at a low ebb.",
    "C11": "Xi Jinping chose to visit Seoul before Pyongyang.",
    "C12": "Park Geun-hye watched the Victory Day parade from the rostrum.",
    "C13": "A summit was shelved after Jang Song Thaek was put to death.",
    "C14": "Unlike his father and grandfather, who visited China many times, Kim has stayed at home.",
    "C15": "No senior Chinese official has made a visit since October 2015.",
    "C16": "High-level exchanges between Beijing and Pyongyang have dwindled.",
    "C17": "Pyongyang often appears to have timed its missile launches to China's diplomatic events.",
    "C18": "Three missiles were fired while Xi hosted the G20 in Hangzhou.",
    "C19": "A missile was launched hours before the Belt and Road Forum opened.",
    "C20": "The hydrogen bomb test came as the BRICS summit opened in Xiamen.",
    "C21": "KCNA, North Korea's news agency, lashed out at China in a commentary.",
    "C22": "Chinese academics are increasingly allowed to criticise North Korea.",
    "C23": "Some in Beijing now call North Korea a strategic liability.",
    "C24": "Presidents Xi and Trump discussed North Korea.",
    "C25": "Whether China will squeeze its neighbour in the coming months is unclear.",
    "C26": "The launches look like a response to joint drills of Washington and Seoul, such as Foal Eagle.",
}
ELSE = [
    "China sent food aid to North Korea in 1997.",
    "North Korea launched a satellite in December 2012.",
    "President Park visited Beijing and met Xi.",
    "The Olympic Games of 2008 were held in Beijing.",
    "Relations between China and Japan were poor.",
    "Kim Il Sung led the country until 1994.",
    "The G20 leaders met in Hangzhou.",
    "Trade between the two grew in 2011.",
    "The Security Council voted for new sanctions.",
    "South Korea and the United States held an exercise in August.",
    "Chinese tourists visited Pyongyang.",
    "Xi congratulated Kim on the anniversary.",
]


def _made(shipped, sentence):
    words = stems(sentence)
    return {
        claim.claim_id
        for claim in from_casebook(shipped)
        if all(phrase_hits(group, words) for group in claim.match["all"])
        and not phrase_hits(claim.match.get("none", []), words)
    }


@pytest.mark.parametrize("claim_id", SAYS)
def test_a_sentence_that_makes_a_claim_has_a_word_of_every_group(shipped, claim_id):
    made = _made(shipped, SAYS[claim_id])
    assert claim_id in made
    assert len(made) <= 2


@pytest.mark.parametrize("sentence", ELSE)
def test_a_sentence_that_says_something_else_makes_none(shipped, sentence):
    assert not _made(shipped, sentence)


def test_every_word_of_a_group_can_be_seen(shipped):
    for claim in from_casebook(shipped):
        for phrase in [p for group in claim.match["all"] for p in group]:
            assert stems(phrase), f"{claim.claim_id}: {phrase!r} is all little words"

"""The pair classifier: plain sentences, direction of the contract, errors, equal bytes."""

from __future__ import annotations

import subprocess
import sys

import pytest

from detente.errors import InputError
from detente.ontology import QUAD_CLASS
from detente.read.classify import TYPES_15, classify_batch, classify_pair
from detente.read.marking import MAX_TOKENS, find_pair

PLAIN = [
    ("Norland condemned the rocket launch by Sudland.", "Norland", "Sudland", "ACCUSE"),
    ("Norland bombed two bridges in Sudland at dawn.", "Norland", "Sudland", "ASSAULT"),
    ("Norland sent 900 tonnes of rice to Sudland.", "Norland", "Sudland", "AID"),
    ("Norland's president met the prime minister of Sudland.", "Norland", "Sudland", "CONSULT"),
    ("Norland refused to release the crew from Sudland.", "Norland", "Sudland", "REJECT"),
    ("Norland released the crew from Sudland on Friday.", "Norland", "Sudland", "RETREAT"),
    ("Norland urged Sudland to free the crew.", "Norland", "Sudland", "REQUEST"),
    ("Norland threatened Sudland with an embargo.", "Norland", "Sudland", "THREATEN"),
    ("Police in Norland arrested two students.", "Police", "two students", "COERCE"),
    ("Norland recalled its ambassador from Sudland.", "Norland", "Sudland", "SANCTION"),
    ("Thousands marched against the minister.", "Thousands", "the minister", "PROTEST"),
    ("Norland massed troops on the border with Sudland.", "Norland", "Sudland", "MOBILIZE"),
]


@pytest.mark.parametrize(("sentence", "source", "target", "expected"), PLAIN)
def test_plain_sentences(sentence: str, source: str, target: str, expected: str) -> None:
    result = classify_pair(sentence, source, target)
    assert result.type == expected
    assert result.quad == QUAD_CLASS[expected]


def test_probabilities_sum_to_one_and_confidence_is_the_largest() -> None:
    result = classify_pair(*PLAIN[0][:3])
    assert set(result.probabilities) == set(QUAD_CLASS)
    assert sum(result.probabilities.values()) == pytest.approx(1)
    assert sum(result.factuality_probabilities.values()) == pytest.approx(1)
    assert result.confidence == max(result.probabilities.values())
    assert 0 < result.no_event < 1


def test_fifteen_types_join_concede_and_retreat() -> None:
    sixteen = classify_pair(*PLAIN[5][:3])
    fifteen = classify_pair(*PLAIN[5][:3], types=15)
    assert set(fifteen.probabilities) == set(TYPES_15)
    both = sixteen.probabilities["CONCEDE"] + sixteen.probabilities["RETREAT"]
    assert fifteen.probabilities["YIELD"] == both
    assert (fifteen.type, fifteen.quad, fifteen.mode) == ("YIELD", 2, sixteen.mode)


def test_the_same_pair_gives_the_same_bytes_in_any_company() -> None:
    pairs = [row[:3] for row in PLAIN]
    alone = [classify_pair(*pair) for pair in pairs]
    assert classify_batch(pairs) == alone
    assert classify_batch(pairs[::-1]) == alone[::-1]
    assert classify_batch(pairs[3:5], threads=2) == alone[3:5]


def test_an_actor_may_be_missing() -> None:
    assert classify_pair("Teachers in Norland went on strike.", "Teachers", None).type == "PROTEST"
    assert classify_pair("Two students were arrested.", "", "Two students").type == "COERCE"


def test_a_long_sentence_is_cut_around_the_actors() -> None:
    words = "and so on and so forth, " * 60
    far = f"{words}Norland bombed two bridges in Sudland. {words}"
    assert len(far.split()) > 2 * MAX_TOKENS
    assert classify_pair(far, "Norland", "Sudland").type == "ASSAULT"


@pytest.mark.parametrize(
    ("sentence", "source", "target", "found"),
    [
        ("The FBI sued Iran.", "FBI", "Iran", ("FBI", "Iran")),
        ("FBI agents sued Iran.", "The FBI", "iran", ("FBI", "Iran")),
        ("Iranian police and Iran sued  the   Post.", "Iran", "the Post", ("Iran", "the   Post")),
        ("China met China.", "China", "China", ("China", "China")),
        ("A met B.", (0, 1), (6, 7), ("A", "B")),
    ],
)  # fmt: skip
def test_actors_are_found_as_a_reader_would(
    sentence: str,
    source: str | tuple[int, int],
    target: str | tuple[int, int],
    found: tuple[str, str],
) -> None:
    first, second = find_pair(sentence, source, target)
    assert first
    assert second
    assert first != second
    assert (sentence[slice(*first)], sentence[slice(*second)]) == found


@pytest.mark.parametrize(
    ("source", "target", "says"),
    [
        ("Westland", "Ostland", "'Ostland' is not in the sentence"),
        ("Norland", (50, 60), "span \\(50, 60\\)"),
        ("", None, "neither source nor target"),
    ],
)
def test_errors_say_what_was_found(source: str, target: str | tuple[int, int], says: str) -> None:
    with pytest.raises(InputError, match=says):
        classify_pair("Norland met Sudland.", source, target)


def test_an_error_in_a_batch_names_the_pair() -> None:
    good = ("Norland met Sudland.", "Norland", "Sudland")
    with pytest.raises(InputError, match="pair 2, source"):
        classify_batch([good, ("Norland met Sudland.", (40, 50), "Sudland")])


def test_a_name_that_is_not_there_is_read_as_not_named() -> None:
    with pytest.warns(UserWarning, match="'a recipient' is not in the sentence"):
        found = classify_pair("The police arrested two men.", "The police", "a recipient")
    assert found.type == "COERCE"
    with pytest.warns(UserWarning, match="share a place"):
        assert find_pair("Norland troops fired.", "Norland troops", "Norland") == ((0, 14), None)


def test_number_of_types_is_checked() -> None:
    with pytest.raises(InputError, match="15 or 16"):
        classify_pair(*PLAIN[0][:3], types=4)


def test_no_torch_at_run_time() -> None:
    code = (
        "import sys; from detente.read.classify import classify_pair;"
        "assert 'onnxruntime' not in sys.modules, 'loaded before it is needed';"
        "classify_pair('A met B.', 'A', 'B');"
        "assert not {'torch', 'transformers', 'spacy'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)

"""What an address asks for is checked, bound and given back unchanged."""

from __future__ import annotations

from urllib.parse import parse_qsl

import pytest

from detente.errors import InputError
from detente.serve import asked


def test_an_address_and_its_filter_are_one() -> None:
    query = (
        "dyad=CHN-PRK&direction=CHN%3EPRK&type=AID&type=none&quad=2&from=2017-03&to=2018"
        "&q=%22nuclear+test%22+kim&dataset=a%26b&sort=date&page=3"
    )
    found = asked.events(parse_qsl(query))
    assert found.query() == query
    assert asked.events(parse_qsl(found.query())) == found
    assert asked.phrases(found.words) == ["nuclear test", "kim"]
    assert asked.events([]).query() == ""
    assert asked.events([("dyad", "prk-chn")]).dyad == "CHN-PRK"


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("typ", "AID", "one of dyad"),
        ("dyad", "CHN", "two different codes"),
        ("dyad", "CHN-XXY", "XXY"),
        ("type", "KISS", "one of AGREE"),
        ("quad", "5", "one of 1, 2, 3, 4"),
        ("from", "yesterday", "2018-03-27"),
        ("from", "2018-02-30", "2018-03-27"),
        ("to", "9" * 31, "2018-03-27"),
        ("page", "0", "a number from 1"),
        ("page", "-1", "a number from 1"),
        ("page", "1e9", "a number from 1"),
        ("page", "9" * 40, "a number from 1"),
        ("page", "٣", "a number from 1"),
        ("sort", "date; DROP TABLE events", "one of -date"),
        ("direction", "CHN>PRK", "dyad=CHN-PRK"),
        ("source", "CHN' OR '1'='1", "three letters"),
        ("q", "a b c d e f g h i", "at most 8"),
        ("q", "x" * 201, "at most 200"),
    ],
)
def test_what_cannot_be_asked_is_named(name: str, value: str, words: str) -> None:
    with pytest.raises(InputError) as caught:
        asked.events([(name, value)])
    assert words in str(caught.value)


def test_a_period_ends_after_it_begins_and_nothing_is_asked_twice() -> None:
    with pytest.raises(InputError, match="after"):
        asked.events([("from", "2018"), ("to", "2017")])
    with pytest.raises(InputError, match="2 values"):
        asked.events([("q", "a"), ("q", "b")])


def test_no_value_is_written_into_the_sql() -> None:
    given = [
        ("dyad", "CHN-PRK"), ("type", "AID"), ("quad", "1"), ("from", "2001-02-03"),
        ("q", "'; DROP TABLE events; --"), ("dataset", "x' OR TRUE --"),
    ]  # fmt: skip
    condition, values = asked.where(asked.events(given))
    for text in ("CHN", "AID", "2001", "DROP", "OR TRUE", "'x"):
        assert text not in condition
    assert "x' OR TRUE --" in values.values()

"""What is told of one part of a sentence is not told of another, nor one date counted twice."""

import pytest
from checking import checked

CASES = [
    # casebook, day of the text, text, {words of a statement: verdict}, words that no statement has
    ("india-pakistan", "2022-03-03",
     "In 1974 India tested a nuclear device; Pakistan answered with a test of its own in the same year.",
     {"In 1974 India tested a nuclear device": "supported"}, []),
    ("india-pakistan", "2022-03-03",
     "Six years later, in January 1966, Lal Bahadur Shastri and Ayub Khan signed a declaration in Tashkent.",
     {"Six years later, in January 1966, Lal Bahadur Shastri and Ayub Khan signed a declaration in "
      "Tashkent.": "supported"}, ["Six years later"]),
    ("china-north-korea", "2019-06-12",
     "Kim Jong Un came to Beijing in March 2018 to see Xi Jinping. In May 2018 they met in Dalian, and in "
     "June 2018 Kim was back in Beijing.",
     {"In May 2018 they met in Dalian": "supported"}, []),
    ("china-north-korea", "2019-06-12",
     "North Korea's first nuclear test took place in October 2006, and its last in September 2017.",
     {"its last in September 2017.": "supported"}, []),
]  # fmt: skip


@pytest.fixture(scope="module")
def found():
    return checked([case[:3] for case in CASES])


@pytest.mark.parametrize("number", range(len(CASES)))
def test_each_part_has_its_own_verdict(found, number):
    _, _, _, wanted, absent = CASES[number]
    seen = {item.statement.text: item.verdict.verdict if item.verdict else None
            for item in found[number]}  # fmt: skip
    for words, verdict in wanted.items():
        assert seen.get(words) == verdict, seen
    assert not set(absent) & set(seen)
    assert "contradicted" not in seen.values(), seen
    assert "partly supported" not in seen.values(), seen

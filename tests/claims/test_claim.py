import pytest

from detente.claims.claim import load
from detente.errors import ClaimError

GOOD = """\
claims:
  - id: tests-at-summits
    says: North Korea times its tests to China's summits
    kind: coincidence
    events: {file: tests.csv, date: date}
    calendar: {file: summits.csv, start: start, end: end}
    window: {before: 1, after: 0}
    period: {from: 2012-01-01, to: 2025-12-31}
    direction: more
    alternatives: {window: [{before: 3, after: 3}], null: [circular-shift, jitter-45d]}
  - id: visits-fell
    kind: rate-change
    events: {file: visits.csv, date: date}
    at: 2013
    period: {from: 2000-01-01, to: 2017-11-09}
    direction: fewer
  - id: worse-over-time
    kind: trend
    series: {file: index.csv, date: month, value: index, lo90: lo90, hi90: hi90}
    direction: down
    shape: gradual
  - id: in-favour
    kind: share
    events: {table: votes}
    of: {chn_vote: yes}
    expected: all
"""


def test_a_file_is_read_with_its_dates_and_words_as_text(tmp_path):
    path = tmp_path / "c.yaml"
    path.write_text(GOOD)
    claims = load(path)
    assert [c.claim_id for c in claims][:2] == ["tests-at-summits", "visits-fell"]
    assert claims[0].spec["period"] == {"from": "2012-01-01", "to": "2025-12-31"}
    assert claims[0].spec["alternatives"]["null"] == ["circular-shift", "jitter-45d"]
    assert claims[1].spec["at"] == "2013"
    assert claims[1].says == "visits-fell"  # without says, the id stands in
    assert claims[3].spec["of"] == {"chn_vote": "yes"}
    assert claims[0].where == f"{path}:2"


@pytest.mark.parametrize(
    ("old", "new", "line", "key", "found", "expected"),
    [
        ("direction: down", "directon: down", 20, "directon", "'directon'", "direction"),
        ("shape: gradual", "shape: slow", 21, "shape", "'slow'", "gradual, any"),
        ("{from: 2000-01-01", "{from: January", 15, "period.from", "'January'", "2012-01-01"),
        ("kind: trend", "kind: trendy", 18, "kind", "'trendy'", "coincidence"),
        ("before: 1", "before: -1", 7, "window.before", "-1", "0"),
        ("jitter-45d", "jiter", 10, "alternatives.null.1", "'jiter'", "jitter-45d"),
        ("    at: 2013\n", "", 11, "at", "missing", "at"),
        ("id: visits-fell", "id: in-favour", 22, "id", "line 11", "its own"),
        ("{file: tests.csv, date", "{fil: tests.csv, date", 5, "events.fil", "'fil'", "file"),
    ],
)
def test_an_error_names_file_line_claim_and_key(tmp_path, old, new, line, key, found, expected):
    path = tmp_path / "c.yaml"
    assert old in GOOD
    path.write_text(GOOD.replace(old, new))
    with pytest.raises(ClaimError) as caught:
        load(path)
    assert caught.value.where.startswith(f"{path}:{line}, claim ")
    assert caught.value.where.endswith(f"key {key}")
    assert found in caught.value.found
    assert expected in caught.value.expected


@pytest.mark.parametrize(
    ("text", "found"),
    [("claims: [", "not YAML"), ("- 1\n", "[1]"), ("", "nothing"), ("claim: []\n", "missing")],
)
def test_a_file_that_is_no_claims_file(tmp_path, text, found):
    path = tmp_path / "c.yaml"
    path.write_text(text)
    with pytest.raises(ClaimError, match=r"c\.yaml") as caught:
        load(path)
    assert found in caught.value.found


def test_a_missing_file(tmp_path):
    with pytest.raises(ClaimError, match="there is no such file"):
        load(tmp_path / "none.yaml")


def test_a_close_key_is_suggested(tmp_path):
    path = tmp_path / "c.yaml"
    path.write_text(GOOD.replace("direction: down", "directon: down"))
    with pytest.raises(ClaimError, match="write 'direction'"):
        load(path)


BOMB = "".join(
    f"{name}: &{name} [{','.join([f'*{last}'] * 9)}]\n"
    for last, name in zip("abcdefghi", "bcdefghij", strict=True)
)


@pytest.mark.parametrize(
    ("text", "line", "found"),
    [
        (GOOD.replace("from: 2012-01-01", "from: 2012-31-12"), 8, "'2012-31-12'"),
        (GOOD.replace("from: 2012-01-01", "from: 2027-01-01"), 8, "2027-01-01 to 2025-12-31"),
        (GOOD.replace("    direction: more", "    kind: trend"), 9, "stands here twice, first on line 4"),
        (GOOD.replace("events: {file: tests.csv, date: date}", "events: [tests.csv]"), 5, "['tests.csv']"),
        ("claims:\n\t- id: a\n", 2, "not YAML"),
        ("claims:\n", 1, "nothing"),
        ("claims:\n  -\n", 2, "nothing"),
        ("claims: hello\n", 1, "'hello'"),
        ("claims:\n  - !!python/object:os.system ls\n", 2, "not YAML"),
        ("claims: *nowhere\n", 1, "undefined alias"),
        ("claims: &c\n  - *c\n", 1, "holds itself"),
        (f"a: &a [x]\n{BOMB}claims: *j\n", 7, "unfold into very many"),
        ("claims: " + "[" * 20_000 + "]" * 20_000, 1, "brackets within brackets"),
    ],
)  # fmt: skip
def test_a_file_that_is_wrong_or_meant_to_do_harm_is_refused_with_its_line(
    tmp_path, text, line, found
):
    path = tmp_path / "c.yaml"
    path.write_text(text)
    with pytest.raises(ClaimError) as caught:
        load(path)
    assert f"{path}:{line}" in caught.value.where
    assert found in caught.value.found


def test_a_file_too_large_for_claims_is_not_even_read(tmp_path):
    path = tmp_path / "c.yaml"
    with path.open("wb") as out:
        out.truncate(50_000_000)
    with pytest.raises(ClaimError, match="a file of 50 MB"):
        load(path)

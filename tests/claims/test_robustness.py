import pytest

from detente.claims import robustness, verdict
from detente.claims.claim import Claim
from detente.claims.finding import Finding
from detente.claims.inputs import Inputs
from detente.errors import ClaimError
from detente.schema import Verdict


@pytest.fixture
def data(tmp_path):
    return Inputs(Claim("c", "c", "coincidence", {}, tmp_path), None)


SPEC = {
    "kind": "coincidence", "events": {"table": "tests", "where": {"kind": "missile"}},
    "calendar": {"table": "calendar"}, "window": {"before": 1, "after": 0},
    "alternatives": {"window": [{"before": 0, "after": 0}], "rule": ["in_cns", "in_csis"],
                     "null": ["circular-shift", "jitter-45d"]},
    "slices": [{"name": "2016 only", "after_looking": True, "period": {"from": "2016", "to": "2016"}}],
}  # fmt: skip


def test_all_alternatives_are_crossed_the_chosen_first_and_none_twice(data):
    made = robustness.specifications(SPEC, data)
    assert len(made) == 2 * 3 * 2 + 1  # circular-shift is what is chosen without saying so
    assert made[0].chosen
    assert made[0].changes == {}
    assert sum(one.chosen for one in made) == 1
    assert made[-1].after_looking
    assert made[-1].spec["period"] == {"from": "2016", "to": "2016"}
    ruled = next(one for one in made if one.changes.get("rule") == "in_csis")
    assert ruled.spec["events"] == {
        "table": "tests",
        "where": {"kind": "missile"},
        "rule": "in_csis",
    }


def test_where_is_narrowed_and_not_replaced():
    made = robustness.changed(SPEC, {"where": {"outcome": "success"}})
    assert made["events"]["where"] == {"kind": "missile", "outcome": "success"}


def test_a_fishing_net_is_refused(data):
    many = [{"before": n, "after": m} for n in range(17) for m in range(17)]
    with pytest.raises(ClaimError, match="at most 256"):
        robustness.specifications({**SPEC, "alternatives": {"window": many}}, data)


def _found(*words):
    return [Finding(word, "so", p=0.5, n=10 + i) for i, word in enumerate(words)]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["supported"] * 5, "supported"),
        (["supported"] * 4 + ["not supported"], "supported"),
        (["supported"] * 3 + ["not supported"] * 2, "contested"),
        (["not supported"] * 4 + ["supported"], "not supported"),
        (["not supported"] * 3 + ["supported"] * 2, "contested"),
        (["supported", "contradicted", "contradicted"], "contested"),
        (["contradicted", "not supported", "not supported"], "not supported"),
        (["contradicted"] * 5, "contradicted"),
        (["partly supported"] * 2 + ["supported"] * 3, "partly supported"),
        (["supported", "not testable here"], "supported"),
        (["not testable here", "supported"], "not testable here"),
    ],
)
def test_the_chosen_specification_speaks_and_the_others_can_take_it_back(words, expected):
    found = _found(*words)
    assert verdict.agreed(found[0], found)[0] == expected


def test_false_discovery_control_over_a_document():
    alone = Verdict("supported", "It is so.", p=0.04)
    company = [Verdict("not supported", "", p=p) for p in (0.2, 0.5, 0.7, 0.9)]
    record = Verdict("supported", "On record.")
    out = verdict.discount([alone, *company, record])
    assert out[0].verdict == "not supported"
    assert "q = 0.2" in out[0].reason
    assert out[-1] is record
    strong = Verdict("supported", "It is so.", p=0.001)
    assert verdict.discount([strong, *company])[0].verdict == "supported"
    assert verdict.discount([alone])[0].verdict == "supported"

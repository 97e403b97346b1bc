"""What one specification of a claim came to, before any verdict on the claim as a whole."""

from __future__ import annotations

import dataclasses
from typing import Literal

from detente.schema import Evidence, VerdictWord

#: Level of every test; intervals are 90 %, so that one end is a one-sided test at 5 %.
ALPHA = 0.05
#: Power at which the smallest effect is stated.
POWER = 0.80

Lean = Literal["for", "against", "neither"]
_LEANS: dict[str, Lean] = {
    "supported": "for",
    "partly supported": "for",
    "contradicted": "against",
}


@dataclasses.dataclass(frozen=True, slots=True)
class Finding:
    """The result of one specification.

    ``word`` is the verdict this specification alone would give, ``text`` the sentence that
    goes with it. ``p`` belongs to ``null``; ``lo90``/``hi90`` bound ``estimate``, which is
    the ``measure`` (risk ratio, rate ratio, change per decade, percentile, share, count).
    Of a coincidence, ``hits`` is how many event days fell into the windows, and
    ``null_distribution[k]`` the probability of ``k`` under the null.
    """

    word: VerdictWord
    text: str
    measure: str = ""
    estimate: float | None = None
    lo90: float | None = None
    hi90: float | None = None
    p: float | None = None
    n: int | None = None
    null: str = ""
    smallest_effect: float | None = None
    evidence: tuple[Evidence, ...] = ()
    caveats: tuple[str, ...] = ()
    hits: int | None = None
    null_distribution: tuple[float, ...] = ()

    @property
    def lean(self) -> Lean:
        """Whether it speaks for the claim, against it, or neither."""
        return _LEANS.get(self.word, "neither")

"""What a source does to a target in a sentence: PLOVER type, mode, factuality.

A small transformer (``docs/classifier.md``) run with onnxruntime on the CPU; neither torch nor
a network is needed. Pairs go through the network one by one: its int8 weights make that as
fast as a batch, and the same pair then gives the same bytes whatever stands beside it.
"""

from __future__ import annotations

import dataclasses
import functools
import json
from collections.abc import Iterable
from importlib import resources
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detente.errors import DetenteError, InputError
from detente.ontology import QUAD_CLASS, YIELD
from detente.read.marking import Part, encode, find_pair

#: The types of older sets, with YIELD for CONCEDE and RETREAT.
TYPES_15: tuple[str, ...] = tuple(
    dict.fromkeys("YIELD" if kind in YIELD else kind for kind in QUAD_CLASS)
)
_FOLDER = "model"


@dataclasses.dataclass(frozen=True, slots=True)
class Classification:
    """What a source does to a target.

    Attributes
    ----------
    type, mode, quad
        PLOVER type, its mode (``""`` when none fits better) and quad class 1 … 4.
    confidence
        Calibrated probability that ``type`` is right, given that there is an act.
    probabilities
        Calibrated probability of each type; they sum to 1.
    no_event
        Probability that the source does nothing to the target in this sentence: a bystander,
        or a pair in the wrong direction.
    factuality, factuality_probabilities
        The likeliest of the seven factualities, and the probability of each.
    """

    type: str
    mode: str
    quad: int
    confidence: float
    probabilities: dict[str, float]
    no_event: float
    factuality: str
    factuality_probabilities: dict[str, float]


@dataclasses.dataclass(frozen=True, slots=True)
class _Model:
    session: Any
    tokenizer: Any
    types: list[str]
    modes: list[tuple[str, str]]
    factualities: list[str]
    temperatures: dict[str, float]


def classify_pair(sentence: str, source: Part, target: Part, *, types: int = 16) -> Classification:
    """Classify what ``source`` does to ``target``.

    Parameters
    ----------
    sentence
        One sentence of English; of a very long one, the words near the two actors count.
    source, target
        Words of the sentence (the first occurrence counts; case and a leading article are
        ignored when nothing else fits), or ``(start, end)`` spans of code points. One of the two
        may be ``None`` or empty where the sentence names no such actor.
    types
        16, or 15 for the older set in which YIELD stands for CONCEDE and RETREAT.

    Raises
    ------
    InputError
        A part is not in the sentence, the two overlap, both are missing, or ``types`` is
        neither 15 nor 16.

    Examples
    --------
    >>> classify_pair("China condemned the launch by North Korea.", "China", "North Korea").type
    'ACCUSE'
    """
    return classify_batch([(sentence, source, target)], types=types)[0]


def classify_batch(
    pairs: Iterable[tuple[str, Part, Part]], *, types: int = 16, threads: int = 1
) -> list[Classification]:
    """Classify many pairs; the result of each is that of :func:`classify_pair`, bit for bit.

    Parameters
    ----------
    pairs
        ``(sentence, source, target)`` as for :func:`classify_pair`. All are checked before
        the first is classified.
    threads
        Threads within one pair; one is fastest per core, several shorten the wait.

    Raises
    ------
    InputError
        As :func:`classify_pair`; ``where`` names the number of the pair, from 1.
    """
    if types not in (15, 16):
        raise InputError("types", repr(types), "15 or 16", "leave it out for PLOVER's 16 types")
    model = load(threads)
    marked = []
    for number, (sentence, source, target) in enumerate(pairs, 1):
        try:
            spans = find_pair(sentence, source, target)
        except InputError as error:
            where = f"pair {number}, {error.where}"
            raise InputError(where, error.found, error.expected, error.todo) from None
        marked.append(encode(model.tokenizer, sentence, *spans))
    return [_classify(model, ids, at, types) for ids, at in marked]


@functools.cache
def load(threads: int = 1) -> _Model:
    """The model, read on first use (about a tenth of a second, 60 MB of memory).

    Raises
    ------
    DetenteError
        The model file is missing or was not made by ``make train``.
    """
    import onnxruntime  # not needed by `detente --help`
    from tokenizers import Tokenizer

    folder = resources.files("detente.read").joinpath(_FOLDER)
    try:
        about = json.loads(folder.joinpath("model.json").read_text(encoding="utf-8"))
        network = folder.joinpath("plover.onnx").read_bytes()
        words = folder.joinpath("tokenizer.json").read_text(encoding="utf-8")
    except (OSError, json.JSONDecodeError) as error:
        raise DetenteError(
            str(folder), str(error), "plover.onnx, tokenizer.json and model.json",
            "install Detente again, or build the model with `make train`",
        ) from error  # fmt: skip
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(network, options, providers=["CPUExecutionProvider"])
    return _Model(
        session,
        Tokenizer.from_str(words),
        about["types"],
        [(kind, mode) for kind, mode in about["modes"]],
        about["factualities"],
        about["temperatures"],
    )


def _classify(model: _Model, ids: list[int], at: list[int], types: int) -> Classification:
    heat = model.temperatures
    kind_logits, mode_logits, fact_logits, none_logit = (
        out[0].astype(np.float64)
        for out in model.session.run(
            None, {"ids": np.array([ids], np.int64), "at": np.array([at], np.int64)}
        )
    )
    of_16 = dict(zip(model.types, _softmax(kind_logits / heat["type"]), strict=True))
    probabilities = of_16 if types == 16 else _fifteen(of_16)
    kind = max(probabilities, key=probabilities.__getitem__)
    plain = kind if kind != "YIELD" else max(YIELD, key=lambda name: (of_16[name], name))
    scores = {
        mode: score
        for (of, mode), score in zip(model.modes, mode_logits.tolist(), strict=True)
        if of == plain
    }
    facts = dict(zip(model.factualities, _softmax(fact_logits / heat["factuality"]), strict=True))
    return Classification(
        type=kind,
        mode=max(scores, key=scores.__getitem__),
        quad=QUAD_CLASS[plain],
        confidence=probabilities[kind],
        probabilities=probabilities,
        no_event=float(1 / (1 + np.exp(-none_logit[0] / heat["no_event"]))),
        factuality=max(facts, key=facts.__getitem__),
        factuality_probabilities=facts,
    )


def _softmax(logits: NDArray[np.float64]) -> list[float]:
    powers = np.exp(logits - logits.max())
    shares: list[float] = (powers / powers.sum()).tolist()
    return shares


def _fifteen(of_16: dict[str, float]) -> dict[str, float]:
    out = dict.fromkeys(TYPES_15, 0.0)
    for kind, share in of_16.items():
        out["YIELD" if kind in YIELD else kind] += share
    return out

"""What the shipped file says of held-out pairs: temperatures, scores, int8 against float."""

from __future__ import annotations

import pathlib

import numpy as np
import onnxruntime
import torch
from numpy.typing import NDArray

from data import FACTUALITY, TYPES, Pair
from model import Classifier
from scores import log_loss, macro_f1, temperature

Floats = NDArray[np.float64]
Encoded = tuple[list[int], list[int]]


def float_logits(model: Classifier, encoded: list[Encoded]) -> list[Floats]:
    """Logits of each head, (pairs, classes), from the network before its int8 weights."""
    model.eval()
    rows = []
    with torch.no_grad():
        for ids, at in encoded:
            outputs = model(torch.tensor([ids]), torch.tensor([at]))
            rows.append([output[0].numpy().astype(np.float64) for output in outputs])
    return [np.stack(column) for column in zip(*rows, strict=True)]


def file_logits(path: pathlib.Path, encoded: list[Encoded]) -> list[Floats]:
    """Logits of each head from the ONNX file, one pair at a time as at work."""
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    rows = []
    for ids, at in encoded:
        feed = {"ids": np.array([ids], np.int64), "at": np.array([at], np.int64)}
        rows.append([output[0].astype(np.float64) for output in session.run(None, feed)])
    return [np.stack(column) for column in zip(*rows, strict=True)]


def held_out_figures(pairs: list[Pair], logits: list[Floats]) -> dict[str, dict[str, float]]:
    """Temperatures, and scores of the held-out pairs; pairs without an event have no type."""
    acts, kind = _typed(pairs)
    fact = np.array([FACTUALITY.index(pair.factuality) for pair in pairs])
    none = np.array([int(pair.type == "NONE") for pair in pairs])
    heat = {
        "type": temperature(logits[0][acts], kind),
        "factuality": temperature(logits[2], fact),
        "no_event": temperature(logits[3], none),
    }
    scores = {
        "pairs": float(len(pairs)),
        "type_macro_f1": type_macro_f1(pairs, logits),
        "type_log_loss": log_loss(logits[0][acts], kind, heat["type"]),
        "factuality_macro_f1": macro_f1(fact, logits[2].argmax(axis=1)),
        "no_event_macro_f1": macro_f1(none, (logits[3][:, 0] > 0).astype(np.int64)),
    }
    return {"temperatures": heat, "held_out": {k: round(v, 4) for k, v in scores.items()}}


def type_macro_f1(pairs: list[Pair], logits: list[Floats]) -> float:
    """Macro-F1 in percent over the 16 types."""
    acts, kind = _typed(pairs)
    return macro_f1(kind, logits[0][acts].argmax(axis=1))


def _typed(pairs: list[Pair]) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
    """Which pairs have a type to be found, and the number of it for each of those."""
    acts = np.array([pair.type != "NONE" and pair.typed for pair in pairs])
    kinds = [TYPES.index(pair.type) for pair, act in zip(pairs, acts, strict=True) if act]
    return acts, np.array(kinds)

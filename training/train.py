"""Train the classifier from the training text: `make train`.

Writes plover.onnx, tokenizer.json and model.json into src/detente/read/model. Seeded; on two
processor cores it takes under an hour. A tenth of the text, in whole blocks of neighbouring
lines, is held out: it never moves a weight, and gives the temperatures and the figures in
model.json.
"""

from __future__ import annotations

import argparse
import concurrent.futures
import dataclasses
import hashlib
import json
import math
import multiprocessing
import os
import pathlib
import random
import sys
import time

import torch
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional as F

from data import FACTUALITY, TYPE_MODES, TYPES, Pair, Swap, folds, one_left_out, read_text
from detente.read.marking import encode
from evaluate import file_logits, float_logits, held_out_figures, type_log_loss, type_macro_f1
from export import save
from model import Classifier, pretrained, tokenizer_json

MODEL = pathlib.Path(__file__).resolve().parents[1] / "src/detente/read/model"
HEADS = ["type", "mode", "factuality", "no_event"]
Encoded = tuple[list[int], list[int]]


@dataclasses.dataclass(frozen=True)
class Settings:
    """How to train; chosen by what the held-out blocks said."""

    #: One run each; the shipped weights are the mean of the runs where that reads held-out
    #: text better than the best run does.
    seeds: tuple[int, ...] = (1, 2)
    epochs: int = 7
    batch: int = 16
    rate: float = 2e-4
    head_rate: float = 1e-3
    #: Learning rate of each layer as a share of that of the layer above.
    decay: float = 0.9
    dropout: float = 0.1
    smoothing: float = 0.1
    #: Weight of the losses of mode, factuality and "no event" beside that of the type.
    beside: float = 0.3
    #: Share of sentences whose states are swapped for others.
    swap: float = 0.3
    #: Share of pairs of which one actor is left unmarked, as in sentences that name only one.
    left_out: float = 0.05
    folds: int = 10


class Trainer:
    """One run over the text: the network, its optimiser and the encoded pairs."""

    def __init__(self, settings: Settings, pairs: list[Pair], seed: int) -> None:
        self.settings, self.pairs = settings, pairs
        self.seed, self.rng = seed, random.Random(seed)
        self.swap = Swap()
        self.tokenizer = Tokenizer.from_str(tokenizer_json())
        torch.manual_seed(0)  # the same fresh heads in every run, or the mean would make no sense
        self.model = pretrained(settings.dropout)
        torch.manual_seed(seed)
        self.optimiser = torch.optim.AdamW(
            _groups(self.model, settings), betas=(0.9, 0.98), fused=True
        )
        steps = math.ceil(len(pairs) / settings.batch) * settings.epochs

        def share(step: int) -> float:
            return min(1.0, (step + 1) / (0.1 * steps)) * max(0.0, 1 - step / steps)

        self.schedule = torch.optim.lr_scheduler.LambdaLR(self.optimiser, share)

    def run(self) -> Classifier:
        """All epochs; prints the loss and the time left after each."""
        start = time.monotonic()
        for epoch in range(1, self.settings.epochs + 1):
            batches = self._batches()
            total = sum(self._step(batch) for batch in batches)
            spent = time.monotonic() - start
            left = spent / epoch * (self.settings.epochs - epoch)
            print(
                f"seed {self.seed}, epoch {epoch}/{self.settings.epochs}: "
                f"loss {total / len(batches):.3f}, {spent / 60:.1f} min, {left / 60:.1f} min left",
                flush=True,
            )
        return self.model

    def _batches(self) -> list[list[Pair]]:
        """Shuffled batches of sentences of similar length: little padding."""
        order = list(range(len(self.pairs)))
        self.rng.shuffle(order)
        size, out = self.settings.batch, []
        for low in range(0, len(order), 16 * size):
            near = sorted(order[low : low + 16 * size], key=lambda i: len(self.pairs[i].text))
            out += [near[k : k + size] for k in range(0, len(near), size)]
        self.rng.shuffle(out)
        return [[self.pairs[i] for i in batch] for batch in out]

    def _step(self, batch: list[Pair]) -> float:
        share = self.settings.swap
        seen = [self.swap(p, self.rng) if self.rng.random() < share else p for p in batch]
        share = self.settings.left_out
        seen = [
            one_left_out(p, self.rng) if p.type != "NONE" and self.rng.random() < share else p
            for p in seen
        ]
        self.model.train()
        outputs = self.model(*padded([encoded(self.tokenizer, pair) for pair in seen]))
        loss = _loss(outputs, batch, self.settings)
        self.optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimiser.step()
        self.schedule.step()
        return loss.item()


def encoded(tokenizer: Tokenizer, pair: Pair) -> Encoded:
    """Token ids and marker places of a pair."""
    return encode(tokenizer, pair.text, pair.source, pair.target)


def padded(rows: list[Encoded]) -> tuple[Tensor, Tensor]:
    """Ids (batch, longest) padded with 0, and marker places (batch, 2)."""
    ids = torch.zeros(len(rows), max(len(row) for row, _ in rows), dtype=torch.long)
    for i, (row, _) in enumerate(rows):
        ids[i, : len(row)] = torch.tensor(row)
    return ids, torch.tensor([at for _, at in rows])


def _groups(model: Classifier, settings: Settings) -> list[dict[str, object]]:
    """Parameters with their learning rates; word vectors stay as they are.

    Most words of a news text are not in the training text; vectors moved for some words only
    would no longer fit the rest.
    """
    out: list[dict[str, object]] = []
    for name, parameter in model.named_parameters():
        if name.startswith(("words", "places", "norm.")):
            parameter.requires_grad_(False)
            continue
        rate = settings.head_rate
        if name.startswith("layers."):
            rate = settings.rate * settings.decay ** (5 - int(name.split(".")[1]))
        shrink = 0.01 if parameter.dim() > 1 else 0.0
        out.append({"params": [parameter], "lr": rate, "weight_decay": shrink})
    return out


def _loss(outputs: list[Tensor], batch: list[Pair], settings: Settings) -> Tensor:
    kinds, modes, facts, none = outputs
    ignored = -100  # a pair without an event has neither type nor mode
    type_of = {kind: i for i, kind in enumerate(TYPES)}
    mode_of = {pair: i for i, pair in enumerate(TYPE_MODES)}
    gold_type = torch.tensor([type_of.get(p.type, ignored) if p.typed else ignored for p in batch])
    gold_mode = torch.tensor(
        [mode_of.get((p.type, p.mode), ignored) if p.typed else ignored for p in batch]
    )
    gold_fact = torch.tensor([FACTUALITY.index(p.factuality) for p in batch])
    gold_none = torch.tensor([float(p.type == "NONE") for p in batch])
    smooth = settings.smoothing
    beside = (
        F.cross_entropy(modes, gold_mode, ignore_index=ignored, label_smoothing=smooth)
        + F.cross_entropy(facts, gold_fact)
        + F.binary_cross_entropy_with_logits(none[:, 0], gold_none)
    )
    main = F.cross_entropy(kinds, gold_type, ignore_index=ignored, label_smoothing=smooth)
    return main + settings.beside * beside


def run_seed(settings: Settings, pairs: list[Pair], seed: int) -> dict[str, Tensor]:
    """Weights after one run on one thread: sums in one order, whatever the machine."""
    torch.set_num_threads(1)
    return Trainer(settings, pairs, seed).run().state_dict()


def all_runs(settings: Settings, pairs: list[Pair]) -> list[dict[str, Tensor]]:
    """The weights of every seed, side by side on as many cores as there are."""
    workers = min(len(settings.seeds), os.cpu_count() or 1)
    spawn = multiprocessing.get_context("spawn")
    with concurrent.futures.ProcessPoolExecutor(workers, mp_context=spawn) as pool:
        jobs = [pool.submit(run_seed, settings, pairs, seed) for seed in settings.seeds]
        return [job.result() for job in jobs]


def best_of(states: list[dict[str, Tensor]], held_out: list[Pair]) -> tuple[Classifier, str]:
    """The run, or the mean of the runs, under which the held-out types are likeliest."""
    tokenizer = Tokenizer.from_str(tokenizer_json())
    rows = [encoded(tokenizer, pair) for pair in held_out]
    candidates = {f"run {i}": state for i, state in enumerate(states, 1)}
    if len(states) > 1:
        mean = {key: torch.stack([s[key] for s in states]).mean(0) for key in states[0]}
        candidates["mean of runs"] = mean
    kept, losses = {}, {}
    for name, state in candidates.items():
        kept[name] = pretrained()
        kept[name].load_state_dict(state)
        logits = float_logits(kept[name], rows)
        losses[name] = type_log_loss(held_out, logits)
        score = type_macro_f1(held_out, logits)
        print(f"{name}: log loss {losses[name]:.3f}, macro-F1 {score:.1f} over 16 types")
    name = min(losses, key=losses.__getitem__)
    return kept[name], name


def write(
    model: Classifier,
    about: dict[str, object],
    held_out: list[Pair],
    folder: pathlib.Path,
) -> None:
    """Write the three files and print what int8 cost."""
    folder.mkdir(parents=True, exist_ok=True)
    save(model, HEADS, folder / "plover.onnx")
    (folder / "tokenizer.json").write_text(tokenizer_json(), encoding="utf-8")
    tokenizer = Tokenizer.from_str(tokenizer_json())
    rows = [encoded(tokenizer, pair) for pair in held_out]
    exact, shipped = float_logits(model, rows), file_logits(folder / "plover.onnx", rows)
    same = (exact[0].argmax(axis=1) == shipped[0].argmax(axis=1)).mean()
    print(
        f"held out, 16 types: float {type_macro_f1(held_out, exact):.1f}, "
        f"int8 {type_macro_f1(held_out, shipped):.1f}; {100 * same:.1f} % the same type"
    )
    about = {
        "what": "PLOVER pair classifier, MiniLM-L6 fine-tuned, int8 weights",
        **about,
        "onnx_sha256": hashlib.sha256((folder / "plover.onnx").read_bytes()).hexdigest(),
        **held_out_figures(held_out, shipped),
        "types": TYPES,
        "factualities": FACTUALITY,
        "modes": [list(pair) for pair in TYPE_MODES],
    }
    text = json.dumps(about, indent=1, ensure_ascii=False) + "\n"
    (folder / "model.json").write_text(text, encoding="utf-8")
    print(f"wrote {folder}: {sum(f.stat().st_size for f in folder.iterdir()) / 1e6:.1f} MB")


def main(arguments: list[str]) -> int:
    """Train and write the model."""
    parser = argparse.ArgumentParser(description="Train the classifier from the training text.")
    parser.add_argument("--out", type=pathlib.Path, default=MODEL, help="folder to write to")
    parser.add_argument("--epochs", type=int, default=Settings.epochs)
    parser.add_argument("--seeds", type=int, nargs="+", default=list(Settings.seeds))
    options = parser.parse_args(arguments)
    settings = Settings(seeds=tuple(options.seeds), epochs=options.epochs)
    pairs, text_hash = read_text()
    fold = folds(pairs, settings.folds)
    held_out = [pair for pair, at in zip(pairs, fold, strict=True) if at == 0]
    trained_on = [pair for pair, at in zip(pairs, fold, strict=True) if at != 0]
    print(f"{len(trained_on)} pairs to train on, {len(held_out)} held out", flush=True)
    model, kept = best_of(all_runs(settings, trained_on), held_out)
    about: dict[str, object] = {
        "training_text_sha256": text_hash,
        "training_pairs": len(trained_on),
        "settings": dataclasses.asdict(settings),
        "kept": kept,
    }
    write(model, about, held_out, options.out)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

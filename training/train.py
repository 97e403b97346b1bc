"""Train the classifier from the training text: `make train`.

Writes plover.onnx, tokenizer.json and model.json into src/detente/read/model. Seeded; on two
processor cores it takes under an hour. A twentieth of the text, in whole blocks of neighbouring
lines, is held out: it never moves a weight, and gives the temperatures and the figures in
model.json.
"""

from __future__ import annotations

import argparse
import dataclasses
import hashlib
import json
import multiprocessing
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
from evaluate import file_logits, float_logits, held_out_figures, type_macro_f1
from export import load, save
from meeting import Meeting
from model import Classifier, pretrained, tokenizer_json

ROOT = pathlib.Path(__file__).resolve().parents[1]
MODEL = ROOT / "src/detente/read/model"
KEEP = ROOT / "build/training"
HEADS = ["type", "mode", "factuality", "no_event"]
Encoded = tuple[list[int], list[int]]


@dataclasses.dataclass(frozen=True)
class Stage:
    """One part of the training."""

    epochs: int
    #: Share of each file that one epoch draws, by the start of its name; 1 where none fits.
    shares: dict[str, float]
    #: Layers, from the bottom, that stay as they are; what they give is then computed once.
    frozen: int
    #: Learning rate at the start and at the end, as a share of the highest; the first stage
    #: climbs to its first value over a tenth of its steps.
    start: float
    end: float


@dataclasses.dataclass(frozen=True)
class Settings:
    """How to train."""

    seed: int = 1
    #: Two processes, each on half of every epoch; their weights are averaged every ``meet`` steps.
    workers: int = 2
    meet: int = 50
    batch: int = 16
    rate: float = 2.5e-4
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
    folds: int = 20
    #: First the seven older files, many of them in a literary register, by all layers; then
    #: everything, with those files drawn more thinly, to end on the plain style of the wire.
    stages: tuple[Stage, ...] = (
        Stage(7, {"08": 0.0, "09": 0.0}, frozen=0, start=1.0, end=0.2),
        Stage(
            4,
            {"01": 0.25, "02": 0.25, "03": 0.25, "04": 0.25, "05": 0.6, "06": 0.6, "07": 0.6},
            frozen=3,
            start=1.2,
            end=0.0,
        ),
    )


class Trainer:
    """One process: the network, its optimiser, and its half of the pairs of every epoch."""

    def __init__(
        self, settings: Settings, pairs: list[Pair], number: int, rank: int, meeting: Meeting
    ) -> None:
        self.settings, self.stage = settings, settings.stages[number]
        self.number, self.rank, self.meeting = number, rank, meeting
        self.pairs, self.swap = pairs, Swap()
        self.memory: dict[Pair, tuple[Tensor, list[int]]] = {}
        self.tokenizer = Tokenizer.from_str(tokenizer_json())
        torch.manual_seed(0)  # fresh heads, the same in every process
        self.model = pretrained(settings.dropout)
        self.optimiser = torch.optim.AdamW(
            _groups(self.model, settings, self.stage.frozen), betas=(0.9, 0.98), fused=True
        )
        self.rng = random.Random(f"{settings.seed} {number} {rank}")
        torch.manual_seed(1000 * settings.seed + 10 * number + rank)

    def run(self) -> dict[str, Tensor]:
        """All epochs of the stage; the first process prints the loss and the time left."""
        start, epochs = time.monotonic(), self.stage.epochs
        plan = [self._batches(epoch) for epoch in range(epochs)]
        steps, done = sum(map(len, plan)), 0
        schedule = torch.optim.lr_scheduler.LambdaLR(
            self.optimiser, lambda step: self._share(step / steps)
        )
        for epoch, batches in enumerate(plan, 1):
            total = 0.0
            for batch in batches:
                total += self._step(batch)
                schedule.step()
                done += 1
                if done % self.settings.meet == 0 or done == steps:
                    self.meeting.average(self.model, self.rank)
                if self.rank == 0 and done % 50 == 0:
                    spent = (time.monotonic() - start) / 60
                    left = spent / done * (steps - done)
                    print(f"  step {done}/{steps}, {left:.0f} min left in the stage", flush=True)
            if self.rank == 0:
                spent = (time.monotonic() - start) / 60
                print(
                    f"stage {self.number + 1}, epoch {epoch}/{epochs}: "
                    f"loss {total / len(batches):.3f}, {spent:.1f} min",
                    flush=True,
                )
        return self.model.state_dict()

    def _share(self, part: float) -> float:
        """Learning rate as a share of the highest, ``part`` of the way through the stage."""
        climb = min(1.0, (part + 1e-3) / 0.1) if self.number == 0 else 1.0
        return climb * (self.stage.start + (self.stage.end - self.stage.start) * part)

    def _batches(self, epoch: int) -> list[list[Pair]]:
        """This process's batches: sentences of similar length, so that little is padding.

        Every process draws the same epoch and takes every second batch; the last ones are
        cut so that all take as many steps.
        """
        rng = random.Random(f"{self.settings.seed} {self.number} epoch {epoch}")
        shares = self.stage.shares
        drawn = [p for p in self.pairs if rng.random() < shares.get(p.file[:2], 1.0)]
        rng.shuffle(drawn)
        size, out = self.settings.batch, []
        for low in range(0, len(drawn), 16 * size):
            near = sorted(drawn[low : low + 16 * size], key=lambda p: len(p.text))
            out += [near[k : k + size] for k in range(0, len(near), size)]
        rng.shuffle(out)
        whole = len(out) - len(out) % self.settings.workers
        return out[self.rank : whole : self.settings.workers]

    def _step(self, batch: list[Pair]) -> float:
        self.model.train()
        if self.stage.frozen:
            x, real, at = self._from_memory(batch)
            outputs = self.model.upper(x, real, at, self.stage.frozen)
        else:
            outputs = self.model(*padded([encoded(self.tokenizer, self._varied(p)) for p in batch]))
        loss = _loss(outputs, batch, self.settings)
        self.optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimiser.step()
        return loss.item()

    def _varied(self, pair: Pair) -> Pair:
        """The pair, now and then with other states or with one actor unmarked."""
        if self.rng.random() < self.settings.swap:
            pair = self.swap(pair, self.rng)
        if pair.type != "NONE" and self.rng.random() < self.settings.left_out:
            pair = one_left_out(pair, self.rng)
        return pair

    def _from_memory(self, batch: list[Pair]) -> tuple[Tensor, Tensor, Tensor]:
        """What the frozen layers make of the pairs, worked out once and then kept.

        So a pair is varied once only, when this process first meets it in the stage.
        """
        new = [pair for pair in batch if pair not in self.memory]
        if new:
            rows = [encoded(self.tokenizer, self._varied(pair)) for pair in new]
            self.model.eval()
            with torch.no_grad():
                x = self.model.lower(padded(rows)[0], self.stage.frozen)
            self.model.train()
            for pair, row, (ids, places) in zip(new, x, rows, strict=True):
                self.memory[pair] = row[: len(ids)].clone(), places
        kept = [self.memory[pair] for pair in batch]
        x = torch.nn.utils.rnn.pad_sequence([row for row, _ in kept], batch_first=True)
        length = torch.tensor([len(row) for row, _ in kept])
        real = torch.arange(x.shape[1])[None, :] < length[:, None]
        return x, real, torch.tensor([places for _, places in kept])


def encoded(tokenizer: Tokenizer, pair: Pair) -> Encoded:
    """Token ids and marker places of a pair."""
    return encode(tokenizer, pair.text, pair.source, pair.target)


def padded(rows: list[Encoded]) -> tuple[Tensor, Tensor]:
    """Ids (batch, longest) padded with 0, and marker places (batch, 2)."""
    ids = torch.zeros(len(rows), max(len(row) for row, _ in rows), dtype=torch.long)
    for i, (row, _) in enumerate(rows):
        ids[i, : len(row)] = torch.tensor(row)
    return ids, torch.tensor([at for _, at in rows])


def _groups(model: Classifier, settings: Settings, frozen: int) -> list[dict[str, object]]:
    """Parameters with their learning rates; word vectors and the lowest layers stay as they are.

    Most words of a news text are not in the training text; vectors moved for some words only
    would no longer fit the rest.
    """
    out: list[dict[str, object]] = []
    for name, parameter in model.named_parameters():
        still = ("words", "places", "norm.", *(f"layers.{i}." for i in range(frozen)))
        if name.startswith(still):
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


def run_worker(
    settings: Settings,
    pairs: list[Pair],
    number: int,
    rank: int,
    meeting: Meeting,
    begin: pathlib.Path | None,
    end: pathlib.Path,
) -> None:
    """One process's share of a stage, on one thread: sums in one order, whatever the machine."""
    torch.set_num_threads(1)
    trainer = Trainer(settings, pairs, number, rank, meeting)
    if begin:
        trainer.model.load_state_dict(torch.load(begin))
    state = trainer.run()
    if rank == 0:
        part = end.with_suffix(".part")  # a file half-written would be loaded as if whole
        torch.save(state, part)
        part.replace(end)


def all_stages(
    settings: Settings, pairs: list[Pair], folder: pathlib.Path, earlier: pathlib.Path | None
) -> Classifier:
    """Every stage after the other, each with its processes side by side.

    With an ``earlier`` model file, its weights stand for those after the first stage.

    The weights after a stage stay in ``folder`` under the hash of all that went into them, so
    that a training that was cut off goes on after the last whole stage.
    """
    folder.mkdir(parents=True, exist_ok=True)
    spawn = multiprocessing.get_context("spawn")
    begin, so_far = None, hashlib.sha256(repr(dataclasses.replace(settings, stages=())).encode())
    if earlier:
        begin = folder / "earlier.pt"
        torch.save(load(earlier, pretrained()).state_dict(), begin)
        so_far.update(earlier.read_bytes())
    for number, stage in enumerate(settings.stages):
        if earlier and number == 0:
            continue
        used = [p for p in pairs if stage.shares.get(p.file[:2], 1.0)]
        so_far.update(repr((stage, used)).encode())
        end = folder / f"stage-{number + 1}-{so_far.hexdigest()[:16]}.pt"
        if not end.exists():
            meeting = Meeting(spawn, settings.workers, pretrained())
            workers = [
                spawn.Process(
                    target=run_worker, args=(settings, used, number, rank, meeting, begin, end)
                )
                for rank in range(settings.workers)
            ]
            for worker in workers:
                worker.start()
            for worker in workers:
                worker.join()
            if any(worker.exitcode for worker in workers):
                raise SystemExit(f"stage {number + 1}: a training process failed, see above")
        begin = end
    model = pretrained()
    if begin:
        model.load_state_dict(torch.load(begin))
    return model


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
    parser.add_argument("--seed", type=int, default=Settings.seed)
    parser.add_argument("--stages", type=int, help="stop after so many stages, writing no model")
    parser.add_argument(
        "--begin", type=pathlib.Path, help="an earlier plover.onnx, instead of the first stage"
    )
    parser.add_argument("--keep", type=pathlib.Path, default=KEEP, help="folder for the stages")
    options = parser.parse_args(arguments)
    settings = Settings(seed=options.seed)
    if options.stages:
        settings = dataclasses.replace(settings, stages=settings.stages[: options.stages])
    pairs, text_hash = read_text()
    fold = folds(pairs, settings.folds)
    held_out = [pair for pair, at in zip(pairs, fold, strict=True) if at == 0]
    trained_on = [pair for pair, at in zip(pairs, fold, strict=True) if at != 0]
    print(f"{len(trained_on)} pairs to train on, {len(held_out)} held out", flush=True)
    sha = hashlib.sha256(options.begin.read_bytes()).hexdigest() if options.begin else ""
    model = all_stages(settings, trained_on, options.keep, options.begin)
    if options.stages:
        return 0
    about: dict[str, object] = {
        "training_text_sha256": text_hash,
        "training_pairs": len(trained_on),
        "settings": dataclasses.asdict(settings),
        "begun_from_onnx_sha256": sha,
    }
    write(model, about, held_out, options.out)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

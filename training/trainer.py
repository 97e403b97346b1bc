"""One training process: the network, its optimiser, and its share of the pairs."""

from __future__ import annotations

import dataclasses
import multiprocessing
import os
import pathlib
import random
import threading
import time

import torch
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional as F

from data import FACTUALITY, TYPE_MODES, TYPES, Pair, Swap, one_left_out
from detente.read.marking import encode
from meeting import Meeting
from model import Classifier, pretrained, tokenizer_json

Encoded = tuple[list[int], list[int]]


@dataclasses.dataclass(frozen=True)
class Stage:
    """One part of the training."""

    epochs: int
    #: Share of each file that one epoch draws, by the start of its name.
    shares: dict[str, float]
    #: Layers, from the bottom, that stay as they are; what they give is then computed once.
    frozen: int
    #: Learning rate at the start and at the end, as a share of the highest; the first stage
    #: climbs to its first value over a tenth of its steps.
    start: float
    end: float
    #: Share of the files that ``shares`` does not name.
    others: float = 1.0

    def share(self, pair: Pair) -> float:
        """Share of the pair's file that one epoch draws."""
        return self.shares.get(pair.file[:2], self.others)


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
    #: First the seven older files, many of them in a literary register, and a part of the plain
    #: one that covers every sub-category, by all layers; then everything, with the older files
    #: drawn more thinly, to end mostly on the plain style of the wire.
    stages: tuple[Stage, ...] = (
        Stage(
            6,
            {
                **dict.fromkeys(("01", "02", "03", "04"), 0.7),
                **dict.fromkeys(("05", "06", "07"), 1.0),
                "12": 0.4,
            },
            frozen=0,
            start=1.0,
            end=0.2,
            others=0.0,
        ),
        Stage(
            4,
            {
                **dict.fromkeys(("01", "02", "03", "04"), 0.25),
                **dict.fromkeys(("05", "06", "07"), 0.6),
                **dict.fromkeys(("08", "09"), 0.6),
            },
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
        drawn = [p for p in self.pairs if rng.random() < self.stage.share(p)]
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


def _end_with_parent() -> None:
    """Where the command is killed, what it started ends too."""
    parent = multiprocessing.parent_process()
    if parent:
        parent.join()
        os._exit(1)


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
    threading.Thread(target=_end_with_parent, daemon=True).start()
    torch.set_num_threads(1)
    trainer = Trainer(settings, pairs, number, rank, meeting)
    if begin:
        trainer.model.load_state_dict(torch.load(begin))
    state = trainer.run()
    if rank == 0:
        part = end.with_suffix(".part")  # a file half-written would be loaded as if whole
        torch.save(state, part)
        part.replace(end)

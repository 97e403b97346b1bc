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
import sys

import torch
from tokenizers import Tokenizer
from torch import Tensor

from data import FACTUALITY, TYPE_MODES, TYPES, Pair, folds, read_text
from evaluate import file_logits, float_logits, held_out_figures, type_macro_f1
from export import save
from meeting import Meeting
from model import Classifier, pretrained, tokenizer_json
from trainer import Settings, encoded, run_worker

ROOT = pathlib.Path(__file__).resolve().parents[1]
MODEL = ROOT / "src/detente/read/model"
KEEP = ROOT / "build/training"
HEADS = ["type", "mode", "factuality", "no_event"]


def all_stages(
    settings: Settings, pairs: list[Pair], folder: pathlib.Path, seeds: list[int]
) -> dict[str, Tensor]:
    """Every stage after the other: the weights at the end.

    Each is run once per seed, and what it gives is the mean of its runs, so that one run's luck
    weighs less; the next begins from it. What a run gives stays in ``folder`` under the hash of
    all that went into it: a training that was cut off goes on after the last whole run.
    """
    folder.mkdir(parents=True, exist_ok=True)
    so_far = hashlib.sha256(repr(dataclasses.replace(settings, seed=0, stages=())).encode())
    so_far.update(repr(seeds).encode())
    begin = None
    for number, stage in enumerate(settings.stages):
        used = [p for p in pairs if stage.share(p)]
        so_far.update(repr((stage, used)).encode())
        ends = []
        for seed in seeds:
            ends.append(folder / f"stage-{number + 1}-{so_far.hexdigest()[:16]}-seed-{seed}.pt")
            if not ends[-1].exists():
                print(f"stage {number + 1}, seed {seed}", flush=True)
                one = dataclasses.replace(settings, seed=seed)
                run_stage(one, used, number, begin, ends[-1])
        begin = folder / "mean.pt"
        torch.save(mean([torch.load(end) for end in ends]), begin)
    return torch.load(begin)


def run_stage(
    settings: Settings,
    pairs: list[Pair],
    number: int,
    begin: pathlib.Path | None,
    end: pathlib.Path,
) -> None:
    """One stage, its processes side by side; its weights go to ``end``."""
    spawn = multiprocessing.get_context("spawn")
    meeting = Meeting(spawn, settings.workers, pretrained())
    workers = [
        spawn.Process(target=run_worker, args=(settings, pairs, number, rank, meeting, begin, end))
        for rank in range(settings.workers)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    if any(worker.exitcode for worker in workers):
        raise SystemExit(f"stage {number + 1}: a training process failed, see above")


def mean(states: list[dict[str, Tensor]]) -> dict[str, Tensor]:
    """The mean of networks that began from the same weights."""
    return {key: torch.stack([one[key] for one in states]).mean(0) for key in states[0]}


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
    parser.add_argument(
        "--seeds", type=int, nargs="+", default=[1, 2], help="of the runs of each stage"
    )
    parser.add_argument("--keep", type=pathlib.Path, default=KEEP, help="folder for the stages")
    options = parser.parse_args(arguments)
    settings = Settings(seed=options.seeds[0])
    pairs, text_hash = read_text()
    fold = folds(pairs, settings.folds)
    held_out = [pair for pair, at in zip(pairs, fold, strict=True) if at == 0]
    trained_on = [pair for pair, at in zip(pairs, fold, strict=True) if at != 0]
    print(f"{len(trained_on)} pairs to train on, {len(held_out)} held out", flush=True)
    model = pretrained()
    model.load_state_dict(all_stages(settings, trained_on, options.keep, options.seeds))
    about: dict[str, object] = {
        "training_text_sha256": text_hash,
        "training_pairs": len(trained_on),
        "settings": dataclasses.asdict(settings),
        "seeds": options.seeds,
    }
    write(model, about, held_out, options.out)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

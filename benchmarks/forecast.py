"""The track record of the forecasts: launches, the casebook's questions, planted data, all dyads.

    python benchmarks/forecast.py launches|questions|planted|dyads [--worlds 20] [--draws 500]

*launches*: at least one launch day in the next month (and 3, 6, 12), every first of a month
from 2015 to 2025, each model refitted to what was known. *hindsight* is the base rate of those very
months; *ewma-2* a Poisson rate with a half-life of two months, which was chosen on those same
months: both know what nobody knew. Gains are the rival's score minus the model's own (above zero:
better), with paired 90 % intervals from blocks of months.

*planted*: reliability of one-month forecasts on data with a known truth. *dyads*: ICEWS 2014
and 2018, from ../shared/data; absent, that part is left out.
"""

from __future__ import annotations

import argparse
import csv
import dataclasses
import datetime as dt
import os
import sys
import time
from pathlib import Path

os.environ.setdefault(
    "OMP_NUM_THREADS", "1"
)  # small matrices: threads only get in each other's way
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
from scipy.stats import poisson

from detente import ontology
from detente.claims.claim import Claim
from detente.claims.inputs import Inputs
from detente.forecast import dyads, scores, track
from detente.forecast.answer import answer_file
from detente.forecast.history import History, Timeline, add_months, monthly, timeline
from detente.forecast.prediction import MOST, Predict, Prediction, folded
from detente.record import casebook

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "truth"))
import forecasts as planted

SHARED = Path(__file__).parents[2] / "shared" / "data" / "events"
CASE = "china-north-korea"
FROM = dt.date(2015, 1, 1)
SERIES = {
    "missiles and satellite rockets (the CNS list)": ["missile-test", "satellite-launch"],
    "missiles only": ["missile-test"],
}


def ewma_2(history: History) -> Predict:
    """The rival to beat: half-life two months, Poisson, at least 0.05 acts a month."""
    counts = monthly(history)
    weights = 0.5 ** (np.arange(len(counts))[::-1] / 2)
    rate = max(float((weights * counts).sum() / weights.sum()), 0.05)

    def predict(months: int) -> Prediction:
        cells = folded(poisson.pmf(np.arange(MOST + 1), rate * months))
        return Prediction(cells, lambda count: (1 - cells[:count].sum()[None], np.ones(1)))

    return predict


def launches(kinds: list[str], start: dt.date) -> Timeline:
    case = casebook.load(CASE)
    data = Inputs(Claim("launches", "", "forecast", {}, case.folder, case), case)
    events = data.events({"table": "tests", "where": {"kind": kinds}, "rule": "in_cns"})
    return timeline(events, start, dt.date(2025, 12, 31), "days")


def with_rival(line: Timeline, record: track.Record) -> track.Record:
    """The record with *ewma-2* and *hindsight* beside the models."""
    days = list(record.origins)
    rival = track.roll(line, days, [record.months], record.at_least, {"ewma-2": ewma_2})
    other = rival[record.months]
    both = dataclasses.replace(
        record,
        models=(*record.models, "ewma-2"),
        p=np.concatenate([record.p, other.p[:, :1]], axis=1),
        pmf=np.concatenate([record.pmf, other.pmf[:, :1]], axis=1),
    )
    return scores.hindsight(both)


def show(record: track.Record) -> None:
    yes = record.count >= record.at_least
    print(f"\n{record.months} months ahead, {len(yes)} forecasts, base rate {yes.mean():.3f}")
    print("model, Brier, log, CRPS | Brier gain on climatology, on ewma-2, on hindsight | log …")
    tables = {name: scores.table(record, name) for name in ("climatology", "ewma-2", "hindsight")}
    for k, row in enumerate(tables["climatology"]):
        parts = [f"{row['model']:12s} {row['brier']:.3f} {row['log']:.3f} {row['crps']:.3f}"]
        for score in scores.SCORES:
            gains = [
                f"{t[k][f'{score}_gain']:+.3f} [{t[k][f'{score}_gain_lo90']:+.3f}, "
                f"{t[k][f'{score}_gain_hi90']:+.3f}]"
                for t in tables.values()
            ]
            parts.append(f"{score}: " + ", ".join(gains))
        parts.append(f"sharpness {row['sharpness']:.2f}")
        print(" | ".join(parts))
    for row in scores.reliability(record, "combination"):
        print(
            f"  said {row['from']:.0%}–{row['to']:.0%} (mean {row['forecast']:.0%}), {row['n']} "
            f"times: happened {row['happened']:.0%} [{row['lo90']:.0%}, {row['hi90']:.0%}]"
        )


def run_launches(_: argparse.Namespace) -> None:
    for name, kinds in SERIES.items():
        for year in (2012, 2006, 1998):
            line = launches(kinds, dt.date(year, 1, 1))
            horizons = [1, 3, 6, 12] if year == 2012 else [1]
            begun = time.perf_counter()
            days = track.origins(line, FROM)
            rolled = track.roll(line, days, horizons)
            seconds = time.perf_counter() - begun
            print(f"\n## {name}, history from {year}: {len(days)} origins in {seconds:.1f} s")
            for months in horizons:
                record = rolled[months].since(FROM)
                show(with_rival(line, record))
                shares = zip(record.models, record.weights[-1], strict=False)
                print("  weights in the end: " + ", ".join(f"{n} {w:.2f}" for n, w in shares))


def run_questions(_: argparse.Namespace) -> None:
    case = casebook.load(CASE)
    begun = time.perf_counter()
    made = answer_file(case.folder / "forecasts.yaml", casebook=case)
    print(f"{len(made['questions'])} answers in {time.perf_counter() - begun:.1f} s")
    for row in made["questions"]:
        print(f"\n{row['id']} {row['text']}")
        for key in ("track_record", "track_record_since"):
            held = row[key]
            if held is None:
                continue
            by_name = {one["model"]: one for one in held["models"]}
            print(f"  {key}: n {held['n']}, base rate {held['base_rate']:.2f}; Brier: " + ", ".join(
                f"{name} {one['brier']:.3f}" for name, one in by_name.items()))  # fmt: skip
            own = by_name[row["model"]]
            for score in scores.SCORES:
                print(f"    {score} {own[score]:.3f}, gain on climatology "
                      f"{own[score + '_gain']:+.3f} [{own[score + '_gain_lo90']:+.3f}, "
                      f"{own[score + '_gain_hi90']:+.3f}]")  # fmt: skip


def run_planted(options: argparse.Namespace) -> None:
    print("coverage of 90 % intervals: background, branching, decay")
    for days, truth in ((5_114, planted.PLANTED), (5_114, (0.02, 0.4, 20.0)),
                        (2_557, planted.PLANTED), (9_000, (0.005, 0.8, 50.0))):  # fmt: skip
        held = planted.covered(20 * options.worlds, days, truth, 1_000)
        print(f"  {days} days, {truth}: " + ", ".join(f"{share:.1%}" for share in held))
    for name in planted.WORLDS:
        made = [planted.forecasts(name, 12, 500 + k) for k in range(options.worlds)]
        p = np.concatenate([record.p for record in made])
        yes = np.concatenate([record.count >= 1 for record in made]).astype(float)
        print(f"{name}: {len(yes)} forecasts, base rate {yes.mean():.3f}; bias, slope, Brier")
        for k, model in enumerate(made[0].models):
            bias, slope = planted.calibration(p[:, k], yes)
            print(f"  {model:12s} {bias:+.3f} {slope:+.2f} {((p[:, k] - yes) ** 2).mean():.4f}")
        if name == "self-exciting":
            chances = np.concatenate([
                planted.true_chances(planted.world(name, 12, 500 + k), record.origins,
                                     [add_months(day, 1) for day in record.origins])
                for k, record in enumerate(made)
            ])  # fmt: skip
            print(f"  the truth                 {((chances - yes) ** 2).mean():.4f}")
            held = np.concatenate([
                planted.bands(planted.world(name, 12, 500 + k), record)
                for k, record in enumerate(made)
            ])  # fmt: skip
            print(f"  90 % bands that hold the true chance, of {len(held)}: " + ", ".join(
                f"{model} {share:.0%}"
                for model, share in zip(made[0].models, held.mean(axis=0), strict=True)))  # fmt: skip


def icews(year: int) -> dict[str, np.ndarray]:
    """Acts between different actors (by name), with PLOVER types."""
    import duckdb

    codes = Path(ontology.__file__).with_name("cameo_to_plover.csv")
    with codes.open(encoding="utf-8", newline="") as lines:
        plover = {row["cameo"]: row["plover"] for row in csv.DictReader(lines)}
    rows = duckdb.connect().execute(
        "SELECT date, source AS source_iso3, target AS target_iso3, cameo_code "
        "FROM read_csv($path, all_varchar = true) WHERE source <> target",
        {"path": str(SHARED / f"icews{year}.csv.gz")},
    ).fetchnumpy()  # fmt: skip
    kind = np.array([plover.get(str(c), "") for c in rows.pop("cameo_code")], dtype=object)
    out = {name: np.asarray(column, dtype=object)[kind != ""] for name, column in rows.items()}
    return {**out, "event_type": kind[kind != ""]}


def run_dyads(options: argparse.Namespace) -> None:
    if not SHARED.is_dir():
        sys.exit(f"{SHARED} is absent: nothing to measure on")
    for year in (14, 18):
        events = icews(year)
        for by in ("week", "month"):
            begun = time.perf_counter()
            made = dyads.forecast(events, by, check_states=False)
            seconds = time.perf_counter() - begun
            size, periods = made.panel.acts.shape
            print(
                f"\nicews{year} by {by}: {size} directed dyads, {periods} periods; {seconds:.1f} s "
                f"in all, {made.seconds:.1f} s of it models: {1e6 * made.seconds / size:.0f} µs a dyad"
            )
            busy = made.panel.acts[:, : dyads.TRAINING].sum(axis=1) >= 10
            for outcome, one in made.tracks.items():
                print(f"{outcome}: {one.n.sum():.0f} forecasts, rate {one.rate:.4f}")
                for rows, words in ((None, "all"), (busy, f"{busy.sum()} busy")):
                    for score in ("brier", "log"):
                        found = dyads.compare(one, score, rows, options.draws)
                        print(f"  {words}, {score}: " + "; ".join(
                            f"{name} {row['score']:.5f} (smoothed ahead by {row['gain']:+.5f}, "
                            f"90 % {row['lo90']:+.5f}…{row['hi90']:+.5f})"
                            for name, row in zip(dyads.MODELS, found, strict=True)))  # fmt: skip
                print("  smoothed said, happened: " + ", ".join(
                    f"{p:.3f} {share:.3f} ({n})" for n, p, share in one.groups))  # fmt: skip


def main() -> None:
    parts = {"launches": run_launches, "questions": run_questions, "planted": run_planted,
             "dyads": run_dyads}  # fmt: skip
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("part", choices=parts)
    parser.add_argument("--worlds", type=int, default=20)
    parser.add_argument("--draws", type=int, default=500)
    options = parser.parse_args()
    parts[options.part](options)


if __name__ == "__main__":
    main()

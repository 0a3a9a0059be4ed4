#!/usr/bin/env python3
"""Fine-tuning for named entities by ratbench beside the plain PyTorch loop, in one run.

An epoch of either at a time on one core, in another order every round: the same sentences, batch, optimiser and shares
of attacked batches, one thread each. Printed per setting: seconds of a step and largest resident size of both, and
their ratios (median over rounds). ratbench trains with the batches of the loop, and with those that it takes by
default, of sentences of similar length. docs/benchmarks.md says how to read it.
"""
import argparse
import json
import os
import random
import sqlite3
import statistics
import sys
import tempfile

import commands

EXPERIMENT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "ner_peer.json")
SIDES = ("peer", "ratbench", "buckets")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peer", required=True, help="folder of peer_ner.py")
    parser.add_argument("--ratbench", required=True, help="the program, from a build")
    parser.add_argument("--data", required=True, help="folder that holds ner/BC5CDR-chem-IOB")
    parser.add_argument("--precisions", default="fp32,bf16")
    parser.add_argument("--p", default="0,1", help="shares of attacked batches")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--core", type=int, default=0, help="that everything runs on")
    parser.add_argument("--json", help="file for all figures")
    return parser.parse_args()


def peer_epoch(options, precision, p, folder):
    told = os.path.join(folder, "peer.json")
    command = [sys.executable, os.path.join(options.peer, "peer_ner.py"), "--data",
               os.path.join(options.data, "ner", "BC5CDR-chem-IOB"), "--p", p, "--epochs", "1", "--n-test", "16",
               "--fused-adamw", "--json", told] + (["--bf16"] if precision == "bf16" else [])
    whole = commands.run(command, dict(os.environ, OMP_NUM_THREADS="1"), options.core)
    with open(told, encoding="utf-8") as file:
        found = json.load(file)
    return {"step_s": found["mean_step_s"], "steps": found["steps"], "peak_bytes": whole["peak_bytes"]}


def ratbench_epoch(options, precision, p, folder, buckets):
    store = os.path.join(folder, "run.db")
    experiment = os.path.join(folder, "epoch.json")
    with open(experiment, "w", encoding="utf-8") as file:
        json.dump({"extends": EXPERIMENT, "name": "epoch", "title": "One epoch", "seeds": 1,
                   "grid": {"attack.p_rat": [float(p)]}, "train": {"epochs": 1, "precision": precision},
                   "data": {"val_rows": 16, "test_rows": 16, "buckets": buckets}}, file)
    whole = commands.run([options.ratbench, "run", experiment, "--db", store, "--jobs", "1", "--device", "cpu"],
                         dict(os.environ, RATBENCH_DATA=os.path.abspath(options.data)), options.core)
    with sqlite3.connect(store) as connection:
        train_s, steps = connection.execute("SELECT train_s, batches FROM v_run").fetchone()
    return {"step_s": train_s / steps, "steps": steps, "peak_bytes": whole["peak_bytes"]}


def epoch(options, side, precision, p):
    with tempfile.TemporaryDirectory() as folder:
        if side == "peer":
            return peer_epoch(options, precision, p, folder)
        return ratbench_epoch(options, precision, p, folder, side == "buckets")


def show(setting, rounds):
    def ratio(side, figure):
        return statistics.median(r[side][figure] / r["peer"][figure] for r in rounds)

    for side in SIDES:
        step_s = statistics.median(r[side]["step_s"] for r in rounds)
        peak = statistics.median(r[side]["peak_bytes"] for r in rounds) / 2**20
        print(f"{setting:<16} {side:<9} {step_s:8.3f} s a step {1 / ratio(side, 'step_s'):6.2f}x as fast "
              f"{peak:8.0f} MiB {ratio(side, 'peak_bytes'):6.2f} of its memory", flush=True)


def main():
    options = arguments()
    figures = {}
    for precision in options.precisions.split(","):
        for p in options.p.split(","):
            rounds = []
            for number in range(options.rounds):
                order = random.Random(number).sample(SIDES, len(SIDES))
                rounds.append({side: epoch(options, side, precision, p) for side in order})
            figures[f"{precision} p={p}"] = rounds
            show(f"{precision} p={p}", rounds)
    if options.json:
        with open(options.json, "w", encoding="utf-8") as out:
            json.dump(figures, out, indent=1)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Entity F1 of fine-tuning by ratbench beside the plain PyTorch loop: equivalent within a margin or not.

Both train the recipe of ner_peer.json, or a gentler one, over the same number of seeds; the seeds of the two draw other
weights and batches, so they are two independent samples. Printed per share of attacked batches: both means, their
difference with its 90 % interval (Welch), and the larger p of the two one-sided tests (Schuirmann 1987). Finished runs
of either lie in the output folder and are not trained again. Needs SciPy beside what the loop needs.
"""
import argparse
import json
import os
import sqlite3
import statistics
import sys
from concurrent.futures import ThreadPoolExecutor

from scipy.stats import t as student

import commands

EXPERIMENT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "ner_peer.json")
SHARES = (0.0, 0.5, 1.0)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peer", required=True, help="folder of peer_ner.py")
    parser.add_argument("--ratbench", required=True, help="the program, from a build")
    parser.add_argument("--data", required=True, help="folder that holds ner/BC5CDR-chem-IOB")
    parser.add_argument("--out", required=True, help="folder that keeps finished runs")
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--margin", type=float, default=3.0, help="in points of F1")
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--epsilon", type=float, default=1.0)
    parser.add_argument("--procs", type=int, default=2)
    return parser.parse_args()


def kept(options, name):
    """Where this recipe's results of that name lie."""
    return os.path.join(options.out, f"epochs{options.epochs}_epsilon{options.epsilon:g}_{name}")


def peer_f1(options, p, seed):
    told = kept(options, f"peer_p{p}_seed{seed}.json")
    if not os.path.exists(told):
        part = told + ".part"
        recipe = ["--epochs", str(options.epochs), "--eps", str(options.epsilon), "--bf16", "--fused-adamw"]
        commands.run([sys.executable, os.path.join(options.peer, "peer_ner.py"), "--data",
                      os.path.join(options.data, "ner", "BC5CDR-chem-IOB"), "--p", str(p), "--seed", str(seed), *recipe,
                      "--json", part], dict(os.environ, OMP_NUM_THREADS="1"))
        os.replace(part, told)
    with open(told, encoding="utf-8") as file:
        return 100 * json.load(file)["f1"]


def peer_scores(options):
    runs = [(p, seed) for seed in range(options.seeds) for p in SHARES]
    with ThreadPoolExecutor(options.procs) as pool:
        f1 = dict(zip(runs, pool.map(lambda run: peer_f1(options, *run), runs)))
    return {p: [f1[p, seed] for seed in range(options.seeds)] for p in SHARES}


def ratbench_scores(options):
    store = kept(options, "ratbench.db")
    commands.run([options.ratbench, "run", EXPERIMENT, "--db", store, "--jobs", str(options.procs), "--device", "cpu",
                  "--seeds", str(options.seeds), "--set", f"train.epochs={options.epochs}", "--set",
                  f"attack.epsilon={options.epsilon:g}"],
                 dict(os.environ, RATBENCH_DATA=os.path.abspath(options.data)))
    scores = {p: [] for p in SHARES}
    with sqlite3.connect(store) as connection:
        rows = connection.execute(
            "SELECT r.cell, m.value FROM v_run r JOIN v_metric m ON m.run_key = r.run_key "
            "WHERE m.split = 'test' AND m.selection = 'last' AND m.metric = 'entity_f1' ORDER BY r.seed")
        for cell, value in rows:
            scores[float(cell.removeprefix("attack.p_rat="))].append(100 * value)
    return scores


def equivalence(ours, theirs, margin):
    """Difference of means, its 90 % interval and the larger p of the two one-sided Welch tests against +-margin."""
    shares = [statistics.variance(sample) / len(sample) for sample in (ours, theirs)]
    error = sum(shares) ** 0.5
    freedom = sum(shares) ** 2 / sum(s**2 / (len(x) - 1) for s, x in zip(shares, (ours, theirs)))
    difference = statistics.mean(ours) - statistics.mean(theirs)
    half = student.ppf(0.95, freedom) * error
    p = student.sf((margin - abs(difference)) / error, freedom)
    return difference, difference - half, difference + half, p


def main():
    options = arguments()
    os.makedirs(options.out, exist_ok=True)
    ours, theirs = ratbench_scores(options), peer_scores(options)
    for p in SHARES:
        if len(ours[p]) != options.seeds:
            sys.exit(f"p={p}: {len(ours[p])} runs of ratbench in the store instead of {options.seeds}")
        difference, low, high, worst = equivalence(ours[p], theirs[p], options.margin)
        print(f"p={p}: ratbench {statistics.mean(ours[p]):.2f} (sd {statistics.stdev(ours[p]):.2f}), "
              f"loop {statistics.mean(theirs[p]):.2f} (sd {statistics.stdev(theirs[p]):.2f}), difference "
              f"{difference:+.2f} [{low:+.2f}, {high:+.2f}], p {worst:.2g}: "
              f"{'equivalent' if worst < 0.05 else 'not shown equivalent'} within {options.margin:g} points")


if __name__ == "__main__":
    main()

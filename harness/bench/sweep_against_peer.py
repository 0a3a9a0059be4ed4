#!/usr/bin/env python3
"""A sweep of 48 runs by ratbench beside the same sweep by the plain PyTorch pool, in one run.

Whole commands alternate, ratbench first in every other round, each with two processes. Printed per
round and as medians: elapsed and processor time of both, and their ratios. The pool's own clock
counts for it, which leaves out the start of Python and the loading of data; of ratbench everything
counts. docs/benchmarks.md says how to read it.
"""
import argparse
import json
import os
import statistics
import sys
import tempfile

import commands

EXPERIMENT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "sweep_48.json")
RUNS = 48


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peer", required=True, help="folder of peer_sweep.py")
    parser.add_argument("--ratbench", required=True, help="the program, from a build")
    parser.add_argument("--data", required=True, help="folder that holds osha_minilm")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--procs", type=int, default=2)
    parser.add_argument("--set", action="append", default=[], metavar="PATH=V", help="for ratbench, as in its run")
    parser.add_argument("--json", help="file for all figures")
    return parser.parse_args()


def peer_sweep(options):
    environment = dict(os.environ, OMP_NUM_THREADS="1")
    program = os.path.join(options.peer, "peer_sweep.py")
    start = commands.run([sys.executable, "-c", f"import sys; sys.path.insert(0, {options.peer!r}); import peer_sweep"],
                         environment)
    whole = commands.run([sys.executable, program, "--data", os.path.join(options.data, "osha_minilm"),
                           "--eps", "0.05,0.1,0.2,0.3", "--p", "0.3,0.5,1.0", "--lambda", "0,20", "--seeds", "2",
                           "--epochs", str(options.epochs), "--procs", str(options.procs), "--fused-adamw"], environment)
    told = json.loads(whole["out"].splitlines()[-1])
    if told["runs"] != RUNS:
        sys.exit(f"the pool trained {told['runs']} runs instead of {RUNS}")
    return {"wall_s": told["wall_s"], "cpu_s": whole["cpu_s"] - start["cpu_s"]}


def ratbench_sweep(options):
    environment = dict(os.environ, RATBENCH_DATA=os.path.abspath(options.data))
    with tempfile.TemporaryDirectory() as folder:
        command = [options.ratbench, "run", EXPERIMENT, "--db", os.path.join(folder, "sweep.db"), "--jobs",
                   str(options.procs), "--device", "cpu", "--set", f"train.epochs={options.epochs}"]
        for setting in options.set:
            command += ["--set", setting]
        whole = commands.run(command, environment)
    return {"wall_s": whole["wall_s"], "cpu_s": whole["cpu_s"]}


def main():
    options = arguments()
    sides = {"ratbench": ratbench_sweep, "peer": peer_sweep}
    rounds = []
    for number in range(options.rounds):
        took = {side: sides[side](options) for side in sorted(sides, reverse=number % 2 == 0)}
        rounds.append(took)
        print(f"round {number + 1}: " + ", ".join(
            f"{side} {took[side]['wall_s']:.1f} s ({took[side]['cpu_s']:.1f} s of processors)" for side in sorted(took)),
            flush=True)
    found = {clock: statistics.median(t["peer"][clock] / t["ratbench"][clock] for t in rounds) for clock in ("wall_s", "cpu_s")}
    per_s = {side: RUNS / statistics.median(t[side]["wall_s"] for t in rounds) for side in sides}
    print(f"runs per second: ratbench {per_s['ratbench']:.2f}, peer {per_s['peer']:.2f}")
    print(f"ratbench is {found['wall_s']:.2f}x as fast; it takes 1/{found['cpu_s']:.2f} of the processor time "
          f"(medians of {len(rounds)} rounds)")
    if options.json:
        with open(options.json, "w", encoding="utf-8") as out:
            json.dump({"rounds": rounds, "runs_per_s": per_s, "ratio": found}, out, indent=1)


if __name__ == "__main__":
    main()

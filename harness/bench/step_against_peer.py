#!/usr/bin/env python3
"""Training steps of ratbench beside those of the plain PyTorch loop, in one run.

Blocks of steps alternate on one core: the loop in this process, ratbench in `step_probe`, each with
its own model, on the same rows, one thread each. Printed per setting: time of a step of both, their
ratio (median over rounds, with the middle half of the rounds), and the step of ratbench over its
own kernels alone. docs/benchmarks.md says how to read it.
"""
import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

ROWS = 6361  # training rows of the OSHA features, synthetic ones included
CLASSES = 7
WARM_UP_STEPS = 12


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peer", required=True, help="folder of peer_loop.py")
    parser.add_argument("--probe", required=True, help="step_probe, from the folder bench/ of a build")
    parser.add_argument("--features", required=True, help="folder of train, val and test.safetensors with 384 columns")
    parser.add_argument("--dims", default="384,4096", help="384: the features; others: random unit rows")
    parser.add_argument("--attacks", default="none,fgm", help="of none, fgm, pgd; every batch is attacked")
    parser.add_argument("--products", default="auto,mkl", help="product routines; the peer has mkl")
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--steps", type=int, default=20, help="per block")
    parser.add_argument("--core", type=int, help="pin everything to this core")
    parser.add_argument("--flush-denormal", action="store_true", help="for the peer; ratbench always does")
    parser.add_argument("--json", help="file for all figures")
    return parser.parse_args()


class Probe:
    """A step_probe process with one arm per attack."""

    def __init__(self, program, folder, product, batch, attacks):
        self.process = subprocess.Popen([program, folder, product, str(batch)], text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.product = self.read()["product"]
        self.arms = {a: self.ask(f"open {a} 1 fp32")["arm"] for a in attacks}

    def read(self):
        line = self.process.stdout.readline()
        if not line:
            sys.exit(f"step_probe ended with status {self.process.wait()}")
        return json.loads(line)

    def ask(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return self.read()

    def block(self, attack, steps):
        took = self.ask(f"run {self.arms[attack]} {steps}")
        return 1e6 * took["cpu_s"] / steps, 1e6 * took["wall_s"] / steps

    def floor_us(self, attack):
        return 1e6 * self.ask(f"floor {attack} 5")["floor_s"]

    def close(self):
        self.process.stdin.close()
        self.process.wait()


class Peer:
    """The same arms of the plain loop, with fused AdamW."""

    def __init__(self, torch, loop, features, labels, batch, attacks):
        self.torch, self.loop, self.x, self.y, self.batch = torch, loop, features, labels, batch
        self.generator = torch.Generator().manual_seed(1)
        self.arms = {}
        for attack in attacks:
            model = loop.make_model(features.shape[1], 512, CLASSES)
            model.train()
            optimiser = torch.optim.AdamW(model.parameters(), lr=1e-3, weight_decay=0.01, fused=True)
            self.arms[attack] = (model, optimiser)

    def block(self, attack, steps):
        model, optimiser = self.arms[attack]
        rows = self.torch.randint(0, len(self.x), (steps, self.batch), generator=self.generator)
        wall, cpu = time.perf_counter(), time.process_time()
        for step in range(steps):
            x, y = self.x[rows[step]], self.y[rows[step]]
            self.loop.train_step(model, optimiser, x, y, "fgm" if attack == "none" else attack, 0.1, attack != "none")
        return 1e6 * (time.process_time() - cpu) / steps, 1e6 * (time.perf_counter() - wall) / steps


def write_random(folder, dim):
    import numpy
    from safetensors.numpy import save_file
    generator = numpy.random.default_rng(1)
    for split, rows in (("train", ROWS), ("val", 447), ("test", 447)):
        features = generator.standard_normal((rows, dim), dtype=numpy.float32)
        features /= numpy.linalg.norm(features, axis=1, keepdims=True)
        labels = generator.integers(0, CLASSES, rows).astype(numpy.int64)
        save_file({"features": features, "labels": labels}, os.path.join(folder, split + ".safetensors"),
                  {"class_names": json.dumps([f"class {c}" for c in range(CLASSES)])})


def measure(options, torch, loop, dim, folder):
    """Rounds of blocks: {(who, attack): [(cpu_us, wall_us), ...]}, and the floors."""
    attacks = options.attacks.split(",")
    train = loop.load_data(folder)["train"]
    peer = Peer(torch, loop, train["features"], train["labels"], options.batch, attacks)
    probes = {p: Probe(options.probe, folder, p, options.batch, attacks) for p in options.products.split(",")}
    timed = {}
    for attack in attacks:
        timed["peer", attack] = lambda steps, a=attack: peer.block(a, steps)
        for product, probe in probes.items():
            timed[product, attack] = lambda steps, q=probe, a=attack: q.block(a, steps)
    blocks = {key: [] for key in timed}
    for run in timed.values():
        run(WARM_UP_STEPS)
    floors = {}
    for number in range(options.rounds):
        for key in list(timed) if number % 2 == 0 else reversed(list(timed)):
            blocks[key].append(timed[key](options.steps))
        floors = {(p, a): probe.floor_us(a) for p, probe in probes.items() for a in attacks}
    names = {p: probe.product for p, probe in probes.items()}
    for probe in probes.values():
        probe.close()
    return blocks, floors, names


def spread(values):
    low, middle, high = statistics.quantiles(values, n=4)
    return {"median": middle, "low": low, "high": high}


def summary(dim, blocks, floors, names):
    rows = []
    for (product, attack), mine in blocks.items():
        if product == "peer":
            continue
        theirs = blocks["peer", attack]
        row = {"dim": dim, "attack": attack, "asked": product, "product": names[product]}
        for index, clock in enumerate(("cpu", "wall")):
            row[clock] = {"ratbench_us": spread([m[index] for m in mine]), "peer_us": spread([t[index] for t in theirs]),
                          "ratio": spread([m[index] / t[index] for m, t in zip(mine, theirs)])}
        row["floor_us"] = floors[product, attack]
        row["over_floor"] = row["cpu"]["ratbench_us"]["median"] / row["floor_us"]
        rows.append(row)
    return rows


def show(rows):
    print(f"{'dim':>5} {'attack':6} {'routine':12} {'ratbench':>9} {'peer':>9}  {'CPU time ratio':22} {'wall ratio':22} over floor")
    for row in rows:
        asked = row["asked"] if row["asked"] == row["product"] else f"{row['product']} ({row['asked']})"
        ratios = [f"{r['median']:.2f} ({r['low']:.2f} to {r['high']:.2f})"
                  for r in (row["cpu"]["ratio"], row["wall"]["ratio"])]
        print(f"{row['dim']:5d} {row['attack']:6} {asked:12} {row['cpu']['ratbench_us']['median']:6.0f} us "
              f"{row['cpu']['peer_us']['median']:6.0f} us  {ratios[0]:22} {ratios[1]:22} {row['over_floor']:.2f}")


def main():
    options = arguments()
    if options.core is not None:
        os.sched_setaffinity(0, {options.core})
    sys.path.insert(0, options.peer)
    import peer_loop
    import torch
    torch.set_num_threads(1)
    torch.manual_seed(0)
    torch.set_flush_denormal(options.flush_denormal)
    rows = []
    for dim in (int(d) for d in options.dims.split(",")):
        with tempfile.TemporaryDirectory() as folder:
            if dim != 384:
                write_random(folder, dim)
            found = measure(options, torch, peer_loop, dim, options.features if dim == 384 else folder)
        rows += summary(dim, *found)
    show(rows)
    if options.json:
        with open(options.json, "w", encoding="utf-8") as out:
            json.dump(rows, out, indent=1)


if __name__ == "__main__":
    main()

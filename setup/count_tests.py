"""Counts test cases from what ctest and GoogleTest wrote: count_tests.py FOLDER [--no-skips].

FOLDER holds one folder per preset with ctest.xml (JUnit), tests.json (ctest's own listing) and cases/*.xml, one
file per GoogleTest program. Prints each failed and each skipped case, then the line "passed failed skipped". With
--no-skips a skipped case counts as failed unless its program carries the label `cuda` or its message says that the
machine is the reason ("this machine ...").
"""

import json
import pathlib
import sys
import xml.etree.ElementTree as ElementTree


def cases_of_program(path):
    """Yields (name, outcome, message) for each case of one GoogleTest program."""
    for case in ElementTree.parse(path).iter("testcase"):
        name = f'{case.get("classname")}.{case.get("name")}'
        skipped = case.find("skipped")
        if case.find("failure") is not None:
            yield name, "failed", ""
        elif skipped is not None or case.get("result") == "skipped":
            yield name, "skipped", (skipped.get("message") or "").strip() if skipped is not None else ""
        else:
            yield name, "passed", ""


def cases_of_preset(folder):
    """Yields (name, outcome, message, labels): a program's cases where it wrote them, else the ctest entry itself."""
    labels = {}
    for test in json.loads((folder / "tests.json").read_text())["tests"]:
        values = [p["value"] for p in test.get("properties", []) if p["name"] == "LABELS"]
        labels[test["name"]] = values[0] if values else []
    for entry in ElementTree.parse(folder / "ctest.xml").iter("testcase"):
        name, status = entry.get("name"), entry.get("status")
        cases = []
        written = folder / "cases" / f"{name}.xml"
        if written.exists():
            cases = list(cases_of_program(written))
        failed_cases = any(outcome == "failed" for _, outcome, _ in cases)
        if status == "fail" and not failed_cases:  # a crash, a time-out or a script
            cases.append((name, "failed", ""))
        elif not written.exists():
            cases.append((name, "passed" if status == "run" else "skipped", status or ""))
        for case, outcome, message in cases:
            yield f"{name}: {case}", outcome, message, labels.get(name, [])


def main():
    root, no_skips = pathlib.Path(sys.argv[1]), "--no-skips" in sys.argv[2:]
    counts = {"passed": 0, "failed": 0, "skipped": 0}
    for folder in sorted(path.parent for path in root.glob("*/ctest.xml")):
        for name, outcome, message, labels in cases_of_preset(folder):
            excused = "cuda" in labels or "this machine" in message
            if outcome == "skipped" and no_skips and not excused:
                outcome, message = "failed", f"skipped although its data is here: {message}"
            counts[outcome] += 1
            if outcome != "passed":
                print(f"{outcome} [{folder.name}] {name} {message}".rstrip(), file=sys.stderr)
    print(counts["passed"], counts["failed"], counts["skipped"])


if __name__ == "__main__":
    main()

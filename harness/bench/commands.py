"""Commands measured from outside, for the scripts beside this file."""
import os
import subprocess
import sys
import tempfile
import time


def run(command, environment=None, core=None):
    """Standard output, elapsed and processor seconds, and the largest resident size (bytes) that one process reached,
    of a command and all that it starts and waits for. `core` is the only one that they may use."""
    pin = None if core is None else lambda: os.sched_setaffinity(0, {core})
    with tempfile.TemporaryFile("w+") as complaints:
        start = time.perf_counter()
        process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=complaints, text=True,
                                   preexec_fn=pin)
        with process.stdout:
            out = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        wall_s = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            complaints.seek(0)
            sys.exit(f"{' '.join(command)}: status {process.returncode}\n{complaints.read()}")
    return {"out": out, "wall_s": wall_s, "cpu_s": usage.ru_utime + usage.ru_stime, "peak_bytes": 1024 * usage.ru_maxrss}

"""Run the browser tests many times on a busy machine, every response delayed at random:

    make repeat                                    thirty times
    python -m tests.browser.repeat --times 5       fewer; --help lists the rest

Prints a line for each run and exits with 1 if a test failed in any of them. The line of a passed
run says so if a test ran again because the machine failed it.
"""

import argparse
import os
import subprocess
import sys
import time
from contextlib import contextmanager

LOOP = "while True: pass"


@contextmanager
def busy(loops: int):
    """Run this many busy loops."""
    running = [subprocess.Popen([sys.executable, "-c", LOOP]) for _number in range(loops)]
    try:
        yield
    finally:
        for process in running:
            process.kill()


def run(number: int, delay: float, workers: int, chosen: list[str]) -> tuple[bool, str]:
    """Run the tests once; returns whether all passed, and the output of pytest.

    Screenshots of failures go to a folder of the run, which later runs do not clear.
    """
    how = ["-n", str(workers), "-q", "--output", f"var/browser-repeat/{number}"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "tests/browser", *how, *chosen],
        env=os.environ | {"RESPONSE_DELAY": str(delay)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    return done.returncode == 0, done.stdout


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--times", type=int, default=30)
    parser.add_argument("--busy", type=int, default=2, help="how many loops run beside the tests")
    parser.add_argument("--delay", type=float, default=0.3, help="at most so many seconds")
    parser.add_argument("--workers", type=int, default=4)
    options, chosen = parser.parse_known_args()
    failed = 0
    with busy(options.busy):
        for number in range(1, options.times + 1):
            began = time.monotonic()
            passed, printed = run(number, options.delay, options.workers, chosen)
            summary = printed.strip().rpartition("\n")[2]
            print(f"{number:3}  {time.monotonic() - began:4.0f} s  {summary}", flush=True)  # noqa: T201
            if not passed:
                failed += 1
                print(printed, flush=True)  # noqa: T201
    print(f"{options.times} runs, {failed} failed")  # noqa: T201
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())

"""Benchmarks: ratios measured in one run, ours and theirs alternately, medians of several rounds.

    python scripts/bench.py startup            a table with bars
    python scripts/bench.py tx                 a minute or two
    python scripts/bench.py --json startup     {"name", "rows": [{"key", "ours", "theirs", "ratio", "target", "unit"}]}

`ratio` should be large; `target` is what it must reach. The exit code is 1 if a target is missed.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

ROUNDS = 15
STARTUP_BUDGET = 8
BAR_WIDTH = 30


def startup() -> list[dict[str, Any]]:
    """How long people wait for help: against a budget of so many times `python -c pass`."""
    empty = [sys.executable, "-c", "pass"]
    ours = {
        "stablecoin --help": [str(Path(sys.executable).with_name("stablecoin")), "--help"],
        "import stablecoin_tools": [sys.executable, "-c", "import stablecoin_tools"],
    }
    return [_row(key, command, empty) for key, command in ours.items()]


def tx() -> list[dict[str, Any]]:
    """Sending, against plain web3.py; see `bench_tx`."""
    from bench_tx import tx as measured

    return measured()


BENCHMARKS: dict[str, Callable[[], list[dict[str, Any]]]] = {"startup": startup, "tx": tx}


def main() -> int:
    """Runs one benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", choices=sorted(BENCHMARKS))
    parser.add_argument("--json", action="store_true", help="print JSON for machines")
    arguments = parser.parse_args()
    rows = BENCHMARKS[arguments.name]()
    if arguments.json:
        print(json.dumps({"name": arguments.name, "rows": rows}, indent=2))
    else:
        for row in rows:
            bar = "█" * min(BAR_WIDTH, round(row["ratio"] * BAR_WIDTH / 4))
            print(
                f"{row['key']:<26}{row['ours']:>9.3f} {row['unit']}  ratio {row['ratio']:.2f} of {row['target']}  {bar}"
            )
    return 0 if all(row["ratio"] >= row["target"] for row in rows) else 1


def _row(key: str, command: list[str], empty: list[str]) -> dict[str, Any]:
    times: dict[str, list[float]] = {"ours": [], "theirs": []}
    for _ in range(ROUNDS):
        times["ours"].append(_seconds(command))
        times["theirs"].append(_seconds(empty))
    ours, theirs = median(times["ours"]), STARTUP_BUDGET * median(times["theirs"])
    return {"key": key, "ours": ours, "theirs": theirs, "ratio": theirs / ours, "target": 1, "unit": "s"}


def _seconds(command: list[str]) -> float:
    started_at = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - started_at


if __name__ == "__main__":
    sys.exit(main())

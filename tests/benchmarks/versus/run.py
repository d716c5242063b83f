"""The engine beside openfisca-core, DuckDB, a numpy floor and one person at a time, on the same claims.

``python -m tests.benchmarks.versus.run [--claims 1200000]`` makes the claims, an environment for the two others, runs
every way in processes of its own, round after round, and prints the median seconds and the highest memory of each.
Only the engine keeps a ledger, refuses repeats, lays trainings on days exactly and says who is open; the others total.
"""

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any

import pyarrow.parquet as pq

from ce_toolkit.rules import credit, load_pack
from ce_toolkit.tables import CLAIMS, PEOPLE, from_arrow, to_arrow
from tests.benchmarks.bench_credit import by_numpy, by_numpy_days
from tests.benchmarks.made import Made, make

HERE = Path(__file__).parent
END = date(2017, 12, 31)
PEOPLE_OF_ORACLE = 1_000  # one at a time: a sample, scaled by the number of claims


def by_engine(made: Made) -> Any:
    """Credits, ledger and standing."""
    return credit(made.claims, made.people, load_pack("dezhou-2017"), END).standing


def by_oracle(made: Made) -> Any:
    """The tests' oracle, one person after the other, over a sample."""
    from tests.rules.oracle import judge
    from tests.rules.strategies import random_people

    return [judge(case) for case in random_people(1, PEOPLE_OF_ORACLE)]


OWN: dict[str, Callable[[Made], Any]] = {
    "engine": by_engine, "numpy, totals": by_numpy, "numpy, day loads": by_numpy_days,
}  # fmt: skip


def main() -> None:
    """Make, run, print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--claims", type=int, default=1_200_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--way", help="used by the script itself")
    parser.add_argument("folder", nargs="?", type=Path)
    given = parser.parse_args()
    if given.way:
        _one(given.folder, given.way)
        return
    with tempfile.TemporaryDirectory() as name:
        _compare(Path(name), given.claims, given.rounds)


def _compare(folder: Path, claims: int, rounds: int) -> None:
    made = make(claims // 6, claims)
    pq.write_table(to_arrow(CLAIMS, made.claims), folder / "claims.parquet")
    pq.write_table(to_arrow(PEOPLE, made.people), folder / "people.parquet")
    python = _environment(folder / "env")
    script = [sys.executable, "-m", "tests.benchmarks.versus.run", str(folder), "--way"]
    ways = {name: [*script, name] for name in OWN}
    ways |= {name: [python, str(HERE / f"by_{name}.py"), str(folder / "claims.parquet")] for name in _OTHERS}
    taken: dict[str, list[float]] = {name: [] for name in ways}
    peak = dict.fromkeys(ways, 0.0)
    for _ in range(rounds):
        for name, command in ways.items():
            seconds, peak[name] = _run(command, peak[name])
            taken[name].append(seconds)
    engine = median(taken["engine"])
    for name, seconds in taken.items():
        middle = median(seconds)
        span = f"({min(seconds):.3f}–{max(seconds):.3f})"
        sys.stdout.write(f"{name:18} {middle:7.3f} s  {span}  x{middle / engine:6.2f}  {peak[name]:7.0f} MB\n")
    began = time.perf_counter()
    people = len(by_oracle(made))
    each = (time.perf_counter() - began) / people
    sys.stdout.write(f"one at a time     {each * claims / 6:7.1f} s, scaled from {people} people\n")


_OTHERS = ("openfisca", "duckdb")


def _environment(folder: Path) -> str:
    subprocess.run(["uv", "venv", "-q", str(folder)], check=True)
    python = next(path for path in (folder / "bin" / "python", folder / "Scripts" / "python.exe") if path.exists())
    install = ["uv", "pip", "install", "-q", "--python", str(python), "-r", str(HERE / "requirements.txt")]
    subprocess.run(install, check=True)
    return str(python)


def _run(command: list[str], peak: float) -> tuple[float, float]:
    """Seconds that the process says its work took, and its peak memory where it says it."""
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    words = done.stdout.split()
    return float(words[0]), max(peak, float(words[-1]))


def _one(folder: Path, way: str) -> None:
    """One of our own ways, the second call of two: the first pays for imports."""
    tables = (from_arrow(pq.read_table(folder / f"{name}.parquet")) for name in ("claims", "people"))
    claims, people = tables
    made = Made(people, claims)
    OWN[way](made)
    began = time.perf_counter()
    OWN[way](made)
    taken = time.perf_counter() - began
    sys.stdout.write(f"{taken:.3f} {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3:.0f}\n")


if __name__ == "__main__":
    main()

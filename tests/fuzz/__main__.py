"""``python -m tests.fuzz --cases 5000 --seed 1``: a long campaign; exits with 1 if a file hung or was at fault."""

import argparse
import sys
import time
from pathlib import Path

from tests.fuzz.campaign import campaign


def main() -> int:
    asked = argparse.ArgumentParser(prog="python -m tests.fuzz", description="Damage files and read them.")
    asked.add_argument("--cases", type=int, default=5000)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--jobs", type=int, default=2)
    asked.add_argument("--keep", type=Path, help="folder for the files at fault")
    args = asked.parse_args()
    start = time.perf_counter()
    verdict = campaign(args.cases, args.seed, jobs=args.jobs, keep=args.keep)
    seconds = time.perf_counter() - start
    lines = [
        f"seed {args.seed}: {verdict.cases} cases in {seconds:.0f} s, {dict(verdict.outcomes)}",
        f"crashes contained: {len(verdict.crashes)}, hangs ended: {len(verdict.hangs)}, faults: {len(verdict.faults)}",
        f"codes: {dict(verdict.codes.most_common())}",
        *(f"crash: {case}" for case in verdict.crashes),
        *(f"hang: {case}" for case in verdict.hangs),
        *(f"fault: {case}: {fault}" for case, fault in verdict.faults),
    ]
    sys.stdout.write("\n".join(lines) + "\n")
    return 1 if verdict.hangs or verdict.faults else 0


if __name__ == "__main__":
    sys.exit(main())

"""The year's caps by DuckDB SQL, from the same Parquet file. Run in an environment of its own.

``python by_duckdb.py CLAIMS.parquet`` prints the seconds that the query took, the sum of totals, the peak memory.
"""

import resource
import sys
import time

import duckdb

QUERY = """
with worth as (
  select person_id, class,
    case class when 'training' then least(hours, 8 * days) when 'self_study' then hours
               when 'output' then 10 else 30 end as hours
  from read_parquet(?)
  where proof and coalesce(basis, '') <> 'none' and (class <> 'public_exam' or result = 'pass')
), sums as (
  select person_id,
    sum(hours) filter (class = 'training') as training, sum(hours) filter (class = 'self_study') as study,
    sum(hours) filter (class = 'output') as works, sum(hours) filter (class = 'public_exam') as exams
  from worth group by person_id
)
select sum(total) from (
  select person_id, coalesce(training, 0) + least(coalesce(study, 0), 40) + least(coalesce(works, 0), 30)
    + least(coalesce(exams, 0), 30) as total
  from sums)
"""


def main(path: str) -> None:
    """Time the query and print it."""
    began = time.perf_counter()
    found = duckdb.execute(QUERY, [path]).fetchone()
    taken, peak = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    sys.stdout.write(f"{taken:.3f} total {found[0] if found else 0:.2f} MB {peak:.0f}\n")


if __name__ == "__main__":
    main(sys.argv[1])

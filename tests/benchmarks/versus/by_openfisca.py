"""The year's caps by openfisca-core: claims are its persons, professionals its group. Run in an environment of its own.

``python by_openfisca.py CLAIMS.parquet`` prints the seconds that it took, the sum of totals, the peak memory.
"""

import resource
import sys
import time
from datetime import date
from typing import Any

import numpy as np
import pyarrow.parquet as pq
from openfisca_core.entities import Entity, GroupEntity
from openfisca_core.periods import DateUnit
from openfisca_core.simulations import SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

Claim = Entity("claim", "claims", "A claim", "")
Professional = GroupEntity("professional", "professionals", "A professional", "", roles=[{"key": "owner"}])
CLASSES = ("training", "self_study", "output", "public_exam")
WORDS = {
    "klass": ("class", CLASSES),
    "basis": ("basis", ("held_hr", "recorded_hr", "none")),
    "result": ("result", ("pass", "fail")),
}
CAPS = {"self_study": 40, "output": 30, "public_exam": 30}


def _input(name: str, kind: type) -> type[Variable]:
    keys = {"value_type": kind, "entity": Claim, "definition_period": DateUnit.YEAR, "label": name}
    return type(name, (Variable,), keys)


def _variable(name: str, entity: Any, formula: Any) -> type[Variable]:
    keys = {"value_type": float, "entity": entity, "definition_period": DateUnit.YEAR, "label": name}
    return type(name, (Variable,), {**keys, "formula": formula})


def _worth(claim: Any, period: Any) -> Any:
    kind, hours, days = claim("klass", period), claim("hours", period), claim("days", period)
    worth = np.select([kind == 0, kind == 1, kind == 2], [np.minimum(hours, 8 * days), hours, 10], default=30)
    passed = (kind != 3) | (claim("result", period) == 0)
    return worth * claim("proof", period) * (claim("basis", period) != 2) * passed


def _class_of(number: int) -> Any:
    def formula(professional: Any, period: Any) -> Any:
        members = professional.members
        return professional.sum(members("worth", period) * (members("klass", period) == number))

    return formula


def _total(professional: Any, period: Any) -> Any:
    capped = (np.minimum(professional(name, period), cap) for name, cap in CAPS.items())
    return professional("training", period) + sum(capped)


def system() -> TaxBenefitSystem:
    """The notice's caps as variables."""
    made = TaxBenefitSystem([Claim, Professional])
    for name, kind in {"klass": int, "hours": float, "days": int, "result": int, "proof": bool, "basis": int}.items():
        made.add_variable(_input(name, kind))
    made.add_variable(_variable("worth", Claim, _worth))
    for number, name in enumerate(CLASSES):
        made.add_variable(_variable(name, Professional, _class_of(number)))
    made.add_variable(_variable("total", Professional, _total))
    return made


def main(path: str) -> None:
    """Read the claims, time the calculation and print it."""
    data = pq.read_table(path).to_pandas()
    began = time.perf_counter()
    person = data["person_id"].factorize()[0]
    builder = SimulationBuilder()
    taxes = system()
    builder.create_entities(taxes)
    builder.declare_person_entity("claim", np.arange(len(data)))
    group = builder.declare_entity("professional", np.unique(person))
    builder.join_with_persons(group, person, roles=["owner"] * len(data))
    simulation = builder.build(taxes)
    year = str(date(2017, 1, 1).year)
    hours = data["hours"].astype("float64").fillna(0).to_numpy()
    simulation.set_input("hours", year, hours)
    simulation.set_input("days", year, data["days"].to_numpy())
    for name, (column, words) in WORDS.items():
        simulation.set_input(name, year, data[column].cat.set_categories(words).cat.codes.to_numpy())
    simulation.set_input("proof", year, data["proof"].to_numpy(dtype=bool))
    total = simulation.calculate("total", year)
    taken, peak = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    sys.stdout.write(f"{taken:.3f} total {total.sum():.2f} MB {peak:.0f}\n")


if __name__ == "__main__":
    main(sys.argv[1])

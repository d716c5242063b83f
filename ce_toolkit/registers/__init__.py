"""Registers of a year: who the professionals are, what they claim, which exam results are theirs."""

from ce_toolkit.registers.exams import register_exams
from ce_toolkit.registers.identity import match
from ce_toolkit.registers.register import Registers, register
from ce_toolkit.registers.units import Units, read_units

__all__ = ["Registers", "Units", "match", "read_units", "register", "register_exams"]

"""Intake: a folder of what units sent becomes typed tables of accepted rows, and a finding for everything else."""

from ce_toolkit.intake.folder import Intake, read_folder
from ce_toolkit.intake.report import show, write_json

__all__ = ["Intake", "read_folder", "show", "write_json"]

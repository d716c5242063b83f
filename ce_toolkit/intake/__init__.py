"""Intake: a folder of what units sent becomes typed tables of accepted rows, and a finding for everything else."""

from ce_toolkit.intake.cell_table import cells_of
from ce_toolkit.intake.folder import Intake, read_folder
from ce_toolkit.intake.layouts import read_layouts, write_layouts
from ce_toolkit.intake.report import show, write_json
from ce_toolkit.intake.ways import Ways

__all__ = ["Intake", "Ways", "cells_of", "read_folder", "read_layouts", "show", "write_json", "write_layouts"]

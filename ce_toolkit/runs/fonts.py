"""Charts that read the same everywhere: a Chinese font from the environment, figures as SVG without clocks or chance.

matplotlib costs 0.4 s to import and most notebooks draw nothing, so it is set up at the moment it is first imported.
"""

import importlib.util
import os
import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

# The font of the environment first: positions in an SVG depend on it. The others are what office machines have.
FAMILIES = ("Noto Sans SC", "Noto Sans CJK SC", "Source Han Sans SC", "Microsoft YaHei", "SimHei", "PingFang SC")
SETTINGS: dict[str, Any] = {
    "axes.unicode_minus": False,  # Chinese fonts lack the typographic minus sign
    "font.family": "sans-serif",
    "svg.fonttype": "path",  # a report must not need the font where it is read
    "svg.hashsalt": "ce_toolkit",
}
_TRIGGER = "matplotlib.font_manager"


def set_up_charts() -> None:
    """Make matplotlib draw Chinese and deterministic SVG, now if it is loaded, else as soon as it is."""
    os.environ["SOURCE_DATE_EPOCH"] = "0"
    _show_figures_as_svg()
    if _TRIGGER in sys.modules:
        _apply(sys.modules[_TRIGGER])
    elif not any(isinstance(finder, _OnImport) for finder in sys.meta_path):
        sys.meta_path.insert(0, _OnImport())


def _show_figures_as_svg() -> None:
    """Ask IPython's inline backend, which may not be loaded yet, for SVG."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    if shell is not None:
        shell.config.InlineBackend.figure_formats = {"svg"}
        # figures are laid out to their size already; cropping them would draw each one twice
        shell.config.InlineBackend.print_figure_kwargs = {"bbox_inches": None}
        inline = sys.modules.get("matplotlib_inline.backend_inline")
        if inline is not None:  # loaded before there was a shell, by the server this kernel was forked from
            inline.configure_inline_support(shell, "inline")


def _apply(font_manager: ModuleType) -> None:
    import matplotlib as mpl

    try:
        from pylopdf_fonts_zh_cn import sans_path

        font_manager.fontManager.addfont(sans_path())
    except (ImportError, OSError):
        pass  # a system font further down the list takes its place
    known = {font.name for font in font_manager.fontManager.ttflist}
    chosen = [family for family in FAMILIES if family in known]
    mpl.rcParams.update({**SETTINGS, "font.sans-serif": [*chosen, "DejaVu Sans"]})


class _OnImport(MetaPathFinder):
    """Lets matplotlib's font manager be imported as usual and sets the charts up right after."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname != _TRIGGER:
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(fullname)
        if spec is not None and spec.loader is not None:
            spec.loader = _Then(spec.loader)
        return spec


class _Then(Loader):
    """Loads a module through its own loader, then applies the settings."""

    def __init__(self, loader: Loader) -> None:
        self.loader = loader

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self.loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        self.loader.exec_module(module)
        _apply(module)

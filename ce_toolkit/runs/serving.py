"""The what-if notebook as a web page of the office's own machine: one notebook, no file, a token, few and idle kernels.

Voilà runs on a copy of the notebook in a folder of its own, so that there is nothing else beside it to be served.
"""

import gc
import os
import secrets
import socket
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager
from tornado.web import HTTPError
from traitlets import Integer
from traitlets.config import Config

from ce_toolkit.errors import RunError
from ce_toolkit.rules import load_pack
from ce_toolkit.runs.kernels import ThisInterpreter, start_fork_server
from ce_toolkit.runs.parameters import parameters_of
from ce_toolkit.runs.root import pack_place, root
from ce_toolkit.runs.session import FOLDER_VARIABLE

NOTEBOOK = "10_what_if"
LOOPBACK = "127.0.0.1"
MOST_PAGES = 8
IDLE_SECONDS = 3600
_OPENING_SECONDS = 15  # a page that is opening is not connected yet
MESSAGE_BYTES = 256 * 1024
_TEMPLATES = Path(__file__).with_name("served")
_NEEDED = (
    "ipykernel.kernelapp",
    "scipy.optimize",
    "matplotlib.pyplot",
    "ce_toolkit.forms",
    "ce_toolkit.runs.store",
    "ce_toolkit.runs.fonts",
)
# the page asks for nothing but itself
_POLICY = (
    "default-src 'self' data: blob:; script-src 'self' 'unsafe-inline' 'unsafe-eval'; "
    "style-src 'self' 'unsafe-inline'; "
    "connect-src 'self' ws: wss:; frame-ancestors 'none'; form-action 'self'; base-uri 'self'"
)


@dataclass(frozen=True)
class Served:
    """How the page is served. ``ip`` is this machine alone unless somebody decides otherwise."""

    pack: str = "dezhou-2017"
    as_of: str = ""
    ip: str = LOOPBACK
    port: int = 8866
    token: str = ""
    idle_seconds: int = IDLE_SECONDS
    most_pages: int = MOST_PAGES


class FewKernels(AsyncMappingKernelManager):
    """Starts no more kernels than the machine was given for: every open page holds one."""

    most = Integer(MOST_PAGES, config=True)

    async def start_kernel(self, **options: Any) -> str:
        """A kernel's id. Raises HTTPError 503 where there are as many as there may be."""
        if len(self.list_kernel_ids()) >= self.most:
            if not (left := self._left_behind()):
                raise HTTPError(503, "同时打开的页面太多，请稍后再开，或先关掉不用的页面。")
            await self.shutdown_kernel(left, now=True)  # type: ignore[no-untyped-call]
        started: str = await super().start_kernel(**options)
        return started

    def _left_behind(self) -> str:
        """The kernel whose page has been gone longest: not every browser says so when a page is closed."""
        gone = {}
        for kernel_id in self.list_kernel_ids():
            quiet = (datetime.now(UTC) - self.get_kernel(kernel_id).last_activity).total_seconds()
            if not self._kernel_connections.get(kernel_id) and quiet > _OPENING_SECONDS:
                gone[kernel_id] = quiet
        return max(gone, key=gone.__getitem__, default="")


def serve(served: Served, *, told: Any, opened: Any = None) -> None:
    """Serve the page until it is stopped. ``told`` is handed its address with the token, ``opened`` opens it, if given.

    Raises RunError where no port is free, ParamsError or PackError where the page cannot be made.
    """
    from voila.app import Voila

    with _folder(served) as folder:
        _warm_up()
        port, token = _free_port(served.ip, served.port), served.token or secrets.token_urlsafe(24)
        app = Voila(config=settings(served, folder, port, token))
        app.initialize([str(folder / f"{NOTEBOOK}.ipynb")])
        url = f"http://{served.ip}:{port}/?token={token}"
        told(url)
        if opened is not None:
            opened(url)
        app.start()


def settings(served: Served, folder: Path, port: int, token: str) -> Config:
    """What Voilà is told; no settings of the user or the working folder are read beside it."""
    return Config(
        {
            "Voila": {
                "ip": served.ip,
                "port": port,
                "port_retries": 0,
                "token": token,
                "root_dir": str(folder),
                "open_browser": False,
                "config_file_paths": [],
                "log_level": "ERROR",
                "tornado_settings": {
                    "websocket_max_message_size": MESSAGE_BYTES,
                    "ws_ping_timeout": 30_000,
                    "headers": {"Content-Security-Policy": _POLICY, "Referrer-Policy": "no-referrer"},
                },
            },
            "VoilaConfiguration": {
                "template": "ce",
                "allow_template_override": "NO",
                "allow_theme_override": "NO",
                "strip_sources": True,
                "show_tracebacks": False,
                "file_allowlist": [],
                "kernel_spec_manager_class": ThisInterpreter,
                "multi_kernel_manager_class": FewKernels,
            },
            "HTMLExporter": {"language_code": "zh"},
            "FewKernels": {
                "most": served.most_pages,
                "cull_idle_timeout": served.idle_seconds,
                "cull_interval": min(30, served.idle_seconds),
                "cull_connected": True,
                "buffer_offline_messages": False,
            },
        }
    )


def _warm_up() -> None:
    """Load once what every page needs, and fork the pages' kernels from it: a page opens in half the time."""
    if not sys.platform.startswith("linux"):
        return
    os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")  # read when it is imported
    for name in _NEEDED:
        import_module(name)
    gc.collect()
    gc.freeze()  # what is loaded stays shared between the pages' kernels
    start_fork_server()


@contextmanager
def _folder(served: Served) -> Iterator[Path]:
    """A folder that holds the notebook and nothing else; what its runs record goes beside it and away with it."""
    with tempfile.TemporaryDirectory(prefix="ce-app-") as name:
        pages, records = Path(name) / "page", Path(name) / "record"
        pages.mkdir()
        _write_notebook(pages / f"{NOTEBOOK}.ipynb", _parameters(served))
        told = {
            "JUPYTER_PATH": os.pathsep.join(filter(None, [str(_TEMPLATES), os.environ.get("JUPYTER_PATH", "")])),
            "CE_ROOT": str(root()),
            FOLDER_VARIABLE: str(records),
        }
        with _environment(told):
            yield pages


def _parameters(served: Served) -> dict[str, Any]:
    """The notebook's parameters for the pack, checked. Raises ParamsError or PackError."""
    pack = load_pack(pack_place(served.pack))
    values = {
        "county": pack.pack.region,
        "county_name": pack.pack.region_name,
        "year": pack.time.year,
        "pack": served.pack,
        "as_of": served.as_of or pack.time.last.isoformat(),
        "store": "data/app",
        "reports": "data/app",
    }
    return parameters_of(NOTEBOOK, values).model_dump(mode="json")


def _write_notebook(target: Path, parameters: Mapping[str, Any]) -> None:
    import nbformat
    from papermill.iorw import load_notebook_node
    from papermill.parameterize import parameterize_notebook

    source = root() / "notebooks" / f"{NOTEBOOK}.ipynb"
    if not source.is_file():
        raise RunError(f"找不到笔记本 {NOTEBOOK}.ipynb，请在项目文件夹中运行，或用 CE_ROOT 指明项目所在。")
    notebook = parameterize_notebook(load_notebook_node(str(source)), dict(parameters))
    notebook.metadata.title = "学时试算"
    nbformat.write(notebook, target)


@contextmanager
def _environment(values: Mapping[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _free_port(ip: str, port: int) -> int:
    """The port, or one of the next twenty where it is taken."""
    for one in range(port, port + 20):
        with socket.socket() as probe:
            try:
                probe.bind((ip, one))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise RunError(f"端口 {port} 至 {port + 19} 都不能用，请用 --port 另选一个，或检查 --ip。")

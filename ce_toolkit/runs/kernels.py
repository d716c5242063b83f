"""Kernels of this very interpreter, started anew or forked from a process that has everything loaded.

A kernel costs half a second of start and more of imports. Where the system can fork, a worker keeps a small server
process beside it, forked before the worker has threads; each notebook still gets a real kernel process of its own.
"""

import contextlib
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Mapping
from importlib.metadata import EntryPoint
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, ClassVar

from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning import KernelProvisionerFactory, LocalProvisioner

from ce_toolkit.intake.limits import LIMITS
from ce_toolkit.intake.workers import fork_one

_NAME = "ce-toolkit"
KernelProvisionerFactory.provisioners[_NAME] = EntryPoint(
    _NAME, f"{__name__}:Provisioner", KernelProvisionerFactory.GROUP_NAME
)


class ThisInterpreter(KernelSpecManager):  # type: ignore[misc]
    """Knows one kernel: the interpreter that runs, whatever kernels the user or the system have installed."""

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        """The kernel of this interpreter under any name."""
        return KernelSpec(
            argv=[sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
            display_name="Python 3",
            language="python",
            name=kernel_name,
            metadata={"kernel_provisioner": {"provisioner_name": _NAME}},
        )


class KernelManager(AsyncKernelManager):  # type: ignore[misc]
    """Starts kernels of this interpreter, warm where a fork server is ready."""

    def _kernel_spec_manager_default(self) -> KernelSpecManager:
        return ThisInterpreter(parent=self.parent)

    async def _async_wait(self, pollinterval: float = 0.005) -> None:
        """Look more often whether a kernel that was told to end has ended: each notebook ends with this wait."""
        await super()._async_wait(min(pollinterval, 0.005))


class Provisioner(LocalProvisioner):  # type: ignore[misc]
    """Forks the kernel from the worker's server if there is one, else starts it like any other."""

    server: ClassVar["ForkServer | None"] = None

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:
        """Start the kernel process and return how to reach it."""
        server = type(self).server
        if server is not None:
            try:
                pid = server.fork(cmd, kwargs.get("cwd") or str(Path.cwd()), kwargs["env"])
            except (EOFError, OSError):  # the server is gone: this and all further kernels start cold
                type(self).server = None
            else:
                self.process = ForkedKernel(server, pid)
                self.pid = self.pgid = pid
                return self.connection_info
        return await super().launch_kernel(cmd, **kwargs)


class ForkServer:
    """A forked copy of this process, single-threaded, that forks kernels on request and reports how they ended."""

    def __init__(self) -> None:
        context = multiprocessing.get_context("fork")
        self._line, theirs = context.Pipe()
        self._lock = threading.Lock()
        if os.fork() == 0:
            self._line.close()
            _serve(theirs)
        theirs.close()

    def fork(self, command: list[str], folder: str, environment: Mapping[str, str]) -> int:
        """Start a kernel and return its process id."""
        pid: int = self._ask("fork", command, folder, dict(environment))
        return pid

    def poll(self, pid: int) -> int | None:
        """How the kernel ended (negative: by which signal), None while it runs."""
        code: int | None = self._ask("poll", pid)
        return code

    def _ask(self, *request: object) -> Any:
        with self._lock:
            self._line.send(request)
            return self._line.recv()


class ForkedKernel:
    """A forked kernel with the face of ``subprocess.Popen`` that jupyter_client asks for."""

    stdin = stdout = stderr = None

    def __init__(self, server: ForkServer, pid: int) -> None:
        self._server = server
        self._ended: int | None = None
        self.pid = pid

    def poll(self) -> int | None:
        """How the kernel ended, None while it runs."""
        if self._ended is None:
            try:
                self._ended = self._server.poll(self.pid)
            except (EOFError, OSError):  # a server that dies takes its kernels along
                self._ended = -signal.SIGKILL
        return self._ended

    def wait(self) -> int | None:
        """How the kernel ended; jupyter_client calls this once it has."""
        return self.poll()

    def send_signal(self, number: int) -> None:
        """Send a signal unless the kernel has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """End the kernel at once."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Ask the kernel to end."""
        self.send_signal(signal.SIGTERM)


def _serve(line: Connection) -> None:
    """Answer requests until the worker hangs up or dies, then take the kernels down and leave without clean-up."""
    os.setsid()  # a Ctrl-C at the terminal is the worker's business
    kernels: dict[int, int | None] = {}
    with contextlib.suppress(EOFError, OSError):
        while True:
            match line.recv():
                case ("fork", command, folder, environment):
                    pid = os.fork()
                    if pid == 0:
                        line.close()
                        _be_kernel(command, folder, environment)
                    kernels[pid] = None
                    line.send(pid)
                case ("poll", pid):
                    if kernels[pid] is None:
                        kernels[pid] = _ended(pid)
                    line.send(kernels[pid])
    for pid in (pid for pid, ended in kernels.items() if ended is None):
        with contextlib.suppress(OSError):
            os.killpg(pid, signal.SIGKILL)
    os._exit(0)


def _ended(pid: int) -> int | None:
    done, status = os.waitpid(pid, os.WNOHANG)
    return os.waitstatus_to_exitcode(status) if done else None


def _be_kernel(command: list[str], folder: str, environment: Mapping[str, str]) -> None:
    """Turn this forked process into the kernel that ``command`` asks for."""
    code = 1
    try:
        os.setsid()
        os.chdir(folder)
        os.environ.clear()
        os.environ.update(environment)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        _silence()
        _reseed()
        fork_one(LIMITS)
        from ipykernel.kernelapp import IPKernelApp

        arguments = [*command[3:], f"--IPKernelApp.parent_handle={os.getppid()}"]  # it ends if the server does
        sys.argv = ["ipykernel_launcher", *arguments]
        IPKernelApp.launch_instance(argv=arguments)
        code = 0
    finally:
        os._exit(code)


def _silence() -> None:
    nothing = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nothing, number)


def _reseed() -> None:
    """Forked processes share numpy's old global generator unless each draws a seed of its own."""
    numpy_random = sys.modules.get("numpy.random")
    if numpy_random is not None:
        numpy_random.seed()


def start_fork_server() -> None:
    """Give this worker a fork server; without one (no fork on this system) kernels start cold."""
    if Provisioner.server is None and hasattr(os, "fork"):
        with contextlib.suppress(OSError):
            Provisioner.server = ForkServer()

"""Processes that this tool starts, and ends again whatever happens."""

import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from .errors import ComparisonError


class OwnedProcess:
    """A process in a group of its own, with its children; its output goes to a file.

    The group keeps Ctrl-C of the terminal away from it: it ends when this tool says so. It is no session of its own,
    because Linux shares the cores between sessions first, and looks at the priorities of threads only inside each.
    """

    def __init__(self, command: Sequence[str], log: Path, environment: Mapping[str, str] | None = None):
        self.command = list(command)
        self.log_path = log
        try:
            with log.open("wb") as output:
                self._process = subprocess.Popen(
                    self.command,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    env={**os.environ, **(environment or {})},
                    process_group=0,
                )
        except OSError as error:
            raise ComparisonError(f"cannot run {self.command[0]}: {error.strerror}") from error

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def log(self) -> str:
        return self.log_path.read_text(errors="replace")

    def exit_status(self) -> int | None:
        """None while the process runs; negative when a signal ended it.

        The process is not reaped before `stop`: until then nobody else gets its number or its group's.
        """
        if self._process.returncode is not None:
            return self._process.returncode
        ended = os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        if ended is None:
            return None
        return ended.si_status if ended.si_code == os.CLD_EXITED else -ended.si_status

    def wait(self, timeout: float) -> int:
        """Its exit status; an error when the time is up. The process is gone in both cases, and after an interrupt."""
        try:
            self._wait_for_exit(timeout)
            status = self.exit_status()
        finally:
            self.stop(grace=1.0)
        if status is None:
            raise ComparisonError(f"{self.command[0]} did not end within {timeout:.0f} s")
        return status

    def stop(self, grace: float = 15.0) -> None:
        """Asks the process to end, then ends what is left of its group."""
        if self._process.returncode is not None:
            return
        if self.exit_status() is None:
            os.kill(self.pid, signal.SIGTERM)
            self._wait_for_exit(grace)
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)
        self._process.wait()

    def _wait_for_exit(self, timeout: float) -> None:
        deadline = time.monotonic() + timeout
        while self.exit_status() is None and time.monotonic() < deadline:
            time.sleep(0.02)

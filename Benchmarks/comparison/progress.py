"""Tells how far a measurement is: one line that changes on a terminal, a line a step elsewhere."""

import sys
from typing import TextIO


class Progress:
    """Shows steps on standard error."""

    def __init__(self, stream: TextIO | None = None):
        self._stream = stream or sys.stderr
        self._is_terminal = self._stream.isatty()
        self._total = 0
        self._done = 0

    def expect(self, total: int) -> None:
        """Starts counting; each `step` is one of the total."""
        self._total, self._done = total, 0

    def step(self, text: str) -> None:
        self._done += 1
        self._show(f"[{self._done}/{self._total}] {text}" if self._total else text)

    def note(self, text: str) -> None:
        """A line that stays."""
        self.clear()
        print(text, file=self._stream, flush=True)

    def clear(self) -> None:
        """Takes the changing line away, before something else is printed."""
        if self._is_terminal:
            self._stream.write("\r\x1b[K")
            self._stream.flush()

    def _show(self, text: str) -> None:
        if self._is_terminal:
            self._stream.write("\r\x1b[K" + text[:100])
            self._stream.flush()
        else:
            print(text, file=self._stream, flush=True)

"""How other models fare while one loads and unloads, and what thousands of loads leave behind."""

import os
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from . import process_figures
from .cases import Case
from .errors import ComparisonError
from .load_generators import Load, LoadGenerators
from .model_control import ModelControl
from .processes import OwnedProcess
from .progress import Progress
from .results import CycleFigures, LoadingFigures
from .servers import Server

LARGE_MODEL = "large"
SMALL_MODEL = "small"
WIDTH = 1024

# A steady rate leaves room for the loads; clients that ask as fast as they can leave none.
CASES = (
    Case("http", "64B", 16, 1, "perf_analyzer", rate=500),
    Case("grpc", "64B", 16, 1, "perf_analyzer", rate=500),
    Case("http", "64B", 16, 4, "wrk"),
)


class LoadLoop:
    """Loads and unloads a model again and again, on a thread of its own, while the context lasts."""

    def __init__(self, server: Server, model: str):
        self._control = ModelControl(server)
        self._model = model
        self._stops = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._error: Exception | None = None
        self.load_seconds: list[float] = []

    def __enter__(self) -> "LoadLoop":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stops.set()
        self._thread.join()
        self._control.close()
        if self._error is not None:
            raise ComparisonError(f"loading {self._model} failed: {self._error}") from self._error

    def _run(self) -> None:
        try:
            while not self._stops.is_set():
                started = time.monotonic()
                self._control.load(self._model)
                self.load_seconds.append(time.monotonic() - started)
                self._control.unload(self._model)
        except Exception as error:
            self._error = error


@contextmanager
def bystander(scratch: Path) -> Iterator[None]:
    """A process that only computes, and only when no other process wants the core: what it costs is the system's doing."""
    process = OwnedProcess([sys.executable, "-c", "while True: pass"], scratch / "bystander.log")
    try:
        os.sched_setscheduler(process.pid, os.SCHED_IDLE, os.sched_param(0))
        yield
    finally:
        process.stop()


def measure_loading(
    server: Server,
    cases: Sequence[Case],
    rounds: int,
    seconds: float,
    generators: LoadGenerators,
    scratch: Path,
    progress: Progress,
) -> Iterator[LoadingFigures]:
    """Takes measurements alone, beside a bystander and beside loads in turns, so that a slow spell meets all."""
    progress.expect(3 * rounds * len(cases))
    # The first load opens LibTorch, which happens once in the life of a server.
    with LoadLoop(server, LARGE_MODEL):
        time.sleep(0.1)
    for case in cases:
        alone: list[Load] = []
        control: list[Load] = []
        beside: list[Load] = []
        load_seconds: list[float] = []
        for number in range(rounds):
            progress.step(f"{case.name} alone, round {number + 1}")
            alone.append(generators.run(case, server, seconds))
            progress.step(f"{case.name} beside a bystander, round {number + 1}")
            with bystander(scratch):
                control.append(generators.run(case, server, seconds))
            progress.step(f"{case.name} beside loads, round {number + 1}")
            with LoadLoop(server, LARGE_MODEL) as loop:
                beside.append(generators.run(case, server, seconds))
            load_seconds += loop.load_seconds
        yield LoadingFigures(
            case=case.title,
            loads=len(load_seconds),
            seconds_per_load=median(load_seconds),
            requests_per_second_alone=median(one.requests_per_second for one in alone),
            requests_per_second_beside=median(one.requests_per_second for one in beside),
            p50_alone=median(one.p50 for one in alone),
            p50_beside=median(one.p50 for one in beside),
            p99_alone=[one.p99 for one in alone],
            p99_bystander=[one.p99 for one in control],
            p99_beside=[one.p99 for one in beside],
        )


def measure_cycles(server: Server, cycles: int, progress: Progress) -> CycleFigures:
    """Loads, asks and unloads a model so often; looks at the process each time it is gone."""
    control = ModelControl(server)
    progress.expect(cycles)
    memory: list[int] = []
    threads: list[int] = []
    descriptors: list[int] = []
    started = time.monotonic()
    try:
        for number in range(cycles):
            progress.step(f"load and unload, {number + 1} of {cycles}")
            control.load(SMALL_MODEL)
            control.infer(SMALL_MODEL, "x", WIDTH)
            control.unload(SMALL_MODEL)
            memory.append(process_figures.memory(server.pid).now)
            threads.append(process_figures.thread_count(server.pid))
            descriptors.append(process_figures.descriptor_count(server.pid))
    finally:
        control.close()
    return CycleFigures(
        seconds=time.monotonic() - started, memory=memory, threads=threads, descriptors=descriptors
    )

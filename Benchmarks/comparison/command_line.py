"""The command line of `Benchmarks/compare`."""

import argparse
import shlex
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from . import installation as installing
from . import loading_measurement, reports, repositories, servers
from .cases import Case, select
from .connections import allow_open_files
from .errors import ComparisonError
from .idle_measurement import measure as measure_idle
from .installation import ROOT
from .load_generators import LoadGenerators
from .load_measurement import measure as measure_load
from .progress import Progress
from .protection_measurement import measure_large_tensors, measure_siege

_BUILT_IN = ("triton", "nereid", "nereid-copy")
_COMMANDS = ("load", "idle", "protect", "loading", "cycles", "install", "report")


def main(arguments: Sequence[str]) -> int:
    options = _parse(arguments)
    progress = Progress()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _interrupt)
    try:
        installation = installing.install(options.folder.resolve(), progress)
        sys.path.append(str(installation.packages))
        if options.command == "report":
            reports.write_page(installation.results, options.page)
        elif options.command != "install":
            _measure(options, installation, progress)
        return 0
    except ComparisonError as error:
        progress.clear()
        print(f"compare: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        progress.clear()
        print("compare: interrupted; every server that it started has ended", file=sys.stderr)
        return 130


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    """Once: a second Ctrl-C must not cut short the ending of what was started."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    arguments = list(arguments)
    if not arguments or (arguments[0] not in _COMMANDS and arguments[0] not in ("-h", "--help")):
        arguments.insert(0, "load")
    parser = argparse.ArgumentParser(
        prog="compare",
        description="Compares Nereid with Triton, or with any server of the same protocol. Without a command: load.",
    )
    commands = parser.add_subparsers(dest="command", required=True)
    load = commands.add_parser("load", help="CPU per request, throughput, latency and memory of many cases")
    load.add_argument("--cases", metavar="PATTERN,...", type=_words, help="such as 'grpc/*' or 'http/64B/c16/*'")
    idle = commands.add_parser("idle", help="what a server costs that nobody uses, and each silent connection")
    protect = commands.add_parser("protect", help="latency beside slow clients; very large tensors")
    loading = commands.add_parser("loading", help="latency of a model of Nereid while a large one loads and unloads")
    cycles = commands.add_parser("cycles", help="what thousands of loads and unloads leave behind in Nereid")
    for command in (load, idle, protect):
        _add_server_options(command)
    for command in (loading, cycles):
        _add_nereid_options(command)
    loading.add_argument("--megabytes", type=_positive, default=300, help="size of the large model (default 300)")
    loading.add_argument("--rounds", type=_positive, help="how often each case is measured (default 7, quick 2)")
    loading.add_argument("--seconds", type=_duration, help="how long each time (default 6, quick 2)")
    cycles.add_argument("--cycles", type=_positive, help="loads and unloads (default 2000, quick 50)")
    cycles.add_argument("--megabytes", type=_positive, default=20, help="size of the model (default 20)")
    idle.add_argument("--connections", type=_positive, default=1000, help="silent connections (default 1000)")
    protect.add_argument("--silent", type=_positive, default=1000, help="silent connections (default 1000)")
    protect.add_argument("--slow", type=_positive, default=100, help="slow connections (default 100)")
    protect.add_argument(
        "--megabytes", metavar="MB,...", type=_sizes, default=[64, 600], help="large tensors (default 64,600)"
    )
    install = commands.add_parser("install", help="install what is missing, and nothing else")
    report = commands.add_parser("report", help="write the page and its charts again from the saved figures")
    for command in (load, idle, protect, loading, cycles, install, report):
        _add_place_options(command)
    return parser.parse_args(arguments)


def _add_server_options(parser: argparse.ArgumentParser) -> None:
    _add_nereid_options(parser)
    parser.add_argument("--rounds", type=_positive, help="how often each case is measured (default 3, quick 1)")
    parser.add_argument("--seconds", type=_duration, help="how long each time (default 3, quick 1; idle 10, quick 2)")
    parser.add_argument(
        "--servers", metavar="NAME,...", type=_words, help=f"default {','.join(_BUILT_IN)} and those of --server"
    )
    parser.add_argument(
        "--server", metavar="NAME=...", action="append", default=[],
        help="another server: HTTP_ADDRESS,GRPC_ADDRESS,PID of one that runs, or a command line with {http_port} and"
        " {grpc_port}, and {repository} for a model repository with the backend 'identity'; may be repeated",
    )  # fmt: skip


def _add_nereid_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--quick", action="store_true", help="few cases, short and once; leaves the page as it is")
    parser.add_argument(
        "--nereid", metavar="PATH", type=Path, default=ROOT / ".build" / "release" / "nereid", help="the executable"
    )
    parser.add_argument("--nereid-flags", metavar="FLAGS", type=shlex.split, default=[], help="more flags for it")
    parser.add_argument("--no-page", action="store_true", help="leave docs/PERFORMANCE.md as it is")


def _add_place_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--folder", type=Path, default=ROOT / ".deps" / "benchmarks",
        help="where packages and results are kept (default .deps/benchmarks)",
    )  # fmt: skip
    parser.add_argument("--page", type=Path, default=ROOT / "docs" / "PERFORMANCE.md", help=argparse.SUPPRESS)


def _measure(options: argparse.Namespace, installation: installing.Installation, progress: Progress) -> None:
    if options.command in ("loading", "cycles"):
        report = _measure_loads(options, installation, progress)
    else:
        report = _compare(options, installation, progress)
    progress.clear()
    print(report.text)
    saved = reports.save(report, installation.results, is_quick=options.quick)
    print(f"\nfigures: {saved}")
    if not options.quick and not options.no_page:
        reports.write_page(installation.results, options.page)
        print(f"page:    {options.page}")


def _compare(
    options: argparse.Namespace, installation: installing.Installation, progress: Progress
) -> reports.Report:
    rounds = options.rounds or (1 if options.quick else 3)
    cases = select(options.cases, options.quick) if options.command == "load" else []
    _check_tools(options.command, cases, progress)
    # Servers inherit the limit, so that it is the same for all.
    allow_open_files(4096)
    with _scratch() as scratch, _running_servers(options, installation, scratch) as running:
        generators = LoadGenerators(scratch)
        match options.command:
            case "load":
                seconds = options.seconds or (1.0 if options.quick else 3.0)
                samples = measure_load(cases, running, rounds, seconds, generators, progress)
                return reports.load_report(samples, rounds, seconds)
            case "idle":
                seconds = options.seconds or (2.0 if options.quick else 10.0)
                return reports.idle_report(
                    measure_idle(running, seconds, options.connections, generators, progress), seconds
                )
            case _:
                seconds = options.seconds or (1.0 if options.quick else 3.0)
                siege = measure_siege(running, rounds, seconds, options.silent, options.slow, generators, progress)
                sizes = [round(size * 1e6) for size in options.megabytes]
                return reports.protection_report(siege, measure_large_tensors(running, sizes, progress))


def _measure_loads(
    options: argparse.Namespace, installation: installing.Installation, progress: Progress
) -> reports.Report:
    """Of Nereid only, with TorchScript models: the identity model is the one that others use meanwhile."""
    is_loading = options.command == "loading"
    cases = loading_measurement.CASES if is_loading else ()
    _check_tools("load", cases, progress)
    model = loading_measurement.LARGE_MODEL if is_loading else loading_measurement.SMALL_MODEL
    with _scratch() as scratch:
        repository = repositories.write_identity_repository(scratch / "models", copies_outputs=True)
        progress.note(f"writing a model of {options.megabytes} MB ...")
        repositories.write_torch_model(repository, model, options.megabytes)
        flags = ["--model-control-mode=explicit", f"--load-model={repositories.MODEL}", *options.nereid_flags]
        recipe = servers.nereid("nereid", options.nereid, repository, flags)
        with servers.running([recipe], installation.results) as [server]:
            if not is_loading:
                cycles = options.cycles or (50 if options.quick else 2000)
                figures = loading_measurement.measure_cycles(server, cycles, progress)
                return reports.cycles_report(figures, options.megabytes)
            rounds = options.rounds or (2 if options.quick else 7)
            seconds = options.seconds or (2.0 if options.quick else 6.0)
            taken = loading_measurement.measure_loading(
                server, cases, rounds, seconds, LoadGenerators(scratch), scratch, progress
            )
            return reports.loading_report(taken, options.megabytes, rounds, seconds)


def _check_tools(command: str, cases: Sequence[Case], progress: Progress) -> None:
    if command == "protect" or any(case.generator == "wrk" for case in cases):
        installing.check_wrk()
    if command != "load" or any(case.generator == "perf_analyzer" for case in cases):
        installing.prepare_perf_analyzer(progress)


@contextmanager
def _scratch() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="nereid-compare-") as folder:
        yield Path(folder)


@contextmanager
def _running_servers(
    options: argparse.Namespace, installation: installing.Installation, scratch: Path
) -> Iterator[list[servers.Server]]:
    prefix = f"nereid_compare_{scratch.name.rpartition('-')[2]}"
    try:
        with servers.running(_recipes(options, installation, scratch, prefix), installation.results) as running:
            yield running
    finally:
        # Triton's Python backend leaves its region behind when it is ended by force.
        for region in Path("/dev/shm").glob(f"{prefix}*"):
            region.unlink(missing_ok=True)


def _recipes(
    options: argparse.Namespace, installation: installing.Installation, scratch: Path, prefix: str
) -> list[servers.Recipe]:
    reference = repositories.write_identity_repository(scratch / "identity", copies_outputs=False)
    makers: dict[str, Callable[[], servers.Recipe]] = {
        "triton": lambda: servers.triton(
            installation.triton,
            installation.triton_libraries,
            installation.backends,
            repositories.write_python_repository(scratch / "python", installation.packages),
            prefix,
        ),
        "nereid": lambda: servers.nereid("nereid", options.nereid, reference, options.nereid_flags),
        "nereid-copy": lambda: servers.nereid(
            "nereid-copy",
            options.nereid,
            repositories.write_identity_repository(scratch / "copy", copies_outputs=True),
            options.nereid_flags,
        ),
    }
    for text in options.server:
        recipe = servers.parse_server(text, {"repository": str(reference)})
        makers[recipe.name] = _constant(recipe)
    names = options.servers or list(makers)
    for name in names:
        if name not in makers:
            raise ComparisonError(f"no server {name!r}; known are {', '.join(makers)} (name others with --server)")
    return [makers[name]() for name in names]


def _constant(recipe: servers.Recipe) -> Callable[[], servers.Recipe]:
    return lambda: recipe


def _words(text: str) -> list[str]:
    return [word for word in text.split(",") if word]


def _positive(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return value


def _duration(text: str) -> float:
    value = float(text)
    if not 0.3 <= value <= 600:
        raise argparse.ArgumentTypeError("must be from 0.3 to 600 seconds")
    return value


def _sizes(text: str) -> list[int]:
    return [_positive(word) for word in _words(text)]

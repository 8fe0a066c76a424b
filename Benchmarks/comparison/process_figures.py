"""What Linux tells of a process: CPU time, memory, context switches, descendants."""

import time
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")


@dataclass(frozen=True)
class Usage:
    """CPU time since the start of the process, in microseconds of user and system time of all its threads."""

    own: float
    with_children: float


@dataclass(frozen=True)
class Memory:
    """Resident bytes. The peak is the largest since `reset_peak`."""

    now: int
    peak: int
    now_with_children: int
    peak_with_children: int


def is_alive(pid: int) -> bool:
    """False for a process that is gone or that only waits to be reaped."""
    try:
        return _stat_fields(pid)[0] != "Z"
    except OSError:
        return False


def descendants(pid: int) -> list[int]:
    """The living children of a process, and theirs."""
    children: dict[int, list[int]] = {}
    for entry in PROC.iterdir():
        if not entry.name.isdigit():
            continue
        try:
            parent = int(_stat_fields(int(entry.name))[1])
        except OSError:
            continue
        children.setdefault(parent, []).append(int(entry.name))
    found: list[int] = []
    waiting = list(children.get(pid, []))
    while waiting:
        child = waiting.pop()
        found.append(child)
        waiting += children.get(child, [])
    return sorted(found)


def usage(pid: int) -> Usage:
    """CPU time used so far.

    Children that start or end between two readings would blur the difference; the servers keep theirs.
    """
    own = _cpu_microseconds(pid)
    return Usage(own, own + sum(_cpu_microseconds_if_alive(child) for child in descendants(pid)))


def memory(pid: int) -> Memory:
    """Pages that processes share count in each of them."""
    now, peak = _resident(pid)
    others = [_resident_if_alive(child) for child in descendants(pid)]
    return Memory(now, peak, now + sum(other[0] for other in others), peak + sum(other[1] for other in others))


def reset_peak(pid: int) -> None:
    """Starts a new peak of resident memory; where that is not permitted, peaks count from the start of the process."""
    for process in [pid, *descendants(pid)]:
        try:
            (PROC / str(process) / "clear_refs").write_text("5")
        except OSError:
            continue


def context_switches(pid: int) -> int:
    """Of all living threads of the process, voluntary or not."""
    total = 0
    for task in (PROC / str(pid) / "task").iterdir():
        try:
            fields = _status_fields((task / "status").read_text())
        except OSError:
            continue
        total += int(fields["voluntary_ctxt_switches"]) + int(fields["nonvoluntary_ctxt_switches"])
    return total


def thread_count(pid: int) -> int:
    return int(_status_fields((PROC / str(pid) / "status").read_text())["Threads"])


def descriptor_count(pid: int) -> int:
    return len(list((PROC / str(pid) / "fd").iterdir()))


def _stat_fields(pid: int) -> list[str]:
    """The fields of /proc/PID/stat after the name: state, parent and so on. The name may hold anything."""
    text = (PROC / str(pid) / "stat").read_text()
    return text[text.rindex(")") + 1 :].split()


def _status_fields(text: str) -> dict[str, str]:
    pairs = (line.split(":", 1) for line in text.splitlines() if ":" in line)
    return {name: value.strip() for name, value in pairs}


def _cpu_microseconds(pid: int) -> float:
    """From the CPU clock of the process: /proc/PID/stat counts the same in steps of 10 ms."""
    return time.clock_gettime_ns((~pid << 3) | 2) / 1000


def _resident(pid: int) -> tuple[int, int]:
    """Bytes now and at the peak; a kernel process has neither."""
    fields = _status_fields((PROC / str(pid) / "status").read_text())
    now, peak = (int(fields.get(name, "0 kB").split()[0]) * 1024 for name in ("VmRSS", "VmHWM"))
    return now, peak


def _cpu_microseconds_if_alive(pid: int) -> float:
    try:
        return _cpu_microseconds(pid)
    except OSError:
        return 0.0


def _resident_if_alive(pid: int) -> tuple[int, int]:
    try:
        return _resident(pid)
    except OSError:
        return (0, 0)

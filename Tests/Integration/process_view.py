"""What Linux tells of a running server: memory, threads, descriptors."""

from pathlib import Path


def resident_bytes(process_id: int) -> int:
    status = Path(f"/proc/{process_id}/status").read_text()
    return next(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmRSS:"))


def descriptor_count(process_id: int) -> int:
    return len(list(Path(f"/proc/{process_id}/fd").iterdir()))


def thread_count(process_id: int) -> int:
    return len(list(Path(f"/proc/{process_id}/task").iterdir()))


def nice_values(process_id: int) -> dict[str, set[int]]:
    """By the name of the thread; those that end meanwhile are left out."""
    values: dict[str, set[int]] = {}
    for task in Path(f"/proc/{process_id}/task").iterdir():
        try:
            name, stat = (task / "comm").read_text().strip(), (task / "stat").read_text()
        except OSError:
            continue
        # The name, in brackets, may hold anything; the nice value is the 19th field.
        values.setdefault(name, set()).add(int(stat[stat.rindex(")") + 1 :].split()[16]))
    return values

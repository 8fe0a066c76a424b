"""What machine the figures were taken on."""

import os
import platform
import re
from datetime import date
from pathlib import Path


def facts() -> dict[str, str]:
    """Names no host and no user: the figures are published."""
    return {
        "date": date.today().isoformat(),
        "processor": _processor(),
        "cores": str(len(os.sched_getaffinity(0))),
        "memory": _memory(),
        "system": f"{_distribution()}, Linux {platform.release().split('-')[0]}",
        "load before": f"{os.getloadavg()[0]:.2f}",
    }


def sentence(facts: dict[str, str]) -> str:
    return (
        f"Measured on {facts['date']}: {facts['processor']}, {facts['cores']} cores, {facts['memory']} of memory,"
        f" {facts['system']}; load average {facts['load before']} before the run. Servers and load generators shared"
        " the machine and talked over its loopback interface."
    )


def _processor() -> str:
    match = re.search(r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    return match[1].strip() if match else platform.machine()


def _memory() -> str:
    match = re.search(r"^MemTotal:\s*(\d+) kB", Path("/proc/meminfo").read_text(), re.MULTILINE)
    return f"{int(match[1]) / 1e6:.0f} GB" if match else "unknown"


def _distribution() -> str:
    try:
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    except (OSError, KeyError):
        return platform.system()

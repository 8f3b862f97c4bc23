"""What the profile says of the machine; None for what cannot be found out, never 0."""

from __future__ import annotations

import ctypes
import os
import platform
import subprocess
from contextlib import suppress
from pathlib import Path
from typing import Any

_GIB = 2**30


def machine() -> dict[str, Any]:
    """Return the machine's columns of ``engineer_profile``."""
    return {
        "machine_hostname": platform.node(),
        "machine_platform": platform.system(),
        "cpu_info": _cpu(),
        "ram_gb": _ram_gb(),
        "python_version": platform.python_version(),
    }


def _cpu() -> str | None:
    with suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip() or None
    with suppress(OSError, subprocess.SubprocessError):
        sysctl = ("/usr/sbin/sysctl", "-n", "machdep.cpu.brand_string")
        told = subprocess.run(sysctl, capture_output=True, text=True, timeout=5, check=True)  # noqa: S603 - a fixed command
        return told.stdout.strip() or None
    return platform.processor() or None


def _ram_gb() -> int | None:
    with suppress(AttributeError, OSError, ValueError):
        return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / _GIB) or None
    kibibytes = ctypes.c_ulonglong(0)
    with suppress(AttributeError, OSError):
        windows = getattr(ctypes, "windll")  # noqa: B009 - only Windows has it
        windows.kernel32.GetPhysicallyInstalledSystemMemory(ctypes.byref(kibibytes))
    return round(kibibytes.value * 1024 / _GIB) or None

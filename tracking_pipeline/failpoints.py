"""Named points at which a test may kill the process; inert unless ``TRACKING_FAILPOINT`` is set."""

import os
import signal

_hits: dict[str, int] = {}


def failpoint(name: str) -> None:
    """Kill this process with SIGKILL when ``TRACKING_FAILPOINT`` is ``name`` or ``name:hit``.

    ``hit`` counts from 1 and defaults to 1. With ``TRACKING_FAILPOINT_LOG`` set to a file, each
    passage appends its name there, so that a test can enumerate the points of a run.
    """
    wanted = os.environ.get("TRACKING_FAILPOINT")
    log = os.environ.get("TRACKING_FAILPOINT_LOG")
    if wanted is None and log is None:
        return
    _hits[name] = _hits.get(name, 0) + 1
    passage = f"{name}:{_hits[name]}"
    if log is not None:
        with open(log, "a", encoding="utf-8") as stream:  # noqa: PTH123 - appended raw, before a kill
            stream.write(passage + "\n")
    if wanted == passage or (wanted == name and _hits[name] == 1):
        os.kill(os.getpid(), signal.SIGKILL)

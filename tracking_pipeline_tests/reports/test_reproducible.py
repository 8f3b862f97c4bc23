import json
import os
import subprocess
import sys

# Prints the hash of every file of the scenario's report, hostile texts and all.
RENDER = """
import hashlib, json
from tracking_pipeline.reports.render import rendered
from tracking_pipeline.reports.weekly import drafted
from tracking_pipeline_tests.reports import scenario as s
draft = drafted(s.model(s.warehouse(s.HOSTILE)))
print(json.dumps({n: hashlib.sha256(b).hexdigest() for n, b in rendered(draft).items()}))
"""


def hashes(seed: str, zone: str) -> dict[str, str]:
    environment = {**os.environ, "PYTHONHASHSEED": seed, "TZ": zone}
    done = subprocess.run(
        [sys.executable, "-c", RENDER], env=environment, capture_output=True, check=True, text=True
    )
    found: dict[str, str] = json.loads(done.stdout)
    return found


def test_two_processes_render_the_same_bytes_in_every_format() -> None:
    first, second = hashes("1", "UTC"), hashes("2", "America/Toronto")
    assert len(first) == 8
    assert first == second

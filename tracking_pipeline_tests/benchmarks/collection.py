"""One 15-minute collection of 100 clients' 14 engines, with five weeks of history behind it."""

import json
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tracking_pipeline.landing.pull import SOURCE
from tracking_pipeline.pipeline import building, loading, publishing
from tracking_pipeline.settings import Endpoint, Settings
from tracking_pipeline_tests.benchmarks.engines import observations
from tracking_pipeline_tests.benchmarks.ratio import (
    DAGSTER,
    LIBRARIES,
    Ratio,
    least,
    python,
    run_process,
    tracking,
)
from tracking_pipeline_tests.sources.fake_api import HOST, FakeApi, page, serving

_CLIENTS = 100
_DAYS = 35
_A_DAY = 4
_REPEATS = 3
_QUARTER = timedelta(minutes=15)
_JOB = """
from tracking_pipeline.definitions import definitions
from tracking_pipeline.settings import load_settings
from tracking_pipeline_tests.defs.instance import instance_in
settings = load_settings()
with instance_in(settings.home_dir / "dagster") as instance:
    job = definitions().resolve_job_def("collection")
    job.execute_in_process(instance=instance, resources={"settings": settings})
"""


def measure(room: Path) -> list[Ratio]:
    """Return the CPU of a collection by the command and by Dagster's job, each a fresh process."""
    with serving({}) as api:
        settings = Settings(
            home=room,
            stable_seconds=0,
            engine_endpoints={"all": Endpoint(url=api.url("/all"))},
            allowed_hosts=HOST,
        )
        start = datetime.now(UTC).replace(microsecond=0) - (2 * _REPEATS + 1) * _QUARTER
        _remember(settings, start)
        answers = _answers(api, start)
        by_command, by_job = (
            min(_collected(settings, how) for _ in range(_REPEATS) if next(answers))
            for how in (tracking("collect"), python(_JOB))
        )
        alone = {import_: least(python(import_), {}, room) for import_ in (LIBRARIES, DAGSTER)}
    shutil.rmtree(room)
    what = f"collection of {_CLIENTS} x 14 engines"
    return [
        Ratio(f"{what}, `tracking collect`", by_command, alone[LIBRARIES], LIBRARIES),
        Ratio(f"{what}, Dagster's job", by_job, alone[DAGSTER], DAGSTER),
    ]


def _remember(settings: Settings, until: datetime) -> None:
    """Load and build the history."""
    file = settings.landing_dir / SOURCE / "history.jsonl"
    file.parent.mkdir(parents=True)
    with file.open("w", encoding="utf-8") as stream:
        for n in range(_DAYS * _A_DAY, 0, -1):
            for record in observations(_CLIENTS, until - n * timedelta(days=1) / _A_DAY):
                stream.write(json.dumps(record) + "\n")
    loading.ingest(settings, progress=_quiet)
    building.build(settings, progress=_quiet)
    publishing.analyse(settings)
    publishing.publish(settings)


def _answers(api: FakeApi, start: datetime) -> Iterator[datetime]:
    """Let the API tell of one more quarter of an hour each time."""
    for n in range(1, 2 * _REPEATS + 1):
        moment = start + n * _QUARTER
        api.routes["/all"] = [page(list(observations(_CLIENTS, moment)))]
        yield moment


def _collected(settings: Settings, how: list[str]) -> float:
    return run_process(how, _environment(settings), settings.home_dir).seconds


def _environment(settings: Settings) -> dict[str, str]:
    endpoints = {name: each.model_dump() for name, each in settings.engine_endpoints.items()}
    return {
        "TRACKING_HOME": str(settings.home_dir),
        "TRACKING_STABLE_SECONDS": "0",
        "TRACKING_ALLOWED_HOSTS": settings.allowed_hosts,
        "TRACKING_ENGINE_ENDPOINTS": json.dumps(endpoints),
    }


def _quiet(_: str) -> None:
    pass

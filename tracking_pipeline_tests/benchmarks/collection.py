"""One 15-minute collection of 100 clients' 14 engines, with five weeks of history behind it."""

import json
import shutil
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import dagster as dg

from tracking_pipeline.definitions import definitions
from tracking_pipeline.landing.pull import SOURCE
from tracking_pipeline.pipeline import building, loading, publishing
from tracking_pipeline.settings import Endpoint, Settings
from tracking_pipeline_tests.benchmarks.engines import observations
from tracking_pipeline_tests.benchmarks.ratio import Ratio, run_process
from tracking_pipeline_tests.sources.fake_api import HOST, FakeApi, page, serving

GOAL_SECONDS = 10.0
_CLIENTS = 100
_DAYS = 35
_A_DAY = 4
_REPEATS = 3
_QUARTER = timedelta(minutes=15)
_STEP = {dg.DagsterEventType.STEP_START, dg.DagsterEventType.STEP_SUCCESS}


def measure(room: Path) -> list[Ratio]:
    """Return the time of a collection by Dagster's job and by the command, over the goal."""
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
        by_command = min(_command(settings) for _ in range(_REPEATS) if next(answers))
        by_job = min(_job(settings) for _ in range(_REPEATS) if next(answers))
    shutil.rmtree(room)
    return [_ratio("`tracking collect`", by_command), _ratio(*by_job[::-1])]


def _ratio(how: str, seconds: float) -> Ratio:
    what = f"collection of {_CLIENTS} x 14 engines, {how}"
    return Ratio(what, seconds, GOAL_SECONDS, "the goal on two cores", "s", 1, "at most")


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


def _command(settings: Settings) -> float:
    """Return the seconds of the whole process."""
    command = [
        sys.executable,
        "-c",
        "from tracking_pipeline.cli.main import main; main()",
        "collect",
    ]
    return run_process(command, _environment(settings), settings.home_dir).seconds


def _environment(settings: Settings) -> dict[str, str]:
    endpoints = {name: each.model_dump() for name, each in settings.engine_endpoints.items()}
    return {
        "TRACKING_HOME": str(settings.home_dir),
        "TRACKING_STABLE_SECONDS": "0",
        "TRACKING_ALLOWED_HOSTS": settings.allowed_hosts,
        "TRACKING_ENGINE_ENDPOINTS": json.dumps(endpoints),
    }


def _job(settings: Settings) -> tuple[float, str]:
    """Return the seconds from the start of the first step to the end of the run, and its phases."""
    storage = {
        "module": "tracking_pipeline.defs.storage",
        "class": "TrackingStorage",
        "config": {"base_dir": str(settings.home_dir / "dagster")},
    }
    job = definitions().resolve_job_def("collection")
    with dg.instance_for_test(overrides={"storage": {"custom": storage}}) as instance:
        ran = job.execute_in_process(instance=instance, resources={"settings": settings})
        steps = instance.all_logs(ran.run_id, of_type=_STEP)
        record = instance.get_run_record_by_id(ran.run_id)
    if record is None or record.end_time is None:
        raise RuntimeError("the run did not end")
    took = record.end_time - steps[0].timestamp
    phases = [
        f"{start.step_key} {end.timestamp - start.timestamp:.1f} s"
        for start, end in pairwise(steps)
        if start.step_key == end.step_key
    ]
    return took, f"Dagster's job from its first step ({', '.join(phases)})"


def _quiet(_: str) -> None:
    pass

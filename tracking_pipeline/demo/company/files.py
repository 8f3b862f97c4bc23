"""Writes the demo company's files as they are delivered: on time, and late."""

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final

import polars as pl
import yaml

from tracking_pipeline.demo.company.observations import observations
from tracking_pipeline.demo.company.reference import Row, reference
from tracking_pipeline.demo.company.telemetry import telemetry, telemetry_again
from tracking_pipeline.demo.company.uptime import probes, published
from tracking_pipeline.zones import zone as zone_of

ON_TIME: Final = "on_time"
LATE: Final = "late"
SEED: Final = 4
_YAML = ("clients", "statements")


@dataclass(frozen=True)
class Company:
    """One demo company: the same seed, instant and zone give the same bytes.

    Its 120 days end on the last day that was complete at ``until`` (aware) by the clock of
    ``zone``; of the day that runs then, what was observed so far is there too.
    """

    until: datetime
    zone: str
    seed: int = SEED

    @property
    def last_day(self) -> date:
        """The last complete day."""
        return self.until.astimezone(zone_of(self.zone)).date() - timedelta(days=1)


def write_company(company: Company, folder: Path) -> None:
    """Write below ``folder`` the deliveries ``on_time`` and ``late``, in each a folder a source."""
    for path, content in _files(company):
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)


def _files(company: Company) -> Iterator[tuple[Path, bytes]]:
    seed, last_day, until, zone = company.seed, company.last_day, company.until, company.zone
    metrics = Path(ON_TIME, "engine_metrics")
    observed = observations(seed, last_day, until, zone)
    yield from _weeks(observed.filter(~pl.col("is_late")), metrics)
    for (client, day), rows in observed.filter("is_late").group_by("client_id", "day"):
        yield Path(LATE, "engine_metrics", f"{client}/late_{day}.jsonl"), _text(rows)
    for stem, given in reference(last_day).items():
        name, content = _reference(stem, given)
        yield metrics / "reference" / name, content
    history = probes(seed, last_day, until, zone).write_csv()
    yield Path(ON_TIME, "uptime", "demo", "history.csv"), history.encode()
    yield Path(ON_TIME, "uptime", "demo", "summary.json"), json.dumps(published()).encode()
    for name, content in telemetry(seed, last_day, until):
        yield Path(ON_TIME, "telemetry", "demo", name), content
    for name, content in telemetry_again(seed, last_day, until):
        yield Path(LATE, "telemetry", "demo", name), content


def _weeks(observed: pl.DataFrame, folder: Path) -> Iterator[tuple[Path, bytes]]:
    """Return a file a client and week, every other one compressed."""
    sunday = pl.col("day") - pl.duration(days=pl.col("day").dt.weekday() % 7)
    by_week = observed.with_columns(week=sunday).group_by("client_id", "week", maintain_order=True)
    for (client, week), rows in by_week:
        path = folder / str(client) / f"week_{week}.jsonl"
        if week.isocalendar().week % 2:
            yield path, _text(rows)
        else:
            yield path.with_suffix(".jsonl.gz"), gzip.compress(_text(rows), mtime=0)


def _text(rows: pl.DataFrame) -> bytes:
    return "".join(f"{line}\n" for line in rows["line"]).encode()


def _reference(stem: str, rows: list[Row]) -> tuple[str, bytes]:
    if stem in _YAML:
        return f"{stem}.yaml", yaml.safe_dump(rows, sort_keys=False).encode()
    return f"{stem}.csv", pl.DataFrame(rows).write_csv().encode()

"""All that one engineer's business-value report tells of a window."""

from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Final, Literal

import duckdb

from tracking_pipeline.analysis.latency_trend import Half, LatencyTrend, latency_trends
from tracking_pipeline.analysis.velocity import Velocity, velocity
from tracking_pipeline.errors import ReportError
from tracking_pipeline.reports.query import plain, rows
from tracking_pipeline.reports.telemetry.assumptions import OF_VALUE, Assumed, assumed
from tracking_pipeline.reports.telemetry.exported import Mismatch
from tracking_pipeline.reports.telemetry.names import Called, pseudonym
from tracking_pipeline.reports.telemetry.own_exports import OwnExport, mismatches, own_exports
from tracking_pipeline.reports.telemetry.value import CapabilityUse, EngineerValue, Window
from tracking_pipeline.state.people import Person

_LONGEST_NAME: Final = 48


@dataclass(frozen=True)
class Profile:
    """The engineer's machine and versions, as last recorded; the host is a pseudonym."""

    machine_hostname: str | None = None
    machine_platform: str | None = None
    cpu_info: str | None = None
    ram_gb: int | None = None
    python_version: str | None = None
    cortex_version: str | None = None


@dataclass(frozen=True)
class Use:
    """A capability in the window, and whether it answers faster or slower than it did."""

    figures: CapabilityUse
    trend: LatencyTrend

    @property
    def title(self) -> str:
        """The capability's name, cut where it is longer than a line."""
        name = self.figures.capability
        return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…"


@dataclass(frozen=True)
class Day:
    """One date of the window; None without data."""

    metric_date: date
    commits: int | None = None
    cost_saved_usd: float | None = None


@dataclass(frozen=True)
class Individual:
    """One engineer's window; ``before`` is the one before it, where it is told."""

    value: EngineerValue
    before: EngineerValue | None
    uses: tuple[Use, ...]
    days: tuple[Day, ...]
    velocity: Velocity
    profile: Profile
    called: Called
    assumed: Assumed
    exports: tuple[OwnExport, ...]
    mismatches: tuple[Mismatch, ...]

    def said(self) -> object:
        """Return what a reader is told: all but which batch brought it."""
        told = asdict(self)
        for each in (
            told["value"],
            told["before"] or {},
            *(use["figures"] for use in told["uses"]),
        ):
            each.pop("last_batch_id", None)
        return told


_TEAM: Final = """
select arg_max(client_id, (executions, client_id)) as client_id
from marts.engineer_value where engineer_hash = $1
"""
_PROFILE: Final = """
select
    machine_hostname, machine_platform, cpu_info, ram_gb, python_version, cortex_version
from marts.engineer_profile
where (client_id, engineer_email) = ($1, $2)
order by installation_date desc nulls last, id
limit 1
"""
_DAYS: Final = """
select
    days.metric_date, days.commits,
    case when days.tokens_saved is not null then savings.estimated_cost_saved_usd end
        as cost_saved_usd
from marts.engineer_days as days
left join marts.cost_savings as savings
    on savings.client_id = days.client_id
    and savings.engineer_email = days.engineer_hash
    and savings.metric_date = days.metric_date
where (days.client_id, days.engineer_hash) = ($1, $2) and days.metric_date between $3 and $4
"""


def team_of(con: duckdb.DuckDBPyConnection, engineer_hash: str) -> str:
    """Return the client_id of the engineer's team, of several the one they work in most.

    Raises ReportError when nothing is known of such an engineer.
    """
    found: str | None = rows(con, _TEAM, [engineer_hash])[0]["client_id"]
    if found is None:
        raise ReportError(
            pseudonym(engineer_hash),
            "has no telemetry",
            "Deliver the engineer's files into the landing folder `telemetry/`, then run again",
        )
    return found


def individual(
    con: duckdb.DuckDBPyConnection,
    window: Window,
    engineer_hash: str,
    person: Person | None,
    before: EngineerValue | None = None,
) -> Individual | None:
    """Return what is known of the engineer in ``window``; None when it holds nothing of them.

    ``person`` says who it is, for the engineer's own eyes; without it the pseudonym stands.
    """
    value = window.engineer(engineer_hash)
    if value is None:
        return None
    dates = (window.client_id, engineer_hash, value.start_date, value.end_date)
    days = _days(con, *dates)
    return Individual(
        value=value,
        before=before,
        uses=_uses(window.uses_of(engineer_hash)),
        days=days,
        velocity=velocity([day.commits for day in days]),
        profile=_profile(con, window.client_id, engineer_hash),
        called=_called(engineer_hash, person),
        assumed={name: each for name, each in assumed(con).items() if name in OF_VALUE},
        exports=own_exports(con, *dates),
        mismatches=mismatches(con, *dates),
    )


def _called(engineer_hash: str, person: Person | None) -> Called:
    if person is None:
        return Called(pseudonym(engineer_hash), engineer_hash)
    return Called(plain(person.name or pseudonym(engineer_hash)), plain(person.email))


def _uses(figures: tuple[CapabilityUse, ...]) -> tuple[Use, ...]:
    trends = latency_trends([_halves(each) for each in figures])
    return tuple(Use(each, trend) for each, trend in zip(figures, trends, strict=True))


def _halves(use: CapabilityUse) -> tuple[Half, Half] | None:
    first, second = (_half(use, "first_half"), _half(use, "second_half"))
    return (first, second) if first and second else None


def _half(use: CapabilityUse, name: Literal["first_half", "second_half"]) -> Half | None:
    figures = ("n", "mean_ms", "days", "day_mean_ms", "day_sd_ms")
    n, mean, days, day_mean, day_sd = (getattr(use, f"{name}_{each}") for each in figures)
    return None if mean is None else Half(n, mean, days, day_mean, day_sd or 0.0)


def _profile(con: duckdb.DuckDBPyConnection, client_id: str, engineer_hash: str) -> Profile:
    found = rows(con, _PROFILE, [client_id, engineer_hash])
    return Profile(**found[0]) if found else Profile()


def _days(
    con: duckdb.DuckDBPyConnection, client_id: str, engineer_hash: str, first: date, last: date
) -> tuple[Day, ...]:
    found = {
        row["metric_date"]: row for row in rows(con, _DAYS, [client_id, engineer_hash, first, last])
    }
    dates = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return tuple(Day(**found[day]) if day in found else Day(day) for day in dates)

"""The demo company's uptime probes, hourly, and what its status page publishes of them."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

import numpy as np
import polars as pl

from tracking_pipeline.demo.company.plan import Client, plan
from tracking_pipeline.demo.company.reference import slug
from tracking_pipeline.demo.company.series import N_DAYS
from tracking_pipeline.zones import zone as zone_of

_RESPONSE_MS: Final = 220
_RESPONSE_SPREAD = 0.25


def probes(seed: int, last_day: date, until: datetime, zone: str) -> pl.DataFrame:
    """Return the probes' observations up to the instant ``until``, one a client and hour."""
    first = datetime.combine(last_day - timedelta(days=N_DAYS - 1), time(), zone_of(zone))
    moments = pl.datetime_range(first.astimezone(UTC), until.astimezone(UTC), "1h", eager=True)
    rngs = np.random.default_rng(seed).spawn(len(plan().clients))
    return pl.concat(
        _of_client(client, rng, moments) for client, rng in zip(plan().clients, rngs, strict=True)
    )


def published() -> list[dict[str, Any]]:
    """Return the status page's summary, one entry a client; one of them is not true."""
    return [
        {
            "name": f"{client.name} engines",
            "url": _url(client),
            "slug": slug(client),
            "status": "up",
            "uptime": client.published_uptime,
            "time": _RESPONSE_MS,
            "provenance": "simulated",
        }
        for client in plan().clients
    ]


def _of_client(client: Client, rng: np.random.Generator, moments: pl.Series) -> pl.DataFrame:
    chance, speed = rng.random((len(moments), 2)).T
    is_up = pl.Series(chance < client.uptime)
    response = _RESPONSE_MS * np.exp(_RESPONSE_SPREAD * (speed - 0.5))
    stamp = moments.dt.strftime("%Y-%m-%dT%H:%M:%S.000Z")
    frame = pl.DataFrame({"lastUpdated": stamp, "is_up": is_up, "responseTime": response.round()})
    return frame.select(
        slug=pl.lit(slug(client)),
        url=pl.lit(_url(client)),
        status=pl.when("is_up").then(pl.lit("up")).otherwise(pl.lit("down")),
        code=pl.when("is_up").then(200).otherwise(503),
        responseTime=pl.col("responseTime").cast(pl.Int64),
        lastUpdated="lastUpdated",
        startTime=pl.lit(stamp[0]),
        provenance=pl.lit("simulated"),
    )


def _url(client: Client) -> str:
    return f"https://{client.client_id}.example/health"

"""Rows of evidence become rows of claims: each sentence passes the gate, once."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl

from tracking_pipeline.analysis.claims import Evidence, claim, direction_of, reason_against
from tracking_pipeline.analysis.daily import SERIES
from tracking_pipeline.analysis.finite import finite
from tracking_pipeline.analysis.statistics.discovery import adjusted_p_values

EVIDENCE = (
    *("kind", "subject", "method", "n", "minimum_n", "coverage", "better", "estimate", "p_value"),
    *("ci_low", "ci_high", "bound"),
)
"""The columns of a row of evidence, named as in ``Evidence``; the interval in two."""

CLAIMS = {
    "claim_id": pl.String,
    "system": pl.String,
    "client_id": pl.String,
    "week_start": pl.Date,
    "kind": pl.String,
    "subject": pl.String,
    "sentence": pl.String,
    "is_supported": pl.Boolean,
    "method": pl.String,
    "n": pl.Int64,
    "p_value": pl.Float64,
    "ci_low": pl.Float64,
    "ci_high": pl.Float64,
    "coverage": pl.Float64,
    "reason": pl.String,
    "entity_type": pl.String,
    "entity_id": pl.String,
    "metric": pl.String,
}


def evidence(row: Mapping[str, Any]) -> Evidence:
    """Return a row with the columns ``EVIDENCE`` as the gate takes it."""
    plain = {name: row[name] for name in EVIDENCE if name not in {"ci_low", "ci_high"}}
    has_interval = row["ci_low"] is not None and row["ci_high"] is not None
    interval = (row["ci_low"], row["ci_high"]) if has_interval else None
    return Evidence(**plain | {"method": row["method"] or ""}, interval=interval)


def judged(rows: pl.DataFrame) -> pl.DataFrame:
    """Add ``reason`` and ``direction``, as the gate judges each row of evidence."""
    found = [evidence(row) for row in rows.select(EVIDENCE).iter_rows(named=True)]
    return rows.with_columns(
        pl.Series("reason", [reason_against(each) for each in found], pl.String),
        pl.Series("direction", [direction_of(each) for each in found], pl.String),
    )


def claims(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the claims of rows that carry evidence, a claim_id, their key and a ``wording``."""
    made = []
    for row in rows.iter_rows(named=True):
        said = claim(evidence(row), row["wording"])
        verdict = {"sentence": said.sentence, "is_supported": said.is_supported}
        made.append({**row, **verdict, "reason": said.reason})
    kept = [{name: row[name] for name in CLAIMS} for row in made]
    return pl.DataFrame(kept, schema=CLAIMS, orient="row")


def adjusted(rows: pl.DataFrame, candidates: str, family: Sequence[str]) -> pl.DataFrame:
    """Add ``p_value``: the column ``candidates``, Benjamini-Hochberg adjusted in each ``family``.

    NULL where ``candidates`` is: what was not tested is no candidate.
    """
    parts = [
        part.with_columns(
            pl.Series("p_value", adjusted_p_values(part[candidates].fill_null(np.nan).to_numpy()))
        )
        for part in rows.partition_by(family, maintain_order=True)
    ]
    found = pl.concat(parts) if parts else rows.with_columns(p_value=pl.lit(None, pl.Float64))
    return found.with_columns(finite(pl.col("p_value")))


def settled(rows: pl.DataFrame) -> pl.DataFrame:
    """Add what a table tells of judged rows: both p-values by name, and ``is_supported``."""
    return rows.with_columns(
        adjusted_p_value="p_value", p_value="single_p", is_supported=pl.col("reason").is_null()
    )


def identified(rows: pl.DataFrame, *more: str) -> pl.DataFrame:
    """Add ``claim_id``: md5 of the row's series, its week and ``more`` columns."""
    names = [pl.col(name).cast(pl.String) for name in (*SERIES, "week_start", *more)]
    texts = rows.select(pl.concat_str(names, separator="|")).to_series()
    hashes = [hashlib.md5(text.encode(), usedforsecurity=False).hexdigest() for text in texts]
    return rows.with_columns(pl.Series("claim_id", hashes, pl.String))

"""What the week's figures mean: claims, health, alerts and recommendations, as their tables say."""

from datetime import date

import duckdb

from tracking_pipeline.reports.model import Alert, Claim, HealthComponent, Recommendation
from tracking_pipeline.reports.query import rows

_CLAIMS = """
select
    claims.claim_id, claims.client_id, claims.entity_type, claims.entity_id, claims.metric,
    claims.kind, claims.subject, claims.sentence, claims.is_supported, claims.method, claims.n,
    claims.p_value::double as p_value, claims.ci_low::double as ci_low,
    claims.ci_high::double as ci_high, claims.coverage::double as coverage, claims.reason
from analysis.claims as claims
left join seeds.metrics as catalogue
    on (catalogue.system, catalogue.entity_type, catalogue.metric)
    = (claims.system, claims.entity_type, claims.metric)
where claims.system = $1 and claims.week_start = $2
order by
    claims.is_supported desc, catalogue.weight desc nulls last, claims.p_value nulls last,
    claims.kind, claims.subject, claims.claim_id
"""
_HEALTH = """
select client_id, component, metric, value::double as value, level::double as level, status
from marts.health
where system = $1 and week_start = $2
order by client_id, component = 'overall' desc, component
"""
_ALERTS = """
select
    alert_id, client_id, entity_type, entity_id, metric, severity, value::double as value,
    threshold::double as threshold, n, message
from marts.alert_candidates
where system = $1 and week_start = $2
order by severity != 'critical', entity_type, entity_id, metric, alert_id
"""
_RECOMMENDATIONS = """
select
    recommendation_id, client_id, category, priority, title, description, action_items, metric,
    value::double as value, n, expected_improvement::double as expected_improvement,
    roi_multiplier::double as roi_multiplier, roi_pct::double as roi_pct,
    effort_hours::double as effort_hours, confidence::double as confidence, difficulty, rank
from marts.recommendations
where system = $1 and week_start = $2
order by client_id, rank, recommendation_id
"""


def claims(con: duckdb.DuckDBPyConnection, system: str, week: date) -> tuple[Claim, ...]:
    """Return the gate's sentences on the week: supported first, then by weight and p."""
    return tuple(Claim(**row) for row in rows(con, _CLAIMS, [system, week]))


def health(con: duckdb.DuckDBPyConnection, system: str, week: date) -> tuple[HealthComponent, ...]:
    """Return the health of each component, ``overall`` first."""
    return tuple(HealthComponent(**row) for row in rows(con, _HEALTH, [system, week]))


def alerts(con: duckdb.DuckDBPyConnection, system: str, week: date) -> tuple[Alert, ...]:
    """Return the week's alerts, critical first."""
    return tuple(Alert(**row) for row in rows(con, _ALERTS, [system, week]))


def recommendations(
    con: duckdb.DuckDBPyConnection, system: str, week: date
) -> tuple[Recommendation, ...]:
    """Return the week's recommendations in the order of their rank."""
    found = rows(con, _RECOMMENDATIONS, [system, week])
    return tuple(
        Recommendation(**{**row, "action_items": tuple(row["action_items"] or ())}) for row in found
    )

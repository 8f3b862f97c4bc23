"""The relations that the analysis reads, empty, for tests that fill some of them."""

import duckdb

_SERIES = "system varchar, client_id varchar, entity_type varchar, entity_id varchar"

_RELATIONS = f"""
create schema if not exists marts;
create schema if not exists seeds;
create table if not exists seeds.metrics (
    system varchar, metric varchar, entity_type varchar, label varchar, unit varchar,
    direction varchar, additivity varchar, aggregation varchar, minimum_sample bigint,
    sampling varchar);
create table if not exists seeds.engines (engine_id varchar, name varchar, purpose varchar);
create table if not exists marts.week_over_week (
    {_SERIES}, metric varchar, week_start date, value double, previous_value double,
    change_pct double, n bigint, previous_n bigint, numerator double, previous_numerator double,
    sum double, previous_sum double, sum_of_squares double, previous_sum_of_squares double);
create table if not exists marts.metric_weekly (
    {_SERIES}, metric varchar, week_start date, coverage double, last_batch_id bigint);
create table if not exists marts.daily_series (
    {_SERIES}, metric varchar, metric_date date, value double, n double, coverage double,
    provenance varchar, last_batch_id bigint);
create table if not exists marts.scores_weekly (
    {_SERIES}, week_start date, performance_score decimal(5, 2), last_batch_id bigint);
create table if not exists marts.benchmark_comparison_weekly (
    {_SERIES}, metric varchar, week_start date, value double, benchmark double,
    provenance varchar, last_batch_id bigint);
create table if not exists marts.proof_point_candidates (
    client_id varchar, month_start date, proof_id varchar, engine_id varchar, label varchar,
    unit varchar, value double, line double, n bigint, minimum_n bigint, needs_test boolean,
    status varchar, detail varchar);
create table if not exists marts.economics_monthly (
    client_id varchar, is_total boolean, month_start date,
    traditional_cost_per_meeting_usd double);
"""


def create_inputs(con: duckdb.DuckDBPyConnection) -> None:
    """Create what is not there yet."""
    con.execute(_RELATIONS)

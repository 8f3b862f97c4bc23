import json
from pathlib import Path

import pytest

from tracking_pipeline.sources.read import MAX_REFUSED_ROWS
from tracking_pipeline.sources.telemetry.source import MAX_PEOPLE, MAX_TEAMS
from tracking_pipeline_tests.sources.telemetry_case import ADA, SOURCE, database, landed, take

SERIES = "with recursive n(i) as (select 1 union all select i + 1 from n where i < {}) "
OUTCOMES = "select file_reason_code, n_records, n_rejected from file_outcomes order by file_id"


def lines(n_people: int, n_teams: int) -> str:
    """A day of each of as many people, in as many teams."""
    days = [
        {
            "kind": "cost_saving_day",
            "engineer_email": f"{number % n_people}@company.example",
            "client_id": f"team_{number % n_teams}",
            "metric_date": "2025-10-06",
        }
        for number in range(max(n_people, n_teams))
    ]
    return "".join(json.dumps(day) + "\n" for day in days)


@pytest.mark.parametrize("bulk_bytes", [0, 2**40])
@pytest.mark.parametrize(("n_people", "n_teams"), [(MAX_PEOPLE + 1, 1), (1, MAX_TEAMS + 1)])
def test_a_file_of_too_many_is_refused_whole_and_one_beside_it_loads(
    tmp_path: Path, n_people: int, n_teams: int, bulk_bytes: int
) -> None:
    crowd, good = lines(n_people, n_teams), lines(2, 1)
    outcome = take(tmp_path, crowd, good, bulk_bytes=bulk_bytes)
    assert outcome.rows(OUTCOMES) == [("too_many", 1, 1), (None, 2, 0)]
    assert landed(outcome) == {"cost_saving_day": 2}
    assert outcome.rows("select count(*) from parsed_people") == [(2,)]
    [(reason,)] = outcome.rows("select reason from rejected")
    assert reason == (
        f"tells of {n_people:,} people and {n_teams:,} teams, a file may tell of 1,000 and of 50: "
        "deliver it in parts"
    )


def test_a_file_of_as_many_as_may_be_loads(tmp_path: Path) -> None:
    outcome = take(tmp_path, lines(MAX_PEOPLE, MAX_TEAMS))
    assert landed(outcome) == {"cost_saving_day": MAX_PEOPLE}


def test_a_database_of_too_many_people_is_refused_whole(tmp_path: Path) -> None:
    statement = (
        f"{SERIES.format(1001)} insert into cost_savings (engineer_email, metric_date) "
        f"select i || '{ADA}', '2025-10-06' from n"
    )
    outcome = take(tmp_path, database(statement), name="t.db")
    assert outcome.rows(OUTCOMES) == [("too_many", 1, 1)]
    assert [len(outcome.all(kind.name)) for kind in SOURCE.kinds] == [0] * len(SOURCE.kinds)


@pytest.mark.parametrize("n_wrong", [MAX_REFUSED_ROWS, MAX_REFUSED_ROWS + 1])
def test_a_database_of_wrong_rows_is_refused_whole_when_nobody_could_look_at_them(
    tmp_path: Path, n_wrong: int
) -> None:
    statement = (
        f"{SERIES.format(n_wrong)} insert into cost_savings (engineer_email, metric_date, "
        f"tokens_saved_count) select '{ADA}', '2025-10-06' || i, 'many' from n"
    )
    outcome = take(tmp_path, database(statement), name="t.db")
    whole = [("too_many", 1, 1)] if n_wrong > MAX_REFUSED_ROWS else [(None, n_wrong + 6, n_wrong)]
    assert outcome.rows(OUTCOMES) == whole
    assert outcome.rows("select count(*) from rejected") == [whole[0][2:]]

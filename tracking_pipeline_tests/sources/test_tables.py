from datetime import date, datetime
from pathlib import Path

import pytest

from tracking_pipeline.sources.engine_metrics import SOURCE
from tracking_pipeline.sources.privacy import pseudonym
from tracking_pipeline.sources.streams import CHUNK_BYTES
from tracking_pipeline_tests.sources.intake_case import KEY, RECEIVED, Outcome, deliver

HEADER = "client_id,name,industry,pilot_start_date\n"


def take(
    folder: Path, content: str | bytes, name: str = "clients.csv", **limits: object
) -> Outcome:
    raw = content.encode() if isinstance(content, str) else content
    return deliver(folder, raw, source=SOURCE, name=f"reference/{name}", **limits)  # type: ignore[arg-type]


def names(outcome: Outcome) -> list[str]:
    return [row["name"] for row in outcome.all("client")]


@pytest.mark.parametrize(
    "content",
    [
        HEADER + 'acme,"Acme, Inc",retail,2026-01-01\n',
        HEADER + 'acme,"Acme, Inc",retail,2026-01-01',
        "\ufeff" + HEADER + 'acme,"Acme, Inc",retail,2026-01-01\n',
        (HEADER + 'acme,"Acme, Inc",retail,2026-01-01\n').replace("\n", "\r\n"),
        HEADER.replace(",", ";") + "acme;Acme, Inc;retail;2026-01-01\n",
        HEADER.replace(",", "\t") + "acme\tAcme, Inc\tretail\t2026-01-01\n",
        HEADER.replace(",", " , ") + ' acme ,"Acme, Inc", retail ,2026-01-01\n',
    ],
    ids=["plain", "no end", "BOM", "CRLF", "semicolons", "tabs", "spaces"],
)
def test_every_spelling_of_csv_gives_the_same_row(tmp_path: Path, content: str) -> None:
    row = take(tmp_path, content).one("client")
    assert (row["client_id"], row["name"], row["industry"]) == ("acme", "Acme, Inc", "retail")
    assert row["pilot_start_date"] == date(2026, 1, 1)
    assert (row["observed_at"], row["provenance"], row["line_number"]) == (RECEIVED, "measured", 2)


def test_a_quoted_cell_may_hold_quotes_and_line_ends(tmp_path: Path) -> None:
    outcome = take(tmp_path, HEADER + 'acme,"a ""b""\nc",,\nbeta,Beta,,\n')
    assert [(row["name"], row["line_number"]) for row in outcome.all("client")] == [
        ('a "b"\nc', 2),
        ("Beta", 4),
    ]


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("beta,B,x", "wrong_columns"),
        ("beta,B,x,2026-01-01,5", "wrong_columns"),
        ("beta,B,x,01/02/2026", "bad_date"),
        ("beta,B,x,2026-02-30", "bad_date"),
        ("beta,B,x,2026-1-1", "bad_date"),
        (",B,x,", "missing_field"),
        ("beta,,x,", "missing_field"),
        ('beta,"B"x,x,', "bad_csv"),
        ('beta,"B,x,', "bad_csv"),
        ("beta,B\0,x,", "nul_character"),
        (b"beta,\xe9,x,", "invalid_utf8"),
    ],
)
def test_a_wrong_row_is_refused_alone_with_its_line_and_bytes(
    tmp_path: Path, row: str | bytes, code: str
) -> None:
    raw = row.encode() if isinstance(row, str) else row
    outcome = take(tmp_path, HEADER.encode() + b"acme,Acme,,\n" + raw + b"\ngamma,Gamma,,\n")
    assert outcome.rejected() == [(3, len(HEADER) + 12, code)]
    assert outcome.rows("select raw, kind from rejected") == [(raw, "client")]
    assert names(outcome) == ["Acme", "Gamma"]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [("8", 8.0), ("7.5", 7.5), ("1e1", 10.0), ("-1", "wrong_value"), ("11", "wrong_value")]
    + [(cell, "wrong_type") for cell in ("x", "7,5", "1_0", "0x5", "inf", "true", "'5", "07", ".5")]
    + [("nan", "wrong_type"), ("NaN", "not_a_number"), ("1e999", "number_too_big")],
)
def test_numbers_are_json_numbers_within_their_bounds(
    tmp_path: Path, cell: str, expected: object
) -> None:
    content = f'client_id;score;recorded_date\nacme;"{cell}";2026-01-01\n'
    outcome = take(tmp_path, content, "satisfaction.csv")
    landed = [row["score"] for row in outcome.all("client_satisfaction")]
    assert [*landed, *(code for *_, code in outcome.rejected())] == [expected]


@pytest.mark.parametrize(
    ("cell", "expected"), [("true", True), ("FALSE", False), ("", None), ("1", "wrong_type"),
                           ("yes", "wrong_type")]
)  # fmt: skip
def test_flags_are_true_or_false(tmp_path: Path, cell: str, expected: object) -> None:
    content = (
        "client_id,statement,recorded_date,is_significant_impact,speaker\n"
        f"acme,We doubled it. Write to ada@example.com,2026-01-01,{cell},Ada\n"
    )
    outcome = take(tmp_path, content, "statements-2026.csv")
    rows = outcome.all("client_statement")
    flags = [row["is_significant_impact"] for row in rows]
    assert [*flags, *(code for *_, code in outcome.rejected())] == [expected]
    assert {row["statement"] for row in rows} <= {"We doubled it. Write to [e-mail]"}
    assert {row["speaker_hash"] for row in rows} <= {pseudonym("Ada", KEY)}


def test_empty_rows_are_blank(tmp_path: Path) -> None:
    outcome = take(tmp_path, HEADER + "\nacme,Acme,,\n,,,\n")
    assert outcome.fates() == {
        "n_records": 3, "parsed": 1, "rejected": 0, "blank": 2, "pending": 0
    }  # fmt: skip


@pytest.mark.parametrize(
    "content",
    ["", "name,industry\nAcme,x\n", "client_id,name,name\n", "client_id,name,\nacme,Acme,\n"],
    ids=["empty", "column missing", "column twice", "column without name"],
)
def test_a_wrong_header_refuses_the_file(tmp_path: Path, content: str) -> None:
    outcome = take(tmp_path, content)
    assert outcome.rows("select file_reason_code, n_records from file_outcomes") == [
        ("bad_header", 1)
    ]
    assert names(outcome) == []


def test_a_row_beyond_the_limit_is_refused_alone(tmp_path: Path) -> None:
    content = HEADER + "acme,Acme,,\nbeta," + "b" * 2000 + ",,\ngamma,Gamma,,\n"
    outcome = take(tmp_path, content, max_record_bytes=1000)
    assert [(row[0], row[2]) for row in outcome.rejected()] == [(3, "too_long")]
    assert names(outcome) == ["Acme", "Gamma"]


def test_a_line_too_long_to_be_held_refuses_the_file(tmp_path: Path) -> None:
    content = HEADER.encode() + b"acme,Acme,,\nbeta," + b"b" * (CHUNK_BYTES + 1)
    outcome = take(tmp_path, content, max_record_bytes=1000)
    assert outcome.rows("select file_reason_code from file_outcomes") == [("too_long",)]
    assert outcome.fates()["n_records"] == outcome.fates()["rejected"] == 1


def test_an_unclosed_quotation_costs_one_row(tmp_path: Path) -> None:
    rows = [f"c{number},Name {number},," for number in range(500)]
    rows[100] = 'c100,"Name 100,,'
    outcome = take(tmp_path, HEADER + "\n".join(rows) + "\n")
    assert [row[0] for row in outcome.rejected()] == [102]
    assert len(names(outcome)) == 499


A_POINT = "write numbers with a decimal point and no other mark, such as 0.25"
CLIENT_COLUMNS = (
    "the columns of client are client_id, provenance, name, industry, timezone, "
    "pilot_start_date, pilot_end_date"
)


def test_a_misspelt_column_refuses_the_file_and_the_right_one_is_named(
    tmp_path: Path,
) -> None:
    outcome = take(tmp_path, "client_id,name,pilot_start\nacme,Acme,\nbeta,Beta,\n")
    reason = f"'pilot_start' is no column: {CLIENT_COLUMNS}. Is it pilot_start_date?"
    assert outcome.rows("select reason from rejected") == [(reason,)]
    assert names(outcome) == []


def test_columns_of_ones_own_are_kept_and_reported(tmp_path: Path) -> None:
    outcome = take(tmp_path, "client_id,name,mood\nacme,Acme,sunny\n")
    assert outcome.one("client")["extras"] == '{"mood":"sunny"}'
    assert outcome.rows("select finding, field from parsed_findings") == [("unknown_field", "mood")]


@pytest.mark.parametrize("value", ["2026-01-01", "", "~"])
def test_a_key_of_another_name_refuses_its_row_alone(tmp_path: Path, value: str) -> None:
    rows = f"- {{client_id: acme, name: Acme, pilot_start: {value}}}\n"
    outcome = take(tmp_path, rows + "- {client_id: beta, name: Beta}\n", "clients.yml")
    reason = f"'pilot_start' is no column: {CLIENT_COLUMNS}"
    assert outcome.rows("select reason from rejected") == [(reason,)]
    assert names(outcome) == ["Beta"]


GOAL = "client_id: acme, engine_id: N, goal_metric: meeting_booking_rate"


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        (
            "goals.yml",
            f"- {{{GOAL}, target_value: 0,25, start_value: 0,18, due_date: 2026-12-31}}",
            f"target_value: 0,25 is read as two keys: {A_POINT}",
        ),
        (
            "goals.yml",
            f"- {{{GOAL}, target_value: '0,25'}}",
            f"target_value is '0,25', expected a number: {A_POINT}",
        ),
        (
            "goals.csv",
            "client_id;engine_id;goal_metric;target_value\nacme;N;meeting_booking_rate;1.000,25\n",
            f"target_value is '1.000,25', expected a number: {A_POINT}",
        ),
        (
            "goals.csv",
            "client_id,engine_id,goal_metric,target_value\nacme,N,meeting_booking_rate,0,25\n",
            (
                "line 2 has 5 cells where the header has 4: quote a cell that holds the mark "
                "between cells, write decimals as 0.25"
            ),
        ),
    ],
    ids=["flow", "text", "cell", "cells"],
)
def test_a_decimal_comma_is_refused_with_the_right_spelling(
    tmp_path: Path, name: str, content: str, reason: str
) -> None:
    outcome = take(tmp_path, content, name)
    assert outcome.rows("select reason from rejected") == [(reason,)]
    assert outcome.all("client_goal") == []


TWICE = [
    ("clients.csv", "client_id,name\nacme,Acme\nacme,Acme Ltd\n", "client_id acme"),
    (
        "goals.csv",
        (
            "client_id,engine_id,goal_metric,target_value\nacme,N,meeting_booking_rate,0.25\n"
            "acme,N,meeting_booking_rate,0.35\n"
        ),
        "client_id acme, engine_id N, goal_metric meeting_booking_rate",
    ),
    (
        "benchmarks.csv",
        "metric_name,benchmark_value,source,source_date\nm,1,S,2025-01-01\nm,2,S,2025-01-02\n",
        "metric_name m",
    ),
    (
        "previous_methods.csv",
        "client_id,method,monthly_cost_usd\nacme,SDR,4\nacme,SDR,5\n",
        "client_id acme, method SDR",
    ),
    (
        "satisfaction.csv",
        "client_id,score,recorded_date,respondent\na,9,2025-01-01,Ada\na,8,2025-01-01,Ada\n",
        "client_id a, recorded_date 2025-01-01",
    ),
    (
        "statements.csv",
        "client_id,statement,recorded_date,speaker\na,Good,2025-01-01,Ada\na,Good,2025-01-01,Ada\n",
        "client_id a, recorded_date 2025-01-01",
    ),
    ("probes.csv", "client_id,slug\nacme,site\nbeta,site\n", "slug site"),
]


def test_what_yaml_states_twice_is_named_by_its_records(tmp_path: Path) -> None:
    outcome = take(
        tmp_path, "- {client_id: a, name: A}\n- {client_id: a, name: B}\n", "clients.yml"
    )
    reason = "states client_id a again, as record 1 does: keep one of the two"
    assert outcome.rows("select reason from rejected") == [(reason,)]


@pytest.mark.parametrize(("name", "content", "what"), TWICE, ids=[each[0] for each in TWICE])
def test_what_a_file_states_twice_is_refused_the_second_time(
    tmp_path: Path, name: str, content: str, what: str
) -> None:
    outcome = take(tmp_path, content, name)
    reason = f"states {what} again, as line 2 does: keep one of the two"
    assert outcome.rows("select line_number, reason from rejected") == [(3, reason)]
    assert outcome.fates()["parsed"] == 1


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("satisfaction.csv", "client_id,score,recorded_date\na,9,2025-01-01\na,9,2025-01-01\n"),
        (
            "goals.csv",
            (
                "client_id,engine_id,goal_metric,target_value,due_date\na,N,m,0.25,2025-11-01\n"
                "a,N,m,0.35,2025-12-01\n"
            ),
        ),
    ],
    ids=["answers of nobody in particular", "steps to a goal"],
)
def test_what_only_looks_the_same_is_stated_twice(tmp_path: Path, name: str, content: str) -> None:
    assert take(tmp_path, content, name).fates()["parsed"] == 2


def test_two_files_may_state_the_same(tmp_path: Path) -> None:
    content = b"client_id,name\nacme,Acme\n"
    outcome = deliver(tmp_path, content, content, source=SOURCE, name="reference/clients.csv")
    assert outcome.fates()["parsed"] == 2


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("clients.csv", "client"),
        ("2026/clients-europe.csv", "client"),
        ("clients.2026.csv", "client"),
    ],
)
def test_the_beginning_of_its_name_says_what_a_file_holds(
    tmp_path: Path, name: str, kind: str
) -> None:
    assert len(take(tmp_path, HEADER + "acme,Acme,,\n", name).all(kind)) == 1


def test_a_benchmark_without_a_client_is_that_of_every_client(tmp_path: Path) -> None:
    content = (
        "client_id,engine_id,metric_name,benchmark_value,source,source_date,provenance\n"
        ",A,prospects_per_day,100,Guide 2026,2026-01-01,placeholder\n"
        "acme,,prospects_per_day,90,Contract,2026-01-01,\n"
    )
    rows = take(tmp_path, content, "benchmarks.csv").all("engine_benchmark")
    found = [(r["client_id"], r["engine_id"], r["benchmark_value"], r["provenance"]) for r in rows]
    assert found == [("", "A", 100.0, "placeholder"), ("acme", None, 90.0, "measured")]


YAML_LIST = """\
- client_id: no
  engine_id: "N"
  goal_metric: meeting_booking_rate
  target_value: 0.25
  due_date: 2026-03-01
- {client_id: acme, engine_id: A, goal_metric: prospects_per_day, target_value: 1e2, start_value: ~}
"""


@pytest.mark.parametrize(
    "content",
    [
        YAML_LIST,
        "goals:\n" + YAML_LIST,
        "client_goal:\n" + YAML_LIST,
        YAML_LIST.replace("\n", "\r\n"),
    ],
    ids=["list", "file's key", "kind's key", "CRLF"],
)
def test_yaml_is_a_list_of_rows(tmp_path: Path, content: str) -> None:
    outcome = take(tmp_path, content, "goals.yaml")
    columns = ("client_id", "engine_id", "target_value", "due_date", "start_value", "line_number")
    found = [tuple(row[column] for column in columns) for row in outcome.all("client_goal")]
    assert found == [
        ("no", "N", 0.25, date(2026, 3, 1), None, 1),
        ("acme", "A", 100.0, None, None, 2),
    ]
    assert outcome.rows("select format from file_outcomes") == [("yaml",)]


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("{client_id: acme, engine_id: A, goal_metric: x, target_value: 010}", "wrong_type"),
        ("{client_id: acme, engine_id: A, goal_metric: x, target_value: 12:30:45}", "wrong_type"),
        ("{client_id: acme, engine_id: A, goal_metric: x, target_value: [1]}", "wrong_type"),
        ("{client_id: {a: b}, engine_id: A, goal_metric: x, target_value: 1}", "wrong_type"),
        ("{client_id: null, engine_id: A, goal_metric: x, target_value: 1}", "missing_field"),
        ("just text", "not_an_object"),
    ],
)
def test_a_wrong_row_of_yaml_is_refused_alone(tmp_path: Path, row: str, code: str) -> None:
    outcome = take(tmp_path, f"{YAML_LIST}- {row}\n", "goals.yml")
    assert [each[0::2] for each in outcome.rejected()] == [(3, code)]
    assert outcome.fates()["parsed"] == 2


def test_the_time_of_a_reference_row_is_that_of_its_delivery(tmp_path: Path) -> None:
    row = take(tmp_path, HEADER + "acme,Acme,,\n").one("client")
    assert row["observed_at"] == datetime(2025, 12, 31, 6, 30)  # noqa: DTZ001 - UTC


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        (
            "previous_methods.csv",
            "client_id;method;recorded_date\nacme;SDR;01.02.2026\n",
            "recorded_date is '01.02.2026', expected a date such as 2026-02-01",
        ),
        (
            "previous_methods.csv",
            "client_id;method;monthly_cost_usd\nacme;SDR;4,20\n",
            f"monthly_cost_usd is '4,20', expected a number: {A_POINT}",
        ),
        (
            "statements.yml",
            "- {client_id: a, statement: b, recorded_date: 2026-01-01, is_significant_impact: yes}",
            "is_significant_impact is 'yes', expected true or false",
        ),
    ],
)
def test_the_reason_names_column_and_value_in_plain_words(
    tmp_path: Path, name: str, content: str, reason: str
) -> None:
    assert take(tmp_path, content, name).rows("select reason from rejected") == [(reason,)]

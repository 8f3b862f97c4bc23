"""Reference files are state: the newest delivery of each counts, whatever was delivered before."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from tracking_pipeline.errors import LandingError
from tracking_pipeline.landing.quarantine import quarantined, replay, show
from tracking_pipeline.landing.rebuild import rebuild
from tracking_pipeline.settings import Settings
from tracking_pipeline.sources.read import read
from tracking_pipeline.warehouse.connection import writer
from tracking_pipeline_tests.landing.scenario import NOW, drop, home, load_due, quiet, rows

CLIENTS = "engine_metrics/reference/clients.csv"
HEADER = "client_id,name\n"
STATE = """
    select client_id, name, c.observed_at
    from landing.client as c
    semi join landing.current_files using (file_id)
    order by all
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return home(tmp_path)


def deliver(settings: Settings, content: str, hour: int, path: str = CLIENTS) -> None:
    """Put a file in its place and load it, so many hours after the first."""
    file = settings.landing_dir / path
    file.parent.mkdir(parents=True, exist_ok=True)
    drop(settings, f"../{path}", content, mtime=hour + 1)
    load_due(settings, read, NOW + timedelta(hours=hour))


def state(settings: Settings) -> list[tuple[str, str]]:
    return [(client, name) for client, name, _ in rows(settings, STATE)]


def test_the_newest_delivery_counts_when_contents_flip_back(settings: Settings) -> None:
    a, b = HEADER + "acme,Acme\n", HEADER + "acme,Acme Corporation\n"
    for hour, content in enumerate([a, b, a]):
        deliver(settings, content, hour)
        assert state(settings) == [("acme", content.removeprefix(HEADER)[5:-1])]
    assert rows(settings, "select count(*) from landing.client") == [(2,)]
    assert rows(settings, "select outcome from landing.manifest order by batch_id") == [
        ("loaded",), ("loaded",), ("duplicate_delivery",)
    ]  # fmt: skip


def test_a_removed_row_is_gone_and_a_changed_one_contradicts_nothing(settings: Settings) -> None:
    deliver(settings, HEADER + "acme,Acme\nbeta,Beta\n", 0)
    deliver(settings, HEADER + "beta,Beta Ltd\n", 1)
    assert state(settings) == [("beta", "Beta Ltd")]
    assert rows(settings, "select sum(n_quarantined) from landing.manifest") == [(0,)]
    deliver(settings, HEADER, 2)
    assert state(settings) == []


def test_a_file_that_grew_is_read_whole_and_no_finding(settings: Settings) -> None:
    deliver(settings, HEADER + "acme,Acme\n", 0)
    deliver(settings, HEADER + "acme,Acme\nbeta,Beta\n", 1)
    assert state(settings) == [("acme", "Acme"), ("beta", "Beta")]
    assert rows(settings, "select start_offset from landing.manifest") == [(0,), (0,)]
    assert rows(settings, "from landing.findings") == []


def test_a_reference_file_of_json_lines_is_not_resumed(settings: Settings) -> None:
    path = "engine_metrics/reference/clients.jsonl"
    acme, beta = (json.dumps({"client_id": key, "name": "X"}) + "\n" for key in ("acme", "beta"))
    deliver(settings, acme, 0, path)
    deliver(settings, acme + beta, 1, path)
    assert state(settings) == [("acme", "X"), ("beta", "X")]


def test_a_copy_brings_no_rows_and_outlives_the_original(settings: Settings) -> None:
    content = HEADER + "acme,Acme\n"
    deliver(settings, content, 0)
    deliver(settings, content, 1, "engine_metrics/reference/copy/clients-2.csv")
    assert rows(settings, "select count(*) from landing.client") == [(1,)]
    deliver(settings, HEADER + "beta,Beta\n", 2)
    assert state(settings) == [("acme", "Acme"), ("beta", "Beta")]


def test_a_broken_delivery_leaves_the_last_good_one_in_force(settings: Settings) -> None:
    deliver(settings, HEADER + "acme,Acme\n", 0)
    deliver(settings, "nonsense\n", 1)
    assert state(settings) == [("acme", "Acme")]
    query = "select outcome from landing.manifest order by batch_id"
    assert rows(settings, query) == [("loaded",), ("rejected",)]


def test_a_rebuild_gives_the_same_rows_and_the_same_state(settings: Settings) -> None:
    for hour, name in enumerate(["Acme", "Acme Corporation", "Acme"]):
        deliver(settings, f"{HEADER}acme,{name}\n", hour)
    deliver(settings, "- {client_id: acme, slug: acme-site}\n", 3,
            "engine_metrics/reference/probes.yml")  # fmt: skip
    tables = ("client", "client_probe", "manifest", "current_files")
    before = [rows(settings, f"from landing.{table} order by all") for table in tables]
    rebuild(settings, now=NOW + timedelta(days=3), progress=quiet)
    assert [rows(settings, f"from landing.{table} order by all") for table in tables] == before
    assert rows(settings, STATE) == [("acme", "Acme", NOW.replace(tzinfo=None))]


def test_a_refused_row_is_shown_and_mended_in_its_file(settings: Settings) -> None:
    deliver(settings, HEADER + "acme,Acme\n,Nobody\n", 0)
    with writer(settings) as con:
        (row,) = quarantined(con).rows(named=True)
        assert (row["kind"], row["line_number"], row["reason_code"]) == (
            "client", 3, "missing_field"
        )  # fmt: skip
        assert show(settings, con, row["quarantine_id"]) == b",Nobody"
        with pytest.raises(LandingError, match=r"Correct reference/clients\.csv and deliver it"):
            replay(settings, con, [row["quarantine_id"]], now=NOW, progress=quiet)


@pytest.mark.parametrize(
    "path",
    [
        "mydata/reference/clients.csv",
        "clients-2026.csv",
        "a/b/Clients.CSV",
        "reference/clients.csv",
    ],
)
def test_a_table_is_known_by_its_name_wherever_it_lies(settings: Settings, path: str) -> None:
    deliver(settings, HEADER + "acme,Acme\n", 0, f"engine_metrics/{path}")
    assert state(settings) == [("acme", "Acme")]


@pytest.mark.parametrize(
    ("path", "content", "reason"),
    [
        ("mydata/customers.csv", HEADER, ": clients, goals, previous_methods, satisfaction, "),
        ("clientsnew.yml", "- {client_id: acme}\n", ": clients, "),
        ("reference/notes.json", "{}", ": clients, "),
        ("load.py", "import json\n\nprint(1)\n", "is no JSON, CSV or YAML of engine metrics"),
        ("README", "[see](docs)", "is no JSON, CSV or YAML of engine metrics"),
    ],
)
def test_a_stranger_is_refused_as_a_whole(
    settings: Settings, path: str, content: str, reason: str
) -> None:
    deliver(settings, content, 0, f"engine_metrics/{path}")
    ((outcome, n_records, found),) = rows(
        settings, "select outcome, n_records, reason from landing.manifest"
    )
    assert (outcome, n_records) == ("rejected", 1)
    assert reason in found


def test_what_was_refused_under_a_wrong_name_loads_under_the_right_one(settings: Settings) -> None:
    content = HEADER + "acme,Acme\n"
    deliver(settings, content, 0, "engine_metrics/customers.csv")
    deliver(settings, content, 1, "engine_metrics/goals.csv")
    deliver(settings, content, 2)
    assert state(settings) == [("acme", "Acme")]
    query = "select outcome from landing.manifest order by batch_id"
    assert rows(settings, query) == [("rejected",), ("rejected",), ("loaded",)]
    deliver(settings, HEADER, 3)
    assert state(settings) == []
    before = rows(settings, "from landing.manifest order by all")
    rebuild(settings, now=NOW + timedelta(days=3), progress=quiet)
    assert rows(settings, "from landing.manifest order by all") == before


def test_the_same_bytes_are_read_as_each_kind_that_their_names_say(settings: Settings) -> None:
    folder = settings.landing_dir / "engine_metrics"
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("clients.csv", "probes.csv", "clients-copy.csv"):
        drop(settings, f"../engine_metrics/{name}", "client_id,name,slug\nacme,Acme,acme-site\n")
    load_due(settings, read)
    assert state(settings) == [("acme", "Acme")]
    current = "semi join landing.current_files using (file_id)"
    assert rows(settings, f"select slug from landing.client_probe {current}") == [("acme-site",)]
    query = "select relative_path from landing.manifest where outcome = 'duplicate_delivery'"
    assert rows(settings, query) == [("clients.csv",)]


def test_a_copy_of_a_refused_file_in_one_batch_leaves_the_state_as_it_was(
    settings: Settings,
) -> None:
    paths = ("engine_metrics/a/clients.csv", "engine_metrics/b/clients.csv")
    deliver(settings, HEADER + "acme,Acme\n", 0, paths[0])
    deliver(settings, HEADER + "beta,Beta\n", 1, paths[1])
    for path in paths:
        drop(settings, f"../{path}", "nonsense\n", mtime=9)
    load_due(settings, read, NOW + timedelta(hours=2))
    assert state(settings) == [("acme", "Acme"), ("beta", "Beta")]


def test_histories_of_two_probes_may_be_the_same_bytes(settings: Settings) -> None:
    for hour, name in enumerate(("a", "b")):
        content = "status: up\nlastUpdated: 2026-11-20T10:00:00Z\n"
        deliver(settings, content, hour, f"uptime/history/{name}.yml")
    query = "select slug from landing.probe_observation order by 1"
    assert rows(settings, query) == [("a",), ("b",)]


OBSERVATION = (
    '{"client_id": "acme", "engine_id": "A", "observed_at": "2026-11-20T10:00:00Z", '
    '"metrics": {"x": %d}}'
)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.jsonl", "[%s, %s]\n[%s, %s]\n"),
        ("a.json", '{"data": [%s, %s]}{"data": [%s, %s]}'),
        ("a.jsonl", '{"data": [%s, %s]}\n{"data": [%s, %s]}\n'),
    ],
)
def test_a_contradicting_observation_is_shown_wherever_it_stands(
    settings: Settings, name: str, content: str
) -> None:
    bodies = tuple(OBSERVATION % number for number in (1, 2, 1, 3))
    deliver(settings, content % bodies, 0, f"engine_metrics/{name}")
    query = "select n_accepted, n_duplicate, n_quarantined from landing.manifest"
    assert rows(settings, query) == [(1, 1, 2)]
    with writer(settings) as con:
        refused = quarantined(con).rows(named=True)
        assert {row["reason_code"] for row in refused} == {"conflicting_duplicate"}
        shown = {show(settings, con, row["quarantine_id"]).decode() for row in refused}
    assert shown == {bodies[1], bodies[3]}


def test_a_contradicting_probe_of_a_table_is_shown(settings: Settings) -> None:
    table = "slug,status,lastUpdated\nx,up,2026-11-20T10:00:00Z\nx,down,2026-11-20T10:00:00Z\n"
    deliver(settings, table, 0, "uptime/history.csv")
    with writer(settings) as con:
        (row,) = quarantined(con).rows(named=True)
        assert row["reason_code"] == "conflicting_duplicate"
        assert show(settings, con, row["quarantine_id"]) == b"x,down,2026-11-20T10:00:00Z"


def test_a_history_that_grew_adds_its_new_rows_only(settings: Settings) -> None:
    header, row = "slug,status,lastUpdated\n", "x,up,2026-11-20T1%d:00:00Z\n"
    deliver(settings, header + row % 0, 0, "uptime/history.csv")
    deliver(settings, header + row % 0 + row % 1, 1, "uptime/history.csv")
    assert rows(settings, "select count(*) from landing.probe_observation") == [(2,)]
    query = "select n_records, n_accepted, n_duplicate from landing.manifest order by batch_id"
    assert rows(settings, query) == [(1, 1, 0), (2, 1, 1)]
    assert rows(settings, "from landing.findings") == []


def test_the_zone_of_a_client_is_a_known_one(settings: Settings) -> None:
    table = "client_id,name,timezone\nacme,Acme,%s\nbeta,Beta,Europe/London\nnone,None,\n"
    for hour, zone in enumerate(("localtime", "posix/Europe/London", "Factory", "Mars/Olympus")):
        deliver(settings, table % zone, hour)
        assert state(settings) == [("beta", "Beta"), ("none", "None")]
    reasons = "select distinct reason from landing.quarantine where kind = 'client'"
    told = [reason for (reason,) in rows(settings, reasons)]
    assert all("expected an IANA time zone such as America/Toronto" in each for each in told)
    assert len(told) == 4


def test_published_uptimes_on_one_line_are_apart(settings: Settings) -> None:
    site = {"status": "up", "uptime": "99%"}
    sites = json.dumps([{"slug": slug, **site} for slug in ("a", "b")])
    deliver(settings, sites, 0, "uptime/summary.json")
    assert rows(settings, "select slug from landing.published_uptime order by 1") == [
        ("a",),
        ("b",),
    ]

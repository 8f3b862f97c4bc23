"""The real probes of a status page, and the pages that it publishes itself."""

import gzip
import json
from datetime import datetime
from pathlib import Path

import pytest

import tracking_pipeline
from tracking_pipeline.sources.uptime import SOURCE
from tracking_pipeline_tests.sources.intake_case import RECEIVED, Outcome, deliver

REAL = Path(tracking_pipeline.__file__).parent / "demo" / "uptime"
PROBE = """\
url: https://www.wryko.com
status: down
code: 0
responseTime: 281.5
lastUpdated: 2025-08-25T07:11:15.111Z
startTime: 2025-06-02T07:17:43.444Z
generator: Upptime <https://github.com/upptime/upptime>
"""


def take(folder: Path, content: bytes, name: str) -> Outcome:
    # The real probes are of 2026.
    return deliver(
        folder, content, source=SOURCE, name=name, future_tolerance_minutes=60 * 24 * 365
    )


def test_the_real_history_holds_169_distinct_observations(tmp_path: Path) -> None:
    outcome = take(tmp_path, (REAL / "history.csv").read_bytes(), "history.csv")
    assert outcome.fates() == {
        "n_records": 169, "parsed": 169, "rejected": 0, "blank": 0, "pending": 0
    }  # fmt: skip
    query = "select count(distinct record_id), count(distinct (slug, observed_at))"
    assert outcome.rows(f"{query} from parsed_probe_observation") == [(169, 169)]
    by_probe = "select slug, count(*), count(*) filter (is_up) from parsed_probe_observation"
    assert outcome.rows(f"{by_probe} group by slug order by slug") == [
        ("wryko-health-check-edge-fn", 42, 0),
        ("wryko-spa", 42, 42),
        ("wryko-status-site-self-monitor", 43, 42),
        ("wryko-supabase-rest-surface", 42, 42),
    ]
    assert outcome.rows("from parsed_findings") == []


def test_a_real_observation_is_typed(tmp_path: Path) -> None:
    row = take(tmp_path, (REAL / "history.csv").read_bytes(), "history.csv").all(
        "probe_observation"
    )[0]
    assert row["slug"] == "wryko-health-check-edge-fn"
    assert row["observed_at"] == datetime(2026, 7, 11, 7, 16, 7, 525000)  # noqa: DTZ001 - UTC
    assert (row["status"], row["code"], row["response_time_ms"], row["is_up"]) == (
        "down", 404, 101.0, False
    )  # fmt: skip
    assert (row["client_id"], row["line_number"], row["extras"]) == ("acme", 2, None)


@pytest.mark.parametrize(("status", "is_up"), [("up", True), ("down", False), ("degraded", False)])
def test_nothing_but_up_is_up(tmp_path: Path, status: str, *, is_up: bool) -> None:
    content = PROBE.replace("status: down", f"status: {status}").encode()
    row = take(tmp_path, content, "wryko-spa.yml").one("probe_observation")
    assert (row["status"], row["is_up"]) == (status, is_up)


@pytest.mark.parametrize("name", ["history/wryko-spa.yml", "deep/history/wryko-spa.yaml"])
def test_the_file_of_a_probe_names_it(tmp_path: Path, name: str) -> None:
    outcome = take(tmp_path, PROBE.encode(), name)
    row = outcome.one("probe_observation")
    assert (row["slug"], row["status"], row["code"], row["is_up"]) == (
        "wryko-spa", "down", 0, False
    )  # fmt: skip
    assert row["response_time_ms"] == 281.5
    assert outcome.rows("from parsed_findings") == []


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("history/api.v1.yml", "api.v1"),
        ("history/api.v2.yml", "api.v2"),
        ("history/SITE.YML", "SITE"),
        ("history/www.acme.com.Yaml", "www.acme.com"),
        ("history/api.v1.yml.gz", "api.v1"),
        ("history/api.v1.YML.GZ", "api.v1"),
    ],
)
def test_dots_in_the_name_of_a_probes_file_belong_to_the_probe(
    tmp_path: Path, name: str, slug: str
) -> None:
    content = gzip.compress(PROBE.encode()) if name.lower().endswith("gz") else PROBE.encode()
    assert take(tmp_path, content, name).one("probe_observation")["slug"] == slug


@pytest.mark.parametrize("name", ["Summary.JSON", "published_summary.json.gz"])
def test_a_summary_is_known_by_its_name_in_capitals_or_packed(tmp_path: Path, name: str) -> None:
    content = (REAL / "published_summary.json").read_bytes()
    packed = gzip.compress(content) if name.endswith("gz") else content
    assert len(take(tmp_path, packed, name).all("published_uptime")) == 4


def test_a_probe_is_one_observation_in_csv_and_yaml(tmp_path: Path) -> None:
    as_yaml = take(tmp_path, PROBE.encode(), "history/wryko-spa.yml").one("probe_observation")
    table = (
        "slug,status,lastUpdated,provenance\nwryko-spa,up,2025-08-25T03:11:15.111-04:00,simulated\n"
    )
    as_csv = take(tmp_path, table.encode(), "history.csv").one("probe_observation")
    assert as_csv["record_id"] == as_yaml["record_id"]
    assert (as_csv["provenance"], as_yaml["provenance"]) == ("simulated", "measured")


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("status: down", "status: sleepy", "wrong_value"),
        ("status: down\n", "", "missing_field"),
        ("code: 0", "code: 200.5", "wrong_type"),
        ("responseTime: 281.5", "responseTime: fast", "wrong_type"),
        ("2025-08-25T07:11:15.111Z", "2025-08-25", "bad_timestamp"),
    ],
)
def test_a_wrong_probe_is_refused(tmp_path: Path, old: str, new: str, code: str) -> None:
    outcome = take(tmp_path, PROBE.replace(old, new).encode(), "history/wryko-spa.yml")
    assert [row[2] for row in outcome.rejected()] == [code]


def test_the_published_uptime_is_a_fraction_of_its_delivery(tmp_path: Path) -> None:
    content = (REAL / "published_summary.json").read_bytes()
    rows = take(tmp_path, content, "published_summary.json").all("published_uptime")
    found = [(row["slug"], row["status"], row["uptime_rate"], row["observed_at"]) for row in rows]
    assert found == [
        ("wryko-spa", "up", 1.0, RECEIVED),
        ("wryko-health-check-edge-fn", "down", 1.0, RECEIVED),
        ("wryko-supabase-rest-surface", "up", 1.0, RECEIVED),
        ("wryko-status-site-self-monitor", "up", 1.0, RECEIVED),
    ]


@pytest.mark.parametrize(
    ("text", "rate"), [("97.67%", 0.9767), ("0%", 0.0), ("97.67", None), ("101%", None)]
)
def test_a_published_uptime_is_a_percentage(tmp_path: Path, text: str, rate: float | None) -> None:
    content = json.dumps([{"slug": "x", "status": "up", "uptime": text, "time": 5}])
    outcome = take(tmp_path, content.encode(), "summary.json")
    landed = [row["uptime_rate"] for row in outcome.all("published_uptime")]
    assert landed == ([] if rate is None else [pytest.approx(rate, abs=1e-12)])
    assert len(outcome.rejected()) == (1 if rate is None else 0)

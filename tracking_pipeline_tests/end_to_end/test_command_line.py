"""The product as its user meets it: the commands, on the real logs that ship with it."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from tracking_pipeline.cli.main import main
from tracking_pipeline.pipeline import publishing
from tracking_pipeline.settings import load_settings

COMMANDS = ("run", "up", "ingest", "collect", "validate", "figures", "report")
COMMANDS += ("quarantine", "doctor", "rebuild")
FIGURE = ["system", "client_id", "entity_type", "entity_id", "metric", "unit"]
FIGURE += ["value", "n", "coverage", "status"]
AS_OF = "2025-09-07T13:00:00+00:00"

RECORD = {
    "log_type": "campaign_generation",
    "session_id": "0badcafe",
    "timestamp": "2025-08-01T18:00:00",
    "lead_identifier": {"name": "Lead 1", "company": "Acme", "industry": "media"},
    "generation_output": {"messaging_angle": "fallback", "message_quality_score": 90},
    "training_labels": {"message_approved": True},
}

_COMMAND = "from tracking_pipeline.cli.main import main; main()"


class Product:
    """A home and the command line on it."""

    def __init__(self, home: Path) -> None:
        self.home = home

        self.environment = {"TRACKING_HOME": str(home), "TRACKING_STABLE_SECONDS": "0"}

    def __call__(self, *arguments: str, exit_code: int = 0) -> str:
        done = CliRunner().invoke(main, arguments, env=self.environment)
        if done.exception and not isinstance(done.exception, SystemExit):
            raise done.exception
        assert done.exit_code == exit_code, done.output
        return done.stdout + (done.stderr if exit_code else "")

    def apart(self, *arguments: str, exit_code: int = 0) -> str:
        """Call it in a process of its own, as a user does."""
        done = subprocess.run(
            [sys.executable, "-c", _COMMAND, *arguments],
            env=os.environ | self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == exit_code, done.stdout + done.stderr
        return done.stdout + (done.stderr if exit_code else "")

    def figures(self, start: str, end: str) -> dict[tuple[str, str], dict[str, object]]:
        window = ["--from", start, "--to", end, "--timezone", "America/Toronto"]
        found = json.loads(self("figures", "--system", "production_logs", *window, "--json"))
        assert all(list(row) == FIGURE for row in found)
        return {(row["entity_id"], row["metric"]): row for row in found}


@pytest.fixture(scope="module")
def reported(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Product, str]]:
    """A home after the main job, and what the job printed; read it, do not change it."""
    home = tmp_path_factory.mktemp("home")
    product = Product(home)
    yield product, product.apart("run", "--sample")
    shutil.rmtree(home)


@pytest.fixture
def product(reported: tuple[Product, str], tmp_path: Path) -> Product:
    """A home of one's own after the main job; one that moved has to be published anew."""
    shutil.copytree(reported[0].home, tmp_path / "home")
    publishing.publish(load_settings(home=tmp_path / "home"))
    return Product(tmp_path / "home")


def test_the_main_job_ends_with_the_path_of_a_report(reported: tuple[Product, str]) -> None:
    last = Path(reported[1].splitlines()[-1])
    assert last.is_relative_to(reported[0].home)
    assert last.parts[-3] == "2025-11-09"  # the last week with data, not one of the silent ones
    assert "<html" in last.read_text(encoding="utf-8")
    weeks = {each.name for each in (reported[0].home / "reports/weekly/production_logs").iterdir()}
    assert {"2025-07-27", "2025-08-10"} <= weeks


def test_the_main_job_sums_up_what_it_wrote(reported: tuple[Product, str]) -> None:
    # Two engineers: two months and a quarter each; the team's likewise.
    lines = [line.split() for line in reported[1].splitlines()]
    written = {line[0]: line[1] for line in lines if len(line) > 1}
    assert (written["business_value"], written["team_value"]) == ("4", "2")
    assert written["team_value_quarterly"] == "1"
    assert sum("r1/" in line for line in reported[1].splitlines()) == 1  # the last line alone


def test_the_main_job_tells_the_fate_of_every_record(reported: tuple[Product, str]) -> None:
    # 63 traces, 88 of the database, 7 of production; 27 repeats in training sets; 169 probes of
    # 4 services, each with a published figure: 331 accepted. Two engineers: 252 + 237 executions,
    # 29 days of three kinds each, a profile each; two exports of a report, five capabilities and a
    # profile each: 679 more.
    assert "1037 records = 1010 accepted + 27 duplicate + 0 quarantined" in reported[1]


def test_figures_of_any_window_come_from_the_events(reported: tuple[Product, str]) -> None:
    # The original's report of 2025-08-01 17:48:51 on the seven production logs.
    found = reported[0].figures("2025-07-25T17:48:51.146014", "2025-08-01T17:48:51.146028")
    assert found["campaign_generation", "total_messages"]["value"] == 3
    assert found["campaign_generation", "approval_rate"]["value"] == pytest.approx(1 / 3, abs=1e-9)
    duration = found["enrichment_decision", "average_processing_time"]
    assert duration["value"] == pytest.approx(43.993258250000004, abs=1e-9)
    assert all(row["value"] is not None for row in found.values())
    assert (duration["n"], duration["status"]) == (4, "below_minimum_sample")


def test_a_second_run_changes_nothing(product: Product) -> None:
    before = sorted(product.home.glob("reports/**/*"))
    printed = product("run")
    assert "0 records" in printed
    assert sorted(product.home.glob("reports/**/*")) == before


def test_late_data_issues_a_revision_and_keeps_the_old_bytes(
    product: Product, tmp_path: Path
) -> None:
    folder = product.home / "reports" / "weekly" / "production_logs" / "2025-07-27"
    before = {file.name: file.read_bytes() for file in (folder / "r1").iterdir()}
    late = tmp_path / "late.json"
    late.write_text(json.dumps(RECORD))
    product("ingest", str(late))
    product("run")
    assert {file.name: file.read_bytes() for file in (folder / "r1").iterdir()} == before
    manifest = json.loads((folder / "r2" / "manifest.json").read_text(encoding="utf-8"))
    changed = {each["figure"] for each in manifest["changes"]}
    assert "default/log_type/campaign_generation/total_messages" in changed


def test_files_of_one_name_are_all_delivered(product: Product, tmp_path: Path) -> None:
    for day in (1, 2):
        folder = tmp_path / f"day{day}"
        folder.mkdir()
        record = RECORD | {"timestamp": f"2025-08-0{day}T20:00:00"}
        (folder / "log.json").write_text(json.dumps(record))
    given = [str(tmp_path / "day1" / "log.json"), str(tmp_path / "day2" / "log.json")]
    assert "2 files" in product("ingest", *given)
    assert "0 records" in product("ingest", *given)


def test_what_must_hold_on_the_landed_tables_holds(reported: tuple[Product, str]) -> None:
    said = reported[0]("validate").splitlines()[-1]
    n_held, n_checks = (int(word) for word in said.split() if word.isdigit())
    assert n_held == n_checks > 50


def test_a_refused_record_is_listed_shown_corrected_and_accepted(
    product: Product, tmp_path: Path
) -> None:
    refused, fixed = tmp_path / "refused.json", tmp_path / "fixed.json"
    refused.write_text(json.dumps(RECORD | {"timestamp": "yesterday"}))
    fixed.write_text(json.dumps(RECORD))
    said = product("ingest", str(refused))
    assert "1 quarantined" in said
    assert said.count("timestamp is 'yesterday'") == 1
    listed = product("quarantine", "list")
    (name,) = [line.split()[0] for line in listed.splitlines() if "'yesterday'" in line]
    assert json.loads(product("quarantine", "show", name))["timestamp"] == "yesterday"
    assert "tracking quarantine list" in product("doctor", exit_code=1)
    assert "1 accepted" in product("quarantine", "replay", name, "--with", str(fixed))
    assert product("quarantine", "list") == "Nothing waits in quarantine.\n"


def test_a_dismissed_record_waits_no_more(product: Product, tmp_path: Path) -> None:
    refused = tmp_path / "refused.json"
    refused.write_text(json.dumps(RECORD | {"timestamp": "yesterday"}))
    product("ingest", str(refused))
    name = product("quarantine", "list").splitlines()[1].split()[0]
    assert "1 dismissed" in product("quarantine", "dismiss", name, "--reason", "a test of ours")
    assert product("quarantine", "list") == "Nothing waits in quarantine.\n"
    listed = product("quarantine", "list", "--all").splitlines()
    assert listed[0].split() == ["id", "status", "where", "reason"]
    assert [line.split()[1] for line in listed[1:]] == ["dismissed"]
    product("doctor")  # well again: it exits with 0


def test_a_damaged_warehouse_is_refused_and_one_command_rebuilds_it(product: Product) -> None:
    before = product.figures("2025-07-27", "2025-08-17")
    (product.home / "warehouse" / "warehouse.duckdb").write_bytes(b"no database")
    assert "tracking rebuild" in product("run", exit_code=1)
    assert "1010 accepted + 27 duplicate" in product("rebuild")
    assert product.figures("2025-07-27", "2025-08-17") == before


def test_a_past_week_is_rendered_again_to_the_same_bytes(product: Product) -> None:
    reports = product.home / "reports"

    def rendered() -> dict[str, bytes]:
        shutil.rmtree(reports)
        product("report", "--week", "2025-07-28", "--as-of", AS_OF)
        files = [file for file in reports.rglob("*") if file.is_file()]
        return {str(file.relative_to(reports)): file.read_bytes() for file in files}

    first = rendered()
    assert {Path(name).suffix for name in first} == {".html", ".pdf", ".md", ".json", ".xlsx"}
    assert rendered() == first


def test_errors_name_culprit_reason_and_fix_without_a_traceback(product: Product) -> None:
    window = ("--from", "2025-01-01", "--to", "2025-01-02")
    said = product.apart("figures", "--system", "x", *window, exit_code=1)
    assert "production_logs" in said
    assert "Traceback" not in said


@pytest.mark.parametrize("offset", ["+23:59", "-12:01"])
def test_an_offset_that_no_clock_has_is_refused(tmp_path: Path, offset: str) -> None:
    window = ("--from", f"2025-01-01T00:00{offset}", "--to", "2025-01-02")
    said = Product(tmp_path)("figures", "--system", "production_logs", *window, exit_code=2)
    assert "an offset lies between -12:00 and +14:00" in said


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("--metric", "aproval_rate"), "aproval_rate: is no metric of production_logs. Did you me"),
        (("--entity", "brain_traces"), "is no entity of production_logs. Did you mean brain_trace"),
        (("--client", "acme"), "acme: is no client of production_logs. Choose one of: default"),
    ],
)
def test_an_unknown_name_is_told_with_those_that_are_near(
    reported: tuple[Product, str], arguments: tuple[str, str], expected: str
) -> None:
    window = ("--system", "production_logs", "--from", "2025-07-27", "--to", "2025-08-03")
    assert expected in reported[0]("figures", *window, *arguments, exit_code=1)


def test_figures_of_several_kinds_of_things_say_of_which(reported: tuple[Product, str]) -> None:
    window = ("--system", "production_logs", "--from", "2025-07-27", "--to", "2025-08-03")
    lines = reported[0]("figures", *window, "--metric", "approval_rate").splitlines()
    assert lines[0].split()[:3] == ["entity_type", "entity", "metric"]
    told = [tuple(line.split()[:3]) for line in lines[1:]]
    assert len(set(told)) == len(told)


def test_figures_without_a_value_are_counted_and_named_when_asked_for(
    reported: tuple[Product, str],
) -> None:
    window = ("--system", "production_logs", "--from", "2020-01-01", "--to", "2020-01-02")
    assert json.loads(reported[0]("figures", *window, "--json")) == []
    named = json.loads(reported[0]("figures", *window, "--json", "--all"))
    assert {row["value"] for row in named if row["unit"] != "count"} == {None}


@pytest.mark.parametrize(
    ("arguments", "exit_code", "expected"),
    [
        (("--week", "2025-07-28", "--as-of", "2025-07-30"), 1, "has not ended: it ends at 2025-08"),
        (("--week", "2024-07-28"), 0, "No weekly report for the week of 2024-07-28: nothing is"),
        (("--week", "2025-07-28", "--subject", "uptimes"), 1, "Did you mean uptime?"),
        (("--subject", "uptimes"), 1, "uptimes: is no subject. Did you mean uptime?"),
        (
            ("--kind", "business_value", "--subject", "ann@no.example"),
            *(1, "ann@no.example: is no subject of business_value reports. Choose one of: "),
        ),
        (("--kind", "weakly"), 1, "weakly: is no kind of report"),
        ((), 0, "No report is owed."),
    ],
)
def test_what_cannot_be_reported_is_told_in_one_line(
    reported: tuple[Product, str], arguments: tuple[str, ...], exit_code: int, expected: str
) -> None:
    said = reported[0]("report", *arguments, exit_code=exit_code).splitlines()
    assert len(said) == 1
    assert expected in said[0]


def test_every_command_explains_itself() -> None:
    product = Product(Path("unused"))
    listed = product.apart("--help")
    for command in COMMANDS:
        assert command in listed
        assert "Usage:" in product(command, "--help")

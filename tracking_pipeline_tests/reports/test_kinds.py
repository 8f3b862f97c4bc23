import json
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pytest

from tracking_pipeline.errors import ReportError
from tracking_pipeline.reports.archive import (
    ArchivedReport,
    archived_reports,
    find_revision,
)
from tracking_pipeline.reports.document import Card, Cards, Item, Items, Paragraph, Section
from tracking_pipeline.reports.draft import Draft, ReportKind, Stated, Versions
from tracking_pipeline.reports.kinds import Owed, owed, told, write_report, write_reports
from tracking_pipeline.reports.period import Period
from tracking_pipeline.reports.query import plain
from tracking_pipeline.reports.subject import folder_name
from tracking_pipeline.settings import Settings
from tracking_pipeline_tests.reports.scenario import SYSTEM, WEEK, warehouse, write

JULY = date(2025, 7, 1)
AUGUST_1 = datetime(2025, 8, 1, tzinfo=UTC)
KEYS = ["acme", "Acme", "acme/../..", "acme-", "..", "名前", "a" * 300, "acme.0", "con\x00"]
Meetings = dict[tuple[str, date], int]


def monthly(meetings: Meetings) -> ReportKind:
    """A kind that tells of the meetings booked for a client in a month, and of none nothing."""

    def versions(_con: duckdb.DuckDBPyConnection, subject: str | None) -> Versions:
        return {key: str(n) for key, n in meetings.items() if subject in {None, key[0]}}

    def draft(
        _settings: Settings,
        _con: duckdb.DuckDBPyConnection,
        subject: str,
        period: Period,
        as_of: datetime,
    ) -> Draft | None:
        n_booked = meetings[subject, period.start]
        stated = Stated("meetings", "Meetings booked", n_booked, n_booked, "count", is_leading=True)
        card = Card("Meetings", "Client", str(n_booked))
        steps = Items((Item("Call them", actions=("By phone",)), Item(actions=("Ask", "Listen"))))
        return (
            None
            if n_booked == 0
            else Draft(
                kind="meetings",
                kind_label="Meetings of the month",
                subject=subject,
                subject_label=plain(subject),
                period=period,
                as_of=as_of,
                data_version=str(n_booked),
                editions={
                    "client": (
                        Section("lead", "Meetings", (Cards((card,)),)),
                        Section("next", "Next steps", (steps, Paragraph("Soon."))),
                    )
                },
                said=n_booked,
                data={"meetings": n_booked},
                stated=(stated,),
            )
        )

    return ReportKind("meetings", "Meetings", "month", versions, draft, is_conditional=True)


def kinds(meetings: Meetings) -> dict[str, ReportKind]:
    return {"meetings": monthly(meetings)}


def book(settings: Settings, meetings: Meetings, subject: str = "acme") -> ArchivedReport | None:
    wanted = Owed("meetings", subject, JULY)
    return write_report(settings, duckdb.connect(), wanted, AUGUST_1, kinds(meetings))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path)


def test_a_kind_with_one_edition_of_a_month_is_five_files(settings: Settings) -> None:
    report = book(settings, {("acme", JULY): 7})
    assert report
    assert report.address == "meetings/acme/2025-07-01/r1"
    assert sorted(file.name for file in report.files) == [
        *("client.html", "client.md", "client.pdf", "report.json", "report.xlsx")
    ]
    text = (report.folder / "client.md").read_text()
    assert text.startswith("# acme: Meetings of the month\n\n**July 2025** ·")
    steps = "- **Call them**\n   - By phone\n- Ask\n- Listen\n\nSoon."
    assert f"## Next steps\n\n{steps}" in text
    found = json.loads((report.folder / "report.json").read_text())
    assert found["report_metadata"]["analysis_period"] == {
        "start_date": "2025-07-01",
        "end_date": "2025-07-31",
        "days_analyzed": 31,
    }
    assert (found["meetings"], found["tracking"]["subject"]) == (7, "acme")


def test_nobody_can_write_into_what_is_archived(settings: Settings) -> None:
    report = book(settings, {("acme", JULY): 7})
    assert report
    assert {file.stat().st_mode & 0o777 for file in report.folder.iterdir()} == {0o444}


def test_a_revision_of_any_kind_lists_what_changed(settings: Settings) -> None:
    book(settings, {("acme", JULY): 7})
    second = book(settings, {("acme", JULY): 9})
    assert second
    assert [(c["figure"], c["before"], c["after"]) for c in second.changes] == [("meetings", 7, 9)]
    text = (second.folder / "client.md").read_text()
    assert "| Meetings booked | 7 (n = 7) | 9 (n = 9) |" in text


def test_a_kind_with_nothing_to_say_writes_nothing_and_owes_nothing(settings: Settings) -> None:
    meetings = {("acme", JULY): 0, ("beta", JULY): 3}
    assert book(settings, meetings) is None
    assert archived_reports(settings) == []
    found = owed(settings, duckdb.connect(), AUGUST_1, kinds(meetings))
    assert found == [Owed("meetings", "beta", JULY)]


@pytest.mark.parametrize(
    ("as_of", "is_owed"),
    [(datetime(2025, 7, 31, 23, 59, tzinfo=UTC), False), (AUGUST_1, True)],
)
def test_a_month_is_owed_from_its_end(
    settings: Settings, as_of: datetime, *, is_owed: bool
) -> None:
    found = owed(settings, duckdb.connect(), as_of, kinds({("acme", JULY): 1}))
    assert bool(found) == is_owed


def test_what_is_told_of_a_month_can_be_asked_by_any_of_its_days(settings: Settings) -> None:
    meetings = {("beta", JULY): 1, ("acme", JULY): 1, ("acme", date(2025, 8, 1)): 1}
    day, of_kinds = date(2025, 7, 20), kinds(meetings)
    found = told(settings, duckdb.connect(), "meetings", None, day, kinds=of_kinds)
    assert found == [Owed("meetings", "acme", JULY), Owed("meetings", "beta", JULY)]
    found = told(settings, duckdb.connect(), "meetings", "beta", day, kinds=of_kinds)
    assert found == [Owed("meetings", "beta", JULY)]


def failing_for(meetings: Meetings, culprit: str) -> dict[str, ReportKind]:
    kind = monthly(meetings)

    def draft(
        settings: Settings,
        con: duckdb.DuckDBPyConnection,
        subject: str,
        period: Period,
        as_of: datetime,
    ) -> Draft | None:
        if subject == culprit:
            message = f"no such column, asked anna@{culprit}.example"
            raise duckdb.BinderException(message)
        return kind.draft(settings, con, subject, period, as_of)

    return {"meetings": replace(kind, draft=draft)}


def test_one_clients_failing_draft_is_owed_and_stops_no_other(settings: Settings) -> None:
    of_kinds = failing_for({("acme", JULY): 1, ("beta", JULY): 2, ("cirrus", JULY): 3}, "beta")
    con = duckdb.connect()
    wanted = owed(settings, con, AUGUST_1, of_kinds)
    assert [each.subject for each in wanted] == ["acme", "beta", "cirrus"]
    written = []
    with pytest.raises(ReportError, match="no such column") as caught:
        written.extend(write_reports(settings, con, wanted, AUGUST_1, of_kinds))
    assert caught.value.culprit == "meetings beta 2025-07-01"
    assert "anna@" not in str(caught.value)
    assert {report.subject for report in archived_reports(settings)} == {"acme", "cirrus"}
    assert owed(settings, con, AUGUST_1, of_kinds) == [Owed("meetings", "beta", JULY)]


def test_an_unknown_kind_names_those_there_are(settings: Settings) -> None:
    with pytest.raises(ReportError, match=r"is no kind of report.*weekly"):
        write_report(settings, duckdb.connect(), Owed("daily", "acme", JULY), AUGUST_1)


def test_a_report_of_a_demo_home_is_marked(settings: Settings) -> None:
    (settings.home_dir / "DEMO").touch()
    report = book(settings, {("acme", JULY): 7})
    assert report
    assert report.is_demo
    assert "**Demo.**" in (report.folder / "client.md").read_text()


@pytest.mark.parametrize("subject", KEYS)
def test_a_subject_of_any_characters_has_a_folder_of_its_own(
    settings: Settings, subject: str
) -> None:
    report = book(settings, {(subject, JULY): 7}, subject)
    assert report
    assert report.folder.parents[2] == settings.reports_dir / "meetings"
    assert (report.subject, report.folder.parents[1].name) == (subject, folder_name(subject))
    kind, folder, start, _ = report.address.split("/")
    assert find_revision(settings, kind, folder, date.fromisoformat(start), 1) == report


def test_no_two_subjects_share_a_folder() -> None:
    subjects = {*KEYS, *map(folder_name, KEYS)}
    assert len({folder_name(subject).casefold() for subject in subjects}) == len(subjects)


def test_what_reports_of_the_second_layout_stated_stays_readable(settings: Settings) -> None:
    first = book(settings, {("acme", JULY): 7})
    assert first
    data = first.folder / "report.json"
    kept = json.loads(data.read_text())
    kept["tracking"]["stated"] = [
        {"figure": "meetings", "label": "Meetings booked", "value": 7, "n": 7}
        | {"unit": "count", "saying": "value", "is_leading": True}
    ]
    data.chmod(0o644)
    data.write_text(json.dumps(kept))
    second = book(settings, {("acme", JULY): 9})
    assert second
    ((change,), revision) = second.changes, second.revision
    assert (revision, change["before"], change["after"]) == (2, 7, 9)


def test_reports_of_the_first_layout_stay_readable_and_are_revised(settings: Settings) -> None:
    first = write(settings, warehouse())
    manifest = first.folder / "manifest.json"
    stored = json.loads(manifest.read_text())
    old = {name: stored[name] for name in stored if name not in {"kind", "kind_label", "subject"}}
    old |= {"system": SYSTEM, "system_label": "Production logs", "fingerprint": "of then"}
    del old["period"]["rhythm"], old["is_demo"], old["is_silent"], old["subject_label"]
    data = first.folder / "report.json"
    for path in (manifest, data):
        path.chmod(0o644)
    manifest.write_text(json.dumps(old))
    data.write_text(json.dumps({"tracking": {"sections": []}}))
    (found,) = archived_reports(settings)
    assert (found.kind, found.subject, found.period) == ("weekly", SYSTEM, Period(WEEK, "UTC"))
    second = write(settings, warehouse())
    assert (second.revision, second.changes) == (2, ())

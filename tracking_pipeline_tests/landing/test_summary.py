"""What a person is told of a pass of loading."""

from pathlib import Path

import pytest

from tracking_pipeline.settings import Settings
from tracking_pipeline.sources.read import read
from tracking_pipeline_tests.landing.scenario import drop, home, load_due

RECORD = (
    '{"log_type": "campaign_generation", "session_id": "s%d", '
    '"timestamp": "2026-11-20T10:00:00", "generation_output": {"message_quality_score": %s}}\n'
)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return home(tmp_path)


def test_like_refusals_of_a_file_are_one_line_with_their_count_and_first_place(
    settings: Settings,
) -> None:
    wrong = "".join(RECORD % (number, f'"{number}"') for number in range(3))
    drop(settings, "a.jsonl", RECORD % (9, 80) + wrong + "no json\n")
    drop(settings, "b.json", '{"log_type": "no_kind"}')
    summary = load_due(settings, read)
    first, second, third = [refusal.sentence() for refusal in summary.refusals]
    assert first == (
        "engine_logs/a.jsonl: 3 records, the first at line 2: "
        "generation_output.message_quality_score is '0', expected a number"
    )
    assert second.startswith("engine_logs/a.jsonl: line 5: ")
    assert third.startswith("engine_logs/b.json: line 1: its log_type is 'no_kind', expected ")


@pytest.mark.parametrize(
    ("content", "place"),
    [
        ('[\n{"log_type": "no_kind"}]', "line 2"),
        (f'{{"training_records": [{RECORD % (1, 80)},{{"log_type": "no_kind"}}]}}', "record 2"),
    ],
)
def test_a_record_in_a_list_has_its_line_and_one_inside_an_object_its_number(
    settings: Settings, content: str, place: str
) -> None:
    drop(settings, "a.json", content)
    (refusal,) = load_due(settings, read).refusals
    assert refusal.sentence().startswith(f"engine_logs/a.json: {place}: its log_type is 'no_kind'")


def test_a_file_that_is_refused_whole_has_no_place(settings: Settings) -> None:
    drop(settings, "a.json.gz", b"\x1f\x8b\x08\x00" + b"not gzip at all")
    (refusal,) = load_due(settings, read).refusals
    assert refusal.sentence().startswith("engine_logs/a.json.gz: ")
    assert (refusal.line, refusal.n_records) == (None, 1)


def test_the_same_bytes_again_are_told_as_delivered_before(settings: Settings) -> None:
    drop(settings, "a.jsonl", RECORD % (1, 80))
    assert "already" not in load_due(settings, read).sentence()
    drop(settings, "b.jsonl", RECORD % (1, 80))
    assert "already delivered before: 1 file" in load_due(settings, read).sentence()

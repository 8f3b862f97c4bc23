"""Exported YAML that would expand, construct or mean two things is refused; aliases may stand."""

import gzip
import subprocess
import sys
from pathlib import Path

import pytest

from tracking_pipeline.sources.tables import MAX_YAML_BYTES
from tracking_pipeline_tests.sources.intake_case import cpu_seconds
from tracking_pipeline_tests.sources.telemetry_case import ADA, landed, take

INDIVIDUAL = f"""\
engineer_profile: {{name: Ada Lovelace, email: {ADA}}}
report_metadata: {{export_date: '2025-11-12T14:30:00', collection_period_days: 30}}
"""
LAUGHS = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{name}: &{name} [{','.join([f'*{last}'] * 9)}]\n"
    for last, name in zip("abcdefgh", "bcdefghi", strict=True)
)
DEEP = "a: &a [x]\n" + "".join(
    f"{name}: &{name} {'[' * 9}*{last}{']' * 9}\n"
    for last, name in zip("abcd", "bcde", strict=True)
)

REFUSED = {
    "billion laughs": (INDIVIDUAL + LAUGHS, "yaml_alias"),
    "fat scalar again and again": (
        f"{INDIVIDUAL}a: &a {'x' * 100_000}\nb: [{', '.join(['*a'] * 1000)}]\n",
        "yaml_alias",
    ),
    "deep by aliases": (INDIVIDUAL + DEEP, "too_deep"),
    "recursion": (f"{INDIVIDUAL}a: &a [x, *a]\n", "yaml_alias"),
    "recursion of a root": (f"&a\n{INDIVIDUAL}self: *a\n", "yaml_alias"),
    "alias of nothing": (f"{INDIVIDUAL}a: *b\n", "yaml_alias"),
    "merge key": (f"{INDIVIDUAL}a: &a {{x: 1}}\nb: {{<<: *a}}\n", "yaml_alias"),
    "list as a key": (f"{INDIVIDUAL}? [a, b]\n: c\n", "bad_yaml"),
    "alias as a key": (f"{INDIVIDUAL}a: &a [x]\n? *a\n: c\n", "bad_yaml"),
    "python object": (f"{INDIVIDUAL}a: !!python/object/apply:os.system ['true']\n", "yaml_tag"),
    "python name": (f"{INDIVIDUAL}a: !!python/name:os.system\n", "yaml_tag"),
    "own tag": (f"{INDIVIDUAL}a: !secret x\n", "yaml_tag"),
    "binary": (f"{INDIVIDUAL}a: !!binary aGk=\n", "yaml_tag"),
    "duplicate key": (f"{INDIVIDUAL}engineer_profile: {{email: other}}\n", "duplicate_key"),
    "duplicate key by an alias": (f"{INDIVIDUAL}a: &a b\n? *a\n: 1\nb: 2\n", "duplicate_key"),
    "two documents": (f"{INDIVIDUAL}---\n{INDIVIDUAL}", "bad_yaml"),
    "deep flow": (f"{INDIVIDUAL}a: {'[' * 50_000}", "too_deep"),
    "deep mapping": (f"{INDIVIDUAL}a: {'{a: ' * 50_000}", "too_deep"),
    "deep block": (f"{INDIVIDUAL}a:\n {'- ' * 50_000}", "too_deep"),
    "NUL": (f'{INDIVIDUAL}a: "a\\0"\n', "nul_character"),
    "raw NUL": (f"{INDIVIDUAL}a: a\0b\n", "bad_yaml"),
    "control character": (f"{INDIVIDUAL}a: a\x01\n", "bad_yaml"),
    "no UTF-8": (INDIVIDUAL.encode() + b"a: \xff\xfe\n", "bad_yaml"),
    "UTF-16": (INDIVIDUAL.encode("utf-16"), "utf16"),
    "truncated": (f"{INDIVIDUAL}a: 'b\n", "bad_yaml"),
    "truncated collection": (f"{INDIVIDUAL}a: [b, c\n", "bad_yaml"),
    "tab": (f"{INDIVIDUAL}a:\n\tb: c\n", "bad_yaml"),
    "huge scalar": (f"{INDIVIDUAL}a: {'x' * MAX_YAML_BYTES}\n", "too_long"),
    "packed bomb": (gzip.compress(INDIVIDUAL.encode() + b"#" * 2**28), "too_long"),
    "empty": ("", "unknown_kind"),
    "a list": ("- a\n", "unknown_kind"),
    "other keys": ("clients: [{name: acme}]\n", "unknown_kind"),
    "a profile that is a text": ("engineer_profile: Ada\n", "unknown_kind"),
}

READ_ALL = """
import resource, sys
from contextlib import suppress
from pathlib import Path
from tracking_pipeline.sources.isolated import isolated
from tracking_pipeline.sources.strict import RefusedError
from tracking_pipeline.sources.telemetry.exports import read

for file in Path(sys.argv[1]).iterdir():
    with suppress(RefusedError):
        isolated(read, file.read_bytes())
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


@pytest.mark.parametrize(("content", "code"), REFUSED.values(), ids=REFUSED)
def test_a_hostile_report_is_refused_whole_in_time_and_a_good_one_beside_it_loads(
    tmp_path: Path, content: str | bytes, code: str
) -> None:
    begun = cpu_seconds()
    outcome = take(tmp_path, content, INDIVIDUAL, name="report.yaml")
    assert cpu_seconds() - begun < 10
    assert outcome.rows(
        "select file_reason_code, n_records, n_rejected from file_outcomes order by file_id"
    ) == [(code, 1, 1), (None, 2, 0)]
    assert landed(outcome) == {"engineer_profile": 1, "value_export": 1}


def test_no_hostile_report_takes_more_than_its_memory(tmp_path: Path) -> None:
    for number, (content, _) in enumerate(REFUSED.values()):
        raw = content.encode() if isinstance(content, str) else content
        (tmp_path / f"{number}.yaml").write_bytes(raw)
    # A process of its own: a fork inherits the peak of the process that runs the tests.
    done = subprocess.run(
        [sys.executable, "-c", READ_ALL, tmp_path], check=True, capture_output=True, text=True
    )
    assert int(done.stdout) < 512 * 1024


def test_why_a_report_is_refused_tells_no_address(tmp_path: Path) -> None:
    outcome = take(tmp_path, f"{INDIVIDUAL}{ADA}: 1\n{ADA}: 2\n", name="report.yaml")
    told = outcome.rows("select file_reason from file_outcomes union select reason from rejected")
    assert told == [("the key '[e-mail]' repeats in line 4",)]


def test_a_broken_part_of_a_report_is_refused_alone_with_its_place(tmp_path: Path) -> None:
    place, expected = "performance.capabilities", "expected a whole number"
    outcome = take(
        tmp_path,
        f"{INDIVIDUAL}performance:\n  capabilities:\n"
        "  - {name: a, metrics: {total_executions: 5}}\n"
        "  - {name: b, metrics: {total_executions: many}}\n"
        "  - just a text\n",
        name="report.yaml",
    )
    assert outcome.rows("select line_number, reason_code, reason from rejected order by 1") == [
        (4, "wrong_type", f"{place} 2: metrics.total_executions is 'many', {expected}"),
        (5, "not_an_object", f"{place} 3: a record is an object, not a string"),
    ]
    assert outcome.fates() == {
        "n_records": 5, "parsed": 3, "rejected": 2, "blank": 0, "pending": 0
    }  # fmt: skip

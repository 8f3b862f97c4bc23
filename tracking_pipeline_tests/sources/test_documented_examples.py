"""The examples of docs/inputs.md are records that the product reads in full."""

import json
import re
from pathlib import Path

import pytest

from tracking_pipeline_tests.sources.intake_case import deliver

TEXT = (Path(__file__).parents[2] / "docs" / "inputs.md").read_text(encoding="utf-8")
EXAMPLES = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", TEXT, re.DOTALL)]


@pytest.mark.parametrize("record", EXAMPLES, ids=[each["log_type"] for each in EXAMPLES])
def test_an_example_is_read_without_unknown_fields(
    tmp_path: Path, record: dict[str, object]
) -> None:
    outcome = deliver(tmp_path, json.dumps(record).encode())
    assert outcome.fates()["parsed"] == 1
    assert outcome.rows("from parsed_findings where finding = 'unknown_field'") == []
    table = f"parsed_{record['log_type']}"
    assert outcome.rows(f"select extras from {table}") == [(None,)]

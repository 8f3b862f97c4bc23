"""The examples of docs/inputs.md are files that the product reads in full."""

import re
from pathlib import Path

import pytest

from tracking_pipeline.sources.registry import SOURCES
from tracking_pipeline_tests.sources.intake_case import deliver

TEXT = (Path(__file__).parents[2] / "docs" / "inputs.md").read_text(encoding="utf-8")
FENCES = re.findall(r"```(json|csv|yaml)(?: (\S+))?\n(.*?)```", TEXT, re.DOTALL)
EXAMPLES = [(path or f"engine_logs/{name}.json", body) for name, path, body in FENCES]


@pytest.mark.parametrize(
    ("path", "body"), EXAMPLES, ids=[path or f"log {body[14:24]}" for _, path, body in FENCES]
)
def test_an_example_is_read_without_unknown_fields(tmp_path: Path, path: str, body: str) -> None:
    folder, _, name = path.partition("/")
    content = body.replace("\n ", " ") if name.endswith(".jsonl") else body
    outcome = deliver(tmp_path, content.encode(), source=SOURCES[folder], name=name)
    assert outcome.rejected() == []
    fates = outcome.fates()
    assert fates["parsed"] == fates["n_records"] > 0
    assert outcome.rows("from parsed_findings where finding = 'unknown_field'") == []
    for kind in SOURCES[folder].kinds:
        assert {row["extras"] for row in outcome.all(kind.name)} <= {None}


def test_every_kind_of_reference_file_has_an_example() -> None:
    shown = {Path(path).name.partition(".")[0].partition("-")[0] for path, _ in EXAMPLES}
    table = re.findall(r"^\| `(\w+)` \| ", TEXT, re.MULTILINE)
    assert {"clients", "probes"} < set(table) < shown

import pytest
from rich.text import Text

from tracking_pipeline.cli.printing import inert, print_table
from tracking_pipeline.cli.progress import progress
from tracking_pipeline.errors import unknown
from tracking_pipeline.pipeline.progress import Step

STEPS = [Step("building tables", f"marts.t{number}", number, 3) for number in (1, 2, 3)]


@pytest.mark.parametrize(
    ("is_verbose", "expected"),
    [
        (False, ["building tables: 3", "publishing"]),
        (True, [*(f"building tables {n}/3: marts.t{n}" for n in (1, 2, 3)), "publishing"]),
    ],
)
def test_a_log_gets_a_line_for_a_row_of_steps_and_each_of_them_when_asked(
    capsys: pytest.CaptureFixture[str],
    is_verbose: bool,  # noqa: FBT001 - a parameter
    expected: list[str],
) -> None:
    with progress(is_verbose=is_verbose) as tell:
        for told in (*STEPS, "publishing"):
            tell(told)
    assert capsys.readouterr().err.splitlines() == expected


def test_no_text_commands_a_terminal_or_is_taken_for_markup(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert inert("a\x1b[31mb\nc\u202e") == "a\ufffd[31mb\nc\ufffd"
    print_table(["what"], [["[/red] [bold]\x1b]0;t\x07"]])
    assert "[/red] [bold]\ufffd]0;t\ufffd" in capsys.readouterr().out


def test_a_long_name_goes_on_in_the_next_line_after_an_underscore(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "40")
    heads = ["metric", "value", "note"]
    print_table(heads, [["average_methods_per_enrichment", "2.75", "below minimum sample"]])
    assert [line.split() for line in plain(capsys)] == [
        ["metric", "value", "note"],
        ["average_methods_", "2.75", "below", "minimum"],
        ["per_enrichment", "sample"],
    ]


def plain(capsys: pytest.CaptureFixture[str]) -> list[str]:
    return Text.from_ansi(capsys.readouterr().out).plain.splitlines()


@pytest.mark.parametrize("name", ["x" * 60, "_" * 60, "/a" * 30])
def test_a_name_without_joints_is_printed_whole_all_the_same(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "20")
    print_table(["n", "name"], [["1", name]])
    lines = plain(capsys)
    assert "".join(line[3:].strip() for line in lines[1:]) == name


def test_no_line_of_a_table_ends_in_blanks(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(["id", "reason"], [["1", "short"], ["2", "a longer one"]])
    assert capsys.readouterr().out == "id  reason\n1   short\n2   a longer one\n"


def test_what_is_unknown_is_told_with_what_is_near_and_what_there_is() -> None:
    assert str(unknown("enginse", "system", ["uptime", "engines"])) == (
        "enginse: is no system. Did you mean engines? Choose one of: engines, uptime"
    )
    assert str(unknown("x", "client", [])) == "x: is no client. Choose one of: none yet"
    many = [f"c{number:02}" for number in range(14)]
    assert str(unknown("x", "client", many)).endswith("c10, c11 and 2 more")

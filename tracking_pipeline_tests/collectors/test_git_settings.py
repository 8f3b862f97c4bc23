from pathlib import Path

import pytest

from tracking_pipeline.collectors.git_history import Repository
from tracking_pipeline_tests.collectors.scenario import (
    ADA,
    ADA_AT_HOME,
    BOB,
    Repo,
    busy_repo,
    git_days,
    recorder,
)

SETTINGS = """
[log] showRoot = false
    showSignature = true
    mailmap = false
    date = relative
    diffMerges = on
[diff] renames = false
    renameLimit = 1
    relative = true
    noprefix = true
    external = false
    algorithm = patience
    ignoreSubmodules = all
    orderFile = missing
[diff "upper"] textconv = tr a-z A-Z <
    binary = true
[color] ui = always
[format] pretty = oneline
[core] quotePath = false
    bigFileThreshold = 1
    attributesFile = /dev/stdin
[mailmap] file = MAILMAP
[extensions] worktreeConfig = false
"""


def configured(repo: Repo, file: Path, folder: Path) -> None:
    """Write what changes the counts of plain git: settings, attributes, another's mailmap."""
    mailmap = folder / "mailmap"
    mailmap.write_text(f"Bob <{BOB}> <{ADA}>\n")
    with file.open("a") as settings:
        settings.write(SETTINGS.replace("MAILMAP", str(mailmap)))
    (repo.folder / ".git" / "info" / "attributes").write_text("* -diff diff=upper\n")


@pytest.mark.parametrize("is_global", [False, True])
def test_a_users_configuration_changes_no_count(
    tmp_path: Path,
    is_global: bool,  # noqa: FBT001 - a parameter
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    repo, made = busy_repo(tmp_path / "repo"), recorder(tmp_path)
    right = repo.counts(ADA, ADA_AT_HOME)
    mine = tmp_path / "gitconfig"
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(mine))
    configured(repo, mine if is_global else repo.folder / ".git" / "config", tmp_path)
    (repo.folder / "below").mkdir()
    made.collect(Repository(repo.folder / "below"))
    assert git_days(made) == right
    assert git_days(made)["2025-11-03"] == (2, 0, 1, 1)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("GIT_DIR", "/missing"),
        ("GIT_OBJECT_DIRECTORY", "/missing"),
        ("GIT_NAMESPACE", "other"),
        ("GIT_EXTERNAL_DIFF", "false"),
        ("GIT_DIFF_OPTS", "--unified=0"),
        ("GIT_ATTR_SOURCE", "HEAD"),
        ("GIT_GRAFT_FILE", "/dev/stdin"),
        ("GIT_CONFIG_PARAMETERS", "'diff.renames'='false' 'core.bigFileThreshold'='1'"),
    ],
)
def test_no_variable_of_git_changes_a_count(
    tmp_path: Path, name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo, made = busy_repo(tmp_path / "repo"), recorder(tmp_path)
    right = repo.counts(ADA, ADA_AT_HOME)
    monkeypatch.setenv(name, value)
    made.collect(Repository(repo.folder))
    assert git_days(made) == right


def test_attributes_of_what_is_checked_out_change_no_count(tmp_path: Path) -> None:
    repo, made = Repo(tmp_path / "repo"), recorder(tmp_path)
    repo.commit("a.lock", "1\n2\n")
    repo.commit(".gitattributes", "*.lock -diff\n")
    made.collect(Repository(repo.folder))
    assert git_days(made) == {"2025-11-12": (2, 0, 3, 0)}


def test_a_replaced_commit_gives_nobody_the_work_of_another(tmp_path: Path) -> None:
    repo, made = Repo(tmp_path / "repo"), recorder(tmp_path)
    repo.commit("a.txt", "1\n", author="bob@company.example")
    repo.commit("a.txt", "1\n2\n")
    repo.git("checkout", "--quiet", "--orphan", "other")
    repo.commit(".mailmap", f"Ada <{ADA}> <bob@company.example>\n", author="bob@company.example")
    replaced = repo.git("rev-parse", "main", "other").split()
    repo.git("checkout", "--quiet", "main")
    repo.git("branch", "--quiet", "-D", "other")
    repo.git("replace", *replaced)
    made.collect(Repository(repo.folder))
    assert git_days(made) == {"2025-11-12": (1, 0, 1, 0)}


def test_grafts_and_replacements_change_no_count(tmp_path: Path) -> None:
    repo, made = Repo(tmp_path / "repo"), recorder(tmp_path)
    for number in range(3):
        repo.commit("a.txt", "1\n" * (number + 1))
    (repo.folder / ".git" / "info" / "grafts").write_text(repo.git("rev-parse", "HEAD~1"))
    repo.git("replace", *repo.git("rev-list", "HEAD").split()[:2])
    made.collect(Repository(repo.folder))
    assert git_days(made) == {"2025-11-12": (3, 0, 3, 0)}

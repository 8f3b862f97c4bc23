from datetime import date, timedelta
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from tracking_pipeline.collectors.git_history import Commit, Repository
from tracking_pipeline.collectors.recorder import TelemetryRecorder
from tracking_pipeline_tests.collectors.scenario import (
    ADA,
    ADA_AT_HOME,
    BOB,
    Clock,
    Repo,
    busy_repo,
    git_days,
    recorder,
    rows,
)


def collect(made: TelemetryRecorder, repo: Repo, since: str = "") -> list[str]:
    return made.collect(Repository(repo.folder), since)


def test_counts_are_those_of_git_by_the_authors_own_date(tmp_path: Path) -> None:
    repo, made = busy_repo(tmp_path / "repo"), recorder(tmp_path)
    collect(made, repo)
    assert git_days(made) == repo.counts(ADA, ADA_AT_HOME)


def test_counts_are_those_worked_out_by_hand(tmp_path: Path) -> None:
    repo, made = busy_repo(tmp_path / "repo"), recorder(tmp_path)
    collect(made, repo)
    assert git_days(made) == {
        "2025-03-08": (1, 0, 9, 0),
        "2025-03-09": (1, 0, 1, 0),
        "2025-03-10": (1, 0, 2, 0),
        "2025-11-02": (2, 1, 2, 0),
        "2025-11-03": (2, 0, 1, 1),
        "2025-11-05": (1, 0, 0, 0),
        "2025-11-06": (1, 0, 1, 0),
    }


def test_another_engineer_has_other_counts(tmp_path: Path) -> None:
    repo = busy_repo(tmp_path / "repo")
    made = TelemetryRecorder(tmp_path / "home", Clock())
    made.setup_engineer_profile("Bob", BOB.upper(), consent=True)
    collect(made, repo)
    assert git_days(made) == repo.counts(BOB)


def test_reading_again_changes_nothing(tmp_path: Path) -> None:
    clock = Clock()
    repo, made = busy_repo(tmp_path / "repo"), recorder(tmp_path, clock)
    collect(made, repo)
    before = rows(made, "productivity_metrics")
    clock.pass_by(timedelta(hours=1))
    assert collect(made, repo) == []
    assert rows(made, "productivity_metrics") == before


def test_new_commits_only_add(tmp_path: Path) -> None:
    repo, made = busy_repo(tmp_path / "repo"), recorder(tmp_path)
    collect(made, repo)
    before = git_days(made)
    repo.commit("later.txt", "l\n", at="2025-11-06T10:00:00-05:00")
    assert collect(made, repo) == ["2025-11-06"]
    assert git_days(made) == {**before, "2025-11-06": (2, 0, 2, 0)}


def test_an_amended_commit_counts_once(tmp_path: Path) -> None:
    repo, made = Repo(tmp_path / "repo"), recorder(tmp_path)
    repo.commit("a.txt", "1\n")
    collect(made, repo)
    (repo.folder / "a.txt").write_text("1\n2\n")
    repo.git("commit", "--quiet", "--all", "--amend", "--no-edit")
    collect(made, repo)
    assert git_days(made) == {"2025-11-12": (1, 0, 2, 0)}


def test_a_day_that_was_rewritten_away_is_taken_back_by_zeros(tmp_path: Path) -> None:
    repo, made = Repo(tmp_path / "repo"), recorder(tmp_path)
    repo.commit("a.txt", "1\n")
    repo.commit("b.txt", "1\n", at="2025-11-13T12:00:00-05:00")
    collect(made, repo)
    repo.git("reset", "--quiet", "--hard", "HEAD~1")
    assert collect(made, repo) == ["2025-11-13"]
    assert git_days(made) == {"2025-11-12": (1, 0, 1, 0), "2025-11-13": (0, 0, 0, 0)}


def test_what_was_pushed_and_then_amended_counts_once(tmp_path: Path) -> None:
    origin, made = Repo(tmp_path / "origin"), recorder(tmp_path)
    origin.commit("a.txt", "1\n", author=BOB)
    clone = origin.clone(tmp_path / "clone")
    clone.git("checkout", "--quiet", "-b", "topic")
    clone.commit("b.txt", "1\n")
    clone.git("push", "--quiet", "--set-upstream", "origin", "topic")
    clone.git("commit", "--quiet", "--amend", "-m", "Say it better")
    collect(made, clone)
    assert git_days(made) == {"2025-11-12": (1, 0, 1, 0)}


def test_clones_and_worktrees_of_one_repository_count_once(tmp_path: Path) -> None:
    repo, made = busy_repo(tmp_path / "repo"), recorder(tmp_path)
    collect(made, repo)
    before = git_days(made)
    repo.git("worktree", "add", "--quiet", "--detach", str(tmp_path / "tree"))
    for other in (Repo(tmp_path / "tree"), repo.clone(tmp_path / "clone")):
        assert collect(made, other) == []
    assert git_days(made) == before


def test_repositories_add_up(tmp_path: Path) -> None:
    made = recorder(tmp_path)
    for name in ("one", "two"):
        repo = Repo(tmp_path / name)
        repo.commit("a.txt", f"{name}\n{name}\n")
        collect(made, repo)
    assert git_days(made) == {"2025-11-12": (2, 0, 4, 0)}


def test_the_mailmap_says_who_wrote(tmp_path: Path) -> None:
    repo, made = Repo(tmp_path / "repo"), recorder(tmp_path)
    repo.commit("a.txt", "1\n", author="root@laptop.example")
    repo.commit(".mailmap", f"Ada <{ADA}> <root@laptop.example>\n", author=BOB)
    collect(made, repo)
    assert git_days(made) == repo.counts(ADA) == {"2025-11-12": (1, 0, 1, 0)}


def test_a_detached_head_counts(tmp_path: Path) -> None:
    repo, made = Repo(tmp_path / "repo"), recorder(tmp_path)
    repo.commit("a.txt", "1\n")
    repo.git("checkout", "--quiet", "--detach")
    repo.commit("b.txt", "1\n")
    collect(made, repo)
    assert git_days(made) == {"2025-11-12": (2, 0, 2, 0)}


def test_a_stash_is_no_work(tmp_path: Path) -> None:
    repo, made = Repo(tmp_path / "repo"), recorder(tmp_path)
    repo.commit("a.txt", "1\n")
    (repo.folder / "a.txt").write_text("changed\n")
    repo.git("stash")
    collect(made, repo)
    assert git_days(made) == {"2025-11-12": (1, 0, 1, 0)}


def test_the_edge_of_a_shallow_clone_is_left_out(tmp_path: Path) -> None:
    repo, made = Repo(tmp_path / "repo"), recorder(tmp_path)
    for number in range(10, 15):
        repo.commit(f"{number}.txt", "1\n2\n", at=f"2025-11-{number}T12:00:00Z")
    collect(made, repo.clone(tmp_path / "shallow", "--depth=3"))
    assert git_days(made) == {"2025-11-13": (1, 0, 2, 0), "2025-11-14": (1, 0, 2, 0)}


def test_however_many_files_are_renamed_only_their_new_lines_count(tmp_path: Path) -> None:
    repo, made = Repo(tmp_path / "repo"), recorder(tmp_path)
    for number in range(1_100):
        lines = "".join(f"{number} line {line}\n" for line in range(20))
        (repo.folder / f"{number}.js").write_text(lines)
    repo.commit("first.txt", "", at="2025-11-03T10:00:00+01:00")
    for old in repo.folder.glob("*.js"):
        renamed = old.rename(old.with_suffix(".ts"))
        renamed.write_text(f"{renamed.read_text()}x\n")
    repo.commit("second.txt", "", at="2025-11-04T10:00:00+01:00")
    collect(made, repo)
    assert git_days(made) == {"2025-11-03": (1, 0, 22_000, 0), "2025-11-04": (1, 0, 1_100, 0)}


@pytest.mark.parametrize(
    ("authored", "committed", "day"),
    [
        ("1762160400 +0100", "1", "2025-11-03"),
        ("1762210800 +0100", "1", "2025-11-04"),  # 23:00 in UTC, midnight there
        ("1762210800 +1400", "1", "2025-11-04"),
        ("1762167600 -1200", "1", "2025-11-02"),  # 11:00 in UTC
        ("1762160400 BAD", "1762250400 +0100", "2025-11-04"),
        ("never", "1762250400 +0100", "2025-11-04"),
        ("99999999999999999999 +0000", "1762250400 +0100", "2025-11-04"),
        ("999999999999 +0000", "1762250400 +0100", "2025-11-04"),  # the year 33658
        ("1762160400 +9959", "1", "2025-11-03"),
        ("1762160400 -99999", "1", "2025-11-03"),
        ("1762214400 -1201", "1", "2025-11-04"),
        ("never", "never", None),
    ],
)
def test_the_day_of_a_commit_is_one_that_was(
    tmp_path: Path, authored: str, committed: str, day: str | None
) -> None:
    repo, made = Repo(tmp_path / "repo"), recorder(tmp_path)
    repo.commit("a.txt", "1\n", author=BOB)
    text = (
        f"tree {repo.git('write-tree').strip()}\nauthor Ada <{ADA}> {authored}\n"
        f"committer Ada <{ADA}> {committed}\n\nWrite\n"
    )
    (tmp_path / "commit").write_text(text)
    made_by_hand = ("hash-object", "-t", "commit", "-w", "--literally", str(tmp_path / "commit"))
    repo.git("update-ref", "refs/heads/main", repo.git(*made_by_hand).strip())
    collect(made, repo)
    assert git_days(made) == ({day: (1, 0, 1, 0)} if day else {})


def test_a_commit_counts_for_its_author_and_for_no_co_author(tmp_path: Path) -> None:
    repo, made = Repo(tmp_path / "repo"), recorder(tmp_path)
    (repo.folder / "a.txt").write_text("1\n")
    repo.git("add", "--all")
    repo.git("commit", "-m", f"Write\n\nCo-authored-by: Ada <{ADA}>", author=BOB)
    collect(made, repo)
    assert git_days(made) == {}


def test_a_branch_hides_nothing_of_the_one_it_was_made_from(tmp_path: Path) -> None:
    origin, made = Repo(tmp_path / "origin"), recorder(tmp_path)
    origin.commit("a.txt", "1\n", author=BOB)
    origin.git("checkout", "--quiet", "-b", "next")
    clone = origin.clone(tmp_path / "clone", "--branch=main")
    clone.git("checkout", "--quiet", "-b", "topic", "--track", "origin/next")
    clone.commit("b.txt", "1\n")
    origin.commit("c.txt", "1\n")
    origin.git("checkout", "--quiet", "main")
    clone.git("fetch", "--quiet")
    clone.git("remote", "set-head", "origin", "main")
    collect(made, clone)
    assert git_days(made) == {"2025-11-12": (2, 0, 2, 0)}


def test_since_a_date_leaves_the_days_before_as_they_are(tmp_path: Path) -> None:
    repo, made = busy_repo(tmp_path / "repo"), recorder(tmp_path)
    collect(made, repo, "2025-11-03")
    assert sorted(git_days(made)) == ["2025-11-03", "2025-11-05", "2025-11-06"]
    collect(made, repo)
    before = git_days(made)
    assert collect(made, repo, "2025-11-05") == []
    assert git_days(made) == before == repo.counts(ADA, ADA_AT_HOME)


def test_since_may_be_the_first_of_all_dates(tmp_path: Path) -> None:
    repo, made = busy_repo(tmp_path / "repo"), recorder(tmp_path)
    made.collect(Repository(repo.folder), date.min)
    assert git_days(made) == repo.counts(ADA, ADA_AT_HOME)


def test_a_repository_without_commits_has_no_days(tmp_path: Path) -> None:
    repo, made = Repo(tmp_path / "repo"), recorder(tmp_path)
    assert collect(made, repo) == []
    assert git_days(made) == {}


@pytest.mark.parametrize(("told", "merged"), [(0, 1), (1, 1), (3, 3)])
def test_git_and_the_calls_of_a_day_never_add_up(tmp_path: Path, told: int, merged: int) -> None:
    repo, made = Repo(tmp_path / "repo"), recorder(tmp_path)
    repo.commit("a.txt", "1\n")
    repo.git("checkout", "--quiet", "-b", "topic")
    repo.commit("b.txt", "1\n")
    repo.git("checkout", "--quiet", "main")
    repo.merge("topic")
    made.record_productivity_metrics(
        commits_count=9, lines_added=900, prs_merged=told, prs_created=4, bugs_fixed=2
    )
    collect(made, repo)
    (row,) = rows(made, "productivity_metrics")
    assert (row["commits_count"], row["lines_added"], row["lines_deleted"]) == (2, 2, 0)
    assert (row["prs_merged"], row["prs_created"], row["bugs_fixed"]) == (merged, 4, 2)


class Growing:
    """A repository that gets a commit, and another collector, while it is first read."""

    git_dir = Path("growing")

    def __init__(self, made: TelemetryRecorder) -> None:
        self.history = [
            Commit("a" * 40, "2025-11-12", is_merge=False, lines_added=1, lines_deleted=0)
        ]
        self.second = Thread(target=made.collect, args=(self,))

    def commits(self, _addresses: list[str], _since: str = "") -> list[Commit]:
        """What is there now; the first reading comes back late."""
        read = list(self.history)
        if len(read) == 1:
            self.history.append(
                Commit("b" * 40, "2025-11-12", is_merge=False, lines_added=1, lines_deleted=0)
            )
            self.second.start()
            self.second.join(timeout=0.5)
        return read


def test_an_older_reading_never_replaces_a_newer_one(tmp_path: Path) -> None:
    made = recorder(tmp_path)
    growing: Any = Growing(made)
    made.collect(growing)
    growing.second.join()
    assert git_days(made) == {"2025-11-12": (2, 0, 2, 0)}

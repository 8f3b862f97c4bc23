"""How commands show what they are doing: a bar on a terminal, few lines in a log."""

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.text import Text

from tracking_pipeline.cli.printing import inert, is_terminal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tracking_pipeline.pipeline.progress import Progress as Told
    from tracking_pipeline.pipeline.progress import Step


@contextmanager
def progress(*, is_verbose: bool = False) -> "Iterator[Told]":
    """Yield what to tell of a job: on a terminal it moves a bar, that is gone at the end.

    Into a log goes a line when a row of like steps begins; each of them when it ``is_verbose``.
    """
    if is_verbose or not is_terminal(sys.stderr):
        yield _Log(is_verbose=is_verbose)
        return
    columns = (TextColumn("{task.description}"), BarColumn(20), MofNCompleteColumn())
    what = TextColumn("{task.fields[what]}")
    console = Console(stderr=True)
    with Progress(*columns, what, console=console, transient=True) as shown:
        yield _Bar(shown)


class _Log:
    def __init__(self, *, is_verbose: bool) -> None:
        self._is_verbose = is_verbose
        self._doing = ""

    def __call__(self, told: "str | Step") -> None:
        if isinstance(told, str) or self._is_verbose:
            click.echo(inert(str(told)), err=True)
        elif told.doing != self._doing:
            click.echo(f"{told.doing}: {told.total}", err=True)
        self._doing = "" if isinstance(told, str) else told.doing


class _Bar:
    def __init__(self, shown: Progress) -> None:
        self._shown = shown
        self._task = shown.add_task("starting", total=None, what="")
        self._doing = ""

    def __call__(self, told: "str | Step") -> None:
        if isinstance(told, str):
            self._shown.console.print(Text(inert(told)))
            return
        if told.doing != self._doing:
            self._doing = told.doing
            self._shown.reset(self._task, total=told.total, description=told.doing)
        self._shown.update(self._task, completed=told.number, what=inert(told.what))

"""The command that tells the value of any window as YAML."""

from datetime import date, datetime
from pathlib import Path

import click

from tracking_pipeline.settings import Settings

_DATE = click.DateTime(["%Y-%m-%d"])


@click.command()
@click.option("--engineer", help="E-mail address or pseudonym: that engineer's own report.")
@click.option("--team", is_flag=True, help="The team's analytics (of TRACKING_CLIENT_ID).")
@click.option("--days", type=click.IntRange(1, 3660), help="So many dates, e.g. 7, 14, 30 or 90.")
@click.option("--until", type=_DATE, help="The last of them; default: yesterday.")
@click.option("--from", "first", type=_DATE, help="First date, with --to instead of --days.")
@click.option("--to", "last", type=_DATE, help="Last date, itself in the window.")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Write it there.")
@click.pass_obj
def value(
    settings: Settings,
    /,
    *,
    engineer: str | None,
    team: bool,
    output: Path | None,
    **window: object,
) -> None:
    """Tell what the assistant was worth in a window: business value as YAML."""
    from tracking_pipeline.pipeline import value as telling

    if team == bool(engineer):
        raise click.UsageError("give either --engineer or --team")
    dates = _dates(settings, **window)  # type: ignore[arg-type]
    told = (
        telling.value_of_engineer(settings, engineer, dates)
        if engineer
        else telling.value_of_team(settings, settings.client_id, dates)
    )
    if output is None:
        click.echo(told.decode(), nl=False)
    else:
        try:
            output.write_bytes(told)
        except OSError as error:
            raise click.ClickException(f"{output}: cannot be written ({error.strerror})") from error
        click.echo(str(output))


def _dates(
    settings: Settings,
    *,
    days: int | None,
    until: datetime | None,
    first: datetime | None,
    last: datetime | None,
) -> tuple[date, date]:
    from tracking_pipeline.pipeline.value import last_dates

    if first and last and not days and not until:
        return first.date(), last.date()
    if first or last:
        raise click.UsageError("give --from and --to, or --days and --until")
    try:
        return last_dates(settings, days or 30, until.date() if until else None)
    except OverflowError as error:
        raise click.UsageError("no calendar reaches so far back") from error

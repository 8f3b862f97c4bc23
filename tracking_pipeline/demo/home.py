"""A home that is a demo: the mark that says so, and what it holds."""

import json
from dataclasses import asdict
from datetime import datetime

from tracking_pipeline.demo.company.files import Company
from tracking_pipeline.errors import LandingError
from tracking_pipeline.settings import Settings


def mark_as_demo(settings: Settings, now: datetime) -> Company:
    """Mark the home as a demo and return its company, the same one at each call.

    A home is marked while it is new. LandingError when files have landed there already: what is
    simulated is never mixed into figures that were measured.
    """
    mark = settings.demo_file
    if settings.is_demo:
        marked = json.loads(mark.read_text(encoding="utf-8"))
        return Company(**{**marked, "until": datetime.fromisoformat(marked["until"])})
    folders = (settings.landing_dir, settings.archive_dir)
    used = [folder for folder in folders if folder.is_dir() and any(folder.iterdir())]
    if used:
        raise LandingError(
            str(used[0]),
            "holds files already, and a demo wants a home of its own",
            "Choose a new one: TRACKING_HOME=.tracking-demo tracking run --demo",
        )
    settings.home_dir.mkdir(parents=True, exist_ok=True)
    company = Company(now, settings.timezone)
    text = json.dumps({**asdict(company), "until": now.isoformat()})
    mark.write_text(f"{text}\n", encoding="utf-8")
    return company

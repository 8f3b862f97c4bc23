"""What a child process is asked: whom to look for, where, and in which content."""

import json

from tracking_pipeline.landing.erasure.spans import Personal
from tracking_pipeline.landing.erasure.whom import Whom


def question(whom: Whom, of: Personal) -> bytes:
    """Return the line before the content that tells a child process whom to look for, and where."""
    told = {
        "whom": {"texts": whom.texts, "pseudonyms": sorted(whom.pseudonyms)},
        "of": {"paths": sorted(of.paths), "sections": sorted(of.sections)},
    }
    return json.dumps(told).encode() + b"\n"


def asked(line_and_content: bytes) -> tuple[Whom, Personal, bytes]:
    """Return what ``question`` told, and the content behind it."""
    line, _, content = line_and_content.partition(b"\n")
    told = json.loads(line)
    whom = Whom(tuple(told["whom"]["texts"]), frozenset(told["whom"]["pseudonyms"]))
    paths = frozenset(tuple(path) for path in told["of"]["paths"])
    return whom, Personal(paths, frozenset(told["of"]["sections"])), content

"""The strict path: each document and each line examined for itself."""

from tracking_pipeline.sources.documents import Document, line_documents
from tracking_pipeline.sources.examine import kind_name
from tracking_pipeline.sources.framing import Block
from tracking_pipeline.sources.intake import FileCount, Intake, Place
from tracking_pipeline.sources.strict import RefusedError


def take_document(intake: Intake, count: FileCount, document: Document) -> None:
    """Examine the records of one document; a broken one is refused."""
    place = Place(
        document.number, document.offset, document.raw, document.size, name=document.place
    )
    if isinstance(document.value, RefusedError):
        kind = document.kind or kind_name({}, intake.source, count.file.name)
        intake.refuse_unread(count, document.value, place, kind)
    else:
        intake.take(count, document.value, place)


def take_row(intake: Intake, count: FileCount, row: Document) -> None:
    """Examine the record on one row of a table; an empty row is counted as blank."""
    if row.value == {}:
        count.note_blank()
    else:
        take_document(intake, count, row)


def take_line(intake: Intake, count: FileCount, raw: bytes, line: int, offset: int) -> None:
    """Examine the records on one line; one that holds nothing is counted as blank."""
    is_blank = True
    for document in line_documents(raw, line, offset, intake.limits):
        is_blank = False
        take_document(intake, count, document)
    if is_blank:
        count.note_blank()


def take_lines(intake: Intake, count: FileCount, block: Block) -> None:
    """Examine every line of ``block``."""
    for raw, line, offset in block.lines():
        take_line(intake, count, raw, line, offset)

"""The report's slides as PPTX: our template, native charts and tables, nothing that overflows."""

from copy import deepcopy
from io import BytesIO
from typing import Final

from pptx import Presentation
from pptx.util import Emu, Pt

from tracking_pipeline.reports import display
from tracking_pipeline.reports.draft import Draft
from tracking_pipeline.reports.slides import Slide
from tracking_pipeline.reports.writers import slide_template as template
from tracking_pipeline.reports.writers.slide_body import draw_body, draw_demo_mark
from tracking_pipeline.reports.writers.slide_canvas import Canvas, Pptx, Text
from tracking_pipeline.reports.writers.slide_package import packed, unpacked
from tracking_pipeline.reports.writers.slide_text import readable

_TITLE_SIZES: Final = {"title": (44, 36, 30), "section": (36, 30, 26), "content": (28, 26, 24)}
_KICKER_SIZES: Final = {"title": (16, 14), "section": (16, 14), "content": (13, 11)}
"""The first of each is the template's own."""


def slides(draft: Draft) -> bytes:
    """Return the slides as PPTX, created ``as_of``; equal drafts give equal bytes.

    A text without room is shortened at a word and stands whole in the notes of its slide.
    """
    deck: Pptx = Presentation(str(template.TEMPLATE))
    layouts = {layout.name.lower(): layout for layout in deck.slide_layouts}
    for number, slide in enumerate(draft.slides, start=1):
        _fill(Canvas(deck.slides.add_slide(layouts[slide.layout])), slide, draft, number)
    about = deck.core_properties
    about.title = readable(f"{draft.subject_label}: {draft.kind_label.lower()}")
    about.subject = display.span(draft.period)
    about.author = about.last_modified_by = "Tracking Pipeline"
    about.language = "en"
    about.created = about.modified = draft.as_of.replace(tzinfo=None)
    target = BytesIO()
    deck.save(target)
    return packed(unpacked(target.getvalue()))


def _fill(canvas: Canvas, slide: Slide, draft: Draft, number: int) -> None:
    """Fill the slide in the order in which it is read: title, kicker, body, foot."""
    _fill_placeholders(canvas, slide)
    if draft.is_demo:
        draw_demo_mark(canvas)
    draw_body(canvas, slide, draft.as_of)
    _draw_foot(canvas, draft, number)
    cut = [f"In full: {text}" for text in dict.fromkeys(canvas.cut)]
    lines = [readable(line) for line in (*slide.notes, slide.footnote) if line]
    canvas.page.notes_slide.notes_text_frame.text = "\n".join([*lines, *cut])


def _fill_placeholders(canvas: Canvas, slide: Slide) -> None:
    texts = {
        template.TITLE: Text(slide.title, _TITLE_SIZES[slide.layout], is_bold=True, most_lines=2),
        template.KICKER: Text(slide.kicker, _KICKER_SIZES[slide.layout], is_bold=True),
        template.TEXT: Text(slide.text, (22, 20, 18), most_lines=4),
        template.FOOTNOTE: Text(slide.footnote, (11, 10), most_lines=2),
    }
    for holder in list(canvas.page.placeholders):
        text = texts[holder.placeholder_format.idx]
        if text.text:
            _say(canvas, holder, text)
        else:
            holder._element.getparent().remove(holder._element)  # noqa: SLF001 - has no door


def _say(canvas: Canvas, holder: Pptx, text: Text) -> None:
    """Fill a placeholder; its looks are the template's, but for the size of a long text."""
    shown, size = canvas.fitted(text, Emu(holder.width).inches)
    holder.text_frame.text = shown
    if size != text.sizes[0]:
        holder.text_frame.paragraphs[0].runs[0].font.size = Pt(size)


def _draw_foot(canvas: Canvas, draft: Draft, number: int) -> None:
    """Put the footnote, the footer and the slide's number at the end, where they are read."""
    for holder in canvas.page.placeholders:
        if holder.placeholder_format.idx == template.FOOTNOTE:
            canvas.append(holder._element)  # noqa: SLF001 - has no door
    of = (draft.subject_label, draft.kind_label, display.span(draft.period))
    for holder in canvas.page.slide_layout.placeholders:
        match holder.placeholder_format.idx:
            case template.FOOTER:
                _say(canvas, _inherited(canvas, holder), Text(" · ".join(of), (11, 10)))
            case template.NUMBER:
                _inherited(canvas, holder)._element.find(".//{*}t").text = str(number)  # noqa: SLF001


def _inherited(canvas: Canvas, holder: Pptx) -> Pptx:
    """Return a placeholder that python-pptx leaves out of new slides; its looks are inherited."""
    element = deepcopy(holder._element)  # noqa: SLF001 - has no door
    element.nvSpPr.cNvPr.set("id", str(1 + max(shape.shape_id for shape in canvas.shapes)))
    element.spPr[:] = []
    element.txBody.find("{*}lstStyle")[:] = []
    canvas.append(element)
    return canvas.shapes[-1]

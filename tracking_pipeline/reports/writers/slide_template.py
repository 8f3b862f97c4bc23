"""Makes the template of the slides, which is kept beside this file.

``python -m tracking_pipeline.reports.writers.slide_template`` writes it anew.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tracking_pipeline.reports.slides import Layout
from tracking_pipeline.reports.writers.slide_package import packed

TEMPLATE: Final = Path(__file__).with_name("slide_template.pptx")
WIDTH, HEIGHT, MARGIN = 13.333, 7.5, 0.6
INNER: Final = WIDTH - 2 * MARGIN
TITLE, TEXT, KICKER, FOOTNOTE, FOOTER, NUMBER = 0, 1, 10, 11, 12, 13
"""The placeholders of the layouts, by their index."""

_EMU: Final = 914_400
_OFFICE: Final = "application/vnd.openxmlformats-officedocument"
_SLIDES: Final = f"{_OFFICE}.presentationml"
_RELATIONS: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_NAMES: Final = (
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    f'xmlns:r="{_RELATIONS}" '
    'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'
)
_HEAD: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_INK, _PAPER, _SOFT, _ACCENT, _QUIET, _GLOW = (
    f'<a:schemeClr val="{name}"/>'
    for name in ("tx1", "bg1", "bg2", "accent1", "accent4", "accent6")
)
_COLOURS: Final = {
    "dk1": "16202E",
    "lt1": "FFFFFF",
    "dk2": "12303A",
    "lt2": "F1F4F7",
    "accent1": "0F6674",
    "accent2": "C4622D",
    "accent3": "8367C7",
    "accent4": "5B6776",
    "accent5": "3D7FD0",
    "accent6": "5CC0CF",
    "hlink": "0F6674",
    "folHlink": "5B6776",
}
_MAPPED: Final = {"bg1": "lt1", "tx1": "dk1", "bg2": "lt2", "tx2": "dk2"} | {
    name: name for name in _COLOURS if name[:2] not in ("dk", "lt")
}
_FONT: Final = "Arial"
"""LibreOffice sets it in Liberation Sans, whose letters are as wide."""


@dataclass(frozen=True)
class _Holder:
    """A placeholder: its index and kind, its box in inches, and how its text looks."""

    index: int
    kind: str
    name: str
    box: tuple[float, float, float, float]
    size: int
    colour: str = _INK
    is_bold: bool = False
    anchor: str = "t"
    align: str = "l"


def _foot(colour: str) -> tuple[_Holder, ...]:
    right = WIDTH - MARGIN - 1
    return (
        _Holder(FOOTER, "ftr", "Footer", (MARGIN, 7.02, 10, 0.27), 11, colour, anchor="ctr"),
        _Holder(
            *(NUMBER, "sldNum", "Slide number", (right, 7.02, 1, 0.27), 11, colour),
            anchor="ctr",
            align="r",
        ),
    )


def _kicker(colour: str) -> _Holder:
    box = (MARGIN, 0.36, 9.4, 0.3)
    return _Holder(KICKER, "body", "Kicker", box, 13, colour, is_bold=True, anchor="ctr")


def _dark(title: str, text: str, size: int) -> tuple[_Holder, ...]:
    box = (MARGIN, 2.2, 11.4, 1.6)
    return (
        _Holder(TITLE, title, "Title", box, size, _PAPER, is_bold=True, anchor="b"),
        _kicker(_GLOW),
        _Holder(TEXT, text, "Text", (MARGIN, 4.05, 11.4, 1.6), 22, _SOFT),
        *_foot(_SOFT),
    )


_HEADLINE: Final = _Holder(TITLE, "title", "Title", (MARGIN, 0.78, INNER, 0.98), 28, is_bold=True)
_CONTENT: Final = (
    _HEADLINE,
    _kicker(_ACCENT),
    _Holder(FOOTNOTE, "body", "Footnote", (MARGIN, 6.5, INNER, 0.42), 11, _QUIET, anchor="b"),
    *_foot(_QUIET),
)


@dataclass(frozen=True)
class _Page:
    """A layout: how PowerPoint calls its type, the colour of its paper, and its placeholders."""

    name: Layout
    type: str
    paper: str
    holders: tuple[_Holder, ...]


_PAGES: Final = (
    _Page("title", "title", "tx2", _dark("ctrTitle", "subTitle", 44)),
    _Page("content", "titleOnly", "bg1", _CONTENT),
    _Page("section", "secHead", "tx2", _dark("title", "body", 36)),
)


def template() -> bytes:
    """Return the template: 16:9, our colours and three layouts; the same bytes at any time."""
    n_pages = range(1, len(_PAGES) + 1)
    pages = {f"ppt/slideLayouts/slideLayout{n}.xml": _page(_PAGES[n - 1]) for n in n_pages}
    of_pages = {
        f"ppt/slideLayouts/_rels/slideLayout{n}.xml.rels": _related(
            [("slideMaster", "../slideMasters/slideMaster1.xml")]
        )
        for n in n_pages
    }
    of_master = [("slideLayout", f"../slideLayouts/slideLayout{n}.xml") for n in n_pages]
    parts = {
        "[Content_Types].xml": _types(pages),
        "_rels/.rels": _related([("officeDocument", "ppt/presentation.xml")]),
        "ppt/presentation.xml": _presentation(),
        "ppt/_rels/presentation.xml.rels": _related(
            [("slideMaster", "slideMasters/slideMaster1.xml"), ("theme", "theme/theme1.xml")]
        ),
        "ppt/slideMasters/slideMaster1.xml": _master(),
        "ppt/slideMasters/_rels/slideMaster1.xml.rels": _related(
            [*of_master, ("theme", "../theme/theme1.xml")]
        ),
        "ppt/theme/theme1.xml": _theme(),
        **pages,
        **of_pages,
    }
    return packed({name: (_HEAD + xml).encode() for name, xml in parts.items()})


def _types(pages: Iterable[str]) -> str:
    types = {
        "ppt/presentation.xml": f"{_SLIDES}.presentation.main+xml",
        "ppt/slideMasters/slideMaster1.xml": f"{_SLIDES}.slideMaster+xml",
        "ppt/theme/theme1.xml": f"{_OFFICE}.theme+xml",
        **dict.fromkeys(pages, f"{_SLIDES}.slideLayout+xml"),
    }
    overrides = "".join(
        f'<Override PartName="/{name}" ContentType="{kind}"/>' for name, kind in types.items()
    )
    relations = "application/vnd.openxmlformats-package.relationships+xml"
    return (
        f'<Types xmlns="{_PACKAGE}/content-types">'
        f'<Default Extension="rels" ContentType="{relations}"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{overrides}</Types>'
    )


def _related(targets: Iterable[tuple[str, str]]) -> str:
    each = "".join(
        f'<Relationship Id="rId{n}" Type="{_RELATIONS}/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(targets, start=1)
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{each}</Relationships>'


def _presentation() -> str:
    return (
        f"<p:presentation {_NAMES}>"
        '<p:sldMasterIdLst><p:sldMasterId id="2147483648" r:id="rId1"/></p:sldMasterIdLst>'
        f'<p:sldSz cx="{_emu(WIDTH)}" cy="{_emu(HEIGHT)}"/><p:notesSz cx="6858000" cy="9144000"/>'
        "</p:presentation>"
    )


def _master() -> str:
    mapped = " ".join(f'{name}="{slot}"' for name, slot in _MAPPED.items())
    layouts = "".join(
        f'<p:sldLayoutId id="{2147483648 + n}" r:id="rId{n}"/>' for n in range(1, len(_PAGES) + 1)
    )
    body = _Holder(TEXT, "body", "Text", (MARGIN, 1.9, INNER, 4.5), 18)
    styles = (("titleStyle", _HEADLINE), ("bodyStyle", body), ("otherStyle", body))
    texts = "".join(f"<p:{name}>{_level(holder)}</p:{name}>" for name, holder in styles)
    return (
        f"<p:sldMaster {_NAMES}>{_canvas('', 'bg1', (_HEADLINE, body, *_foot(_QUIET)))}"
        f"<p:clrMap {mapped}/><p:sldLayoutIdLst>{layouts}</p:sldLayoutIdLst>"
        f"<p:txStyles>{texts}</p:txStyles></p:sldMaster>"
    )


def _page(page: _Page) -> str:
    return (
        f'<p:sldLayout {_NAMES} type="{page.type}" preserve="1">'
        f"{_canvas(page.name.capitalize(), page.paper, page.holders)}"
        "<p:clrMapOvr><a:masterClrMapping/></p:clrMapOvr></p:sldLayout>"
    )


def _canvas(name: str, paper: str, holders: Iterable[_Holder]) -> str:
    shapes = "".join(_shape(n, holder) for n, holder in enumerate(holders, start=2))
    called = f' name="{name}"' if name else ""
    return (
        f'<p:cSld{called}><p:bg><p:bgPr><a:solidFill><a:schemeClr val="{paper}"/></a:solidFill>'
        "<a:effectLst/></p:bgPr></p:bg><p:spTree>"
        '<p:nvGrpSpPr><p:cNvPr id="1" name=""/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr/>'
        f"{shapes}</p:spTree></p:cSld>"
    )


def _shape(shape_id: int, holder: _Holder) -> str:
    left, top, width, height = map(_emu, holder.box)
    index = f' idx="{holder.index}"' if holder.index else ""
    field = '<a:fld id="{C1FF6DA9-008F-8B48-92A6-B652298478BF}" type="slidenum">'
    is_number = holder.kind == "sldNum"
    prompt = f"{field}<a:rPr/><a:t>1</a:t></a:fld>" if is_number else _prompt(holder)
    return (
        f'<p:sp><p:nvSpPr><p:cNvPr id="{shape_id}" name="{holder.name}"/>'
        f'<p:cNvSpPr><a:spLocks noGrp="1"/></p:cNvSpPr><p:nvPr><p:ph type="{holder.kind}"{index}/>'
        f'</p:nvPr></p:nvSpPr><p:spPr><a:xfrm><a:off x="{left}" y="{top}"/>'
        f'<a:ext cx="{width}" cy="{height}"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/>'
        '</a:prstGeom></p:spPr><p:txBody><a:bodyPr lIns="0" tIns="0" rIns="0" bIns="0" '
        f'anchor="{holder.anchor}"><a:noAutofit/></a:bodyPr><a:lstStyle>{_level(holder)}'
        f"</a:lstStyle><a:p>{prompt}</a:p></p:txBody></p:sp>"
    )


def _prompt(holder: _Holder) -> str:
    return "" if holder.kind == "ftr" else f"<a:r><a:rPr/><a:t>{holder.name}</a:t></a:r>"


def _level(holder: _Holder) -> str:
    return (
        f'<a:lvl1pPr marL="0" indent="0" algn="{holder.align}"><a:spcBef><a:spcPts val="0"/>'
        f'</a:spcBef><a:buNone/><a:defRPr sz="{holder.size * 100}" b="{int(holder.is_bold)}">'
        f'<a:solidFill>{holder.colour}</a:solidFill><a:latin typeface="+mn-lt"/>'
        '<a:ea typeface="+mn-ea"/><a:cs typeface="+mn-cs"/></a:defRPr></a:lvl1pPr>'
    )


def _theme() -> str:
    colours = "".join(
        f'<a:{name}><a:srgbClr val="{value}"/></a:{name}>' for name, value in _COLOURS.items()
    )
    scripts = f'<a:latin typeface="{_FONT}"/><a:ea typeface=""/><a:cs typeface=""/>'
    fill = '<a:solidFill><a:schemeClr val="phClr"/></a:solidFill>'
    effect = "<a:effectStyle><a:effectLst/></a:effectStyle>"
    return (
        f'<a:theme {_NAMES} name="Tracking Pipeline"><a:themeElements>'
        f'<a:clrScheme name="Tracking Pipeline">{colours}</a:clrScheme>'
        f'<a:fontScheme name="{_FONT}"><a:majorFont>{scripts}</a:majorFont>'
        f"<a:minorFont>{scripts}</a:minorFont></a:fontScheme>"
        f'<a:fmtScheme name="Plain"><a:fillStyleLst>{fill * 3}</a:fillStyleLst><a:lnStyleLst>'
        f"{f'<a:ln>{fill}</a:ln>' * 3}</a:lnStyleLst><a:effectStyleLst>{effect * 3}"
        f"</a:effectStyleLst><a:bgFillStyleLst>{fill * 3}</a:bgFillStyleLst></a:fmtScheme>"
        "</a:themeElements></a:theme>"
    )


def _emu(inches: float) -> int:
    return round(inches * _EMU)


if __name__ == "__main__":
    TEMPLATE.write_bytes(template())

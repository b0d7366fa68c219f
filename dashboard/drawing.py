"""Drawing: pieces of HTML with every foreign word escaped. Pure.

Boxes lie over a picture and are never burnt into it.
"""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from html import escape

from api.schemas.alerts import BoxOut

KINDS = {b"\x89PN": "png", b"RIF": "webp", b"GIF": "gif"}


def picture(
    data: bytes, *, alt: str, boxes: Sequence[BoxOut] = (), over: str = "", classes: str = "", named: bool = False
) -> str:
    """A picture with its boxes over it. over: HTML to lay on top. named: each box says what is in it."""
    kind = KINDS.get(data[:3], "jpeg")
    source = f"data:image/{kind};base64,{b64encode(data).decode()}"
    img = f'<img src="{source}" alt="{escape(alt)}" decoding="sync">'
    return f'<div class="bw-picture {escape(classes)}">{img}{overlay(boxes, named=named)}{over}</div>'


def overlay(boxes: Sequence[BoxOut], *, named: bool = False) -> str:
    """Boxes as frames that stretch with the picture under them."""
    drawn = "".join(
        f'<i style="left:{box.x:.2%};top:{box.y:.2%};width:{box.w:.2%};height:{box.h:.2%}">'
        f"{_name(box) if named else ''}</i>"
        for box in boxes
    )
    return f'<div class="bw-boxes">{drawn}</div>' if boxes else ""


def _name(box: BoxOut) -> str:
    """Over the box, or inside it where it reaches the picture's upper edge."""
    inside = ' class="bw-inside"' if box.y < 0.08 else ""
    return f"<span{inside}>{escape(words(box.label))} {box.p:.2f}</span>"


def bars(probabilities: Mapping[str, float], marked: str | None) -> str:
    """Every label with its probability to four places, the likeliest first."""
    rows = "".join(
        f'<div class="bw-bar{" bw-marked" if label == marked else ""}"><span>{escape(words(label))}</span>'
        f'<span class="bw-track"><i style="width:{p * 100:.1f}%"></i></span><b>{p:.4f}</b></div>'
        for label, p in sorted(probabilities.items(), key=lambda item: -item[1])
    )
    return f'<div class="bw-bars">{rows}</div>'


def table(head: Sequence[str], rows: Sequence[Sequence[str]], links: Sequence[Sequence[str]] = ()) -> str:
    """A table; on a narrow screen each row stands as a list with the names before. Each text is escaped here.

    links: cell by cell where it leads, empty where nowhere.
    """
    names = [escape(name) for name in head]
    top = "".join(f"<th>{name}</th>" for name in names)
    ways = links or [[""] * len(row) for row in rows]
    body = "".join(f"<tr>{_row(names, row, way)}</tr>" for row, way in zip(rows, ways, strict=True))
    return f'<div class="bw-table"><table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table></div>'


def _row(names: Sequence[str], row: Sequence[str], links: Sequence[str]) -> str:
    cells = zip(names, row, links, strict=True)
    return "".join(f'<td data-name="{name}">{_cell(cell, link)}</td>' for name, cell, link in cells)


def _cell(text: str, link: str) -> str:
    return f'<a href="{escape(link)}" target="_self">{escape(text)}</a>' if link else escape(text)


def words(label: str) -> str:
    """A label as people write it.

    >>> words("other_animal")
    'other animal'
    """
    return label.replace("_", " ")

"""Letters: which of a report's letters the sheet's own fonts lack, and which font of this machine has them.

The own fonts draw Latin, Greek and Cyrillic, punctuation, arrows and mathematical signs. Other letters are drawn
where a font of the machine has them; what none has is written as its number, since an empty box says nothing.
"""

import struct
from collections.abc import Collection, Iterable
from functools import cache
from pathlib import Path
from typing import BinaryIO

import typst

OWN = ((0x0000, 0x052F), (0x1D00, 0x2BFF), (0xFB00, 0xFB06), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF), (0xFFFD, 0xFFFD))
"""From the first to the last letter of each."""

NOTE = (
    "Letters that no font of this machine can draw are written as their numbers, like [U+718A]; the page shows them. "
    "Install a font that has them."
)
COLLECTION = b"ttcf"


def foreign(text: str) -> frozenset[str]:
    """The letters that the own fonts lack.

    >>> sorted(foreign("Bärenlager, Лагерь: 熊"))
    ['熊']
    """
    return frozenset(one for one in set(text) if not any(first <= ord(one) <= last for first, last in OWN))


def numbered(text: str, lacking: Collection[str]) -> str:
    """The text with these letters as their numbers.

    >>> numbered("熊 7", {"熊"})
    '[U+718A] 7'
    """
    return "".join(f"[U+{ord(one):04X}]" if one in lacking else one for one in text)


def lacking(letters: Collection[str], fonts: Iterable[Path]) -> frozenset[str]:
    """Those that none of these font files has."""
    left = set(letters)
    for file in fonts:
        if not left:
            break
        left = {one for one in left if ord(one) not in drawn_by(file)}
    return frozenset(left)


@cache
def at_hand() -> tuple[Path, ...]:
    """The font files of this machine, as they were when it was first asked."""
    found = typst.Fonts(include_embedded_fonts=False).fonts()
    return tuple(sorted({Path(one.path) for one in found if one.path is not None}))


@cache
def drawn_by(file: Path) -> frozenset[int]:
    """The numbers of the letters that a font file can draw; none where it cannot be read."""
    try:
        with file.open("rb") as opened:
            return frozenset(number for start in _starts(opened) for number in _of_font(opened, start))
    except (OSError, struct.error):
        return frozenset()


def _starts(opened: BinaryIO) -> list[int]:
    """Where the fonts of a file begin; a collection has several."""
    if opened.read(4) != COLLECTION:
        return [0]
    (_, many) = struct.unpack(">II", opened.read(8))
    return list(struct.unpack(f">{many}I", opened.read(4 * many)))


def _of_font(opened: BinaryIO, start: int) -> Iterable[int]:
    """By its cmap, formats 4 and 12: https://learn.microsoft.com/typography/opentype/spec/cmap"""
    opened.seek(start + 4)
    (tables,) = struct.unpack(">H6x", opened.read(8))
    for _ in range(tables):
        name, _, at, length = struct.unpack(">4sIII", opened.read(16))
        if name == b"cmap":
            opened.seek(at)
            return _of_cmap(opened.read(length))
    return ()


def _of_cmap(data: bytes) -> Iterable[int]:
    (many,) = struct.unpack_from(">H", data, 2)
    for place in range(many):
        (at,) = struct.unpack_from(">I", data, 4 + 8 * place + 4)
        (kind,) = struct.unpack_from(">H", data, at)
        if kind == 4:
            yield from _short(data, at)
        elif kind == 12:
            yield from _long(data, at)


def _short(data: bytes, at: int) -> Iterable[int]:
    (twice,) = struct.unpack_from(">H", data, at + 6)
    ends = struct.unpack_from(f">{twice // 2}H", data, at + 14)
    begins = struct.unpack_from(f">{twice // 2}H", data, at + 16 + twice)
    for first, last in zip(begins, ends, strict=True):
        yield from range(first, min(last, 0xFFFE) + 1)


def _long(data: bytes, at: int) -> Iterable[int]:
    (many,) = struct.unpack_from(">I", data, at + 12)
    for group in range(many):
        first, last = struct.unpack_from(">II", data, at + 16 + 12 * group)
        yield from range(first, min(last, 0x10FFFF) + 1)

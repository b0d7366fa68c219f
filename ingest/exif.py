"""EXIF: the few fields that matter here, read from a picture's bytes without decoding it."""

import struct
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

ORIENTATION, EXIF_IFD = 0x0112, 0x8769
MAKE, MODEL, SERIAL, BODY_SERIAL = 0x010F, 0x0110, 0xC62F, 0xA431
ORIGINAL, OFFSET_ORIGINAL, SUBSECOND_ORIGINAL = 0x9003, 0x9011, 0x9291
SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 7: 1}  # bytes of a value: BYTE, ASCII, SHORT, LONG, UNDEFINED
MOST_FIELDS = 512


def stated_time(data: bytes, zone: tzinfo) -> datetime | None:
    """When the camera says that it took the picture, in UTC; None where it does not say.

    DateTimeOriginal with its parts of a second, in the offset that stands beside it, else in zone.
    """
    block = _block(data)
    if block is None:
        return None
    fields = _fields(block, _pointer(_first(block), block))
    try:
        local = datetime.strptime(_text(fields.get(ORIGINAL)), "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007
        fraction = _text(fields.get(SUBSECOND_ORIGINAL))
        if fraction.isdigit():
            local += timedelta(seconds=float(f"0.{fraction}"))
        offset = _text(fields.get(OFFSET_ORIGINAL))
        return local.replace(tzinfo=_offset(offset) or zone).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


@dataclass(frozen=True, kw_only=True)
class Maker:
    """What a picture says of its camera; None where it does not."""

    make: str | None = None
    model: str | None = None
    serial: str | None = None


def maker(data: bytes) -> Maker:
    """Make, model and serial number of the camera, as the picture has them."""
    block = _block(data)
    if block is None:
        return Maker()
    first = _first(block)
    own = _fields(block, _pointer(first, block))
    serial = _text(own.get(BODY_SERIAL)) or _text(first.get(SERIAL))
    return Maker(make=_text(first.get(MAKE)) or None, model=_text(first.get(MODEL)) or None, serial=serial or None)


def orientation(block: bytes) -> int:
    """How a picture must be turned to stand upright, 1..8 as EXIF counts; 1 is upright already."""
    value = _first(block).get(ORIENTATION)
    turned = _number(value, block) if value else 1
    return turned if 1 <= turned <= 8 else 1


def of_jpeg(data: bytes) -> bytes | None:
    """The EXIF block of a JPEG: a small TIFF; None where it has none."""
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        marker, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4])
        if marker == 0xE1 and data[at + 4 : at + 10] == b"Exif\0\0":
            return data[at + 10 : at + 2 + length]
        if marker in (0xD9, 0xDA):
            return None
        at += 1 if marker == 0xFF else 2 + length
    return None


def _block(data: bytes) -> bytes | None:
    if data.startswith(b"\xff\xd8"):
        return of_jpeg(data)
    if data.startswith((b"II*\0", b"MM\0*")):
        return data
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return _chunk(data, at=8, name=b"eXIf", big=True)
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        found = _chunk(data, at=12, name=b"EXIF", big=False)
        return found.removeprefix(b"Exif\0\0") if found else None
    return None


def _chunk(data: bytes, *, at: int, name: bytes, big: bool) -> bytes | None:
    """The content of the first chunk of this name, in a PNG (big) or a RIFF file."""
    while at + 8 <= len(data):
        length = int.from_bytes(data[at : at + 4]) if big else int.from_bytes(data[at + 4 : at + 8], "little")
        if (data[at + 4 : at + 8] if big else data[at : at + 4]) == name:
            return data[at + 8 : at + 8 + length]
        at += length + (12 if big else 8 + length % 2)
    return None


def _first(block: bytes) -> dict[int, bytes]:
    if len(block) < 8 or block[:2] not in (b"II", b"MM"):
        return {}
    return _fields(block, struct.unpack_from(_order(block) + "I", block, 4)[0])


def _fields(block: bytes, at: int) -> dict[int, bytes]:
    """Tag to raw value of one directory; what points outside the block is left out."""
    order, found = _order(block), dict[int, bytes]()
    if not 0 < at <= len(block) - 2:
        return found
    (count,) = struct.unpack_from(order + "H", block, at)
    for place in range(at + 2, at + 2 + 12 * min(count, MOST_FIELDS), 12):
        if place + 12 > len(block):
            break
        tag, kind, number = struct.unpack_from(order + "HHI", block, place)
        size = SIZES.get(kind, 0) * number
        start = place + 8 if size <= 4 else struct.unpack_from(order + "I", block, place + 8)[0]
        if 0 < size <= len(block) - start:
            found[tag] = block[start : start + size]
    return found


def _pointer(fields: dict[int, bytes], block: bytes) -> int:
    value = fields.get(EXIF_IFD)
    return _number(value, block) if value else 0


def _number(value: bytes, block: bytes) -> int:
    return int.from_bytes(value, "little" if block[:2] == b"II" else "big")


def _order(block: bytes) -> str:
    return "<" if block[:2] == b"II" else ">"


def _text(value: bytes | None) -> str:
    return (value or b"").split(b"\0")[0].decode("ascii", "replace").strip()


def _offset(text: str) -> tzinfo | None:
    """
    >>> _offset("+01:00")
    datetime.timezone(datetime.timedelta(seconds=3600))
    """
    try:
        return datetime.strptime(text, "%z").tzinfo
    except ValueError:
        return None

"""Header: what the door reads of a file to tell what it is, without decoding it."""

import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ingest import exif
from ingest.exif import stated_time
from store.errors import HeaderBroken, NotAPicture, TooLarge
from store.vocabulary import UploadKind

__all__ = ["MOST_PIXELS", "Header", "format_of", "look", "stated_time"]

MOST_PIXELS = 100_000_000
CLIPS = frozenset({"mp4", "mov", "avi", "mkv", "webm"})
QUICKTIME_BOXES = (b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot")
STILL_BRANDS = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif", b"avis")


@dataclass(frozen=True, kw_only=True)
class Header:
    """What a file says of itself. Pixels as shown, turned upright; 0 x 0 for a clip that does not say."""

    kind: UploadKind
    format: str
    width: int
    height: int


def look(data: bytes) -> Header:
    """Tell what the file is.

    Raises NotAPicture, HeaderBroken (it begins right and then breaks before its size), TooLarge.
    """
    if not data:
        raise NotAPicture("the file is empty (0 bytes): send it again, or look at the camera's card")
    form = format_of(data)
    if form is None:
        raise NotAPicture(
            "this is neither a picture (JPEG, PNG, WebP, BMP, GIF, TIFF) nor a clip (MP4, MOV, AVI, MKV, WebM)"
        )
    try:
        width, height = SIZES[form](data)
    except (struct.error, IndexError, ValueError) as fault:
        raise HeaderBroken(
            f"it begins like {form.upper()} but its header is cut off or broken: send the file again"
        ) from fault
    kind = UploadKind.CLIP if form in CLIPS else UploadKind.PICTURE
    if kind is UploadKind.PICTURE and (width <= 0 or height <= 0):
        raise HeaderBroken(f"its header says {width} x {height} pixels: send the file again")
    if width * height > MOST_PIXELS:
        raise TooLarge(
            f"{width} x {height} are more than {MOST_PIXELS // 1_000_000} million pixels: send a smaller one"
        )
    return Header(kind=kind, format=form, width=width, height=height)


def format_of(data: bytes) -> str | None:
    """The format by a file's first bytes (32 are enough, 64 tell WebM from MKV); None where it is unknown."""
    for start, form in STARTS:
        if data.startswith(start):
            return form
    if data[:4] == b"RIFF":
        return {b"WEBP": "webp", b"AVI ": "avi"}.get(data[8:12])
    if data.startswith(b"\x1a\x45\xdf\xa3"):
        return "webm" if b"webm" in data[:64] else "mkv"
    if data[4:8] == b"ftyp":
        brand = data[8:12]
        return None if brand in STILL_BRANDS else "mov" if brand == b"qt  " else "mp4"
    return "mov" if data[4:8] in QUICKTIME_BOXES else None


STARTS = (
    (b"\xff\xd8\xff", "jpeg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
    (b"II*\0", "tiff"),
    (b"MM\0*", "tiff"),
    (b"BM", "bmp"),
)


def _jpeg(data: bytes) -> tuple[int, int]:
    """The size in the frame header, turned as EXIF says."""
    at = 2
    while True:
        if data[at] != 0xFF:
            raise ValueError("a marker is missing")
        marker = data[at + 1]
        if marker == 0xFF:
            at += 1
        elif 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack_from(">HH", data, at + 5)
            block = exif.of_jpeg(data)
            turned = block is not None and exif.orientation(block) >= 5
            return (height, width) if turned else (width, height)
        elif marker in (0xD9, 0xDA):
            raise ValueError("no frame header")
        else:
            at += 2 + struct.unpack_from(">H", data, at + 2)[0]


def _png(data: bytes) -> tuple[int, int]:
    length, name, width, height = struct.unpack_from(">I4sII", data, 8)
    (said,) = struct.unpack_from(">I", data, 29)
    if length != 13 or name != b"IHDR" or zlib.crc32(data[12:29]) != said:
        raise ValueError("IHDR is damaged")
    return width, height


def _gif(data: bytes) -> tuple[int, int]:
    return struct.unpack_from("<HH", data, 6)


def _bmp(data: bytes) -> tuple[int, int]:
    (size,) = struct.unpack_from("<I", data, 14)
    if size == 12:
        return struct.unpack_from("<HH", data, 18)
    if not 40 <= size <= 1024:
        raise ValueError("unknown header")
    width, height = struct.unpack_from("<ii", data, 18)
    return width, abs(height)  # a negative height: rows from the top


def _webp(data: bytes) -> tuple[int, int]:
    name = data[12:16]
    if name == b"VP8X":
        width, height = (int.from_bytes(data[at : at + 3], "little") + 1 for at in (24, 27))
        if len(data) < 30:
            raise ValueError("cut off")
        return width, height
    if name == b"VP8L":
        (bits,) = struct.unpack_from("<I", data, 21)
        return (bits & 0x3FFF) + 1, ((bits >> 14) & 0x3FFF) + 1
    if name == b"VP8 " and data[23:26] == b"\x9d\x01\x2a":
        width, height = struct.unpack_from("<HH", data, 26)
        return width & 0x3FFF, height & 0x3FFF
    raise ValueError("unknown chunk")


def _tiff(data: bytes) -> tuple[int, int]:
    order = "<" if data[:2] == b"II" else ">"
    (at,) = struct.unpack_from(order + "I", data, 4)
    (count,) = struct.unpack_from(order + "H", data, at)
    found = {}
    for place in range(at + 2, at + 2 + 12 * count, 12):
        tag, kind = struct.unpack_from(order + "HH", data, place)
        if tag in (256, 257):
            found[tag] = struct.unpack_from(order + ("H" if kind == 3 else "I"), data, place + 8)[0]
    if len(found) < 2:
        raise ValueError("no size")
    return found[256], found[257]


def _boxes(data: bytes, at: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Name, start and end of the content of the boxes of an MP4 or MOV, cut at the file's end."""
    while at + 8 <= end:
        length, name = struct.unpack_from(">I4s", data, at)
        head = 8
        if length == 1:
            (length,) = struct.unpack_from(">Q", data, at + 8)
            head = 16
        length = end - at if length == 0 else length
        if length < head:
            raise ValueError("a box is shorter than its head")
        yield name, at + head, min(at + length, end)
        at += length


def _mp4(data: bytes) -> tuple[int, int]:
    """The size of the first track that has one; the table of contents (moov) must be there and whole."""
    for name, start, end in _boxes(data, 0, len(data)):
        if name != b"moov":
            continue
        for inner, at, until in _boxes(data, start, end):
            for part, place, stop in _boxes(data, at, until) if inner == b"trak" else ():
                width, height = struct.unpack(">II", data[stop - 8 : stop]) if part == b"tkhd" else (0, 0)
                if width and height and stop - place >= 84:
                    return width >> 16, height >> 16
        return 0, 0
    raise ValueError("no table of contents: the recording was cut off")


def _avi(data: bytes) -> tuple[int, int]:
    if data[12:16] != b"LIST" or data[20:28] != b"hdrlavih":
        raise ValueError("no header list")
    return struct.unpack_from("<II", data, 64)


def _matroska(data: bytes) -> tuple[int, int]:
    """The first PixelWidth and PixelHeight of a track; 0 x 0 where the tracks come late."""
    length = data[4] & 0x7F if data[4] & 0x80 else 0
    if not length or b"\x42\x82" not in data[5 : 5 + length]:
        raise ValueError("no document type")
    tracks = data.find(b"\x16\x54\xae\x6b")
    video = data.find(b"\xe0", tracks) if tracks > 0 else -1
    sizes = [_element(data[video : video + 64], name) for name in (b"\xb0", b"\xba")] if video > 0 else [0, 0]
    return (sizes[0], sizes[1]) if all(sizes) and max(sizes) < 20_000 else (0, 0)


def _element(data: bytes, name: bytes) -> int:
    """A small unsigned number of Matroska by its one-byte name; 0 where it is not found."""
    for length in (1, 2, 3):
        at = data.find(name + bytes([0x80 | length]))
        if at >= 0:
            return int.from_bytes(data[at + 2 : at + 2 + length])
    return 0


SIZES: dict[str, Callable[[bytes], tuple[int, int]]] = {
    "jpeg": _jpeg, "png": _png, "gif": _gif, "bmp": _bmp, "webp": _webp, "tiff": _tiff,
    "mp4": _mp4, "mov": _mp4, "avi": _avi, "mkv": _matroska, "webm": _matroska,
}  # fmt: skip

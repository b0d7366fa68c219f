"""Opening: a foreign picture becomes RGB pixels. Runs in the decoding child only."""

import os
import sys
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path

import cv2
import numpy as np

from ingest.frames import Pixels
from ingest.headers import MOST_PIXELS, Header, look
from ingest.messages import Content, Request
from store.errors import HeaderBroken, NotAPicture, TooLarge, Undecodable
from store.vocabulary import UploadKind

QUALITY = 92
HARMLESS = ("extraneous bytes before marker",)
REDUCED = {
    8: cv2.IMREAD_REDUCED_GRAYSCALE_8, 4: cv2.IMREAD_REDUCED_GRAYSCALE_4, 2: cv2.IMREAD_REDUCED_GRAYSCALE_2, 1: 0
}  # fmt: skip
"""By how much the JPEG decoder shrinks. The colour is asked for apart: cv2's names for colour would give BGR."""

AGAIN = "copy or send the file again"


def sources(request: Request, content: Content) -> Sequence[Path | Content]:
    """The files a request names, and the bytes it brought in place of files."""
    sizes, at, found = iter(request.sizes), 0, list[Path | Content]()
    for address in request.addresses:
        if address is not None:
            found.append(Path(address))
            continue
        size = next(sizes)
        found.append(content[at : at + size])
        at += size
    return found


def picture(source: Path | Content, max_side: int | None = None) -> Pixels:
    """Decode one picture to RGB, upright, alpha dropped, 16 bits to 8. Raises Undecodable."""
    data = _read(source)
    header = _checked(data)
    pixels = _decoded(data, _shrinking(header, max_side))
    if pixels.shape[0] * pixels.shape[1] > MOST_PIXELS:
        raise Undecodable(f"it has more than {MOST_PIXELS // 1_000_000} million pixels: make it smaller")
    return fitted(pixels, max_side)


def fitted(pixels: Pixels, max_side: int | None) -> Pixels:
    """The picture made smaller so that its longer side is at most max_side."""
    height, width = pixels.shape[:2]
    if max_side is None or max(height, width) <= max_side:
        return pixels
    share = max_side / max(height, width)
    size = (max(1, round(width * share)), max(1, round(height * share)))
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def jpeg(pixels: Pixels) -> bytes:
    """The picture as our own JPEG."""
    ok, data = cv2.imencode(".jpg", cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    if not ok:
        raise Undecodable("the picture could not be written as JPEG: report this")
    return bytes(data.tobytes())


def _read(source: Path | Content) -> Content:
    if not isinstance(source, Path):
        return source
    try:
        return np.fromfile(source, dtype=np.uint8)
    except OSError as fault:
        raise Undecodable(
            f"{source.name} cannot be read ({fault.strerror}): check the path and its rights"
        ) from fault


def _checked(data: Content) -> Header:
    try:
        header = look(data.tobytes())
    except (NotAPicture, HeaderBroken, TooLarge) as fault:
        raise Undecodable(fault.detail) from fault
    if header.kind is not UploadKind.PICTURE:
        raise Undecodable(f"this is a clip ({header.format.upper()}), not a picture: open it as a clip")
    return header


def _shrinking(header: Header, max_side: int | None) -> int:
    """By how much the JPEG decoder itself may shrink: it saves most of the time of a large picture."""
    if max_side is None or header.format != "jpeg":
        return 1
    longer = max(header.width, header.height)
    return next((times for times in REDUCED if longer >= times * max_side), 1)


def _decoded(data: Content, shrink: int) -> Pixels:
    _complaints()
    found = None
    with suppress(cv2.error):  # what cv2 says is of no use to a person: the file is damaged
        found = cv2.imdecode(data, REDUCED[shrink] | cv2.IMREAD_COLOR_RGB)
    complaints = _complaints()
    if found is None:
        raise Undecodable(f"the picture is damaged, or a part of it is missing: {AGAIN}")
    if any(line and not any(word in line for word in HARMLESS) for line in complaints):
        raise Undecodable(f"the picture is damaged inside ({complaints[0]}): {AGAIN}")
    return np.asarray(found, dtype=np.uint8)


@cache
def _stderr() -> int:
    """A file that takes what the JPEG library prints: its only word about a part that is missing."""
    with tempfile.TemporaryFile(buffering=0) as file:
        sys.stderr.flush()
        os.dup2(file.fileno(), 2)
    return 2


def _complaints() -> list[str]:
    """What was printed since the last call."""
    file = _stderr()
    size = os.lseek(file, 0, os.SEEK_CUR)
    if not size:
        return []
    said = os.pread(file, min(size, 4096), 0).decode("utf-8", "replace")
    os.ftruncate(file, 0)
    os.lseek(file, 0, os.SEEK_SET)
    return [line for line in said.splitlines() if line.startswith(("Corrupt", "Premature", "libpng error"))]

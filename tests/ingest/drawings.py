"""Pictures and clips that the tests draw themselves, and the real ones beside the project."""

from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import pytest

SHARED = Path(__file__).parents[3] / "shared" / "data"


def shared(name: str) -> Path:
    """A real file beside the project; the test is skipped where it is not there."""
    path = SHARED / name
    if not path.exists():
        pytest.skip("the real pictures of ../shared/data are not here")
    return path


def landscape(width: int = 64, height: int = 48, seed: int = 0) -> npt.NDArray[np.uint8]:
    """A soft picture, different in each corner. RGB."""
    noise = np.random.default_rng(seed).integers(0, 255, (6, 8, 3), dtype=np.uint8)
    picture = cv2.resize(noise, (width, height), interpolation=cv2.INTER_CUBIC)
    return np.asarray(picture, dtype=np.uint8)


def encoded(picture: npt.NDArray[np.generic], ending: str = ".jpg") -> bytes:
    """The bytes of a file of this ending."""
    rgb = picture if picture.ndim == 2 else picture[..., [2, 1, 0, *range(3, picture.shape[2])]]
    ok, data = cv2.imencode(ending, rgb)
    assert ok
    return bytes(data.tobytes())


def exif(tags: dict[int, bytes | int], inner: dict[int, bytes | int]) -> bytes:
    """A little-endian EXIF block with these fields in its first and its EXIF directory."""
    first = {**tags, 0x8769: 8 + 2 + 12 * (len(tags) + 1) + 4}
    head = b"II*\0" + (8).to_bytes(4, "little")
    tail_at = first[0x8769] + 2 + 12 * len(inner) + 4
    tail = bytearray()

    def directory(fields: dict[int, bytes | int]) -> bytes:
        rows = b""
        for tag, value in sorted(fields.items()):
            if isinstance(value, int):
                rows += tag.to_bytes(2, "little") + b"\x04\0\x01\0\0\0" + value.to_bytes(4, "little")
                continue
            place = value.ljust(4, b"\0") if len(value) <= 4 else (tail_at + len(tail)).to_bytes(4, "little")
            tail.extend(value if len(value) > 4 else b"")
            rows += tag.to_bytes(2, "little") + b"\x02\0" + len(value).to_bytes(4, "little") + place
        return len(fields).to_bytes(2, "little") + rows + bytes(4)

    return head + directory(first) + directory(inner) + bytes(tail)


def with_exif(jpeg: bytes, block: bytes) -> bytes:
    """The JPEG with this EXIF block."""
    content = b"Exif\0\0" + block
    return jpeg[:2] + b"\xff\xe1" + (len(content) + 2).to_bytes(2) + content + jpeg[2:]

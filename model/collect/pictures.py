"""What a file must be to teach: one whole picture, neither tiny nor huge. Judged by its bytes alone."""

from dataclasses import dataclass

import numpy as np
from PIL import Image

from ingest.decoding import Decoder
from ingest.headers import CLIPS, STILL_BRANDS, Header, format_of, look
from model.collect import likeness
from store.errors import HeaderBroken, NotAPicture, TooLarge, Undecodable
from store.vocabulary import UploadKind

MOST_BYTES = 32 << 20
MOST_PIXELS = 60_000_000
LEAST_SIDE = 32
"""Pixels. Below it there is nothing to learn from; the smallest pictures of animals that are in use have 64."""

LOOKED_AT = 128
"""Pixels of the longer side at which likeness is judged. The file is decoded whole all the same."""

ENDINGS = {"jpeg": ".jpg", "tiff": ".tif"}
WEB_PAGE = (b"<!doctype html", b"<html", b"<?xml", b"<svg")


@dataclass(frozen=True, kw_only=True)
class Seen:
    """A picture that opens. ending: of its file. look: its perceptual hash; None where it is too flat to have one."""

    ending: str
    width: int
    height: int
    look: int | None


def examined(data: bytes, decoder: Decoder) -> Seen | str:
    """Open a picture whole, in the decoder's child process; else what is wrong with it and what to do."""
    fault = fault_at_start(data[:64]) or fault_of_size(len(data))
    if fault:
        return fault
    try:
        header = look(data)
        fault = _of_wrong_size(header)
        if fault:
            return fault
        pixels = decoder.picture(data, LOOKED_AT)
    except (NotAPicture, HeaderBroken, TooLarge, Undecodable) as broken:
        return broken.detail
    return Seen(
        ending=ENDINGS.get(header.format, f".{header.format}"), width=header.width, height=header.height,
        look=likeness.of(Image.fromarray(np.ascontiguousarray(pixels))),
    )  # fmt: skip


def fault_at_start(start: bytes) -> str | None:
    """What is wrong with a file that begins so (64 bytes are enough); None where it may be a picture.

    >>> fault_at_start(b"<!DOCTYPE html><title>Not found")
    "this is a web page, not a picture: name the picture's own address"
    """
    form = format_of(start)
    if not start:
        return "the file is empty (0 bytes): get it again"
    if start.lstrip(b"\xef\xbb\xbf \r\n\t").lower().startswith(WEB_PAGE):
        return "this is a web page, not a picture: name the picture's own address"
    if start[4:8] == b"ftyp" and start[8:12] in STILL_BRANDS:
        return "this is a HEIC or AVIF picture, which is not opened here: convert it to JPEG"
    if form is None:
        return "this is not a picture (JPEG, PNG, WebP, BMP, GIF, TIFF): leave it out, or convert it to JPEG"
    if form in CLIPS:
        return f"this is a clip ({form.upper()}), not a picture: take pictures out of it first"
    return None


def fault_of_size(size: int, most: int = MOST_BYTES) -> str | None:
    """What is wrong with a file of so many bytes; None where it may be opened."""
    return f"it has more than {most / (1 << 20):g} MB: make it smaller" if size > most else None


def _of_wrong_size(header: Header) -> str | None:
    size = f"{header.width} x {header.height} pixels"
    if header.kind is not UploadKind.PICTURE:
        return f"this is a clip ({header.format.upper()}), not a picture: take pictures out of it first"
    if min(header.width, header.height) < LEAST_SIDE:
        return f"{size} are too few to learn from: {LEAST_SIDE} a side is the least, find a larger copy"
    if header.width * header.height > MOST_PIXELS:
        return f"{size} are more than {MOST_PIXELS // 1_000_000} million: make it smaller"
    return None

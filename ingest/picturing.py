"""Picturing: packets of a stream become pictures, as few as will do. Runs in a stream's child only."""

import io
from collections.abc import Sequence
from contextlib import suppress
from fractions import Fraction
from functools import cache
from pathlib import Path

import av
import numpy as np
from av.codec.hwaccel import HWAccel, hwdevices_available

from ingest.frames import THUMB_SIDE, Thumb
from ingest.ring import Received
from store.errors import Undecodable

PREVIEW_SIDE = 640
QUALITY = 3
"""Of the MPEG quantiser, 2 (best) to 31; about 92 of a JPEG's hundred."""

NODES = {"drm": "/dev/dri/renderD128", "qsv": "/dev/dri/renderD128", "cuda": "/dev/nvidia0"}


class Eye:
    """The decoder of one stream. It shows keyframes alone, or follows all that others refer to."""

    def __init__(self, stream: av.VideoStream) -> None:
        told = stream.codec_context
        device = hardware()
        wanted = HWAccel(device_type=device, allow_software_fallback=True) if device else None
        decoder = av.VideoCodecContext.create(told.name, "r", hwaccel=wanted)
        assert isinstance(decoder, av.VideoCodecContext)
        self._decoder = decoder
        self._decoder.extradata = told.extradata
        self._decoder.thread_count = 1
        self._decoder.skip_frame = "NONREF"
        self._size: tuple[int, int] | None = None
        self.intra = told.name not in ("h264", "hevc")
        self.fed = 0
        """The number of the packet that was decoded last; the next one must follow it."""

    def glance(self, received: Received) -> av.VideoFrame | None:
        """One keyframe alone."""
        self.fed = 0
        frames = self._decoded([received.packet, None])
        self.rest()
        return frames

    def follow(self, received: Sequence[Received]) -> av.VideoFrame | None:
        """The newest picture of packets that follow each other."""
        if received:
            self.fed = received[-1].number
        return self._decoded([one.packet for one in received])

    def rest(self) -> None:
        """Forget what came before: the next packet is a keyframe."""
        self.fed = 0
        if self._decoder.is_open:
            self._decoder.flush_buffers()

    def _decoded(self, packets: Sequence["av.Packet[av.VideoStream] | None"]) -> av.VideoFrame | None:
        newest: av.VideoFrame | None = None
        for packet in packets:
            with suppress(av.FFmpegError):  # a damaged packet is left out
                newest = ([newest, *self._decoder.decode(packet)])[-1]
        if newest is None:
            return None
        size = (newest.width, newest.height)
        if self._size not in (None, size):
            raise Undecodable(f"its picture is now {size[0]} x {size[1]}: it is opened again")
        self._size = size
        return newest


@cache
def hardware() -> str | None:
    """The device that decodes, where this machine has one whose driver is known here; none is needed."""
    return next((name for name in hwdevices_available() if name in NODES and Path(NODES[name]).exists()), None)


def small(frame: av.VideoFrame) -> av.VideoFrame:
    """The picture at the size of a preview: the thumb and the preview are both made of it."""
    return _scaled(frame, PREVIEW_SIDE, "yuvj420p")


def thumb(frame: av.VideoFrame) -> Thumb:
    """What the gate compares: grey, 160 pixels on the longer side."""
    return np.ascontiguousarray(_scaled(frame, THUMB_SIDE, "gray").to_ndarray())


def jpeg(frame: av.VideoFrame) -> bytes:
    """A JPEG of our own making, as large as the picture."""
    shown = _scaled(frame, max(frame.width, frame.height), "yuvj420p")
    shown.pts = 0
    encoder = av.VideoCodecContext.create("mjpeg", "w")
    encoder.width, encoder.height, encoder.pix_fmt = shown.width, shown.height, "yuvj420p"
    encoder.framerate, encoder.time_base = Fraction(1), Fraction(1)
    encoder.qmin = encoder.qmax = QUALITY
    encoder.thread_count = 1  # to start threads for one picture costs more than they save
    data = io.BytesIO()
    for packet in [*encoder.encode(shown), *encoder.encode(None)]:
        data.write(bytes(packet))
    return data.getvalue()


def _scaled(frame: av.VideoFrame, side: int, form: str) -> av.VideoFrame:
    width, height = _within(frame, side)
    smooth = "AREA" if width < frame.width else "POINT"
    return frame.reformat(
        width=width, height=height, format=form, dst_color_range="JPEG", interpolation=smooth
    )  # fmt: skip


def _within(frame: av.VideoFrame, side: int) -> tuple[int, int]:
    share = min(1.0, side / max(frame.width, frame.height))
    return max(2, round(frame.width * share)), max(2, round(frame.height * share))

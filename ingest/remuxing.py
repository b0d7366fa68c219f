"""Remuxing: received packets become an MP4 as they are, without a second encode. Runs in a stream's child only."""

import tempfile
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import av
import av.stream

from ingest.ring import Received

CODECS = ("h264", "hevc")
"""What an MP4 of ours may hold. Other streams have no recording."""

CLOCK = Fraction(1, 90_000)
LEAST_DOUBT_S, DOUBT_SHARE = 1.0, 0.2
"""A camera's clock that differs from ours by more than this over one recording is not believed."""


def recorded(stream: av.VideoStream, received: Sequence[Received]) -> bytes:
    """The packets, which begin with a keyframe, as an MP4 with its index in front; the picture track alone.

    Raises av.FFmpegError, OSError.
    """
    with tempfile.TemporaryDirectory(prefix="bearwatch-") as folder:
        place = Path(folder) / "recording.mp4"
        with av.open(str(place), "w", format="mp4", options={"movflags": "+faststart"}) as container:
            out = container.add_stream_from_template(stream)
            if stream.codec_context.name == "hevc":
                out.codec_context.codec_tag = "hvc1"  # the name by which browsers know it
            for packet in _timed(received):
                packet.stream = out
                container.mux(packet)
        return place.read_bytes()


def _timed(received: Sequence[Received]) -> list["av.Packet[av.stream.Stream]"]:
    """Copies with times that begin at 0 and grow: the camera's own, or, where those cannot be, when each came."""
    told = _told(received)
    base = received[0].packet.time_base
    if told is None or base is None:
        base = CLOCK
        arrived = [round((one.at_s - received[0].at_s) / CLOCK) for one in received]
        told = [(at, at) for at in arrived]
    copies: list[av.Packet[av.stream.Stream]] = []
    last = -1
    for one, (decoded, shown) in zip(received, told, strict=True):
        last = max(last + 1, decoded)
        copy = av.Packet(bytes(one.packet))
        copy.time_base, copy.dts, copy.pts, copy.is_keyframe = base, last, max(last, shown), one.key
        copies.append(copy)
    return copies


def _told(received: Sequence[Received]) -> list[tuple[int, int]] | None:
    """When each is decoded and shown by the camera's clock; None where that clock is off."""
    times = [
        (one.packet.dts if one.packet.dts is not None else one.packet.pts, one.packet.pts) for one in received
    ]  # fmt: skip
    known = [(decoded, decoded if shown is None else shown) for decoded, shown in times if decoded is not None]
    base = received[0].packet.time_base
    if len(known) < len(times) or base is None:
        return None
    start, end = known[0][0], known[-1][0]
    camera_s, ours_s = float((end - start) * base), received[-1].at_s - received[0].at_s
    if abs(camera_s - ours_s) > LEAST_DOUBT_S + DOUBT_SHARE * ours_s:
        return None
    return [(decoded - start, shown - start) for decoded, shown in known]

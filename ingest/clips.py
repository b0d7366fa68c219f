"""Clips: shots out of a foreign clip or stream, and clips out of pictures. Runs in the decoding child only."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

import av
import av.container
import cv2
import numpy as np

from ingest.frames import THUMB_SIDE, Pixels, Shot, Span, Thumb
from ingest.headers import CLIPS, MOST_PIXELS, format_of
from ingest.messages import Content
from ingest.opening import fitted, jpeg, picture
from store.errors import Undecodable

LONGEST_PAUSE_S = 600.0
"""A clip's own times may not leap further than this from one picture to the next: that is damage or a trick."""

LONGEST_S = 86_400.0
"""What lies further than this from a clip's start is not read."""

WIDEST = 1280


def shots(address: str, *, every_s: float) -> Iterator[Shot]:
    """One shot each every_s seconds of the clip. Raises Undecodable."""
    with _opened(address) as container:
        video = container.streams.video[0]
        video.thread_type = "AUTO"
        video.codec_context.thread_count = 2
        due, given, first = 0.0, 0, None
        for at_s, frame in _frames(container):
            first = at_s if first is None else first
            if at_s - first < due - 1e-6:
                continue
            if at_s - first > LONGEST_S:
                break
            yield _shot(frame, at_s - first)
            given += 1
            due = max(due + every_s, at_s - first + every_s / 2)
    if not given:
        raise Undecodable("the clip has no picture that can be decoded: record or convert it again")


def span(address: str) -> Span:
    """What a clip's container says of it, nothing decoded. Raises Undecodable."""
    with _opened(address) as container:
        seconds = float(container.duration or 0) / av.time_base
        return Span(seconds=max(0.0, seconds), made_at=_made_at(container.metadata.get("creation_time", "")))


def _made_at(said: str) -> datetime | None:
    """A container's own time; those of recorders that know none begin in 1904 or 1970."""
    try:
        told = datetime.fromisoformat(said)
    except ValueError:
        return None
    told = told.replace(tzinfo=UTC) if told.tzinfo is None else told
    return told if told.year >= 2000 else None


def encode(sources: Sequence[Path | Content], out: str, fps: float) -> None:
    """Write the pictures as H.264 in MP4, all in the shape of the first. Raises Undecodable."""
    if not sources:
        raise Undecodable("there is no picture to make a clip of")
    first = picture(sources[0], WIDEST)
    size = (max(2, first.shape[1] // 2 * 2), max(2, first.shape[0] // 2 * 2))
    place = Path(out)
    unfinished = place.with_name(f".{place.name}.writing")
    try:
        with av.open(str(unfinished), "w", format="mp4", options={"movflags": "+faststart"}) as container:
            video = container.add_stream("libx264", rate=Fraction(fps).limit_denominator(1000))
            video.width, video.height = size
            video.pix_fmt = "yuv420p"
            video.options = {"preset": "veryfast", "crf": "23"}
            for source in sources:
                pixels = _letterboxed(picture(source, WIDEST), size)
                container.mux(video.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
            container.mux(video.encode())
        unfinished.replace(place)
    except (av.FFmpegError, OSError) as fault:
        raise Undecodable(
            f"the clip could not be written ({fault.strerror}): check the folder and the disk"
        ) from fault
    finally:
        unfinished.unlink(missing_ok=True)


def _opened(address: str) -> av.container.InputContainer:
    try:
        container = av.open(address, "r", format=_format(address), options={"protocol_whitelist": "file"})
    except (av.FFmpegError, OSError) as fault:
        raise Undecodable(f"it cannot be opened ({fault.strerror or type(fault).__name__})") from fault
    if not container.streams.video:
        container.close()
        raise Undecodable("it has no picture track, only sound or data: record it again")
    size = container.streams.video[0].codec_context
    if size.width * size.height > MOST_PIXELS:
        container.close()
        raise Undecodable(f"{size.width} x {size.height} are too many pixels for a clip: make it smaller")
    return container


def _format(address: str) -> str:
    """The container's name by the file's first bytes. A playlist, which names other files, is none."""
    path = Path(address.removeprefix("file:"))
    try:
        with path.open("rb") as file:
            start = file.read(64)
    except OSError as fault:
        raise Undecodable(f"{path.name} cannot be read ({fault.strerror}): check the path and its rights") from fault
    if not start:
        raise Undecodable("the file is empty (0 bytes): copy it again, or look at the camera's card")
    form = format_of(start)
    if form not in CLIPS:
        raise Undecodable("this is not a clip (MP4, MOV, AVI, MKV, WebM): convert it to MP4")
    return {"mkv": "matroska", "webm": "matroska"}.get(form, form)


def _frames(container: av.container.InputContainer) -> Iterator[tuple[float, av.VideoFrame]]:
    """Each decoded frame with its time in seconds; a damaged packet is left out, a broken end ends it."""
    video = container.streams.video[0]
    spacing = float(1 / (video.average_rate or video.guessed_rate or 25))
    at_s, jumped = -spacing, 0.0
    packets = container.demux(video)
    while True:
        try:
            packet = next(packets, None)
        except av.FFmpegError:
            return
        if packet is None:
            return
        try:
            frames = packet.decode()
        except av.FFmpegError:
            continue
        for frame in frames:
            told = None if frame.time is None else float(frame.time) - jumped
            if told is not None and at_s >= 0 and told - at_s > LONGEST_PAUSE_S:
                jumped, told = jumped + told - at_s - spacing, at_s + spacing
            at_s = told if told is not None and told > at_s else at_s + spacing
            if isinstance(frame, av.VideoFrame):
                yield at_s, frame


def _shot(frame: av.VideoFrame, at_s: float) -> Shot:
    pixels = np.rot90(frame.to_ndarray(format="rgb24"), k=round(frame.rotation / 90))
    pixels = np.ascontiguousarray(pixels, dtype=np.uint8)
    return Shot(at_s=at_s, picture=jpeg(pixels), thumb=_thumb(pixels), width=pixels.shape[1], height=pixels.shape[0])


def _thumb(pixels: Pixels) -> Thumb:
    return np.asarray(cv2.cvtColor(fitted(pixels, THUMB_SIDE), cv2.COLOR_RGB2GRAY), dtype=np.uint8)


def _letterboxed(pixels: Pixels, size: tuple[int, int]) -> Pixels:
    """The picture in a frame of this width and height, black where its shape differs."""
    width, height = size
    if pixels.shape[:2] == (height, width):
        return pixels
    share = min(width / pixels.shape[1], height / pixels.shape[0])
    inner = (max(1, min(width, round(pixels.shape[1] * share))), max(1, min(height, round(pixels.shape[0] * share))))
    out = np.zeros((height, width, 3), dtype=np.uint8)
    left, top = (width - inner[0]) // 2, (height - inner[1]) // 2
    out[top : top + inner[1], left : left + inner[0]] = cv2.resize(pixels, inner, interpolation=cv2.INTER_AREA)
    return out

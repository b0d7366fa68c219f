"""A busy stream: CPU a moving minute, from its packets to the model's answers, and the memory of its child.

Against the usual way on the same stream: every picture decoded, a grey difference of 100 lines at five pictures a
second, and the same model on each picture that moved. Memory is held against the formula of docs/capacity.md.
"""

import sys
import threading
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import av
import numpy as np
import psutil

from api.settings import SHIPPED
from bench.telling import tell
from ingest.decoding import Decoder
from ingest.frames import Pixels, Region
from ingest.gate import Gate
from ingest.pace import Pace
from ingest.streams import Stream
from model.bundle import load
from model.opening import Opened, detector
from tests.ingest.cameras import HOME, bare, camera, live

LEARN_S, MEASURED_S, MINUTE_S = 12.0, 30.0, 60.0
LOOP_S, RATE, KEY_S = 10, 25, 2
MAIN, SUB = (1920, 1080), (640, 360)
EVERY_S, LINES, LEVELS, LEAST_SHARE = 0.2, 100, 25, 0.002
"""Of the usual gate: a share of the picture as small as the bear's own."""


def main() -> None:
    """Print CPU and memory with the main stream alone, and with a sub-stream beside it."""
    model = detector(load(SHIPPED / "default"))
    with TemporaryDirectory() as folder:
        views = [
            bare(
                Path(folder) / name,
                live("creek", 4, LOOP_S, rate=RATE, size=size),
                "h264",
                rate=RATE,
                key=RATE * KEY_S,
            )
            for name, size in (("main", MAIN), ("sub", SUB))
        ]
        rate = (Path(folder) / "main").stat().st_size / LOOP_S
        with camera(*views) as running:
            theirs = peer(running.url(0), model)
            for name, watch in (("1080p25-h264", None), ("1080p25-with-sub", running.url(1))):
                used, memory, kept = ours(running.url(0), watch, model)
                _say(name, used=used, theirs=theirs, kept=kept)
                _say_memory(name, memory=memory, formula=formula(MAIN, rate, watched=watch is not None))


def _say(name: str, *, used: float, theirs: tuple[float, int], kept: int) -> None:
    share = MINUTE_S / MEASURED_S
    print(
        f"# {name}: {kept * share:.0f} pictures a minute scored, the usual way {theirs[1] * share:.0f}",
        file=sys.stderr,
    )
    tell(
        name=f"busy-cpu-{name}", value=used * share, unit="CPU seconds a moving minute, model and all",
        against="full decode, gate, model on each picture that moved", against_value=theirs[0] * share, reach=0.5,
        more=False,
    )  # fmt: skip


def _say_memory(name: str, *, memory: int, formula: float) -> None:
    tell(
        name=f"busy-memory-{name}", value=memory / 1e6, unit="MB of the stream's child",
        against="the formula of docs/capacity.md", against_value=formula / 1e6, reach=1.0, more=False,
    )  # fmt: skip


def formula(size: tuple[int, int], rate: float, *, watched: bool) -> float:
    """docs/capacity.md, in bytes. rate: of the main stream, bytes a second."""
    decoded = 15 * 1.5 * size[0] * size[1]
    ring = min(24e6, rate * (35 + KEY_S))
    return 60e6 + decoded + ring + (10e6 if watched else 0)


def ours(url: str, watch: str | None, model: Opened) -> tuple[float, int, int]:
    """CPU seconds of child, watcher, decoder and model, the child's memory in bytes, and how many were scored."""
    stream, gate, pace, stop = Stream(url, watch=watch, allowed=HOME), Gate(), Pace(), threading.Event()
    shots, begun, start, kept = stream.shots(stop), 0.0, 0.0, 0
    with Decoder() as decoder:
        decoder.picture(_jpeg())
        for shot in shots:
            look = gate.look(shot.thumb, shot.at_s)
            if look.regions:
                stream.follow()
            elif look.unsure:
                stream.stay()
            if pace.keeps(look, shot.at_s):
                fine = stream.fine(shot)
                pixels = decoder.picture(fine.picture, model.enough(fine.width, fine.height, look.regions))
                model.detect(model.prepare(pixels, look.regions))
                kept += 1
            stream.take_recordings()
            child = psutil.Process(stream._child.process.pid)
            opener = psutil.Process(decoder._child.process.pid)
            used = time.process_time() + sum(sum(one.cpu_times()[:2]) for one in (child, opener))
            if shot.at_s < LEARN_S or not begun:
                begun, start, kept = shot.at_s, used, 0
            elif shot.at_s - begun >= MEASURED_S:
                memory, lasted = child.memory_info().rss, shot.at_s - begun
                shots.close()
                return (used - start) * MEASURED_S / lasted, memory, kept
    raise AssertionError("the stream ended")


def peer(url: str, model: Opened) -> tuple[float, int]:
    """CPU seconds of the usual way, and how many pictures the model scored."""
    container = av.open(url, options={"rtsp_transport": "tcp"})
    video = container.streams.video[0]
    video.codec_context.thread_count = 1
    before, due, end, start, scored = None, 0.0, None, 0.0, 0
    for frame in container.decode(video):
        now = time.monotonic()
        if end is None:
            end, start = now + MEASURED_S, time.process_time()
        if now >= due:
            due = now + EVERY_S
            width = round(LINES * frame.width / frame.height)
            grey = frame.reformat(width=width, height=LINES, format="gray").to_ndarray().astype(np.int16)
            region = None if before is None else _moved(np.abs(grey - before) > LEVELS)
            before = grey
            if region is not None:
                model.detect(model.prepare(frame.to_ndarray(format="rgb24"), [region]))
                scored += 1
        if now > end:
            break
    container.close()
    return time.process_time() - start, scored


def _moved(changed: np.ndarray) -> Region | None:
    """Around all that changed."""
    if changed.mean() < LEAST_SHARE:
        return None
    rows, columns = np.flatnonzero(changed.any(axis=1)), np.flatnonzero(changed.any(axis=0))
    height, width = changed.shape
    return Region(
        x=columns[0] / width, y=rows[0] / height, w=(columns[-1] + 1 - columns[0]) / width,
        h=(rows[-1] + 1 - rows[0]) / height,
    )  # fmt: skip


def _jpeg() -> bytes:
    """A small picture, so that the decoder runs before anything is counted."""
    from ingest.sources import shot_of

    still: Pixels = np.zeros((90, 160, 3), dtype=np.uint8)
    return shot_of(still, 0.0).picture


if __name__ == "__main__":
    main()

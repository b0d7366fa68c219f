"""A quiet stream: CPU and memory of the watcher against decoding all of it with the usual gate, on the same stream.

The usual gate is a grey difference of 100 lines at five pictures a second. Both read GStreamer's RTSP server.
"""

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import psutil

from bench.telling import tell
from ingest import footage
from ingest.frames import Pixels
from ingest.gate import Gate
from ingest.streams import Stream
from tests.ingest.cameras import HOME, bare, camera

LEARN_S, MEASURED_S = 26.0, 24.0
KEY_S = 2
FOOTAGE = (
    ("1080p25-h264", "h264", (1920, 1080)),
    ("4k25-h265", "h265", (3840, 2160)),
    ("640x480-sub", "h264", (640, 480)),
)
PEER = """
import sys, time, av, numpy as np
container = av.open(sys.argv[1], options={"rtsp_transport": "tcp"})
video = container.streams.video[0]
video.codec_context.thread_count = 1
before, due, end, start = None, 0.0, None, 0.0
for frame in container.decode(video):
    now = time.monotonic()
    if end is None:
        end, start = now + float(sys.argv[2]), time.process_time()
    if now >= due:
        due = now + 0.2
        grey = frame.reformat(width=round(100 * frame.width / frame.height), height=100, format="gray").to_ndarray()
        moved = before is not None and (np.abs(grey.astype(np.int16) - before) > 25).mean() > 0.01
        before = grey.astype(np.int16)
    if now > end:
        break
rss = int(open("/proc/self/statm").read().split()[1]) * 4096
print(time.process_time() - start, rss)
"""


def quiet(size: tuple[int, int]) -> Iterator[Pixels]:
    """A view in which nobody walks, with noise of its own in each picture."""
    still = footage.render("creek", 50.0, size=size).astype(np.int16)
    chance = np.random.default_rng(3)
    noise = [chance.normal(0, 2.0, (size[1], size[0], 1)).astype(np.int16) for _ in range(7)]
    for number in range(25 * KEY_S):
        yield np.clip(still + noise[number % 7], 0, 255).astype(np.uint8)


def ours(url: str) -> tuple[float, int]:
    """CPU seconds of child and watcher over the measured time, and the child's memory in bytes."""
    stream, gate, stop = Stream(url, allowed=HOME), Gate(), threading.Event()
    shots = stream.shots(stop)
    start = first = 0.0
    for shot in shots:
        look = gate.look(shot.thumb, shot.at_s)
        if look.regions:
            stream.follow()
        first = first or shot.at_s
        child = psutil.Process(stream._child.process.pid)
        used = sum(child.cpu_times()[:2]) + time.process_time()
        if shot.at_s - first < LEARN_S:
            start, begun = used, shot.at_s
        elif shot.at_s - begun >= MEASURED_S:
            memory = child.memory_info().rss
            shots.close()
            return (used - start) * MEASURED_S / (shot.at_s - begun), memory
    raise AssertionError("the stream ended")


def peer(url: str) -> tuple[float, int]:
    """The same of decoding all."""
    told = subprocess.run(
        [sys.executable, "-c", PEER, url, str(MEASURED_S)], stdout=subprocess.PIPE, text=True, check=True
    ).stdout.split()
    return float(told[0]), int(told[1])


def main() -> None:
    """Print CPU, cameras a core and memory for each footage."""
    for name, codec, size in FOOTAGE:
        with TemporaryDirectory() as folder:
            view = bare(Path(folder) / "clip", quiet(size), codec, key=25 * KEY_S)
            with camera(view) as running:
                (used, memory), (full, decoder) = ours(running.url()), peer(running.url())
        tell(
            name=f"quiet-cpu-{name}", value=used / MEASURED_S, unit="cores a camera", against="full decode and gate",
            against_value=full / MEASURED_S, reach=1 / 15, more=False,
        )  # fmt: skip
        tell(
            name=f"quiet-cameras-a-core-{name}", value=MEASURED_S / used, unit="cameras",
            against="full decode and gate", against_value=MEASURED_S / full, reach=10, more=True,
        )  # fmt: skip
        tell(
            name=f"quiet-memory-{name}", value=memory / 1e6, unit="MB", against="one open decoder",
            against_value=decoder / 1e6, reach=1.3, more=False,
        )  # fmt: skip


if __name__ == "__main__":
    main()

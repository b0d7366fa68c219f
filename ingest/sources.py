"""Sources: where the shots of a camera come from."""

import io
import threading
import time
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Protocol
from urllib.parse import parse_qs, urlsplit

import numpy as np
from PIL import Image

from ingest import addresses, footage
from ingest.decoding import Decoder
from ingest.frames import THUMB_SIDE, Pixels, Shot
from ingest.headers import CLIPS, format_of
from ingest.streams import EVERY_S, Recording, Stream
from ingest.walking import walk
from store import tables
from store.errors import SourceUnreachable, Undecodable
from store.vocabulary import CameraKind

QUALITY = 88
MOST_BEHIND_S = 5.0


class FrameSource(Protocol):
    """One camera's shots, at the pace at which they come."""

    def shots(self, stop: threading.Event) -> Iterator[Shot]:
        """Until stop is set or the source ends; at_s counts from the first. Raises SourceUnreachable, Undecodable."""
        ...

    def cut(self) -> None:
        """From another thread, after stop was set: do not wait for the next shot."""
        ...

    def follow(self) -> None:
        """Something moves in the shot that was given last."""
        ...

    def stay(self) -> None:
        """Something small may move in it."""
        ...

    def fine(self, shot: Shot) -> Shot:
        """The shot that was given last, as large as the camera gives it. Raises SourceUnreachable."""
        ...

    def take_recordings(self) -> Sequence[Recording]:
        """Those handed over since the last time."""
        ...

    def take_shed(self) -> tuple[float, int]:
        """Seconds and pictures left out since the last time."""
        ...


class Played:
    """Footage that lies here: it waits for nobody, has one size, and nothing is recorded of it."""

    def cut(self) -> None:
        """See FrameSource."""

    def follow(self) -> None:
        """See FrameSource."""

    def stay(self) -> None:
        """See FrameSource."""

    def fine(self, shot: Shot) -> Shot:
        """See FrameSource."""
        return shot

    def take_recordings(self) -> Sequence[Recording]:
        """See FrameSource."""
        return ()

    def take_shed(self) -> tuple[float, int]:
        """See FrameSource."""
        return 0.0, 0


def of_camera(camera: tables.Camera, files: Decoder, allowed: Collection[str] = ()) -> FrameSource:
    """The source of a camera of kind stream or file. Raises SourceUnreachable for an address that cannot be.

    files: opens footage that lies on this machine, for all cameras of kind file together.
    allowed: networks in which a stream may be although they are this machine's own.
    """
    url = camera.url or ""
    addresses.check(camera.kind, url)
    if camera.kind is CameraKind.STREAM:
        return Stream(url, watch=camera.watch_url, transport=camera.transport, allowed=allowed)
    if url.startswith("demo:"):
        parts = urlsplit(url)
        return Scene(parts.path, parse_qs(parts.query).get("seed", ["0"])[0])
    return Files(Path(addresses.expanded(url).removeprefix("file:").removeprefix("//")), files)


class Files(Played):
    """A clip, or a folder of clips and pictures, played at its own pace again and again."""

    def __init__(self, place: Path, decoder: Decoder) -> None:
        self.place, self.decoder = place, decoder

    def shots(self, stop: threading.Event) -> Iterator[Shot]:
        """One round after another; a broken file is left out while another can be shown."""
        begun, at_s = time.monotonic(), 0.0
        while True:
            before = at_s
            fault = f"{self.place} holds no clip and no picture: put some there, or correct the address"
            for path in self._paths():
                start = at_s
                try:
                    for shot in self._of_file(path):
                        at_s = start + shot.at_s
                        begun = max(begun, time.monotonic() - at_s - MOST_BEHIND_S)
                        if stop.wait(max(0.0, begun + at_s - time.monotonic())):
                            return
                        yield replace(shot, at_s=at_s)
                    at_s += EVERY_S
                except Undecodable as broken:
                    fault = f"{path.name}: {broken.detail}"
            if at_s == before:
                raise SourceUnreachable(fault)

    def _paths(self) -> list[Path]:
        if not self.place.exists():
            raise SourceUnreachable(f"there is no {self.place}: correct the address in park.toml")
        return [path for path, _ in walk([self.place])]

    def _of_file(self, path: Path) -> Iterator[Shot]:
        try:
            with path.open("rb") as file:
                form = format_of(file.read(64))
        except OSError as fault:
            raise Undecodable(f"it cannot be read ({fault.strerror}): check its rights") from fault
        if form in CLIPS:
            yield from self.decoder.clip(path, EVERY_S)
        elif form is not None:
            yield shot_of(self.decoder.picture(path), 0.0)


class Scene(Played):
    """Footage that the project draws itself: demo:SCENE?seed=N."""

    def __init__(self, scene: str, seed: str) -> None:
        if scene not in footage.SCENES:
            raise SourceUnreachable(f'there is no scene "{scene}"; scenes are: {", ".join(footage.SCENES)}')
        if not seed.isdecimal():
            raise SourceUnreachable(f'"{seed}" is no seed: write a whole number, as in demo:{scene}?seed=3')
        self.scene, self.seed = scene, int(seed)

    def shots(self, stop: threading.Event) -> Iterator[Shot]:
        """Two a second, for ever; where the machine is too slow some are left out."""
        begun, number = time.monotonic(), 0
        while not stop.wait(max(0.0, begun + number * EVERY_S - time.monotonic())):
            at_s = number * EVERY_S
            yield shot_of(footage.render(self.scene, at_s, seed=self.seed), at_s)
            number = max(number + 1, int((time.monotonic() - begun) / EVERY_S))


def shot_of(pixels: Pixels, at_s: float) -> Shot:
    """Our own pixels (height x width x 3) as a shot."""
    picture, data = Image.fromarray(pixels), io.BytesIO()
    picture.save(data, "JPEG", quality=QUALITY)
    grey = picture.convert("L")
    grey.thumbnail((THUMB_SIDE, THUMB_SIDE))
    thumb = np.asarray(grey, dtype=np.uint8)
    return Shot(at_s=at_s, picture=data.getvalue(), thumb=thumb, width=pixels.shape[1], height=pixels.shape[0])

"""Streams: cameras that are pulled over RTSP or HTTP, each in a decoding child of its own."""

import secrets
import threading
import time
from collections.abc import Iterator
from dataclasses import replace

from ingest import addresses
from ingest.decoding import Decoder
from ingest.frames import Shot
from store.errors import SourceUnreachable, Undecodable

EVERY_S = 0.5
SILENT_S = 15.0
SNAPSHOT_S = 1.0
LONGEST_PAUSE_S = 60.0


class Stream:
    """One stream. An address that gives a single picture is asked again every second."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._decoder = Decoder()

    def shots(self, stop: threading.Event) -> Iterator[Shot]:
        """As they come; ends with the stream. Raises SourceUnreachable, also after SILENT_S of silence."""
        begun = time.monotonic()
        try:
            while not stop.is_set():
                number = 0
                for shot in self._decoder.stream(addresses.resolved(self.url), EVERY_S, silent_s=SILENT_S):
                    if stop.is_set():
                        return
                    yield replace(shot, at_s=time.monotonic() - begun)
                    number += 1
                if number != 1 or stop.wait(SNAPSHOT_S):
                    return
        except Undecodable as fault:
            raise SourceUnreachable(f"{addresses.shown(self.url)}: {fault.detail}") from None
        finally:
            self._decoder.close()

    def cut(self) -> None:
        """From another thread: end a wait for the next shot."""
        self._decoder.kill()


def pause_s(failures: int) -> float:
    """How long to wait before a source is opened again: growing to a minute, and never the same for two cameras."""
    longest = min(LONGEST_PAUSE_S, 2.0 ** min(failures, 6))
    return longest * (0.5 + secrets.randbelow(1000) / 2000)

"""Message: what a process and its decoding child say to each other over one socket.

Four bytes with the length of the words, eight with the length of the content, the words (JSON), the content. What a
decoding child answers lies on a slate (ingest.slate) instead where it fits.
The child reads what strangers sent, so nothing that it answers is unpickled.
"""

import json
import socket
import struct
import time
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Content = npt.NDArray[np.uint8]
HEAD = struct.Struct(">IQ")
NOTHING = np.empty(0, dtype=np.uint8)


class Task(StrEnum):
    """What a child can do."""

    PICTURE = "picture"
    THUMBNAIL = "thumbnail"
    OBSCURED = "obscured"
    SHOT = "shot"
    CLOSE = "close"
    ENCODE = "encode"
    SPAN = "span"


@dataclass(frozen=True, kw_only=True)
class Request:
    """One thing to do.

    addresses: files or a stream to open; None where the bytes stand in the content, `sizes` long each.
    A shot is asked for by clip (any number the asker chose) and by how many shots of it came before.
    hide, shown: of an obscured picture, parts as fractions (x, y, w, h).
    """

    task: Task
    limit_s: float
    addresses: Sequence[str | None] = ()
    sizes: Sequence[int] = ()
    max_side: int | None = None
    hide: Sequence[Sequence[float]] = ()
    shown: Sequence[Sequence[float]] = ()
    clip: int = 0
    after: int = 0
    every_s: float = 0.5
    out: str = ""
    fps: float = 1.0


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What came of it. fault: what is wrong with the file and what to do; end: the clip is over.

    at_s: of a span, how long the clip says it is, 0 where it does not; said: when it says that it was made.
    A picture's content is height x width x 3; a shot's its JPEG (`jpeg` long), then its thumb. on_slate: bytes of the
    content that lie on the slate instead of following.
    """

    fault: str | None = None
    end: bool = False
    width: int = 0
    height: int = 0
    at_s: float = 0.0
    jpeg: int = 0
    thumb: Sequence[int] = (0, 0)
    on_slate: int = 0
    said: str = ""


def send(to: socket.socket, words: "DataclassInstance", contents: Sequence[bytes | Content] = ()) -> None:
    """Send one message."""
    said = json.dumps(vars(words)).encode()
    parts = [bytes_of(content) for content in contents]
    to.sendall(HEAD.pack(len(said), sum(part.nbytes for part in parts)) + said)
    for part in parts:
        if part.nbytes:
            to.sendall(part)


def receive(of: socket.socket, deadline: float | None = None) -> tuple[dict[str, Any], Content]:
    """Wait for one message. deadline: by time.monotonic().

    Raises TimeoutError, EOFError where the other side is gone.
    """
    words, size = HEAD.unpack(_exactly(of, HEAD.size, deadline).tobytes())
    said = json.loads(_exactly(of, words, deadline).tobytes())
    return said, _exactly(of, size, deadline)


def bytes_of(content: bytes | Content) -> memoryview:
    """The content as plain bytes in a row."""
    return memoryview(content) if isinstance(content, bytes) else np.ascontiguousarray(content).reshape(-1).data


def _exactly(of: socket.socket, size: int, deadline: float | None) -> Content:
    content = np.empty(size, dtype=np.uint8)
    rest = content.data
    while rest.nbytes:
        if deadline is not None:
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError
            of.settimeout(left)
        got = of.recv_into(rest)
        if not got:
            raise EOFError
        rest = rest[got:]
    return content

"""Slate: memory that a process and its decoding child both see, so that pixels need not go through their socket.

The child writes, the asker copies out. A child gone wrong can leave anything there, as it could send anything; but
the size is sealed, so that it cannot take the pages away from under the asker.
"""

import fcntl
import mmap
import os
from collections.abc import Sequence

import numpy as np

from ingest.messages import Content, bytes_of

SIZE = 16 << 20
"""In bytes: a picture of 2048 x 2048 fits; what does not goes through the socket. Untouched pages take no memory."""


class Slate:
    """One such memory. The child opens it by the number of its descriptor, without which one is made."""

    def __init__(self, descriptor: int | None = None) -> None:
        access = mmap.ACCESS_READ if descriptor is None else mmap.ACCESS_WRITE
        self._file = os.fdopen(_made() if descriptor is None else descriptor, "r+b", buffering=0)
        self._memory = mmap.mmap(self._file.fileno(), SIZE, access=access)

    @property
    def descriptor(self) -> int:
        """By which the child opens it."""
        return self._file.fileno()

    def write(self, contents: Sequence[bytes | Content]) -> int:
        """Lay the contents one behind the other; gives their bytes, 0 where they do not fit and none is written."""
        parts = [bytes_of(content) for content in contents]
        size = sum(part.nbytes for part in parts)
        if size > SIZE:
            return 0
        at = 0
        for part in parts:
            self._memory[at : at + part.nbytes] = part
            at += part.nbytes
        return size

    def read(self, size: int) -> Content:
        """A copy of its first bytes. Raises ValueError where so many are not there."""
        return np.frombuffer(self._memory, dtype=np.uint8, count=size).copy()

    def close(self) -> None:
        """Give the memory back, once the other side is gone too. A second time it does nothing."""
        self._memory.close()
        self._file.close()


def _made() -> int:
    descriptor = os.memfd_create("bearwatch", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    os.ftruncate(descriptor, SIZE)
    fcntl.fcntl(descriptor, fcntl.F_ADD_SEALS, fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SEAL)
    return descriptor

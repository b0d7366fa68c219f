"""Child: the process that opens foreign files, held by the process that asks. It may die; we may not."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ingest.messages import Content, Reply, Request, receive, send
from ingest.slate import Slate
from store.errors import Undecodable

PASSED_ON = ("PATH", "HOME", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "TMPDIR")
ROOT = Path(__file__).parents[1]


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What one child may take: address space in bytes, and seconds for one request."""

    memory_bytes: int = 3 << 30
    seconds: float = 20.0


class Child:
    """One running child and the socket to it. Not for two threads at once."""

    def __init__(self, limits: Limits, program: str, slate: Slate | None = None) -> None:
        """program: the module that it runs; it is given the number of its socket, the bytes that it may take, and the
        number of the slate that it answers on. The slate is this child's alone, and ends with it.
        """
        self._slate = slate
        ours, theirs = socket.socketpair()
        environment = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
        with theirs:
            passed = [theirs.fileno(), *([slate.descriptor] if slate else [])]
            told = [theirs.fileno(), limits.memory_bytes, *passed[1:]]
            self.process = subprocess.Popen(
                [sys.executable, "-P", "-m", program, *map(str, told)],
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, pass_fds=passed,
                env={**environment, "PYTHONPATH": str(ROOT)}, start_new_session=True,
            )  # fmt: skip
        self.socket = ours

    def ask(self, request: Request, contents: Sequence[bytes | Content] = ()) -> tuple[Reply, Content]:
        """Ask one thing and wait for the answer.

        Raises Undecodable where the child died of it or took too long: then this child is gone.
        """
        deadline = time.monotonic() + request.limit_s
        try:
            self.socket.settimeout(request.limit_s)
            send(self.socket, request, contents)
            words, content = receive(self.socket, deadline)
            reply = Reply(**words)
            if reply.on_slate and self._slate is not None:
                content = self._slate.read(reply.on_slate)
        except TimeoutError:
            self.end()
            raise Undecodable(
                f"opening it took more than {request.limit_s:g} s and was stopped: convert it to a plain MP4 or JPEG"
            ) from None
        except (EOFError, OSError, TypeError, ValueError):
            self.end()
            raise Undecodable(
                f"the decoder broke down over it ({self._last_words()}): convert it to a plain MP4 or JPEG"
            ) from None
        return reply, content

    @property
    def alive(self) -> bool:
        """Whether it can be asked."""
        return self.process.poll() is None

    def end(self) -> None:
        """Stop it at once: it holds nothing that must be kept."""
        self.socket.close()
        self.process.kill()
        self.process.wait()
        if self._slate is not None:
            self._slate.close()

    def _last_words(self) -> str:
        code = self.process.returncode
        return signal.Signals(-code).name if code < 0 else f"exit {code}"

"""Threads: steps that run beside something, told to stop when it ends."""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

Step = Callable[[threading.Event], None]
"""Runs until the event is set."""


@contextmanager
def beside(steps: Mapping[str, Step], *, join_s: float | None = None) -> Iterator[None]:
    """Run each in a thread of its name until the end. join_s: how long each may take to stop; None: as it takes.

    >>> heard = []
    >>> with beside({"one": lambda stop: heard.append(stop.wait(5))}):
    ...     pass
    >>> heard
    [True]
    """
    stop = threading.Event()
    threads = [threading.Thread(target=step, args=(stop,), name=name, daemon=True) for name, step in steps.items()]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join(join_s)

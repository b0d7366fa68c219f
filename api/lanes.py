"""Lanes: many files at once on several cores, each lane with a detector and a decoding child of its own."""

import os
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from functools import partial
from itertools import islice
from pathlib import Path
from queue import SimpleQueue

from api.classification import Classifier
from api.schemas.frames import ClassifiedOut
from ingest.decoding import Decoder
from ingest.walking import walk
from model import opening
from model.bundle import Bundle
from model.network import BATCH

AT_ONCE = 2
"""Threads in one lane: while the network looks at what one has opened, the other opens what comes next."""

MOST = 4
"""Lanes of one process: each takes about 130 MB."""


class Lane:
    """A classifier that is opened, which takes a second, once it has something to do. Threads may share it."""

    def __init__(self, open_: Callable[[], Classifier]) -> None:
        self._open, self._lock = open_, threading.Lock()
        self.classifier: Classifier | None = None

    def several(self, files: Sequence[tuple[Path, str]]) -> list[ClassifiedOut]:
        """See Classifier."""
        with self._lock:
            self.classifier = opened = self.classifier or self._open()
        return opened.several(files)


@contextmanager
def over(bundle: Bundle) -> Iterator[Sequence[Lane]]:
    """A lane for each core of this machine, up to a few."""
    with ExitStack() as stack:
        decoders = [stack.enter_context(Decoder()) for _ in range(min(MOST, len(os.sched_getaffinity(0))))]
        yield [Lane(partial(_classifier, bundle, decoder)) for decoder in decoders]


def of_paths(lanes: Sequence[Lane], paths: Sequence[str | Path]) -> Iterator[ClassifiedOut]:
    """Each file of the paths, folders walked, in order."""
    files, coming = walk(paths), deque[Future[list[ClassifiedOut]]]()
    free = SimpleQueue[Lane]()
    for lane in lanes:
        for _ in range(AT_ONCE):
            free.put(lane)
    with ThreadPoolExecutor(max_workers=free.qsize()) as workers:
        try:
            while few := list(islice(files, BATCH)):
                coming.append(workers.submit(_by_a_free_one, free, few))
                if len(coming) > 2 * AT_ONCE * len(lanes):
                    yield from coming.popleft().result()
            while coming:
                yield from coming.popleft().result()
        finally:
            workers.shutdown(cancel_futures=True)


def _classifier(bundle: Bundle, decoder: Decoder) -> Classifier:
    return Classifier(opening.detector(bundle, threads=1), decoder)


def _by_a_free_one(free: SimpleQueue[Lane], files: Sequence[tuple[Path, str]]) -> list[ClassifiedOut]:
    lane = free.get()
    try:
        return lane.several(files)
    finally:
        free.put(lane)

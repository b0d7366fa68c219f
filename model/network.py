"""Network: OpenVINO on the CPU. Shapes are written at the line."""

import threading
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import openvino as ov

from ingest.frames import Pixels

Floats = npt.NDArray[np.float32]
BATCH = 3
"""A network is compiled for 1 and for this many pictures at once: a fourth saves little more, and threes and ones
make up any number without a place left empty."""

Request = Any
"""An ov.InferRequest, which has no types."""


class Network:
    """One network in memory. Threads may share it; they take turns."""

    def __init__(self, xml: Path, *, side: int, threads: int = 2, batches: tuple[int, ...] = (1, BATCH)) -> None:
        self.side, self._lock, self._requests = side, threading.Lock(), dict[int, Request]()
        for batch in sorted(batches, reverse=True):
            network = ov.Core().read_model(xml)
            network.reshape({network.input(0): [batch, side, side, 3]})
            self._requests[batch] = compiled(network, threads=threads)

    def run(self, pictures: Pixels) -> tuple[Floats, Floats]:
        """N x side x side x 3, RGB of 0..255, to logits (N x labels) and features (N x width)."""
        logits, features = self.outputs(pictures)
        return logits, features

    def outputs(self, pictures: Pixels) -> list[Floats]:
        """N x side x side x 3, RGB of 0..255, to every output of the network, each N x whatever it gives."""
        found, at = list[list[Floats]](), 0
        with self._lock:
            while at < len(pictures):
                batch = next(size for size in self._requests if size <= len(pictures) - at)
                found.append(_inferred(self._requests[batch], pictures[at : at + batch]))
                at += batch
        return [np.concatenate(output) for output in zip(*found, strict=True)]


def compiled(network: Any, *, threads: int, many_shapes: bool = False) -> Request:
    """An ov.Model, ready to be asked.

    many_shapes: it takes pictures of every shape, and keeps nothing of those before: kept, that grew with each shape.
    """
    told = {
        "INFERENCE_PRECISION_HINT": "f32", "INFERENCE_NUM_THREADS": threads, "NUM_STREAMS": 1,
        "ENABLE_CPU_PINNING": threads > 1, **({"CPU_RUNTIME_CACHE_CAPACITY": 0} if many_shapes else {}),
    }  # fmt: skip
    return ov.Core().compile_model(network, "CPU", told).create_infer_request()


def _inferred(request: Request, pictures: Pixels) -> list[Floats]:
    request.input_tensors[0].data[:] = pictures
    request.infer()
    return [output.data.copy() for output in request.output_tensors]

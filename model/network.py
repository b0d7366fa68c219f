"""Network: OpenVINO on the CPU. Shapes are written at the line."""

import threading
from pathlib import Path

import numpy as np
import numpy.typing as npt
import openvino as ov

from ingest.frames import Pixels

Floats = npt.NDArray[np.float32]
BATCH = 4
"""A network is compiled for 1 and for this many pictures at once; a rest is filled up with black."""


class Network:
    """One network in memory. Threads may share it."""

    def __init__(self, xml: Path, *, side: int, threads: int = 2, batches: tuple[int, ...] = (1, BATCH)) -> None:
        self.side, self._most = side, max(batches)
        self._lock = threading.Lock()
        self._requests = {}
        engine = ov.Core()
        told = {"INFERENCE_PRECISION_HINT": "f32", "INFERENCE_NUM_THREADS": threads, "PERFORMANCE_HINT": "LATENCY"}
        for batch in batches:
            network = engine.read_model(xml)
            network.reshape({network.input(0): [batch, side, side, 3]})
            self._requests[batch] = engine.compile_model(network, "CPU", told).create_infer_request()

    def run(self, pictures: Pixels) -> tuple[Floats, Floats]:
        """N x side x side x 3, RGB of 0..255, to logits (N x labels) and features (N x width)."""
        logits, features = self.outputs(pictures)
        return logits, features

    def outputs(self, pictures: Pixels) -> list[Floats]:
        """N x side x side x 3, RGB of 0..255, to every output of the network, each N x whatever it gives."""
        parts = [self._infer(pictures[start : start + self._most]) for start in range(0, len(pictures), self._most)]
        return [np.concatenate(output) for output in zip(*parts, strict=True)]

    def _infer(self, part: Pixels) -> list[Floats]:
        batch = 1 if len(part) == 1 else self._most
        filled = np.zeros((batch, self.side, self.side, 3), dtype=np.uint8)
        filled[: len(part)] = part
        with self._lock:
            request = self._requests[batch]
            request.infer([filled])
            return [output.data[: len(part)].copy() for output in request.output_tensors]

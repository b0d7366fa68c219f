"""Network: OpenVINO on the CPU. Shapes are written at the line."""

import threading
from pathlib import Path

import numpy as np
import numpy.typing as npt
import openvino as ov

from ingest.frames import Pixels

Floats = npt.NDArray[np.float32]
BATCH = 4
"""The network is compiled for 1 and for this many pictures at once; a rest is filled up with black."""


class Network:
    """One network in memory. Threads may share it."""

    def __init__(self, xml: Path, *, side: int, threads: int = 2) -> None:
        self.side = side
        self._lock = threading.Lock()
        self._requests = {}
        engine = ov.Core()
        told = {"INFERENCE_PRECISION_HINT": "f32", "INFERENCE_NUM_THREADS": threads, "PERFORMANCE_HINT": "LATENCY"}
        for batch in (1, BATCH):
            network = engine.read_model(xml)
            network.reshape({network.input(0): [batch, side, side, 3]})
            self._requests[batch] = engine.compile_model(network, "CPU", told).create_infer_request()

    def run(self, pictures: Pixels) -> tuple[Floats, Floats]:
        """N x side x side x 3, RGB of 0..255, to logits (N x labels) and features (N x width)."""
        logits, features = [], []
        for start in range(0, len(pictures), BATCH):
            part = pictures[start : start + BATCH]
            batch = 1 if len(part) == 1 else BATCH
            filled = np.zeros((batch, self.side, self.side, 3), dtype=np.uint8)
            filled[: len(part)] = part
            with self._lock:
                request = self._requests[batch]
                request.infer([filled])
                logits.append(request.get_output_tensor(0).data[: len(part)].copy())
                features.append(request.get_output_tensor(1).data[: len(part)].copy())
        return np.concatenate(logits), np.concatenate(features)

"""Box detectors as bundles: real networks on real pictures where they are, small drawn ones everywhere."""

import json
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from ingest.decoding import Decoder
from ingest.frames import Region
from model import opening
from model.box_detector import BoxDetector, shares
from model.bundle import EMPTY, load
from model.coco import COCO
from model.detections import Detection, Failed
from model.layouts import LAYOUTS, nanodet, yolov5, yolov8, yolox
from model.wrap import Wrapping, wrap
from store.errors import BundleMalformed, ConversionFailed
from tests.ingest.drawings import SHARED, landscape, shared
from tests.model.networks import ROWS, SEEN, network


@pytest.fixture
def drawn(tmp_path: Path) -> BoxDetector:
    return BoxDetector(wrap(network(tmp_path, SEEN), tmp_path / "bundle", ROWS))


def found(detector: opening.Opened, width: int, height: int, motion: Sequence[Region] | None = None) -> Detection:
    seen = detector.detect(detector.prepare(landscape(width, height), motion))
    assert isinstance(seen, Detection)
    return seen


def test_a_box_lies_where_it_was_found_in_the_picture(drawn: BoxDetector) -> None:
    seen = found(drawn, 128, 96)
    assert (seen.label, seen.bear, seen.p_bear) == ("bear", True, pytest.approx(0.9))
    assert (seen.out_of_domain_p, seen.model) == (None, drawn.sha256)
    assert [box.label for box in seen.boxes] == ["bear", "dog"]
    bear = seen.boxes[0]
    assert (bear.x, bear.y, bear.w, bear.h) == pytest.approx((0.25, 16 / 96, 0.5, 64 / 96))
    assert sum(seen.probabilities.values()) == pytest.approx(1)
    assert list(seen.probabilities) == ["bear", "dog", EMPTY]


def test_what_moved_is_looked_at_too_and_its_boxes_lie_in_the_whole_picture(drawn: BoxDetector) -> None:
    seen = found(drawn, 1280, 720, [Region(x=0.7, y=0.6, w=0.05, h=0.05)])
    bears = [box for box in seen.boxes if box.label == "bear"]
    assert len(bears) == 2
    assert any(box.x > 0.6 and box.y > 0.5 and box.w < 0.1 for box in bears)
    assert all(0 <= box.x <= box.x + box.w <= 1 for box in seen.boxes)


def test_a_picture_of_a_few_pixels_is_a_failure(drawn: BoxDetector) -> None:
    assert isinstance(drawn.detect(drawn.prepare(landscape(8, 8))), Failed)


def test_a_wrapped_bundle_is_checked_like_any_other(drawn: BoxDetector) -> None:
    folder = drawn.bundle.folder
    assert isinstance(opening.detector(load(folder)), BoxDetector)
    file = folder / "manifest.json"
    manifest = json.loads(file.read_text())
    for key, value, says in (
        ("labels", ["dog", "bear", EMPTY], "the network gives bear, dog"), ("family", "alien", "family"),
        ("kind", "masks", "kind"),
    ):  # fmt: skip
        file.write_text(json.dumps(manifest | {key: value}))
        with pytest.raises(BundleMalformed, match=says):
            load(folder)


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"family": "alien"}, "yolox"), ({"bear": ("wolf",)}, "wolf"), ({"labels": ("bear", "bear")}, "different"),
        ({"labels": ("bear", "do|g")}, "otherwise"), ({"size": 32}, "--size"), ({"family": "yolov5"}, "--family"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_said_before_a_bundle_is_written(
    tmp_path: Path, changed: dict[str, object], says: str
) -> None:
    told = Wrapping(**{**vars(ROWS), **changed})
    with pytest.raises(ConversionFailed, match=says):
        wrap(network(tmp_path, SEEN), tmp_path / "bundle", told)
    assert not (tmp_path / "bundle").exists()


def test_a_network_that_does_not_say_its_size_needs_to_be_told(tmp_path: Path) -> None:
    with pytest.raises(ConversionFailed, match="--size"):
        wrap(network(tmp_path, SEEN, side=None), tmp_path / "bundle", ROWS)
    told = Wrapping(**{**vars(ROWS), "size": 96})
    assert wrap(network(tmp_path, SEEN, side=None), tmp_path / "bundle", told).input_size == 96


def test_what_is_no_network_is_said(tmp_path: Path) -> None:
    (tmp_path / "cut.onnx").write_bytes(b"\x08\x07\x12")
    for name in ("cut.onnx", "none.onnx"):
        with pytest.raises(ConversionFailed, match=name):
            wrap(tmp_path / name, tmp_path / "bundle", ROWS)


def test_each_layout_reads_the_same_box_out_of_its_own_rows() -> None:
    cells = 84
    middle_cell = 64 + 1 * 4 + 1  # stride 16, row 1, column 1
    raw = np.zeros((1, cells, 7))
    raw[0, middle_cell] = [0.5, 0.5, np.log(2), np.log(2), 0.9, 0.0, 1.0]
    steps = np.full((1, cells, 4 * 8), -50.0)
    steps[0, :, [0, 8, 16, 24]] = 50.0
    steps[0, middle_cell] = np.where(np.arange(32) % 8 == 1, 50, -50)
    scores = np.zeros((1, cells, 2))
    scores[0, middle_cell] = [0.0, 0.9]
    parts = (slice(0, 64), slice(64, 80), slice(80, 84))
    of: dict[str, tuple[Callable[..., object], list[np.ndarray]]] = {
        "yolox": (yolox, [raw]), "yolov5": (yolov5, [np.array([[[24, 24, 32, 32, 0.9, 0, 1.0]]])]),
        "yolov8": (yolov8, [np.array([[[24.0], [24], [32], [32], [0], [0.9]]])]),
        "nanodet": (nanodet, [scores[:, part] for part in parts] + [steps[:, part] for part in parts]),
    }  # fmt: skip
    for name, (read, outputs) in of.items():
        corners, found = LAYOUTS[name].read(outputs, 64, 2)
        assert read is LAYOUTS[name].read
        best = int(found[:, 1].argmax())
        assert found[best].tolist() == pytest.approx([0, 0.9]), name
        assert corners[best].tolist() == pytest.approx([8, 8, 40, 40], abs=1), name


@pytest.mark.parametrize("best", [{"bear": 0.0, "dog": 0.0}, {"bear": 1.0, "dog": 1.0}, {"bear": 0.3, "dog": 0.8}])
def test_scores_become_shares_of_one_whole(best: dict[str, float]) -> None:
    told = shares(best, ["bear"])
    assert sum(told.values()) == pytest.approx(1)
    assert told["bear"] == best["bear"]


@cache
def real(family: str, file: str, folder: Path) -> BoxDetector:
    labels = (SHARED / "weights" / "coco.names").read_text().splitlines()
    told = Wrapping(name=family, family=family, labels=labels, bear=("bear",))
    return BoxDetector(wrap(shared(f"weights/{file}"), folder / family, told))


@pytest.mark.parametrize(
    ("family", "file", "least"), [("yolox", "yolox_nano.onnx", 0.8), ("nanodet", "nanodet_m_416.onnx", 0.75)]
)  # fmt: skip
def test_real_bears_are_found_and_no_teddy_is_one(
    family: str, file: str, least: float, tmp_path_factory: pytest.TempPathFactory
) -> None:
    shared("weights")
    detector = real(family, file, tmp_path_factory.mktemp("real"))
    called: dict[str, list[bool]] = {}
    with Decoder() as decoder:
        for label in ("grizzly", "black", "teddy"):
            for path in sorted(shared(f"images/{label}").iterdir())[::15][:12]:
                seen = detector.detect(detector.prepare(decoder.picture(path)))
                assert isinstance(seen, Detection)
                called.setdefault(label, []).append(seen.bear)
                assert not seen.bear or any(box.label == "bear" and box.w * box.h > 0.02 for box in seen.boxes)
    assert np.mean([*called["grizzly"], *called["black"]]) >= least, called
    assert not any(called["teddy"])


def test_the_labels_of_coco_are_eighty_in_its_order() -> None:
    assert (len(COCO), COCO.index("person"), COCO.index("bear"), COCO.index("teddy bear")) == (80, 0, 21, 77)

"""JPEG bytes to a calibrated answer with its out-of-domain p, as the worker does it, against the bare engine on the
same parts plus the decoding of the same bytes. Where the second network is heard, its bare engine counts too."""

import io
from itertools import product

import numpy as np
from PIL import Image

from api.settings import SHIPPED
from bench.classify import median_s
from bench.telling import tell
from ingest import footage, opening
from ingest.decoding import Decoder
from ingest.frames import Pixels, Region
from model import calibration
from model.bundle import NETWORK, SECOND_NETWORK, Bundle, load
from model.crop_classifier import SURELY_NONE
from model.network import Network
from model.opening import Opened, detector

SIZES = ((640, 480), (1280, 720))
SCENES = {"": ("creek", 12), "-doubtful": ("lot", 50)}
"""What the first network surely says no bear of, and what it shows to the second."""

MOVED = (Region(x=0.4, y=0.5, w=0.1, h=0.1),)


def main() -> None:
    """Print the ratio for pictures of two sizes, without and with something that moved."""
    bundle = load(SHIPPED / "default")
    ours = detector(bundle)
    assert bundle.second is not None
    bare = (
        Network(bundle.file(NETWORK), side=bundle.input_size),
        Network(bundle.file(SECOND_NETWORK), side=bundle.second.size),
    )
    with Decoder() as decoder:
        for (name, scene), (width, height), motion in product(SCENES.items(), SIZES, ((), MOVED)):
            data = _jpeg(scene, (width, height))
            whole, least = _seconds(ours, bare, decoder, data, (width, height), motion)
            tell(
                name=f"fullpath-{width}x{height}{'-moved' if motion else ''}{name}", value=whole * 1000,
                unit="ms a picture", against="engine and decoding alone", against_value=least * 1000, reach=1.5,
                more=False,
            )  # fmt: skip


def _seconds(
    ours: Opened, bare: tuple[Network, Network], decoder: Decoder, data: bytes, size: tuple[int, int],
    motion: tuple[Region, ...],
) -> tuple[float, float]:  # fmt: skip
    """The whole way, and the bare engine on the same parts plus the decoding of the same bytes in this process."""
    most, content = ours.enough(*size, motion), np.frombuffer(data, dtype=np.uint8)
    parts = ours.prepare(decoder.picture(data, most), motion).parts
    whole = median_s(lambda: ours.detect(ours.prepare(decoder.picture(data, most), motion)))
    least = median_s(lambda: opening.picture(content, most)) + median_s(lambda: bare[0].run(parts))
    if _heard(ours.bundle, bare[0], parts):
        seen = np.zeros((1, bare[1].side, bare[1].side, 3), dtype=np.uint8)
        least += median_s(lambda: bare[1].outputs(seen))
    return whole, least


def _heard(bundle: Bundle, first: Network, parts: Pixels) -> bool:
    """Whether the second network is shown the whole picture."""
    shares = calibration.softmax(first.run(parts[:1])[0], bundle.temperature)[0]
    return float(sum(shares[bundle.labels.index(label)] for label in bundle.bear_labels)) >= SURELY_NONE


def _jpeg(scene: tuple[str, float], size: tuple[int, int]) -> bytes:
    out = io.BytesIO()
    Image.fromarray(footage.render(*scene, size=size)).save(out, "JPEG", quality=90)
    return out.getvalue()


if __name__ == "__main__":
    main()

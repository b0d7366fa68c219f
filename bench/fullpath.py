"""JPEG bytes to a calibrated answer with its out-of-domain p, as the worker does it, against the bare engine on the
same parts plus the decoding of the same bytes."""

import io

import numpy as np
from PIL import Image

from api.settings import SHIPPED
from bench.classify import median_s
from bench.telling import tell
from ingest import footage, opening
from ingest.decoding import Decoder
from ingest.frames import Region
from model.bundle import NETWORK, load
from model.network import Network
from model.opening import Opened, detector

SIZES = ((640, 480), (1280, 720))
MOVED = (Region(x=0.4, y=0.5, w=0.1, h=0.1),)


def main() -> None:
    """Print the ratio for pictures of two sizes, without and with something that moved."""
    bundle = load(SHIPPED / "default")
    ours, bare = detector(bundle), Network(bundle.file(NETWORK), side=bundle.input_size)
    with Decoder() as decoder:
        for width, height in SIZES:
            for motion in ((), MOVED):
                whole, least = _seconds(ours, bare, decoder, (width, height), motion)
                tell(
                    name=f"fullpath-{width}x{height}{'-moved' if motion else ''}", value=whole * 1000,
                    unit="ms a picture", against="engine and decoding alone", against_value=least * 1000, reach=1.5,
                    more=False,
                )  # fmt: skip


def _seconds(
    ours: Opened, bare: Network, decoder: Decoder, size: tuple[int, int], motion: tuple[Region, ...]
) -> tuple[float, float]:
    """The whole way, and the bare engine on the same parts plus the decoding of the same bytes in this process."""
    data, most = _jpeg(*size), ours.enough(*size, motion)
    content = np.frombuffer(data, dtype=np.uint8)
    parts = ours.prepare(decoder.picture(data, most), motion).parts
    whole = median_s(lambda: ours.detect(ours.prepare(decoder.picture(data, most), motion)))
    return whole, median_s(lambda: opening.picture(content, most)) + median_s(lambda: bare.run(parts))


def _jpeg(width: int, height: int) -> bytes:
    out = io.BytesIO()
    Image.fromarray(footage.render("lot", 50, size=(width, height))).save(out, "JPEG", quality=90)
    return out.getvalue()


if __name__ == "__main__":
    main()

"""A day's SD card: pictures a second through `replay --bulk`, against decode and network of the same pictures alone.

The whole path reads the card, keeps each picture synced in archive and database, decides it and tells it. What it is
against is `classify` over the same folder, which opens the next picture while the network looks at one. The card has
fewer pictures than a day's 2 000: what is compared is pictures a second. Both take the card in parts, in turn, so
that a machine that others use meanwhile slows both. The second run over the card adds nothing.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from api import classification, lanes, park_file, replaying, wiring
from api.lanes import Lane
from api.settings import Settings
from bench.pipeline import PARK
from bench.telling import tell
from ingest import footage
from ingest.sources import shot_of
from rollout import parks
from store.session import transaction
from tests.ingest.drawings import exif, with_exif

PICTURES, PARTS, SCENES, SIZE = 240, 6, 12, (2048, 1536)
WARM = 4
ORIGINAL, BEGAN = 0x9003, datetime(2026, 11, 20, 6, tzinfo=UTC)


def main() -> None:
    """Print both rates."""
    with TemporaryDirectory() as folder:
        card = Path(folder) / "card"
        _fill(card)
        with wiring.opened(Settings(data_dir=Path(folder) / "var")) as system:
            default, now = wiring.register_default(system), wiring.now()
            with transaction(system.engine) as session:
                parks.apply(session, park_file.parse(PARK), who="bench", default_model=default, now=now)
            lane = Lane(lambda: classification.opened(system))
            system.detectors.get(default)
            alone = whole = 0.0
            for part in sorted(card.iterdir()):
                warm = sorted(part.iterdir())[:WARM]
                list(lanes.of_paths([lane], warm))
                alone += _seconds(lambda part=part: list(lanes.of_paths([lane], [part])))
                whole += _seconds(lambda part=part: _replay(system, part, new=PICTURES // PARTS))
            again = _seconds(lambda: _replay(system, card, new=0))
    tell(
        name="sd-card", value=PICTURES / whole, unit="pictures/s", against="decode and network alone",
        against_value=PICTURES / alone, reach=0.7, more=True,
    )  # fmt: skip
    tell(
        name="sd-card-again", value=again / PICTURES * 1000, unit="ms a known picture", against="the first run",
        against_value=whole / PICTURES * 1000, reach=0.2, more=False,
    )  # fmt: skip


def _fill(card: Path) -> None:
    """Write pictures that differ in their times, as a camera does; a dozen scenes in turn."""
    scenes = [shot_of(footage.render("creek", 3.0 * n, seed=n, size=SIZE), 0).picture for n in range(SCENES)]
    for number in range(PICTURES):
        at = BEGAN + timedelta(minutes=3 * number)
        told = exif({}, {ORIGINAL: f"{at:%Y:%m:%d %H:%M:%S}".encode() + bytes(1)})
        part = card / f"{number * PARTS // PICTURES}"
        part.mkdir(parents=True, exist_ok=True)
        (part / f"IMG_{number:04d}.JPG").write_bytes(with_exif(scenes[number % SCENES], told))


def _replay(system: wiring.System, card: Path, *, new: int) -> None:
    told = replaying.run(
        system, [card], camera="creek", start=None, every_s=1.0, send=False, bulk=True, progress=lambda *_: None
    )
    assert (told["frames_new"], told["frames_kept"], told["errors"]) == (new, told["files"], [])


def _seconds(do: Callable[[], object]) -> float:
    start = time.perf_counter()
    do()
    return time.perf_counter() - start


if __name__ == "__main__":
    main()

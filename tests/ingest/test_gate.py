"""The gate: what moves is kept with where it moved; what does not is looked at now and then."""

import numpy as np
import pytest

from ingest import footage
from ingest.frames import Region, Thumb
from ingest.gate import LOOK_EVERY_S, Gate
from ingest.sources import shot_of


def thumb(scene: str, at_s: float, seed: int = 3) -> Thumb:
    return shot_of(footage.render(scene, at_s, seed=seed), at_s).thumb


def overlap(thing: Region, regions: tuple[Region, ...]) -> float:
    """The largest share of the thing that one region holds."""

    def share(region: Region) -> float:
        w = min(thing.x + thing.w, region.x + region.w, 1) - max(thing.x, region.x, 0)
        h = min(thing.y + thing.h, region.y + region.h, 1) - max(thing.y, region.y, 0)
        return max(0.0, w) * max(0.0, h) / (thing.w * thing.h)

    return max(map(share, regions), default=0.0)


@pytest.mark.parametrize("scene", ["creek", "night-camp", "meadow"])
def test_a_walking_bear_is_inside_what_the_gate_points_at(scene: str) -> None:
    gate, found = Gate(), []
    for step in range(60):
        at_s = step / 2
        look = gate.look(thumb(scene, at_s), at_s)
        for kind, region in footage.truth(scene, at_s, seed=3):
            if kind == "bear" and 0.05 < region.x < 0.7:
                found.append(overlap(region, look.regions))
    assert len(found) > 15
    assert np.mean(found) > 0.6
    assert np.mean([share > 0.3 for share in found]) > 0.85


def test_a_view_without_anybody_is_looked_at_as_a_whole_now_and_then() -> None:
    gate = Gate()
    looks = [(at_s, gate.look(thumb("lot", 45 + at_s % 20), at_s)) for at_s in np.arange(0, 95, 0.5)]
    kept = [(at_s, look) for at_s, look in looks if look.kept]
    assert kept[0][1].says == "first look"
    assert len(kept) <= 2 + 95 / LOOK_EVERY_S
    assert all(look.regions == () for _, look in kept)


def test_the_lamp_that_goes_on_is_light_and_no_animal() -> None:
    gate = Gate()
    dark = np.full((90, 160), 20, dtype=np.uint8)
    for step in range(6):
        gate.look(dark, step / 2)
    look = gate.look(dark + 120, 3.0)
    assert (look.kept, look.regions, look.says) == (True, (), "the whole view changed")
    assert not gate.look(dark + 120, 3.5).kept


def test_a_camera_that_changes_its_shape_begins_anew() -> None:
    gate = Gate()
    gate.look(np.zeros((90, 160), dtype=np.uint8), 0)
    assert gate.look(np.zeros((120, 160), dtype=np.uint8), 0.5).says == "first look"


def test_sensor_noise_is_learned() -> None:
    chance, gate = np.random.default_rng(0), Gate()
    looks = [
        gate.look(np.clip(chance.normal(90, 14, (90, 160)), 0, 255).astype(np.uint8), step / 2) for step in range(80)
    ]
    assert sum(bool(look.regions) for look in looks[20:]) <= 2

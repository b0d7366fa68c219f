"""The gate: what moves is kept with where it moved; what does not is looked at now and then."""

import numpy as np
import pytest

from ingest import footage, weather
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


QUIET = {"creek": (28, 45), "night-camp": (30, 44), "lot": (42, 32)}
"""From when, and for how long, nobody is in a scene."""


def weathered(scene: str, inside_s: float, kind: str, at_s: float) -> Thumb:
    drawn = weather.disturbed(footage.render(scene, inside_s, seed=3), kind, at_s, seed=1)
    return shot_of(drawn, at_s).thumb


@pytest.mark.parametrize("scene", QUIET)
@pytest.mark.parametrize(("kind", "most"), [("wind", 0.15), ("rain", 0.3), ("snow", 0.15), ("headlights", 0.25)])
def test_what_only_disturbs_the_view_wakes_seldom(scene: str, kind: str, most: float) -> None:
    gate, (begins, lasts) = Gate(), QUIET[scene]
    looks = [gate.look(weathered(scene, begins + at_s % lasts, kind, at_s), at_s) for at_s in np.arange(0, 60, 0.5)]
    assert np.mean([bool(look.regions) for look in looks]) <= most


@pytest.mark.parametrize("scene", QUIET)
@pytest.mark.parametrize("kind", ["exposure", "dawn"])
def test_light_that_changes_everywhere_is_no_motion(scene: str, kind: str) -> None:
    gate, (begins, lasts) = Gate(), QUIET[scene]
    looks = [gate.look(weathered(scene, begins + at_s % lasts, kind, at_s), at_s) for at_s in np.arange(0, 40, 0.5)]
    assert sum(bool(look.regions) for look in looks) <= 2


@pytest.mark.parametrize("scene", ["creek", "meadow", "night-camp"])
@pytest.mark.parametrize("kind", weather.KINDS)
def test_a_bear_is_found_through_wind_rain_snow_and_lights(scene: str, kind: str) -> None:
    gate, seen = Gate(), []
    for at_s in np.arange(55, 105, 0.5):
        look = gate.look(weathered(scene, at_s, kind, at_s), at_s)
        bears = [region for what, region in footage.truth(scene, at_s, seed=3) if what == "bear"]
        if bears and 0.05 < bears[0].x < 0.7:
            seen.append(overlap(bears[0], look.regions) > 0.3)
    assert len(seen) > 15
    assert np.mean(seen) > 0.4


def test_a_bear_of_ten_pixels_in_1280_is_pointed_at() -> None:
    chance, gate, found = np.random.default_rng(3), Gate(), []
    place = chance.normal(110, 12, (240, 320))
    for step in range(40):
        shot = place + chance.normal(0, 2, place.shape)
        left = 60 + step
        if step >= 10:
            shot[120:123, left : left + 4] = 35
        look = gate.look(np.clip(shot, 0, 255).astype(np.uint8), step / 2)
        if step >= 12:
            found.append(any(r.x <= left / 320 <= r.x + r.w and r.y <= 121 / 240 <= r.y + r.h for r in look.regions))
    assert np.mean(found) > 0.7


def test_what_is_masked_wakes_nobody_and_the_rest_does() -> None:
    bear = footage.truth("creek", 14, seed=3)[0][1]
    for mask, wakes in (
        (Region(x=0, y=bear.y - 0.1, w=1, h=1.1 - bear.y), False),
        (Region(x=0, y=0, w=1, h=0.2), True),
    ):
        gate = Gate()
        looks = [gate.look(thumb("creek", at_s), at_s, (mask,)) for at_s in np.arange(0, 20, 0.5)]
        assert any(look.regions for look in looks) is wakes


def test_two_moments_of_weather_differ_and_one_is_the_same() -> None:
    still = footage.render("creek", 40, seed=3)
    for kind in weather.KINDS:
        first, again, later = (weather.disturbed(still, kind, at_s) for at_s in (3.0, 3.0, 8.0))
        assert np.array_equal(first, again), kind
        assert not np.array_equal(first, later), kind

"""Packet sizes: a bear that walks in must wake the camera, whoever encoded it."""

from pathlib import Path

import av
import numpy as np
import pytest

from ingest import picturing
from ingest.gate import Gate
from ingest.pulse import Pulse
from ingest.stillness import DISTRUST_S, Answer, Stillness
from tests.ingest.cameras import bare, live

SHARED = Path(__file__).parents[3] / "shared" / "data"
SIZE = (480, 270)
RATE = 12


def fed(sizes: list[int], *, pixels: int = 640 * 480, rate: int = 25) -> Stillness:
    stillness = Stillness(pixels=pixels)
    for number, size in enumerate(sizes):
        stillness.packet(number / rate, size, key=False)
    return stillness


def noisy(count: int, level: float, share: float = 0.1) -> list[int]:
    return [round(size) for size in np.random.default_rng(1).normal(level, share * level, count)]


def test_before_the_quiet_size_is_known_it_cannot_tell() -> None:
    assert fed(noisy(100, 900)).judge(4).answer is Answer.CANNOT_TELL


def test_even_packets_are_still() -> None:
    assert fed(noisy(600, 900)).judge(24).answer is Answer.STILL


@pytest.mark.parametrize("times", [1.3, 2.0, 8.0])
def test_packets_that_grow_are_a_motion(times: float) -> None:
    assert fed([*noisy(600, 900), *noisy(40, 900 * times)]).judge(25).answer is Answer.MOVING


def test_a_camera_that_fills_a_constant_rate_cannot_tell() -> None:
    assert fed([6000 + number % 3 for number in range(600)]).judge(24).answer is Answer.CANNOT_TELL


def test_what_packets_missed_costs_them_our_trust_for_a_while() -> None:
    stillness = fed(noisy(600, 900))
    stillness.seen(24, moving=True)
    assert stillness.judge(25).answer is Answer.CANNOT_TELL
    assert stillness.judge(24 + DISTRUST_S).answer is Answer.STILL


def test_a_bear_that_stays_for_minutes_does_not_become_the_quiet_size() -> None:
    stillness = fed(noisy(600, 900))
    for number, size in enumerate(noisy(25 * 300, 1800)):
        stillness.packet(24 + number / 25, size, key=False)
        if number % 12 == 11:
            stillness.seen(24 + number / 25, moving=True)
    assert stillness.judge(400).answer is Answer.MOVING


def test_wind_that_pictures_call_nothing_becomes_quiet_and_a_bear_in_it_still_wakes() -> None:
    stillness = fed([*noisy(600, 900), *noisy(25 * 90, 1500, 0.15)])
    assert stillness.judge(114).answer is Answer.STILL
    for number, size in enumerate(noisy(40, 2600)):
        stillness.packet(114 + number / 25, size, key=False)
    assert stillness.judge(116).answer is Answer.MOVING


def awake(path: str, codec: str | None) -> tuple[list[bool], list[float]]:
    """Whether each picture would be decoded, and when the gate saw a motion in one that is."""
    pulse, gate, found, waking = Pulse(every_s=0.5), Gate(), [], []
    pulse.begins(pixels=SIZE[0] * SIZE[1])
    with av.open(path, format={"h264": "h264", "h265": "hevc", None: None}[codec]) as container:
        for number, packet in enumerate(packet for packet in container.demux(video=0) if packet.size):
            at_s, key = number / RATE, packet.is_keyframe
            pulse.packet(at_s, packet.size, key=key)
            asleep = pulse.sleeps(at_s)
            waking.append(not asleep)
            frames = packet.decode()
            if frames and ((key and pulse.glances(at_s, at_s)) if asleep else pulse.due(at_s)):
                pulse.looked(at_s)
                moving = bool(gate.look(picturing.thumb(frames[-1]), at_s).regions)
                pulse.seen(at_s, moving=moving)
                found += [at_s] if moving else []
    return waking, found


@pytest.mark.parametrize("codec", ["h264", "h265"])
@pytest.mark.parametrize(("scene", "begin_s", "bear_s"), [("creek", 57.0, 20.0), ("night-camp", 57.0, 20.0)])
def test_a_bear_that_walks_in_is_seen_by_packets_or_by_the_next_keyframe(
    codec: str, scene: str, begin_s: float, bear_s: float, tmp_path: Path
) -> None:
    pictures = live(scene, begin_s, bear_s + 8, rate=RATE, size=SIZE)
    view = bare(tmp_path / "clip", pictures, codec, rate=RATE, key=24)
    waking, found = awake(view.partition("=")[2].rpartition("@")[0], codec)
    before = waking[round((bear_s - 6) * RATE) : round(bear_s * RATE)]
    assert not all(before), "it never slept, so waking says nothing"
    assert [at_s for at_s in found if bear_s <= at_s <= bear_s + 7]


@pytest.mark.parametrize("name", ["bear_nishanthil_05", "bear_uit2052188_10"])
def test_bears_of_real_clips_are_seen(name: str, tmp_path: Path) -> None:
    place = SHARED / "clips" / "bear" / f"{name}.mp4"
    if not place.exists():
        pytest.skip("the real clips are not here: ../shared/data")
    waking, found = awake(str(place), None)
    assert all(waking[:60]), "what is not known yet must not sleep"
    assert len(found) > 5


def test_without_a_sign_only_keyframes_are_looked_at_and_never_seldom() -> None:
    pulse = Pulse(every_s=0.5)
    pulse.begins(pixels=640 * 480)
    for number, size in enumerate(noisy(600, 900)):
        pulse.packet(number / 25, size, key=False)
    pulse.looked(24.0)
    assert pulse.sleeps(24.1)
    assert not pulse.glances(31.0, 30.9)
    assert pulse.glances(32.0, 31.9)
    assert not pulse.sleeps(24.0 + 21.0), "a camera without keyframes is decoded all the same"


def test_old_packets_give_way_to_new_ones_and_are_counted() -> None:
    pulse = Pulse(every_s=0.5)
    assert not pulse.is_behind(10.0, 8.5, 9.0)
    assert pulse.is_behind(10.0, 6.0, 9.0)
    pulse.left_out()
    assert pulse.take_shed() == (3.5, 1)
    assert pulse.take_shed() == (0.0, 0)

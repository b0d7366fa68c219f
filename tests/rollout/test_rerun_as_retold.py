"""What a rule would have done and a backtest are the same decisions: both ask the one core that decides live."""

import random
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from ingest.frames import Region
from model.detections import Box, Detection
from rollout import scope_hours
from rollout.quiet import Quiet
from rollout.rerun import Rerun, Shot
from rollout.retelling import Held, Place, Scored, Teller, always
from rollout.terms import read
from store.vocabulary import Audience, Light, Origin

BEGIN = datetime(2026, 11, 1, tzinfo=UTC)
ZONE = ZoneInfo("America/Denver")
CAMERAS = {"creek": "creek", "creek2": "creek", "ridge": "ridge"}
FRAMES = 1500
RULES: Mapping[str, Mapping[str, Any]] = {
    "trial by hours": {"stage": "trial", "hours": ["18:00-09:00"], "last_day": "2026-11-30"},
    "live by the sun with a cap": {"stage": "live", "sun": "night", "guardrails": {"max_alerts_per_day": 3}},
    "live on one camera, at once": {"stage": "live", "cameras": ["creek"], "cooldown_minutes": 0},
    "live on weekdays, surer": {"stage": "live", "weekdays": ["mon", "wed"], "threshold": 0.6},
    "shadow": {"stage": "shadow"},
}
KINDS = [("bear", 0.95), ("bear", 0.7), ("bear", 0.55), ("bear", 0.3), ("elk", 0.1)]
STUMP = Quiet(model="m", region=Region(x=0.05, y=0.3, w=0.3, h=0.4), light=Light.BOTH, most_p=0.6, says="a stump")


def drawn(seed: int) -> list[Scored]:
    """Weeks of bears, doubtful ones and elks, some of them late."""
    chance, at, found = random.Random(seed), BEGIN, list[Scored]()
    for number in range(1, FRAMES + 1):
        at += timedelta(seconds=20) if number % 4 else timedelta(minutes=54 * chance.expovariate(1))
        late = timedelta(minutes=chance.choice([0, 0, 0, 0, 5, 40, 300]))
        label, p = chance.choice(KINDS)
        box = Box(x=chance.choice([0.1, 0.12, 0.7]), y=0.4, w=0.1, h=0.1, label=label, p=p)
        seen = Detection(
            label=label, index=0, probabilities={"bear": p, "elk": 1 - p if label == "elk" else 0.0}, p_bear=p,
            bear=p >= 0.5, threshold=0.5, out_of_domain_p=chance.choice([None, 0.5, 0.001]), night=False,
            boxes=(box,), model="m", seconds=0.0,
        )  # fmt: skip
        camera = chance.choice(list(CAMERAS))
        found.append(
            Scored(
                frame=number, camera=camera, group=CAMERAS[camera], model="m", origin=Origin.DOOR, taken_at=at - late,
                received_at=at, at=at, found=seen, threshold=0.5, stated_at=at - late,
            )
        )  # fmt: skip
    return found


@pytest.mark.parametrize("name", RULES)
def test_both_decide_every_frame_alike(name: str) -> None:
    terms = read({"site": "camp", **RULES[name]})
    frames = drawn(seed=len(name))
    receivers = {Audience.RANGERS: 2, Audience.CAMPERS: 3}
    place = Place(
        site="camp", zone=ZONE, latitude=44.6, longitude=-110.5, receivers=receivers,
        quiet=[Held(camera="ridge", place=STUMP, span=(BEGIN, None))],
    )  # fmt: skip
    bare = read({"site": "camp", **RULES[name], "last_day": "2030-01-01"})
    teller = Teller(place=place, rule_at=always(bare, tuple(CAMERAS)))
    rerun = Rerun(
        terms, threshold=terms.threshold or 0.5, cameras=tuple(CAMERAS), receivers=receivers[terms.audience],
        place=scope_hours.Place(zone=ZONE, latitude=44.6, longitude=-110.5), held={"ridge": [STUMP]},
    )  # fmt: skip
    told = [one.decision for one in teller.tell(frames)]
    again = [rerun.step(_shot(one)).decision for one in frames]
    assert [one for one in zip(told, again, strict=True) if one[0] != one[1]] == []
    assert len({(one.act, one.reason) for one in told}) > 2


def _shot(one: Scored) -> Shot:
    assert isinstance(one.found, Detection)
    return Shot(
        frame=one.frame, camera=one.camera, group=one.group, stated_at=one.stated_at, taken_at=one.taken_at,
        received_at=one.received_at, origin=one.origin, found=one.found,
    )  # fmt: skip

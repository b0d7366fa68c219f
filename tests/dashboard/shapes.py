"""Shapes as the API gives them, for the dashboard's pure parts."""

from datetime import UTC, datetime, timedelta
from typing import Any

from api.schemas.alerts import AlertOut, BoxOut
from api.schemas.park import CameraOut, GapOut, SiteOut, SitePage
from api.schemas.people import MeOut
from api.schemas.rules import RuleOut
from api.schemas.words import AlertState, Audience, CameraHealth, CameraKind, Role, RuleState, Stage

NOW = datetime(2026, 11, 24, 20, 0, tzinfo=UTC)
ZONE = "America/Denver"


def alert(**changes: Any) -> AlertOut:
    """A pending alert of a site in trial."""
    usual: dict[str, Any] = {
        "id": 1, "site": "camp", "site_name": "Camp", "camera": "creek", "cameras": ["creek"],
        "state": AlertState.PENDING, "stage": Stage.TRIAL, "audience": Audience.RANGERS, "reason": "HELD_FOR_REVIEW",
        "says": "bear, p 0.93; stage trial: rangers are asked", "label": "bear", "p_bear": 0.93,
        "out_of_domain_p": 0.3, "raised_at": NOW, "taken_at": NOW, "deadline": NOW, "claimed_by": None,
        "claimed_at": None, "unconfirmed": False, "replay": False, "demo_model": False, "turn": 1, "visit": 1,
        "rule": 1, "picture": "/api/v1/alerts/1/picture.jpg", "clip": "/api/v1/alerts/1/clip.mp4", "boxes": [],
        "verdict": None, "warned": False, "would_have": None, "timeline": [],
    }  # fmt: skip
    return AlertOut.model_validate(usual | changes)


def camera(name: str = "creek", **changes: Any) -> CameraOut:
    """A camera that lives."""
    usual: dict[str, Any] = {
        "id": name, "site": "camp", "kind": CameraKind.STREAM, "group": name, "health": CameraHealth.ALIVE,
        "says": "alive", "last_seen_at": NOW, "last_frame_at": NOW, "clock_offset_s": 0.0, "picture": None,
        "possible_bear": False, "possible_bear_p": None,
    }  # fmt: skip
    return CameraOut.model_validate(usual | changes)


def rule(**changes: Any) -> RuleOut:
    """A rule in trial."""
    usual: dict[str, Any] = {
        "rule": 1, "site": "camp", "revision": 1, "state": RuleState.IN_FORCE, "stage": Stage.TRIAL,
        "audience": Audience.RANGERS, "widens": True, "wider": [], "missing": [], "approvals": [],
        "bound_to": "0" * 64,
        "override": None, "stopped": False, "protected": True, "protected_says": "trial", "model": "0" * 64,
        "model_name": "default", "reason": "first", "proposed_by": "ann", "proposed_at": NOW, "demo": False,
        "terms": {"last_day": "2026-12-04"}, "says": "trial: all cameras",
    }  # fmt: skip
    return RuleOut.model_validate(usual | changes)


def site(**changes: Any) -> SiteOut:
    """A protected site."""
    usual: dict[str, Any] = {
        "id": "camp", "name": "Camp", "time_zone": ZONE, "latitude": 44.0, "longitude": -110.0, "rule": rule(),
        "proposals": [], "stopped": False, "stop_reason": None, "own_stop": False, "lift_asked": None,
        "protected": True, "protected_says": "trial", "gap": None,
        "watch_needed": False, "cameras": 1, "cameras_alive": 1, "pending": 0,
    }  # fmt: skip
    return SiteOut.model_validate(usual | changes)


def sites(*items: SiteOut, all_stopped: bool = False, faults: tuple[str, ...] = ()) -> SitePage:
    """What a person may see."""
    return SitePage(items=list(items), all_stopped=all_stopped, faults=list(faults))


def gap(taken_by: str | None = None) -> GapOut:
    """Not protected since an hour."""
    return GapOut(since=NOW - timedelta(hours=1), cause="stopped by ada: drill", taken_by=taken_by)


def me(*, demo: bool = False) -> MeOut:
    """A ranger of all sites."""
    return MeOut(name="riley", role=Role.RANGER, sites=[], must_change=False, park="Park", time_zone=ZONE, demo=demo)


def box(**changes: float) -> BoxOut:
    """A box in the middle."""
    return BoxOut.model_validate({"x": 0.25, "y": 0.5, "w": 0.5, "h": 0.25, "label": "bear", "p": 0.9} | changes)

"""Demo rows: the simulated year as it would be stored, in a database of its own.

The database of a park never holds any of it: what is not there can reach no list, no number and nobody's phone.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import count

from rollout.demo_year import WATCHERS, Passed, Shown, SiteYear, Watch
from store import tables
from store.session import Session
from store.vocabulary import (
    Act,
    AlertState,
    Audience,
    CameraFault,
    CameraKind,
    Origin,
    Reason,
    Role,
    RuleState,
    Stage,
    Sureness,
    WatchMode,
    WatchPlace,
)

MODEL, MODEL_NAME, THRESHOLD = "5" * 64, "simulated model", 0.5
PEOPLE = ("riley", "sam", *WATCHERS)
"""The first two answer alerts; the others watch, and see nothing of the model."""

LATITUDE, LONGITUDE = 44.6, -110.5
NOTICED = timedelta(minutes=30)
MARK = " (simulated)"
"""Ends the name of every site, so that each page and sheet says it."""


def write(session: Session, told: Sequence[SiteYear], *, time_zone: str) -> None:
    """Everything that is on record of these sites, into an empty database."""
    since = min(one.since for one in told)
    session.add_all([
        tables.Park(id=1, name="Demo year (simulated)", time_zone=time_zone, objective={}, exit={}, demo=True),
        tables.ModelVersion(
            sha256=MODEL, name=MODEL_NAME, path="", labels=["bear", "empty"], threshold=THRESHOLD, added_at=since
        ),
        *(
            tables.Person(
                id=number, name=name, role=Role.RANGER, sites=[], password_hash="", created_at=since, demo=True
            )
            for number, name in enumerate(PEOPLE, start=1)
        ),
    ])  # fmt: skip
    session.flush()
    visits, watches = count(1), count(1)
    for rule, one in enumerate(told, start=1):
        _site(session, one, rule, time_zone)
        shown = {passed: next(visits) for passed in one.passed if passed.shown is not None}
        watched = {watch: next(watches) for watch in one.watches}
        _found(session, one, rule, shown)
        _seen(session, one, watched, shown)


def _site(session: Session, one: SiteYear, rule: int, time_zone: str) -> None:
    site = one.story.site
    session.add_all([
        tables.Site(
            id=site, name=one.story.title + MARK, time_zone=time_zone, latitude=LATITUDE, longitude=LONGITUDE
        ),
        tables.CameraGroup(id=site),
    ])  # fmt: skip
    session.flush()
    session.add(tables.Camera(id=site, site_id=site, kind=CameraKind.STREAM, group_id=site))
    session.flush()
    session.add_all([
        tables.CameraStatus(camera_id=site, expected_since=one.since, streaks={}),
        tables.Rule(
            id=rule, site_id=site, revision=1, model_sha256=MODEL, stage=Stage.SHADOW, audience=Audience.RANGERS,
            body={"site": site, "stage": "shadow"}, state=RuleState.IN_FORCE, widens=False, needs_second=False,
            reason="simulated", evidence={}, bound_to="", proposed_at=one.since, in_force_at=one.since, demo=True,
        ),
    ])  # fmt: skip
    if one.died is not None:
        session.add(tables.Episode(
            camera_id=site, kind=CameraFault.SILENT, began_at=one.died, noticed_at=one.died + NOTICED, blind=True,
            says="no picture comes", measured={},
        ))  # fmt: skip
    session.flush()


def _found(session: Session, one: SiteYear, rule: int, shown: Mapping[Passed, int]) -> None:
    """What the model called a bear, and what people said of it."""
    for make in (_frame, _detection, _visit, _decision, _alert, _review):
        session.add_all(
            make(number, one, passed, passed.shown, rule) for passed, number in shown.items() if passed.shown
        )
        session.flush()


def _seen(session: Session, one: SiteYear, watched: Mapping[Watch, int], shown: Mapping[Passed, int]) -> None:
    """Who watched, what they saw, and which of it is one with what the model found."""
    session.add_all(_watch(number, one, watch) for watch, number in watched.items())
    session.flush()
    seen = [(passed, _sighting(one, passed.seen_at, watched)) for passed in one.passed if passed.seen_at is not None]
    session.add_all(row for _, row in seen)
    session.flush()
    session.add_all(
        tables.Match(
            site_id=one.story.site, visit_id=shown[passed], sighting_id=row.id, made_at=row.received_at + NOTICED,
            why="simulated", window_minutes=30,
        )
        for passed, row in seen if passed in shown
    )  # fmt: skip
    session.flush()


def _frame(number: int, one: SiteYear, passed: Passed, _: Shown, __: int) -> tables.Frame:
    """A line without a picture: nothing of it is in an archive."""
    return tables.Frame(
        id=number, camera_id=one.story.site, sha256=sha256(f"simulated {number}".encode()).hexdigest(), stated_key="",
        taken_at=passed.at, received_at=passed.at, origin=Origin.STREAM, width=1280, height=720, motion=[],
    )  # fmt: skip


def _detection(number: int, _: SiteYear, passed: Passed, said: Shown, __: int) -> tables.Detection:
    box = {"x": 0.4, "y": 0.4, "w": said.size, "h": said.size * 0.8, "label": "bear", "p": said.p_bear}
    return tables.Detection(
        frame_id=number, model_sha256=MODEL, label="bear", p_bear=said.p_bear, out_of_domain_p=said.usual,
        probabilities={"bear": said.p_bear, "empty": round(1 - said.p_bear, 3)}, night=passed.night, boxes=[box],
        seconds=0.05,
    )  # fmt: skip


def _visit(number: int, one: SiteYear, passed: Passed, said: Shown, _: int) -> tables.Visit:
    site = one.story.site
    return tables.Visit(
        id=number, group_id=site, site_id=site, camera_id=site, model_sha256=MODEL, label="bear", bear=True,
        started_at=passed.at, last_at=passed.at, frames=1, p_bear=said.p_bear, best_frame_id=number,
    )  # fmt: skip


def _decision(number: int, one: SiteYear, passed: Passed, said: Shown, rule: int) -> tables.Decision:
    return tables.Decision(
        frame_id=number, camera_id=one.story.site, rule_id=rule, stage=Stage.SHADOW, act=Act.RECORD,
        reason=Reason.SHADOW, says="simulated", visit_id=number, model_sha256=MODEL, p_bear=said.p_bear,
        threshold=THRESHOLD, decided_at=passed.at,
    )  # fmt: skip


def _alert(number: int, one: SiteYear, passed: Passed, said: Shown, rule: int) -> tables.Alert:
    site = one.story.site
    return tables.Alert(
        id=number, visit_id=number, site_id=site, camera_id=site, cameras=[site], state=AlertState.SHADOW,
        stage=Stage.SHADOW, audience=Audience.RANGERS, reason=Reason.SHADOW, says="simulated", rule_id=rule,
        frame_id=number, label="bear", p_bear=said.p_bear, out_of_domain_p=said.usual, boxes=[],
        raised_at=passed.at, taken_at=passed.at, would_have={},
    )  # fmt: skip


def _review(number: int, _: SiteYear, passed: Passed, said: Shown, __: int) -> tables.Review:
    return tables.Review(
        id=number, alert_id=number, person_id=number % 2 + 1, verdict=said.verdict,
        at=passed.at + said.waited, took_s=said.took_s,
    )  # fmt: skip


def _watch(number: int, one: SiteYear, watch: Watch) -> tables.WatchSession:
    return tables.WatchSession(
        id=number, site_id=one.story.site, person_id=PEOPLE.index(watch.observer) + 1, observer=watch.observer,
        mode=WatchMode.BLIND, place=WatchPlace.FIELD, started_at=watch.since, ended_at=watch.until,
        told_otherwise=False, hours=[], flags=[], received_at=watch.until,
    )  # fmt: skip


def _sighting(one: SiteYear, at: datetime, watched: Mapping[Watch, int]) -> tables.Sighting:
    watch = next(watch for watch in watched if watch.since <= at < watch.until)
    return tables.Sighting(
        site_id=one.story.site, session_id=watched[watch], at=at, species="bear", bears=1, sure=Sureness.CERTAIN,
        observer=watch.observer, person_id=PEOPLE.index(watch.observer) + 1, source="watch", flags=[], received_at=at,
    )  # fmt: skip

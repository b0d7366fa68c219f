"""Every route, asked by nobody, by each role, and by a person of another site: what is not listed here fails."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api import auth, wiring
from ingest import footage
from ingest.sources import shot_of
from rollout import alarms, iso_weeks
from rollout.actors import RANK
from store import episodes, looks, reports, tables, timelapse
from store.looks import Taken
from store.session import transaction
from store.vocabulary import (
    CameraFault,
    IncidentCause,
    IncidentKind,
    Light,
    LookKind,
    QuietState,
    Role,
    RowSource,
    RowState,
    Stage,
    Verdict,
)
from tests.api.conftest import PASSWORD, QUICK, Place
from tests.api.test_alerts import pending

V1 = "/api/v1"
BY_ROLE = {Role.AUDITOR: "audrey", Role.RANGER: "riley", Role.SUPERVISOR: "sam", Role.ADMIN: "ada"}
READERS = (Role.AUDITOR, Role.ADMIN)
OF_CAMP = ('"camp"', "Lower campground", "creek", "carl")
"""Words that somebody of the other site must not read."""


@dataclass(frozen=True, kw_only=True)
class Door:
    """Who may use a route. roles: those that may; elsewhere: what somebody of another site is told (None: theirs)."""

    roles: tuple[Role, ...]
    body: Mapping[str, Any] | None = None
    query: Mapping[str, str] | None = None
    elsewhere: int | None = None


def least(role: Role, **more: Any) -> Door:
    return Door(roles=tuple(who for who in Role if RANK[who] >= RANK[role]), **more)


SEE, ASK, LEAD, RUN = Role.AUDITOR, Role.RANGER, Role.SUPERVISOR, Role.ADMIN
MARKS = {"marks": [{"file": "a.jpg", "act": "delete", "seen": "bear"}]}
MASK = {"x": 0.1, "y": 0.1, "w": 0.1, "h": 0.1, "why": "a flag"}
SHOWN: Mapping[str, Any] = {"shown": []}
RULE = {"site": "camp", "stage": "shadow", "reason": "try"}
DOORS: Mapping[tuple[str, str], Door] = {
    ("GET", "/me"): least(SEE),
    ("POST", "/me/password"): least(SEE, body={"old": "not the old one", "new": "another long one"}),
    ("GET", "/uploads/{upload}"): least(SEE, elsewhere=404),
    ("GET", "/frames/{frame}/decision"): least(SEE, elsewhere=404),
    ("POST", "/classify"): least(SEE),
    ("GET", "/alerts"): least(SEE),
    ("GET", "/alerts/{alert}"): least(SEE, elsewhere=404),
    ("POST", "/alerts/{alert}/claim"): least(ASK, elsewhere=403),
    ("POST", "/alerts/{alert}/release"): least(ASK, elsewhere=403),
    ("POST", "/alerts/{alert}/review"): least(ASK, body={"verdict": "unsure"}, elsewhere=403),
    ("POST", "/alerts/{alert}/correct"): least(ASK, body={"verdict": "bear"}, elsewhere=403),
    ("GET", "/alerts/{alert}/picture.jpg"): least(SEE, elsewhere=404),
    ("GET", "/alerts/{alert}/clip.mp4"): least(SEE, elsewhere=404),
    ("GET", "/alerts/{alert}/recordings"): least(SEE, elsewhere=404),
    ("GET", "/looks"): least(SEE),
    ("GET", "/looks/next"): least(ASK),
    ("POST", "/looks/next"): least(ASK),
    ("POST", "/looks/{look}/answer"): least(ASK, body={"verdict": "unsure"}, elsewhere=403),
    ("POST", "/looks/{look}/leave"): least(ASK, elsewhere=403),
    ("GET", "/looks/{look}/picture.jpg"): least(SEE, elsewhere=404),
    ("GET", "/looks/{look}/clip.mp4"): least(SEE, elsewhere=404),
    ("GET", "/sites"): least(SEE),
    ("POST", "/sites/{site}/watch-accept"): least(ASK, elsewhere=403),
    ("GET", "/cameras"): least(SEE),
    ("GET", "/cameras/{camera}"): least(SEE, elsewhere=404),
    ("GET", "/cameras/{camera}/latest.jpg"): least(SEE, elsewhere=404),
    ("GET", "/cameras/{camera}/live.mjpg"): least(SEE, elsewhere=404),
    ("GET", "/timelapse"): least(SEE),
    ("GET", "/timelapse/{hour}"): least(SEE, elsewhere=404),
    ("GET", "/timelapse/pictures/{picture}.jpg"): least(SEE, elsewhere=404),
    ("GET", "/cameras/{camera}/reference.jpg"): least(SEE, elsewhere=404),
    ("POST", "/cameras/{camera}/accept-view"): least(LEAD, body={"note": "on purpose"}, elsewhere=403),
    ("GET", "/cameras/{camera}/masks"): least(SEE, elsewhere=404),
    ("POST", "/cameras/{camera}/masks"): least(RUN, body=MASK, elsewhere=403),
    ("POST", "/masks/{mask}/end"): least(RUN, body={"why": "try"}, elsewhere=404),
    ("GET", "/reports"): least(SEE),
    ("GET", "/reports/{site}/{week}"): least(SEE, elsewhere=404),
    ("GET", "/reports/{site}/{week}.html"): least(SEE, elsewhere=404),
    ("GET", "/reports/{site}/{week}.pdf"): least(SEE, elsewhere=404),
    ("POST", "/reports/{site}/{week}"): least(ASK, elsewhere=404),
    ("GET", "/reports/{site}/{week}/paper"): least(SEE, elsewhere=404),
    ("GET", "/sites/{site}/reports"): least(SEE, elsewhere=404),
    ("GET", "/reports/park/newest"): least(SEE),
    ("GET", "/reports/park/{week}"): least(SEE),
    ("GET", "/watch-sessions"): least(SEE),
    ("POST", "/watch-sessions"): least(ASK, body={"site": "camp", "mode": "routine"}, elsewhere=403),
    ("POST", "/watch-sessions/{number}/end"): least(ASK, body={}, elsewhere=404),
    ("POST", "/watch-sessions/{number}/hours"): least(ASK, body={}, elsewhere=404),
    ("POST", "/watch-sessions/{number}/hours/{hour}/done"): least(ASK, body=SHOWN, elsewhere=404),
    ("POST", "/watch-sessions/{number}/hours/{hour}/skip"): least(ASK, elsewhere=404),
    ("GET", "/sightings"): least(SEE),
    ("POST", "/sightings"): least(ASK, body={"site": "camp"}, elsewhere=403),
    ("POST", "/sightings/{number}/withdraw"): least(ASK, body={"why": "try"}, elsewhere=404),
    ("GET", "/responses"): least(SEE),
    ("POST", "/responses"): least(
        ASK, body={"sighting": 1, "did": "nothing", "at": "2026-11-20T03:00Z"}, elsewhere=403
    ),
    ("GET", "/encounters"): least(SEE, query={"site": "camp"}, elsewhere=404),
    ("POST", "/encounters/join"): least(ASK, body={"visit": 1, "sighting": 1, "why": "try"}, elsewhere=404),
    ("POST", "/encounters/{match}/part"): least(ASK, body={"why": "try"}, elsewhere=404),
    ("GET", "/encounters/{match}/history"): least(SEE, elsewhere=404),
    ("GET", "/alarms"): least(SEE),
    ("POST", "/alarms/{number}/acknowledge"): least(LEAD, body={"cause": "camera"}, elsewhere=403),
    ("GET", "/incidents"): least(SEE),
    ("POST", "/incidents/{number}/cause"): least(LEAD, body={"cause": "camera_blind"}, elsewhere=403),
    ("GET", "/references"): least(SEE),
    ("GET", "/references/preview"): least(RUN, query={"site": "camp"}, elsewhere=404),
    ("POST", "/references"): least(RUN, body={"site": "camp", "reason": "try"}, elsewhere=403),
    # the second person may be of another site
    ("POST", "/references/{number}/accept"): least(LEAD, body={"sha256": "0" * 64}, elsewhere=409),
    ("POST", "/references/{number}/withdraw"): least(RUN, elsewhere=403),
    ("GET", "/quiet-places"): least(SEE),
    ("POST", "/quiet-places/{place}/accept"): least(RUN, body={"why": "try"}, elsewhere=404),
    ("POST", "/quiet-places/{place}/refuse"): least(LEAD, body={"why": "try"}, elsewhere=404),
    ("POST", "/quiet-places/{place}/end"): least(LEAD, body={"why": "try"}, elsewhere=404),
    ("GET", "/episodes"): least(SEE),
    ("GET", "/storage"): least(SEE),
    ("POST", "/episodes/{episode}/acknowledge"): least(LEAD, body={"note": "known"}, elsewhere=403),
    ("GET", "/visits"): least(SEE),
    ("GET", "/models"): least(SEE),
    ("GET", "/rules"): least(SEE),
    ("GET", "/rules/{rule}"): least(SEE, elsewhere=404),
    ("GET", "/sites/{site}/exit"): least(SEE, elsewhere=404),
    ("POST", "/rules/preview"): least(RUN, body=RULE, elsewhere=403),
    ("GET", "/rules/{rule}/week"): least(SEE, elsewhere=404),
    ("GET", "/trials"): least(SEE),
    ("POST", "/rules"): least(RUN, body=RULE, elsewhere=403),
    ("POST", "/rules/{rule}/approve"): least(LEAD, elsewhere=409),  # the second person may be of another site
    ("POST", "/rules/{rule}/withdraw"): least(RUN, elsewhere=403),
    ("GET", "/sites/{site}/versions"): least(SEE, elsewhere=404),
    ("POST", "/sites/{site}/challenge"): least(RUN, body={"model": "default", "reason": "try"}, elsewhere=403),
    ("POST", "/sites/{site}/challenge/end"): least(RUN, elsewhere=403),
    ("POST", "/sites/{site}/go-back"): least(LEAD, body={"reason": "try"}, elsewhere=403),
    ("GET", "/frames/{frame}/picture.jpg"): least(SEE, elsewhere=404),
    ("POST", "/stop"): least(ASK, body={"site": "camp", "reason": "try"}, elsewhere=403),
    ("GET", "/users"): Door(roles=READERS),
    ("POST", "/users"): least(RUN, body={"name": "new", "role": "ranger", "sites": ["camp"]}, elsewhere=403),
    ("POST", "/users/{name}/revoke"): least(RUN, elsewhere=403),
    ("GET", "/audit"): Door(roles=READERS),
    ("GET", "/audit.{kind_of_file}"): Door(roles=READERS),
    ("GET", "/decisions"): least(SEE),
    ("GET", "/sites/{site}/rule-at"): least(SEE, query={"at": "2026-11-27T03:00"}, elsewhere=404),
    ("GET", "/sites/{site}/guardrails"): least(SEE, elsewhere=404),
    ("GET", "/park"): least(SEE),
    ("GET", "/demo-year"): least(SEE, elsewhere=404),  # none is there; a demo's is simulated and everybody's
    ("GET", "/demo-year/{site}/{week}.html"): least(SEE, elsewhere=404),
    ("GET", "/cap.atom"): least(SEE),
    ("GET", "/cleaning/runs"): least(RUN, elsewhere=403),
    ("GET", "/cleaning/runs/{run}"): least(RUN, elsewhere=403),
    ("GET", "/cleaning/runs/{run}/picture.jpg"): least(RUN, elsewhere=403),
    ("POST", "/cleaning/runs/{run}/apply"): least(RUN, body=MARKS, elsewhere=403),
    ("POST", "/cleaning/runs/{run}/undo"): least(RUN, body={"number": 1}, elsewhere=403),
    ("GET", "/cleaning/training"): least(RUN, elsewhere=403),
    ("POST", "/cleaning/training"): least(RUN, body={"run": "none"}, elsewhere=403),
    ("POST", "/cleaning/training/stop"): least(RUN, elsewhere=403),
    ("GET", "/held"): least(RUN, elsewhere=403),
    ("GET", "/held/{number}/picture.jpg"): least(RUN, elsewhere=403),
    ("POST", "/held/{number}/assign"): least(RUN, body={"camera": "creek"}, elsewhere=403),
    ("POST", "/held/{number}/again"): least(RUN, elsewhere=403),
    ("POST", "/held/{number}/discard"): least(RUN, elsewhere=403),
    ("GET", "/labelling"): least(LEAD),
    ("POST", "/labelling/gather"): least(LEAD),
    ("POST", "/labelling/draw"): least(LEAD, body={"site": "camp"}, elsewhere=403),
    ("POST", "/labelling/retire"): least(RUN, body={"site": "camp", "why": "try", "dry_run": True}, elsewhere=403),
    ("POST", "/labelling/{row}/answer"): least(LEAD, body={"label": "bear"}, elsewhere=403),
    ("POST", "/labelling/{row}/reveal"): least(LEAD, elsewhere=403),
    ("GET", "/labelling/{row}/picture.jpg"): least(LEAD, elsewhere=404),
    ("POST", "/session/end"): least(SEE),
}
"""Under /api/v1, for people who are signed in. Signing out is the last that they do."""

OPEN_TO_ALL = {
    ("POST", f"{V1}/session"), ("GET", "/sign-in"), ("POST", "/sign-in"), ("GET", "/sign-out"),
    ("POST", "/sign-out"), ("GET", "/password"), ("POST", "/password"), ("GET", "/health"), ("GET", "/ready"),
    ("GET", "/metrics"), ("GET", "/api/openapi.json"), ("GET", "/api/docs"), ("GET", "/docs/oauth2-redirect"),
    ("GET", "/watch"), ("GET", "/watch/page.css"), ("GET", "/watch/page.js"), ("GET", "/watch-worker.js"),
}  # fmt: skip
"""What somebody needs who is not signed in yet, and what programs watch that have no name."""

WITH_A_CAMERA_KEY = {("POST", f"{V1}/frames")}
FOREVER = "/cameras/{camera}/live.mjpg"
"""A stream of a minute: whoever may see it is not asked to wait for its end."""


@pytest.fixture
def camp(place: Place) -> dict[str, str]:
    """A bear at the camp, with the names of everything of it, and people of each role of the other site alone."""
    alert = pending(place)
    ada = place.sign_in("ada")
    frame = next(entry for entry in range(1, 9) if ada.get(f"{V1}/frames/{entry}/decision").status_code == 200)
    kept, now = QUICK.hash(PASSWORD), wiring.now()
    row, (hour, lapsed), episode = candidate(place, frame), time_lapse(place), wrong_with_creek(place)
    with transaction(place.system.engine) as session:
        told = [(f"other-{role}", role, ["other"]) for role in Role] + [("carl", Role.RANGER, ["camp"])]
        for name, role, sites in told:
            auth.add_person(
                session, name=name, role=role, sites=sites, password_hash=kept, must_change=False, by="test", now=now
            )
    match = manual_watch(place)
    drifted(place)
    return {
        "alert": str(alert["id"]), "rule": str(alert["rule"]), "site": "camp", "camera": "creek", "name": "carl",
        "upload": "1", "frame": str(frame), "run": "none", "row": str(row), "episode": str(episode),
        "look": str(known_footage(place, frame)),
        "hour": hour, "picture": lapsed, "number": "1", "mask": str(masked(place)),
        "place": str(quiet_place(place, int(str(alert["id"])))),
        "kind_of_file": "jsonl", "match": match, "week": iso_weeks.holding(now, UTC).name,
    }  # fmt: skip


def candidate(place: Place, frame: int) -> int:
    """A frame of the camp as a candidate for training."""
    with transaction(place.system.engine) as session:
        row = tables.TrainingRow(
            frame_id=frame, site_id="camp", camera_id="creek", source=RowSource.AUDIT, state=RowState.WAITING,
            says="drawn", created_at=wiring.now(),
        )  # fmt: skip
        session.add(row)
        session.flush()
        return row.id


def known_footage(place: Place, frame: int) -> int:
    """A test of the camp's camera."""
    with transaction(place.system.engine) as session:
        row, now = session.get_one(tables.Frame, frame), wiring.now()
        look = tables.Look(
            kind=LookKind.SEEDED, truth=Verdict.BEAR, site_id="camp", camera_id="creek", since=row.taken_at,
            until=now, made_at=now, turn=1, source="try",
        )  # fmt: skip
        return looks.add(session, look, [Taken(camera="creek", at=row.taken_at, sha256=row.sha256)]).id


def time_lapse(place: Place) -> tuple[str, str]:
    """A drawn hour of the camp's camera and the one picture of it."""
    now = wiring.now()
    digest = place.system.archive.put(shot_of(footage.render("creek", 40, seed=3), 0).picture)
    with transaction(place.system.engine) as session:
        timelapse.draw(session, "creek", now.date(), [(now + timedelta(hours=1), 0.5)], seed=1, now=now)
        ((row, _),) = timelapse.hours(session, "creek", cursor=None, limit=9)
        timelapse.keep(session, row.id, taken_at=row.begins_at, sha256=digest, size_bytes=9)
        return str(row.id), str(timelapse.pictures(session, row.id)[0].id)


def wrong_with_creek(place: Place) -> int:
    """Something that is wrong with the camp's camera."""
    with transaction(place.system.engine) as session:
        now = wiring.now()
        return episodes.begin(
            session, "creek", CameraFault.MOVED, since=now, now=now, says="it moved", measured={}
        ).id  # fmt: skip


def masked(place: Place) -> int:
    """A mask of the camp's camera."""
    told = place.sign_in("ada").post(f"{V1}/cameras/creek/masks", json=MASK).json()
    return int(told["items"][0]["id"])


def manual_watch(place: Place) -> str:
    """A ranger who watches the camp and saw a bear, the model's; each the first of its table."""
    carl = place.sign_in("carl")
    carl.post(f"{V1}/watch-sessions", json={"site": "camp", "mode": "routine"}).raise_for_status()
    seen = carl.post(f"{V1}/sightings", json={"site": "camp"}).raise_for_status().json()["id"]
    visit = carl.get(f"{V1}/visits").json()["items"][0]["id"]
    joined = carl.post(f"{V1}/encounters/join", json={"visit": visit, "sighting": seen, "why": "try"})
    return str(joined.raise_for_status().json()["id"])


def drifted(place: Place) -> None:
    """An alarm and an incident of the camp, and a ratio that was accepted there, each the first of its table."""
    now = wiring.now()
    with transaction(place.system.engine) as session:
        report = reports.keep(
            session, "camp", "2026-W47", verdict="alarm_down", body={"reason": "half"}, inputs="0", as_of=now, now=now
        )
        alarms.of_report(session, report, now=now)
        session.add(tables.ReferenceRatio(
            site_id="camp", ratio=2.0, low=1.5, high=3.0, evidence={}, sha256="0" * 64, reason="try", proposed_by=1,
            proposed_at=now, accepted_by=2, accepted_at=now,
        ))  # fmt: skip
        session.add(tables.Incident(
            key="sighting:1", site_id="camp", kind=IncidentKind.SEEN, at=now, stage=Stage.TRIAL, camera_id="creek",
            sighting_id=1, says="Lower campground: carl saw a bear.", suggested=IncidentCause.MODEL, facts=[],
            found_at=now,
        ))  # fmt: skip


def quiet_place(place: Place, alert: int) -> int:
    """A place of the camp's camera that is proposed to be quiet."""
    with transaction(place.system.engine) as session:
        now = wiring.now()
        row = tables.QuietPlace(
            camera_id="creek", state=QuietState.PROPOSED, light=Light.BOTH, x=0.6, y=0.6, w=0.1, h=0.1, most_p=0.6,
            alerts=[alert], first_at=now, last_at=now, proposed_at=now,
            model_sha256=place.system.default_bundle.sha256,
        )  # fmt: skip
        session.add(row)
        session.flush()
        return row.id


def ask(browser: TestClient, method: str, path: str, camp: Mapping[str, str], door: Door) -> tuple[int, str]:
    """Status and words of one request."""
    files = {"file": ("a.jpg", b"no picture")} if path == "/classify" else None
    answer = browser.request(method, f"{V1}{path.format(**camp)}", json=door.body, params=door.query, files=files)
    return answer.status_code, answer.text


def test_every_route_is_listed_here(place: Place) -> None:
    there = {(method, path) for path, methods in routes(place) for method in methods - {"HEAD", "OPTIONS"}}
    listed = {(method, f"{V1}{path}") for method, path in DOORS}
    assert there == listed | OPEN_TO_ALL | WITH_A_CAMERA_KEY


def routes(place: Place) -> Iterator[tuple[str, set[str]]]:
    """Path and methods of each route of the application, those of its routers too."""
    for route in place.door.app.routes:
        within = getattr(route, "effective_route_contexts", None)
        for one in within() if within else [route]:
            yield one.path, set(one.methods or {"MOUNT"})


def test_nobody_reads_or_writes_anything_without_signing_in(place: Place, camp: dict[str, str]) -> None:
    nobody = TestClient(place.door.app)
    told = {route: ask(nobody, *route, camp, door)[0] for route, door in DOORS.items()}
    assert {route: status for route, status in told.items() if status != 401} == {}
    for _, path in WITH_A_CAMERA_KEY:
        assert nobody.post(path, files={"file": ("a.jpg", b"")}).status_code == 401


@pytest.mark.parametrize("role", list(Role))
def test_each_role_may_do_what_is_its_own_and_nothing_else(place: Place, camp: dict[str, str], role: Role) -> None:
    wrong, browser = {}, place.sign_in(BY_ROLE[role])
    for (method, path), door in DOORS.items():
        if path == FOREVER and role in door.roles:
            continue
        status, _ = ask(browser, method, path, camp, door)
        refused = status == 403
        if status >= 500 or (refused is (role in door.roles) and not forbidden_otherwise(path, role)):
            wrong[method, path] = status
    assert wrong == {}


@pytest.mark.parametrize("role", list(Role))
def test_somebody_of_another_site_reads_nothing_and_changes_nothing_here(
    place: Place, camp: dict[str, str], role: Role
) -> None:
    wrong, browser = {}, place.sign_in(f"other-{role}")
    for (method, path), door in DOORS.items():
        status, words = ask(browser, method, path, camp, door)
        expected = 403 if role not in door.roles else door.elsewhere
        leaks = [word for word in OF_CAMP if word in words] if method == "GET" and status < 400 else []
        if leaks or status >= 500 or (expected is not None and status != expected):
            wrong[method, path] = (status, leaks)
    assert wrong == {}


def forbidden_otherwise(path: str, role: Role) -> bool:
    """Somebody else's answer, watch or sighting is a supervisor's to change: a ranger's 403 there is right too."""
    others = ("/alerts/{alert}/correct", "/watch-sessions/{number}/end", "/sightings/{number}/withdraw")
    return path in others and role is Role.RANGER

"""Quiet proposals: what people dismissed at a camera, gathered into the places that are proposed to be quiet."""

from collections.abc import Sequence
from datetime import datetime

from ingest.frames import Region
from ingest.masks import lies_in
from model.detections import Box
from rollout import quiet
from rollout.quiet import FalseBox, Proposal
from store import quiet as rows
from store import tables
from store.quiet import Judged
from store.rules import deciders
from store.session import Session
from store.vocabulary import QuietState, Verdict

SETTLED = (QuietState.ACCEPTED, QuietState.REFUSED, QuietState.ENDED)


def bring_up_to_date(session: Session, camera: tables.Camera, *, now: datetime) -> int:
    """Bring a camera's proposals to what its alerts say now; gives how many places are new.

    False boxes count of the version alone that decides there now. A bear counts, whichever version saw it.
    A proposal that they bear out no longer goes. One that became another place, light or score gets another number:
    whoever accepts accepts what they saw.
    """
    model = deciders(session, [camera.id], now=now).get(camera.id)
    dismissed = rows.judged(session, camera.id, [Verdict.NOT_BEAR], since=now - quiet.LOOKS_BACK, limit=rows.MOST)
    others = rows.judged(session, camera.id, [Verdict.BEAR, Verdict.UNSURE], since=now - quiet.A_BEAR_WAS_THERE)
    settled = [row for row in rows.of_cameras(session, [camera.id], SETTLED) if row.model_sha256 == model]
    found = quiet.proposals(
        [box for one in dismissed if one.model == model for box in _false(one) if not _spent(box, settled)],
        [box for one in others for box in boxes_of(one.alert)],
    )
    known, new = list(rows.of_cameras(session, [camera.id], [QuietState.PROPOSED], lock=True)), 0
    for one in found if model is not None else ():
        row = next(
            (old for old in known if old.model_sha256 == model and quiet.alike(region_of(old), one.region)), None
        )
        if row is None or not _shows(row, one):
            new += row is None
            row = tables.QuietPlace(
                camera_id=camera.id, model_sha256=model, state=QuietState.PROPOSED, proposed_at=now
            )
            session.add(row)
        else:
            known.remove(row)
        _set(row, one)
    for row in known:
        session.delete(row)
    session.flush()
    return new


def _shows(row: tables.QuietPlace, one: Proposal) -> bool:
    at = one.region
    return (row.x, row.y, row.w, row.h, row.light, row.most_p) == (at.x, at.y, at.w, at.h, one.light, one.most_p)


def _set(row: tables.QuietPlace, one: Proposal) -> None:
    at = one.region
    row.x, row.y, row.w, row.h, row.light, row.most_p = at.x, at.y, at.w, at.h, one.light, one.most_p
    row.alerts, row.first_at, row.last_at = list(one.alerts), one.first_at, one.last_at


def _false(one: Judged) -> list[FalseBox]:
    alert = one.alert
    return [
        FalseBox(
            alert=alert.id, visit=alert.visit_id, at=alert.raised_at, region=box, p=alert.p_bear, night=one.night
        )
        for box in boxes_of(alert)
    ]


def boxes_of(alert: tables.Alert) -> list[Region]:
    """Where an alert's bears were: the boxes of its label, all of them where none has it."""
    boxes = [Box(**box) for box in alert.boxes]
    named = [box for box in boxes if box.label == alert.label] or boxes
    return [quiet.region(box) for box in named]


def _spent(box: FalseBox, settled: Sequence[tables.QuietPlace]) -> bool:
    """Whether somebody has settled the place of a box after it was seen; while a place is in force it takes all."""
    return any(
        lies_in(box.region, [region_of(row)])
        and (row.state is QuietState.ACCEPTED or box.at < (row.ended_at or row.settled_at or box.at))
        for row in settled
    )


def region_of(row: tables.QuietPlace) -> Region:
    """Where it lies."""
    return Region(x=row.x, y=row.y, w=row.w, h=row.h)

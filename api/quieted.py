"""Quieted: quiet places as people see them."""

from collections.abc import Sequence
from datetime import datetime

from api.schemas.quiet import QuietOut, QuietPage
from store import park, quiet, rules, tables
from store.session import Session
from store.vocabulary import QuietState

SHOWN = 200
PICTURES = 12


def page(session: Session, *, cameras: Sequence[str], now: datetime) -> QuietPage:
    """The newest of these cameras."""
    return QuietPage(items=[one(session, row, now=now) for row in quiet.of_cameras(session, cameras, limit=SHOWN)])


def cameras_of(session: Session, sites: Sequence[str]) -> list[str]:
    """The cameras of these sites; none named: all."""
    return [row.id for row in park.cameras(session) if not sites or row.site_id in sites]


def one(session: Session, row: tables.QuietPlace, *, now: datetime) -> QuietOut:
    """One of them."""
    deciding = rules.deciders(session, [row.camera_id], now=now).get(row.camera_id)
    version = session.get(tables.ModelVersion, row.model_sha256) if row.model_sha256 else None
    return QuietOut(
        id=row.id, camera=row.camera_id, model=version.name if version else None,
        rests=row.state is QuietState.ACCEPTED and deciding != row.model_sha256, state=row.state,
        light=row.light, x=row.x, y=row.y, w=row.w, h=row.h,
        visits=len(row.alerts), most_p=row.most_p, first_at=row.first_at, last_at=row.last_at,
        pictures=[f"/api/v1/alerts/{alert}/picture.jpg" for alert in reversed(row.alerts[-PICTURES:])],
        proposed_at=row.proposed_at, settled_by=rules.name_of(session, row.settled_by) if row.settled_by else None,
        settled_at=row.settled_at, why=row.why, until=row.until, ended_at=row.ended_at,
        ended_by=rules.name_of(session, row.ended_by) if row.ended_by else None, ended_why=row.ended_why,
    )  # fmt: skip

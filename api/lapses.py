"""Lapses: a drawn hour as it is shown: its pictures, what is missing, and when its camera could not see."""

from collections.abc import Sequence
from datetime import datetime

from api.schemas.timelapse import BlankOut, LapsedOut, LapseOut
from ingest import timelapse
from ingest.timelapse import HOUR, Span
from store import episodes, tables
from store import timelapse as rows
from store.session import Session


def shown(session: Session, hour: tables.DrawnHour, *, now: datetime) -> LapseOut:
    """An hour that still runs ends now."""
    ends_at = max(hour.begins_at, min(hour.begins_at + HOUR, now))
    gone, pictures = rows.dropped(session, hour.id), rows.pictures(session, hour.id)
    kept = [one for one in pictures if one.sha256 not in gone]
    lost = [one.taken_at for one in pictures if one.sha256 in gone]
    blind = _blind(session, hour, ends_at)
    whole = Span(since=hour.begins_at, until=ends_at, says="not kept")
    gaps = timelapse.gaps([one.taken_at for one in kept], whole, blind=blind, gone=lost)
    return LapseOut(
        camera=hour.camera_id, begins_at=hour.begins_at, ends_at=ends_at,
        items=[
            LapsedOut(id=one.id, taken_at=one.taken_at, picture=f"/api/v1/timelapse/pictures/{one.id}.jpg")
            for one in kept
        ],
        gaps=[BlankOut(**vars(gap)) for gap in gaps], blind=[BlankOut(**vars(span)) for span in blind],
    )  # fmt: skip


def _blind(session: Session, hour: tables.DrawnHour, ends_at: datetime) -> Sequence[Span]:
    """When the camera could not see, in order, cut to the hour."""
    found = episodes.between(session, since=hour.begins_at, until=ends_at, camera=hour.camera_id)
    return sorted(
        (
            Span(
                since=max(hour.begins_at, one.began_at), until=min(ends_at, one.ended_at or ends_at),
                says=f"camera blind: {one.kind.value.replace('_', ' ')}",
            )
            for one in found
            if one.blind
        ),
        key=lambda span: span.since,
    )  # fmt: skip

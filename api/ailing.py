"""Ailing: what is wrong with cameras, as people see it."""

import shutil
from collections.abc import Sequence
from datetime import UTC, datetime

from api.schemas.health import EpisodeOut, KnownClipOut, StoragePage, StoredOut
from api.wiring import System
from ingest.mending import MEND, name_of
from store import episodes, keeping, known, rules, tables
from store.session import Session


def episode(session: Session, row: tables.Episode) -> EpisodeOut:
    """One episode with its mend."""
    site = session.get_one(tables.Camera, row.camera_id).site_id if row.camera_id else None
    return EpisodeOut(
        id=row.id, camera=row.camera_id, site=site, kind=row.kind, name=name_of(row.kind), began_at=row.began_at,
        ended_at=row.ended_at, blind=row.blind, says=row.says, mend=MEND[row.kind],
        measured={name: value for name, value in row.measured.items() if isinstance(value, int | float)},
        told_at=row.told_at, acknowledged_at=row.acknowledged_at, note=row.note,
        acknowledged_by=rules.name_of(session, row.acknowledged_by) if row.acknowledged_by else None,
    )  # fmt: skip


def of_camera(session: Session, camera: str) -> Sequence[EpisodeOut]:
    """What is wrong with a camera now."""
    return [episode(session, row) for row in episodes.open_of(session, camera)]


def known_clip(session: Session, camera: str) -> KnownClipOut | None:
    """How the last known bear fared that was put into a camera's path."""
    row = known.last(session, camera)
    return (
        None
        if row is None
        else KnownClipOut(
            played_at=row.played_at, source=row.source, found=row.found, p_bear=row.p_bear, says=row.says or ""
        )
    )


def storage(session: Session, system: System) -> StoragePage:
    """What is kept, as the clock counted it last."""
    told, (count, last) = session.get(tables.Park, 1), keeping.dropped_in_all(session)
    limits = told.storage if told is not None else {}
    return StoragePage(
        items=[
            StoredOut(
                kind=row.kind, pictures=row.pictures, size_bytes=row.size_bytes, oldest_at=row.oldest_at,
                days=limits.get(row.kind, {}).get("days"), gb=limits.get(row.kind, {}).get("gb"),
                counted_at=row.counted_at,
            )
            for row in keeping.counted(session)
        ],
        free_bytes=shutil.disk_usage(system.data_dir).free, floor_bytes=system.intake.disk_floor_bytes, dropped=count,
        dropped_last_at=last.at if last else None, dropped_why=last.why if last else None,
    )  # fmt: skip


def aware(at: datetime | None) -> datetime | None:
    """A moment that was asked for without an offset is meant in UTC."""
    return at.replace(tzinfo=UTC) if at is not None and at.tzinfo is None else at

"""Model versions that are known here."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from store import tables
from store.vocabulary import RuleState

DEMO_SCENERY = "demo-scenery"
"""The name of the version that knows drawn scenery and no real bear."""


def versions(session: Session) -> Sequence[tables.ModelVersion]:
    """Those that are not retired, newest first."""
    wanted = select(tables.ModelVersion).where(tables.ModelVersion.retired_at.is_(None))
    return session.scalars(wanted.order_by(tables.ModelVersion.added_at.desc(), tables.ModelVersion.name)).all()


def at_work(session: Session, sha256: str) -> Sequence[str]:
    """The sites where a version decides or challenges, or is to by a rule that waits."""
    rows = session.scalars(
        select(tables.Rule).where(tables.Rule.state.in_((RuleState.PROPOSED, RuleState.APPROVED, RuleState.IN_FORCE)))
    )
    named = {
        row.site_id for row in rows if sha256 in (row.model_sha256, (row.evidence.get("canary") or {}).get("sha256"))
    }
    challenge = tables.Challenge
    challenged = select(challenge.site_id).where(challenge.model_sha256 == sha256, challenge.ended_at.is_(None))
    return sorted(named | set(session.scalars(challenged)))


def add(
    session: Session, *, sha256: str, name: str, path: str, labels: list[str], threshold: float, now: datetime
) -> tables.ModelVersion:
    """Make a version known; one that is known keeps its row and learns where its folder is now."""
    row = session.get(tables.ModelVersion, sha256)
    if row is None:
        row = tables.ModelVersion(
            sha256=sha256, name=name, path=path, labels=labels, threshold=threshold, added_at=now
        )
        session.add(row)
    row.retired_at = None
    if row.path != path:
        row.path = path
    session.flush()
    return row

"""Trial reports: what each trial was and what came of it."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from store import tables


def keep(session: Session, rule: tables.Rule, body: Mapping[str, Any], *, now: datetime) -> tables.TrialReport:
    """Write the report of a trial that ended."""
    told = dict(body)
    canonical = json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    row = tables.TrialReport(
        rule_id=rule.id, site_id=rule.site_id, made_at=now, body=told, sha256=sha256(canonical.encode()).hexdigest()
    )
    session.add(row)
    session.flush()
    return row


def of_sites(session: Session, sites: Sequence[str] | None) -> Sequence[tables.TrialReport]:
    """The reports of sites (None: of all), the newest first."""
    report = tables.TrialReport
    wanted = select(report).order_by(report.id.desc())
    return session.scalars(wanted if sites is None else wanted.where(report.site_id.in_(sites))).all()

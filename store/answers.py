"""Answers: which alerts of a rule people looked at, and what they said of them."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from store import tables
from store.vocabulary import OPEN, AlertState, Stage, Verdict


@dataclass(frozen=True, kw_only=True)
class Answered:
    """An alert with its answers. verdict: the latest; first_at: when the first was given.

    said_at: when the first that says bear or not a bear was given. open: somebody may still answer.
    """

    alert: int
    visit: int
    camera: str
    group: str
    taken_at: datetime
    raised_at: datetime
    p_bear: float
    open: bool
    verdict: Verdict | None
    first_at: datetime | None
    said_at: datetime | None


def of_rules(
    session: Session, rules: Collection[int], *, shadow: bool, since: datetime, until: datetime
) -> list[Answered]:
    """The alerts that these revisions raised between two moments, those of replays left out, oldest first.

    shadow: those that would have been, else those that people were told of. Of answers, only first ones until then
    make an alert an answered one; a later correction of these counts.
    """
    alert = tables.Alert
    stage = alert.stage == Stage.SHADOW if shadow else alert.stage != Stage.SHADOW
    return _answered(session, [alert.rule_id.in_(rules), stage], since, until)


def bears(session: Session, site: str, *, since: datetime, until: datetime) -> list[Answered]:
    """Alerts of a site in any stage that people answered with bear."""
    found = _answered(session, [tables.Alert.site_id == site], since, until)
    return [one for one in found if one.verdict is Verdict.BEAR]


def _answered(
    session: Session, which: Sequence[ColumnElement[bool]], since: datetime, until: datetime
) -> list[Answered]:
    alert, visit, review = tables.Alert, tables.Visit, tables.Review
    own = (*which, alert.send.is_(True), alert.raised_at >= since, alert.raised_at < until)
    given: dict[int, list[tables.Review]] = defaultdict(list)
    for row in session.scalars(
        select(review).join(alert, alert.id == review.alert_id).where(*own).order_by(review.id)
    ):
        if given[row.alert_id] or row.at <= until:
            given[row.alert_id].append(row)
    rows = session.execute(
        select(alert, visit.group_id).join(visit, visit.id == alert.visit_id).where(*own).order_by(alert.id)
    )
    return [_one(row, group, given[row.id]) for row, group in rows]


def _one(row: tables.Alert, group: str, given: Sequence[tables.Review]) -> Answered:
    said = [one.at for one in given if one.verdict is not Verdict.UNSURE]
    return Answered(
        alert=row.id, visit=row.visit_id, camera=row.camera_id, group=group, taken_at=row.taken_at,
        raised_at=row.raised_at, p_bear=row.p_bear, open=row.state in (*OPEN, AlertState.SHADOW),
        verdict=given[-1].verdict if given else None, first_at=given[0].at if given else None,
        said_at=said[0] if said else None,
    )  # fmt: skip

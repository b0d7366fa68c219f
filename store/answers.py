"""Answers: which alerts of a rule people looked at, and what they said of them."""

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from store import tables
from store.report_rows import Answer
from store.vocabulary import OPEN, AlertState, Stage, Verdict


@dataclass(frozen=True, kw_only=True)
class Answered:
    """An alert with its answers. verdict: the latest; first_at: when the first was given.

    said_at: when the first that says bear or not a bear was given. open: somebody may still answer. apart: how many
    answers are left apart.
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
    apart: int = 0


def of_rules(
    session: Session, rules: Collection[int], *, shadow: bool, since: datetime, until: datetime,
    but: Collection[int] = (),
) -> list[Answered]:  # fmt: skip
    """The alerts that these revisions raised between two moments, those of replays left out, oldest first.

    shadow: those that would have been, else those that people were told of. Of answers, only first ones until then
    make an alert an answered one; a later correction of these counts. What a canary saw is no evidence for the rule's
    own version, and is left out. but: answers that count as none.
    """
    alert, visit, rule = tables.Alert, tables.Visit, tables.Rule
    own = select(visit.id).where(
        visit.id == alert.visit_id, rule.id == alert.rule_id, visit.model_sha256 == rule.model_sha256
    )
    stage = alert.stage == Stage.SHADOW if shadow else alert.stage != Stage.SHADOW
    return _answered(session, [alert.rule_id.in_(rules), stage, own.exists()], since, until, but)


def bears(session: Session, site: str, *, since: datetime, until: datetime) -> list[Answered]:
    """Alerts of a site in any stage that people answered with bear."""
    found = _answered(session, [tables.Alert.site_id == site], since, until)
    return [one for one in found if one.verdict is Verdict.BEAR]


def given(session: Session, site: str, *, since: datetime) -> list[Answer]:
    """Every answer at a site since a moment, in order."""
    alert, review, person = tables.Alert, tables.Review, tables.Person
    wanted = (
        select(review, alert.visit_id, alert.raised_at, person.name)
        .join(alert, alert.id == review.alert_id)
        .join(person, person.id == review.person_id)
        .where(alert.site_id == site, review.at >= since)
        .order_by(review.id)
    )
    return [
        Answer(
            number=row.id, visit=visit, alert=row.alert_id, person=row.person_id, name=name, verdict=row.verdict,
            at=row.at, raised_at=raised, took_s=row.took_s,
        )
        for row, visit, raised, name in session.execute(wanted)
    ]  # fmt: skip


def _answered(
    session: Session, which: Sequence[ColumnElement[bool]], since: datetime, until: datetime,
    but: Collection[int] = (),
) -> list[Answered]:  # fmt: skip
    alert, visit, review = tables.Alert, tables.Visit, tables.Review
    own = (*which, alert.send.is_(True), alert.raised_at >= since, alert.raised_at < until)
    given, apart = defaultdict[int, list[tables.Review]](list), Counter[int]()
    for row in session.scalars(
        select(review).join(alert, alert.id == review.alert_id).where(*own).order_by(review.id)
    ):
        if row.id in but:
            apart[row.alert_id] += 1
        elif given[row.alert_id] or row.at <= until:
            given[row.alert_id].append(row)
    rows = session.execute(
        select(alert, visit.group_id).join(visit, visit.id == alert.visit_id).where(*own).order_by(alert.id)
    )
    return [_one(row, group, given[row.id], apart[row.id]) for row, group in rows]


def _one(row: tables.Alert, group: str, given: Sequence[tables.Review], apart: int) -> Answered:
    said = [one.at for one in given if one.verdict is not Verdict.UNSURE]
    return Answered(
        alert=row.id, visit=row.visit_id, camera=row.camera_id, group=group, taken_at=row.taken_at,
        raised_at=row.raised_at, p_bear=row.p_bear, open=row.state in (*OPEN, AlertState.SHADOW),
        verdict=given[-1].verdict if given else None, first_at=given[0].at if given else None,
        said_at=said[0] if said else None, apart=apart,
    )  # fmt: skip

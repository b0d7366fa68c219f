"""Versions of a site side by side: the one in force, the canary, the challenger, and the two compared."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from rollout import versions_compared, way_back
from rollout.challenges import ChallengeView, view
from rollout.challenging import LAG
from rollout.versions_compared import Look, Visit
from store import challenges, park, rules, scored, tables, training
from store.challenges import Counts
from store.errors import NotFound
from store.scored import Twice
from store.session import Session
from store.vocabulary import RuleState, Verdict

WEEKS = 8


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Two versions at a site. told: the numbers; visits: behind them. counts: of the challenge that is meant."""

    site: str
    old: tables.ModelVersion
    new: tables.ModelVersion
    challenge: ChallengeView | None
    counts: Counts | None
    told: dict[str, Any]
    visits: list[Visit]


def compare(
    session: Session, site_id: str, *, default_model: str, now: datetime, model: str | None = None, weeks: int = WEEKS
) -> Comparison:
    """The version in force and another on the frames that both looked at.

    model None: the challenger, or the last one. Raises NotFound where there was none.
    """
    site = park.site(session, site_id)
    rule = rules.in_force(session, site.id)
    if rule is None:
        raise NotFound(f"no rule is in force at {site.name}")
    every = challenges.of_site(session, site.id)
    wanted = park.model(session, model, default=default_model).sha256 if model is not None else None
    meant = next((row for row in every if wanted in (None, row.model_sha256)), None)
    if meant is None and wanted is None:
        raise NotFound(
            f"{site.name} never had a challenger: `bearwatch model challenge {site.id} BUNDLE --as NAME` begins one"
        )
    sha256 = wanted or (meant.model_sha256 if meant is not None else "")
    since = now - timedelta(weeks=weeks)
    new = session.get_one(tables.ModelVersion, sha256)
    looks = _looks(session, site.id, rule.model_sha256, new, since=since, now=now)
    return Comparison(
        site=site.id, old=session.get_one(tables.ModelVersion, rule.model_sha256), new=new,
        challenge=view(session, meant) if meant is not None else None,
        counts=challenges.counts(session, meant, since=now - LAG) if meant is not None else None,
        told=versions_compared.compared(looks), visits=versions_compared.visits(looks),
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Back:
    """The version that going back would put in force, and what of the rule in force that would leave out."""

    name: str
    leaves_out: str | None


def may_go_back(session: Session, site_id: str, now: datetime) -> Back | None:
    """What going back would do, as it would be done now; None where there is nothing to go back to."""
    way = way_back.of(session, site_id, now, alone=False)
    if way is None or (way.target.id == way.present.id and rules.canary_of(way.present) is None):
        return None
    name = session.get_one(tables.ModelVersion, way.target.model_sha256).name
    return Back(name=name, leaves_out=way.left_out)


def canary_sites(session: Session, sha256: str) -> dict[str, list[str]]:
    """The cameras on which a version is a canary now, by site."""
    return {
        row.site_id: list(told.cameras)
        for row in rules.history(session)
        if row.state is RuleState.IN_FORCE and (told := rules.canary_of(row)) is not None and told.sha256 == sha256
    }


def _looks(
    session: Session, site: str, old: str, new: tables.ModelVersion, *, since: datetime, now: datetime
) -> list[Look]:
    rows = list(scored.twice(session, site, old=old, new=new.sha256, since=since, until=now))
    answers = scored.verdicts(session, sorted({row.visit for row in rows if row.visit is not None}))
    labels = training.labels_of(session, site, frames_since=since)
    return [
        _look(row, new, answers.get(row.visit or 0), *labels.get(row.frame, (None, None)))
        for row in rows
        if row.old.error is None and row.new.error is None
    ]


def _look(
    row: Twice, new: tables.ModelVersion, answered: Verdict | None, label: str | None, labelled_by: str | None
) -> Look:  # fmt: skip
    """Each version by its own threshold, the one in force by what its rule says."""
    p_old, p_new = row.old.p_bear or 0.0, row.new.p_bear or 0.0
    threshold = 1.0 if row.threshold is None else row.threshold
    return Look(
        frame=row.frame, camera=row.camera, group=row.group, at=row.at, p_old=p_old, p_new=p_new,
        old=p_old >= threshold, new=p_new >= new.threshold, night=bool(row.old.night),
        old_s=row.old.seconds, new_s=row.new.seconds, answered=answered,
        labelled=versions_compared.shows(label) if label else None, labelled_by=labelled_by,
    )  # fmt: skip

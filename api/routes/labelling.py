"""Labelling: for supervisors and admins, as far as their sites reach."""

import secrets
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response

from api import media
from api.dependencies import Admin, ClockDep, Cursor, Number, ReadDep, Supervisor, SystemDep, WriteDep
from api.schemas.labelling import (
    AnswerIn,
    DrawIn,
    DrawOut,
    GatheredOut,
    RetiredOut,
    RetireIn,
    RowOut,
    RowPage,
    ScoreOut,
    ScorePage,
)
from rollout import labelling
from rollout.actors import Actor
from store import frames, rules, training
from store.errors import NotFound
from store.session import Session, reading, transaction
from store.training import Answered
from store.vocabulary import RowState

router = APIRouter(prefix="/labelling", tags=["labelling"])


@router.get("")
def page(
    who: Supervisor, session: ReadDep, state: RowState = RowState.WAITING, every: bool = False, retired: bool = False,
    cursor: Cursor = None, limit: Annotated[int, Query(ge=1, le=200)] = 20,
) -> RowPage:  # fmt: skip
    """Candidates and training rows of one state, or of every one; the oldest first."""
    found = training.page(
        session, sites=who.sites, state=None if every else state, retired=retired, cursor=cursor, limit=limit + 1
    )
    labels = {site: labelling.labels_of(session, site) for site in {one.row.site_id for one in found}}
    items = [_out(one, labels[one.row.site_id], who) for one in found[:limit]]
    more = items[-1].id if len(found) > limit else None
    return RowPage(items=items, next=more, counts=training.counts(session, sites=who.sites))


@router.post("/gather")
def gather(who: Supervisor, parts: SystemDep, now: ClockDep) -> GatheredOut:
    """Make candidates of reviewed alerts and of what two versions disagree about."""
    with reading(parts.engine) as session:
        if not labelling.anything_new(session, who):
            return GatheredOut(new=0)
    with transaction(parts.engine) as session:
        return GatheredOut(new=labelling.gather(session, by=who, now=now))


@router.post("/draw")
def draw(told: DrawIn, who: Supervisor, session: WriteDep, now: ClockDep) -> DrawOut:
    """Draw frames that raised nothing, by chance; the seed draws the same ones again."""
    seed = secrets.randbelow(2**31) if told.seed is None else told.seed
    return DrawOut(**vars(labelling.draw(session, count=told.count, seed=seed, site=told.site, by=who, now=now)))


@router.post("/retire")
def retire(told: RetireIn, who: Admin, session: WriteDep, now: ClockDep) -> RetiredOut:
    """Take rows out of every next training, by age, site or camera; their history stays."""
    return RetiredOut(rows=labelling.retire(session, **told.model_dump(), by=who, now=now))


@router.post("/{row}/answer")
def answer(row: Number, told: AnswerIn, who: Supervisor, session: WriteDep, now: ClockDep) -> RowOut:
    """Accept a row with a label, or reject it; recorded with who, when, and whether they had seen the score."""
    labelling.answer(session, row, label=told.label, by=who, now=now)
    return _one(session, row, who)


@router.post("/{row}/reveal")
def reveal(row: Number, who: Supervisor, session: WriteDep) -> ScorePage:
    """What the model said of a row's frame; from now on this person has seen the score."""
    found = training.scores(session, labelling.reveal(session, row, by=who).frame_id)
    return ScorePage(
        items=[
            ScoreOut(model=name, label=one.label, p_bear=one.p_bear, probabilities=one.probabilities)
            for name, one in found
        ]
    )


@router.get("/{row}/picture.jpg", response_class=Response)
def picture(
    row: Number, who: Supervisor, session: ReadDep, parts: SystemDep,
    width: Annotated[int, Query(ge=64, le=4096)] = 1600,
) -> Response:  # fmt: skip
    """The frame, made anew by us."""
    found = training.get(session, row)
    if who.sites and found.site_id not in who.sites:
        raise NotFound(f"there is no training row {row}")
    return media.picture(parts, frames.get(session, found.frame_id).sha256, width)


def _one(session: Session, row: int, who: Actor) -> RowOut:
    found = training.get(session, row)
    frame = frames.get(session, found.frame_id)
    name = None if found.said_by is None else rules.name_of(session, found.said_by)
    answered = Answered(row=found, frame=frame, visit=None, name=name)
    return _out(answered, labelling.labels_of(session, found.site_id), who)


def _out(one: Answered, labels: list[str], who: Actor) -> RowOut:
    row = one.row
    return RowOut(
        id=row.id, site=row.site_id, camera=row.camera_id, frame=row.frame_id, taken_at=one.frame.taken_at,
        source=row.source, state=row.state, says=row.says, suggested=row.suggested, labels=labels, label=row.label,
        said_by=one.name, said_at=row.said_at, saw_score=row.saw_score, seen=who.id in row.seen_by,
        retired_why=row.retired_why, picture=f"/api/v1/labelling/{row.id}/picture.jpg",
    )  # fmt: skip

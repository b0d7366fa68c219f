"""Labelling: frames become training rows by a person's word: who, when, and whether they saw the score first."""

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from rollout.actors import Actor
from store import audit, park, rules, tables, training
from store.errors import NotAllowedNow
from store.session import Session
from store.training import Plain, Reviewed
from store.vocabulary import Role, RowSource, RowState, Verdict

LABEL = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
DRAWN_FROM = timedelta(days=30)
"""An audit draw looks back this far."""

AT_ONCE = 50
"""Disagreements that are taken in together."""


@dataclass(frozen=True, kw_only=True)
class Draw:
    """An audit draw. seed and pool (how many it drew from) make it again: see `drawn`."""

    seed: int
    pool: int
    rows: int


def suggested(verdict: Verdict, species: str | None) -> str:
    """What a review suggests as the label: the species that was named, else bear or not_bear.

    >>> suggested(Verdict.BEAR, "grizzly"), suggested(Verdict.BEAR, "unknown"), suggested(Verdict.NOT_BEAR, None)
    ('grizzly', 'bear', 'not_bear')
    """
    if verdict is not Verdict.BEAR:
        return "not_bear"
    named = (species or "").strip().lower().replace(" ", "_")
    return named if LABEL.fullmatch(named) and named != "unknown" else "bear"


def drawn(pool: Sequence[Plain], count: int, seed: int) -> list[Plain]:
    """Frames drawn by chance, each as likely as any other: random.Random(seed).sample of the pool in its order."""
    ordered = sorted(pool, key=lambda one: one.frame)
    return random.Random(seed).sample(ordered, min(count, len(ordered)))  # noqa: S311


def gather(session: Session, *, by: Actor, now: datetime) -> int:
    """Make candidates of reviewed alerts and of the disagreements of two versions; gives how many are new."""
    by.require_role(Role.SUPERVISOR)
    park.hold(session)
    new = 0
    for review in training.reviewed(session, sites=by.sites):
        new += _of_review(session, review, now)
    session.flush()
    for plain in training.disagreed(session, sites=by.sites, limit=AT_ONCE):
        session.add(_candidate(plain, RowSource.DISAGREEMENT, "two model versions disagree about it", now))
        new += 1
    session.flush()
    return new


def anything_new(session: Session, by: Actor) -> bool:
    """Whether `gather` would find anything."""
    reviews, others = (find(session, sites=by.sites, limit=1) for find in (training.reviewed, training.disagreed))
    return bool(reviews or others)


def draw(session: Session, *, count: int, seed: int, site: str | None, by: Actor, now: datetime) -> Draw:
    """Make candidates of frames that raised nothing, drawn by chance. Raises NotAllowedNow where there is none."""
    by.require_role(Role.SUPERVISOR)
    if site is not None:
        by.require(Role.SUPERVISOR, park.site(session, site).id)
    sites = (site,) if site else by.sites
    park.hold(session)
    pool = training.quiet(session, sites=sites, since=now - DRAWN_FROM)
    if not pool:
        raise NotAllowedNow(f"no frame of the last {DRAWN_FROM.days} days raised nothing and is still to be labelled")
    found = drawn(pool, count, seed)
    for plain in found:
        session.add(_candidate(plain, RowSource.AUDIT, "drawn by chance: it raised nothing", now))
    session.flush()
    body = {"seed": seed, "pool": len(pool), "newest": pool[-1].frame, "frames": sorted(one.frame for one in found)}
    says = f"{len(found)} of {len(pool)} frames that raised nothing are drawn, seed {seed}"
    subject = f"site:{site}" if site else "training"
    audit.append(session, at=now, who=by.name, action="training.drawn", subject=subject, says=says, body=body)
    return Draw(seed=seed, pool=len(pool), rows=len(found))


def answer(session: Session, number: int, *, label: str | None, by: Actor, now: datetime) -> tables.TrainingRow:
    """Accept a row with its label, or (None) reject it; a later answer takes the place of an earlier one.

    Raises NotAllowedNow for a retired row or what cannot be a label, NotPermitted, NotFound.
    """
    row = training.get(session, number)
    by.require(Role.SUPERVISOR, row.site_id)
    park.hold(session, row.site_id)
    row = training.get(session, number, lock=True)
    if row.retired_at is not None:
        raise NotAllowedNow(f"row {number} is retired: {row.retired_why}")
    if label is not None and not LABEL.fullmatch(label):
        raise NotAllowedNow(f'"{label}" cannot be a label: a-z, 0-9, _ and -, at most 40')
    saw = saw_score(session, row, by)
    row.state = RowState.REJECTED if label is None else RowState.ACCEPTED
    row.label, row.said_by, row.said_at, row.saw_score = label, by.id, now, saw
    seen = " after seeing the score" if saw else ""
    says = f"frame {row.frame_id} is {'not used' if label is None else label}{seen}"
    body: dict[str, object] = {"row": row.id, "frame": row.frame_id, "label": label, "saw_score": saw}
    _audit(session, row.site_id, "training.labelled", says, body, by=by, now=now)
    return row


def saw_score(session: Session, row: tables.TrainingRow, by: Actor) -> bool:
    """Whether this person was shown what the model said: by this page, or after an own answer on the page Review."""
    return by.id in row.seen_by or training.has_reviewed(session, by.id, row.frame_id)


def reveal(session: Session, number: int, *, by: Actor) -> tables.TrainingRow:
    """Show a person what the model said of a row, and remember that they were shown it."""
    row = training.get(session, number)
    by.require(Role.SUPERVISOR, row.site_id)
    row = training.get(session, number, lock=True)
    if by.id not in row.seen_by:
        row.seen_by = [*row.seen_by, by.id]
    return row


def retire(
    session: Session, *, site: str | None, camera: str | None, older_than_days: int | None, why: str, dry_run: bool,
    by: Actor, now: datetime,
) -> int:  # fmt: skip
    """Take rows out of every next training, by age, site or camera; their history stays. Gives how many.

    Raises NotAllowedNow where nothing says which.
    """
    by.require_role(Role.ADMIN)
    if site is None and camera is None and older_than_days is None:
        raise NotAllowedNow("say which: a site, a camera, or an age in days")
    if site is not None:
        by.require(Role.ADMIN, site)
    before = None if older_than_days is None else now - timedelta(days=older_than_days)
    park.hold(session)
    rows = training.to_retire(session, sites=(site,) if site else by.sites, camera=camera, before=before)
    if dry_run or not rows:
        return len(rows)
    for row in rows:
        row.retired_at, row.retired_by, row.retired_why = now, by.id, why
    which = [*([f"site {site}"] if site else []), *([f"camera {camera}"] if camera else []),
             *([f"older than {older_than_days} days"] if older_than_days is not None else [])]  # fmt: skip
    says, body = (
        f"{len(rows)} training rows are retired ({', '.join(which)}): {why}",
        {"rows": [row.id for row in rows]},
    )
    subject = f"site:{site}" if site else "training"
    audit.append(session, at=now, who=by.name, action="training.retired", subject=subject, says=says, body=body)
    return len(rows)


def labels_of(session: Session, site: str) -> list[str]:
    """The labels of the version in force at a site; none where no rule is."""
    rule = rules.in_force(session, site)
    version = None if rule is None else session.get(tables.ModelVersion, rule.model_sha256)
    return [] if version is None else list(version.labels)


def _of_review(session: Session, found: Reviewed, now: datetime) -> int:
    seen = "after seeing the score" if found.corrected else "not having seen the score"
    said = "a bear" if found.verdict is Verdict.BEAR else "not a bear"
    says = f"{found.name} said {said}, {seen}"
    label = suggested(found.verdict, found.species)
    row = training.of_frame(session, found.frame)
    if row is not None:
        row.says, row.suggested, row.review_id = says, label, found.review
        return 0
    plain = Plain(frame=found.frame, camera=found.camera, site=found.site)
    row = _candidate(plain, RowSource.REVIEW, says, now)
    row.suggested, row.review_id = label, found.review
    session.add(row)
    session.flush()
    return 1


def _candidate(plain: Plain, source: RowSource, says: str, now: datetime) -> tables.TrainingRow:
    return tables.TrainingRow(
        frame_id=plain.frame, site_id=plain.site, camera_id=plain.camera, source=source, state=RowState.WAITING,
        says=says, created_at=now,
    )  # fmt: skip


def _audit(
    session: Session, site: str, action: str, says: str, body: dict[str, object], *, by: Actor, now: datetime
) -> None:
    audit.append(session, at=now, who=by.name, action=action, subject=f"site:{site}", says=says, body=body)

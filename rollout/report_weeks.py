"""Report weeks: what is counted of a site week by week, out of the store, as it was known at a moment.

The last half-year is read anew each time, so that late pictures and corrected answers count. Weeks before that come
from what was kept of them when they were counted last: what a report costs follows from its weeks, not from the
history.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from rollout import (
    desk,
    fast_answers,
    iso_weeks,
    matched_hours,
    matching,
    noticed,
    report_counts,
    segments,
    spans,
    told_hours,
    watching,
)
from rollout.encounters import Encounter
from rollout.iso_weeks import IsoWeek
from rollout.matched_hours import Exposure, Eye, Run, Shown
from rollout.report_counts import Counted, Met
from rollout.segments import Change, Piece
from rollout.spans import Span
from rollout.watch_hours import Watched
from store import desk as desk_rows
from store import references, reports, rules, tables
from store import report_rows as rows
from store.desk import Looked
from store.report_rows import Answer
from store.session import Session
from store.vocabulary import Stage, Verdict, WatchPlace

WEEKS = 26
"""So many weeks are shown, and at most so many speak for `consistent`."""

Kind = tuple[int | None, int | None, WatchPlace, str]
"""An encounter's visit and sighting, one kind of observers, and who of the two saw it in matched hours."""

HOUR, BEFORE = timedelta(hours=1), timedelta(days=1)
"""Encounters that began just before the weeks may end in them."""


@dataclass(frozen=True, kw_only=True)
class SiteWeeks:
    """What is known of a site up to the end of a week, or up to now where that is earlier.

    weeks: the last ones whole, the oldest first, from the first in which a model ran; segment: the weeks and the
    piece of one since the last change. changes: all there were. mets: encounters of these weeks; answers: all on
    their visits; fast: those that were given too fast to be looked at. kinds: how mets count. looked: recorded
    hours that count, seen at a desk. old: counts that are not kept yet.
    """

    site: tables.Site
    week: IsoWeek
    until: datetime
    as_of: datetime
    weeks: Sequence[Counted]
    segment: Sequence[Counted]
    changes: Sequence[Change]
    exposure: Exposure
    mets: Sequence[Met]
    encounters: Sequence[Encounter]
    sessions: Sequence[tables.WatchSession]
    answers: Sequence[Answer]
    fast: Sequence[fast_answers.Burst]
    kinds: Sequence[Kind] = ()
    looked: Sequence[Looked] = ()
    old: Sequence[Counted] = ()

    @property
    def began(self) -> Change | None:
        """The change that the segment begins with; None: with the first week."""
        return segments.last(self.changes, before=self.until)

    def counted(self, name: str) -> Counted | None:
        """One of the whole weeks."""
        return next((one for one in self.weeks if one.week == name), None)


@dataclass(frozen=True, kw_only=True)
class _Known:
    """Everything of a span that counting takes. kinds: filled as pieces are counted."""

    exposure: Exposure
    mets: Sequence[Met]
    encounters: Sequence[Encounter]
    sessions: Sequence[tables.WatchSession]
    answers: Sequence[Answer]
    fast: Sequence[fast_answers.Burst]
    looked: Sequence[Looked]
    kinds: list[Kind] = field(default_factory=list)


def of_site(session: Session, site: tables.Site, week: IsoWeek, *, as_of: datetime) -> SiteWeeks:
    """The weeks up to this one, counted from rows up to `as_of`."""
    zone, until = ZoneInfo(site.time_zone), min(week.ends, as_of)
    runs = runs_of(session, site, as_of=as_of)
    changes = changes_of(session, site, runs, as_of=as_of)
    begun = min((run.since for run in runs), default=until)
    every = [iso_weeks.back(week, back, zone) for back in range(WEEKS - 1, -1, -1)]
    shown = [one for one in every if one.ends > begun] or [week]
    known = _known(session, site, runs, Span(since=shown[0].begins, until=until), as_of)
    cuts = [one.at for one in changes]
    pieces = [
        _count(known, piece)
        for one in shown for piece in segments.cut(one.name, one.begins, min(one.ends, until), cuts)
    ]  # fmt: skip
    began = segments.last(changes, before=until)
    since = began.at if began else begun
    kept, old = _before(session, site, runs, since=since, first=shown[0], as_of=as_of)
    return SiteWeeks(
        site=site, week=week, until=until, as_of=as_of, weeks=_whole(pieces), changes=changes,
        segment=[*kept, *(one for one in pieces if one.until > since)], exposure=known.exposure, mets=known.mets,
        encounters=known.encounters, sessions=known.sessions, answers=known.answers, fast=known.fast,
        kinds=known.kinds, looked=known.looked, old=old,
    )  # fmt: skip


def keep(session: Session, told: SiteWeeks) -> None:
    """Keep the counts of weeks that are over, so that later reports need not read their rows again."""
    own = told.counted(told.week.name)
    over = [own] if own is not None and told.week.ends <= told.as_of else []
    for one in (*told.old, *over):
        reports.keep_counts(session, told.site.id, one.week, one.plain(), as_of=told.as_of)


def runs_of(session: Session, site: tables.Site, *, as_of: datetime) -> list[Run]:
    """When the model scored what, in order: revisions in force that are not off, anew where a camera came or went."""
    cameras = rows.cameras(session, site.id)
    found = list[Run]()
    for row in reversed(rules.history(session, site.id)):
        if row.in_force_at is None or row.in_force_at >= as_of or row.stage is Stage.OFF:
            continue
        until = row.ended_at if row.ended_at and row.ended_at <= as_of else None
        found += _split(session, row, cameras, Span(since=row.in_force_at, until=until or as_of), open_=until is None)
    return sorted(found, key=lambda run: (run.since, run.rule))


def _split(
    session: Session, row: tables.Rule, cameras: Sequence[tuple[tables.Camera, datetime | None]], span: Span, *,
    open_: bool,
) -> list[Run]:  # fmt: skip
    named = rules.cameras_of(row) or tuple(row.body.get("cameras") or ())
    mine = [(camera, since) for camera, since in cameras if since and (not named or camera.id in named)]
    edges = [edge for camera, since in mine for edge in (since, camera.retired_at) if edge is not None]
    version, canary = session.get_one(tables.ModelVersion, row.model_sha256), rules.canary_of(row)
    own = row.body.get("threshold")
    whole = Run(
        rule=row.id, stage=row.stage, model=row.model_sha256, name=version.name,
        threshold=version.threshold if own is None else own, cameras=(), since=span.since,
        until=None if open_ else span.until, override=row.override_reason, canary=canary.sha256 if canary else None,
        answer=(row.body.get("answers") or {}).get("if_it_worked_really_well"), revision=row.revision,
    )  # fmt: skip
    pieces = segments.cut("", span.since, span.until, edges)
    return [
        replace(
            whole, since=piece.since, until=None if open_ and piece is pieces[-1] else piece.until,
            cameras=tuple(
                camera.id for camera, since in mine
                if since <= piece.since and (camera.retired_at is None or camera.retired_at > piece.since)
            ),
        )
        for piece in pieces
    ]  # fmt: skip


def changes_of(session: Session, site: tables.Site, runs: Sequence[Run], *, as_of: datetime) -> list[Change]:
    """Everything that begins a segment, in order."""
    masks, own = rows.mask_times(session, site.id), {camera.id for camera, _ in rows.cameras(session, site.id)}
    views = [
        Change(
            at=row.since, what="mask" if (row.camera_id, row.at) in masks or _quiet(row) else "camera moved",
            says=f"{row.camera_id}: {row.note}",
        )
        for row in rows.view_changes(session, site.id, as_of=as_of)
    ]  # fmt: skip
    groups = [
        Change(at=at, what="group", says=str(one["says"]))
        for at, told in rows.park_changes(session, as_of=as_of) for one in told
        if one.get("kind") == "camera" and one.get("id") in own and "group_id: " in str(one.get("says"))
    ]  # fmt: skip
    accepted = [
        Change(at=row.accepted_at, what="reference", says=f"{row.ratio:.2f} was accepted")
        for row in references.of_sites(session, [site.id]) if row.accepted_at is not None and row.accepted_at <= as_of
    ]  # fmt: skip
    return sorted([*segments.of_runs(runs), *views, *groups, *accepted], key=lambda one: (one.at, one.what, one.says))


def _quiet(row: tables.ViewChange) -> bool:
    """Whether it is about a place at which nobody is asked by itself: another part of the view is watched then."""
    return "quiet" in row.note


def _known(session: Session, site: tables.Site, runs: Sequence[Run], span: Span, as_of: datetime) -> _Known:
    sessions = rows.sessions(session, site.id, since=span.since, until=span.until, as_of=as_of)
    looked = [
        one for one in desk_rows.looked_at(session, site.id, since=span.since - HOUR, until=span.until)
        if one.desk.done_at is not None and one.desk.done_at <= as_of and _counts(one.within, as_of)
    ]  # fmt: skip
    counting = {row.id: row for row in (*sessions, *(one.within for one in looked)) if _counts(row, as_of)}
    exposure = Exposure(
        place=noticed.place_of(site), runs=runs, eyes=eyes_of(session, site, span, as_of=as_of),
        sessions=_in_the_field(session, site, runs, counting.values()), shown=_shown(looked),
    )  # fmt: skip
    found = matching.of_site(session, site, since=span.since - BEFORE, until=span.until, as_of=as_of)
    given = rows.answers(session, [one.visit for one in found if one.visit], as_of=as_of)
    fast = fast_answers.bursts(given)
    every = _mets(session, found, counting, given, fast, runs)
    mets = [met for met in every if met.at >= span.since or met.watched is not None]
    return _Known(
        exposure=exposure, mets=mets, encounters=[one for one in found if one.at >= span.since], sessions=sessions,
        answers=given, fast=fast, looked=looked,
    )  # fmt: skip


def _in_the_field(
    session: Session, site: tables.Site, runs: Sequence[Run], counting: Iterable[tables.WatchSession]
) -> list[Watched]:  # fmt: skip
    """When people watched blind in the field, besides the hours in which alerts are told at once.

    A watch that hears of an alert is not blind. To leave out those alone that heard of one would count what the model
    misses, and never what it finds; so these hours count at a desk only.
    """
    found = []
    for row in counting:
        if row.place is WatchPlace.FIELD and row.ended_at:
            whole = Span(since=row.started_at, until=row.ended_at)
            found += [
                Watched(place=row.place, since=span.since, until=span.until)
                for span in spans.without([whole], told_hours.of(session, site, runs, whole))
            ]
    return found


def _counts(row: tables.WatchSession, as_of: datetime) -> bool:
    return watching.counts(row) and row.ended_at is not None and row.ended_at <= as_of


def _shown(looked: Sequence[Looked]) -> list[Shown]:
    """What was seen of recorded hours at a desk."""
    return [
        Shown(camera=one.hour.camera_id, since=span.since, until=span.until)
        for one in looked for span in desk.spans_of(one.desk)
    ]  # fmt: skip


def eyes_of(session: Session, site: tables.Site, span: Span, *, as_of: datetime) -> list[Eye]:
    """When each camera watched: waited for, not retired, and in no episode in which a bear could pass unseen."""
    faults = [
        row for row in rows.episodes(session, site.id, since=span.since, until=span.until, as_of=as_of) if row.blind
    ]
    found = []
    for camera, since in rows.cameras(session, site.id):
        if since is None or since >= span.until:
            continue
        there = Span(since=max(since, span.since), until=min(camera.retired_at or span.until, span.until))
        blind = spans.joined(
            Span(since=row.began_at, until=row.ended_at or span.until)
            for row in faults if row.camera_id in (None, camera.id)
        )  # fmt: skip
        found.append(Eye(
            camera=camera.id, group=camera.group_id, up=spans.without(spans.joined([there]), blind),
            shed=rows.shed(session, camera.id, since=span.since, until=span.until),
        ))  # fmt: skip
    return found


def _mets(
    session: Session, found: Sequence[Encounter], counting: Mapping[int, tables.WatchSession],
    given: Sequence[Answer], fast: Sequence[fast_answers.Burst], runs: Sequence[Run],
) -> list[Met]:  # fmt: skip
    seen = rows.sightings(session, [one.sighting for one in found if one.sighting])
    shown = rows.visits(session, [one.visit for one in found if one.visit])
    rushed = fast_answers.numbers(fast)
    doubted = {one.visit for one in given if one.number in rushed}
    last = {one.visit: one.verdict for one in given if one.number not in rushed}
    return [
        _met(
            one, seen.get(one.sighting or 0), shown.get(one.visit or 0), counting.get(one.session or 0), runs,
            verdict=last.get(one.visit or 0) if one.visit in doubted else one.verdict,
        )
        for one in found
    ]  # fmt: skip


def _named(runs: Sequence[Run], shown: tables.Visit) -> bool:
    return any(
        shown.camera_id in run.cameras
        and run.since <= shown.started_at
        and not (run.until and run.until <= shown.started_at)
        for run in runs
    )


def _met(
    one: Encounter, told: tables.Sighting | None, shown: tables.Visit | None, within: tables.WatchSession | None,
    runs: Sequence[Run], *, verdict: Verdict | None,
) -> Met:  # fmt: skip
    """As it is counted. What a camera saw that no rule named then is on the list, and in no number of the model."""
    began = shown.started_at if shown and _named(runs, shown) else None
    by_eye = within is not None and told is not None and not told.flags
    return Met(
        at=one.at, night=bool(one.night), visit=one.visit, visit_at=began,
        camera=one.camera if shown else None, p_bear=one.p_bear, model=one.version, verdict=verdict,
        sighting=one.sighting, seen_at=told.at if told else None, seen_camera=told.camera_id if told else None,
        watched=within.place if by_eye and within is not None else None, doubts=tuple(one.doubts),
    )  # fmt: skip


def _moment(one: Met) -> datetime:
    """When it counts: a sighting that counts decides."""
    return one.seen_at if one.seen_at is not None and one.watched is not None else one.at


def _count(known: _Known, piece: Piece) -> Counted:
    within = Span(since=piece.since, until=piece.until)
    mine = [one for one in known.mets if piece.since <= _moment(one) < piece.until]
    hours = matched_hours.of(known.exposure, within)
    told = [(met, place, report_counts.sees(met, place, hours)) for met in mine for place in WatchPlace]
    known.kinds.extend((met.visit, met.sighting, place, how[1]) for met, place, how in told if how is not None)
    seen = report_counts.seen(hours, [(met, how) for met, _, how in told if how is not None])
    return Counted(
        week=piece.week, since=piece.since, until=piece.until, ran=matched_hours.ran(known.exposure, within),
        up=matched_hours.up(known.exposure, within), visits=sum(one.visit is not None for one in mine),
        seen=seen,
    )  # fmt: skip


def _whole(pieces: Sequence[Counted]) -> list[Counted]:
    found: dict[str, Counted] = {}
    for one in pieces:
        before = found.get(one.week)
        found[one.week] = one if before is None else report_counts.added(before, one)
    return list(found.values())


def _before(
    session: Session, site: tables.Site, runs: Sequence[Run], *, since: datetime, first: IsoWeek, as_of: datetime
) -> tuple[list[Counted], list[Counted]]:
    """The weeks of the segment before the first that is read anew, and those of them that were not kept yet."""
    zone, weeks = ZoneInfo(site.time_zone), list[IsoWeek]()
    while first.begins > since:
        first = iso_weeks.back(first, 1, zone)
        weeks.insert(0, first)
    pieces = [Piece(week=one.name, since=max(one.begins, since), until=one.ends) for one in weeks]
    told = reports.counts(session, site.id, [one.name for one in weeks])
    kept = {name: report_counts.read(counts) for name, counts in told.items()}
    found = {
        piece.week: kept[piece.week] for piece in pieces
        if piece.week in kept and (kept[piece.week].since, kept[piece.week].until) == (piece.since, piece.until)
    }  # fmt: skip
    missing = [piece for piece in pieces if piece.week not in found]
    if missing:
        known = _known(session, site, runs, Span(since=missing[0].since, until=missing[-1].until), as_of)
        found |= {piece.week: _count(known, piece) for piece in missing}
    return [found[piece.week] for piece in pieces], [found[piece.week] for piece in missing]


def over(
    session: Session, site: tables.Site, runs: Sequence[Run], *, since: datetime, until: datetime, as_of: datetime
) -> list[Counted]:  # fmt: skip
    """Week by week what was counted while these runs lasted, the first and the last week as far as they reach."""
    if since >= until:
        return []
    zone, known = ZoneInfo(site.time_zone), _known(session, site, runs, Span(since=since, until=until), as_of)
    found, week = list[Counted](), iso_weeks.holding(since, zone)
    while week.begins < until:
        found.append(_count(known, Piece(week=week.name, since=max(week.begins, since), until=min(week.ends, until))))
        week = iso_weeks.back(week, -1, zone)
    return found

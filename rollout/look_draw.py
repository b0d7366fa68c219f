"""Look draw: what people are shown among the alerts is drawn once a day for each site, before anybody saw a score."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime, time, timedelta
from random import Random

import structlog

from rollout import audit_draw, known_clips, site_by_site, trust
from rollout.audit_draw import DAY, PIECE, Drawn, Piece
from rollout.trust import Trust
from rollout.visits import VISIT_GAP
from store import looks as rows
from store import park, people, rules, tables, timelapse
from store.errors import LooksNotDrawn
from store.looks import First, Shown, Taken
from store.session import Engine, Session, reading, transaction
from store.vocabulary import LookKind, Role, Verdict

WAITS = timedelta(hours=3)
"""After the end of a day: pictures of it may still be on their way, or undecided."""

BACK = 3
"""Days that a clock that stood still makes up for."""

PATIENCE = timedelta(days=14)
"""What nobody has looked at by then is given up, and says nothing."""

MOST_PICTURES = 24
TURNS = 2**31 - 1
MOMENT = timedelta(seconds=1)
log = structlog.get_logger()


def keep(engine: Engine, now: datetime) -> int:
    """Draw what is due, a site and a day at a time; gives how many looks came of it. Raises LooksNotDrawn."""
    with transaction(engine) as session:
        rows.close_old(session, before=now - PATIENCE, now=now)
    return site_by_site.each(
        engine, lambda site: _keep_site(engine, site, now), event="looks.failed",
        fault=lambda sites: LooksNotDrawn(f"{sites}: the log says why"),
    )  # fmt: skip


def _keep_site(engine: Engine, site: str, now: datetime) -> int:
    with reading(engine) as session:
        row = park.site(session, site)
        due = [day for day in _days(now) if _is_due(session, row, day)]
    return sum(_draw(engine, site, day, now) for day in due)


def of_park(session: Session) -> Trust:
    """[park.trust] as it stands."""
    return trust.read(park.the_park(session).trust)


def _days(now: datetime) -> list[date]:
    today = now.astimezone(UTC).date()
    days = [today - back * DAY for back in range(BACK, 0, -1)]
    return [day for day in days if now >= _midnight(day) + DAY + WAITS]


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _is_due(session: Session, site: tables.Site, day: date) -> bool:
    """Where no model is at work it misses nothing, and nothing is asked of anybody who gives no minutes."""
    rule = rules.in_force(session, site.id)
    begun = rules.begun(session, site.id)
    works = rule is not None and rule.stage in known_clips.AT_WORK
    works = works and begun is not None and begun < _midnight(day) + DAY
    return works and of_park(session).minutes_a_day > 0 and not rows.is_drawn(session, site.id, day)


def _draw(engine: Engine, site: str, day: date, now: datetime) -> int:
    with transaction(engine) as session:
        park.site(session, site, lock=True)
        if rows.is_drawn(session, site, day):
            return 0
        told, key = of_park(session), f"{timelapse.seed(session)}:audit:{site}:{day.isoformat()}"
        audited = _audit(session, site, day, told, key, now)
        raised = rows.raised(session, site, since=_midnight(day), until=_midnight(day) + DAY)
        tests = _tests(session, site, trust.some(told.seeded_share, audited + raised, key=f"{key}:tests"), key, now)
        seconds = _seconds(session, site, day, told, key, now)
    log.info("looks.drawn", site=site, day=day.isoformat(), audited=audited, tests=tests, seconds=seconds)
    return audited + tests + seconds


def _audit(session: Session, site: str, day: date, told: Trust, key: str, now: datetime) -> int:
    """Pieces of the day's camera time without an alert."""
    taken = rows.taken(session, site, since=_midnight(day), until=_midnight(day) + DAY)
    shown = _by_piece(taken)
    pieces = _without_alerts(session, site, day, [_piece(*one) for one in shown.items()])
    wanted = trust.looks_a_day(told, _rangers(session, site))
    strata, drawn = audit_draw.draw(pieces, looks=wanted, key=key)
    counts = [asdict(one) | {"name": one.name.value} for one in strata]
    draw = tables.AuditDraw(site_id=site, day=day, key=key, drawn_at=now, strata=counts)
    session.add(draw)
    session.flush()
    for one in drawn:
        _look_at(session, site, draw, one, shown[one.piece.camera, one.piece.since], now)
    return len(drawn)


def _by_piece(taken: Sequence[Taken]) -> dict[tuple[str, datetime], list[Taken]]:
    found: dict[tuple[str, datetime], list[Taken]] = defaultdict(list)
    for one in taken:
        found[one.camera, audit_draw.piece_of(one.at)].append(one)
    return found


def _piece(at: tuple[str, datetime], taken: Sequence[Taken]) -> Piece:
    """Time of which only the time-lapse has pictures was kept by chance; the camera's own are always kept."""
    camera, since = at
    scores = [(one.p_bear, one.threshold) for one in taken if one.p_bear is not None and one.threshold is not None]
    lapse = all(one.frame is None for one in taken)
    return Piece(
        camera=camera, since=since, stratum=audit_draw.stratum_of(scores), kept=taken[0].kept if lapse else 1.0
    )


def _without_alerts(session: Session, site: str, day: date, pieces: Sequence[Piece]) -> list[Piece]:
    """Those of which people were not asked, nor just before or after: the same bear would be no missed one."""
    since, until = _midnight(day) - VISIT_GAP, _midnight(day) + DAY + VISIT_GAP
    told = rows.alerted(session, site, since=since, until=until)
    groups = park.groups_of(session, {piece.camera for piece in pieces})
    return [
        piece
        for piece in pieces
        if not any(
            group == groups[piece.camera] and begun - VISIT_GAP < piece.since + PIECE
            and ended + VISIT_GAP > piece.since
            for group, begun, ended in told
        )
    ]  # fmt: skip


def _rangers(session: Session, site: str) -> list[int]:
    """Of each ranger of a site, for how many sites they look; where there is none, of one who stands in."""
    every = len(park.sites(session))
    there = [row for row in people.of_sites(session, [site]) if row.revoked_at is None and row.role is Role.RANGER]
    return [len(row.sites) or every for row in there] or [every]


def _look_at(
    session: Session, site: str, draw: tables.AuditDraw, one: Drawn, taken: Sequence[Taken], now: datetime
) -> None:  # fmt: skip
    since = one.piece.since
    row = _row(LookKind.AUDIT, site, one.piece.camera, since, since + PIECE, now, f"{draw.key}:{since}")
    row.draw_id, row.stratum, row.chance = draw.id, one.piece.stratum, one.chance
    rows.add(session, row, _pictures(taken))


def _pictures(taken: Sequence[Taken]) -> list[Taken]:
    """At most so many, evenly; the one that scored highest is always among them, and the large one."""
    best = max(taken, key=lambda one: (one.p_bear or 0.0, one.frame is not None, -one.at.timestamp()))
    some = [taken[place] for place in audit_draw.spread([one.at for one in taken], MOST_PICTURES)]
    return [best, *(one for one in some if one is not best)][:MOST_PICTURES]


def _tests(session: Session, site: str, many: int, key: str, now: datetime) -> int:
    """Known footage, half of it bears as far as there is other: whoever always says bear must not pass."""
    if not many:
        return 0
    kinds = {Verdict.BEAR: rows.known_bears(session, site), Verdict.NOT_BEAR: rows.known_others(session, site)}
    made = 0
    for number in range(many):
        chance = Random(f"{key}:test:{number}")  # noqa: S311
        truth = Verdict.BEAR if chance.random() < 0.5 else Verdict.NOT_BEAR
        if kinds[truth]:
            _test(session, site, chance.choice(kinds[truth]), truth, f"{key}:test:{number}", now)
            made += 1
    return made


def _test(session: Session, site: str, shown: Shown, truth: Verdict, key: str, now: datetime) -> None:
    row = _row(LookKind.SEEDED, site, shown.camera, shown.since, shown.until + MOMENT, now, key)
    row.truth, row.source = truth, shown.source
    rows.add(session, row, shown.pictures[:MOST_PICTURES])


def _seconds(session: Session, site: str, day: date, told: Trust, key: str, now: datetime) -> int:
    """What was answered that day, for somebody else to answer too."""
    made = 0
    for first in rows.answered_first(session, site, since=_midnight(day), until=_midnight(day) + DAY):
        which = f"{key}:second:{first.alert}:{first.look}"
        if trust.is_drawn(told.second_share, key=which):
            made += _second(session, site, first, which, now)
    return made


def _second(session: Session, site: str, first: First, key: str, now: datetime) -> bool:
    of_alert = first.alert is not None
    shown = rows.of_alert(session, first.alert or 0) if of_alert else rows.of_look(session, first.look or 0)
    if shown is None:
        return False
    row = _row(LookKind.SECOND, site, shown.camera, shown.since, shown.until + MOMENT, now, key)
    row.of_alert_id, row.of_look_id = first.alert, first.look
    row.first_person, row.first_verdict = first.person, first.verdict
    rows.add(session, row, shown.pictures[:MOST_PICTURES])
    return True


def _row(
    kind: LookKind, site: str, camera: str, since: datetime, until: datetime, now: datetime, key: str
) -> tables.Look:  # fmt: skip
    turn = Random(f"{key}:{camera}:turn").randrange(TURNS)  # noqa: S311
    return tables.Look(
        kind=kind, site_id=site, camera_id=camera, since=since, until=until, made_at=now, turn=turn, left_by=[]
    )

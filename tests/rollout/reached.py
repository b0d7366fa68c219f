"""Whom a site's rules can warn, as a set to compare before and after: for each camera and minute how, and how surely.

Worked out from what is stored by the pure functions of scope and standing, apart from what decides.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from rollout import approvals, past, scopes, standing, terms
from rollout.stages import WARNS
from store import history, narrowing, park, people, rules, tables
from store.session import Session
from store.vocabulary import Audience, Stage

ASKED, RANGERS, CAMPERS = 1, 2, 3
"""How far a bear reaches, in order of width: rangers confirm first, rangers at once, campers at once."""

Where = tuple[str, str, datetime]
"""Site, camera, minute."""

Reach = Mapping[Where, tuple[int, float]]
"""How far a bear that is seen then and there reaches, and from which p on; what is missing reaches nobody."""


@dataclass(frozen=True, kw_only=True)
class Reached:
    """approved: by the rules in force, were nothing stopped or at fault. now: with what holds them at present.

    rules: by site, the rule in force. stops: the open ones. pauses: open ones for a technical fault.
    """

    approved: Reach
    now: Reach
    rules: Mapping[str, int]
    stops: frozenset[int]
    pauses: frozenset[int]


def reached(session: Session, moments: Sequence[datetime], at: datetime) -> Reached:
    """Of every site, at these moments, with all that holds at the present moment."""
    approved: dict[Where, tuple[int, float]] = {}
    now: dict[Where, tuple[int, float]] = {}
    found: dict[str, int] = {}
    pauses: set[int] = set()
    for site in park.sites(session):
        row = rules.in_force(session, site.id)
        assert row is not None
        found[site.id] = row.id
        narrowed = narrowing.open_of(session, site.id)
        pauses |= {one.id for one in narrowed if one.technical}
        of_rule = _of_rule(session, site, row, moments)
        asks = any(not one.technical and one.stage is Stage.LIVE for one in narrowed)
        approved |= {where: (ASKED if asks else how, p) for where, (how, p) in of_rule.items()}
        acts = _acts(session, site, at) if of_rule else Stage.OFF
        if acts in WARNS:
            now |= {where: (ASKED if acts is Stage.TRIAL else how, p) for where, (how, p) in of_rule.items()}
    stops = session.query(tables.Stop).filter_by(lifted_at=None)
    return Reached(
        approved=approved, now=now, rules=found, stops=frozenset(stop.id for stop in stops), pauses=frozenset(pauses)
    )


def wider(after: Reach, before: Reach) -> dict[Where, tuple[int, float]]:
    """Where a bear reaches further than before, or from a lower p on."""
    return {where: held for where, held in after.items() if _wider(held, before.get(where))}


def _wider(after: tuple[int, float], before: tuple[int, float] | None) -> bool:
    return before is None or after[0] > before[0] or after[1] < before[1]


def further(after: Reach, before: Iterable[Reach]) -> dict[Where, tuple[int, float]]:
    """Where it reaches further than in any of several, whatever the p: of versions that have each their own."""
    most: dict[Where, int] = {}
    for one in before:
        most |= {where: max(how, most.get(where, 0)) for where, (how, _) in one.items()}
    return {where: held for where, held in after.items() if held[0] > most.get(where, 0)}


def _acts(session: Session, site: tables.Site, at: datetime) -> Stage:
    """The stage in which a bear in scope is decided; what holds counts as it stands, whatever the clock said."""
    told = past.of(session, site, history.of(session, site.id, datetime.min.replace(tzinfo=at.tzinfo), FAR(at)))
    open_ones = standing.Past(
        rules=[one for one in told.rules if one.until is None], stops=[one for one in told.stops if not one.until],
        gaps=[], narrowings=[one for one in told.narrowings if one.until is None],
    )  # fmt: skip
    return standing.at(open_ones, FAR(at)).acts_as


def FAR(at: datetime) -> datetime:  # noqa: N802
    """After all that was ever written down, by a clock that may have been ahead."""
    return at.replace(year=at.year + 5)


def _of_rule(
    session: Session, site: tables.Site, row: tables.Rule, moments: Sequence[datetime]
) -> dict[Where, tuple[int, float]]:
    """What a rule reaches at the cameras that are at the site now."""
    said, held, canary, zone = (
        terms.read(row.body),
        rules.cameras_of(row),
        rules.canary_of(row),
        ZoneInfo(site.time_zone),
    )
    if row.stage not in WARNS:
        return {}
    how = ASKED if row.stage is Stage.TRIAL else CAMPERS if said.audience is Audience.CAMPERS else RANGERS
    own = {version.sha256: version.threshold for version in session.query(tables.ModelVersion)}
    found: dict[Where, tuple[int, float]] = {}
    for camera in park.cameras(session, site.id):
        for at in moments:
            day = at.astimezone(zone).date()
            tried = canary if canary is not None and canary.holds(camera.id, day) else None
            least = tried.threshold if tried else said.threshold
            p = own[tried.sha256 if tried else row.model_sha256] if least is None else least
            answer = scopes.inside(
                said, camera=camera.id, at=at, zone=zone, latitude=site.latitude, longitude=site.longitude,
                approved=held,
            )  # fmt: skip
            if answer.yes:
                found[(site.id, camera.id, at)] = (how, p)
    return found


def humans(session: Session, row: tables.Rule) -> set[str]:
    """Who is behind the approvals of this very rule, version and evidence; accounts of one making are one human."""
    bound = approvals.bind(row.body, model_sha256=row.model_sha256, evidence=row.evidence)
    return {
        people.line(session, person.id)[-1].name
        for yes, person in rules.approvals(session, row.id)
        if yes.bound_to == bound == row.bound_to
        and (person.revoked_at is None or person.revoked_at > yes.at)
    }  # fmt: skip

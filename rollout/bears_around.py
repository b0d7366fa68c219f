"""Bears around: what is stored of the time around bears that people saw: rules, alerts, pictures, faults."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from ingest.mending import name_of
from rollout import scopes, terms
from rollout.likely_causes import Around
from rollout.noticed import place_of
from rollout.scope_hours import Place
from rollout.scopes import Inside
from rollout.stages import WARNS
from rollout.unwarned import Told
from store import audit, encounters, episodes, history, park, report_rows, rules, tables
from store import incidents as rows
from store.history import History
from store.incidents import Near
from store.session import Session
from store.vocabulary import Stage


@dataclass(frozen=True, kw_only=True)
class Site:
    """A site, and all that was in force there in a span."""

    site: tables.Site
    place: Place
    history: History

    def rule(self, at: datetime) -> tables.Rule | None:
        """The revision in force at a moment."""
        held = [row for row in self.history.rules if row.in_force_at is not None and row.in_force_at <= at]
        return next((row for row in reversed(held) if row.ended_at is None or at < row.ended_at), None)

    def warned_in(self, at: datetime) -> Stage | None:
        """The stage of the rule at a moment where that is trial or live and any of its cameras was in scope."""
        row = self.rule(at)
        if row is None or row.stage not in WARNS:
            return None
        named = rules.cameras_of(row) or tuple(row.body.get("cameras") or ()) or ("",)
        return row.stage if any(self.inside(row, camera, at).yes for camera in named) else None

    def inside(self, row: tables.Rule, camera: str, at: datetime) -> Inside:
        """Whether a rule held a camera at a moment."""
        return scopes.inside(
            terms.read(row.body), camera=camera, at=at, zone=self.place.zone, latitude=self.place.latitude,
            longitude=self.place.longitude, approved=rules.cameras_of(row),
        )  # fmt: skip

    def stopped(self, at: datetime) -> str | None:
        """Who had stopped the site at a moment, and why."""
        held = [
            row for row in self.history.stops if row.since <= at and (row.lifted_at is None or at < row.lifted_at)
        ]
        return f"{held[0].by}: {held[0].reason}" if held else None


def of_site(session: Session, site: tables.Site, *, since: datetime, until: datetime) -> Site:
    """What was in force in a span."""
    return Site(site=site, place=place_of(site), history=history.of(session, site.id, since, until))


def told_of(session: Session, near: Sequence[Near]) -> dict[int, Told]:
    """What became of alerts, by alert."""
    numbers = [one.row.id for one in near]
    given, sent = rows.reviews(session, numbers), rows.warnings(session, numbers)
    ran_out = audit.about(session, [f"alert:{number}" for number in numbers], ["alert.expired"]) if numbers else ()
    expired: dict[str, datetime] = {}
    for entry in ran_out:
        expired.setdefault(entry.subject, entry.at)
    return {
        one.row.id: Told(
            state=one.row.state, verdicts=[(row.verdict, row.at) for row in given.get(one.row.id, [])],
            expired=expired.get(f"alert:{one.row.id}"), warnings=[row.state for row in sent.get(one.row.id, [])],
        )
        for one in near
    }  # fmt: skip


def near(
    session: Session, held: Site, seen: Sequence[tables.Sighting], within: timedelta
) -> Mapping[int, Sequence[tuple[int, Told]]]:
    """By sighting, the alerts that may be of the same bear: in the window, or joined; none that were set apart."""
    if not seen:
        return {}
    since, until = min(row.at for row in seen) - within, max(row.at for row in seen) + within
    said = rows.matches(session, [row.id for row in seen])
    joined = {
        (row.sighting_id, visit)
        for row in said if not row.apart for visit in encounters.linked_with(session, [row.visit_id])
    }  # fmt: skip
    apart = {(row.sighting_id, row.visit_id) for row in said if row.apart}
    alerts = {
        one.row.id: one
        for one in (
            *rows.alerts_near(session, held.site.id, since=since, until=until),
            *rows.alerts_of_visits(session, held.site.id, {visit for _, visit in joined}),
        )
    }
    told = told_of(session, list(alerts.values()))
    return {
        row.id: [
            (number, told[number]) for number, one in sorted(alerts.items())
            if (row.id, one.row.visit_id) in joined
            or (_meets(one, row.at, within) and (row.id, one.row.visit_id) not in apart)
        ]
        for row in seen
    }  # fmt: skip


def near_moment(session: Session, held: Site, at: datetime, within: timedelta) -> Sequence[tuple[int, Told]]:
    """The alerts that may be of a bear that was there at a moment."""
    alerts = [
        one for one in rows.alerts_near(session, held.site.id, since=at - within, until=at + within)
        if _meets(one, at, within)
    ]  # fmt: skip
    return sorted(told_of(session, alerts).items())


def around(
    session: Session, held: Site, *, at: datetime, camera: str | None, near: Sequence[tuple[int, Told]],
    within: timedelta,
) -> Around:  # fmt: skip
    """Everything that may tell why nobody was warned of a bear; camera None: nobody knows before which it was."""
    rule = held.rule(at)
    cameras = _cameras(session, held, rule, camera)
    since, until = at - within, at + within
    outside = held.inside(rule, camera, at) if rule is not None and camera else None
    return Around(
        cameras=cameras, outside=outside.says if outside is not None and not outside.yes else None,
        stopped=held.stopped(at), blind=_blind(session, held, cameras, at),
        shed=timedelta(seconds=sum(_shed(session, camera, since, until) for camera in cameras)),
        pictures=rows.decided(session, cameras, since=since, until=until), near=near,
    )  # fmt: skip


def _meets(one: Near, at: datetime, within: timedelta) -> bool:
    return one.since - within <= at <= one.until + within


def _cameras(session: Session, held: Site, rule: tables.Rule | None, seen_by: str | None) -> Sequence[str]:
    """The cameras that may have seen it: those of the group that it was near, else all that the rule held."""
    own = park.cameras(session, held.site.id)
    if seen_by is not None:
        group = next((one.group_id for one in own if one.id == seen_by), None)
        return [one.id for one in own if one.group_id == group] or [seen_by]
    named = (rules.cameras_of(rule) or rule.body.get("cameras")) if rule is not None else None
    return list(named or [one.id for one in own])


def _blind(session: Session, held: Site, cameras: Sequence[str], at: datetime) -> dict[str, str]:
    """What was wrong with each of them at a moment so that a bear could pass unseen."""
    moment = at + timedelta(microseconds=1)
    lasting = [row for row in episodes.between(session, since=at, until=moment, sites=[held.site.id]) if row.blind]
    return {
        camera: name_of(row.kind)
        for camera in cameras for row in lasting if row.camera_id in (None, camera)
    }  # fmt: skip


def _shed(session: Session, camera: str, since: datetime, until: datetime) -> float:
    return sum(seconds for _, seconds in report_rows.shed(session, camera, since=since, until=until))

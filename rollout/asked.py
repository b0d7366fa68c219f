"""Asked: a rule with what it leaves open worked out, and the site it is for."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from rollout import terms
from rollout.scope_hours import Place
from rollout.stages import Before
from rollout.terms import Terms
from store import park, rules, tables
from store.session import Session
from store.vocabulary import Audience, Stage

TRIAL_DAYS = 7


@dataclass(frozen=True, kw_only=True)
class Asked:
    """cameras: those that it holds now, or held when it was proposed."""

    terms: Terms
    site: tables.Site
    version: tables.ModelVersion
    cameras: tuple[str, ...]

    @property
    def threshold(self) -> float:
        """The rule's own, else the version's."""
        return self.version.threshold if self.terms.threshold is None else self.terms.threshold

    @property
    def place(self) -> Place:
        """Where the site is."""
        return Place(zone=ZoneInfo(self.site.time_zone), latitude=self.site.latitude, longitude=self.site.longitude)

    @property
    def before(self) -> Before:
        """As one rule is compared with another."""
        return Before(
            terms=self.terms, model_sha256=self.version.sha256, threshold=self.threshold,
            cameras=frozenset(self.cameras),
        )  # fmt: skip


def of(session: Session, wanted: Terms, *, default_model: str) -> Asked:
    """A rule that somebody wants. Raises NotFound, ModelUnknown."""
    return Asked(
        terms=wanted, site=park.site(session, wanted.site),
        version=park.model(session, wanted.model, default=default_model), cameras=cameras(session, wanted),
    )  # fmt: skip


def of_row(session: Session, row: tables.Rule) -> Asked:
    """A revision as it was written down."""
    said, held = terms.read(row.body), rules.cameras_of(row)
    return Asked(
        terms=said, site=session.get_one(tables.Site, row.site_id),
        version=session.get_one(tables.ModelVersion, row.model_sha256),
        cameras=cameras(session, said) if held is None else held,
    )  # fmt: skip


def cameras(session: Session, wanted: Terms) -> tuple[str, ...]:
    """The cameras that the terms hold now: of those they name, the ones that are at the site."""
    here: Sequence[str] = [camera.id for camera in park.cameras(session, wanted.site)]
    return tuple(camera for camera in here if not wanted.cameras or camera in wanted.cameras)


def following(told: Asked, stage: Stage, audience: Audience, *, now: datetime) -> Asked:
    """A step with the scope and threshold of a rule, as it would be asked for."""
    last = now.astimezone(told.place.zone).date() + timedelta(days=TRIAL_DAYS)
    said = replace(told.terms, stage=stage, audience=audience, first_day=None, last_day=last, override=None)
    return replace(told, terms=said)

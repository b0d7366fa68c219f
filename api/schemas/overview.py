"""The park on one page."""

from datetime import date, datetime

from pydantic import BaseModel, Field

from store.vocabulary import Stage


class HoursOut(BaseModel):
    """Hours of a site: a rule in trial or live held, and of these, what its cameras could see and say."""

    in_scope: float
    protected: float
    lost: dict[str, float] = Field(description="the hours that were not protected, by cause")


class SiteLineOut(BaseModel):
    """One site. holds: false where less than its rule says protects it now."""

    site: str
    name: str
    stage: Stage
    since: datetime | None
    until: date | None
    override: bool
    holds: bool
    protected: bool
    says: str
    hours: HoursOut


class DueOut(BaseModel):
    """Something that waits for people; by null: now."""

    site: str
    site_name: str
    what: str
    says: str
    by: date | None


class OverriddenOut(BaseModel):
    """A rule that widened without the checklist."""

    site: str
    site_name: str
    revision: int
    stage: Stage
    reason: str
    people: list[str]
    since: datetime
    until: date | None
    in_force: bool


class OverviewOut(BaseModel):
    """Sites by stage, what is due, what was overridden."""

    sites: list[SiteLineOut]
    due: list[DueOut]
    overridden: list[OverriddenOut]
    weeks: int = Field(description="hours and overrides are of so many weeks")

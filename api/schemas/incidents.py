"""The register of incidents: bears that nobody was warned of, and the causes that people name."""

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from api.schemas.masks import Words
from store.vocabulary import IncidentCause, IncidentKind, Stage


class NamedCauseOut(BaseModel):
    """A cause as a person named it. says: in words."""

    cause: IncidentCause
    says: str
    note: str | None
    by: str
    at: AwareDatetime


class IncidentOut(BaseModel):
    """A bear that nobody was warned of. cause null: nobody has named it yet."""

    id: int
    site: str
    site_name: str
    time_zone: str
    kind: IncidentKind
    at: AwareDatetime = Field(description="when the bear was there")
    stage: Stage = Field(description="of the rule in force then")
    camera: str | None
    sighting: int | None
    alert: int | None
    says: str
    suggested: IncidentCause = Field(description="what the stored rows suggest; a person decides")
    suggested_says: str
    facts: list[str] = Field(description="what the suggestion rests on")
    found_at: AwareDatetime
    cause: NamedCauseOut | None
    history: list[NamedCauseOut] = Field(description="all that were named, the last one last")


class NotCountedOut(BaseModel):
    """A site at which nothing counts as an incident now, and why."""

    site: str
    site_name: str
    says: str


class IncidentPage(BaseModel):
    """The newest first; without those of a site that one watches blind."""

    items: list[IncidentOut]
    next: int | None = None
    open: int = Field(description="how many have no cause yet, listed here or not")
    not_counted: list[NotCountedOut]


class NameCauseIn(BaseModel):
    """Why nobody was warned, by name; other needs words."""

    model_config = ConfigDict(extra="forbid")

    cause: IncidentCause
    note: Words | None = None

    @model_validator(mode="after")
    def _said(self) -> "NameCauseIn":
        if self.cause is IncidentCause.OTHER and self.note is None:
            raise ValueError("note: say what the other cause was")
        return self

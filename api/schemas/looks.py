"""Looks: pictures that people are asked about as they are about an alert's, and what each was once it is answered."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from store.vocabulary import LookKind, Stage, Verdict


class LookOut(BaseModel):
    """What is asked. Nothing in it says why: that is told after the answer."""

    id: int
    site: str
    site_name: str
    camera: str
    stage: Stage = Field(description="of the rule in force at the site now")
    pictures: list[str] = Field(description="paths of this API, the large one first")
    clip: str
    given_until: datetime = Field(description="then it may be given to somebody else")
    demo_model: bool = Field(description="the site's model is the demo's bundle, which knows only drawn scenery")


class LookNextOut(BaseModel):
    """The look to answer now; null, and why, where there is none: an alert waits, or the day's minutes are used."""

    look: LookOut | None
    says: str


class LookWaitsOut(BaseModel):
    """Whether there is a look for the asker, and why not."""

    waits: bool
    says: str


class LookAnswerIn(BaseModel):
    """What somebody saw."""

    model_config = ConfigDict(extra="forbid")

    verdict: Verdict
    species: str | None = Field(default=None, max_length=60)
    note: str | None = Field(default=None, max_length=2000)


class LookToldOut(BaseModel):
    """A look once it is answered: what it was, and what follows. right: of a test alone."""

    id: int
    kind: LookKind
    site: str
    camera: str
    since: datetime
    until: datetime
    verdict: Verdict
    by: str
    at: datetime
    says: str
    right: bool | None = None
    picture: str


class LookPage(BaseModel):
    """Answered looks, newest first. next is the cursor of the page after, or null."""

    items: list[LookToldOut]
    next: int | None


class LookLeftOut(BaseModel):
    """A look that was left to somebody else."""

    id: int

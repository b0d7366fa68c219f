"""The desk watch: a recorded hour to look at, and what of it was shown."""

from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from api.schemas.timelapse import LapseOut

MOST = 3600
Numbers = Annotated[list[Annotated[int, Field(ge=1, le=2**31 - 1)]], Field(max_length=MOST)]


class DeskNextIn(BaseModel):
    """Another hour, please."""

    model_config = ConfigDict(extra="forbid")

    light: Literal["day", "night"] | None = Field(default=None, description="null: hours of day and night")


class DeskHourOut(BaseModel):
    """A drawn hour that was given to somebody."""

    hour: int = Field(description="the number of the drawn hour")
    given_at: AwareDatetime
    probability: float = Field(description="of being given, among those that this person had not been given")
    lapse: LapseOut


class DeskNextOut(BaseModel):
    """What to look at next; null where nothing is left."""

    hour: DeskHourOut | None
    left: int = Field(description="hours left after it")
    known: int = Field(description="hours left out: this person answered alerts of them, or watched there then")
    fastest: int = Field(description="times the speed of life that it may be played")


class DeskDoneIn(BaseModel):
    """The hour was played to its end."""

    model_config = ConfigDict(extra="forbid")

    shown: Numbers = Field(description="numbers of the pictures that were shown")
    failed: Numbers = Field(default=[], description="those that did not come")
    knew: bool = Field(default=False, description="the watcher knew what had happened there: no exposure")


class DeskDoneOut(BaseModel):
    """What came of an hour. minutes: of it, seen; counts: once its session is ended and nothing of it is doubted."""

    hour: int
    done: bool
    knew: bool
    minutes: float

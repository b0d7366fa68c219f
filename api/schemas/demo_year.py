"""One week of the simulated year, as it was known on the Monday after it."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field

from api.schemas.papers import PictureOut, Tone


class YearWeekOut(BaseModel):
    """The verdict of one week. None: its report is not kept yet."""

    week: str
    tone: Tone | None
    word: str | None


class YearSiteOut(BaseModel):
    """One simulated site in this week: its verdict in one sentence, and the two pictures of its report."""

    site: str
    title: str
    happened: str = Field(description="what was simulated there: no report knows it")
    verdict: str
    tone: Tone
    sign: str
    word: str
    sentence: str
    pictures: list[PictureOut]
    days: str
    kept: bool = Field(description="false: made for this answer, since it is not kept yet")
    year: list[YearWeekOut] = Field(description="every week, the oldest first")


class DemoYearOut(BaseModel):
    """The five sites in one week. Nothing of it is real, and nothing of it counts for the park."""

    simulated: Literal[True] = True
    number: int = Field(description="of the week, from 1")
    weeks: int
    week: str = Field(description="its ISO name")
    known_at: datetime = Field(description="the Monday on which the reports were made")
    time_zone: str
    made: int = Field(description="reports that are kept")
    of: int
    sites: list[YearSiteOut]

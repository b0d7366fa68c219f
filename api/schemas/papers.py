"""A weekly report as people read it: words, tables and pictures; and the park's week in one line a site."""

from enum import StrEnum

from pydantic import BaseModel, Field


class Tone(StrEnum):
    """What a verdict asks of a reader; its sign and its word say the same as its colour."""

    ALARM = "alarm"
    FAULT = "fault"
    WAIT = "wait"
    GOOD = "good"


class PictureOut(BaseModel):
    """A drawing. svg: self-contained, without a script; says: the same in words, for those who cannot see it."""

    title: str
    svg: str
    says: str


class TableOut(BaseModel):
    """Rows under a head. note: a line below."""

    head: list[str]
    rows: list[list[str]]
    note: str = ""
    links: list[list[str]] = Field(
        default=[],
        description="cell by cell where its encounters are shown, empty where nowhere; none: no cell has any",
    )


class SectionOut(BaseModel):
    """A part of what lies behind the first page."""

    title: str
    lines: list[str] = []
    tables: list[TableOut] = []
    anchor: str = Field(default="", description="what links of the same page lead to it by")


class PaperOut(BaseModel):
    """The first page, and the rest behind it."""

    site: str
    site_name: str
    week: str
    days: str = Field(description="first and last day of the week, in site time")
    verdict: str
    tone: Tone
    sign: str = Field(description="stands before the word: colour is never the only carrier")
    word: str = Field(description="the verdict in a few words")
    sentence: str = Field(description="the verdict in one sentence")
    overridden: list[str] = Field(description="what was widened without the checklist, red everywhere")
    faults: list[str] = Field(description="data faults, since they explain most drift")
    means: list[str]
    do: list[str]
    next: str
    counts: TableOut
    pictures: list[PictureOut]
    reading: list[str] = Field(description="how to read the pictures")
    sections: list[SectionOut]
    foot: list[str] = Field(description="when it was made and what proves it")


class SiteWeekOut(BaseModel):
    """One site in one week. verdict null: it has no report for this week."""

    site: str
    site_name: str
    verdict: str | None
    tone: Tone
    sign: str
    word: str
    sentence: str
    revision: int | None
    called: bool = Field(description="called changed over the park as a whole (e-BH)")
    waiting: int = Field(description="alarms that nobody has acknowledged")
    e_change: float | None = Field(description="e-value that something changed, either way, from 20 on for one site")


class WeekLineOut(BaseModel):
    """One week of a site, to choose it by."""

    week: str
    revision: int = Field(description="the newest")
    verdict: str
    tone: Tone
    sign: str
    word: str


class SiteWeeksOut(BaseModel):
    """The weeks of a site that have a report, the newest first."""

    site: str
    items: list[WeekLineOut]


class ParkWeekOut(BaseModel):
    """The park's week, what needs a person first. e_together: that something changed somewhere in it."""

    week: str
    weeks: list[str] = Field(description="weeks of which there are reports, the newest first")
    says: str = Field(description="how many sites are called changed")
    holds: str = Field(description="what that judgement holds, in words")
    e_together: float
    patrols: str = Field(
        default="", description="which site gets most of the park's patrols; empty: none was told of"
    )
    sites: list[SiteWeekOut]

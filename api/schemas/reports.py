"""Weekly reports as lists name them."""

from pydantic import AwareDatetime, BaseModel, Field


class ReportOut(BaseModel):
    """The newest revision of a week's report."""

    site: str
    week: str = Field(description="ISO week in site time, like 2026-W47")
    revision: int
    revisions: int = Field(description="how many there are; the older ones stay")
    verdict: str
    reason: str
    as_of: AwareDatetime = Field(description="no row that came in later is in it")
    made_at: AwareDatetime
    inputs_sha256: str


class ReportPage(BaseModel):
    """The last made first. next is the cursor of the page after, or null."""

    items: list[ReportOut]
    next: int | None

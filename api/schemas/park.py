"""Sites, cameras and visits as people see them."""

from datetime import datetime

from pydantic import BaseModel, Field

from api.schemas.drift import AlarmOut
from api.schemas.health import EpisodeOut, KnownClipOut
from api.schemas.rules import RuleOut
from store.vocabulary import Act, CameraHealth, CameraKind, Reason, Stage


class LiftOut(BaseModel):
    """A wish to lift a stop that waits for a second person."""

    by: str
    at: datetime


class GapOut(BaseModel):
    """Since when and why a site that was protected is not; who has taken the manual watch, if anybody."""

    since: datetime
    cause: str
    taken_by: str | None


class SiteOut(BaseModel):
    """A site, the rule in force there, and what protects it now. Coordinates are rounded for some eyes."""

    id: str
    name: str
    time_zone: str
    latitude: float
    longitude: float
    rule: RuleOut | None
    proposals: list[RuleOut] = Field(description="proposed or approved revisions that wait")
    stopped: bool
    stop_reason: str | None
    own_stop: bool = Field(default=False, description="stopped by itself, not only with all sites")
    lift_asked: LiftOut | None = Field(default=None, description="who asked to lift the site's own stop")
    protected: bool
    protected_says: str
    gap: GapOut | None = Field(default=None, description="what protected_says says of it, in parts")
    watch_needed: bool = Field(description="not protected since a moment, and nobody has taken the manual watch")
    cameras: int
    cameras_alive: int
    pending: int
    alarms: list[AlarmOut] = Field(default=[], description="drift alarms that nobody has acknowledged")


class SitePage(BaseModel):
    """Every site that this person may see."""

    items: list[SiteOut]
    all_stopped: bool
    all_lift_asked: LiftOut | None = Field(default=None, description="who asked to lift the stop of all sites")
    faults: list[str] = Field(description="what is wrong with Bearwatch itself, in words")


class CameraOut(BaseModel):
    """A camera with its health by the server's clock. picture: a path of this API, null before the first."""

    id: str
    site: str
    kind: CameraKind
    group: str
    health: CameraHealth
    says: str
    last_seen_at: datetime | None
    last_frame_at: datetime | None
    clock_offset_s: float | None = Field(
        description="how far its clock is ahead of ours, measured over its last pictures; null: nobody can tell"
    )
    picture: str | None
    latitude: float | None = Field(default=None, description="where it stands, as park.toml says")
    longitude: float | None = None
    possible_bear: bool = Field(description="a bear visit is open on it that nobody has dismissed")
    possible_bear_p: float | None
    watched_blind: bool = Field(default=False, description="you watch its site blind: the model is not shown")
    episodes: list[EpisodeOut] = Field(default=[], description="what is wrong with it now, the oldest first")
    patience_s: float | None = Field(default=None, description="how long it may be silent before that is told")
    reference: list[str] = Field(default=[], description="paths of its reference views, by day and by night")
    unwatched_day: float = Field(default=0.0, description="the share of its view that masks hide from the model")
    unwatched_night: float = Field(default=0.0, description="the same by night")
    quiet_places: int = Field(default=0, description="places in its view that ask nobody by themselves now")
    quiet_proposed: int = Field(default=0, description="such places that are proposed and wait for a person")
    known_clip: KnownClipOut | None = Field(default=None, description="its last test with a known bear")


class CameraPage(BaseModel):
    """Every camera of the sites that this person may see."""

    items: list[CameraOut]


class DecisionOut(BaseModel):
    """What was done because of one frame, and why."""

    frame: int
    camera: str
    taken_at: datetime
    act: Act
    reason: Reason
    stage: Stage
    says: str
    rule: int | None
    visit: int | None
    model: str | None
    p_bear: float | None
    threshold: float | None
    decided_at: datetime
    width: int
    height: int
    clock_fault: str | None


class VisitOut(BaseModel):
    """Frames of one camera group in which the model saw the same kind."""

    id: int
    site: str
    camera: str
    group: str
    label: str
    bear: bool
    p_bear: float
    started_at: datetime
    ended_at: datetime
    frames: int
    alerts: list[int]
    model: str


class VisitPage(BaseModel):
    """Newest first."""

    items: list[VisitOut]
    next: int | None


class ModelOut(BaseModel):
    """A model version."""

    name: str
    sha256: str
    labels: list[str]
    threshold: float
    default: bool
    demo: bool
    stage_by_site: dict[str, Stage]
    challenger: list[str] = Field(default=[], description="sites whose frames it looks at in shadow")
    canary: dict[str, list[str]] = Field(default={}, description="cameras that it decides on as a canary, by site")

"""All tables: `from store import tables`, then `tables.Alert`."""

from store.tables.audit import AuditEntry, AuditHead, ProcessBeat
from store.tables.doors import HeldFile
from store.tables.frames import Frame, QueuedFrame, Upload
from store.tables.health import DroppedPicture, Episode, ReferenceView, StoredKind, ViewChange
from store.tables.masks import ViewPart
from store.tables.park import (
    Camera,
    CameraGroup,
    CameraKey,
    CameraStatus,
    Duty,
    ModelVersion,
    Park,
    Receiver,
    Site,
)
from store.tables.people import FailedSignIn, Person, SignIn, Token
from store.tables.recordings import Recording, Shed
from store.tables.root import Table
from store.tables.rules import Approval, Gap, Rule, Stop
from store.tables.timelapse import DrawnHour, TimelapsePicture
from store.tables.training import TrainingRow
from store.tables.visits import Alert, Decision, Detection, Notice, Review, Visit
from store.tables.watching import Match, Response, Sighting, WatchSession

__all__ = [
    "Alert",
    "Approval",
    "AuditEntry",
    "AuditHead",
    "Camera",
    "CameraGroup",
    "CameraKey",
    "CameraStatus",
    "Decision",
    "Detection",
    "DrawnHour",
    "DroppedPicture",
    "Duty",
    "Episode",
    "FailedSignIn",
    "Frame",
    "Gap",
    "HeldFile",
    "Match",
    "ModelVersion",
    "Notice",
    "Park",
    "Person",
    "ProcessBeat",
    "QueuedFrame",
    "Receiver",
    "Recording",
    "ReferenceView",
    "Response",
    "Review",
    "Rule",
    "Shed",
    "Sighting",
    "SignIn",
    "Site",
    "Stop",
    "StoredKind",
    "Table",
    "TimelapsePicture",
    "Token",
    "TrainingRow",
    "Upload",
    "ViewChange",
    "ViewPart",
    "Visit",
    "WatchSession",
]

"""All tables: `from store import tables`, then `tables.Alert`."""

from store.tables.audit import AuditEntry, AuditHead, ProcessBeat
from store.tables.challenges import Challenge
from store.tables.desk import DeskHour
from store.tables.doors import HeldFile
from store.tables.drift import DriftAlarm, ReferenceRatio
from store.tables.frames import Frame, QueuedFrame, Upload
from store.tables.health import DroppedPicture, Episode, ReferenceView, StoredKind, ViewChange
from store.tables.incidents import Incident, NamedCause
from store.tables.known import KnownClip
from store.tables.looks import AuditDraw, Look, LookPicture
from store.tables.masks import ViewPart
from store.tables.narrowing import ClockLease, Narrowing, Run
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
from store.tables.quiet import QuietPlace
from store.tables.recordings import Recording, Shed
from store.tables.reports import DriftReport, DriftWeek
from store.tables.root import Table
from store.tables.rules import Approval, Gap, Rule, Stop, TrialReport
from store.tables.timelapse import DrawnHour, TimelapsePicture
from store.tables.training import TrainingRow
from store.tables.visits import Alert, Decision, Detection, Notice, Review, Visit
from store.tables.watching import Match, Response, Sighting, WatchSession

__all__ = [
    "Alert",
    "Approval",
    "AuditDraw",
    "AuditEntry",
    "AuditHead",
    "Camera",
    "CameraGroup",
    "CameraKey",
    "CameraStatus",
    "Challenge",
    "ClockLease",
    "Decision",
    "DeskHour",
    "Detection",
    "DrawnHour",
    "DriftAlarm",
    "DriftReport",
    "DriftWeek",
    "DroppedPicture",
    "Duty",
    "Episode",
    "FailedSignIn",
    "Frame",
    "Gap",
    "HeldFile",
    "Incident",
    "KnownClip",
    "Look",
    "LookPicture",
    "Match",
    "ModelVersion",
    "NamedCause",
    "Narrowing",
    "Notice",
    "Park",
    "Person",
    "ProcessBeat",
    "QueuedFrame",
    "QuietPlace",
    "Receiver",
    "Recording",
    "ReferenceRatio",
    "ReferenceView",
    "Response",
    "Review",
    "Rule",
    "Run",
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
    "TrialReport",
    "Upload",
    "ViewChange",
    "ViewPart",
    "Visit",
    "WatchSession",
]

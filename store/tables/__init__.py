"""All tables: `from store import tables`, then `tables.Alert`."""

from store.tables.audit import AuditEntry, AuditHead, ProcessBeat
from store.tables.frames import Frame, QueuedFrame, Upload
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
from store.tables.root import Table
from store.tables.rules import Approval, Gap, Rule, Stop
from store.tables.visits import Alert, Decision, Detection, Notice, Review, Visit

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
    "Duty",
    "FailedSignIn",
    "Frame",
    "Gap",
    "ModelVersion",
    "Notice",
    "Park",
    "Person",
    "ProcessBeat",
    "QueuedFrame",
    "Receiver",
    "Review",
    "Rule",
    "SignIn",
    "Site",
    "Stop",
    "Table",
    "Token",
    "Upload",
    "Visit",
]

"""The stored words that the shapes use, for those who see the shapes only."""

from store.vocabulary import (
    OPEN,
    AlertState,
    Audience,
    CameraFault,
    CameraHealth,
    CameraKind,
    HeldState,
    Light,
    QuietState,
    Reason,
    Role,
    RuleState,
    Stage,
    UploadKind,
    Verdict,
    ViewPartKind,
)

__all__ = [
    "OPEN",
    "AlertState",
    "Audience",
    "CameraFault",
    "CameraHealth",
    "CameraKind",
    "HeldState",
    "Light",
    "QuietState",
    "Reason",
    "Role",
    "RuleState",
    "Stage",
    "UploadKind",
    "Verdict",
    "ViewPartKind",
]

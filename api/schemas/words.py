"""The stored words that the shapes use, for those who see the shapes only."""

from store.vocabulary import (
    AlertState,
    Audience,
    CameraHealth,
    CameraKind,
    Role,
    RuleState,
    Stage,
    UploadKind,
    Verdict,
)

__all__ = [
    "AlertState",
    "Audience",
    "CameraHealth",
    "CameraKind",
    "Role",
    "RuleState",
    "Stage",
    "UploadKind",
    "Verdict",
]

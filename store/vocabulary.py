"""The words of the product that are stored, and what each means. See docs/glossary.md."""

from enum import StrEnum


class Stage(StrEnum):
    """How far a model version is let towards people at one site, in order of width."""

    OFF = "off"
    SHADOW = "shadow"
    TRIAL = "trial"
    LIVE = "live"


class Audience(StrEnum):
    """Who a warning goes to, in order of width; campers includes rangers."""

    RANGERS = "rangers"
    CAMPERS = "campers"


class Act(StrEnum):
    """What is done because of one frame."""

    NOTHING = "nothing"
    RECORD = "record"  # would have been an alert: shadow, nothing is sent
    JOIN = "join"  # the visit has its alert already
    ASK = "ask"  # a pending alert: rangers on duty are asked to confirm
    WARN = "warn"  # the audience is warned at once


class Reason(StrEnum):
    """Why a decision came out as it did. Each accepted frame has exactly one."""

    SHADOW = "SHADOW"
    OUTSIDE_SCOPE = "OUTSIDE_SCOPE"
    BELOW_THRESHOLD = "BELOW_THRESHOLD"
    NOTHING_FOUND = "NOTHING_FOUND"
    HELD_FOR_REVIEW = "HELD_FOR_REVIEW"
    SENT = "SENT"
    SAME_VISIT = "SAME_VISIT"
    COOLDOWN = "COOLDOWN"
    DAILY_CAP = "DAILY_CAP"
    OUT_OF_DOMAIN_HELD = "OUT_OF_DOMAIN_HELD"
    LEARNING_THE_VIEW = "LEARNING_THE_VIEW"
    KILL_SWITCH = "KILL_SWITCH"
    BULK_IMPORT = "BULK_IMPORT"
    TOO_LATE = "TOO_LATE"
    SHED = "SHED"
    UNREADABLE = "UNREADABLE"
    SEEDED_TEST = "SEEDED_TEST"
    OFF = "OFF"
    NO_RULE = "NO_RULE"
    PAUSED = "PAUSED"


class AlertState(StrEnum):
    """Where an alert stands. shadow alerts never leave their state."""

    SHADOW = "shadow"
    PENDING = "pending"
    CLAIMED = "claimed"
    CONFIRMED = "confirmed"
    DISMISSED = "dismissed"
    EXPIRED = "expired"
    LIVE = "live"
    SENT = "sent"
    FAILED = "failed"
    REVIEWED = "reviewed"


class Verdict(StrEnum):
    """What one person saw in the pictures of one alert."""

    BEAR = "bear"
    NOT_BEAR = "not_bear"
    UNSURE = "unsure"


class NoticeKind(StrEnum):
    """request: please confirm. warning: bear, to the audience. operations: health, drills, corrections."""

    REQUEST = "request"
    WARNING = "warning"
    OPERATIONS = "operations"


class NoticeState(StrEnum):
    """Where one message to one receiver stands in the outbox."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"  # every try failed: shown, and handed to the second receiver
    STOPPED = "stopped"  # the kill switch was on when it was to leave
    HELD = "held"  # of a replay without --send: written and counted, never leaves


class RuleState(StrEnum):
    """Where a revision of a site's rule stands."""

    PROPOSED = "proposed"
    APPROVED = "approved"  # complete, its first day is still to come
    IN_FORCE = "in_force"
    WITHDRAWN = "withdrawn"
    SUPERSEDED = "superseded"
    EXPIRED = "expired"


class CameraKind(StrEnum):
    """How pictures reach us: pulled from a stream, pushed by a trail camera, or played from a file."""

    STREAM = "stream"
    TRAIL = "trail"
    FILE = "file"


class CameraHealth(StrEnum):
    """What the server's clock says of a camera."""

    ALIVE = "alive"
    SILENT = "silent"
    NEVER_SEEN = "never_seen"
    BROKEN = "broken"  # the source cannot be opened or read; the reason is beside it


class Role(StrEnum):
    """What a person may do. Each is limited to sites unless it has none named."""

    RANGER = "ranger"
    SUPERVISOR = "supervisor"
    ADMIN = "admin"
    AUDITOR = "auditor"


class Origin(StrEnum):
    """The door a frame came through."""

    STREAM = "stream"
    DOOR = "door"
    REPLAY = "replay"
    BULK = "bulk"  # an SD card: evidence only, never an alert
    SEEDED = "seeded"


class UploadKind(StrEnum):
    """What was handed in at the HTTP door."""

    PICTURE = "picture"
    CLIP = "clip"


class QueueState(StrEnum):
    """Where a queued frame stands."""

    WAITING = "waiting"
    LEASED = "leased"
    DONE = "done"
    GIVEN_UP = "given_up"

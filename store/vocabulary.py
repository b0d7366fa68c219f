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
    QUIET_PLACE = "QUIET_PLACE"


class AlertState(StrEnum):
    """Where an alert stands. shadow alerts never leave their state."""

    SHADOW = "shadow"
    PENDING = "pending"
    CLAIMED = "claimed"
    CONFIRMED = "confirmed"
    WITHHELD = "withheld"  # a bear, and no warning was sent: too old, stopped, or the rule left trial and live
    DISMISSED = "dismissed"
    EXPIRED = "expired"
    LIVE = "live"
    SENT = "sent"
    FAILED = "failed"
    REVIEWED = "reviewed"


OPEN = (AlertState.PENDING, AlertState.CLAIMED)
"""States in which somebody must still answer."""


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


class CameraFault(StrEnum):
    """What can be wrong with a camera for a while. Each lasts from a beginning to an end: an episode."""

    SILENT = "silent"
    BLACK = "black"
    COVERED = "covered"
    FROZEN = "frozen"
    BLURRED = "blurred"  # out of focus, dewed, or in fog
    MOVED = "moved"
    INFRARED_FAILED = "infrared_failed"
    CLOCK_OFF = "clock_off"
    SHEDDING = "shedding"
    DISK_NEARLY_FULL = "disk_nearly_full"  # of the whole installation
    KNOWN_CLIP_MISSED = "known_clip_missed"  # a bear that we put in ourselves was not found


class ViewPartKind(StrEnum):
    """What a part of a camera's view is drawn for."""

    MASK = "mask"  # nothing in it is watched by the model
    ZONE = "zone"  # it has a name, which alerts there say


class QuietState(StrEnum):
    """Where a quiet place stands."""

    PROPOSED = "proposed"  # false boxes keep falling there; nothing is changed by that
    ACCEPTED = "accepted"  # in force until its last moment
    REFUSED = "refused"
    ENDED = "ended"  # by a person, by a bear that was seen there, or at its last moment


class Light(StrEnum):
    """When a mask or a quiet place holds, by what the picture itself shows: infrared is grey."""

    BOTH = "both"
    DAY = "day"
    NIGHT = "night"


class Evidence(StrEnum):
    """What a kept picture is evidence of. Each has a budget of its own; kept is dropped by no age."""

    QUIET = "quiet"  # in no visit
    VISITS = "visits"  # in a visit that raised no alert that people answer
    ALERTS = "alerts"  # in an alert that was answered otherwise than by bear, or by nobody
    CLIPS = "clips"  # a clip as it was handed in; its frames are pictures of their own
    RECORDINGS = "recordings"  # seconds of a stream around what moved, of no picture that is kept for good
    TIMELAPSE = "timelapse"  # small pictures of drawn hours
    KEPT = "kept"  # undecided, pending, confirmed, audited, disputed, or a training picture


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


class Door(StrEnum):
    """Where a trail camera hands its pictures in."""

    HTTP = "http"
    FTP = "ftp"
    FOLDER = "folder"
    MAIL = "mail"


class HeldState(StrEnum):
    """Where a file stands that a door did not take in at once."""

    UNRECOGNISED = "unrecognised"  # a picture of no known camera
    REFUSED = "refused"
    TAKEN = "taken"
    DISCARDED = "discarded"


class UploadKind(StrEnum):
    """What was handed in at the HTTP door."""

    PICTURE = "picture"
    CLIP = "clip"


class RowSource(StrEnum):
    """Why a frame became a candidate for training."""

    REVIEW = "review"  # people answered an alert of it
    AUDIT = "audit"  # drawn by chance from those that raised nothing
    DISAGREEMENT = "disagreement"  # two model versions gave different answers


class RowState(StrEnum):
    """Where a candidate for training stands."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


class QueueState(StrEnum):
    """Where a queued frame stands."""

    WAITING = "waiting"
    LEASED = "leased"
    DONE = "done"
    GIVEN_UP = "given_up"


class KeptFor(StrEnum):
    """What a picture beside the frames is kept for; retention may treat each apart."""

    TIMELAPSE = "timelapse"


class WatchMode(StrEnum):
    """What the watcher could see of the model."""

    BLIND = "blind"  # nothing of it: only these hours are evidence
    ASSISTED = "assisted"  # its possible bears in red
    ROUTINE = "routine"  # as every night


class WatchPlace(StrEnum):
    """Where the watcher sat. The two are kept apart in every number."""

    FIELD = "field"
    DESK = "desk"  # recorded hours, drawn by the system


class Sureness(StrEnum):
    """How sure somebody is of a bear that they saw."""

    CERTAIN = "certain"
    PROBABLE = "probable"
    UNSURE = "unsure"  # counted by nobody as a bear


class Did(StrEnum):
    """What people did about a bear."""

    WARNED = "warned"
    PATROLLED = "patrolled"
    CLOSED = "closed"
    NOTHING = "nothing"


class Doubt(StrEnum):
    """Why a watch session is no exposure, or a sighting is looked at again. Any of them: kept, named, not counted."""

    NO_END = "no_end"
    OVERLAPPING = "overlapping"
    TOO_MANY = "too_many_sightings"
    COPIED = "copied"
    TOLD_OTHERWISE = "told_otherwise"
    ASKED = "asked_meanwhile"
    SENT_BY_ALERT = "sent_by_alert"
    TOLD_LATE = "told_late"
    NOT_SIGNED = "not_signed"
    NOT_DRAWN = "not_drawn"
    HALF_SEEN = "half_seen"  # of a sighting: in a recorded hour that was not shown to its end
    KNEW = "knew"  # of a sighting: its observer knew what had happened in that hour


class AlarmCause(StrEnum):
    """Why a drift report alarmed, as the person says who acknowledges it."""

    BEARS = "bears_changed"  # there are really more of them, or fewer
    CAMERA = "camera"
    MODEL = "model"
    WATCH = "watch"  # people watched otherwise than before
    MATCHING = "matching"  # the same bear was counted as two, or two as one
    OTHER = "other"


class IncidentKind(StrEnum):
    """How it came out that a bear was there and nobody was warned of it."""

    SEEN = "seen"  # people saw it, and no warning was sent of it
    DISMISSED = "dismissed"  # it was answered as no bear first, and as a bear later
    UNANSWERED = "unanswered"  # nobody answered in time, and a bear was seen in its pictures later
    UNDELIVERED = "undelivered"  # it was confirmed, and its warning reached nobody
    WITHHELD = "withheld"  # it was confirmed, and no warning was sent
    AUDITED = "audited"  # drawn by chance from what raised nothing


class IncidentCause(StrEnum):
    """Why nobody was warned of a bear, as the person says who looked into it."""

    MODEL = "model_did_not_see"
    THRESHOLD = "below_threshold"
    CAMERA = "camera_blind"
    FRAME = "frame_lost_or_late"
    SCOPE = "outside_scope"
    HELD = "held_back"  # by a stop, a cooldown, a daily cap, a quiet place
    NOBODY = "nobody_answered"
    ANSWER = "answered_wrong"
    DELIVERY = "delivery_failed"
    NOT_ONE = "not_one"  # it was matched wrongly: people were warned of this bear, or there was none
    OTHER = "other"


class EncounterKind(StrEnum):
    """Who noticed one real event."""

    BOTH = "both"
    MODEL_ONLY = "model_only"
    PEOPLE_ONLY = "people_only"


class LookKind(StrEnum):
    """Why pictures that are no alert are shown to somebody among the alerts."""

    AUDIT = "audit"  # camera time without an alert, drawn by chance
    SEEDED = "seeded"  # a test: what it shows is known
    SECOND = "second"  # an alert or a look that somebody else has answered


class Scored(StrEnum):
    """What the model had said of a piece of camera time without an alert: the strata of the audit."""

    NOTHING = "nothing"  # no picture of it was scored
    LOW = "low"
    NEAR = "near"  # at least half the threshold

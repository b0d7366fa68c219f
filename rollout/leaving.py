"""Leaving: the picture that a request or a warning takes out of the park, where the park wants one to leave.

It is made anew by the decoding child, at most MOST_SIDE pixels wide or high, without the file's own words (places,
serial numbers). A warning never waits long for its picture and never fails for it: it leaves without, and says why.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace

from ingest.decoding import Decoder
from model.bundle import BOXES, Bundle
from model.detections import Box
from rollout import hiding
from rollout.notify import Outgoing
from store import alerts, tables
from store.archive import Archive
from store.errors import BearwatchError
from store.session import Session
from store.vocabulary import NoticeKind

MOST_SIDE = 1280
MADE_S = 4.0
"""A picture that takes longer is left out."""

WAITS_S = 6.0
"""And so is one that would have to wait longer for those before it."""

REMEMBERED = 16
NOWHERE = "people are blurred in what leaves, and the model cannot say where in this picture the bear is"


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """The picture of one alert: its frame's sha256, what was found in it by which model version."""

    sha256: str
    model: str
    boxes: tuple[Box, ...]
    blurred: bool


@dataclass(frozen=True, kw_only=True)
class Made:
    """A JPEG, or None. says: what it shows, or why there is none."""

    data: bytes | None
    says: str


def wanted(session: Session, row: tables.Notice) -> Wanted | None:
    """The picture that goes with a message; None where none does."""
    park = session.get(tables.Park, 1)
    asks = row.kind in (NoticeKind.REQUEST, NoticeKind.WARNING) and row.alert_id is not None
    if park is None or not park.pictures_leave or not asks:
        return None
    alert = alerts.get(session, row.alert_id or 0)
    return Wanted(
        sha256=session.get_one(tables.Frame, alert.frame_id).sha256,
        model=session.get_one(tables.Visit, alert.visit_id).model_sha256,
        boxes=tuple(Box(**box) for box in alert.boxes), blurred=park.blur_people,
    )  # fmt: skip


class Pictures:
    """Makes them, each once. Threads may share it. bundle: a model version by its sha256; raises BearwatchError."""

    def __init__(self, archive: Archive, decoder: Decoder, bundle: Callable[[str], Bundle]) -> None:
        self._archive, self._decoder, self._bundle = archive, decoder, bundle
        self._lock = threading.Lock()
        self._made: OrderedDict[Wanted, Made] = OrderedDict()

    def beside(self, message: Outgoing, asked: Wanted) -> Outgoing:
        """The message with its picture and what that shows, or with the reason why it has none."""
        made = self._of(asked)
        word = "picture_missing" if made.data is None else "picture_shows"
        return replace(message, picture=made.data, body={**message.body, word: made.says})

    def _of(self, asked: Wanted) -> Made:
        if not self._lock.acquire(timeout=WAITS_S):
            return Made(data=None, says="other pictures took too long")
        try:
            if asked not in self._made:
                self._made[asked] = self._make(asked)
            while len(self._made) > REMEMBERED:
                self._made.popitem(last=False)
            return self._made[asked]
        finally:
            self._lock.release()

    def _make(self, asked: Wanted) -> Made:
        try:
            hidden = self._hidden(asked)
            if hidden is None:
                return Made(data=None, says=NOWHERE)
            path = self._archive.path(asked.sha256)
            data = self._decoder.obscured(path, MOST_SIDE, hide=hidden.parts, shown=hidden.shown)
            return Made(data=data, says=hidden.says)
        except BearwatchError as fault:
            return Made(data=None, says=fault.detail)

    def _hidden(self, asked: Wanted) -> hiding.Hidden | None:
        if not asked.blurred:
            return hiding.NOTHING
        version = self._bundle(asked.model)
        knows = hiding.finds_people(version.labels, boxes=version.kind == BOXES)
        return hiding.hidden(asked.boxes, bears=version.bear_labels, knows_people=knows)

"""The kill switch: from the press to the last message that still leaves, with 1 000 warnings in the outbox."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory

from api import park_file, wiring
from api.settings import Settings
from api.wiring import System
from bench.telling import tell
from rollout import outbox, parks, stops
from rollout.notify import Notifiers
from rollout.notify.folder import FolderNotifier
from rollout.notify.webhook import WebhookNotifier
from rollout.outbox import Flight
from store import notices, park, tables
from store.session import Session, transaction
from store.vocabulary import Act, AlertState, Audience, NoticeKind, NoticeState, Origin, Reason, Stage

RECEIVERS, NOTICES, BEFORE, TIMES = 40, 1_000, 60, 5
QUIET_S = 2.0
LIMIT_S = 1.0


class Ears:
    """When messages arrived."""

    def __init__(self) -> None:
        self.at: list[float] = []

    def heard(self, many: int) -> None:
        """Wait until so many have."""
        while len(self.at) < many:
            time.sleep(0.005)


def main() -> None:
    """Print the slowest of several presses against the limit."""
    tell(
        name="stop-to-no-further-send", value=max(_once() for _ in range(TIMES)), unit="s", against="limit",
        against_value=LIMIT_S, reach=1, more=False,
    )  # fmt: skip


def _once() -> float:
    with (
        TemporaryDirectory() as folder,
        _listening() as (url, ears),
        wiring.opened(Settings(data_dir=Path(folder))) as system,
    ):
        _fill(system, url)
        ended = threading.Event()
        sender = threading.Thread(target=_send, args=(system, ended))
        sender.start()
        ears.heard(BEFORE)
        pressed = time.monotonic()
        stops.press(system.engine, "camp", by="bench", reason="measured", now=wiring.now())
        time.sleep(QUIET_S)
        after = [at for at in ears.at if at > pressed]
        ended.set()
        sender.join()
        if len(ears.at) >= NOTICES:
            raise RuntimeError("everything had left before the stop: nothing was measured")
        return max(after) - pressed if after else 0.0


def _send(system: System, ended: threading.Event) -> None:
    """What the clock process does, without a pause between."""
    told = Notifiers(folder=FolderNotifier(system.data_dir), webhook=WebhookNotifier(system.secret))
    flight = Flight()
    while not ended.is_set():
        outbox.send_due(
            system.engine, told, data_dir=system.data_dir, now=wiring.now(), flight=flight, clock=wiring.now
        )  # fmt: skip
    flight.land(5)


@contextmanager
def _listening() -> Iterator[tuple[str, Ears]]:
    ears = Ears()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("content-length", 0)))
            ears.at.append(time.monotonic())
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/", ears
        server.shutdown()


def _fill(system: System, url: str) -> None:
    """A live site with receivers that answer, and warnings to each of them that wait."""
    receivers = "".join(
        f'[[receiver]]\nid = "team-{number}"\nsite = "camp"\naudience = "rangers"\nurl = "{url}{number}"\n'
        for number in range(RECEIVERS)
    )
    now, default = wiring.now(), wiring.register_default(system)
    with transaction(system.engine) as session:
        parks.apply(session, park_file.parse(PARK + receivers), who="bench", default_model=default, now=now)
        told = park.receivers(session, "camp", Audience.RANGERS)
        for number in range(NOTICES // RECEIVERS):
            alert = _alert(session, number, default, now - timedelta(seconds=1))
            notices.add(
                session, {f"warning:{alert.id}:{receiver.id}": receiver for receiver in told},
                kind=NoticeKind.WARNING, alert=alert, review=None, body={"says": "Bear"}, state=NoticeState.WAITING,
                now=now,
            )  # fmt: skip


def _alert(session: Session, number: int, model: str, at: datetime) -> tables.Alert:
    frame = tables.Frame(
        camera_id="creek", sha256=f"{number:064d}", stated_key="", taken_at=at, received_at=at, origin=Origin.DOOR,
        width=640, height=360, motion=[],
    )  # fmt: skip
    session.add(frame)
    session.flush()
    visit = tables.Visit(
        group_id="creek", site_id="camp", camera_id="creek", model_sha256=model, label="bear", bear=True,
        started_at=at, last_at=at, frames=1, p_bear=0.9, best_frame_id=frame.id,
    )  # fmt: skip
    session.add(visit)
    session.flush()
    rule = session.query(tables.Rule).first()
    alert = tables.Alert(
        visit_id=visit.id, site_id="camp", camera_id="creek", cameras=["creek"], state=AlertState.LIVE,
        stage=Stage.LIVE, audience=Audience.RANGERS, reason=Reason.SENT, says=Act.WARN.value,
        rule_id=rule.id if rule else 0, frame_id=frame.id, label="bear", p_bear=0.9, boxes=[], raised_at=at,
        taken_at=at, would_have={},
    )  # fmt: skip
    session.add(alert)
    session.flush()
    return alert


PARK = """
[park]
name = "Bench"
time_zone = "UTC"
[[site]]
id = "camp"
name = "Camp"
latitude = 44.0
longitude = -110.0
[[camera]]
id = "creek"
site = "camp"
kind = "trail"
"""

if __name__ == "__main__":
    main()

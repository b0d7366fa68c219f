"""The clock process: each duty in a thread of its own, so that one that fails or hangs holds up no other."""

import threading
import time
from datetime import datetime

import structlog

from api import wiring
from api.duties import Duty
from api.heartbeat import Heartbeat
from api.wiring import System
from ingest import absences, retention
from ingest.decoding import Decoder, Limits
from rollout import deadlines, episodes, leaving, outbox, proposals, protection, stops
from rollout.leaving import Pictures
from rollout.notify import Notifiers
from rollout.notify.folder import FolderNotifier
from rollout.notify.webhook import WebhookNotifier
from rollout.outbox import Flight
from rollout.stages import WARNS
from store import park, rules, tables
from store.session import reading, transaction

RULES_S, MODELS_S, CAMERAS_S = 10.0, 5.0, 10.0
PATIENCE_S, STORAGE_S = 3600.0, 600.0
LAND_S = 8.0
"""How long what is in hand may take after SIGTERM."""

log = structlog.get_logger()


def run(system: System, stop: threading.Event) -> None:
    """Do the duties until told to stop; what is in hand then is finished, for a while."""
    with Decoder(Limits(seconds=leaving.MADE_S)) as decoder:
        _run(system, Pictures(system.archive, decoder, system.detectors.bundle), stop)


def _run(system: System, pictures: Pictures, stop: threading.Event) -> None:
    notifiers = Notifiers(
        folder=FolderNotifier(system.data_dir), webhook=WebhookNotifier(system.secret)
    )  # fmt: skip
    flight = Flight()

    def send(now: datetime) -> None:
        outbox.send_due(
            system.engine, notifiers, data_dir=system.data_dir, now=now, flight=flight, clock=wiring.now,
            pictures=pictures,
        )  # fmt: skip

    watched = (
        Duty("stops", 0.0, lambda now: stops.latch_files(system.engine, system.data_dir, now)),
        Duty("deadlines", 1.0, lambda now: deadlines.keep(system.engine, now)),
        Duty("outbox", 0.0, send),
        Duty("rules", RULES_S, lambda now: _keep_rules(system, now)),
        Duty("cameras", CAMERAS_S, lambda now: keep_cameras(system, now)),
        Duty("storage", STORAGE_S, lambda now: keep_storage(system, now)),
        Duty("patience", PATIENCE_S, lambda now: _learn_patience(system, now)),
        Duty("models", MODELS_S, lambda now: keep_models(system, now)),
    )
    heartbeat = Heartbeat(system, lambda: [duty.condition() for duty in watched])
    duties = (*watched, Duty("heartbeat", 1.0, heartbeat.tick))
    threads = [threading.Thread(target=duty.run, args=(stop,), name=duty.name, daemon=True) for duty in duties]
    for thread in threads:
        thread.start()
    stop.wait()
    end = time.monotonic() + LAND_S
    for thread in threads:
        thread.join(max(0.1, end - time.monotonic()))
    flight.land(max(0.1, end - time.monotonic()))


def keep_models(system: System, now: datetime) -> None:
    """A site whose model cannot be opened is not protected, and is so again by itself when it can be."""
    with reading(system.engine) as session:
        at_work = rules.works_in(session, tuple(WARNS))
        failing = {site.id for site in park.sites(session) if protection.waits_for_model(session, site)}
    faults = {site.id: fault for site, version in at_work if (fault := system.bundles.fault(version))}
    for site in sorted(faults.keys() | failing):
        _keep_model(system, site, faults.get(site), now)


def _keep_model(system: System, site: str, fault: str | None, now: datetime) -> None:
    with transaction(system.engine) as session:
        row: tables.Site = park.site(session, site, lock=True)
        if fault is not None:
            changed = protection.model_fails(session, row, says=fault, now=now)
        else:
            changed = protection.model_opens(session, row, now=now)
    if changed:
        log.warning("site.protection", site=site, model="cannot be opened" if fault else "opens again")


def keep_cameras(system: System, now: datetime) -> None:
    """What the server's clock says of the cameras and the disk, and who is told of what is wrong."""
    with transaction(system.engine) as session:
        absences.keep(session, now=now)
        absences.keep_room(
            session, data_dir=system.data_dir, floor_bytes=system.intake.disk_floor_bytes, now=now
        )  # fmt: skip
        session.flush()
        episodes.tell(session, now)


def keep_storage(system: System, now: datetime) -> int:
    """Drop pictures past the park's budgets; gives how many."""
    with reading(system.engine) as session:
        row = session.get(tables.Park, 1)
    wanted = retention.budgets(row.storage if row is not None else {})
    return retention.keep(system.engine, system.archive, wanted, now=now)


def _learn_patience(system: System, now: datetime) -> None:
    with transaction(system.engine, lasts=False) as session:
        absences.learn(session, now=now)


def _keep_rules(system: System, now: datetime) -> None:
    with transaction(system.engine) as session:
        proposals.keep_time(session, now)

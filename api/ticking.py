"""The clock process: each duty in a thread of its own, so that one that fails or hangs holds up no other.

Of several clock processes one leads: it alone does what is done for the park as a whole. Messages and deadlines are
leased one by one, so every clock process may help with these.
"""

import os
import socket
import threading
import time
from collections.abc import Callable
from datetime import datetime

import structlog

from api import knowing, wiring
from api.duties import Duty
from api.heartbeat import Heartbeat
from api.wiring import System
from ingest import absences, retention
from ingest.decoding import Decoder, Limits
from rollout import (
    alarms,
    deadlines,
    episodes,
    incidents,
    leaving,
    look_draw,
    matching,
    mondays,
    narrowing,
    outbox,
    proposals,
    protection,
    quieting,
    stops,
    version_back,
    watching,
)
from rollout.leaving import Pictures
from rollout.notify import Notifiers
from rollout.notify.folder import FolderNotifier
from rollout.notify.webhook import WebhookNotifier
from rollout.outbox import Flight
from rollout.stages import WARNS
from store import park, rules, runs, tables
from store.session import reading, transaction

RULES_S, MODELS_S, CAMERAS_S = 10.0, 5.0, 10.0
PATIENCE_S, STORAGE_S = 3600.0, 600.0
QUIET_S, KNOWN_S, WATCHES_S, MATCHES_S = 300.0, 30.0, 60.0, 60.0
GUARDRAILS_S, LEAD_S = 30.0, 5.0
REPORTS_S, ALARMS_S, INCIDENTS_S, DRAWS_S = 60.0, 60.0, 60.0, 300.0
LAND_S = 8.0
"""How long what is in hand may take after SIGTERM."""

log = structlog.get_logger()


def run(system: System, stop: threading.Event) -> None:
    """Do the duties until told to stop; what is in hand then is finished, for a while."""
    with Decoder(Limits(seconds=leaving.MADE_S)) as decoder:
        _run(system, Pictures(system.archive, decoder, system.detectors.bundle), stop)


def _run(system: System, pictures: Pictures, stop: threading.Event) -> None:
    lead = Lead(system)
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
        Duty("lead", LEAD_S, lead.keep),
        Duty("stops", 0.0, lambda now: stops.latch_files(system.engine, system.data_dir, now)),
        Duty("deadlines", 1.0, lambda now: deadlines.keep(system.engine, now)),
        Duty("outbox", 0.0, send),
        Duty("rules", RULES_S, lead.only(lambda now: _keep_rules(system, now))),
        Duty("guardrails", GUARDRAILS_S, lead.only(lambda now: keep_guardrails(system, now))),
        Duty("cameras", CAMERAS_S, lead.only(lambda now: keep_cameras(system, now))),
        Duty("storage", STORAGE_S, lead.only(lambda now: keep_storage(system, now))),
        Duty("patience", PATIENCE_S, lead.only(lambda now: _learn_patience(system, now))),
        Duty("quiet places", QUIET_S, lead.only(lambda now: keep_quiet(system, now))),
        Duty("watch sessions", WATCHES_S, lead.only(lambda now: keep_watches(system, now))),
        Duty("reports", REPORTS_S, lead.only(lambda now: mondays.keep(system.engine, now))),
        Duty("alarms", ALARMS_S, lead.only(lambda now: keep_alarms(system, now))),
        Duty("incidents", INCIDENTS_S, lead.only(lambda now: incidents.keep(system.engine, now))),
        Duty("looks", DRAWS_S, lead.only(lambda now: look_draw.keep(system.engine, now))),
        Duty("encounters", MATCHES_S, lead.only(lambda now: matching.keep(system.engine, now=now))),
        Duty("known clips", KNOWN_S, lead.only(knowing.Daily(system).keep)),
        Duty("models", MODELS_S, lead.only(lambda now: keep_models(system, now))),
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
    lead.leave(wiring.now())


class Lead:
    """Whether this clock process acts for the park, by a lease in the database that it renews."""

    def __init__(self, system: System, name: str | None = None) -> None:
        self.system = system
        self.name = name or f"clock-{socket.gethostname()}-{os.getpid()}"
        self._leads: bool | None = None

    def keep(self, now: datetime) -> bool:
        """Take or renew the lease; gives whether this process leads."""
        with transaction(self.system.engine, lasts=False) as session:
            leads = runs.lead(session, self.name, now=now)
        if leads is not self._leads:
            log.info("clock.leads" if leads else "clock.waits", name=self.name)
        self._leads = leads
        return leads

    def only(self, do: Callable[[datetime], object]) -> Callable[[datetime], object]:
        """A duty that is done only while this process leads."""
        return lambda now: do(now) if self.keep(now) else None

    def leave(self, now: datetime) -> None:
        """Another process may lead at once."""
        with transaction(self.system.engine, lasts=False) as session:
            runs.leave(session, self.name, now=now)


def keep_guardrails(system: System, now: datetime) -> None:
    """Judge the guardrails, then go back from a version that was being tried where one failed."""
    try:
        narrowing.keep(system.engine, now)
    finally:
        version_back.keep(system.engine, now)


def keep_models(system: System, now: datetime) -> None:
    """A site whose model cannot be opened is not protected, and is so again by itself when it can be."""
    with reading(system.engine) as session:
        at_work = rules.works_in(session, tuple(WARNS), now=now)
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
    """Drop pictures past the park's budgets, and what was discarded days ago; gives how many."""
    with reading(system.engine) as session:
        row = session.get(tables.Park, 1)
    wanted = retention.budgets(row.storage if row is not None else {})
    gone = retention.keep_discarded(system.engine, system.archive, now=now)
    return gone + retention.keep(system.engine, system.archive, wanted, now=now)


def _learn_patience(system: System, now: datetime) -> None:
    with transaction(system.engine, lasts=False) as session:
        absences.learn(session, now=now)


def keep_quiet(system: System, now: datetime) -> None:
    """Propose quiet places, and end those whose last moment has come."""
    with transaction(system.engine) as session:
        quieting.keep(session, now=now)


def keep_watches(system: System, now: datetime) -> None:
    """Close watch sessions that nobody ended at their limit."""
    with transaction(system.engine) as session:
        watching.keep(session, now=now)


def keep_alarms(system: System, now: datetime) -> int:
    """Escalate the drift alarms that nobody has acknowledged in time."""
    with transaction(system.engine) as session:
        return alarms.keep(session, now)


def _keep_rules(system: System, now: datetime) -> None:
    with transaction(system.engine) as session:
        proposals.keep_time(session, now)

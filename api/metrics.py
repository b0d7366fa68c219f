"""Metrics in Prometheus' text format, counted from the database at each scrape."""

from datetime import datetime

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest

from api import states
from api.wiring import System
from store import alerts, beats, notices, park
from store.session import reading

CONTENT_TYPE = CONTENT_TYPE_LATEST


def text(system: System, now: datetime) -> str:
    """Counts without names of places or people."""
    registry = CollectorRegistry()
    with reading(system.engine) as session:
        cameras = Gauge("bearwatch_cameras", "Cameras by health", ["health"], registry=registry)
        for row in park.cameras(session):
            cameras.labels(states.camera(session, row, now=now).health).inc()
        raised = Gauge("bearwatch_alerts", "Alerts by state", ["state"], registry=registry)
        for state, count in alerts.counts(session).items():
            raised.labels(state).set(count)
        sent = Gauge("bearwatch_notices", "Notices by kind and state", ["kind", "state"], registry=registry)
        for (kind, notice_state), count in notices.counts(session).items():
            sent.labels(kind, notice_state).set(count)
        alive = Gauge("bearwatch_process_silent_seconds", "Since a process was alive", ["process"], registry=registry)
        for beat in beats.beats(session):
            alive.labels(beat.name).set((now - beat.at).total_seconds())
    depth = Gauge("bearwatch_queue_frames", "Frames that wait for the model", registry=registry)
    depth.set(system.queue.depth())
    return generate_latest(registry).decode()

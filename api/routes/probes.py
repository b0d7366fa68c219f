"""Alive, ready, metrics: for programs that watch the watcher."""

from fastapi import APIRouter
from fastapi.responses import JSONResponse, PlainTextResponse

from api import metrics, readiness
from api.dependencies import ClockDep, SystemDep

router = APIRouter(include_in_schema=False)


@router.get("/health")
def health() -> dict[str, str]:
    """The web process is alive; it says nothing of the others."""
    return {"status": "alive"}


@router.get("/ready")
def ready(parts: SystemDep) -> JSONResponse:
    """Database, queue, model and disk; 503 with the reasons when one of them cannot."""
    checks = readiness.checks(parts)
    fine = all(check.ok for check in checks)
    body = {"ready": fine, "checks": [vars(check) for check in checks]}
    return JSONResponse(body, 200 if fine else 503)


@router.get("/metrics")
def scrape(parts: SystemDep, now: ClockDep) -> PlainTextResponse:
    """Counts for Prometheus."""
    return PlainTextResponse(metrics.text(parts, now), media_type=metrics.CONTENT_TYPE)

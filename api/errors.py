"""Errors as problem details (RFC 9457): one table from error to status."""

from collections.abc import Mapping

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from store import errors
from store.errors import BearwatchError

TYPES = "urn:bearwatch:error:"
log = structlog.get_logger()

STATUS: tuple[tuple[type[BearwatchError], int], ...] = (
    (errors.NotFound, 404),
    (errors.PictureNotKept, 410),
    (errors.ArchiveFileMissing, 404),
    (errors.DatabaseBusy, 503),
    (errors.DatabaseAway, 503),
    (errors.DatabaseFull, 503),
    (errors.DatabaseIsBehind, 503),
    (errors.DiskNearlyFull, 503),
    (errors.TextUnfit, 422),
    (errors.NotAPicture, 415),
    (errors.HeaderBroken, 422),
    (errors.TimeMalformed, 422),
    (errors.Undecodable, 422),
    (errors.TooLarge, 413),
    (errors.TooMany, 429),
    (errors.UnknownCamera, 401),
    (errors.ModelUnknown, 422),
    (errors.ModelError, 503),
    (errors.RuleMalformed, 422),
    (errors.WeekMalformed, 422),
    (errors.WeeksMalformed, 422),
    (errors.WatchLogMalformed, 422),
    (errors.FootageUnusable, 422),
    (errors.AuditFileMalformed, 422),
    (errors.RolloutError, 409),
    (errors.NotPermitted, 403),
    (errors.PasswordUnfit, 422),
    (errors.NameUnfit, 422),
    (errors.PersonError, 401),
    (errors.ConfigurationError, 422),
)
"""The first that fits counts."""

RETRY_AFTER_S = {
    errors.DatabaseBusy: 5, errors.DatabaseAway: 10, errors.DatabaseFull: 60, errors.DiskNearlyFull: 60,
    errors.TooMany: 20,
}  # fmt: skip


def status_of(fault: BearwatchError) -> int:
    """The HTTP status of an error; 500 for one that nobody thought of."""
    return next((status for kind, status in STATUS if isinstance(fault, kind)), 500)


def problem(
    kind: str, title: str, status: int, detail: str, headers: Mapping[str, str] | None = None
) -> JSONResponse:
    """One problem document."""
    body = {"type": TYPES + kind, "title": title, "status": status, "detail": detail}
    return JSONResponse(body, status, media_type="application/problem+json", headers=dict(headers or {}))


def of_error(fault: BearwatchError) -> JSONResponse:
    """An error of ours as a problem document."""
    status = status_of(fault)
    headers = {"WWW-Authenticate": "Bearer"} if status == 401 else {}
    wait = next((seconds for kind, seconds in RETRY_AFTER_S.items() if isinstance(fault, kind)), None)
    if wait is not None:
        headers["Retry-After"] = str(wait)
    return problem(fault.slug(), fault.title(), status, fault.detail or fault.title(), headers)


def install(app: FastAPI) -> None:
    """Answer every error of the API with a problem document."""

    @app.exception_handler(BearwatchError)
    def _ours(_request: Request, fault: BearwatchError) -> JSONResponse:
        return of_error(fault)

    @app.exception_handler(RequestValidationError)
    def _malformed(_request: Request, fault: RequestValidationError) -> JSONResponse:
        told = "; ".join(
            f"{'.'.join(str(part) for part in item['loc'][1:])}: {item['msg']}" for item in fault.errors()
        )
        return problem("request-malformed", "The request has a field that is wrong or missing.", 422, told)

    @app.exception_handler(Exception)
    def _unforeseen(request: Request, fault: Exception) -> JSONResponse:
        log.error("request.failed", method=request.method, path=request.url.path, exc_info=fault)
        says = (
            "an error of ours that nobody foresaw: it is in the log of the web process, with the time of this answer"
        )
        return problem("unforeseen", "Something went wrong in Bearwatch itself.", 500, says)

    @app.exception_handler(HTTPException)
    def _http(request: Request, fault: HTTPException) -> JSONResponse:
        if fault.status_code == 404:
            return problem("not-found", errors.NotFound.title(), 404, f"there is nothing at {request.url.path}")
        headers = dict(fault.headers or {})
        return problem("http", str(fault.detail), fault.status_code, str(fault.detail), headers)

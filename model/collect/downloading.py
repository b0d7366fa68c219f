"""Downloader: what an address gives, within limits: of bytes, of time, of redirects, and of where it may lie."""

import json
import ssl
import threading
import time
from collections import deque
from collections.abc import Callable, Collection, Generator, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

import httpcore
import httpx

from ingest import addresses
from model.collect.connecting import STEP_S, Line
from model.collect.hosts import Hosts
from model.collect.offers import Offer
from model.collect.pictures import MOST_BYTES, fault_at_start, fault_of_size
from store.errors import AddressNotPublic, DownloadFailed

AGENT = "Bearwatch-collect/0.1"
HEADERS = (("User-Agent", AGENT), ("Accept", "*/*"), ("Accept-Encoding", "identity"), ("Connection", "close"))
BUSY = (429, 503)
REDIRECTS = (301, 302, 303, 307, 308)
START = 64
"""Bytes that tell a picture from a web page."""

AT_A_TIME = 8


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What one download may take.

    seconds: for all of it, redirects included, waits that a server asked for not. tries: of one that is busy (429,
    503). longest_wait_s: that a busy server may ask for. between_searches_s: one service is asked no faster.
    allowed: HOST:PORT that may be on a private network.
    """

    most_bytes: int = MOST_BYTES
    seconds: float = 60.0
    step_s: float = STEP_S
    redirects: int = 5
    tries: int = 4
    longest_wait_s: float = 120.0
    between_searches_s: float = 1.0
    allowed: Collection[str] = ()


@dataclass(frozen=True)
class _Later:
    """A busy server asks to come back. seconds: None where it does not say when."""

    host: str
    seconds: float | None


@dataclass(frozen=True)
class _Moved:
    """It lies somewhere else."""

    url: httpx.URL


class Downloader:
    """Downloads of one command. Threads may share it; leaving it cuts what is under way."""

    def __init__(self, terms: Terms | None = None) -> None:
        self.terms = terms or Terms()
        self._hosts = Hosts()
        self._stopped = threading.Event()
        self._lines: set[Line] = set()

    def __enter__(self) -> "Downloader":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """Give up everything that is under way."""
        self._stopped.set()
        for line in list(self._lines):
            line.cut()

    def picture(self, url: str) -> bytes:
        """The bytes of what begins like a picture. Raises DownloadFailed, AddressNotPublic."""
        return self._patiently(_readable(url), {}, self.terms.redirects, fault_at_start)

    def answer(self, url: str, query: Mapping[str, str | int], headers: Mapping[str, str] | None = None) -> Any:
        """The JSON that a search answers. It is asked at a walking pace and never followed elsewhere, so that a key
        in the headers goes to nobody else. Raises DownloadFailed, AddressNotPublic.
        """
        where = _readable(url).copy_merge_params(dict(query))
        if headers and where.scheme != "https" and _place(where) not in self.terms.allowed:
            raise DownloadFailed(f"{addresses.shown(url)} would get the key unencrypted: name an https:// address")
        data = self._patiently(where, dict(headers or {}), 0, lambda _: None)
        self._hosts.of(_place(where)).pause(self.terms.between_searches_s)
        try:
            return json.loads(data)
        except ValueError:
            raise DownloadFailed(f"{addresses.shown(url)} answers no JSON: check the address") from None

    def _patiently(
        self, url: httpx.URL, headers: Mapping[str, str], redirects: int, fault_of: Callable[[bytes], str | None]
    ) -> bytes:
        """Ask, and again when the server was busy and says when to come back."""
        for attempt in range(self.terms.tries):
            got = self._followed(url, headers, redirects, fault_of)
            if isinstance(got, bytes):
                return got
            wait = 2.0**attempt if got.seconds is None else got.seconds
            if wait > self.terms.longest_wait_s:
                raise DownloadFailed(f"{got.host} is busy and asks to wait {wait:.0f} s: run the same command then")
            self._hosts.of(got.host).pause(wait)
        raise DownloadFailed(f"{_place(url)} was busy {self.terms.tries} times: run the same command later")

    def _followed(
        self, url: httpx.URL, headers: Mapping[str, str], redirects: int, fault_of: Callable[[bytes], str | None]
    ) -> bytes | _Later:
        left = self.terms.seconds
        for _ in range(redirects + 1):
            with self._hosts.of(_place(url)).turn(self._stopped):
                begun = time.monotonic()
                got = self._asked(url, headers, left, fault_of)
                left -= time.monotonic() - begun
            if not isinstance(got, _Moved):
                return got
            if not redirects:
                raise DownloadFailed(f"it sends on to {addresses.shown(str(got.url))}: name that address")
            url = got.url
        raise DownloadFailed(f"it sends on more than {redirects} times: name the picture's own address")

    def _asked(
        self, url: httpx.URL, headers: Mapping[str, str], seconds: float, fault_of: Callable[[bytes], str | None]
    ) -> bytes | _Later | _Moved:
        host = self._hosts.of(_place(url))
        line = Line(seconds=seconds, allowed=self.terms.allowed, step_s=self.terms.step_s)
        self._lines.add(line)
        try:
            got = self._read(url, headers, line, fault_of)
        except httpcore.TimeoutException:
            host.silent += 1
            raise DownloadFailed(
                f"{host.name} did not send it within {self.terms.step_s:g} s a step and {self.terms.seconds:g} s "
                "in all: try again later, or leave it out"
            ) from None
        except (httpcore.NetworkError, httpcore.ProtocolError) as fault:
            host.silent += isinstance(fault, httpcore.ConnectError)
            raise DownloadFailed(_words(host.name, fault)) from None
        finally:
            self._lines.discard(line)
        host.silent = 0
        return got

    def _read(
        self, url: httpx.URL, headers: Mapping[str, str], line: Line, fault_of: Callable[[bytes], str | None]
    ) -> bytes | _Later | _Moved:
        place = httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)
        asked = [*HEADERS, *headers.items()]
        with (
            httpcore.ConnectionPool(_tls(), network_backend=line) as pool,
            pool.stream("GET", place, headers=asked) as answer,
        ):
            told = httpx.Headers(answer.headers)
            if answer.status in BUSY:
                return _Later(_place(url), _wait(told.get("retry-after")))
            if answer.status in REDIRECTS and "location" in told:
                return _Moved(_joined(url, told["location"]))
            if answer.status != 200:
                raise DownloadFailed(f"{_place(url)} answers {answer.status}: {_meaning(answer.status)}")
            return self._body(answer, fault_of)

    def _body(self, answer: httpcore.Response, fault_of: Callable[[bytes], str | None]) -> bytes:
        body, looked_at = bytearray(), False
        for part in answer.iter_stream():
            body += part
            if fault := fault_of_size(len(body), self.terms.most_bytes):
                raise DownloadFailed(fault)
            if not looked_at and len(body) >= START:
                looked_at = True
                if fault := fault_of(bytes(body[:START])):
                    raise DownloadFailed(fault)
        if not looked_at and (fault := fault_of(bytes(body))):
            raise DownloadFailed(fault)
        return bytes(body)


def downloaded(
    offers: Iterable[Offer], downloader: Downloader, *, known: Collection[str] = (), at_a_time: int = AT_A_TIME
) -> Generator[Offer, None, None]:
    """The offers in their order, with the bytes of those that have only an address; several come at a time.

    known: origins that need no download. A download that fails is an offer with its fault.
    """
    waiting: deque[Offer | Future[Offer]] = deque()
    pool = ThreadPoolExecutor(at_a_time, thread_name_prefix="download")
    try:
        for offer in offers:
            waiting.append(_begun(offer, pool, downloader, known))
            if len(waiting) >= 2 * at_a_time:
                yield _done(waiting.popleft())
        while waiting:
            yield _done(waiting.popleft())
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _begun(
    offer: Offer, pool: ThreadPoolExecutor, downloader: Downloader, known: Collection[str]
) -> Offer | Future[Offer]:
    if offer.data is not None or offer.fault or offer.facts.origin in known:
        return offer
    return pool.submit(_fetched, offer, downloader)


def _fetched(offer: Offer, downloader: Downloader) -> Offer:
    try:
        return replace(offer, data=downloader.picture(offer.facts.origin))
    except (DownloadFailed, AddressNotPublic) as fault:
        return replace(offer, fault=fault.detail)


def _done(offer: Offer | Future[Offer]) -> Offer:
    return offer.result() if isinstance(offer, Future) else offer


@cache
def _tls() -> ssl.SSLContext:
    """The usual authorities, or those of SSL_CERT_FILE. Made once: reading them takes longer than a download."""
    return httpx.create_ssl_context()


def _readable(url: str) -> httpx.URL:
    try:
        where, _ = httpx.URL(url), urlsplit(url).port
    except (httpx.InvalidURL, ValueError):
        raise DownloadFailed("the address cannot be read: write one like https://example.org/bear.jpg") from None
    return _checked(where)


def _checked(url: httpx.URL) -> httpx.URL:
    if url.scheme not in ("http", "https") or not url.host:
        raise DownloadFailed(
            f'"{addresses.shown(str(url))}" does not begin with http:// or https:// and a host: correct it'
        )
    if url.userinfo:
        raise DownloadFailed("it has a user name or password in it, which would be kept: download it yourself")
    return url


def _joined(url: httpx.URL, location: str) -> httpx.URL:
    try:
        _ = urlsplit(location).port
        return _checked(url.join(location))
    except (httpx.InvalidURL, ValueError):
        raise DownloadFailed("it sends on to an address that cannot be read: name the picture's own") from None


def _place(url: httpx.URL) -> str:
    """HOST:PORT."""
    return f"{url.host}:{url.port or (443 if url.scheme == 'https' else 80)}"


def _wait(said: str | None) -> float | None:
    """Seconds of a Retry-After, which names seconds or a date; None where it names neither.

    >>> _wait("7"), _wait("\u00b2"), _wait("soon"), _wait(None)
    (7.0, None, None, None)
    """
    if said is None:
        return None
    if said.strip().isascii() and said.strip().isdigit():
        return float(said)
    try:
        at = parsedate_to_datetime(said)
    except ValueError:
        return None
    return max(0.0, (at.replace(tzinfo=at.tzinfo or UTC) - datetime.now(UTC)).total_seconds())


def _words(host: str, fault: Exception) -> str:
    if isinstance(fault, httpcore.ConnectError):
        return f"{host} cannot be reached ({fault}): check the address and the network"
    return f"{host} broke off ({str(fault).rstrip('.') or type(fault).__name__}): run the same command again"


def _meaning(status: int) -> str:
    if status in (401, 403):
        return "it does not give this to everybody; leave it out, or check the key"
    if status in (404, 410):
        return "it is not there any more; correct the address or leave it out"
    return "run the same command again later, or leave it out" if status >= 500 else "leave it out"

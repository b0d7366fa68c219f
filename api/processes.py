"""The four processes, and `up`, which starts them as children and starts one that dies again."""

import ctypes
import gc
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress

import structlog

from api import logs, settings, wiring
from api.wiring import System
from store import beats, park
from store.errors import BearwatchError, ModelError, NotAllowedNow, SettingMalformed
from store.session import reading, transaction

NAMES = ("web", "watch", "work", "clock")
BEAT_S = 5.0
READY_S = 90.0
DRAIN_S = 15.0
"""How long a process may finish what it has in hand after SIGTERM."""

SLOWEST_RESTART_S = 30.0
LEAN: Mapping[str, str] = {"MALLOC_ARENA_MAX": "1", "OPENBLAS_NUM_THREADS": "1"}
"""What each process is told, unless the operator says otherwise: many threads, of which few compute at once, need no
heap and no helpers each. It saves a tenth of all memory.
"""

GIVES_BACK: Mapping[str, str] = {"MALLOC_TRIM_THRESHOLD_": str(128 << 10)}
"""And those that handle few pictures: what was freed goes back at once. To a worker it would cost time."""

log = structlog.get_logger()


def web(port: int | None = None) -> None:
    """Serve the API and the dashboard until SIGTERM."""
    import uvicorn

    from api import mounting
    from api.main import make_app

    told = settings.read()
    logs.set_up("web")
    with wiring.opened(told) as system:
        number = port or told.port
        host = "127.0.0.1" if told.host in ("0.0.0.0", "::") else told.host  # noqa: S104
        app = make_app(system, dashboard=mounting.make(f"http://{host}:{number}"))
        server = uvicorn.Server(
            uvicorn.Config(
                app,
                host=told.host,
                port=number,
                log_level="warning",
                access_log=False,
                server_header=False,
                timeout_graceful_shutdown=int(DRAIN_S / 3),
            )
        )
        for signal_number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(signal_number, lambda *_: None)  # the server raises it once more after it has drained
        with beating(system, "web"):
            server.run()


def watch() -> None:
    """Watch the cameras until SIGTERM."""
    from ingest import doors
    from ingest import watch as watching

    def run(system: System, stop: threading.Event) -> None:
        with doors.opened(system.doors, system.desk, clock=wiring.now):
            watching.run(system.intake, stop, clock=wiring.now, lapse_hours=system.settings.timelapse_hours)

    _until_told("watch", run)


def work() -> None:
    """Decide frames until SIGTERM; the one in hand is finished."""
    from rollout import worker

    name = f"work-{socket.gethostname()}-{os.getpid()}"
    _until_told("work", lambda system, stop: worker.run(system.parts, stop, name=name, clock=wiring.now))


def clock() -> None:
    """Send notices, keep deadlines and rules until SIGTERM."""
    from api import ticking

    _until_told("clock", ticking.run)


def demo_year() -> None:
    """Make the simulated year of a demo park, with the lowest priority, until SIGTERM. Raises NotAllowedNow."""
    from api import demo_year as making

    with wiring.opened(settings.read()) as system:
        with reading(system.engine) as session:
            row = park.the_park(session)
        if not row.demo:
            raise NotAllowedNow("this data folder holds a real park: a simulated year is for the demo alone")
        if not system.settings.demo_year:
            raise NotAllowedNow("BEARWATCH_DEMO_YEAR is false: no simulated year is wanted here")
        logs.set_up("demo-year")
        making.give_way()
        stop = threading.Event()
        signal.signal(signal.SIGTERM, lambda *_: stop.set())
        making.make(system.demo_year, time_zone=row.time_zone, now=wiring.now(), stopped=stop.is_set)


def _until_told(name: str, run: Callable[[System, threading.Event], None]) -> None:
    logs.set_up(name)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with wiring.opened(settings.read()) as system, beating(system, name):
        log.info("process.started")
        run(system, stop)
        log.info("process.stopped")


@contextmanager
def beating(system: System, name: str) -> Iterator[None]:
    """Say every few seconds that this process is alive."""
    stop = threading.Event()

    def beat() -> None:
        while True:
            try:
                with transaction(system.engine) as session:
                    beats.beat(session, name, pid=os.getpid(), now=wiring.now())
            except BearwatchError as fault:
                log.warning("beat.failed", error=fault.slug())
            except Exception:
                log.exception("beat.failed", error="unforeseen")
            if stop.wait(BEAT_S):
                return

    thread = threading.Thread(target=beat, name="beat", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(timeout=BEAT_S)


def up(*, demo: bool, port: int | None) -> int:
    """Run everything until Ctrl-C or SIGTERM; gives the exit code."""
    told = settings.read()
    logs.set_up("up")
    number = port or told.port
    _require_free(told.host, number)
    stop = threading.Event()
    for signal_number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signal_number, lambda *_: stop.set())
    with wiring.opened(told) as system:
        try:
            wiring.register_default(system)
        except ModelError as fault:
            log.error("model.default_unusable", detail=fault.detail)  # what is in force lies in the data folder
        lines = _demo(system) if demo else ()
        year = demo and _wants_year(system)
    _give_back()
    children = [Child(name, number) for name in NAMES]
    started = dict[str, subprocess.Popen[bytes]]()
    try:
        _tell(children, stop, told.host, number, lines)
        if year and not stop.is_set():
            started["demo-year"] = _started(["demo-year"])  # ends by itself
        while not stop.wait(0.5):
            for child in children:
                child.keep_alive()
    finally:
        _end(started | {child.name: child.process for child in children})
    return 0


def _started(words: Sequence[str]) -> subprocess.Popen[bytes]:
    """One of our commands in a session of its own, so that Ctrl-C comes to `up` alone."""
    command = [sys.executable, "-m", "api.cli.main", *words]
    told = {**LEAN, **({} if words[0] == "work" else GIVES_BACK), **os.environ}
    return subprocess.Popen(command, start_new_session=True, stdin=subprocess.DEVNULL, env=told)


def _give_back() -> None:
    """The memory that setting up took and freed, to the system; another C library keeps to its own ways."""
    gc.collect()
    with suppress(AttributeError):
        ctypes.CDLL(None).malloc_trim(0)


class Child:
    """One of the processes, started again with growing pauses when it dies."""

    def __init__(self, name: str, port: int) -> None:
        self.name = name
        self.words = [name, *(["--port", str(port)] if name == "web" else [])]
        self.failures, self.again_at, self.started_at = 0, 0.0, 0.0
        self.start()

    def start(self) -> None:
        """Start it."""
        self.started_at = time.monotonic()
        self.process = _started(self.words)

    def keep_alive(self) -> None:
        """Start it again when it is dead and its pause is over."""
        if self.process.poll() is None:
            if time.monotonic() - self.started_at > SLOWEST_RESTART_S:
                self.failures = 0
            return
        if self.again_at < self.started_at:
            self.failures += 1
            pause = min(SLOWEST_RESTART_S, 2.0 ** (self.failures - 1))
            self.again_at = time.monotonic() + pause
            log.error("process.died", name=self.name, code=self.process.returncode, again_in_s=pause)
        if time.monotonic() >= self.again_at:
            self.start()


def _require_free(host: str, port: int) -> None:
    with socket.socket() as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind((host, port))
        except OSError as fault:
            raise SettingMalformed(
                f"port {port} cannot be used ({fault.strerror}): choose another with --port or BEARWATCH_PORT"
            ) from None


def _demo(system: System) -> Sequence[str]:
    from api import demo

    return demo.bring(system)


def _wants_year(system: System) -> bool:
    """Whether a simulated year belongs to this data folder: a demo park's, unless the setting says no."""
    with reading(system.engine) as session:
        return system.settings.demo_year and park.the_park(session).demo


def _tell(children: Sequence[Child], stop: threading.Event, host: str, port: int, lines: Sequence[str]) -> None:
    """Wait until the web process answers, then say where, and what to look at."""
    import httpx

    from api.cli.printing import say

    address = f"http://{'127.0.0.1' if host in ('0.0.0.0', '::') else host}:{port}"  # noqa: S104
    end = time.monotonic() + READY_S
    while not stop.wait(0.3) and time.monotonic() < end:
        for child in children:
            child.keep_alive()
        try:
            if httpx.get(f"{address}/ready", timeout=5).status_code == 200:
                say(f"ready: {address}")
                for line in lines:
                    say(line)
                say("Ctrl-C stops everything; the data stays.")
                return
        except httpx.HTTPError:
            continue


def _end(started: Mapping[str, subprocess.Popen[bytes]]) -> None:
    for process in started.values():
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
    end = time.monotonic() + DRAIN_S
    for name, process in started.items():
        try:
            process.wait(timeout=max(0.1, end - time.monotonic()))
        except subprocess.TimeoutExpired:
            log.error("process.killed", name=name)
            process.kill()
            process.wait()

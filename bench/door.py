"""The HTTP door: durable accepts a second, headers checked, against a bare loop of write, fsync and insert.

The door is `bearwatch web` in a process of its own, asked by eight cameras over kept connections on the same machine:
they share its cores. The loop writes the same pictures to the same disk, one file and one committed row each, in
SQLite with WAL and synchronous=FULL as the product has it.
"""

import http.client
import os
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from api import auth, park_file, wiring
from api.settings import Settings
from bench.pipeline import PARK
from bench.telling import tell
from ingest import footage
from ingest.sources import shot_of
from rollout import parks
from store.session import transaction
from tests.ingest.drawings import exif, with_exif
from tests.servers import free_port

PICTURES, WARM, CAMERAS, SIZE = 800, 80, 8, (1280, 720)
BOUNDARY = "a-boundary-that-no-picture-has"


def main() -> None:
    """Print accepts a second."""
    scene = shot_of(footage.render("creek", 3.0, size=SIZE), 0).picture
    pictures = [with_exif(scene, exif({}, {0xA420: f"{number:032d}".encode()})) for number in range(PICTURES + WARM)]
    with TemporaryDirectory() as folder:
        (Path(folder) / "bare").mkdir()
        bare = PICTURES / _bare_s(Path(folder) / "bare", pictures[WARM:])
        door = PICTURES / _door_s(Path(folder) / "var", pictures)
    tell(
        name="http-door", value=door, unit="durable accepts/s", against="bare write, fsync and insert",
        against_value=bare, reach=0.5, more=True,
    )  # fmt: skip


def _bare_s(folder: Path, pictures: Sequence[bytes]) -> float:
    rows = sqlite3.connect(folder / "bare.db", isolation_level=None)
    rows.execute("PRAGMA journal_mode=WAL")
    rows.execute("PRAGMA synchronous=FULL")
    rows.execute("CREATE TABLE frame (id INTEGER PRIMARY KEY, sha256 TEXT, at REAL)")
    start = time.perf_counter()
    for data in pictures:
        digest = sha256(data).hexdigest()
        with (folder / digest).open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        rows.execute("INSERT INTO frame (sha256, at) VALUES (?, ?)", (digest, time.time()))
    taken = time.perf_counter() - start
    rows.close()
    return taken


def _door_s(data_dir: Path, pictures: Sequence[bytes]) -> float:
    with wiring.opened(Settings(data_dir=data_dir)) as system:
        default, now = wiring.register_default(system), wiring.now()
        with transaction(system.engine) as session:
            parks.apply(session, park_file.parse(PARK), who="bench", default_model=default, now=now)
            key = auth.add_key(session, "creek", now)
    port = free_port()
    told = {"BEARWATCH_DATA_DIR": str(data_dir), "BEARWATCH_UPLOADS_A_MINUTE": "1000000"}
    web = subprocess.Popen(
        [sys.executable, "-m", "api.cli.main", "web", "--port", str(port)], env=os.environ | told,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        _wait(port)
        _hand_in(port, key, pictures[:WARM])
        start = time.perf_counter()
        _hand_in(port, key, pictures[WARM:])
        return time.perf_counter() - start
    finally:
        web.terminate()
        web.wait(timeout=60)


def _wait(port: int) -> None:
    """Until the door answers."""
    for _ in range(600):
        try:
            asked = http.client.HTTPConnection("127.0.0.1", port)
            asked.request("GET", "/health")
            if asked.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError("the web process did not answer within a minute")


def _hand_in(port: int, key: str, pictures: Sequence[bytes]) -> None:
    """Hand all of them in; each must be answered 202."""
    own, heads = threading.local(), {
        "Authorization": f"Bearer {key}", "Content-Type": f"multipart/form-data; boundary={BOUNDARY}",
    }  # fmt: skip
    before = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n\r\n'.encode()

    def send(data: bytes) -> int:
        if not hasattr(own, "line"):
            own.line = http.client.HTTPConnection("127.0.0.1", port)
        own.line.request("POST", "/api/v1/frames", before + data + f"\r\n--{BOUNDARY}--\r\n".encode(), heads)
        with own.line.getresponse() as answer:
            answer.read()
            return int(answer.status)

    with ThreadPoolExecutor(max_workers=CAMERAS) as cameras:
        answers = list(cameras.map(send, pictures))
    assert set(answers) == {202}, set(answers)


if __name__ == "__main__":
    main()

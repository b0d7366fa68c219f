"""Logins: a door's login and password, which is the camera's key. Guessing is slowed, locked out and listed."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from math import ceil

from ingest import guessing
from ingest.guessing import Wrong
from ingest.handed import Desk, Handed, refuse
from ingest.recognition import Claims
from store import cameras, people
from store.errors import TooMany, UnknownCamera
from store.session import Session, transaction
from store.vocabulary import Door


def login(desk: Desk, door: Door, *, name: str, password: str, address: str, now: datetime) -> str:
    """The camera of this login: its id or the login of park.toml, with one of its keys as the password.

    Raises UnknownCamera, and TooMany after many wrong ones.
    """
    kept_name = f"door:{name}"[:80]
    with transaction(desk.intake.engine) as session:
        wait = _wait(session, kept_name, address, now)
        attempt = None if wait else people.failed(session, name=kept_name, address=address, now=now)
        camera = cameras.by_key(session, sha256(password.encode("utf-8", "replace")).hexdigest())
        if attempt is not None and camera is not None and name in (camera.id, camera.recognise.get("login")):
            people.forget(session, attempt)
            return camera.id
    fault = TooMany(f"too many wrong passwords: wait {wait} s and try again") if wait else _wrong(name)
    handed = Handed(door=door, name=f"login {name} from {address}", data=b"", claims=Claims(login=name))
    refuse(desk, handed, fault, now=now, keep=False)
    raise fault


def _wrong(name: str) -> UnknownCamera:
    return UnknownCamera(
        f'no camera has the login "{name}" with this password: the login is the camera\'s id, the password its key'
    )


def _wait(session: Session, name: str, address: str, now: datetime) -> int:
    """Seconds until the next password is looked at."""
    asked: Sequence[dict[str, str]] = ({"name": name, "address": address}, {"name": name}, {"address": address})
    since = now - guessing.WITHIN
    found = [people.failures(session, since=since, **each) for each in asked]
    wrong = [Wrong(count=count, first=first, last=last) for count, first, last in found]
    return ceil(guessing.wait(*wrong, now=now).total_seconds())

"""Recognition: whose picture it is, by what its sender and the picture itself say. PURE."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Claims:
    """What is said of a picture's camera. camera: proved by its key; folder: in which it lay;
    mail: the sender's address, in small letters; make, model and serial: of its EXIF."""

    camera: str | None = None
    login: str | None = None
    folder: str | None = None
    mail: str | None = None
    make: str | None = None
    model: str | None = None
    serial: str | None = None

    def told(self) -> dict[str, Any]:
        """The claims that are made."""
        return {name: value for name, value in asdict(self).items() if value}


@dataclass(frozen=True, kw_only=True)
class Known:
    """A camera and what park.toml says of recognising it."""

    camera: str
    recognise: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Recognised:
    """camera: None where it cannot be told; says: by what it was recognised, or why not."""

    camera: str | None
    says: str


def recognise(claims: Claims, cameras: Sequence[Known]) -> Recognised:
    """The one camera that every claim allows that names any; a key proves by itself.

    >>> creek = Known(camera="creek", recognise={"serial": "X1"})
    >>> recognise(Claims(serial="X1"), [creek]).camera
    'creek'
    >>> recognise(Claims(serial="X2"), [creek]).says
    'no camera is known by serial X2'
    """
    if claims.camera is not None:
        return Recognised(camera=claims.camera, says="its key")
    named = {
        "folder": {item.camera for item in cameras if claims.folder and claims.folder == item.camera},
        "mail": {item.camera for item in cameras if claims.mail and claims.mail == item.recognise.get("mail")},
        "EXIF": {item.camera for item in cameras if _by_exif(claims, item.recognise)},
    }
    found = {kind: names for kind, names in named.items() if names}
    if not found:
        return Recognised(camera=None, says=f"no camera is known by {_said(claims)}")
    together = set.intersection(*found.values())
    if len(together) == 1:
        return Recognised(camera=together.pop(), says=" and ".join(found))
    every = ", ".join(sorted(set.union(*found.values())))
    return Recognised(camera=None, says=f"it could be of any of these cameras: {every}")


def _by_exif(claims: Claims, wanted: Mapping[str, Any]) -> bool:
    """Each of make, model and serial that is stated for the camera must be the picture's."""
    stated = [name for name in ("make", "model", "serial") if wanted.get(name)]
    return bool(stated) and all(wanted[name] == getattr(claims, name) for name in stated)


def _said(claims: Claims) -> str:
    told = claims.told()
    return ", ".join(f"{name} {value}" for name, value in told.items()) or "anything that the picture says"

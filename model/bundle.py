"""Bundle: a network with its manifest, immutable, named by a sha256 over both. Nothing in it is code or a pickle."""

import html
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from model import fitting
from model.crops import Kind
from model.fitting import Fit
from model.layouts import LAYOUTS
from store.errors import BundleFileChanged, BundleMalformed

Floats = npt.NDArray[np.float32]
MANIFEST = "manifest.json"
FORMAT = 1
NETWORK, WEIGHTS, BANK = "network.xml", "network.bin", "bank.npz"
SECOND_NETWORK, SECOND_WEIGHTS, SECOND_HEAD = "second.xml", "second.bin", "second.npz"
"""Another network's features and the linear layer over them (see model.second). A bundle may lack them."""

SURFACE, MISFIT = "surface.npz", "misfit.npz"
"""Of plain measures of light a bank (see model.surface), and of the second look what fits no label (model.misfit). A
bundle may lack them: without the first only BANK tells what is unlike."""

BASE = "weights.npz"
"""The network's weights as half floats, from which a later training goes on. Bundles made before lack it."""

LABELS_AT = ("bearwatch", "labels")
"""Where the network's own file names its labels, in the order of its logits."""

CROPS, BOXES = "crops", "boxes"
"""What a manifest's `kind` may say: a classifier of crops, as where it says nothing, or a detector of boxes."""

EMPTY = "empty"
"""The label of a picture in which there is nothing."""

PARTS, WHOLE = "parts", "whole"
"""What a manifest's `input` may say under `look`; PARTS where it says nothing."""

LABELS_JOIN = "|"
LABELS_IN = re.compile(rb'<bearwatch>\s*<labels value="([^"]*)"')


@dataclass(frozen=True, kw_only=True)
class Second:
    """What a manifest says of its second look: the side of its square in pixels, and how much its word counts.

    whole, parts: 0 (nothing) to 1 (alone), for the whole picture and for parts of it.
    """

    size: int
    whole: float
    parts: float


@dataclass(frozen=True, kw_only=True)
class Bundle:
    """One model version on disk, checked.

    input_size: the side of the square that the network looks at, in pixels. fit: how a part of a picture becomes that
    square. whole: it looks at a picture once, as it was taught, without tiles and other framings; at what moved too.
    second: of another network beside its own, where it has one. far_penalty: None where stills are not scanned for
    what is far off (model.scan).
    kind: CROPS or BOXES. family: of a box detector, one of model.layouts, else empty.
    """

    folder: Path
    sha256: str
    name: str
    version: str
    labels: tuple[str, ...]
    bear_labels: tuple[str, ...]
    input_size: int
    threshold: float
    temperature: float
    motion_penalty: float
    tile_penalty: float
    far_penalty: float | None
    demo: bool
    fit: Fit
    whole: bool
    second: Second | None
    kind: str
    family: str
    manifest: Mapping[str, Any]

    def file(self, name: str) -> Path:
        """A file of the bundle."""
        return self.folder / name

    def arrays(self, name: str) -> Mapping[str, Floats] | None:
        """The arrays of one of its npz files by their names, as single floats; None where the bundle lacks it."""
        if name not in self.manifest["files"]:
            return None
        with np.load(self.file(name), allow_pickle=False) as kept:
            return {key: kept[key].astype(np.float32) for key in kept.files}

    def penalty(self, kind: Kind) -> float:
        """How much surer than a whole picture such a part must be, in log odds."""
        told = {Kind.MOTION: self.motion_penalty, Kind.TILE: self.tile_penalty, Kind.FAR: self.far_penalty}
        return told.get(kind) or 0.0


def load(folder: Path) -> Bundle:
    """Check a bundle whole. Raises BundleMalformed naming the key, BundleFileChanged naming the file."""
    manifest = _manifest(folder)
    for name, digest in manifest["files"].items():
        _check_file(folder, name, digest)
    _check_labels(folder, manifest["labels"])
    labels, bears = tuple(manifest["labels"]), tuple(manifest["bear"])
    return Bundle(
        folder=folder, sha256=name_of(manifest), name=manifest["name"], version=manifest["version"],
        labels=labels, bear_labels=bears, input_size=manifest["input"]["size"],
        threshold=manifest["threshold"], temperature=manifest["temperature"],
        motion_penalty=manifest.get("motion_penalty", 0.0), tile_penalty=manifest["tile_penalty"],
        far_penalty=manifest.get("far_penalty"),
        demo=manifest.get("demo", False), fit=fitting.of(manifest["input"]),
        whole=manifest["input"].get("look", PARTS) == WHOLE,
        second=Second(**manifest["second"]) if "second" in manifest else None,
        kind=manifest.get("kind", CROPS), family=manifest.get("family", ""), manifest=manifest,
    )  # fmt: skip


def write(folder: Path, manifest: Mapping[str, Any]) -> Bundle:
    """Name the sha256 of every file that lies in the folder, and write the manifest."""
    files = {
        path.name: digest_of(path)
        for path in sorted(folder.iterdir())
        if path.is_file() and path.suffix in (".xml", ".bin", ".npz")
    }
    told = {"format": FORMAT, **manifest, "files": files}
    (folder / MANIFEST).write_text(json.dumps(told, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    return load(folder)


def changed(made: Bundle, **keys: Any) -> Bundle:
    """The bundle with keys of its manifest said anew, and with the files that lie in its folder now."""
    told = {name: value for name, value in made.manifest.items() if name not in ("files", "format")}
    return write(made.folder, {**told, **keys})


def name_of(manifest: Mapping[str, Any]) -> str:
    """The bundle's sha256: over its manifest, which holds the sha256 of each file."""
    return sha256(json.dumps(manifest, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def digest_of(path: Path) -> str:
    """sha256 of one file."""
    return sha256(path.read_bytes()).hexdigest()


def _manifest(folder: Path) -> dict[str, Any]:
    path = folder / MANIFEST
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise BundleMalformed(f"{folder} has no {MANIFEST}: it is not a model bundle") from None
    except (OSError, ValueError) as fault:
        raise BundleMalformed(f"{path} cannot be read as JSON ({fault}): put the bundle back as it was") from None
    if not isinstance(manifest, dict):
        raise BundleMalformed(f"{path} is not a JSON object: put the bundle back as it was")
    for key, check in CHECKS.items():
        if not check(manifest.get(key)):
            raise BundleMalformed(f"{path}: {key} is {_short(manifest.get(key))}, which is {EXPECTED[key]}")
    if not set(manifest["bear"]) < set(manifest["labels"]):
        raise BundleMalformed(f"{path}: bear names labels that are not in labels, or all of them")
    _check_kind(path, manifest)
    second = {SECOND_NETWORK, SECOND_WEIGHTS, SECOND_HEAD} if "second" in manifest else set()
    if missing := {NETWORK, WEIGHTS, *second} - set(manifest["files"]):
        raise BundleMalformed(f"{path}: files does not name {', '.join(sorted(missing))}")
    return manifest


def _check_kind(path: Path, manifest: Mapping[str, Any]) -> None:
    kind, family = manifest.get("kind", CROPS), manifest.get("family")
    if not _second(manifest.get("second", SECOND_SOUND)):
        raise BundleMalformed(
            f"{path}: second is {_short(manifest['second'])}, which is not a table of size in pixels, and whole and "
            "parts from 0 to 1"
        )
    if not _second_of(manifest.get("second_of", {})):
        raise BundleMalformed(f"{path}: second_of is {_short(manifest['second_of'])}, which is not a table of texts")
    for key in ("motion_penalty", "far_penalty"):
        if not _number(0, 50)(manifest.get(key, 0)):
            raise BundleMalformed(f"{path}: {key} is {_short(manifest[key])}, which is not a number from 0 to 50")
    if kind not in (CROPS, BOXES):
        raise BundleMalformed(f"{path}: kind is {_short(kind)}, which is neither {CROPS} nor {BOXES}")
    if kind == BOXES and family not in LAYOUTS:
        raise BundleMalformed(f"{path}: family is {_short(family)}, which is none of {', '.join(LAYOUTS)}")
    if kind == BOXES and EMPTY not in manifest["labels"]:
        raise BundleMalformed(f"{path}: labels lacks {EMPTY}, which a detector of boxes says where it finds none")


def _check_file(folder: Path, name: str, digest: str) -> None:
    path = folder / name
    if Path(name).name != name or not path.is_file():
        raise BundleMalformed(f"{folder} lacks the file {name} that its manifest names: put the bundle back whole")
    if digest_of(path) != digest:
        raise BundleFileChanged(
            f"{path} is not the file that the manifest names (sha256 {digest[:12]}…): put the approved file back"
        )


def _check_labels(folder: Path, labels: list[str]) -> None:
    found = LABELS_IN.search((folder / NETWORK).read_bytes())
    own = html.unescape(found[1].decode()).split(LABELS_JOIN) if found else []
    if own != labels:
        raise BundleMalformed(
            f"{folder / MANIFEST}: labels are {', '.join(labels)}, but the network gives "
            f"{', '.join(own) or 'no names'}: put the approved manifest back, or export the network again"
        )


def _short(value: Any) -> str:
    return "missing" if value is None else repr(value)[:60]


def _texts(value: Any) -> bool:
    return isinstance(value, list) and len(set(map(str, value))) == len(value) > 0 and all(map(_text, value))


def _text(value: Any) -> bool:
    return isinstance(value, str) and bool(value)


def _number(low: float, high: float) -> Any:
    return lambda value: isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high


def _input(value: Any) -> bool:
    if not isinstance(value, dict) or not _number(32, 2048)(value.get("size")):
        return False
    return fitting.sound(value) and value.get("look", PARTS) in (PARTS, WHOLE)


def _second(value: Any) -> bool:
    if not isinstance(value, dict) or set(value) != {"size", "whole", "parts"}:
        return False
    return _number(32, 2048)(value["size"]) and all(_number(0, 1)(value[key]) for key in ("whole", "parts"))


def _second_of(value: Any) -> bool:
    keys = {"says", "sha256", "data_sha256"}
    return isinstance(value, dict) and set(value) <= keys and all(isinstance(one, str) for one in value.values())


SECOND_SOUND = {"size": 224, "whole": 0, "parts": 0}
CHECKS = {
    "format": lambda value: value == FORMAT,
    "name": _text,
    "version": _text,
    "labels": _texts,
    "bear": _texts,
    "input": lambda value: _input(value),
    "threshold": _number(0, 1),
    "temperature": _number(0.05, 50),
    "tile_penalty": _number(0, 50),
    "files": lambda value: isinstance(value, dict) and all(map(_text, value.values())),
}
EXPECTED = {
    "format": f"not {FORMAT}, the one that this version of Bearwatch reads",
    "name": "not a text",
    "version": "not a text",
    "labels": "not a list of different texts",
    "bear": "not a list of labels",
    "input": "not a table with the size in pixels, and `resize` and `look` as docs/training.md has them",
    "threshold": "not a number from 0 to 1",
    "temperature": "not a number from 0.05 to 50",
    "tile_penalty": "not a number from 0 to 50",
    "files": "not a table of file names and their sha256",
}

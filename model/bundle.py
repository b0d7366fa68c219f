"""Bundle: a network with its manifest, immutable, named by a sha256 over both. Nothing in it is code or a pickle."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from store.errors import BundleFileChanged, BundleMalformed

MANIFEST = "manifest.json"
FORMAT = 1
NETWORK, WEIGHTS, BANK = "network.xml", "network.bin", "bank.npz"


@dataclass(frozen=True, kw_only=True)
class Bundle:
    """One model version on disk, checked. input_size: the side of the square that the network looks at, in pixels."""

    folder: Path
    sha256: str
    name: str
    version: str
    labels: tuple[str, ...]
    bear_labels: tuple[str, ...]
    input_size: int
    threshold: float
    temperature: float
    tile_penalty: float
    demo: bool
    manifest: Mapping[str, Any]

    def file(self, name: str) -> Path:
        """A file of the bundle."""
        return self.folder / name


def load(folder: Path) -> Bundle:
    """Check a bundle whole. Raises BundleMalformed naming the key, BundleFileChanged naming the file."""
    manifest = _manifest(folder)
    for name, digest in manifest["files"].items():
        _check_file(folder, name, digest)
    labels, bears = tuple(manifest["labels"]), tuple(manifest["bear"])
    return Bundle(
        folder=folder, sha256=name_of(manifest), name=manifest["name"], version=manifest["version"],
        labels=labels, bear_labels=bears, input_size=manifest["input"]["size"],
        threshold=manifest["threshold"], temperature=manifest["temperature"],
        tile_penalty=manifest["tile_penalty"], demo=manifest.get("demo", False), manifest=manifest,
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
    if missing := {NETWORK, WEIGHTS} - set(manifest["files"]):
        raise BundleMalformed(f"{path}: files does not name {', '.join(sorted(missing))}")
    return manifest


def _check_file(folder: Path, name: str, digest: str) -> None:
    path = folder / name
    if Path(name).name != name or not path.is_file():
        raise BundleMalformed(f"{folder} lacks the file {name} that its manifest names: put the bundle back whole")
    if digest_of(path) != digest:
        raise BundleFileChanged(
            f"{path} is not the file that the manifest names (sha256 {digest[:12]}…): put the approved file back"
        )


def _short(value: Any) -> str:
    return "missing" if value is None else repr(value)[:60]


def _texts(value: Any) -> bool:
    return isinstance(value, list) and len(set(map(str, value))) == len(value) > 0 and all(map(_text, value))


def _text(value: Any) -> bool:
    return isinstance(value, str) and bool(value)


def _number(low: float, high: float) -> Any:
    return lambda value: isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high


CHECKS = {
    "format": lambda value: value == FORMAT,
    "name": _text,
    "version": _text,
    "labels": _texts,
    "bear": _texts,
    "input": lambda value: isinstance(value, dict) and _number(32, 2048)(value.get("size")),
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
    "input": "not a table with the size in pixels",
    "threshold": "not a number from 0 to 1",
    "temperature": "not a number from 0.05 to 50",
    "tile_penalty": "not a number from 0 to 50",
    "files": "not a table of file names and their sha256",
}

"""A bundle is used whole and unchanged, or not at all."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from model.bundle import CHECKS, load, write
from store.errors import BundleFileChanged, BundleMalformed

BUNDLES = Path(__file__).parents[2] / "model" / "bundles"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(BUNDLES / "demo", tmp_path / "demo"))


def change(folder: Path, **keys: Any) -> None:
    manifest = json.loads((folder / "manifest.json").read_text())
    for key, value in keys.items():
        if value is None:
            del manifest[key]
        else:
            manifest[key] = value
    (folder / "manifest.json").write_text(json.dumps(manifest))


@pytest.mark.parametrize("name", ["default", "demo"])
def test_the_shipped_bundles_are_whole_small_and_have_their_card(name: str) -> None:
    bundle = load(BUNDLES / name)
    assert set(bundle.bear_labels) < set(bundle.labels)
    assert sum(path.stat().st_size for path in bundle.folder.iterdir()) < 12_000_000
    assert "Limits" in bundle.file("CARD.md").read_text() or "misses" in bundle.file("CARD.md").read_text()
    assert bundle.demo is (name == "demo")


@pytest.mark.parametrize("name", ["network.xml", "network.bin", "bank.npz"])
def test_one_changed_byte_is_named(folder: Path, name: str) -> None:
    data = bytearray((folder / name).read_bytes())
    data[len(data) // 2] ^= 1
    (folder / name).write_bytes(data)
    with pytest.raises(BundleFileChanged, match=name):
        load(folder)


@pytest.mark.parametrize("name", ["network.xml", "network.bin", "bank.npz"])
def test_a_missing_file_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(BundleMalformed, match=name):
        load(folder)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("name", None), ("version", ""), ("labels", []), ("labels", ["a", "a"]), ("bear", ["wolf"]),
        ("input", {"size": "large"}), ("threshold", 2), ("threshold", True), ("temperature", 0), ("format", 99),
        ("files", {}), ("tile_penalty", None), ("motion_penalty", -1), ("motion_penalty", "much"),
        ("far_penalty", -1), ("far_penalty", "much"),
    ],
)  # fmt: skip
def test_each_wrong_key_is_named(folder: Path, key: str, value: object) -> None:
    change(folder, **{key: value})
    with pytest.raises(BundleMalformed, match=key):
        load(folder)


@pytest.mark.parametrize("key", CHECKS)
def test_each_missing_key_is_named(folder: Path, key: str) -> None:
    change(folder, **{key: None})
    with pytest.raises(BundleMalformed, match=f"{key} is missing"):
        load(folder)


def test_labels_in_another_order_are_refused(folder: Path) -> None:
    labels = json.loads((folder / "manifest.json").read_text())["labels"]
    change(folder, labels=labels[::-1])
    with pytest.raises(BundleMalformed, match="the network gives bear, empty"):
        load(folder)


def test_a_bundle_whose_labels_and_bears_were_renamed_is_refused(folder: Path) -> None:
    labels = json.loads((folder / "manifest.json").read_text())["labels"]
    renamed = ["grizzly" if label == "bear" else label for label in labels]
    change(folder, labels=renamed, bear=["grizzly"])
    with pytest.raises(BundleMalformed, match="put the approved manifest back, or export the network again"):
        load(folder)


def test_labels_changed_in_the_network_and_the_manifest_alike_are_another_file(folder: Path) -> None:
    manifest = json.loads((folder / "manifest.json").read_text())
    turned = manifest["labels"][::-1]
    text = (folder / "network.xml").read_text()
    (folder / "network.xml").write_text(text.replace("|".join(manifest["labels"]), "|".join(turned)))
    change(folder, labels=turned)
    with pytest.raises(BundleFileChanged, match=r"network\.xml"):
        load(folder)


def test_a_network_that_names_no_labels_is_refused(folder: Path) -> None:
    manifest = json.loads((folder / "manifest.json").read_text())
    text = (folder / "network.xml").read_text()
    (folder / "network.xml").write_text(text.replace("|".join(manifest["labels"]), ""))
    with pytest.raises(BundleMalformed, match="the network gives no names"):
        write(folder, manifest)


@pytest.mark.parametrize(
    "told",
    [
        {"resize": "crop"}, {"resize": {"method": "stretch"}}, {"resize": {"method": "squish", "to": 8}},
        {"resize": {"method": "pad", "pad": "pink"}}, {"look": "twice"},
    ],
)  # fmt: skip
def test_a_way_of_looking_that_nobody_knows_is_refused(folder: Path, told: dict[str, Any]) -> None:
    change(folder, input={"size": 96, **told})
    with pytest.raises(BundleMalformed, match="input"):
        load(folder)


def test_what_is_no_bundle_is_said(tmp_path: Path) -> None:
    with pytest.raises(BundleMalformed, match=r"manifest\.json"):
        load(tmp_path)
    (tmp_path / "manifest.json").write_text("{")
    with pytest.raises(BundleMalformed, match="JSON"):
        load(tmp_path)


def test_a_file_outside_the_folder_is_refused(folder: Path) -> None:
    manifest = json.loads((folder / "manifest.json").read_text())
    change(folder, files={**manifest["files"], "../secret": "0" * 64})
    with pytest.raises(BundleMalformed, match="secret"):
        load(folder)


def test_another_threshold_is_another_version(folder: Path) -> None:
    before = load(folder).sha256
    change(folder, threshold=0.63)
    assert load(folder).sha256 != before

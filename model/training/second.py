"""Second: gives a bundle its second look, a linear layer over another network's features. Loads PyTorch."""

import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import openvino as ov
import torch
from torch import nn

from ingest.frames import Pixels
from model import bundle, calibration, export, misfit, recovered
from model.augment import squeezed
from model.baked import baked
from model.bundle import MISFIT, NETWORK, SECOND_HEAD, SECOND_NETWORK, SECOND_WEIGHTS, Bundle
from model.cutting import AROUND, NEAR, PAINTED
from model.dataset import Row
from model.fitting import Fit
from model.misfit import Misfit
from model.network import Floats, Network
from model.training import halves, linear
from model.training.linear import Whole
from store.errors import BaseUnusable

SIDE = 224
WHOLE, WHOLE_TAUGHT, PARTS = 0.7, 0.8, 0.0
"""How much its word counts, of a published network and of a trained one. Of parts nothing: taught on whole pictures,
it talks far bears away (docs/decisions/0022, 0042)."""

PARTS_OF_PICTURES = (AROUND, NEAR, PAINTED)
"""What `model cut` made of pictures teaches the first network alone: the second one judges whole ones."""

PARTS_JUDGED = 5
"""Into so many parts are the pictures dealt, to hear of each what the others taught."""

AT_A_TIME = 64


@dataclass(frozen=True, kw_only=True)
class General:
    """Where the features come from: a file of recovered weights, or a bundle's folder.

    own: the bundle's own network; else the second look that it has. says, sha256, data_sha256: which trained network
    it is, and which pictures and split taught it, for the card and for going on with a run; empty of a published one.
    """

    path: Path
    own: bool = False
    says: str = ""
    sha256: str = ""
    data_sha256: str = ""

    def require_same_data(self, rows: Sequence[Row], data_sha256: str) -> None:
        """Raise BaseUnusable where pictures that judge may have taught the network, or none of them is whole."""
        if self.own and self.data_sha256 != data_sha256:
            raise BaseUnusable(
                f"the bundle {self.says} was taught by other pictures than these, or with another split: what judges "
                "here may have taught it. Train it on this folder as it is now, with the same --seed"
            )
        if self.own and not any(row.part == "valid" and _whole(row) for row in rows):
            raise BaseUnusable("no whole picture judges, so nothing can be told of a second look: leave --second out")


def of_bundle(folder: Path) -> General:
    """The network of a trained bundle. Raises BaseUnusable where it does not look at whole pictures squeezed."""
    found = bundle.load(folder)
    square = found.kind == bundle.CROPS and found.fit == Fit(side=found.input_size, to=found.input_size)
    if found.demo or not square or "arch" not in found.manifest:
        raise BaseUnusable(
            f"the bundle {found.name} in {folder} cannot be a second look: it finds boxes, is the demo's, or comes "
            "from elsewhere; name one that `bearwatch model train` made"
        )
    return General(
        path=folder, own=True, says=f"{found.name} {found.version}", sha256=found.sha256,
        data_sha256=found.manifest.get("data_sha256", ""),
    )  # fmt: skip


def passed_on(made: Bundle) -> General | None:
    """The second look that a bundle has, if any."""
    told = made.manifest.get("second_of", {})
    return None if made.second is None else General(path=made.folder, **told)


def add(made: Bundle, general: General, rows: Sequence[Row]) -> Bundle:
    """Write the second look into a bundle's folder, taught by the rows that teach."""
    whole = [row for row in rows if _whole(row)]
    taught, judging = ([row for row in whole if row.part == part] for part in ("train", "valid"))
    side = _network(made.folder, general, taught)
    network = Network(made.file(SECOND_NETWORK), side=side)
    truth = np.array([made.labels.index(row.label) for row in taught])
    features = _features(network, taught)
    head = linear.fit(features, truth, len(made.labels))
    by_heart = general.own or general.data_sha256 == made.manifest.get("data_sha256")
    usual = _features(network, judging) if by_heart else None
    found = misfits(features, truth, _parts(taught), len(made.labels), usual=usual, head=head)
    halves.save(made.file(MISFIT), vars(found))
    weights, bias = head
    np.savez_compressed(made.file(SECOND_HEAD), weights=weights.astype(np.float16), bias=bias.astype(np.float32))
    of = {"says": general.says, "sha256": general.sha256, "data_sha256": general.data_sha256}
    told = {"second_of": of} if general.says else {}
    counts = WHOLE_TAUGHT if general.says else WHOLE
    return bundle.changed(made, second={"size": side, "whole": counts, "parts": PARTS}, **told)


def _whole(row: Row) -> bool:
    return not row.file.startswith(PARTS_OF_PICTURES)


def misfits(
    features: Floats, truth: Whole, parts: Whole, labels: int, *, usual: Floats | None, head: tuple[Floats, Floats]
) -> Misfit:
    """What fits no label, from features (N x F), N indices of labels, and N parts, each judged by the others.

    usual: features (M x F) of pictures that did not teach the network, where those others did; they stand for what is
    usual then. head: of the whole look.
    """
    shares = np.empty((len(features), labels), dtype=np.float32)
    for part in np.unique(parts):
        here = parts == part
        weights, bias = linear.fit(features[~here], truth[~here], labels)
        shares[here] = calibration.softmax(features[here] @ weights + bias)
    if usual is None:
        return misfit.make(features, shares, truth, parts)
    weights, bias = head
    return misfit.against(features, shares, truth, usual, calibration.softmax(usual @ weights + bias))


def _network(folder: Path, general: General, rows: Sequence[Row]) -> int:
    """Write the network's files: another bundle's, or made of recovered weights, in eight bits. Gives its side."""
    if general.own:
        return _own_network(folder, general)
    if general.path.is_dir():
        for name in (SECOND_NETWORK, SECOND_WEIGHTS):
            shutil.copy2(general.path / name, folder / name)
        told = bundle.load(general.path).second
        assert told is not None
        return told.size
    with np.load(general.path, allow_pickle=False) as kept:
        body = recovered.features()
        recovered.fill(body, {name: kept[name] for name in kept.files})
    whole = nn.Sequential(recovered.Scaled(), body, nn.AdaptiveAvgPool2d(1), nn.Flatten()).eval()
    converted = ov.convert_model(whole, example_input=torch.zeros(1, 3, SIDE, SIDE), input=[-1, 3, SIDE, SIDE])
    chosen = np.random.default_rng(0).permutation(len(rows))[: export.CALIBRATES]
    with TemporaryDirectory() as place:
        floats = Path(place) / SECOND_NETWORK
        ov.save_model(baked(converted, side=SIDE, labels=()), floats)
        pictures = np.concatenate(list(_pictures([rows[number] for number in chosen], SIDE)))
        export.quantised(floats, folder / SECOND_NETWORK, pictures)
    return SIDE


def _own_network(folder: Path, general: General) -> int:
    """A bundle's network without its last layer."""
    found = bundle.load(general.path)
    if found.sha256 != general.sha256:
        raise BaseUnusable(f"{general.path} was {general.says} when the training began and is another bundle now")
    whole = ov.Core().read_model(found.file(NETWORK))
    features = ov.Model([whole.output(1)], whole.get_parameters())
    ov.save_model(features, folder / SECOND_NETWORK, compress_to_fp16=True)
    return found.input_size


def _parts(rows: Sequence[Row]) -> Whole:
    """Of each row one of PARTS_JUDGED, the same for a group; a large group, as a whole camera is, is dealt out."""
    groups = Counter(row.group for row in rows)
    chance = np.random.default_rng(0)
    drawn = {group: int(chance.integers(PARTS_JUDGED)) for group in sorted(groups)}
    large = len(rows) / PARTS_JUDGED / 2
    return np.array(
        [number % PARTS_JUDGED if groups[row.group] > large else drawn[row.group] for number, row in enumerate(rows)]
    )


def _features(network: Network, rows: Sequence[Row]) -> Floats:
    return np.concatenate([network.outputs(pictures)[0] for pictures in _pictures(rows, network.side)])


def _pictures(rows: Sequence[Row], side: int) -> Iterator[Pixels]:
    """Some at a time: N x side x side x 3."""
    for start in range(0, len(rows), AT_A_TIME):
        yield squeezed([row.path for row in rows[start : start + AT_A_TIME]], side)

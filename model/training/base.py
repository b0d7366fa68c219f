"""Base: the weights a training begins with, tried on the network before any picture is opened. Loads PyTorch."""

import pickle
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
import torch
from torch import Tensor, nn

from model import bundle, recovered, vision
from model.training import halves
from model.training.architectures import ARCHITECTURES
from model.training.order import NONE, Start
from model.training.recipe import Arch
from model.training.second import General, passed_on
from store.errors import BaseUnusable


@dataclass(frozen=True, kw_only=True)
class Base:
    """says: what it is, for the card. side: that it was trained at, in pixels. teach: give a network its weights.

    general: where the features of a second look come from, if any (model.second).
    far_penalty: of a bundle that looks for what is far off in stills (model.scan); what goes on from it does too.
    """

    arch: Arch
    says: str
    sha256: str
    side: int | None
    teach: Callable[[Any, Sequence[str]], None]
    general: General | None = None
    far_penalty: float | None = None


def read(start: Start, path: Path | None, arch: Arch | None) -> Base:
    """The base that was asked for, and tried. Raises BaseUnusable naming what does not fit."""
    try:
        found = READERS[start](path, arch)
        found.teach(_bare(found.arch), ())
    except (KeyError, RuntimeError, ValueError, TypeError, OSError, BadZipFile, pickle.UnpicklingError) as fault:
        wanted = arch or Arch.MOBILENET_V2
        raise BaseUnusable(
            f"{path or start} does not hold the weights of {wanted} ({str(fault).splitlines()[0][:200]}): name the "
            "network that they are of with --arch, or other weights"
        ) from fault
    return found


def _of_bundle(path: Path | None, arch: Arch | None) -> Base:
    assert path is not None
    loaded = bundle.load(path)
    kept = loaded.manifest.get("arch")
    if bundle.BASE not in loaded.manifest["files"] or kept not in list(Arch):
        raise BaseUnusable(
            f"the bundle {loaded.name} in {path} keeps no {bundle.BASE} and cannot be a base: it was made before "
            "bundles did, or is none of `model train`; name a newer one, or --weights FILE"
        )
    if arch not in (None, kept):
        raise BaseUnusable(
            f"the bundle {loaded.name} is a {kept}, not a {arch}: leave --arch out, or name another base"
        )
    state = halves.read(loaded.file(bundle.BASE))

    def teach(network: Any, labels: Sequence[str]) -> None:
        _fill(network, state, loaded.labels, labels)

    return Base(
        arch=Arch(kept), says=f"the bundle {loaded.name} {loaded.version}", sha256=loaded.sha256,
        side=loaded.input_size, teach=teach, general=passed_on(loaded),
        far_penalty=loaded.far_penalty,
    )  # fmt: skip


def _of_file(path: Path | None, arch: Arch | None) -> Base:
    assert path is not None
    if not path.is_file():
        raise BaseUnusable(f"{path} is not there: name the file that holds the base weights")
    chosen = arch or Arch.MOBILENET_V2
    teach = _of_arrays(path, chosen) if path.suffix == ".npz" else _of_torch(path, chosen)
    general = General(path=path) if path.suffix == ".npz" and _recovered(path) else None
    return Base(
        arch=chosen, says=path.name, sha256=bundle.digest_of(path), side=None, teach=teach, general=general
    )  # fmt: skip


def _of_download(_: Path | None, arch: Arch | None) -> Base:
    chosen = arch or Arch.MOBILENET_V2
    state = vision.downloaded(chosen)
    return Base(
        arch=chosen, says=f"torchvision's ImageNet weights of {chosen}", sha256="", side=None,
        teach=lambda network, _: ARCHITECTURES[chosen].taught_by(network[0], state),
    )  # fmt: skip


def _of_nothing(_: Path | None, arch: Arch | None) -> Base:
    return Base(arch=arch or Arch.MOBILENET_V2, says=NONE, sha256="", side=None, teach=lambda *_: None)


READERS = {Start.BASE: _of_bundle, Start.WEIGHTS: _of_file, Start.DOWNLOAD: _of_download, Start.SCRATCH: _of_nothing}


def _of_arrays(path: Path, arch: Arch) -> Callable[[Any, Sequence[str]], None]:
    """Recovered weights (NN.weight, MobileNetV2 alone), or those that a bundle keeps."""
    if not _recovered(path):
        state = halves.read(path)
        return lambda network, _: _fill(network, state, (), ())
    with np.load(path, allow_pickle=False) as kept:
        arrays = {name: kept[name] for name in kept.files}
    if arch is not Arch.MOBILENET_V2:
        raise ValueError("they are recovered weights of mobilenet_v2")
    return lambda network, _: recovered.fill(network[0][1], arrays)


def _recovered(path: Path) -> bool:
    with np.load(path, allow_pickle=False) as kept:
        return any(re.fullmatch(r"\d\d\.weight", name) for name in kept.files)


def _of_torch(path: Path, arch: Arch) -> Callable[[Any, Sequence[str]], None]:
    """torchvision's state, or a fastai learner's saved one. Nothing but tensors is read."""
    state = torch.load(path, map_location="cpu", weights_only=True)
    state = state.get("model", state)
    if any(name.startswith("0.") for name in state):
        return lambda network, _: _fill(network, state, (), ())
    return lambda network, _: ARCHITECTURES[arch].taught_by(network[0], state)


def _bare(arch: Arch) -> nn.Sequential:
    """A body without a head, to try weights on."""
    return nn.Sequential(nn.Sequential(*ARCHITECTURES[arch].parts()), nn.Sequential())


def _fill(network: Any, state: Mapping[str, Tensor], known: Sequence[str], labels: Sequence[str]) -> None:
    """Body as it was; of the head what has the same shape; of its last layer the labels that both know."""
    network[0].load_state_dict({name[2:]: value for name, value in state.items() if name.startswith("0.")})
    own, last = network[1].state_dict(), f"{len(network[1]) - 1}."
    for name, value in own.items():
        before = state.get(f"1.{name}")
        if name.startswith(last):
            for place, label in enumerate(labels):
                if before is not None and label in known and before.shape[1:] == value.shape[1:]:
                    value[place] = before[known.index(label)]
        elif before is not None and before.shape == value.shape:
            value.copy_(before)

"""Pickles: what an export.pkl asks for, read off without running any of it."""

import importlib.util
import pickletools
import zipfile
from _compat_pickle import IMPORT_MAPPING, NAME_MAPPING
from collections.abc import Iterator
from pathlib import Path

from store.errors import ConversionFailed

AGAIN = "export it again with learn.export() and copy it whole"
OTHER_FASTAI = (
    "it was exported by another version of fastai or of what it stands on; this one is {version}. Where it was "
    "trained, save the weights (learn.save), then make the same learner with fastai {version}, learn.load them and "
    "learn.export() again"
)
REMEMBERS, RECALLS = ("MEMOIZE", "BINPUT", "LONG_BINPUT", "PUT"), ("BINGET", "LONG_BINGET", "GET")
FAMILY = ("fastai", "fastcore", "fasttransform", "fastprogress", "torch", "torchvision")


def check(path: Path, version: str) -> None:
    """Raise ConversionFailed where the file is cut, is no export.pkl, or needs what is not here.

    version: of the fastai that would open it.
    """
    asked = wanted(path)
    missing = sorted({module for module, _ in asked if not _there(module)})
    own = sorted(name for module, name in asked if module == "__main__")
    if own:
        raise ConversionFailed(
            f"it needs your own {', '.join(own[:3])}, which was not packed into it: put it into a file of its own "
            "that can be imported, or leave it out, train and export again"
        )
    of_family = [module for module in missing if module.partition(".")[0] in FAMILY]
    if of_family:
        raise ConversionFailed(f"it asks for {of_family[0]}: {OTHER_FASTAI.format(version=version)}")
    if missing:
        raise ConversionFailed(
            f"it needs the module {missing[0]}, which is not here: set PYTHONPATH to the folder that holds "
            f"{missing[0].partition('.')[0]}.py, or install it, and run this again"
        )


def wanted(path: Path) -> set[tuple[str, str]]:
    """Every (module, name) that opening the file would import. Raises ConversionFailed where it is no export.pkl."""
    try:
        return set(_globals(_pickle(path)))
    except (zipfile.BadZipFile, EOFError, OSError) as fault:
        raise ConversionFailed(f"it is damaged ({fault}): {AGAIN}") from None
    except ValueError:
        raise ConversionFailed(f"it is cut short, or no pickle at all: {AGAIN}") from None


def _pickle(path: Path) -> bytes:
    """The pickle inside torch's zip file."""
    if not zipfile.is_zipfile(path):
        with path.open("rb") as file:
            start = file.read(2)
        if start == b"PK":
            raise ConversionFailed(f"it is cut short: {AGAIN}")
        if start[:1] == b"\x80":
            raise ConversionFailed(
                "it is a pickle of a torch before 1.6 (fastai 1, perhaps), or no fastai export at all: make the "
                "learner anew with today's fastai, load its weights and learn.export() again"
            )
        raise ConversionFailed("it is not what learn.export() writes: name the export.pkl")
    with zipfile.ZipFile(path) as file:
        inner = next((name for name in file.namelist() if name.endswith("/data.pkl")), None)
        if inner is None:
            raise ConversionFailed("it is not what learn.export() writes: name the export.pkl")
        return file.read(inner)


def _globals(data: bytes) -> Iterator[tuple[str, str]]:
    """Up to protocol 2 pickles name modules as Python 2 had them; later ones name them by texts on the stack."""
    texts, kept, last = list[str](), dict[int, str | None](), None
    for code, given, _ in pickletools.genops(data):
        if code.name == "GLOBAL":
            module, _, name = str(given).partition(" ")
            yield NAME_MAPPING.get((module, name), (IMPORT_MAPPING.get(module, module), name))
        elif code.name == "STACK_GLOBAL" and len(texts) >= 2:
            yield texts[-2], texts[-1]
        elif code.name in REMEMBERS:
            kept[len(kept) if code.name == "MEMOIZE" else int(given or 0)] = last
            continue
        last = kept.get(int(given or 0)) if code.name in RECALLS else given if "UNICODE" in code.name else None
        if last is not None:
            texts.append(last)


def _there(module: str) -> bool:
    try:
        return module == "__main__" or importlib.util.find_spec(module) is not None
    except (ImportError, ValueError, AttributeError):
        return False

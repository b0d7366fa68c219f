"""ImageSearch: what every image search gives, whichever service answers it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from pydantic import BaseModel, ValidationError

from model.collect.offers import Offer
from model.labels import Labelled
from store.errors import AddressNotPublic, DownloadFailed, SearchFailed


@dataclass(frozen=True, kw_only=True)
class Hit:
    """One picture that a search found.

    url: of the picture itself. licence: as the service states it, empty where it states none. sequence: hits of one
    sighting share it, so that no split puts them on both sides. page and creator: for whoever must be named.
    """

    url: str
    licence: str = ""
    taken_at: str = ""
    sequence: str = ""
    page: str = ""
    creator: str = ""


class ImageSearch(Protocol):
    """A search for pictures."""

    @property
    def name(self) -> str:
        """What people call it."""

    def hits(self, term: str) -> Iterator[Hit]:
        """What it finds, page by page, in an order that is the same the next time. Raises SearchFailed."""


class Ask(Protocol):
    """How a search asks its service. The real one is Downloader.answer."""

    def __call__(
        self, url: str, query: Mapping[str, str | int], headers: Mapping[str, str] | None = None, /
    ) -> Any:  # fmt: skip
        """The JSON that is answered. Raises DownloadFailed, AddressNotPublic."""


Shape = TypeVar("Shape", bound=BaseModel)


def asked(
    shape: type[Shape], name: str, ask: Ask, url: str, query: Mapping[str, str | int],
    headers: Mapping[str, str] | None = None,
) -> Shape:  # fmt: skip
    """An answer in the shape that is documented. Raises SearchFailed."""
    try:
        return shape.model_validate(ask(url, query, headers))
    except (DownloadFailed, AddressNotPublic) as fault:
        raise SearchFailed(f"{name}: {fault.detail}") from None
    except ValidationError as fault:
        first = fault.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "the answer"
        raise SearchFailed(f"{name} answers in a shape that is not known ({where}: {first['msg']})") from None


def offers(search: ImageSearch, term: str, label: str, count: int) -> Iterator[Offer]:
    """The first `count` hits, to be downloaded; a fault after some is an offer with that fault.

    Raises SearchFailed where there is none.
    """
    taken = 0
    try:
        for taken, hit in enumerate(search.hits(term), 1):
            yield _offer(hit, label, search.name)
            if taken == count:
                return
    except SearchFailed as fault:
        if not taken:
            raise
        yield Offer(facts=Labelled(file=f"{search.name}, after {taken} hits", label=label), fault=fault.detail)
    if not taken:
        raise SearchFailed(f'{search.name} finds no picture of "{term}": try another name')


def _offer(hit: Hit, label: str, name: str) -> Offer:
    facts = Labelled(
        file=hit.url, label=label, sequence=hit.sequence, taken_at=hit.taken_at, origin=hit.url, licence=hit.licence,
        more={"creator": hit.creator, "page": hit.page, "found_by": name},
    )  # fmt: skip
    return Offer(facts=facts)

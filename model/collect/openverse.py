"""Openverse, API v1: pictures under open licences from many collections.

https://api.openverse.org/v1/: GET /images/?q=, page by page.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import BaseModel

from model.collect.search import Ask, Hit, asked

ENDPOINT = "https://api.openverse.org/v1"
A_PAGE = 20
"""The most that it gives to somebody without an account."""

NAMES_OF_THEIR_OWN = ("cc0", "pdm")


class _Image(BaseModel):
    url: str | None = None
    license: str = ""
    license_version: str | None = None
    creator: str | None = None
    foreign_landing_url: str | None = None


class _Images(BaseModel):
    page_count: int
    results: list[_Image]


@dataclass(frozen=True, kw_only=True)
class Openverse:
    """Pictures that it ranks best for the term."""

    ask: Ask
    endpoint: str = ENDPOINT
    name: str = "Openverse"

    def hits(self, term: str) -> Iterator[Hit]:
        """Every picture that states its licence. Raises SearchFailed."""
        number = 0
        while True:
            number += 1
            query: dict[str, str | int] = {"q": term, "page": number, "page_size": A_PAGE}
            page = asked(_Images, self.name, self.ask, f"{self.endpoint.rstrip('/')}/images/", query)
            for image in page.results:
                if image.url and image.license:
                    yield Hit(
                        url=image.url, licence=_licence(image), page=image.foreign_landing_url or "",
                        creator=image.creator or "",
                    )  # fmt: skip
            if not page.results or number >= page.page_count:
                return


def _licence(image: _Image) -> str:
    """The licence in the words that iNaturalist uses, with its version.

    >>> _licence(_Image(license="by-sa", license_version="2.0")), _licence(_Image(license="cc0"))
    ('cc-by-sa-2.0', 'cc0')
    """
    name = image.license if image.license in NAMES_OF_THEIR_OWN else f"cc-{image.license}"
    return "-".join(filter(None, (name, image.license_version)))

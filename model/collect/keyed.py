"""Keyed: an image search of the kind that Bing's was (v7): a key in a header, `value[].contentUrl` in the answer.

It states no licence: the pictures are for training at home until somebody has asked their owners.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from pydantic import BaseModel

from model.collect.search import Ask, Hit, asked
from store.errors import SearchFailed

HEADER = "Ocp-Apim-Subscription-Key"
A_PAGE = 150


class _Value(BaseModel):
    contentUrl: str | None = None  # noqa: N815  as the service spells it
    hostPageUrl: str | None = None  # noqa: N815


class _Values(BaseModel):
    value: list[_Value]
    nextOffset: int | None = None  # noqa: N815


@dataclass(frozen=True, kw_only=True)
class Keyed:
    """Pictures that it ranks best for the term. The key is in no message, log or file."""

    ask: Ask
    endpoint: str
    key: str = field(repr=False)
    name: str = "the keyed search"

    def hits(self, term: str) -> Iterator[Hit]:
        """Every picture. Raises SearchFailed."""
        if not self.key:
            raise SearchFailed("it needs a key: set BEARWATCH_IMAGE_SEARCH_KEY")
        offset = 0
        while True:
            query: dict[str, str | int] = {"q": term, "count": A_PAGE, "offset": offset, "imageType": "Photo"}
            page = asked(_Values, self.name, self.ask, self.endpoint, query, {HEADER: self.key})
            for found in page.value:
                if found.contentUrl:
                    yield Hit(url=found.contentUrl, page=found.hostPageUrl or "")
            after = page.nextOffset if page.nextOffset is not None else offset + len(page.value)
            if not page.value or after <= offset:
                return
            offset = after

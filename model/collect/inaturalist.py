"""iNaturalist, API v1: sightings that others have confirmed, by taxon, with a licence for every photo.

https://api.inaturalist.org/v1/docs: GET /taxa?q= and GET /observations?taxon_id=, by id so that the order stays.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import BaseModel

from model.collect.search import Ask, Hit, asked
from store.errors import SearchFailed

ENDPOINT = "https://api.inaturalist.org/v1"
A_PAGE = 200


class _Taxon(BaseModel):
    id: int
    name: str = ""


class _Taxa(BaseModel):
    results: list[_Taxon]


class _Photo(BaseModel):
    url: str | None = None
    license_code: str | None = None
    attribution: str | None = None


class _Observation(BaseModel):
    id: int
    uri: str | None = None
    time_observed_at: str | None = None
    observed_on: str | None = None
    photos: list[_Photo] = []


class _Observations(BaseModel):
    results: list[_Observation]


@dataclass(frozen=True, kw_only=True)
class INaturalist:
    """Photos of research-grade sightings of one taxon, the oldest first. The term is a common or scientific name."""

    ask: Ask
    endpoint: str = ENDPOINT
    name: str = "iNaturalist"

    def hits(self, term: str) -> Iterator[Hit]:
        """Every licensed photo of the first taxon of this name. Raises SearchFailed."""
        taxon, after = self._taxon(term), 0
        while True:
            query: dict[str, str | int] = {
                "taxon_id": taxon, "photos": "true", "photo_licensed": "true", "quality_grade": "research",
                "order_by": "id", "order": "asc", "per_page": A_PAGE, "id_above": after,
            }  # fmt: skip
            page = asked(_Observations, self.name, self.ask, f"{self.endpoint.rstrip('/')}/observations", query)
            newer = [seen for seen in page.results if seen.id > after]
            if not newer:
                return
            for seen in newer:
                yield from _photos(seen)
            after = max(seen.id for seen in newer)

    def _taxon(self, term: str) -> int:
        query: dict[str, str | int] = {"q": term, "is_active": "true", "per_page": 1}
        found = asked(_Taxa, self.name, self.ask, f"{self.endpoint.rstrip('/')}/taxa", query).results
        if not found:
            raise SearchFailed(f'{self.name} knows no taxon "{term}": try its scientific name')
        return found[0].id


def _photos(seen: _Observation) -> Iterator[Hit]:
    for photo in seen.photos:
        if photo.url and photo.license_code:
            yield Hit(
                url=photo.url.replace("/square.", "/large."), licence=photo.license_code,
                taken_at=seen.time_observed_at or seen.observed_on or "", sequence=f"inaturalist-{seen.id}",
                page=seen.uri or "", creator=photo.attribution or "",
            )  # fmt: skip

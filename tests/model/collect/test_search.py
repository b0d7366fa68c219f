"""Image searches against servers that answer in the documented shape: one contract for all, then what each has."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from model.collect import search as searching
from model.collect.downloading import Downloader, Terms
from model.collect.inaturalist import INaturalist
from model.collect.keyed import HEADER, Keyed
from model.collect.openverse import Openverse
from model.collect.search import ImageSearch
from store.errors import SearchFailed
from tests.model.collect.serving import Answer, Server, serving, status, whole

KEY = "0123456789abcdef"


def by_query(answer: Callable[[dict[str, str]], Any]) -> Answer:
    """Answer JSON that depends on the query."""

    def answered(to: BaseHTTPRequestHandler) -> None:
        query = dict(part.split("=") for part in to.path.partition("?")[2].split("&"))
        whole(json.dumps(answer(query)).encode())(to)

    return answered


def observation(number: int) -> dict[str, Any]:
    """A sighting with two licensed photos and one whose owner keeps all rights."""
    photo = {"url": f"https://static.example.org/photos/{number}/square.jpg", "attribution": "(c) Ann"}
    return {
        "id": number, "uri": f"https://inaturalist.example.org/observations/{number}", "quality_grade": "research",
        "time_observed_at": "2020-08-27T08:57:22+00:00", "observed_on": "2020-08-27",
        "photos": [
            {**photo, "id": 1, "license_code": "cc-by-nc"},
            {**photo, "id": 2, "license_code": None},
            {**photo, "id": 3, "license_code": "cc0", "url": f"https://static.example.org/photos/{number}b/square.jpg"},
        ],
    }  # fmt: skip


def observations(query: dict[str, str]) -> Any:
    after = int(query["id_above"])
    return {"total_results": 4, "results": [observation(number) for number in (10, 20, 30, 40) if number > after][:2]}


def images(query: dict[str, str]) -> Any:
    page = int(query["page"])
    one = {"license": "by-sa", "license_version": "2.0", "creator": "Ann", "foreign_landing_url": "https://x.org/p"}
    results = [{**one, "id": f"{page}{n}", "url": f"https://x.org/{page}{n}.jpg"} for n in range(4)]
    return {"result_count": 8, "page_count": 2, "page_size": 4, "page": page, "results": results if page < 3 else []}


def values(query: dict[str, str]) -> Any:
    offset = int(query["offset"])
    found = [{"contentUrl": f"https://x.org/{n}.jpg", "hostPageUrl": "https://x.org/p"} for n in range(8)]
    return {
        "_type": "Images",
        "totalEstimatedMatches": 8,
        "nextOffset": offset + 4,
        "value": found[offset : offset + 4],
    }


@dataclass(frozen=True, kw_only=True)
class Service:
    """A service, and how it is searched. found: what it answers; nothing: its answer when it finds nothing."""

    search: Callable[[Downloader, str], ImageSearch]
    path: str
    found: Callable[[dict[str, str]], Any]
    nothing: Any
    before: tuple[tuple[str, Any], ...] = ()

    def answers(self, answer: Answer | None = None) -> dict[str, Answer]:
        """What the server answers: hits, or something else in their place."""
        known: dict[str, Answer] = {path: json.dumps(told).encode() for path, told in self.before}
        return known | {self.path: answer or by_query(self.found)}


SERVICES = {
    "inaturalist": Service(
        search=lambda downloader, url: INaturalist(ask=downloader.answer, endpoint=f"{url}/v1"),
        path="/v1/observations", found=observations, nothing={"results": []},
        before=(("/v1/taxa", {"results": [{"id": 41638, "name": "Ursus americanus"}]}),),
    ),
    "openverse": Service(
        search=lambda downloader, url: Openverse(ask=downloader.answer, endpoint=f"{url}/v1/"),
        path="/v1/images/", found=images, nothing={"page_count": 0, "results": []},
    ),
    "keyed": Service(
        search=lambda downloader, url: Keyed(ask=downloader.answer, endpoint=f"{url}/v7.0/images/search", key=KEY),
        path="/v7.0/images/search", found=values, nothing={"value": []},
    ),
}  # fmt: skip


@contextmanager
def searched(service: Service, answer: Answer | None = None) -> Iterator[tuple[ImageSearch, Server]]:
    with (
        serving(service.answers(answer)) as server,
        Downloader(Terms(allowed={server.place}, tries=1, between_searches_s=0)) as downloader,
    ):
        yield service.search(downloader, server.url), server


@pytest.fixture(params=SERVICES)
def service(request: pytest.FixtureRequest) -> Service:
    found = SERVICES[request.param]
    assert isinstance(found, Service)
    return found


def test_hits_come_page_by_page_with_a_label_and_where_they_are_from(service: Service) -> None:
    with searched(service) as (search, _):
        offers = list(searching.offers(search, "black bear", "black", 100))
    assert len(offers) == 8
    assert len({offer.facts.origin for offer in offers}) == 8
    assert {offer.facts.label for offer in offers} == {"black"}
    assert all(offer.data is None and offer.facts.more["page"] and not offer.fault for offer in offers)


def test_the_first_so_many_hits_are_taken_and_no_page_more_is_asked_for(service: Service) -> None:
    with searched(service) as (search, server):
        assert len(list(searching.offers(search, "black bear", "black", 4))) == 4
    assert [asked.path for asked in server.asked if asked.path == service.path] == [service.path]


def test_nothing_found_is_said(service: Service) -> None:
    with searched(service, by_query(lambda _: service.nothing)) as (search, _), pytest.raises(SearchFailed) as fault:
        list(searching.offers(search, "brack bear", "black", 4))
    assert fault.match('finds no picture of "brack bear": try another name')


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (status(401), "answers 401: it does not give this to everybody; leave it out, or check the key"),
        (status(429, Retry_After="900"), "is busy and asks to wait 900 s"),
        (whole(b"<html>sign in</html>"), "answers no JSON: check the address"),
        (whole(b'{"message": "hello"}'), "answers in a shape that is not known"),
        (whole(b"[1, 2]"), "answers in a shape that is not known"),
    ],
)
def test_a_service_that_does_not_answer_as_documented_is_named(service: Service, answer: Answer, says: str) -> None:
    with searched(service, answer) as (search, _), pytest.raises(SearchFailed, match=says) as fault:
        list(searching.offers(search, "black bear", "black", 4))
    assert search.name in fault.value.detail
    assert KEY not in fault.value.detail


def test_a_fault_on_a_later_page_keeps_the_hits_before_it(service: Service) -> None:
    def first_page(query: dict[str, str]) -> Any:
        first = (
            query.get("id_above", "0") == "0" and query.get("page", "1") == "1" and query.get("offset", "0") == "0"
        )
        return service.found(query) if first else {"detail": "no more today"}

    with searched(service, by_query(first_page)) as (search, _):
        offers = list(searching.offers(search, "black bear", "black", 100))
    assert [bool(offer.fault) for offer in offers] == [False] * 4 + [True]


def test_inaturalist_gives_licensed_photos_alone_and_those_of_one_sighting_stay_together() -> None:
    with searched(SERVICES["inaturalist"]) as (search, server):
        hits = list(search.hits("black bear"))
    assert hits[0].url == "https://static.example.org/photos/10/large.jpg"
    assert [hit.licence for hit in hits[:2]] == ["cc-by-nc", "cc0"]
    assert {hit.sequence for hit in hits} == {f"inaturalist-{number}" for number in (10, 20, 30, 40)}
    assert hits[0].taken_at == "2020-08-27T08:57:22+00:00"
    assert server.asked[0].query["q"] == "black bear"
    assert server.asked[1].query | {"id_above": "0"} == {
        "taxon_id": "41638", "photos": "true", "photo_licensed": "true", "quality_grade": "research",
        "order_by": "id", "order": "asc", "per_page": "200", "id_above": "0",
    }  # fmt: skip


def test_inaturalist_that_knows_no_such_taxon_says_so() -> None:
    unknown = replace(SERVICES["inaturalist"], before=(("/v1/taxa", {"results": []}),))
    with searched(unknown) as (search, _), pytest.raises(SearchFailed, match='knows no taxon "brack bear"'):
        list(search.hits("brack bear"))


def test_openverse_states_licence_and_creator() -> None:
    with searched(SERVICES["openverse"]) as (search, server):
        hit = next(search.hits("black bear"))
    assert (hit.licence, hit.creator) == ("cc-by-sa-2.0", "Ann")
    assert server.asked[0].query == {"q": "black bear", "page": "1", "page_size": "20"}


def test_the_key_is_in_the_header_and_in_nothing_that_is_shown() -> None:
    with searched(SERVICES["keyed"]) as (search, server):
        next(search.hits("black bear"))
        assert server.asked[0].headers[HEADER.lower()] == KEY
        assert KEY not in repr(search)
        assert KEY not in str(server.asked[0].query)

"""What the web process answers where nothing is, or not by this method: a problem, never a page."""

from collections.abc import Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from fastapi.testclient import TestClient
from starlette.responses import HTMLResponse, PlainTextResponse

from api.main import make_app
from tests.api.conftest import Place


class Dashboard:
    """Answers any path with its page, as Streamlit does; its own health in plain text."""

    def lifespan(self) -> Any:

        @asynccontextmanager
        async def nothing(_app: Any) -> Any:
            yield

        return lambda: nothing(None)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """One request."""
        page = HTMLResponse("<html>the page</html>")
        answer = PlainTextResponse("ok") if scope["path"] == "/_stcore/health" else page
        await answer(scope, receive, send)


@pytest.fixture
def browser(place: Place) -> Iterator[TestClient]:
    yield TestClient(make_app(place.system, dashboard=Dashboard()), base_url="http://testserver")


@pytest.mark.parametrize("path", ["/nope", "/api/v1/nope", "/static/nope", "/_stcore/nope", "/vendor/x.js", "/pages"])
def test_where_nothing_is_a_problem_says_so_and_no_page(browser: TestClient, path: str) -> None:
    answer = browser.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
    assert answer.json()["type"] == "urn:bearwatch:error:not-found"


def test_the_files_of_the_pages_pass(browser: TestClient) -> None:
    assert browser.get("/_stcore/health").text == "ok"


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [("PUT", "/api/v1/alerts", "GET"), ("POST", "/health", "GET"), ("GET", "/api/v1/stop", "POST")],
)
def test_a_method_that_an_address_does_not_take_is_told_with_those_that_it_takes(
    browser: TestClient, method: str, path: str, allowed: str
) -> None:
    answer = browser.request(method, path)
    assert (answer.status_code, answer.headers["allow"]) == (405, allowed)
    assert answer.json()["type"] == "urn:bearwatch:error:method-not-allowed"


def test_head_is_get_without_its_body(browser: TestClient) -> None:
    answer = browser.head("/health")
    assert (answer.status_code, answer.content) == (200, b"")
    assert browser.head("/api/v1/nope").status_code == 404

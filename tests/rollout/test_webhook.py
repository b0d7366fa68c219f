"""The channels: what a receiver gets, and what its answer means."""

import hashlib
import hmac
import json
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from rollout.notify import Notifiers, Outgoing, Refused, Sent, Unreachable
from rollout.notify.folder import FolderNotifier
from rollout.notify.webhook import WebhookNotifier
from tests.rollout.scenes import SECRET, notifiers
from tests.servers import Hook, dripping, free_port, webhook


@pytest.fixture
def hook() -> Iterator[Hook]:
    with webhook() as opened:
        yield opened


def message(url: str, **body: object) -> Outgoing:
    return Outgoing(id="0f5e", kind="warning", receiver="siren", url=url, body=body or {"says": "Bär"})


def test_the_receiver_can_tell_that_a_message_is_ours_and_which_it_is(hook: Hook) -> None:
    assert WebhookNotifier(SECRET, clock=lambda: 1764000000.9).send(message(hook.url)) == Sent()
    ((headers, body),) = hook.received
    signed = hmac.new(SECRET, b"1764000000." + body, hashlib.sha256).hexdigest()
    assert headers["bearwatch-signature"] == f"t=1764000000,v1={signed}"
    assert headers["idempotency-key"] == "0f5e"
    assert headers["content-type"] == "application/json"
    assert json.loads(body) == {"id": "0f5e", "kind": "warning", "receiver": "siren", "says": "Bär"}


def test_another_secret_and_a_changed_byte_give_another_signature(hook: Hook) -> None:
    WebhookNotifier(SECRET, clock=lambda: 5).send(message(hook.url))
    headers, body = hook.received[0]
    given = headers["bearwatch-signature"].partition("v1=")[2]
    for secret, content in ((b"another", body), (SECRET, body[:-1] + b"]"), (SECRET, body + b" ")):
        assert hmac.new(secret, b"5." + content, hashlib.sha256).hexdigest() != given


@pytest.mark.parametrize("answer", [200, 201, 202, 204])
def test_any_success_is_sent(hook: Hook, answer: int) -> None:
    hook.answer = answer
    assert WebhookNotifier(SECRET).send(message(hook.url)) == Sent()


@pytest.mark.parametrize("answer", [408, 425, 429, 500, 502, 503, 504])
def test_what_may_pass_is_tried_again(hook: Hook, answer: int) -> None:
    hook.answer = answer
    assert WebhookNotifier(SECRET).send(message(hook.url)) == Unreachable(f"answered {answer}")


@pytest.mark.parametrize("answer", [301, 302, 307, 400, 401, 403, 404, 410, 413, 422])
def test_any_other_answer_is_a_refusal_and_no_redirect_is_followed(hook: Hook, answer: int) -> None:
    hook.answer = answer
    assert WebhookNotifier(SECRET).send(message(hook.url)) == Refused(f"answered {answer}")
    assert len(hook.received) == 1


def test_where_nobody_listens_it_did_not_arrive() -> None:
    result = WebhookNotifier(SECRET).send(message(f"http://127.0.0.1:{free_port()}/"))
    assert result == Unreachable("ConnectError")


def test_an_answer_that_drips_in_for_ever_is_given_up_and_its_connection_ended() -> None:
    with dripping() as url:
        begun = time.monotonic()
        result = WebhookNotifier(SECRET, deadline_s=1.5).send(message(url))
        assert result == Unreachable("no answer within 1.5 s")
        assert time.monotonic() - begun < 5
        end = time.monotonic() + 5
        while any(thread.name == "call" for thread in threading.enumerate()):
            assert time.monotonic() < end, "the call hangs on"
            time.sleep(0.05)


@pytest.mark.parametrize(
    "url",
    [
        "http://169.254.169.254/latest", "http://[::ffff:169.254.169.254]/", "http://100.100.100.200/",
        "http://[fd00:ec2::254]/", "http://[fe80::1]/", "http://0.0.0.0/", "http://224.0.0.1/",
    ],
)  # fmt: skip
def test_addresses_where_no_receiver_can_be_are_never_called(url: str) -> None:
    assert isinstance(WebhookNotifier(SECRET).send(message(url)), Refused)


@pytest.mark.parametrize(
    "url",
    [
        "http://", "http://[::1", "http://siren.invalid/", "http://a:b:c/", "http://a:99999/", "http://xn--a/",
        f"http://{'a' * 300}.com/", "http://127.0.0.1/\0",
    ],
)  # fmt: skip
def test_a_broken_address_is_a_value_and_no_crash(url: str) -> None:
    assert isinstance(WebhookNotifier(SECRET).send(message(url)), Unreachable | Refused)


def test_a_name_in_the_address_is_read_from_the_environment_when_it_is_used(hook: Hook) -> None:
    url = hook.url.replace("/hook", "/${BEARWATCH_TEST_KEY}")
    assert WebhookNotifier(SECRET).send(message(url)) == Unreachable("the environment has no BEARWATCH_TEST_KEY")
    os.environ["BEARWATCH_TEST_KEY"] = "k3y"
    try:
        assert WebhookNotifier(SECRET).send(message(url)) == Sent()
    finally:
        del os.environ["BEARWATCH_TEST_KEY"]


def test_a_folder_holds_one_file_a_message_however_often_it_is_sent(tmp_path: Path) -> None:
    for _ in range(2):
        assert FolderNotifier(tmp_path).send(message("folder:sign")) == Sent()
    (file,) = (tmp_path / "sign").iterdir()
    assert file.name == "0f5e.json"
    assert json.loads(file.read_text(encoding="utf-8"))["says"] == "Bär"


@pytest.mark.parametrize(
    "url",
    [
        "folder:", "folder:../etc", "folder:a/b", "folder:.hidden", "folder:/etc", "folder:sign\n", "folder:STOP",
        "folder:STOP-camp",
    ],
)  # fmt: skip
def test_a_folder_lies_in_the_data_folder_and_nowhere_else(tmp_path: Path, url: str) -> None:
    assert isinstance(FolderNotifier(tmp_path).send(message(url)), Refused)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_tried_again(tmp_path: Path) -> None:
    (tmp_path / "sign").write_text("a file where the folder should be")
    result = FolderNotifier(tmp_path).send(message("folder:sign"))
    assert isinstance(result, Unreachable)
    assert "File exists" in result.why


def test_each_address_goes_to_its_channel_and_an_unknown_one_is_refused(tmp_path: Path, hook: Hook) -> None:
    channels: Notifiers = notifiers(tmp_path)
    assert [channels.send(message(url)) for url in ("folder:sign", hook.url)] == [Sent(), Sent()]
    refused = channels.send(message("pigeon://coop"))
    assert refused == Refused("no channel for this address; there are folder, http, https")

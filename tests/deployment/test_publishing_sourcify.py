"""Sourcify.publish(submission): as the APIv2 is documented

when it is taken: asked until the job is done, however long it is pending, or the service is away
when it is there already, before or at the end: a publication that says so
when a job runs already, or it is asked too often: handed in again later
when it does not match, is refused, or the answer is none: an error in the service's words; nothing moved
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from stablecoin_tools.addresses import Address
from stablecoin_tools.deployment.publishing import Publication, Sourcify, Submission
from stablecoin_tools.errors import ConfigError, DeploymentError, Moved, RateLimited, StablecoinError, Unreachable
from tests.deployment.services import (
    JOB,
    Clock,
    Reply,
    ScriptedService,
    answered,
    patience,
    running_service,
    sourcify_accepted,
    sourcify_error,
    sourcify_job,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

COIN = Address(b"\x01" * 20)
SUBMISSION = Submission(
    31337,
    COIN,
    "contracts/Stablecoin.sol:Stablecoin",
    "0.8.37+commit.f401782d",
    {"language": "Solidity", "sources": {"contracts/Stablecoin.sol": {"content": "contract …"}}, "settings": {}},
    constructor_arguments=b"\x12",
    creation_transaction="0x" + "ab" * 32,
)
ALREADY = sourcify_error("already_verified", "Contract 0x… on chain 31337 is already verified.", 409)
BUSY = sourcify_error("duplicate_verification_request", "Contract 0x… is already being verified.", 429)


@pytest.fixture
def service() -> Iterator[ScriptedService]:
    with running_service() as started:
        yield started


@pytest.fixture
def clock() -> Clock:
    return Clock()


def publish(service: ScriptedService, clock: Clock) -> Publication:
    return Sourcify(service.url, patience=patience(clock)).publish(SUBMISSION)


def refusal(service: ScriptedService, clock: Clock, *replies: Reply) -> StablecoinError:
    service.says(*replies)
    with pytest.raises(StablecoinError) as refused:
        publish(service, clock)
    assert refused.value.moved is Moved.NO
    assert service.url.removeprefix("http://") not in f"{refused.value} {refused.value.hint} {refused.value.__cause__}"
    return refused.value


def test_what_is_handed_in_is_what_the_api_asks_for(service: ScriptedService, clock: Clock) -> None:
    service.says(sourcify_accepted(), sourcify_job("exact_match"))

    found = publish(service, clock)

    handed_in, asked = service.asked
    assert (handed_in.method, handed_in.path) == ("POST", f"/v2/verify/31337/{COIN}")
    assert handed_in.json == {
        "stdJsonInput": dict(SUBMISSION.standard_json),
        "compilerVersion": "0.8.37+commit.f401782d",
        "contractIdentifier": "contracts/Stablecoin.sol:Stablecoin",
        "creationTransactionHash": "0x" + "ab" * 32,
    }
    assert (asked.method, asked.path, asked.query) == ("GET", f"/v2/verify/{JOB}", {})
    assert found == Publication("Sourcify", SUBMISSION.full_name, COIN, "exact_match")
    assert clock.slept == []


def test_a_transaction_that_nobody_knows_is_left_out(service: ScriptedService, clock: Clock) -> None:
    service.says(sourcify_accepted(), sourcify_job("match"))
    unknown = Submission(31337, COIN, "a.sol:A", "0.8.37", {})

    found = Sourcify(service.url + "/", patience=patience(clock)).publish(unknown)

    assert "creationTransactionHash" not in service.asked[0].json
    assert (found.words, found.was_there) == ("match", False)


def test_it_is_asked_until_the_job_is_done_whatever_comes_between(service: ScriptedService, clock: Clock) -> None:
    pending, away = sourcify_job(done=False), Reply(b"<html>", 502)
    service.says(sourcify_accepted(), pending, pending, away, BUSY, Reply(b"", cut=True), sourcify_job("exact_match"))

    assert publish(service, clock).words == "exact_match"
    assert clock.slept == [3.0] * 5


def test_what_is_there_already_is_no_error(service: ScriptedService, clock: Clock) -> None:
    service.says(ALREADY)
    at_once = publish(service, clock)
    service.says(sourcify_accepted(), sourcify_job(error={"customCode": "already_verified", "message": "No better."}))
    in_the_end = publish(service, clock)

    assert at_once == in_the_end
    assert (at_once.was_there, at_once.words) == (True, "already_verified")


def test_while_a_job_of_another_runs_it_waits_for_its_turn(service: ScriptedService, clock: Clock) -> None:
    service.says(BUSY, BUSY, ALREADY)

    assert publish(service, clock).was_there
    assert [asked.method for asked in service.asked] == ["POST"] * 3
    assert clock.slept == [3.0, 3.0]


def test_code_that_does_not_match_is_refused_in_its_words(service: ScriptedService, clock: Clock) -> None:
    error = {"customCode": "no_match", "message": "The onchain and recompiled bytecodes don't match.", "errorId": JOB}

    refused = refusal(
        service, clock, sourcify_accepted(), sourcify_job(error=error | {"onchainRuntimeCode": "0x60" * 9})
    )

    assert isinstance(refused, DeploymentError)
    assert "no_match: The onchain and recompiled bytecodes don't match." in str(refused)
    assert f"contracts/Stablecoin.sol:Stablecoin at {COIN}" in str(refused)
    assert "0x60" not in str(refused)


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (sourcify_error("invalid_parameter", "Contract identifier is required", 400), "invalid_parameter: Contract id"),
        (sourcify_error("unsupported_chain", "Chain 31337 not found", 404), "unsupported_chain: Chain 31337 not found"),
        (answered({"verificationId": "../../contract"}, 202), "HTTP status 202"),
        (answered({"verificationId": 5}, 202), "HTTP status 202"),
        (answered({"verificationId": JOB}, 200), "HTTP status 200"),
        (answered([], 202), "HTTP status 202"),
        (answered({"customCode": "some_other", "message": None}, 409), "some_other"),
    ],
    ids=["400", "404", "a path", "a number", "200", "a list", "409"],
)
def test_what_it_does_not_take_is_refused_at_once(
    service: ScriptedService, clock: Clock, reply: Reply, words: str
) -> None:
    refused = refusal(service, clock, reply)

    assert isinstance(refused, DeploymentError)
    assert words in str(refused)
    assert len(service.asked) == 1


@pytest.mark.parametrize(
    "reply",
    [
        sourcify_job(None),
        sourcify_job("perfect"),
        answered({"isJobCompleted": "yes", "contract": {"match": "exact_match"}}),
        answered({"isJobCompleted": True, "contract": "exact_match"}),
        answered("done"),
        sourcify_error("job_not_found", "No verification job found", 404),
    ],
    ids=["no match", "an unknown match", "a text", "no contract", "no object", "404"],
)
def test_an_end_that_says_no_match_is_none(service: ScriptedService, clock: Clock, reply: Reply) -> None:
    assert isinstance(refusal(service, clock, sourcify_accepted(), reply), DeploymentError)


def test_a_job_without_an_end_is_left_when_patience_ends(service: ScriptedService, clock: Clock) -> None:
    refused = refusal(service, clock, sourcify_accepted(), sourcify_job(done=False))

    assert isinstance(refused, DeploymentError)
    assert "is not done in 60 s: it is still compiling" in str(refused)
    assert "again later" in refused.hint
    assert clock.now == 60


def test_asked_too_often_for_too_long_it_says_so(service: ScriptedService, clock: Clock) -> None:
    refused = refusal(service, clock, Reply(b"Too many requests", 429))

    assert isinstance(refused, RateLimited)
    assert "again later" in refused.hint
    assert clock.now == 60


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (
            sourcify_error("internal_error", "The server encountered an unexpected error.", 500),
            "HTTP status 500): The s",
        ),
        (Reply(b"<html>", 503), "HTTP status 503"),
        (Reply(b"<html>", 404), "nothing that can be read (HTTP status 404)"),
        (Reply(b"{", 202), "nothing that can be read"),
        (Reply(b"\xff\xfe", 202), "nothing that can be read"),
        (Reply(b"[" * 100_000, 202), "nothing that can be read"),
        (Reply(b"{}", 301, location="http://127.0.0.1:9/v2"), "somewhere else (HTTP status 301)"),
        (Reply(b"{}", 307, location="https://user:word@example.com"), "somewhere else (HTTP status 307)"),
        (Reply(b" " * (5 * 2**20), 202), "more than 4 MiB"),
        (Reply(b"{}", 202, cut=True), "cannot be reached"),
    ],
    ids=lambda value: value[:20] if isinstance(value, str) else "",
)
def test_a_post_that_finds_no_answer_is_not_repeated(
    service: ScriptedService, clock: Clock, reply: Reply, words: str
) -> None:
    refused = refusal(service, clock, reply)

    assert isinstance(refused, Unreachable)
    assert words in str(refused)
    assert "again later" in refused.hint
    assert len(service.asked) == 1


@pytest.mark.parametrize("kind", ["held", "dripped"])
def test_an_answer_that_does_not_come_or_does_not_end_is_waited_for_so_long_only(
    service: ScriptedService, kind: str
) -> None:
    service.says(Reply(b"", 202, held=kind == "held", dripped=kind == "dripped"))
    brief = Sourcify(service.url, patience=patience(_ticking(), answer_seconds=0.2))

    with pytest.raises(Unreachable, match=r"in 0\.2 s"):
        brief.publish(SUBMISSION)


def test_nobody_at_the_address_is_unreachable(clock: Clock) -> None:
    with pytest.raises(Unreachable, match="cannot be reached: ConnectionError"):
        Sourcify("http://127.0.0.1:9/secret", patience=patience(clock)).publish(SUBMISSION)


@pytest.mark.parametrize("url", ["", "sourcify.dev", "ftp://sourcify.dev"])
def test_a_url_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(ConfigError, match="URL of Sourcify"):
        Sourcify(url)


def test_long_and_odd_words_are_shown_in_one_line(service: ScriptedService, clock: Clock) -> None:
    error = {"customCode": "compiler_error", "message": "a\nb\x1b[31m\ud800 " + "c" * 5_000}

    shown = str(refusal(service, clock, sourcify_accepted(), sourcify_job(error=error)))

    assert "a b [31m c" in shown
    assert "\n" not in shown
    assert len(shown) < 500


def _ticking() -> Clock:
    """A clock that moves by itself, as far as it is asked."""

    class Ticking(Clock):
        def __call__(self) -> float:
            self.now += 0.1
            return self.now

    return Ticking()

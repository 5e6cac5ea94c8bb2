"""Etherscan.publish(submission), Etherscan.link(proxy, implementation): as the API V2 is documented

when it is taken: asked by its receipt until it is done
when it is there already: a publication that says so
when the node behind it has not seen the contract yet, or it is asked too often: handed in again later
when it does not match, the key is refused, or the answer is none: an error in the service's words; nothing moved
whatever happens: the key is in no URL, error, repr or log
"""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING

import pytest

from stablecoin_tools.addresses import Address
from stablecoin_tools.deployment.publishing import ETHERSCAN_URL, Etherscan, Publication, Submission
from stablecoin_tools.errors import ConfigError, DeploymentError, Moved, RateLimited, StablecoinError, Unreachable
from tests.deployment.services import (
    API_KEY,
    GUID,
    Clock,
    Reply,
    ScriptedService,
    answered,
    etherscan,
    patience,
    running_service,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

COIN, IMPLEMENTATION = Address(b"\x01" * 20), Address(b"\x02" * 20)
SUBMISSION = Submission(
    11155111,
    COIN,
    "contracts/Stablecoin.sol:Stablecoin",
    "0.8.37+commit.f401782d",
    {"language": "Solidity", "sources": {"contracts/Stablecoin.sol": {"content": "contract …"}}, "settings": {}},
    constructor_arguments=b"\x12\x34",
)
TAKEN = etherscan(GUID, ok=True)
PENDING = etherscan("Pending in queue")
PASSED = etherscan("Pass - Verified", ok=True)
TOO_OFTEN = "Max calls per sec rate limit reached (3/sec)"
FOUND = f"The proxy's ({COIN}) implementation contract is found at {IMPLEMENTATION} and is successfully updated."


@pytest.fixture
def service() -> Iterator[ScriptedService]:
    with running_service() as started:
        yield started


@pytest.fixture
def clock() -> Clock:
    return Clock()


def explorer(service: ScriptedService, clock: Clock) -> Etherscan:
    return Etherscan(service.url + "/v2/api", key=API_KEY, patience=patience(clock))


def refusal(service: ScriptedService, clock: Clock, *replies: Reply) -> StablecoinError:
    service.says(*replies)
    with pytest.raises(StablecoinError) as refused:
        explorer(service, clock).publish(SUBMISSION)
    told = f"{refused.value} {refused.value.hint} {refused.value.__cause__!r}"
    assert refused.value.moved is Moved.NO
    assert not any(secret in told for secret in (API_KEY, "K3Y", service.url.removeprefix("http://")))
    return refused.value


def test_what_is_handed_in_is_what_the_api_asks_for(service: ScriptedService, clock: Clock) -> None:
    service.says(TAKEN, PENDING, PENDING, PASSED)

    found = explorer(service, clock).publish(SUBMISSION)

    handed_in, *asked = service.asked
    assert (handed_in.method, handed_in.path, handed_in.query) == ("POST", "/v2/api", {"chainid": "11155111"})
    form = handed_in.form
    assert json.loads(form.pop("sourceCode")) == SUBMISSION.standard_json
    assert form == {
        "module": "contract",
        "action": "verifysourcecode",
        "apikey": API_KEY,
        "contractaddress": str(COIN),
        "codeformat": "solidity-standard-json-input",
        "contractname": "contracts/Stablecoin.sol:Stablecoin",
        "compilerversion": "v0.8.37+commit.f401782d",
        "constructorArguements": "1234",
        "constructorArguments": "1234",
    }
    assert len(asked) == 3
    assert asked[0].query == {"chainid": "11155111"}
    assert asked[0].form == {
        "module": "contract",
        "action": "checkverifystatus",
        "apikey": API_KEY,
        "guid": GUID,
    }
    assert found == Publication("Etherscan", SUBMISSION.full_name, COIN, "Pass - Verified")
    assert clock.slept == [3.0, 3.0]


@pytest.mark.parametrize(
    "replies",
    [
        [etherscan("Contract source code already verified")],
        [etherscan("Smart-contract already verified.")],
        [TAKEN, PENDING, etherscan("Already Verified")],
        [TAKEN, etherscan("Already Verified", ok=True)],
    ],
    ids=["at once", "Blockscout", "in the end", "in the end, as a yes"],
)
def test_what_is_there_already_is_no_error(service: ScriptedService, clock: Clock, replies: list[Reply]) -> None:
    service.says(*replies)

    found = explorer(service, clock).publish(SUBMISSION)

    assert found.was_there
    assert "already verified" in found.words.lower()


def test_what_was_refused_for_now_is_handed_in_again(service: ScriptedService, clock: Clock) -> None:
    unseen = etherscan(f"Unable to locate ContractCode at {COIN}")
    service.says(unseen, etherscan(TOO_OFTEN), Reply(b"{}", 429), TAKEN, etherscan(TOO_OFTEN), Reply(b"", 502), PASSED)

    assert explorer(service, clock).publish(SUBMISSION).words == "Pass - Verified"
    assert [asked.form["action"] for asked in service.asked] == ["verifysourcecode"] * 4 + ["checkverifystatus"] * 3
    assert clock.slept == [3.0] * 5


@pytest.mark.parametrize(
    "words",
    [
        "Fail - Unable to verify",
        "Fail - Unable to verify. Compiled contract runtime bytecode does NOT match the on-chain runtime bytecode.",
    ],
)
def test_code_that_does_not_match_is_refused_in_its_words(service: ScriptedService, clock: Clock, words: str) -> None:
    refused = refusal(service, clock, TAKEN, PENDING, etherscan(words))

    assert isinstance(refused, DeploymentError)
    assert str(refused) == f"Etherscan does not take {SUBMISSION.full_name} at {COIN}: {words.rstrip('.')}."


@pytest.mark.parametrize(
    "words",
    [
        "Missing or unsupported chainid parameter (required for v2 api), please see chainlist",
        "Error! Missing Or invalid Action name",
        "Invalid constructor arguments provided. Please verify that they are in ABI-encoded format",
    ],
)
def test_what_it_does_not_take_is_refused_at_once(service: ScriptedService, clock: Clock, words: str) -> None:
    refused = refusal(service, clock, etherscan(words))

    assert isinstance(refused, DeploymentError)
    assert words in str(refused)
    assert len(service.asked) == 1


@pytest.mark.parametrize(
    "words",
    ["Invalid API Key", f"Invalid API Key {API_KEY}", "Too many invalid api key attempts, please try again later"],
)
def test_a_key_that_is_refused_is_a_config_error(service: ScriptedService, clock: Clock, words: str) -> None:
    refused = refusal(service, clock, etherscan(words))

    assert isinstance(refused, ConfigError)
    assert len(service.asked) == 1


def test_without_a_key_etherscan_itself_is_not_asked() -> None:
    with pytest.raises(ConfigError, match="without an API key"):
        Etherscan()
    Etherscan(key=API_KEY)
    Etherscan("https://eth-sepolia.blockscout.com/api")


def test_without_a_key_another_explorer_gets_none(service: ScriptedService, clock: Clock) -> None:
    service.says(TAKEN, PASSED)

    Etherscan(service.url, patience=patience(clock)).publish(SUBMISSION)

    assert not any("apikey" in asked.form for asked in service.asked)


def test_asked_too_often_for_too_long_it_says_so(service: ScriptedService, clock: Clock) -> None:
    refused = refusal(service, clock, etherscan("Max rate limit reached, please use API Key for higher rate limit"))

    assert isinstance(refused, RateLimited)
    assert "again later" in refused.hint
    assert clock.now == 60


def test_a_queue_without_an_end_is_left_when_patience_ends(service: ScriptedService, clock: Clock) -> None:
    refused = refusal(service, clock, TAKEN, PENDING)

    assert isinstance(refused, DeploymentError)
    assert "is not done in 60 s: Pending in queue" in str(refused)


@pytest.mark.parametrize(
    "reply",
    [
        answered([]),
        answered({"status": "1"}),
        answered({"status": "1", "message": 5, "result": None}),
        Reply(b"<html>"),
        Reply(b"{"),
        Reply(b"", 500),
        Reply(b"", 302, location=ETHERSCAN_URL),
        Reply(b"x" * (5 * 2**20)),
        Reply(b"{}", cut=True),
    ],
    ids=["a list", "no words", "other words", "html", "half", "500", "redirect", "too long", "cut"],
)
def test_an_answer_that_is_none_is_unreachable_and_the_post_is_not_repeated(
    service: ScriptedService, clock: Clock, reply: Reply
) -> None:
    assert isinstance(refusal(service, clock, reply), Unreachable)
    assert len(service.asked) == 1


def test_a_proxy_is_linked_to_its_implementation(service: ScriptedService, clock: Clock) -> None:
    service.says(TAKEN, etherscan("Verification in progress"), etherscan(FOUND, ok=True))

    found = explorer(service, clock).link(11155111, COIN, IMPLEMENTATION)

    handed_in, asked, _ = service.asked
    assert handed_in.query == {"chainid": "11155111"}
    assert handed_in.form == {
        "module": "contract",
        "action": "verifyproxycontract",
        "apikey": API_KEY,
        "address": str(COIN),
        "expectedimplementation": str(IMPLEMENTATION),
    }
    assert (asked.form["action"], asked.form["guid"]) == ("checkproxyverification", GUID)
    assert found.words == FOUND.rstrip(".")


def test_a_proxy_that_is_not_seen_as_one_is_refused(service: ScriptedService, clock: Clock) -> None:
    words = "A corresponding implementation contract was unfortunately not detected for the proxy address."
    service.says(TAKEN, etherscan(words))

    with pytest.raises(DeploymentError, match="not detected") as refused:
        explorer(service, clock).link(11155111, COIN, IMPLEMENTATION)

    assert refused.value.moved is Moved.NO
    assert str(IMPLEMENTATION) in str(refused.value)


def test_the_key_stands_in_no_url_log_or_repr(
    service: ScriptedService, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    service.says(TAKEN, PASSED)
    client = explorer(service, clock)

    with caplog.at_level(logging.DEBUG):
        client.publish(SUBMISSION)

    assert "POST /v2/api?chainid=11155111" in caplog.text  # the library does log URLs
    told = f"{caplog.text} {client!r} {client._service!r}"
    assert not any(secret in told for secret in ("K3Y", "odd"))
    assert all(asked.form["apikey"] == API_KEY for asked in service.asked)


def test_words_that_repeat_the_key_are_shown_without_it(service: ScriptedService, clock: Clock) -> None:
    quoted = "K3Y%2Fwith%2Bodd%26signs"

    assert "<hidden> or <hidden>" in str(refusal(service, clock, etherscan(f"Not by {API_KEY} or {quoted}")))

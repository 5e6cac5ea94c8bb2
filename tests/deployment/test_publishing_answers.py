"""Whatever a service answers: it is understood, or an error of ours by which nothing moved, and which hides the key."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from stablecoin_tools.addresses import Address
from stablecoin_tools.deployment.publishing import Etherscan, Publication, Sourcify, Submission
from stablecoin_tools.errors import Moved, StablecoinError
from tests.deployment.services import API_KEY, GUID, JOB, Clock, Reply, ScriptedService, patience, running_service

if TYPE_CHECKING:
    from collections.abc import Iterator

SUBMISSION = Submission(31337, Address(b"\x01" * 20), "a.sol:A", "0.8.37", {"sources": {}})
SAID = [API_KEY, GUID, JOB, "1", "0", "Pass - Verified", "Pending in queue", "Already Verified", "rate limit", "match"]
SAID += ["exact_match", "already_verified", "Invalid API Key"]
KEYS = ["status", "message", "result", "verificationId", "isJobCompleted", "contract", "match", "error", "customCode"]
values = st.recursive(
    st.none() | st.booleans() | st.integers(-1, 2) | st.text(max_size=5) | st.sampled_from(SAID),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(
            st.sampled_from(KEYS),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)
replies = st.builds(
    Reply,
    st.binary(max_size=20) | values.map(lambda value: json.dumps(value).encode()),
    st.sampled_from([200, 202, 204, 302, 400, 404, 409, 429, 500]),
)


@pytest.fixture
def service() -> Iterator[ScriptedService]:
    with running_service() as started:
        yield started


def outcome(client: Sourcify | Etherscan) -> Publication | StablecoinError:
    try:
        return client.publish(SUBMISSION)
    except StablecoinError as error:
        refused = error
    told = f"{refused} {refused.hint}"
    assert refused.moved is Moved.NO
    assert API_KEY not in told
    assert told.isprintable()
    return refused


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(first=replies, then=replies)
@example(first=Reply(b'{"verificationId": "' + JOB.encode() + b'"}', 202), then=Reply(b'{"isJobCompleted": true}'))
def test_whatever_sourcify_answers(service: ScriptedService, first: Reply, then: Reply) -> None:
    service.says(first, then)

    found = outcome(Sourcify(service.url, patience=patience(Clock(), job_seconds=6)))

    if isinstance(found, Publication):
        assert found.was_there == (found.words == "already_verified")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(first=replies, then=replies)
@example(first=Reply(b'{"status": "1", "result": "x"}'), then=Reply(b'{"status": "0", "result": {"a": 1}}'))
def test_whatever_etherscan_answers(service: ScriptedService, first: Reply, then: Reply) -> None:
    service.says(first, then)

    found = outcome(Etherscan(service.url, key=API_KEY, patience=patience(Clock(), job_seconds=6)))

    if isinstance(found, Publication):
        assert API_KEY not in found.words

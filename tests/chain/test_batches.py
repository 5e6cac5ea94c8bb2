"""Many questions in one round trip, over real HTTP, against a node that answers batches as nodes do

when many are asked: one POST for a hundred of them, each answer read as if it was asked alone; one goes plain
when answers come in another order, not at all, twice or as nonsense: none is ever taken for another's
when the node takes no batches, however it says so: each is asked alone, from then on
when the node is busy or does not answer: all have that error, and the node is not asked for the rest
given a transport without batches: each is asked alone
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from stablecoin_tools.addresses import Address
from stablecoin_tools.chain import Call, FeeHistory, HttpChain, HttpTransport, Survey
from stablecoin_tools.errors import ChainError, NodeRefused, RateLimited, Unreachable
from stablecoin_tools.networks import find_network
from stablecoin_tools.reverts import AccountBlacklisted
from tests.chain.echo import revert_data
from tests.chain.node import Answer, ScriptedNode, answered, running_node

if TYPE_CHECKING:
    from collections.abc import Iterator

PARTY = Address(b"\xab" * 20)
SEND = "eth_sendRawTransaction"
BLACKLISTED = {"code": 3, "message": "reverted", "data": "0x" + revert_data("AccountBlacklisted(address)", PARTY).hex()}
FEES = {
    "eth_feeHistory": {"baseFeePerGas": ["0x7", "0x8"], "reward": [["0x2"]]},
    "eth_getBalance": "0x9",
    "eth_getTransactionCount": "0xa",
}
SURVEYED = Survey((21_000,), FeeHistory(8, (2,), 0), balance_wei=9, nonce=10)


@pytest.fixture
def node() -> Iterator[ScriptedNode]:
    with running_node() as started:
        started.results(eth_estimateGas="0x5208", eth_sendRawTransaction="0x" + "11" * 32, **FEES)
        yield started


@pytest.fixture
def chain(node: ScriptedNode) -> HttpChain:
    started = HttpChain(find_network("anvil"), HttpTransport(node.url, timeout_seconds=2))
    node.posts.clear()
    node.asked.clear()
    return started


def hash_of(number: int) -> str:
    return f"0x{number:064x}"


def block_of(request: dict[str, Any]) -> dict[str, Any]:
    """The block whose hash is its number."""
    return {"jsonrpc": "2.0", "id": request["id"], "result": {"hash": hash_of(int(request["params"][0], 16))}}


def test_many_questions_are_one_request_and_one_alone_is_none(node: ScriptedNode, chain: HttpChain) -> None:
    node.batch = lambda requests: answered([block_of(one) for one in requests])

    assert chain.block_hashes([5, 3, 4]) == [hash_of(5), hash_of(3), hash_of(4)]
    assert [len(post) for post in node.posts] == [3]
    assert all(one["jsonrpc"] == "2.0" for one in node.asked)
    assert len({one["id"] for one in node.asked}) == 3

    node.results(eth_getBlockByNumber={"hash": hash_of(6)})
    assert chain.block_hashes([6]) == [hash_of(6)]
    assert chain.block_hashes([]) == []
    assert [type(post) for post in node.posts] == [list, dict]


def test_a_hundred_questions_go_into_one_request(node: ScriptedNode, chain: HttpChain) -> None:
    node.batch = lambda requests: answered([block_of(one) for one in requests])

    assert chain.block_hashes(range(250)) == [hash_of(number) for number in range(250)]
    assert [len(post) for post in node.posts] == [100, 100, 50]

    node.posts.clear()
    node.results(eth_getBlockByNumber={"hash": hash_of(100)})
    assert chain.block_hashes(range(101)) == [hash_of(number) for number in range(101)]
    assert [type(post) for post in node.posts] == [list, dict]


def test_answers_may_come_in_any_order(node: ScriptedNode, chain: HttpChain) -> None:
    node.batch = lambda requests: answered([block_of(one) for one in (*requests[1::2], *requests[::2][::-1])])

    assert chain.block_hashes(range(7)) == [hash_of(number) for number in range(7)]


@pytest.mark.parametrize(
    "bend",
    [
        lambda answers: [*answers[:1], *answers[2:]],
        lambda answers: [answers[0], answers[0], *answers[2:]],
        lambda answers: [answers[0], *answers[2:], {**answers[1], "id": 10**9}],
        lambda answers: [answers[0], *answers[2:], {**answers[1], "id": None}],
        lambda answers: [answers[0], *answers[2:], {**answers[1], "id": [1]}],
        lambda answers: [answers[0], {"jsonrpc": "2.0", "id": answers[1]["id"]}, *answers[2:]],
        lambda answers: [answers[0], None, "text", 5, [], *answers[2:]],
    ],
    ids=["lost", "another twice", "unknown id", "no id", "odd id", "neither result nor error", "nonsense"],
)
def test_a_missing_answer_is_never_anothers(node: ScriptedNode, chain: HttpChain, bend: Any) -> None:
    taken = "0x" + "11" * 32
    node.batch = lambda requests: answered(bend([{"id": one["id"], "result": taken} for one in requests]))

    found = chain.publish_many([b"\x01", b"\x02", b"\x03", b"\x04"])

    lost = [place for place, error in enumerate(found) if isinstance(error, Unreachable)]
    assert 1 in lost
    assert set(lost) <= {0, 1}  # whoever is answered twice is not answered either
    assert [error for place, error in enumerate(found) if place not in lost] == [None] * (4 - len(lost))


def test_two_answers_to_one_question_are_none(node: ScriptedNode, chain: HttpChain) -> None:
    def second_is_answered_twice(requests: list[dict[str, Any]]) -> Answer:
        refused = {"id": requests[1]["id"], "error": {"code": -32000, "message": "nonce too low"}}
        return answered([*node.members(requests), refused])

    node.batch = second_is_answered_twice
    first, second, third = chain.publish_many([b"\x01", b"\x02", b"\x03"])

    assert first is third is None
    assert isinstance(second, Unreachable)


def test_a_missing_answer_is_raised_by_what_raises(node: ScriptedNode, chain: HttpChain) -> None:
    node.results(eth_getTransactionReceipt=None)
    node.batch = lambda requests: answered(node.members(requests)[:-1])

    with pytest.raises(Unreachable, match="eth_getTransactionReceipt"):
        chain.receipts([hash_of(1), hash_of(2)])


@pytest.mark.parametrize("lost", [1, 2, 3])
def test_a_survey_lacks_nothing(node: ScriptedNode, chain: HttpChain, lost: int) -> None:
    node.batch = lambda requests: answered([one for place, one in enumerate(node.members(requests)) if place != lost])

    with pytest.raises(Unreachable):
        chain.survey([Call(PARTY)], sender=PARTY)


def test_a_survey_is_one_request(node: ScriptedNode, chain: HttpChain) -> None:
    assert chain.survey([Call(PARTY)], sender=PARTY) == SURVEYED
    assert chain.survey([], sender=PARTY) == Survey((), SURVEYED.fee_history, 9, 10)

    assert [[one["method"] for one in post] for post in node.posts] == [["eth_estimateGas", *FEES], [*FEES]]
    assert node.asked[0]["params"][0]["from"] == str(PARTY)
    assert node.asked[3]["params"] == [str(PARTY), "pending"]


def test_a_survey_asks_for_a_tip_only_where_blocks_give_no_hint(node: ScriptedNode, chain: HttpChain) -> None:
    node.results(eth_feeHistory={"baseFeePerGas": ["0x8"], "reward": [["0x0"]]}, eth_maxPriorityFeePerGas="0x3")

    assert chain.survey([], sender=PARTY).fee_history == FeeHistory(8, (0,), 3)
    assert [type(post) for post in node.posts] == [list, dict]


def test_what_one_estimate_is_refused_for_is_a_value(node: ScriptedNode, chain: HttpChain) -> None:
    node.errors(eth_call={"code": -32000, "message": "insufficient funds"}, eth_estimateGas=BLACKLISTED)

    def second_is_refused(requests: list[dict[str, Any]]) -> Answer:
        answers = node.members(requests)
        return answered(
            [answers[0], {"id": requests[1]["id"], "error": {"code": -32000, "message": "no"}}, *answers[2:]]
        )

    node.batch = second_is_refused
    reverted, refused = chain.survey([Call(PARTY), Call(PARTY)], sender=PARTY).gas

    assert isinstance(reverted, AccountBlacklisted)
    assert reverted.account == PARTY
    assert isinstance(refused, NodeRefused)


@pytest.mark.parametrize("method", FEES)
def test_what_anything_else_is_refused_for_is_raised(node: ScriptedNode, chain: HttpChain, method: str) -> None:
    node.errors(**{method: {"code": -32000, "message": "header not found"}})

    with pytest.raises(NodeRefused, match="header not found"):
        chain.survey([Call(PARTY)], sender=PARTY)


def test_one_refused_transaction_leaves_the_others_alone(node: ScriptedNode, chain: HttpChain) -> None:
    def second_is_refused(requests: list[dict[str, Any]]) -> Answer:
        answers = node.members(requests)
        answers[1] = {"id": requests[1]["id"], "error": {"code": -32000, "message": "nonce too low"}}
        return answered(answers)

    node.batch = second_is_refused
    first, second, third = chain.publish_many([b"\x01", b"\x02", b"\x03"])

    assert first is third is None
    assert isinstance(second, NodeRefused)
    assert "nonce too low" in str(second)
    assert [one["params"] for one in node.asked] == [["0x01"], ["0x02"], ["0x03"]]


REFUSED = {"jsonrpc": "2.0", "id": None, "error": {"code": -32600, "message": "Invalid request"}}


@pytest.mark.parametrize(
    "answer",
    [
        answered(REFUSED),
        answered({"jsonrpc": "2.0", "error": {"code": -32700, "message": "parse error"}}, status=400),
        answered([REFUSED]),
        answered({"id": 1, "error": {"code": -32005, "message": "batch limit exceeded"}}),
        answered("batches are not supported"),
        answered(None),
        answered({}),
        Answer(b"Method Not Allowed", 405),
        Answer(b"<html>Request Entity Too Large</html>", 413),
        Answer(b"", 400),
    ],
    ids=lambda answer: f"{answer.status} {answer.body[:60]!r}",
)
def test_a_node_that_refuses_batches_is_asked_one_by_one_from_then_on(
    node: ScriptedNode, chain: HttpChain, answer: Answer
) -> None:
    node.batch = lambda _: answer

    assert chain.survey([Call(PARTY)], sender=PARTY) == SURVEYED
    assert chain.survey([Call(PARTY)], sender=PARTY) == SURVEYED
    assert [type(post) for post in node.posts] == [list, *[dict] * 8]


@pytest.mark.parametrize("named", [1, 3])
def test_a_batch_that_is_too_large_is_asked_one_by_one(node: ScriptedNode, chain: HttpChain, named: int) -> None:
    error = {"code": -32600, "message": "batch too large"}
    node.batch = lambda requests: answered([{"id": one["id"], "error": error} for one in requests[:named]])

    assert chain.publish_many([b"\x01", b"\x02", b"\x03"]) == [None] * 3
    assert [type(post) for post in node.posts] == [list, *[dict] * 3]


def test_what_a_contract_says_of_batches_is_its_refusal(node: ScriptedNode, chain: HttpChain) -> None:
    node.errors(eth_estimateGas={"code": 3, "message": "execution reverted: batch too long"})

    chain.survey([Call(PARTY)], sender=PARTY)
    chain.survey([Call(PARTY)], sender=PARTY)

    assert [type(post) for post in node.posts] == [list, list]


def test_one_by_one_each_has_its_own_refusal(node: ScriptedNode, chain: HttpChain) -> None:
    node.batch = lambda _: answered(REFUSED)
    node.errors(eth_sendRawTransaction={"code": -32000, "message": "nonce too low"})

    first, second = chain.publish_many([b"\x01", b"\x02"])

    assert isinstance(first, NodeRefused)
    assert isinstance(second, NodeRefused)
    assert len(node.posts) == 3


BUSY = [
    Answer(b"slow down", 429),
    answered({"id": None, "error": {"code": -32005, "message": "daily request count exceeded"}}),
    answered({"id": None, "error": {"code": 429, "message": "exceeded its compute units"}}, status=400),
]
SILENT = [
    Answer(b"<html>Bad Gateway</html>", 502),
    Answer(b"not json"),
    Answer(b"[" * 1000),
    Answer(b'[{"jsonrpc"', cut=True),
    Answer(b"", held=True),
]


@pytest.mark.parametrize(
    ("answer", "kind"), [*((one, RateLimited) for one in BUSY), *((one, Unreachable) for one in SILENT)], ids=repr
)
def test_a_request_without_an_answer_is_the_error_of_all(
    node: ScriptedNode, answer: Answer, kind: type[ChainError]
) -> None:
    chain = HttpChain(find_network("anvil"), HttpTransport(node.url, timeout_seconds=0.2))
    node.posts.clear()
    node.batch = lambda _: answer

    found = chain.publish_many([bytes([number]) for number in range(150)])
    assert len(found) == 150
    assert all(isinstance(error, kind) for error in found)
    assert len(node.posts) == 1  # nobody is asked the rest
    for ask in (
        lambda: chain.receipts([hash_of(1), hash_of(2)]),
        lambda: chain.block_hashes([1, 2]),
        lambda: chain.survey([Call(PARTY)], sender=PARTY),
    ):
        with pytest.raises(kind):
            ask()

    node.batch = None
    assert chain.survey([Call(PARTY)], sender=PARTY) == SURVEYED  # it was no refusal of batches
    assert isinstance(node.posts[-1], list)


def test_a_second_request_without_an_answer_keeps_the_answers_of_the_first(
    node: ScriptedNode, chain: HttpChain
) -> None:
    node.batch = lambda requests: Answer(b"", 502) if len(requests) < 100 else answered(node.members(requests))

    found = chain.publish_many([bytes([number]) for number in range(150)])

    assert found[:100] == [None] * 100
    assert all(isinstance(error, Unreachable) for error in found[100:])


def test_one_by_one_nobody_waits_for_a_silent_node_twice(node: ScriptedNode, chain: HttpChain) -> None:
    node.batch = lambda _: answered(REFUSED)
    node.answers[SEND] = Answer(b"", 502)

    found = chain.publish_many([b"\x01", b"\x02", b"\x03"])

    assert [type(error) for error in found] == [Unreachable] * 3
    assert len(node.posts) == 2


class OneByOne:
    """A transport with nothing but what every transport has."""

    def __init__(self, url: str) -> None:
        self._transport = HttpTransport(url)

    def make_request(self, method: str, params: Any) -> Any:
        return self._transport.make_request(method, params)


def test_a_transport_without_batches_is_asked_one_by_one(node: ScriptedNode) -> None:
    chain = HttpChain(find_network("anvil"), OneByOne(node.url))
    node.posts.clear()

    assert chain.survey([Call(PARTY)], sender=PARTY) == SURVEYED
    assert [type(post) for post in node.posts] == [dict] * 4

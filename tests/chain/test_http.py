"""HttpChain over real HTTP, against a node that answers as nodes do

when the node is busy: RateLimited, by HTTP status or by JSON-RPC error
when there is no answer, or none that is JSON: Unreachable
when the node is on another chain: WrongChain
when a call reverts: the typed error, wherever the node puts the bytes
when the answer is another shape than the method's: NodeRefused, never an error of the language
the URL, with the access key in it, is shown by nothing
"""

from __future__ import annotations

import sys
import traceback
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stablecoin_tools.addresses import Address
from stablecoin_tools.chain import Call, HttpChain, HttpTransport
from stablecoin_tools.errors import (
    ChainError,
    ConfigError,
    Moved,
    NodeRefused,
    RateLimited,
    Reverted,
    Unreachable,
    WrongChain,
)
from stablecoin_tools.networks import find_network
from stablecoin_tools.reverts import AccountBlacklisted, UnknownRevert
from tests.chain.echo import revert_data
from tests.chain.node import ACCESS_KEY, Answer, ScriptedNode, answered, running_node

if TYPE_CHECKING:
    from collections.abc import Iterator

PARTY = Address(b"\xab" * 20)
CALL = Call(PARTY, b"\x12\x34\x56\x78")
BLACKLISTED = "0x" + revert_data("AccountBlacklisted(address)", str(PARTY)).hex()
SEND = "eth_sendRawTransaction"


@pytest.fixture
def node() -> Iterator[ScriptedNode]:
    with running_node() as started:
        yield started


def chain_of(node: ScriptedNode, timeout_seconds: float = 5) -> HttpChain:
    return HttpChain(find_network("anvil"), HttpTransport(node.url, timeout_seconds=timeout_seconds))


def test_speaks_json_rpc(node: ScriptedNode) -> None:
    node.results(eth_getBalance="0x10")

    assert chain_of(node).balance_wei(PARTY) == 16
    assert [request["method"] for request in node.asked] == ["eth_chainId", "eth_getBalance"]
    assert all(request["jsonrpc"] == "2.0" for request in node.asked)
    assert node.asked[0]["id"] != node.asked[1]["id"]
    assert node.asked[1]["params"] == [str(PARTY), "latest"]


@pytest.mark.parametrize(
    "answer",
    [
        Answer(b"slow down", 429),
        answered({"jsonrpc": "2.0", "id": 1, "error": {"code": 429, "message": "x"}}, status=429),
        answered({"jsonrpc": "2.0", "id": 1, "error": {"code": -32005, "message": "daily request count exceeded"}}),
        answered({"jsonrpc": "2.0", "id": 1, "error": {"code": 429, "message": "exceeded its compute units"}}),
        answered({"jsonrpc": "2.0", "id": 1, "error": {"code": -32000, "message": "Rate limit reached"}}),
        answered({"jsonrpc": "2.0", "id": 1, "error": {"code": -32097, "message": "Too Many Requests"}}),
    ],
)
def test_is_rate_limited_however_the_node_says_so(node: ScriptedNode, answer: Answer) -> None:
    chain = chain_of(node)
    node.answers |= dict.fromkeys(("eth_getBalance", "eth_call", SEND), answer)

    for ask in (lambda: chain.balance_wei(PARTY), lambda: chain.call(CALL), lambda: chain.publish(b"\x02")):
        with pytest.raises(RateLimited) as refused:
            ask()
        assert refused.value.moved is Moved.NO
        assert refused.value.hint


@pytest.mark.parametrize(
    "answer",
    [
        Answer(b"<html><body>502 Bad Gateway</body></html>", 502),
        Answer(b"not json"),
        Answer(b""),
        Answer(b"\xff\xfe\x00"),
        Answer(b'{"jsonrpc": "2.0", "id": 1, "result": "0x', cut=True),
    ],
    ids=["html", "text", "empty", "no text", "cut off"],
)
def test_is_unreachable_when_no_json_comes_back(node: ScriptedNode, answer: Answer) -> None:
    chain = chain_of(node)
    node.answers["eth_getBalance"] = answer

    with pytest.raises(Unreachable):
        chain.balance_wei(PARTY)


def test_an_answer_nested_deeper_than_python_reads_is_a_typed_error(node: ScriptedNode) -> None:
    chain = chain_of(node)
    node.answers["eth_getBalance"] = Answer(b"[" * 2000)
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(1000)  # Python's own; the in-process EVM lifts it
    try:
        with pytest.raises(ChainError):
            chain.balance_wei(PARTY)
    finally:
        sys.setrecursionlimit(limit)


def test_is_unreachable_when_the_node_is_slow(node: ScriptedNode) -> None:
    chain = chain_of(node, timeout_seconds=0.2)
    node.answers["eth_getBalance"] = Answer(b"", held=True)

    with pytest.raises(Unreachable, match=r"0\.2 s"):
        chain.balance_wei(PARTY)


def test_is_unreachable_when_nobody_listens() -> None:
    with running_node() as node:
        url = node.url

    with pytest.raises(Unreachable):
        HttpChain(find_network("anvil"), HttpTransport(url, timeout_seconds=1))


@pytest.mark.parametrize(
    "url", ["http://", "http://a..b/", "http://[::1", "https://exa mple.com", "http://127.0.0.1:99999"]
)
def test_is_unreachable_when_the_url_leads_nowhere(url: str) -> None:
    with pytest.raises(Unreachable):
        HttpChain(find_network("anvil"), HttpTransport(url, timeout_seconds=1))


@pytest.mark.parametrize("url", ["", "127.0.0.1:8545", "ws://127.0.0.1:8545", "file:///etc/hosts", "sepolia"])
def test_refuses_what_is_no_http_url(url: str) -> None:
    with pytest.raises(ConfigError):
        HttpTransport(url)


def test_refuses_a_node_on_another_chain(node: ScriptedNode) -> None:
    node.results(eth_chainId="0x1")

    with pytest.raises(WrongChain, match="chain 1;"):
        chain_of(node)


@pytest.mark.parametrize("answer", ["31337", "", None, 31337.5, [], {}, "0xzz"])
def test_refuses_a_chain_id_that_is_no_quantity_or_another_one(node: ScriptedNode, answer: Any) -> None:
    node.results(eth_chainId=answer)

    with pytest.raises((NodeRefused, WrongChain)):
        chain_of(node)


@pytest.mark.parametrize(
    "error",
    [
        {"code": 3, "message": "execution reverted", "data": BLACKLISTED},
        {
            "code": 3,
            "message": "execution reverted: custom error 0x571f7b49",
            "data": BLACKLISTED.upper().replace("0X", "0x"),
        },
        {"code": -32000, "message": "execution reverted", "data": BLACKLISTED},
        {"code": -32015, "message": "VM execution error.", "data": f"Reverted {BLACKLISTED}"},
        {"code": -32603, "message": "Internal error", "data": {"code": 3, "message": "reverted", "data": BLACKLISTED}},
        {"code": -32603, "message": "Error: VM Exception while processing transaction", "data": {"data": BLACKLISTED}},
    ],
)
def test_reads_a_revert_wherever_the_node_puts_its_bytes(node: ScriptedNode, error: dict[str, Any]) -> None:
    node.errors(eth_call=error, eth_estimateGas=error)
    chain = chain_of(node)

    for ask in (lambda: chain.call(CALL), lambda: chain.estimate_gas(CALL, sender=PARTY)):
        with pytest.raises(AccountBlacklisted) as refused:
            ask()
        assert refused.value.account == PARTY


@pytest.mark.parametrize(
    "error",
    [
        {"code": -32000, "message": "execution reverted"},
        {"code": -32000, "message": "execution reverted", "data": "0x"},
        {"code": -32000, "message": "execution reverted", "data": None},
        {"code": 3, "message": "execution reverted", "data": "0x"},
        {"code": 3, "message": "no words of it"},
        {"code": -32603, "message": "VM Exception: revert", "data": {"stack": "at"}},
        {"code": -32000, "message": "execution reverted", "data": []},
    ],
)
def test_a_revert_without_bytes_is_still_a_refusal(node: ScriptedNode, error: dict[str, Any]) -> None:
    node.errors(eth_call=error)

    with pytest.raises(UnknownRevert) as refused:
        chain_of(node).call(CALL)

    assert refused.value.revert_data == b""


@pytest.mark.parametrize(
    ("error", "error_code"),
    [
        ({"code": -32601, "message": "the method does not exist"}, -32601),
        ({"code": -32000, "message": "header not found", "data": "missing"}, -32000),
        ({"message": "no code at all"}, 0),
        ({"code": "weird", "message": None}, 0),
        ({}, 0),
        ("plain text", 0),
        (["list"], 0),
        (17, 0),
    ],
)
def test_other_errors_are_the_nodes_own(node: ScriptedNode, error: Any, error_code: int) -> None:
    node.errors(eth_call=error)

    with pytest.raises(NodeRefused, match="eth_call") as refused:
        chain_of(node).call(CALL)

    assert refused.value.error_code == error_code


def test_a_refused_send_is_never_taken_for_a_revert_of_the_contract(node: ScriptedNode) -> None:
    node.errors(eth_sendRawTransaction={"code": -32000, "message": "execution reverted", "data": BLACKLISTED})

    with pytest.raises(NodeRefused):
        chain_of(node).publish(b"\x02")


@pytest.mark.parametrize("body", [[], [{"result": "0x1"}], "text", 5, None, True, {}, {"jsonrpc": "2.0", "id": 1}])
def test_refuses_an_answer_that_is_no_json_rpc_response(node: ScriptedNode, body: Any) -> None:
    chain = chain_of(node)
    node.answers["eth_getBalance"] = answered(body)

    with pytest.raises(NodeRefused):
        chain.balance_wei(PARTY)


READS = {
    "eth_call": lambda chain: chain.call(CALL),
    "eth_estimateGas": lambda chain: chain.estimate_gas(CALL, sender=PARTY),
    "eth_getBalance": lambda chain: chain.balance_wei(PARTY),
    "eth_getCode": lambda chain: chain.code(PARTY),
    "eth_getStorageAt": lambda chain: chain.storage(PARTY, 0),
    "eth_getTransactionCount": lambda chain: chain.nonce(PARTY),
    "eth_getBlockByNumber": lambda chain: chain.block(),
    "eth_feeHistory": lambda chain: chain.fee_history(),
    "eth_getTransactionReceipt": lambda chain: chain.receipt("0x" + "11" * 32),
    "eth_getLogs": lambda chain: chain.logs(PARTY, from_block=0, to_block=1),
}
ALSO_READ_BY: dict[str, tuple[Any, ...]] = {
    "eth_getBlockByNumber": (lambda chain: chain.transactions_in(1), lambda chain: chain.block_hashes([1, 2])),
    "eth_getTransactionReceipt": (lambda chain: chain.receipts(["0x" + "11" * 32] * 2),),
    "eth_getBalance": (lambda chain: chain.survey([], sender=PARTY),),
    "eth_getTransactionCount": (lambda chain: chain.survey([], sender=PARTY),),
    "eth_feeHistory": (lambda chain: chain.survey([], sender=PARTY),),
}


OTHERS = {
    "eth_maxPriorityFeePerGas": "0x1",
    "eth_gasPrice": "nothing",
    "eth_getBalance": "0x1",
    "eth_getTransactionCount": "0x1",
    "eth_feeHistory": {"baseFeePerGas": ["0x1"], "reward": [["0x1"]]},
}
WRONG_SHAPES = ["0xzz", "nothing", 5, True, ["x"], {"blockNumber": "0x1"}]


@pytest.mark.parametrize("method", READS)
def test_refuses_a_result_of_another_shape(node: ScriptedNode, method: str) -> None:
    chain = chain_of(node)

    for result in WRONG_SHAPES:
        node.results(**{**OTHERS, method: result})
        for read in (READS[method], *ALSO_READ_BY.get(method, ())):
            with pytest.raises(NodeRefused):
                read(chain)


@pytest.mark.parametrize("method", sorted(set(READS) - {"eth_getTransactionReceipt"}))
def test_refuses_nothing_where_something_is_due(node: ScriptedNode, method: str) -> None:
    node.results(**{**OTHERS, method: None})

    with pytest.raises(NodeRefused):
        READS[method](chain_of(node))


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.sampled_from(["0x", "0x1", "0xff"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["error", "result", "code", "message", "data", "number", "hash"]), inner, max_size=4
        )
    ),
    max_leaves=6,
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(answer=st.dictionaries(st.sampled_from(["error", "result", "id"]), json_values))
def test_any_json_is_an_answer_or_a_typed_error(node: ScriptedNode, answer: Any) -> None:
    chain = chain_of(node)
    node.answers["eth_call"] = answered(answer)

    try:
        found = chain.call(CALL)
    except (ChainError, Reverted):
        return
    assert answer["result"].removeprefix("0x").lower() == found.hex()


def test_a_receipt_of_a_pending_transaction_is_none(node: ScriptedNode) -> None:
    node.results(eth_getTransactionReceipt={"blockNumber": None, "transactionHash": "0x" + "11" * 32})

    assert chain_of(node).receipt("0x" + "11" * 32) is None


def test_the_access_key_is_shown_by_nothing(node: ScriptedNode) -> None:
    transport = HttpTransport(node.url, timeout_seconds=0.2)
    chain = HttpChain(find_network("anvil"), transport)
    answers = [
        Answer(b"", 429),
        Answer(b"<html>", 502),
        Answer(b"", held=True),
        Answer(b"{", cut=True),
        answered([]),
        answered({"error": {"code": -32000, "message": "unauthorized"}}),
    ]
    shown = [repr(transport), str(transport), repr(chain), str(chain)]

    for answer in answers:
        node.answers["eth_call"] = answer
        with pytest.raises(ChainError) as refused:
            chain.call(CALL)
        shown += [str(refused.value), repr(refused.value), *traceback.format_exception(refused.value)]
    node.stopped.set()
    with pytest.raises(ConfigError) as malformed:
        HttpTransport(node.url.removeprefix("http://"))
    shown += [str(malformed.value), *traceback.format_exception(malformed.value)]

    assert not [text for text in shown if ACCESS_KEY in text]


def test_the_access_key_is_not_shown_when_nobody_listens() -> None:
    with running_node() as node:
        url = node.url

    with pytest.raises(Unreachable) as refused:
        HttpChain(find_network("anvil"), HttpTransport(url, timeout_seconds=1))

    assert ACCESS_KEY not in "".join(traceback.format_exception(refused.value))

"""HttpTransport: what a node says of its own URL is not told on

when a node names the path, the query, user or password of its URL, as sent or as read: `<hidden>` stands there
when it does so in a batch, in a result, in the name of a field, or escaped: there too
when bytes happen to hold the same digits: they stay as they are
when a URL has but short words: words of others that are spelled alike stay
"""

from __future__ import annotations

import base64
import json
import traceback
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote, unquote_plus, urlsplit

import pytest
import requests
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from stablecoin_tools.addresses import Address
from stablecoin_tools.chain import Call, HttpChain, HttpTransport
from stablecoin_tools.errors import ChainError, NodeRefused
from stablecoin_tools.networks import find_network
from stablecoin_tools.reverts import AccountBlacklisted
from tests.chain.echo import revert_data
from tests.chain.node import ACCESS_KEY, Answer, ScriptedNode, answered, running_node

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PARTY = Address(b"\xab" * 20)
CALL = Call(PARTY, b"\x12\x34\x56\x78")
keys = st.text("abcXYZ0189-_", min_size=8, max_size=40) | st.text("abZ019-_.~%+!$ é", min_size=8, max_size=40)
keys = keys.filter(lambda key: sum(map(str.isalnum, key)) >= 8)
IN_URL: dict[str, Callable[[str, str], str]] = {
    "path": lambda where, key: f"http://{where}/v3/{key}",
    "path in the middle": lambda where, key: f"http://{where}/{key}/rpc/",
    "query": lambda where, key: f"http://{where}/rpc?{key}",
    "value": lambda where, key: f"http://{where}/?chain=1&apikey={key}&x=",
    "password": lambda where, key: f"http://user:{key}@{where}/",
    "user": lambda where, key: f"http://{key}@{where}",
}


@pytest.fixture(scope="module")
def node() -> Iterator[ScriptedNode]:
    with running_node() as started:
        yield started


def _chain(node: ScriptedNode, url: str) -> HttpChain:
    node.results(eth_chainId="0x7a69")
    node.batch = None
    return HttpChain(find_network("anvil"), HttpTransport(url, timeout_seconds=5))


def _where(node: ScriptedNode) -> str:
    return urlsplit(node.url).netloc


def _sent(url: str, key: str) -> list[str]:
    """The ways in which a node comes to know what is in its URL."""
    prepared = requests.Request("POST", url).prepare()
    path = prepared.path_url
    heard = [key, unquote(key), quote(key, safe=""), path, unquote(path), unquote_plus(path)]
    authorization = prepared.headers.get("Authorization")
    if authorization:
        word = authorization.removeprefix("Basic ")
        heard += [word, base64.b64decode(word).decode("latin1")]
    return [part for part in heard if any(map(str.isalnum, part))]


def _shown(chain: HttpChain, ask: Callable[[HttpChain], object]) -> str:
    with pytest.raises(ChainError) as refused:
        ask(chain)
    error = refused.value
    return "\n".join([str(error), repr(error), repr(chain), *traceback.format_exception(error)])


@pytest.mark.parametrize("part", IN_URL)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(key=keys)
@example(key="s3cr3t-access-key")
@example(key="a%2Fb%20secret%41")
def test_no_error_tells_a_key(node: ScriptedNode, part: str, key: str) -> None:
    url = IN_URL[part](_where(node), key)
    chain = _chain(node, url)

    for heard in _sent(url, key):
        message = f"project {heard} may not; see x{heard}y, {heard.lower()}"
        for error in ({"code": -32000, "message": message}, message, [message], {"data": {"why": message}}):
            node.errors(eth_getBalance=error)
            shown = _shown(chain, lambda chain: chain.balance_wei(PARTY))
            assert "<hidden>" in shown
            for form in (key, unquote(key), unquote_plus(key), quote(key, safe="")):
                assert form not in shown


def _batch(member: Any) -> Callable[[list[dict[str, Any]]], Answer]:
    return lambda asked: answered([{"jsonrpc": "2.0", "id": one["id"], **member} for one in asked])


SAID = f"no project /v3/{ACCESS_KEY}"
ESCAPED = json.dumps({"jsonrpc": "2.0", "id": 1, "error": {"code": -32000, "message": SAID}})
ANSWERS: dict[str, Answer] = {
    "a result": answered({"jsonrpc": "2.0", "id": 1, "result": SAID}),
    "a result's field": answered({"jsonrpc": "2.0", "id": 1, "result": {SAID: [SAID]}}),
    "a refusal as busy": answered({"id": 1, "error": {"code": 429, "message": SAID}}),
    "the name of a field": answered({"id": 1, "error": {"code": -32000, SAID: 1}}),
    "escaped slashes": Answer(ESCAPED.replace("/", "\\/").encode()),
    "escaped letters": Answer(ESCAPED.replace("s3cr3t", "s\\u0033cr3t").encode()),
}


@pytest.mark.parametrize("answer", ANSWERS)
def test_no_error_tells_a_key_wherever_the_node_puts_it(node: ScriptedNode, answer: str) -> None:
    chain = _chain(node, node.url)
    node.answers["eth_getBalance"] = ANSWERS[answer]

    shown = _shown(chain, lambda chain: chain.balance_wei(PARTY))

    assert ACCESS_KEY not in shown
    assert "<hidden>" in shown


@pytest.mark.parametrize(
    "batch",
    [_batch({"error": {"code": -32000, "message": SAID}}), _batch({"result": SAID})],
    ids=["error", "result"],
)
def test_no_error_tells_a_key_in_a_batch(node: ScriptedNode, batch: Callable[[list[dict[str, Any]]], Answer]) -> None:
    chain = _chain(node, node.url)
    node.batch = batch

    shown = _shown(chain, lambda chain: chain.receipts(["0x" + "11" * 32] * 2))
    (first, second) = chain.publish_many([b"\x01", b"\x02"])

    assert ACCESS_KEY not in shown + str(first) + str(second)
    assert "<hidden>" in shown


def test_one_error_for_a_whole_batch_tells_no_key(node: ScriptedNode) -> None:
    chain = _chain(node, node.url)
    node.batch = lambda _: answered({"id": None, "error": {"code": 429, "message": SAID}})

    assert ACCESS_KEY not in _shown(chain, lambda chain: chain.receipts(["0x" + "11" * 32] * 2))


def test_bytes_that_hold_the_same_digits_stay_as_they_are(node: ScriptedNode) -> None:
    data = revert_data("AccountBlacklisted(address)", str(PARTY))
    chain = _chain(node, f"http://{_where(node)}/{'12' * 6}?{'34' * 8}")
    found = b"\x00" + b"\x12" * 9 + b"\x34" * 9
    node.results(eth_call="0x" + found.hex())
    assert chain.call(CALL) == found

    node.errors(eth_estimateGas={"code": 3, "message": "reverted", "data": "0x" + data.hex()})
    with pytest.raises(AccountBlacklisted):
        chain.estimate_gas(CALL, sender=PARTY)


def test_words_that_are_spelled_like_short_ones_of_the_url_stay(node: ScriptedNode) -> None:
    chain = _chain(node, f"http://{_where(node)}/v3/eth/nonce")
    node.errors(eth_sendRawTransaction={"code": -32000, "message": "nonce too low: v3 of eth_sendRawTransaction"})

    with pytest.raises(NodeRefused) as refused:
        chain.publish(b"\x02")

    assert str(refused.value) == "eth_sendRawTransaction: nonce too low: v3 of eth_sendRawTransaction"


def test_a_short_password_is_hidden_where_it_stands_as_a_word(node: ScriptedNode) -> None:
    chain = _chain(node, f"http://me:no@{_where(node)}")
    node.errors(eth_getBalance={"code": -32000, "message": "no, nothing is known of me:no"})

    assert "eth_getBalance: <hidden>, nothing is known of <hidden>" in _shown(chain, lambda c: c.balance_wei(PARTY))

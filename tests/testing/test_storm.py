"""A storm before a real node: each kind of weather alone does what it says

when a request is dropped: the node never sees it; when its answer is: the node has the transaction
when it is delayed: it arrives; when it is doubled: the node sees it twice and mines it once
when a provider refuses in place of the node: the node never sees it, and the words say that it is busy
when an answer is misreported: the node has the transaction, and the words say that it is known, used or late
when a lie is told: a receipt is missing that is there, a number or a nonce is one from before; never another
when a batch is troubled: it is lost, late, refused, disordered or one short as a whole; its members one by one
always: what comes back otherwise is the truth, bytes arrive as they were sent, the chain id is never garbled
when the same requests come again under the same seed: the same story, under threads too
"""

from __future__ import annotations

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from http.client import RemoteDisconnected
from typing import TYPE_CHECKING, Any

import pytest

from stablecoin_tools.chain import HttpTransport
from stablecoin_tools.errors import ChainError, ConfigError, NodeRefused, RateLimited, Unreachable
from stablecoin_tools.testing import CALM, HURRICANE, AnvilChain, AnvilProcess, StormProxy, Weather, What, fate
from stablecoin_tools.testing.weather import BATCH, WHILE, request_digest
from tests.testing.words import ACCOUNTS, ANVIL, Payer, hash_of, mined, post, request

if TYPE_CHECKING:
    from collections.abc import Iterator

# Ten different requests, numbered from 0.
MEMBERS = [request("eth_getBalance", each, "latest", number=at) for at, each in enumerate(ACCOUNTS)]


@pytest.fixture
def storm(anvil_process: AnvilProcess, node: AnvilChain) -> Iterator[StormProxy]:
    """Calm at first."""
    assert node.pooled() == frozenset()
    with StormProxy(anvil_process.url, seed=7, weather=CALM) as storm:
        yield storm


@pytest.fixture
def troubled(storm: StormProxy) -> AnvilChain:
    """The node as a client sees it through the storm."""
    return AnvilChain.at(storm.url)


def fate_in(storm: StormProxy, asked: dict[str, Any], occurrence: int = 0) -> What:
    return fate(storm.seed, storm.weather, asked["method"], asked["params"], occurrence).what


def test_calm_changes_nothing(storm: StormProxy, troubled: AnvilChain, node: AnvilChain, payer: Payer) -> None:
    signed = payer.pay(payer.nonce)
    troubled.publish(signed)
    receipt = mined(node, signed)
    assert troubled.receipt(hash_of(signed)) == receipt
    assert post(storm.url, MEMBERS) == post(node_url(storm), MEMBERS)
    assert storm.story == ()
    assert storm.counts[What.NOTHING] == sum(storm.counts.values()) > 10


def node_url(storm: StormProxy) -> str:
    return storm._target.geturl()


@pytest.mark.parametrize("body", ["no JSON", [], 7, {"method": 5}, [1, {}], {"jsonrpc": "2.0", "id": 1}])
def test_what_is_no_request_is_the_node_s_to_judge(storm: StormProxy, body: Any) -> None:
    assert post(storm.url, body) == post(node_url(storm), body)


def test_a_dropped_request_never_reaches_the_node(
    storm: StormProxy, troubled: AnvilChain, node: AnvilChain, payer: Payer
) -> None:
    signed, nonce = payer.pay(payer.nonce), payer.nonce
    storm.weather = Weather(drop_request=1)
    with pytest.raises(Unreachable):
        troubled.publish(signed)

    assert payer.nonce == nonce
    assert node.receipt(hash_of(signed)) is None
    assert [(each.method, each.what) for each in storm.story] == [("eth_sendRawTransaction", What.DROP_REQUEST)]


def test_a_dropped_answer_leaves_the_node_with_the_transaction(
    storm: StormProxy, troubled: AnvilChain, node: AnvilChain, payer: Payer
) -> None:
    signed, nonce = payer.pay(payer.nonce), payer.nonce
    storm.weather = Weather(drop_answer=1)
    with pytest.raises(Unreachable):
        troubled.publish(signed)

    assert payer.nonce == nonce + 1
    assert mined(node, signed).succeeded
    assert storm.counts[What.DROP_ANSWER] == 1


def test_a_delayed_request_waits_and_then_arrives(
    storm: StormProxy, troubled: AnvilChain, payer: Payer, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[float] = []
    monkeypatch.setattr(storm._ended, "wait", waited.append)
    signed, nonce = payer.pay(payer.nonce), payer.nonce
    storm.weather = Weather(delay=1, longest_delay_seconds=100)
    troubled.publish(signed)

    luck = fate(7, storm.weather, "eth_sendRawTransaction", ["0x" + signed.hex()], 0).luck
    assert waited == [luck * 100]
    assert waited[0] > 0
    assert payer.nonce == nonce + 1


def test_a_doubled_request_reaches_the_node_twice(storm: StormProxy, node: AnvilChain) -> None:
    height = node.block().number
    storm.weather = Weather(duplicate=1)
    assert post(storm.url, request("evm_mine"))[1]["result"] == "0x0"
    assert node.block().number == height + 2


def test_a_doubled_send_is_mined_once_and_one_of_two_answers_comes_back(
    storm: StormProxy, troubled: AnvilChain, payer: Payer
) -> None:
    storm.weather = Weather(duplicate=1)
    heard = []
    for _ in range(12):
        nonce = payer.nonce
        heard.append(refusal_of(troubled, payer.pay(nonce)))
        assert payer.nonce == nonce + 1
    assert {type(each) for each in heard} == {type(None), NodeRefused}


def refusal_of(chain: AnvilChain, signed: bytes) -> ChainError | None:
    try:
        chain.publish(signed)
    except ChainError as error:
        return error
    return None


def test_a_provider_s_refusal_never_reaches_the_node(storm: StormProxy, troubled: AnvilChain, payer: Payer) -> None:
    storm.weather = Weather(refuse=1)
    nonce = payer.nonce
    heard = [refusal_of(troubled, payer.pay(nonce, wei=wei)) for wei in range(30)]

    assert payer.nonce == nonce
    assert {type(each) for each in heard} == {RateLimited, NodeRefused, Unreachable}
    assert storm.counts[What.REFUSE] == 30
    assert len({each.words for each in storm.story}) >= 5


def test_refusals_are_as_providers_word_them(storm: StormProxy) -> None:
    storm.weather = Weather(refuse=1)
    heard = {str(post(storm.url, request("eth_gasPrice", at))) for at in range(60)}
    told = " ".join(heard)
    for words in ("(429, ", "(502, '<html>", "(503, ", "-32005", "request rate limited", "header not found"):
        assert words in told, words


def test_a_misreported_send_is_with_the_node_all_the_same(
    storm: StormProxy, troubled: AnvilChain, payer: Payer
) -> None:
    storm.weather = Weather(misreport=1)
    words = set()
    for _ in range(40):
        nonce = payer.nonce
        words.add(str(refusal_of(troubled, payer.pay(nonce))).lower().partition(": ")[2])
        assert payer.nonce == nonce + 1
    assert {"already known", "nonce too low", "request timed out"} <= words


def test_a_hidden_receipt_is_there_again_in_calm(
    storm: StormProxy, troubled: AnvilChain, node: AnvilChain, payer: Payer
) -> None:
    signed = payer.pay(payer.nonce)
    node.publish(signed)
    receipt = mined(node, signed)
    storm.weather = Weather(hide_receipt=1)
    assert troubled.receipt(hash_of(signed)) is None
    assert troubled.receipt("0x" + "ab" * 32) is None
    assert [(each.what, each.occurrence) for each in storm.story] == [(What.HIDE_RECEIPT, 0)]  # the other was the truth

    storm.weather = CALM
    assert troubled.receipt(hash_of(signed)) == receipt


def test_a_receipt_is_hidden_for_a_while_and_never_altered(
    storm: StormProxy, troubled: AnvilChain, node: AnvilChain, payer: Payer
) -> None:
    signed = payer.pay(payer.nonce)
    node.publish(signed)
    receipt = mined(node, signed)
    storm.weather = Weather(hide_receipt=0.5)
    answers = [troubled.receipt(hash_of(signed)) for _ in range(10 * WHILE)]

    assert set(answers) == {None, receipt}
    hidden = [answer is None for answer in answers]
    assert hidden == [
        fate_in(storm, request("eth_getTransactionReceipt", hash_of(signed)), at) is What.HIDE_RECEIPT
        for at in range(len(hidden))
    ]


def test_a_lagging_number_is_one_of_four_answers_ago(storm: StormProxy, node: AnvilChain) -> None:
    storm.weather = Weather(lag=1)
    asked = request("eth_blockNumber")
    truths, told = [], []
    for _ in range(12):
        node.mine()
        truths.append(node.block().number)
        told.append(int(post(storm.url, asked)[1]["result"], 16))
    assert told == [truths[max(0, at - WHILE + 1)] for at in range(12)]
    assert storm.counts[What.LAG] == 11  # at first there is nothing from before


def test_a_lagging_nonce_is_one_that_was_and_named_blocks_are_told_truly(
    storm: StormProxy, node: AnvilChain, payer: Payer
) -> None:
    account = ACCOUNTS[payer.index]
    storm.weather = Weather(lag=1)
    started = payer.nonce
    told = []
    for nonce in range(started, started + 6):
        told.append(int(post(storm.url, request("eth_getTransactionCount", account, "pending"))[1]["result"], 16))
        node.publish(payer.pay(nonce))
        mined(node, payer.pay(nonce))
    assert told == [started, started, started, started, started + 1, started + 2]

    height = hex(node.block().number)
    assert int(post(storm.url, request("eth_getTransactionCount", account, height))[1]["result"], 16) == started + 6


@pytest.mark.parametrize("weather", [Weather(refuse=1), Weather(misreport=1), Weather(hide_receipt=1, lag=1)], ids=str)
def test_the_chain_id_is_never_garbled(storm: StormProxy, weather: Weather) -> None:
    storm.weather = weather
    assert AnvilChain.at(storm.url).network.chain_id == 31337


def test_the_chain_id_may_be_lost(storm: StormProxy) -> None:
    storm.weather = Weather(drop_answer=1)
    with pytest.raises(Unreachable):
        AnvilChain.at(storm.url)


def seed_where(weather: Weather, members: list[dict[str, Any]], whole: What) -> int:
    """A seed under which this befalls the batch as a whole."""
    params = [[one["method"], one["params"]] for one in members]
    return next(seed for seed in range(1000) if fate(seed, weather, BATCH, params, 0).what is whole)


def test_a_batch_comes_back_disordered_but_whole(storm: StormProxy) -> None:
    storm.weather = Weather(shuffle_batch=1)
    _, told = post(storm.url, MEMBERS)
    _, truth = post(node_url(storm), MEMBERS)
    assert told != truth
    assert sorted(told, key=lambda one: one["id"]) == truth
    assert [(each.method, each.what) for each in storm.story] == [(BATCH, What.SHUFFLE_BATCH)]


def test_a_batch_comes_back_one_short(storm: StormProxy) -> None:
    storm.weather = Weather(lose_member=1)
    _, told = post(storm.url, MEMBERS)
    _, truth = post(node_url(storm), MEMBERS)
    assert len(told) == 9
    assert [one for one in truth if one in told] == told


@pytest.mark.parametrize(("weather", "arrives"), [(Weather(drop_request=0.3), False), (Weather(drop_answer=0.3), True)])
def test_a_batch_is_lost_as_a_whole(storm: StormProxy, node: AnvilChain, weather: Weather, arrives: bool) -> None:  # noqa: FBT001  # a case
    batch = [request("evm_mine", number=0), *MEMBERS]
    (whole,) = (what for what in (What.DROP_REQUEST, What.DROP_ANSWER) if weather.chance(what))
    storm.seed, storm.weather = seed_where(weather, batch, whole), weather
    height = node.block().number
    with pytest.raises(RemoteDisconnected):
        post(storm.url, batch)
    assert (node.block().number > height) is arrives


def test_a_batch_is_refused_as_a_whole(storm: StormProxy) -> None:
    storm.weather = Weather(refuse=1)
    statuses = set()
    for at in range(40):
        status, told = post(storm.url, [request("eth_gasPrice", at), request("eth_gasPrice", at)])
        statuses.add(status)
        assert isinstance(told, str) or set(told) == {"jsonrpc", "id", "error"}
    assert statuses == {200, 429, 502}
    assert {each.method for each in storm.story} == {BATCH}


@pytest.mark.parametrize("what", [What.DROP_REQUEST, What.DROP_ANSWER, What.REFUSE, What.MISREPORT, What.DUPLICATE])
def test_members_of_a_batch_meet_fates_of_their_own(storm: StormProxy, what: What) -> None:
    weather = Weather(**{what.name.lower(): 0.5})
    storm.seed, storm.weather = seed_where(weather, MEMBERS, What.NOTHING), weather
    _, told = post(storm.url, MEMBERS)
    truth = {one["id"]: one for one in post(node_url(storm), MEMBERS)[1]}
    befallen = {one["id"] for one in MEMBERS if fate_in(storm, one) is what}

    assert 0 < len(befallen) < 10
    heard = {one["id"]: one for one in told}
    if what in (What.DROP_REQUEST, What.DROP_ANSWER):
        assert set(heard) == set(truth) - befallen
    elif what is What.DUPLICATE:
        assert heard == truth
    else:
        assert {number for number, one in heard.items() if "error" in one} == befallen
    assert all(heard[number] == truth[number] for number in set(heard) - befallen)
    assert {each.request for each in storm.story} == {
        request_digest(one["method"], one["params"]) for one in MEMBERS if one["id"] in befallen
    }


def test_bytes_arrive_as_they_were_sent_and_what_is_answered_is_the_truth(
    storm: StormProxy, node: AnvilChain, payer: Payer
) -> None:
    storm.weather = HURRICANE
    before = payer.nonce
    sent = [payer.pay(before + at) for at in range(40)]
    for signed in sent:
        tried(storm, request("eth_sendRawTransaction", "0x" + signed.hex()))
    for _ in range(20):
        for account in ACCOUNTS:
            asked = request("eth_getBalance", account, "latest")
            answer = tried(storm, asked)
            if isinstance(answer, dict) and "result" in answer:
                assert answer == post(node_url(storm), asked)[1]
    node.mine()
    arrived = [signed for signed in sent if node.receipt(hash_of(signed)) is not None]
    assert arrived == sent[: payer.nonce - before] != []
    assert len([what for what, times in storm.counts.items() if times]) >= 7


def tried(storm: StormProxy, body: Any) -> Any:
    try:
        return post(storm.url, body)[1]
    except RemoteDisconnected:
        return None


def voyage(url: str, *, threads: int) -> StormProxy:
    """The same three hundred requests and batches, one after the other or many at once; the node does not change."""
    bodies: list[Any] = [request("eth_getBalance", account, "latest") for account in ACCOUNTS] * 10
    bodies += [request("eth_getTransactionReceipt", hex(at)) for at in range(50)]
    bodies += [
        [request("eth_getCode", account, "latest", number=at) for at, account in enumerate(ACCOUNTS[:size])]
        for size in range(1, 10)
    ] * 5
    with StormProxy(url, seed=42, weather=HURRICANE) as storm, ThreadPoolExecutor(threads) as pool:
        list(pool.map(lambda body: tried(storm, body), bodies))
    return storm


def test_the_same_requests_tell_the_same_story(anvil_process: AnvilProcess) -> None:
    first, second = (voyage(anvil_process.url, threads=1) for _ in range(2))
    assert len(first.story) > 100
    assert first.story == second.story
    assert first.counts == second.counts


def test_threads_change_the_order_of_a_story_and_nothing_else(anvil_process: AnvilProcess) -> None:
    alone, together = (voyage(anvil_process.url, threads=threads) for threads in (1, 8))
    assert Counter(alone.story) == Counter(together.story)
    assert alone.counts == together.counts


def test_a_node_that_restarts_is_lost_meanwhile_and_found_again() -> None:
    with AnvilProcess(path=ANVIL) as process, StormProxy(process.url, seed=1, weather=CALM) as storm:
        transport = HttpTransport(storm.url)
        assert transport.make_request("eth_blockNumber", [])["result"] == "0x0"
        process.stop()
        with pytest.raises(Unreachable):
            transport.make_request("eth_blockNumber", [])
        process.start()
        assert transport.make_request("eth_blockNumber", [])["result"] == "0x0"


def test_the_end_of_a_storm_leaves_no_thread_and_no_listener(anvil_process: AnvilProcess) -> None:
    before = set(threading.enumerate())
    with StormProxy(anvil_process.url, seed=1, weather=CALM) as storm:
        transport, url = HttpTransport(storm.url), storm.url
        transport.make_request("eth_blockNumber", [])  # keeps its connection open
    assert {thread for thread in set(threading.enumerate()) - before if not thread.daemon} == set()
    with pytest.raises(ConnectionRefusedError):
        post(url, request("eth_blockNumber"))
    with pytest.raises(ConfigError, match="does not rage"):
        _ = storm.url


@pytest.mark.parametrize("url", ["https://127.0.0.1:8545", "ws://127.0.0.1", "anvil", "http://"])
def test_a_storm_stands_before_plain_http_only(url: str) -> None:
    with pytest.raises(ConfigError, match="http://"):
        StormProxy(url, seed=1)

"""What a block holds, as nodes tell it

when hashes are spelled in upper case: read in lower case, everywhere
when a body is empty, of another block or of another number, and the head says so: NodeRefused
when it holds EIP-7702 authorizations: their signers, whatever else stands in the list
when the chain id is asked for: asked anew each time
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from eth_account import Account
from hypothesis import given
from hypothesis import strategies as st

from stablecoin_tools.addresses import Address
from stablecoin_tools.chain import Authorization, HttpChain, HttpTransport
from stablecoin_tools.chain.answers import read_body
from stablecoin_tools.chain.authorizations import recovered
from stablecoin_tools.errors import NodeRefused
from stablecoin_tools.networks import find_network
from tests.chain.node import ScriptedNode, running_node
from tests.contracts.signing import delegate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.world import World

UPPER, LOWER = "0x" + "AB" * 32, "0x" + "ab" * 32
SENDER = Address(b"\xab" * 20)
NO_TRANSACTIONS = "0x56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421"
ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141  # of secp256k1


@pytest.fixture
def node() -> Iterator[ScriptedNode]:
    with running_node() as started:
        yield started


def chain_of(node: ScriptedNode) -> HttpChain:
    return HttpChain(find_network("anvil"), HttpTransport(node.url, timeout_seconds=5))


def mined(**changes: Any) -> dict[str, Any]:
    return {"hash": UPPER, "from": str(SENDER), "nonce": "0x7", "blockHash": LOWER, "type": "0x2"} | changes


def body(*transactions: Any, **changes: Any) -> dict[str, Any]:
    return {"number": "0x5", "hash": UPPER, "timestamp": "0x1", "transactions": list(transactions)} | changes


def test_hashes_are_in_lower_case_however_the_node_spells_them(node: ScriptedNode) -> None:
    log = {
        "address": str(SENDER),
        "topics": [],
        "data": "0x",
        "blockNumber": "0x5",
        "transactionHash": UPPER,
        "logIndex": "0x0",
    }
    receipt = {"transactionHash": UPPER, "blockNumber": "0x5", "blockHash": UPPER, "status": "0x1", "logs": [log]}
    node.results(
        eth_getBlockByNumber=body(mined()),
        eth_getTransactionReceipt=receipt | {"gasUsed": "0x1", "effectiveGasPrice": "0x1"},
        eth_getLogs=[log],
    )
    chain = chain_of(node)

    (in_block,) = chain.transactions_in(5)
    found = chain.receipt(LOWER)
    (event,) = chain.logs(SENDER, from_block=5, to_block=5)

    assert (in_block.hash, in_block.sender, in_block.nonce, in_block.block_hash) == (LOWER, SENDER, 7, LOWER)
    assert found is not None
    assert (found.transaction_hash, found.block_hash, found.logs) == (LOWER, LOWER, (event,))
    assert event.transaction_hash == chain.block(5).hash == LOWER
    assert chain.block_hashes([5]) == [LOWER]


@pytest.mark.parametrize(
    "answer",
    [
        body(transactionsRoot="0x" + "11" * 32),
        body(mined(blockHash="0x" + "22" * 32)),
        body(mined(), number="0x6"),
        body(mined(hash="0xab")),
        body(UPPER),
        body(mined(), transactions={}),
        body(mined(), transactions=None),
    ],
    ids=["emptied", "of another block", "of another number", "no hash", "hashes only", "an object", "nothing"],
)
def test_a_body_that_is_not_the_whole_of_the_block_is_refused(node: ScriptedNode, answer: dict[str, Any]) -> None:
    node.results(eth_getBlockByNumber=answer)

    with pytest.raises(NodeRefused):
        chain_of(node).transactions_in(5)


@pytest.mark.parametrize(
    "root", [{}, {"transactionsRoot": NO_TRANSACTIONS}, {"transactionsRoot": "0x56E8" + NO_TRANSACTIONS[6:]}]
)
def test_a_block_that_holds_nothing_is_empty(node: ScriptedNode, root: dict[str, str]) -> None:
    node.results(eth_getBlockByNumber=body(**root))

    assert chain_of(node).transactions_in(5) == ()


def test_an_authorization_is_listed_with_its_signer(world: World) -> None:
    bob = world.address("bob")
    nonce = world.chain.nonce(bob)

    delegate(world, "bob", world.coin.address)

    (found,) = world.chain.transactions_in(world.chain.block().number)
    assert found.sender == world.address("upgrader")
    assert found.authorizations == (Authorization(bob, nonce, 31337),)


def signed(key: bytes, chain_id: int, target: bytes, nonce: int) -> dict[str, int]:
    found = Account.sign_authorization({"chainId": chain_id, "address": target, "nonce": nonce}, key)
    return {"y_parity": found.y_parity, "r": found.r, "s": found.s}


@given(
    key=st.integers(1, ORDER - 1),
    chain_id=st.integers(0, 2**64),
    target=st.binary(min_size=20, max_size=20),
    nonce=st.integers(0, 2**64 - 2),
)
def test_the_signer_is_whoever_signed(key: int, chain_id: int, target: bytes, nonce: int) -> None:
    owner = Account.from_key(key.to_bytes(32))
    signature = signed(bytes(owner.key), chain_id, target, nonce)

    found = recovered(chain_id, target, nonce, **signature)
    elsewhere = recovered(chain_id + 1, target, nonce, **signature)

    assert found == Authorization(Address(bytes.fromhex(owner.address[2:])), nonce, chain_id)
    assert elsewhere is None or elsewhere.signer != found.signer


def test_a_signature_in_its_other_form_is_nobodys() -> None:
    """Source: EIP-7702, which takes the lower half of s only."""
    good = signed(b"\x01" * 32, 1, bytes(20), 0)
    other = {"y_parity": 1 - good["y_parity"], "r": good["r"], "s": ORDER - good["s"]}

    assert recovered(1, bytes(20), 0, **good) is not None
    assert recovered(1, bytes(20), 0, **other) is None


numbers = st.integers(-1, 2**257) | st.sampled_from([0, 1, 27, 28, ORDER, ORDER // 2, ORDER - 1])


@given(chain_id=numbers, target=st.binary(max_size=40), nonce=numbers, y_parity=numbers, r=numbers, s=numbers)
def test_any_numbers_are_an_authorization_or_none(**fields: Any) -> None:
    found = recovered(**fields)

    assert found is None or (found.nonce, found.chain_id) == (fields["nonce"], fields["chain_id"])


fields = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=4)
    | st.sampled_from(["0x", "0x1", "0x1c", "0x" + "f" * 65])
)


@given(
    entries=st.lists(
        fields
        | st.dictionaries(
            st.sampled_from(["chainId", "address", "nonce", "yParity", "v", "r", "s"]), fields, max_size=7
        ),
        max_size=3,
    )
)
def test_what_is_no_authorization_is_left_out_and_hides_none_beside_it(entries: list[Any]) -> None:
    good = signed(b"\x01" * 32, 1, bytes(20), 5)
    entry = {"chainId": "0x1", "address": "0x" + "00" * 20, "nonce": "0x5", "yParity": hex(good["y_parity"])}
    listed = [*entries, entry | {"r": hex(good["r"]), "s": hex(good["s"])}, *entries]

    found = read_body(body(mined(type="0x4", authorizationList=listed)))

    assert found is not None
    assert found.transactions[0].authorizations == (recovered(1, bytes(20), 5, **good),)


@pytest.mark.parametrize("listed", [None, [], {}, "0x", 5, [None], [[]], [{}]])
def test_a_list_that_is_none_holds_none(listed: Any) -> None:
    found = read_body(body(mined(type="0x4", authorizationList=listed), mined()))

    assert found is not None
    assert [one.authorizations for one in found.transactions] == [(), ()]


def test_the_chain_id_is_asked_anew_each_time(node: ScriptedNode) -> None:
    chain = chain_of(node)
    assert chain.chain_id() == 31337

    node.results(eth_chainId="0x1")

    assert chain.chain_id() == 1
    assert chain.network.chain_id == 31337


def test_both_chains_say_which_they_are(world: World) -> None:
    assert world.chain.chain_id() == world.chain.network.chain_id

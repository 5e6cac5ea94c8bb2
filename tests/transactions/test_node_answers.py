"""What a node's words on a send mean

when a client says it: each text of the table has the meaning its source gives it
when anvil or the local chain is asked for what it refuses: its own words, of today, have that meaning
when other words, other case or a reference stand around it: the meaning is the same
when a text hints at bytes in a pool or a block, or at a node that was too busy: it never ends a send
when nothing is known of it: unknown
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from stablecoin_tools.chain import LocalChain
from stablecoin_tools.errors import ChainError, NodeRefused, RateLimited, Unreachable
from stablecoin_tools.signers import UnsignedTransaction, development_signer
from stablecoin_tools.testing import AnvilChain, AnvilProcess
from stablecoin_tools.transactions.node_answers import Meaning, meaning_of

if TYPE_CHECKING:
    from collections.abc import Iterator

TEXTS: dict[Meaning, tuple[tuple[str, str], ...]] = {
    Meaning.TAKEN: (
        ("geth", "already known"),
        ("geth 1.9", "known transaction: 0x7f657507aee0511e36d2d1972a6b22e917cc89f92b6c12c4dbd57eaabb236960"),
        ("Nethermind", "AlreadyKnown"),
        ("Nethermind 2026", "already known"),
        ("Besu", "Known transaction"),
        ("Erigon", "existing txn with same hash"),
        ("Erigon 2", "INTERNAL_ERROR: existing tx with same hash"),
        ("Reth", "[0x9a71]: already imported"),
        ("anvil", "transaction already imported"),
        ("hardhat", "Known transaction: 0x7f65"),
        ("OpenEthereum", "Transaction with the same hash was already imported."),
        ("OP stack", "failed to forward tx to sequencer, please try again. Error message: 'already known'"),
        ("zkSync", "known transaction. transaction with hash 0x6013 is already in the system"),
        ("Moonbeam", "submit transaction to pool failed: Pool(AlreadyImported)"),
        ("Sei", "tx already exists in cache"),
        ("Ethermint", "tx already in mempool"),
    ),
    Meaning.NONCE_USED: (
        ("geth", "nonce too low: next nonce 5, tx nonce 4"),
        ("Nethermind", "OldNonce, Current nonce: 22, nonce of rejected tx: 17"),
        ("Besu", "Nonce too low"),
        ("revm", "nonce 4 too low, expected 5"),
        ("hardhat", "Nonce too low. Expected nonce to be 5 but got 4."),
        ("hardhat 3", "Transaction nonce is too low. Expected nonce to be at least: 5, but received 4."),
        ("Arbitrum", "nonce too low: address 0x336394A3219e71D9d9bd18201d34E95C1Bb7122C, tx: 8089 state: 8090"),
        ("OP stack", "failed to forward tx to sequencer, err: 'nonce too low: next nonce 80, tx nonce 74'"),
        ("zkSync", "nonce too low. allowed nonce range: 427 - 447, actual: 426"),
        ("Avalanche", "nonce too low: address 0x0499 current nonce (5833) > tx nonce (5511)"),
        ("Hedera", "[Request ID: 2e95] Nonce too low. Provided nonce: 15, current nonce: 15"),
        ("OpenEthereum", "Transaction nonce is too low. Try incrementing the nonce."),
        ("Moonbeam", "submit transaction to pool failed: Pool(Stale)"),
        ("Harmony", "transaction already finalized"),
        ("py-evm", "Invalid transaction nonce: Expected 2, but got 1"),
    ),
    Meaning.UNDERPRICED: (
        ("geth", "replacement transaction underpriced: new tx gas fee cap 5 <= 5 queued"),
        ("Nethermind", "ReplacementNotAllowed"),
        ("Besu", "Replacement transaction underpriced"),
        ("Erigon", "INTERNAL_ERROR: could not replace existing tx"),
        ("Erigon pool", "replaced by transaction with higher tip"),
        ("Reth", "insufficient gas price to replace existing transaction"),
        ("hardhat", "Replacement transaction underpriced. A gasPrice/maxFeePerGas of at least 9 is necessary"),
        ("Kaia", "there is another tx which has the same nonce in the tx pool"),
        (
            "OpenEthereum",
            "Transaction gas price 100wei is too low. There is another transaction with same nonce in the queue",
        ),
    ),
    Meaning.FEE_TOO_LOW: (
        ("geth", "transaction underpriced: gas tip cap 1, minimum needed 1000000000"),
        ("geth 1.16", "transaction gas price below minimum: gas tip cap 1, minimum needed 1000000000"),
        ("geth core", "max fee per gas less than block base fee: address 0x1, maxFeePerGas: 1, baseFee: 7"),
        ("Nethermind", "FeeTooLow, EffectivePriorityFeePerGas too low 10 < 20, BaseFee: 30"),
        ("Nethermind pool", "FeeTooLowToCompete"),
        ("Besu", "Gas price below configured minimum gas price"),
        ("Besu 1559", "Gas price below current base fee"),
        ("Erigon", "underpriced"),
        ("Erigon pool", "fee too low"),
        ("Reth", "transaction feeCap 3 below chain minimum"),
        ("revm", "gas price is less than basefee"),
        (
            "hardhat",
            "Transaction maxFeePerGas (1) is too low for the next block, which has a baseFeePerGas of 875000000",
        ),
        ("hardhat pool", "Transaction gas price is 1, which is below the minimum of 5"),
        ("Arbitrum classic", "gas price too low"),
        ("Metis", "gas price too low: 18000000000 wei, use at least tx.gasPrice = 19500000000 wei"),
        ("Celo", "gasprice is less than gas price minimum floor"),
        ("Avalanche", "transaction underpriced: address 0x1 have gas tip cap (0) < pool gas tip cap (1)"),
        ("Hedera", "Gas price '830000000000' is below configured minimum gas price '950000000000'"),
        ("Astar", "gas price less than block base fee"),
        ("py-evm", "Sender's max fee per gas (1) is lower than block's base fee per gas (765777977)"),
    ),
    Meaning.NO_MONEY: (
        ("geth", "insufficient funds for gas * price + value: balance 0, tx cost 9, overshot 9"),
        ("geth pool", "transaction would cause overdraft"),
        (
            "Nethermind",
            "InsufficientFunds, Account balance: 4740799397601480913, cumulative cost: 22019342038993800000",
        ),
        ("Besu", "Upfront cost exceeds account balance"),
        ("Erigon", "insufficient funds for transfer"),
        ("Reth", "transaction overdraws from account"),
        ("revm", "lack of funds (0) for max fee (9)"),
        ("anvil", "Insufficient funds for gas * price + value"),
        ("hardhat", "Sender doesn't have enough funds to send tx. The max upfront cost is: 9 and the balance is: 0."),
        (
            "OP stack",
            "failed to forward tx to sequencer, please try again. Error message: 'insufficient funds for gas'",
        ),
        ("Arbitrum classic", "not enough funds for gas"),
        ("zkSync", "insufficient funds for gas + value. balance: 0, fee: 1, value: 0"),
        ("Hedera", "transaction 0.0.3041916 failed precheck with status INSUFFICIENT_PAYER_BALANCE"),
        ("py-evm", "Sender does not have enough balance to cover transaction value and gas  (has 1, needs 2)"),
        ("py-evm gas", "Sender b'0' cannot afford txn gas 9 with account balance 1"),
    ),
    Meaning.NONCE_GAP: (
        ("geth", "nonce too high: tx nonce 9, gapped nonce 5"),
        ("geth 7702", "gapped-nonce tx from delegated accounts"),
        ("Nethermind", "NonceGap, Future nonce. Expected nonce: 10"),
        ("Nethermind 2026", "nonce too far in future"),
        ("Besu", "Transaction nonce is too distant from current sender nonce"),
        ("Besu pool", "An invalid transaction with a lower nonce exists"),
        ("revm", "nonce 9 too high, expected 5"),
        (
            "hardhat",
            "Nonce too high. Expected nonce to be 5 but got 7. Note that transactions can't be queued when automining.",
        ),
        ("zkSync", "nonce too high. allowed nonce range: 427 - 477, actual: 527"),
        ("Arbitrum", "nonce too high: address 0x3363, tx: 8091 state: 8090"),
        ("py-evm", "Invalid transaction nonce: Expected 1, but got 5"),
    ),
    Meaning.POOL_FULL: (
        ("geth", "txpool is full"),
        ("geth pool", "future transaction tries to replace pending"),
        ("geth blobs", "account limit exceeded: pooled 16 txs"),
        ("geth 7702", "in-flight transaction limit reached for delegated accounts"),
        ("Erigon", "baseFee sub-pool is full"),
        ("Reth", "transaction discarded outright due to pool size constraints"),
        ("Reth sender", "rejected due to 0x1 being identified as a spammer"),
        ("Arbitrum", "queue full"),
        ("Arbitrum sequencer", "sequencer pending tx pool full, please try again"),
        ("OpenEthereum", "There are too many transactions in the queue. Your transaction was dropped due to limit."),
    ),
    Meaning.BUSY: (
        ("Infura", "daily request count exceeded, request rate limited"),
        ("Infura -32005", "limit exceeded"),
        ("Infura nodes", "header not found"),
        ("Alchemy", "Your app has exceeded its compute units per second capacity."),
        ("QuickNode", "10/second request limit reached - reduce calls per second or upgrade your account"),
        ("Ankr", "Too many requests, reason: call rate limit exhausted, retry in 10s"),
        ("Cloudflare", "error code: 1015"),
        ("Cloudflare RPC", "Internal error: cannot fulfill request"),
        ("proxyd", "backend is over capacity"),
        ("proxyd nodes", "no backends available for method"),
        ("nginx", "<html><head><title>502 Bad Gateway</title></head></html>"),
        ("nginx down", "503 Service Temporarily Unavailable"),
        ("Besu", "Timeout expired"),
        ("Besu sync", "Initial sync is still in progress"),
        ("Nethermind", "node is syncing"),
        ("geth", "request timed out"),
        ("geth state", "missing trie node 2f1 (path ) state 0x2f1 is not available"),
        ("Arbitrum", "context deadline exceeded"),
        ("Arbitrum sequencer", "please retry transaction"),
        ("OP stack", 'failed to forward tx to sequencer: Post "https://sequencer": EOF'),
        ("zkSync", "server shutting down"),
        ("zkSync nonce", "insertion of another transaction with the same nonce is in progress"),
        ("anvil", "Transaction confirmation timeout"),
    ),
    Meaning.INVALID: (
        ("geth", "exceeds block gas limit"),
        ("geth sender", "invalid sender: invalid chain id for signer: have 1 want 5"),
        ("geth gas", "intrinsic gas too low: gas 20000, minimum needed 21000"),
        ("geth floor", "insufficient gas for floor data gas cost: gas 21000, minimum needed 22000"),
        ("geth cap", "transaction gas limit too high (cap: 16777216, tx: 21000000)"),
        ("geth data", "oversized data: transaction size 131073, limit 131072"),
        ("geth code", "max initcode size exceeded: code size 50000 limit 49152"),
        ("geth type", "transaction type not supported: type 3 rejected, pool not yet in Cancun"),
        ("geth tip", "max priority fee per gas higher than max fee per gas: address 0x1"),
        ("geth RLP", "rlp: expected input list for types.DynamicFeeTx"),
        ("geth RPC", "only replay-protected (EIP-155) transactions allowed over RPC"),
        ("Nethermind", "GasLimitExceeded, Gas limit: 100, gas limit of rejected tx: 150"),
        ("Nethermind sender", "FailedToResolveSender"),
        ("Nethermind size", "transaction too large"),
        ("Besu", "Intrinsic gas exceeds gas limit"),
        ("Besu block", "Transaction gas limit exceeds block gas limit"),
        ("Besu cap", "Transaction gas limit cap exceeded"),
        ("Besu chain", "Wrong chainId"),
        ("Erigon", "IntrinsicGas"),
        ("Erigon RLP", "RLPTooLong"),
        ("Reth", "transaction's gas limit 31000000 exceeds block's gas limit 30000000"),
        ("Reth data", "input data too large"),
        ("revm", "call gas cost (21432) exceeds the gas limit (21000)"),
        ("revm cap", "transaction gas limit (30000000) is greater than the cap (16777216)"),
        ("anvil", "invalid chain id for signer"),
        ("anvil gas", "intrinsic gas too high -- CallerGasLimitMoreThanBlock"),
        ("hardhat", "Transaction requires at least 21000 gas but got 20000"),
        ("hardhat chain", "Trying to send a raw transaction with an invalid chainId. The expected chainId is 31337"),
        ("OP stack", "failed to forward tx to sequencer, please try again. Error message: 'invalid sender'"),
        ("Linea", "Calldata of transaction is greater than the allowed max of 30000"),
        ("zkSync", "Failed to serialize transaction: max fee per gas higher than 2^64-1"),
        ("py-evm", "Transaction exceeds gas limit: using 31000000, bringing total to 31000000, but limit is 30029122"),
        ("py-evm gas", "Message.gas cannot be negative: Got: -1000"),
        ("py-evm RLP", "RLP string too short"),
    ),
    Meaning.UNKNOWN: (
        ("anybody", ""),
        ("anybody's internals", "internal error"),
        ("JSON-RPC", "Invalid params"),
        ("geth", "gas limit reached"),
        ("geth cap", "tx fee (1.10 ether) exceeds the configured cap (1.00 ether)"),
        ("geth account", "sender not an eoa: address 0x1, codehash: 0x2"),
        ("geth pools", "address already reserved"),
        ("geth call", "execution reverted"),
        ("anvil", "unknown transaction"),
        ("Arbitrum classic", "invalid transaction nonce"),
        ("Linea", "sender 0x1 is blocked as appearing on the SDN or other legally prohibited list"),
        ("py-evm", "Transaction exceeds gas limit: using 9, bringing total to 30029123, but limit is 30029122"),
    ),
}
CASES = [(meaning, client, text) for meaning, said in TEXTS.items() for client, text in said]
NEVER_FINAL = (
    "already known",
    "known transaction",
    "nonce too low",
    "replacement transaction underpriced",
    "transaction underpriced",
    "request timed out",
    "timeout",
    "too many requests",
    "txpool is full",
    "header not found",
)
FINAL = (Meaning.INVALID, Meaning.NO_MONEY)


@pytest.mark.parametrize(
    ("meaning", "client", "text"), CASES, ids=[f"{client}: {text}"[:60] for _, client, text in CASES]
)
def test_each_client_is_understood(meaning: Meaning, client: str, text: str) -> None:
    assert meaning_of(text) is meaning, client


def test_the_table_of_texts_has_every_meaning_and_no_text_twice() -> None:
    assert set(TEXTS) == set(Meaning)
    assert len({(client, text) for _, client, text in CASES}) == len(CASES)


SURROUNDINGS = st.sampled_from(
    ["", "eth_sendRawTransaction: ", "The chain does not take that: ", "[0x9a71]: ", "err: ", "(code: -32000) ", "'"]
)


@given(
    case=st.sampled_from(CASES),
    before=SURROUNDINGS,
    after=SURROUNDINGS,
    case_of=st.sampled_from([str.upper, str.lower, str.title]),
)
def test_neither_case_nor_surroundings_matter(
    case: tuple[Meaning, str, str], before: str, after: str, case_of: type[str]
) -> None:
    meaning, _, text = case
    assert meaning_of(before + text + after) is meaning
    assert meaning_of(before + case_of(text)) is meaning


@given(st.text() | st.binary().map(repr))
@example("sync " * 100_000)
@example(f"invalid transaction nonce: expected {'9' * 5_000}, but got {'9' * 5_000}")
@example("invalid transaction nonce: expected ٣, but got ٢")
def test_any_text_has_a_meaning(text: str) -> None:
    assert meaning_of(text) in Meaning


@given(
    hint=st.sampled_from(NEVER_FINAL), case=st.sampled_from(CASES), joint=st.sampled_from([": ", ", ", "; ", "\n", " "])
)
def test_a_hint_of_bytes_taken_or_of_a_busy_node_is_never_final(
    hint: str, case: tuple[Meaning, str, str], joint: str
) -> None:
    assert meaning_of(hint + joint + case[2]) not in FINAL
    assert meaning_of(case[2] + joint + hint) not in FINAL


@pytest.mark.parametrize(
    ("error", "meaning"),
    [
        (RateLimited("The node answers: too many requests."), Meaning.BUSY),
        (Unreachable("The node did not answer eth_sendRawTransaction in 30 s."), Meaning.BUSY),
        (Unreachable("The node cannot be reached: ConnectionError."), Meaning.BUSY),
        (Unreachable("The node answers no JSON (HTTP status 502)."), Meaning.BUSY),
        (NodeRefused("eth_sendRawTransaction: nonce too low"), Meaning.NONCE_USED),
    ],
    ids=str,
)
def test_the_package_s_own_errors_are_understood_too(error: ChainError, meaning: Meaning) -> None:
    assert meaning_of(str(error)) is meaning


GWEI = 10**9
# What is changed about a plain payment of one wei, and what both nodes then mean.
REFUSED: dict[str, tuple[dict[str, Any], Meaning]] = {
    "of another chain": ({"chain_id": 5}, Meaning.INVALID),
    "too little gas": ({"gas_limit": 20_000}, Meaning.INVALID),
    "more gas than a block": ({"gas_limit": 10**9}, Meaning.INVALID),
    "more wei than there are": ({"value_wei": 10**30}, Meaning.NO_MONEY),
    "fees below the base fee": ({"max_fee_wei": 1, "tip_wei": 1}, Meaning.FEE_TOO_LOW),
}


@pytest.fixture(params=["local", "anvil"])
def chain(request: pytest.FixtureRequest) -> Iterator[LocalChain | AnvilChain]:
    if request.param == "local":
        yield LocalChain()
        return
    process: AnvilProcess = request.getfixturevalue("anvil_process")
    chain = AnvilChain.at(process.url)
    snapshot = chain.take_snapshot()
    yield chain
    chain.revert_to(snapshot)


def payment(chain: LocalChain | AnvilChain) -> UnsignedTransaction:
    alice, bob = (development_signer(index, chain.network).address for index in (8, 9))
    nonce = chain.nonce(alice)
    return UnsignedTransaction(chain.network.chain_id, nonce, bob, b"", 1, 21_000, 10 * GWEI, 1)


def answer(chain: LocalChain | AnvilChain, transaction: UnsignedTransaction) -> Meaning:
    with pytest.raises(NodeRefused) as refused:
        publish(chain, transaction)
    return meaning_of(str(refused.value))


def publish(chain: LocalChain | AnvilChain, transaction: UnsignedTransaction) -> None:
    network = replace(chain.network, chain_id=transaction.chain_id)  # the signer refuses other chains before any node
    chain.publish(development_signer(8, network).sign_transaction(transaction))


@pytest.mark.parametrize(("changes", "meaning"), REFUSED.values(), ids=REFUSED)
def test_what_nodes_refuse_today_is_understood(
    chain: LocalChain | AnvilChain, changes: dict[str, Any], meaning: Meaning
) -> None:
    assert answer(chain, replace(payment(chain), **changes)) is meaning


def test_a_used_nonce_is_understood(chain: LocalChain | AnvilChain) -> None:
    mined = payment(chain)
    publish(chain, mined)

    assert answer(chain, replace(mined, value_wei=2)) is Meaning.NONCE_USED


def test_a_nonce_to_come_is_understood() -> None:
    chain = LocalChain()  # anvil keeps such transactions
    assert answer(chain, replace(payment(chain), nonce=7)) is Meaning.NONCE_GAP


def test_what_is_in_the_pool_is_understood(anvil_process: AnvilProcess) -> None:
    chain = AnvilChain.at(anvil_process.url)
    pooled = payment(chain)
    with chain.mining_paused():
        publish(chain, pooled)

        assert answer(chain, pooled) is Meaning.TAKEN
        assert answer(chain, replace(pooled, value_wei=2)) is Meaning.UNDERPRICED
        chain.drop_all_transactions()

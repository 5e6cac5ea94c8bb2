"""A real node over JSON-RPC."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeVar

from stablecoin_tools.chain.answers import (
    is_unknown_method,
    read_block,
    read_block_hash,
    read_body,
    read_bytes,
    read_fees,
    read_has_base_fee,
    read_logs,
    read_quantity,
    read_receipt,
    read_rehearsal,
    read_simulation,
)
from stablecoin_tools.chain.rpc import Question, Rpc
from stablecoin_tools.chain.values import Block, Call, FeeHistory, Log, MinedTransaction, Receipt, Rehearsed, Survey
from stablecoin_tools.errors import ChainError, NodeRefused, StablecoinError, WrongChain
from stablecoin_tools.networks import Finality

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from stablecoin_tools.addresses import Address
    from stablecoin_tools.chain.protocol import BlockId
    from stablecoin_tools.chain.transport import Transport
    from stablecoin_tools.networks import Network

__all__ = ["HttpChain"]

T = TypeVar("T")

_SIMULATED_BLOCKS: Final = 200
"""Over so many blocks calls are spread, since each block has only so much gas. Source: geth simulates 256 at most."""

_FEE_BLOCKS: Final = 20
_MEDIAN_PERCENTILE: Final = 50


class HttpChain:
    """A chain behind a JSON-RPC node.

    Args:
        network: Which chain the node must be on.
        transport: How to reach it: an `HttpTransport`, or any web3 provider.

    Raises:
        WrongChain: If the node is on another chain.
        Unreachable: If the node does not answer.
    """

    def __init__(self, network: Network, transport: Transport) -> None:
        self._network = network
        self._transport = transport
        self._rpc = Rpc(transport)
        self._has_seen_base_fee = False
        chain_id = self.chain_id()
        if chain_id != network.chain_id:
            raise WrongChain(f"The node is on chain {chain_id}; {network.name} is chain {network.chain_id}.")

    def __repr__(self) -> str:
        return f"HttpChain({self._network.name!r})"

    @property
    def network(self) -> Network:
        """Which chain this is."""
        return self._network

    def chain_id(self) -> int:
        """Which chain the node says it is on, asked anew."""
        return self._ask(read_quantity, "eth_chainId")

    def call(self, call: Call, *, sender: Address | None = None, block: BlockId = "latest") -> bytes:
        """The answer of a call that changes nothing."""
        return self._ask(read_bytes, "eth_call", _call_fields(call, sender), _block_id(block))

    def estimate_gas(self, call: Call, *, sender: Address) -> int:
        """How much gas the call would use if sent now."""
        return self._rpc.ask(_estimate(call, sender))

    def balance_wei(self, account: Address) -> int:
        """How much native coin an account has, in wei."""
        return self._rpc.ask(_balance(account))

    def code(self, account: Address) -> bytes:
        """The contract's code, empty if there is none."""
        return self._ask(read_bytes, "eth_getCode", str(account), "latest")

    def storage(self, account: Address, slot: int) -> bytes:
        """One word of a contract's storage, 32 bytes."""
        return self._ask(read_bytes, "eth_getStorageAt", str(account), hex(slot), "latest")

    def nonce(self, account: Address, *, block: BlockId = "pending") -> int:
        """The next nonce of an account after a block, pending transactions counted unless another is named."""
        return self._rpc.ask(_nonce(account, block))

    def block(self, block: BlockId = "latest") -> Block:
        """A block's head."""
        found = self._rpc.ask(_head(read_block, block))
        if found is None:
            raise NodeRefused(f"The node knows no block {block}.")
        return found

    def block_hashes(self, numbers: Sequence[int]) -> list[str | None]:
        """The hashes of the blocks that now have these numbers, None where there is no such block."""
        return _all(self._rpc.ask_all([_head(read_block_hash, number) for number in numbers]))

    def transactions_in(self, block: int) -> tuple[MinedTransaction, ...]:
        """What one block holds, all of it, in its order."""
        found = self._ask(read_body, "eth_getBlockByNumber", hex(block), True)  # noqa: FBT003  # whole ones
        if found is None:
            raise NodeRefused(f"The node knows no block {block}.")
        if found.number != block:
            raise NodeRefused(f"The node answers block {found.number} where {block} was asked for.")
        return found.transactions

    def finalized_number(self) -> int:
        """The number of the newest block that can no longer be undone, by the network's rule."""
        if self._network.finality is Finality.TAG:
            return self.block("finalized").number
        return max(0, self._ask(read_quantity, "eth_blockNumber") - self._network.finality_depth)

    def safe_number(self) -> int:
        """The number of the newest block that is unlikely to be undone: `safe`, where the node knows the word."""
        if self._network.finality is Finality.TAG:
            try:
                return self.block("safe").number
            except NodeRefused:
                pass
        return self.finalized_number()

    def fee_history(self) -> FeeHistory:
        """What gas cost lately."""
        (found,) = self._rpc.ask_all([_FEES])
        return self._fee_history(found)

    def survey(self, calls: Sequence[Call], *, sender: Address) -> Survey:
        """What sending these calls would take, read in one round trip."""
        questions: list[Question[Any]] = [_estimate(call, sender) for call in calls]
        *gas, fees, balance, nonce = self._rpc.ask_all([*questions, _FEES, _balance(sender), _nonce(sender, "pending")])
        balance, nonce = _all([balance, nonce])
        return Survey(tuple(gas), self._fee_history(fees), balance, nonce)

    def simulate(
        self, calls: Sequence[tuple[Address, Call]], *, codes: Mapping[Address, bytes] | None = None
    ) -> list[StablecoinError | None]:
        """Tries calls one after the other on the newest state; nothing is sent. Source: eth_simulateV1."""
        if not calls:
            return []
        fields, size = [_call_fields(call, sender) for sender, call in calls], -(-len(calls) // _SIMULATED_BLOCKS)
        blocks: list[dict[str, Any]] = [{"calls": fields[at : at + size]} for at in range(0, len(fields), size)]
        overrides = {str(account): {"code": "0x" + code.hex()} for account, code in (codes or {}).items()}
        if overrides:
            blocks[0]["stateOverrides"] = overrides
        found = self._ask(read_simulation, "eth_simulateV1", {"blockStateCalls": blocks}, "latest")
        if len(found) != len(calls):
            raise NodeRefused(f"The node simulated {len(found)} of {len(calls)} calls.")
        return list(found)

    def rehearse(self, calls: Sequence[tuple[Address, Call]], *, block: BlockId = "latest") -> list[Rehearsed]:
        """What would come of calls in one block on top of another, all at one time. Source: eth_simulateV1."""
        asked = [_call_fields(call, sender) for sender, call in calls]
        found = self._ask(read_rehearsal, "eth_simulateV1", {"blockStateCalls": [{"calls": asked}]}, _block_id(block))
        if len(found) != len(calls):
            raise NodeRefused(f"The node rehearsed {len(found)} of {len(calls)} calls.")
        return found

    def _fee_history(self, fees: tuple[int | None, tuple[int, ...]] | StablecoinError) -> FeeHistory:
        if isinstance(fees, StablecoinError):
            if is_unknown_method(fees):
                return self._legacy_fees()
            raise fees
        base_fee, tips = fees
        if base_fee is None or not (base_fee or self._has_base_fee()):
            return self._legacy_fees()
        # Not every node makes suggestions, so it is asked only where blocks give no hint.
        return FeeHistory(base_fee, tips, 0 if any(tips) else self._ask(read_quantity, "eth_maxPriorityFeePerGas"))

    def _legacy_fees(self) -> FeeHistory:
        return FeeHistory(0, (), 0, gas_price_wei=self._ask(read_quantity, "eth_gasPrice"))

    def _has_base_fee(self) -> bool:
        """Whether blocks have a base fee: nodes of chains without one answer zero, as do those where gas is free."""
        # A chain that has had one keeps it, so it is asked until then alone.
        self._has_seen_base_fee = self._has_seen_base_fee or self._rpc.ask(_head(read_has_base_fee, "latest"))
        return self._has_seen_base_fee

    def publish(self, signed_transaction: bytes) -> None:
        """Hands signed bytes to the node."""
        self._rpc.ask(_publication(signed_transaction))

    def publish_many(self, signed: Sequence[bytes]) -> list[ChainError | None]:
        """Hands several to the node in this order; None for each that it took."""
        answers = self._rpc.ask_all([_publication(one) for one in signed])
        return [answer if isinstance(answer, ChainError) else None for answer in answers]

    def receipt(self, transaction_hash: str) -> Receipt | None:
        """What became of a transaction, or None while it is not mined."""
        return self._rpc.ask(_receipt(transaction_hash))

    def receipts(self, hashes: Sequence[str]) -> list[Receipt | None]:
        """What became of several transactions, None for each that is not mined."""
        return _all(self._rpc.ask_all([_receipt(transaction_hash) for transaction_hash in hashes]))

    def logs(self, address: Address, *, from_block: int, to_block: int, topics: Sequence[bytes] = ()) -> list[Log]:
        """A contract's events in these blocks, both included."""
        wanted = {
            "address": str(address),
            "fromBlock": hex(from_block),
            "toBlock": hex(to_block),
            "topics": ["0x" + topic.hex() for topic in topics],
        }
        return self._ask(read_logs, "eth_getLogs", wanted)

    def _ask(self, read: Callable[[Any], T], method: str, *params: Any) -> T:
        return self._rpc.ask(Question(read, method, params))


_FEES: Final = Question(read_fees, "eth_feeHistory", (hex(_FEE_BLOCKS), "latest", [_MEDIAN_PERCENTILE]))


def _estimate(call: Call, sender: Address) -> Question[int]:
    return Question(read_quantity, "eth_estimateGas", (_call_fields(call, sender),))


def _balance(account: Address) -> Question[int]:
    return Question(read_quantity, "eth_getBalance", (str(account), "latest"))


def _nonce(account: Address, block: BlockId) -> Question[int]:
    return Question(read_quantity, "eth_getTransactionCount", (str(account), _block_id(block)))


def _head(read: Callable[[Any], T], block: BlockId) -> Question[T]:
    return Question(read, "eth_getBlockByNumber", (_block_id(block), False))


def _publication(signed: bytes) -> Question[str]:
    return Question(str, "eth_sendRawTransaction", ("0x" + signed.hex(),))


def _receipt(transaction_hash: str) -> Question[Receipt | None]:
    return Question(read_receipt, "eth_getTransactionReceipt", (transaction_hash,))


def _all(answers: list[T | StablecoinError]) -> list[T]:
    """The answers, or the first error among them."""
    good = []
    for answer in answers:
        if isinstance(answer, StablecoinError):
            raise answer
        good.append(answer)
    return good


def _call_fields(call: Call, sender: Address | None) -> dict[str, str]:
    fields = {"data": "0x" + call.data.hex(), "value": hex(call.value_wei)}
    if call.to is not None:
        fields["to"] = str(call.to)
    if sender is not None:
        fields["from"] = str(sender)
    return fields


def _block_id(block: BlockId) -> str:
    return hex(block) if isinstance(block, int) else block

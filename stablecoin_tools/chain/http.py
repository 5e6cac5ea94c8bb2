"""A real node over JSON-RPC."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, TypeVar

from stablecoin_tools.addresses import Address
from stablecoin_tools.chain.refusals import refusal
from stablecoin_tools.chain.values import Block, Call, FeeHistory, Log, Receipt
from stablecoin_tools.errors import NodeRefused, RateLimited, Unreachable, WrongChain
from stablecoin_tools.networks import Finality

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from stablecoin_tools.chain.protocol import BlockId
    from stablecoin_tools.chain.transport import Transport
    from stablecoin_tools.errors import ChainError, Reverted, StablecoinError
    from stablecoin_tools.networks import Network

__all__ = ["HttpChain"]

T = TypeVar("T")

_SHOWN: Final = 120
_FEE_BLOCKS: Final = 20
_MEDIAN_PERCENTILE: Final = 50
_RATE_LIMIT_CODES: Final = (-32005, 429)
_RATE_LIMIT_WORDS: Final = re.compile(r"rate limit|too many requests|request limit|limit exceeded", re.IGNORECASE)
_REVERT_WORDS: Final = re.compile(r"revert", re.IGNORECASE)
_REVERT_CODE: Final = 3
_QUANTITY: Final = re.compile(r"0x[0-9a-fA-F]+")
_REVERT_DATA: Final = re.compile(r"0x(?:[0-9a-fA-F]{2})*")


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
        chain_id = self._ask(_quantity, "eth_chainId")
        if chain_id != network.chain_id:
            raise WrongChain(f"The node is on chain {chain_id}; {network.name} is chain {network.chain_id}.")

    def __repr__(self) -> str:
        return f"HttpChain({self._network.name!r})"

    @property
    def network(self) -> Network:
        """Which chain this is."""
        return self._network

    def call(self, call: Call, *, sender: Address | None = None, block: BlockId = "latest") -> bytes:
        """The answer of a call that changes nothing."""
        return self._ask(_bytes, "eth_call", _call_fields(call, sender), _block_id(block))

    def estimate_gas(self, call: Call, *, sender: Address) -> int:
        """How much gas the call would use if sent now."""
        return self._ask(_quantity, "eth_estimateGas", _call_fields(call, sender))

    def balance_wei(self, account: Address) -> int:
        """How much native coin an account has, in wei."""
        return self._ask(_quantity, "eth_getBalance", str(account), "latest")

    def code(self, account: Address) -> bytes:
        """The contract's code, empty if there is none."""
        return self._ask(_bytes, "eth_getCode", str(account), "latest")

    def storage(self, account: Address, slot: int) -> bytes:
        """One word of a contract's storage, 32 bytes."""
        return self._ask(_bytes, "eth_getStorageAt", str(account), hex(slot), "latest")

    def nonce(self, account: Address) -> int:
        """The next nonce of an account, pending transactions counted."""
        return self._ask(_quantity, "eth_getTransactionCount", str(account), "pending")

    def block(self, block: BlockId = "latest") -> Block:
        """A block's head."""
        found = self._ask(_block, "eth_getBlockByNumber", _block_id(block), False)  # noqa: FBT003  # no transactions
        if found is None:
            raise NodeRefused(f"The node knows no block {block}.")
        return found

    def finalized_number(self) -> int:
        """The number of the newest block that can no longer be undone, by the network's rule."""
        if self._network.finality is Finality.TAG:
            return self.block("finalized").number
        return max(0, self._ask(_quantity, "eth_blockNumber") - self._network.finality_depth)

    def fee_history(self) -> FeeHistory:
        """What gas cost lately."""
        base_fee, tips = self._ask(_fees, "eth_feeHistory", hex(_FEE_BLOCKS), "latest", [_MEDIAN_PERCENTILE])
        # Not every node makes suggestions, so it is asked only where blocks give no hint.
        return FeeHistory(base_fee, tips, 0 if any(tips) else self._ask(_quantity, "eth_maxPriorityFeePerGas"))

    def publish(self, signed_transaction: bytes) -> None:
        """Hands signed bytes to the node."""
        self._ask(str, "eth_sendRawTransaction", "0x" + signed_transaction.hex())

    def receipt(self, transaction_hash: str) -> Receipt | None:
        """What became of a transaction, or None while it is not mined."""
        return self._ask(_receipt, "eth_getTransactionReceipt", transaction_hash)

    def logs(self, address: Address, *, from_block: int, to_block: int, topics: Sequence[bytes] = ()) -> list[Log]:
        """A contract's events in these blocks, both included."""
        wanted = {
            "address": str(address),
            "fromBlock": hex(from_block),
            "toBlock": hex(to_block),
            "topics": ["0x" + topic.hex() for topic in topics],
        }
        return self._ask(_logs, "eth_getLogs", wanted)

    def _ask(self, read: Callable[[Any], T], method: str, *params: Any) -> T:
        """Sends one request and reads the answer; nothing but a typed error ever comes of it."""
        try:
            answer = self._transport.make_request(method, list(params))
        except (OSError, ValueError) as error:  # how web3's providers fail; the message may hold the URL
            raise _unanswered(error) from None
        if answer.get("error") is not None:
            raise _error(method, answer["error"])
        try:
            return read(answer["result"])
        except (KeyError, IndexError, TypeError, ValueError, AttributeError):
            raise NodeRefused(f"The node's answer to {method} makes no sense: {str(answer)[:_SHOWN]}") from None


def _unanswered(error: Exception) -> ChainError:
    if getattr(getattr(error, "response", None), "status_code", None) == HTTPStatus.TOO_MANY_REQUESTS:
        return RateLimited("The node answers: too many requests.")
    return Unreachable(f"The node cannot be reached: {type(error).__name__}.")


def _error(method: str, error: Any) -> StablecoinError:
    """The typed error of a JSON-RPC error object; nodes differ in where they put the bytes of a revert."""
    if not isinstance(error, dict):
        return NodeRefused(f"{method}: {error}")
    code, message = error.get("code", 0), str(error.get("message", error))
    if method in ("eth_call", "eth_estimateGas"):
        reverted = _reverted(code, message, error.get("data"))
        if reverted is not None:
            return reverted
    if code in _RATE_LIMIT_CODES or _RATE_LIMIT_WORDS.search(message):
        return RateLimited(f"The node answers {method}: {message}")
    return NodeRefused(f"{method}: {message}", error_code=code if isinstance(code, int) else 0)


def _reverted(code: Any, message: str, detail: Any) -> Reverted | None:
    if isinstance(detail, dict):
        detail = detail.get("data")
    found = _REVERT_DATA.search(detail) if isinstance(detail, str) else None
    if found is not None and (len(found[0]) > len("0x") or code == _REVERT_CODE):
        return refusal(_bytes(found[0]))
    if code == _REVERT_CODE or _REVERT_WORDS.search(message):
        return refusal(b"")
    return None


def _call_fields(call: Call, sender: Address | None) -> dict[str, str]:
    fields = {"data": "0x" + call.data.hex(), "value": hex(call.value_wei)}
    if call.to is not None:
        fields["to"] = str(call.to)
    if sender is not None:
        fields["from"] = str(sender)
    return fields


def _block_id(block: BlockId) -> str:
    return hex(block) if isinstance(block, int) else block


def _quantity(answer: Any) -> int:
    if not _QUANTITY.fullmatch(answer):
        raise ValueError(answer)
    return int(answer, 16)


def _bytes(answer: Any) -> bytes:
    return bytes.fromhex(answer.removeprefix("0x"))


def _block(answer: Any) -> Block | None:
    if answer is None:
        return None
    return Block(
        number=_quantity(answer["number"]),
        hash=answer["hash"],
        timestamp=_quantity(answer["timestamp"]),
        base_fee_wei=_quantity(answer.get("baseFeePerGas", "0x0")),
    )


def _fees(answer: Any) -> tuple[int, tuple[int, ...]]:
    tips = tuple(_quantity(rewards[0]) for rewards in answer.get("reward") or ())
    return _quantity(answer["baseFeePerGas"][-1]), tips


def _receipt(answer: Any) -> Receipt | None:
    if answer is None or answer.get("blockNumber") is None:
        return None
    created = answer.get("contractAddress")
    return Receipt(
        transaction_hash=answer["transactionHash"],
        block_number=_quantity(answer["blockNumber"]),
        block_hash=answer["blockHash"],
        succeeded=_quantity(answer["status"]) == 1,
        gas_used=_quantity(answer["gasUsed"]),
        gas_price_wei=_quantity(answer["effectiveGasPrice"]),
        contract_address=Address(_bytes(created)) if created else None,
        logs=tuple(_logs(answer["logs"])),
    )


def _logs(answer: Any) -> list[Log]:
    return [
        Log(
            address=Address(_bytes(log["address"])),
            topics=tuple(_bytes(topic) for topic in log["topics"]),
            data=_bytes(log["data"]),
            block_number=_quantity(log["blockNumber"]),
            transaction_hash=log["transactionHash"],
            index=_quantity(log["logIndex"]),
        )
        for log in answer
    ]

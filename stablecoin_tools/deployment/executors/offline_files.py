"""What goes to a machine that is never connected, and what comes back: two files, each read as if somebody edited it.

The file that goes holds the whole plan, so that the machine shows what is signed from the plan's own bytes. The same
content has the same bytes, and a file in any other bytes is refused.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeVar

from stablecoin_tools.addresses import Address, parse_address
from stablecoin_tools.deployment.executors.authority import created_by, receiver
from stablecoin_tools.deployment.plan_reading import read_plan
from stablecoin_tools.errors import StablecoinError, UsageError
from stablecoin_tools.json_texts import read_json
from stablecoin_tools.signers import UnsignedTransaction
from stablecoin_tools.transactions import Fees

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from stablecoin_tools.deployment.plans import NetworkPlan, Plan, Step

__all__ = ["SignedSteps", "UnsignedSteps", "read_signed", "read_unsigned"]

_VERSION: Final = 1
_UNSIGNED: Final = "unsigned steps of a plan"
_SIGNED: Final = "signed steps of a plan"
_HINT: Final = "Make it anew; nothing was signed or sent."
_NUMBER_BITS: Final = 64
_WEI_BITS: Final = 128


@dataclass(frozen=True, slots=True)
class UnsignedSteps:
    """Steps of a plan as transactions of one account, ready to be signed elsewhere.

    Attributes:
        plan: The plan, all of it.
        network_name: On which of its networks.
        chain_id: The chain of that.
        sender: Who is to sign.
        first: The first of the steps, counted from 0.
        nonce: The nonce of the first transaction; the others follow.
        gas_limits: The most gas that each may use; so many steps follow the first one without a gap.
        fees: What all of them offer for a unit of gas.
    """

    plan: Plan
    network_name: str
    chain_id: int
    sender: Address
    first: int
    nonce: int
    gas_limits: tuple[int, ...]
    fees: Fees

    @property
    def network(self) -> NetworkPlan:
        """What the plan does on that network.

        Raises:
            UsageError: If it does nothing there.
        """
        for network in self.plan.networks:
            if (network.network, network.chain_id) == (self.network_name, self.chain_id):
                return network
        raise UsageError(f"The plan does nothing on {self.network_name!a:.40}, chain {self.chain_id}.")

    @property
    def steps(self) -> tuple[Step, ...]:
        """What is done, in this order: one step for each transaction."""
        return self.network.steps[self.first : self.first + len(self.gas_limits)]

    @property
    def transactions(self) -> tuple[UnsignedTransaction, ...]:
        """What is signed, in this order."""
        return tuple(
            UnsignedTransaction(
                chain_id=self.chain_id,
                nonce=self.nonce + place,
                to=receiver(step.call),
                data=step.call.data,
                value_wei=step.call.value_wei,
                gas_limit=gas_limit,
                max_fee_wei=self.fees.max_fee_wei,
                tip_wei=self.fees.tip_wei,
                is_legacy=self.fees.is_legacy,
            )
            for place, (step, gas_limit) in enumerate(zip(self.steps, self.gas_limits, strict=True))
        )

    @property
    def greatest_cost_wei(self) -> int:
        """The most that all of it can cost the sender, in wei."""
        value_wei = sum(step.call.value_wei for step in self.steps)
        return value_wei + sum(self.gas_limits) * self.fees.max_fee_wei

    @property
    def hash(self) -> str:
        """The SHA-256 of all that it says, as hex."""
        return _hash(self._content())

    def as_text(self) -> str:
        """The file: the same steps have the same bytes."""
        return _text({**self._content(), "hash": self.hash})

    def _content(self) -> dict[str, Any]:
        return {
            "file": _UNSIGNED,
            "version": _VERSION,
            "network": self.network_name,
            "chain_id": self.chain_id,
            "sender": str(self.sender),
            "plan_hash": self.plan.hash,
            "max_fee_wei": self.fees.max_fee_wei,
            "tip_wei": self.fees.tip_wei,
            "is_legacy": self.fees.is_legacy,
            "greatest_cost_wei": self.greatest_cost_wei,
            "transactions": [
                _transaction_json(number, step, transaction)
                for number, (step, transaction) in enumerate(
                    zip(self.steps, self.transactions, strict=True), self.first + 1
                )
            ],
            "plan": self.plan.as_json(),
        }


@dataclass(frozen=True, slots=True)
class SignedSteps:
    """The same transactions, signed.

    Attributes:
        unsigned_hash: Of which file.
        plan_hash: Of which plan.
        chain_id: On which chain.
        sender: Who signed.
        signed: The bytes to publish, in this order.
    """

    unsigned_hash: str
    plan_hash: str
    chain_id: int
    sender: Address
    signed: tuple[bytes, ...]

    @property
    def transaction_hashes(self) -> tuple[str, ...]:
        """Under which hashes they will be mined, as 0x-hex."""
        from eth_hash.auto import keccak

        return tuple("0x" + keccak(one).hex() for one in self.signed)

    def as_text(self) -> str:
        """The file: the same transactions have the same bytes."""
        content = self._content()
        return _text({**content, "hash": _hash(content)})

    def _content(self) -> dict[str, Any]:
        return {
            "file": _SIGNED,
            "version": _VERSION,
            "unsigned_hash": self.unsigned_hash,
            "plan_hash": self.plan_hash,
            "chain_id": self.chain_id,
            "sender": str(self.sender),
            "transactions": [
                {"hash": transaction_hash, "signed": "0x" + one.hex()}
                for transaction_hash, one in zip(self.transaction_hashes, self.signed, strict=True)
            ],
        }


_Steps = TypeVar("_Steps", UnsignedSteps, SignedSteps)


def read_unsigned(text: str) -> UnsignedSteps:
    """Reads a file of unsigned steps; whether its plan has expired is asked when it is signed.

    Raises:
        UsageError: If it is none, or was edited. Nothing was signed.
    """
    return _read(text, "file of unsigned steps", "stablecoin apply PLAN --offline", _unsigned)


def read_signed(text: str) -> SignedSteps:
    """Reads a file of signed steps; whether they are those that were asked for is found when they are published.

    Raises:
        UsageError: If it is none, or was edited. Nothing was sent.
    """
    return _read(text, "file of signed steps", "stablecoin sign", _signed)


def _read(text: str, what: str, writer: str, reader: Callable[[Mapping[str, Any]], _Steps]) -> _Steps:
    try:
        steps = reader(read_json(text))
        is_as_written = steps.as_text() == text
    except StablecoinError as error:
        raise UsageError(f"This is no {what}: {error}", hint=_HINT) from error
    except KeyError as error:
        raise UsageError(f"This is no {what}: it lacks {error.args[0]!r:.40}.", hint=_HINT) from error
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError, OverflowError) as error:
        raise UsageError(f"This is no {what}: it is not what `{writer}` writes.", hint=_HINT) from error
    if not is_as_written:
        raise UsageError(f"This {what} was edited: it is not in the bytes in which it was written.", hint=_HINT)
    return steps


def _unsigned(written: Mapping[str, Any]) -> UnsignedSteps:
    transactions = written["transactions"]
    return UnsignedSteps(
        plan=_plan(written["plan"]),
        network_name=written["network"],
        chain_id=_number(written["chain_id"], _NUMBER_BITS),
        sender=parse_address(written["sender"]),
        first=_number(_number(transactions[0]["step"], _NUMBER_BITS) - 1, _NUMBER_BITS),
        nonce=_number(transactions[0]["nonce"], _NUMBER_BITS),
        gas_limits=tuple(_number(one["gas_limit"], _NUMBER_BITS) for one in transactions),
        fees=_fees(written),
    )


def _plan(written: Any) -> Plan:
    try:
        return read_plan(_text(written), now=None)
    except UsageError as error:
        if error.__cause__ is None or isinstance(error.__cause__, StablecoinError):
            raise
        raise UsageError("what it holds as its plan is none.") from error


def _fees(written: Mapping[str, Any]) -> Fees:
    fees = Fees(
        max_fee_wei=_number(written["max_fee_wei"], _WEI_BITS),
        tip_wei=_number(written["tip_wei"], _WEI_BITS),
        is_legacy=written["is_legacy"] is True,
    )
    if fees.tip_wei > fees.max_fee_wei:
        raise UsageError("The tip is more than the most that is paid.")
    return fees


def _signed(written: Mapping[str, Any]) -> SignedSteps:
    return SignedSteps(
        unsigned_hash=str(written["unsigned_hash"]),
        plan_hash=str(written["plan_hash"]),
        chain_id=_number(written["chain_id"], _NUMBER_BITS),
        sender=parse_address(written["sender"]),
        signed=tuple(bytes.fromhex(one["signed"].removeprefix("0x")) for one in written["transactions"]),
    )


def _number(number: Any, bits: int) -> int:
    if type(number) is not int or not 0 <= number < 1 << bits:
        raise UsageError(f"Not a natural number of {bits} bits: {number!r:.40}.")
    return number


def _transaction_json(number: int, step: Step, transaction: UnsignedTransaction) -> dict[str, Any]:
    created = created_by(step.call)
    return {
        "step": number,
        "coin": step.coin,
        "description": step.call.description,
        "to": str(transaction.to),
        "expected_address": None if created is None else str(created),
        "value_wei": transaction.value_wei,
        "data_sha256": hashlib.sha256(transaction.data).hexdigest(),
        "nonce": transaction.nonce,
        "gas_limit": transaction.gas_limit,
    }


def _hash(content: Mapping[str, Any]) -> str:
    return hashlib.sha256(_text(content).encode()).hexdigest()


def _text(content: Mapping[str, Any]) -> str:
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"

"""The steps of a plan as one transaction of a Safe: a file to import, and the hashes to check on a hardware wallet.

Nothing is sent here: the owners sign what the Safe's own application makes of the file, and compare the hashes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from stablecoin_tools.addresses import ZERO_ADDRESS, Address
from stablecoin_tools.artifacts import Abi
from stablecoin_tools.chain import Call
from stablecoin_tools.deployment.executors.authority import check_steps, receiver
from stablecoin_tools.deployment.executors.transaction_builder import builder_file
from stablecoin_tools.errors import ConfigError, Reverted, UsageError
from stablecoin_tools.signers.encoding import typed_bytes

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from stablecoin_tools.chain import Chain
    from stablecoin_tools.deployment.plans import NetworkPlan, Plan

__all__ = ["Safe", "SafeBatch", "SafeTransaction", "batch_for_safe", "batch_of_calls", "read_safe"]


def _view(name: str, output: str) -> dict[str, Any]:
    return {"type": "function", "name": name, "inputs": [], "outputs": [{"type": output}], "stateMutability": "view"}


_ABI: Final = Abi(
    [
        _view("VERSION", "string"),
        _view("nonce", "uint256"),
        _view("getThreshold", "uint256"),
        _view("getOwners", "address[]"),
        _view("domainSeparator", "bytes32"),
        {"type": "function", "name": "multiSend", "inputs": [{"name": "transactions", "type": "bytes"}]},
    ]
)
_CALL: Final = 0
_DELEGATECALL: Final = 1
_BYTES_BEFORE_HASHES: Final = 2  # 0x1901
_HASH_BYTES: Final = 32


def _address(digits: str) -> Address:
    return Address(bytes.fromhex(digits))


# Where MultiSendCallOnly is, by the Safe's version, and what its code hashes to. It runs as the Safe itself, so other
# code there could take the Safe over: it is never named to anybody without a look at it.
# Source: safe-global/safe-deployments, src/assets/v*/multi_send_call_only.json.
_CANONICAL_1_3_0: Final = _address("40a2accbd92bca938b02010e17a5b8929b49130d")
_EIP155_1_3_0: Final = _address("a1dabef33b3b82c7814b6d82a79e50f4ac44102b")
_MULTI_SENDS: Final = {
    "1.3.0": (
        (_CANONICAL_1_3_0, _EIP155_1_3_0),
        "a9865ac2d9c7a1591619b188c4d88167b50df6cc0c5327fcbd1c8c75f7c066ad",
    ),
    "1.4.1": (
        (_address("9641d764fc13c8b624c04430c7356c1c7c8102e2"),),
        "ecd5bd14a08c5d2122379900b2f272bdf107a7e92423c10dd5fe3254386c9939",
    ),
    "1.5.0": (
        (_address("a83c336b20401af773b6219ba5027174338d1836"),),
        "cdbdcec38d2f1c7d961b0029ff8416b7e86e9974d6f0e9c9580c7d17fcfb6663",
    ),
}
# On these chains the Safe's application prefers the second address of 1.3.0 where both are there. Same source.
_EIP155_FIRST: Final = frozenset(
    {10, 25, 196, 204, 252, 690, 1088, 1514, 5000, 8453, 42220, 43114, 57073, 84532, 167000, 560048, 11155111}
)

_TYPES: Final = {
    "EIP712Domain": [{"name": "chainId", "type": "uint256"}, {"name": "verifyingContract", "type": "address"}],
    "SafeTx": [
        {"name": "to", "type": "address"},
        {"name": "value", "type": "uint256"},
        {"name": "data", "type": "bytes"},
        {"name": "operation", "type": "uint8"},
        {"name": "safeTxGas", "type": "uint256"},
        {"name": "baseGas", "type": "uint256"},
        {"name": "gasPrice", "type": "uint256"},
        {"name": "gasToken", "type": "address"},
        {"name": "refundReceiver", "type": "address"},
        {"name": "nonce", "type": "uint256"},
    ],
}
"""What the owners sign, since 1.3.0. Source: safe-global/safe-smart-account, contracts/Safe.sol."""


@dataclass(frozen=True, slots=True)
class Safe:
    """A Safe, as the chain has it.

    Attributes:
        address: Where it is.
        chain_id: On which chain.
        version: The release of its contract.
        nonce: The number of its next transaction.
        threshold: How many owners must sign.
        owners: Who they are.
    """

    address: Address
    chain_id: int
    version: str
    nonce: int
    threshold: int
    owners: tuple[Address, ...]


@dataclass(frozen=True, slots=True)
class SafeTransaction:
    """A transaction of a Safe, as its owners sign it: without a refund, and with all the gas that there is.

    Attributes:
        safe: Whose.
        chain_id: On which chain.
        to: Whom the Safe calls.
        value_wei: What it pays, in wei.
        data: The call data.
        operation: 0 for a call, 1 for a delegatecall.
        nonce: Its number among the Safe's transactions.
    """

    safe: Address
    chain_id: int
    to: Address
    value_wei: int
    data: bytes
    operation: int
    nonce: int

    def typed_data(self) -> dict[str, Any]:
        """The EIP-712 message that an owner signs."""
        message = {
            "to": str(self.to),
            "value": self.value_wei,
            "data": "0x" + self.data.hex(),
            "operation": self.operation,
            "safeTxGas": 0,
            "baseGas": 0,
            "gasPrice": 0,
            "gasToken": str(ZERO_ADDRESS),
            "refundReceiver": str(ZERO_ADDRESS),
            "nonce": self.nonce,
        }
        domain = {"chainId": self.chain_id, "verifyingContract": str(self.safe)}
        return {"types": _TYPES, "primaryType": "SafeTx", "domain": domain, "message": message}

    @property
    def domain_hash(self) -> bytes:
        """The "domain hash" on a hardware wallet's screen: which Safe on which chain."""
        return typed_bytes(self.typed_data())[_BYTES_BEFORE_HASHES:-_HASH_BYTES]

    @property
    def message_hash(self) -> bytes:
        """The "message hash" on a hardware wallet's screen: which transaction."""
        return typed_bytes(self.typed_data())[-_HASH_BYTES:]

    @property
    def hash(self) -> bytes:
        """The safeTxHash: of both."""
        from eth_hash.auto import keccak

        return keccak(typed_bytes(self.typed_data()))


@dataclass(frozen=True, slots=True)
class SafeBatch:
    """What a Safe is to do, all of it or nothing.

    Attributes:
        safe: The Safe.
        calls: What it does, in this order.
        transaction: What the owners sign; its hashes are what their hardware wallets must show.
        name: What the batch is called.
        description: What it is for.
    """

    safe: Safe
    calls: tuple[Call, ...]
    transaction: SafeTransaction
    name: str
    description: str

    def builder_file(self, *, created_at: datetime) -> str:
        """The text of a file for the Safe's Transaction Builder.

        Args:
            created_at: When it is made; with a time zone.

        Raises:
            UsageError: If the time has no time zone.
        """
        return builder_file(
            self.calls,
            safe=self.safe.address,
            chain_id=self.safe.chain_id,
            name=self.name,
            description=self.description,
            created_at=created_at,
        )


def read_safe(chain: Chain, address: Address) -> Safe:
    """Reads a Safe from the chain.

    Raises:
        UsageError: If there is none, or one of a release that is not known here.
        ChainError: If the chain cannot be read.
    """
    if not chain.code(address):
        raise UsageError(f"There is no Safe at {address} on {chain.network.name}: there is no contract at all.")
    try:
        version, nonce, threshold, owners, domain = (
            _ABI.decode_answer(name, chain.call(Call(address, _ABI.encode_call(name))))
            for name in ("VERSION", "nonce", "getThreshold", "getOwners", "domainSeparator")
        )
    except (ConfigError, Reverted) as error:
        raise UsageError(f"The contract at {address} on {chain.network.name} is no Safe: {error}") from error
    if version not in _MULTI_SENDS:
        raise UsageError(f"The Safe at {address} is of version {version!r:.20}; known are {', '.join(_MULTI_SENDS)}.")
    probe = SafeTransaction(address, chain.network.chain_id, address, 0, b"", _CALL, nonce)
    if not 0 < threshold <= len(owners) or domain != probe.domain_hash:
        raise UsageError(f"The contract at {address} on {chain.network.name} answers as no Safe does.")
    return Safe(address, chain.network.chain_id, version, nonce, threshold, owners)


def batch_for_safe(
    plan: Plan, network: NetworkPlan, *, safe: Address, chain: Chain, first: int = 0, nonce: int | None = None
) -> SafeBatch:
    """The steps of a plan from one on, for a Safe to do. Nothing is sent.

    Args:
        plan: The plan.
        network: What it does on the chain of the Safe.
        safe: The Safe's address.
        chain: Where it is.
        first: The first step that is left to do, counted from 0.
        nonce: The number of the transaction, if others are waiting in the Safe's queue; its next one, if not given.

    Raises:
        UsageError: If there is no Safe there, or a step that no Safe can do.
        NotSent: If the Safe does not hold a role that a step needs, and gets it by none before it.
        ChainError: If the chain cannot be read.
    """
    found = read_safe(chain, safe)
    steps = check_steps(network, first, executor=safe, chain=chain)
    words = "; ".join(f"{number}. {step.call.description}" for number, step in enumerate(steps, first + 1))
    return batch_of_calls(
        found,
        [step.call for step in steps],
        chain=chain,
        name=f"Plan {plan.hash[:8]} on {network.network}, steps {first + 1} to {len(network.steps)}",
        description=f"Plan {plan.hash}. {words}.",
        nonce=nonce,
    )


def batch_of_calls(
    safe: Safe, calls: Sequence[Call], *, chain: Chain, name: str, description: str, nonce: int | None = None
) -> SafeBatch:
    """Any calls for a Safe to do, such as those of a timelock that it may propose to. Nothing is sent.

    Args:
        safe: The Safe.
        calls: What it is to do; several go through MultiSendCallOnly, all or none of them.
        chain: Where it is.
        name: What the batch is called.
        description: What it is for.
        nonce: As for `batch_for_safe`.

    Raises:
        UsageError: If there is nothing to do, the number is used already, or the chain lacks MultiSendCallOnly.
        ChainError: If the chain cannot be read.
    """
    if not calls:
        raise UsageError("There is nothing for the Safe to do.")
    number = safe.nonce if nonce is None else nonce
    if number < safe.nonce:
        raise UsageError(f"The Safe has used the nonce {number} already; its next one is {safe.nonce}.")
    to, value_wei, data, operation = receiver(calls[0]), calls[0].value_wei, calls[0].data, _CALL
    if len(calls) > 1:
        to, value_wei, operation = _multi_send(chain, safe.version), 0, _DELEGATECALL
        data = _ABI.encode_call("multiSend", b"".join(map(_packed, calls)))
    transaction = SafeTransaction(safe.address, safe.chain_id, to, value_wei, data, operation, number)
    return SafeBatch(safe, tuple(calls), transaction, name, description)


def _packed(call: Call) -> bytes:
    """Source: safe-global/safe-smart-account, contracts/libraries/MultiSendCallOnly.sol."""
    numbers = call.value_wei.to_bytes(32) + len(call.data).to_bytes(32)
    return bytes([_CALL]) + receiver(call) + numbers + call.data


def _multi_send(chain: Chain, version: str) -> Address:
    from eth_hash.auto import keccak

    addresses, code_hash = _MULTI_SENDS[version]
    for address in addresses[::-1] if chain.network.chain_id in _EIP155_FIRST else addresses:
        code = chain.code(address)
        if code and keccak(code).hex() != code_hash:
            raise UsageError(
                f"What stands at {address} on {chain.network.name} is not MultiSendCallOnly {version}.",
                hint="It would act as the Safe itself: sign nothing that calls it. Nothing was sent.",
            )
        if code:
            return address
    raise UsageError(
        f"{chain.network.name} has no MultiSendCallOnly {version}, by which a Safe does several things at once.",
        hint="Put it there, or make plans of one step each. Nothing was sent.",
    )

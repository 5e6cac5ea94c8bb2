"""The canonical CREATE2 deployer: what it creates has the same address on every chain.

Source: EIP-1014; the deployer is the "deterministic deployment proxy", whose own creation is a transaction without a
key, valid on every chain.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from stablecoin_tools.addresses import Address
from stablecoin_tools.chain import Call
from stablecoin_tools.errors import ChainError, DeploymentError, Moved, NodeRefused, OutcomeUnknown
from stablecoin_tools.transactions.node_answers import Meaning, meaning_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from stablecoin_tools.chain import Chain, Receipt
    from stablecoin_tools.signers import Signer
    from stablecoin_tools.transactions import TransactionManager

__all__ = [
    "DEPLOYER",
    "DEPLOYER_CODE",
    "KEYLESS_COST_WEI",
    "KEYLESS_SIGNER",
    "create2_address",
    "create2_call",
    "deployer_call",
    "deployer_payment",
    "ensure_deployer",
]

DEPLOYER: Final = Address(bytes.fromhex("4e59b44847b379578588920ca78fbf26c0b4956c"))

KEYLESS_SIGNER: Final = Address(bytes.fromhex("3fab184622dc19b6109349b94811493bf2a45362"))
KEYLESS_COST_WEI: Final = 100_000 * 100 * 10**9
"""Its gas limit times its gas price, both signed into it."""

_AGAIN: Final = "Run the same again: it goes on from there, and pays for the deployer once."
_NOT_TAKEN: Final = (Meaning.INVALID, Meaning.FEE_TOO_LOW, Meaning.UNDERPRICED, Meaning.NO_MONEY, Meaning.POOL_FULL)
_PAUSES_SECONDS: Final = (0.05, 0.1, 0.25, 0.5, 1, 2, *[4] * 15)
_KEYLESS_TRANSACTION: Final = bytes.fromhex(
    "f8a58085174876e800830186a08080b853604580600e600039806000f350fe7f"
    "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe0"
    "3601600081602082378035828234f58015156039578182fd5b8082525050506014600cf3"
    "1ba02222222222222222222222222222222222222222222222222222222222222222"
    "a02222222222222222222222222222222222222222222222222222222222222222"
)

DEPLOYER_CODE: Final = _KEYLESS_TRANSACTION[31:100]
"""The deployer's code as it stands on a chain, cut from the transaction that creates it."""


def create2_address(creation_code: bytes, salt: bytes) -> Address:
    """Where the deployer puts this code, before it does."""
    from eth_hash.auto import keccak

    return Address(keccak(b"\xff" + DEPLOYER + salt + keccak(creation_code))[-20:])


def create2_call(creation_code: bytes, salt: bytes, description: str) -> Call:
    """The call that makes the deployer put the code there."""
    return Call(DEPLOYER, salt + creation_code, description=description)


def deployer_payment(chain: Chain) -> Call | None:
    """What pays for the deployer's creation; None if that is paid for already."""
    missing_wei = KEYLESS_COST_WEI - chain.balance_wei(KEYLESS_SIGNER)
    if missing_wei <= 0:
        return None
    return deployer_call(missing_wei)


def deployer_call(missing_wei: int) -> Call:
    """What pays so much, in wei, for the deployer's creation; nothing, if only its publication is missing."""
    words = "pay for the CREATE2 deployer" if missing_wei else "publish the CREATE2 deployer"
    return Call(KEYLESS_SIGNER, value_wei=min(missing_wei, KEYLESS_COST_WEI), description=words)


def ensure_deployer(
    chain: Chain,
    signer: Signer,
    transactions: TransactionManager,
    sent: list[Receipt],
    *,
    ref: str | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> None:
    """Creates the deployer where a chain lacks it; new and development chains do.

    Sends the price of its creation to its keyless signer, then publishes that signer's only transaction.

    Args:
        chain: Where.
        signer: Who pays.
        transactions: What sends.
        sent: Where the receipt of the payment goes.
        ref: What the payment is sent under; a random reference, if not given.
        sleep: Waits for so many seconds.

    Raises:
        DeploymentError: If the node does not take a transaction without a chain id, or one at its price.
        OutcomeUnknown: If it may have taken it, and does not mine it for a minute.
        StablecoinError: As `TransactionManager.send`.
    """
    if chain.code(DEPLOYER):
        return
    if (payment := deployer_payment(chain)) is not None:
        sent.append(transactions.send(payment, signer=signer, ref=ref))
    answer = _publish(chain)
    try:
        for pause in _PAUSES_SECONDS:
            if chain.code(DEPLOYER):
                return
            sleep(pause)
    except ChainError as error:
        error.moved = Moved.YES if sent else Moved.UNKNOWN
        error.hint = f"The CREATE2 deployer was published, and may be mined. {_AGAIN}"
        raise
    raise _unknown(chain, answer, ref)


def _publish(chain: Chain) -> str:
    """Publishes the keyless transaction; returns what is wrong, if the node may have taken it all the same."""
    try:
        chain.publish(_KEYLESS_TRANSACTION)
    except NodeRefused as error:
        if meaning_of(str(error)) in _NOT_TAKEN:
            raise DeploymentError(f"{chain.network.name} does not take the CREATE2 deployer: {error}") from error
        return str(error)
    except ChainError as error:
        return str(error)
    return ""


def _unknown(chain: Chain, answer: str, ref: str | None) -> OutcomeUnknown:
    from eth_hash.auto import keccak

    why = answer.rstrip(".") or "not mined in time"
    transaction_hash = "0x" + keccak(_KEYLESS_TRANSACTION).hex()
    error = OutcomeUnknown(
        f"Outcome unknown ({why}): the CREATE2 deployer was published to {chain.network.name}, transaction "
        f"{transaction_hash}.",
        reference=ref or "",
        transaction_hashes=(transaction_hash,),
    )
    error.hint = _AGAIN
    return error

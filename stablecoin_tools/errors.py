"""The error tree. Each error says whether anything moved, and what to do next.

StablecoinError
├─ UsageError             NO       the request itself is wrong; nothing was sent
│  ├─ InvalidAddress      NO       not an address, a wrong checksum, or the zero address
│  ├─ InvalidAmount       NO       not an exact amount of this coin
│  └─ ReferenceConflict   NO       the reference already stands for another payload
├─ ConfigError            NO       a key, a network, a file or an artifact is missing or wrong
│  ├─ CompilerError       NO       the Solidity compiler refused the sources, or is missing
│  ├─ JournalError        NO       (before sending) the journal cannot be read or written; nothing leaves without it
│  └─ WalletError         NO       no such wallet, or a wrong password
├─ ChainError             NO       while reading, or before sending
│  ├─ Unreachable         NO       the node does not answer
│  ├─ RateLimited         NO       the node answers: too many requests
│  ├─ WrongChain          NO       the node is on another chain
│  └─ NodeRefused         NO       the node answers with an error of its own
├─ DeploymentError        YES      what stands on the chain is not what was asked for
└─ TransactionError
   ├─ NotSent             NO       found before sending
   │  ├─ FeeCapExceeded   NO       the network asks for more than the policy allows
   │  ├─ NotEnoughGasMoney NO      the sender cannot pay for gas
   │  └─ Cancelled        NO       the reference was cancelled before it was done
   ├─ Reverted            NO       the contract refused: one subclass per Solidity error, in `reverts`
   └─ OutcomeUnknown      UNKNOWN  sent, no receipt: do not send again; resume

The command line has three more, each right under StablecoinError: `Declined` (NO: the person said no, or interrupted it
before anything was sent), `TooLate` (YES, or NO if it was refused: it was mined before it could be cancelled) and
`LogBroken` (NO: the journal is not as its log says).
"""

from __future__ import annotations

import enum
import re

__all__ = [
    "Cancelled",
    "ChainError",
    "CompilerError",
    "ConfigError",
    "DeploymentError",
    "FeeCapExceeded",
    "InvalidAddress",
    "InvalidAmount",
    "JournalError",
    "Moved",
    "NodeRefused",
    "NotEnoughGasMoney",
    "NotSent",
    "OutcomeUnknown",
    "RateLimited",
    "ReferenceConflict",
    "Reverted",
    "StablecoinError",
    "TransactionError",
    "Unreachable",
    "UsageError",
    "WalletError",
    "WrongChain",
]


class Moved(enum.Enum):
    """Whether anything moved on the chain when an error was raised."""

    NO = "no"
    YES = "yes"
    UNKNOWN = "unknown"


class StablecoinError(Exception):
    """The root of every error that this package raises on purpose.

    Attributes:
        moved: Whether anything moved on the chain.
        hint: What to do next, as one sentence; empty if the message says it all.
    """

    moved: Moved = Moved.NO
    hint: str = ""

    def __init__(self, message: str = "", *, hint: str = "") -> None:
        super().__init__(message)
        if hint:
            self.hint = hint

    @property
    def code(self) -> str:
        """The error's name for machines: the class name in snake_case."""
        return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", type(self).__name__).lower()


class UsageError(StablecoinError):
    """The request itself is wrong; nothing was sent."""


class InvalidAddress(UsageError, ValueError):
    """The text is no address, its checksum is wrong, or it is the zero address."""


class InvalidAmount(UsageError, ValueError):
    """The value is not an exact amount of this coin."""


class ReferenceConflict(UsageError):
    """The reference already stands for another payload."""


class ConfigError(StablecoinError):
    """A key, a network, a file or an artifact is missing or wrong; nothing was sent."""


class CompilerError(ConfigError):
    """The Solidity compiler refused the sources, in its own words, or is missing."""


class JournalError(ConfigError):
    """The journal of transactions cannot be read or written; nothing leaves this machine without it."""


class WalletError(ConfigError):
    """There is no such wallet, it cannot be read, or the password is wrong."""


class ChainError(StablecoinError):
    """The chain could not be read, or refused before anything was sent."""


class Unreachable(ChainError):
    """The node does not answer."""

    hint = "Check the RPC URL and the network, then try again; nothing was sent."


class RateLimited(ChainError):
    """The node answers that there were too many requests."""

    hint = "Wait and try again, or use a node with a higher limit; nothing was sent."


class WrongChain(ChainError):
    """The node is on another chain than the network that was named."""

    hint = "Point the RPC URL at the named network; nothing was sent."


class NodeRefused(ChainError):
    """The node answers with an error of its own.

    Attributes:
        error_code: The JSON-RPC error code, or 0 where the node has none.
    """

    def __init__(self, message: str, *, error_code: int = 0, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.error_code = error_code


class DeploymentError(StablecoinError):
    """What stands on the chain is not what was asked for; no record was written.

    Where it was found so, and nothing was sent, `moved` is `NO`.
    """

    moved = Moved.YES


class TransactionError(StablecoinError):
    """A transaction was not sent, was refused, or its outcome is unknown."""


class NotSent(TransactionError):
    """Found before sending: nothing left this machine."""


class FeeCapExceeded(NotSent):
    """The network asks for a higher fee than the policy allows."""

    hint = "Wait for the fee to fall. FeePolicy(cap_wei=...) sets the cap, or `fee_cap_gwei` of a configured network."


class NotEnoughGasMoney(NotSent):
    """The sender's balance does not cover the greatest fee of the transaction."""


class Cancelled(NotSent):
    """The reference was cancelled before it was done; it never will be."""

    hint = "If it is to be done after all, ask for it under a new reference."


class Reverted(TransactionError):
    """The contract refused. Each Solidity error has its own subclass in `stablecoin_tools.reverts`.

    Attributes:
        transaction_hash: The mined transaction that was refused, as 0x-hex; empty if it was never sent.
        reference: What it was sent under, which keeps that result; empty if it was never sent.
    """

    transaction_hash: str = ""
    reference: str = ""


class OutcomeUnknown(TransactionError):
    """The transaction may have left this machine and no receipt was seen.

    Attributes:
        reference: The reference of the intent: resume it, never send it anew.
        transaction_hashes: Every attempt that may be mined, as 0x-hex.
    """

    moved = Moved.UNKNOWN
    hint = "Do not send it again: resume the same reference, or look the hash up in an explorer."

    def __init__(self, message: str, *, reference: str, transaction_hashes: tuple[str, ...]) -> None:
        super().__init__(message)
        self.reference = reference
        self.transaction_hashes = transaction_hashes

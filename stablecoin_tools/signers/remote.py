"""A signer somewhere else, which keeps the key and is asked over JSON-RPC: web3signer, clef, anvil."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Final, TypeVar

from stablecoin_tools.addresses import Address
from stablecoin_tools.chain.answers import is_unknown_method, read_bytes
from stablecoin_tools.chain.rpc import Question, Rpc
from stablecoin_tools.errors import ChainError, ConfigError, NodeRefused, UsageError, WalletError
from stablecoin_tools.signers.checking import check_domain, check_network, check_transaction, check_typed_data
from stablecoin_tools.signers.encoding import typed_bytes
from stablecoin_tools.signers.protocol import BoundSigner, WalletKind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from stablecoin_tools.chain import Transport
    from stablecoin_tools.networks import Network
    from stablecoin_tools.signers.protocol import UnsignedTransaction

__all__ = ["RemoteSigner", "RemoteWallet"]

T = TypeVar("T")

_NODE: Final = "The node"
_HINT: Final = "Check the remote signer and its URL, then try again; nothing was sent."


@dataclass(frozen=True, slots=True)
class RemoteWallet:
    """Where a remote signer is, and for whom it signs.

    Attributes:
        address: Whose key it keeps.
        url: Its endpoint. It may hold an access key: no `repr` shows it. Empty, if nothing says where it is.
    """

    kind: ClassVar[WalletKind] = WalletKind.REMOTE
    address: Address
    url: str = field(repr=False)

    def open(self, name: str, _ask_password: Callable[[], str], network: Network | None) -> RemoteSigner:
        """As every wallet of this kind; no password is asked for."""
        from stablecoin_tools.chain import HttpTransport

        if not self.url.startswith(("http://", "https://")):
            raise ConfigError(
                f"The URL of the remote signer {name!r} must begin with http:// or https://."
                if self.url
                else f"Nothing says where the remote signer {name!r} is.",
                hint="Set STABLECOIN_SIGNER_URL_<NAME>, or its url in the configuration file.",
            )
        return RemoteSigner(self.address, HttpTransport(self.url), network)


class RemoteSigner(BoundSigner):
    """Asks somebody else for signatures, and takes none that is not exactly what was asked for.

    Args:
        address: Whose signatures are wanted.
        transport: How to reach who has the key: an `HttpTransport`.
        network: Where it signs; anywhere, if None.

    Raises:
        WalletError: If it says that it has the keys of other addresses only.
        ChainError: If it does not answer, or refuses. One that does not tell its addresses is taken as it is.
    """

    __slots__ = ("_rpc",)

    def __init__(self, address: Address, transport: Transport, network: Network | None) -> None:
        super().__init__(address, network)
        self._rpc = Rpc(transport)
        self._check_accounts()

    def sign_transaction(self, transaction: UnsignedTransaction) -> bytes:
        """The signed bytes, as they are published.

        Raises:
            UsageError: If it is for another chain.
            ChainError: If the remote signer does not answer, or refuses.
            WalletError: If it signed anything else.
        """
        check_network(transaction, self._network)
        asked = _as_json(transaction, self._address)
        signed = self._ask(_read_transaction, eth_signTransaction=(asked,), account_signTransaction=(asked,))
        check_transaction(signed, transaction, self._address)
        return signed

    def sign_typed_data(self, message: Mapping[str, Any]) -> bytes:
        """The signature of an EIP-712 message: 65 bytes, r, s and v of 27 or 28.

        Raises:
            UsageError: If it is no such message, its domain names another chain, or it cannot be written as JSON.
            ChainError: If the remote signer does not answer, or refuses.
            WalletError: If it signed anything else.
        """
        typed_bytes(message)
        check_domain(message, self._network)
        try:
            text = json.dumps(dict(message), allow_nan=False)
        except (TypeError, ValueError) as error:
            raise UsageError(f"Not an EIP-712 message in JSON: {error}.") from error
        by, asked = str(self._address), json.loads(text)
        signature = self._ask(
            read_bytes,
            eth_signTypedData_v4=(by, asked),
            eth_signTypedData=(by, text),  # web3signer: the same, and it wants the message as a text
            account_signTypedData=(by, asked),  # clef
        )
        check_typed_data(signature, message, self._address)
        return signature

    def _check_accounts(self) -> None:
        try:
            known = self._ask(_read_addresses, eth_accounts=())
        except NodeRefused as refused:
            if is_unknown_method(refused):
                return
            raise
        if self._address not in known:
            raise WalletError(
                f"The remote signer does not sign for {self._address}: it has {len(known)} other addresses.",
                hint="Check which signer the URL leads to, and the address that is configured for it.",
            )

    def _ask(self, read: Callable[[Any], T], **methods: tuple[Any, ...]) -> T:
        """Asks by the first of these methods that the remote signer knows."""
        unknown: list[ChainError] = []
        for method, params in methods.items():
            try:
                return self._rpc.ask(Question(read, method, params))
            except ChainError as error:
                if not is_unknown_method(error):
                    raise _told(error) from None
                unknown.append(error)
        raise _told(unknown[0])


def _told(error: ChainError) -> ChainError:
    """The same error, of the signer: whoever reads it must not look for it at the chain's node."""
    words = str(error)
    about = words.removeprefix(_NODE) if words.startswith(_NODE) else f" refuses {words}"
    told = type(error)(f"The remote signer{about}", hint=_HINT)
    if isinstance(error, NodeRefused) and isinstance(told, NodeRefused):
        told.error_code = error.error_code
    return told


def _as_json(transaction: UnsignedTransaction, sender: Address) -> dict[str, str]:
    fees = (
        {"gasPrice": hex(transaction.max_fee_wei)}
        if transaction.is_legacy
        else {"maxFeePerGas": hex(transaction.max_fee_wei), "maxPriorityFeePerGas": hex(transaction.tip_wei)}
    )
    return {
        "from": str(sender),
        **({} if transaction.to is None else {"to": str(transaction.to)}),
        "data": "0x" + transaction.data.hex(),
        "value": hex(transaction.value_wei),
        "nonce": hex(transaction.nonce),
        "gas": hex(transaction.gas_limit),
        "chainId": hex(transaction.chain_id),
        **fees,
    }


def _read_transaction(answer: Any) -> bytes:
    """Some answer the bytes alone, some an object that also tells what is in them, which nobody needs."""
    return read_bytes(answer["raw"] if isinstance(answer, dict) else answer)


def _read_addresses(answer: Any) -> frozenset[Address]:
    if not isinstance(answer, list):
        raise TypeError(answer)
    return frozenset(Address(read_bytes(one)) for one in answer)

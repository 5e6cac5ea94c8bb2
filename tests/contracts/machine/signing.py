"""How people sign, by eth-account and EIP-712 alone; and how signatures go wrong."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

from eth_account import Account
from eth_account.messages import encode_typed_data

from stablecoin_tools.networks import DEVELOPMENT_HD_PATH, DEVELOPMENT_MNEMONIC
from tests.contracts.machine.coin import WALLET, WALLET_OWNER

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

    from tests.contracts.machine.holding import Terms
    from tests.world import World

# "extended" is good for the wallet, which reads the first 65 bytes; nobody else's signature may be that long.
FAULTS = ("none", "other key", "other terms", "upper half", "compact", "extended", "empty")
_CURVE_ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
_PAYMENT = (
    ("from", "address"),
    ("to", "address"),
    ("value", "uint256"),
    ("validAfter", "uint256"),
    ("validBefore", "uint256"),
    ("nonce", "bytes32"),
)
TYPES = {
    "Permit": (
        ("owner", "address"),
        ("spender", "address"),
        ("value", "uint256"),
        ("nonce", "uint256"),
        ("deadline", "uint256"),
    ),
    "TransferWithAuthorization": _PAYMENT,
    "ReceiveWithAuthorization": _PAYMENT,
    "CancelAuthorization": (("authorizer", "address"), ("nonce", "bytes32")),
}


class Pens:
    """The keys of all people, and the domain of one coin."""

    def __init__(self, world: World, addresses: dict[str, Any]) -> None:
        self.domain = {
            "name": "Test Dollar",
            "version": "1",
            "chainId": world.chain.network.chain_id,
            "verifyingContract": bytes(world.coin.address),
        }
        self.addresses = addresses
        self.people = tuple(world.signers)

    @cached_property
    def _keys(self) -> dict[str, LocalAccount]:
        Account.enable_unaudited_hdwallet_features()
        keys = {
            person: Account.from_mnemonic(DEVELOPMENT_MNEMONIC, account_path=f"{DEVELOPMENT_HD_PATH}/{index}")
            for index, person in enumerate(self.people)
        }
        return {**keys, WALLET: keys[WALLET_OWNER]}

    def sign(self, signer: str, kind: str, *values: Any, fault: str = "none") -> bytes:
        """A signature over a struct of this kind, or something like it."""
        if fault == "empty":
            return b""
        if fault == "other key":
            signer = "bob" if self._keys[signer] != self._keys["bob"] else "alice"
        if fault == "other terms":
            *others, last = values
            values = (*others, last ^ 1 if isinstance(last, int) else bytes([last[0] ^ 1]) + last[1:])
        return _spoiled(self._signed(signer, kind, values), fault)

    def is_good(self, signer: str, fault: str) -> bool:
        """Whether the coin must take such a signature for this signer's."""
        return fault == "none" or (fault == "extended" and signer == WALLET)

    def _signed(self, signer: str, kind: str, values: tuple[Any, ...]) -> bytes:
        message = {
            name: bytes(self.addresses[value]) if typed == "address" else value
            for (name, typed), value in zip(TYPES[kind], values, strict=True)
        }
        types = {kind: [{"name": name, "type": typed} for name, typed in TYPES[kind]]}
        signable = encode_typed_data(self.domain, cast("Any", types), message)
        return bytes(self._keys[signer].sign_message(signable).signature)


def payment(terms: Terms) -> tuple[Any, ...]:
    return terms.source, terms.to, terms.value, terms.valid_after, terms.valid_before, terms.nonce


def in_parts(signature: bytes) -> tuple[int, bytes, bytes]:
    """v, r and s; zeros for what is no whole signature."""
    whole = signature if len(signature) == 65 else bytes(65)
    return whole[64], whole[:32], whole[32:64]


def _spoiled(signature: bytes, fault: str) -> bytes:
    v, r, s = in_parts(signature)
    if fault == "upper half":
        return r + (_CURVE_ORDER - int.from_bytes(s, "big")).to_bytes(32, "big") + bytes([55 - v])
    if fault == "compact":
        return r + (int.from_bytes(s, "big") | (v - 27) << 255).to_bytes(32, "big")
    return signature + b"\x01" if fault == "extended" else signature

"""What is asked of a signer, and what comes of it: held against each other, and nothing believed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from stablecoin_tools.addresses import Address
from stablecoin_tools.errors import UsageError, WalletError
from stablecoin_tools.signers.encoding import (
    DYNAMIC_FEE,
    EIP_155_OFFSET,
    encoded,
    fields,
    signed_bytes,
    typed_bytes,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stablecoin_tools.networks import Network
    from stablecoin_tools.signers.protocol import UnsignedTransaction

__all__ = [
    "CURVE_ORDER",
    "address_of",
    "check_domain",
    "check_network",
    "check_transaction",
    "check_typed_data",
    "recoverable",
]

CURVE_ORDER: Final = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
"""How many points secp256k1 has: keys, r and s are below. Source: SEC 2, n."""

_LIST: Final = 0xC0  # from here on, a first byte begins a list; below, bytes. Source: the yellow paper, RLP
_NUMBER_BYTES: Final = 32
_SIGNATURE_BYTES: Final = 65
_SIGNATURE_FIELDS: Final = 3
_V: Final = (27, 28)
_NO_CHAIN: Final = 0
"""What a message is of that is meant for no contract anywhere: no chain has this id."""


def check_network(transaction: UnsignedTransaction, network: Network | None) -> None:
    """Refuses what is for another chain than a signer was made for.

    Args:
        transaction: What is to be signed.
        network: Where the signer signs; None for anywhere.

    Raises:
        UsageError: If it is for another chain.
    """
    if network is not None and transaction.chain_id != network.chain_id:
        raise UsageError(
            f"This signer signs for {network.name} alone, which is chain {network.chain_id}; "
            f"the transaction is for chain {transaction.chain_id}."
        )


def check_domain(message: Mapping[str, Any], network: Network | None) -> None:
    """Refuses an EIP-712 message whose domain names another chain than a signer was made for.

    Args:
        message: What is to be signed, of which `typed_bytes` has found that it is such a message.
        network: Where the signer signs; None for anywhere.

    Raises:
        UsageError: If its domain names another chain.
    """
    domain = message["domain"]
    if network is None or "chainId" not in domain or domain["chainId"] in (network.chain_id, _NO_CHAIN):
        return
    if isinstance(domain["chainId"], str):  # written otherwise it may be the same, which its bytes tell
        alike = {**message, "domain": {**domain, "chainId": network.chain_id}}
        if typed_bytes(alike) == typed_bytes(message):
            return
    raise UsageError(
        f"This signer signs for {network.name} alone, which is chain {network.chain_id}; "
        f"the message is for chain {domain['chainId']!a:.80}."
    )


def check_transaction(signed: bytes, transaction: UnsignedTransaction, address: Address) -> None:
    """Makes sure that these bytes are the transaction that was asked for, with a signature of the address.

    Args:
        signed: What somebody else made of it.
        transaction: What was asked.
        address: Who should have signed.

    Raises:
        WalletError: If they are anything else.
    """
    from eth_hash.auto import keccak
    from rlp.exceptions import DecodingError

    try:
        items = _items(signed, is_legacy=transaction.is_legacy)
        signature = _signature(items[-_SIGNATURE_FIELDS:], transaction)
    except (DecodingError, ValueError, IndexError):
        raise _wrong(address, "no transaction of the kind that was asked for") from None
    if differing := _differing(items, transaction):
        raise _wrong(address, f"another transaction than was asked for: {', '.join(differing)}")

    def as_it_was_signed(message: bytes) -> tuple[bytes, int]:
        if _signer_of(keccak(message), *signature) != address:
            raise _wrong(address, "with another key, for another chain, or not at all")
        return signature

    # Built anew, it must be the very bytes: then there is nothing in them that nobody looked at.
    if signed_bytes(transaction, as_it_was_signed) != signed:
        raise _wrong(address, "the transaction in other bytes than it has")


def check_typed_data(signature: bytes, message: Mapping[str, Any], address: Address) -> None:
    """Makes sure that this is the signature of an EIP-712 message, by the address.

    Args:
        signature: 65 bytes: r, s and v.
        message: The whole of it.
        address: Who should have signed.

    Raises:
        UsageError: If it is no such message.
        WalletError: If it is no such signature.
    """
    from eth_hash.auto import keccak

    signed = keccak(typed_bytes(message))
    if len(signature) != _SIGNATURE_BYTES or signature[-1] not in _V:
        raise _wrong(address, "no message, for a signature is 65 bytes with v of 27 or 28")
    if _signer_of(signed, signature[:-1], signature[-1] - _V[0]) != address:
        raise _wrong(address, "another message, or with another key, or not at all")


def recoverable(r: int, s: int, message_hash: bytes, address: Address) -> tuple[bytes, int]:
    """A signature as Ethereum takes it: s is the lower of two, and it is known whether y is odd.

    Sources: EIP-2, for s; SEC 1, section 4.1.6, for the recovery. Whoever keeps keys for all purposes tells neither.

    Args:
        r: The signature's first number.
        s: Its second number, or its negative, which signs the same.
        message_hash: What was to be signed.
        address: Who should have signed.

    Returns:
        r and s, 32 bytes each, and whether y is odd.

    Raises:
        WalletError: If it is no signature of this hash by the address.
    """
    if 0 < r < CURVE_ORDER and 0 < s < CURVE_ORDER:
        r_and_s = r.to_bytes(_NUMBER_BYTES) + min(s, CURVE_ORDER - s).to_bytes(_NUMBER_BYTES)
        for y_parity in (0, 1):
            if _signer_of(message_hash, r_and_s, y_parity) == address:
                return r_and_s, y_parity
    raise _wrong(address, "with another key, another hash, or not at all")


def address_of(point: bytes) -> Address:
    """The address of a public key.

    Args:
        point: A point of secp256k1, as SEC 1 writes it.

    Raises:
        ValueError: If it is none.
    """
    from coincurve import PublicKey
    from eth_hash.auto import keccak

    return Address(keccak(PublicKey(point).format(compressed=False)[1:])[-20:])


def _wrong(address: Address, what: str) -> WalletError:
    return WalletError(
        f"Whoever signs for {address} signed {what}.",
        hint="It was thrown away. Find out why before you trust this signer again.",
    )


def _items(signed: bytes, *, is_legacy: bool) -> list[bytes]:
    """What a transaction's list holds, each as it is encoded. Nothing is looked into, however deep it may be."""
    from rlp.codec import consume_length_prefix

    whole = signed if is_legacy else signed.removeprefix(DYNAMIC_FEE)
    _, kind, _, start = consume_length_prefix(whole, 0)
    if kind is not list or is_legacy != (whole == signed):
        raise ValueError(kind)
    items = []
    while start < len(whole):
        _, _, length, content = consume_length_prefix(whole, start)
        items.append(whole[start : content + length])
        start = content + length
    return items


def _signature(items: list[bytes], transaction: UnsignedTransaction) -> tuple[bytes, int]:
    v, r, s = map(_number, items)
    y_parity = v - EIP_155_OFFSET - 2 * transaction.chain_id if transaction.is_legacy else v
    return r.to_bytes(_NUMBER_BYTES) + s.to_bytes(_NUMBER_BYTES), y_parity


def _number(item: bytes) -> int:
    import rlp

    if item[0] >= _LIST or len(item) > _NUMBER_BYTES + 1:
        raise ValueError(item)
    return int.from_bytes(rlp.decode(item))


def _differing(items: list[bytes], transaction: UnsignedTransaction) -> list[str]:
    asked = fields(transaction)
    if len(items) != len(asked) + _SIGNATURE_FIELDS:
        return ["its type"]
    return [name for (name, value), item in zip(asked.items(), items, strict=False) if item != encoded(value)]


def _signer_of(message_hash: bytes, r_and_s: bytes, y_parity: int) -> Address | None:
    """Whose signature of the hash this is; nobody's, unless s is the lower of two. Source: EIP-2."""
    from coincurve import PublicKey

    r, s = int.from_bytes(r_and_s[:_NUMBER_BYTES]), int.from_bytes(r_and_s[_NUMBER_BYTES:])
    if y_parity not in (0, 1) or not 0 < r < CURVE_ORDER or not 0 < s <= CURVE_ORDER // 2:
        return None
    try:
        key = PublicKey.from_signature_and_message(r_and_s + bytes([y_parity]), message_hash, hasher=None)
    except ValueError:
        return None
    return address_of(key.format())

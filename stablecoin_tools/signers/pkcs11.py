"""A key in an HSM, which never leaves it: the HSM is given hashes, and its signatures are held against the address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Final

from stablecoin_tools.errors import ConfigError, Unreachable, WalletError
from stablecoin_tools.signers.checking import address_of, recoverable
from stablecoin_tools.signers.der import SECP256K1
from stablecoin_tools.signers.hashing import HashSigner
from stablecoin_tools.signers.protocol import WalletKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from stablecoin_tools.addresses import Address
    from stablecoin_tools.networks import Network

__all__ = ["Pkcs11Signer", "Pkcs11Wallet"]

_SIGNATURE_BYTES: Final = 64
_OCTETS: Final = b"\x04\x41"  # how 65 bytes begin in DER; some HSMs leave it out before a point
_GONE: Final = frozenset(
    {
        "DeviceError",
        "DeviceMemory",
        "DeviceRemoved",
        "HostMemory",
        "SessionClosed",
        "SessionCount",
        "SessionHandleInvalid",
        "TokenNotPresent",
        "UserNotLoggedIn",
    }
)
_REASONS: Final = {
    "MultipleObjectsReturned": "there are several such keys",
    "MultipleTokensReturned": "there are several tokens of that name",
    "NoSuchKey": "there is no such key of an elliptic curve",
    "NoSuchToken": "there is no such token",
    "PinExpired": "the PIN has expired",
    "PinIncorrect": "wrong PIN",
    "PinInvalid": "wrong PIN",
    "PinLenRange": "wrong PIN",
    "PinLocked": "the PIN is locked, after too many wrong ones",
    "UserPinNotInitialized": "the token has no PIN yet",
}


@dataclass(frozen=True, slots=True)
class Pkcs11Wallet:
    """Which key in an HSM signs, and for whom. The PIN stands in none of it.

    Attributes:
        address: Whose key it is.
        library: The path of the library that came with the HSM: libsofthsm2.so.
        token: The label of the token.
        key: The key's label; or its id, as bytes.
        pin_file: A file whose first line is the PIN; it is asked for, if None.
    """

    kind: ClassVar[WalletKind] = WalletKind.PKCS11
    address: Address
    library: str
    token: str
    key: str | bytes
    pin_file: Path | None = None

    def open(self, _name: str, ask_password: Callable[[], str], network: Network | None) -> Pkcs11Signer:
        """As every wallet of this kind; the PIN is from its file, or it is the password that is asked for."""
        return Pkcs11Signer(self, ask_password() if self.pin_file is None else _read_pin(self.pin_file), network)


class Pkcs11Signer(HashSigner):
    """Has an HSM sign, over PKCS#11, with a private key of secp256k1. Signatures are not the same twice.

    The HSM's session stays open as long as the process, and the PIN is forgotten once it is.

    Args:
        wallet: Which key.
        pin: The PIN of the token's user.
        network: Where it signs; anywhere, if None.

    Raises:
        ConfigError: If python-pkcs11 is not installed.
        WalletError: If there is no such library, token or key, the PIN is wrong, or the key is of another address.
        ChainError: If the HSM is not there.
    """

    __slots__ = ("_key",)

    def __init__(self, wallet: Pkcs11Wallet, pin: str, network: Network | None) -> None:
        super().__init__(wallet.address, network)
        try:
            import pkcs11
        except ImportError:
            raise ConfigError(
                "An HSM needs python-pkcs11, which is not installed.", hint="pip install 'stablecoin_tools[pkcs11]'"
            ) from None
        try:
            self._key, parameters, points = _found(wallet, pin)
        except (pkcs11.PKCS11Error, ValueError) as error:
            raise _told(error, f"The key {_shown(wallet)} cannot be opened", wallet) from None
        if not isinstance(self._key, pkcs11.SignMixin):  # python-pkcs11 looks at CKA_SIGN as it makes the object
            raise WalletError(f"The key {_shown(wallet)} may not sign.", hint="Its attribute CKA_SIGN must be true.")
        if parameters != SECP256K1:
            raise WalletError(
                f"The key {_shown(wallet)} is none of secp256k1.", hint="Ethereum's keys are of that curve alone."
            )
        _check_addresses(points, wallet)

    def _sign_hash(self, message_hash: bytes) -> tuple[bytes, int]:
        """As every signer's.

        Raises:
            WalletError: If the HSM refuses, or signs anything else.
            ChainError: If the HSM is not there.
        """
        from pkcs11 import Mechanism, PKCS11Error

        try:
            signature = bytes(self._key.sign(message_hash, mechanism=Mechanism.ECDSA))
        except PKCS11Error as error:
            raise _told(error, f"The HSM does not sign for {self.address}", None) from None
        middle = _SIGNATURE_BYTES // 2  # r and s, of the same length. Source: PKCS#11 3.0, section 2.3.1
        if len(signature) != _SIGNATURE_BYTES:
            raise WalletError(f"The HSM's signature has {len(signature)} bytes: it is none of secp256k1.")
        r, s = int.from_bytes(signature[:middle]), int.from_bytes(signature[middle:])
        return recoverable(r, s, message_hash, self.address)


def _found(wallet: Pkcs11Wallet, pin: str) -> tuple[Any, bytes, list[bytes]]:
    """The private key, the parameters of its curve, and the points of all public keys beside it."""
    import pkcs11

    token = pkcs11.lib(wallet.library).get_token(token_label=wallet.token)
    try:
        session = token.open(user_pin=pin)
    except pkcs11.UserAlreadyLoggedIn:  # by another wallet on the same token: the HSM knows processes, not sessions
        session = token.open()
    of_name: dict[str, Any] = {"id": wallet.key} if isinstance(wallet.key, bytes) else {"label": wallet.key}
    key = session.get_key(pkcs11.ObjectClass.PRIVATE_KEY, pkcs11.KeyType.EC, **of_name)
    named = {getattr(pkcs11.Attribute, name.upper()): value for name, value in of_name.items()}
    public = session.get_objects({pkcs11.Attribute.CLASS: pkcs11.ObjectClass.PUBLIC_KEY, **named})
    points = [bytes(each[pkcs11.Attribute.EC_POINT]) for each in public]
    return key, bytes(key[pkcs11.Attribute.EC_PARAMS]), points


def _check_addresses(points: Iterable[bytes], wallet: Pkcs11Wallet) -> None:
    """Of what stands beside the key, if anything does. Each signature is held against the address anyway."""
    for point in points:
        try:
            found = address_of(point.removeprefix(_OCTETS))
        except ValueError:
            raise WalletError(f"The public key beside {_shown(wallet)} is none of secp256k1.") from None
        if found != wallet.address:
            raise WalletError(
                f"The key {_shown(wallet)} is the one of {found}, not of {wallet.address}.",
                hint="Check which key is configured, and the address that is configured for it.",
            )


def _read_pin(file: Path) -> str:
    try:
        return file.read_text().split("\n", 1)[0].rstrip("\r")
    except (OSError, UnicodeDecodeError) as error:
        raise WalletError(f"The PIN file cannot be read: {type(error).__name__}.") from None


def _shown(wallet: Pkcs11Wallet) -> str:
    key = "0x" + wallet.key.hex() if isinstance(wallet.key, bytes) else repr(wallet.key)
    return f"{key} of the token {wallet.token!r}"


def _told(error: Exception, what: str, wallet: Pkcs11Wallet | None) -> Unreachable | WalletError:
    """A typed error. The library's own words are not repeated: nobody knows what a maker writes there."""
    kind = type(error).__name__
    if kind in _GONE:
        return Unreachable(f"{what}: the HSM is not there ({kind}).", hint="Connect it, then open the wallet anew.")
    if kind == "PKCS11Error" and wallet is not None:
        return WalletError(
            f"{what}: {wallet.library} is no library for PKCS#11, or does not start.",
            hint="Name the library that came with the HSM, by its whole path.",
        )
    return WalletError(
        f"{what}: {_REASONS.get(kind, kind)}.",
        hint="HSMs lock themselves after a few wrong PINs: look before you retry.",
    )

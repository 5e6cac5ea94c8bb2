"""A key in AWS KMS, which never leaves it: AWS is given hashes, and its signatures are held against the address."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Final

from stablecoin_tools.errors import ConfigError, NodeRefused, RateLimited, Unreachable, WalletError
from stablecoin_tools.signers.checking import address_of, recoverable
from stablecoin_tools.signers.der import read_public_key, read_signature
from stablecoin_tools.signers.hashing import HashSigner
from stablecoin_tools.signers.protocol import WalletKind

if TYPE_CHECKING:
    from collections.abc import Callable

    from stablecoin_tools.addresses import Address
    from stablecoin_tools.errors import StablecoinError
    from stablecoin_tools.networks import Network

__all__ = ["KmsSigner", "KmsWallet"]

_TIMEOUT_SECONDS: Final = 10
_CODE: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,79}")
_FORBIDDEN: Final = 403
_SERVER_ERRORS: Final = 500
_BUSY: Final = frozenset({"LimitExceededException", "Throttling", "ThrottlingException", "TooManyRequestsException"})
_NOT_NOW: Final = frozenset({"DependencyTimeoutException", "KMSInternalException", "KeyUnavailableException"})
_CREDENTIALS: Final = "AWS does not take these credentials"
_NOT_ALLOWED: Final = "these credentials may not use it"
# Why it refuses, by its code. Its own words are not repeated: some of them quote the headers that prove who asks.
# Source: the errors of GetPublicKey and Sign, and the common errors, in the AWS KMS API Reference.
_REFUSALS: Final = {
    "AccessDeniedException": _NOT_ALLOWED,
    "DisabledException": "it is disabled",
    "KMSInvalidStateException": "it is disabled, or about to be deleted",
    "InvalidArnException": "that is no key's ARN",
    "InvalidKeyUsageException": "it is not for signing",
    "NotFoundException": "there is no such key",
    "UnsupportedOperationException": "it does not sign",
    "ExpiredTokenException": _CREDENTIALS,
    "IncompleteSignature": _CREDENTIALS,
    "InvalidClientTokenId": _CREDENTIALS,
    "InvalidSignatureException": _CREDENTIALS,
    "UnrecognizedClientException": _CREDENTIALS,
}


@dataclass(frozen=True, slots=True)
class KmsWallet:
    """Which key in AWS KMS signs, and for whom.

    Attributes:
        address: Whose key it is.
        key: Its id, its ARN, or an alias: alias/treasury.
        region: Where it is: eu-central-1.
    """

    kind: ClassVar[WalletKind] = WalletKind.KMS
    address: Address
    key: str
    region: str

    def open(self, _name: str, _ask_password: Callable[[], str], network: Network | None) -> KmsSigner:
        """As every wallet of this kind; AWS finds its credentials where its own tools do."""
        return KmsSigner(self.key, self.region, network, address=self.address)


class KmsSigner(HashSigner):
    """Has AWS KMS sign, with an asymmetric key of the spec ECC_SECG_P256K1 that may be used to sign.

    Credentials, retries and another endpoint are configured as for all of AWS's own tools: by a role, a profile, or the
    environment (AWS_PROFILE, AWS_MAX_ATTEMPTS, AWS_ENDPOINT_URL_KMS). Signatures are not the same twice: AWS draws
    a random number for each.

    Args:
        key: Its id, its ARN, or an alias: alias/treasury.
        region: Where it is: eu-central-1.
        network: Where it signs; anywhere, if None.
        address: Whose key it must be; the key's own, if None.

    Raises:
        ConfigError: If boto3 is not installed.
        WalletError: If there is no such key, it is of another address or for other curves, or AWS refuses.
        ChainError: If AWS does not answer, is asked too often, or answers nonsense.
    """

    __slots__ = ("_client", "_key")

    def __init__(self, key: str, region: str, network: Network | None, *, address: Address | None = None) -> None:
        self._key = key
        self._client = _client(region)
        answer = self._ask("GetPublicKey")
        spec = answer.get("KeySpec") or answer.get("CustomerMasterKeySpec")
        try:
            found = address_of(read_public_key(answer["PublicKey"]))
        except (KeyError, TypeError, ValueError):
            raise WalletError(
                f"The key {key} in AWS KMS is none of secp256k1, but {_word(spec)}.",
                hint="Ethereum's keys have the key spec ECC_SECG_P256K1 and the key usage SIGN_VERIFY.",
            ) from None
        if address not in (None, found):
            raise WalletError(
                f"The key {key} in AWS KMS is the one of {found}, not of {address}.",
                hint="Check which key is configured, and the address that is configured for it.",
            )
        super().__init__(found, network)

    def _sign_hash(self, message_hash: bytes) -> tuple[bytes, int]:
        """As every signer's.

        Raises:
            WalletError: If AWS refuses, or signs anything else.
            ChainError: If AWS does not answer, is asked too often, or answers nonsense.
        """
        # ECDSA_SHA_256 is what AWS calls any signature of 32 bytes: of a DIGEST, it makes no other hash.
        answer = self._ask("Sign", Message=message_hash, MessageType="DIGEST", SigningAlgorithm="ECDSA_SHA_256")
        try:
            r, s = read_signature(answer["Signature"])
        except (KeyError, TypeError, ValueError):
            raise _nonsense("Sign") from None
        return recoverable(r, s, message_hash, self.address)

    def _ask(self, operation: str, **asked: Any) -> dict[str, Any]:
        from botocore.exceptions import BotoCoreError, ClientError
        from botocore.parsers import ResponseParserError

        method = {"GetPublicKey": self._client.get_public_key, "Sign": self._client.sign}[operation]
        try:
            return dict(method(KeyId=self._key, **asked))
        except ClientError as error:
            told = _refused(operation, self._key, error.response)
        except BotoCoreError as error:
            told = _failed(operation, error)
        except (ResponseParserError, AttributeError, KeyError, TypeError, ValueError):  # as botocore fails to read it
            told = _nonsense(operation)
        raise told from None


def _client(region: str) -> Any:
    try:
        import boto3
    except ImportError:
        raise ConfigError(
            "AWS KMS needs boto3, which is not installed.", hint="pip install 'stablecoin_tools[kms]'"
        ) from None
    from botocore.config import Config
    from botocore.exceptions import BotoCoreError

    timeouts = Config(connect_timeout=_TIMEOUT_SECONDS, read_timeout=_TIMEOUT_SECONDS)
    try:
        return boto3.session.Session().client("kms", region_name=region, config=timeouts)
    except (BotoCoreError, ValueError) as error:
        raise WalletError(
            f"There is no way to AWS KMS in {region!r}: {type(error).__name__}.",
            hint="Check the region, and what AWS_PROFILE and other AWS settings say.",
        ) from None


def _refused(operation: str, key: str, answer: Any) -> StablecoinError:
    """What an error of AWS means; an answer may be anything."""
    code, status = _word(answer["Error"].get("Code")), answer["ResponseMetadata"].get("HTTPStatusCode", 0)
    if code in _BUSY:
        return RateLimited(
            f"AWS KMS answers {operation}: too many requests.",
            hint="Wait and try again, or have AWS raise the quota; nothing was sent.",
        )
    if code in _NOT_NOW or status >= _SERVER_ERRORS:
        return Unreachable(f"AWS KMS cannot {operation} now: {code}.", hint="Try again; nothing was sent.")
    why = _REFUSALS.get(code, _NOT_ALLOWED if status == _FORBIDDEN else "")
    return WalletError(
        f"AWS KMS refuses {operation} with the key {key}: {f'{why} ({code})' if why else code}.",
        hint="Check the key, its region, and whose credentials AWS finds; kms:GetPublicKey and kms:Sign are needed.",
    )


def _failed(operation: str, error: Exception) -> StablecoinError:
    """What it means that nothing was answered. The error's own words are not repeated: URLs may stand in them."""
    from botocore.exceptions import ConnectionError as NoConnection
    from botocore.exceptions import HTTPClientError

    if isinstance(error, (NoConnection, HTTPClientError)):
        return Unreachable(
            f"AWS KMS cannot be reached for {operation}: {type(error).__name__}.",
            hint="Check the region and the network, then try again; nothing was sent.",
        )
    return WalletError(
        f"AWS KMS cannot be asked for {operation}: {type(error).__name__}.",
        hint="AWS finds credentials in a role, a profile (AWS_PROFILE), or the environment.",
    )


def _nonsense(operation: str) -> NodeRefused:
    return NodeRefused(f"AWS KMS's answer to {operation} makes no sense.", hint="Try again; nothing was sent.")


def _word(code: Any) -> str:
    """A name that AWS answers, if it is one."""
    return code if isinstance(code, str) and _CODE.fullmatch(code) else "something else"

"""Etherscan, or an explorer that speaks its language, such as Blockscout: https://docs.etherscan.io, API V2."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from stablecoin_tools.deployment.publishing.service import AGAIN, Patience, Pending, Service, refused
from stablecoin_tools.deployment.publishing.submission import Publication
from stablecoin_tools.errors import ConfigError, RateLimited, Unreachable

if TYPE_CHECKING:
    from stablecoin_tools.addresses import Address
    from stablecoin_tools.deployment.publishing.submission import Submission

__all__ = ["ETHERSCAN_URL", "Etherscan"]

ETHERSCAN_URL: Final = "https://api.etherscan.io/v2/api"

_OK: Final = "1"
# Blockscout's words among them.
_ALREADY: Final = ("already verified", "contract source code already verified", "smart-contract already verified")
_PENDING: Final = ("pending in queue", "in progress", "verification in progress")
_NOT_SEEN_YET: Final = "unable to locate contractcode"
_TOO_OFTEN: Final = "rate limit"
_BAD_KEY: Final = ("invalid api key", "missing/invalid api key", "too many invalid api key")
_PASSED: Final = "pass"


class Etherscan:
    """Publishes sources there.

    All it sends are POST forms with the key in the body, never in a URL: logs of HTTP hold URLs.

    Args:
        url: Where it is. One key and one URL serve all of Etherscan's chains.
        key: The API key; it never appears in an error or a `repr`. Blockscout needs none.
        patience: How long it is waited for.

    Raises:
        ConfigError: If the URL is none, or is Etherscan's own and there is no key.
    """

    def __init__(self, url: str = ETHERSCAN_URL, *, key: str = "", patience: Patience | None = None) -> None:
        if url == ETHERSCAN_URL and not key:
            raise ConfigError("Etherscan takes nothing without an API key.")
        self._key = key
        self._service = Service("Etherscan", url, patience or Patience(), secret=key)

    def publish(self, submission: Submission) -> Publication:
        """Hands a contract in, and waits until it was compiled and compared there.

        Raises:
            ConfigError: If the key is refused.
            DeploymentError: If Etherscan does not find it so, or refuses it.
            Unreachable, RateLimited: If it does not answer, or not now; to publish again does nothing twice.
        """
        arguments = submission.constructor_arguments.hex()
        form = {
            "contractaddress": str(submission.address),
            "sourceCode": json.dumps(submission.standard_json),
            "codeformat": "solidity-standard-json-input",
            "contractname": submission.full_name,
            "compilerversion": f"v{submission.compiler_version}",
            "constructorArguements": arguments,  # Etherscan's own spelling, and beside it the right one for all others
            "constructorArguments": arguments,
        }
        what = f"{submission.full_name} at {submission.address}"
        words = self._done(submission.chain_id, what, "verifysourcecode", form, "checkverifystatus")
        return Publication(
            self._service.name, submission.full_name, submission.address, words, words.lower().startswith(_ALREADY)
        )

    def link(self, chain_id: int, proxy: Address, implementation: Address) -> Publication:
        """Tells the explorer that a contract is a proxy, so that it shows the implementation's functions there.

        Both must be published before.

        Raises:
            As `publish`.
        """
        what = f"the link from {proxy} to {implementation}"
        form = {"address": str(proxy), "expectedimplementation": str(implementation)}
        words = self._done(chain_id, what, "verifyproxycontract", form, "checkproxyverification")
        return Publication(self._service.name, "the link from proxy to implementation", proxy, words)

    def _done(self, chain_id: int, what: str, action: str, form: dict[str, str], check: str) -> str:
        """Begins something and waits for its end; returns what the service says then."""

        def handed_in() -> tuple[bool, str] | Pending:
            is_ok, words = self._ask(chain_id, action, form)
            if is_ok or words.lower().startswith(_ALREADY):
                return is_ok, words
            if words.lower().startswith(_NOT_SEEN_YET):
                return Pending(words)
            raise self._refusal(what, words)

        def became() -> str | Pending:
            is_ok, words = self._ask(chain_id, check, {"guid": receipt})
            if words.lower().startswith(_PENDING):
                return Pending(words)
            if is_ok or words.lower().startswith((_PASSED, *_ALREADY)):
                return words
            raise self._refusal(what, words)

        is_begun, receipt = self._service.until(handed_in, over_trouble=False)
        return self._service.readable(self._service.until(became, over_trouble=True) if is_begun else receipt)

    def _ask(self, chain_id: int, action: str, form: dict[str, str]) -> tuple[bool, str]:
        """Whether the answer is a yes, and what it says."""
        asked = {"module": "contract", "action": action, **({"apikey": self._key} if self._key else {}), **form}
        answer = self._service.post(query={"chainid": str(chain_id)}, form=asked).content
        words: Any = answer.get("result") if isinstance(answer, dict) else None
        if not isinstance(words, str) or not words:
            words = answer.get("message") if isinstance(answer, dict) else None
        if not isinstance(words, str) or not words:
            raise Unreachable("Etherscan answers nothing that can be read.", hint=AGAIN)
        if str(answer.get("status")) == _OK:
            return True, words
        if _TOO_OFTEN in words.lower():
            raise RateLimited(f"Etherscan answers: {self._service.readable(words)}.", hint=AGAIN)
        if words.lower().startswith(_BAD_KEY):
            raise ConfigError(f"Etherscan does not take the API key: {self._service.readable(words)}.")
        return False, words

    def _refusal(self, what: str, words: str) -> Exception:
        return refused(f"Etherscan does not take {what}: {self._service.readable(words)}.")

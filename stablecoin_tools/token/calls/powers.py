"""What the issuer does to accounts and to the coin."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stablecoin_tools.errors import UsageError
from stablecoin_tools.roles import PauseScope
from stablecoin_tools.token.arguments import account, word
from stablecoin_tools.token.calls.base import CallBuilder, batch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stablecoin_tools.addresses import Address
    from stablecoin_tools.amounts import Amount
    from stablecoin_tools.chain import Call

__all__ = ["PowerCalls"]


class PowerCalls(CallBuilder):
    """Blacklist, seizing, verifying, pausing, rescuing, describing, upgrading."""

    def blacklist(self, party: Address | str) -> Call:
        """Puts an account on the blacklist. The signer needs BLACKLISTER_ROLE."""
        stopped = account(party)
        return self._call(f"blacklist {stopped}", "blacklist", stopped)

    def blacklist_batch(self, parties: Sequence[Address | str]) -> Call:
        """Puts many accounts on the blacklist at once. The signer needs BLACKLISTER_ROLE."""
        stopped = batch([account(party) for party in parties])
        return self._call(f"blacklist {_accounts(stopped)}", "blacklistBatch", stopped)

    def un_blacklist(self, party: Address | str) -> Call:
        """Takes an account off the blacklist. The signer needs UNBLACKLISTER_ROLE."""
        freed = account(party)
        return self._call(f"take {freed} off the blacklist", "unBlacklist", freed)

    def seize(self, source: Address | str, to: Address | str, value: Amount, order_ref: bytes) -> Call:
        """Moves `value` of a blacklisted account to `to`, by order. The signer needs SEIZER_ROLE."""
        holder, receiver, order = account(source), account(to), word(order_ref, "reference")
        words = f"seize {value} of {holder} for {receiver} by order 0x{order.hex()}"
        return self._call(words, "seize", holder, receiver, self._units(value), order)

    def burn_blacklisted(self, source: Address | str, value: Amount, order_ref: bytes) -> Call:
        """Destroys `value` of a blacklisted account, by order. The signer needs SEIZER_ROLE."""
        holder, order = account(source), word(order_ref, "reference")
        words = f"burn {value} of blacklisted {holder} by order 0x{order.hex()}"
        return self._call(words, "burnBlacklisted", holder, self._units(value), order)

    def verify(self, party: Address | str) -> Call:
        """Marks an account as verified. The signer needs VERIFIER_ROLE."""
        verified = account(party)
        return self._call(f"verify {verified}", "verify", verified)

    def un_verify(self, party: Address | str) -> Call:
        """Takes the mark of a verified account. The signer needs VERIFIER_ROLE."""
        former = account(party)
        return self._call(f"take the verification of {former} back", "unVerify", former)

    def set_allowlist_only(self, is_on: bool) -> Call:  # noqa: FBT001  # the ABI's own word: one switch, one flag
        """Reserves the coin for verified accounts, or opens it to all. The signer needs DEFAULT_ADMIN_ROLE."""
        words = "reserve the coin for verified accounts" if is_on else "open the coin to all accounts"
        return self._call(words, "setAllowlistOnly", is_on)

    def pause(self, scopes: PauseScope = PauseScope.ALL) -> Call:
        """Pauses these scopes, or everything. The signer needs PAUSER_ROLE."""
        if scopes == PauseScope.ALL:
            return self._call("pause everything", "pause()")
        return self._call(f"pause {_listed(scopes)}", "pause(uint256)", int(scopes))

    def unpause(self, scopes: PauseScope = PauseScope.ALL) -> Call:
        """Resumes these scopes, or everything. The signer needs UNPAUSER_ROLE."""
        if scopes == PauseScope.ALL:
            return self._call("resume everything", "unpause()")
        return self._call(f"resume {_listed(scopes)}", "unpause(uint256)", int(scopes))

    def rescue_erc20(self, token: Address | str, to: Address | str, value: int) -> Call:
        """Sends stray tokens on; `value` is in the base units of that token. The signer needs RESCUER_ROLE."""
        contract, receiver = account(token), account(to)
        words = f"send {value} base units of stray {contract} to {receiver}"
        return self._call(words, "rescueERC20", contract, receiver, value)

    def rescue_eth(self, to: Address | str, value_wei: int) -> Call:
        """Sends stray ETH on. The signer needs RESCUER_ROLE."""
        receiver = account(to)
        return self._call(f"send {value_wei} stray wei to {receiver}", "rescueETH", receiver, value_wei)

    def set_contract_uri(self, uri: str) -> Call:
        """Sets where people and wallets read more about the coin. The signer needs DEFAULT_ADMIN_ROLE."""
        return self._call(f"set the address of the description to {uri!r}", "setContractURI", uri)

    def upgrade_to_and_call(self, implementation: Address | str, call: Call | None = None) -> Call:
        """Replaces the implementation, then makes `call` to the coin in the same transaction.

        The signer needs UPGRADER_ROLE.
        """
        if call is not None and call.to != self._coin:
            raise UsageError("The call that goes with an upgrade must be to this coin.")
        target = account(implementation)
        words = f"upgrade to {target}" + (f", then {call.description}" if call else "")
        return self._call(words, "upgradeToAndCall", target, call.data if call else b"")

    def close_lane(self) -> Call:
        """Sends the holder functions to the implementation. The signer needs UPGRADER_ROLE."""
        return self._call("close the fast lane", "closeLane")

    def open_lane(self) -> Call:
        """Serves the holder functions from the proxy again. The signer needs UPGRADER_ROLE."""
        return self._call("open the fast lane", "openLane")


def _listed(scopes: PauseScope) -> str:
    return " and ".join(scopes.names()) or "nothing"


def _accounts(parties: Sequence[Address]) -> str:
    return str(parties[0]) if len(parties) == 1 else f"{len(parties)} accounts"

"""Every write of the coin as a built call. Pure: nothing here is sent, and no chain is asked.

Each method bears the contract's name in snake_case; `contracts/interfaces` says what it requires and emits.
"""

from __future__ import annotations

from typing import Any

from stablecoin_tools.addresses import Address, parse_address
from stablecoin_tools.amounts import Amount, Denomination
from stablecoin_tools.artifacts import coin_abi
from stablecoin_tools.chain import Call
from stablecoin_tools.errors import InvalidAmount, UsageError
from stablecoin_tools.roles import PauseScope, Role

__all__ = ["StablecoinCalls"]


class StablecoinCalls:
    """Builds calls to one coin.

    Accounts are `Address` values or checksummed text; amounts are of this coin's denomination.

    Every method returns a `Call` and raises `UsageError` where an argument is wrong: `InvalidAddress` for a mistyped or
    zero account, `InvalidAmount` for another coin's amount.

    Args:
        coin: The coin's address.
        denomination: What its amounts are counted in.
    """

    def __init__(self, coin: Address, denomination: Denomination) -> None:
        self._coin = coin
        self._denomination = denomination

    def transfer(self, to: Address | str, value: Amount) -> Call:
        """Moves `value` from the signer to `to`."""
        receiver = account(to)
        return self._call(f"transfer {value} to {receiver}", "transfer", receiver, self._units(value))

    def transfer_from(self, source: Address | str, to: Address | str, value: Amount) -> Call:
        """Moves `value` from `source` to `to`, out of what `source` allowed the signer."""
        sender, receiver = account(source), account(to)
        words = f"transfer {value} from {sender} to {receiver}"
        return self._call(words, "transferFrom", sender, receiver, self._units(value))

    def approve(self, spender: Address | str, value: Amount) -> Call:
        """Lets `spender` move up to `value` of the signer's balance, in place of what was allowed before."""
        party = account(spender)
        return self._call(f"allow {party} to move {value}", "approve", party, self._units(value))

    def mint(self, to: Address | str, value: Amount) -> Call:
        """Creates `value` for `to`. The signer needs MINTER_ROLE and the allowance."""
        receiver = account(to)
        return self._call(f"mint {value} to {receiver}", "mint", receiver, self._units(value))

    def burn(self, value: Amount) -> Call:
        """Destroys `value` of the signer's own. The signer needs BURNER_ROLE."""
        return self._call(f"burn {value}", "burn", self._units(value))

    def configure_minter(self, minter: Address | str, allowance: Amount) -> Call:
        """Lets `minter` mint `allowance`, in place of what it might before. The signer needs MINTER_ADMIN_ROLE."""
        party = account(minter)
        words = f"let {party} mint {allowance}"
        return self._call(words, "configureMinter", party, self._units(allowance))

    def remove_minter(self, minter: Address | str) -> Call:
        """Takes role and allowance from `minter`. The signer needs MINTER_ADMIN_ROLE."""
        party = account(minter)
        return self._call(f"remove minter {party}", "removeMinter", party)

    def blacklist(self, party: Address | str) -> Call:
        """Puts an account on the blacklist. The signer needs BLACKLISTER_ROLE."""
        stopped = account(party)
        return self._call(f"blacklist {stopped}", "blacklist", stopped)

    def un_blacklist(self, party: Address | str) -> Call:
        """Takes an account off the blacklist. The signer needs UNBLACKLISTER_ROLE."""
        freed = account(party)
        return self._call(f"take {freed} off the blacklist", "unBlacklist", freed)

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

    def grant_role(self, role: Role, party: Address | str) -> Call:
        """Gives a role to an account. The signer needs DEFAULT_ADMIN_ROLE."""
        holder = account(party)
        return self._call(f"grant {role.name} to {holder}", "grantRole", role.identifier, holder)

    def revoke_role(self, role: Role, party: Address | str) -> Call:
        """Takes a role from an account. The signer needs DEFAULT_ADMIN_ROLE."""
        holder = account(party)
        return self._call(f"revoke {role.name} from {holder}", "revokeRole", role.identifier, holder)

    def renounce_role(self, role: Role, party: Address | str) -> Call:
        """Gives the signer's own role up; `party` must be the signer, as a confirmation."""
        holder = account(party)
        return self._call(f"give up {role.name} of {holder}", "renounceRole", role.identifier, holder)

    def begin_default_admin_transfer(self, new_admin: Address | str) -> Call:
        """Names the next admin, who can accept after the delay. The signer needs DEFAULT_ADMIN_ROLE."""
        party = account(new_admin)
        return self._call(f"begin to make {party} the admin", "beginDefaultAdminTransfer", party)

    def cancel_default_admin_transfer(self) -> Call:
        """Withdraws the naming of the next admin. The signer needs DEFAULT_ADMIN_ROLE."""
        return self._call("cancel the change of admin", "cancelDefaultAdminTransfer")

    def accept_default_admin_transfer(self) -> Call:
        """Becomes the admin. The signer must be the one named, and the delay must have passed."""
        return self._call("accept to be the admin", "acceptDefaultAdminTransfer")

    def change_default_admin_delay(self, delay_seconds: int) -> Call:
        """Sets how long a change of admin must wait; takes effect after a wait itself."""
        return self._call(f"set the admin's delay to {delay_seconds} s", "changeDefaultAdminDelay", delay_seconds)

    def rollback_default_admin_delay(self) -> Call:
        """Withdraws a change of the delay that has not taken effect."""
        return self._call("cancel the change of the admin's delay", "rollbackDefaultAdminDelay")

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

    def _call(self, description: str, function: str, *arguments: Any) -> Call:
        return Call(self._coin, coin_abi().encode_call(function, *arguments), description=description)

    def _units(self, value: Amount) -> int:
        if not isinstance(value, Amount):
            raise InvalidAmount(
                f"Not an Amount: {value!r}.",
                hint='Make one: coin.amount("1,250.00") or coin.denomination.parse(...).',
            )
        if value.denomination != self._denomination:
            raise InvalidAmount(f"{value} is not an amount of {self._denomination.symbol}.")
        return value.base_units


def account(party: Address | str) -> Address:
    """A party of a call: an address, or text that is read as one; never zero.

    Raises:
        InvalidAddress: If the text is no address, or the address is zero.
    """
    return parse_address(str(party)) if isinstance(party, Address) else parse_address(party)


def _listed(scopes: PauseScope) -> str:
    return " and ".join(scopes.names()) or "nothing"

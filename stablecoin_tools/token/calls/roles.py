"""Who may do what: roles, and the admin who grants them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stablecoin_tools.token.arguments import account
from stablecoin_tools.token.calls.base import CallBuilder

if TYPE_CHECKING:
    from stablecoin_tools.addresses import Address
    from stablecoin_tools.chain import Call
    from stablecoin_tools.roles import Role

__all__ = ["RoleCalls"]


class RoleCalls(CallBuilder):
    """Grants, revocations, and the change of the admin in two steps."""

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

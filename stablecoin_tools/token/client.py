"""The client: reads of the coin, and the one verb that sends what `calls` builds."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from stablecoin_tools.addresses import ZERO_ADDRESS, Address
from stablecoin_tools.amounts import MAX_BASE_UNITS, Amount, Denomination
from stablecoin_tools.artifacts import coin_abi
from stablecoin_tools.chain import Call
from stablecoin_tools.errors import ConfigError
from stablecoin_tools.reverts import ContractRevert
from stablecoin_tools.roles import PauseScope, Role
from stablecoin_tools.token.calls import StablecoinCalls, account
from stablecoin_tools.token.events import Event, decode_events
from stablecoin_tools.transactions import Stage, TransactionManager

if TYPE_CHECKING:
    from collections.abc import Iterator
    from decimal import Decimal

    from stablecoin_tools.chain import Chain, Receipt
    from stablecoin_tools.signers import Signer

__all__ = ["PendingAdmin", "Stablecoin"]

# Source: ERC-1967, keccak256("eip1967.proxy.implementation") - 1.
_IMPLEMENTATION_SLOT = 0x360894A13BA1A3210667C828492DB98DCA3E2076CC3735A920A3CA505D382BBC


@dataclass(frozen=True, slots=True)
class PendingAdmin:
    """The next admin, and from when it can accept."""

    account: Address
    acceptable_after: datetime


class Stablecoin:
    """One coin on one chain.

    Reads are methods; writes are built by `calls` and sent by `send`:

        receipt = coin.send(coin.calls.mint(to, coin.amount("1,250.00")), signer=minter, ref="order-42")

    Args:
        chain: Where the coin is.
        address: The coin's address.
        transactions: What sends; one manager must do all of a signer's sending. A new one, if not given.

    Raises:
        ConfigError: If no coin is at the address.
    """

    def __init__(self, chain: Chain, address: Address | str, *, transactions: TransactionManager | None = None) -> None:
        self._chain = chain
        self._address = account(address)
        self._transactions = transactions if transactions is not None else TransactionManager(chain)
        if not chain.code(self._address):
            raise ConfigError(f"There is no contract at {self._address} on {chain.network.name}.")
        self._denomination = Denomination(self._read("symbol"), self._read("decimals"))
        self._calls = StablecoinCalls(self._address, self._denomination)

    def __repr__(self) -> str:
        return f"Stablecoin({self._denomination.symbol} at {self._address} on {self._chain.network.name})"

    @property
    def address(self) -> Address:
        """Where the coin is, on every chain it was deployed to alike."""
        return self._address

    @property
    def denomination(self) -> Denomination:
        """What amounts are counted in: symbol and decimals."""
        return self._denomination

    @property
    def calls(self) -> StablecoinCalls:
        """Builds the coin's writes; nothing is sent by building."""
        return self._calls

    def amount(self, value: str | int | Decimal) -> Amount:
        """An exact amount of this coin, in tokens: `coin.amount("1,250.00")`.

        Raises:
            InvalidAmount: If it is a float, too precise, negative or out of range.
        """
        return self._denomination.amount(value)

    def send(self, call: Call, *, signer: Signer, ref: str | None = None, until: Stage = Stage.MINED) -> Receipt:
        """Does what a built call says, once; see `TransactionManager.send` for references, waiting and errors."""
        with self._amounts_in_tokens():
            return self._transactions.send(call, signer=signer, ref=ref, until=until)

    def simulate(self, call: Call, *, sender: Address | str) -> int:
        """Tries a call without sending it.

        Returns:
            How much gas it would use.

        Raises:
            Reverted: What the contract would refuse.
        """
        with self._amounts_in_tokens():
            return self._chain.estimate_gas(call, sender=account(sender))

    def events(self, receipt: Receipt) -> list[Event]:
        """The coin's events in a receipt."""
        return decode_events(receipt.logs, self._address, self._denomination)

    def name(self) -> str:
        """The full name."""
        return str(self._read("name"))

    def currency(self) -> str:
        """The ISO 4217 code of the backing currency."""
        return str(self._read("currency"))

    def total_supply(self) -> Amount:
        """How much exists, frozen balances included."""
        return self._amount(self._read("totalSupply"))

    def balance_of(self, party: Address | str) -> Amount:
        """How much an account holds."""
        return self._amount(self._read("balanceOf", account(party)))

    def allowance(self, owner: Address | str, spender: Address | str) -> Amount:
        """How much a spender may still move; an unlimited allowance is shown as the greatest amount."""
        return self._amount(min(self._read("allowance", account(owner), account(spender)), MAX_BASE_UNITS))

    def is_minter(self, party: Address | str) -> bool:
        """Whether an account has MINTER_ROLE."""
        return bool(self._read("isMinter", account(party)))

    def minter_allowance(self, minter: Address | str) -> Amount:
        """What a minter may still mint."""
        return self._amount(self._read("minterAllowance", account(minter)))

    def is_blacklisted(self, party: Address | str) -> bool:
        """Whether an account is on the blacklist."""
        return bool(self._read("isBlacklisted", account(party)))

    def paused(self) -> bool:
        """Whether transfers are paused."""
        return bool(self._read("paused"))

    def paused_scopes(self) -> PauseScope:
        """Which scopes are paused; falsy for none."""
        return PauseScope(self._read("pausedScopes"))

    def has_role(self, role: Role, party: Address | str) -> bool:
        """Whether an account has a role."""
        return bool(self._read("hasRole", role.identifier, account(party)))

    def role_members(self, role: Role) -> tuple[Address, ...]:
        """All holders of a role."""
        return tuple(self._read("getRoleMembers", role.identifier))

    def role_admin(self, role: Role) -> str:
        """The name of the role that grants and revokes this one."""
        return Role.named(self._read("getRoleAdmin", role.identifier))

    def default_admin(self) -> Address:
        """The one account with DEFAULT_ADMIN_ROLE; zero once it was given up."""
        admin: Address = self._read("defaultAdmin")
        return admin

    def default_admin_delay_seconds(self) -> int:
        """How long a change of admin must wait, in seconds."""
        return int(self._read("defaultAdminDelay"))

    def pending_default_admin(self) -> PendingAdmin | None:
        """The next admin, if one was named."""
        party, schedule = self._read("pendingDefaultAdmin")
        return PendingAdmin(party, _time(schedule)) if party != ZERO_ADDRESS else None

    def pending_default_admin_delay(self) -> tuple[int, datetime] | None:
        """The next delay in seconds and when it takes effect, if a change is under way."""
        delay_seconds, schedule = self._read("pendingDefaultAdminDelay")
        return (delay_seconds, _time(schedule)) if schedule else None

    def default_admin_delay_increase_wait_seconds(self) -> int:
        """How long a longer delay takes to come into effect at most, in seconds."""
        return int(self._read("defaultAdminDelayIncreaseWait"))

    def is_lane_closed(self) -> bool:
        """Whether the implementation serves the holder functions."""
        return bool(self._read("isLaneClosed"))

    def implementation(self) -> Address:
        """The contract that serves the issuer's functions. Source: ERC-1967."""
        return Address(self._chain.storage(self._address, _IMPLEMENTATION_SLOT)[-20:])

    def supports_interface(self, interface_id: bytes) -> bool:
        """Whether the coin speaks an interface, by its four ERC-165 bytes."""
        return bool(self._read("supportsInterface", interface_id))

    @contextmanager
    def _amounts_in_tokens(self) -> Iterator[None]:
        """Lets a refusal say its amounts in tokens: the chain that raised it does not know the coin."""
        try:
            yield
        except ContractRevert as refused:
            refused.denomination = self._denomination
            raise

    def _amount(self, base_units: int) -> Amount:
        return self._denomination.from_base_units(base_units)

    def _read(self, function: str, *arguments: Any) -> Any:
        call = Call(self._address, coin_abi().encode_call(function, *arguments))
        return coin_abi().decode_answer(function, self._chain.call(call))


def _time(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)

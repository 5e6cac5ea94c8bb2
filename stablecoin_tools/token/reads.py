"""What stands on the chain about a coin, read as typed values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from stablecoin_tools.addresses import ZERO_ADDRESS, Address
from stablecoin_tools.amounts import MAX_BASE_UNITS, Amount, Denomination
from stablecoin_tools.artifacts import coin_abi
from stablecoin_tools.chain import Call
from stablecoin_tools.errors import ConfigError
from stablecoin_tools.roles import PauseScope, Role
from stablecoin_tools.token.arguments import account, moment, word
from stablecoin_tools.token.history import logs_of
from stablecoin_tools.token.signatures import SigningDomain
from stablecoin_tools.token.values import Limit, PendingAdmin, ReserveFeed

if TYPE_CHECKING:
    from datetime import datetime

    from stablecoin_tools.chain import Chain, Log

__all__ = ["IMPLEMENTATION_SLOT", "StablecoinReads"]

IMPLEMENTATION_SLOT: Final = 0x360894A13BA1A3210667C828492DB98DCA3E2076CC3735A920A3CA505D382BBC
"""Where the implementation's address stands. Source: ERC-1967, keccak256("eip1967.proxy.implementation") - 1."""

# Source: ERC-5267: name, version, chain id and contract; no salt, no extensions.
_DOMAIN_FIELDS: Final = b"\x0f"


class StablecoinReads:
    """The reads of one coin, by the contract's names in snake_case.

    Args:
        chain: Where the coin is.
        address: The coin's address.
        created_in_block: From where on the coin has a history.

    Raises:
        ConfigError: If no coin is at the address.
    """

    def __init__(self, chain: Chain, address: Address, *, created_in_block: int) -> None:
        self._chain = chain
        self._created_in_block = created_in_block
        self._address = address
        if not chain.code(address):
            raise ConfigError(f"There is no contract at {address} on {chain.network.name}.")
        self._denomination = Denomination(self._read("symbol"), self._read("decimals"))

    def name(self) -> str:
        """The full name."""
        return str(self._read("name"))

    def version(self) -> str:
        """The version in signatures."""
        return str(self._read("version"))

    def currency(self) -> str:
        """The ISO 4217 code of the backing currency."""
        return str(self._read("currency"))

    def contract_uri(self) -> str:
        """Where people and wallets read more about the coin; empty if there is nothing."""
        return str(self._read("contractURI"))

    def eip712_domain(self) -> SigningDomain:
        """Where signatures for this coin count. Source: ERC-5267.

        Raises:
            ConfigError: If the contract tells another coin's domain, another chain's, or one with a salt.
        """
        fields, name, version, chain_id, coin, _, extensions = self._read("eip712Domain")
        here = (_DOMAIN_FIELDS, self._chain.network.chain_id, self._address, ())
        if (fields, chain_id, coin, tuple(extensions)) != here:
            raise ConfigError(
                f"The contract at {self._address} tells a domain of {coin} on chain {chain_id}.",
                hint="Sign nothing for it: it is not the coin that it seems to be.",
            )
        return SigningDomain(name, version, chain_id, coin)

    def domain_separator(self) -> bytes:
        """The hash of that domain."""
        return bytes(self._read("DOMAIN_SEPARATOR"))

    def total_supply(self) -> Amount:
        """How much exists, frozen balances included."""
        return self._amount(self._read("totalSupply"))

    def balance_of(self, party: Address | str) -> Amount:
        """How much an account holds."""
        return self._amount(self._read("balanceOf", account(party)))

    def allowance(self, owner: Address | str, spender: Address | str) -> Amount:
        """How much a spender may still move; an unlimited allowance is shown as the greatest amount."""
        return self._amount(self._read("allowance", account(owner), account(spender)))

    def nonces(self, owner: Address | str) -> int:
        """How many permits an owner has used: the nonce of its next one."""
        return int(self._read("nonces", account(owner)))

    def authorization_state(self, authorizer: Address | str, nonce: bytes) -> bool:
        """Whether a nonce is used up, by a signed payment or a cancellation."""
        return bool(self._read("authorizationState", account(authorizer), word(nonce, "nonce")))

    def is_minter(self, party: Address | str) -> bool:
        """Whether an account has MINTER_ROLE."""
        return bool(self._read("isMinter", account(party)))

    def minter_allowance(self, minter: Address | str) -> Amount:
        """What a minter may still mint."""
        return self._amount(self._read("minterAllowance", account(minter)))

    def minter_limit(self, minter: Address | str) -> Limit:
        """What a minter may mint at once, what comes back, and what it may mint now."""
        return Limit(*map(self._amount, self._read("minterLimit", account(minter))))

    def bridge_limit(self, bridge: Address | str) -> Limit:
        """What a bridge may mint at once, what comes back, and what it may mint now."""
        return Limit(*map(self._amount, self._read("bridgeLimit", account(bridge))))

    def limit_as_set(self, role: Role, party: Address | str) -> tuple[Amount, Amount]:
        """Capacity and refill each second of a minter or a bridge, as they were set last.

        They are read as `minter_limit` reads them; but an allowance without refill shrinks as it is used, so what it
        was set to is told by the coin's events alone.

        Args:
            role: MINTER_ROLE or BRIDGE_ROLE.
            party: Who has the limit.

        Raises:
            ChainError: If the node does not keep the events since the coin's creation.
        """
        who, kind = account(party), "Minter" if role is Role.MINTER_ROLE else "Bridge"
        limit = self.minter_limit(who) if role is Role.MINTER_ROLE else self.bridge_limit(who)
        if limit.refill_per_second:
            return limit.capacity, limit.refill_per_second
        last: dict[str, Log | None] = {}
        for event in (f"{kind}Configured", f"{kind}Removed"):
            topics = (coin_abi().topic(event), bytes(12) + bytes(who))
            last[event] = next(reversed(self._logs(topics)), None)
        set_last, removed = last.values()
        if set_last is None or (removed and _place(removed) > _place(set_last)):  # granted without a limit since
            return limit.capacity, limit.refill_per_second
        told = coin_abi().decode_event(set_last.topics, set_last.data)
        assert told is not None  # noqa: S101  # it was asked for by the event's own topic
        capacity = told.fields["allowance" if role is Role.MINTER_ROLE else "capacity"]
        return self._amount(capacity), self._amount(told.fields["refill_per_second"])

    def supply_cap(self) -> Amount:
        """The greatest supply, as kept."""
        return self._amount(self._read("supplyCap"))

    def global_limit(self) -> Limit:
        """What all minters and bridges together may create, as kept."""
        return Limit(*map(self._amount, self._read("globalLimit")))

    def is_reference_used(self, ref: bytes, *, holder: Address | str | None = None) -> bool:
        """Whether the issuer minted or burned under a reference; or whether a holder redeemed under it."""
        under = word(ref, "reference")
        if holder is None:
            return bool(self._read("isReferenceUsed(bytes32)", under))
        return bool(self._read("isReferenceUsed(address,bytes32)", account(holder), under))

    def reserve_feed(self) -> ReserveFeed | None:
        """The feed that attests the reserve, if one is set."""
        feed, max_age_seconds = self._read("reserveFeed")
        return ReserveFeed(feed, max_age_seconds) if feed != ZERO_ADDRESS else None

    def attested_reserve(self) -> Amount:
        """The reserve, as the feed attests it now.

        Raises:
            Reverted: If no feed is set, or its last answer is too old.
        """
        return self._amount(self._read("attestedReserve"))

    def is_blacklisted(self, party: Address | str) -> bool:
        """Whether an account is on the blacklist."""
        return bool(self._read("isBlacklisted", account(party)))

    def blacklisted_accounts(self) -> tuple[Address, ...]:
        """All that are on the blacklist: whoever was ever put on it, by the coin's events, and is on it now.

        Raises:
            ChainError: If the node does not keep the events since the coin's creation, or does not give them.
        """
        return tuple(party for party in self._named_in("Blacklisted") if self.is_blacklisted(party))

    def verified_accounts(self) -> tuple[Address, ...]:
        """All that are verified: whoever ever was, by the coin's events, and is now.

        Raises:
            ChainError: If the node does not keep the events since the coin's creation, or does not give them.
        """
        return tuple(party for party in self._named_in("Verified") if self.is_verified(party))

    def is_verified(self, party: Address | str) -> bool:
        """Whether an account is verified."""
        return bool(self._read("isVerified", account(party)))

    def is_allowlist_only(self) -> bool:
        """Whether the coin is for verified accounts only."""
        return bool(self._read("isAllowlistOnly"))

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
        """All holders of a role: whoever was ever granted it, by the coin's events, and has it now, by its state.

        Raises:
            ChainError: If the node does not keep the events since the coin's creation, or does not give them.
        """
        ever = self._named_in("RoleGranted", role.identifier)
        return tuple(party for party in ever if self.has_role(role, party))

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
        return PendingAdmin(party, moment(schedule)) if party != ZERO_ADDRESS else None

    def pending_default_admin_delay(self) -> tuple[int, datetime] | None:
        """The next delay in seconds and when it takes effect, if a change is under way."""
        delay_seconds, schedule = self._read("pendingDefaultAdminDelay")
        return (delay_seconds, moment(schedule)) if schedule else None

    def default_admin_delay_increase_wait_seconds(self) -> int:
        """How long a longer delay takes to come into effect at most, in seconds."""
        return int(self._read("defaultAdminDelayIncreaseWait"))

    def is_lane_closed(self) -> bool:
        """Whether the implementation serves the holder functions."""
        return bool(self._read("isLaneClosed"))

    def implementation(self) -> Address:
        """The contract that serves the issuer's functions. Source: ERC-1967."""
        return Address(self._chain.storage(self._address, IMPLEMENTATION_SLOT)[-20:])

    def supports_interface(self, interface_id: bytes) -> bool:
        """Whether the coin speaks an interface, by its four ERC-165 bytes."""
        return bool(self._read("supportsInterface", interface_id))

    def _named_in(self, event: str, *topics: bytes) -> tuple[Address, ...]:
        """The accounts that events name in the topic behind these, each once, in the order of the chain."""
        wanted = (coin_abi().topic(event), *topics)
        return tuple(dict.fromkeys(Address(log.topics[len(wanted)][-20:]) for log in self._logs(wanted)))

    def _logs(self, topics: tuple[bytes, ...]) -> list[Log]:
        return logs_of(self._chain, self._address, topics, from_block=self._created_in_block)

    def _amount(self, base_units: int) -> Amount:
        """Whatever exceeds the greatest amount, such as an unlimited allowance, is shown as the greatest amount."""
        return self._denomination.from_base_units(min(base_units, MAX_BASE_UNITS))

    def _read(self, function: str, *arguments: Any) -> Any:
        call = Call(self._address, coin_abi().encode_call(function, *arguments))
        return coin_abi().decode_answer(function, self._chain.call(call))


def _place(log: Log) -> tuple[int, int]:
    return log.block_number, log.index

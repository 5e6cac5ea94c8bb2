"""How the model's state must lie in the coin's storage, word for word: nothing disturbs what shares a word with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eth_hash.auto import keccak

from stablecoin_tools.roles import Role
from tests.contracts.machine.ledger import COIN, ZERO
from tests.contracts.machine.limits import Limit, mantissa_and_exponent

if TYPE_CHECKING:
    from collections.abc import Callable

    from stablecoin_tools.addresses import Address
    from tests.contracts.machine.ledger import Ledger
    from tests.contracts.machine.limits import Allowed

Key = tuple[str, ...]

# The account word.
BLACKLISTED, VERIFIED, MINTER, NONCE_OFFSET = 1 << 255, 1 << 254, 1 << 253, 128
# The head word.
ALLOWLIST_ONLY, RESERVE_GATED, SCOPES_OFFSET, GLOBAL_LIMIT_OFFSET, SUPPLY_CAP_OFFSET = 1 << 254, 1 << 253, 250, 137, 112
# The word of a minter or bridge.
ACTIVE, LIMIT_OFFSET = 1 << 255, 128
# References and nonces are drawn from these words of 256.
REFERENCE_WORDS = (0, 2**248 - 1)


def namespace(name: str, house: str = "stablecoin") -> int:
    """Where a namespace begins. Source: ERC-7201."""
    inner = int.from_bytes(keccak(f"{house}.storage.{name}".encode()), "big") - 1
    return int.from_bytes(keccak(inner.to_bytes(32, "big")), "big") & ~0xFF


def slot_of(mapping: int, key: Address | int) -> int:
    word = key.to_bytes(32, "big") if isinstance(key, int) else bytes(12) + key
    return int.from_bytes(keccak(word + mapping.to_bytes(32, "big")), "big")


def slot_of_role(role: Role, account: Address) -> int:
    """Where it stands whether an account has a role. Source: OpenZeppelin AccessControl."""
    of_roles = namespace("AccessControl", "openzeppelin")
    return slot_of(slot_of(of_roles, int.from_bytes(role.identifier, "big")), account)


def slots(addresses: dict[str, Address], holders: tuple[str, ...]) -> dict[Key, int]:
    """Where everything lies that the machine touches."""
    ledger = namespace("Ledger")
    minting, bridging, referencing = namespace("Minting"), namespace("Bridging"), namespace("Referencing")
    found: dict[Key, int] = {("head",): ledger}
    for name, address in addresses.items():
        found["account", name] = slot_of(ledger + 1, address)
    for owner in holders:
        found["minter", owner] = slot_of(minting, addresses[owner])
        found["bridge", owner] = slot_of(bridging, addresses[owner])
        for spender in (*holders, ZERO, COIN):
            found["allowance", owner, spender] = slot_of(slot_of(ledger + 2, addresses[owner]), addresses[spender])
    for owner in (*holders, ZERO):
        for index in REFERENCE_WORDS:
            found["nonces", owner, str(index)] = slot_of(slot_of(ledger + 3, addresses[owner]), index)
            found["references", owner, str(index)] = slot_of(slot_of(referencing, addresses[owner]), index)
    return found


def expected(model: Ledger, keys: dict[Key, int]) -> dict[Key, int]:
    """The word of each key."""
    return {key: _word(model, *key) for key in keys}


def _word(model: Ledger, kind: str, *names: str) -> int:
    kinds: dict[str, Callable[..., int]] = {
        "head": lambda: _head(model),
        "account": lambda name: _account(model, name),
        "minter": lambda name: _active(model, name) + _allowed(model.minters.get(name, 0)),
        "bridge": lambda name: _allowed(model.bridges.get(name, 0)),
        "allowance": lambda owner, spender: model.allowances[owner, spender],
        "nonces": lambda owner, index: _bits(model.used_nonces, owner, index),
        "references": lambda owner, index: _bits(model.used_references, owner, index),
    }
    return kinds[kind](*names)


def _head(model: Ledger) -> int:
    word = model.supply + (_number(model.asked_supply_cap) << SUPPLY_CAP_OFFSET) + (model.paused << SCOPES_OFFSET)
    word += _limit(model.global_limit) << GLOBAL_LIMIT_OFFSET
    return word + ALLOWLIST_ONLY * model.is_allowlist_only + RESERVE_GATED * (model.feed != ZERO)


def _account(model: Ledger, name: str) -> int:
    word = model.balances[name] + (model.permit_nonces[name] << NONCE_OFFSET)
    word += BLACKLISTED * (name in model.blacklisted) + VERIFIED * (name in model.verified)
    return word + MINTER * ((Role.MINTER_ROLE, name) in model.roles)


def _active(model: Ledger, name: str) -> int:
    return ACTIVE * ((Role.MINTER_ROLE, name) in model.roles and name not in model.blacklisted)


def _allowed(allowed: Allowed) -> int:
    return _limit(allowed) << LIMIT_OFFSET if isinstance(allowed, Limit) else allowed


def _limit(limit: Limit) -> int:
    return (limit.full_at << 50) + (_number(limit.asked_refill) << 25) + _number(limit.asked_capacity)


def _number(number: int) -> int:
    mantissa, exponent = mantissa_and_exponent(number)
    return (mantissa << 5) + exponent


def _bits(used: set[tuple[str, bytes]], owner: str, index: str) -> int:
    numbers = (int.from_bytes(item, "big") for user, item in used if user == owner)
    return sum(1 << (number & 0xFF) for number in numbers if number >> 8 == int(index))

"""Words that several of the contract tests share."""

from __future__ import annotations

from dataclasses import fields
from functools import reduce
from operator import xor
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eth_hash.auto import keccak

from stablecoin_tools.artifacts import Artifact, coin_abi, load_artifact, read_artifact
from stablecoin_tools.chain import Call
from stablecoin_tools.errors import Reverted
from stablecoin_tools.token import Event

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stablecoin_tools.addresses import Address
    from stablecoin_tools.amounts import Amount
    from tests.world import World

UNLIMITED = 2**256 - 1
MAX_SUPPLY = 2**112 - 1
# What remains of the greatest supply in a cap or limit, which keep six significant digits.
MAX_CAP = 519_229 * 10**28

_MOCKS = Path(__file__).parent / "artifacts"
_PLACE = {field.name for field in fields(Event)}

Said = tuple[type[Event], dict[str, Any]]

LEDGER_SLOT = 0xB1B558EFDF2A27D407CB4355E7FFB17C9A2354A5476FD4C3C5C6044EF60CFA00
MINTING_SLOT = 0x62958FB21D8ED9A875E746157B19422B812AEDDE97FC2C64C6CCD50B60964B00
BRIDGING_SLOT = 0xDACA0040EE966243BB3FBF83694604084E52BABF8C6D814363DAC1F64B261B00
REFERENCING_SLOT = 0x464E47D0540C6C5CC26FA16F048228CDF32E50368B4F3BB73D9155D617891900
RESERVING_SLOT = 0xD0129C04BEE84E423403E9183E34648E44702081E71AC0271816BE6A619BE100
DESCRIBING_SLOT = 0x960CA42671B79A76ED97B3C125F3DA6C171CF298BC46093530270E98C40A6000

# The account word, the head word, and a minter's. Source: `contracts/LedgerWords.sol`, `contracts/powers/Minting.sol`.
BLACKLISTED = 1 << 255
VERIFIED = 1 << 254
MINTER = 1 << 253
PERMIT_NONCE_OFFSET = 128
LANE_CLOSED = 1 << 255
ALLOWLIST_ONLY = 1 << 254
RESERVE_GATED = 1 << 253
SCOPES_OFFSET = 250
GLOBAL_LIMIT_OFFSET = 137
SUPPLY_CAP_OFFSET = 112
MAY_MINT = 1 << 255


def said(kind: type[Event], **facts: Any) -> Said:
    """An event that is expected, wherever on the chain it stands."""
    return kind, facts


def told(events: Iterable[Event]) -> list[Said]:
    """Events without their place on the chain, to compare with what was expected."""
    return [
        (
            type(event),
            {field.name: getattr(event, field.name) for field in fields(event) if field.name not in _PLACE},
        )
        for event in events
    ]


def units(world: World, base_units: int) -> Amount:
    return world.coin.denomination.from_base_units(base_units)


def call_of(world: World, function: str, *arguments: Any) -> Call:
    """A call to the coin of any function in its ABI, its arguments unchecked."""
    return Call(world.coin.address, coin_abi().encode_call(function, *arguments))


def answer_of(world: World, function: str, *arguments: Any, by: str = "alice") -> Any:
    """What the coin would answer this person now; nothing is sent."""
    answer = world.chain.call(call_of(world, function, *arguments), sender=world.address(by))
    return coin_abi().decode_answer(function, answer)


def refusal_of(world: World, call: Call, *, by: str) -> Reverted | None:
    """Why the chain would refuse this person's call now, or None if it would not; nothing is sent."""
    try:
        world.chain.call(call, sender=world.address(by))
    except Reverted as refused:
        return refused
    return None


def facts_of(refused: Reverted | None) -> tuple[str, dict[str, Any]] | None:
    """The name of a refusal and its fields."""
    if refused is None:
        return None
    return type(refused).__name__, {
        field.name: getattr(refused, field.name)
        for field in fields(refused)  # type: ignore[arg-type]  # every contract revert is a dataclass
    }


def mock(name: str) -> Artifact:
    return read_artifact(_MOCKS / f"{name}.json")


def create(world: World, artifact: Artifact, *arguments: Any) -> Address:
    """Puts a contract on the chain."""
    receipt = world.send(Call(None, artifact.creation_code(*arguments)), by="alice")
    assert receipt.contract_address is not None
    return receipt.contract_address


def new_issuer(world: World) -> Address:
    """Another copy of the ordinary implementation."""
    return create(world, load_artifact("Issuer"))


def close_lane(world: World) -> Address:
    """Upgrades to an implementation that serves the holders, and closes the lane in the same transaction."""
    replacement = create(world, mock("LaneServingIssuer"))
    world.do(world.coin.calls.upgrade_to_and_call(replacement, world.coin.calls.close_lane()), by="upgrader")
    return replacement


def allow_minting(world: World, minter: str, tokens: int | str) -> None:
    amount = world.coin.amount(tokens)
    world.do(world.coin.calls.configure_minter(world.address(minter), amount), by="minter_admin")


def refilling(world: World, minter: str, capacity: int, refill_per_second: int) -> None:
    """Makes a minter with a limit that refills; both figures in base units."""
    function = "configureMinter(address,uint256,uint256)"
    world.do(call_of(world, function, world.address(minter), capacity, refill_per_second), by="minter_admin")


def allow_bridging(world: World, bridge: str, tokens: int | str) -> None:
    """Makes a bridge with a plain allowance."""
    amount = world.coin.amount(tokens).base_units
    world.do(call_of(world, "configureBridge", world.address(bridge), amount, 0), by="minter_admin")


def verify(world: World, *people: str) -> None:
    for person in people:
        world.do(call_of(world, "verify", world.address(person)), by="unpauser")


def lift_limits(world: World) -> None:
    """Lets everybody together mint as much as a cap and a limit can say, at once."""
    world.do(call_of(world, "setSupplyCap", MAX_SUPPLY), by="admin")
    world.do(call_of(world, "setGlobalLimit", MAX_SUPPLY, MAX_SUPPLY), by="admin")


def reference(number: int) -> bytes:
    return number.to_bytes(32, "big")


def interface_id(*signatures: str) -> bytes:
    """The identifier of an interface of these functions. Source: ERC-165."""
    selectors = (int.from_bytes(keccak(signature.encode())[:4], "big") for signature in signatures)
    return reduce(xor, selectors).to_bytes(4, "big")


def supply_is_held_by(world: World, *people: str) -> bool:
    """Whether these people hold all there is."""
    held = sum(world.coin.balance_of(world.address(person)).base_units for person in people)
    return world.coin.total_supply().base_units == held


def slot_of(mapping: int, key: Address) -> int:
    """Where Solidity keeps a mapping's value."""
    return int.from_bytes(keccak(bytes(12) + key + mapping.to_bytes(32, "big")), "big")


def word_at(world: World, slot: int) -> int:
    """A word of the coin's storage."""
    return int.from_bytes(world.chain.storage(world.coin.address, slot), "big")


def head_word(world: World) -> int:
    return word_at(world, LEDGER_SLOT)


def account_word(world: World, account: Address) -> int:
    return word_at(world, slot_of(LEDGER_SLOT + 1, account))


def minter_word(world: World, minter: Address) -> int:
    return word_at(world, slot_of(MINTING_SLOT, minter))


def mint_allowance_word(world: World, minter: Address) -> int:
    """What is left of a plain allowance."""
    return minter_word(world, minter) % 2**128

"""How a coin stands at one moment, with all that an audit needs to know of the accounts that have a say in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from stablecoin_tools.addresses import ZERO_ADDRESS, Address, parse_address
from stablecoin_tools.artifacts import coin_abi
from stablecoin_tools.chain import Call
from stablecoin_tools.deployment.facts import holders_of, read_facts
from stablecoin_tools.roles import Role
from stablecoin_tools.token.arguments import moment

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from stablecoin_tools.chain import Chain
    from stablecoin_tools.deployment.plans import Facts
    from stablecoin_tools.networks import Network
    from stablecoin_tools.token import Stablecoin

__all__ = ["PendingSuccession", "Standing", "powers_of", "read_standing"]

# Source: EIP-7702. Whoever has the key of such an account can still do all that it may do.
_DELEGATION: Final = b"\xef\x01\x00"


@dataclass(frozen=True, slots=True)
class PendingSuccession:
    """A change of the admin that was begun.

    Attributes:
        heir: Who is to be the next admin; the zero address if nobody is to be.
        acceptable_after: From when on it can be accepted; with a time zone. It never expires.
    """

    heir: Address
    acceptable_after: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """What an audit judges, as it was read from the chain.

    Attributes:
        network: Which chain.
        facts: How the coin stands.
        single_keys: The holders of roles whom one key controls: there is no contract at their addresses.
        succession: The change of admin that was begun, or None.
        now: The time of the newest block; with a time zone.
    """

    network: Network
    facts: Facts
    single_keys: frozenset[Address]
    succession: PendingSuccession | None
    now: datetime


def read_standing(coin: Stablecoin, chain: Chain, *, lists: Collection[str] = ()) -> Standing:
    """Reads all that an audit judges.

    Args:
        coin: Which coin.
        chain: Where it is.
        lists: Which lists of accounts to read, of those that `read_facts` knows.

    Raises:
        ChainError: If the chain cannot be read, or the node does not keep the events since the coin's creation.
    """
    facts = read_facts(coin, lists=lists)
    holders = {parse_address(holder) for role in Role for holder in holders_of(facts, role) if holder != _nobody()}
    asked = Call(coin.address, coin_abi().encode_call("pendingDefaultAdmin"))
    heir, schedule = coin_abi().decode_answer("pendingDefaultAdmin", chain.call(asked))
    return Standing(
        network=chain.network,
        facts=facts,
        single_keys=frozenset(holder for holder in holders if _is_single_key(chain.code(holder))),
        succession=PendingSuccession(heir, moment(schedule)) if schedule else None,
        now=moment(chain.block().timestamp),
    )


def powers_of(facts: Facts) -> dict[Role, tuple[Address, ...]]:
    """Who holds each role, by the facts."""
    return {role: tuple(parse_address(one) for one in holders_of(facts, role) if one != _nobody()) for role in Role}


def _is_single_key(code: bytes) -> bool:
    return not code or code.startswith(_DELEGATION)


def _nobody() -> str:
    return str(ZERO_ADDRESS)

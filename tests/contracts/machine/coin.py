"""A coin on the in-process EVM, asked one call after another

It is set up on the chain. Then no blocks are mined and nothing costs ETH: each call is a transaction of its own in one
state, at a time that the caller sets. That is ten times faster than a chain, and the same EVM runs the same code.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from stablecoin_tools.addresses import ZERO_ADDRESS, Address
from stablecoin_tools.artifacts import coin_abi
from stablecoin_tools.chain import Call
from stablecoin_tools.chain.refusals import refusal
from stablecoin_tools.token.events import AuthorizationSkipped
from tests.contracts.machine.ledger import COIN, ZERO
from tests.contracts.words import create, facts_of, mock

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.contracts.machine.ledger import Fact
    from tests.world import World

# The wallet contract of the machine's world obeys this person's signatures.
WALLET, WALLET_OWNER = "wallet", "alice"
FEED, FEED_DECIMALS = "feed", 8
_GAS = 10_000_000
_TRUE = (1).to_bytes(32, "big")


@dataclass(frozen=True)
class Answer:
    """What the coin did: either its events, or why it refused."""

    said: list[Fact]
    refused: Fact | None


class AskedCoin:
    """The coin of a world, whose chain is left as it is."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.addresses: dict[str, Address] = {
            **{person: world.address(person) for person in world.signers},
            WALLET: create(world, mock("SmartWallet"), world.address(WALLET_OWNER)),
            FEED: create(world, mock("ReserveFeed"), FEED_DECIMALS, 0, 0),
            COIN: world.coin.address,
            ZERO: ZERO_ADDRESS,
        }
        self.begin_anew()

    def begin_anew(self) -> None:
        """Forgets all that was done since the set-up."""
        self._opened = self.world.chain._free_state("latest")
        self._state = self._opened.__enter__()

    def set_up(self, function: str, by: str, *arguments: Any) -> Answer:
        """Asks for it on the chain, for good, and takes the time of the block."""
        call = Call(self.addresses[COIN], coin_abi().encode_call(function, *self._meant(list(arguments))))
        logs = self.world.send(call, by=by).logs
        self.begin_anew()
        self.now = self.world.chain.block().timestamp
        return Answer([self._fact_of_log(log.address, log.topics, log.data) for log in logs], None)

    @property
    def now(self) -> int:
        return int(self._state.timestamp)

    @now.setter
    def now(self, seconds: int) -> None:
        self._state.execution_context._timestamp = seconds

    def word(self, slot: int) -> int:
        return int(self._state.get_storage(self._coin, slot))

    def do(self, function: str, by: str, *arguments: Any) -> Answer:
        """Asks for it. The arguments name people; so do the facts that come back."""
        computation = self._run(self._coin, coin_abi().encode_call(function, *self._meant(list(arguments))), by)
        if computation.is_error:
            return Answer([], self._fact_of_refusal(bytes(computation.output)))
        if coin_abi().function(function).outputs:
            assert bytes(computation.output) == _TRUE
        logs = computation.get_log_entries()
        said = [
            self._fact_of_log(at, [topic.to_bytes(32, "big") for topic in topics], data) for at, topics, data in logs
        ]
        return Answer(said, None)

    def read(self, function: str, *arguments: Any) -> Any:
        """The answer of a view."""
        computation = self._run(self._coin, coin_abi().encode_call(function, *self._meant(list(arguments))), ZERO)
        assert not computation.is_error, function
        return self._named(coin_abi().decode_answer(function, bytes(computation.output)))

    def attest(self, tokens_e8: int, at: int) -> None:
        """Has the reserve feed answer this from now on."""
        call = mock("ReserveFeed").abi.encode_call("set", tokens_e8, at)
        assert not self._run(bytes(self.addresses[FEED]), call, "alice").is_error

    @cached_property
    def _coin(self) -> bytes:
        return bytes(self.addresses[COIN])

    @cached_property
    def _names(self) -> dict[Address, str]:
        return {address: name for name, address in self.addresses.items()}

    def _run(self, to: bytes, call_data: bytes, by: str) -> Any:
        from eth.vm.spoof import SpoofTransaction

        sender = bytes(self.addresses[by])
        unsigned = self.world.chain._tester.backend.chain.create_unsigned_transaction(
            nonce=self._state.get_nonce(sender), gas_price=0, gas=_GAS, to=to, value=0, data=call_data
        )
        computation = self._state.costless_execute_transaction(SpoofTransaction(unsigned, from_=sender))
        self._state.lock_changes()
        return computation

    def _fact_of_refusal(self, revert_data: bytes) -> Fact:
        known = facts_of(refusal(revert_data))
        assert known is not None
        name, fields = known
        return name, *(self._named(value) for value in fields.values())

    def _fact_of_log(self, address: bytes, topics: Sequence[bytes], data: bytes) -> Fact:
        assert address == self._coin
        decoded = coin_abi().decode_event(topics, data)
        assert decoded is not None
        name, values = decoded.entry.name, list(decoded.fields.values())
        if name == AuthorizationSkipped.__name__:
            values[-1] = self._fact_of_refusal(values[-1])
        return name, *(self._named(value) for value in values)

    def _named(self, value: Any) -> Any:
        if isinstance(value, tuple):
            return tuple(self._named(item) for item in value)
        return self._names.get(value, value) if isinstance(value, Address) else value

    def _meant(self, value: Any) -> Any:
        """The addresses of the people named, in lists and structs too."""
        if isinstance(value, str):
            return self.addresses[value]
        if isinstance(value, list | tuple):
            return type(value)(self._meant(item) for item in value)
        return value

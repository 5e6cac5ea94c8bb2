"""The assembly of the hot paths does what the plain Solidity beside it says

`contracts/mocks/PlainCoin.sol` holds both, over words of storage that hypothesis chooses: every flag, balance and
allowance, parties that are one another, and values up to the greatest. Both answer alike: the same refusal, or the same
words and the same logs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from eth_account import Account
from hypothesis import given, settings
from hypothesis import strategies as st

from stablecoin_tools.chain import Call, LocalChain
from stablecoin_tools.reverts import UnknownRevert
from tests.contracts.words import call_of, create, mock
from tests.world import new_world, reverts

if TYPE_CHECKING:
    from stablecoin_tools.addresses import Address
    from tests.world import World

FLAGS = st.sets(st.sampled_from([255, 254, 253, 200, 128])).map(lambda bits: sum(1 << bit for bit in bits))
HEAD_FLAGS = st.sets(st.sampled_from([255, 254, 253, 252, 251, 250])).map(lambda bits: sum(1 << bit for bit in bits))
BALANCES = st.sampled_from([0, 1, 5, 10, 2**111, 2**112 - 1])
VALUES = st.sampled_from([0, 1, 4, 5, 6, 10, 2**112 - 1, 2**128, 2**128 + 1, 2**255, 2**256 - 2**128 + 5, 2**256 - 1])
PEOPLE = st.sampled_from(["alice", "bob", "coin", "zero", "minter"])
EXAMPLES = settings(max_examples=150)


class Twins:
    """The contract with both forms, on a state that is set anew for each example and never mined."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.artifact = mock("PlainCoin")
        self.at = create(world, self.artifact)

    def address(self, person: str) -> Address:
        from stablecoin_tools.addresses import ZERO_ADDRESS

        return {"coin": self.at, "zero": ZERO_ADDRESS}.get(person) or self.world.address(person)

    def outcomes(self, steps: list[tuple[str, tuple[Any, ...]]], *, by: str = "minter") -> tuple[Any, Any]:
        """What the last step answers in its fast and in its plain form, after the steps before it: logs, words."""
        *before, (function, arguments) = steps
        return tuple(self._outcome([*before, (form + function, arguments)], by) for form in ("fast", "plain"))

    def _outcome(self, steps: list[tuple[str, tuple[Any, ...]]], by: str) -> Any:
        chain = self.world.chain
        with chain._free_state("latest") as state:
            snapshot = state.snapshot()
            for function, arguments in steps:
                call = Call(self.at, self.artifact.abi.encode_call(function, *arguments))
                spoofed = chain._spoofed(call, self.world.address(by), state, 3_000_000)
                done = state.costless_execute_transaction(spoofed)
            words = [state.get_storage(self.at, slot) for slot in sorted(_slots(self))]
            state.revert(snapshot)
        if done.is_error:
            return ("refused", bytes(done.output))
        logs = [(address, tuple(topics), bytes(data)) for address, topics, data in done.get_log_entries()]
        return ("done", logs, words)


def _slots(twins: Twins) -> set[int]:
    from tests.contracts.words import LEDGER_SLOT, slot_of

    people = [twins.address(person) for person in ("alice", "bob", "coin", "zero", "minter")]
    accounts = {slot_of(LEDGER_SLOT + 1, person) for person in people}
    allowances = {slot_of(slot_of(LEDGER_SLOT + 2, owner), twins.address("minter")) for owner in people}
    return accounts | allowances


@pytest.fixture(scope="module")
def twins() -> Twins:
    return Twins(new_world(LocalChain()))


def placed(twins: Twins, head: int, words: dict[str, int]) -> list[tuple[str, tuple[Any, ...]]]:
    return [("set", (head, twins.address(person), word)) for person, word in words.items()]


@pytest.mark.parametrize(("value", "outcome"), [(10, "done"), (11, "refused")])
def test_both_forms_can_do_it_and_can_refuse_it(twins: Twins, value: int, outcome: str) -> None:
    alice, bob = twins.address("alice"), twins.address("bob")
    before = [*placed(twins, 0, {"alice": 10}), ("setAllowance", (alice, twins.address("minter"), 10))]

    for step in (("Transfer", (alice, bob, value)), ("Batch", (alice, [bob], [value])), ("Spend", (alice, value))):
        fast, plain = twins.outcomes([*before, step])
        assert (fast[0], plain[0]) == (outcome, outcome)


@EXAMPLES
@given(HEAD_FLAGS, FLAGS, BALANCES, FLAGS, PEOPLE, PEOPLE, VALUES)
def test_a_transfer(  # one parameter per word of the state
    twins: Twins, head: int, flags: int, balance: int, other_flags: int, source: str, to: str, value: int
) -> None:
    before = placed(twins, head | 2**112 - 1, {to: other_flags | 7, source: flags | balance})

    fast, plain = twins.outcomes([*before, ("Transfer", (twins.address(source), twins.address(to), value))])

    assert fast == plain


@EXAMPLES
@given(HEAD_FLAGS, FLAGS, BALANCES, FLAGS, st.lists(st.tuples(PEOPLE, VALUES), max_size=4), st.integers(0, 1))
def test_a_batch(  # one parameter per word of the state
    twins: Twins, head: int, flags: int, balance: int, other_flags: int, payments: list[tuple[str, int]], more: int
) -> None:
    before = placed(twins, head | 2**112 - 1, {"bob": other_flags, "alice": flags | balance})
    to = [twins.address(person) for person, _ in payments]
    values = [value for _, value in payments] + [0] * more

    fast, plain = twins.outcomes([*before, ("Batch", (twins.address("alice"), to, values))])

    assert fast == plain


@EXAMPLES
@given(FLAGS, st.sampled_from([0, 1, 5, 2**256 - 2, 2**256 - 1]), VALUES)
def test_spending_an_allowance(twins: Twins, flags: int, allowed: int, value: int) -> None:
    owner, spender = twins.address("alice"), twins.address("minter")
    before = [*placed(twins, 0, {"minter": flags}), ("setAllowance", (owner, spender, allowed))]

    fast, plain = twins.outcomes([*before, ("Spend", (owner, value))])

    assert fast == plain


ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141  # of secp256k1. Source: SEC 2
KEY = Account.from_key((7).to_bytes(32, "big"))


@settings(max_examples=80)
@given(
    st.binary(min_size=32, max_size=32),
    st.sampled_from([0, 1, 26, 27, 28, 29, 255]) | st.none(),
    st.sampled_from(["as signed", "high s", "zero r", "zero s", "another's", "order"]),
)
def test_a_signature_of_a_key(twins: Twins, digest: bytes, other_v: int | None, kind: str) -> None:
    signed = KEY.unsafe_sign_hash(digest)
    v, r, s = signed.v, signed.r, signed.s
    if kind == "high s":
        v, s = 55 - v, ORDER - s
    r, s = (0 if kind == "zero r" else r), {"zero s": 0, "order": ORDER}.get(kind, s)
    signer = twins.address("zero") if kind == "zero r" else twins.address("bob") if kind == "another's" else KEY.address
    arguments = (signer, digest, v if other_v is None else other_v, r.to_bytes(32, "big"), s.to_bytes(32, "big"))

    fast, plain = twins.outcomes([("Signed", arguments)])

    assert fast == plain
    assert (fast[0] == "done") == (kind == "as signed" and other_v in (None, signed.v))


@pytest.mark.parametrize("skips", [False, True])
@pytest.mark.parametrize("word", [4, 5], ids=["payer", "payee"])
def test_a_batch_takes_no_address_of_more_than_twenty_bytes(twins: Twins, word: int, skips: bool) -> None:  # noqa: FBT001  # a parameter
    world = twins.world
    item = (world.address("alice"), world.address("bob"), 1, 0, 2**40, bytes(32), bytes(65))
    data = bytearray(call_of(world, "transferWithAuthorizationBatch", [item], skips).data)
    data[4 + 32 * word] = 1

    with reverts(UnknownRevert, revert_data=b""):
        world.chain.call(Call(world.coin.address, bytes(data)), sender=world.address("alice"))

"""Journal.log and Journal.verify: what is kept comes back as it was, and the log tells whether anybody changed it

when an intent is written at every step of its life: it is found as it was, whatever it holds, and so is the log
when something happened: the log says what, when, who and why, and whose entry it is
when anything at all is changed, added or removed behind the journal's back: it is found and named
when there are several lanes: each has a chain of its own
when the journal is verified while others write: their writes are no faults
"""

# ruff: noqa: S608  # the statements are these tests' own

from __future__ import annotations

import contextlib
import itertools
import json
import re
import threading
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stablecoin_tools.addresses import Address
from stablecoin_tools.chain import Call, Log, Receipt
from stablecoin_tools.errors import JournalError
from stablecoin_tools.transactions.fees import Fees
from stablecoin_tools.transactions.intent import Candidate, Intent, Stage
from stablecoin_tools.transactions.journal import Change, Happening, Journal
from stablecoin_tools.transactions.journal.log import _hash, first_hash
from stablecoin_tools.transactions.journal.verification import lanes_in, prove
from tests.transactions.conftest import ALICE, BOB, CHAIN, attempt, faults, mined, queued, sign, signed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from random import Random

addresses = st.sampled_from([ALICE, BOB]) | st.binary(min_size=20, max_size=20).map(Address)
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=150)
words = st.binary(min_size=32, max_size=32)
hashes = words.map(lambda word: f"0x{word.hex()}")
wei = st.integers(0, 2**256 - 1)
numbers = st.integers(0, 2**63 - 1)
calls = st.builds(Call, st.none() | addresses, st.binary(max_size=300), wei, texts)
offers = st.builds(Fees, wei, wei, st.booleans())
events = st.tuples(addresses, st.lists(words, max_size=4).map(tuple), st.binary(max_size=99))
chains = (f"chain {number}" for number in itertools.count())


@st.composite
def attempts(draw: st.DrawFn, name: str) -> Candidate:
    """A signed attempt; its hash is its own."""
    return Candidate(draw(st.binary(max_size=300)), f"0x{name}{draw(words).hex()}", draw(offers), draw(st.booleans()))


@st.composite
def receipts(draw: st.DrawFn, hash_: str) -> Receipt:
    """A receipt of this transaction."""
    number = draw(numbers)
    logs = (Log(*event, number, hash_, draw(numbers)) for event in draw(st.lists(events, max_size=3)))
    fields = (draw(hashes), draw(st.booleans()), draw(numbers), draw(wei), draw(st.none() | addresses))
    return Receipt(hash_, number, *fields, tuple(logs))


@st.composite
def lives(draw: st.DrawFn, number: int = 0) -> list[Change]:
    """All changes of an intent; lives of different numbers have nothing that only one may have in common."""
    intent = Intent(f"{number}{draw(texts)}", draw(addresses), draw(calls), draw(numbers))
    life = [Change(Happening.QUEUED, intent, draw(texts), is_new=True)]
    intent = intent.signed(draw(st.integers(0, 2**60 - 1)) * 8 + number, draw(attempts(f"{number}0")))
    life.append(Change(Happening.SIGNED, intent))
    for ordinal in range(1, draw(st.integers(1, 4))):
        candidate = draw(attempts(f"{number}{ordinal}"))
        intent = intent.with_candidate(candidate)
        life.append(Change(Happening.CANCELLING if candidate.is_noop else Happening.BUMPED, intent))
    if draw(st.booleans()):
        return [*life, Change(Happening.CONSUMED, intent.without_nonce(Stage.CANCELLED), draw(texts))]
    for hash_ in draw(st.lists(st.sampled_from(intent.transaction_hashes), max_size=2)):
        intent = intent.mined(draw(receipts(hash_)))
        life += [Change(Happening.REORGED, intent.reopened(), draw(texts)), Change(Happening.MINED, intent)]
    stage = draw(st.sampled_from([Stage.SAFE, Stage.FINALIZED]))
    return [*life, Change(Happening[stage.name], intent.settled(stage))]


def _faults_of(journal: Journal, chain: str) -> list[str]:
    """What is wrong on this chain; the examples before had their own."""
    with journal._database.reading() as connection:
        lanes = [lane for lane in lanes_in(connection) if lane[0] == chain]
        return [fault for lane in lanes for fault in prove(connection, *lane).faults]


def _after(changes: Iterable[Change]) -> int:
    """The lowest nonce above those of these changes."""
    return max(0 if change.intent.nonce is None else change.intent.nonce + 1 for change in changes)


@given(life=lives())
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_gives_back_what_it_was_given_at_every_step(journal: Journal, life: list[Change]) -> None:
    chain, first = next(chains), life[0].intent
    hold = journal.look(chain, first.sender, owner="one").hold
    for change in life:
        hold = journal.record(hold, [change], next_nonce=_after([change]))

        found = journal.find(chain, first.reference)
        assert found == change.intent
        assert found is not None
        assert found.call.description == first.call.description  # no part of a call's identity
    told = [(entry.position, entry.what, entry.why) for entry in journal.log(chain, first.reference)]
    assert told == [(position, change.what.name, change.why) for position, change in enumerate(life, start=1)]
    assert _faults_of(journal, chain) == []


@given(
    lived=st.integers(1, 5).flatmap(lambda count: st.tuples(*map(lives, range(count)))),
    order=st.randoms(use_true_random=False),
)
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_all_is_as_the_log_says_in_whatever_order_it_was_written(
    journal: Journal, lived: tuple[list[Change], ...], order: Random
) -> None:
    chain, left = next(chains), [life.copy() for life in lived]
    while left := [life for life in left if life]:
        life = order.choice(left)
        count = order.randint(1, len(life))
        hold = journal.look(chain, life[0].intent.sender, owner="one").hold
        done = life[:count]
        journal.record(hold, done, next_nonce=_after(done), is_released=order.choice([True, False]))
        del life[:count]

    assert _faults_of(journal, chain) == []
    ends = {life[0].intent.reference: life[-1].intent for life in lived}
    assert journal.find_many(chain, list(ends)) == ends


def _written(journal: Journal) -> None:
    """Some of everything, in two lanes: Alice's log has seven entries, Bob's two."""
    first, second = signed("first", 4), signed("second", 5)
    hold = sign(journal, first, second)
    first = first.with_candidate(attempt("first", 4, 2))
    hold = journal.record(hold, [Change(Happening.BUMPED, first)], next_nonce=6)
    journal.record(hold, [Change(Happening.MINED, mined(one)) for one in (first, second)], next_nonce=6)
    for sender in (ALICE, BOB):
        new = [queued(f"{number} of {sender}", sender) for number in (1, 2)]
        journal.queue(CHAIN, sender, [Change(Happening.QUEUED, intent, is_new=True) for intent in new])


def test_says_what_happened_when_by_whom_and_why(journal_url: str) -> None:
    times = itertools.count(1_800_000_000.125, 60)
    with Journal(journal_url, who="ann@host", clock=lambda: next(times)) as ann:
        hold = sign(ann, signed("order", 4), signed("other", 5))
    with Journal(journal_url, who="bob@host", clock=lambda: 1_900_000_000) as bob:
        bob.record(hold, [Change(Happening.MINED, mined(signed("order", 4), 77), "looked again")], next_nonce=6)
        entries = bob.log(CHAIN, "order")

        assert [(entry.position, entry.who, entry.what, entry.why) for entry in entries] == [
            (1, "ann@host", "SIGNED", ""),
            (3, "bob@host", "MINED", "looked again"),
        ]
        assert entries[0].at.startswith("2027-01-15T08:")
        assert entries[0].at.endswith(".125+00:00")
        assert entries[1].at == "2030-03-17T17:46:40.000+00:00"
        told = json.loads(entries[0].detail) | json.loads(entries[1].detail)
        assert told | {"nonce": 4, "stage": "MINED", "block": 77, "succeeded": True} == told
        assert told["transaction"] == told["mined"] == signed("order", 4).transaction_hashes[0]
        assert bob.log(CHAIN, "none") == bob.log("another chain", "order") == []


def test_each_lane_has_a_chain_of_its_own(journal: Journal) -> None:
    _written(journal)
    sign(journal, signed("first", 4), chain="another chain")

    proofs = list(journal.verify())

    names = [(proof.chain, proof.sender, proof.entries) for proof in proofs]
    alice, bob = f"0x{ALICE.hex()}", f"0x{BOB.hex()}"
    assert names == [(CHAIN, alice, 7), (CHAIN, bob, 2), ("another chain", alice, 1)]
    assert proofs[1].head == journal.log(CHAIN, f"2 of {BOB}")[-1].hash
    assert len({proof.head for proof in proofs}) == len(proofs)
    assert not any(proof.faults for proof in proofs)


def test_a_lane_may_be_written_between_the_proofs_of_others(journal: Journal) -> None:
    _written(journal)
    for number, proof in enumerate(journal.verify()):
        sign(journal, signed(f"new {number}", 10 + number))
        assert proof.faults == ()
    assert faults(journal) == []


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def _open_to_all(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Journal]:
    """A journal whose log does not defend itself any more."""
    url = f"sqlite:///{tmp_path_factory.mktemp('journal') / 'journal.db'}"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres_server").new_database()
    with Journal(url) as journal:
        if request.param == "postgresql":
            _do(journal, ["DROP TRIGGER log_only_grows ON log"])
        else:
            _do(journal, [f"DROP TRIGGER log_only_grows_{verb}" for verb in ("update", "delete", "insert")])
        yield journal


@pytest.fixture
def tampered(_open_to_all: Journal) -> Journal:
    """That journal, with some of everything in it."""
    _do(_open_to_all, [f"DELETE FROM {table}" for table in ("lanes", "intents", "candidates", "log")])
    _written(_open_to_all)
    assert faults(_open_to_all) == []
    return _open_to_all


def _do(journal: Journal, statements: Iterable[str]) -> list[int]:
    """Changes a database behind its journal's back; how many rows each statement changed."""
    with journal._database.writing() as connection:
        return [connection.exec_driver_sql(statement).rowcount for statement in statements]


ALICE_S = f"sender = '0x{ALICE.hex()}'"
ENTRY = {
    "position": "position + 100",
    "at": "'2020-01-01T00:00:00.000+00:00'",
    "who": "'somebody'",
    "reference": "'second of somebody'",
    "what": "'FINALIZED'",
    "why": "'no reason'",
    "detail": """'{"nonce": 4, "receipt": null, "stage": "PENDING"}'""",
    "hash": "'00'",
    "chain": "'another chain'",
    "sender": "'somebody'",
}


@pytest.mark.parametrize("position", [1, 4, 7])
@pytest.mark.parametrize("column", ENTRY)
def test_a_changed_entry_is_found(tampered: Journal, column: str, position: int) -> None:
    changed = _do(tampered, [f"UPDATE log SET {column} = {ENTRY[column]} WHERE {ALICE_S} AND position = {position}"])

    assert changed == [1]
    assert any(re.search(rf"\b{position}\b", fault) for fault in faults(tampered))


@pytest.mark.parametrize("detail", ["nonsense", "[1]", '"stage"', "7", ""])
def test_an_entry_that_cannot_be_read_is_found(tampered: Journal, detail: str) -> None:
    _do(tampered, [f"UPDATE log SET detail = '{detail}' WHERE {ALICE_S} AND position = 3"])
    assert any("Entry 3 (first) cannot be read" in fault for fault in faults(tampered))


_COPY = (
    "INSERT INTO log SELECT chain, {}, at, who, reference, what, why, detail, hash FROM log "
    f"WHERE {ALICE_S} AND position = 2"
)
LOGS = {
    "the first is gone": ["DELETE FROM log WHERE position = 1"],
    "one is gone": ["DELETE FROM log WHERE position = 2"],
    "the last is gone": [f"DELETE FROM log WHERE {ALICE_S} AND position = 7"],
    "all are gone": [f"DELETE FROM log WHERE {ALICE_S}"],
    "all but the lane is gone": [f"DELETE FROM {table} WHERE {ALICE_S}" for table in ("log", "intents", "candidates")],
    "two changed places": [
        f"UPDATE log SET position = {to} WHERE {ALICE_S} AND position = {of}" for of, to in [(5, -1), (6, 5), (-1, 6)]
    ],
    "one is added at the end": [_COPY.format("sender, 8")],
    "one is added before all": [_COPY.format("sender, 0")],
    "one is added where there is no lane": [_COPY.format("'somebody', 1")],
    "the end is cut off, and the lane says so": [
        f"DELETE FROM log WHERE {ALICE_S} AND position > 4",
        "UPDATE lanes SET log_length = 4, log_head = (SELECT hash FROM log WHERE position = 4)",
    ],
    "the lane says another length": [f"UPDATE lanes SET log_length = 8 WHERE {ALICE_S}"],
    "the lane says another hash": [f"UPDATE lanes SET log_head = '00' WHERE {ALICE_S}"],
    "the lane is gone": [f"DELETE FROM lanes WHERE {ALICE_S}"],
    "the lane is another chain's": [f"UPDATE lanes SET chain = 'another chain' WHERE {ALICE_S}"],
}


@pytest.mark.parametrize("what", LOGS)
def test_a_log_that_lost_or_gained_an_entry_is_found(tampered: Journal, what: str) -> None:
    assert 0 not in _do(tampered, LOGS[what])
    assert faults(tampered)


def test_a_log_that_was_written_anew_from_its_first_entry_is_found(tampered: Journal) -> None:
    with tampered._database.reading() as connection:
        rows = connection.exec_driver_sql(f"SELECT * FROM log WHERE {ALICE_S} ORDER BY position").mappings().all()
    head, statements = first_hash(CHAIN, f"0x{ALICE.hex()}"), []
    for row in rows:
        told = [row["position"], row["at"], "somebody", *(row[name] for name in ("reference", "what", "why", "detail"))]
        head = _hash(head, tuple(told))
        new = f"who = 'somebody', hash = '{head}'"
        statements.append(f"UPDATE log SET {new} WHERE {ALICE_S} AND position = {row['position']}")

    _do(tampered, statements)
    assert faults(tampered) == ["The log ends at entry 7; the lane says at 7, or with another hash."]

    # With the lane's hash too, all fits: only who kept the hash elsewhere will know.
    kept = {proof.head for proof in tampered.verify()}
    _do(tampered, [f"UPDATE lanes SET log_head = '{head}' WHERE {ALICE_S}"])
    assert faults(tampered) == []
    assert {proof.head for proof in tampered.verify()} == kept


_FORGED = "INSERT INTO intents (chain, reference, sender, data, value_wei, description, gas_limit, stage) "
ROWS = {
    f"{table} {column} {value}": f"UPDATE {table} SET {column} = {value} WHERE reference = 'first'"
    for table, column, value in [
        ("intents", "stage", "'FINALIZED'"),
        ("intents", "stage", "'nonsense'"),
        ("intents", "nonce", "99"),
        ("intents", "nonce", "NULL"),
        ("intents", "data", "(SELECT signed_transaction FROM candidates WHERE ordinal = 2)"),
        ("intents", "receiver", "sender"),
        ("intents", "receiver", "NULL"),
        ("intents", "value_wei", "'4'"),
        ("intents", "value_wei", "'much'"),
        ("intents", "description", "'pays Eve'"),
        ("intents", "gas_limit", "60001"),
        ("intents", "receipt", "replace(receipt, 'true', 'false')"),
        ("intents", "receipt", "NULL"),
        ("intents", "receipt", "'nonsense'"),
        ("intents", "chain", "'another chain'"),
        ("intents", "sender", "'somebody'"),
        ("intents", "reference", "'first '"),
        ("candidates", "transaction_hash", "'0x' || ordinal"),
        ("candidates", "signed_transaction", "(SELECT data FROM intents WHERE reference = 'first')"),
        ("candidates", "nonce", "5"),
        ("candidates", "ordinal", "3 - ordinal"),
        ("candidates", "max_fee_wei", "'1'"),
        ("candidates", "tip_wei", "'1'"),
        ("candidates", "is_legacy", "NOT is_legacy"),
        ("candidates", "is_noop", "NOT is_noop"),
        ("candidates", "chain", "'another chain'"),
        ("candidates", "sender", "'somebody'"),
        ("candidates", "reference", "'second'"),
    ]
} | {
    "an intent is gone": "DELETE FROM intents WHERE reference = 'first'",
    "an attempt is gone": "DELETE FROM candidates WHERE reference = 'first' AND ordinal = 1",
    "an intent is added": _FORGED
    + "SELECT chain, 'first forged', sender, data, value_wei, description, gas_limit, stage "
    "FROM intents WHERE reference = 'first'",
    "an intent is added where there is no lane": _FORGED + "SELECT chain, 'first forged', 'somebody', data, value_wei, "
    "description, gas_limit, stage FROM intents WHERE reference = 'first'",
    "an attempt is added": "INSERT INTO candidates SELECT '0xf', chain, sender, 'first', nonce, 3, signed_transaction, "
    "max_fee_wei, tip_wei, is_legacy, is_noop FROM candidates WHERE reference = 'second'",
    "an attempt is added where there is no lane": "INSERT INTO candidates SELECT '0xf', chain, 'somebody', 'first', "
    "nonce, 3, signed_transaction, max_fee_wei, tip_wei, is_legacy, is_noop FROM candidates WHERE reference = 'second'",
}


@pytest.mark.parametrize("what", ROWS)
def test_a_changed_intent_or_attempt_is_found_and_named(tampered: Journal, what: str) -> None:
    assert 0 not in _do(tampered, [ROWS[what]])
    assert any("first" in fault for fault in faults(tampered))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE log SET position = 'x' || position WHERE position > 4",
        "UPDATE intents SET data = hex(data) WHERE reference = 'first'",
        "UPDATE candidates SET signed_transaction = hex(signed_transaction) WHERE reference = 'first'",
        "UPDATE candidates SET ordinal = 'x' WHERE reference = 'first'",
        "UPDATE lanes SET log_length = 'x'",
    ],
)
def test_a_value_of_another_kind_is_found_where_the_database_takes_it(tampered: Journal, statement: str) -> None:
    is_taken = tampered._database._is_sqlite
    with contextlib.nullcontext() if is_taken else pytest.raises(JournalError):
        _do(tampered, [statement])
    assert bool(faults(tampered)) is is_taken


@pytest.mark.parametrize("column", ["stage = 'nonsense'", "receipt = '[1]'", "value_wei = 'much'", "receiver = 'Bob'"])
def test_an_intent_that_cannot_be_read_is_an_error_and_no_guess(tampered: Journal, column: str) -> None:
    _do(tampered, [f"UPDATE intents SET {column} WHERE reference = 'first'"])
    with pytest.raises(JournalError, match="did not write"):
        tampered.find(CHAIN, "first")


def test_what_others_write_meanwhile_is_no_fault(journal_url: str) -> None:
    with Journal(journal_url) as journal, Journal(journal_url) as other:
        _written(journal)
        is_over = threading.Event()

        def write() -> None:
            for number in itertools.count(10):
                sign(other, signed(f"new {number}", number))
                if is_over.is_set():
                    return

        writer = threading.Thread(target=write)
        writer.start()
        try:
            found = [faults(journal) for _ in range(40)]
        finally:
            is_over.set()
            writer.join()
        assert found == [[]] * 40

"""References, and what the journal knows under them: on the command line

when a command has no --ref: a random one is shown, and leads back to what was done
when it has one: it is shown before sending, and what was done under it is looked up, not done again
when the journal is asked: tx list, show and explain tell what stands
when something is wrong: an unknown reference, another's, another network, a newer journal, one that cannot be written
when the journal was tampered with: tx verify-log says where
"""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Answer, Terminal

BOB_WALLET, ALICE_WALLET = ("--wallet", "dev9"), ("--wallet", "dev8")


def _journal(terminal: Terminal) -> Path:
    return terminal.folder / "home" / ".local" / "state" / "stablecoin" / "journal.db"


def _approve(terminal: Terminal, tokens: int, *options: str) -> Any:
    bob = str(terminal.world.address("bob"))
    return terminal.json("approve", bob, f"{tokens} TUSD", *ALICE_WALLET, "--yes", *options)


def _fails(terminal: Terminal, *arguments: str, says: str, code: int = 2, **environment: str) -> Answer:
    """Fails in one line, with nothing sent."""
    alice = terminal.world.address("alice")
    before, usual = terminal.world.chain.nonce(alice), terminal.environment
    terminal.environment = {**usual, **environment}
    answer = terminal.run(*arguments)
    terminal.environment = usual
    assert answer.code == code, answer.errors
    assert says in answer.last_line
    assert answer.last_line.startswith("error: ")
    assert terminal.world.chain.nonce(alice) == before
    return answer


def test_a_random_reference_is_shown_and_leads_back(terminal: Terminal) -> None:
    done = _approve(terminal, 1)
    bob = str(terminal.world.address("bob"))

    again = terminal.run("approve", bob, "1 TUSD", "--ref", done["reference"], *ALICE_WALLET)
    anew = _approve(terminal, 1)

    assert len(done["reference"]) == 32
    assert (again.code, done["transaction_hash"] in again.output) == (0, True)
    assert f"reference {done['reference']}" in again.output
    assert anew["transaction_hash"] != done["transaction_hash"]
    assert anew["reference"] != done["reference"]


def test_a_random_reference_of_a_mint_is_not_on_the_chain_and_leads_back_all_the_same(terminal: Terminal) -> None:
    world = terminal.world
    minter, alice = str(world.address("minter")), str(world.address("alice"))
    terminal.json("minter", "configure", minter, "100 TUSD", "--wallet", "dev1", "--yes")

    done = terminal.json("mint", alice, "5 TUSD", "--wallet", "dev2", "--yes")
    again = terminal.json("mint", alice, "5 TUSD", "--wallet", "dev2", "--ref", done["reference"])

    assert [event["event"] for event in done["events"]] == ["Transfer", "Minted"]
    assert again == done | {"was_done_before": True}
    assert world.coin.balance_of(alice) == world.coin.amount(5)


def test_the_reference_is_shown_before_sending(terminal: Terminal) -> None:
    bob = str(terminal.world.address("bob"))
    asked = terminal.run("approve", bob, "1 TUSD", "--ref", "rent-7", *ALICE_WALLET, typed="n\n")
    assert (asked.code, "under reference rent-7" in asked.errors) == (4, True)
    assert terminal.json("tx", "list") == []


def test_what_was_done_is_neither_asked_about_nor_tried_again(terminal: Terminal) -> None:
    world = terminal.world
    world.give("alice", 5)
    bob = str(world.address("bob"))
    arguments = ("transfer", bob, "5 TUSD", "--ref", "rent-7", *ALICE_WALLET)

    first = terminal.json(*arguments, "--yes")
    again = terminal.run(*arguments)  # alice has nothing left: it would be refused if it were tried

    assert first["was_done_before"] is False
    assert (again.code, again.output.splitlines()[0]) == (
        0,
        f"already done under this reference: transfer 5.00 TUSD to {bob}",
    )
    assert first["transaction_hash"] in again.output
    assert world.coin.balance_of(bob) == world.coin.amount(5)


def test_a_reference_that_is_text_is_said_as_text(terminal: Terminal) -> None:
    world = terminal.world
    minter, alice = str(world.address("minter")), str(world.address("alice"))
    terminal.json("minter", "configure", minter, "100 TUSD", "--wallet", "dev1", "--yes")
    arguments = ("mint", alice, "5 TUSD", "--ref", "deposit 1", "--wallet", "dev2")

    asked = terminal.run(*arguments, typed="n\n")
    done = terminal.run(*arguments, "--yes")
    late = terminal.run("tx", "cancel", "deposit 1", "--wallet", "dev2", "--yes")
    told = [terminal.run("tx", verb, *arguments).output for verb, *arguments in (("list",), ("explain", "deposit 1"))]

    for words in (asked.errors, done.output, done.errors, late.errors, *(" ".join(text.split()) for text in told)):
        assert f"mint 5.00 TUSD to {alice} under deposit 1" in words
    assert terminal.json("tx", "show", "deposit 1")["description"].endswith("under deposit 1")


def test_a_reference_of_another_payload_or_another_sender_is_refused(terminal: Terminal) -> None:
    bob = str(terminal.world.address("bob"))
    _approve(terminal, 1, "--ref", "rent-7")
    says = "already stands for another payload"
    _fails(terminal, "approve", bob, "2 TUSD", "--ref", "rent-7", *ALICE_WALLET, "--yes", says=says)
    _fails(terminal, "approve", bob, "1 TUSD", "--ref", "rent-7", *BOB_WALLET, "--yes", says="'s, not 0x")


def test_every_kind_of_command_is_done_once_under_its_reference(terminal: Terminal) -> None:
    world = terminal.world
    alice, bob = str(world.address("alice")), str(world.address("bob"))
    world.give("bob", 5)
    for arguments in (
        ("blacklist", "add", alice, bob, "--wallet", "dev3"),
        ("blacklist", "remove", alice, "--wallet", "dev4"),
        ("seize", bob, alice, "1 TUSD", "--order", "court-17", "--wallet", "dev4"),
        ("pause", "minting", "--wallet", "dev5"),
        ("roles", "grant", "PAUSER_ROLE", bob),
        ("limits", "set-cap", "2,000,000 TUSD"),
        ("allowlist", "add", alice, "--wallet", "dev6"),
        ("uri", "set", "https://example.org/tusd.json"),
        ("admin", "begin", bob),
    ):
        reference = " ".join(arguments[:2])
        first = terminal.json(*arguments, "--ref", reference, "--yes")
        again = terminal.json(*arguments, "--ref", reference)
        assert (first["reference"], first["was_done_before"]) == (reference, False)
        assert again == first | {"was_done_before": True}


def test_a_signed_payment_is_settled_once_under_its_reference(terminal: Terminal) -> None:
    world = terminal.world
    world.give("alice", 10)
    bob = str(world.address("bob"))
    payment = terminal.json("authorize", "4 TUSD", "--to", bob, *ALICE_WALLET, "--yes")
    file = terminal.folder / "payments.json"
    file.write_text(json.dumps([payment]))

    first = terminal.json("settle", str(file), "--ref", "batch-1", "--wallet", "dev5", "--yes")
    again = terminal.json("settle", str(file), "--ref", "batch-1", "--wallet", "dev5")

    assert (first["reference"], again) == ("batch-1", first | {"was_done_before": True})
    assert world.coin.balance_of(bob) == world.coin.amount(4)


def test_the_newest_are_listed_first_and_by_stage(terminal: Terminal) -> None:
    for number in (1, 2, 3):
        _approve(terminal, number, "--ref", f"rent-{number}")

    newest = terminal.json("tx", "list", "--limit", "2")

    assert [row["reference"] for row in newest] == ["rent-3", "rent-2"]
    assert newest[0]["sender"] == str(terminal.world.address("alice"))
    assert newest[0]["description"].startswith("allow ")
    assert newest[0]["nonce"] == newest[1]["nonce"] + 1
    assert newest[0]["taken_in_at"] <= newest[0]["changed_at"]
    assert terminal.json("tx", "list", "--stage", "pending", "--stage", "queued") == []
    shown = terminal.run("tx", "list").output
    assert newest[0]["transaction_hash"] in shown
    assert shown.index("rent-3") < shown.index("rent-1")
    assert "none" in terminal.run("tx", "list", "--stage", "cancelled").output


def test_everything_under_a_reference_is_shown(terminal: Terminal) -> None:
    done = _approve(terminal, 1, "--ref", "rent-7")

    told = terminal.json("tx", "show", "rent-7")
    shown = terminal.run("tx", "show", "rent-7").output

    assert told["to"] == str(terminal.world.coin.address)
    assert told["data"].startswith("0x095ea7b3")
    assert told["receipt"]["block_number"] == done["block_number"]
    assert [attempt["transaction_hash"] for attempt in told["attempts"]] == [done["transaction_hash"]]
    assert float(told["attempts"][0]["max_fee_gwei"]) > 0
    assert [entry["what"] for entry in told["history"]][:2] == ["signed", "mined"]
    assert "@" in told["history"][0]["who"]
    assert told["data"] in "".join(shown.split())  # it is too long for one line, and is not cut off
    for text in (told["to"], told["history"][0]["who"], "seen in a block", done["transaction_hash"]):
        assert text in shown


def test_what_stands_is_explained(terminal: Terminal) -> None:
    done = _approve(terminal, 1, "--ref", "rent-7")

    shown = terminal.run("tx", "explain", "rent-7").output
    told = terminal.json("tx", "explain", "rent-7")

    assert f"It was done, in block {done['block_number']} by transaction {done['transaction_hash']}" in shown
    assert told["node"]["used"] == terminal.world.chain.nonce(terminal.world.address("alice"))
    assert told["told"][-1].startswith("There is nothing to do")
    to_prove = "stablecoin tx resume rent-7 --network anvil --final"
    assert told["command"] == (None if told["stage"] == "finalized" else to_prove)
    assert shown.endswith(f"  {told['command'] or told['told'][-1]}\n")


def test_what_was_done_is_resumed_and_too_late_to_cancel(terminal: Terminal) -> None:
    done = _approve(terminal, 1, "--ref", "rent-7")

    resumed = terminal.json("tx", "resume", "rent-7", *ALICE_WALLET)
    late = _fails(terminal, "tx", "cancel", "rent-7", *ALICE_WALLET, "--yes", code=4, says="Not cancelled")

    assert resumed == done | {"was_done_before": True}
    assert done["transaction_hash"] in late.last_line
    assert f"in block {done['block_number']}" in late.last_line
    is_final = terminal.json("tx", "show", "rent-7")["stage"] == "finalized"
    to_prove = "To have it proven final: stablecoin tx resume rent-7 --network anvil --wallet dev8 --final"
    assert late.last_line.endswith(" It is final." if is_final else f" {to_prove}")


def test_a_deployment_s_transactions_are_known_too(terminal: Terminal) -> None:
    deployed = terminal.json("deploy", "--symbol", "NEW", "--yes")
    newest = terminal.json("tx", "list", "--limit", "1")[0]
    resumed = terminal.json("tx", "resume", newest["reference"])
    assert newest["description"] == f"create NEW at {deployed['address']}"
    assert resumed["transaction_hash"] == deployed["transaction_hash"]


def test_a_command_waits_until_it_is_final_if_asked(terminal: Terminal) -> None:
    chain = terminal.world.chain
    if chain.network.name == "anvil":  # where nothing becomes final by itself
        _approve(terminal, 1, "--ref", "rent-7")
        chain.mine(70)
    done = _approve(terminal, 1, "--ref", "rent-7", "--final")
    assert done["reference"] == "rent-7"
    assert terminal.json("tx", "show", "rent-7")["stage"] == "finalized"
    assert "and that is final" in terminal.run("tx", "explain", "rent-7").output


@pytest.mark.parametrize("verb", ["show", "explain", "resume", "cancel"])
def test_an_unknown_reference(terminal: Terminal, verb: str) -> None:
    _fails(terminal, "tx", verb, "rent-8", says="The journal knows no reference 'rent-8' on anvil.")


@pytest.mark.parametrize("reference", ["", "a\0b", "x" * 201, "  sp ", "sp ", " "])
def test_what_is_no_reference(terminal: Terminal, reference: str) -> None:
    bob = str(terminal.world.address("bob"))
    _fails(terminal, "tx", "show", reference, says="A reference ")
    _fails(terminal, "approve", bob, "1 TUSD", "--ref", reference, *ALICE_WALLET, "--yes", says="A reference ")


@pytest.mark.parametrize("verb", ["resume", "cancel"])
def test_another_s_reference(terminal: Terminal, verb: str) -> None:
    _approve(terminal, 1, "--ref", "rent-7")
    says = f"is {terminal.world.address('alice')}'s, not {terminal.world.address('bob')}'s."
    _fails(terminal, "tx", verb, "rent-7", *BOB_WALLET, says=says)


def test_another_network_s_reference(terminal: Terminal) -> None:
    _approve(terminal, 1, "--ref", "rent-7")
    answer = terminal.run("tx", "show", "rent-7", network="sepolia")
    assert (answer.code, "It was used on chain 31337/0x" in answer.last_line) == (2, True)
    assert terminal.run("tx", "list", "--json", network="sepolia").output == "[]\n"


@pytest.mark.parametrize(
    "arguments",
    [("approve", "0x23618e81E3f5cdF7f54C3d65f7FBc0aBf5B21E8f", "1 TUSD", *ALICE_WALLET, "--yes"), ("tx", "list")],
)
def test_a_newer_journal_is_left_alone(terminal: Terminal, arguments: tuple[str, ...]) -> None:
    _approve(terminal, 1, "--ref", "rent-7")
    with closing(sqlite3.connect(_journal(terminal))) as journal, journal:
        journal.execute("UPDATE alembic_version SET version_num = '9999'")
    _fails(terminal, *arguments, says="9999")


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:////sys/kernel/stablecoin/journal.db",
        "sqlite:///file:{journal}?mode=ro&uri=true",
        "postgresql+psycopg://me:secret@127.0.0.1:9/journal",
        "secret",
        "mysql://me:secret@127.0.0.1/journal",
    ],
)
def test_nothing_is_sent_where_it_cannot_be_written_down(terminal: Terminal, url: str) -> None:
    _approve(terminal, 1)
    bob = str(terminal.world.address("bob"))
    journal = url.format(journal=_journal(terminal))
    arguments = ("approve", bob, "2 TUSD", *ALICE_WALLET, "--yes")
    answer = _fails(terminal, *arguments, says="ournal", STABLECOIN_JOURNAL=journal)
    assert "secret" not in answer.errors


def test_reading_needs_no_journal(terminal: Terminal) -> None:
    terminal.environment["STABLECOIN_JOURNAL"] = "sqlite:////sys/kernel/stablecoin/journal.db"
    assert terminal.run("supply").code == 0
    assert not _journal(terminal).exists()


def test_a_journal_that_can_only_be_read_can_be_looked_into(terminal: Terminal) -> None:
    _approve(terminal, 1, "--ref", "rent-7")
    terminal.environment["STABLECOIN_JOURNAL"] = f"sqlite:///file:{_journal(terminal)}?mode=ro&uri=true"
    assert terminal.json("tx", "show", "rent-7")["reference"] == "rent-7"


def test_an_intact_log_is_said_to_be_so(terminal: Terminal) -> None:
    _approve(terminal, 1, "--ref", "rent-7")
    world = terminal.world
    terminal.json("roles", "grant", "PAUSER_ROLE", str(world.address("bob")), "--yes")

    proofs = terminal.json("tx", "verify-log")
    shown = terminal.run("tx", "verify-log", network="")

    assert {proof["sender"] for proof in proofs} == {f"0x{world.address(one).hex()}" for one in ("alice", "admin")}
    assert all(proof["is_intact"] and proof["entries"] >= 2 for proof in proofs)
    assert (shown.code, proofs[0]["head"] in shown.output, shown.output.count("OK")) == (0, True, 2)
    assert terminal.json("tx", "verify-log", "--network", "sepolia") == []
    assert len(terminal.json("tx", "verify-log", "--network", "anvil")) == 2


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE log SET who = 'nobody' WHERE position = 1",
        "UPDATE log SET detail = 'nonsense' WHERE position = 1",
        "DELETE FROM log WHERE position = 1",
        "UPDATE intents SET stage = 'CANCELLED'",
        "UPDATE intents SET value_wei = '1'",
        "UPDATE intents SET receipt = NULL",
        "DELETE FROM candidates",
        "DELETE FROM intents",
        "UPDATE lanes SET log_length = 1",
    ],
)
def test_tampering_is_found(terminal: Terminal, tampering: str) -> None:
    _approve(terminal, 1, "--ref", "rent-7")
    shutil.copy(_journal(terminal), terminal.folder / "intact.db")
    with closing(sqlite3.connect(_journal(terminal))) as journal, journal:
        for (trigger,) in journal.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            journal.execute(f"DROP TRIGGER {trigger}")
        assert journal.execute(tampering).rowcount > 0

    found = terminal.run("tx", "verify-log", "--json")

    (proof,) = json.loads(found.output)
    assert (found.code, proof["is_intact"]) == (4, False)
    assert json.loads(found.errors)["error"] == "log_broken"
    shown = terminal.run("tx", "verify-log")
    assert (shown.code, "OK" in shown.output) == (4, False)
    assert "not as its log says" in shown.last_line
    assert terminal.run("tx", "list").code in (0, 2)
    assert terminal.run("tx", "show", "rent-7").code in (0, 2)
    terminal.environment["STABLECOIN_JOURNAL"] = f"sqlite:///{terminal.folder / 'intact.db'}"
    assert terminal.run("tx", "verify-log").code == 0

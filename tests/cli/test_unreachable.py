"""A node that does not answer: on the command line

when the journal knows the reference as under way: unknown, exit code 5, its hashes and the command that goes on
when it knows it as mined: unknown too, and where it was mined for all the journal knows
when it knows it on another chain alone, or as never done, or not at all: the node's error, and nothing was sent
when the journal cannot be read either: unknown
when no reference was given: the node's error, and no journal is made
when the chain's name is known without it: what the journal knows is listed, shown and explained
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from stablecoin_tools.addresses import parse_address
from stablecoin_tools.chain import Call, Receipt
from stablecoin_tools.transactions import Candidate, Fees, Intent, Stage
from tests.cli.conftest import write_down
from tests.cli.shell import DEV0, DEV1

if TYPE_CHECKING:
    from tests.cli.conftest import Terminal

DEVELOPMENT, SEPOLIA = "31337/0x" + "ab" * 32, "11155111"
FIRST, NOOP = "0x" + "11" * 32, "0x" + "22" * 32
ALICE = parse_address(DEV0)
QUEUED = Intent("st1", ALICE, Call(ALICE, description="mint 5.00 USDX"), gas_limit=21_000)
PENDING = QUEUED.signed(3, Candidate(b"signed", FIRST, Fees(1_500_000_000, 1)))
CANCELLING = PENDING.with_candidate(Candidate(b"no-op", NOOP, Fees(2, 2), is_noop=True))
MINED = PENDING.mined(Receipt(FIRST, 1234, "0xb", True, 21_000, 1, None, ()))  # noqa: FBT003  # it succeeded
REPLACED = CANCELLING.mined(Receipt(NOOP, 1234, "0xb", True, 21_000, 1, None, ()))  # noqa: FBT003  # it succeeded
CANCELLED = QUEUED.without_nonce(Stage.CANCELLED)
MINT = ("mint", DEV1, "5 USDX", "--ref", "st1", "--yes")
RESUME, CANCEL = ("tx", "resume", "st1"), ("tx", "cancel", "st1", "--yes")
URL = "STABLECOIN_JOURNAL"


def _told(terminal: Terminal, *arguments: str, code: int, network: str = "anvil") -> Any:
    answer = terminal.run(*arguments, "--json", network=network)
    assert (answer.code, answer.output) == (code, ""), answer.errors
    return json.loads(answer.last_line)


@pytest.mark.parametrize(("arguments", "verb"), [(MINT, "resume"), (RESUME, "resume"), (CANCEL, "cancel")])
@pytest.mark.parametrize("intent", [QUEUED, PENDING], ids=["queued", "pending"])
def test_what_is_under_way_is_unknown(
    lone_terminal: Terminal, intent: Intent, arguments: tuple[str, ...], verb: str
) -> None:
    write_down(lone_terminal, DEVELOPMENT, intent)
    told = _told(lone_terminal, *arguments, code=5)
    assert (told["error"], told["moved"], told["reference"]) == ("outcome_unknown", "unknown", "st1")
    assert told["transaction_hashes"] == list(intent.transaction_hashes)
    assert "cannot be reached" in told["message"]
    assert told["hint"] == f"Do not send it again. To go on: stablecoin tx {verb} st1 --network anvil"


def test_it_is_so_on_a_chain_whose_name_is_known_without_its_node(lone_terminal: Terminal) -> None:
    write_down(lone_terminal, SEPOLIA, PENDING)
    told = _told(lone_terminal, *MINT, "--wallet", "ops", "--final", code=5, network="sepolia")
    assert told["transaction_hashes"] == [FIRST]
    assert told["hint"].endswith("stablecoin tx resume st1 --network sepolia --wallet ops --final")


def test_what_is_being_cancelled_goes_on_so(lone_terminal: Terminal) -> None:
    write_down(lone_terminal, DEVELOPMENT, CANCELLING)
    told = _told(lone_terminal, *MINT, code=5)
    assert told["transaction_hashes"] == [FIRST, NOOP]
    assert told["hint"].endswith("stablecoin tx cancel st1 --network anvil")


@pytest.mark.parametrize("arguments", [MINT, RESUME, CANCEL])
@pytest.mark.parametrize("intent", [MINED, MINED.settled(Stage.FINALIZED)], ids=["mined", "final"])
def test_what_is_mined_is_said_to_be_so_for_all_the_journal_knows(
    lone_terminal: Terminal, intent: Intent, arguments: tuple[str, ...]
) -> None:
    write_down(lone_terminal, DEVELOPMENT, intent)
    told = _told(lone_terminal, *arguments, code=5)
    assert (told["error"], told["transaction_hashes"]) == ("outcome_unknown", [FIRST])
    assert "it was mined in block 1,234 for all the journal knows" in told["message"]
    assert told["message"].endswith("the node cannot be reached to confirm it.")


def test_what_is_under_way_comes_before_what_an_earlier_chain_of_the_same_id_mined(lone_terminal: Terminal) -> None:
    write_down(lone_terminal, "31337/0x" + "01" * 32, MINED)
    write_down(lone_terminal, DEVELOPMENT, CANCELLING)
    assert _told(lone_terminal, *MINT, code=5)["transaction_hashes"] == [FIRST, NOOP]


@pytest.mark.parametrize(
    ("chain", "intent"),
    [(SEPOLIA, PENDING), (DEVELOPMENT, CANCELLED), (DEVELOPMENT, Intent("st2", ALICE, QUEUED.call, 21_000))],
    ids=["another chain", "never done", "another reference"],
)
def test_what_is_not_under_way_is_the_node_s_error(lone_terminal: Terminal, chain: str, intent: Intent) -> None:
    write_down(lone_terminal, chain, intent)
    told = _told(lone_terminal, *MINT, code=3)
    assert (told["error"], told["moved"]) == ("unreachable", "no")
    assert "nothing was sent" in told["hint"]


def test_a_journal_that_cannot_be_read_either_leaves_it_unknown(lone_terminal: Terminal) -> None:
    lone_terminal.environment[URL] = "sqlite:////sys/kernel/stablecoin/journal.db"
    told = _told(lone_terminal, *MINT, code=5)
    assert (told["error"], told["reference"], told["transaction_hashes"]) == ("outcome_unknown", "st1", [])


def test_without_a_reference_no_journal_is_asked(lone_terminal: Terminal) -> None:
    told = _told(lone_terminal, "mint", DEV1, "5 USDX", "--yes", code=3)
    assert (told["error"], told["moved"]) == ("unreachable", "no")
    assert not (lone_terminal.folder / "home").exists()


def test_what_is_known_is_told_without_a_node(lone_terminal: Terminal) -> None:
    write_down(lone_terminal, SEPOLIA, PENDING)
    lone_terminal.environment["STABLECOIN_RPC_URL_SEPOLIA"] = None

    explained = lone_terminal.run("tx", "explain", "st1", network="sepolia")
    listed = lone_terminal.run("tx", "list", network="sepolia")
    shown = lone_terminal.run("tx", "show", "st1", network="sepolia")

    assert explained.code == 0, explained.errors
    assert "It owns nonce 3; one attempt is signed" in explained.output
    assert "The node does not say more: No RPC URL is configured for sepolia." in explained.output
    assert explained.output.endswith("stablecoin tx resume st1 --network sepolia\n")
    assert (listed.code, "mint 5.00 USDX" in listed.output) == (0, True)
    assert (shown.code, "me@here" in shown.output) == (0, True)
    signed = f"transaction {FIRST} at nonce 3, at most 1.5 gwei for a unit of gas"
    assert signed in " ".join(shown.output.split())


def test_where_a_no_op_was_mined_it_is_listed_as_cancelled_and_proven_final_by_cancelling(
    lone_terminal: Terminal,
) -> None:
    write_down(lone_terminal, SEPOLIA, REPLACED, replace(QUEUED, reference="st2"))

    listed = lone_terminal.run("tx", "list", "--stage", "cancelled", "--json", network="sepolia")
    mined = lone_terminal.run("tx", "list", "--stage", "mined", "--json", network="sepolia")
    explained = lone_terminal.run("tx", "explain", "st1", network="sepolia")

    assert [row["reference"] for row in json.loads(listed.output)] == ["st1"]
    assert [row["stage"] for row in json.loads(mined.output)] == ["mined"]
    assert explained.output.endswith("  stablecoin tx cancel st1 --network sepolia --final\n")
    assert "go on with cancelling it until it is" in explained.output

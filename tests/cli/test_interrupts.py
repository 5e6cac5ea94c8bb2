"""Ctrl-C, and SIGTERM, within this process: what a command says last

when one comes before a command runs: it is kept until then, and nothing was sent, or the outcome is unknown
when one comes while a command waits: the outcome is unknown, and where it was mined is said
when one comes at a question: nothing was sent, or what is under way stays so
when one comes after a command: nothing
when a shell said to ignore it: it is ignored
"""

from __future__ import annotations

import json
import signal
from typing import TYPE_CHECKING

import pytest

from stablecoin_tools.cli.interrupts import Interrupts
from stablecoin_tools.cli.progress import Progress
from tests.cli.conftest import write_down
from tests.cli.shell import DEV1
from tests.cli.test_unreachable import DEVELOPMENT, FIRST, MINED, PENDING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.cli.conftest import Answer, Terminal

BOTH = pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
MINT = ("mint", DEV1, "5 USDX", "--ref", "st1", "--yes")
ALICE_WALLET = ("--wallet", "dev8")


@pytest.fixture
def interrupts() -> Iterator[Interrupts]:
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield Interrupts()
    for number, handler in before.items():
        signal.signal(number, handler)


def _approve(terminal: Terminal, *options: str, typed: str | None = None) -> Answer:
    bob = str(terminal.world.address("bob"))
    return terminal.run("approve", bob, "1 TUSD", "--ref", "rent-7", *ALICE_WALLET, *options, typed=typed)


@BOTH
def test_before_anything_was_begun_nothing_was_sent(
    lone_terminal: Terminal, interrupts: Interrupts, number: signal.Signals
) -> None:
    lone_terminal.interrupts = interrupts
    signal.raise_signal(number)
    answer = lone_terminal.run(*MINT)
    assert (answer.code, answer.errors) == (4, "error: Interrupted: nothing was sent.\n")


@BOTH
def test_what_was_begun_before_is_unknown(
    lone_terminal: Terminal, interrupts: Interrupts, number: signal.Signals
) -> None:
    write_down(lone_terminal, DEVELOPMENT, PENDING)
    lone_terminal.interrupts = interrupts
    signal.raise_signal(number)
    answer = lone_terminal.run(*MINT, "--json")
    told = json.loads(answer.errors)
    assert (answer.code, told["moved"], told["transaction_hashes"]) == (5, "unknown", [FIRST])
    assert told["hint"].endswith("To go on: stablecoin tx resume st1 --network anvil")


def test_what_was_mined_before_is_said_to_be(lone_terminal: Terminal, interrupts: Interrupts) -> None:
    write_down(lone_terminal, DEVELOPMENT, MINED)
    lone_terminal.interrupts = interrupts
    signal.raise_signal(signal.SIGINT)
    answer = lone_terminal.run(*MINT)
    assert (answer.code, "mined in block 1,234, not final yet" in answer.last_line) == (5, True)


def test_where_nobody_can_look_it_is_unknown(lone_terminal: Terminal, interrupts: Interrupts) -> None:
    lone_terminal.environment["STABLECOIN_JOURNAL"] = "sqlite:////sys/kernel/stablecoin/journal.db"
    lone_terminal.interrupts = interrupts
    signal.raise_signal(signal.SIGINT)
    answer = lone_terminal.run(*MINT)
    assert (answer.code, "Outcome unknown" in answer.last_line) == (5, True)


@BOTH
def test_a_wait_for_finality_ends_with_where_it_was_mined(
    anvil_terminal: Terminal, interrupts: Interrupts, monkeypatch: pytest.MonkeyPatch, number: signal.Signals
) -> None:
    assert _approve(anvil_terminal, "--yes").code == 0
    block = anvil_terminal.world.chain.block().number
    anvil_terminal.interrupts = interrupts
    monkeypatch.setattr(Progress, "sleep", lambda _self, _seconds: signal.raise_signal(number))

    answer = anvil_terminal.run("tx", "resume", "rent-7", *ALICE_WALLET, "--final")

    assert answer.code == 5, answer.errors
    assert f"mined in block {block:,}, not final yet" in answer.last_line
    assert answer.last_line.endswith("stablecoin tx resume rent-7 --network anvil --wallet dev8 --final")


def test_a_step_of_a_deployment_that_was_interrupted_is_named(
    anvil_terminal: Terminal, interrupts: Interrupts, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between two of its transactions none of them is waited for, and something was sent all the same."""
    anvil_terminal.interrupts = interrupts
    proven = "stablecoin_tools.deployment.creation.prove"
    monkeypatch.setattr(proven, lambda *_args, **_named: signal.raise_signal(signal.SIGINT))

    answer = anvil_terminal.run("deploy", "--symbol", "LATER", "--yes")

    assert (answer.code, "create LATER at 0x" in answer.last_line) == (5, True), answer.errors
    assert answer.last_line.endswith(
        "Run the same command again: it goes on from there, and does nothing a second time."
    )


def test_at_a_question_nothing_was_sent(
    terminal: Terminal, interrupts: Interrupts, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal.interrupts = interrupts
    monkeypatch.setattr("click.testing._NamedTextIOWrapper.readline", lambda *_: signal.raise_signal(signal.SIGINT))
    answer = _approve(terminal, typed="y\n")
    assert (answer.code, answer.last_line) == (4, "error: Interrupted: nothing was sent.")


@pytest.mark.parametrize(("typed", "code"), [("n\n", 4), ("", 2)])
def test_whoever_does_not_agree_to_go_on_has_it_under_way_still(
    anvil_terminal: Terminal, typed: str, code: int, monkeypatch: pytest.MonkeyPatch, interrupts: Interrupts
) -> None:
    anvil_terminal.interrupts = interrupts
    with anvil_terminal.world.chain.mining_paused():
        with monkeypatch.context() as patch:
            patch.setattr(Progress, "sleep", lambda _self, _seconds: signal.raise_signal(signal.SIGINT))
            assert _approve(anvil_terminal, "--yes").code == 5
        anvil_terminal.interrupts = Interrupts()
        answer = _approve(anvil_terminal, "--json", typed=typed)
        anvil_terminal.world.chain.drop_all_transactions()
    told = json.loads(answer.last_line)
    assert (answer.code, told["moved"]) == (code, "unknown")
    assert "What is under way stays so" in told["hint"]


def test_after_a_command_it_ends_nothing(lone_terminal: Terminal, interrupts: Interrupts) -> None:
    lone_terminal.interrupts = interrupts
    assert lone_terminal.run("networks").code == 0
    signal.raise_signal(signal.SIGINT)  # it would raise here


@pytest.mark.usefixtures("interrupts")
def test_what_a_shell_said_to_ignore_is_ignored() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with Interrupts():
        signal.raise_signal(signal.SIGINT)  # it would raise here
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    with pytest.raises(KeyboardInterrupt), Interrupts():
        signal.raise_signal(signal.SIGTERM)
    assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN

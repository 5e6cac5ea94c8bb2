"""What is said while a command waits: plain lines in a pipe, a line for each change and a status in a terminal

when something happens to what was asked for: its hash, nonce, offer or block
when something happens to another in the same lane: with its name
when stderr is a terminal: what it waits for, from what stood before, until the next change
when nothing changes for long in a pipe: a line now and then, what it waits for and since when
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from rich.console import Console

from stablecoin_tools.addresses import Address
from stablecoin_tools.chain import Call, Receipt
from stablecoin_tools.cli.progress import Progress
from stablecoin_tools.networks import find_network
from stablecoin_tools.transactions import Candidate, Change, Fees, Happening, Intent, Stage

if TYPE_CHECKING:
    from collections.abc import Callable

ALICE = Address(b"\xa1" * 20)
GWEI = 10**9
NETWORK = find_network("anvil")
QUEUED = Intent("rent-7", ALICE, Call(ALICE, description="pay"), gas_limit=21_000)
SIGNED = QUEUED.signed(7, Candidate(b"", "0xfirst", Fees(3 * GWEI // 2, 1)))
BUMPED = SIGNED.with_candidate(Candidate(b"", "0xsecond", Fees(2 * GWEI, 2)))
CANCELLING = BUMPED.with_candidate(Candidate(b"", "0xnoop", Fees(3 * GWEI, 3), is_noop=True))
MINED = BUMPED.mined(Receipt("0xsecond", 1234, "0xblock", True, 21_000, GWEI, None, ()))  # noqa: FBT003  # it succeeded
REFUSED = SIGNED.mined(Receipt("0xfirst", 1234, "0xblock", False, 21_000, GWEI, None, ()))  # noqa: FBT003  # it did not

SAID = [
    (Change(Happening.QUEUED, QUEUED), f"queued: another process holds the lane of {ALICE}, and will sign it"),
    (Change(Happening.SIGNED, SIGNED), "signed: transaction 0xfirst at nonce 7, at most 1.5 gwei for a unit of gas"),
    (Change(Happening.BUMPED, BUMPED), "bumped: transaction 0xsecond at nonce 7, at most 2 gwei for a unit of gas"),
    (
        Change(Happening.CAPPED, BUMPED, "cap"),
        "held at the fee cap of 500 gwei: published again until gas costs less",
    ),
    (
        Change(Happening.CANCELLING, CANCELLING),
        "cancelling, by a no-op: transaction 0xnoop at nonce 7, at most 3 gwei for a unit of gas",
    ),
    (Change(Happening.MINED, MINED), "mined: transaction 0xsecond in block 1,234"),
    (Change(Happening.MINED, REFUSED), "mined: transaction 0xfirst in block 1,234, and refused"),
    (Change(Happening.SAFE, MINED.settled(Stage.SAFE)), "safe: transaction 0xsecond in block 1,234"),
    (Change(Happening.FINALIZED, MINED.settled(Stage.FINALIZED)), "final: transaction 0xsecond in block 1,234"),
    (Change(Happening.REORGED, BUMPED, "block 1234 was undone"), "its block was undone; it is open again"),
    (Change(Happening.UNWANTED, QUEUED), "the holder of the lane was asked to cancel it"),
    (Change(Happening.CONSUMED, QUEUED, "final block 9 has it"), "its nonce was proven to have been used by others"),
]


@pytest.mark.parametrize(("change", "said"), SAID)
def test_each_change_is_one_plain_line_in_a_pipe(capsys: pytest.CaptureFixture[str], change: Change, said: str) -> None:
    progress = Progress(NETWORK, "rent-7")
    with progress.during("sending under rent-7"):
        progress.tell(change)
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == "sending under rent-7 ..."
    assert lines[1:] == [said if not change.why or "fee cap" in said else f"{said}: {change.why}"]


def test_every_happening_has_its_words() -> None:
    assert {change.what for change, _ in SAID} | {Happening.CANCELLED} == set(Happening)


def test_others_in_the_lane_are_told_by_name(capsys: pytest.CaptureFixture[str]) -> None:
    progress = Progress(NETWORK, "rent-7")
    progress.tell(Change(Happening.MINED, replace(MINED, reference="rent-6")))
    assert capsys.readouterr().err == "rent-6: mined: transaction 0xsecond in block 1,234\n"


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[[], str]:
    """What a terminal was told to draw."""
    monkeypatch.setattr(Console, "is_terminal", True)
    return lambda: capsys.readouterr().err


def test_a_terminal_shows_what_it_waits_for_and_keeps_the_lines(drawn: Callable[[], str]) -> None:
    progress = Progress(NETWORK, "[red]rent")
    with progress.during("sending under [red]rent"):
        progress.tell(Change(Happening.SIGNED, replace(SIGNED, reference="[red]rent")))
        progress.tell(Change(Happening.MINED, replace(MINED, reference="[red]rent")))
    text = drawn()
    assert text.startswith("sending under [red]rent ...\n")
    assert "signed: transaction 0xfirst at nonce 7" in text
    assert "waiting for a block" in text
    assert text.index("waiting for a block") < text.index("waiting until the block is final")


@pytest.mark.parametrize(
    ("known", "waits"),
    [
        (QUEUED, "waiting for the process that holds the lane"),
        (SIGNED, "waiting for a block"),
        (CANCELLING, "waiting for a block with either of the two"),
        (MINED, "waiting until the block is final"),
        (MINED.settled(Stage.SAFE), "waiting until the block is final"),
    ],
)
def test_what_was_begun_before_is_waited_for_as_it_stands(drawn: Callable[[], str], known: Intent, waits: str) -> None:
    with Progress(NETWORK, "rent-7").during("going on with rent-7", known):
        pass
    text = drawn()
    assert waits in text
    assert "asking the node" not in text


def test_a_long_wait_in_a_pipe_is_a_line_now_and_then(capsys: pytest.CaptureFixture[str]) -> None:
    now = [0.0]
    progress = Progress(
        NETWORK, "rent-7", clock=lambda: now[0], pause=lambda seconds: now.__setitem__(0, now[0] + seconds)
    )
    with progress.during("going on with rent-7", SIGNED):
        for _ in range(25):
            progress.sleep(5)
        progress.tell(Change(Happening.MINED, MINED))
        for _ in range(12):
            progress.sleep(5)
    assert capsys.readouterr().err.splitlines()[1:] == [
        "still waiting for a block, 60 s",
        "still waiting for a block, 120 s",
        "mined: transaction 0xsecond in block 1,234",
        "still waiting until the block is final, 180 s",
    ]

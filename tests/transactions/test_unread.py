"""A journal that cannot be read

given a reference that the caller named: whether anything was sent under it is unknown, whatever is asked
given none: nothing was sent
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from stablecoin_tools.errors import JournalError, Moved
from stablecoin_tools.transactions import Journal, TransactionManager
from tests.world import IMPATIENT

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from stablecoin_tools.chain import Call
    from tests.world import World

ASKING: dict[str, Callable[[TransactionManager, World], object]] = {
    "send": lambda manager, world: manager.send(_call(world), signer=world.signers["alice"], ref="paid-1"),
    "find": lambda manager, _: manager.find("paid-1"),
    "resume": lambda manager, world: manager.resume("paid-1", signer=world.signers["alice"]),
    "cancel": lambda manager, world: manager.cancel("paid-1", signer=world.signers["alice"]),
}


def _call(world: World) -> Call:
    return world.coin.calls.transfer(world.address("bob"), world.coin.amount(1))


@pytest.mark.parametrize("asking", ASKING)
def test_what_was_sent_under_a_reference_is_unknown(local: World, tmp_path: Path, asking: str) -> None:
    local.give("alice", 10)
    path = tmp_path / "journal.db"
    with Journal(f"sqlite:///{path}") as journal:
        manager = TransactionManager(local.chain, journal=journal, waiting=IMPATIENT)
        manager.send(_call(local), signer=local.signers["alice"], ref="paid-1")
        with closing(sqlite3.connect(path)) as file, file:
            file.execute("ALTER TABLE intents RENAME TO hidden")

        with pytest.raises(JournalError) as refused:
            ASKING[asking](manager, local)

        assert refused.value.moved is Moved.UNKNOWN
        assert "paid-1" in refused.value.hint
        with pytest.raises(JournalError) as unnamed:
            manager.send(_call(local), signer=local.signers["alice"])
        assert unnamed.value.moved is Moved.NO
    assert local.coin.balance_of(local.address("bob")) == local.coin.amount(1)

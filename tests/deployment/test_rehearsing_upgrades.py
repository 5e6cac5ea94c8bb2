"""prepare_upgrade: what its rehearsal notices

when the new code is put elsewhere than planned, or the upgrade tells of something else: refused
when the way back is refused, or does not give the answers of before: refused
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from stablecoin_tools.deployment import Implementations, UpgradeRefused, compile_implementation
from stablecoin_tools.deployment.create2 import DEPLOYER
from tests.chain.bent import bent
from tests.deployment.changed import GROWN, changed
from tests.deployment.upgraded import prepared

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from stablecoin_tools.addresses import Address
    from stablecoin_tools.chain import Call, Rehearsed
    from stablecoin_tools.deployment.implementations import Implementation
    from tests.world import World

    Bend = Callable[[list[tuple[Address, Call]], list[Rehearsed]], None]

pytestmark = pytest.mark.xdist_group("upgrades")


@pytest.fixture(scope="session")
def grown(tmp_path_factory: pytest.TempPathFactory) -> Implementation:
    return compile_implementation(changed(tmp_path_factory.mktemp("grown"), GROWN))


def upgrades(calls: list[tuple[Address, Call]]) -> list[int]:
    """Where in a rehearsal the implementation is replaced: there, and back."""
    return [place for place, (_, call) in enumerate(calls) if call.description.startswith("upgrade to 0x")]


def put_elsewhere(calls: list[tuple[Address, Call]], found: list[Rehearsed]) -> None:
    for place, (_, call) in enumerate(calls):
        if call.to == DEPLOYER:
            found[place] = replace(found[place], answer=b"\x66" * 20)


def tell_of_something_else(calls: list[tuple[Address, Call]], found: list[Rehearsed]) -> None:
    for place in upgrades(calls)[:1]:
        ((address, topics),) = found[place].events
        found[place] = replace(found[place], events=((address, (b"\x66" * 32, *topics[1:])),))


def refuse_the_way_back(calls: list[tuple[Address, Call]], found: list[Rehearsed]) -> None:
    for place in upgrades(calls)[1:]:
        found[place] = replace(found[place], succeeded=False, answer=b"")


def answer_otherwise_after_it(calls: list[tuple[Address, Call]], found: list[Rehearsed]) -> None:
    for place in upgrades(calls)[1:]:
        found[place + 1] = replace(found[place + 1], answer=b"\x66" * 32)


@pytest.mark.parametrize(
    ("bend", "words"),
    [
        (put_elsewhere, "its constructor must take nothing, and succeed"),
        (tell_of_something_else, "what it tells is Upgraded and would be an event of another kind"),
        (refuse_the_way_back, "the way back is open and would be refused"),
        (answer_otherwise_after_it, "after the rollback is answered by"),
    ],
)
def test_what_goes_wrong_in_the_rehearsal_forbids_the_upgrade(
    anvil: World, grown: Implementation, tmp_path: Path, bend: Bend, words: str
) -> None:
    bent_calls = []

    def rehearse(calls: list[tuple[Address, Call]], **options: Any) -> list[Rehearsed]:
        found = list(anvil.chain.rehearse(calls, **options))
        before = list(found)
        bend(list(calls), found)
        bent_calls.append(found != before)
        return found

    world = replace(anvil, chain=bent(anvil.chain, rehearse=rehearse))
    with pytest.raises(UpgradeRefused) as refused:
        prepared(world, grown, Implementations(tmp_path))

    assert any(bent_calls)
    assert any(words in str(finding) for finding in refused.value.findings)

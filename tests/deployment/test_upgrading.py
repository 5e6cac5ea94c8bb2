"""prepare_upgrade: another implementation behind a coin, checked, rehearsed and planned there and back

when the new one only has more: it is planned; applied, the coin stands as before, and rolled back as at first
when powers changed hands and the coin was paused since: it is rolled back all the same, by who may by then
when it exists already: only the upgrade itself is planned
when storage is reordered, shrunk or of another type, or a function is gone: refused, with all that was found
when it keeps its address in another slot, or its code is too long: refused
when the coin would answer otherwise: refused, naming what and how
when the lane is to be closed
    before what does not serve the holders: refused
    otherwise: planned as such; rolled back, the lane is open again
when a second upgrade follows: what the first one left is known from its record alone
when the sender does not upgrade, nothing would change, or the node cannot rehearse: refused
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from stablecoin_tools.artifacts import load_artifact
from stablecoin_tools.chain import Call
from stablecoin_tools.deployment import (
    Implementations,
    UpgradeRefused,
    compile_implementation,
    deploy,
    read_facts,
)
from stablecoin_tools.deployment.implementations import Implementation, shipped_implementation
from stablecoin_tools.errors import ConfigError, NodeRefused, NotSent, UsageError
from stablecoin_tools.roles import PauseScope, Role
from stablecoin_tools.token import Stablecoin
from tests.chain.bent import bent
from tests.contracts.signing import NONCE
from tests.contracts.test_upgrade import everything
from tests.contracts.words import allow_minting, answer_of, interface_id, mock, new_issuer, reference
from tests.deployment.changed import BROKEN, GROWN, changed, serving
from tests.deployment.upgraded import applied, lived_in, prepared
from tests.world import World, spec_of

if TYPE_CHECKING:
    from pathlib import Path


pytestmark = pytest.mark.xdist_group("upgrades")

UUID = 0x360894A13BA1A3210667C828492DB98DCA3E2076CC3735A920A3CA505D382BBC.to_bytes(32)


@pytest.fixture(scope="session")
def grown(tmp_path_factory: pytest.TempPathFactory) -> Implementation:
    return compile_implementation(changed(tmp_path_factory.mktemp("grown"), GROWN))


@pytest.fixture(scope="session")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Implementation:
    return compile_implementation(changed(tmp_path_factory.mktemp("broken"), BROKEN))


@pytest.fixture(scope="session")
def serving_holders(tmp_path_factory: pytest.TempPathFactory) -> Implementation:
    return compile_implementation(serving(tmp_path_factory.mktemp("serving")), "Serving")


@pytest.fixture
def known(tmp_path: Path) -> Implementations:
    return Implementations(tmp_path)


def with_bytes(implementation: Implementation, before: bytes, after: bytes) -> Implementation:
    """The implementation with other bytes in its code."""
    artifact = implementation.artifact
    assert before in artifact.runtime
    bytecode, runtime = (code.replace(before, after) for code in (artifact.bytecode, artifact.runtime))
    return replace(implementation, artifact=replace(artifact, bytecode=bytecode, runtime=runtime))


def refused(world: World, new: Implementation, known: Implementations, **changes: Any) -> dict[str, tuple[str, str]]:
    """What forbids an upgrade, by where it is: what is deployed, and what is new."""
    before, block = everything(world), world.chain.block().number
    with pytest.raises(UpgradeRefused) as caught:
        prepared(world, new, known, **changes)
    assert everything(world) == before
    assert world.chain.block().number == block
    forbidding = [finding for finding in caught.value.findings if finding.forbids]
    assert str(forbidding[0]) in str(caught.value)
    return {finding.where: (finding.deployed, finding.new) for finding in forbidding}


def test_an_upgrade_leaves_the_coin_as_it_was_and_its_rollback_as_at_first(
    world: World, grown: Implementation, known: Implementations
) -> None:
    lived_in(world)
    coin, first, before = world.coin, world.coin.implementation(), everything(world)

    upgrade = prepared(world, grown, known)
    assert (everything(world), coin.implementation()) == (before, first)  # nothing was sent
    applied(world, upgrade.plan)
    upgraded = (everything(world), coin.implementation(), world.chain.call(Call(coin.address, release())))
    applied(world, upgrade.rollback)

    assert upgraded == (before, grown.address, (2).to_bytes(32))
    assert (everything(world), coin.implementation()) == (before, first)
    assert (upgrade.implementation, upgrade.replacement, upgrade.closes_lane) == (first, grown.address, False)
    assert upgrade.warnings == ()


def release() -> bytes:
    return bytes.fromhex("86d1a69f")  # release()


def test_a_rollback_is_barred_by_no_stop_and_no_change_of_powers(
    world: World, grown: Implementation, known: Implementations
) -> None:
    coin, first, alice = world.coin, world.coin.implementation(), world.address("alice")
    upgrade = prepared(world, grown, known)
    applied(world, upgrade.plan)
    world.do(coin.calls.pause(PauseScope.TRANSFERS), by="pauser")
    world.do(coin.calls.grant_role(Role.UPGRADER_ROLE, alice), by="admin")
    world.do(coin.calls.revoke_role(Role.UPGRADER_ROLE, world.address("upgrader")), by="admin")
    allow_minting(world, "bob", 5)

    applied(world, upgrade.rollback, by="alice")

    assert coin.implementation() == first
    assert coin.paused_scopes() == PauseScope.TRANSFERS


def test_the_plan_says_what_changes_and_its_rollback_does_nothing_before_it(
    anvil: World, grown: Implementation, known: Implementations
) -> None:
    first, facts = anvil.coin.implementation(), read_facts(anvil.coin)

    upgrade = prepared(anvil, grown, known)

    (there,), (back,) = upgrade.plan.networks, upgrade.rollback.networks
    assert [[(one.fact, one.before, one.after) for one in step.changes] for step in there.steps] == [
        [(f"code.{grown.address}", None, "there")],
        [("implementation", str(first), str(grown.address))],
    ]
    assert [[(one.fact, one.before, one.after) for one in step.changes] for step in back.steps] == [
        [("implementation", str(grown.address), str(first))]
    ]
    assert there.coins["TUSD"].before == facts
    assert back.coins["TUSD"].before == facts | {"implementation": str(grown.address)}
    block = anvil.chain.block().number
    applied(anvil, upgrade.rollback)
    assert anvil.chain.block().number == block


def test_the_rehearsal_asks_about_all_that_was_used(
    anvil: World, grown: Implementation, known: Implementations
) -> None:
    lived_in(anvil)
    alice, bob, minter = (anvil.address(person) for person in ("alice", "bob", "minter"))

    asked = {str(reading.question): reading for reading in prepared(anvil, grown, known).readings}

    expected = {
        "totalSupply()": "54000000",
        f"balanceOf({alice})": "48000000",
        f"nonces({alice})": "1",
        f"allowance({alice}, {bob})": "1000000",
        f"authorizationState({alice}, 0x{NONCE.hex()})": "True",
        f"isReferenceUsed(0x{reference(2).hex()})": "True",
        f"isReferenceUsed({alice}, 0x{reference(1).hex()})": "True",
        f"minterAllowance({minter})": "15000000",
        f"isBlacklisted({bob})": "True",
        "pausedScopes()": "4",
        "contractURI()": "ipfs://coin",
        "isLaneClosed()": "False",
    }
    assert {question: asked[question].before for question in expected} == expected
    assert all(reading.before == reading.after == reading.again for reading in asked.values())


def test_what_was_created_before_is_not_created_again(
    anvil: World, grown: Implementation, known: Implementations
) -> None:
    first = prepared(anvil, grown, known).plan.networks[0].steps[0]
    anvil.send(first.call, by="bob")

    steps = prepared(anvil, grown, known).plan.networks[0].steps

    assert [step.call.to for step in steps] == [anvil.coin.address]


def test_moved_shrunk_and_retyped_storage_and_a_lost_function_are_refused_together(
    world: World, broken: Implementation, known: Implementations
) -> None:
    lived_in(world)

    found = refused(world, broken, known)

    assert found == {
        "stablecoin.storage.Ledger.head": ("at slot 0, byte 0", "at slot 1, byte 0"),
        "stablecoin.storage.Ledger.accounts": ("at slot 1, byte 0", "at slot 0, byte 0"),
        "stablecoin.storage.Reserving.maxAgeSeconds": ("uint48", "uint32"),
        "stablecoin.storage.Describing.contractURI": ("string", "uint256[]"),
        "rescueETH(address,uint256) [0x099a04e5]": ("served", "gone"),
    }


def test_another_slot_for_the_implementation_is_refused(
    world: World, grown: Implementation, known: Implementations
) -> None:
    other = b"\x01" * 32

    found = refused(world, with_bytes(grown, UUID, other), known)

    assert found == {"proxiableUUID()": (f"0x{UUID.hex()}", f"0x{other.hex()}")}


def test_code_that_no_chain_takes_is_refused_before_it_is_rehearsed(
    anvil: World, grown: Implementation, known: Implementations
) -> None:
    long = replace(grown, artifact=replace(grown.artifact, runtime=bytes(24_577)))

    found = refused(anvil, long, known)

    assert found == {"its code": ("17712 bytes", "24577 bytes")}


def test_a_constructor_that_fails_is_refused(anvil: World, grown: Implementation, known: Implementations) -> None:
    failing = replace(grown, artifact=replace(grown.artifact, bytecode=b"\xfe"))

    assert refused(anvil, failing, known) == {"its code": ("on the chain", "refused by it")}


def test_another_place_of_what_is_stored_that_no_layout_shows_is_refused_by_what_the_coin_answers(
    world: World, grown: Implementation, known: Implementations
) -> None:
    lived_in(world)
    minting = 0x62958FB21D8ED9A875E746157B19422B812AEDDE97FC2C64C6CCD50B60964B00.to_bytes(32)

    found = refused(world, with_bytes(grown, minting, b"\x02" * 32), known)

    minter = world.address("minter")
    assert found[f"minterAllowance({minter})"] == ("answered by 15000000", "answered by 0")
    assert {where.partition("(")[0] for where in found} <= {"minterAllowance", "minterLimit", "isMinter"}


def test_closing_the_lane_keeps_everything_and_its_rollback_opens_it(
    world: World, serving_holders: Implementation, known: Implementations
) -> None:
    lived_in(world)
    coin, first, before = world.coin, world.coin.implementation(), everything(world)

    upgrade = prepared(world, serving_holders, known, closes_lane=True)
    applied(world, upgrade.plan)
    closed, is_closed = everything(world), coin.is_lane_closed()
    world.do(coin.calls.transfer(world.address("admin"), coin.amount(3)), by="alice")
    balance = coin.balance_of(world.address("admin"))
    world.do(coin.calls.transfer(world.address("alice"), coin.amount(3)), by="admin")
    applied(world, upgrade.rollback)

    assert upgrade.closes_lane
    changes = [(one.fact, one.before, one.after) for one in upgrade.plan.networks[0].steps[-1].changes]
    assert ("lane", "open", "closed") in changes
    assert (closed, is_closed) == (before | {"lane": True}, True)
    assert balance == coin.amount(3)
    assert (everything(world), coin.implementation()) == (before, first)


def test_an_implementation_that_does_not_serve_the_holders_is_refused_for_a_closed_lane(
    anvil: World, grown: Implementation, serving_holders: Implementation, known: Implementations
) -> None:
    found = refused(anvil, grown, known, closes_lane=True)

    assert found["transfer(address,uint256) [0xa9059cbb]"] == ("served", "gone")
    holders = interface_id(*load_artifact("Stablecoin").abi.functions).hex()
    assert found[f"the claim to serve the holders (ERC-165, 0x{holders})"] == ("needed for a closed lane", "not made")
    known.write(serving_holders)
    applied(anvil, prepared(anvil, serving_holders, known, closes_lane=True).plan)
    assert "transfer(address,uint256) [0xa9059cbb]" in refused(anvil, grown, known)  # it is closed already


def test_an_implementation_that_serves_the_holders_only_in_part_is_refused(
    anvil: World, known: Implementations
) -> None:
    partial = Implementation(mock("LaneServingIssuer"), shipped_implementation().layout, "")

    found = refused(anvil, partial, known, closes_lane=True)

    assert found["transferFrom(address,address,uint256) [0x23b872dd]"] == ("served", "gone")


def test_a_replacement_that_bears_another_coin_s_name_is_refused_for_a_closed_lane(
    world: World, serving_holders: Implementation, known: Implementations
) -> None:
    spec = spec_of(world.signers, name="Other Dollar", symbol="OTHR")
    address = deploy(spec, world.chain, signer=world.signers["admin"], transactions=world.transactions).address
    other = World(
        world.chain,
        Stablecoin(world.chain, address, transactions=world.transactions),
        world.transactions,
        world.signers,
    )

    found = refused(other, serving_holders, known, closes_lane=True)

    assert found["name()"] == ("answered by Other Dollar", "answered by Test Dollar")
    assert found["symbol()"] == ("answered by OTHR", "answered by TUSD")
    assert {where.partition("(")[0] for where in found} == {"name", "symbol", "DOMAIN_SEPARATOR", "eip712Domain"}


def test_a_second_upgrade_knows_the_first_from_its_record_alone(
    anvil: World, grown: Implementation, broken: Implementation, known: Implementations
) -> None:
    known.write(grown)
    applied(anvil, prepared(anvil, grown, known).plan)

    found = refused(anvil, broken, known)

    assert found["stablecoin.storage.Reserving.addedLater"] == ("uint48", "gone")


def test_what_nothing_knows_is_not_upgraded(
    anvil: World, grown: Implementation, broken: Implementation, known: Implementations
) -> None:
    applied(anvil, prepared(anvil, grown, known).plan)

    with pytest.raises(ConfigError, match="neither this release's nor one that an upgrade recorded"):
        prepared(anvil, broken, known)
    known.path(grown.address).parent.mkdir()
    known.path(grown.address).write_text("{}")
    with pytest.raises(ConfigError, match="is no record of an implementation"):
        prepared(anvil, broken, known)
    known.path(grown.address).write_text(broken.text)  # of another contract
    with pytest.raises(ConfigError, match="neither this release's"):
        prepared(anvil, broken, known)


def test_who_does_not_upgrade_is_told_who_does(anvil: World, grown: Implementation, known: Implementations) -> None:
    upgrader = anvil.address("upgrader")

    with pytest.raises(NotSent, match=f"no UPGRADER_ROLE: {upgrader} holds it"):
        prepared(anvil, grown, known, sender=anvil.address("admin"))
    anvil.do(anvil.coin.calls.revoke_role(Role.UPGRADER_ROLE, anvil.address("upgrader")), by="admin")
    with pytest.raises(NotSent, match="nobody holds UPGRADER_ROLE"):
        prepared(anvil, grown, known, sender=None)


def test_an_upgrade_by_somebody_else_during_the_rehearsal_is_noticed(
    anvil: World, grown: Implementation, known: Implementations
) -> None:
    other = new_issuer(anvil)

    def rehearse(*asked: Any, **options: Any) -> Any:
        found = anvil.chain.rehearse(*asked, **options)
        if anvil.coin.implementation() != other:
            anvil.do(anvil.coin.calls.upgrade_to_and_call(other), by="upgrader")
        return found

    with pytest.raises(NotSent, match=f"upgraded by somebody else meanwhile: {other} stands behind it"):
        prepared(replace(anvil, chain=bent(anvil.chain, rehearse=rehearse)), grown, known)


def test_what_stands_there_already_is_no_upgrade(anvil: World, known: Implementations) -> None:
    with pytest.raises(UsageError, match="stands behind the coin already"):
        prepared(anvil, shipped_implementation(), known)


def test_a_node_that_cannot_rehearse_is_named_as_such(
    anvil: World, grown: Implementation, known: Implementations
) -> None:
    def unknown(*_: Any, **__: Any) -> Any:
        raise NodeRefused("eth_simulateV1: method not found")

    chain = bent(anvil.chain, rehearse=unknown)
    with pytest.raises(ConfigError, match="cannot rehearse") as caught:
        prepared(replace(anvil, chain=chain), grown, known)
    assert "eth_simulateV1" in caught.value.hint


def test_answers_are_the_coin_s_own_after_the_upgrade_was_made(
    anvil: World, grown: Implementation, known: Implementations
) -> None:
    lived_in(anvil)
    upgrade = prepared(anvil, grown, known)
    applied(anvil, upgrade.plan)

    for reading in upgrade.readings:
        # What comes back each second is more by now.
        if not reading.after.startswith("refused") and reading.question.function != "globalLimit()":
            answer = answer_of(anvil, reading.question.function, *reading.question.arguments)
            assert reading.after == ("0x" + answer.hex() if type(answer) is bytes else str(answer)), reading.question

"""deploy(spec, chain)

when nothing stands there: implementation and coin are created, proven, then recorded
when it is run again: nothing is sent, and the same record comes back
when it was broken off anywhere: run again, it completes
given a lost record: the coin is found, proven, and recorded anew
given other code, or other roles, at the coin's address: DeploymentError, and no record
given a folder that cannot be written: ConfigError, which says that the coin stands
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from stablecoin_tools.deployment import deploy, plan
from stablecoin_tools.deployment.create2 import DEPLOYER
from stablecoin_tools.errors import ConfigError, DeploymentError, Moved, OutcomeUnknown, StablecoinError, Unreachable
from stablecoin_tools.roles import Role
from stablecoin_tools.token import Limit
from stablecoin_tools.transactions import TransactionManager, WaitPolicy
from tests.chain.bent import bent
from tests.deployment.site import Site
from tests.world import ADMIN_DELAY_SECONDS, IMPATIENT, ROLES, spec_of

if TYPE_CHECKING:
    from pathlib import Path

    from stablecoin_tools.addresses import Address
    from tests.world import World


def test_the_coin_stands_where_planned_as_asked_and_recorded(site: Site) -> None:
    planned = plan(site.spec)
    assert site.chain.code(planned.coin) == b""

    deployed = site.deploy()

    coin = site.coin()
    assert (deployed.address, deployed.implementation) == (planned.coin, planned.implementation)
    assert coin.implementation() == planned.implementation
    assert (coin.name(), coin.denomination.symbol, coin.currency()) == ("Test Dollar", "TUSD", "USD")
    assert coin.denomination.decimals == 6
    assert coin.default_admin() == site.signers["admin"].address
    assert coin.default_admin_delay_seconds() == ADMIN_DELAY_SECONDS
    assert coin.total_supply() == coin.amount(0)
    assert coin.supply_cap() == coin.amount(10_000_000_000)
    assert coin.global_limit() == Limit(
        capacity=coin.amount(1_000_000_000), refill_per_second=coin.amount(11_574), available=coin.amount(1_000_000_000)
    )
    for role, person in ROLES.items():
        assert coin.role_members(role) == (site.signers[person].address,)
    assert coin.role_members(Role.MINTER_ROLE) == ()
    assert not any(coin.has_role(role, site.payer.address) for role in Role)  # who paid has no power
    assert site.chain.code(DEPLOYER)
    assert site.recorded() == deployed
    receipt = site.chain.receipt(deployed.transaction_hash)
    assert (receipt.block_number, receipt.block_hash) == (deployed.block_number, deployed.block_hash)
    assert deployed.chain_id == site.chain.network.chain_id


def test_run_again_it_sends_nothing_and_gives_the_same_record(site: Site) -> None:
    first = site.deploy()
    nonce = site.nonce()

    assert site.deploy() == first
    assert site.nonce() == nonce


def test_a_lost_record_is_written_anew_from_what_stands(site: Site) -> None:
    first = site.deploy()
    nonce = site.nonce()
    site.records.path(first.chain_id, first.symbol).unlink()

    second = site.deploy()

    assert site.nonce() == nonce
    assert site.recorded() == second
    assert (second.address, second.implementation, second.roles) == (first.address, first.implementation, first.roles)
    assert second.transaction_hash == ""  # who created it, and when, is not known any more


def test_the_address_is_the_same_on_every_chain(local: World, anvil: World) -> None:
    planned = plan(spec_of(local.signers))

    assert local.coin.address == anvil.coin.address == planned.coin
    assert local.coin.implementation() == anvil.coin.implementation() == planned.implementation


def test_the_deployer_is_created_where_it_is_missing(local_site: Site) -> None:
    assert local_site.chain.code(DEPLOYER) == b""

    local_site.deploy()

    assert local_site.chain.code(DEPLOYER)
    assert local_site.nonce() == 3  # its price, the implementation, the coin


def test_coins_of_one_release_share_their_implementation(local_site: Site, tmp_path: Path) -> None:
    first = local_site.deploy()
    other = Site(local_site.chain, tmp_path / "others", symbol="EURT", currency="EUR", decimals=2)
    nonce = other.nonce()

    second = other.deploy()

    assert second.address != first.address
    assert second.implementation == first.implementation
    assert other.nonce() == nonce + 1


@pytest.mark.parametrize("sends", [1, 2, 3])
def test_broken_off_after_any_send_it_completes_when_run_again(local_site: Site, sends: int) -> None:
    manager = TransactionManager(local_site.chain, waiting=IMPATIENT)
    sent = []

    def send(*arguments: Any, **named: Any) -> Any:
        sent.append(manager.send(*arguments, **named))
        if len(sent) == sends:
            raise KeyboardInterrupt
        return sent[-1]

    with pytest.raises(KeyboardInterrupt):
        local_site.deploy(transactions=bent(manager, send=send))
    assert local_site.recorded() is None

    deployed = local_site.deploy()

    assert local_site.recorded() == deployed
    assert local_site.nonce() == 3  # nothing was done twice
    assert local_site.coin().name() == "Test Dollar"


def test_after_an_unknown_outcome_it_completes_when_run_again(anvil_site: Site) -> None:
    brief = WaitPolicy(poll_seconds=0.02, bump_after_seconds=60, timeout_seconds=0.1)
    manager = TransactionManager(anvil_site.chain, waiting=brief)
    nonce = anvil_site.nonce()
    anvil_site.chain.ask("evm_setAutomine", False)  # noqa: FBT003  # JSON-RPC has no keywords
    try:
        with pytest.raises(OutcomeUnknown):
            anvil_site.deploy(transactions=manager)
    finally:
        anvil_site.chain.ask("evm_mine")
        anvil_site.chain.ask("evm_setAutomine", True)  # noqa: FBT003  # the same

    deployed = anvil_site.deploy(transactions=manager)

    assert anvil_site.recorded() == deployed
    assert anvil_site.nonce() == nonce + 1


def test_after_an_unknown_outcome_halfway_it_completes_when_run_again(anvil_site: Site) -> None:
    implementation = plan(anvil_site.spec).implementation
    anvil_site.chain.ask("anvil_setCode", str(implementation), "0x")
    anvil_site.chain.ask("anvil_setNonce", str(implementation), "0x0")
    brief = WaitPolicy(poll_seconds=0.02, bump_after_seconds=60, timeout_seconds=0.1)
    manager = TransactionManager(anvil_site.chain, waiting=brief)
    anvil_site.chain.ask("evm_setAutomine", False)  # noqa: FBT003  # JSON-RPC has no keywords
    try:
        with pytest.raises(OutcomeUnknown):
            anvil_site.deploy(transactions=manager)
    finally:
        anvil_site.chain.ask("evm_mine")
        anvil_site.chain.ask("evm_setAutomine", True)  # noqa: FBT003  # the same
    assert anvil_site.chain.code(implementation)

    assert anvil_site.deploy(transactions=manager) == anvil_site.recorded()


def test_a_stranger_who_creates_the_coin_first_changes_nothing(local_site: Site, tmp_path: Path) -> None:
    Site(local_site.chain, tmp_path / "elsewhere", name="Any Other").deploy()  # the deployer and the implementation
    stranger = local_site.signers["alice"]
    TransactionManager(local_site.chain, waiting=IMPATIENT).send(plan(local_site.spec).create_coin, signer=stranger)
    nonce = local_site.nonce()

    deployed = local_site.deploy()

    assert local_site.nonce() == nonce
    assert local_site.recorded() == deployed
    assert local_site.coin().default_admin() == local_site.signers["admin"].address
    assert not any(local_site.coin().has_role(role, stranger.address) for role in Role)


def test_other_code_at_the_coins_address_is_an_error_without_a_record(anvil_site: Site) -> None:
    anvil_site.chain.ask("anvil_setCode", str(plan(anvil_site.spec).coin), "0x6001600101")
    nonce = anvil_site.nonce()

    with pytest.raises(DeploymentError) as refused:
        anvil_site.deploy()

    assert refused.value.moved is Moved.NO
    assert anvil_site.recorded() is None
    assert anvil_site.nonce() == nonce


def test_one_changed_byte_of_a_recorded_coin_is_an_error(anvil_site: Site) -> None:
    deployed = anvil_site.deploy()
    code = bytearray(anvil_site.chain.code(deployed.address))
    code[100] ^= 1
    anvil_site.chain.ask("anvil_setCode", str(deployed.address), "0x" + code.hex())

    with pytest.raises(DeploymentError, match="not Stablecoin"):
        anvil_site.deploy()


def test_other_code_at_the_implementations_address_is_an_error_and_no_coin(anvil_site: Site) -> None:
    planned = plan(anvil_site.spec)
    anvil_site.chain.ask("anvil_setCode", str(planned.implementation), "0x6001600101")

    with pytest.raises(DeploymentError, match="not Issuer"):
        anvil_site.deploy()

    assert anvil_site.chain.code(planned.coin) == b""
    assert anvil_site.recorded() is None


def test_another_implementation_behind_the_coin_is_an_error(anvil_site: Site) -> None:
    deployed = anvil_site.deploy()
    slot = "0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc"
    anvil_site.chain.ask("anvil_setStorageAt", str(deployed.address), slot, "0x" + "00" * 12 + deployed.admin.hex())
    anvil_site.records.path(deployed.chain_id, deployed.symbol).unlink()

    with pytest.raises(StablecoinError):
        anvil_site.deploy()
    assert anvil_site.recorded() is None


def test_other_roles_than_asked_are_an_error_that_lists_them(local_site: Site) -> None:
    deployed = local_site.deploy()
    coin, admin = local_site.coin(), local_site.signers["admin"]
    pauser, alice = local_site.signers["pauser"].address, local_site.signers["alice"].address
    coin.send(coin.calls.revoke_role(Role.PAUSER_ROLE, pauser), signer=admin)
    coin.send(coin.calls.grant_role(Role.BURNER_ROLE, alice), signer=admin)
    assert local_site.deploy() == deployed  # the issuer may change roles of a recorded coin
    local_site.records.path(deployed.chain_id, deployed.symbol).unlink()

    with pytest.raises(DeploymentError) as refused:
        local_site.deploy()

    assert "PAUSER_ROLE" in str(refused.value)
    assert "BURNER_ROLE" in str(refused.value)
    assert "UPGRADER_ROLE" not in str(refused.value)
    assert local_site.recorded() is None


@pytest.mark.parametrize("reads_that_pass", range(8))
def test_a_node_that_falls_silent_leaves_an_error_that_tells_what_moved(local_site: Site, reads_that_pass: int) -> None:
    nonce = local_site.nonce()
    reads = iter(range(reads_that_pass))

    def code(account: Address) -> bytes:
        if next(reads, None) is None:
            raise Unreachable("The node fell silent.")
        return bytes(local_site.chain.code(account))

    silent = bent(local_site.chain, code=code)
    with pytest.raises(Unreachable) as refused:
        deploy(
            local_site.spec,
            silent,
            signer=local_site.payer,
            transactions=TransactionManager(local_site.chain, waiting=IMPATIENT),
            records=local_site.records,
        )

    assert refused.value.moved is (Moved.YES if local_site.nonce() > nonce else Moved.NO)
    assert ("nothing was sent" in refused.value.hint) is (refused.value.moved is Moved.NO)
    assert local_site.recorded() is None
    assert local_site.deploy() == local_site.recorded()


def test_a_folder_that_cannot_be_written_leaves_the_coin_standing_and_says_so(local_site: Site, tmp_path: Path) -> None:
    (tmp_path / "deployments").write_text("a file where the folder should be")

    with pytest.raises(ConfigError) as refused:
        local_site.deploy()

    planned = plan(local_site.spec)
    assert f"The coin stands at {planned.coin}" in str(refused.value)
    assert "again" in refused.value.hint
    assert refused.value.moved is Moved.YES
    assert local_site.chain.code(planned.coin)
    nonce = local_site.nonce()
    (tmp_path / "deployments").unlink()
    assert local_site.recorded() is None
    assert local_site.deploy() == local_site.recorded()
    assert local_site.nonce() == nonce


def test_a_broken_record_stops_before_anything_is_sent(local_site: Site) -> None:
    path = local_site.records.path(31337, "TUSD")
    path.parent.mkdir(parents=True)
    path.write_text("{")

    with pytest.raises(ConfigError, match=r"TUSD\.json"):
        local_site.deploy()

    assert local_site.nonce() == 0
    assert path.read_text() == "{"


def test_the_record_of_a_coin_is_never_lost_to_another_of_the_same_symbol(local_site: Site, tmp_path: Path) -> None:
    first = local_site.deploy()
    other = Site(local_site.chain, tmp_path / "deployments", admin=local_site.signers["alice"].address)

    try:
        other.deploy()
    except StablecoinError as refused:
        assert refused.moved is Moved.NO  # noqa: PT017  # refusing is as good as keeping both

    assert first in local_site.records.on_chain(31337)


def test_without_records_nothing_is_written(local_site: Site, tmp_path: Path) -> None:
    manager = TransactionManager(local_site.chain, waiting=IMPATIENT)

    deployed = deploy(local_site.spec, local_site.chain, signer=local_site.payer, transactions=manager)

    assert deployed.address == plan(local_site.spec).coin
    assert list(tmp_path.iterdir()) == []


def test_the_record_says_what_it_was_built_from(local_site: Site) -> None:
    deployed = local_site.deploy()
    written = json.loads(local_site.records.path(31337, "TUSD").read_text())

    assert written == deployed.as_json()
    assert written["address"] == str(deployed.address)
    assert written["initialization"] == "0x" + plan(local_site.spec).initialization.hex()
    assert len(written["standard_json_sha256"]) == 64
    assert written["compiler_version"].startswith("0.8.")
    assert set(written["roles"]) == {role.name for role in ROLES}

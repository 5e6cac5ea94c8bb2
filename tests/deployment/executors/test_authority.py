"""check_steps(network, first, executor=..., chain=...)

given the executor holds the roles, or gets each by an earlier step of the same batch: the steps come back
given it does not, or an earlier step takes one away: NotSent names step, role and holders
given a step that only a signer can do, one for another sender, or one that calls what is not there: refused
given another chain, or no such step: refused
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from stablecoin_tools import deployment
from stablecoin_tools.addresses import Address
from stablecoin_tools.chain import Call
from stablecoin_tools.deployment.create2 import KEYLESS_SIGNER
from stablecoin_tools.deployment.executors.authority import check_steps, created_by, receiver
from stablecoin_tools.deployment.plans import CoinPlan, NetworkPlan, Step
from stablecoin_tools.errors import NodeRefused, NotSent, UsageError, WrongChain
from stablecoin_tools.roles import Role
from tests.chain.bent import bent
from tests.deployment.executors.ground import existing, plan_for, plan_of, spec_for, step_of

if TYPE_CHECKING:
    from tests.world import World

SOMEBODY = Address(b"\x77" * 20)
ADMIN = Role.DEFAULT_ADMIN_ROLE


def _of_coin(world: World, *steps: Step) -> NetworkPlan:
    return plan_of(world, steps, existing(world)).networks[0]


def test_roles_come_from_the_chain_from_a_creation_and_from_earlier_steps(local: World) -> None:
    network = plan_for(local, SOMEBODY).networks[0]

    assert check_steps(network, 0, executor=SOMEBODY, chain=local.chain) == network.steps
    calls = local.coin.calls
    on_chain = _of_coin(local, step_of(local, calls.grant_role(Role.PAUSER_ROLE, SOMEBODY), ADMIN))
    assert check_steps(on_chain, 0, executor=local.address("admin"), chain=local.chain) == on_chain.steps


def test_a_missing_role_is_named_with_the_step_and_its_holders(local: World) -> None:
    network = _of_coin(local, step_of(local, local.coin.calls.grant_role(Role.PAUSER_ROLE, SOMEBODY), ADMIN))

    with pytest.raises(NotSent) as refused:
        check_steps(network, 0, executor=SOMEBODY, chain=local.chain)

    words = str(refused.value)
    assert words.startswith(f"Step 1 (grant PAUSER_ROLE to {SOMEBODY}) needs DEFAULT_ADMIN_ROLE")
    assert words.endswith(f"which {SOMEBODY} does not hold: held by {local.address('admin')}.")


def test_the_holders_of_a_granted_role_are_named_and_a_role_of_nobody_is_said_to_be(local: World) -> None:
    held = _of_coin(local, step_of(local, local.coin.calls.pause(), Role.PAUSER_ROLE))
    with pytest.raises(NotSent, match=f"held by {local.address('pauser')}"):
        check_steps(held, 0, executor=SOMEBODY, chain=local.chain)

    nobodys = _of_coin(local, step_of(local, local.coin.calls.pause(), Role.BRIDGE_ROLE))
    with pytest.raises(NotSent, match="nobody does"):
        check_steps(nobodys, 0, executor=SOMEBODY, chain=local.chain)


def test_a_node_that_keeps_no_events_leaves_the_holders_out(local: World) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise NodeRefused("pruned")

    network = _of_coin(local, step_of(local, local.coin.calls.pause(), Role.PAUSER_ROLE))

    with pytest.raises(NotSent, match="the node does not say who does"):
        check_steps(network, 0, executor=SOMEBODY, chain=bent(local.chain, logs=refuse))


def test_a_role_that_a_creation_gives_to_others_is_not_the_executor_s(local: World) -> None:
    other = local.address("alice")
    spec = spec_for(local, other)
    planned = deployment.plan(spec)
    coin = CoinPlan("PLAN", 6, planned.coin, {}, spec=spec)
    grant = Step("PLAN", Call(planned.coin, local.coin.calls.grant_role(Role.PAUSER_ROLE, SOMEBODY).data), (), ADMIN)
    network = plan_of(local, (Step("PLAN", planned.create_coin, ()), grant), coin).networks[0]

    with pytest.raises(NotSent, match=f"Step 2 .* held by {other}"):
        check_steps(network, 0, executor=SOMEBODY, chain=local.chain)


@pytest.mark.parametrize("way", ["revoke", "renounce"])
def test_what_an_earlier_step_takes_away_is_gone(local: World, way: str) -> None:
    calls, pauser = local.coin.calls, local.address("pauser")
    taken = calls.revoke_role if way == "revoke" else calls.renounce_role
    network = _of_coin(
        local, step_of(local, taken(Role.PAUSER_ROLE, pauser)), step_of(local, calls.pause(), Role.PAUSER_ROLE)
    )

    with pytest.raises(NotSent, match=r"Step 2 .* needs PAUSER_ROLE"):
        check_steps(network, 0, executor=pauser, chain=local.chain)


def test_what_others_are_given_is_not_the_executor_s(local: World) -> None:
    calls = local.coin.calls
    network = _of_coin(
        local,
        step_of(local, calls.grant_role(Role.PAUSER_ROLE, SOMEBODY), ADMIN),
        step_of(local, calls.pause(), Role.PAUSER_ROLE),
    )

    with pytest.raises(NotSent, match=r"Step 2 .* needs PAUSER_ROLE"):
        check_steps(network, 0, executor=local.address("admin"), chain=local.chain)


def test_limits_make_minters_and_bridges_and_accepting_makes_an_admin(local: World) -> None:
    calls, coin, me = local.coin.calls, local.coin, local.address("minter_admin")
    network = _of_coin(
        local,
        step_of(local, calls.configure_minter(me, coin.amount(5)), Role.MINTER_ADMIN_ROLE),
        step_of(local, calls.mint(me, coin.amount(1)), Role.MINTER_ROLE),
        step_of(local, calls.configure_bridge(me, coin.amount(5), coin.amount(1)), Role.MINTER_ADMIN_ROLE),
        step_of(local, calls.crosschain_mint(me, coin.amount(1)), Role.BRIDGE_ROLE),
        step_of(local, calls.accept_default_admin_transfer(), sender=me),
        step_of(local, calls.set_contract_uri("x"), ADMIN),
        step_of(local, calls.remove_minter(me), Role.MINTER_ADMIN_ROLE),
    )
    assert check_steps(network, 0, executor=me, chain=local.chain) == network.steps

    gone = _of_coin(local, *network.steps, step_of(local, calls.mint(me, coin.amount(1)), Role.MINTER_ROLE))
    with pytest.raises(NotSent, match=r"Step 8 .* needs MINTER_ROLE"):
        check_steps(gone, 0, executor=me, chain=local.chain)


def test_a_step_for_another_sender_is_refused(local: World) -> None:
    heir = local.address("alice")
    network = _of_coin(local, step_of(local, local.coin.calls.accept_default_admin_transfer(), sender=heir))

    with pytest.raises(NotSent, match=f"can be sent by {heir} alone, not by {SOMEBODY}"):
        check_steps(network, 0, executor=SOMEBODY, chain=local.chain)


def test_what_pays_for_the_deployer_goes_directly(local: World) -> None:
    payment = Call(KEYLESS_SIGNER, value_wei=1, description="pay for the CREATE2 deployer")
    network = _of_coin(local, step_of(local, payment))

    with pytest.raises(UsageError, match="only a signer can") as refused:
        check_steps(network, 0, executor=SOMEBODY, chain=local.chain)

    assert "Apply that step directly first" in refused.value.hint


def test_a_call_of_what_is_not_there_is_refused_for_it_would_do_nothing(local: World) -> None:
    network = plan_for(local, SOMEBODY).networks[0]
    with pytest.raises(UsageError, match=r"Step 2 .* nothing stands"):
        check_steps(network, 1, executor=SOMEBODY, chain=local.chain)  # without the step that creates it

    bare = bent(local.chain, code=lambda _: b"")
    with pytest.raises(UsageError, match=r"Step 1 .* nothing stands"):
        check_steps(network, 0, executor=SOMEBODY, chain=bare)  # without the CREATE2 deployer
    other = bent(local.chain, code=lambda _: b"\x00")
    with pytest.raises(UsageError, match=r"Step 1 .* another contract than the CREATE2 deployer"):
        check_steps(network, 0, executor=SOMEBODY, chain=other)


@pytest.mark.parametrize("first", [-1, 6, 7])
def test_there_must_be_such_a_step(local: World, first: int) -> None:
    network = plan_for(local, SOMEBODY).networks[0]

    with pytest.raises(UsageError, match=f"has 6 steps on local: there is no step {first + 1}"):
        check_steps(network, first, executor=SOMEBODY, chain=local.chain)


def test_another_chain_is_refused(local: World) -> None:
    network = plan_for(local, SOMEBODY).networks[0]

    with pytest.raises(WrongChain, match=r"for chain 31337 \(local\), not 5"):
        check_steps(network, 0, executor=SOMEBODY, chain=bent(local.chain, chain_id=lambda: 5))


def test_only_the_deployer_creates_and_every_step_calls_somebody(local: World) -> None:
    planned = deployment.plan(spec_for(local, SOMEBODY))
    assert created_by(planned.create_coin) == planned.coin
    assert created_by(local.coin.calls.pause()) is None
    with pytest.raises(UsageError, match="without a receiver"):
        receiver(Call(None, b"\x00", description="create something"))

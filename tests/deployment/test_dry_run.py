"""Trying a plan out on a fork.

when all of it would go through: each step is told, as whom and for how much gas, and nothing is sent to the chain
given steps that several hold the roles for, none of them at hand: no key is needed
given a step that would be refused, or whose role nobody holds: said which and why
given a chain that moved away: refused
"""

from __future__ import annotations

from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from stablecoin_tools.deployment import dry_run
from stablecoin_tools.errors import Moved, NotSent
from stablecoin_tools.networks import find_network
from stablecoin_tools.roles import Role
from stablecoin_tools.testing import AnvilChain, fork_of
from stablecoin_tools.token import ReserveFeed
from tests.conftest import ANVIL, AnvilProcess
from tests.deployment.described import site_on

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stablecoin_tools.testing import ForkChain
    from tests.deployment.described import Site


@pytest.fixture
def node() -> Iterator[AnvilProcess]:
    with AnvilProcess() as anvil:
        yield anvil


@pytest.fixture
def site(node: AnvilProcess, tmp_path: Path) -> Site:
    return site_on(AnvilChain.at(node.url), tmp_path)


@contextmanager
def forked(node: AnvilProcess) -> Iterator[ForkChain]:
    with fork_of(node.url, find_network("anvil"), path=ANVIL) as fork:
        yield fork


def test_tells_each_step_and_sends_nothing(site: Site, node: AnvilProcess) -> None:
    (network,) = site.plan(site.describe("SGD", "EUR", contract_uri="https://example.org")).plan.networks
    before = site.chain.block()

    with forked(node) as fork:
        tried = list(dry_run(network, fork))

    assert [one.index for one in tried] == list(range(len(network.steps)))
    assert all(one.gas_used > 21_000 for one in tried)
    assert {one.sender for one in tried} == {None, site.address("admin"), site.address("minter_admin")}
    assert site.chain.block() == before
    assert not site.chain.code(network.coins["XSGD"].address)


def test_tries_what_is_left_of_a_plan(site: Site, node: AnvilProcess) -> None:
    plan = site.plan(site.describe("SGD", contract_uri="https://example.org")).plan
    site.apply(plan, "alice", "minter_admin")

    with forked(node) as fork:
        tried = list(dry_run(plan.networks[0], fork))

    assert [one.step.role for one in tried] == [Role.DEFAULT_ADMIN_ROLE]


def test_on_a_chain_without_the_deployer_it_is_put_there(tmp_path: Path) -> None:
    with AnvilProcess("--disable-default-create2-deployer") as bare:
        site = site_on(AnvilChain.at(bare.url), tmp_path)
        (network,) = site.plan(site.describe("SGD")).plan.networks
        with forked(bare) as fork:
            tried = list(dry_run(network, fork))

    assert tried[0].step.is_for_deployer
    assert len(tried) == len(network.steps)


def test_says_which_step_would_be_refused_and_why(site: Site, node: AnvilProcess) -> None:
    nobody = ReserveFeed(site.address("bob"), 3600)  # no contract, so no feed
    (network,) = site.plan(site.describe("SGD", reserve_feed=nobody)).plan.networks

    with forked(node) as fork, pytest.raises(NotSent, match=r"step 4.*within the reserve.*is refused: ") as refused:
        list(dry_run(network, fork))

    assert refused.value.moved is Moved.NO


def test_says_that_nobody_holds_a_role(site: Site, node: AnvilProcess) -> None:
    site.apply(site.plan(site.describe("SGD", verified=frozenset())).plan)
    site.by_hand("XSGD", "admin", lambda coin: coin.calls.revoke_role(Role.VERIFIER_ROLE, site.address("unpauser")))
    coin = site.coin("SGD", verified=frozenset({site.address("alice")}))
    del coin.spec.roles[Role.VERIFIER_ROLE]  # type: ignore[attr-defined]  # the test's own, a dict
    description = site.describe("SGD")
    description = type(description)({"XSGD": coin}, description.networks, description.addresses, {})
    (network,) = site.plan(description).plan.networks

    with forked(node) as fork, pytest.raises(NotSent, match="VERIFIER_ROLE, which nobody holds"):
        list(dry_run(network, fork))


def test_a_chain_that_moved_away_is_refused(site: Site, node: AnvilProcess) -> None:
    site.apply(site.plan(site.describe("SGD")).plan)
    (network,) = site.plan(site.describe("SGD", contract_uri="https://example.org")).plan.networks
    site.by_hand("XSGD", "admin", lambda coin: coin.calls.set_contract_uri("https://elsewhere.example"))

    with forked(node) as fork, pytest.raises(NotSent, match="moved away"):
        list(dry_run(network, fork))


def test_the_node_s_url_stands_in_no_list_of_arguments(node: AnvilProcess) -> None:
    key = "an-access-key"
    with fork_of(f"{node.url}/?key={key}", find_network("anvil"), path=ANVIL) as fork:
        assert fork.block().number == 0
        lists = arguments_of_all_processes()

    assert any("--fork-url" in arguments for arguments in lists)
    assert not any(key in arguments for arguments in lists)


def arguments_of_all_processes() -> list[str]:
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):  # it has ended meanwhile
            found.append(path.read_bytes().decode(errors="replace"))
    return found

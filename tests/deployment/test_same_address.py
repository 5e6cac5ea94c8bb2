"""One coin on several chains.

when a plan is for two chains: the coin has the same address on both
given a file that was changed since the coin was created on the first: on the second it has the same address too, and
stands as the file now says
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from stablecoin_tools.chain import HttpTransport
from stablecoin_tools.deployment import DeploymentRecords, Planned, apply_network, make_plan
from stablecoin_tools.networks import find_network
from stablecoin_tools.roles import Role
from stablecoin_tools.testing import AnvilChain
from tests.conftest import AnvilProcess
from tests.deployment.described import NOW, Site, site_on

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from stablecoin_tools.deployment import Description

CHAIN_IDS = {"first": 31337, "second": 424242}


@dataclass(frozen=True)
class World:
    """Two chains, and one folder of records."""

    sites: dict[str, Site]
    records: DeploymentRecords

    def describe(self, *names: str, **spec: object) -> Description:
        site = self.sites["first"]
        coin = site.coin("SGD", networks=names)
        coin = replace(coin, spec=replace(coin.spec, **spec))  # type: ignore[arg-type]  # the caller's own
        return replace(site.describe("SGD"), coins={"XSGD": coin}, networks=names)

    def plan(self, description: Description) -> Planned:
        chains = {name: self.sites[name].chain for name in description.networks}
        return make_plan(description, chains, self.records, now=NOW, valid_for=timedelta(hours=1))

    def apply(self, planned: Planned) -> None:
        for network in planned.plan.networks:
            site = self.sites[network.network]
            apply_network(
                planned.plan,
                network,
                site.chain,
                signers=site.keys(),
                transactions=site.transactions,
                records=self.records,
            )


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with AnvilProcess() as first, AnvilProcess("--chain-id", str(CHAIN_IDS["second"])) as second:
        sites = {}
        for name, anvil in {"first": first, "second": second}.items():
            network = replace(find_network("anvil"), name=name, chain_id=CHAIN_IDS[name])
            sites[name] = site_on(AnvilChain(network, HttpTransport(anvil.url)), tmp_path)
        yield World(sites, DeploymentRecords(tmp_path))


def addresses(world: World) -> set[str]:
    found = {name: world.records.find(chain_id, "XSGD") for name, chain_id in CHAIN_IDS.items()}
    for name, record in found.items():
        assert record is not None
        assert world.sites[name].chain.code(record.address)
    return {str(record.address) for record in found.values() if record is not None}


def test_one_plan_creates_it_at_one_address_on_both(world: World) -> None:
    description = world.describe("first", "second")

    world.apply(world.plan(description))

    assert len(addresses(world)) == 1
    assert world.plan(description).is_as_described
    domains = {world.sites[name].found("XSGD").domain_separator() for name in CHAIN_IDS}
    assert len(domains) == 2  # what is signed for one chain counts on no other


def test_it_keeps_its_address_where_it_comes_later_though_the_file_was_changed(world: World) -> None:
    world.apply(world.plan(world.describe("first")))
    changed = world.describe(
        "first", "second", roles={Role.PAUSER_ROLE: (world.sites["first"].address("bob"),)}, supply_cap=2_000_000_000
    )

    world.apply(world.plan(changed))

    assert len(addresses(world)) == 1
    assert world.plan(changed).is_as_described
    for name in CHAIN_IDS:
        coin = world.sites[name].found("XSGD")
        assert coin.role_members(Role.PAUSER_ROLE) == (world.sites["first"].address("bob"),)
        assert coin.supply_cap() == coin.amount(2_000_000_000)

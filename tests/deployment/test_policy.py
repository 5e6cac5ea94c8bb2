"""The mint policy that a coin is born with: supply cap, and the limit of all minters together

when a coin is proven: its policy is read back, to the digits that the coin keeps
given another policy than asked: DeploymentError that says it, and no record
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from stablecoin_tools.chain import LocalChain
from stablecoin_tools.errors import DeploymentError
from tests.deployment.site import Site

if TYPE_CHECKING:
    from pathlib import Path

    from tests.world import World


@pytest.fixture
def local_site(tmp_path: Path) -> Site:
    return Site(LocalChain(), tmp_path / "deployments")


@pytest.mark.parametrize(
    ("change", "finding"),
    [
        ("set_supply_cap", "the supply cap is 10,000,010,000.00 TUSD, not 10,000,000,000.00 TUSD"),
        ("set_global_limit", "the limit of all minters is 1,000,010,000.00 TUSD, not 1,000,000,000.00 TUSD"),
        ("refill", "its refill each second is 11,575.00 TUSD, not 11,574.00 TUSD"),
    ],
)
def test_another_mint_policy_than_asked_is_an_error_that_says_it(local_site: Site, change: str, finding: str) -> None:
    deployed = local_site.deploy()
    coin, admin = local_site.coin(), local_site.signers["admin"]
    limit, refill = coin.amount(1_000_000_000), coin.amount(11_574)
    call = {
        "set_supply_cap": coin.calls.set_supply_cap(coin.amount(10_000_010_000)),
        "set_global_limit": coin.calls.set_global_limit(coin.amount(1_000_010_000), refill),
        "refill": coin.calls.set_global_limit(limit, coin.amount(11_575)),
    }[change]
    coin.send(call, signer=admin)
    assert local_site.deploy() == deployed  # the issuer may change the limits of a recorded coin
    local_site.records.path(deployed.chain_id, deployed.symbol).unlink()

    with pytest.raises(DeploymentError) as refused:
        local_site.deploy()

    assert finding in str(refused.value)
    assert str(refused.value).count(" is ") == 2  # this finding alone, and "is not as asked for"
    assert local_site.recorded() is None


@pytest.mark.parametrize(
    "odd",
    [
        {"supply_cap": 1_234_567_891, "mint_limit": 1_234_567_890, "mint_limit_refill_per_day": 987_654_321},
        {"decimals": 18, "supply_cap": 5_192_296_858_534_827, "mint_limit": 7, "mint_limit_refill_per_day": 1},
        {"decimals": 0, "supply_cap": 1_048_577, "mint_limit": 1_048_576, "mint_limit_refill_per_day": 86_400},
        {"supply_cap": 0, "mint_limit": 0, "mint_limit_refill_per_day": 1},
    ],
    ids=repr,
)
def test_a_policy_of_many_digits_is_proven_as_the_coin_keeps_it(
    local: World, tmp_path: Path, odd: dict[str, int]
) -> None:
    site = Site(local.chain, tmp_path / "deployments", name="Odd Dollar", **odd)

    deployed = site.deploy()

    assert site.recorded() == deployed
    assert {name: getattr(deployed, name) for name in odd} == odd

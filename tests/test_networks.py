"""Networks: the chains known by name

when a preset is asked for: it has the chain id that its own documentation says
when the name is unknown: ConfigError, with the names that are known
no preset holds an RPC URL; every preset is a testnet; only private chains are for development keys
when a fee cap is configured: a whole number of gwei above zero; 500 if not; presets have their own
"""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

import pytest

from stablecoin_tools.cli.settings import read_settings
from stablecoin_tools.errors import ConfigError
from stablecoin_tools.networks import NETWORKS, Finality, Network, find_network

if TYPE_CHECKING:
    from pathlib import Path

CHAIN_IDS = {
    "local": 31337,
    "anvil": 31337,
    "sepolia": 11155111,
    "hoodi": 560048,
    "base-sepolia": 84532,
    "op-sepolia": 11155420,
    "arbitrum-sepolia": 421614,
    "polygon-amoy": 80002,
    "bnb-testnet": 97,
    "avalanche-fuji": 43113,
    "scroll-sepolia": 534351,
    "linea-sepolia": 59141,
}


def test_the_presets_have_their_chain_ids() -> None:
    assert {name: network.chain_id for name, network in NETWORKS.items()} == CHAIN_IDS


@pytest.mark.parametrize("name", CHAIN_IDS)
def test_finds_a_preset_under_its_own_name(name: str) -> None:
    assert find_network(name).name == name


@pytest.mark.parametrize("name", ["", "mainnet", "Sepolia", "sepolia ", "11155111"])
def test_refuses_an_unknown_network_and_says_which_are_known(name: str) -> None:
    with pytest.raises(ConfigError) as refused:
        find_network(name)

    assert repr(name) in str(refused.value)
    assert all(known in refused.value.hint for known in CHAIN_IDS)


def test_public_chain_ids_are_unique() -> None:
    public = [network.chain_id for network in NETWORKS.values() if not network.is_development]

    assert len(public) == len(set(public))


def test_no_network_stores_an_rpc_url() -> None:
    assert not [field.name for field in fields(Network) if "rpc" in field.name or "endpoint" in field.name]
    for network in NETWORKS.values():
        urls = [getattr(network, field.name) for field in fields(Network) if "://" in str(getattr(network, field.name))]
        assert urls == [network.explorer_url] if network.explorer_url else not urls


def test_only_private_chains_are_for_development_keys() -> None:
    assert {network.name for network in NETWORKS.values() if network.is_development} == {"local", "anvil"}
    assert all(network.is_testnet for network in NETWORKS.values())


def test_every_public_network_shows_transactions_in_its_explorer() -> None:
    for network in NETWORKS.values():
        expected = "" if network.is_development else f"{network.explorer_url}/tx/0xabc"
        assert network.transaction_url("0xabc") == expected
        assert network.explorer_url.startswith("https://") != network.is_development
        assert not network.explorer_url.endswith("/")


def test_finality_by_depth_names_a_depth() -> None:
    for network in NETWORKS.values():
        assert (network.finality_depth > 0) == (network.finality is Finality.DEPTH)


def test_each_preset_has_a_fee_cap_that_suits_what_gas_costs_there() -> None:
    caps = {name: network.fee_cap_gwei for name, network in NETWORKS.items()}

    assert all(caps[name] == 20 for name in caps if name.split("-")[0] in ("base", "op", "arbitrum", "scroll", "linea"))
    assert caps["polygon-amoy"] == 2_000
    assert {caps[name] for name in ("local", "anvil", "sepolia", "hoodi", "bnb-testnet", "avalanche-fuji")} == {500}


def configured(folder: Path, lines: str) -> Network:
    (folder / "config.toml").write_text(f'[networks.mine]\nchain_id = 5\nnative_symbol = "ETH"\n{lines}\n')
    return read_settings({"STABLECOIN_CONFIG": str(folder / "config.toml")}).find_network("mine")


def test_a_fee_cap_is_configured_in_gwei(tmp_path: Path) -> None:
    assert configured(tmp_path, "fee_cap_gwei = 7").fee_cap_gwei == 7
    assert configured(tmp_path, "").fee_cap_gwei == 500


@pytest.mark.parametrize("cap", ["0", "-1", "1.5", "true", '"7"', "[7]", "7.0"])
def test_a_fee_cap_that_is_no_whole_number_above_zero_is_refused(tmp_path: Path, cap: str) -> None:
    with pytest.raises(ConfigError, match=r"networks\.mine\.fee_cap_gwei"):
        configured(tmp_path, f"fee_cap_gwei = {cap}")

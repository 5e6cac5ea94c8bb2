"""Networks: the chains known by name

when a preset is asked for: it has the chain id that its own documentation says
when the name is unknown: ConfigError, with the names that are known
no preset holds an RPC URL; every preset is a testnet; only private chains are for development keys
"""

from __future__ import annotations

from dataclasses import fields

import pytest

from stablecoin_tools.errors import ConfigError
from stablecoin_tools.networks import NETWORKS, Finality, Network, find_network

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

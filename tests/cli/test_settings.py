"""The environment and the configuration file: read strictly, shown never."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stablecoin_tools.cli.settings import Settings, read_settings
from stablecoin_tools.errors import ConfigError
from stablecoin_tools.networks import Finality


def _settings(folder: Path, text: str, **variables: str) -> Settings:
    path = folder / "config.toml"
    path.write_text(text)
    return read_settings({"HOME": str(folder), "STABLECOIN_CONFIG": str(path), **variables})


def test_an_absent_file_is_an_empty_one(tmp_path: Path) -> None:
    settings = read_settings({"HOME": str(tmp_path)})
    assert settings.wallets == tmp_path / ".config" / "stablecoin" / "wallets"
    assert settings.deployments == Path("deployments")


def test_the_environment_s_url_goes_before_the_file_s(tmp_path: Path) -> None:
    text = "[rpc_urls]\nbase-sepolia = 'http://file'\nsepolia = 'http://file'\n"
    settings = _settings(tmp_path, text, STABLECOIN_RPC_URL_BASE_SEPOLIA="http://environment")
    assert settings.rpc_url(settings.find_network("base-sepolia")) == "http://environment"
    assert settings.rpc_url(settings.find_network("sepolia")) == "http://file"


def test_a_network_of_the_file_is_no_testnet_unless_it_says_so(tmp_path: Path) -> None:
    text = "[networks.mine]\nchain_id = 7\nnative_symbol = 'M'\nfinality_depth = 12\n"
    network = _settings(tmp_path, text).find_network("mine")
    assert (network.chain_id, network.is_testnet, network.is_development) == (7, False, False)
    assert (network.finality, network.finality_depth) == (Finality.DEPTH, 12)


@pytest.mark.parametrize(
    "text",
    [
        "nonsense",
        "[surprise]\n",
        "rpc_urls = 3",
        "[rpc_urls]\nsepolia = 3",
        "networks = 3",
        "[networks]\nmine = 3",
        "[networks.mine]\nchain_id = 7",
        "[networks.mine]\nchain_id = true\nnative_symbol = 'M'",
        "[networks.mine]\nchain_id = 7\nnative_symbol = 'M'\nrpc_url = 'x'",
        "[networks.sepolia]\nchain_id = 7\nnative_symbol = 'M'",
    ],
)
def test_a_malformed_file_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(ConfigError):
        _settings(tmp_path, text)


def test_a_file_that_is_named_must_exist(tmp_path: Path) -> None:
    with pytest.raises(ConfigError):
        read_settings({"HOME": str(tmp_path), "STABLECOIN_CONFIG": str(tmp_path / "absent")})


@given(st.text())
def test_any_text_is_settings_or_a_configuration_error(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    folder = tmp_path_factory.getbasetemp()
    try:
        _settings(folder, text.encode("utf-8", "replace").decode())
    except ConfigError:
        return


def test_neither_the_key_nor_a_url_is_shown(tmp_path: Path) -> None:
    settings = _settings(tmp_path, "[rpc_urls]\nsepolia = 'http://secret'", STABLECOIN_PRIVATE_KEY="0xsecret")
    assert "secret" not in repr(settings)

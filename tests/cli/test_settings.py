"""The environment and the configuration file: read strictly, shown never."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stablecoin_tools.addresses import parse_address
from stablecoin_tools.cli.settings import Settings, read_settings
from stablecoin_tools.errors import ConfigError
from stablecoin_tools.networks import Finality
from tests.cli.shell import DEV0


def _settings(folder: Path, text: str, **variables: str) -> Settings:
    path = folder / "config.toml"
    path.write_text(text)
    return read_settings({"HOME": str(folder), "STABLECOIN_CONFIG": str(path), **variables})


def test_an_absent_file_is_an_empty_one(tmp_path: Path) -> None:
    settings = read_settings({"HOME": str(tmp_path)})
    assert settings.wallets == tmp_path / ".config" / "stablecoin" / "wallets"
    assert settings.deployments == Path("deployments")
    assert settings.journal == f"sqlite:///{tmp_path}/.local/state/stablecoin/journal.db"
    assert settings.witness_rpc_urls == {}


def test_the_environment_s_url_goes_before_the_file_s(tmp_path: Path) -> None:
    text = "[rpc_urls]\nbase-sepolia = 'http://file'\nsepolia = 'http://file'\n"
    settings = _settings(tmp_path, text, STABLECOIN_RPC_URL_BASE_SEPOLIA="http://environment")
    assert settings.rpc_url(settings.find_network("base-sepolia")) == "http://environment"
    assert settings.rpc_url(settings.find_network("sepolia")) == "http://file"


def test_the_environment_s_url_of_a_remote_signer_goes_before_the_file_s(tmp_path: Path) -> None:
    table = f"address = '{DEV0}'\nurl = 'http://file'\n"
    text = f"[remote_signers.treasury]\n{table}[remote_signers.hot-1]\n{table}[remote_signers.cold]\naddress = '{DEV0}'"
    found = _settings(tmp_path, text, STABLECOIN_SIGNER_URL_HOT_1="http://environment").remote_signers
    assert {name: remote.url for name, remote in found.items()} == {
        "treasury": "http://file",
        "hot-1": "http://environment",
        "cold": "",
    }
    assert {remote.address for remote in found.values()} == {parse_address(DEV0)}


def test_the_journal_is_where_state_belongs_unless_a_url_says_where(tmp_path: Path) -> None:
    state = read_settings({"HOME": "/nowhere", "XDG_STATE_HOME": str(tmp_path)})
    shared = read_settings({"HOME": "/nowhere", "STABLECOIN_JOURNAL": "postgresql+psycopg://me@here/journal"})
    assert state.journal == f"sqlite:///{tmp_path}/stablecoin/journal.db"
    assert shared.journal == "postgresql+psycopg://me@here/journal"


def test_witnesses_are_of_networks_that_are_known(tmp_path: Path) -> None:
    text = "[networks.mine]\nchain_id = 7\nnative_symbol = 'M'\n[witness_rpc_urls]\nmine = ['http://a', 'http://b']\n"
    assert _settings(tmp_path, text + "sepolia = []").witness_rpc_urls == {
        "mine": ("http://a", "http://b"),
        "sepolia": (),
    }
    with pytest.raises(ConfigError, match="sepola"):
        _settings(tmp_path, text + "sepola = ['http://a']")


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
        "witness_rpc_urls = 3",
        "[witness_rpc_urls]\nsepolia = 'http://witness'",
        "[witness_rpc_urls]\nsepolia = [3]",
        "networks = 3",
        "[networks]\nmine = 3",
        "[networks.mine]\nchain_id = 7",
        "[networks.mine]\nchain_id = true\nnative_symbol = 'M'",
        "[networks.mine]\nchain_id = 7\nnative_symbol = 'M'\nrpc_url = 'x'",
        "[networks.sepolia]\nchain_id = 7\nnative_symbol = 'M'",
        "remote_signers = 3",
        "[remote_signers]\ntreasury = 'http://signer'",
        "[remote_signers.treasury]\nurl = 'http://signer'",
        "[remote_signers.treasury]\naddress = 3",
        "[remote_signers.treasury]\naddress = '0x12'",
        f"[remote_signers.treasury]\naddress = '{DEV0[:-2]}dd'",
        f"[remote_signers.treasury]\naddress = '{DEV0}'\nkey = 'x'",
        f"[remote_signers.dev0]\naddress = '{DEV0}'",
        f"[remote_signers.Treasury]\naddress = '{DEV0}'",
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
    text = "[rpc_urls]\nsepolia = 'http://secret'\n[witness_rpc_urls]\nsepolia = ['http://secret']\n"
    text += f"[remote_signers.treasury]\naddress = '{DEV0}'\nurl = 'http://secret'"
    secrets = {"STABLECOIN_PRIVATE_KEY": "0xsecret", "STABLECOIN_JOURNAL": "postgresql://me:secret@here/journal"}
    settings = _settings(tmp_path, text, **secrets)
    assert settings.remote_signers["treasury"].url == "http://secret"
    assert "secret" not in repr(settings)


def test_a_url_in_the_place_of_an_address_is_not_shown(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"remote_signers\.treasury\.address is no address") as refused:
        _settings(tmp_path, "[remote_signers.treasury]\naddress = 'http://secret'")
    assert "secret" not in f"{refused.value}{refused.value.hint}"
    assert refused.value.__suppress_context__

"""The environment and the configuration file: read strictly, shown never."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from stablecoin_tools.addresses import parse_address
from stablecoin_tools.cli.settings import Settings, read_settings
from stablecoin_tools.errors import ConfigError
from stablecoin_tools.networks import Finality
from stablecoin_tools.signers import KmsWallet, Pkcs11Wallet, RemoteWallet
from tests.cli.shell import DEV0

ADDRESS = parse_address(DEV0)
REMOTE = f"[remote_signers.{{}}]\naddress = '{DEV0}'\nurl = 'http://file'\n"
KMS = f"[kms_signers.{{}}]\naddress = '{DEV0}'\nkey = 'alias/minter'\nregion = 'eu-central-1'\n"
PKCS11 = f"[pkcs11_signers.{{}}]\naddress = '{DEV0}'\nlibrary = '/lib/hsm.so'\ntoken = 'issuer'\n"
WALLETS: dict[str, dict[str, Any]] = {
    "remote_signers": {"address": DEV0, "url": "http://file"},
    "kms_signers": {"address": DEV0, "key": "alias/minter", "region": "eu-central-1"},
    "pkcs11_signers": {"address": DEV0, "library": "/lib/hsm.so", "token": "issuer", "key": "x"},
}
keys = st.sampled_from(["address", "url", "key", "key_id", "region", "library", "token", "pin", "password"])
values = (
    st.sampled_from([DEV0, "", "0x01", "0x", "0x1", "s3cr3t"]) | st.text(max_size=5) | st.integers() | st.booleans()
)


def _settings(folder: Path, text: str, **variables: str) -> Settings:
    path = folder / "config.toml"
    path.write_text(text)
    return read_settings({"HOME": str(folder), "STABLECOIN_CONFIG": str(path), **variables})


def _settings_or_error(folder: Path, text: str) -> Settings | ConfigError:
    try:
        return _settings(folder, text)
    except ConfigError as error:
        return error


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
    assert found == {
        "treasury": RemoteWallet(ADDRESS, "http://file"),
        "hot-1": RemoteWallet(ADDRESS, "http://environment"),
        "cold": RemoteWallet(ADDRESS, ""),
    }


def test_wallets_of_all_kinds_stand_side_by_side(tmp_path: Path) -> None:
    text = f"{REMOTE.format('treasury')}{KMS.format('minter')}{PKCS11.format('cold')}key = 'x'\n"
    text += f"{PKCS11.format('colder')}key_id = '0x01ab'\n"

    found = _settings(tmp_path, text, STABLECOIN_PIN_FILE="/run/secrets/pin").remote_signers
    asking = _settings(tmp_path, text).remote_signers

    pin = Path("/run/secrets/pin")
    assert found == {
        "treasury": RemoteWallet(ADDRESS, "http://file"),
        "minter": KmsWallet(ADDRESS, "alias/minter", "eu-central-1"),
        "cold": Pkcs11Wallet(ADDRESS, "/lib/hsm.so", "issuer", "x", pin),
        "colder": Pkcs11Wallet(ADDRESS, "/lib/hsm.so", "issuer", b"\x01\xab", pin),
    }
    assert asking["cold"] == Pkcs11Wallet(ADDRESS, "/lib/hsm.so", "issuer", "x")


@pytest.mark.parametrize(("first", "second"), [("REMOTE", "KMS"), ("REMOTE", "PKCS11"), ("KMS", "PKCS11")])
def test_a_name_of_two_wallets_is_refused(tmp_path: Path, first: str, second: str) -> None:
    tables = {"REMOTE": REMOTE, "KMS": KMS, "PKCS11": PKCS11 + "key = 'x'\n"}
    with pytest.raises(ConfigError, match=r"same\] is the second wallet of that name"):
        _settings(tmp_path, tables[first].format("same") + tables[second].format("same"))


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
        "kms_signers = 3",
        "[kms_signers]\nminter = 'alias/minter'",
        f"[kms_signers.minter]\naddress = '{DEV0}'\nkey = 'alias/minter'",
        f"[kms_signers.minter]\naddress = '{DEV0}'\nregion = 'eu-central-1'",
        f"[kms_signers.minter]\naddress = '{DEV0}'\nkey = ''\nregion = 'eu-central-1'",
        "[kms_signers.minter]\nkey = 'alias/minter'\nregion = 'eu-central-1'",
        KMS.format("minter") + "url = 'http://kms'",
        KMS.format("minter") + "secret_access_key = 'x'",
        KMS.format("dev1"),
        KMS.format("minter").replace("'alias/minter'", "3"),
        KMS.format("minter").replace(DEV0, "0x12"),
        "pkcs11_signers = 3",
        PKCS11.format("cold"),
        PKCS11.format("cold") + "key = ''",
        PKCS11.format("cold") + "key_id = '0x'",
        PKCS11.format("cold") + "key_id = '0x1'",
        PKCS11.format("cold") + "key_id = 'cold'",
        PKCS11.format("cold") + "key_id = 1",
        PKCS11.format("cold") + "key = 'x'\nkey_id = '0x01'",
        PKCS11.format("cold") + "key = 'x'\npin = '1234'",
        PKCS11.format("Cold") + "key = 'x'",
        PKCS11.format("cold").replace("issuer", "") + "key = 'x'",
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


@given(
    kind=st.sampled_from(sorted(WALLETS)),
    name=st.sampled_from(["treasury", "treasury", "dev0", "Treasury", "a b", ""]),
    gone=st.lists(keys, max_size=1),
    other=st.dictionaries(keys, values, max_size=2),
)
@example(kind="pkcs11_signers", name="treasury", gone=["key"], other={"key_id": "0x01"})
def test_any_table_is_a_wallet_or_a_configuration_error(
    tmp_path_factory: pytest.TempPathFactory, kind: str, name: str, gone: list[str], other: dict[str, Any]
) -> None:
    table = {key: value for key, value in WALLETS[kind].items() if key not in gone} | other
    lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in table.items()]
    text = "\n".join([f"[{kind}.{json.dumps(name)}]", *lines])

    found = _settings_or_error(tmp_path_factory.getbasetemp(), text)

    if isinstance(found, ConfigError):
        assert "s3cr3t" not in f"{found}{found.hint}"
        assert table != WALLETS[kind] or name != "treasury"
        return
    (wallet,) = found.remote_signers.values()
    assert (set(found.remote_signers), wallet.address) == ({"treasury"}, ADDRESS)
    assert wallet.kind.value == kind.removesuffix("_signers")
    assert not {"pin", "password"} & table.keys()
    assert sum(bool(table.get(key)) for key in ("key", "key_id")) == (kind != "remote_signers")


def test_neither_the_key_nor_a_url_is_shown(tmp_path: Path) -> None:
    text = "[rpc_urls]\nsepolia = 'http://secret'\n[witness_rpc_urls]\nsepolia = ['http://secret']\n"
    text += f"[remote_signers.treasury]\naddress = '{DEV0}'\nurl = 'http://secret'"
    secrets = {"STABLECOIN_PRIVATE_KEY": "0xsecret", "STABLECOIN_JOURNAL": "postgresql://me:secret@here/journal"}
    explorers = {f"STABLECOIN_{name}": "https://secret" for name in ("ETHERSCAN_KEY", "ETHERSCAN_URL", "SOURCIFY_URL")}
    settings = _settings(tmp_path, text, **secrets, **explorers)
    assert settings.remote_signers == {"treasury": RemoteWallet(ADDRESS, "http://secret")}
    assert {settings.etherscan_key, settings.etherscan_url, settings.sourcify_url} == {"https://secret"}
    assert "secret" not in repr(settings)


def test_a_url_in_the_place_of_an_address_is_not_shown(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"remote_signers\.treasury\.address is no address") as refused:
        _settings(tmp_path, "[remote_signers.treasury]\naddress = 'http://secret'")
    assert "secret" not in f"{refused.value}{refused.value.hint}"
    assert refused.value.__suppress_context__

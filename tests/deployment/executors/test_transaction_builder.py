"""builder_file(calls, safe=..., ...)

the checksum is the one that the Transaction Builder itself wrote into files that were published
the order of keys and the batch's name count for nothing, everything else for something
each transaction has its bytes; of a coin's function also its arguments, as texts
"""

from __future__ import annotations

import json
from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stablecoin_tools.addresses import Address
from stablecoin_tools.amounts import Denomination
from stablecoin_tools.chain import Call
from stablecoin_tools.deployment.create2 import DEPLOYER, create2_call
from stablecoin_tools.deployment.executors.transaction_builder import builder_checksum, builder_file
from stablecoin_tools.errors import UsageError
from stablecoin_tools.roles import Role
from stablecoin_tools.token import StablecoinCalls

OWNER = "0x49d4450977E2c95362C13D3a31a09311E0Ea26A6"


def _method(name: str, **inputs: str) -> dict[str, Any]:
    described = [{"internalType": kind, "name": parameter, "type": kind} for parameter, kind in inputs.items()]
    return {"inputs": described, "name": name, "payable": False}


def _batch(chain_id: str, created_at: int, meta: dict[str, str], *transactions: dict[str, Any]) -> dict[str, Any]:
    return {
        "version": "1.0",
        "chainId": chain_id,
        "createdAt": created_at,
        "meta": meta,
        "transactions": list(transactions),
    }


# Source: a file of the Transaction Builder 1.18.2, in 5afe/safe-cli-nodejs, TRANSACTION_BUILDER_FORMAT_ANALYSIS.md.
APPROVE = _batch(
    "1",
    1761326849944,
    {
        "name": "Transactions Batch",
        "description": "",
        "txBuilderVersion": "1.18.2",
        "createdFromSafeAddress": "0xA77DE01e157f9f57C7c4A326eeE9C4874D0598b6",
        "createdFromOwnerAddress": "",
    },
    {
        "to": "0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48",
        "value": "0",
        "data": None,
        "contractMethod": _method("approve", spender="address", value="uint256"),
        "contractInputsValues": {
            "spender": "0x474e5Ded6b5D078163BFB8F6dBa355C3aA5478C8",
            "value": "100000000000",
        },
    },
)
APPROVE_CHECKSUM = "0x8b5032f716845c8b08bab3d63dbd9ba92e056f3557793cd041e59b84e16aa989"
# Source: the Transaction Builder's own test, safe-global/safe-react-apps, apps/tx-builder/src/lib/checksum.test.js.
THREE = _batch(
    "4",
    1646321521061,
    {
        "name": "test batch file",
        "txBuilderVersion": "1.4.0",
        "checksum": "",
        "createdFromSafeAddress": "0xDF8a1Ce35c9a6ACE153B4e0767942f1E2291a1Aa",
        "createdFromOwnerAddress": OWNER,
    },
    {
        "to": OWNER,
        "value": "0",
        "contractMethod": _method("testAddress", paramAddress="address"),
        "contractInputsValues": {"paramAddress": OWNER},
    },
    {
        "to": OWNER,
        "value": "0",
        "contractMethod": _method("testBool", paramBool="bool"),
        "contractInputsValues": {"paramAddress": "", "paramBool": "false"},
    },
    {
        "to": OWNER,
        "value": "2000000000000000000",
        "data": "0x42f4579000000000000000000000000049d4450977e2c95362c13d3a31a09311e0ea26a6",
    },
)
THREE_CHECKSUM = "0x4ecbfd364aa6759983915644e73f8bd411e85a2dc306f252a387c2728c4db64c"

COIN, ALICE, SAFE = Address(b"\x11" * 20), Address(b"\xaa" * 20), Address(b"\x55" * 20)
CALLS = StablecoinCalls(COIN, Denomination("TUSD", 6))
CREATED_AT = datetime(2026, 11, 28, 12, 30, tzinfo=UTC)


def _file(*calls: Call, name: str = "a plan") -> dict[str, Any]:
    text = builder_file(calls, safe=SAFE, chain_id=11155111, name=name, description="what for", created_at=CREATED_AT)
    written: dict[str, Any] = json.loads(text)
    return written


@pytest.mark.parametrize(("batch", "checksum"), [(APPROVE, APPROVE_CHECKSUM), (THREE, THREE_CHECKSUM)])
def test_the_checksum_is_that_of_published_files(batch: dict[str, Any], checksum: str) -> None:
    assert builder_checksum(batch) == checksum


def _turned(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _turned(value[key]) for key in reversed(value)}
    return [_turned(item) for item in value] if isinstance(value, list) else value


def test_neither_the_order_of_keys_nor_the_name_counts() -> None:
    assert builder_checksum(_turned(THREE)) == THREE_CHECKSUM
    assert builder_checksum({**THREE, "meta": {**THREE["meta"], "name": "another"}}) == THREE_CHECKSUM


def test_the_order_of_transactions_and_every_field_count() -> None:
    changed = [
        {**THREE, "transactions": THREE["transactions"][::-1]},
        {**THREE, "chainId": "1"},
        {**THREE, "createdAt": 0},
        {**THREE, "meta": {**THREE["meta"], "createdFromSafeAddress": OWNER}},
    ]
    for key, value in (("to", OWNER.lower()), ("value", "1"), ("data", "0x")):
        other = deepcopy(THREE)
        other["transactions"][2][key] = value
        changed.append(other)
    checksums = {builder_checksum(batch) for batch in changed}
    assert len(checksums) == len(changed)
    assert THREE_CHECKSUM not in checksums


def test_a_file_says_which_safe_and_carries_its_own_checksum() -> None:
    written = _file(CALLS.pause())

    checksum = written["meta"].pop("checksum")
    assert builder_checksum(written) == checksum
    assert (written["version"], written["chainId"], written["createdAt"]) == ("1.0", "11155111", 1795869000000)
    assert written["meta"] == {
        "name": "a plan",
        "description": "what for",
        "txBuilderVersion": "1.18.2",
        "createdFromSafeAddress": str(SAFE),
        "createdFromOwnerAddress": "",
    }


def test_a_coin_s_function_is_named_with_its_arguments_as_texts() -> None:
    call = CALLS.grant_role(Role.PAUSER_ROLE, ALICE)

    transaction = _file(call)["transactions"][0]

    assert transaction == {
        "to": str(COIN),
        "value": "0",
        "data": "0x" + call.data.hex(),
        "contractMethod": _method("grantRole", role="bytes32", account="address"),
        "contractInputsValues": {"role": "0x" + Role.PAUSER_ROLE.identifier.hex(), "account": str(ALICE)},
    }


def test_lists_numbers_and_switches_are_texts_too() -> None:
    batch, switch, overloaded = _file(
        CALLS.blacklist_batch([ALICE, COIN]), CALLS.set_allowlist_only(True), CALLS.pause()
    )["transactions"]

    assert list(batch["contractInputsValues"].values()) == [f"[{ALICE},{COIN}]"]
    assert list(switch["contractInputsValues"].values()) == ["true"]
    assert (overloaded["contractMethod"]["name"], overloaded["contractInputsValues"]) == ("pause", {})


def test_other_calls_have_their_bytes_alone() -> None:
    creation, payment = _file(
        create2_call(b"\x60\x00", bytes(32), "create it"), Call(ALICE, value_wei=5, description="pay")
    )["transactions"]

    assert (creation["to"], creation["data"]) == (str(DEPLOYER), "0x" + "00" * 32 + "6000")
    assert (payment["value"], payment["data"]) == ("5", "0x")
    for transaction in (creation, payment):
        assert (transaction["contractMethod"], transaction["contractInputsValues"]) == (None, None)


@given(st.binary(max_size=100), st.text(st.characters(exclude_categories=["Cs"]), max_size=20))
def test_any_bytes_and_any_name_make_a_file(data: bytes, name: str) -> None:
    written = _file(Call(COIN, data), name=name)

    assert written["transactions"][0]["data"] == "0x" + data.hex()
    assert written["meta"]["name"] == name
    assert written["meta"].pop("checksum") == builder_checksum(written)


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(UsageError, match="without a time zone"):
        builder_file([], safe=SAFE, chain_id=1, name="", description="", created_at=CREATED_AT.replace(tzinfo=None))

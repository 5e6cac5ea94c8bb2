"""A batch of calls as a file for the Safe Transaction Builder, with the checksum that it looks for.

Source: the Transaction Builder of safe-global's safe-react-apps: `typings/models.ts` and `lib/checksum.ts`.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from stablecoin_tools.addresses import Address
from stablecoin_tools.artifacts import Abi, coin_abi
from stablecoin_tools.deployment.executors.authority import receiver
from stablecoin_tools.errors import ConfigError, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from stablecoin_tools.chain import Call

__all__ = ["builder_checksum", "builder_file"]

_FILE_VERSION: Final = "1.0"
_BUILDER_VERSION: Final = "1.18.2"
"""Whose files these are like."""


def builder_file(
    calls: Sequence[Call], *, safe: Address, chain_id: int, name: str, description: str, created_at: datetime
) -> str:
    """The text of a file that the Transaction Builder takes.

    Each transaction has its bytes, which count, and where it calls a coin, its function and arguments for people.

    Args:
        calls: What the Safe is to do, in this order.
        safe: The Safe's address.
        chain_id: Its chain.
        name: What the batch is called.
        description: What it is for.
        created_at: When the file is made; with a time zone.

    Raises:
        UsageError: If the time has no time zone.
    """
    if created_at.tzinfo is None:
        raise UsageError("A time without a time zone.")
    batch: dict[str, Any] = {
        "version": _FILE_VERSION,
        "chainId": str(chain_id),
        "createdAt": int(created_at.timestamp() * 1000),
        "meta": {
            "name": name,
            "description": description,
            "txBuilderVersion": _BUILDER_VERSION,
            "createdFromSafeAddress": str(safe),
            "createdFromOwnerAddress": "",
        },
        "transactions": [_transaction(call) for call in calls],
    }
    batch["meta"]["checksum"] = builder_checksum(batch)
    return json.dumps(batch, indent=2, ensure_ascii=False) + "\n"


def builder_checksum(batch: Mapping[str, Any]) -> str:
    """The checksum of a file's content, as 0x-hex; its name counts for nothing, nor does the order of its keys.

    Args:
        batch: The content; without the checksum itself, as one without any is hashed.
    """
    from eth_hash.auto import keccak

    return "0x" + keccak(_serialized({**batch, "meta": {**batch["meta"], "name": None}}).encode()).hex()


def _serialized(value: Any) -> str:
    """JSON of a kind of its own: an object is the list of its keys in order, then each value with a comma after it."""
    if isinstance(value, dict):
        keys = sorted(value)
        return "{" + _json(keys) + "".join(f"{_serialized(value[key])}," for key in keys) + "}"
    if isinstance(value, list):
        return f"[{','.join(map(_serialized, value))}]"
    return _json(value)


def _json(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def _transaction(call: Call) -> dict[str, Any]:
    method, values = _method(call)
    return {
        "to": str(receiver(call)),
        "value": str(call.value_wei),
        "data": "0x" + call.data.hex(),
        "contractMethod": method,
        "contractInputsValues": values,
    }


def _method(call: Call) -> tuple[dict[str, Any] | None, dict[str, str] | None]:
    """A coin's function with its arguments as texts; nothing of any other call."""
    try:
        entry, arguments = coin_abi().decode_call(call.data)
    except ConfigError:
        return None, None
    written = next(one for one in coin_abi().entries if entry.signature in Abi([one]).functions)
    inputs = [{key: item[key] for key in ("internalType", "name", "type")} for item in written["inputs"]]
    method = {"inputs": inputs, "name": entry.name, "payable": written["stateMutability"] == "payable"}
    names = [item["name"] for item in inputs]
    return method, {name: _text(argument) for name, argument in zip(names, arguments, strict=True)}


def _text(argument: Any) -> str:
    if isinstance(argument, Address):
        return str(argument)
    if isinstance(argument, bytes):
        return "0x" + argument.hex()
    if isinstance(argument, bool):
        return str(argument).lower()
    if isinstance(argument, tuple | list):
        return f"[{','.join(map(_text, argument))}]"
    return str(argument)

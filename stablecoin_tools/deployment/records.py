"""What was deployed where: one JSON file per coin and chain, written only after the coin was proven."""

from __future__ import annotations

import glob
import json
import os
from dataclasses import asdict, dataclass, field, fields
from typing import TYPE_CHECKING, Any, Final

from stablecoin_tools.addresses import Address, parse_address
from stablecoin_tools.deployment.spec import CoinSpec
from stablecoin_tools.errors import ConfigError
from stablecoin_tools.json_texts import read_json
from stablecoin_tools.roles import Role

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = ["Deployment", "DeploymentRecords"]

_PLAIN: Final[Mapping[Any, type]] = {"int": int, "str": str}
"""The types that stand in a record as they are."""


@dataclass(frozen=True, slots=True)
class Deployment:
    """One coin on one chain.

    Attributes:
        chain_id: The chain.
        symbol: The coin's ticker.
        name: Its full name.
        currency: Its ISO 4217 code.
        decimals: Its decimals.
        address: Where it is.
        implementation: What serves the issuer's functions.
        admin: Who held DEFAULT_ADMIN_ROLE at first.
        admin_delay_seconds: The first delay of a change of admin.
        supply_cap: The first supply cap, in whole tokens.
        mint_limit: What all minters together might create at once at first, in whole tokens.
        mint_limit_refill_per_day: What of that came back each day at first, in whole tokens.
        roles: The first holders of the other roles, by role name.
        salt: The CREATE2 salt, as 0x-hex.
        initialization: The call that initialised it, as 0x-hex.
        transaction_hash: The transaction that created it; empty if it was found already there.
        block_number: The block that holds that transaction; 0 if it was found already there.
        block_hash: That block's hash; empty if it was found already there.
        compiler_version: The compiler's release with its commit.
        standard_json_sha256: The hash of the compiler's input.
        source_commit: The git commit of the sources; empty if nobody said.
        storage_layout_sha256: The hash of where the coin stores what, as `Artifact` has it.
        proven: What was read back before the record was written, by what it is about; the code as its Keccak-256 hash.

    Records of older releases lack the last three, and read as if nobody had said.
    """

    chain_id: int
    symbol: str
    name: str
    currency: str
    decimals: int
    address: Address
    implementation: Address
    admin: Address
    admin_delay_seconds: int
    supply_cap: int
    mint_limit: int
    mint_limit_refill_per_day: int
    roles: Mapping[str, tuple[Address, ...]]
    salt: str
    initialization: str
    transaction_hash: str
    block_number: int
    block_hash: str
    compiler_version: str
    standard_json_sha256: str
    source_commit: str = ""
    storage_layout_sha256: str = ""
    proven: Mapping[str, str] = field(default_factory=dict)

    def spec(self) -> CoinSpec:
        """The description that it was created by.

        Raises:
            ConfigError: If the record names a role that this release does not know, or its salt is no hex.
            UsageError: If no coin can be so.
        """
        try:
            roles = {Role[name]: tuple(holders) for name, holders in self.roles.items()}
            salt = bytes.fromhex(self.salt.removeprefix("0x"))
        except (KeyError, ValueError) as error:
            raise ConfigError(f"The record of {self.symbol} cannot be understood: no such role or salt.") from error
        return CoinSpec(
            name=self.name,
            symbol=self.symbol,
            currency=self.currency,
            decimals=self.decimals,
            admin=self.admin,
            admin_delay_seconds=self.admin_delay_seconds,
            supply_cap=self.supply_cap,
            mint_limit=self.mint_limit,
            mint_limit_refill_per_day=self.mint_limit_refill_per_day,
            roles=roles,
            salt=salt,
        )

    def as_json(self) -> dict[str, Any]:
        """The record with addresses as checksummed text."""
        written = asdict(self)
        written["roles"] = {role: [str(party) for party in holders] for role, holders in self.roles.items()}
        return {key: str(value) if isinstance(value, Address) else value for key, value in written.items()}

    @classmethod
    def from_json(cls, written: Mapping[str, Any]) -> Deployment:
        """Reads what `as_json` wrote.

        Raises:
            KeyError, TypeError, ValueError, AttributeError: If it is something else.
        """
        known = {"source_commit": "", "storage_layout_sha256": "", "proven": {}, **written}
        read = {each.name: known[each.name] for each in fields(cls)}
        for each in fields(cls):
            if type(read[each.name]) is not _PLAIN.get(each.type, type(read[each.name])):
                raise TypeError(f"{each.name} is no {each.type}")
        for key in ("address", "implementation", "admin"):
            read[key] = parse_address(read[key])
        read["roles"] = {
            role: tuple(parse_address(party) for party in holders) for role, holders in read["roles"].items()
        }
        if not all(isinstance(text, str) for text in read["proven"].values()):
            raise TypeError("proven holds something else than texts")
        return cls(**read)


class DeploymentRecords:
    """The records in one folder: `<folder>/<chain-id>/<symbol>.json`.

    Args:
        folder: Where they are.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def find(self, chain_id: int, symbol: str) -> Deployment | None:
        """The record of a coin, if there is one.

        Raises:
            ConfigError: If the file is no record.
        """
        path = self.path(chain_id, symbol)
        return _read(path) if path.exists() else None

    def on_chain(self, chain_id: int) -> list[Deployment]:
        """The records of one chain, sorted by symbol.

        Raises:
            ConfigError: If a file among them is no record.
        """
        return [_read(path) for path in sorted((self._folder / str(chain_id)).glob("*.json"))]

    def of_symbol(self, symbol: str) -> list[Deployment]:
        """The records of one coin on all chains, sorted by chain id as text.

        Raises:
            ConfigError: If a file among them is no record.
        """
        return [_read(path) for path in sorted(self._folder.glob(f"*/{glob.escape(symbol)}.json"))]

    def write(self, deployment: Deployment) -> Path:
        """Writes a record, whole or not at all.

        Raises:
            ConfigError: If the folder cannot be written.
        """
        path = self.path(deployment.chain_id, deployment.symbol)
        unfinished = path.with_suffix(".unfinished")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with unfinished.open("w") as file:
                file.write(json.dumps(deployment.as_json(), indent=2) + "\n")
                file.flush()
                os.fsync(file.fileno())
            unfinished.replace(path)
        except OSError as error:
            raise ConfigError(
                f"The coin stands at {deployment.address}, but {path} cannot be written: {error.strerror}.",
                hint="Mend the folder and run the same deploy again: it finds the coin and writes the record.",
            ) from error
        return path

    def path(self, chain_id: int, symbol: str) -> Path:
        """Where the record of a coin belongs.

        Raises:
            ConfigError: If the symbol cannot be a file's name.
        """
        if "/" in symbol or "\0" in symbol or symbol.startswith("."):
            raise ConfigError(f"No file can be named after the symbol {symbol!r}.")
        return self._folder / str(chain_id) / f"{symbol}.json"


def _read(path: Path) -> Deployment:
    try:
        found = Deployment.from_json(read_json(path.read_text()))
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror}.") from error
    except KeyError as error:
        raise ConfigError(f"{path} is no deployment record: it lacks {error.args[0]!r:.40}.") from error
    except (ValueError, TypeError, AttributeError) as error:
        raise ConfigError(f"{path} is no deployment record: {error}.") from error
    if (f"{found.chain_id}", f"{found.symbol}.json") != (path.parent.name, path.name):
        raise ConfigError(f"{path} is the record of {found.symbol} on chain {found.chain_id}.")
    return found

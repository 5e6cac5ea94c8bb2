"""The compiled contracts, shipped with the package; `scripts/compile.py` writes them."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stablecoin_tools.artifacts.abi import Abi
from stablecoin_tools.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Abi", "Artifact", "coin_abi", "contracts_abi", "load_artifact", "parse_artifact", "read_artifact"]


@dataclass(frozen=True, slots=True)
class Artifact:
    """One compiled contract.

    Attributes:
        name: The contract's name.
        abi: Its interface.
        bytecode: The creation code, without constructor arguments.
        runtime: The code as it stands on the chain, with zeros where immutables go.
        immutables: For each immutable by name, the (start, length) of its places in `runtime`.
        standard_json_sha256: The hash of the compiler input that it was built from.
        compiler_version: The compiler's release with its commit.
        source_name: The file that declares it, as the compiler was told: `contracts/Stablecoin.sol`.
        settings: The compiler's settings, without what it was to print.
        storage_layout_sha256: The hash of where it stores what, by ERC-7201 namespace: SHA-256 over the JSON with
            sorted keys and no spaces. Both contracts of a coin have the same.
    """

    name: str
    abi: Abi
    bytecode: bytes
    runtime: bytes
    immutables: Mapping[str, tuple[tuple[int, int], ...]]
    standard_json_sha256: str
    compiler_version: str
    source_name: str
    settings: Mapping[str, Any]
    storage_layout_sha256: str

    @property
    def full_name(self) -> str:
        """The file and the contract in it, as compilers and explorers name it."""
        return f"{self.source_name}:{self.name}"

    def creation_code(self, *arguments: Any) -> bytes:
        """The bytes that create the contract with these constructor arguments."""
        return self.bytecode + self.abi.encode_constructor(*arguments)

    def is_runtime(self, code: bytes) -> bool:
        """Whether deployed code is this contract, whatever its immutables are."""
        return self._without_immutables(code) == self.runtime

    def _without_immutables(self, code: bytes) -> bytes:
        blank = bytearray(code)
        for places in self.immutables.values():
            for start, length in places:
                blank[start : start + length] = bytes(length)
        return bytes(blank)


@cache
def load_artifact(name: str) -> Artifact:
    """Loads a contract that ships with the package.

    Args:
        name: "Stablecoin", "Issuer" or "PaymentVersusPayment".

    Raises:
        ConfigError: If the package has no such contract.
    """
    return read_artifact(Path(str(resources.files(__name__))) / f"{name}.json")


def read_artifact(path: Path) -> Artifact:
    """Reads an artifact file as `scripts/compile.py` writes it.

    Raises:
        ConfigError: If the file is missing or no artifact.
    """
    try:
        return parse_artifact(path.read_text())
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ConfigError(
            f"No artifact at {path}: {error!r}.", hint="Run `python scripts/compile.py` in a source checkout."
        ) from error


def parse_artifact(text: str) -> Artifact:
    """Reads an artifact as the compiler's floor writes it.

    Raises:
        ValueError, KeyError, TypeError, AttributeError: If the text is no artifact.
    """
    written = json.loads(text)
    return Artifact(
        name=written["contractName"],
        abi=Abi(written["abi"]),
        bytecode=bytes.fromhex(written["bytecode"][2:]),
        runtime=bytes.fromhex(written["deployedBytecode"][2:]),
        immutables={
            name: tuple((place["start"], place["length"]) for place in places)
            for name, places in written["immutableReferences"].items()
        },
        standard_json_sha256=written["standardJsonSha256"],
        compiler_version=written["compiler"]["version"],
        source_name=written["sourceName"],
        settings=written["compiler"]["settings"],
        storage_layout_sha256=_sha256(written["storageLayout"]["namespaces"]),
    )


def _sha256(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


@cache
def coin_abi() -> Abi:
    """The whole interface of a coin: what its proxy serves, and what its implementation serves behind it."""
    stablecoin, issuer = load_artifact("Stablecoin").abi, load_artifact("Issuer").abi
    return Abi([*stablecoin.entries, *issuer.entries])


@cache
def contracts_abi() -> Abi:
    """All that a transaction to the package's contracts can meet: the coin's interface, and the settlement's."""
    return Abi([*coin_abi().entries, *load_artifact("PaymentVersusPayment").abi.entries])

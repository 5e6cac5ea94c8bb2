"""What is handed in about one contract, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from stablecoin_tools.deployment.sources import compiler_input

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from stablecoin_tools.addresses import Address
    from stablecoin_tools.artifacts import Artifact
    from stablecoin_tools.deployment.records import Deployment
    from stablecoin_tools.deployment.sources import Build

__all__ = ["Publication", "Submission", "submissions_of"]


@dataclass(frozen=True, slots=True)
class Submission:
    """One contract with its source.

    Attributes:
        chain_id: On which chain.
        address: Where it stands.
        full_name: The file and the contract in it: `contracts/Stablecoin.sol:Stablecoin`.
        compiler_version: The compiler's release with its commit: `0.8.37+commit.…`.
        standard_json: The compiler's input.
        constructor_arguments: What it was created with, ABI-encoded.
        creation_transaction: The hash of the transaction that created it; empty if nobody knows.
    """

    chain_id: int
    address: Address
    full_name: str
    compiler_version: str
    standard_json: Mapping[str, Any] = field(repr=False)
    constructor_arguments: bytes = field(default=b"", repr=False)
    creation_transaction: str = ""


@dataclass(frozen=True, slots=True)
class Publication:
    """What a service says of a contract now.

    Attributes:
        service: Which service.
        contract: Which contract: `contracts/Stablecoin.sol:Stablecoin`.
        address: Where it stands.
        words: What the service says, in its own words: "exact_match", "Pass - Verified".
        was_there: Whether the service had it before.
    """

    service: str
    contract: str
    address: Address
    words: str
    was_there: bool = False


def submissions_of(
    folders: Sequence[Path], build: Build, record: Deployment, *, implementation: Address
) -> tuple[Submission, Submission]:
    """The implementation and the coin, as they are handed in: in this order, for a proxy points to what must be known.

    Args:
        folders: Where the contracts are, each with `node_modules` in it.
        build: What they were compiled to; of an upgraded coin, the implementation that serves it now.
        record: How the coin was deployed.
        implementation: What serves the issuer's functions now.

    Raises:
        ConfigError: If the sources in all folders are others.
        CompilerError: If a source is missing.
    """
    identity = (record.name, record.symbol, record.currency, record.decimals)
    initialization = bytes.fromhex(record.initialization.removeprefix("0x"))
    arguments = build.stablecoin.abi.encode_constructor(identity, record.implementation, initialization)

    def submission(artifact: Artifact, address: Address, **known: Any) -> Submission:
        source = compiler_input(folders, artifact)
        return Submission(record.chain_id, address, artifact.full_name, artifact.compiler_version, source, **known)

    return (
        submission(build.issuer, implementation),
        submission(
            build.stablecoin,
            record.address,
            constructor_arguments=arguments,
            creation_transaction=record.transaction_hash,
        ),
    )

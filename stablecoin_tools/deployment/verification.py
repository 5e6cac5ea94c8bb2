"""Whether a coin on a chain is what its source says: its code, byte by byte, then its record, its roles and limits.

verification = verify_coin(chain, address, record=records.find(chain_id, "USDX"))
assert verification.is_proven, verification.findings
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from stablecoin_tools.addresses import Address
from stablecoin_tools.artifacts import coin_abi
from stablecoin_tools.deployment.bytecode import (
    compare_code,
    expected_code,
    identity_in,
    immutables_of_coin,
    immutables_of_implementation,
)
from stablecoin_tools.deployment.create2 import create2_address
from stablecoin_tools.deployment.creation import IMPLEMENTATION_SALT, plan, was_created_by
from stablecoin_tools.deployment.proof import Check, Verdict, state_asked_for, state_of
from stablecoin_tools.deployment.sources import shipped_build
from stablecoin_tools.errors import ConfigError, UsageError
from stablecoin_tools.roles import Role
from stablecoin_tools.token import Stablecoin
from stablecoin_tools.token.history import logs_of
from stablecoin_tools.token.reads import IMPLEMENTATION_SLOT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from stablecoin_tools.artifacts import Artifact
    from stablecoin_tools.chain import Chain
    from stablecoin_tools.deployment.bytecode import CodeDifference
    from stablecoin_tools.deployment.implementations import Implementations
    from stablecoin_tools.deployment.records import Deployment
    from stablecoin_tools.deployment.sources import Build

__all__ = ["Verification", "expected_build", "verify_coin"]

_TOLD_BY: Final = {
    "the implementation": "Upgraded",
    "the admin's delay": "DefaultAdminDelayChangeScheduled",
    "the supply cap": "SupplyCapChanged",
    "the limit of all minters": "GlobalLimitChanged",
    "its refill each second": "GlobalLimitChanged",
}
"""Which event tells that something changed by right; what stands in the code cannot. Of roles, those of the role do."""

_OF_ROLES: Final = ("RoleGranted", "RoleRevoked")


@dataclass(frozen=True, slots=True)
class Verification:
    """What was found.

    Attributes:
        chain_id: The chain.
        coin: Where the coin is.
        implementation: What serves the issuer's functions now. Source: ERC-1967.
        differences: Where the code differs from what was compiled.
        checks: All that was held against something else, or only read. Of a coin whose code is another, no answer is
            worth reading: its state is left out then.
    """

    chain_id: int
    coin: Address
    implementation: Address
    differences: tuple[CodeDifference, ...]
    checks: tuple[Check, ...]

    @property
    def is_proven(self) -> bool:
        """Whether every byte, and all that must be so, is as it should be."""
        return not self.findings

    @property
    def differs_only_in_metadata(self) -> bool:
        """Whether nothing but the compiler's trailer differs: it was compiled from other words, to the same code."""
        return bool(self.differences) and all(each.is_metadata for each in self.differences)

    @property
    def findings(self) -> tuple[str, ...]:
        """What is wrong, in sentences."""
        told = {f"the code of {difference.contract}" for difference in self.differences}
        wrong = [str(check) for check in self.checks if check.verdict is Verdict.WRONG and check.what not in told]
        return (*map(str, self.differences), *(f"{each[:1].upper()}{each[1:]}." for each in wrong))


def expected_build(chain: Chain, address: Address, upgrades: Implementations | None = None) -> Build:
    """What a coin should be compiled to: the release, but for an implementation that an upgrade put in its place.

    Args:
        chain: Where.
        address: The coin.
        upgrades: What upgrades were made to: an implementation that is among them is held against that.

    Raises:
        ConfigError: If the record of an upgrade is none.
        ChainError: If the chain cannot be read.
    """
    shipped, implementation = shipped_build(), _implementation(chain, address)
    known = upgrades.recorded(implementation) if upgrades is not None else None
    if known is None or known.address != implementation:  # its address commits to what it was created from
        return shipped
    return replace(shipped, issuer=known.artifact)


def verify_coin(
    chain: Chain,
    address: Address,
    *,
    record: Deployment | None = None,
    build: Build | None = None,
    upgrades: Implementations | None = None,
) -> Verification:
    """Holds a coin against its source and its record. Nothing is sent.

    Args:
        chain: Where.
        address: The coin.
        record: How it was deployed. Without one, what the coin is called is taken from its own code and must be
            consistent there, and roles and limits are only read.
        build: What it should be compiled to; `expected_build`, if not given.
        upgrades: What upgrades were made to, for that.

    Raises:
        ConfigError: If there is no contract, or the record cannot be understood.
        UsageError: If the record is of another coin.
        ChainError: If the chain cannot be read.
    """
    if record is not None and (record.address, record.chain_id) != (address, chain.network.chain_id):
        raise UsageError(f"The record is of {record.address} on chain {record.chain_id}, not of {address} here.")
    code = chain.code(address)
    if not code:
        raise ConfigError(f"There is no contract at {address} on {chain.network.name}.")
    build = build or expected_build(chain, address, upgrades)
    implementation = _implementation(chain, address)
    identity = _identity(record) if record is not None else identity_in(build.stablecoin, code)
    parts = (
        (build.stablecoin, address, code, immutables_of_coin(identity, chain.network.chain_id, address)),
        (build.issuer, implementation, chain.code(implementation), immutables_of_implementation(implementation)),
    )
    differences = tuple(difference for part in parts for difference in compare_code(*part))
    checks = [_code_check(artifact, found, immutables) for artifact, _, found, immutables in parts]
    if record is not None:
        first = build.issuer if implementation == record.implementation else shipped_build().issuer
        checks += _origin(chain, record, replace(build, issuer=first))
    if all(difference.is_metadata for difference in differences):
        checks += _state(chain, address, record)
    return Verification(chain.network.chain_id, address, implementation, differences, tuple(checks))


def _implementation(chain: Chain, coin: Address) -> Address:
    return Address(chain.storage(coin, IMPLEMENTATION_SLOT)[-20:])


def _identity(record: Deployment) -> tuple[str, str, str, int]:
    return record.name, record.symbol, record.currency, record.decimals


def _code_check(artifact: Artifact, code: bytes, immutables: Mapping[str, bytes]) -> Check:
    expected = expected_code(artifact, immutables)
    return Check(f"the code of {artifact.name}", _keccak(expected), _keccak(code))


def _origin(chain: Chain, record: Deployment, build: Build) -> Iterator[Check]:
    """What the record says of where the coin came from: its address commits to all that it was created with."""
    spec = record.spec()
    initialization = plan(spec).initialization
    creation = build.stablecoin.creation_code(_identity(record), record.implementation, initialization)
    yield Check("the first state, as initialisation", "0x" + initialization.hex(), record.initialization)
    yield Check("the address, from its creation code", create2_address(creation, spec.salt), record.address)
    issuer = create2_address(build.issuer.creation_code(), IMPLEMENTATION_SALT)
    yield Check("the first implementation, from its creation code", issuer, record.implementation)
    yield Check("the compiler", build.stablecoin.compiler_version, record.compiler_version)
    yield Check("the compiler's input", build.stablecoin.standard_json_sha256, record.standard_json_sha256)
    if record.storage_layout_sha256:
        yield Check("the storage layout", build.stablecoin.storage_layout_sha256, record.storage_layout_sha256)
    if record.transaction_hash:
        receipt = chain.receipt(record.transaction_hash)
        yield Check("the block of its creation", record.block_hash, receipt.block_hash if receipt else "none")
    if record.block_number:
        begun = "begun" if was_created_by(record.address, chain, record.block_number) else "not begun"
        yield Check("its history, from that block on", "begun", begun)


def _state(chain: Chain, address: Address, record: Deployment | None) -> Iterator[Check]:
    if record is None:
        for what, found in state_of(Stablecoin(chain, address)).items():
            yield Check(what, None, found)
        return
    coin = Stablecoin(chain, address, created_in_block=record.block_number)
    first, now = state_asked_for(record.spec(), record.implementation), state_of(coin)
    for what, expected in first.items():
        check = Check(what, expected, now[what])
        is_changed = check.verdict is Verdict.WRONG
        yield replace(check, changed_in=_changed_in(chain, record, what)) if is_changed else check


def _changed_in(chain: Chain, record: Deployment, what: str) -> str:
    """The last transaction that changed it after the coin was created; empty if no event tells of one."""

    def logs(event: str, *topics: bytes) -> list[tuple[int, int, str]]:
        wanted = (coin_abi().topic(event), *topics)
        found = logs_of(chain, record.address, wanted, from_block=record.block_number)
        return [(log.block_number, log.index, log.transaction_hash) for log in found]

    role = Role.DEFAULT_ADMIN_ROLE if what == "the admin" else Role.__members__.get(what)
    if role is not None:
        told = [entry for event in _OF_ROLES for entry in logs(event, role.identifier)]
    else:
        told = logs(_TOLD_BY[what]) if what in _TOLD_BY else []
    created_in = min(logs("Initialized"), default=(0, 0, ""))[2]
    return max((entry for entry in told if entry[2] != created_in), default=(0, 0, ""))[2]


def _keccak(code: bytes) -> str:
    from eth_hash.auto import keccak

    return "0x" + keccak(code).hex()

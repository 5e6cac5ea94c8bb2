"""Puts a coin on a chain: created and initialised in one transaction, then proven, then recorded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from stablecoin_tools.artifacts import coin_abi, load_artifact
from stablecoin_tools.deployment.create2 import create2_address, create2_call, ensure_deployer
from stablecoin_tools.deployment.proof import in_words, prove, prove_code
from stablecoin_tools.deployment.records import Deployment
from stablecoin_tools.errors import ConfigError, Moved, StablecoinError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stablecoin_tools.addresses import Address
    from stablecoin_tools.chain import Call, Chain, Receipt
    from stablecoin_tools.deployment.proof import Check
    from stablecoin_tools.deployment.records import DeploymentRecords
    from stablecoin_tools.deployment.spec import CoinSpec
    from stablecoin_tools.signers import Signer
    from stablecoin_tools.transactions import TransactionManager

__all__ = ["IMPLEMENTATION_SALT", "DeploymentPlan", "deploy", "plan", "recorded"]

IMPLEMENTATION_SALT: Final = bytes(32)
"""All coins of one release share one implementation: it holds no state of its own."""


@dataclass(frozen=True, slots=True)
class DeploymentPlan:
    """What will stand where, known before anything is sent.

    Attributes:
        spec: What was asked for.
        implementation: Where the implementation will be.
        coin: Where the coin will be, on every chain.
        initialization: The call that initialises it.
        create_implementation: The call that creates the implementation.
        create_coin: The call that creates and initialises the coin.
    """

    spec: CoinSpec
    implementation: Address
    coin: Address
    initialization: bytes
    create_implementation: Call
    create_coin: Call


def plan(spec: CoinSpec) -> DeploymentPlan:
    """Works out addresses and calls. Nothing is sent, and no chain is asked."""
    issuer_code = load_artifact("Issuer").creation_code()
    implementation = create2_address(issuer_code, IMPLEMENTATION_SALT)
    initialization = _initialization(spec)
    coin_code = _coin_code(spec, implementation, initialization)
    coin = create2_address(coin_code, spec.salt)
    return DeploymentPlan(
        spec=spec,
        implementation=implementation,
        coin=coin,
        initialization=initialization,
        create_implementation=create2_call(
            issuer_code, IMPLEMENTATION_SALT, f"create the implementation at {implementation}"
        ),
        create_coin=create2_call(coin_code, spec.salt, f"create {spec.symbol} at {coin}"),
    )


def check_record(record: Deployment, chain: Chain | None) -> None:
    """Believes a record only as far as the chain bears it out: the coin's address commits to how it was created.

    Args:
        record: What is said of the coin.
        chain: Where it stands; None if that chain is not at hand.

    Raises:
        ConfigError: If a coin that was created as the record says stands elsewhere, or was not created when it says.
        ChainError: If the chain cannot be read.
    """
    spec = record.spec()
    address = create2_address(_coin_code(spec, record.implementation, _initialization(spec)), spec.salt)
    where = f"The record of {record.symbol} on chain {record.chain_id}"
    hint = f"Trust nothing of it before `stablecoin verify --coin {record.symbol}` says what is wrong."
    if address != record.address:
        if record.standard_json_sha256 != load_artifact("Stablecoin").standard_json_sha256:
            hint = f"It names another release, whose coins this one does not know: use that. {hint}"
        raise ConfigError(
            f"{where} names {record.address}, and a coin that was created as it says stands at {address}.", hint=hint
        )
    if chain is not None and not was_created_by(address, chain, record.block_number):
        raise ConfigError(f"{where} says that block {record.block_number:,} created it, which did not.", hint=hint)


def was_created_by(coin: Address, chain: Chain, block: int) -> bool:
    """Whether a coin's history is whole from a block on: it was created there, or is asked for from the start.

    A block that is too late would hide who was given powers before it. An upgrade initialises as a later version.
    """
    if not block or not chain.code(coin):
        return True
    logs = chain.logs(coin, from_block=block, to_block=block, topics=(coin_abi().topic("Initialized"),))
    told = [coin_abi().decode_event(log.topics, log.data) for log in logs]
    return any(each is not None and each.fields["version"] == 1 for each in told)


def _initialization(spec: CoinSpec) -> bytes:
    arguments = (spec.admin, spec.admin_delay_seconds, spec.mint_policy(), spec.grants())
    return load_artifact("Issuer").abi.encode_call("initialize", *arguments)


def _coin_code(spec: CoinSpec, implementation: Address, initialization: bytes) -> bytes:
    identity = (spec.name, spec.symbol, spec.currency, spec.decimals)
    return load_artifact("Stablecoin").creation_code(identity, implementation, initialization)


def deploy(
    spec: CoinSpec,
    chain: Chain,
    *,
    signer: Signer,
    transactions: TransactionManager,
    records: DeploymentRecords | None = None,
    source_commit: str = "",
) -> Deployment:
    """Puts the coin on the chain, unless it is there already.

    Sends up to four transactions: two where the chain lacks the CREATE2 deployer, one for the implementation where it
    is missing, one for the coin. Each is skipped if its work is done, so that a broken deployment is simply run again.

    Args:
        spec: What the coin is to be.
        chain: Where.
        signer: Who pays for gas; gets no power over the coin by it.
        transactions: What sends.
        records: Where the record goes, once everything is proven; None to write none.
        source_commit: The git commit of the sources that the contracts were compiled from, for the record.

    Returns:
        The deployment, as recorded.

    Raises:
        UsageError: If another coin of the symbol is recorded there.
        DeploymentError: If what stands on the chain is not what was asked for.
        StablecoinError: As `TransactionManager.send`.
    """
    planned = plan(spec)
    sent: list[Receipt] = []
    try:
        known = records.find(chain.network.chain_id, spec.symbol) if records else None
        if known is not None and chain.code(known.address):
            _revert_if_another(known, planned)
            prove_code(chain, planned.coin, "Stablecoin")  # its roles may have changed since, by right
            return known
        receipt = _create(planned, chain, signer, transactions, sent)
        proven = prove(chain, spec, coin=planned.coin, implementation=planned.implementation)
        deployment = recorded(planned, chain, receipt, proven=proven, source_commit=source_commit)
        if records is not None:
            records.write(deployment)
    except StablecoinError as error:
        _say_what_moved(error, sent)
        raise
    return deployment


def _say_what_moved(error: StablecoinError, sent: list[Receipt]) -> None:
    """Whatever failed: what is mined has moved, and running the same deploy again goes on from there."""
    if error.moved is Moved.UNKNOWN:
        return
    error.moved = Moved.YES if sent else Moved.NO
    if sent:
        error.hint = f"{len(sent)} transactions are mined. Run the same deploy again: it goes on from there."


def _revert_if_another(known: Deployment, planned: DeploymentPlan) -> None:
    if known.address != planned.coin:
        raise UsageError(
            f"Another {known.symbol} is recorded at {known.address}; this one would be at {planned.coin}.",
            hint="Choose another symbol, or deploy it with other records.",
        )


def _create(
    planned: DeploymentPlan, chain: Chain, signer: Signer, transactions: TransactionManager, sent: list[Receipt]
) -> Receipt | None:
    """Creates what is missing; returns the receipt of the coin's creation, or None if it stood there already.

    Every receipt goes into `sent` at once, so that an error in between can say that something moved.
    """
    if chain.code(planned.coin):
        return None
    ensure_deployer(chain, signer, transactions, sent)
    if not chain.code(planned.implementation):
        sent.append(transactions.send(planned.create_implementation, signer=signer))
    prove_code(chain, planned.implementation, "Issuer")
    sent.append(transactions.send(planned.create_coin, signer=signer))
    return sent[-1]


def recorded(
    planned: DeploymentPlan,
    chain: Chain,
    receipt: Receipt | None,
    *,
    proven: Iterable[Check] = (),
    source_commit: str = "",
) -> Deployment:
    """The record of a coin that stands on a chain and was proven.

    Args:
        planned: As what it was created.
        chain: Where.
        receipt: Of the transaction that created it; None if it was found there.
        proven: What was proven of it, by `prove`.
        source_commit: The git commit of the sources; empty if nobody said.
    """
    spec, artifact = planned.spec, load_artifact("Stablecoin")
    return Deployment(
        chain_id=chain.network.chain_id,
        symbol=spec.symbol,
        name=spec.name,
        currency=spec.currency,
        decimals=spec.decimals,
        address=planned.coin,
        implementation=planned.implementation,
        admin=spec.admin,
        admin_delay_seconds=spec.admin_delay_seconds,
        supply_cap=spec.supply_cap,
        mint_limit=spec.mint_limit,
        mint_limit_refill_per_day=spec.mint_limit_refill_per_day,
        roles={role.name: tuple(sorted(set(holders))) for role, holders in spec.roles.items()},
        salt="0x" + spec.salt.hex(),
        initialization="0x" + planned.initialization.hex(),
        transaction_hash=receipt.transaction_hash if receipt else "",
        block_number=receipt.block_number if receipt else 0,
        block_hash=receipt.block_hash if receipt else "",
        compiler_version=artifact.compiler_version,
        standard_json_sha256=artifact.standard_json_sha256,
        source_commit=source_commit,
        storage_layout_sha256=artifact.storage_layout_sha256,
        proven={check.what: in_words(check.found) for check in proven},
    )

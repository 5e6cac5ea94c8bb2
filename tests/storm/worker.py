"""A process that mints under references until all are done. It may be killed anywhere, and started anew."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stablecoin_tools.chain import Call, HttpChain, HttpTransport
from stablecoin_tools.errors import StablecoinError
from stablecoin_tools.networks import find_network
from stablecoin_tools.signers import development_signer
from stablecoin_tools.transactions import Journal, Order, TransactionManager, WaitPolicy
from tests.storm.boundaries import Boundaries

if TYPE_CHECKING:
    from pathlib import Path

    from stablecoin_tools.addresses import Address

LEASE_SECONDS = 0.5
HURRIED = WaitPolicy(
    poll_seconds=0.03,
    republish_after_seconds=0.5,
    bump_after_seconds=2,
    prove_after_seconds=0.5,
    timeout_seconds=30,
    settle_seconds=0.5,
    in_flight=16,
)


@dataclass(frozen=True)
class Job:
    """What a worker is to do.

    Attributes:
        node_url: The node, behind the storm.
        journal_url: The journal that all workers share.
        mints: What to mint, by reference. None of them has a reference on the chain: only the journal guards them.
        signer: The minter's development account.
        die_at: The boundary at which to die.
        told: A file that is given the boundaries which were crossed, if the worker lives.
    """

    node_url: str
    journal_url: str
    mints: tuple[tuple[str, Address, bytes], ...]
    signer: int
    die_at: int | None = None
    told: Path | None = None


def work(job: Job) -> None:
    """Does the job, however often nodes and journal fail."""
    boundaries = Boundaries(job.die_at)
    network = find_network("anvil")
    signer = development_signer(job.signer, network)
    with Journal(job.journal_url, who="worker", lease_seconds=LEASE_SECONDS) as journal:
        boundaries.watch(journal._database)
        manager = TransactionManager(_chain(job, boundaries), journal=journal, waiting=HURRIED)
        undone = {ref: Order(Call(coin, data), ref) for ref, coin, data in job.mints}
        while undone:
            try:
                for outcome in manager.send_all(list(undone.values()), signer=signer):
                    if outcome.receipt is not None:
                        del undone[outcome.reference]
            except StablecoinError:
                continue
    if job.told is not None:
        job.told.write_text("\n".join(boundaries.crossed))


def _chain(job: Job, boundaries: Boundaries) -> HttpChain:
    while True:
        try:
            return HttpChain(find_network("anvil"), boundaries.around(HttpTransport(job.node_url, timeout_seconds=10)))
        except StablecoinError:
            time.sleep(0.01)

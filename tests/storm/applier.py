"""A process that applies a plan. It may be killed anywhere, and started anew."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stablecoin_tools.chain import HttpChain, HttpTransport
from stablecoin_tools.deployment import DeploymentRecords, apply_network, read_plan
from stablecoin_tools.networks import find_network
from stablecoin_tools.signers import development_signer
from stablecoin_tools.transactions import Journal, TransactionManager
from tests.deployment.described import NOW
from tests.storm.boundaries import Boundaries
from tests.storm.worker import HURRIED

if TYPE_CHECKING:
    from pathlib import Path

    from stablecoin_tools.deployment import Deployment

LEASE_SECONDS = 0.1


@dataclass(frozen=True)
class Job:
    """What an applier is to do.

    Attributes:
        node_url: The node.
        folder: Where the plan is, and the journal and the records go.
        die_at: The boundary at which to die; None to live.
        told: A file that is given the boundaries which were crossed, if the applier lives.
    """

    node_url: str
    folder: Path
    die_at: int | None = None
    told: Path | None = None


class CrossingRecords(DeploymentRecords):
    """Records whose writing is a boundary on both sides."""

    def __init__(self, folder: Path, boundaries: Boundaries) -> None:
        super().__init__(folder)
        self._boundaries = boundaries

    def write(self, deployment: Deployment) -> Path:
        self._boundaries.cross("before a record")
        path = super().write(deployment)
        self._boundaries.cross("after a record")
        return path


def work(job: Job) -> None:
    """Applies the plan."""
    boundaries = Boundaries(job.die_at)
    network = find_network("anvil")
    chain = HttpChain(network, boundaries.around(HttpTransport(job.node_url)))
    plan = read_plan((job.folder / "plan.json").read_text(), now=NOW)
    signers = {one.address: one for one in (development_signer(index, network) for index in range(10))}
    with Journal(f"sqlite:///{job.folder / 'journal.db'}", who="applier", lease_seconds=LEASE_SECONDS) as journal:
        boundaries.watch(journal._database)
        apply_network(
            plan,
            plan.networks[0],
            chain,
            signers=signers,
            transactions=TransactionManager(chain, journal=journal, waiting=HURRIED),
            records=CrossingRecords(job.folder / "records", boundaries),
        )
    if job.told is not None:
        job.told.write_text("\n".join(boundaries.crossed))

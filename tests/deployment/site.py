"""Where tests deploy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stablecoin_tools.deployment import Deployment, DeploymentRecords, deploy, plan
from stablecoin_tools.token import Stablecoin
from stablecoin_tools.transactions import TransactionManager
from tests.world import IMPATIENT, signers_of, spec_of

if TYPE_CHECKING:
    from pathlib import Path

    from stablecoin_tools.deployment import CoinSpec


class Site:
    """A chain, somebody who pays, and a folder of records."""

    def __init__(self, chain: Any, folder: Path, **changes: Any) -> None:
        self.chain = chain
        self.signers = signers_of(chain)
        self.payer = self.signers["bob"]
        self.spec: CoinSpec = spec_of(self.signers, **changes)
        self.records = DeploymentRecords(folder)

    def deploy(self, *, transactions: Any = None) -> Deployment:
        manager = transactions or TransactionManager(self.chain, waiting=IMPATIENT)
        return deploy(self.spec, self.chain, signer=self.payer, transactions=manager, records=self.records)

    def recorded(self) -> Deployment | None:
        return self.records.find(self.chain.network.chain_id, self.spec.symbol)

    def nonce(self) -> int:
        return int(self.chain.nonce(self.payer.address))

    def coin(self) -> Stablecoin:
        return Stablecoin(self.chain, plan(self.spec).coin)

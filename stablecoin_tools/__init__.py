"""Issue, operate and move a regulated, fiat-backed stablecoin on EVM chains.

What people import first stands here; each name is loaded when it is first used, so importing the package costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from stablecoin_tools.addresses import Address, parse_address
    from stablecoin_tools.amounts import Amount, Denomination
    from stablecoin_tools.chain import Call, Chain, HttpChain, HttpTransport, LocalChain, Receipt
    from stablecoin_tools.deployment import CoinSpec, Deployment, DeploymentRecords, deploy
    from stablecoin_tools.errors import OutcomeUnknown, Reverted, StablecoinError
    from stablecoin_tools.networks import NETWORKS, Network, find_network
    from stablecoin_tools.roles import PauseScope, Role
    from stablecoin_tools.signers import Keystore, RemoteSigner, Signer, development_signer, testnet_signer
    from stablecoin_tools.token import Permit, Stablecoin, TransferAuthorization, reference
    from stablecoin_tools.transactions import (
        FeePolicy,
        Journal,
        Order,
        Outcome,
        Stage,
        TransactionManager,
        WaitPolicy,
    )

__all__ = [
    "NETWORKS",
    "Address",
    "Amount",
    "Call",
    "Chain",
    "CoinSpec",
    "Denomination",
    "Deployment",
    "DeploymentRecords",
    "FeePolicy",
    "HttpChain",
    "HttpTransport",
    "Journal",
    "Keystore",
    "LocalChain",
    "Network",
    "Order",
    "Outcome",
    "OutcomeUnknown",
    "PauseScope",
    "Permit",
    "Receipt",
    "RemoteSigner",
    "Reverted",
    "Role",
    "Signer",
    "Stablecoin",
    "StablecoinError",
    "Stage",
    "TransactionManager",
    "TransferAuthorization",
    "WaitPolicy",
    "deploy",
    "development_signer",
    "find_network",
    "parse_address",
    "reference",
    "testnet_signer",
]

_FLOORS = (
    "errors",
    "addresses",
    "amounts",
    "roles",
    "networks",
    "chain",
    "signers",
    "transactions",
    "token",
    "deployment",
)


def __getattr__(name: str) -> Any:
    if name in __all__:
        for floor in _FLOORS:
            module = import_module(f"{__name__}.{floor}")
            if name in module.__all__:
                return getattr(module, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

"""From a description of a coin to the coin on a chain, proven and recorded."""

from stablecoin_tools.deployment.create2 import create2_address
from stablecoin_tools.deployment.creation import DeploymentPlan, deploy, plan
from stablecoin_tools.deployment.interfaces import check_abi
from stablecoin_tools.deployment.layouts import Finding, Layout, check_layout, read_layout
from stablecoin_tools.deployment.records import Deployment, DeploymentRecords
from stablecoin_tools.deployment.settlement import settlement_address, settlement_creation
from stablecoin_tools.deployment.spec import CoinSpec, all_powers_of

__all__ = [
    "CoinSpec",
    "Deployment",
    "DeploymentPlan",
    "DeploymentRecords",
    "Finding",
    "Layout",
    "all_powers_of",
    "check_abi",
    "check_layout",
    "create2_address",
    "deploy",
    "plan",
    "read_layout",
    "settlement_address",
    "settlement_creation",
]

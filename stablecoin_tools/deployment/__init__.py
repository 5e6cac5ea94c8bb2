"""From a description of a coin to the coin on a chain, proven and recorded."""

from stablecoin_tools.deployment.applying import Readiness, apply_network, make_ready, nobody_can, under_way
from stablecoin_tools.deployment.bytecode import CodeDifference
from stablecoin_tools.deployment.create2 import create2_address
from stablecoin_tools.deployment.creation import DeploymentPlan, deploy, plan
from stablecoin_tools.deployment.description import Description, read_description
from stablecoin_tools.deployment.dry_run import TriedStep, dry_run
from stablecoin_tools.deployment.facts import read_facts
from stablecoin_tools.deployment.implementations import Implementation, Implementations, compile_implementation
from stablecoin_tools.deployment.interfaces import check_abi
from stablecoin_tools.deployment.layout_reading import read_layout
from stablecoin_tools.deployment.layouts import Finding, Layout, check_layout
from stablecoin_tools.deployment.plan_reading import check_current, read_plan
from stablecoin_tools.deployment.planning import Planned, make_plan
from stablecoin_tools.deployment.plans import NetworkPlan, Plan, decoded_call
from stablecoin_tools.deployment.progress import steps_done
from stablecoin_tools.deployment.proof import Check, Verdict
from stablecoin_tools.deployment.records import Deployment, DeploymentRecords
from stablecoin_tools.deployment.settlement import settlement_address, settlement_creation
from stablecoin_tools.deployment.sources import Build, build_from_source, compiler_input, shipped_build
from stablecoin_tools.deployment.spec import CoinSpec, all_powers_of
from stablecoin_tools.deployment.upgrading import Upgrade, UpgradeRefused, check_upgrade, prepare_upgrade
from stablecoin_tools.deployment.verification import Verification, expected_build, verify_coin

__all__ = [
    "Build",
    "Check",
    "CodeDifference",
    "CoinSpec",
    "Deployment",
    "DeploymentPlan",
    "DeploymentRecords",
    "Description",
    "Finding",
    "Implementation",
    "Implementations",
    "Layout",
    "NetworkPlan",
    "Plan",
    "Planned",
    "Readiness",
    "TriedStep",
    "Upgrade",
    "UpgradeRefused",
    "Verdict",
    "Verification",
    "all_powers_of",
    "apply_network",
    "build_from_source",
    "check_abi",
    "check_current",
    "check_layout",
    "check_upgrade",
    "compile_implementation",
    "compiler_input",
    "create2_address",
    "decoded_call",
    "deploy",
    "dry_run",
    "expected_build",
    "make_plan",
    "make_ready",
    "nobody_can",
    "plan",
    "prepare_upgrade",
    "read_description",
    "read_facts",
    "read_layout",
    "read_plan",
    "settlement_address",
    "settlement_creation",
    "shipped_build",
    "steps_done",
    "under_way",
    "verify_coin",
]

"""Publishes the source of a coin where people look it up: Sourcify, and explorers that speak Etherscan's API."""

from stablecoin_tools.deployment.publishing.etherscan import ETHERSCAN_URL, Etherscan
from stablecoin_tools.deployment.publishing.service import Patience
from stablecoin_tools.deployment.publishing.sourcify import SOURCIFY_URL, Sourcify
from stablecoin_tools.deployment.publishing.submission import Publication, Submission, submissions_of

__all__ = [
    "ETHERSCAN_URL",
    "SOURCIFY_URL",
    "Etherscan",
    "Patience",
    "Publication",
    "Sourcify",
    "Submission",
    "submissions_of",
]

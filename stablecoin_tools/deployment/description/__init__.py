"""The description file: which coins are to stand where, and how. A file for people, read strictly."""

from stablecoin_tools.deployment.description.reading import read_description
from stablecoin_tools.deployment.description.values import CoinDescription, Description, LimitDescription

__all__ = ["CoinDescription", "Description", "LimitDescription", "read_description"]

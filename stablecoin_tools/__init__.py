"""Issue, operate and move a regulated, fiat-backed stablecoin on EVM chains."""

from __future__ import annotations

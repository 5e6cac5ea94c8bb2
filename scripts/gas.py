"""Measures what each operation costs, on the in-process EVM with Prague rules, through the public way to deploy.

    python scripts/gas.py                 a table with bars, and the target of each
    python scripts/gas.py --json          {key: gas}; `tests/snapshots/gas.json` holds the same
    python scripts/gas.py --explain KEY   where the gas of one operation goes, opcode by opcode (starts anvil)

"Existing" means that the receiver already holds the coin. Batches are per payment.
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from gas_story import OPERATIONS, new_stage
from stablecoin_tools.chain import LocalChain

if TYPE_CHECKING:
    from collections.abc import Mapping

# The most that each may cost: the best of the field, and what a hand-written floor leaves room for.
TARGETS: Mapping[str, int] = {
    "transfer_existing": 36_300,
    "transfer_fresh": 53_400,
    "transfer_from_infinite": 41_200,
    "transfer_from_finite": 44_200,
    "approve_new": 48_500,
    "permit_first": 59_500,
    "permit": 59_500,
    "transfer_with_authorization_first": 66_900,
    "transfer_with_authorization_next": 49_800,
    "transfer_batch_100_existing": 8_300,
    "authorization_batch_50_one_payee": 13_100,
    "mint_existing": 46_000,
    "mint_fresh": 63_000,
    "mint_with_reference": 52_000,
    "burn": 43_400,
    "blacklist_holder": 36_000,
    "pause": 34_400,
    "deploy_total": 6_450_000,
    "payment_versus_payment": 157_000,
}
BAR_WIDTH = 30
STARTED_AT = 1_700_000_000


def measure() -> dict[str, int]:
    """Deploys two coins and does each operation once.

    Returns:
        Gas by operation, in units of gas.
    """
    stage = new_stage(LocalChain(started_at=STARTED_AT))
    return {key: operation(stage) for key, operation in OPERATIONS.items()}


def explain(key: str) -> None:
    """Prints what one operation costs by opcode, the dearest first."""
    from gas_trace import opcodes_of

    if key not in OPERATIONS:
        sys.exit(f"No such operation: {key}. There are {', '.join(OPERATIONS)}.")
    used, opcodes = opcodes_of(key)
    print(f"{key}: {used:,} gas; target {TARGETS[key]:,}" if key in TARGETS else f"{key}: {used:,} gas")
    for name, (times, gas) in opcodes.items():
        print(f"  {name:<16}{times:>6} x{gas:>10,}")


def main() -> None:
    """Prints the measurement."""
    if "--explain" in sys.argv[1:]:
        explain(sys.argv[-1])
        return
    measured = measure()
    if "--json" in sys.argv[1:]:
        print(json.dumps(measured, indent=2))
        return
    longest = max(gas for key, gas in measured.items() if key != "deploy_total")
    for key, gas in measured.items():
        bar = "" if key == "deploy_total" else "█" * round(BAR_WIDTH * gas / longest)
        target = TARGETS.get(key)
        against = f"{target:>11,} {(gas - target) / target:+7.1%}" if target else " " * 19
        print(f"{key:<35}{gas:>11,}{against}  {bar}")


if __name__ == "__main__":
    main()

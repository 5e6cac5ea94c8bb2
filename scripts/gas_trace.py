"""One operation of `gas_story.py` on anvil, traced: which opcodes its gas goes to."""

from __future__ import annotations

import contextlib
import re
import subprocess
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gas_story import OPERATIONS, new_stage
from stablecoin_tools.chain import HttpChain, HttpTransport
from stablecoin_tools.networks import find_network

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ANVIL = Path(__file__).resolve().parent.parent / "contracts" / "node_modules" / ".bin" / "anvil"


def opcodes_of(key: str) -> tuple[int, Mapping[str, tuple[int, int]]]:
    """Does the operations up to this one on an anvil of its own.

    Returns:
        The gas used, and by opcode how often it ran and what it cost; calls without what happens in them.
    """
    with anvil() as transport:
        stage = new_stage(HttpChain(find_network("anvil"), transport))
        for name, operation in OPERATIONS.items():
            operation(stage)
            if name == key:
                break
        receipt = answer(transport, "eth_getTransactionReceipt", stage.last_hash)
        transaction = answer(transport, "eth_getTransactionByHash", stage.last_hash)
        trace = answer(
            transport, "debug_traceTransaction", stage.last_hash, {"disableMemory": True, "disableStack": True}
        )
    data = bytes.fromhex(transaction["input"][2:])
    intrinsic = 21_000 + 4 * data.count(0) + 16 * (len(data) - data.count(0))
    return int(receipt["gasUsed"], 16), {"intrinsic": (1, intrinsic), **_by_opcode(trace["structLogs"])}


def _by_opcode(steps: list[Any]) -> dict[str, tuple[int, int]]:
    times: Counter[str] = Counter()
    cost: Counter[str] = Counter()
    for step, following in zip(steps, [*steps[1:], None], strict=True):
        spent = step["gasCost"]
        if following and following["depth"] > step["depth"]:
            spent -= following["gas"]  # what a call passes on is told by the steps inside it
        elif following and following["depth"] == step["depth"]:
            spent = step["gas"] - following["gas"]
        times[step["op"]] += 1
        cost[step["op"]] += spent
    return {op: (times[op], gas) for op, gas in cost.most_common()}


def answer(transport: HttpTransport, method: str, *params: Any) -> Any:
    """One answer of the node."""
    return transport.make_request(method, list(params))["result"]


@contextlib.contextmanager
def anvil() -> Iterator[HttpTransport]:
    """An anvil on a free port that keeps traces."""
    process = subprocess.Popen(
        [ANVIL, "--port", "0", "--hardfork", "prague", "--steps-tracing"], stdout=subprocess.PIPE, text=True
    )
    try:
        port = next(
            found[1] for line in process.stdout or () if (found := re.search(r"Listening on 127\.0\.0\.1:(\d+)", line))
        )
        yield HttpTransport(f"http://127.0.0.1:{port}")
    finally:
        process.terminate()
        process.wait()

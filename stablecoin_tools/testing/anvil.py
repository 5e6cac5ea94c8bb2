"""Anvil: a real node, on this machine and for one test, with levers that no public node has."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import threading
from collections import deque
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Final

from stablecoin_tools.chain import HttpChain, HttpTransport
from stablecoin_tools.errors import ConfigError, NodeRefused
from stablecoin_tools.networks import find_network

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path
    from types import TracebackType
    from typing import Self

    from stablecoin_tools.addresses import Address
    from stablecoin_tools.chain import Transport
    from stablecoin_tools.networks import Network

__all__ = ["AnvilChain", "AnvilProcess"]

_STOP_SECONDS: Final = 30
_LISTENING: Final = re.compile(r"Listening on 127\.0\.0\.1:(\d+)")
_LAST_WORDS: Final = 10


class AnvilProcess:
    """An anvil of our own on a free port, running from the first moment until `stop` or the end of a `with`.

    Args:
        *arguments: More of anvil's own arguments, such as `--block-time`, `1`. The rules are Prague's, unless
            `--hardfork` says otherwise.
        path: Where anvil is; looked up on the PATH, if not given.
        state: A file that keeps the chain: read when anvil starts, written when it stops. Its pool is never kept.

    Attributes:
        url: Where it listens; the same after `start`.

    Raises:
        ConfigError: If there is no anvil, or it does not start.
    """

    def __init__(self, *arguments: str, path: Path | str | None = None, state: Path | None = None) -> None:
        self._path = _program(path)
        rules = () if "--hardfork" in arguments else ("--hardfork", "prague")
        self._arguments = [*rules, *arguments, *(("--state", str(state)) if state else ())]
        self._port = 0
        self._process: subprocess.Popen[str] | None = None
        self._reader = threading.Thread()
        self.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._port}"

    def start(self) -> None:
        """Starts it again, on the port that it had; does nothing while it runs.

        Raises:
            ConfigError: If it does not start, in its own last words.
        """
        if self._process is not None:
            return
        self._process = subprocess.Popen(  # noqa: S603  # the program that the caller names
            [self._path, "--port", str(self._port), *self._arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        lines = self._process.stdout or iter(())
        try:
            self._port = _port_in(lines)
        except BaseException:
            self.kill()
            raise
        # What anvil prints is read to its end, so that it never waits for a reader.
        self._reader = threading.Thread(target=deque, args=(lines, 0), daemon=True)
        self._reader.start()

    def stop(self) -> None:
        """Ends it and waits until it has: a `state` file is written; does nothing once it ended."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """Ends it as a crash would: nothing is written."""
        self._end(signal.SIGKILL)

    def _end(self, how: signal.Signals) -> None:
        if self._process is None:
            return
        process, self._process = self._process, None
        with suppress(ProcessLookupError):
            os.killpg(process.pid, how)  # anvil may be the child of a script that npm installed
        process.wait(timeout=_STOP_SECONDS)
        if self._reader.is_alive():
            self._reader.join(timeout=_STOP_SECONDS)  # the end of its output is the end of the child too
        if process.stdout:
            process.stdout.close()


class AnvilChain(HttpChain):
    """Anvil with its levers; `ask` pulls those that have no name here.

    `take_snapshot`, `revert_to` and `advance` are as the local chain has them. Unlike there, a transaction may be mined
    a moment after `publish` has returned.
    """

    def __init__(self, network: Network, transport: Transport) -> None:
        super().__init__(network, transport)
        self._next_base_fees: dict[str, int] = {}

    @classmethod
    def at(cls, url: str) -> Self:
        """The anvil that listens there.

        Raises:
            WrongChain: If another chain answers.
            Unreachable: If nothing answers.
        """
        return cls(find_network("anvil"), HttpTransport(url))

    def ask(self, method: str, *params: Any) -> Any:
        """The result of any JSON-RPC request.

        Raises:
            NodeRefused: If anvil answers with an error.
        """
        return self._ask(_as_it_is, method, *params)

    def take_snapshot(self) -> str:
        """Remembers the state of the chain, and what gas will cost in its next block."""
        next_base_fee_wei = self.block("pending").base_fee_wei
        snapshot = str(self.ask("evm_snapshot"))
        self._next_base_fees[snapshot] = next_base_fee_wei
        return snapshot

    def revert_to(self, snapshot: str) -> None:
        """Puts the chain back to a remembered state, once.

        Raises:
            NodeRefused: If anvil remembers no such state.
        """
        if self.ask("evm_revert", snapshot) is not True:
            raise NodeRefused(f"anvil remembers no snapshot {snapshot}.")
        if next_base_fee_wei := self._next_base_fees.get(snapshot):  # anvil itself keeps the one of the undone chain
            self.set_next_base_fee(next_base_fee_wei)

    def advance(self, *, seconds: int) -> None:
        """Lets time pass, and mines a block."""
        self.ask("evm_increaseTime", seconds)
        self.ask("evm_mine")

    def mine(self, blocks: int = 1) -> None:
        """Mines blocks, each with what the pool has for it."""
        self.ask("anvil_mine", hex(blocks))

    def set_automine(self, is_on: bool) -> None:  # noqa: FBT001  # one switch, one flag
        """Whether each transaction is mined as it arrives; else it stays in the pool until `mine`, or this."""
        self.ask("evm_setAutomine", is_on)

    @contextmanager
    def mining_paused(self) -> Iterator[None]:
        """Nothing is mined meanwhile, but by `mine`; what is left in the pool is mined afterwards."""
        self.set_automine(False)
        try:
            yield
        finally:
            self.set_automine(True)

    def pooled(self) -> frozenset[str]:
        """The hashes of what is in the pool, ready for a block or behind a gap."""
        kinds = self.ask("txpool_content")
        by_sender = [by_nonce for kind in ("pending", "queued") for by_nonce in kinds[kind].values()]
        return frozenset(str(transaction["hash"]) for by_nonce in by_sender for transaction in by_nonce.values())

    def drop_transaction(self, transaction_hash: str) -> None:
        """Drops a transaction from the pool, as nodes do when it is full or they restart."""
        self.ask("anvil_dropTransaction", transaction_hash)

    def drop_all_transactions(self) -> None:
        """Empties the pool."""
        self.ask("anvil_dropAllTransactions")

    def reorg(self, depth: int, transactions: Sequence[tuple[bytes, int]] = ()) -> None:
        """Undoes the newest blocks and mines as many others in their place.

        What the old blocks held is not put back into the pool.

        Args:
            depth: How many blocks.
            transactions: Signed transactions for the new blocks, and into which of them each goes, counted from 0.
        """
        self.ask("anvil_reorg", depth, [["0x" + signed.hex(), block] for signed, block in transactions])

    def set_next_base_fee(self, wei: int) -> None:
        """What gas costs in the next block, in wei."""
        self.ask("anvil_setNextBlockBaseFeePerGas", hex(wei))

    def set_balance(self, account: Address, wei: int) -> None:
        """Gives an account this much ETH, in wei, in place of what it had."""
        self.ask("anvil_setBalance", str(account), hex(wei))


def _as_it_is(answer: Any) -> Any:
    return answer


def _program(path: Path | str | None) -> str:
    found = shutil.which(str(path or "anvil"))
    if found is None:
        raise ConfigError(
            f"There is no anvil at {path}." if path else "There is no anvil on the PATH.",
            hint="Install Foundry, or the npm package @foundry-rs/anvil and name its program: "
            'AnvilProcess(path=...), or `anvil = "node_modules/.bin/anvil"` among pytest\'s settings.',
        )
    return found


def _port_in(lines: Iterable[str]) -> int:
    said: list[str] = []
    for line in lines:
        if listening := _LISTENING.search(line):
            return int(listening[1])
        said.append(line.strip())
    raise ConfigError(f"anvil ended before it listened: {' '.join(said[-_LAST_WORDS:])}")

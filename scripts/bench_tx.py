"""Sending: this package's transactions, journal on disk and all, against plain web3.py, on one anvil.

Theirs is what its documentation shows: build, sign, send, wait for the receipt, and the next. For the latency of one,
theirs looks for the receipt every 10 ms, not every 100 ms as by itself: what is compared is work, not waiting. Where
nonces are counted ahead, theirs builds once, signs and sends one after the other, and waits for all receipts in the
end. Nothing of theirs survives a crash.
"""

from __future__ import annotations

import resource
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from stablecoin_tools.addresses import Address
from stablecoin_tools.deployment import CoinSpec, all_powers_of, deploy
from stablecoin_tools.networks import DEVELOPMENT_HD_PATH, DEVELOPMENT_MNEMONIC
from stablecoin_tools.signers import development_signer
from stablecoin_tools.testing import AnvilChain, AnvilProcess
from stablecoin_tools.token import Stablecoin
from stablecoin_tools.transactions import Journal, Order, TransactionManager, WaitPolicy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stablecoin_tools.chain import Call
    from stablecoin_tools.signers import Signer

ANVIL = Path(__file__).resolve().parent.parent / "contracts" / "node_modules" / ".bin" / "anvil"
ROUNDS = 5
OURS_A_ROUND = 1_000
THEIRS_A_ROUND = 40
SINGLE_SENDS = 20
MEMORY_INTENTS = 10_000
WARM_UP_INTENTS = 2_000
TRANSFER = {
    "type": "function",
    "name": "transfer",
    "stateMutability": "nonpayable",
    "inputs": [{"name": "to", "type": "address"}, {"name": "value", "type": "uint256"}],
    "outputs": [{"name": "", "type": "bool"}],
}
PAYEE = Address(b"\x77" * 20)
AHEAD = WaitPolicy(poll_seconds=0.01, in_flight=500)


class Ours:
    """A sender with a journal on disk."""

    def __init__(self, url: str, coin: Stablecoin, folder: Path, account: int) -> None:
        chain = AnvilChain.at(url)
        self.signer: Signer = development_signer(account, chain.network)
        journal = Journal(f"sqlite:///{folder / f'journal-{account}.db'}", who="bench")
        self.transactions = TransactionManager(chain, journal=journal, waiting=AHEAD)
        self.call: Call = coin.calls.transfer(PAYEE, coin.amount("0.01"))

    def many(self, count: int) -> None:
        """So many transfers, many in flight."""
        orders: Iterator[Order] = (Order(self.call) for _ in range(count))
        for outcome in self.transactions.send_all(orders, signer=self.signer):
            outcome.result()

    def one(self) -> None:
        """One transfer, until it is mined."""
        self.transactions.send(self.call, signer=self.signer)


class Theirs:
    """A sender over web3.py."""

    def __init__(self, url: str, coin: Stablecoin, account: int) -> None:
        from eth_account import Account
        from web3 import Web3

        Account.enable_unaudited_hdwallet_features()
        self.web3: Any = Web3(Web3.HTTPProvider(url))
        self.account: Any = Account.from_mnemonic(DEVELOPMENT_MNEMONIC, account_path=f"{DEVELOPMENT_HD_PATH}/{account}")
        contract: Any = self.web3.eth.contract(address=self.web3.to_checksum_address(str(coin.address)), abi=[TRANSFER])
        self.transfer: Any = contract.functions.transfer(str(PAYEE), 10_000)

    def one(self, look_every_seconds: float = 0.1) -> None:
        """Build, sign, send, wait; without an argument, looking for the receipt as often as web3.py does by itself."""
        self.web3.eth.wait_for_transaction_receipt(self._send(self._built()), poll_latency=look_every_seconds)

    def many(self, count: int) -> None:
        """So many, each begun when the one before is mined."""
        for _ in range(count):
            self.one()

    def ahead(self, count: int) -> None:
        """So many with nonces counted here, and fees and gas read once; the receipts in the end."""
        built = self._built()
        first = built["nonce"]
        for transaction_hash in [self._send({**built, "nonce": first + index}) for index in range(count)]:
            self.web3.eth.wait_for_transaction_receipt(transaction_hash)

    def _built(self) -> Any:
        nonce = self.web3.eth.get_transaction_count(self.account.address)
        return self.transfer.build_transaction({"from": self.account.address, "nonce": nonce})

    def _send(self, built: Any) -> Any:
        return self.web3.eth.send_raw_transaction(self.account.sign_transaction(built).raw_transaction)


def tx() -> list[dict[str, Any]]:
    """Transfers a second, the latency of one, and memory."""
    with AnvilProcess(path=ANVIL) as anvil, tempfile.TemporaryDirectory() as folder:
        coin = _coin(anvil.url)
        ours, theirs = Ours(anvil.url, coin, Path(folder), 1), Theirs(anvil.url, coin, 2)
        ahead = Theirs(anvil.url, coin, 3)
        for sender in (ours, theirs, ahead):
            sender.one()
        rates: dict[str, list[float]] = {"ours": [], "plain": [], "ahead": []}
        latencies: dict[str, list[float]] = {"ours": [], "theirs": []}
        for _ in range(ROUNDS):
            rates["ours"].append(OURS_A_ROUND / _seconds(lambda: ours.many(OURS_A_ROUND)))
            rates["plain"].append(THEIRS_A_ROUND / _seconds(lambda: theirs.many(THEIRS_A_ROUND)))
            rates["ahead"].append(THEIRS_A_ROUND / _seconds(lambda: ahead.ahead(THEIRS_A_ROUND)))
            for _ in range(SINGLE_SENDS):
                latencies["ours"].append(_seconds(ours.one))
                latencies["theirs"].append(_seconds(lambda: theirs.one(AHEAD.poll_seconds)))
        ours.many(WARM_UP_INTENTS)
        early = _peak_mebibytes()
        ours.many(MEMORY_INTENTS - WARM_UP_INTENTS)
        late = _peak_mebibytes()
    many, plain, counted = (median(rates[key]) for key in ("ours", "plain", "ahead"))
    one, their_one = median(latencies["ours"]), median(latencies["theirs"])
    return [
        _row("many, plain loop", many, plain, many / plain, 20, "tx/s"),
        _row("many, nonces ahead", many, counted, many / counted, 3, "tx/s"),
        _row("one", one * 1000, their_one * 1000, their_one / one, 1 / 1.2, "ms"),
        _row("memory, 10,000", late, early, early / late, 0.95, "MiB"),
    ]


def _coin(url: str) -> Stablecoin:
    """A coin, and some of it for each sender."""
    chain = AnvilChain.at(url)
    issuer, *senders = (development_signer(index, chain.network) for index in range(4))
    transactions = TransactionManager(chain)
    spec = CoinSpec("Example Dollar", "USDX", "USD", 6, issuer.address, roles=all_powers_of(issuer.address))
    deployment = deploy(spec, chain, signer=issuer, transactions=transactions)
    coin = Stablecoin(chain, deployment.address, transactions=transactions)
    coin.send(coin.calls.configure_minter(issuer.address, coin.amount(1_000_000)), signer=issuer)
    for sender in senders:
        coin.send(coin.calls.mint(sender.address, coin.amount(10_000)), signer=issuer)
    return coin


def _seconds(act: Any) -> float:
    started_at = time.perf_counter()
    act()
    return time.perf_counter() - started_at


def _peak_mebibytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _row(key: str, ours: float, theirs: float, ratio: float, target: float, unit: str) -> dict[str, Any]:
    return {"key": key, "ours": ours, "theirs": theirs, "ratio": ratio, "target": target, "unit": unit}

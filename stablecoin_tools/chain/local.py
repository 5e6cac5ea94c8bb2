"""An EVM in this process: eth-tester over py-evm. It needs no node and no network, and is gone with the process."""

from __future__ import annotations

import secrets
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from stablecoin_tools.addresses import ZERO_ADDRESS, Address
from stablecoin_tools.chain.authorizations import recovered
from stablecoin_tools.chain.refusals import refusal
from stablecoin_tools.chain.values import (
    Block,
    Call,
    FeeHistory,
    Log,
    MinedTransaction,
    Receipt,
    Rehearsed,
    Survey,
)
from stablecoin_tools.errors import ChainError, ConfigError, NodeRefused, StablecoinError
from stablecoin_tools.networks import DEVELOPMENT_HD_PATH, DEVELOPMENT_MNEMONIC, find_network

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager

    from stablecoin_tools.chain.protocol import BlockId
    from stablecoin_tools.errors import Reverted
    from stablecoin_tools.networks import Network

__all__ = ["LocalChain"]

_GAS_FOR_READING: Final = 30_000_000
_EXTRA_BYTES: Final = 32  # as many as a block's head has room for. Source: the yellow paper
_SET_CODE: Final = 4  # EIP-7702's type of a transaction


class LocalChain:
    """A fresh chain with ten funded accounts, the same as anvil's; each transaction is mined as it is sent.

    It tests contracts, not transactions: there is no mempool, and every block is final at once.

    Args:
        started_at: The time of the first block, in seconds since 1970; now, if not given.

    Raises:
        ConfigError: If the extra `local` is not installed.
    """

    def __init__(self, *, started_at: int | None = None) -> None:
        try:
            from eth_tester import EthereumTester, PyEVMBackend
        except ImportError as error:
            raise ConfigError(
                "The in-process chain is not installed.", hint="pip install 'stablecoin_tools[local]'"
            ) from error

        # Journals know a development chain by its first block, so no two are alike, whenever they begin.
        first = {"timestamp": started_at or int(time.time()), "extra_data": secrets.token_bytes(_EXTRA_BYTES)}
        parameters = PyEVMBackend.generate_genesis_params(first)
        backend = PyEVMBackend.from_mnemonic(
            DEVELOPMENT_MNEMONIC, genesis_parameters=parameters, hd_path=DEVELOPMENT_HD_PATH, num_accounts=10
        )
        self._network = find_network("local")
        # eth-tester gives every chain one odd chain id; signatures must bind to this network's.
        type(backend.chain).chain_id = self._network.chain_id
        self._tester = EthereumTester(backend)

    @property
    def network(self) -> Network:
        """Which chain this is."""
        return self._network

    def chain_id(self) -> int:
        """Which chain this is."""
        return self._network.chain_id

    def call(self, call: Call, *, sender: Address | None = None, block: BlockId = "latest") -> bytes:
        """The answer of a call that changes nothing."""
        with self._free_state(block) as state, _typed_errors():
            computation = self._execute(call, sender or ZERO_ADDRESS, state, _GAS_FOR_READING)
        if computation.is_error:
            raise _refusal(computation.error)
        return bytes(computation.output)

    def estimate_gas(self, call: Call, *, sender: Address) -> int:
        """How much gas the call would use if sent now, and a little more."""
        with self._free_state("latest") as state, _typed_errors():
            computation = self._execute(call, sender, state, _GAS_FOR_READING)
            if computation.is_error:
                raise _refusal(computation.error)
            # Refunds come after the fact, and a call keeps a 64th of its gas back from those it makes (EIP-150).
            spent = _GAS_FOR_READING - int(computation.get_gas_remaining())
            likely = spent + spent // 63
            if not self._execute(call, sender, state, likely).is_error:
                return likely
            return int(self._tester.backend.chain.gas_estimator(state, self._spoofed(call, sender, state, likely)))

    def balance_wei(self, account: Address) -> int:
        """How much ETH an account has, in wei."""
        return int(self._tester.get_balance(str(account)))

    def code(self, account: Address) -> bytes:
        """The contract's code, empty if there is none."""
        return _bytes(self._tester.get_code(str(account)))

    def storage(self, account: Address, slot: int) -> bytes:
        """One word of a contract's storage, 32 bytes."""
        return _bytes(self._tester.get_storage_at(str(account), hex(slot))).rjust(32, b"\0")

    def nonce(self, account: Address, *, block: BlockId = "pending") -> int:
        """The next nonce of an account after a block."""
        with _typed_errors():
            return int(self._tester.get_nonce(str(account), block))

    def block(self, block: BlockId = "latest") -> Block:
        """A block's head."""
        with _typed_errors():
            found = self._tester.get_block_by_number(block)
        return Block(found["number"], found["hash"], found["timestamp"], found["base_fee_per_gas"])

    def block_hashes(self, numbers: Sequence[int]) -> list[str | None]:
        """The hashes of the blocks with these numbers, None where there is no such block."""
        return [self._block_hash(number) for number in numbers]

    def transactions_in(self, block: int) -> tuple[MinedTransaction, ...]:
        """What one block holds, in its order."""
        head = self.block(block)
        found = self._tester.backend.chain.get_canonical_block_by_number(head.number).transactions
        return tuple(_mined(transaction, head) for transaction in found)

    def finalized_number(self) -> int:
        """The number of the newest block: all are final."""
        return self.block().number

    def safe_number(self) -> int:
        """The number of the newest block: all are final."""
        return self.block().number

    def fee_history(self) -> FeeHistory:
        """What gas cost lately: the newest base fee, which never rises by more than an eighth; no tips."""
        return FeeHistory(next_base_fee_wei=self.block().base_fee_wei * 9 // 8, tips_wei=(), suggested_tip_wei=0)

    def survey(self, calls: Sequence[Call], *, sender: Address) -> Survey:
        """What sending these calls would take."""
        gas = tuple(self._gas(call, sender) for call in calls)
        return Survey(gas, self.fee_history(), self.balance_wei(sender), self.nonce(sender))

    def simulate(
        self, calls: Sequence[tuple[Address, Call]], *, codes: Mapping[Address, bytes] | None = None
    ) -> list[StablecoinError | None]:
        """Tries calls one after the other on the newest state; nothing is sent."""
        found: list[StablecoinError | None] = []
        with self._free_state("latest") as state, _typed_errors():
            _keep_empty_accounts(state, calls)
            for account, code in (codes or {}).items():
                state.set_code(bytes(account), code)
            for sender, call in calls:
                transaction = self._spoofed(call, sender, state, _GAS_FOR_READING)
                computation = state.costless_execute_transaction(transaction)
                found.append(_refusal(computation.error) if computation.is_error else None)
        return found

    def rehearse(self, calls: Sequence[tuple[Address, Call]], *, block: BlockId = "latest") -> list[Rehearsed]:
        """What would come of calls in one block on top of another, all at one time."""
        with self._free_state(block) as state, _typed_errors():
            _keep_empty_accounts(state, calls)
            return [
                _rehearsed(state.costless_execute_transaction(self._spoofed(call, sender, state, _GAS_FOR_READING)))
                for sender, call in calls
            ]

    def publish(self, signed_transaction: bytes) -> None:
        """Mines a signed transaction."""
        with _typed_errors():
            transaction = self._tester.backend.chain.get_transaction_builder().decode(signed_transaction)
            if transaction.chain_id not in (None, self._network.chain_id):  # None: valid on every chain, as once
                raise NodeRefused(f"invalid chain id: the transaction is for chain {transaction.chain_id}")
            self._tester.send_raw_transaction("0x" + signed_transaction.hex())

    def publish_many(self, signed: Sequence[bytes]) -> list[ChainError | None]:
        """Mines several signed transactions in this order; None for each that was taken."""
        return [self._publication_error(one) for one in signed]

    def receipt(self, transaction_hash: str) -> Receipt | None:
        """What became of a transaction, or None if there is none of this hash."""
        from eth_tester.exceptions import TransactionNotFound

        try:
            found = self._tester.get_transaction_receipt(transaction_hash)
        except TransactionNotFound:
            return None
        created = found["contract_address"]
        return Receipt(
            transaction_hash=found["transaction_hash"],
            block_number=found["block_number"],
            block_hash=found["block_hash"],
            succeeded=found["status"] == 1,
            gas_used=found["gas_used"],
            gas_price_wei=found["effective_gas_price"],
            contract_address=Address(_bytes(created)) if created else None,
            logs=tuple(_log(log) for log in found["logs"]),
        )

    def receipts(self, hashes: Sequence[str]) -> list[Receipt | None]:
        """What became of several transactions, None where there is none of that hash."""
        return [self.receipt(transaction_hash) for transaction_hash in hashes]

    def logs(self, address: Address, *, from_block: int, to_block: int, topics: Sequence[bytes] = ()) -> list[Log]:
        """A contract's events in these blocks, both included."""
        found = self._tester.get_logs(
            from_block=from_block,
            to_block=to_block,
            address=str(address),
            topics=["0x" + topic.hex() for topic in topics] or None,
        )
        return [_log(log) for log in found]

    def _block_hash(self, number: int) -> str | None:
        try:
            return self.block(number).hash
        except NodeRefused:
            return None

    def _gas(self, call: Call, sender: Address) -> int | StablecoinError:
        try:
            return self.estimate_gas(call, sender=sender)
        except StablecoinError as error:
            return error

    def _publication_error(self, signed_transaction: bytes) -> ChainError | None:
        try:
            self.publish(signed_transaction)
        except ChainError as error:
            return error
        return None

    def _free_state(self, block: BlockId) -> AbstractContextManager[Any]:
        """The state after a block, where gas costs nothing: nodes let anybody read, whoever can pay or not."""
        evm = self._tester.backend.chain
        number = self.block(block).number
        state: AbstractContextManager[Any] = evm.get_vm(
            evm.get_canonical_block_header_by_number(number)
        ).in_costless_state()
        return state

    def _execute(self, call: Call, sender: Address, state: Any, gas: int) -> Any:
        """What comes of a call; the state is as before afterwards."""
        snapshot = state.snapshot()
        computation = state.costless_execute_transaction(self._spoofed(call, sender, state, gas))
        state.revert(snapshot)
        return computation

    def _spoofed(self, call: Call, sender: Address, state: Any, gas: int) -> Any:
        from eth.vm.spoof import SpoofTransaction

        unsigned = self._tester.backend.chain.create_unsigned_transaction(
            nonce=state.get_nonce(bytes(sender)),
            gas_price=0,
            gas=gas,
            to=bytes(call.to or b""),
            value=call.value_wei,
            data=call.data,
        )
        return SpoofTransaction(unsigned, from_=bytes(sender))

    def take_snapshot(self) -> int:
        """Remembers the state of the chain."""
        return int(self._tester.take_snapshot())

    def revert_to(self, snapshot: int) -> None:
        """Puts the chain back to a remembered state."""
        self._tester.revert_to_snapshot(snapshot)

    def advance(self, *, seconds: int) -> None:
        """Lets time pass, and mines a block."""
        self._tester.time_travel(self.block("pending").timestamp + seconds)


def _keep_empty_accounts(state: Any, calls: Sequence[tuple[Address, Call]]) -> None:
    """An empty account is deleted after each transaction that touches it, and py-evm can undo only one deletion."""
    receivers = (bytes(call.to) for _, call in calls if call.to is not None)
    for account in (state.coinbase, *receivers):
        if state.account_is_empty(account):
            state.set_balance(account, 1)


@contextmanager
def _typed_errors() -> Iterator[None]:
    """What the EVM finds wrong with a request, as a node would answer it."""
    from eth.exceptions import PyEVMError, VMError
    from eth_tester.exceptions import BlockNotFound, ValidationError
    from eth_utils.exceptions import ValidationError as EvmValidationError
    from rlp.exceptions import RLPException

    try:
        yield
    except VMError as error:
        raise _refusal(error) from None
    except (PyEVMError, BlockNotFound, ValidationError, EvmValidationError, RLPException, IndexError) as error:
        raise NodeRefused(f"The chain does not take that: {error}") from error


def _refusal(error: Any) -> Reverted:
    """Only a revert carries bytes; running out of gas and the like do not."""
    from eth.exceptions import Revert

    return refusal(error.args[0] if isinstance(error, Revert) else b"")


def _rehearsed(computation: Any) -> Rehearsed:
    if computation.is_error:
        return Rehearsed(succeeded=False, answer=bytes(computation.output))
    events = ((Address(log[0]), tuple(topic.to_bytes(32) for topic in log[1])) for log in computation.get_log_entries())
    return Rehearsed(succeeded=True, answer=bytes(computation.output), events=tuple(events))


def _mined(transaction: Any, head: Block) -> MinedTransaction:
    signed = transaction.authorization_list if getattr(transaction, "type_id", 0) == _SET_CODE else ()
    found = (recovered(one.chain_id, one.address, one.nonce, one.y_parity, one.r, one.s) for one in signed)
    return MinedTransaction(
        hash="0x" + transaction.hash.hex(),
        sender=Address(transaction.sender),
        nonce=int(transaction.nonce),
        block_hash=head.hash,
        authorizations=tuple(one for one in found if one is not None),
    )


def _log(log: Mapping[str, Any]) -> Log:
    return Log(
        address=Address(_bytes(log["address"])),
        topics=tuple(_bytes(topic) for topic in log["topics"]),
        data=_bytes(log["data"]),
        block_number=log["block_number"],
        transaction_hash=log["transaction_hash"],
        index=log["log_index"],
    )


def _bytes(text: str) -> bytes:
    return bytes.fromhex(text.removeprefix("0x"))

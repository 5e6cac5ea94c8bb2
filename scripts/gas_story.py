"""The operations that `gas.py` measures, in the order in which they happen to one coin."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from stablecoin_tools.addresses import ZERO_ADDRESS, Address
from stablecoin_tools.artifacts import coin_abi, load_artifact
from stablecoin_tools.chain import Call
from stablecoin_tools.deployment import CoinSpec, all_powers_of, deploy
from stablecoin_tools.deployment.create2 import DEPLOYER
from stablecoin_tools.signers import development_signer
from stablecoin_tools.token import Permit, ReceiveAuthorization, Stablecoin, TransferAuthorization
from stablecoin_tools.transactions import TransactionManager

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from stablecoin_tools.amounts import Amount
    from stablecoin_tools.chain import Chain
    from stablecoin_tools.signers import Signer
    from stablecoin_tools.transactions import Intent

LATE = datetime(2100, 1, 1, tzinfo=UTC)
KEYED_TERMS = "address,address,uint256,uint256,uint256,bytes32,uint8,bytes32,bytes32"
FIRST_NONCE = int.from_bytes(bytes(range(7, 38)) + b"\0", "big")
BATCH = 50
PAYEES = 100


@dataclass
class Stage:
    """Two coins on one chain, who acts, and the last receipt's hash."""

    chain: Chain
    coin: Stablecoin
    other: Stablecoin
    operator: Signer
    holder: Signer
    friend: Signer
    spender: Signer
    deploy_total: int
    last_hash: str = ""
    used_nonces: int = 0

    def gas(self, call: Call, signer: Signer, coin: Stablecoin | None = None) -> int:
        """Sends a call; returns what it used."""
        receipt = (coin or self.coin).send(call, signer=signer)
        self.last_hash = receipt.transaction_hash
        return receipt.gas_used

    def tokens(self, count: int) -> Amount:
        """So many of the coin."""
        return self.coin.amount(count)

    def payment(self) -> tuple[TransferAuthorization, bytes]:
        """The holder's next payment of one token to the friend, signed; nonces are in sequence."""
        nonce = (FIRST_NONCE + self.used_nonces).to_bytes(32, "big")
        self.used_nonces += 1
        payment = TransferAuthorization(
            sender=self.holder.address, to=self.friend.address, value=self.tokens(1), nonce=nonce, valid_before=LATE
        )
        return payment, self.holder.sign_typed_data(payment.message(self.coin.eip712_domain()))


def new_stage(chain: Chain) -> Stage:
    """Deploys two coins the public way, and gives three accounts some of each."""
    operator, holder, friend, spender = (development_signer(index, chain.network) for index in range(4))
    mined: list[Intent] = []
    transactions = TransactionManager(chain, announce=lambda change: mined.append(change.intent))

    def created(name: str, symbol: str, currency: str) -> Stablecoin:
        spec = CoinSpec(name, symbol, currency, 6, operator.address, roles=all_powers_of(operator.address))
        deployment = deploy(spec, chain, signer=operator, transactions=transactions)
        return Stablecoin(chain, deployment.address, transactions=transactions)

    coin = created("Example Dollar", "USDX", "USD")
    used = {
        one.receipt.transaction_hash: one.receipt.gas_used for one in mined if one.receipt and one.call.to == DEPLOYER
    }
    deploy_total = sum(used.values())
    other = created("Example Euro", "EURX", "EUR")
    stage = Stage(chain, coin, other, operator, holder, friend, spender, deploy_total)
    for each in (coin, stage.other):
        stage.gas(each.calls.configure_minter(operator.address, each.amount(1_000_000)), operator, each)
        for party in (operator, holder, friend):
            stage.gas(each.calls.mint(party.address, each.amount(1_000)), operator, each)
    return stage


def permit(stage: Stage, spender: Address) -> int:
    """The holder's next permit, with the signature in three parts."""
    coin, holder = stage.coin, stage.holder
    nonce = coin.nonces(holder.address)
    signed = Permit(owner=holder.address, spender=spender, value=stage.tokens(5), nonce=nonce, deadline=LATE)
    signature = holder.sign_typed_data(signed.message(coin.eip712_domain()))
    deadline = int(LATE.timestamp())
    arguments = (holder.address, spender, signed.value.base_units, deadline, *parts(signature))
    call = coin_abi().encode_call("permit(address,address,uint256,uint256,uint8,bytes32,bytes32)", *arguments)
    return stage.gas(Call(coin.address, call), stage.spender)


def transfer_with_authorization(stage: Stage) -> int:
    """The holder's next payment, with the signature in three parts."""
    payment, signature = stage.payment()
    terms = (payment.sender, payment.to, payment.value.base_units, 0, int(LATE.timestamp()), payment.nonce)
    call = coin_abi().encode_call(f"transferWithAuthorization({KEYED_TERMS})", *terms, *parts(signature))
    return stage.gas(Call(stage.coin.address, call), stage.spender)


def authorization_batch(stage: Stage, *, skips_refused: bool) -> int:
    """Fifty payments of one payer to one payee, in one transaction; gas per payment."""
    payments = [stage.payment() for _ in range(BATCH)]
    call = stage.coin.calls.transfer_with_authorization_batch(payments, skips_refused=skips_refused)
    return round(stage.gas(call, stage.spender) / BATCH)


def transfer_batch(stage: Stage) -> int:
    """A hundred payees that hold the coin already; gas per payee."""
    payments = [(Address(bytes([100 + index]) * 20), stage.tokens(1)) for index in range(PAYEES)]
    stage.gas(stage.coin.calls.transfer_batch(payments), stage.operator)
    return round(stage.gas(stage.coin.calls.transfer_batch(payments), stage.operator) / PAYEES)


def transfer_from_infinite(stage: Stage) -> int:
    """Out of an allowance that is never used up."""
    endless = coin_abi().encode_call("approve", stage.spender.address, 2**256 - 1)
    stage.gas(Call(stage.coin.address, endless), stage.friend)
    call = stage.coin.calls.transfer_from(stage.friend.address, stage.holder.address, stage.tokens(1))
    return stage.gas(call, stage.spender)


def mint_with_reference(stage: Stage) -> int:
    """The second of two references in sequence."""
    for number in (1001, 1002):
        call = stage.coin.calls.mint(stage.friend.address, stage.tokens(1), number.to_bytes(32, "big"))
        used = stage.gas(call, stage.operator)
    return used


def mint_refilling(stage: Stage) -> int:
    """Within a minter's limit that refills."""
    calls = stage.coin.calls
    stage.gas(calls.configure_minter(stage.operator.address, stage.tokens(500_000), stage.tokens(10)), stage.operator)
    return stage.gas(calls.mint(stage.friend.address, stage.tokens(1)), stage.operator)


def payment_versus_payment(stage: Stage) -> int:
    """A token of one coin against a token of the other; both payees hold what they receive."""
    coin, other, holder, friend = stage.coin, stage.other, stage.holder, stage.friend
    artifact = load_artifact("PaymentVersusPayment")
    at = coin.send(Call(None, artifact.creation_code()), signer=stage.operator).contract_address or ZERO_ADDRESS
    late = int(LATE.timestamp())
    legs = ((coin.address, holder.address, 10**6), (other.address, friend.address, 10**6))
    trade = (*legs, 0, late, bytes(31) + b"\5")
    nonce = stage.chain.call(Call(at, artifact.abi.encode_call("nonceOf", trade)))
    signatures = []
    for each, party in ((coin, holder), (other, friend)):
        leg = ReceiveAuthorization(sender=party.address, to=at, value=each.amount(1), nonce=nonce, valid_before=LATE)
        signatures.append(party.sign_typed_data(leg.message(each.eip712_domain())))
    return stage.gas(Call(at, artifact.abi.encode_call("settle", trade, *signatures)), stage.spender)


def parts(signature: bytes) -> tuple[int, bytes, bytes]:
    """A key's signature as v, r, s."""
    return signature[64], signature[:32], signature[32:64]


def by_operator(build: Callable[[Stage], Call]) -> Callable[[Stage], int]:
    """An operation that the operator sends."""
    return lambda stage: stage.gas(build(stage), stage.operator)


def by_holder(build: Callable[[Stage], Call]) -> Callable[[Stage], int]:
    """An operation that the holder sends."""
    return lambda stage: stage.gas(build(stage), stage.holder)


STRANGER, NEWCOMER, THIRD, FOURTH = (Address(bytes([byte]) * 20) for byte in (0x11, 0x22, 0x31, 0x32))

OPERATIONS: Mapping[str, Callable[[Stage], int]] = {
    "deploy_total": lambda stage: stage.deploy_total,
    "transfer_existing": by_holder(lambda s: s.coin.calls.transfer(s.friend.address, s.tokens(1))),
    "transfer_fresh": by_holder(lambda s: s.coin.calls.transfer(STRANGER, s.tokens(1))),
    "approve_new": by_holder(lambda s: s.coin.calls.approve(s.spender.address, s.tokens(10))),
    "transfer_from_finite": lambda s: s.gas(
        s.coin.calls.transfer_from(s.holder.address, s.friend.address, s.tokens(1)), s.spender
    ),
    "transfer_from_infinite": transfer_from_infinite,
    "transfer_with_memo": by_holder(
        lambda s: s.coin.calls.transfer_with_memo(s.friend.address, s.tokens(1), bytes(range(32)))
    ),
    "permit_first": lambda stage: permit(stage, THIRD),
    "permit": lambda stage: permit(stage, FOURTH),
    "transfer_with_authorization_first": transfer_with_authorization,
    "transfer_with_authorization_next": transfer_with_authorization,
    "transfer_batch_100_existing": transfer_batch,
    "authorization_batch_50_one_payee": lambda stage: authorization_batch(stage, skips_refused=False),
    "authorization_batch_50_skipping": lambda stage: authorization_batch(stage, skips_refused=True),
    "configure_minter": by_operator(lambda s: s.coin.calls.configure_minter(s.operator.address, s.tokens(500_000))),
    "mint_existing": by_operator(lambda s: s.coin.calls.mint(s.friend.address, s.tokens(1))),
    "mint_fresh": by_operator(lambda s: s.coin.calls.mint(NEWCOMER, s.tokens(1))),
    "mint_with_reference": mint_with_reference,
    "mint_refilling": mint_refilling,
    "burn": by_operator(lambda s: s.coin.calls.burn(s.tokens(1))),
    "blacklist_holder": by_operator(lambda s: s.coin.calls.blacklist(s.friend.address)),
    "unblacklist_holder": by_operator(lambda s: s.coin.calls.un_blacklist(s.friend.address)),
    "pause": by_operator(lambda s: s.coin.calls.pause()),
    "unpause": by_operator(lambda s: s.coin.calls.unpause()),
    "payment_versus_payment": payment_versus_payment,
}

"""`authorize`, `settle` and `cancel-authorization`: payments that one signs and another submits (EIP-3009)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import click

from stablecoin_tools.cli import show
from stablecoin_tools.cli.command import Command, coin_options, sending_options, signing_options
from stablecoin_tools.cli.reading import read_file, read_word
from stablecoin_tools.cli.session import Session
from stablecoin_tools.errors import UsageError

if TYPE_CHECKING:
    from datetime import datetime

    from stablecoin_tools.chain import Call
    from stablecoin_tools.cli.payments import SignedPayment
    from stablecoin_tools.cli.sending import Sent

__all__ = ["authorize", "cancel_authorization", "settle"]

_HOUR_SECONDS: Final = 3600
_CENTURY_SECONDS: Final = 100 * 365 * 24 * 3600


@click.command(cls=Command)
@click.argument("amount")
@click.option("--to", required=True, metavar="ACCOUNT", help="Who is paid.")
@click.option(
    "--valid-for",
    "valid_for_seconds",
    type=click.IntRange(2, _CENTURY_SECONDS),
    default=_HOUR_SECONDS,
    show_default=True,
    metavar="SECONDS",
    help="How long it can be submitted.",
)
@click.option("--nonce", metavar="HEX", help="32 bytes that the signer used for no other; random ones, if not given.")
@click.option("--payee-submits", is_flag=True, help="Let nobody but the payee submit it.")
@signing_options
@coin_options
def authorize(
    amount: str, to: str, valid_for_seconds: int, nonce: str | None, *, payee_submits: bool, **options: Any
) -> None:
    """Sign a payment of AMOUNT from the wallet, and print it as JSON for the payee or a relayer. Nothing is sent.

    Whoever has the JSON can submit it once, until it is no longer valid or its nonce is cancelled.

    \b
    Example:  stablecoin authorize "5.00 USDX" --to 0x70997970C51812dc3A010C7d01b50e0d17dc79C8 \\
                --network anvil --yes > payment.json
    """
    import secrets

    from stablecoin_tools.addresses import parse_address
    from stablecoin_tools.cli.payments import write_payment
    from stablecoin_tools.token import ReceiveAuthorization, TransferAuthorization

    payee = parse_address(to)
    word = secrets.token_bytes(32) if nonce is None else read_word(nonce, "nonce")
    session = Session(**options)
    value, domain, signer = session.coin.denomination.parse(amount), session.coin.eip712_domain(), session.signer
    if session.coin.authorization_state(signer.address, word):
        raise UsageError(f"The nonce 0x{word.hex()} is used up.", hint="Without --nonce, a new one is made.")
    kind = ReceiveAuthorization if payee_submits else TransferAuthorization
    payment = kind(
        sender=signer.address, to=payee, value=value, nonce=word, valid_before=_in(session, valid_for_seconds)
    )
    session.confirm(
        f"{domain.name} at {domain.coin} on {session.network.name} (chain {domain.chain_id})\n"
        f"  sign a payment of {value} from {signer.address} to {payee}\n"
        f"  for {'the payee' if payee_submits else 'anybody'} to submit before {payment.valid_before}"
    )
    show.write_json(write_payment((payment, signer.sign_typed_data(payment.message(domain))), domain))


@click.command(cls=Command)
@click.argument("file")
@click.option("--skip-refused", is_flag=True, help="Of a list, make the payments that can be made.")
@sending_options
@coin_options
def settle(file: str, *, skip_refused: bool, **options: Any) -> None:
    """Submit the signed payment of FILE, or the list of them, in one transaction. The signer only pays for gas.

    A list is all or nothing; with --skip-refused, what is refused is skipped, and shown with its reason. `-` reads
    standard input.

    \b
    Example:  stablecoin settle payment.json --network anvil --wallet dev1
    """
    from stablecoin_tools.cli.payments import read_payments

    session = Session(**options)
    coin = session.coin
    payments = read_payments(read_file(file), coin.denomination, coin.eip712_domain())
    if not isinstance(payments, list):
        if skip_refused:
            raise UsageError("--skip-refused is for a list of payments.")
        session.transact(_single(session, payments))
        return
    call = coin.calls.transfer_with_authorization_batch(_submittable(payments), skips_refused=skip_refused)
    sent = session.submit(call, details=[f"{each.value} from {each.sender} to {each.to}" for each, _ in payments])
    show.sent(sent, session.network, as_json=session.as_json, skipped=_skipped(session, sent))


@click.command("cancel-authorization", cls=Command)
@click.argument("nonce")
@sending_options
@coin_options
def cancel_authorization(nonce: str, **options: Any) -> None:
    """Use up the NONCE of a payment that the wallet signed, so that nobody can submit it any more.

    \b
    Example:  stablecoin cancel-authorization \\
                0x4b5c2d8e9f00112233445566778899aabbccddeeff00112233445566778899aa --network anvil
    """
    from stablecoin_tools.token import CancelAuthorization

    word = read_word(nonce, "nonce")
    session = Session(**options)
    cancellation = CancelAuthorization(authorizer=session.signer.address, nonce=word)
    signature = session.signer.sign_typed_data(cancellation.message(session.coin.eip712_domain()))
    session.transact(session.coin.calls.cancel_authorization(cancellation, signature))


def _in(session: Session, seconds: int) -> datetime:
    """So much later than now: by the chain's clock where it is ahead, since the chain decides."""
    from datetime import UTC, datetime, timedelta

    latest = datetime.fromtimestamp(session.chain.block().timestamp, UTC)
    return max(latest, datetime.now(UTC)).replace(microsecond=0) + timedelta(seconds=seconds)


def _single(session: Session, payment: SignedPayment) -> Call:
    from stablecoin_tools.token import ReceiveAuthorization

    authorization, signature = payment
    if isinstance(authorization, ReceiveAuthorization):
        return session.coin.calls.receive_with_authorization(authorization, signature)
    return session.coin.calls.transfer_with_authorization(authorization, signature)


def _submittable(payments: list[SignedPayment]) -> list[Any]:
    from stablecoin_tools.token import TransferAuthorization

    for place, (authorization, _) in enumerate(payments, start=1):
        if not isinstance(authorization, TransferAuthorization):
            raise UsageError(f"Payment {place}: its payee must submit it alone.", hint="Settle it by itself.")
    return payments


def _skipped(session: Session, sent: Sent) -> list[dict[str, Any]]:
    from stablecoin_tools.token.events import AuthorizationSkipped

    return [
        {
            "authorizer": event.authorizer,
            "nonce": event.nonce,
            "refused": str(session.coin.refusal_of(event)),
        }
        for event in sent.events
        if isinstance(event, AuthorizationSkipped)
    ]

"""What holders try: one function for each of theirs, drawing a step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.contracts.machine.holding import Terms, arguments_of
from tests.contracts.machine.ledger import COIN, UNLIMITED, ZERO
from tests.contracts.machine.picks import CALLERS, HOLDERS, SIGNERS, Step
from tests.contracts.machine.signing import in_parts, payment
from tests.world import PEOPLE

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.contracts.machine.picks import Picks

_SIX = "address,address,uint256,uint256,uint256,bytes32"
_IN_PARTS = "uint8,bytes32,bytes32"


def transfer(pick: Picks) -> Step:
    by = pick.payer()
    return Step("transfer", "transfer", by, (pick.payee(), pick.amount(pick.model.balances[by])))


def transfer_with_memo(pick: Picks) -> Step:
    by = pick.payer()
    arguments = pick.payee(), pick.amount(pick.model.balances[by]), pick.memo()
    return Step("transfer_with_memo", "transferWithMemo", by, arguments)


def transfer_from(pick: Picks) -> Step:
    by, arguments = _allowed_move(pick)
    return Step("transfer_from", "transferFrom", by, arguments)


def transfer_from_with_memo(pick: Picks) -> Step:
    by, arguments = _allowed_move(pick)
    return Step("transfer_from_with_memo", "transferFromWithMemo", by, (*arguments, pick.memo()))


def transfer_batch(pick: Picks) -> Step:
    by = pick.payer()
    count = pick.one((2, 1, 3, 0))
    to = [pick.payee() for _ in range(count)]
    values = [pick.amount(pick.model.balances[by] // 2) for _ in to]
    return Step("transfer_batch", "transferBatch", by, (to, values if pick.usually(95) else [*values, 1]))


def approve(pick: Picks) -> Step:
    value = pick.one((10**9, UNLIMITED, 10**6, 0, 1))
    return Step("approve", "approve", pick.one(CALLERS), (_spender(pick), value))


def increase_allowance(pick: Picks) -> Step:
    return Step(
        "increase_allowance",
        "increaseAllowance",
        pick.one(CALLERS),
        (_spender(pick), pick.one((10**6, 1, 0, UNLIMITED))),
    )


def decrease_allowance(pick: Picks) -> Step:
    by, spender = _allowed_pair(pick, [(owner, spender) for owner in CALLERS for spender in (*CALLERS, COIN, ZERO)])
    return Step(
        "decrease_allowance", "decreaseAllowance", by, (spender, pick.amount(pick.model.allowances[by, spender]))
    )


def permit_in_parts(pick: Picks) -> Step:
    arguments, signature, is_good = _permit(pick)
    function = f"permit(address,address,uint256,uint256,{_IN_PARTS})"
    is_good = is_good and len(signature) == 65
    return Step("permit", function, pick.one(PEOPLE), (*arguments, *in_parts(signature)), (*arguments, is_good))


def permit(pick: Picks) -> Step:
    arguments, signature, is_good = _permit(pick)
    function = "permit(address,address,uint256,uint256,bytes)"
    return Step("permit", function, pick.one(PEOPLE), (*arguments, signature), (*arguments, is_good))


def transfer_with_authorization_in_parts(pick: Picks) -> Step:
    return _paid_in_parts(pick, "transfer", pick.one(PEOPLE), pick.terms())


def transfer_with_authorization(pick: Picks) -> Step:
    return _paid(pick, "transfer", pick.one(PEOPLE), pick.terms())


def receive_with_authorization_in_parts(pick: Picks) -> Step:
    terms = pick.terms(pick.one(CALLERS))
    return _paid_in_parts(pick, "receive", terms.to if pick.usually() else pick.one(CALLERS), terms)


def receive_with_authorization(pick: Picks) -> Step:
    terms = pick.terms(pick.one(CALLERS))
    return _paid(pick, "receive", terms.to if pick.usually() else pick.one(CALLERS), terms)


def batch_of_authorizations(pick: Picks) -> Step:
    return _batch(pick, skips=False, counts=(2, 1, 1, 0))


def skipping_batch_of_authorizations(pick: Picks) -> Step:
    return _batch(pick, skips=True, counts=(3, 2, 4, 1))


def cancel_authorization_in_parts(pick: Picks) -> Step:
    authorizer, nonce, signature, is_good = _cancellation(pick)
    function = f"cancelAuthorization(address,bytes32,{_IN_PARTS})"
    is_good = is_good and len(signature) == 65
    arguments = authorizer, nonce, *in_parts(signature)
    return Step("cancel_authorization", function, pick.one(PEOPLE), arguments, (authorizer, nonce, is_good))


def cancel_authorization(pick: Picks) -> Step:
    authorizer, nonce, signature, is_good = _cancellation(pick)
    function = "cancelAuthorization(address,bytes32,bytes)"
    arguments = authorizer, nonce, signature
    return Step("cancel_authorization", function, pick.one(PEOPLE), arguments, (authorizer, nonce, is_good))


def redeem(pick: Picks) -> Step:
    by = pick.payer()
    return Step("redeem", "redeem", by, (pick.amount(pick.model.balances[by]), pick.reference(by)))


def _spender(pick: Picks) -> str:
    return pick.one((*CALLERS, *CALLERS, *CALLERS, COIN, ZERO))


def _allowed_move(pick: Picks) -> tuple[str, tuple[Any, ...]]:
    """A move of a spender and an owner between whom there is an allowance, usually."""
    owner, by = _allowed_pair(pick, [(owner, spender) for owner in HOLDERS for spender in CALLERS])
    limit = min(pick.model.balances[owner], pick.model.allowances[owner, by])
    return by, (owner, pick.payee(), pick.amount(limit))


def _allowed_pair(pick: Picks, pairs: list[tuple[str, str]]) -> tuple[str, str]:
    """An owner and a spender, usually with an allowance."""
    return pick.one_of((pair for pair, value in pick.model.allowances.items() if value), pairs, 90)


def _permit(pick: Picks) -> tuple[tuple[Any, ...], bytes, bool]:
    owner, spender = pick.one(SIGNERS), _spender(pick)
    value, now = pick.one((10**9, UNLIMITED, 0)), pick.model.now
    deadline = pick.one((now + 100, now, UNLIMITED, now - 1))
    nonce = pick.model.permit_nonces[owner]
    signed_nonce = nonce if pick.usually(92) else abs(nonce - 1)
    fault = pick.fault()
    signature = pick.pens.sign(owner, "Permit", owner, spender, value, signed_nonce, deadline, fault=fault)
    is_good = signed_nonce == nonce and pick.pens.is_good(owner, fault)
    return (owner, spender, value, deadline), signature, is_good


def _signed(pick: Picks, way: str, terms: Terms) -> tuple[bytes, bool]:
    """A signature over the terms, and whether it is good for paying this way."""
    kinds = {"transfer": "TransferWithAuthorization", "receive": "ReceiveWithAuthorization"}
    kind = kinds[way] if pick.usually(95) else pick.one(tuple(kinds.values()))
    fault = pick.fault()
    signature = pick.pens.sign(terms.source, kind, *payment(terms), fault=fault)
    return signature, kind == kinds[way] and pick.pens.is_good(terms.source, fault)


def _paid(pick: Picks, way: str, by: str, terms: Terms) -> Step:
    signature, is_good = _signed(pick, way, terms)
    function = f"{way}WithAuthorization({_SIX},bytes)"
    return Step(f"{way}_with_authorization", function, by, (*arguments_of(terms), signature), (terms, is_good))


def _paid_in_parts(pick: Picks, way: str, by: str, terms: Terms) -> Step:
    signature, is_good = _signed(pick, way, terms)
    function = f"{way}WithAuthorization({_SIX},{_IN_PARTS})"
    arguments = *arguments_of(terms), *in_parts(signature)
    return Step(f"{way}_with_authorization", function, by, arguments, (terms, is_good and len(signature) == 65))


def _batch(pick: Picks, *, skips: bool, counts: tuple[int, ...]) -> Step:
    items, asked = [], []
    for _ in range(pick.one(counts)):
        terms = pick.terms()
        signature, is_good = _signed(pick, "transfer", terms)
        items.append((*arguments_of(terms), signature))
        asked.append((terms, is_good))
    verb, function = "transfer_with_authorization_batch", "transferWithAuthorizationBatch"
    return Step(verb, function, pick.one(PEOPLE), (items, skips), (asked, skips))


def _cancellation(pick: Picks) -> tuple[str, bytes, bytes, bool]:
    authorizer, fault = pick.one(SIGNERS), pick.fault()
    nonce = pick.once(pick.model.used_nonces, authorizer)
    signature = pick.pens.sign(authorizer, "CancelAuthorization", authorizer, nonce, fault=fault)
    return authorizer, nonce, signature, pick.pens.is_good(authorizer, fault)


# How often each is tried.
WEIGHTS: dict[Callable[[Picks], Step], int] = {
    transfer: 4,
    transfer_with_memo: 2,
    transfer_from: 4,
    transfer_from_with_memo: 2,
    transfer_batch: 3,
    approve: 2,
    increase_allowance: 1,
    decrease_allowance: 1,
    permit_in_parts: 2,
    permit: 2,
    transfer_with_authorization_in_parts: 2,
    transfer_with_authorization: 3,
    receive_with_authorization_in_parts: 2,
    receive_with_authorization: 2,
    batch_of_authorizations: 2,
    skipping_batch_of_authorizations: 2,
    cancel_authorization_in_parts: 1,
    cancel_authorization: 1,
    redeem: 3,
}

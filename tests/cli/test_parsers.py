"""What commands read from files and arguments: read exactly, or refused with its place; nothing in between."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stablecoin_tools.addresses import Address
from stablecoin_tools.amounts import MAX_BASE_UNITS, Denomination
from stablecoin_tools.cli.payments import read_payments, write_payment
from stablecoin_tools.cli.reading import read_file, read_reference, read_refill, read_word, text_of_reference
from stablecoin_tools.cli.rows import read_mints, read_transfers
from stablecoin_tools.errors import InvalidAddress, InvalidAmount, UsageError
from stablecoin_tools.token import ReceiveAuthorization, SigningDomain, TransferAuthorization, reference

if TYPE_CHECKING:
    from pathlib import Path

    from stablecoin_tools.cli.payments import SignedPayment

USDX = Denomination("USDX", 6)
COIN = Address(bytes(range(20)))
DOMAIN = SigningDomain("Example Dollar", "1", 31337, COIN)
ALICE = "0x23618e81E3f5cdF7f54C3d65f7FBc0aBf5B21E8f"
MAX_SECONDS = 253_402_300_799

addresses = st.binary(min_size=20, max_size=20).filter(any).map(Address)
amounts = st.integers(0, MAX_BASE_UNITS).map(USDX.from_base_units)
words = st.binary(min_size=32, max_size=32)
# What a reference may say in a file, where spaces around it do not count and a line holds it whole.
names = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1).filter(
    lambda text: text == text.strip() and not text.startswith("0x")
)


def _csv(rows: list[tuple[str, ...]]) -> str:
    written = io.StringIO()
    csv.writer(written).writerows(rows)
    return written.getvalue()


@given(
    st.lists(st.tuples(addresses, amounts, names), min_size=1, max_size=8, unique_by=lambda row: row[2]), st.booleans()
)
def test_mints_are_read_as_they_were_written(rows: list[tuple[Any, Any, str]], has_heading: bool) -> None:  # noqa: FBT001  # drawn
    heading = [("account", "amount", "reference")] if has_heading else []
    text = _csv([*heading, *((str(to), str(amount), name) for to, amount, name in rows)])
    assert read_mints(text, USDX) == [(to, amount, reference(name)) for to, amount, name in rows]


@given(st.lists(st.tuples(addresses, amounts), min_size=1, max_size=8))
def test_transfers_are_read_as_they_were_written(rows: list[tuple[Any, Any]]) -> None:
    assert read_transfers(_csv([(str(to), str(amount)) for to, amount in rows]), USDX) == rows


@given(st.text() | st.text(f'{ALICE},1 USDX"\n\r\0-'))
def test_any_text_is_rows_or_a_usage_error(text: str) -> None:
    for read in (read_mints, read_transfers):
        try:
            rows = read(text, USDX)
        except UsageError:
            continue
        assert rows


@pytest.mark.parametrize(
    ("text", "kind", "says"),
    [
        ("", UsageError, "no line"),
        ("\n\n,,\n", UsageError, "no line"),
        ("account,amount,reference\n", UsageError, "no line"),
        (f"{ALICE},1 USDX", UsageError, "Line 1: not account,amount,reference"),
        (f"{ALICE},1,250.00 USDX,a", UsageError, "Line 1: not account,amount,reference"),
        (f"{ALICE},1 USDX,a\n{ALICE[:-1]},1 USDX,b", InvalidAddress, "Line 2: Not an address"),
        (f"{ALICE},1 USDX,a\n{ALICE},1 EURX,b", InvalidAmount, "Line 2: Wrong symbol"),
        (f"{ALICE},1 USDX,a\n{ALICE},1.0000001 USDX,b", InvalidAmount, "Line 2: Too precise"),
        (f"{ALICE},1 USDX,a\n\n{ALICE},1 USDX,a ", UsageError, "Line 3: The reference stands in line 1"),
        (f"{ALICE},1 USDX,a\n{ALICE},1 USDX,", UsageError, "Line 2: A reference"),
        (f"{ALICE},1 USDX,0x1234", UsageError, "Line 1: Not a reference of 32 bytes"),
        (f'{ALICE},1 USDX,"a\nb"', UsageError, "Line 2: not account,amount,reference"),
        (f'{ALICE},1 USDX,"a', UsageError, "Line 1: unexpected end"),
    ],
)
def test_a_wrong_line_is_named(text: str, kind: type[UsageError], says: str) -> None:
    with pytest.raises(kind, match=says):
        read_mints(text, USDX)


def test_an_unreadable_file_is_a_usage_error(tmp_path: Path) -> None:
    (tmp_path / "bytes").write_bytes(b"\xff\xfe")
    (tmp_path / "marked").write_bytes(b"\xef\xbb\xbfa,b")
    assert read_file(str(tmp_path / "marked")) == "a,b"
    for name in ("absent", "bytes", ".", "zero\0byte"):
        with pytest.raises(UsageError, match="cannot be read"):
            read_file(str(tmp_path / name))


@given(st.text())
def test_any_reference_is_a_word_or_a_usage_error(text: str) -> None:
    try:
        assert len(read_reference(text)) == 32
    except UsageError:
        return


@given(words)
def test_hex_is_the_word_itself(word: bytes) -> None:
    assert read_reference("0x" + word.hex()) == word
    assert read_reference("0x" + word.hex().upper()) == word
    assert read_word(word.hex(), "nonce") == word


@given(st.binary().filter(lambda bytes_: len(bytes_) != 32))
def test_hex_of_another_length_is_no_word_and_no_text(some: bytes) -> None:
    for read in (read_reference, lambda text: read_word(text, "nonce")):
        with pytest.raises(UsageError):
            read("0x" + some.hex())


@given(words | names.filter(lambda text: text.isprintable()).map(reference))
def test_a_reference_is_shown_so_that_it_reads_back(word: bytes) -> None:
    shown = text_of_reference(word)
    assert read_reference(shown) == word
    assert shown.isprintable()


@given(st.integers(0, MAX_BASE_UNITS))
def test_a_refill_counts_by_the_second_rounded_down(base_units: int) -> None:
    per_day = USDX.from_base_units(base_units)
    if 0 < base_units < 86_400:
        with pytest.raises(UsageError, match="nothing would come back"):
            read_refill(USDX, str(per_day))
    else:
        assert read_refill(USDX, str(per_day)).base_units == base_units // 86_400


@st.composite
def _payments(draw: st.DrawFn) -> SignedPayment:
    after = draw(st.integers(0, MAX_SECONDS - 2))
    kinds: list[type[TransferAuthorization | ReceiveAuthorization]] = [TransferAuthorization, ReceiveAuthorization]
    kind = draw(st.sampled_from(kinds))
    authorization = kind(
        sender=draw(addresses),
        to=draw(addresses),
        value=draw(amounts),
        nonce=draw(words),
        valid_after=datetime.fromtimestamp(after, UTC),
        valid_before=datetime.fromtimestamp(draw(st.integers(after + 2, MAX_SECONDS)), UTC),
    )
    return authorization, draw(st.binary(max_size=130))


@given(_payments(), st.lists(_payments(), max_size=3))
def test_payments_are_read_as_they_were_written(one: SignedPayment, many: list[SignedPayment]) -> None:
    assert read_payments(json.dumps(write_payment(one, DOMAIN)), USDX, DOMAIN) == one
    assert read_payments(json.dumps([write_payment(each, DOMAIN) for each in many]), USDX, DOMAIN) == many


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(st.text() | _json.map(json.dumps))
def test_any_other_text_is_a_usage_error(text: str) -> None:
    try:
        assert read_payments(text, USDX, DOMAIN) == []
    except UsageError:
        return


_PLACES = ["type", "chainId", "coin", "authorization", "signature"]
_TERMS = ["from", "to", "value", "validAfter", "validBefore", "nonce"]


@given(_payments(), st.sampled_from(_PLACES + _TERMS), _json)
def test_a_payment_with_a_member_of_any_other_kind_is_read_or_a_usage_error(
    payment: SignedPayment, place: str, value: Any
) -> None:
    written = write_payment(payment, DOMAIN)
    (written["authorization"] if place in _TERMS else written)[place] = value
    try:
        read = read_payments(json.dumps(written), USDX, DOMAIN)
    except UsageError:
        return
    assert not isinstance(read, list)
    again = write_payment(read, DOMAIN)
    found = (again["authorization"] if place in _TERMS else again)[place]
    assert str(found).lower() == str(value).lower()


@given(_payments(), st.sampled_from(_PLACES + _TERMS))
def test_a_payment_without_a_member_is_refused_with_its_place(payment: SignedPayment, place: str) -> None:
    written = write_payment(payment, DOMAIN)
    del (written["authorization"] if place in _TERMS else written)[place]
    with pytest.raises(UsageError, match=f"Payment 2: .*no {place}"):
        read_payments(json.dumps([write_payment(payment, DOMAIN), written]), USDX, DOMAIN)


@pytest.mark.parametrize(
    ("place", "value", "says"),
    [
        ("chainId", 1, "on chain 1"),
        ("coin", ALICE, f"the coin at {ALICE}"),
        ("type", "Permit", "Not a type of payment"),
        ("value", "-1", "value is no whole number"),
        ("value", str(2**128), "exceeds what a coin can hold"),
        ("validBefore", 2**256 - 1, "beyond the year 9999"),
        ("validBefore", 0, "never valid"),
        ("nonce", "0x12", "Not a nonce"),
        ("signature", "0x123", "signature is no hex"),
        ("from", "alice", "Not an address"),
    ],
)
def test_a_payment_that_cannot_be_submitted_is_refused(place: str, value: Any, says: str) -> None:
    authorization = TransferAuthorization(
        sender=COIN, to=COIN, value=USDX.amount(1), nonce=bytes(32), valid_before=datetime(2030, 1, 1, tzinfo=UTC)
    )
    written = write_payment((authorization, bytes(65)), DOMAIN)
    (written["authorization"] if place in _TERMS else written)[place] = value
    with pytest.raises(UsageError, match=says):
        read_payments(json.dumps(written), USDX, DOMAIN)


def test_deep_json_is_a_usage_error() -> None:
    for deep in ("[" * 100_000, '{"a": ' * 100_000, '[1, {"\\"]" :\n' * 100_000):
        with pytest.raises(UsageError, match="Not JSON"):
            read_payments(deep, USDX, DOMAIN)

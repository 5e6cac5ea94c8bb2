"""Files of payments, one a line: account, amount, and of mints a reference; checked before anything is sent."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Final

from stablecoin_tools.addresses import Address, parse_address
from stablecoin_tools.cli.reading import read_reference
from stablecoin_tools.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stablecoin_tools.amounts import Amount, Denomination

__all__ = ["read_mints", "read_transfers"]

_TRANSFER: Final = ("account", "amount")
_MINT: Final = ("account", "amount", "reference")


def read_mints(text: str, denomination: Denomination) -> list[tuple[Address, Amount, bytes]]:
    """Reads lines of `account,amount,reference`; a first line of just these words is a heading.

    Args:
        text: The file. Amounts have their symbol, and stand in quotes where they have commas.
        denomination: What amounts are counted in.

    Raises:
        UsageError: If a line is wrong, a reference stands in two lines, or there is no line. It names the line.
    """
    mints: list[tuple[Address, Amount, bytes]] = []
    seen: dict[bytes, int] = {}
    for number, (account, amount, written) in _lines(text, _MINT):
        with _Line(number):
            ref = read_reference(written)
            if ref in seen:
                raise UsageError(f"The reference stands in line {seen[ref]} already.")
            seen[ref] = number
            mints.append((parse_address(account), denomination.parse(amount), ref))
    return mints


def read_transfers(text: str, denomination: Denomination) -> list[tuple[Address, Amount]]:
    """Reads lines of `account,amount`; a first line of just these words is a heading.

    Args:
        text: The file. Amounts have their symbol, and stand in quotes where they have commas.
        denomination: What amounts are counted in.

    Raises:
        UsageError: If a line is wrong, or there is none. It names the line.
    """
    payments: list[tuple[Address, Amount]] = []
    for number, (account, amount) in _lines(text, _TRANSFER):
        with _Line(number):
            payments.append((parse_address(account), denomination.parse(amount)))
    return payments


class _Line:
    """Says in which line something is wrong."""

    def __init__(self, number: int) -> None:
        self._number = number

    def __enter__(self) -> None:
        return

    def __exit__(self, _: object, error: object, trace: object) -> None:
        if isinstance(error, UsageError):
            raise type(error)(f"Line {self._number}: {error}", hint=error.hint) from error


def _lines(text: str, columns: tuple[str, ...]) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True, skipinitialspace=True)
    found = 0
    try:
        for cells in reader:
            row = [cell.strip() for cell in cells]
            if not any(row) or (not found and tuple(row) == columns):
                continue
            found += 1
            if len(row) != len(columns) or any("\n" in cell or "\r" in cell for cell in row):
                raise UsageError(
                    f"Line {reader.line_num}: not {','.join(columns)}.",
                    hint='An amount with commas stands in quotes: "1,250.00 USDX".',
                )
            yield reader.line_num, row
    except csv.Error as error:
        raise UsageError(f"Line {reader.line_num}: {error}.") from error
    if not found:
        raise UsageError("The file holds no line.", hint=f"Write lines of {','.join(columns)}.")

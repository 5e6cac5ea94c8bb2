"""Journal(lease_seconds=...): a lane is nobody's for longer than an hour at a time

when a row says that a lease is longer: it ends after an hour all the same
when a journal is asked for a longer lease, for none or for no number: refused, and nothing is made
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from stablecoin_tools.errors import Moved, UsageError
from stablecoin_tools.transactions.journal import Change, Happening, Journal, Overtaken
from stablecoin_tools.transactions.journal.database import Database
from stablecoin_tools.transactions.journal.holds import LONGEST_LEASE_SECONDS, is_held
from tests.transactions.conftest import ALICE, CHAIN, faults, mined, sign, signed

if TYPE_CHECKING:
    from pathlib import Path

NOW = 1_800_000_000.0
HOUR = 3600
whenever = st.floats(allow_nan=True, allow_infinity=True) | st.floats(NOW - 3 * HOUR, NOW + 3 * HOUR)


@given(leased_at=whenever, lease_seconds=whenever | st.floats(-HOUR, 3 * HOUR))
@example(leased_at=NOW, lease_seconds=math.inf)
@example(leased_at=NOW - HOUR, lease_seconds=1e9)
def test_no_row_binds_a_lane_for_more_than_an_hour(leased_at: float, lease_seconds: float) -> None:
    lane = {"owner": "dead", "leased_at": leased_at, "lease_seconds": lease_seconds}

    assert not is_held(lane, "dead", NOW)
    if is_held(lane, "another", NOW):
        assert abs(NOW - leased_at) < min(lease_seconds, HOUR)


def test_what_a_mistaken_process_wrote_binds_a_lane_for_an_hour(
    journal_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = NOW
    monkeypatch.setattr(Database, "server_time", lambda *_: now)
    with Journal(journal_url, clock=lambda: now) as mistaken, Journal(journal_url, clock=lambda: now) as other:
        mistaken.lease_seconds = 1e9
        late = sign(mistaken, signed("order", 5))

        now = NOW + HOUR - 1
        assert not other.look(CHAIN, ALICE, owner="two").is_free
        now = NOW + HOUR
        view = other.look(CHAIN, ALICE, owner="two")
        assert view.is_free
        other.record(view.hold, (), next_nonce=6)

        with pytest.raises(Overtaken, match="two"):  # so it costs nothing if the first was alive
            mistaken.record(late, [Change(Happening.MINED, mined(signed("order", 5)))], next_nonce=6)
        assert faults(other) == []


@pytest.mark.parametrize("seconds", [0, -1, HOUR + 0.001, 1e9, math.inf, -math.inf, math.nan])
def test_a_lease_of_no_sane_length_is_refused(tmp_path: Path, seconds: float) -> None:
    with pytest.raises(UsageError, match="lease") as refused:
        Journal(f"sqlite:///{tmp_path / 'journal.db'}", lease_seconds=seconds)
    assert refused.value.moved is Moved.NO
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("seconds", [0.5, 10, LONGEST_LEASE_SECONDS])
def test_a_lease_of_a_sane_length_is_as_long_as_was_asked(seconds: float) -> None:
    with Journal(lease_seconds=seconds) as journal:
        assert journal.lease_seconds == seconds

"""How a command fails that has a reference: nothing was sent under it only if the journal knows nothing of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stablecoin_tools.cli.command import Declined
from stablecoin_tools.errors import ChainError, JournalError, Moved, OutcomeUnknown, StablecoinError, Unreachable

if TYPE_CHECKING:
    from stablecoin_tools.cli.session import Session
    from stablecoin_tools.transactions import Intent

__all__ = ["after_interrupt", "without_chain", "without_journal"]


def without_chain(session: Session, error: ChainError) -> StablecoinError:
    """What to say where the chain cannot be asked: the error itself, if nothing was begun under the reference."""
    try:
        known = session.recall()
    except JournalError as trouble:
        return _not_read(session, trouble)
    except StablecoinError:  # no journal that anything could have been written down in
        return error
    if known is None:
        return error
    why = str(error).rstrip(".")
    if known.receipt is None:
        from stablecoin_tools.transactions.outcome import unknown

        return _with_command(session, unknown(known, why), known)
    what = "a no-op was mined in its place" if known.was_cancelled else "it was mined"
    asked = "reached" if isinstance(error, Unreachable) else "asked"
    words = (
        f"Outcome unknown ({why}): {known.call.description or 'a call'}, reference {known.reference!r}, transaction "
        f"{known.receipt.transaction_hash}: {what} in block {known.receipt.block_number:,} for all the journal knows; "
        f"the node cannot be {asked} to confirm it."
    )
    told = OutcomeUnknown(words, reference=known.reference, transaction_hashes=known.transaction_hashes)
    return _with_command(session, told, known)


def without_journal(session: Session, error: JournalError) -> JournalError:
    """What to say where the journal cannot be read: who named a reference may have sent something under it before."""
    if session.has_reference:
        error.moved = Moved.UNKNOWN
        error.hint = (
            f"Nobody looked whether anything was sent under {session.reference!r}: mend this, then ask again under the "
            f"same reference. {error.hint}"
        ).rstrip()
    return error


def after_interrupt(session: Session | None) -> StablecoinError:
    """What to say after Ctrl-C: that nothing was sent, if the journal knows nothing under the reference."""
    from stablecoin_tools.transactions.outcome import unknown

    nothing = Declined("Interrupted: nothing was sent.")
    if session is None:
        return nothing
    why = "waiting was interrupted"
    try:
        known = session.recall()
    except JournalError as trouble:
        return _not_read(session, trouble)
    except StablecoinError:  # no such network, say: then nothing was begun
        return nothing
    if known is not None:
        return _with_command(session, unknown(known, why), known)
    if (
        session.last_told is not None and not session.has_reference
    ):  # a deployment, say: each step has a name of its own
        told = unknown(session.last_told, why)
        told.hint = "Run the same command again: it goes on from there, and does nothing a second time."
        return told
    return nothing


def _with_command(session: Session, told: OutcomeUnknown, known: Intent) -> OutcomeUnknown:
    told.hint = session.hint_to_go_on(known.reference, is_cancelled=known.is_being_cancelled)
    return told


def _not_read(session: Session, trouble: JournalError) -> OutcomeUnknown:
    words = f"Outcome unknown (nobody looked under reference {session.reference!r}): {trouble}"
    return OutcomeUnknown(words, reference=session.reference, transaction_hashes=())

"""Whether a new implementation still answers all who call a coin, and speaks to all who read it.

    check_abi(coin_abi(), Abi([*load_artifact("Stablecoin").abi.entries, *replacement.abi.entries]))

What forbids is what would break a contract that calls the coin: nobody can change it. What would break a program that
reads the coin, such as a lost event, is a warning: programs can be changed, if somebody is told.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from stablecoin_tools.artifacts import Abi
from stablecoin_tools.deployment.layouts import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stablecoin_tools.artifacts.abi import AbiEntry

__all__ = ["check_abi"]

_READS: Final = ("pure", "view")


@dataclass(frozen=True, slots=True)
class _Function:
    """A function as its callers know it."""

    selector: bytes
    signature: str
    names: tuple[str, ...]
    outputs: tuple[str, ...]
    mutability: str

    def __str__(self) -> str:
        return f"{self.signature} [0x{self.selector.hex()}]"


def check_abi(deployed: Abi, new: Abi) -> tuple[Finding, ...]:
    """Compares what callers can call, and what readers can read.

    The proxy serves some functions itself and delegates the others, so an interface is the proxy's entries and the
    implementation's together. While the lane is closed the implementation serves all: then it is the implementation's
    alone.

    Args:
        deployed: The interface that is served now.
        new: The one that would be.

    Returns:
        All that would be missed, or be otherwise; none if the new interface is the deployed one, or more.
    """
    before, after = (list(_functions_of(abi)) for abi in (deployed, new))
    return (
        *_functions(before, after),
        *_shadows(before, after),
        *_events(deployed, new),
        *_errors(deployed, new),
    )


def _functions_of(abi: Abi) -> Iterator[_Function]:
    """Each function of each face; in the ABI's own list by signature, one of two would hide the other."""
    for written in abi.entries:
        alone = Abi([written])
        for signature, entry in alone.functions.items():
            names = tuple(name for name, _ in entry.inputs)
            yield _Function(alone.selector(signature), signature, names, entry.outputs, written["stateMutability"])


def _functions(before: list[_Function], after: list[_Function]) -> Iterator[Finding]:
    for function in dict.fromkeys(before):
        heirs = [each for each in after if each.selector == function.selector]
        same = [each for each in heirs if each.signature == function.signature]
        if not heirs:
            yield Finding(str(function), "served", "gone", "contracts that call it would be refused")
        elif not same:
            why = "the same call would do another thing"
            yield Finding(str(function), "served", f"{heirs[0].signature} by the same selector", why)
        for heir in dict.fromkeys(same):
            if heir not in before:
                yield from _names(str(function), function.names, heir.names)
                yield from _answers(function, heir)
                yield from _mutability(function, heir)


def _names(where: str, before: tuple[str, ...], after: tuple[str, ...]) -> Iterator[Finding]:
    """Names that change places: those that are merely others mean nothing to whoever calls."""
    if before != after and sorted(before) == sorted(after):
        why = "whoever fills them in by name would give one for the other"
        yield Finding(where, f"with {', '.join(before)}", f"with {', '.join(after)}", why, forbids=False)


def _answers(before: _Function, after: _Function) -> Iterator[Finding]:
    if before.outputs == after.outputs:
        return
    deployed, new = (f"answered by ({','.join(each.outputs)})" for each in (before, after))
    if after.outputs[: len(before.outputs)] == before.outputs:
        yield Finding(str(before), deployed, new, "callers do not see what is added at the end", forbids=False)
    else:
        yield Finding(str(before), deployed, new, "contracts that call it would misread the answer")


def _mutability(before: _Function, after: _Function) -> Iterator[Finding]:
    deployed, new = before.mutability, after.mutability
    if deployed in _READS and new not in _READS:
        yield Finding(str(before), deployed, new, "contracts call it by STATICCALL, in which nothing can be written")
    elif deployed == "payable" != new:
        yield Finding(str(before), deployed, new, "calls that bring ETH would be refused")
    elif new == "payable" != deployed:
        yield Finding(str(before), deployed, new, "ETH that comes with a call by mistake would be kept", forbids=False)
    elif new in _READS and deployed not in _READS:
        yield Finding(str(before), deployed, new, "it would change nothing any more", forbids=False)


def _shadows(before: list[_Function], after: list[_Function]) -> Iterator[Finding]:
    """Functions that both faces come to serve, as an implementation does for which the lane is to be closed."""
    known, served = (Counter(each.selector for each in functions) for functions in (before, after))
    for selector in (each for each, count in served.items() if count > max(1, known[each])):
        functions = " and ".join(sorted({str(each) for each in after if each.selector == selector}))
        why = "the proxy answers while the lane is open, the implementation only when it is closed"
        yield Finding(functions, f"served by {known[selector]}", f"served by {served[selector]}", why, forbids=False)


def _events(deployed: Abi, new: Abi) -> Iterator[Finding]:
    for topic, event in deployed.events.items():
        now = new.events.get(topic)
        if now is None:
            why = "programs that wait for it would wait in vain"
            yield Finding(event.signature, "emitted", "gone", why, forbids=False)
        elif now.indexed != event.indexed:
            why = "programs would still find it, and misread it"
            yield Finding(event.signature, _indexing(event), _indexing(now), why, forbids=False)
        else:
            before, after = (tuple(name for name, _ in each.inputs) for each in (event, now))
            yield from _names(event.signature, before, after)
    hidden = _anonymous(new) - _anonymous(deployed)
    for signature in sorted(hidden & {event.signature for event in deployed.events.values()}):
        why = "programs look for it by its topic, and would wait in vain"
        yield Finding(signature, "found by its topic", "anonymous", why, forbids=False)


def _anonymous(abi: Abi) -> set[str]:
    written = (each for each in abi.entries if each["type"] == "event" and each.get("anonymous"))
    return {event.signature for each in written for event in Abi([{**each, "anonymous": False}]).events.values()}


def _indexing(event: AbiEntry) -> str:
    indexed = [name for (name, _), is_indexed in zip(event.inputs, event.indexed, strict=True) if is_indexed]
    return f"indexed by {', '.join(indexed) or 'nothing'}"


def _errors(deployed: Abi, new: Abi) -> Iterator[Finding]:
    for error in (entry for selector, entry in deployed.errors.items() if selector not in new.errors):
        why = "programs would not know the refusal that takes its place"
        yield Finding(error.signature, "an error", "gone", why, forbids=False)

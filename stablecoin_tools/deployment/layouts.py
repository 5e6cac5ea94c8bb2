"""Whether a new implementation may stand over what is stored: everything stays where it is, and what it is.

    check_layout(read_layout(deployed_output, "Issuer"), read_layout(new_output, "Issuer"))

Source: ERC-7201; https://docs.soliditylang.org, "Layout of State Variables in Storage and Transient Storage".
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["OUTSIDE", "Finding", "Layout", "Member", "StorageType", "check_layout"]

OUTSIDE: Final = "plain storage"
"""What variables outside of all namespaces are called."""

_SLOT_BYTES: Final = 32
_GAP: Final = re.compile(r"__gap(_\w+)?", re.ASCII)
"""What an array that keeps room is called; one that stores something is called otherwise."""

_NOT_THERE: Final = "not there"
_LOST: Final = "what is stored there would be lost, or read as what it is not"
_MOVES: Final = "what stands behind it would move"


@dataclass(frozen=True, slots=True)
class Finding:
    """One difference between what is deployed and what would replace it; as text, a sentence.

    Attributes:
        where: What it is about: `stablecoin.storage.Ledger.accounts[address].word`, or `transfer(address,uint256)`.
        deployed: How that is now.
        new: How it would be.
        why: What would come of it.
        forbids: Whether the upgrade must not be made; else somebody should look at it.
    """

    where: str
    deployed: str
    new: str
    why: str
    forbids: bool = True

    def __str__(self) -> str:
        return f"{self.where} is {self.deployed} and would be {self.new}: {self.why}."


@dataclass(frozen=True, slots=True)
class Member:
    """One member of a struct.

    Attributes:
        label: Its name.
        slot: Its slot, counted from where the struct begins.
        offset: Its first byte in that slot, counted from the low end.
        type: Its type, a key of `Layout.types`.
    """

    label: str
    slot: int
    offset: int
    type: str

    @property
    def position(self) -> int:
        """How many bytes stand before it in the struct."""
        return self.slot * _SLOT_BYTES + self.offset

    def __str__(self) -> str:
        return f"slot {self.slot}, byte {self.offset}"


@dataclass(frozen=True, slots=True)
class StorageType:
    """One type as it is stored; other types are keys of `Layout.types`.

    Attributes:
        label: Its name in Solidity; of a user-defined value type the underlying type's, of a contract "address".
        encoding: "inplace", "mapping", "dynamic_array" or "bytes".
        size_bytes: What it takes in place.
        members: A struct's members.
        key: A mapping's keys.
        value: A mapping's values, or an array's elements.
        names: An enum's values.
    """

    label: str
    encoding: str
    size_bytes: int
    members: tuple[Member, ...] = ()
    key: str = ""
    value: str = ""
    names: tuple[str, ...] = ()

    @property
    def shape(self) -> str:
        """What two types must have in common before their parts can be compared."""
        if self.members:
            return "struct"
        if self.names:
            return f"enum of {self.size_bytes} bytes"
        if self.value:
            return "array" if self.encoding == "inplace" else self.encoding
        return self.label


@dataclass(frozen=True, slots=True)
class Layout:
    """Where a contract stores what.

    Attributes:
        namespaces: The structs of ERC-7201 and where they begin. Variables outside of them are one of these too, named
            "plain storage", at slot 0.
        types: Every type that is stored, by the compiler's identifier, which means nothing in another layout.
    """

    namespaces: tuple[Member, ...]
    types: Mapping[str, StorageType]


def check_layout(deployed: Layout, new: Layout) -> tuple[Finding, ...]:
    """Compares what is stored with how it would be read.

    Members may be added behind all others, or in a gap, and namespaces beside the others. New names are warnings.

    Args:
        deployed: The layout of the implementation that is there.
        new: The layout of the one that would replace it.

    Returns:
        All differences that matter; none if the new layout may simply stand over the deployed one.
    """
    return (*_namespaces(deployed, new), *_overlaps(new))


def _namespaces(deployed: Layout, new: Layout) -> Iterator[Finding]:
    comparison = _Comparison(deployed.types, new.types)
    by_name = {space.label: space for space in new.namespaces}
    for space in deployed.namespaces:
        now = by_name.pop(space.label, None)
        if now is None or now.slot != space.slot:
            place = f"at slot {now.slot:#x}" if now else "gone"
            yield Finding(space.label, f"at slot {space.slot:#x}", place, "all that is stored in it would be lost")
        else:
            yield from comparison.compare(_Place(space.label, may_grow=True), space.type, now.type)
    if OUTSIDE in by_name:
        why = "outside of all namespaces, the next base contract with variables would move them"
        yield Finding(OUTSIDE, _NOT_THERE, "at slot 0", why, forbids=False)


def _overlaps(layout: Layout) -> Iterator[Finding]:
    for space, behind in pairwise(sorted(layout.namespaces, key=lambda space: space.slot)):
        if space.position + layout.types[space.type].size_bytes > behind.position:
            yield Finding(behind.label, "outside", f"inside of {space.label}", "each would overwrite the other")


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a comparison stands.

    What stands there may grow only if nothing that is stored can stand behind it: at the end of a namespace, or of a
    mapping's value, since each of these begins at a hash of its own. The elements of an array and the members of a
    struct stand side by side: what grows there moves what follows. OpenZeppelin's upgrade checks hold the same.
    """

    path: str
    may_grow: bool
    above: frozenset[tuple[str, str, bool]] = frozenset()

    def step(self, path: str, *, may_grow: bool = False) -> _Place:
        return replace(self, path=self.path + path, may_grow=may_grow)


class _Comparison:
    """Walks down two layouts at once."""

    def __init__(self, deployed: Mapping[str, StorageType], new: Mapping[str, StorageType]) -> None:
        self._deployed = deployed
        self._new = new

    def compare(self, place: _Place, deployed: str, new: str) -> Iterator[Finding]:
        here = (deployed, new, place.may_grow)
        if here in place.above:
            return  # a struct that holds itself, behind a mapping or an array
        place = replace(place, above=place.above | {here})
        before, after = self._deployed[deployed], self._new[new]
        if before.shape != after.shape:
            yield Finding(place.path, before.label, after.label, "what is stored would be read as what it is not")
        elif before.members:
            yield from self._structs(place, before, after)
        elif before.names:
            yield from _enums(place, before, after)
        elif before.encoding == "mapping":
            yield from self.compare(place.step(" (its key)"), before.key, after.key)
            inside = place.step(f"[{self._deployed[before.key].label}]", may_grow=True)
            yield from self.compare(inside, before.value, after.value)
        elif before.value:
            yield from _lengths(place, before, after)
            yield from self.compare(place.step("[]"), before.value, after.value)

    def _structs(self, place: _Place, before: StorageType, after: StorageType) -> Iterator[Finding]:
        found = [*self._kept(place, before, after), *self._added(place, before, after)]
        yield from found
        if not place.may_grow and before.size_bytes != after.size_bytes and not any(each.forbids for each in found):
            yield Finding(place.path, f"{before.size_bytes} bytes", f"{after.size_bytes} bytes", _MOVES)

    def _kept(self, place: _Place, before: StorageType, after: StorageType) -> Iterator[Finding]:
        known = {member.label for member in before.members}
        heirs = {member.position: member for member in after.members if member.label not in known}
        by_name = {member.label: member for member in after.members}
        in_place = {(member.label, member.position): member for member in after.members}
        last = max(before.members, key=lambda member: member.position)
        for member in self._stored(before):
            inside = place.step(f".{member.label}", may_grow=place.may_grow and member is last)
            # Private variables of two base contracts may share a name: the one in place comes first.
            now = in_place.get((member.label, member.position)) or by_name.get(member.label)
            if now is None:
                yield from self._succeeded(inside, member, heirs.get(member.position))
            elif now.position != member.position:
                yield Finding(inside.path, f"at {member}", f"at {now}", "it would be read from other bytes")
            else:
                yield from self.compare(inside, member.type, now.type)

    def _succeeded(self, place: _Place, member: Member, heir: Member | None) -> Iterator[Finding]:
        """What came of a member whose name is gone: another name, or another thing."""
        label = self._deployed[member.type].label
        if heir is None or _is_gap(heir, self._new):
            yield Finding(place.path, label, "gone", _LOST)
            return
        changes = list(self.compare(place, member.type, heir.type))
        if any(change.forbids for change in changes):
            yield Finding(place.path, label, f"{self._new[heir.type].label} {heir.label}", _LOST)
        else:
            yield _renamed(place, member.label, heir.label)
            yield from changes

    def _added(self, place: _Place, before: StorageType, after: StorageType) -> Iterator[Finding]:
        known = {member.label for member in before.members}
        stored = {member.position for member in self._stored(before)}
        end = max(self._end(member) for member in before.members)
        gaps = list(self._gaps(before))
        for member in after.members:
            is_free = any(start <= member.position < stop for start, stop in gaps)
            if is_free or member.label in known or member.position in stored:
                continue  # in a gap, or compared with what was there
            path, new = f"{place.path}.{member.label}", f"{self._new[member.type].label} at {member}"
            if member.position < end:
                yield Finding(path, _NOT_THERE, new, "members may be added only behind all others")
            elif not place.may_grow:
                yield Finding(path, _NOT_THERE, new, f"{place.path} would grow, and {_MOVES}")

    def _stored(self, struct: StorageType) -> list[Member]:
        return [member for member in struct.members if not _is_gap(member, self._deployed)]

    def _gaps(self, struct: StorageType) -> Iterator[tuple[int, int]]:
        """From where to where members may be put in the middle: behind what is stored, to the end of the gap."""
        end = 0
        for member in sorted(struct.members, key=lambda each: each.position):
            if _is_gap(member, self._deployed):
                yield end, self._end(member)
            end = self._end(member)

    def _end(self, member: Member) -> int:
        return member.position + self._deployed[member.type].size_bytes


def _is_gap(member: Member, types: Mapping[str, StorageType]) -> bool:
    """Whether a member only keeps slots free, named as in OpenZeppelin's contracts."""
    return bool(_GAP.fullmatch(member.label)) and types[member.type].shape == "array"


def _lengths(place: _Place, before: StorageType, after: StorageType) -> Iterator[Finding]:
    if before.shape == "array":
        deployed, new = (int(kind.label.rpartition("[")[2][:-1]) for kind in (before, after))
        if new < deployed or (new > deployed and not place.may_grow):
            yield Finding(place.path, before.label, after.label, _LOST if new < deployed else _MOVES)


def _enums(place: _Place, before: StorageType, after: StorageType) -> Iterator[Finding]:
    """Stored is a number: each must mean what it meant. More may follow."""
    changes = [pair for pair in zip(before.names, after.names, strict=False) if pair[0] != pair[1]]
    is_moved = any(old in after.names or new in before.names for old, new in changes)
    if is_moved or len(after.names) < len(before.names):
        deployed, new = (f"one of {', '.join(kind.names)}" for kind in (before, after))
        yield Finding(place.path, deployed, new, "stored values would change their meaning")
    else:
        yield from (_renamed(place.step(f".{old}"), old, new) for old, new in changes)


def _renamed(place: _Place, deployed: str, new: str) -> Finding:
    why = "nothing moves, but make sure that it means the same"
    return Finding(place.path, f"named {deployed}", f"named {new}", why, forbids=False)

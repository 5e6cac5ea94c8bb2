"""Types as a person would write them down, and the layout that Solidity's rules give them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from hypothesis import strategies as st

from stablecoin_tools.deployment.layouts import Layout, Member, StorageType

if TYPE_CHECKING:
    from collections.abc import Iterator

SLOT = 32


@dataclass(frozen=True)
class Leaf:
    label: str
    size: int
    encoding: str = "inplace"


@dataclass(frozen=True)
class Choice:
    names: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    key: Leaf
    value: Draft


@dataclass(frozen=True)
class Row:
    """An array; of any length if it has none."""

    element: Draft
    length: int | None


@dataclass(frozen=True)
class Record:
    members: tuple[tuple[str, Draft], ...]


Draft: TypeAlias = Leaf | Choice | Table | Row | Record

LEAVES = (
    *(Leaf(f"uint{size * 8}", size) for size in (1, 6, 8, 16, 32)),
    Leaf("bool", 1),
    Leaf("address", 20),
    Leaf("bytes32", 32),
    Leaf("string", 32, "bytes"),
)
NEW = ("added", Leaf("uint64", 8))


def _records(draft: st.SearchStrategy[Draft]) -> st.SearchStrategy[Record]:
    members = st.lists(draft, min_size=1, max_size=4)
    return members.map(lambda found: Record(tuple((f"m{place}", each) for place, each in enumerate(found))))


leaves: st.SearchStrategy[Draft] = st.sampled_from(LEAVES) | st.integers(2, 4).map(
    lambda most: Choice(tuple("ABCD"[:most]))
)
drafts = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.builds(Table, st.sampled_from(LEAVES), inner),
        st.builds(Row, inner, st.none() | st.integers(1, 3)),
        _records(inner),
    ),
    max_leaves=6,
)
records = _records(drafts)


def mutations(draft: Draft) -> Iterator[Draft]:
    """All drafts that differ in one thing that somebody has stored."""
    match draft:
        case Leaf():
            yield LEAVES[(LEAVES.index(draft) + 1) % len(LEAVES)]
        case Choice(names):
            yield Choice(names[:-1])
            yield Choice(names[::-1])
        case Table(key, value):
            yield Table(LEAVES[(LEAVES.index(key) + 1) % len(LEAVES)], value)
            yield from (Table(key, each) for each in mutations(value))
        case Row(element, length):
            yield Row(element, None if length else 2)
            if length and length > 1:
                yield Row(element, length - 1)
            yield from (Row(each, length) for each in mutations(element))
        case Record(members):
            yield from _mutated(members)


def _mutated(members: tuple[tuple[str, Draft], ...]) -> Iterator[Record]:
    for place, (name, draft) in enumerate(members):
        before, behind = members[:place], members[place + 1 :]
        yield Record((*before, NEW, *members[place:]))
        if len(members) > 1:
            yield Record(before + behind)
        if behind:
            yield Record((*before, behind[0], (name, draft), *behind[1:]))
        yield from (Record((*before, (name, each), *behind)) for each in mutations(draft))


def growths(draft: Draft, *, is_last: bool = True) -> Iterator[tuple[Draft, bool]]:
    """All drafts that have one thing more at an end, and whether nothing stored can stand behind that end."""
    match draft:
        case Choice(names):
            yield Choice((*names, "Z")), True
        case Table(key, value):
            yield from ((Table(key, each), is_safe) for each, is_safe in growths(value))
        case Row(element, length):
            if length:
                yield Row(element, length + 1), is_last
            yield from ((Row(each, length), is_safe) for each, is_safe in growths(element, is_last=False))
        case Record(members):
            yield Record((*members, NEW)), is_last
            for place, (name, member) in enumerate(members):
                before, behind = members[:place], members[place + 1 :]
                for each, is_safe in growths(member, is_last=is_last and not behind):
                    yield Record((*before, (name, each), *behind)), is_safe
        case _:
            return


def renamings(draft: Record) -> Iterator[Draft]:
    """All drafts in which one member of the outermost record has another name."""
    for place, (name, member) in enumerate(draft.members):
        yield Record((*draft.members[:place], (f"new_{name}", member), *draft.members[place + 1 :]))


def laid_out(namespaces: dict[str, tuple[int, Record]]) -> Layout:
    """What the compiler would say of these structs, each with the slot where it begins.

    Source: https://docs.soliditylang.org, "Layout of State Variables in Storage and Transient Storage".
    """
    types: dict[str, StorageType] = {}
    return Layout(
        tuple(Member(name, root, 0, _lay_out(draft, types)) for name, (root, draft) in namespaces.items()),
        types,
    )


def _lay_out(draft: Draft, types: dict[str, StorageType]) -> str:
    match draft:
        case Leaf(label, size, encoding):
            laid = StorageType(label, encoding, size)
        case Choice(names):
            laid = StorageType("enum Choice", "inplace", 1, names=names)
        case Table(key, value):
            parts = [_lay_out(each, types) for each in (key, value)]
            laid = StorageType("mapping", "mapping", SLOT, key=parts[0], value=parts[1])
        case Row(element, length):
            laid = _row(_lay_out(element, types), length, types)
        case Record(members):
            placed = tuple(_placed([(name, _lay_out(each, types)) for name, each in members], types))
            laid = StorageType("struct Record", "inplace", SLOT * (1 + _last_slot(placed, types)), placed)
    identifier = f"t{len(types)}"
    types[identifier] = laid
    return identifier


def _row(element: str, length: int | None, types: dict[str, StorageType]) -> StorageType:
    kind = types[element]
    if length is None:
        return StorageType(f"{kind.label}[]", "dynamic_array", SLOT, value=element)
    a_slot = max(1, SLOT // kind.size_bytes)  # how many elements share one
    slots = -(-length // a_slot) * -(-kind.size_bytes // SLOT)
    return StorageType(f"{kind.label}[{length}]", "inplace", SLOT * slots, value=element)


def _placed(members: list[tuple[str, str]], types: dict[str, StorageType]) -> Iterator[Member]:
    at = 0
    for name, identifier in members:
        size = types[identifier].size_bytes
        if at % SLOT + size > SLOT:
            at += -at % SLOT
        yield Member(name, at // SLOT, at % SLOT, identifier)
        at += size


def _last_slot(members: tuple[Member, ...], types: dict[str, StorageType]) -> int:
    return (members[-1].position + types[members[-1].type].size_bytes - 1) // SLOT

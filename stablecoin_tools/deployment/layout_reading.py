"""The layout of a contract's storage, read off what the compiler printed; what cannot be read for sure is refused.

Source: ERC-7201; https://docs.soliditylang.org, "Layout of State Variables in Storage and Transient Storage".
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from stablecoin_tools.deployment.layouts import OUTSIDE, Layout, Member, StorageType
from stablecoin_tools.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["read_layout"]

_LISTING: Final = "StorageLayout"
"""The contract whose state variables are the structs of all namespaces: the compiler prints no layout of them else."""

_PACKAGES: Final = ("@", "node_modules/")
"""How the names of files begin that others wrote: their structs have namespaces of their own."""

_HASH: Final = "a hash"

_Declared: TypeAlias = "Mapping[int, Mapping[str, Any]]"
_NAMESPACE: Final = re.compile(r"erc7201:(\S+)")
_DECLARED: Final = re.compile(r"t_(?:struct|enum|userDefinedValueType)\([^()]*\)(\d+)(?:_storage)?")
# An address of a contract is an address: the same bytes, whatever the source calls what stands there.
_ADDRESS: Final = re.compile(r"contract [^\[]*|address payable")


def read_layout(output: Mapping[str, Any], contract: str) -> Layout:
    """Reads the layout of a contract off what the compiler printed.

    Args:
        output: Solc's standard JSON output, with the syntax trees of all sources, and with the storage layouts of the
            contract and of `StorageLayout`, which lists the namespaces: what it does not list is not seen.
        contract: The contract's name; its variables outside of all namespaces count too.

    Raises:
        ConfigError: If a contract is missing, a listed struct names no namespace, or the code begins one in two places,
            where it cannot be read, or without its being listed.
    """
    declared = {node["id"]: node for node in _nodes(output["sources"]) if "id" in node}
    own, listing = (_printed(output, name) for name in (contract, _LISTING))
    printed = (own["types"] or {}) | (listing["types"] or {})
    types = {identifier: _type(identifier, kind, declared) for identifier, kind in printed.items()}
    namespaces = _namespaces(output["sources"], listing["storage"], declared)
    variables = _members(own["storage"])
    if variables:
        size_bytes = max(member.position + types[member.type].size_bytes for member in variables)
        types[OUTSIDE] = StorageType(OUTSIDE, "inplace", size_bytes, variables)
        namespaces += (Member(OUTSIDE, 0, 0, OUTSIDE),)
    return Layout(namespaces, types)


def _printed(output: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    for contracts in output["contracts"].values():
        if name in contracts:
            return dict(contracts[name]["storageLayout"])
    raise ConfigError(f"The compiler printed no contract named {name}.")


def _namespaces(sources: Mapping[str, Any], listed: Any, declared: _Declared) -> tuple[Member, ...]:
    names: dict[int, str] = {}
    for variable in listed:
        struct = _declaration(variable["type"], declared)
        name = _NAMESPACE.search((struct.get("documentation") or {}).get("text", ""))
        if name is None:
            raise ConfigError(f"{_LISTING} lists {variable['label']}, which names no ERC-7201 namespace.")
        names[struct["id"]] = name[1]
    roots: dict[int, set[int]] = {struct: set() for struct in names}
    for file, begun, root in _begun(sources, declared):
        if begun in names and isinstance(root, int):
            roots[begun].add(root)
        elif begun in names or not (root is _HASH or file.startswith(_PACKAGES)):
            raise ConfigError(
                f"{file} begins {names.get(begun, f'a struct that {_LISTING} does not list')} where no check sees it.",
                hint=f"List each namespace in {_LISTING}, and begin it by `$.slot := CONSTANT`, a number.",
            )
    found = []
    for variable in listed:
        identifier = _declaration(variable["type"], declared)["id"]
        places = roots[identifier] or {_root_of(names[identifier])}
        if len(places) > 1:
            raise ConfigError(f"The code begins {names[identifier]} in {len(places)} places.")
        found.append(Member(names[identifier], places.pop(), 0, variable["type"]))
    return tuple(found)


def _begun(sources: Mapping[str, Any], declared: _Declared) -> Iterator[tuple[str, int, int | str | None]]:
    """Where the code begins which struct, by `$.slot := ...`: the file, the struct, and the slot if it can be read."""
    for file, source in sources.items():
        for assembly in (node for node in _nodes(source) if node["nodeType"] == "InlineAssembly"):
            meant = {each["src"]: each for each in assembly["externalReferences"]}
            for node in (node for node in _nodes(assembly["AST"]) if node["nodeType"] == "YulAssignment"):
                pointer = meant.get(node["variableNames"][0]["src"], {})
                if pointer.get("suffix") == "slot":
                    struct = declared[pointer["declaration"]]["typeName"].get("referencedDeclaration")
                    yield file, struct, _number(node["value"], meant, declared)


def _number(value: Mapping[str, Any], meant: Mapping[str, Any], declared: _Declared) -> int | str | None:
    """What is assigned, if it is a number or a constant that is one; or a hash, where entries of mappings stand."""
    if value["nodeType"] == "YulFunctionCall":
        return _HASH if value["functionName"]["name"] == "keccak256" else None
    if value["nodeType"] == "YulLiteral":
        return int(value["value"], 0)
    reference = meant.get(value.get("src", ""), {})  # the compiler takes constants that are numbers or constants
    node = declared.get(reference.get("declaration", -1), {})
    while node:
        if node["nodeType"] == "VariableDeclaration" and node.get("mutability") == "constant":
            node = node["value"]
        elif node["nodeType"] == "Identifier":
            node = declared.get(node["referencedDeclaration"], {})
        elif node["nodeType"] == "Literal" and node["kind"] == "number" and not node.get("subdenomination"):
            return int(node["value"].replace("_", ""), 0)
        else:
            return None
    return None


def _root_of(namespace: str) -> int:
    """Where ERC-7201 begins a namespace."""
    from eth_hash.auto import keccak

    inner = int.from_bytes(keccak(namespace.encode())) - 1
    return int.from_bytes(keccak(inner.to_bytes(32))) & ~0xFF


def _type(identifier: str, kind: Mapping[str, Any], declared: _Declared) -> StorageType:
    declaration = _declaration(identifier, declared)
    is_enum = declaration.get("nodeType") == "EnumDefinition"
    underlying = declaration.get("underlyingType")
    label = underlying["typeDescriptions"]["typeString"] if underlying else kind["label"]
    return StorageType(
        label="address" if _ADDRESS.fullmatch(label) else label,
        encoding=kind["encoding"],
        size_bytes=int(kind["numberOfBytes"]),
        members=_members(kind.get("members", ())),
        key=kind.get("key", ""),
        value=kind.get("value") or kind.get("base", ""),
        names=tuple(value["name"] for value in declaration["members"]) if is_enum else (),
    )


def _members(printed: Any) -> tuple[Member, ...]:
    return tuple(Member(each["label"], int(each["slot"]), each["offset"], each["type"]) for each in printed)


def _declaration(identifier: str, declared: _Declared) -> Mapping[str, Any]:
    """The syntax tree's word on a type that the sources declare; empty for all other types."""
    match = _DECLARED.fullmatch(identifier)
    return declared[int(match[1])] if match else {}


def _nodes(tree: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(tree, dict):
        if "nodeType" in tree:
            yield tree
        tree = list(tree.values())
    for branch in tree if isinstance(tree, list) else ():
        yield from _nodes(branch)

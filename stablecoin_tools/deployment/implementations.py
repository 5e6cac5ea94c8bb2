"""Implementations that are known: the contract as compiled, and where it stores what.

The one that ships with the package is known, and so is each that an upgrade was planned to: its file stands beside the
deployment records, named by its address, which is the same on every chain.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from importlib import resources
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from stablecoin_tools import artifacts
from stablecoin_tools.artifacts import load_artifact, parse_artifact
from stablecoin_tools.deployment.create2 import create2_address
from stablecoin_tools.deployment.creation import IMPLEMENTATION_SALT
from stablecoin_tools.deployment.layout_reading import read_layout
from stablecoin_tools.deployment.layouts import Layout, Member, StorageType
from stablecoin_tools.errors import CompilerError, ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from stablecoin_tools.addresses import Address
    from stablecoin_tools.artifacts import Artifact

__all__ = [
    "Implementation",
    "Implementations",
    "compile_implementation",
    "layout_text",
    "read_layout_text",
    "shipped_implementation",
]

_LISTING: Final = "StorageLayout.sol"
_NOT_NEEDED: Final = ("devdoc", "metadata", "userdoc")


@dataclass(frozen=True, slots=True)
class Implementation:
    """A contract that can stand behind a coin.

    Attributes:
        artifact: As it was compiled.
        layout: Where it stores what.
        text: Both, and the compiler's input, as a file that `Implementations` reads.
    """

    artifact: Artifact
    layout: Layout
    text: str

    @property
    def address(self) -> Address:
        """Where the CREATE2 deployer puts it, on every chain."""
        return create2_address(self.artifact.creation_code(), IMPLEMENTATION_SALT)


class Implementations:
    """What is known of implementations.

    Args:
        folder: The folder of the deployment records; those of upgrades are in `implementations` there.
        contracts: A folder of contracts, by which the compiler is found.
    """

    def __init__(self, folder: Path, *, contracts: Path = Path("contracts")) -> None:
        self._folder = folder / "implementations"
        self._contracts = contracts

    def find(self, address: Address, code: bytes) -> Implementation:
        """The implementation that stands at an address.

        Args:
            address: Where.
            code: What the chain says is there.

        One that an upgrade recorded is compiled once more from the input that stands there, for an upgrade is compared
        with its layout, of which the chain knows nothing.

        Raises:
            CompilerError: If there is no compiler.
            ConfigError: If nothing here knows it: without its layout no upgrade can be checked. Or if its record was
                edited.
        """
        shipped = shipped_implementation()
        if shipped.artifact.is_runtime(code):
            return shipped
        path, found = self.path(address), self.recorded(address)
        if found is None or not found.artifact.is_runtime(code):
            raise ConfigError(
                f"The implementation at {address} is neither this release's nor one that an upgrade recorded here.",
                hint=f"Upgrade from the release that it came from, or bring {path} from where it was upgraded.",
            )
        again, layout = _compiled_again(found, self._contracts)
        codes = [(each.bytecode, each.runtime, each.standard_json_sha256) for each in (found.artifact, again)]
        if codes[0] != codes[1] or layout != _layout_json(found.layout):
            raise ConfigError(
                f"{path} was edited: it is not what its own source compiles to.",
                hint="Bring it from where the coin was upgraded. Nothing was sent.",
            )
        return found

    def recorded(self, address: Address) -> Implementation | None:
        """The one that an upgrade recorded for an address; None if none did.

        Raises:
            ConfigError: If the file is no implementation.
        """
        path = self.path(address)
        return _read(path) if path.exists() else None

    def write(self, implementation: Implementation) -> Path:
        """Keeps one, so that the next upgrade knows from what it comes.

        Raises:
            ConfigError: If the folder cannot be written.
        """
        path = self.path(implementation.address)
        unfinished = path.with_suffix(".unfinished")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            unfinished.write_text(implementation.text)
            unfinished.replace(path)
        except OSError as error:
            raise ConfigError(f"{path} cannot be written: {error.strerror}. Nothing was sent.") from error
        return path

    def path(self, address: Address) -> Path:
        """Where the file of the implementation at an address belongs."""
        return self._folder / f"{address}.json"


def shipped_implementation() -> Implementation:
    """The implementation that ships with the package.

    Raises:
        ConfigError: If the package is not whole.
    """
    path = Path(str(resources.files(artifacts))) / "layouts" / "Issuer.json"
    try:
        text = path.read_text()
        return Implementation(load_artifact("Issuer"), read_layout_text(text), text)
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError, OverflowError) as error:
        raise ConfigError(
            f"There is no layout at {path}.", hint="Run `python scripts/compile.py` in a source checkout."
        ) from error


def compile_implementation(contracts: Path, name: str = "Issuer") -> Implementation:
    """Compiles a contract that is to replace an implementation.

    Args:
        contracts: The folder of the Solidity sources: like the package's own, with `StorageLayout.sol`, the compiler's
            version in `package.json`, and `node_modules`.
        name: The contract; it stands in a file of its name, and its constructor takes nothing.

    Raises:
        CompilerError: If there is no such contract, or the compiler refuses the sources, in its own words.
        ConfigError: If its storage cannot be read for sure.
    """
    from stablecoin_tools.compiler import COMPACT_SETTINGS, compile_source, find_compiler, standard_json

    if find_spec("solcx") is None:
        raise CompilerError(
            "What drives the compiler is not installed.", hint="pip install 'stablecoin_tools[compile]'"
        )
    files = sorted(path.relative_to(contracts) for path in contracts.rglob(f"{name}.sol"))
    files = [path for path in files if "node_modules" not in path.parts]
    if len(files) != 1:
        found = ", ".join(map(str, files)) or "none"
        raise CompilerError(f"One file {name}.sol is wanted in {contracts}, and there is {found}.")
    if not (contracts / "package.json").is_file():
        raise CompilerError(f"There is no package.json in {contracts}, so no release of the compiler is named.")
    roots = (files[0].as_posix(), _LISTING)
    source = standard_json(contracts, roots, COMPACT_SETTINGS)
    compilation = compile_source(source, roots, compiler=find_compiler(contracts))
    if name not in compilation.artifacts:
        raise CompilerError(f"{files[0]} declares no contract {name} that can be deployed.")
    layout = read_layout(compilation.output, name)
    written = json.loads(compilation.artifacts[name])
    kept = {key: value for key, value in written.items() if key not in _NOT_NEEDED}
    record = {**kept, "layout": _layout_json(layout), "source": source}
    return _implementation(json.dumps(record, indent=1, sort_keys=True) + "\n")


def layout_text(layout: Layout) -> str:
    """A layout as a file: the same layout has the same bytes, whatever the compiler called its types."""
    return json.dumps(_layout_json(layout), indent=1, sort_keys=True) + "\n"


def read_layout_text(text: str) -> Layout:
    """The layout that `layout_text` wrote.

    Raises:
        ValueError, KeyError, TypeError, AttributeError: If it is something else.
    """
    return _layout(json.loads(text))


def _read(path: Path) -> Implementation:
    try:
        return _implementation(path.read_text())
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError, OverflowError) as error:
        raise ConfigError(f"{path} is no record of an implementation.") from error


def _compiled_again(implementation: Implementation, contracts: Path) -> tuple[Artifact, dict[str, Any]]:
    """The artifact and the layout that the recorded input gives."""
    from stablecoin_tools.compiler import compile_source, find_compiler

    artifact, written = implementation.artifact, json.loads(implementation.text)
    try:
        source = written["source"]
        roots = (artifact.source_name.removeprefix("contracts/"), _LISTING)
        compilation = compile_source(source, roots, compiler=find_compiler(contracts))
        again = json.loads(compilation.artifacts[artifact.name])
    except (KeyError, TypeError, AttributeError) as error:
        raise ConfigError(f"The record of {implementation.address} does not hold what it was compiled from.") from error
    kept = {key: value for key, value in again.items() if key not in _NOT_NEEDED}
    return parse_artifact(json.dumps(kept)), _layout_json(read_layout(compilation.output, artifact.name))


def _implementation(text: str) -> Implementation:
    return Implementation(parse_artifact(text), _layout(json.loads(text)["layout"]), text)


def _layout_json(layout: Layout) -> dict[str, Any]:
    """The compiler's names of types hold numbers that change with every source: here they are counted anew."""
    names = {name: f"t{place}" for place, name in enumerate(dict.fromkeys(_reached(layout)))}
    return {
        "namespaces": [_member_json(space, names) for space in layout.namespaces],
        "types": {names[name]: _type_json(layout.types[name], names) for name in names},
    }


def _reached(layout: Layout) -> Iterator[str]:
    """Every type that is stored, from the namespaces down; each at least once."""
    wanted = [space.type for space in layout.namespaces]
    seen: set[str] = set()
    while wanted:
        name = wanted.pop(0)
        if name in seen:
            continue
        seen.add(name)
        yield name
        kind = layout.types[name]
        wanted += [member.type for member in kind.members] + [each for each in (kind.key, kind.value) if each]


def _type_json(kind: StorageType, names: Mapping[str, str]) -> dict[str, Any]:
    members = [_member_json(member, names) for member in kind.members]
    others = {"key": names.get(kind.key, ""), "value": names.get(kind.value, ""), "names": list(kind.names)}
    return {**asdict(kind), "members": members, **others}


def _member_json(member: Member, names: Mapping[str, str]) -> dict[str, Any]:
    return {**asdict(member), "type": names[member.type]}


def _layout(written: Mapping[str, Any]) -> Layout:
    layout = Layout(
        _members(written["namespaces"]), {str(name): _type(kind) for name, kind in written["types"].items()}
    )
    set(_reached(layout))  # each type that is named must be there
    return layout


def _type(kind: Mapping[str, Any]) -> StorageType:
    return StorageType(
        label=str(kind["label"]),
        encoding=str(kind["encoding"]),
        size_bytes=int(kind["size_bytes"]),
        members=_members(kind["members"]),
        key=str(kind["key"]),
        value=str(kind["value"]),
        names=tuple(map(str, kind["names"])),
    )


def _members(written: Any) -> tuple[Member, ...]:
    return tuple(
        Member(str(each["label"]), int(each["slot"]), int(each["offset"]), str(each["type"])) for each in written
    )

"""From Solidity to artifacts: solc's standard JSON in, one JSON file per contract out, the same bytes every time."""

from __future__ import annotations

import hashlib
import json
import posixpath
import re
import shutil
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from stablecoin_tools.errors import CompilerError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

__all__ = [
    "COMPACT_SETTINGS",
    "EVM_VERSION",
    "SETTINGS",
    "Compilation",
    "compile_contracts",
    "find_compiler",
    "pinned_version",
    "standard_json",
    "standard_json_sha256",
]

EVM_VERSION: Final = "cancun"
"""The newest instruction set that every preset network runs; later forks add none that the contracts use."""

_OPTIMIZER_STEPS: Final = (
    "dfDvulfnTUtnIfxa[r]scMVcul[j]Trpeulxa[r]cviufMCTUca[r]SsTFOtfDnca[r]IulcscCTUtviufMx[scCTUt]TOntnfDIulviufM"
    "jmul[jul]VcTOculjmul:fDnTOcmuO"
)
"""The compiler's own sequence without LoadResolver and EqualStoreEliminator (L, E): from 0.8.19 to 0.8.37 these two can
replace a load by an outdated value or drop a needed store. Source: the release notes of 0.8.38."""

SETTINGS: Final[Mapping[str, Any]] = MappingProxyType(
    {
        "evmVersion": EVM_VERSION,
        "optimizer": {
            "enabled": True,
            # Structure decides what a transfer costs, not this; and more makes the contracts dearer to deploy.
            "runs": 200,
            "details": {"yul": True, "yulDetails": {"optimizerSteps": _OPTIMIZER_STEPS}},
        },
        # The classic pipeline finds a function by halves, the IR one by trying each: that alone is 500 gas a transfer.
        "viaIR": False,
    }
)
"""How contracts are compiled unless something is said against it."""

COMPACT_SETTINGS: Final[Mapping[str, Any]] = MappingProxyType(
    {**SETTINGS, "optimizer": {**SETTINGS["optimizer"], "runs": 40}}
)
"""How the issuer's code is compiled: it is long and seldom run, so fewer bytes come before fewer steps."""

_OUTPUTS: Final = (
    "abi",
    "devdoc",
    "userdoc",
    "metadata",
    "storageLayout",
    "evm.bytecode.object",
    "evm.deployedBytecode.object",
    "evm.deployedBytecode.immutableReferences",
)
_IMPORT = re.compile(r"""^import\s+(?:[^"';]*?\sfrom\s+)?["']([^"']+)["'];""", re.MULTILINE)
_NAMESPACE = re.compile(r"erc7201:(\S+)")
_LAYOUT_CONTRACT: Final = "StorageLayout"
_OUR_NAMESPACES: Final = "stablecoin."


@dataclass(frozen=True, slots=True)
class Compilation:
    """What one run of the compiler gave.

    Attributes:
        artifacts: The text of each artifact file, by contract name.
        warnings: What the compiler remarked about dependencies; about our own sources it is an error.
        output: All that the compiler printed: solc's standard JSON output.
    """

    artifacts: Mapping[str, str]
    warnings: tuple[str, ...]
    output: Mapping[str, Any]


def standard_json(contracts: Path, roots: Sequence[str], settings: Mapping[str, Any] = SETTINGS) -> dict[str, Any]:
    """Rebuilds the exact input of the compiler from our sources and the pinned npm packages.

    Args:
        contracts: The folder of the contracts, with `node_modules` in it.
        roots: The files to compile, relative to that folder: `["Stablecoin.sol"]`.
        settings: The compiler's settings, without what it is to print.

    Returns:
        Solc's standard JSON input, with the text of every source it needs.

    Raises:
        CompilerError: If a source is missing.

    Source: https://docs.soliditylang.org, "Compiler Input and Output JSON Description".
    """
    sources: dict[str, dict[str, str]] = {}
    wanted = [f"contracts/{root}" for root in roots]
    while wanted:
        name = wanted.pop()
        if name not in sources:
            text = _source(contracts, name)
            sources[name] = {"content": text}
            wanted += (_resolve(name, target) for target in _IMPORT.findall(text))
    selection = {"*": {"": ["ast"]}} | {f"contracts/{root}": {"*": list(_OUTPUTS), "": ["ast"]} for root in roots}
    return {
        "language": "Solidity",
        "sources": dict(sorted(sources.items())),
        "settings": {**settings, "outputSelection": selection},
    }


def standard_json_sha256(source: Mapping[str, Any]) -> str:
    """The hash by which an artifact names its input: SHA-256 over the JSON with sorted keys and no spaces."""
    return hashlib.sha256(json.dumps(source, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def pinned_version(contracts: Path) -> str:
    """The compiler release that `package.json` pins, such as "0.8.37"."""
    version: str = json.loads((contracts / "package.json").read_text())["devDependencies"]["solc"]
    return version


def find_compiler(contracts: Path) -> Path:
    """Finds the pinned compiler: a native one that is installed or can be downloaded, else the npm package's.

    Native and JavaScript builds of one release give the same bytes; native ones are faster.

    Args:
        contracts: The folder of the contracts.

    Returns:
        The path of an executable that py-solc-x can drive.

    Raises:
        CompilerError: If there is neither.
    """
    version = pinned_version(contracts)
    native = _installed(version) or _downloaded(version)
    if native:
        return native
    shim = contracts / "solc.mjs"
    if not (contracts / "node_modules" / "solc").is_dir() or not shutil.which("node"):
        raise CompilerError(
            f"No solc {version} was found, native or from npm.",
            hint=f"Run `npm ci` in {contracts} (Node 20 or newer).",
        )
    return shim


def compile_contracts(
    contracts: Path, roots: Sequence[str], *, compiler: Path, settings: Mapping[str, Any] = SETTINGS
) -> Compilation:
    """Compiles the contracts in these files.

    Args:
        contracts: The folder of the contracts.
        roots: The files, relative to that folder; every deployable contract in them becomes an artifact.
        compiler: What `find_compiler` found.
        settings: The compiler's settings, without what it is to print.

    Returns:
        The artifacts as text, sorted and ready to be written.

    Raises:
        CompilerError: If the compiler finds an error anywhere, or a warning in our own sources; in its own words.
    """
    return compile_source(standard_json(contracts, roots, settings), roots, compiler=compiler)


def compile_source(source: Mapping[str, Any], roots: Sequence[str], *, compiler: Path) -> Compilation:
    """Compiles what `standard_json` made, now or once.

    Args:
        source: The compiler's input.
        roots: The files whose contracts become artifacts, relative to the folder of the contracts.
        compiler: What `find_compiler` found.

    Returns:
        The artifacts as text, sorted and ready to be written.

    Raises:
        CompilerError: If the compiler finds an error anywhere, or a warning in our own sources; in its own words.
    """
    import solcx
    from solcx.exceptions import SolcError

    settings = {name: value for name, value in source["settings"].items() if name != "outputSelection"}
    try:
        output = solcx.compile_standard(dict(source), solc_binary=compiler)
    except SolcError as error:
        raise CompilerError(_words_of(error)) from error
    except OSError as error:
        raise CompilerError(f"The compiler {compiler} cannot be started: {error.strerror}.") from error
    remarks = [(remark, _is_ours(remark)) for remark in output.get("errors", ())]
    refusals = [remark for remark, is_ours in remarks if is_ours or remark["severity"] == "error"]
    if refusals:
        raise CompilerError("\n".join(remark["formattedMessage"].strip() for remark in refusals))
    return Compilation(
        artifacts={
            name: text for root in roots for name, text in _artifacts(f"contracts/{root}", source, output, settings)
        },
        warnings=tuple(remark["formattedMessage"].strip() for remark, _ in remarks),
        output=output,
    )


def _artifacts(
    file: str, source: Mapping[str, Any], output: Mapping[str, Any], settings: Mapping[str, Any]
) -> Iterator[tuple[str, str]]:
    digest = standard_json_sha256(source)
    immutable_names = dict(_immutables(output["sources"]))
    layouts = _namespaced_layouts(output)
    for name, contract in sorted(output["contracts"][file].items()):
        evm = contract["evm"]
        if not evm["bytecode"]["object"]:
            continue  # abstract contracts and interfaces are deployed by nobody
        metadata = json.loads(contract["metadata"])
        artifact = {
            "contractName": name,
            "sourceName": file,
            "abi": contract["abi"],
            "bytecode": "0x" + evm["bytecode"]["object"],
            "deployedBytecode": "0x" + evm["deployedBytecode"]["object"],
            "immutableReferences": {
                immutable_names[identifier]: places
                for identifier, places in evm["deployedBytecode"]["immutableReferences"].items()
            },
            "storageLayout": {**contract["storageLayout"], "namespaces": layouts},
            "userdoc": contract["userdoc"],
            "devdoc": contract["devdoc"],
            "compiler": {"version": metadata["compiler"]["version"], "settings": dict(settings)},
            "metadata": contract["metadata"],
            "standardJsonSha256": digest,
        }
        yield name, json.dumps(artifact, indent=1, sort_keys=True) + "\n"


def _namespaced_layouts(output: Mapping[str, Any]) -> dict[str, Any]:
    """The layout of each ERC-7201 struct by namespace, read off the contract that lists them all."""
    listing = next(
        (found[_LAYOUT_CONTRACT] for found in output["contracts"].values() if _LAYOUT_CONTRACT in found), None
    )
    if listing is None:
        return {}
    layout = listing["storageLayout"]
    structs = dict(_namespaced_structs(output["sources"]))
    namespaces = {}
    for variable in layout["storage"]:
        struct = layout["types"][variable["type"]]
        namespaces[structs[struct["label"].removeprefix("struct ")]] = [
            {
                "label": member["label"],
                "offset": member["offset"],
                "slot": member["slot"],
                "type": layout["types"][member["type"]]["label"],
            }
            for member in struct["members"]
        ]
    forgotten = {namespace for namespace in structs.values() if namespace.startswith(_OUR_NAMESPACES)} - set(namespaces)
    if forgotten:
        raise CompilerError(f"{_LAYOUT_CONTRACT}.sol does not list {', '.join(sorted(forgotten))}.")
    return namespaces


def _namespaced_structs(sources: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for node in _nodes(sources):
        if node.get("nodeType") == "StructDefinition" and node.get("documentation"):
            namespace = _NAMESPACE.search(node["documentation"]["text"])
            if namespace:
                yield node["canonicalName"], namespace[1]


def _immutables(sources: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for node in _nodes(sources):
        if node.get("nodeType") == "VariableDeclaration" and node.get("mutability") == "immutable":
            yield str(node["id"]), node["name"]


def _nodes(tree: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(tree, dict):
        yield tree
        for branch in tree.values():
            yield from _nodes(branch)
    elif isinstance(tree, list):
        for branch in tree:
            yield from _nodes(branch)


def _source(contracts: Path, name: str) -> str:
    ours = name.removeprefix("contracts/")  # whatever the folder itself is called
    path = contracts / ("node_modules" if ours == name else "") / ours
    try:
        return path.read_text()
    except OSError as error:
        raise CompilerError(f"Missing source: {name}.", hint=f"Run `npm ci` in {contracts}.") from error


def _resolve(importer: str, target: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(importer), target)) if target[0] == "." else target


def _is_ours(remark: Mapping[str, Any]) -> bool:
    return str(remark.get("sourceLocation", {}).get("file", "contracts/")).startswith("contracts/")


def _words_of(error: Any) -> str:
    """The compiler's own words, where its answer can be read; py-solc-x's otherwise."""
    try:
        remarks = json.loads(error.stdout_data)["errors"]
        return "\n".join(remark["formattedMessage"].strip() for remark in remarks if remark["severity"] == "error")
    except (TypeError, ValueError, KeyError):
        return str(getattr(error, "message", error))


def _installed(version: str) -> Path | None:
    import solcx
    from solcx.exceptions import SolcNotInstalled
    from solcx.install import get_executable

    try:
        solcx.import_installed_solc()
        found: Path = get_executable(version)
    except (SolcNotInstalled, OSError):  # it keeps them in a home that is not everybody's
        return None
    return found


def _downloaded(version: str) -> Path | None:
    import requests
    import solcx
    from solcx.exceptions import DownloadError, SolcInstallationError

    try:
        solcx.install_solc(version)
    except (requests.RequestException, DownloadError, SolcInstallationError, OSError):
        return None
    return _installed(version)

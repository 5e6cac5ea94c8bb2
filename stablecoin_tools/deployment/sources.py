"""What a coin was compiled from: the artifacts that ship, and the sources in a checkout that give them again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from stablecoin_tools.artifacts import load_artifact, parse_artifact
from stablecoin_tools.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path

    from stablecoin_tools.artifacts import Artifact

__all__ = ["Build", "build_from_source", "compiler_input", "shipped_build"]

_LISTING: Final = "StorageLayout.sol"
"""Both contracts are compiled together with it. Source: `scripts/compile.py`."""


@dataclass(frozen=True, slots=True)
class Build:
    """The two contracts of a coin, as compiled.

    Attributes:
        stablecoin: What holders touch, and the proxy.
        issuer: The implementation.
    """

    stablecoin: Artifact
    issuer: Artifact


def shipped_build() -> Build:
    """The contracts as they ship with the package."""
    return Build(load_artifact("Stablecoin"), load_artifact("Issuer"))


def build_from_source(contracts: Path) -> Build:
    """Compiles the contracts anew, from the very sources that the shipped ones name.

    Args:
        contracts: The folder of the contracts, with `node_modules` in it.

    Raises:
        ConfigError: If the sources are others than the shipped artifacts were compiled from.
        CompilerError: If a source or the compiler is missing.
    """
    shipped = shipped_build()
    return Build(_compiled(contracts, shipped.stablecoin), _compiled(contracts, shipped.issuer))


def compiler_input(contracts: Path, artifact: Artifact) -> dict[str, Any]:
    """The standard JSON that an artifact was compiled from, rebuilt from the sources.

    Args:
        contracts: The folder of the contracts, with `node_modules` in it.
        artifact: What was compiled.

    Raises:
        ConfigError: If the sources give another input than the artifact names.
        CompilerError: If a source is missing.
    """
    from stablecoin_tools.compiler import standard_json, standard_json_sha256

    source = standard_json(contracts, _roots(artifact), artifact.settings)
    digest = standard_json_sha256(source)
    if digest != artifact.standard_json_sha256:
        raise ConfigError(
            f"The sources in {contracts} are not those of {artifact.name}: their hash is {digest}, "
            f"the artifact names {artifact.standard_json_sha256}.",
            hint="Check out the commit of the release, and run `npm ci` there.",
        )
    return source


def _compiled(contracts: Path, artifact: Artifact) -> Artifact:
    from stablecoin_tools.compiler import compile_contracts, find_compiler

    compiler_input(contracts, artifact)  # what was changed is refused before anything is compiled
    compilation = compile_contracts(
        contracts, _roots(artifact), compiler=find_compiler(contracts), settings=artifact.settings
    )
    return parse_artifact(compilation.artifacts[artifact.name])


def _roots(artifact: Artifact) -> tuple[str, str]:
    return artifact.source_name.removeprefix("contracts/"), _LISTING

"""What a coin was compiled from: the artifacts that ship, and the sources in a checkout that give them again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from stablecoin_tools.artifacts import load_artifact, parse_artifact
from stablecoin_tools.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Sequence
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


def build_from_source(folders: Sequence[Path], build: Build) -> Build:
    """Compiles the contracts anew, each from the very sources that its artifact names.

    Args:
        folders: Where the contracts are, each with `node_modules` in it; of an upgraded coin the release's and the
            upgrade's, if those are two.
        build: What they should give.

    Raises:
        ConfigError: If no folder holds the sources that an artifact was compiled from.
        CompilerError: If a source or the compiler is missing.
    """
    return Build(_compiled(folders, build.stablecoin), _compiled(folders, build.issuer))


def compiler_input(folders: Sequence[Path], artifact: Artifact) -> dict[str, Any]:
    """The standard JSON that an artifact was compiled from, rebuilt from the sources.

    Args:
        folders: Where to look for them, each with `node_modules` in it.
        artifact: What was compiled.

    Raises:
        ConfigError: If the sources in all of them give another input than the artifact names.
        CompilerError: If a source is missing.
    """
    return _sources_of(folders, artifact)[1]


def _sources_of(folders: Sequence[Path], artifact: Artifact) -> tuple[Path, dict[str, Any]]:
    """The first folder that holds what an artifact was compiled from, and that."""
    from stablecoin_tools.compiler import standard_json, standard_json_sha256

    found = []
    for folder in folders:
        source = standard_json(folder, _roots(artifact), artifact.settings)
        digest = standard_json_sha256(source)
        if digest == artifact.standard_json_sha256:
            return folder, source
        found.append(f"{digest} in {folder}")
    raise ConfigError(
        f"The sources in {', '.join(map(str, folders))} are not those of {artifact.name}: their hash is "
        f"{', '.join(found)}; the artifact names {artifact.standard_json_sha256}.",
        hint="Check out the commit of the release, or of the upgrade, run `npm ci` there, and name it by --contracts.",
    )


def _compiled(folders: Sequence[Path], artifact: Artifact) -> Artifact:
    from stablecoin_tools.compiler import compile_contracts, find_compiler

    folder, _ = _sources_of(folders, artifact)  # what was changed is refused before anything is compiled
    compilation = compile_contracts(
        folder, _roots(artifact), compiler=find_compiler(folder), settings=artifact.settings
    )
    return parse_artifact(compilation.artifacts[artifact.name])


def _roots(artifact: Artifact) -> tuple[str, str]:
    return artifact.source_name.removeprefix("contracts/"), _LISTING

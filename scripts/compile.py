"""Compiles the contracts into the artifacts that ship with the package.

python scripts/compile.py            write the artifacts
python scripts/compile.py --check    write nothing; exit 1 if a committed artifact differs
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from stablecoin_tools.compiler import COMPACT_SETTINGS, SETTINGS, compile_contracts, find_compiler
from stablecoin_tools.deployment.implementations import layout_text
from stablecoin_tools.deployment.layout_reading import read_layout
from stablecoin_tools.errors import CompilerError

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "stablecoin_tools" / "artifacts"
TESTS = ROOT / "tests" / "contracts" / "artifacts"
LAYOUT = "StorageLayout.sol"
BUILDS: tuple[tuple[Path, tuple[str, ...]], ...] = (
    (PACKAGE, ("Stablecoin.sol", LAYOUT)),
    (PACKAGE, ("Issuer.sol", LAYOUT)),
    (PACKAGE, ("settlement/PaymentVersusPayment.sol",)),
    (
        TESTS,
        (
            "mocks/LaneServingIssuer.sol",
            "mocks/PlainCoin.sol",
            "mocks/ReserveFeed.sol",
            "mocks/StrayToken.sol",
            "mocks/WrongUuidIssuer.sol",
        ),
    ),
    (TESTS, ("mocks/FeeCoin.sol", "mocks/ReenteringCoin.sol", "mocks/SmartWallet.sol")),
)


def main() -> int:
    """Compiles, then writes or compares."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--check", action="store_true", help="compare with the committed artifacts")
    check = arguments.parse_args().check
    contracts = ROOT / "contracts"
    try:
        print("looking for the pinned compiler ...", flush=True)
        compiler = find_compiler(contracts)
        print(f"compiler: {compiler}", flush=True)
        artifacts = {
            path: text for folder, roots in BUILDS for path, text in compiled(contracts, folder, roots, compiler)
        }
    except CompilerError as error:
        print(error, error.hint, sep="\n", file=sys.stderr)
        return 1
    stale = [path for path, text in artifacts.items() if not settle(path, text, check=check)]
    stale += [path for folder in (PACKAGE, TESTS) for path in sorted(folder.glob("*.json")) if path not in artifacts]
    for path in stale:
        print(f"differs from its source: {path.relative_to(ROOT)}", file=sys.stderr)
    if stale:
        print("Run `python scripts/compile.py` and commit what it writes.", file=sys.stderr)
    return 1 if stale else 0


def compiled(contracts: Path, folder: Path, roots: tuple[str, ...], compiler: Path) -> list[tuple[Path, str]]:
    """The artifacts of one build, as (path, text)."""
    print(f"compiling {', '.join(roots)} ...", flush=True)
    settings = COMPACT_SETTINGS if "Issuer.sol" in roots else SETTINGS
    compilation = compile_contracts(contracts, roots, compiler=compiler, settings=settings)
    if compilation.warnings:
        print(f"  {len(compilation.warnings)} remarks about dependencies, none about ours")
    layouts = (("Issuer", read_layout(compilation.output, "Issuer")),) if "Issuer.sol" in roots else ()
    return [
        *((folder / f"{name}.json", text) for name, text in compilation.artifacts.items()),
        *((folder / "layouts" / f"{name}.json", layout_text(layout)) for name, layout in layouts),
    ]


def settle(path: Path, text: str, *, check: bool) -> bool:
    """Writes one artifact, or only compares it; returns whether the file now holds the text."""
    if check:
        fits = path.exists() and path.read_text() == text
        print(f"  {'unchanged' if fits else 'DIFFERS'}  {path.relative_to(ROOT)}")
        return fits
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    print(f"  wrote  {path.relative_to(ROOT)}")
    return True


if __name__ == "__main__":
    sys.exit(main())

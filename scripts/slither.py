"""Slither over the contracts that ship: every finding in our own sources must have been judged.

    make slither

Slither reads what `scripts/compile.py` compiles: the same texts of the same sources. Each finding must be named in
`contracts/slither/triage.json`, by its check and by the element that it is about, with the reason why it may stand; a
reason for nothing is an error too. "*" there stands for every element. Findings in dependencies are counted only.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stablecoin_tools.compiler import find_compiler, standard_json
from stablecoin_tools.errors import CompilerError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

ROOT = Path(__file__).resolve().parent.parent
CONTRACTS = ROOT / "contracts"
ARTIFACTS = ROOT / "stablecoin_tools" / "artifacts"
TRIAGE = CONTRACTS / "slither" / "triage.json"
WORK = ROOT / "build" / "slither"
SLITHER = WORK / "venv" / "bin" / "slither"
# Slither asks for bytecode, too, of all that it reads.
OUTPUTS = {"*": {"*": ["abi", "devdoc", "userdoc", "evm.bytecode", "evm.deployedBytecode"], "": ["ast"]}}
EVERY = "*"
SECONDS_BETWEEN_SIGNS = 10


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One thing that Slither remarks about our sources.

    Attributes:
        check: The detector.
        element: What it is about, without line numbers: `Lane._lane()`.
        impact: How bad it would be, if it were so.
    """

    check: str
    element: str
    impact: str


def main() -> int:
    """Analyses, judges, and prints a table."""
    if not SLITHER.exists():
        print("Slither is not installed: run `make slither`.", file=sys.stderr)
        return 1
    try:
        reports = analyse(WORK / "run")
    except CompilerError as error:
        print(error, error.hint, sep="\n", file=sys.stderr)
        return 1
    findings = findings_of(reports)
    foreign = [report for report in reports if not ours_of(report)]
    reasons = reasons_of(json.loads(TRIAGE.read_text()))
    print(f"{len(findings)} findings in our sources, {len(foreign)} in dependencies only:")
    for finding in sorted(findings, key=lambda one: (reason_for(one, reasons) is not None, one)):
        judged = "judged" if reason_for(finding, reasons) else "NEW"
        print(f"  {judged:6}  {finding.impact:13}  {finding.check:18}  {finding.element}")
    faults = faults_of(findings, reasons)
    print(*faults or ["every finding was judged"], sep="\n")
    return 1 if faults else 0


def analyse(folder: Path) -> list[dict[str, Any]]:
    """Runs Slither over the contracts that ship, in a new folder; returns its reports."""
    shipped = sorted(json.loads(path.read_text())["sourceName"] for path in ARTIFACTS.glob("*.json"))
    source = standard_json(CONTRACTS, [name.removeprefix("contracts/") for name in shipped])
    source["settings"]["outputSelection"] = OUTPUTS
    shutil.rmtree(folder, ignore_errors=True)
    for name, text in source["sources"].items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text["content"])
    (folder / "input.json").write_text(json.dumps(source))

    print(f"analysing {', '.join(shipped)}; this takes about a minute ...", flush=True)
    program = [str(SLITHER), "input.json", "--compile-force-framework", "Solc-json", "--fail-none"]
    program += ["--solc", str(find_compiler(CONTRACTS)), "--json", "output.json"]
    log, output = folder / "slither.log", folder / "output.json"
    with log.open("w") as written:
        run = subprocess.Popen(program, cwd=folder, stdout=written, stderr=subprocess.STDOUT)
        wait(run)
    answer: dict[str, Any] = json.loads(output.read_text()) if output.exists() else {"success": False}
    if run.returncode or not answer["success"]:
        raise CompilerError("Slither could not analyse the contracts.", hint=log.read_text())
    reports: list[dict[str, Any]] = answer["results"].get("detectors", [])
    return reports


def wait(run: subprocess.Popen[bytes]) -> None:
    """Waits for a program and shows that time passes."""
    started = time.monotonic()
    while True:
        try:
            run.wait(SECONDS_BETWEEN_SIGNS)
        except subprocess.TimeoutExpired:
            print(f"  {time.monotonic() - started:3.0f} s", flush=True)
        else:
            return


def findings_of(reports: Iterable[Mapping[str, Any]]) -> set[Finding]:
    """What the reports say about our own sources, each thing once."""
    findings = set()
    for report in reports:
        ours = ours_of(report)
        if ours:
            findings.add(Finding(report["check"], name_of(ours[0]), report["impact"]))
    return findings


def ours_of(report: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The elements of a report that stand in our own sources."""
    return [one for one in report["elements"] if one["source_mapping"]["filename_relative"].startswith("contracts/")]


def name_of(element: Mapping[str, Any]) -> str:
    """A name that stays when lines move: contract, function with its types, variable."""
    facts = element.get("type_specific_fields", {})
    if element["type"] == "node":
        return name_of(facts["parent"])  # a statement goes by its function
    name = facts.get("signature") or element["name"]
    return f"{name_of(facts['parent'])}.{name}" if "parent" in facts else name


def reasons_of(entries: Iterable[Mapping[str, Any]]) -> dict[tuple[str, str], str]:
    """The reasons of the triage, by check and element."""
    reasons: dict[tuple[str, str], str] = {}
    for entry in entries:
        for element in entry["elements"]:
            if (entry["check"], element) in reasons:
                raise ValueError(f"Judged twice: {entry['check']} at {element}.")
            reasons[entry["check"], element] = entry["reason"]
    return reasons


def reason_for(finding: Finding, reasons: Mapping[tuple[str, str], str]) -> str | None:
    """Why a finding may stand, or None if nobody said."""
    return reasons.get((finding.check, finding.element)) or reasons.get((finding.check, EVERY))


def faults_of(findings: Collection[Finding], reasons: Mapping[tuple[str, str], str]) -> list[str]:
    """What keeps the contracts from passing: findings without a reason, and reasons without a finding."""
    new = [f"not judged: {one.check} at {one.element}" for one in sorted(findings) if not reason_for(one, reasons)]
    met = {(one.check, element) for one in findings for element in (one.element, EVERY)}
    stale = [f"no such finding any more: {check} at {element}" for check, element in sorted(reasons.keys() - met)]
    return new + stale


if __name__ == "__main__":
    sys.exit(main())

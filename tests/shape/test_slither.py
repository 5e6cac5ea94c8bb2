"""How Slither's findings are judged; Slither itself runs in `make slither`

when a finding has a reason: it passes
when it has none: it is a fault, whatever other reasons there are
when a reason has no finding: it is a fault
always: the triage is about functions and names that the contracts have, and each reason is a sentence
"""

from __future__ import annotations

import importlib.util
import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
PATH = ROOT / "scripts" / "slither.py"


@pytest.fixture(scope="module")
def slither() -> Any:
    spec = importlib.util.spec_from_file_location("slither_door", PATH)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


def contract(name: str, file: str) -> dict[str, Any]:
    return {"type": "contract", "name": name, "source_mapping": {"filename_relative": file}}


def function(signature: str, parent: dict[str, Any]) -> dict[str, Any]:
    facts = {"parent": parent, "signature": signature}
    name = signature.partition("(")[0]
    return {"type": "function", "name": name, "type_specific_fields": facts, "source_mapping": parent["source_mapping"]}


def statement(text: str, parent: dict[str, Any]) -> dict[str, Any]:
    facts = {"parent": parent}
    return {"type": "node", "name": text, "type_specific_fields": facts, "source_mapping": parent["source_mapping"]}


def variable(name: str, parent: dict[str, Any]) -> dict[str, Any]:
    return {**statement(name, parent), "type": "variable"}


OURS = function("_lane()", contract("Lane", "contracts/holding/Lane.sol"))
THEIRS = function("_delegate(address)", contract("Proxy", "@openzeppelin/contracts/proxy/Proxy.sol"))


def report(check: str, *elements: dict[str, Any]) -> dict[str, Any]:
    return {"check": check, "impact": "High", "elements": list(elements)}


def entry(check: str, *elements: str) -> dict[str, Any]:
    return {"check": check, "elements": list(elements), "reason": "It is meant."}


def judged(slither: Any, reports: list[dict[str, Any]], entries: list[dict[str, Any]]) -> list[str]:
    faults: list[str] = slither.faults_of(slither.findings_of(reports), slither.reasons_of(entries))
    return faults


@pytest.mark.parametrize("element", ["Lane._lane()", "*"])
def test_a_finding_with_a_reason_passes(slither: Any, element: str) -> None:
    assert judged(slither, [report("incorrect-return", OURS, THEIRS)], [entry("incorrect-return", element)]) == []


def test_a_finding_without_a_reason_is_a_fault(slither: Any) -> None:
    reports = [report("incorrect-return", OURS), report("timestamp", OURS)]
    assert judged(slither, reports, [entry("incorrect-return", "*")]) == ["not judged: timestamp at Lane._lane()"]
    other = function("_leaveLane()", contract("Lane", "contracts/holding/Lane.sol"))
    faults = judged(slither, [*reports, report("timestamp", other)], [entry("timestamp", "Lane._lane()")])
    assert faults == ["not judged: incorrect-return at Lane._lane()", "not judged: timestamp at Lane._leaveLane()"]


@pytest.mark.parametrize("element", ["Lane._leaveLane()", "Lane._lane"])
def test_a_reason_without_a_finding_is_a_fault(slither: Any, element: str) -> None:
    faults = judged(slither, [report("timestamp", OURS)], [entry("timestamp", "*"), entry("timestamp", element)])
    assert faults == [f"no such finding any more: timestamp at {element}"]
    assert judged(slither, [], [entry("pragma", "*")]) == ["no such finding any more: pragma at *"]


def test_a_finding_wholly_in_a_dependency_is_not_ours_to_judge(slither: Any) -> None:
    assert slither.findings_of([report("assembly", THEIRS)]) == set()
    (finding,) = slither.findings_of([report("assembly", THEIRS, OURS)])
    assert finding.element == "Lane._lane()"


def test_names_have_no_line_numbers(slither: Any) -> None:
    assert slither.name_of(statement("head = _lane()", OURS)) == "Lane._lane()"
    assert slither.name_of(variable("head", OURS)) == "Lane._lane().head"


def test_nothing_is_judged_twice(slither: Any) -> None:
    with pytest.raises(ValueError, match="Judged twice: timestamp at Lane"):
        slither.reasons_of([entry("timestamp", "Lane._lane()"), entry("timestamp", "Lane._lane()")])


def test_the_triage_is_about_what_the_contracts_have(slither: Any) -> None:
    entries = json.loads(slither.TRIAGE.read_text())
    assert slither.reasons_of(entries)
    sources = "\n".join(
        path.read_text() for path in (ROOT / "contracts").rglob("*.sol") if "node_modules" not in str(path)
    )
    for judgement in entries:
        assert set(judgement) == {"check", "elements", "reason"}
        assert re.fullmatch(r"[A-Z].{30,}\.", judgement["reason"]), judgement
        for element in set(judgement["elements"]) - {"*"}:
            owner, name = re.match(r"(\w+)\.(\w+)", element).groups()  # type: ignore[union-attr]  # else it raises
            assert re.search(rf"\b(contract|interface|library) {owner}\b", sources), element
            assert re.search(rf"\b{name}\b", sources), element

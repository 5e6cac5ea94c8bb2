"""verify_coin(chain, address): whether a coin is what its source and its record say

given the coin as deployed: proven, with its record and without
given one byte of code, an immutable or the metadata that is another: not proven; the section and the byte are named
given another contract, or none, behind the coin: not proven
given a node that falls silent, or no contract at all: an error of its own
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from stablecoin_tools.addresses import Address
from stablecoin_tools.artifacts import load_artifact, read_artifact
from stablecoin_tools.deployment import Build, Verdict, shipped_build, verify_coin
from stablecoin_tools.errors import ConfigError, Unreachable
from stablecoin_tools.roles import Role
from stablecoin_tools.token.reads import IMPLEMENTATION_SLOT
from tests.chain.bent import bent
from tests.conftest import ROOT
from tests.deployment.forged import INVALID, PUSH0, by_what, patch, put, store, verified, wrong

if TYPE_CHECKING:
    from tests.deployment.site import Site

ELSEWHERE = Address(b"\x77" * 20)


def test_a_coin_as_deployed_is_proven_in_all_that_its_record_says(site: Site) -> None:
    deployed = site.deploy()

    found = verified(site, deployed)

    assert found.is_proven
    assert (found.differences, found.findings) == ((), ())
    assert (found.coin, found.implementation) == (deployed.address, deployed.implementation)
    assert {check.verdict for check in found.checks} == {Verdict.PROVEN}
    assert {role.name for role in Role if role is not Role.DEFAULT_ADMIN_ROLE} < set(by_what(found))
    assert by_what(found)["the address, from its creation code"].expected == deployed.address


def test_without_a_record_its_code_is_proven_and_its_state_is_read(site: Site) -> None:
    deployed = site.deploy()

    found = verified(site, deployed, record=None)

    assert found.is_proven
    assert by_what(found)["the code of Issuer"].verdict is Verdict.PROVEN
    read = {check.what: check.found for check in found.checks if check.verdict is Verdict.READ}
    assert (read["the name"], read["the admin"]) == (deployed.name, deployed.admin)
    assert read["PAUSER_ROLE"] == frozenset(deployed.roles["PAUSER_ROLE"])


def test_what_was_proven_when_it_was_deployed_stands_in_the_record(local_site: Site) -> None:
    deployed = local_site.deploy()

    found = by_what(verified(local_site, deployed))

    assert deployed.proven["the code of Stablecoin"] == found["the code of Stablecoin"].found
    assert deployed.proven["PAUSER_ROLE"] == str(local_site.signers["pauser"].address)
    assert deployed.proven["MINTER_ROLE"] == "nobody"
    assert deployed.storage_layout_sha256 == load_artifact("Issuer").storage_layout_sha256
    assert local_site.recorded() == deployed


@pytest.mark.parametrize("place", [0, 700, 9_000, 17_658])
def test_one_patched_byte_of_the_implementation_is_found_where_it_is(anvil_site: Site, place: int) -> None:
    deployed = anvil_site.deploy()
    is_fe = anvil_site.chain.code(deployed.implementation)[place] == INVALID
    before, after = patch(anvil_site, deployed.implementation, place, to=PUSH0 if is_fe else INVALID)

    found = verified(anvil_site, deployed)

    (difference,) = found.differences
    assert (difference.contract, difference.section) == ("Issuer", "code")
    assert (difference.address, difference.offsets) == (deployed.implementation, (place,))
    assert (difference.expected, difference.found) == (before[place : place + 8], after[place : place + 8])
    assert difference.differing_bytes == 1
    assert not found.is_proven
    assert not found.differs_only_in_metadata
    assert f"at byte {place};" in found.findings[0]
    assert str(deployed.implementation) in found.findings[0]
    assert "the name" not in by_what(found)  # whatever such code answers, it proves nothing


def test_patches_far_apart_are_named_one_by_one_up_to_a_few(anvil_site: Site) -> None:
    deployed = anvil_site.deploy()
    code = anvil_site.chain.code(deployed.address)
    places = [place for place in range(100, 1_600, 50) if code[place] != INVALID]
    patch(anvil_site, deployed.address, *places)

    (difference,) = verified(anvil_site, deployed).differences

    assert difference.contract == "Stablecoin"
    assert difference.offsets == tuple(places[:8])
    assert difference.differing_bytes == len(places)


@pytest.mark.parametrize("name", sorted(load_artifact("Stablecoin").immutables))
@pytest.mark.parametrize("has_record", [True, False])
def test_an_immutable_that_lies_is_named(anvil_site: Site, name: str, *, has_record: bool) -> None:
    deployed = anvil_site.deploy()
    start, length = load_artifact("Stablecoin").immutables[name][-1]
    place = start + length - 1 if name in ("DECIMALS", "CHAIN_ID", "SEPARATOR") else start
    patch(anvil_site, deployed.address, place, to=7)

    found = verified(anvil_site, deployed, record=deployed if has_record else None)

    # Without a record the code is the only witness of symbol, currency and decimals; what it says twice must agree.
    if has_record or name not in ("SYMBOL", "CURRENCY", "DECIMALS"):
        assert [each.section for each in found.differences] == [f"immutable {name}"]
        assert found.differences[0].offsets == (place,)
    else:
        assert found.is_proven
        assert by_what(found)[f"the {name.lower()}"].verdict is Verdict.READ


def test_an_implementation_that_takes_itself_for_another_is_named(anvil_site: Site) -> None:
    deployed = anvil_site.deploy()
    start, length = load_artifact("Issuer").immutables["__self"][1]
    patch(anvil_site, deployed.implementation, start + length - 1, to=deployed.implementation[-1] ^ 1)

    (difference,) = verified(anvil_site, deployed).differences

    assert (difference.section, difference.offsets) == ("immutable __self", (start + length - 1,))


@pytest.mark.parametrize("change", ["another hash", "none at all", "longer"])
def test_other_metadata_is_a_finding_of_its_own(anvil_site: Site, change: str) -> None:
    deployed = anvil_site.deploy()
    code = anvil_site.chain.code(deployed.address)
    body = len(code) - 53
    forged = {
        "another hash": code[: body + 9] + bytes([code[body + 9] ^ 1]) + code[body + 10 :],
        "none at all": code[:body],
        "longer": code + b"\0",
    }[change]
    put(anvil_site, deployed.address, forged)

    found = verified(anvil_site, deployed)

    assert found.differs_only_in_metadata
    assert not found.is_proven
    (difference,) = found.differences
    assert difference.section == "metadata"
    assert difference.offsets[0] == {"another hash": body + 9, "none at all": body, "longer": len(code)}[change]
    assert by_what(found)["the name"].verdict is Verdict.PROVEN  # it runs as it should, so its answers count


def test_code_that_goes_on_where_metadata_was_cut_off_is_found(anvil_site: Site) -> None:
    deployed = anvil_site.deploy()
    code = anvil_site.chain.code(deployed.implementation)
    put(anvil_site, deployed.implementation, code[:12_000])

    found = verified(anvil_site, deployed)

    assert [each.section for each in found.differences] == ["code", "metadata"]
    assert (found.differences[0].offsets, found.differences[0].found) == ((12_000,), b"")
    assert "nothing instead of" in found.findings[0]


def test_another_contract_in_the_slot_of_the_implementation_is_found(anvil_site: Site) -> None:
    deployed = anvil_site.deploy()
    store(anvil_site, deployed.address, IMPLEMENTATION_SLOT, deployed.address)

    found = verified(anvil_site, deployed)

    assert found.implementation == deployed.address
    assert {each.contract for each in found.differences} == {"Issuer"}
    assert not found.is_proven


def test_nothing_in_the_slot_of_the_implementation_is_found(anvil_site: Site) -> None:
    deployed = anvil_site.deploy()
    store(anvil_site, deployed.address, IMPLEMENTATION_SLOT, ELSEWHERE)

    found = verified(anvil_site, deployed)

    assert (found.differences[0].offsets[0], found.differences[0].found) == (0, b"")


def test_a_copy_of_the_implementation_that_no_event_tells_of_is_found(anvil_site: Site) -> None:
    deployed = anvil_site.deploy()
    code = bytearray(anvil_site.chain.code(deployed.implementation))
    for start, length in load_artifact("Issuer").immutables["__self"]:
        code[start : start + length] = ELSEWHERE.rjust(length, b"\0")
    put(anvil_site, ELSEWHERE, bytes(code))
    store(anvil_site, deployed.address, IMPLEMENTATION_SLOT, ELSEWHERE)

    found = verified(anvil_site, deployed)

    assert found.differences == ()
    assert wrong(found) == {"the implementation"}


def test_a_coin_of_another_release_differs_in_its_code(local_site: Site) -> None:
    deployed = local_site.deploy()
    other = read_artifact(ROOT / "tests" / "contracts" / "artifacts" / "LaneServingIssuer.json")
    build = Build(shipped_build().stablecoin, other)

    found = verified(local_site, deployed, build=build)

    assert "code" in {each.section for each in found.differences}
    assert {each.contract for each in found.differences} == {other.name}
    assert "the first implementation, from its creation code" in wrong(found)


def test_a_proxy_of_another_release_differs_in_its_code(anvil_site: Site) -> None:
    deployed = anvil_site.deploy()
    code = anvil_site.chain.code(deployed.address)
    put(anvil_site, deployed.address, code[:500] + bytes(2) + code[500:])

    found = verified(anvil_site, deployed)

    assert {each.section for each in found.differences} >= {"code", "metadata", "immutable NAME"}
    assert found.differences[0].offsets[0] >= 500
    assert not found.is_proven


def test_a_contract_with_other_immutables_than_are_known_is_refused(local_site: Site) -> None:
    deployed = local_site.deploy()
    unknown = replace(load_artifact("Issuer"), immutables={"OWNER": ((5, 32),)})

    with pytest.raises(ConfigError, match="OWNER, __self"):
        verified(local_site, deployed, build=Build(load_artifact("Stablecoin"), unknown))


def test_where_nothing_stands_nothing_is_verified(local_site: Site) -> None:
    with pytest.raises(ConfigError, match="no contract at"):
        verify_coin(local_site.chain, ELSEWHERE)


def test_any_other_contract_is_no_coin(anvil_site: Site) -> None:
    put(anvil_site, ELSEWHERE, b"\x60\x01")

    found = verify_coin(anvil_site.chain, ELSEWHERE)

    assert {each.contract for each in found.differences} == {"Stablecoin", "Issuer"}
    assert found.differences[0].offsets[0] in (0, 1)


def test_a_node_that_falls_silent_is_told_as_such(local_site: Site) -> None:
    deployed = local_site.deploy()

    def storage(_account: Address, _slot: int) -> bytes:
        raise Unreachable("The node fell silent.")

    with pytest.raises(Unreachable):
        verify_coin(bent(local_site.chain, storage=storage), deployed.address, record=deployed)

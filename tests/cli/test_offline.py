"""`stablecoin sign` and `publish`: what of other files, wallets and chains is refused

given an edited file, another wallet, another chain, no such file: refused by name, nothing signed or sent
given an interrupt once something is mined: what moved is said
given its own input as --out: refused, and the input stands
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.cli.offices import office_on
from tests.cli.test_executors import STEPS, refused, unsigned

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.offices import Office
    from tests.conftest import AnvilProcess
    from tests.world import World

pytestmark = pytest.mark.xdist_group("executors")


@pytest.fixture
def office(anvil: World, anvil_process: AnvilProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    return office_on(anvil.chain, anvil_process.url, tmp_path, monkeypatch)


def test_a_file_that_was_edited_is_neither_signed_nor_published(office: Office) -> None:
    unsigned(office)
    office.json("sign", "unsigned.json", "--out", "signed.json", "--wallet", "dev0", "--yes")
    files = [office.folder / name for name in ("unsigned.json", "signed.json")]
    first, second = (path.read_text() for path in files)
    files[0].write_text(first.replace("https://example.org", "https://example.com", 1))

    code, words = refused(office, "sign", "unsigned.json", "--out", "again.json", "--wallet", "dev0", "--yes")
    assert (code, "was edited" in words) == (2, True)
    code, words = refused(office, "publish", "unsigned.json", "signed.json", "--yes")
    assert (code, "file of unsigned steps" in words) == (2, True)
    files[0].write_text(first)
    place = second.rindex('"signed": "0x') + 40
    files[1].write_text(second[:place] + ("1" if second[place] != "1" else "2") + second[place + 1 :])
    code, words = refused(office, "publish", "unsigned.json", "signed.json", "--yes")
    assert (code, "file of signed steps" in words) == (2, True)


def test_another_wallet_or_chain_signs_nothing(office: Office) -> None:
    unsigned(office)
    asked = ("sign", "unsigned.json", "--out", "signed.json", "--yes")

    code, words = refused(office, *asked, "--wallet", "dev5")
    assert code == 2
    assert f"by {office.address('admin')}, not by {office.address('legal')}" in words
    code, words = refused(office, *asked, "--wallet", "dev0", "--network", "sepolia")
    assert (code, "for chain 31337" in words) == (2, True)
    code, words = refused(office, "sign", "none.json", "--out", "signed.json", "--wallet", "dev0", "--yes")
    assert (code, "none.json cannot be read" in words) == (2, True)


def test_the_file_that_is_read_is_not_written_over(office: Office) -> None:
    unsigned(office)
    path = office.folder / "unsigned.json"
    before = path.read_text()
    (office.folder / "linked").symlink_to(path)

    for out in ("unsigned.json", "./unsigned.json", str(path), "linked"):
        code, words = refused(office, "sign", "unsigned.json", "--out", out, "--wallet", "dev0", "--yes")
        assert (code, f"{out} is the file that is read" in words) == (2, True)

    assert path.read_text() == before


def test_what_is_no_such_file_is_told_in_words(office: Office) -> None:
    for content, words in (
        ("{}", "it lacks 'transactions'"),
        ("[]", "it is not what `stablecoin apply PLAN --offline` writes"),
        ("no json", "it is not what `stablecoin apply PLAN --offline` writes"),
        (json.dumps({"transactions": [], "plan": {}}), "what it holds as its plan is none"),
    ):
        (office.folder / "wrong.json").write_text(content)
        code, told = refused(office, "sign", "wrong.json", "--out", "signed.json", "--wallet", "dev0", "--yes")
        assert (code, words in told, "Error" in told) == (2, True, False), told


def test_an_interrupt_after_a_step_never_says_that_nothing_was_sent(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    unsigned(office)
    office.json("sign", "unsigned.json", "--out", "signed.json", "--wallet", "dev0", "--yes")

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("stablecoin_tools.cli.executors.write_records", interrupt)
        code, told = office.refused("publish", "unsigned.json", "signed.json", "--yes")

    assert (code, told["moved"]) == (4, "yes")
    assert f"{STEPS} of {STEPS} steps are mined" in told["hint"]
    assert len(office.json("publish", "unsigned.json", "signed.json", "--yes")["transaction_hashes"]) == STEPS


def test_signing_asks_in_its_own_words(office: Office) -> None:
    words = office.run("sign", "--help").output

    assert "Do not ask before signing." in words
    assert "before sending" not in words

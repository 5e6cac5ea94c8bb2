"""`stablecoin apply --safe, --timelock, --offline`, `sign` and `publish`: a plan that others than a wallet here do

given a plan that expired: a timelock does what was scheduled in time, and schedules nothing
by whichever way: the coins stand as if the plan had been applied directly, and are recorded
given an executor that can do a part: it is handed that part, and who does the rest is named
given what is no Safe, no timelock, no --out: refused by name, nothing sent
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from stablecoin_tools.addresses import Address
from stablecoin_tools.chain import Call
from stablecoin_tools.cli.session import Session
from stablecoin_tools.deployment import make_plan
from stablecoin_tools.deployment.description import read_description
from stablecoin_tools.deployment.executors import TimelockStage, batch_of_calls, read_safe, timelock_state
from stablecoin_tools.testing import AnvilChain
from tests.cli.offices import COINS, office_on
from tests.conftest import AnvilProcess
from tests.deployment.executors.safes import new_safe, put_multi_send
from tests.deployment.executors.test_timelock import DELAY_SECONDS, new_timelock

if TYPE_CHECKING:
    from pathlib import Path

    from stablecoin_tools.deployment import Plan
    from stablecoin_tools.deployment.executors import SafeTransaction
    from tests.cli.offices import Office
    from tests.deployment.executors.safes import RealSafe
    from tests.deployment.executors.test_timelock import RealTimelock
    from tests.world import World

pytestmark = pytest.mark.xdist_group("executors")

ADMIN = 'admin = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"'
STEPS = 9  # three coins are created, and each is given a minter and a place to read more
Facts = dict[str, dict[str, str]]


def described(office: Office, *, is_minter_admin: bool = True) -> None:
    """The admin sets the minters too, if so asked, and says where to read more."""
    text = office.file.read_text().replace('# contract_uri = "https://..."', 'contract_uri = "https://example.org" #')
    if is_minter_admin:
        text = text.replace('MINTER_ADMIN_ROLE = ["minter-admin"]', 'MINTER_ADMIN_ROLE = ["admin"]')
    office.file.write_text(text)


def administered_by(office: Office, executor: Address, *, is_minter_admin: bool = True) -> None:
    described(office, is_minter_admin=is_minter_admin)
    office.edit(ADMIN, f'admin = "{executor}"')
    office.without_signers()


@pytest.fixture(scope="module")
def directly(tmp_path_factory: pytest.TempPathFactory) -> Facts:
    """How the coins stand once the plan was applied directly."""
    with AnvilProcess() as process, pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("directly")
        office = office_on(AnvilChain.at(process.url), process.url, folder, patch)
        described(office)
        office.plan()
        assert office.run("apply", "plan.json", "--yes").code == 0
        return office.facts()


@pytest.fixture
def office(anvil: World, anvil_process: AnvilProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    return office_on(anvil.chain, anvil_process.url, tmp_path, monkeypatch)


@pytest.fixture
def safe(anvil: World) -> RealSafe:
    safe = new_safe(anvil)
    put_multi_send(anvil)
    return safe


@pytest.fixture
def timelock(anvil: World) -> RealTimelock:
    return new_timelock(anvil)


def as_by(executor: Address, office: Office, directly: Facts) -> Facts:
    """How the coins should stand if the executor is what the admin's wallet was."""
    text = json.dumps(directly).replace(str(office.address("admin")), str(executor))
    facts: Facts = json.loads(text)
    return facts


def in_batch(office: Office, safe: RealSafe, told: dict[str, Any]) -> SafeTransaction:
    """The transaction that the Safe's application makes of a batch file, whose hashes are those that were shown."""
    written = json.loads((office.folder / told["file"]).read_text())
    assert (written["chainId"], written["meta"]["createdFromSafeAddress"]) == ("31337", str(safe.address))
    calls = [
        Call(
            Address(bytes.fromhex(one["to"].removeprefix("0x"))),
            bytes.fromhex(one["data"].removeprefix("0x")),
            int(one["value"]),
        )
        for one in written["transactions"]
    ]
    found = read_safe(office.chain, safe.address)
    transaction = batch_of_calls(found, calls, chain=office.chain, name="", description="").transaction
    assert "0x" + safe.hash_on_chain(transaction).hex() == told["safe_tx_hash"]
    assert (transaction.nonce, len(calls)) == (told["nonce"], len(told["steps"]))
    return transaction


def refused(office: Office, *arguments: str) -> tuple[int, str]:
    """How a command failed that sent nothing, and wrote nothing."""
    before, files = office.sent(), set(office.folder.glob("*.json"))
    code, told = office.refused(*arguments)
    assert (office.sent(), told["moved"]) == (before, "no")
    assert set(office.folder.glob("*.json")) == files
    return code, told["message"]


def test_the_owners_of_a_safe_execute_what_was_shown(office: Office, safe: RealSafe, directly: Facts) -> None:
    administered_by(office, safe.address)
    office.plan()
    asked = ("apply", "plan.json", "--safe", str(safe.address), "--out", "batch.json")
    sent = office.sent()

    told = office.json(*asked)

    assert office.sent() == sent
    assert (told["owners_needed"], told["nonce"], len(told["steps"])) == ("2 of 3", 0, STEPS)
    assert "left" not in told
    assert safe.execute(in_batch(office, safe, told)).succeeded
    again = office.json(*asked)
    assert again == {"done": "all steps are done"}
    assert office.facts() == as_by(safe.address, office, directly)
    assert office.run("plan", "--detailed-exitcode").code == 0


def test_people_see_the_hashes_that_the_devices_of_owners_show(office: Office, safe: RealSafe) -> None:
    administered_by(office, safe.address)
    office.plan()

    answer = office.run("apply", "plan.json", "--safe", str(safe.address), "--safe-nonce", "3", "--out", "batch.json")

    assert answer.code == 0
    found = read_safe(office.chain, safe.address)
    for words in ("domain hash", "message hash", "safe tx hash", "2 of 3", str(found.address), "batch.json"):
        assert words in answer.output


def test_a_timelock_is_scheduled_waited_for_and_executed(
    office: Office, timelock: RealTimelock, directly: Facts
) -> None:
    administered_by(office, timelock.address)
    plan = office.plan()
    asked = ("apply", "plan.json", "--timelock", str(timelock.address), "--wallet")

    declined = office.run(*asked, "dev1", typed="n\n")
    assert (declined.code, plan["hash"] in declined.errors) == (4, True)
    assert f"configureMinter(minter={office.address('treasury')}, capacity=1000000000000, " in declined.errors
    scheduled = office.json(*asked, "dev1", "--yes")
    sent = office.sent()
    waiting = office.json(*asked, "dev1", "--yes")

    assert (scheduled["stage"], scheduled["then"]) == ("waiting", "run the same again when it is ready")
    assert waiting == {key: value for key, value in scheduled.items() if key != "transaction_hash"}
    assert office.sent() == sent
    office.chain.advance(seconds=DELAY_SECONDS)
    code, words = refused(office, *asked, "dev1", "--yes")  # who proposes does not execute
    assert (code, "does not hold EXECUTOR_ROLE" in words) == (4, True)
    done = office.json(*asked, "dev3", "--yes")
    assert (done["stage"], done["operation"]) == ("done", scheduled["operation"])
    assert office.json(*asked, "dev3", "--yes") == {"done": "all steps are done"}
    assert office.facts() == as_by(timelock.address, office, directly)


def made_long_ago(office: Office) -> Plan:
    """A plan that has expired, in plan.json."""
    description = read_description(office.file.read_text())
    made_at = datetime.now(UTC) - timedelta(hours=2)
    chains = {"anvil": office.chain}
    planned = make_plan(description, chains, office.records, now=made_at, valid_for=timedelta(hours=1))
    (office.folder / "plan.json").write_text(planned.plan.as_text())
    return planned.plan


def test_what_was_scheduled_in_time_is_executed_after_the_plan_expired(
    office: Office, timelock: RealTimelock, directly: Facts
) -> None:
    administered_by(office, timelock.address)
    plan = made_long_ago(office)
    asked = ("apply", "plan.json", "--timelock", str(timelock.address), "--wallet")
    code, words = refused(office, *asked, "dev1", "--yes")
    assert (code, "expired" in words) == (2, True)

    timelock.advance(timelock.operation(plan), "minter_admin")  # as if two hours ago
    assert office.json(*asked, "dev3", "--yes")["stage"] == "waiting"
    office.chain.advance(seconds=DELAY_SECONDS)

    assert office.json(*asked, "dev3", "--yes")["stage"] == "done"
    assert office.facts() == as_by(timelock.address, office, directly)


def sent_as(office: Office, account: Address, call: Call) -> None:
    """What an account sends whose key nobody here has."""
    office.chain.set_balance(account, 10**20)
    office.chain.ask("anvil_impersonateAccount", str(account))
    fields = {"from": str(account), "to": str(call.to), "data": "0x" + call.data.hex(), "gas": hex(1_000_000)}
    sent = office.chain.ask("eth_sendTransaction", fields)
    while (receipt := office.chain.receipt(sent)) is None:
        pass
    assert receipt.succeeded
    office.chain.ask("anvil_stopImpersonatingAccount", str(account))


def test_what_a_timelock_did_and_somebody_undid_is_not_called_done(office: Office, timelock: RealTimelock) -> None:
    administered_by(office, timelock.address)
    asked = ("apply", "plan.json", "--timelock", str(timelock.address), "--wallet")
    for uri in ("https://example.org", "https://second.example"):
        office.edit("https://example.org", uri)
        office.plan()
        office.json(*asked, "dev1", "--yes")
        office.chain.advance(seconds=DELAY_SECONDS)
        assert office.json(*asked, "dev3", "--yes")["stage"] == "done"
    sent_as(office, timelock.address, office.coin("XSGD").calls.set_contract_uri("https://example.org"))

    code, words = refused(office, *asked, "dev3", "--yes")

    assert code == 4
    assert "is executed, but the coins stand as after 0 steps of the plan, not as after 1" in words


def test_what_is_cancelled_while_the_question_stands_is_not_scheduled_anew(
    office: Office, timelock: RealTimelock, monkeypatch: pytest.MonkeyPatch
) -> None:
    administered_by(office, timelock.address)
    plan = made_long_ago(office)
    operation = timelock.operation(plan)
    timelock.advance(operation, "minter_admin")
    office.chain.advance(seconds=DELAY_SECONDS)

    def cancelled_meanwhile(_: Session, words: str) -> None:
        assert "execute steps" in words
        sent_as(office, office.address("minter-admin"), timelock.cancelling(operation))

    monkeypatch.setattr(Session, "confirm", cancelled_meanwhile)
    code, told = office.refused("apply", "plan.json", "--timelock", str(timelock.address), "--wallet", "dev1", "--yes")

    assert (code, told["moved"], "otherwise by now" in told["message"]) == (4, "no", True)
    assert timelock_state(operation, office.chain).stage is TimelockStage.UNSCHEDULED


def test_where_no_record_can_be_written_the_timelock_did_it_all_the_same(
    office: Office, timelock: RealTimelock
) -> None:
    administered_by(office, timelock.address)
    office.plan()
    asked = ("apply", "plan.json", "--timelock", str(timelock.address), "--wallet")
    assert office.json(*asked, "dev1", "--yes")["stage"] == "waiting"
    office.chain.advance(seconds=DELAY_SECONDS)
    (office.folder / "deployments").write_text("a file where a folder should be")

    code, told = office.refused(*asked, "dev3", "--yes")

    assert (code, told["moved"]) == (2, "yes")
    assert "The timelock did it" in told["hint"]


def test_a_safe_proposes_to_a_timelock(office: Office, anvil: World, safe: RealSafe, directly: Facts) -> None:
    timelock = new_timelock(anvil, proposer=safe.address, executor=safe.address)
    administered_by(office, timelock.address)
    office.plan()
    named = ("--timelock", str(timelock.address), "--safe", str(safe.address), "--out", "batch.json")

    schedule = office.json("apply", "plan.json", *named)
    assert len(schedule["steps"]) == 1
    assert schedule["steps"][0].startswith(f"schedule steps 1 to {STEPS} of plan")
    assert (len(schedule["timelock_steps"]), len(schedule["timelock_calls"])) == (STEPS, STEPS)
    assert safe.execute(in_batch(office, safe, schedule)).succeeded
    assert office.json("apply", "plan.json", *named)["stage"] == "waiting"
    office.chain.advance(seconds=DELAY_SECONDS)
    execute = office.json("apply", "plan.json", *named)
    assert execute["steps"][0].startswith(f"execute steps 1 to {STEPS} of plan")
    assert safe.execute(in_batch(office, safe, execute)).succeeded

    assert office.json("apply", "plan.json", *named) == {"done": "all steps are done"}
    assert office.facts() == as_by(timelock.address, office, directly)


def unsigned(office: Office) -> dict[str, Any]:
    """What is written for the admin's key to sign elsewhere."""
    described(office)
    office.plan()
    told = office.json("apply", "plan.json", "--offline", str(office.address("admin")), "--out", "unsigned.json")
    return dict(told)


def test_a_key_that_is_never_connected_signs_what_is_published_here(office: Office, directly: Facts) -> None:
    told = unsigned(office)
    nonce, sent = office.chain.nonce(office.address("admin")), office.sent()
    url, office.environment["STABLECOIN_RPC_URL_ANVIL"] = (
        office.environment["STABLECOIN_RPC_URL_ANVIL"],
        "http://127.0.0.1:9",
    )

    declined = office.run("sign", "unsigned.json", "--out", "signed.json", "--wallet", "dev0", typed="n\n")
    assert (declined.code, (office.folder / "signed.json").exists()) == (4, False)
    for words in (
        told["plan"],
        f"{nonce} to {nonce + STEPS - 1}",
        "anvil (chain 31337)",
        "create XEUR at",
        "create(salt=",
    ):
        assert words in declined.errors
    signed = office.json("sign", "unsigned.json", "--out", "signed.json", "--wallet", "dev0", "--yes")
    assert (signed["signed"], office.sent() - sent) == (STEPS, 0)

    office.environment["STABLECOIN_RPC_URL_ANVIL"] = url
    published = office.json("publish", "unsigned.json", "signed.json", "--yes")
    again = office.json("publish", "unsigned.json", "signed.json", "--yes")
    assert published == again == {"transaction_hashes": signed["transaction_hashes"]}
    assert office.sent() == sent + STEPS
    assert office.facts() == directly
    assert office.run("plan", "--detailed-exitcode").code == 0


def test_a_safe_and_a_wallet_do_their_parts_in_turn(office: Office, safe: RealSafe) -> None:
    administered_by(office, safe.address, is_minter_admin=False)
    office.plan()
    by_safe = ("apply", "plan.json", "--safe", str(safe.address), "--out", "batch.json")

    created = office.json(*by_safe)
    assert (len(created["steps"]), created["left"]) == (3, "6 steps after them need others")
    assert safe.execute(in_batch(office, safe, created)).succeeded
    code, words = refused(office, *by_safe)
    assert code == 4
    assert f"MINTER_ADMIN_ROLE, which {office.address('minter-admin')} holds" in words
    code, told = office.refused("apply", "plan.json", "--wallet", "dev1", "--yes")
    assert (code, told["moved"]) == (4, "yes")
    assert f"DEFAULT_ADMIN_ROLE, which {safe.address} holds" in told["message"]
    described_more = office.json(*by_safe)
    assert len(described_more["steps"]) == 3
    assert safe.execute(in_batch(office, safe, described_more)).succeeded

    assert office.run("plan", "--detailed-exitcode").code == 0
    assert {symbol: office.coin(symbol).contract_uri() for symbol in COINS} == dict.fromkeys(
        COINS, "https://example.org"
    )


def test_who_does_it_must_be_said_and_be_what_it_is_said_to_be(office: Office, safe: RealSafe) -> None:
    administered_by(office, safe.address)
    office.plan()
    nobody, out = str(office.address("legal")), ("--out", "batch.json")
    coin = "0x" + "11" * 20

    for arguments, words in (
        (("--safe", nobody, *out), f"There is no Safe at {nobody}"),
        (("--safe", "0x1234", *out), "0x1234"),
        (("--safe", str(safe.address)), "Say where the file goes"),
        (("--safe", str(safe.address), "--out", "no/such/batch.json"), "cannot be written"),
        (("--timelock", nobody, "--wallet", "dev1", "--yes"), "no contract at all"),
        (("--timelock", str(safe.address), "--wallet", "dev1", "--yes"), "is no timelock"),
        (("--timelock", nobody, "--dry-run"), "A dry run tries each step as whoever may send it"),
        (("--timelock", coin, *out, "--yes"), "--out is where a file goes"),
        ((*out, "--yes"), "--out is where a file goes"),
        (("--safe-nonce", "1", "--yes"), "no Safe is named"),
        (("--offline", nobody, "--safe", nobody, *out), "name one of them"),
    ):
        code, told = refused(office, "apply", "plan.json", *arguments)
        assert (code, words in told) == (2, True), (arguments, told)

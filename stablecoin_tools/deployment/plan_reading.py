"""Plan files, read back: nothing in one is believed that its bytes do not say."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from stablecoin_tools.addresses import parse_address
from stablecoin_tools.amounts import Denomination
from stablecoin_tools.chain import Call
from stablecoin_tools.deployment.create2 import DEPLOYER, create2_address, create2_call, deployer_call
from stablecoin_tools.deployment.creation import plan as plan_creation
from stablecoin_tools.deployment.facts import THERE, code_fact, creation_facts, is_proper
from stablecoin_tools.deployment.plans import LONGEST_VALIDITY, VERSION, Change, CoinPlan, NetworkPlan, Plan, Step
from stablecoin_tools.deployment.spec import CoinSpec
from stablecoin_tools.deployment.steps import StepBuilder
from stablecoin_tools.errors import StablecoinError, UsageError
from stablecoin_tools.json_texts import read_json
from stablecoin_tools.roles import Role
from stablecoin_tools.token import StablecoinCalls

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["check_current", "read_plan"]

_SALT_BYTES: Final = 32
_HINT: Final = "Make a new plan: `stablecoin plan`. Nothing was sent."


def read_plan(text: str, *, now: datetime | None) -> Plan:
    """Reads a plan file, and believes nothing in it that its bytes do not say.

    Args:
        text: What the file holds.
        now: The present time, with a time zone; None where `check_current` decides later whether it may be late.

    Raises:
        UsageError: If it is no plan, was edited, or has expired. Nothing was sent.
    """
    try:
        written = read_json(text)
        _check_texts(written)
        plan = _read(written)
        is_as_written = plan.as_text().strip() == text.strip()
    except StablecoinError as error:
        raise UsageError(f"This is no plan: {error}", hint=_HINT) from error
    except KeyError as error:
        raise UsageError(f"This is no plan: it lacks {error.args[0]!r:.40}.", hint=_HINT) from error
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError, OverflowError) as error:
        raise UsageError("This is no plan: it is not what `stablecoin plan` writes.", hint=_HINT) from error
    if not is_as_written:
        raise UsageError("This plan was edited: its hash, or what it says of its calls, does not fit it.", hint=_HINT)
    if now is not None:
        check_current(plan, now)
    return plan


def check_current(plan: Plan, now: datetime) -> None:
    """Refuses what nobody should begin with any more, or yet.

    Raises:
        UsageError: If the plan has expired, or was made in the future.
    """
    if now >= plan.expires_at:
        raise UsageError(f"This plan expired at {plan.expires_at.isoformat()}.", hint=_HINT)
    if plan.made_at > now + timedelta(hours=1):
        raise UsageError(f"This plan was made at {plan.made_at.isoformat()}, which is to come: check the clock.")


def _check_texts(written: Any) -> None:
    """No text moves the cursor of whoever looks at it, or turns the line round."""
    if isinstance(written, str) and not written.isprintable():
        raise UsageError(f"A text that cannot be shown as it is: {written!a:.100}.")
    if isinstance(written, dict):
        _check_texts([*written.keys(), *written.values()])
    elif isinstance(written, list):
        for each in written:
            _check_texts(each)


def _read(written: Mapping[str, Any]) -> Plan:
    if written["version"] != VERSION:
        raise UsageError(f"This plan is of version {written['version']!r}, not {VERSION}.", hint=_HINT)
    plan = Plan(
        tuple(map(_read_network, written["networks"])),
        datetime.fromisoformat(written["made_at"]),
        datetime.fromisoformat(written["expires_at"]),
    )
    if plan.made_at.tzinfo is None or plan.expires_at.tzinfo is None:
        raise UsageError("A time without a time zone.")
    if plan.expires_at - plan.made_at > LONGEST_VALIDITY:
        raise UsageError(f"No plan is valid for longer than {LONGEST_VALIDITY.days} days.")
    chain_ids = [network.chain_id for network in plan.networks]
    if len(set(chain_ids)) < len(chain_ids):
        raise UsageError("Two of its networks are one chain.")
    return plan


def _read_network(written: Mapping[str, Any]) -> NetworkPlan:
    coins = {symbol: _read_coin(symbol, coin) for symbol, coin in written["coins"].items()}
    steps = tuple(map(_read_step, written["steps"]))
    as_of_block = int(written["as_of_block"])
    network = NetworkPlan(str(written["network"]), int(written["chain_id"]), coins, steps, as_of_block)
    _check_meaning(network)
    return network


def _check_meaning(network: NetworkPlan) -> None:
    """Each step must be, to the last byte and word, what its changes are made by, and each change of what then stands.

    So nobody is shown one thing and signs another, whoever wrote the file and its hash.
    """
    for coin in network.coins.values():
        _check_facts(coin, (each for step in network.steps if step.coin == coin.symbol for each in step.changes))
    for index, (step, standing) in enumerate(zip(network.steps, network.standings(), strict=False)):
        coin, before = network.coins[step.coin], standing[step.coin]
        if any(before.get(change.fact) != change.before for change in step.changes):
            raise UsageError(f"Step {index + 1} changes what does not stand so by then.")
        made = _made(step, coin)
        if (made, made.call.description) != (step, step.call.description):
            raise UsageError(f"Step {index + 1} does not do what it says: {step.call.description}.")


def _check_facts(coin: CoinPlan, changes: Iterable[Change]) -> None:
    """What is shown is counted by the coin's own denomination, and written as a plan writes it."""
    known = {(coin.before["symbol"], coin.before["decimals"])} if coin.before.get("symbol") else set()
    known |= {(coin.spec.symbol, str(coin.spec.decimals))} if coin.spec else set()
    if known != {(coin.symbol, str(coin.decimals))}:
        raise UsageError(f"{coin.symbol} is counted otherwise than the plan says.")
    denomination = Denomination(coin.symbol, coin.decimals)
    changed = ((each.fact, value) for each in changes for value in (each.before, each.after) if value is not None)
    for fact, value in (*coin.before.items(), *changed):
        if not is_proper(fact, value, denomination):
            raise UsageError(f"No plan says {fact!a:.100} is {value!a:.100}.")


def _made(step: Step, coin: CoinPlan) -> Step:
    """The step that makes these changes."""
    if step.is_for_deployer:
        payment = deployer_call(step.call.value_wei)
        return Step(coin.symbol, payment, (Change(code_fact(DEPLOYER), None, THERE),))
    if step.call.to != DEPLOYER:
        denomination = Denomination(coin.symbol, coin.decimals)
        return StepBuilder(StablecoinCalls(coin.address, denomination), denomination).step(*step.changes)
    if coin.spec is not None and any(change.fact == "name" for change in step.changes):
        planned = plan_creation(coin.spec)
        if planned.coin != coin.address:
            raise UsageError(f"{coin.symbol} would stand at {planned.coin}: the plan is of another release.")
        facts = creation_facts(coin.spec, planned.implementation)
        return Step(coin.symbol, planned.create_coin, tuple(Change(fact, None, facts[fact]) for fact in sorted(facts)))
    salt, creation_code = step.call.data[:_SALT_BYTES], step.call.data[_SALT_BYTES:]
    created = create2_address(creation_code, salt)
    call = create2_call(creation_code, salt, f"create the implementation at {created}")
    return Step(coin.symbol, call, (Change(code_fact(created), None, THERE),))


def _read_coin(symbol: str, written: Mapping[str, Any]) -> CoinPlan:
    spec = written["created_as"]
    before = {str(fact): str(value) for fact, value in written["before"].items()}
    address = parse_address(written["address"])
    decimals, block = int(written["decimals"]), int(written["created_in_block"])
    return CoinPlan(symbol, decimals, address, before, block, None if spec is None else _read_spec(spec))


def _read_spec(written: Mapping[str, Any]) -> CoinSpec:
    roles = {Role[name]: tuple(map(parse_address, holders)) for name, holders in written["roles"].items()}
    others = {
        "admin": parse_address(written["admin"]),
        "roles": roles,
        "salt": bytes.fromhex(written["salt"].removeprefix("0x")),
    }
    return CoinSpec(**{**written, **others})


def _read_step(written: Mapping[str, Any]) -> Step:
    call = Call(
        parse_address(written["to"]),
        bytes.fromhex(written["data"].removeprefix("0x")),
        int(written["value_wei"]),
        str(written["description"]),
    )
    return Step(
        coin=str(written["coin"]),
        call=call,
        changes=tuple(Change(one["fact"], one["before"], one["after"]) for one in written["changes"]),
        role=Role[written["needs"]] if written["needs"] else None,
        sender=parse_address(written["sender"]) if written["sender"] else None,
    )

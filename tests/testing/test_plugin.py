"""The pytest plugin, as somebody else's tests find it

when tests ask for chains, actors, coins and storms: they are there, and each test finds them untouched
given --storm-seed: it is the storm's, in the header and beside a failure with the storm's story; a marker has its own
when anvil or the in-process chain is missing: the test that asks fails in one sentence, and no other does
when the plugin is loaded: nothing else of the package is
"""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap

import pytest

from tests.testing.words import ANVIL

pytest_plugins = ["pytester"]

HEAD = """
import pytest
from stablecoin_tools.testing import CALM, HURRICANE, ROUGH, AnvilChain, Weather
"""


@pytest.fixture
def project(pytester: pytest.Pytester) -> pytest.Pytester:
    """A project of somebody else's: no conftest, one setting."""
    pytester.makeini(f"[pytest]\nanvil = {ANVIL}\naddopts = -W error --strict-config --strict-markers")
    return pytester


def run(project: pytest.Pytester, tests: str, *arguments: str) -> pytest.RunResult:
    project.makepyfile(HEAD + textwrap.dedent(tests))
    return project.runpytest_subprocess("-p", "no:hypothesispytest", "-p", "no:xdist", *arguments)


def test_chains_actors_and_coins_are_there(project: pytest.Pytester) -> None:
    tests = """
    def test_local(coin, actors, local_chain):
        alice = actors["alice"]
        coin.send(coin.calls.mint(alice.address, coin.amount("5.00")), signer=actors["minter"])
        coin.send(coin.calls.transfer(actors["bob"].address, coin.amount("2.00")), signer=alice)
        assert str(coin.balance_of(alice.address)) == "3.00 TUSD"
        assert local_chain.balance_wei(actors["frank"].address) > 10**20
        assert len({each.address for each in actors.values()}) == len(actors) == 10

    def test_local_again(coin):
        assert coin.total_supply() == coin.amount(0)

    def test_issuer(coin, actors):
        issuer = actors["issuer"]
        coin.send(coin.calls.pause(), signer=issuer)
        coin.send(coin.calls.unpause(), signer=issuer)
        coin.send(coin.calls.blacklist(actors["alice"].address), signer=issuer)
        assert coin.is_blacklisted(actors["alice"].address)

    def test_anvil(anvil_coin, anvil, actors):
        anvil_coin.send(anvil_coin.calls.mint(actors["bob"].address, anvil_coin.amount(7)), signer=actors["minter"])
        assert anvil_coin.balance_of(actors["bob"].address) == anvil_coin.amount(7)
        assert anvil.network.name == "anvil"
    """
    run(project, tests).assert_outcomes(passed=4)


def test_each_test_finds_anvil_as_the_one_before_did(project: pytest.Pytester) -> None:
    tests = """
    @pytest.mark.parametrize("time", [1, 2, 3])
    def test_it(anvil, actors, time):
        alice = actors["alice"].address
        assert (anvil.block().number, anvil.balance_wei(alice), anvil.pooled()) == (0, 10**22, frozenset())
        anvil.advance(seconds=10**6)
        assert anvil.block().base_fee_wei == 10**9
        anvil.set_balance(alice, 5)
        anvil.set_next_base_fee(10**12)
        anvil.set_automine(False)
        anvil.mine(2)
        anvil.set_next_base_fee(10**13)
    """
    run(project, tests).assert_outcomes(passed=3)


def test_a_storm_rages_before_anvil(project: pytest.Pytester) -> None:
    tests = """
    def test_rough(storm, anvil):
        assert (storm.weather, storm.seed) == (ROUGH, 11)
        storm.weather = CALM
        anvil.mine(4)
        assert AnvilChain.at(storm.url).block().number == 4

    @pytest.mark.storm(HURRICANE)
    def test_hurricane(storm):
        assert (storm.weather, storm.seed) == (HURRICANE, 11)

    @pytest.mark.storm(seed=5, weather=Weather(drop_request=1))
    def test_own_seed(storm):
        assert (storm.weather, storm.seed) == (Weather(drop_request=1), 5)

    @pytest.mark.storm(strength=5)
    def test_no_such_word(storm):
        pass
    """
    ran = run(project, tests, "--storm-seed", "11")
    ran.assert_outcomes(passed=3, errors=1)
    ran.stdout.fnmatch_lines(["stablecoin_tools: --storm-seed=11", "*UsageError: The marker is storm(weather, seed)."])


def test_a_failure_tells_seed_and_story(project: pytest.Pytester) -> None:
    tests = """
    @pytest.mark.storm(Weather(refuse=1))
    def test_it(storm, anvil):
        AnvilChain.at(storm.url).block()

    @pytest.mark.storm(CALM)
    def test_without_failure(storm):
        pass
    """
    ran = run(project, tests)
    ran.assert_outcomes(passed=1, failed=1)
    ran.stdout.fnmatch_lines(
        ["*storm of --storm-seed=1*", "StormProxy(seed=1, *", "eth_getBlockByNumber #0: refuse *"], consecutive=True
    )
    assert ran.stdout.str().count("storm of --storm-seed") == 1


def test_without_anvil_only_the_test_that_asks_fails(project: pytest.Pytester) -> None:
    project.makeini("[pytest]\nanvil = no/such/anvil\naddopts = -W error")
    tests = """
    def test_anvil(anvil): pass
    def test_storm(storm): pass
    def test_plain(): pass
    def test_coin(coin): pass
    """
    ran = run(project, tests)
    ran.assert_outcomes(passed=2, errors=2)
    ran.stdout.fnmatch_lines([f"There is no anvil at {project.path}/no/such/anvil. *@foundry-rs/anvil*"])
    ran.stdout.no_fnmatch_line("*plugin.py:*")


def test_anvil_s_place_is_read_from_the_folder_of_the_settings(project: pytest.Pytester) -> None:
    (project.mkdir("bin") / "anvil").symlink_to(ANVIL)
    project.makeini("[pytest]\nanvil = bin/anvil")
    project.mkdir("deep")
    tests = project.makepyfile("def test_it(anvil): assert anvil.block().number == 0")
    project.chdir()
    ran = project.runpytest_subprocess("--rootdir", "deep", "-c", str(project.path / "tox.ini"), str(tests))
    ran.assert_outcomes(passed=1)


def test_without_the_in_process_chain_only_the_test_that_asks_fails(project: pytest.Pytester) -> None:
    project.makeconftest("import sys\nsys.modules['eth_tester'] = None")
    tests = """
    def test_coin(coin): pass
    def test_actors(actors): assert actors["issuer"]
    def test_anvil(anvil): assert anvil.block()
    """
    ran = run(project, tests)
    ran.assert_outcomes(passed=2, errors=1)
    ran.stdout.fnmatch_lines(["The in-process chain is not installed. pip install 'stablecoin_tools?local?'"])


def test_loading_the_plugin_loads_nothing_else_of_the_package() -> None:
    program = (
        "import json, sys, pytest; before = set(sys.modules); import stablecoin_tools.testing.plugin; "
        "print(json.dumps(sorted(set(sys.modules) - before)))"
    )
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert json.loads(loaded) == ["stablecoin_tools", "stablecoin_tools.testing", "stablecoin_tools.testing.plugin"]


def test_the_settings_and_fixtures_are_told_by_pytest_itself(project: pytest.Pytester) -> None:
    assert "@pytest.mark.storm(weather, seed)" in project.runpytest_inprocess("--markers").stdout.str()
    listed = project.runpytest_inprocess("--fixtures").stdout.str()
    for fixture in ("local_chain", "anvil", "actors", "coin", "anvil_coin", "storm"):
        assert f"\n{fixture} -- " in listed

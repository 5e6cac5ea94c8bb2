"""The pytest plugin: chains, people and a coin as fixtures; pytest finds it once the package is installed.

| Fixture | |
|---|---|
| `local_chain` | a fresh chain in this process |
| `anvil` | a real node with levers; each test finds it as the one before did |
| `actors` | funded people by name: `actors["issuer"]` signs |
| `coin` | a coin on `local_chain`: the issuer holds every role, `actors["minter"]` may mint a million |
| `anvil_coin` | the same on `anvil` |
| `storm` | a `StormProxy` before `anvil`; `@pytest.mark.storm(HURRICANE, seed=7)` chooses another |

`anvil` is looked up on the PATH, or where pytest's setting `anvil` says, read from the folder of the file that says it.
A storm's seed is in pytest's header and beside each failure; `--storm-seed` sets it.

In a storm a single `send` may raise before anything was written down: a `ChainError`, and nothing moved. After that, as
after `OutcomeUnknown`, the same is asked again under the same reference, until there is a result:

    while True:
        with contextlib.suppress(ChainError, OutcomeUnknown):
            return coin.send(call, signer=actors["minter"], ref="deposit-1001")
"""

from __future__ import annotations

from contextlib import contextmanager
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Mapping

    from stablecoin_tools.chain import LocalChain
    from stablecoin_tools.signers import Signer
    from stablecoin_tools.testing.anvil import AnvilChain, AnvilProcess
    from stablecoin_tools.testing.storm import StormProxy
    from stablecoin_tools.token import Stablecoin

__all__ = [
    "ACTORS",
    "actors",
    "anvil",
    "anvil_coin",
    "coin",
    "local_chain",
    "pytest_addoption",
    "pytest_configure",
    "pytest_report_header",
    "pytest_runtest_makereport",
    "storm",
]

ACTORS: Final = ("issuer", "minter", "merchant", "relayer", "alice", "bob", "carol", "dave", "erin", "frank")
"""Who is who among the ten funded development accounts."""

_MINTER_TOKENS: Final = 1_000_000
_SHOWN: Final = 20
_STORM: Final = pytest.StashKey[Any]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """The setting `anvil` and the option `--storm-seed`."""
    parser.addini("anvil", "where the anvil program is, from the folder of this file; else it is on the PATH")
    group = parser.getgroup("stablecoin_tools")
    group.addoption("--storm-seed", type=int, default=1, help="which storm the fixture `storm` is; 1 if not given")


def pytest_configure(config: pytest.Config) -> None:
    """Makes the marker known."""
    config.addinivalue_line("markers", "storm(weather, seed): the weather, and the seed, of the fixture `storm`")


def pytest_report_header(config: pytest.Config) -> str:
    """The seed, so that a run can be repeated."""
    return f"stablecoin_tools: --storm-seed={config.getoption('storm_seed')}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Tells the storm's story beside a failure."""
    report = yield
    storm = item.stash.get(_STORM, None)
    if report.failed and storm is not None:
        report.sections.append((f"storm of --storm-seed={storm.seed}", _told(storm)))
    if report.when == "teardown":
        item.stash[_STORM] = None
    return report


@pytest.fixture
def local_chain() -> LocalChain:
    """A fresh chain in this process; each transaction is mined as it is sent."""
    from stablecoin_tools.chain import LocalChain

    with _plain_refusals():
        return LocalChain()


@pytest.fixture(scope="session")
def _anvil_process(request: pytest.FixtureRequest) -> Iterator[AnvilProcess]:
    from stablecoin_tools.testing.anvil import AnvilProcess

    with _plain_refusals():
        process = AnvilProcess(path=_anvil_path(request.config))
    with process:
        yield process


@pytest.fixture
def _anvil_chain(_anvil_process: AnvilProcess) -> Iterator[AnvilChain]:
    from stablecoin_tools.testing.anvil import AnvilChain

    chain = AnvilChain.at(_anvil_process.url)
    snapshot = chain.take_snapshot()
    yield chain
    chain.drop_all_transactions()
    chain.revert_to(snapshot)
    chain.set_automine(True)


@pytest.fixture
def anvil(_anvil_chain: AnvilChain) -> AnvilChain:
    """A real node with levers, the same for all tests; after each, its chain is put back and its pool emptied."""
    return _anvil_chain


@pytest.fixture
def actors() -> Mapping[str, Signer]:
    """Funded people by name: they sign on `local_chain` and on `anvil` alike."""
    return _actors()


@pytest.fixture
def coin(local_chain: LocalChain) -> Stablecoin:
    """A coin in this process: the issuer holds every role, and the minter may mint a million."""
    return _new_coin(local_chain)


@pytest.fixture
def anvil_coin(_anvil_chain: AnvilChain) -> Stablecoin:
    """The same coin on anvil."""
    return _new_coin(_anvil_chain)


@pytest.fixture
def storm(
    request: pytest.FixtureRequest, _anvil_process: AnvilProcess, _anvil_chain: AnvilChain
) -> Iterator[StormProxy]:
    """Rough weather before anvil, unless the marker `storm` says otherwise."""
    from stablecoin_tools.testing.storm import StormProxy
    from stablecoin_tools.testing.weather import ROUGH

    chosen = _chosen(request.node.get_closest_marker("storm"))
    seed = chosen.get("seed", request.config.getoption("storm_seed"))
    with StormProxy(_anvil_process.url, seed=seed, weather=chosen.get("weather", ROUGH)) as proxy:
        request.node.stash[_STORM] = proxy
        yield proxy


@contextmanager
def _plain_refusals() -> Iterator[None]:
    """What is not installed is told in one sentence, with how to get it, and no trace through this package."""
    from stablecoin_tools.errors import ConfigError

    missing: ConfigError | None = None
    try:
        yield
    except ConfigError as error:
        missing = error
    if missing is not None:  # said here, it stands alone; said above, the whole chain of causes would come before it
        pytest.fail(f"{missing} {missing.hint}", pytrace=False)


def _chosen(marker: pytest.Mark | None) -> dict[str, Any]:
    if marker is None:
        return {}
    chosen: dict[str, Any] = {**dict(zip(("weather", "seed"), marker.args, strict=False)), **marker.kwargs}
    if len(marker.args) > 2 or not set(chosen) <= {"weather", "seed"}:  # noqa: PLR2004  # these two
        raise pytest.UsageError("The marker is storm(weather, seed).")
    return chosen


def _told(storm: StormProxy) -> str:
    story = storm.story
    lines = [f"{each.method} #{each.occurrence}: {each.what.name.lower()} {each.words}" for each in story[-_SHOWN:]]
    if len(story) > _SHOWN:
        lines.insert(0, f"... {len(story) - _SHOWN} more before these")
    return "\n".join([repr(storm), *lines])


def _anvil_path(config: pytest.Config) -> str | None:
    said = str(config.getini("anvil") or "")
    if not said or "/" not in said:
        return said or None
    return str((config.inipath.parent if config.inipath else config.rootpath) / said)


def _actors() -> Mapping[str, Signer]:
    from stablecoin_tools.networks import find_network
    from stablecoin_tools.signers import development_signer

    network = find_network("local")
    return MappingProxyType({name: development_signer(index, network) for index, name in enumerate(ACTORS)})


def _new_coin(chain: LocalChain | AnvilChain) -> Stablecoin:
    from stablecoin_tools.deployment import CoinSpec, all_powers_of, deploy
    from stablecoin_tools.token import Stablecoin
    from stablecoin_tools.transactions import TransactionManager

    people = _actors()
    issuer, minter = people["issuer"], people["minter"]
    spec = CoinSpec("Test Dollar", "TUSD", "USD", 6, issuer.address, roles=all_powers_of(issuer.address))
    transactions = TransactionManager(chain)
    deployed = deploy(spec, chain, signer=issuer, transactions=transactions)
    coin = Stablecoin(chain, deployed.address, transactions=transactions)
    coin.send(coin.calls.configure_minter(minter.address, coin.amount(_MINTER_TOKENS)), signer=issuer)
    return coin

"""`verify`."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from stablecoin_tools.cli import show
from stablecoin_tools.cli.command import Command, coin_options
from stablecoin_tools.cli.session import Session
from stablecoin_tools.errors import ConfigError, DeploymentError, Moved, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stablecoin_tools.addresses import Address
    from stablecoin_tools.deployment import Build, Check, Deployment, Verification
    from stablecoin_tools.deployment.publishing import Etherscan, Publication, Sourcify

__all__ = ["verify"]

_MAX_SHOWN: Final = 66  # a hash


@click.command(cls=Command)
@click.argument("address", required=False)
@click.option("--from-source", is_flag=True, help="Compile the contracts anew, instead of trusting those that ship.")
@click.option(
    "--contracts",
    type=click.Path(file_okay=False, path_type=Path),
    multiple=True,
    default=(Path("contracts"),),
    show_default=True,
    metavar="FOLDER",
    help="Where the sources are, to compile or to publish them; of an upgrade too, if those are elsewhere.",
)
@click.option("--sourcify", is_flag=True, help="Publish the source to Sourcify, once all is proven.")
@click.option("--etherscan", is_flag=True, help="Publish it to Etherscan: STABLECOIN_ETHERSCAN_KEY holds the API key.")
@coin_options
def verify(address: str | None, *, sourcify: bool, etherscan: bool, **options: Any) -> None:
    """Prove that the coin is what its source says: its code byte by byte, then its record, its roles and its limits.

    ADDRESS is for a coin without a record: what it is called is then taken from its own code, and roles and limits
    are only read. Ends with 4 if anything is not as it should be, and says where; nothing is published then.

    \b
    Example:  stablecoin verify --network sepolia
              stablecoin verify --network sepolia --from-source --sourcify --etherscan
              stablecoin verify 0x5FbDB2315678afecb367f032d93F642f64180aa3 --network sepolia --json
    """
    task = _Task(address, **options)
    services = task.services(sourcify=sourcify, etherscan=etherscan)
    verification = task.verified()
    try:
        if not task.session.as_json:
            _show(task, verification)
        if verification.is_proven:
            task.publish(services, verification)
    finally:
        if task.session.as_json:
            show.write_json(_told(task, verification))
    if not verification.is_proven:
        refusal = DeploymentError(
            f"{task.name} is not proven. {' '.join(verification.findings)}", hint=task.hint(verification)
        )
        refusal.moved = Moved.NO
        raise refusal


@dataclass
class _Task:
    """One coin, and what it is held against."""

    written: str | None
    contracts: tuple[Path, ...]
    network: str | None
    coin: str | None
    from_source: bool
    as_json: bool
    published: list[Publication] = field(default_factory=list)

    def __post_init__(self) -> None:
        from stablecoin_tools.addresses import parse_address

        if self.written is not None and self.coin is not None:
            raise UsageError("An address and --coin both name a coin: leave one out.")
        self.session = Session(self.network, as_json=self.as_json, coin=self.coin)
        self.record: Deployment | None = (
            self._only_record() if self.written is None else self.session.record_at(parse_address(self.written))
        )
        self.address: Address = self.record.address if self.record is not None else parse_address(str(self.written))

    @property
    def name(self) -> str:
        """What the coin is called here."""
        symbol = self.record.symbol if self.record is not None else "The coin"
        return f"{symbol} at {self.address} on {self.session.network.name}"

    def _only_record(self) -> Deployment | None:
        known = self.session.records.on_chain(self.session.network.chain_id)
        found = [record for record in known if self.coin in (None, record.symbol)]
        if len(found) == 1:
            return found[0]
        return self.session.record_at(self.session.coin.address)  # which says what is missing, or too much

    def verified(self) -> Verification:
        """What was found."""
        from stablecoin_tools.deployment import verify_coin

        return verify_coin(self.session.chain, self.address, record=self.record, build=self.build)

    def services(self, *, sourcify: bool, etherscan: bool) -> list[Sourcify | Etherscan]:
        """Where to publish; what is missing for it is told before anything else is done."""
        from stablecoin_tools.deployment.publishing import ETHERSCAN_URL, SOURCIFY_URL, Etherscan, Sourcify

        settings = self.session.settings
        wanted: list[Sourcify | Etherscan] = []
        if sourcify:
            wanted.append(Sourcify(settings.sourcify_url or SOURCIFY_URL))
        if etherscan:
            if settings.etherscan_url is None and settings.etherscan_key is None:
                raise ConfigError("No API key of Etherscan is configured.", hint="Set STABLECOIN_ETHERSCAN_KEY.")
            wanted.append(Etherscan(settings.etherscan_url or ETHERSCAN_URL, key=settings.etherscan_key or ""))
        if wanted and self.record is None:
            raise ConfigError(
                f"No record says how the coin at {self.address} was created, so its source cannot be published.",
                hint="Name the folder of the records by STABLECOIN_DEPLOYMENTS.",
            )
        return wanted

    def publish(self, services: list[Sourcify | Etherscan], verification: Verification) -> None:
        """Publishes implementation and coin to each service, and tells each as it is done."""
        from stablecoin_tools.deployment.publishing import Etherscan, submissions_of

        if not services or self.record is None:
            return
        implementation = verification.implementation
        submissions = submissions_of(self.contracts, self.build, self.record, implementation=implementation)
        for service in services:
            for submission in submissions:
                self._tell(service.publish(submission))
            if isinstance(service, Etherscan):
                self._tell(service.link(verification.chain_id, verification.coin, implementation))

    def _tell(self, publication: Publication) -> None:
        self.published.append(publication)
        if not self.as_json:
            click.echo(f"{publication.service}: {publication.contract} at {publication.address}: {publication.words}")

    @cached_property
    def build(self) -> Build:
        """What the coin is held against."""
        from stablecoin_tools.deployment import Implementations, build_from_source, expected_build

        upgrades = Implementations(self.session.settings.deployments)
        build = expected_build(self.session.chain, self.address, upgrades)
        if not self.from_source:
            return build
        click.echo(f"compiling the sources in {', '.join(map(str, self.contracts))} ...", err=True)
        return build_from_source(self.contracts, build)

    def hint(self, verification: Verification) -> str:
        """What to do about a coin that is not proven."""
        first, now = self.record.implementation if self.record is not None else None, verification.implementation
        if first in (None, now):
            return "Trust nothing that it says."
        return (
            f"Trust nothing that it says. {now} took the place of {first}: if that was meant, and nothing here knows "
            f"it, bring implementations/{now}.json from where it was upgraded."
        )

    @property
    def held_against(self) -> dict[str, str]:
        """Where what each contract is held against comes from."""
        from stablecoin_tools.deployment import shipped_build

        is_upgraded = self.build.issuer.standard_json_sha256 != shipped_build().issuer.standard_json_sha256
        issuer = "the record of an upgrade" if is_upgraded else "this release"
        how = ", compiled now" if self.from_source else ""
        return {"Stablecoin": f"this release{how}", "Issuer": f"{issuer}{how}"}


def _show(task: _Task, verification: Verification) -> None:
    outcome = "proven" if verification.is_proven else "NOT PROVEN"
    if verification.differs_only_in_metadata:
        outcome += "; the code differs only in metadata"
    rows = [(check.what, check.verdict.name.lower(), _words(check)) for check in verification.checks]
    rows += [("", "wrong", str(difference)) for difference in verification.differences]
    show.table(f"{task.name}: {outcome}", ("what", "", "as found"), rows)
    click.echo("; ".join(f"{contract} is held against {what}" for contract, what in task.held_against.items()))


def _words(check: Check) -> str:
    from stablecoin_tools.deployment import Verdict
    from stablecoin_tools.deployment.proof import in_words

    found, expected = (_short(in_words(value)) for value in (check.found, check.expected))
    if check.verdict is Verdict.CHANGED:
        return f"{found}\nwas {expected}\nchanged in {check.changed_in}"
    return f"{found}\nshould be {expected}" if check.verdict is Verdict.WRONG else found


def _short(text: str) -> str:
    """Hex beyond what anybody reads is shown by its beginning; --json has all of it."""
    return f"{text[:_MAX_SHOWN]}…" if text.startswith("0x") and " " not in text and len(text) > _MAX_SHOWN else text


def _told(task: _Task, verification: Verification) -> dict[str, Any]:
    from dataclasses import asdict

    return {
        "coin": verification.coin,
        "implementation": verification.implementation,
        "network": task.session.network.name,
        "chain_id": verification.chain_id,
        "recorded": task.record is not None,
        "compiled_from_source": task.from_source,
        "held_against": task.held_against,
        "proven": verification.is_proven,
        "differs_only_in_metadata": verification.differs_only_in_metadata,
        "differences": [asdict(difference) for difference in verification.differences],
        "checks": list(_checks(verification)),
        "published": [asdict(publication) for publication in task.published],
    }


def _checks(verification: Verification) -> Iterator[dict[str, Any]]:
    for check in verification.checks:
        found, expected = (
            sorted(each) if isinstance(each, frozenset) else each for each in (check.found, check.expected)
        )
        yield {
            "what": check.what,
            "verdict": check.verdict.name.lower(),
            "expected": expected,
            "found": found,
            "changed_in": check.changed_in,
        }

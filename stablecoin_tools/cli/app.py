"""The tree of commands."""

from __future__ import annotations

import click

from stablecoin_tools.cli.commands.allowlist import allowlist
from stablecoin_tools.cli.commands.apply import apply
from stablecoin_tools.cli.commands.audit import audit
from stablecoin_tools.cli.commands.authorizations import authorize, cancel_authorization, settle
from stablecoin_tools.cli.commands.batches import mint_batch, transfer_batch
from stablecoin_tools.cli.commands.blacklist import blacklist
from stablecoin_tools.cli.commands.demo import demo
from stablecoin_tools.cli.commands.deploy import deploy
from stablecoin_tools.cli.commands.describing import reference, uri
from stablecoin_tools.cli.commands.init import init
from stablecoin_tools.cli.commands.limits import limits
from stablecoin_tools.cli.commands.minter import bridge, minter
from stablecoin_tools.cli.commands.money import approve, burn, mint, redeem, transfer
from stablecoin_tools.cli.commands.networks import networks
from stablecoin_tools.cli.commands.offline import publish, sign
from stablecoin_tools.cli.commands.pause import pause, unpause
from stablecoin_tools.cli.commands.plan import plan
from stablecoin_tools.cli.commands.reads import balance, info, supply
from stablecoin_tools.cli.commands.rescue import rescue
from stablecoin_tools.cli.commands.reserve import reserve
from stablecoin_tools.cli.commands.roles import roles
from stablecoin_tools.cli.commands.seizing import burn_blacklisted, seize
from stablecoin_tools.cli.commands.succession import admin
from stablecoin_tools.cli.commands.tx import tx
from stablecoin_tools.cli.commands.upgrading import lane, upgrade
from stablecoin_tools.cli.commands.verify import verify
from stablecoin_tools.cli.commands.wallet import wallet

__all__ = ["app"]


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="stablecoin_tools", message="%(version)s")
def app() -> None:
    """Issue, operate and move a fiat-backed stablecoin on EVM chains.

    \b
    Try it without a key or a network:   stablecoin demo
    Then on a test chain:                stablecoin deploy --network anvil

    Exit codes: 0 done, 2 usage or configuration, 3 chain, 4 reverted, refused, or interrupted before anything
    was sent, 5 outcome unknown: `stablecoin tx` knows what was sent, and goes on with it.
    """


for command in (
    demo,
    init,
    deploy,
    plan,
    apply,
    sign,
    publish,
    audit,
    verify,
    info,
    balance,
    supply,
    mint,
    mint_batch,
    burn,
    redeem,
    transfer,
    transfer_batch,
    approve,
    authorize,
    settle,
    cancel_authorization,
    reference,
    minter,
    bridge,
    limits,
    reserve,
    blacklist,
    seize,
    burn_blacklisted,
    allowlist,
    pause,
    unpause,
    roles,
    admin,
    upgrade,
    lane,
    rescue,
    uri,
    tx,
    wallet,
    networks,
):
    app.add_command(command)

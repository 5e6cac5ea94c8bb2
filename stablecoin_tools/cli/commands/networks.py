"""`networks`."""

from __future__ import annotations

import click

from stablecoin_tools.cli import show
from stablecoin_tools.cli.command import Command, common_options

__all__ = ["networks"]


@click.command(cls=Command)
@common_options
def networks(network: str | None, *, as_json: bool) -> None:
    """List the chains known by name, or show the one of --network.

    \b
    Example:  stablecoin networks
              stablecoin networks --network sepolia --json
    """
    from stablecoin_tools.cli.settings import read_settings
    from stablecoin_tools.networks import NETWORKS, Finality

    settings = read_settings()
    known = [settings.find_network(network)] if network else [*NETWORKS.values(), *settings.networks.values()]
    rows = [
        {
            "name": entry.name,
            "chain_id": entry.chain_id,
            "native_symbol": entry.native_symbol,
            "explorer": entry.explorer_url,
            "final": f"{entry.finality_depth} deep" if entry.finality is Finality.DEPTH else "finalized tag",
            "rpc_url_configured": entry.name in settings.rpc_urls,
        }
        for entry in known
    ]
    if as_json:
        show.write_json(rows)
        return
    columns = ("name", "chain id", "gas in", "explorer", "final when", "RPC URL")
    show.table(
        "networks",
        columns,
        [
            (*(str(value) for value in list(row.values())[:-1]), _rpc(row["name"], row["rpc_url_configured"]))
            for row in rows
        ],
    )


def _rpc(name: object, configured: object) -> str:
    if name == "local":
        return "none: in process"
    return "configured" if configured else "default" if name == "anvil" else "not configured"

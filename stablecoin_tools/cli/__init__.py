"""The command line. It parses and prints; what is decided is decided below."""

__all__ = ["main"]


def main() -> None:
    """Runs `stablecoin` with the process's arguments."""
    from stablecoin_tools.cli.interrupts import Interrupts

    interrupts = Interrupts()
    from stablecoin_tools.cli.app import app

    app(prog_name="stablecoin", obj=interrupts)

"""`python -m stablecoin_tools` is `stablecoin`."""

from stablecoin_tools.cli import main

main()

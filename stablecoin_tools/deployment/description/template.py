"""The description file that a person begins with: a coin on anvil, valid as it is, each line saying what it is for."""

from __future__ import annotations

import json
from typing import Final

__all__ = ["template"]

_TEMPLATE: Final = """\
# Which coins are to stand where, and how. `stablecoin plan` shows what is different on the chain and what it takes;
# `stablecoin apply` does it; `stablecoin audit` tells later whether it still stands so. No key and no RPC URL belongs
# here: wallets are named by name, nodes by the configuration file.
version = 1

# The address book: everywhere else in this file, accounts go by these names. These are the public accounts of every
# development chain: put your own in their places before you go anywhere else.
[addresses]
admin = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"
minter-admin = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8"
treasury = "0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC"
compliance = "0x90F79bf6EB2c4f870365E785982E1f101E93b906"
compliance-lead = "0x15d34AAf54267DB7D7c367839AAf71A00a2C6A65"
legal = "0x9965507D1a55bcC2695C58ba16FB37d819B0A4dc"
onboarding = "0x976EA74026E726554dB657fA54763abd0C3a0aa9"
guardian = "0x14dC79964da2C08b23698B3D3cc7Ca32193d9955"
operations = "0x23618e81E3f5cdF7f54C3d65f7FBc0aBf5B21E8f"
engineering = "0xa0Ee7A142d267C1f36714E4a8F75612F20a79720"

# Who signs here for an account: the name of a wallet, as `stablecoin wallet list` shows it. For accounts that are not
# here, such as those of a multisig wallet, others send what the plan says.
[signers]
admin = "dev0"
minter-admin = "dev1"
treasury = "dev2"
compliance = "dev3"
compliance-lead = "dev4"
legal = "dev5"
onboarding = "dev6"
guardian = "dev7"
operations = "dev8"
engineering = "dev9"

# A table for each network, by the name that `stablecoin networks` shows; there is nothing to say in it.
[networks.anvil]

[coins.@KEY@]
name = @NAME@
currency = @CURRENCY@                   # ISO 4217
decimals = 6
supply_cap = @CAP@    # the greatest supply; "unlimited" for as much as a coin can have
mint_limit = @LIMIT@      # what all minters and bridges together create at once; "unlimited" for the supply cap
mint_limit_refill_per_day = @LIMIT@
admin = "admin"                    # grants and revokes every role; changes hands in two steps
admin_delay_hours = 48             # how long that takes at least
# networks = ["anvil"]             # without it, all networks of this file
# salt = "0x00..."                 # tells apart coins that are alike in all else; 64 digits
# contract_uri = "https://..."     # where people and wallets read more about the coin
# allowlist_only = true            # for verified accounts only
# implementation = "0x..."         # after an upgrade; without it, this release's
# lane_closed = true               # if it was to serve the holders too
# reserve_feed = { feed = "alias", max_age_hours = 24 }  # no coin is minted beyond what this feed attests
# paused = []                      # "transfers", "minting", "redemption"; without it, left as it is on the chain
# blacklist = []                   # accounts by alias; without it, left as it is on the chain
# verified = []                    # the same

# Who may do what. Every role is named; [] says that nobody is to hold it.
[coins.@KEY@.roles]
MINTER_ADMIN_ROLE = ["minter-admin"]       # sets minters and bridges, and their limits
BURNER_ROLE = ["treasury"]                 # burns coins of its own
BLACKLISTER_ROLE = ["compliance"]          # one key stops an account,
UNBLACKLISTER_ROLE = ["compliance-lead"]   # another one lets it go on
SEIZER_ROLE = ["legal"]                    # moves or burns coins of blacklisted accounts, by order
VERIFIER_ROLE = ["onboarding"]             # says which accounts are verified
PAUSER_ROLE = ["guardian"]                 # one key stops the coin,
UNPAUSER_ROLE = ["operations"]             # another one lets it go on
RESCUER_ROLE = ["operations"]              # sends on stray tokens and ETH
UPGRADER_ROLE = ["engineering"]            # replaces the implementation

# Who mints, and how much: a table each. A refill of zero makes it an allowance that is used up for good.
[coins.@KEY@.minters.treasury]
capacity = @CAPACITY@
refill_per_day = @CAPACITY@
"""


def template(*, symbol: str, currency: str, name: str) -> str:
    """The text of a description file for one coin on anvil, with the development accounts as its people.

    Args:
        symbol: The coin's ticker.
        currency: The ISO 4217 code of its backing.
        name: Its full name.
    """
    words = {
        "KEY": symbol if symbol.isascii() and symbol.isalnum() else _quoted(symbol),
        "NAME": _quoted(name),
        "CURRENCY": _quoted(currency),
        "CAP": _quoted(f"1,000,000,000 {symbol}"),
        "LIMIT": _quoted(f"10,000,000 {symbol}"),
        "CAPACITY": _quoted(f"1,000,000 {symbol}"),
    }
    text = _TEMPLATE
    for word, value in words.items():
        text = text.replace(f"@{word}@", value)
    return text


def _quoted(text: str) -> str:
    """A text as TOML quotes it: as JSON does, but for one control character."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")

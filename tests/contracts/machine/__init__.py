"""A machine that lets many people do many things to a coin in any order, and a model that knows what must come of it

model.py     the rules of the coin in plain Python, from ledger.py, holding.py, issuing.py and limits.py
coin.py      a coin on the in-process EVM, asked one call after another
words.py     how the model's state must lie in the coin's storage
witness.py   what must never happen, told from the chain's events and words alone
picks.py     how people, amounts and times are drawn; signing.py: how people sign
holders.py, issuers.py    one function for each verb, which draws a step
"""

"""What a node's words on a send mean. One table; everything not in it means: unknown."""

from __future__ import annotations

import enum
import re
from typing import Final

__all__ = ["Meaning", "meaning_of"]


class Meaning(enum.Enum):
    """What a node says of signed bytes. Only `INVALID` is about the bytes alone; all else is about one node, now."""

    TAKEN = "these bytes are in the pool, or were"
    NONCE_USED = "the nonce is used in a block, by these bytes or by others"
    UNDERPRICED = "others at this nonce are in the pool, and these offer too little to replace them"
    FEE_TOO_LOW = "the offer is below the base fee or the node's minimum"
    NO_MONEY = "the sender cannot pay for it now"
    NONCE_GAP = "the node has not seen the nonces before it"
    POOL_FULL = "the pool has no place for it now"
    BUSY = "the node limits, is overloaded, lags or timed out; it may have taken the bytes before it said so"
    INVALID = "no node of this chain will ever take these bytes"
    UNKNOWN = "none of these, or more than one"


# From the answers that say least to those that say most: a text in which two are found means the more careful one.
# So words that end a send (`NO_MONEY`, `INVALID`) count only where nothing hints at bytes in a pool or a block.
# Words begin where a word begins; they are regular expressions, in lower case.
# Left out on purpose, for they may pass or are one node's policy: "gas limit reached", "sender not an eoa", "execution
# reverted", "exceeds the configured cap" (a fee too high for this node), deny lists, "address already reserved".
# Source: geth's core/txpool/errors.go and core/error.go, which bor, BNB, OP and coreth share; Nethermind's
# AcceptTxResult and TxPoolErrorMessages; Besu's RpcErrorType; Erigon's txpoolcfg; Reth's transaction-pool and revm;
# anvil's eth/error.rs; hardhat's EDR; gethexec of Arbitrum nitro; zkSync's tx_sender; what providers document.
_TABLE: Final = (
    (
        Meaning.TAKEN,
        (
            "already known",  # geth, Erigon, Nethermind
            "alreadyknown",  # Nethermind, as a code
            "known transaction",  # Besu, hardhat, zkSync, geth until 2020
            "already imported",  # Reth, anvil, OpenEthereum
            "alreadyimported",  # Substrate
            "with (?:the )?same hash",  # Erigon, OpenEthereum
            "already in (?:the )?(?:mempool|pool|system)",  # Ethermint, zkSync
            "(?:tx|transaction) already exists",  # Sei, providers
        ),
    ),
    (
        Meaning.NONCE_USED,
        (
            r"nonce (?:\d+ )?(?:is )?too low",  # geth and its kin, Reth, anvil, hardhat, zkSync, Besu
            "oldnonce",  # Nethermind, as a code
            "already (?:finalized|mined)",  # Harmony, providers
            r"pool\(stale\)",  # Substrate
        ),
    ),
    (
        Meaning.UNDERPRICED,
        (
            "replacement (?:transaction |tx )?underpriced",  # geth, Besu, hardhat, Nethermind
            "replacementnotallowed",  # Nethermind, as a code
            "replace (?:the )?existing",  # Reth, Erigon, anvil
            "replacement fee too low",  # as libraries put it
            "replaced by transaction with higher tip",  # Erigon
            "another (?:transaction|tx) (?:with|which has the) same nonce",  # OpenEthereum, Kaia
        ),
    ),
    (
        Meaning.FEE_TOO_LOW,
        (
            "underpriced",  # geth, Erigon, Reth: below the node's minimum
            "(?:less|lower) than block(?:'s)? base fee",  # geth, anvil, Arbitrum, zkSync, Frontier, py-evm
            "less than basefee",  # revm
            "below current base fee",  # Besu
            "too low for the next block",  # hardhat
            "fee ?too ?low",  # Erigon; Nethermind, as a code
            "gas ?price (?:is )?too low|unacceptable gas price",  # Arbitrum classic, Metis, OpenEthereum; zkSync
            "(?:below|less than) (?:the )?(?:chain |configured |gas price )?minimum",  # geth, Reth, Besu, hardhat, Celo
            "insufficient fee(?! token)",  # Ethermint
        ),
    ),
    (
        Meaning.NONCE_GAP,
        (
            r"nonce (?:\d+ )?(?:is )?too (?:high|distant|far)",  # geth, anvil, hardhat, zkSync, Besu, Nethermind
            "nonce ?gap",  # Nethermind
            "gapped-nonce",  # geth, for delegated accounts
            "transaction with a lower nonce exists",  # Besu
        ),
    ),
    (
        Meaning.POOL_FULL,
        (
            "(?:tx)?(?:pool|queue) (?:is )?full",  # geth, Arbitrum, Erigon
            "limit in txpool is full",  # Erigon
            "pool size constraints",  # Reth
            "spammer",  # Reth, Erigon: too many of one sender
            "account limit exceeded",  # geth
            "in-flight transaction limit",  # geth, for delegated accounts
            "tries to replace pending",  # geth
            "too many transactions in the queue",  # OpenEthereum
        ),
    ),
    (
        Meaning.BUSY,
        (
            "(?:rate|request|requests|usage) (?:is )?(?:limit|exceeded)",  # Infura, QuickNode, Ankr
            "(?<!gas )limit (?:exceeded|reached)",  # Infura's -32005
            "(?:request )?count exceeded",  # Infura
            "too many (?:requests|concurrent|transactions)",  # HTTP 429, everywhere; zkSync
            "compute units|throughput|capacity|quota|credits",  # Alchemy, QuickNode, Chainstack
            "requests? per (?:second|minute|day)",  # QuickNode
            "error (?:code: )?(?:429|1015|52[0-7])",  # Cloudflare
            "time(?:d)?[ -]?out|deadline exceeded|context canceled",  # all; Arbitrum's and geth's contexts
            "bad gateway|unavailable|overload|(?:server|too|node is) busy",  # HTTP 502 to 504
            "unreachable|offline|no healthy|no backends?|all (?:backends|upstreams)",  # Cloudflare, OP chains' proxies
            "header not found|missing trie node|unknown block|block not found",  # a node that lags
            "syncing|not yet in sync|not synced|(?:sync|insertion) .{0,60}in progress",  # Nethermind, Besu, zkSync
            "shutting down|congestion",  # zkSync, Arbitrum classic
            "failed to forward",  # OP chains, where the sequencer's own words say nothing else
            "cannot fulfill request",  # Cloudflare
            "connection (?:refused|reset|closed|aborted)|broken pipe",
            "cannot be reached|did not answer|answers no json",  # this package's own transport
            "(?:re)?try(?: \\w+)? (?:again|later)|retry",  # OP chains, Arbitrum, Infura's internal errors
        ),
    ),
    (
        Meaning.NO_MONEY,
        (
            "insufficient[ _]?(?:payer_)?(?:funds|balance)",  # geth and its kin, Nethermind, zkSync, anvil; Hedera
            "upfront cost exceeds account balance",  # Besu
            "(?:not|doesn't have|does not have) enough (?:funds|balance)",  # Arbitrum classic, hardhat, py-evm
            "overdraws from account|would cause overdraft",  # Reth, geth
            "lack of funds",  # revm
            "cannot afford txn gas",  # py-evm
        ),
    ),
    (
        Meaning.INVALID,
        (
            "(?:invalid|wrong) chain ?id",  # geth, anvil, Besu, hardhat, revm, this package's local chain
            "chain ?id (?:mismatch|is required|not supported)",  # Besu, Reth
            "signed for another chain|replay-protected",  # anvil, hardhat; geth
            "invalid (?:sender|signature)",  # geth, Erigon, Besu
            "invalid transaction v, r, s",  # geth
            "failed ?to ?(?:recover|resolve) ?sender",  # Nethermind
            "intrinsic ?gas",  # geth and its kin, Besu; Erigon, as a code
            "floor data gas|gas ?floor",  # EIP-7623: geth, revm, anvil
            r"requires at least \d+ gas|message\.gas cannot be negative",  # hardhat; py-evm
            r"call gas cost(?: \(\d+\))? exceeds",  # revm
            r"gas limit \d+ exceeds block's",  # Reth
            "(?:exceeds|greater than) (?:the )?block gas limit",  # geth, Besu, anvil, hardhat
            "gaslimitexceeded",  # Nethermind, as a code
            "gas limit (?:is )?too high|gas limit cap exceeded",  # Erigon, geth and Besu since EIP-7825
            r"gas limit \(\d+\) is greater than the cap",  # revm since EIP-7825
            r"exceeds gas limit: using (\d+), bringing total to \1,",  # py-evm: too much for a block that is empty
            "oversized data|input data too large|rlptoolong",  # geth; Reth; Erigon
            "(?:tx|transaction) (?:is )?too (?:large|big)",  # Nethermind, Sei, OpenEthereum
            "(?:calldata|gas limit) of transaction is greater than the allowed max",  # Linea
            "init ?code (?:size|too large)|max_init_code_size",  # EIP-3860: geth, Erigon, revm, Reth
            "(?:unsupported|unknown|invalid) transaction type|transaction type (?:is )?not supported",
            "supporting this transaction type is not activated",  # Erigon
            "not supported by the current hardfork",  # anvil
            "rlp: |failed to decode (?:signed )?transaction|typed transaction too short",  # geth, anvil, Reth
            "rlp string too|invalid rlp|deserialization failed",  # py-evm, OpenEthereum
            "priority fee (?:per gas )?(?:is )?(?:higher|greater than|exceeds) (?:than )?max fee",  # geth, Besu, revm
            r"higher than 2\^",  # geth, zkSync
            "negative value|gas ?uint(?:64)? ?overflow",  # geth, Erigon
            "nonce has max value|nonce overflow",  # geth, revm
        ),
    ),
)
_READ: Final = 10_000  # of a page of HTML, only so many letters
_PATTERNS: Final = tuple((meaning, re.compile(f"(?<![a-z])(?:{'|'.join(words)})")) for meaning, words in _TABLE)
# Replicas of OP chains hand on what the sequencer answered: its words count, not the wrapping, which says "try again".
_FORWARDED: Final = re.compile(r"failed to forward tx to sequencer(?:, please try again)?\W+(?:err\w*(?: message)?: )")
# py-evm has one text for nonces used and nonces to come.
_EXPECTED_NONCE: Final = re.compile(r"invalid transaction nonce: expected (\d{1,20}), but got (\d{1,20})(?!\d)")


def meaning_of(answer: str) -> Meaning:
    """What a node's error on a send means, whatever stands around the words that say it.

    Args:
        answer: The node's text, or the text of the error that was raised for it.
    """
    text = answer[:_READ].lower()
    handed_on = _FORWARDED.sub("", text)
    meaning = _first_of(handed_on)
    return _first_of(text) if meaning is Meaning.UNKNOWN and handed_on != text else meaning


def _first_of(text: str) -> Meaning:
    for meaning, pattern in _PATTERNS:
        if pattern.search(text):
            return meaning
    nonces = _EXPECTED_NONCE.search(text)
    if nonces is None:
        return Meaning.UNKNOWN
    expected, got = (int(nonce) for nonce in nonces.groups())
    return Meaning.NONCE_USED if got < expected else Meaning.NONCE_GAP

// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @dev One side of a trade.
/// @param coin The EIP-3009 coin that is paid.
/// @param party Who pays it, and receives the other side's.
/// @param value The amount, in base units of the coin.
struct Leg {
    address coin;
    address party;
    uint256 value;
}

/// @dev Two payments, of which neither happens without the other.
/// @param first What one party pays.
/// @param second What the other party pays.
/// @param validAfter The trade can be settled after this second, as Unix time.
/// @param validBefore The trade can be settled before this second, as Unix time.
/// @param salt Tells trades apart that are alike in all else.
struct Trade {
    Leg first;
    Leg second;
    uint256 validAfter;
    uint256 validBefore;
    bytes32 salt;
}

/// @title Payment versus payment
/// @notice Two parties exchange two coins, in one transaction by anybody, or not at all.
/// @dev Each party signs one ReceiveWithAuthorization of its coin: from itself, to this contract, with the trade's
/// times, and with {nonceOf} as its nonce. So each signature is over the whole trade, and only this contract can use
/// it. No approvals, no deposits; nothing stays here. A party withdraws by canceling its nonce at its coin.
interface IPaymentVersusPayment {
    /// @notice A trade was settled.
    /// @param nonce The hash of the trade, and the nonce of both authorizations.
    /// @param firstParty Who paid the first leg.
    /// @param secondParty Who paid the second leg.
    /// @param firstCoin The coin of the first leg.
    /// @param firstValue The amount of the first leg, in its base units.
    /// @param secondCoin The coin of the second leg.
    /// @param secondValue The amount of the second leg, in its base units.
    event Settled(
        bytes32 indexed nonce,
        address indexed firstParty,
        address indexed secondParty,
        address firstCoin,
        uint256 firstValue,
        address secondCoin,
        uint256 secondValue
    );

    /// @notice A coin paid in another amount than the trade says.
    /// @param coin The coin.
    /// @param received What arrived, in its base units.
    /// @param needed What the trade says, in its base units.
    error AmountDiffers(address coin, uint256 received, uint256 needed);

    /// @notice Settles both legs of a trade, or neither.
    /// @dev Emits {Settled}. Notes: - Whatever a coin refuses, this refuses for the same reason.
    /// Requirements: - Each party signed its authorization, and neither used nor canceled it.
    /// - Each coin pays exactly what the trade says.
    /// @param trade The trade.
    /// @param firstSignature The first party's, over ReceiveWithAuthorization of the first coin.
    /// @param secondSignature The second party's, over ReceiveWithAuthorization of the second coin.
    function settle(Trade calldata trade, bytes calldata firstSignature, bytes calldata secondSignature) external;

    /// @notice Returns the nonce that both parties sign: the hash of the whole trade, this chain and this contract.
    /// @param trade The trade.
    /// @return The nonce.
    function nonceOf(Trade calldata trade) external view returns (bytes32);
}

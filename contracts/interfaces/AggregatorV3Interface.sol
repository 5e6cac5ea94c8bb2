// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title What the coin asks of a reserve feed
/// @notice Two functions of the interface that proof-of-reserve feeds speak. Source: Chainlink, AggregatorV3Interface.
interface AggregatorV3Interface {
    /// @notice Returns how many decimals an answer has.
    /// @return The decimals.
    function decimals() external view returns (uint8);

    /// @notice Returns the last answer.
    /// @return roundId The round.
    /// @return answer The reserve.
    /// @return startedAt When the round began, as Unix time.
    /// @return updatedAt When it was answered, as Unix time.
    /// @return answeredInRound The round of the answer.
    function latestRoundData()
        external
        view
        returns (uint80 roundId, int256 answer, uint256 startedAt, uint256 updatedAt, uint80 answeredInRound);
}

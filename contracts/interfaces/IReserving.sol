// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Reserving
/// @notice Where a feed attests the reserve, no coin is created beyond it, nor on old news.
interface IReserving {
    /// @notice The reserve feed was set, or taken away.
    /// @param feed The feed, or zero.
    /// @param maxAgeSeconds How old its answer may be.
    /// @param admin Who set it.
    event ReserveFeedChanged(address indexed feed, uint48 maxAgeSeconds, address indexed admin);

    /// @notice The mint would lift the supply above the attested reserve.
    /// @param reserve The reserve, in base units of the coin.
    /// @param supply The supply after the refused mint, in base units.
    error ReserveExceeded(uint256 reserve, uint256 supply);

    /// @notice The feed's last answer is too old, or from the future.
    /// @param updatedAt When it answered, as Unix time.
    /// @param maxAgeSeconds How old an answer may be.
    error ReserveFeedStale(uint256 updatedAt, uint256 maxAgeSeconds);

    /// @notice No feed is set.
    error ReserveFeedMissing();

    /// @notice Sets the feed that attests the reserve; zero for none, and then nothing asks for one.
    /// @dev Emits {ReserveFeedChanged}. Requirements: - Caller has DEFAULT_ADMIN_ROLE.  - The feed answers, and is not stale.
    /// @param feed A contract that speaks AggregatorV3Interface, in the coin's currency.
    /// @param maxAgeSeconds How old its answer may be.
    function setReserveFeed(address feed, uint48 maxAgeSeconds) external;

    /// @notice Returns the feed.
    /// @return feed The feed, or zero.
    /// @return maxAgeSeconds How old its answer may be.
    function reserveFeed() external view returns (address feed, uint48 maxAgeSeconds);

    /// @notice Returns the reserve as the feed attests it.
    /// @dev Requirements: - A feed is set and not stale.
    /// @return The reserve, in base units of the coin, rounded down; zero if the feed answers less.
    function attestedReserve() external view returns (uint256);
}

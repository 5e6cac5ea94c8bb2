// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Limiting
/// @notice What all minters and bridges together may create: the supply cap, and the global limit that refills.
/// @dev Caps, capacities and refills are kept to six significant digits, rounded down; the events tell what is kept.
interface ILimiting {
    /// @notice The supply cap was set.
    /// @param cap The greatest supply, as kept, in base units.
    /// @param admin Who set it.
    event SupplyCapChanged(uint256 cap, address indexed admin);

    /// @notice The global limit was set.
    /// @param capacity What may be created at once, as kept, in base units.
    /// @param refillPerSecond What comes back each second, as kept, in base units.
    /// @param admin Who set it.
    event GlobalLimitChanged(uint256 capacity, uint256 refillPerSecond, address indexed admin);

    /// @notice The amount is more than the coin could ever honour.
    /// @param amount What was asked for, in base units.
    /// @param greatest The greatest amount, in base units.
    error AmountTooGreat(uint256 amount, uint256 greatest);

    /// @notice Sets the greatest supply. A supply that is greater already stays, and nothing more is created.
    /// @dev Emits {SupplyCapChanged}. Requirements: - Caller has DEFAULT_ADMIN_ROLE.  - `cap` fits in 112 bits.
    /// @param cap The greatest supply, in base units.
    function setSupplyCap(uint256 cap) external;

    /// @notice Sets the global limit; what was created and has not come back yet stays taken.
    /// @dev Emits {GlobalLimitChanged}. Requirements: - Caller has DEFAULT_ADMIN_ROLE.  - `capacity` fits in 112 bits.
    /// - `refillPerSecond` is not zero, fits in 112 bits, and refills the capacity within 272 years.
    /// @param capacity What may be created at once, in base units.
    /// @param refillPerSecond What comes back each second, in base units.
    function setGlobalLimit(uint256 capacity, uint256 refillPerSecond) external;

    /// @notice Returns the greatest supply.
    /// @return The cap, in base units.
    function supplyCap() external view returns (uint256);

    /// @notice Returns the global limit.
    /// @return capacity What may be created at once, in base units.
    /// @return refillPerSecond What comes back each second, in base units.
    /// @return available What may be created now, in base units.
    function globalLimit() external view returns (uint256 capacity, uint256 refillPerSecond, uint256 available);
}

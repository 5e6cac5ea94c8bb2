// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Bridging
/// @notice Bridges burn the coin on one chain and mint it on another (ERC-7802); what they mint is limited as minters are,
/// what they burn is not.
interface IBridging {
    /// @notice A bridge was given its limit.
    /// @param bridge The account that may mint and burn for holders.
    /// @param capacity What it may mint at once, as kept, in base units.
    /// @param refillPerSecond What comes back each second, as kept, in base units; zero for a plain allowance.
    /// @param minterAdmin Who set it.
    event BridgeConfigured(
        address indexed bridge, uint256 capacity, uint256 refillPerSecond, address indexed minterAdmin
    );

    /// @notice An account stopped being a bridge, whichever way it lost the role; its limit is gone.
    /// @param bridge The account that may mint and burn no more.
    /// @param remover Who took the role away.
    event BridgeRemoved(address indexed bridge, address indexed remover);

    /// @notice The bridge has less left than the mint needs.
    /// @param bridge Who tried to mint.
    /// @param available What it may mint now, in base units.
    /// @param needed What it tried to mint, in base units.
    error BridgeAllowanceExceeded(address bridge, uint256 available, uint256 needed);

    /// @notice Returns the role that bridges.
    /// @return The role's identifier.
    function BRIDGE_ROLE() external view returns (bytes32);

    /// @notice Makes `bridge` a bridge that may mint `capacity` at once, of which some comes back each second.
    /// @dev Emits {BridgeConfigured}. Notes: - As {IMinting-configureMinter}.
    /// Requirements: - Caller has MINTER_ADMIN_ROLE.  - Both fit in 112 bits; what refills does so within 272 years.
    /// @param bridge The account that may mint and burn for holders.
    /// @param capacity What it may mint at once, in base units.
    /// @param refillPerSecond What comes back each second, in base units; zero for a plain allowance.
    function configureBridge(address bridge, uint256 capacity, uint256 refillPerSecond) external;

    /// @notice Takes the role and the limit from `bridge`; does nothing if it is none.
    /// @dev Emits {BridgeRemoved}. Requirements: - Caller has MINTER_ADMIN_ROLE.
    /// @param bridge The account that may mint and burn no more.
    function removeBridge(address bridge) external;

    /// @notice Creates `value` for `to`, burned on another chain.
    /// @dev Emits {Transfer} and ERC-7802's {CrosschainMint}.
    /// Requirements: - Caller has BRIDGE_ROLE and is not blacklisted.  - As {IMinting-mint}, within the bridge's limit.
    /// @param to The receiver.
    /// @param value The amount, in base units.
    function crosschainMint(address to, uint256 value) external;

    /// @notice Destroys `value` of `from`, to be minted on another chain.
    /// @dev Emits {Transfer} and ERC-7802's {CrosschainBurn}. Notes: - A bridge is trusted to burn for their owner alone.
    /// Requirements: - Caller has BRIDGE_ROLE and is not blacklisted.  - Redemption is not paused.
    /// - `from` is not blacklisted, and is verified, where that is asked for.  - `value` is not zero.  - `from` holds `value`.
    /// @param from The holder.
    /// @param value The amount, in base units.
    function crosschainBurn(address from, uint256 value) external;

    /// @notice Returns the limit of `bridge`.
    /// @param bridge The account asked about.
    /// @return capacity What it may mint at once, in base units; of a plain allowance, what is left.
    /// @return refillPerSecond What comes back each second, in base units; zero for a plain allowance.
    /// @return available What it may mint now, were nothing else in the way, in base units.
    function bridgeLimit(address bridge)
        external
        view
        returns (uint256 capacity, uint256 refillPerSecond, uint256 available);
}

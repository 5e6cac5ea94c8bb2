// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC7802} from "@openzeppelin/contracts/interfaces/draft-IERC7802.sol";
import {IBridging} from "../interfaces/IBridging.sol";
import {Limits} from "../Limits.sol";
import {Minting} from "./Minting.sol";

/// @dev A bridge is limited as a minter is, and apart from it: an account may be both.
abstract contract Bridging is IBridging, Minting {
    using Limits for Limits.Limited;

    /// @custom:storage-location erc7201:stablecoin.storage.Bridging
    struct BridgingStorage {
        mapping(address bridge => Limits.Limited) limits;
    }

    // keccak256(abi.encode(uint256(keccak256("stablecoin.storage.Bridging")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant BRIDGING_STORAGE = 0xdaca0040ee966243bb3fbf83694604084e52babf8c6d814363dac1f64b261b00;

    /// @inheritdoc IBridging
    bytes32 public constant BRIDGE_ROLE = bytes32(uint256(4));

    /// @inheritdoc IBridging
    function configureBridge(address bridge, uint256 capacity, uint256 refillPerSecond)
        external
        onlyRole(MINTER_ADMIN_ROLE)
    {
        _revertIfTooGreat(capacity);
        _grantRole(BRIDGE_ROLE, bridge);
        _bridging().limits[bridge].change(capacity, refillPerSecond);
        (uint256 keptCapacity, uint256 keptRefill,) = bridgeLimit(bridge);
        emit BridgeConfigured(bridge, keptCapacity, keptRefill, msg.sender);
    }

    /// @inheritdoc IBridging
    function removeBridge(address bridge) external onlyRole(MINTER_ADMIN_ROLE) {
        _revokeRole(BRIDGE_ROLE, bridge);
    }

    /// @inheritdoc IBridging
    function crosschainMint(address to, uint256 value) external onlyRole(BRIDGE_ROLE) {
        _revertIfBlacklisted(msg.sender);
        uint256 available = _bridging().limits[msg.sender].take(value);
        if (value > available) revert BridgeAllowanceExceeded(msg.sender, available, value);
        _create(to, value);
        emit IERC7802.CrosschainMint(to, value, msg.sender);
    }

    /// @inheritdoc IBridging
    function crosschainBurn(address from, uint256 value) external onlyRole(BRIDGE_ROLE) {
        _revertIfBlacklisted(msg.sender);
        _burn(_ledger().head, from, value);
        emit IERC7802.CrosschainBurn(from, value, msg.sender);
    }

    /// @inheritdoc IBridging
    function bridgeLimit(address bridge)
        public
        view
        returns (uint256 capacity, uint256 refillPerSecond, uint256 available)
    {
        return _bridging().limits[bridge].figures();
    }

    /// @dev Whichever way a bridge loses its role, its limit goes with it.
    function _revokeRole(bytes32 role, address account) internal virtual override returns (bool revoked) {
        revoked = super._revokeRole(role, account);
        if (revoked && role == BRIDGE_ROLE) {
            delete _bridging().limits[account];
            emit BridgeRemoved(account, msg.sender);
        }
    }

    function _bridging() private pure returns (BridgingStorage storage $) {
        assembly ("memory-safe") {
            $.slot := BRIDGING_STORAGE
        }
    }
}

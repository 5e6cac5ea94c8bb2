// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {
    AccessControlDefaultAdminRulesUpgradeable
} from "@openzeppelin/contracts-upgradeable/access/extensions/AccessControlDefaultAdminRulesUpgradeable.sol";
import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {AggregatorV3Interface} from "../interfaces/AggregatorV3Interface.sol";
import {IReserving} from "../interfaces/IReserving.sol";
import {Ledger} from "../Ledger.sol";

/// @dev While no feed is set, a bit of the head word says so and nothing is read for it.
abstract contract Reserving is IReserving, Ledger, AccessControlDefaultAdminRulesUpgradeable {
    /// @custom:storage-location erc7201:stablecoin.storage.Reserving
    struct ReservingStorage {
        AggregatorV3Interface feed;
        uint48 maxAgeSeconds;
    }

    // keccak256(abi.encode(uint256(keccak256("stablecoin.storage.Reserving")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant RESERVING_STORAGE = 0xd0129c04bee84e423403e9183e34648e44702081e71ac0271816be6a619be100;

    /// @inheritdoc IReserving
    function setReserveFeed(address feed, uint48 maxAgeSeconds) external onlyRole(DEFAULT_ADMIN_ROLE) {
        _reserving().feed = AggregatorV3Interface(feed);
        _reserving().maxAgeSeconds = maxAgeSeconds;
        emit ReserveFeedChanged(feed, maxAgeSeconds, msg.sender);
        if (feed == address(0)) return _lower(RESERVE_GATED);
        _raise(RESERVE_GATED);
        attestedReserve();
    }

    /// @inheritdoc IReserving
    function reserveFeed() external view returns (address feed, uint48 maxAgeSeconds) {
        return (address(_reserving().feed), _reserving().maxAgeSeconds);
    }

    /// @inheritdoc IReserving
    function attestedReserve() public view returns (uint256) {
        AggregatorV3Interface feed = _reserving().feed;
        if (address(feed) == address(0)) revert ReserveFeedMissing();
        (, int256 answer,, uint256 updatedAt,) = feed.latestRoundData();
        uint256 maxAgeSeconds = _reserving().maxAgeSeconds;
        if (updatedAt > block.timestamp || updatedAt + maxAgeSeconds < block.timestamp) {
            revert ReserveFeedStale(updatedAt, maxAgeSeconds);
        }
        if (answer <= 0) return 0;
        return uint256(answer) * _unit(address(this)) / _unit(address(feed));
    }

    /// @dev Every coin comes into the world here. Returns nothing; see {Ledger-_mint} for what it refuses.
    function _create(address to, uint256 value) internal {
        uint256 head = _ledger().head;
        _mint(head, to, value);
        if (head & RESERVE_GATED != 0) _revertIfUnbacked(uint112(head) + value);
    }

    /// @dev What makes one of a coin or of a feed's answer, in its base units.
    function _unit(address counted) private view returns (uint256) {
        // No power of ten that does not fit is anybody's unit; a feed that claims one attests nothing that is right.
        unchecked {
            return 10 ** IERC20Metadata(counted).decimals();
        }
    }

    function _revertIfUnbacked(uint256 supply) private view {
        uint256 reserve = attestedReserve();
        if (supply > reserve) revert ReserveExceeded(reserve, supply);
    }

    function _reserving() private pure returns (ReservingStorage storage $) {
        assembly ("memory-safe") {
            $.slot := RESERVING_STORAGE
        }
    }
}

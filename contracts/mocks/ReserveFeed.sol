// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AggregatorV3Interface} from "../interfaces/AggregatorV3Interface.sol";

/// @dev Answers whatever a test wants, or refuses to.
contract ReserveFeed is AggregatorV3Interface {
    error FeedDown();

    uint8 public immutable decimals;

    int256 private _answer;
    uint256 private _updatedAt;
    bool private _isDown;

    constructor(uint8 decimals_, int256 answer, uint256 updatedAt) {
        decimals = decimals_;
        set(answer, updatedAt);
    }

    function set(int256 answer, uint256 updatedAt) public {
        (_answer, _updatedAt) = (answer, updatedAt);
    }

    function takeDown() external {
        _isDown = true;
    }

    function latestRoundData() external view returns (uint80, int256, uint256, uint256, uint80) {
        if (_isDown) revert FeedDown();
        return (1, _answer, _updatedAt, _updatedAt, 1);
    }
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @dev Speaks EIP-3009, asks for no signature, and moves another amount than it is told: a percentage of it.
contract FeeCoin is ERC20("Fee Coin", "FEE") {
    uint256 private constant WHOLE = 100;

    uint256 private immutable PERCENT_IN;
    uint256 private immutable PERCENT_OUT;

    /// @param holder Who holds all of it.
    /// @param percentIn What arrives of an authorized payment.
    /// @param percentOut What arrives of a transfer.
    constructor(address holder, uint256 percentIn, uint256 percentOut) {
        PERCENT_IN = percentIn;
        PERCENT_OUT = percentOut;
        _mint(holder, 1_000_000_000);
    }

    function receiveWithAuthorization(
        address from,
        address to,
        uint256 value,
        uint256,
        uint256,
        bytes32,
        uint8,
        bytes32,
        bytes32
    ) external {
        _transfer(from, to, value * PERCENT_IN / WHOLE);
    }

    function transfer(address to, uint256 value) public override returns (bool) {
        _transfer(msg.sender, to, value * PERCENT_OUT / WHOLE);
        return true;
    }
}

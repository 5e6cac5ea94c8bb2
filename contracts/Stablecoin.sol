// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC1967Proxy} from "@openzeppelin/contracts/proxy/ERC1967/ERC1967Proxy.sol";
import {Allowing} from "./holding/Allowing.sol";
import {Authorizing} from "./holding/Authorizing.sol";
import {Identifying} from "./holding/Identifying.sol";
import {Standing} from "./holding/Standing.sol";
import {Identity} from "./interfaces/IIdentifying.sol";
import {IStablecoin} from "./interfaces/IStablecoin.sol";
import {ITransferring} from "./interfaces/ITransferring.sol";

/// @title A fiat-backed stablecoin, as its holders meet it
/// @notice It is itself the ERC-1967 proxy: the functions of {IStablecoin} are served here, so a transfer loads no
/// implementation and delegates nothing; every other selector goes to the implementation ({IIssuer}).
/// @dev Each function first asks whether the lane is closed; if so, the call is delegated and never comes back.
contract Stablecoin is IStablecoin, Allowing, Authorizing, Standing {
    /// @notice Creates and initialises the coin in one transaction, so that there is nothing to front-run.
    /// @param identity What the coin is called.
    /// @param implementation The contract that serves the issuer's functions.
    /// @param initialization The call to {IIssuer-initialize}, encoded; must not be empty.
    constructor(Identity memory identity, address implementation, bytes memory initialization)
        ERC1967Proxy(implementation, initialization)
        Identifying(identity)
    {}

    /// @inheritdoc ITransferring
    function transfer(address to, uint256 value) external returns (bool) {
        // `_lane` and `_answerTrue`, written out: forty gas on what is done most.
        uint256 head = _ledger().head;
        if (head >= LANE_CLOSED) _leaveLane();
        _transfer(head, msg.sender, to, value);
        assembly ("memory-safe") {
            mstore(0x00, 1)
            return(0x00, 0x20)
        }
    }

    /// @inheritdoc ITransferring
    function transferFrom(address from, address to, uint256 value) external returns (bool) {
        uint256 head = _ledger().head;
        if (head >= LANE_CLOSED) _leaveLane();
        _spendAllowance(from, value);
        _transfer(head, from, to, value);
        assembly ("memory-safe") {
            mstore(0x00, 1)
            return(0x00, 0x20)
        }
    }

    /// @inheritdoc ITransferring
    function transferWithMemo(address to, uint256 value, bytes32 memo) external {
        _transfer(_lane(), msg.sender, to, value);
        _tellMemo(msg.sender, to, value, memo);
    }

    /// @inheritdoc ITransferring
    function transferFromWithMemo(address from, address to, uint256 value, bytes32 memo) external returns (bool) {
        uint256 head = _lane();
        _spendAllowance(from, value);
        _transfer(head, from, to, value);
        _tellMemo(from, to, value, memo);
        return _answerTrue();
    }

    /// @inheritdoc ITransferring
    function transferBatch(address[] calldata to, uint256[] calldata values) external returns (bool) {
        _transferBatch(_lane(), msg.sender, to, values);
        return _answerTrue();
    }

    /// @inheritdoc ITransferring
    function totalSupply() external view returns (uint256) {
        return uint112(_laneForView());
    }

    /// @inheritdoc ITransferring
    function balanceOf(address account) external view returns (uint256) {
        _laneForView();
        return uint128(_ledger().accounts[account].word);
    }

    function _tellMemo(address from, address to, uint256 value, bytes32 memo) private {
        emit TransferWithMemo(from, to, value, memo);
    }
}

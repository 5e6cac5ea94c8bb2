// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IAllowing} from "../interfaces/IAllowing.sol";
import {TRANSFERS} from "../interfaces/ILedger.sol";
import {Identifying} from "./Identifying.sol";
import {Signing} from "./Signing.sol";

abstract contract Allowing is Identifying, Signing, IAllowing {
    bytes32 private constant PERMIT =
        keccak256("Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)");

    /// @inheritdoc IAllowing
    function approve(address spender, uint256 value) external returns (bool) {
        _revertIfPaused(_lane(), TRANSFERS);
        _allow(msg.sender, spender, value);
        return _answerTrue();
    }

    /// @inheritdoc IAllowing
    function increaseAllowance(address spender, uint256 increment) external returns (bool) {
        _revertIfPaused(_lane(), TRANSFERS);
        uint256 allowed = _allowance(msg.sender, spender).value;
        if (increment > type(uint256).max - allowed) revert AllowanceOverflow(spender, allowed, increment);
        _allow(msg.sender, spender, allowed + increment);
        return _answerTrue();
    }

    /// @inheritdoc IAllowing
    function decreaseAllowance(address spender, uint256 decrement) external returns (bool) {
        _revertIfPaused(_lane(), TRANSFERS);
        uint256 allowed = _allowance(msg.sender, spender).value;
        if (decrement > allowed) revert ERC20InsufficientAllowance(spender, allowed, decrement);
        _allow(msg.sender, spender, allowed - decrement);
        return _answerTrue();
    }

    /// @inheritdoc IAllowing
    function permit(address owner, address spender, uint256 value, uint256 deadline, uint8 v, bytes32 r, bytes32 s)
        external
    {
        _revertIfPaused(_lane(), TRANSFERS);
        _revertIfNotSigned(owner, _permitted(owner, spender, value, deadline), v, r, s);
        _allow(owner, spender, value);
    }

    /// @inheritdoc IAllowing
    function permit(address owner, address spender, uint256 value, uint256 deadline, bytes calldata signature)
        external
    {
        _revertIfPaused(_lane(), TRANSFERS);
        _revertIfNotSigned(owner, _permitted(owner, spender, value, deadline), signature);
        _allow(owner, spender, value);
    }

    /// @inheritdoc IAllowing
    function allowance(address owner, address spender) external view returns (uint256) {
        _laneForView();
        return _allowance(owner, spender).value;
    }

    /// @inheritdoc IAllowing
    function nonces(address owner) external view returns (uint256) {
        _laneForView();
        return uint64(_account(owner).word >> NONCE_OFFSET);
    }

    /// @inheritdoc IAllowing
    function PERMIT_TYPEHASH() external view returns (bytes32) {
        _laneForView();
        return PERMIT;
    }

    function _allow(address owner, address spender, uint256 value) private {
        if (spender == address(0)) revert ERC20InvalidSpender(spender);
        _allowance(owner, spender).value = value;
        bytes32 topic = Approval.selector;
        // `emit Approval(owner, spender, value)`, without asking for memory.
        assembly ("memory-safe") {
            mstore(0x00, value)
            log3(0x00, 0x20, topic, owner, spender)
        }
    }

    /// @dev Uses up the owner's nonce; returns what the owner must have signed.
    function _permitted(address owner, address spender, uint256 value, uint256 deadline) private returns (bytes32) {
        if (block.timestamp > deadline) revert PermitExpired(deadline);
        Account storage account = _account(owner);
        uint256 word = account.word;
        // 64 bits of permits are never used up.
        unchecked {
            account.word = word + (1 << NONCE_OFFSET);
        }
        uint256 nonce = uint64(word >> NONCE_OFFSET);
        return _digest(keccak256(abi.encode(PERMIT, owner, spender, value, nonce, deadline)));
    }
}

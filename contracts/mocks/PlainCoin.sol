// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {Signing} from "../holding/Signing.sol";
import {TRANSFERS} from "../interfaces/ILedger.sol";
import {Ledger} from "../Ledger.sol";

/// @dev The assembly of {Ledger} and {Signing} beside the plain Solidity that it stands for, over words that a test sets.
/// Who calls is the spender; `from` is the sender.
contract PlainCoin is Ledger, Signing {
    function set(uint256 head, address account, uint256 word) external {
        _ledger().head = head;
        _ledger().accounts[account].word = word;
    }

    function setAllowance(address owner, address spender, uint256 value) external {
        _ledger().allowances[owner][spender].value = value;
    }

    function fastTransfer(address from, address to, uint256 value) external {
        _transfer(_ledger().head, from, to, value);
    }

    function plainTransfer(address from, address to, uint256 value) public {
        _revertIfPaused(_ledger().head, TRANSFERS);
        if (to == address(0) || to == address(this)) revert ERC20InvalidReceiver(to);
        _revertIfStopped(from);
        uint256 balance = uint128(_ledger().accounts[from].word);
        if (balance < value) revert ERC20InsufficientBalance(from, balance, value);
        _ledger().accounts[from].word -= value;
        _revertIfStopped(to);
        _ledger().accounts[to].word += value;
        emit Transfer(from, to, value);
    }

    function fastSpend(address owner, uint256 value) external {
        _spendAllowance(owner, value);
    }

    function plainSpend(address owner, uint256 value) external {
        if (_ledger().accounts[msg.sender].word & BLACKLISTED != 0) revert AccountBlacklisted(msg.sender);
        uint256 left = _ledger().allowances[owner][msg.sender].value;
        if (left == 0 || left < value) revert ERC20InsufficientAllowance(msg.sender, left, value);
        if (left != type(uint256).max) _ledger().allowances[owner][msg.sender].value = left - value;
    }

    function fastBatch(address from, address[] calldata to, uint256[] calldata values) external {
        _transferBatch(_ledger().head, from, to, values);
    }

    /// @dev One transfer after the other; but the sender must hold the sum before the first.
    function plainBatch(address from, address[] calldata to, uint256[] calldata values) external {
        _revertIfPaused(_ledger().head, TRANSFERS);
        _revertIfLengthsDiffer(to.length, values.length);
        _revertIfStopped(from);
        uint256 sum = 0;
        for (uint256 i = 0; i < values.length; ++i) {
            sum = values[i] > type(uint256).max - sum ? type(uint256).max : sum + values[i];
        }
        uint256 balance = uint128(_ledger().accounts[from].word);
        if (balance < sum) revert ERC20InsufficientBalance(from, balance, sum);
        for (uint256 i = 0; i < to.length; ++i) {
            plainTransfer(from, to[i], values[i]);
        }
    }

    function fastSigned(address signer, bytes32 digest, uint8 v, bytes32 r, bytes32 s) external view {
        _revertIfNotSigned(signer, digest, v, r, s);
    }

    function plainSigned(address signer, bytes32 digest, uint8 v, bytes32 r, bytes32 s) external pure {
        (address recovered, ECDSA.RecoverError fault,) = ECDSA.tryRecover(digest, v, r, s);
        if (fault != ECDSA.RecoverError.NoError || recovered != signer) revert InvalidSignature(signer);
    }

    function words(address account, address spender) external view returns (uint256, uint256) {
        return (_ledger().accounts[account].word, _ledger().allowances[account][spender].value);
    }

    function _revertIfStopped(address account) private view {
        uint256 word = _ledger().accounts[account].word;
        if (word & BLACKLISTED != 0) revert AccountBlacklisted(account);
        if (_ledger().head & ALLOWLIST_ONLY != 0 && word & VERIFIED == 0) revert AccountNotVerified(account);
    }
}

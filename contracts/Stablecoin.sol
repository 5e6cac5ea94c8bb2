// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC1967Proxy} from "@openzeppelin/contracts/proxy/ERC1967/ERC1967Proxy.sol";
import {ShortString, ShortStrings} from "@openzeppelin/contracts/utils/ShortStrings.sol";
import {TRANSFERS} from "./interfaces/ILedger.sol";
import {Identity, IStablecoin} from "./interfaces/IStablecoin.sol";
import {Ledger} from "./Ledger.sol";

/// @title A fiat-backed stablecoin, as its holders meet it
/// @notice It is itself the ERC-1967 proxy: the functions below are served here, so a transfer loads no implementation
/// and delegates nothing; every other selector goes to the implementation ({IIssuer}).
/// @dev Each function first asks whether the lane is closed; if so, the call is delegated and never comes back.
contract Stablecoin is IStablecoin, Ledger, ERC1967Proxy {
    uint8 private constant MAX_DECIMALS = 18;
    uint256 private constant MAX_WORD_BYTES = 31;

    ShortString private immutable NAME;
    ShortString private immutable SYMBOL;
    ShortString private immutable CURRENCY;
    uint8 private immutable DECIMALS;

    /// @notice Creates and initialises the coin in one transaction, so that there is nothing to front-run.
    /// @param identity What the coin is called.
    /// @param implementation The contract that serves the issuer's functions.
    /// @param initialization The call to {IIssuer-initialize}, encoded; must not be empty.
    constructor(Identity memory identity, address implementation, bytes memory initialization)
        ERC1967Proxy(implementation, initialization)
    {
        if (!_isValid(identity)) revert InvalidIdentity(identity);
        NAME = ShortStrings.toShortString(identity.name);
        SYMBOL = ShortStrings.toShortString(identity.symbol);
        CURRENCY = ShortStrings.toShortString(identity.currency);
        DECIMALS = identity.decimals;
    }

    /// @dev Plain ETH goes the way of every unknown call; the implementation refuses it.
    receive() external payable {
        _fallback();
    }

    /// @inheritdoc IStablecoin
    function transfer(address to, uint256 value) external returns (bool) {
        uint256 head = _lane();
        _transfer(head, msg.sender, msg.sender, to, value);
        return true;
    }

    /// @inheritdoc IStablecoin
    function transferFrom(address from, address to, uint256 value) external returns (bool) {
        uint256 head = _lane();
        _spendAllowance(from, msg.sender, value);
        _transfer(head, msg.sender, from, to, value);
        return true;
    }

    /// @inheritdoc IStablecoin
    function approve(address spender, uint256 value) external returns (bool) {
        _revertIfPaused(_lane(), TRANSFERS);
        if (spender == address(0)) revert ERC20InvalidSpender(spender);
        _ledger().allowances[msg.sender][spender] = value;
        emit Approval(msg.sender, spender, value);
        return true;
    }

    /// @inheritdoc IStablecoin
    function name() external view returns (string memory) {
        _laneForView();
        return ShortStrings.toString(NAME);
    }

    /// @inheritdoc IStablecoin
    function symbol() external view returns (string memory) {
        _laneForView();
        return ShortStrings.toString(SYMBOL);
    }

    /// @inheritdoc IStablecoin
    function currency() external view returns (string memory) {
        _laneForView();
        return ShortStrings.toString(CURRENCY);
    }

    /// @inheritdoc IStablecoin
    function decimals() external view returns (uint8) {
        _laneForView();
        return DECIMALS;
    }

    /// @inheritdoc IStablecoin
    function totalSupply() external view returns (uint256) {
        return uint128(_laneForView());
    }

    /// @inheritdoc IStablecoin
    function balanceOf(address account) external view returns (uint256) {
        _laneForView();
        return uint128(_ledger().accounts[account]);
    }

    /// @inheritdoc IStablecoin
    function allowance(address owner, address spender) external view returns (uint256) {
        _laneForView();
        return _ledger().allowances[owner][spender];
    }

    function _spendAllowance(address owner, address spender, uint256 value) private {
        uint256 allowed = _ledger().allowances[owner][spender];
        // Zero needs an allowance too, or strangers could write transfers of nothing into anybody's history.
        if (allowed == 0 || allowed < value) revert ERC20InsufficientAllowance(spender, allowed, value);
        if (allowed == type(uint256).max) return;
        // Covered by the comparison above.
        unchecked {
            _ledger().allowances[owner][spender] = allowed - value;
        }
    }

    /// @dev Returns the head word while the lane is open. Once it is closed, answers the whole call from the
    /// implementation instead and does not return.
    function _lane() private returns (uint256 head) {
        head = _ledger().head;
        if (head & LANE_CLOSED != 0) _delegate(_implementation());
    }

    /// @dev The same for views. Solidity holds no delegatecall to be a view; here it is one, because whoever calls a
    /// view does so by STATICCALL, which the delegated code inherits. So the function's type is changed, not its code.
    function _laneForView() private view returns (uint256) {
        function() internal returns (uint256) lane = _lane;
        function() internal view returns (uint256) viewLane;
        assembly ("memory-safe") {
            viewLane := lane
        }
        return viewLane();
    }

    function _isValid(Identity memory identity) private pure returns (bool) {
        return _isWord(identity.name) && _isWord(identity.symbol) && _isWord(identity.currency)
            && identity.decimals <= MAX_DECIMALS;
    }

    function _isWord(string memory text) private pure returns (bool) {
        return bytes(text).length != 0 && bytes(text).length <= MAX_WORD_BYTES;
    }
}

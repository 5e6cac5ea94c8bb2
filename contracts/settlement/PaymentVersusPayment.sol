// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {IERC3009} from "@openzeppelin/contracts/interfaces/draft-IERC3009.sol";
import {IAuthorizing} from "../interfaces/IAuthorizing.sol";
import {IPaymentVersusPayment, Leg, Trade} from "../interfaces/IPaymentVersusPayment.sol";

/// @title Payment versus payment: both legs of a trade, or neither
contract PaymentVersusPayment is IPaymentVersusPayment, ReentrancyGuardTransient {
    uint256 private constant ECDSA_BYTES = 65;

    /// @inheritdoc IPaymentVersusPayment
    function settle(Trade calldata trade, bytes calldata firstSignature, bytes calldata secondSignature)
        external
        nonReentrant
    {
        bytes32 nonce = nonceOf(trade);
        Leg calldata first = trade.first;
        Leg calldata second = trade.second;

        _collect(first, trade, nonce, firstSignature);
        _collect(second, trade, nonce, secondSignature);
        _payOut(first, second.party);
        _payOut(second, first.party);

        emit Settled(nonce, first.party, second.party, first.coin, first.value, second.coin, second.value);
    }

    /// @inheritdoc IPaymentVersusPayment
    function nonceOf(Trade calldata trade) public view returns (bytes32) {
        return keccak256(abi.encode(block.chainid, address(this), trade));
    }

    /// @dev Takes one leg in; a coin that pays less than it says, as one with a fee, would be paid for by nobody.
    function _collect(Leg calldata leg, Trade calldata trade, bytes32 nonce, bytes calldata signature) private {
        uint256 before = IERC20(leg.coin).balanceOf(address(this));
        _receive(leg, trade, nonce, signature);
        _revertIfAmountDiffers(leg, address(this), before);
    }

    function _payOut(Leg calldata leg, address payee) private {
        uint256 before = IERC20(leg.coin).balanceOf(payee);
        SafeERC20.safeTransfer(IERC20(leg.coin), payee, leg.value);
        _revertIfAmountDiffers(leg, payee, before);
    }

    function _revertIfAmountDiffers(Leg calldata leg, address payee, uint256 before) private view {
        uint256 received = IERC20(leg.coin).balanceOf(payee) - before;
        if (received != leg.value) revert AmountDiffers(leg.coin, received, leg.value);
    }

    /// @dev Every EIP-3009 coin knows the form for keys; only some know the one for contracts.
    function _receive(Leg calldata leg, Trade calldata trade, bytes32 nonce, bytes calldata signature) private {
        if (signature.length == ECDSA_BYTES) {
            (uint8 v, bytes32 r, bytes32 s) = ECDSA.parseCalldata(signature);
            IERC3009(leg.coin)
                .receiveWithAuthorization(
                    leg.party, address(this), leg.value, trade.validAfter, trade.validBefore, nonce, v, r, s
                );
        } else {
            IAuthorizing(leg.coin)
                .receiveWithAuthorization(
                    leg.party, address(this), leg.value, trade.validAfter, trade.validBefore, nonce, signature
                );
        }
    }
}

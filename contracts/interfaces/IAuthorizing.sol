// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @dev One signed payment of a batch.
/// @param from Who pays, and signed.
/// @param to Who is paid.
/// @param value The amount, in base units.
/// @param validAfter The payment is valid after this second, as Unix time.
/// @param validBefore The payment is valid before this second, as Unix time.
/// @param nonce Any 32 bytes, used once per payer.
/// @param signature The payer's signature over TransferWithAuthorization.
struct Authorization {
    address from;
    address to;
    uint256 value;
    uint256 validAfter;
    uint256 validBefore;
    bytes32 nonce;
    bytes signature;
}

/// @title Authorizing
/// @notice Payments by signature, submitted by anybody (EIP-3009). Nonces are any 32 bytes, in any order.
/// @dev The blacklist is asked for payer and payee, not for who submits.
interface IAuthorizing {
    /// @notice An authorization was used.
    /// @param authorizer Who signed it.
    /// @param nonce Its nonce.
    event AuthorizationUsed(address indexed authorizer, bytes32 indexed nonce);

    /// @notice An authorization was canceled.
    /// @param authorizer Who signed the cancellation.
    /// @param nonce The nonce that is used up.
    event AuthorizationCanceled(address indexed authorizer, bytes32 indexed nonce);

    /// @notice A payment of a batch was refused, and the batch went on.
    /// @param authorizer Who would have paid.
    /// @param nonce The nonce of the payment, which is not used up by this.
    /// @param reason The error, encoded, with which it was refused; empty, or InvalidSignature, also where a contract's
    /// signature takes more than 200_000 gas: alone, such a payment may succeed.
    event AuthorizationSkipped(address indexed authorizer, bytes32 indexed nonce, bytes reason);

    /// @notice The nonce was used or canceled before.
    /// @param authorizer Who signs.
    /// @param nonce The nonce.
    error AuthorizationUsedOrCanceled(address authorizer, bytes32 nonce);

    /// @notice The authorization is not valid yet.
    /// @param validAfter It is valid after this second, as Unix time.
    error AuthorizationNotYetValid(uint256 validAfter);

    /// @notice The authorization is no longer valid.
    /// @param validBefore It was valid before this second, as Unix time.
    error AuthorizationExpired(uint256 validBefore);

    /// @notice Only the payee itself may submit this authorization.
    /// @param caller Who submitted it.
    /// @param payee Who may.
    error CallerNotPayee(address caller, address payee);

    /// @notice Too little gas is left to tell a payment that is refused from one that ran out of gas.
    /// @param available The gas that is left.
    /// @param needed What must be left, so that a payment can use 200_000.
    error InsufficientGas(uint256 available, uint256 needed);

    /// @notice Pays by signature; anybody may submit it.
    /// @dev Emits {AuthorizationUsed} and {Transfer}.
    /// Requirements: - As {ITransferring-transfer}.  - It is now after `validAfter` and before `validBefore`.
    /// - The nonce is not used up.  - `from` signed this as TransferWithAuthorization.
    /// @param from Who pays.
    /// @param to Who is paid.
    /// @param value The amount, in base units.
    /// @param validAfter The payment is valid after this second, as Unix time.
    /// @param validBefore The payment is valid before this second, as Unix time.
    /// @param nonce Any 32 bytes, used once per payer.
    /// @param v The recovery id of the signature: 27 or 28.
    /// @param r The first half of the signature.
    /// @param s The second half of the signature, in the lower half of its range.
    function transferWithAuthorization(
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external;

    /// @notice The same with the signature as bytes: 65 of a key (r, s, v), or whatever the payer's contract wants.
    /// @dev Emits {AuthorizationUsed} and {Transfer}. Requirements: - As the other form.
    /// @param from Who pays.
    /// @param to Who is paid.
    /// @param value The amount, in base units.
    /// @param validAfter The payment is valid after this second, as Unix time.
    /// @param validBefore The payment is valid before this second, as Unix time.
    /// @param nonce Any 32 bytes, used once per payer.
    /// @param signature The payer's signature.
    function transferWithAuthorization(
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        bytes calldata signature
    ) external;

    /// @notice Pays by signature, submitted by the payee alone: nobody can run ahead of a contract that is paid so.
    /// @dev Emits {AuthorizationUsed} and {Transfer}.
    /// Requirements: - As {transferWithAuthorization}, signed as ReceiveWithAuthorization.  - The caller is `to`.
    /// @param from Who pays.
    /// @param to Who is paid: the caller.
    /// @param value The amount, in base units.
    /// @param validAfter The payment is valid after this second, as Unix time.
    /// @param validBefore The payment is valid before this second, as Unix time.
    /// @param nonce Any 32 bytes, used once per payer.
    /// @param v The recovery id of the signature: 27 or 28.
    /// @param r The first half of the signature.
    /// @param s The second half of the signature, in the lower half of its range.
    function receiveWithAuthorization(
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external;

    /// @notice The same with the signature as bytes: 65 of a key (r, s, v), or whatever the payer's contract wants.
    /// @dev Emits {AuthorizationUsed} and {Transfer}. Requirements: - As the other form.
    /// @param from Who pays.
    /// @param to Who is paid: the caller.
    /// @param value The amount, in base units.
    /// @param validAfter The payment is valid after this second, as Unix time.
    /// @param validBefore The payment is valid before this second, as Unix time.
    /// @param nonce Any 32 bytes, used once per payer.
    /// @param signature The payer's signature.
    function receiveWithAuthorization(
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        bytes calldata signature
    ) external;

    /// @notice Settles many signed payments in one transaction.
    /// @dev Emits {AuthorizationUsed} and {Transfer} for each settled, {AuthorizationSkipped} for each skipped.
    /// Notes: - A skipped payment can be submitted again.  - With `skipsRefused`, 200_000 gas must be left for each.
    /// Requirements: - Unless `skipsRefused`: as {transferWithAuthorization}, for each.
    /// @param authorizations The payments, with their signatures as bytes.
    /// @param skipsRefused Whether a refused payment is skipped; otherwise it is all or nothing.
    function transferWithAuthorizationBatch(Authorization[] calldata authorizations, bool skipsRefused) external;

    /// @notice Uses up a nonce, so that no authorization of it can be submitted any more.
    /// @dev Emits {AuthorizationCanceled}. Notes: - Works while everything is paused.
    /// Requirements: - The nonce is not used up.  - `authorizer` signed this as CancelAuthorization.
    /// @param authorizer Who signs.
    /// @param nonce The nonce.
    /// @param v The recovery id of the signature: 27 or 28.
    /// @param r The first half of the signature.
    /// @param s The second half of the signature, in the lower half of its range.
    function cancelAuthorization(address authorizer, bytes32 nonce, uint8 v, bytes32 r, bytes32 s) external;

    /// @notice The same with the signature as bytes: 65 of a key (r, s, v), or whatever the signer's contract wants.
    /// @dev Emits {AuthorizationCanceled}. Requirements: - As the other form.
    /// @param authorizer Who signs.
    /// @param nonce The nonce.
    /// @param signature The authorizer's signature.
    function cancelAuthorization(address authorizer, bytes32 nonce, bytes calldata signature) external;

    /// @notice Returns whether a nonce is used up, by a payment or a cancellation.
    /// @param authorizer Who signs.
    /// @param nonce The nonce.
    /// @return Whether it is.
    function authorizationState(address authorizer, bytes32 nonce) external view returns (bool);

    /// @notice Returns the EIP-712 type of an authorization that anybody may submit.
    /// @return The type hash.
    function TRANSFER_WITH_AUTHORIZATION_TYPEHASH() external view returns (bytes32);

    /// @notice Returns the EIP-712 type of an authorization that its payee alone may submit.
    /// @return The type hash.
    function RECEIVE_WITH_AUTHORIZATION_TYPEHASH() external view returns (bytes32);

    /// @notice Returns the EIP-712 type of a cancellation.
    /// @return The type hash.
    function CANCEL_AUTHORIZATION_TYPEHASH() external view returns (bytes32);
}

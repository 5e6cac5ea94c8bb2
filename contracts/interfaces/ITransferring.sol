// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Transferring
/// @notice ERC-20's transfers, with a memo where one is wanted, and to many at once.
/// @dev Emits {ILedger-Transfer} for every move.
interface ITransferring {
    /// @notice A transfer was made with a memo; the {Transfer} of the same move stands before it. Source: TIP-20.
    /// @param from The sender.
    /// @param to The receiver.
    /// @param amount How much, in base units.
    /// @param memo What the sender wrote: an invoice, a hash. It is public.
    event TransferWithMemo(address indexed from, address indexed to, uint256 amount, bytes32 indexed memo);

    /// @notice Returns how much of the coin exists, frozen balances included.
    /// @return The supply, in base units.
    function totalSupply() external view returns (uint256);

    /// @notice Returns how much an account holds.
    /// @param account The account asked about.
    /// @return The balance, in base units.
    function balanceOf(address account) external view returns (uint256);

    /// @notice Moves `value` from the caller to `to`.
    /// @dev Emits {Transfer}.
    /// Requirements: - Transfers are not paused.  - Neither party is blacklisted; both are verified, where that is
    /// asked for.  - `to` is neither zero nor the coin.  - The caller holds `value`.
    /// @param to The receiver.
    /// @param value The amount, in base units (6 decimals: 1_000_000 is 1 token).
    /// @return Always true.
    function transfer(address to, uint256 value) external returns (bool);

    /// @notice Moves `value` from `from` to `to`, out of what `from` allowed the caller.
    /// @dev Emits {Transfer}.
    /// Notes: - A zero value needs an allowance too, or strangers could write anybody's history (address poisoning).
    /// - The greatest uint256 is never used up.
    /// Requirements: - As {transfer}.  - The caller is not blacklisted.  - The allowance covers `value`.
    /// @param from The account whose balance moves.
    /// @param to The receiver.
    /// @param value The amount, in base units.
    /// @return Always true.
    function transferFrom(address from, address to, uint256 value) external returns (bool);

    /// @notice Moves `value` from the caller to `to`, with a memo.
    /// @dev Emits {Transfer} and {TransferWithMemo}. Requirements: - As {transfer}.
    /// @param to The receiver.
    /// @param value The amount, in base units.
    /// @param memo What the sender writes; any 32 bytes.
    function transferWithMemo(address to, uint256 value, bytes32 memo) external;

    /// @notice Moves `value` from `from` to `to`, out of what `from` allowed the caller, with a memo.
    /// @dev Emits {Transfer} and {TransferWithMemo}. Requirements: - As {transferFrom}.
    /// @param from The account whose balance moves.
    /// @param to The receiver.
    /// @param value The amount, in base units.
    /// @param memo What the caller writes; any 32 bytes.
    /// @return Always true.
    function transferFromWithMemo(address from, address to, uint256 value, bytes32 memo) external returns (bool);

    /// @notice Moves each of `values` from the caller to the account of the same place in `to`; all or nothing.
    /// @dev Emits {Transfer} for each. Requirements: - As {transfer}, for each.  - The lists are of one length.
    /// @param to The receivers.
    /// @param values The amounts, in base units.
    /// @return Always true.
    function transferBatch(address[] calldata to, uint256[] calldata values) external returns (bool);
}

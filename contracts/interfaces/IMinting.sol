// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Minting
/// @notice Minters create coins within a limit that somebody else sets: an allowance, or a capacity that refills.
interface IMinting {
    /// @notice A minter was given its limit.
    /// @param minter The account that may mint.
    /// @param allowance What it may mint at once, as kept, in base units.
    /// @param refillPerSecond What comes back each second, as kept, in base units; zero for a plain allowance.
    /// @param minterAdmin Who set it.
    event MinterConfigured(
        address indexed minter, uint256 allowance, uint256 refillPerSecond, address indexed minterAdmin
    );

    /// @notice An account stopped being a minter, whichever way it lost the role; its allowance is gone.
    /// @param minter The account that may mint no more.
    /// @param remover Who took the role away.
    event MinterRemoved(address indexed minter, address indexed remover);

    /// @notice Coins were created.
    /// @param minter Who created them.
    /// @param to Who received them.
    /// @param value How many, in base units.
    event Minted(address indexed minter, address indexed to, uint256 value);

    /// @notice Coins were created under a reference.
    /// @param ref The reference, used up by this.
    /// @param minter Who created them.
    /// @param to Who received them.
    /// @param value How many, in base units.
    event MintedWithReference(bytes32 indexed ref, address indexed minter, address indexed to, uint256 value);

    /// @notice The minter has less left than the mint needs.
    /// @param minter Who tried to mint.
    /// @param available What it may mint now, in base units.
    /// @param needed What it tried to mint, in base units.
    error MintAllowanceExceeded(address minter, uint256 available, uint256 needed);

    /// @notice Returns the role that may mint.
    /// @return The role's identifier.
    function MINTER_ROLE() external view returns (bytes32);

    /// @notice Returns the role that sets and removes minters and bridges.
    /// @return The role's identifier.
    function MINTER_ADMIN_ROLE() external view returns (bytes32);

    /// @notice Makes `minter` a minter that may mint `allowance`, in place of what it might before.
    /// @dev Emits {MinterConfigured}. Notes: - There is no unlimited allowance.
    /// Requirements: - Caller has MINTER_ADMIN_ROLE.  - `allowance` fits in 112 bits.
    /// @param minter The account that may mint.
    /// @param allowance What it may mint, in base units.
    /// @return Always true.
    function configureMinter(address minter, uint256 allowance) external returns (bool);

    /// @notice Makes `minter` a minter that may mint `capacity` at once, of which some comes back each second.
    /// @dev Emits {MinterConfigured}. Notes: - Without refill it is a plain allowance.  - What was minted under a refilling
    /// limit and has not come back stays taken under the next refilling one.  - Both figures of a refilling limit are kept to six
    /// significant digits, rounded down.
    /// Requirements: - Caller has MINTER_ADMIN_ROLE.  - Both fit in 112 bits; what refills does so within 272 years.
    /// @param minter The account that may mint.
    /// @param capacity What it may mint at once, in base units.
    /// @param refillPerSecond What comes back each second, in base units.
    /// @return Always true.
    function configureMinter(address minter, uint256 capacity, uint256 refillPerSecond) external returns (bool);

    /// @notice Takes the role and the limit from `minter`; does nothing if it is none.
    /// @dev Emits {MinterRemoved}. Requirements: - Caller has MINTER_ADMIN_ROLE.
    /// @param minter The account that may mint no more.
    /// @return Always true.
    function removeMinter(address minter) external returns (bool);

    /// @notice Creates `value` for `to`, spending the caller's limit and the global one.
    /// @dev Emits {Transfer} and {Minted}.
    /// Notes: - Approve and blacklist still work while minting is paused.
    /// Requirements: - Caller has MINTER_ROLE.  - Minting is not paused.  - Neither caller nor `to` is blacklisted;
    /// `to` is verified, where that is asked for.  - `to` is neither zero nor the coin.  - `value` is not zero.
    /// - The caller's limit, the global limit, the supply cap and the attested reserve, where one is set, allow it.
    /// @param to The receiver.
    /// @param value The amount, in base units (6 decimals: 1_000_000 is 1 token).
    /// @return Always true.
    function mint(address to, uint256 value) external returns (bool);

    /// @notice Creates `value` for `to`, once for this reference.
    /// @dev Emits {Transfer} and {MintedWithReference}.
    /// Requirements: - As the other form.  - The reference is not used up, by minting or burning.
    /// @param to The receiver.
    /// @param value The amount, in base units.
    /// @param ref Any 32 bytes.
    /// @return Always true.
    function mint(address to, uint256 value, bytes32 ref) external returns (bool);

    /// @notice Creates each of `values` for the account of the same place in `to`, each under its reference; all or nothing.
    /// @dev Emits {Transfer} and {MintedWithReference} for each.
    /// Requirements: - As {mint}, for each.  - The lists are of one length.
    /// @param to The receivers.
    /// @param values The amounts, in base units.
    /// @param refs The references.
    /// @return Always true.
    function mintBatch(address[] calldata to, uint256[] calldata values, bytes32[] calldata refs)
        external
        returns (bool);

    /// @notice Returns what `minter` may mint now, were nothing else in the way.
    /// @param minter The account asked about.
    /// @return The allowance, in base units.
    function minterAllowance(address minter) external view returns (uint256);

    /// @notice Returns the limit of `minter`.
    /// @param minter The account asked about.
    /// @return capacity What it may mint at once, in base units; of a plain allowance, what is left.
    /// @return refillPerSecond What comes back each second, in base units; zero for a plain allowance.
    /// @return available What it may mint now, were nothing else in the way, in base units.
    function minterLimit(address minter)
        external
        view
        returns (uint256 capacity, uint256 refillPerSecond, uint256 available);

    /// @notice Returns whether `account` is a minter; one that is blacklisted mints nothing.
    /// @param account The account asked about.
    /// @return Whether it has MINTER_ROLE.
    function isMinter(address account) external view returns (bool);
}

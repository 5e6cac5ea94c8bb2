// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title A limit that refills, in 108 bits
/// @notice Holds up to `capacity`; what was taken comes back at `refill` per second.
/// @dev 107..50 when it will be full again | 49..25 refill | 24..0 capacity
///
/// The moment is kept instead of a level and a date: taking `value` puts it off by `value / refill`, time itself does
/// the refilling. It counts in units of 2**-24 seconds and is rounded up, so nobody gains by many small steps.
/// Capacity and refill are six significant decimal digits and an exponent, rounded down.
/// A limit without refill is none of these: see {available}.
library Limits {
    uint256 internal constant MASK = (1 << 108) - 1;
    uint256 private constant MAX_MANTISSA = (1 << 20) - 1;
    uint256 internal constant NUMBER_MASK = (1 << 25) - 1;
    uint256 private constant EXPONENT_BITS = 5;
    uint256 private constant REFILL_OFFSET = 25;
    uint256 private constant MOMENT_OFFSET = 50;
    uint256 private constant MOMENT_MASK = (1 << 58) - 1;
    uint256 private constant UNITS_OFFSET = 24;
    uint256 private constant UNIT_MASK = (1 << 24) - 1;
    uint256 private constant PARAMETERS = (1 << 50) - 1;
    uint256 private constant MAX_SECONDS_TO_REFILL = 1 << 33;
    uint256 private constant LIMIT_OFFSET = 128;

    /// @dev What one account may create: either a plain allowance or a limit that refills.
    /// 255..236 the owner's flags | 235..128 limit | 127..0 allowance
    struct Limited {
        uint256 word;
    }

    /// @notice The limit cannot be kept: it does not refill, takes more than 272 years to, or refills by more than 112 bits.
    /// @param capacity What was asked for, in base units.
    /// @param refillPerSecond What was asked for, in base units.
    error InvalidLimit(uint256 capacity, uint256 refillPerSecond);

    /// @dev Takes `value` if it is there; returns what was there before. Nothing is taken if that is less than `value`.
    function take(Limited storage limited, uint256 value) internal returns (uint256 there) {
        uint256 word = limited.word;
        uint256 limit = (word >> LIMIT_OFFSET) & MASK;
        if (limit == 0) {
            there = uint128(word);
            // Covered by the comparison.
            unchecked {
                if (value <= there) limited.word = word - value;
            }
        } else {
            (there, limit) = taken(limit, value);
            if (value <= there) limited.word = _with(word, limit);
        }
    }

    /// @dev Sets a plain allowance if `refill` is zero; else a limit, of which stays taken what was taken.
    function change(Limited storage limited, uint256 capacity, uint256 refill) internal {
        uint256 word = limited.word;
        if (refill == 0) limited.word = _with(word, 0) + capacity;
        else limited.word = _with(word, changed((word >> LIMIT_OFFSET) & MASK, capacity, refill));
    }

    /// @dev Capacity, refill, and what may be taken now; of a plain allowance, what is left, zero, and what is left.
    function figures(Limited storage limited) internal view returns (uint256, uint256, uint256) {
        uint256 left = uint128(limited.word);
        uint256 limit = (limited.word >> LIMIT_OFFSET) & MASK;
        return limit == 0 ? (left, 0, left) : figuresOf(limit);
    }

    /// @dev The owner's flags and this limit; no allowance.
    function _with(uint256 word, uint256 limit) private pure returns (uint256) {
        return (word & ~((1 << (LIMIT_OFFSET + 108)) - 1)) | (limit << LIMIT_OFFSET);
    }

    /// @dev Six significant digits of a number of at most 112 bits, rounded down, in 25 bits.
    function kept(uint256 number) internal pure returns (uint256) {
        uint256 exponent = 0;
        while (number > MAX_MANTISSA) {
            number /= 10;
            ++exponent;
        }
        return (number << EXPONENT_BITS) | exponent;
    }

    /// @dev The number in the lowest 25 bits of `word`.
    function read(uint256 word) internal pure returns (uint256) {
        // 20 bits times at most 10**31.
        unchecked {
            return ((word & NUMBER_MASK) >> EXPONENT_BITS) * 10 ** (word & ((1 << EXPONENT_BITS) - 1));
        }
    }

    function figuresOf(uint256 limit) internal view returns (uint256, uint256, uint256) {
        return (read(limit), read(limit >> REFILL_OFFSET), available(limit));
    }

    /// @dev What may be taken now: the capacity, less what has not come back yet.
    function available(uint256 limit) internal view returns (uint256 there) {
        (there,) = taken(limit, 0);
    }

    /// @dev What may be taken now, and the limit after `value` was taken; the latter makes sense if `value` may be.
    function taken(uint256 limit, uint256 value) internal view returns (uint256 there, uint256 next) {
        // Numbers of at most 112 bits times moments of 58 bits; {changed} keeps those in their bits until the year 2242.
        unchecked {
            uint256 refill = read(limit >> REFILL_OFFSET);
            uint256 present = block.timestamp << UNITS_OFFSET;
            uint256 fullAt = (limit >> MOMENT_OFFSET) & MOMENT_MASK;
            there = read(limit);
            if (fullAt > present) {
                uint256 missing = _missing(limit);
                there = missing < there ? there - missing : 0;
            } else {
                fullAt = present;
            }
            fullAt += ((value << UNITS_OFFSET) + refill - 1) / refill;
            next = (limit & PARAMETERS) | (fullAt << MOMENT_OFFSET);
        }
    }

    /// @dev The limit with another capacity and refill; what was taken and has not come back yet stays taken.
    function changed(uint256 limit, uint256 capacity, uint256 refill) internal view returns (uint256 next) {
        bool isKept = refill != 0 && refill <= type(uint112).max && capacity / refill < MAX_SECONDS_TO_REFILL;
        if (!isKept) revert InvalidLimit(capacity, refill);
        uint256 missing = _missing(limit);
        // What would come back later than any moment can say is forgotten.
        uint256 most = refill * (MAX_SECONDS_TO_REFILL - 1);
        next = (kept(refill) << REFILL_OFFSET) | kept(capacity);
        (, next) = taken(next, missing < most ? missing : most);
    }

    /// @dev What was taken and has not come back yet, rounded up; more than the capacity, if that was lowered since.
    function _missing(uint256 limit) private view returns (uint256) {
        uint256 fullAt = (limit >> MOMENT_OFFSET) & MOMENT_MASK;
        uint256 present = block.timestamp << UNITS_OFFSET;
        if (fullAt <= present) return 0;
        // 58 bits times at most 112.
        unchecked {
            return ((fullAt - present) * read(limit >> REFILL_OFFSET) + UNIT_MASK) >> UNITS_OFFSET;
        }
    }
}

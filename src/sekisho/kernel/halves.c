/* What FF1 does beside AES: texts of one length as two numbers, their sums, and back; sekisho.cut.tokens. */
#include "kernel.h"

__extension__ typedef unsigned __int128 Wide;

INLINE uint64_t upper_half(uint64_t a, uint64_t b) { return (uint64_t)((Wide)a * b >> 64); }

/* Read texts into the numbers of their halves; false if a character has no numeral. */
EXPORT int32_t sekisho_halves(const uint8_t *text, int64_t count, int64_t length, const uint8_t *numerals, uint64_t radix,
                              uint64_t *left, uint64_t *right)
{
    int64_t middle = length / 2;
    uint8_t highest = 0;
    for (int64_t i = 0; i < count; i++, text += length) {
        uint64_t number = 0;
        for (int64_t at = 0; at < middle; at++) {
            uint8_t numeral = numerals[text[at]];
            highest = numeral > highest ? numeral : highest;
            number = number * radix + numeral;
        }
        left[i] = number;
        number = 0;
        for (int64_t at = middle; at < length; at++) {
            uint8_t numeral = numerals[text[at]];
            highest = numeral > highest ? numeral : highest;
            number = number * radix + numeral;
        }
        right[i] = number;
    }
    return highest < radix;
}

/* Write a number of at most 56 bits. The inverse is above 2^64 / radix by less than 1, so that the product of a number
 * below 2^56 and a radix below 2^8 is off by less than 1 / radix: the quotient is exact. */
INLINE void write(uint64_t number, int64_t first, int64_t stop, uint64_t radix, uint64_t inverse, const uint8_t *letters,
                  uint8_t *text)
{
    for (int64_t at = stop - 1; at >= first; at--) {
        uint64_t above = upper_half(number, inverse);
        text[at] = letters[number - above * radix];
        number = above;
    }
}

EXPORT void sekisho_from_halves(const uint64_t *left, const uint64_t *right, int64_t count, int64_t length,
                                const uint8_t *letters, uint64_t radix, uint8_t *text)
{
    uint64_t inverse = UINT64_MAX / radix + 1;
    for (int64_t i = 0; i < count; i++, text += length) {
        write(left[i], 0, length / 2, radix, inverse, letters, text);
        write(right[i], length / 2, length, radix, inverse, letters, text);
    }
}

/* One round for each value: add the first eight bytes of its block to the left half modulo `modulus` (at most 2^32), or
 * subtract; the halves change places, and the next round's block gets the new right half under `mask`. */
EXPORT void sekisho_ff1_round(const uint8_t *sums, int64_t count, uint64_t modulus, int32_t back, uint64_t mask,
                              uint64_t *left, uint64_t *right, uint8_t *blocks)
{
    uint64_t inverse = UINT64_MAX / modulus; /* the quotient is too small by one at most */
    for (int64_t i = 0; i < count; i++) {
        uint64_t added = big_endian(sums + 16 * i);
        added -= upper_half(added, inverse) * modulus;
        added = added >= modulus ? added - modulus : added;
        uint64_t sum = back ? left[i] - added : left[i] + added;
        sum = back ? (left[i] < added ? sum + modulus : sum) : (sum >= modulus ? sum - modulus : sum);
        left[i] = right[i];
        right[i] = sum;
        write_big_endian(blocks + 16 * i + 8, sum ^ mask);
    }
}

/* Tokens of 26 characters of base32 (RFC 4648, upper case) for blocks of 16 bytes, and back; and the numbers of texts of
 * digits; sekisho.cut.tokens.base32 and .aes. */
#include "arrow.h"

#define WIDTH 26
#define MOST_DIGITS 18

static const char LETTERS[33] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/* Ten bits are two characters, which are looked up together. */
INLINE void write_token(const uint8_t *block, uint8_t pairs[1024][2], uint8_t *text)
{
    uint64_t high = big_endian(block), low = big_endian(block + 8);
    for (int pair = 0; pair < 6; pair++)
        memcpy(text + 2 * pair, pairs[high >> (54 - 10 * pair) & 1023], 2);
    memcpy(text + 12, pairs[(high << 6 | low >> 58) & 1023], 2);
    for (int pair = 0; pair < 5; pair++)
        memcpy(text + 14 + 2 * pair, pairs[low >> (48 - 10 * pair) & 1023], 2);
    memcpy(text + 24, pairs[low << 2 & 1023], 2);
}

/* Read what may be a token; false if it is none. */
INLINE bool read_token(const uint8_t *text, const uint8_t values[256], uint8_t *block)
{
    uint64_t high = 0, low = 0;
    uint8_t all = 0;
    for (int at = 0; at < 12; at++) {
        uint8_t value = values[text[at]];
        all |= value;
        high = high << 5 | (value & 31);
    }
    for (int at = 13; at < 25; at++) {
        uint8_t value = values[text[at]];
        all |= value;
        low = low << 5 | (value & 31);
    }
    uint8_t middle = values[text[12]], last = values[text[25]];
    all |= middle | last;
    write_big_endian(block, high << 4 | (middle & 31) >> 1);
    write_big_endian(block + 8, (uint64_t)(middle & 1) << 63 | low << 3 | (last & 31) >> 2);
    return !(all & 32) && !(last & 3);
}

/* A column of the blocks' tokens; false without memory for it. */
EXPORT int32_t sekisho_to_base32(const uint8_t *blocks, int64_t count, struct ArrowArray *out)
{
    uint8_t pairs[1024][2];
    for (int i = 0; i < 1024; i++) {
        pairs[i][0] = (uint8_t)LETTERS[i >> 5];
        pairs[i][1] = (uint8_t)LETTERS[i & 31];
    }
    struct written into;
    if (!new_column(out, count, WIDTH * count, &into))
        return false;
    for (int64_t row = 0; row < count; row++) {
        write_token(blocks + 16 * row, pairs, room_for(&into, row, WIDTH));
        keep_cell(&into, row, WIDTH);
    }
    end_column(out, &into);
    return true;
}

/* The blocks of tokens, and which cells are tokens; the block of another is zero or means nothing. */
EXPORT void sekisho_from_base32(const struct ArrowArray *cells, uint8_t *blocks, uint8_t *good)
{
    uint8_t values[256];
    memset(values, 32, sizeof values);
    for (int i = 0; i < 32; i++)
        values[(uint8_t)LETTERS[i]] = (uint8_t)i;
    memset(blocks, 0, (size_t)(16 * cells->length));
    for (int64_t row = 0; row < cells->length; row++) {
        struct cell cell = cell_at(cells, row);
        good[row] = !is_null(cells, row) && cell.size == WIDTH && read_token(cell.bytes, values, blocks + 16 * row);
    }
}

/* The digits of each cell as a number, with a 1 before them, 0 for a null; return how many cells are no such digits. */
EXPORT int64_t sekisho_numbers(const struct ArrowArray *cells, uint64_t *numbers)
{
    int64_t wrong = 0;
    for (int64_t row = 0; row < cells->length; row++) {
        numbers[row] = 0;
        if (is_null(cells, row))
            continue;
        struct cell cell = cell_at(cells, row);
        uint64_t number = 1;
        bool fits = cell.size <= MOST_DIGITS;
        for (int64_t at = 0; fits && at < cell.size; at++) {
            fits = is_digit(cell.bytes[at]);
            number = number * 10 + (uint64_t)(cell.bytes[at] - '0');
        }
        numbers[row] = number;
        wrong += !fits;
    }
    return wrong;
}

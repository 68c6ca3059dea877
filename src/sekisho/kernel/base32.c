/* Blocks of 16 bytes as 26 characters of base32 (RFC 4648, upper case), and back; sekisho.cut.tokens.base32. */
#include "kernel.h"

#define WIDTH 26

static const char LETTERS[33] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/* Ten bits are two characters, which are looked up together. */
EXPORT void sekisho_to_base32(const uint8_t *blocks, int64_t count, uint8_t *text)
{
    uint8_t pairs[1024][2];
    for (int i = 0; i < 1024; i++) {
        pairs[i][0] = (uint8_t)LETTERS[i >> 5];
        pairs[i][1] = (uint8_t)LETTERS[i & 31];
    }
    for (int64_t i = 0; i < count; i++, blocks += 16, text += WIDTH) {
        uint64_t high = big_endian(blocks), low = big_endian(blocks + 8);
        for (int pair = 0; pair < 6; pair++)
            memcpy(text + 2 * pair, pairs[high >> (54 - 10 * pair) & 1023], 2);
        memcpy(text + 12, pairs[(high << 6 | low >> 58) & 1023], 2);
        for (int pair = 0; pair < 5; pair++)
            memcpy(text + 14 + 2 * pair, pairs[low >> (48 - 10 * pair) & 1023], 2);
        memcpy(text + 24, pairs[low << 2 & 1023], 2);
    }
}

/* Read texts; `good` tells which are blocks. What stands for another means nothing. */
EXPORT void sekisho_from_base32(const uint8_t *text, int64_t count, uint8_t *blocks, uint8_t *good)
{
    uint8_t values[256];
    memset(values, 32, sizeof values);
    for (int i = 0; i < 32; i++)
        values[(uint8_t)LETTERS[i]] = (uint8_t)i;
    for (int64_t i = 0; i < count; i++, text += WIDTH, blocks += 16) {
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
        write_big_endian(blocks, high << 4 | (middle & 31) >> 1);
        write_big_endian(blocks + 8, (uint64_t)(middle & 1) << 63 | low << 3 | (last & 31) >> 2);
        good[i] = !(all & 32) && !(last & 3);
    }
}

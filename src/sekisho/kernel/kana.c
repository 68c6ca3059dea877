/* Readings of names in the form in which they are compared: sekisho.canon.name.kana, character by character. */
#include "arrow.h"

#define LONG_VOWEL 0x30FC
#define NOT_TAKEN 0xFFFF
#define CHARACTERS 0x3100

/* Decode a character of one or three bytes below CHARACTERS; any other is one that is not taken. */
INLINE uint32_t character(const uint8_t *bytes, int64_t left, int64_t *size)
{
    *size = 1;
    if (bytes[0] < 0x80)
        return bytes[0];
    if (bytes[0] != 0xE3 || left < 3)
        return CHARACTERS;
    *size = 3;
    uint32_t found = 0x3000u | (uint32_t)(bytes[1] & 63) << 6 | (bytes[2] & 63);
    return found < CHARACTERS ? found : CHARACTERS;
}

INLINE int64_t write_character(uint8_t *to, uint32_t c)
{
    if (c < 0x80) {
        to[0] = (uint8_t)c;
        return 1;
    }
    to[0] = (uint8_t)(0xE0 | c >> 12);
    to[1] = (uint8_t)(0x80 | (c >> 6 & 63));
    to[2] = (uint8_t)(0x80 | (c & 63));
    return 3;
}

/* Write a reading; -1 if a character of it is not taken. usual: what each character becomes, 0 for nothing;
 * before, after: the sounds that make a vowel a long one if they share a bit. */
static int64_t reading(struct cell cell, const uint16_t *usual, const uint8_t *before, const uint8_t *after,
                       uint8_t *to)
{
    int64_t used = 0, size;
    uint32_t last = 0, written = 0;
    for (int64_t at = 0; at < cell.size; at += size) {
        uint32_t found = character(cell.bytes + at, cell.size - at, &size);
        uint32_t c = found < CHARACTERS ? usual[found] : NOT_TAKEN;
        if (c == NOT_TAKEN)
            return -1;
        if (!c)
            continue;
        uint32_t sign = before[last] & after[c] ? LONG_VOWEL : c;
        last = c;
        if (sign != LONG_VOWEL || written != LONG_VOWEL)
            used += write_character(to + used, sign);
        written = sign;
    }
    return used;
}

/* Bring readings to one form; odd[row] is set where Python has to. What says nothing is null. */
EXPORT int32_t sekisho_kana(const struct ArrowArray *cells, const uint16_t *usual, const uint8_t *before,
                            const uint8_t *after, struct ArrowArray *out, uint8_t *odd)
{
    int64_t most = 0, longest = 0;
    for (int64_t row = 0; row < cells->length; row++) {
        int64_t size = is_null(cells, row) ? 0 : view_at(cells, row)->size;
        most += size > SHORT_CELL ? size : 0;
        longest = size > longest ? size : longest;
    }
    struct written into;
    uint8_t *one = malloc((size_t)longest + 1);
    if (!one || !new_column(out, cells->length, most, &into))
        return free(one), false;
    for (int64_t row = 0; row < cells->length; row++) {
        int64_t size = is_null(cells, row) ? 0 : reading(cell_at(cells, row), usual, before, after, one);
        odd[row] = size < 0;
        if (size > 0) {
            memcpy(room_for(&into, row, size), one, (size_t)size);
            keep_cell(&into, row, size);
        }
    }
    free(one);
    end_column(out, &into);
    return true;
}

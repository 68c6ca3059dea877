/* Which row of a column first holds a text: an open table of hashes over string views, compared byte by byte. */
#include "arrow.h"

#define AHEAD 32

INLINE uint64_t mixed(uint64_t value)
{
    value = (value ^ (value >> 32)) * 0x9E3779B97F4A7C15ull;
    return value ^ (value >> 29);
}

INLINE uint64_t eight(const uint8_t *bytes)
{
    uint64_t word;
    memcpy(&word, bytes, 8);
    return word;
}

INLINE uint64_t hash_of(const struct ArrowArray *column, const struct view *view)
{
    uint64_t words[2];
    memcpy(words, view, 16);
    if (view->size <= SHORT_CELL)
        return mixed(mixed(words[0]) + words[1]);
    struct cell cell = cell_of(column, view);
    uint64_t hash = (uint64_t)cell.size;
    for (int64_t at = 0; at + 8 <= cell.size; at += 8)
        hash = mixed(hash + eight(cell.bytes + at)) * 0xD1B54A32D192ED03ull;
    return mixed(hash + eight(cell.bytes + cell.size - 8));
}

INLINE bool are_equal(const struct ArrowArray *one, const struct view *left, const struct ArrowArray *other,
                      const struct view *right)
{
    if (memcmp(left, right, 8) != 0)
        return false;
    if (left->size <= SHORT_CELL)
        return memcmp(left->whole + 4, right->whole + 4, 8) == 0;
    return memcmp(cell_of(one, left).bytes, cell_of(other, right).bytes, left->size) == 0;
}

/* A slot is a row from 1 below and half the hash above; 0 is free. */
INLINE uint64_t *slot_for(const struct ArrowArray *known, uint64_t *slots, uint64_t mask,
                          const struct ArrowArray *asked, const struct view *view, uint64_t hash)
{
    uint64_t at = hash & mask;
    while (slots[at]) {
        bool alike = slots[at] >> 32 == hash >> 32;
        if (alike && are_equal(known, view_at(known, (int64_t)(uint32_t)slots[at] - 1), asked, view))
            break;
        at = (at + 1) & mask;
    }
    return slots + at;
}

static void hash_ahead(const struct ArrowArray *column, int64_t row, uint64_t *hashes, const uint64_t *slots,
                       uint64_t mask)
{
    for (int64_t i = 0; i < AHEAD && row + i < column->length; i++) {
        hashes[i] = is_null(column, row + i) ? 0 : hash_of(column, view_at(column, row + i));
        __builtin_prefetch(slots + (hashes[i] & mask));
    }
}

/* Learn the rows of a column from one on; first[row] is the row that first held its text, -1 for a null.
 * There are more slots than rows, a power of two of them. */
EXPORT void sekisho_learn(const struct ArrowArray *keys, int64_t from, uint64_t *slots, int64_t room, int64_t *first)
{
    uint64_t hashes[AHEAD], mask = (uint64_t)room - 1;
    for (int64_t row = from; row < keys->length; row++) {
        if ((row - from) % AHEAD == 0)
            hash_ahead(keys, row, hashes, slots, mask);
        first[row - from] = -1;
        if (is_null(keys, row))
            continue;
        uint64_t hash = hashes[(row - from) % AHEAD];
        uint64_t *slot = slot_for(keys, slots, mask, keys, view_at(keys, row), hash);
        if (!*slot)
            *slot = hash >> 32 << 32 | (uint64_t)(row + 1);
        first[row - from] = (int64_t)(uint32_t)*slot - 1;
    }
}

/* Find which row of the known ones first held each text; -1 for none and for a null. */
EXPORT void sekisho_look_up(const struct ArrowArray *known, const uint64_t *slots, int64_t room,
                            const struct ArrowArray *asked, int64_t *places)
{
    uint64_t hashes[AHEAD], mask = (uint64_t)room - 1;
    for (int64_t row = 0; row < asked->length; row++) {
        if (row % AHEAD == 0)
            hash_ahead(asked, row, hashes, slots, mask);
        places[row] = -1;
        if (!is_null(asked, row)) {
            const struct view *view = view_at(asked, row);
            places[row] = (int64_t)(uint32_t)*slot_for(known, (uint64_t *)slots, mask, asked, view,
                                                       hashes[row % AHEAD]) - 1;
        }
    }
}

/* The cells of a column at some places, null where there is none; false without memory for them. */
EXPORT int32_t sekisho_gather(const struct ArrowArray *column, const int64_t *places, int64_t rows,
                              struct ArrowArray *out)
{
    int64_t bytes = 0;
    for (int64_t row = 0; row < rows; row++) {
        int64_t size = places[row] < 0 || is_null(column, places[row]) ? 0 : view_at(column, places[row])->size;
        bytes += size > SHORT_CELL ? size : 0;
    }
    struct written into;
    if (!new_column(out, rows, bytes, &into))
        return false;
    for (int64_t row = 0; row < rows; row++) {
        if (places[row] < 0 || is_null(column, places[row]))
            continue;
        struct cell cell = cell_at(column, places[row]);
        memcpy(room_for(&into, row, cell.size), cell.bytes, (size_t)cell.size);
        keep_cell(&into, row, cell.size);
    }
    end_column(out, &into);
    return true;
}

/* The size that all cells have if they are ASCII digits, a null being of any size; -1 if they differ, 0 if there is none. */
EXPORT int64_t sekisho_digits(const struct ArrowArray *column)
{
    int64_t size = 0;
    for (int64_t row = 0; row < column->length; row++) {
        if (is_null(column, row))
            continue;
        struct cell cell = cell_at(column, row);
        if (!cell.size || (size && cell.size != size))
            return -1;
        size = cell.size;
        for (int64_t at = 0; at < size; at++)
            if (!is_digit(cell.bytes[at]))
                return -1;
    }
    return size;
}

/* Rows gathered into classes, as sekisho.cut.risk.classes tells: rows are equal whose keys are equal, and a row's key is the
 * sum of one number for each of its codes. Classes are numbered as they are met. */
#include "kernel.h"

enum { BLOCK = 256 };

INLINE uint64_t slot_of(uint64_t key, int shift)
{
    key ^= key >> 32;
    return key * 0x9E3779B97F4A7C15ull >> shift;
}

static void add_keys(const uint32_t *codes, const uint64_t *table, int64_t rows, uint64_t *keys)
{
    for (int64_t row = 0; row < rows; row++)
        keys[row] += table[codes[row]];
}

/* Return how many classes there are.
 *
 * codes: column by column. tables: the numbers of the codes of each column, one column behind the other, from offsets on.
 * slots and numbers: 2^bits places; numbers all 0. first: a row of each class. sums: its weight. classes: that of each row,
 * or nothing. */
EXPORT int64_t sekisho_classes(const uint32_t *codes, int64_t columns, int64_t rows, const uint64_t *tables,
                               const int64_t *offsets, const int64_t *weights, uint64_t *slots, uint32_t *numbers, int32_t bits,
                               int64_t *first, int64_t *sums, uint32_t *classes)
{
    uint64_t keys[BLOCK], mask = (1ull << bits) - 1;
    int64_t found = 0;
    for (int64_t from = 0; from < rows; from += BLOCK) {
        int64_t size = rows - from < BLOCK ? rows - from : BLOCK;
        memset(keys, 0, sizeof keys);
        for (int64_t column = 0; column < columns; column++)
            add_keys(codes + column * rows + from, tables + offsets[column], size, keys);
        for (int64_t row = 0; row < size; row++)
            __builtin_prefetch(numbers + slot_of(keys[row], 64 - bits));
        for (int64_t row = 0; row < size; row++) {
            uint64_t slot = slot_of(keys[row], 64 - bits);
            while (numbers[slot] && slots[slot] != keys[row])
                slot = (slot + 1) & mask;
            if (!numbers[slot]) {
                slots[slot] = keys[row];
                first[found] = from + row;
                sums[found] = 0;
                numbers[slot] = (uint32_t)++found;
            }
            sums[numbers[slot] - 1] += weights[from + row];
            if (classes)
                classes[from + row] = numbers[slot] - 1;
        }
    }
    return found;
}

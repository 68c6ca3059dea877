/* People by their keys: an open-address table of their numbers, as sekisho.people.key_table tells.
 *
 * A nation's table is far larger than any cache, so that what a key needs is asked of memory some keys ahead. */
#include "kernel.h"

#define FREE 0xFFFFFFFFu
#define AHEAD 32 /* keys, a power of two: their slot is fetched so far ahead, what stands in it half as far */

typedef struct {
    uint64_t *values;
    uint8_t *kinds;
    uint32_t *slots;
    int64_t mask;
} Table;

INLINE int64_t home_of(uint64_t value, uint8_t kind, int64_t mask)
{
    value += (uint64_t)kind * 0x9E3779B97F4A7C15ull;
    value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9ull;
    value = (value ^ (value >> 27)) * 0x94D049BB133111EBull;
    return (int64_t)(value ^ (value >> 31)) & mask;
}

/* Return the slot of a key, or the free one in which it would stand. */
INLINE int64_t slot_of(const Table *table, uint64_t value, uint8_t kind, int64_t at)
{
    for (uint32_t number; (number = table->slots[at]) != FREE; at = (at + 1) & table->mask)
        if (table->values[number] == value && table->kinds[number] == kind)
            break;
    return at;
}

INLINE void fetch_key(const Table *table, int64_t at)
{
    uint32_t number = table->slots[at];
    if (number != FREE) {
        __builtin_prefetch(table->values + number);
        __builtin_prefetch(table->kinds + number);
    }
}

/* Give each key its number; with `firsts`, new numbers from `people` on to keys that have none, and the row at which each
 * first stood. Return how many people there are then. */
EXPORT int64_t sekisho_number_keys(const Table *table, const uint64_t *keys, const uint8_t *there, int64_t rows,
                                   uint8_t kind, int64_t people, uint32_t *numbers, int64_t *firsts)
{
    int64_t homes[AHEAD], before = people;
    for (int64_t row = 0; row < rows + AHEAD; row++) {
        int64_t half = row - AHEAD / 2, now = row - AHEAD;
        int64_t home = now >= 0 ? homes[now % AHEAD] : 0;
        if (row < rows) {
            homes[row % AHEAD] = home_of(keys[row], kind, table->mask);
            __builtin_prefetch(table->slots + homes[row % AHEAD]);
        }
        if (half >= 0 && half < rows)
            fetch_key(table, homes[half % AHEAD]);
        if (now < 0)
            continue;
        numbers[now] = FREE;
        if (!there[now])
            continue;
        int64_t at = slot_of(table, keys[now], kind, home);
        if (table->slots[at] == FREE && firsts) {
            table->values[people] = keys[now];
            table->kinds[people] = kind;
            table->slots[at] = (uint32_t)people;
            firsts[people++ - before] = now;
        }
        numbers[now] = table->slots[at];
    }
    return people;
}

/* Put numbers whose keys are known into the table; return how many of the keys were there under another number. */
EXPORT int64_t sekisho_place_keys(const Table *table, const uint32_t *numbers, int64_t count)
{
    int64_t twice = 0;
    for (int64_t i = 0; i < count; i++) {
        if (i + AHEAD < count) {
            uint32_t next = numbers[i + AHEAD];
            __builtin_prefetch(table->slots + home_of(table->values[next], table->kinds[next], table->mask));
        }
        uint64_t value = table->values[numbers[i]];
        uint8_t kind = table->kinds[numbers[i]];
        int64_t at = slot_of(table, value, kind, home_of(value, kind, table->mask));
        if (table->slots[at] == FREE)
            table->slots[at] = numbers[i];
        else
            twice += table->slots[at] != numbers[i];
    }
    return twice;
}

/* People by their keys: an open-address table of hashes and numbers, as sekisho.people.key_table tells.
 *
 * A nation's table is far larger than any cache, so that a key is looked at only where its hash is the same, and what a key
 * needs is asked of memory some keys ahead. */
#include "kernel.h"

#define FREE 0xFFFFFFFFu
#define AHEAD 32 /* keys, a power of two: their slot is fetched so far ahead, what stands in it half as far */

typedef struct {
    uint64_t *values;
    uint8_t *kinds;
    uint64_t *slots; /* the hash above, the number below */
    int64_t mask;
} Table;

INLINE uint32_t hash_of(uint64_t value, uint8_t kind)
{
    value += (uint64_t)kind * 0x9E3779B97F4A7C15ull;
    value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9ull;
    value = (value ^ (value >> 27)) * 0x94D049BB133111EBull;
    return (uint32_t)(value ^ (value >> 31));
}

INLINE uint64_t slot_with(uint32_t hash, uint32_t number) { return (uint64_t)hash << 32 | number; }

/* Return the slot of a key, or the free one in which it would stand. */
INLINE int64_t slot_of(const Table *table, uint64_t value, uint8_t kind, uint32_t hash)
{
    int64_t at = hash & table->mask;
    for (uint64_t slot; (uint32_t)(slot = table->slots[at]) != FREE; at = (at + 1) & table->mask) {
        uint32_t number = (uint32_t)slot;
        if (slot >> 32 == hash && table->values[number] == value && table->kinds[number] == kind)
            break;
    }
    return at;
}

INLINE void fetch_key(const Table *table, uint32_t hash)
{
    uint64_t slot = table->slots[hash & table->mask];
    if (slot >> 32 == hash && (uint32_t)slot != FREE) {
        __builtin_prefetch(table->values + (uint32_t)slot);
        __builtin_prefetch(table->kinds + (uint32_t)slot);
    }
}

/* Give each key its number; with `firsts`, new numbers from `people` on to keys that have none, and the row at which each
 * first stood. Return how many people there are then. */
EXPORT int64_t sekisho_number_keys(const Table *table, const uint64_t *keys, const uint8_t *there, int64_t rows,
                                   uint8_t kind, int64_t people, uint32_t *numbers, int64_t *firsts)
{
    uint32_t hashes[AHEAD] = {0};
    int64_t before = people;
    for (int64_t row = 0; row < rows + AHEAD; row++) {
        int64_t half = row - AHEAD / 2, now = row - AHEAD;
        uint32_t hash = hashes[row % AHEAD];
        if (row < rows) {
            hashes[row % AHEAD] = hash_of(keys[row], kind);
            __builtin_prefetch(table->slots + (hashes[row % AHEAD] & table->mask));
        }
        if (half >= 0 && half < rows)
            fetch_key(table, hashes[half % AHEAD]);
        if (now < 0)
            continue;
        numbers[now] = FREE;
        if (!there[now])
            continue;
        int64_t at = slot_of(table, keys[now], kind, hash);
        if ((uint32_t)table->slots[at] == FREE && firsts) {
            table->values[people] = keys[now];
            table->kinds[people] = kind;
            table->slots[at] = slot_with(hash, (uint32_t)people);
            firsts[people++ - before] = now;
        }
        numbers[now] = (uint32_t)table->slots[at];
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
            __builtin_prefetch(table->slots + (hash_of(table->values[next], table->kinds[next]) & table->mask));
        }
        uint64_t value = table->values[numbers[i]];
        uint8_t kind = table->kinds[numbers[i]];
        uint32_t hash = hash_of(value, kind);
        int64_t at = slot_of(table, value, kind, hash);
        if ((uint32_t)table->slots[at] == FREE)
            table->slots[at] = slot_with(hash, numbers[i]);
        else
            twice += (uint32_t)table->slots[at] != numbers[i];
    }
    return twice;
}

/* Put what stands in other slots, different keys all, into the table; their keys are not looked at. */
EXPORT void sekisho_move_keys(const Table *table, const uint64_t *others, int64_t count)
{
    for (int64_t i = 0; i < count; i++) {
        if ((uint32_t)others[i] == FREE)
            continue;
        int64_t at = (int64_t)(others[i] >> 32) & table->mask;
        while ((uint32_t)table->slots[at] != FREE)
            at = (at + 1) & table->mask;
        table->slots[at] = others[i];
    }
}

/* SplitMix64 over the bytes of cells, as sekisho.detect.hashing tells. */
#include "kernel.h"

INLINE uint64_t mix(uint64_t value)
{
    value += 0x9E3779B97F4A7C15ull;
    value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9ull;
    value = (value ^ (value >> 27)) * 0x94D049BB133111EBull;
    return value ^ (value >> 31);
}

INLINE uint64_t word_at(const uint8_t *bytes, int64_t size)
{
    uint64_t word = 0;
    for (int i = 0; i < (size < 8 ? (int)size : 8); i++)
        word |= (uint64_t)bytes[i] << (8 * i);
    return word;
}

EXPORT void sekisho_hash_cells(const uint8_t *text, const int64_t *starts, const int64_t *stops, int64_t cells,
                               uint64_t *hashes)
{
    for (int64_t cell = 0; cell < cells; cell++) {
        int64_t size = stops[cell] - starts[cell];
        uint64_t hash = mix(hashes[cell] ^ (uint64_t)size);
        for (int64_t at = 0; at < size; at += 8)
            hash = mix(hash ^ word_at(text + starts[cell] + at, size - at));
        hashes[cell] = hash;
    }
}

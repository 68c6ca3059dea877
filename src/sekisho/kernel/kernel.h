/* What every part of the kernel shares: the mark of an exported function and small arithmetic of masks. */
#ifndef SEKISHO_KERNEL_H
#define SEKISHO_KERNEL_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#if defined(_WIN32)
#define EXPORT __declspec(dllexport)
#else
#define EXPORT __attribute__((visibility("default")))
#endif

#define INLINE static inline __attribute__((always_inline))

INLINE int lowest(uint64_t mask) { return __builtin_ctzll(mask); }

/* Without an instruction for it, compilers call a function that looks bytes up. */
INLINE int bits(uint64_t mask)
{
#if defined(__POPCNT__) || defined(__aarch64__)
    return __builtin_popcountll(mask);
#else
    mask -= mask >> 1 & 0x5555555555555555ull;
    mask = (mask & 0x3333333333333333ull) + (mask >> 2 & 0x3333333333333333ull);
    return (int)(((mask + (mask >> 4)) & 0x0F0F0F0F0F0F0F0Full) * 0x0101010101010101ull >> 56);
#endif
}

INLINE bool is_digit(uint8_t byte) { return (uint8_t)(byte - '0') < 10; }

INLINE bool is_letter(uint8_t byte) { return (uint8_t)((byte | 0x20) - 'a') < 26; }

INLINE bool is_word(uint8_t byte) { return is_letter(byte) || is_digit(byte) || byte == '_'; }

/* Numbers as they stand on a wire, the highest byte first. */
INLINE uint64_t in_network_order(uint64_t value)
{
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    return value;
#else
    return __builtin_bswap64(value);
#endif
}

INLINE uint64_t big_endian(const uint8_t *bytes)
{
    uint64_t value;
    memcpy(&value, bytes, sizeof value);
    return in_network_order(value);
}

INLINE void write_big_endian(uint8_t *bytes, uint64_t value)
{
    value = in_network_order(value);
    memcpy(bytes, &value, sizeof value);
}

/* Write the places of the bits of a mask, eight at a time: the loop's end is then seldom a surprise to the processor.
 * Up to eight places more than there are bits are written over. */
INLINE int64_t *write_places(int64_t *out, uint64_t mask, int64_t base)
{
    int64_t *end = out + bits(mask);
    while (mask) {
        for (int i = 0; i < 8; i++) {
            out[i] = base + (mask ? lowest(mask) : 0);
            mask &= mask - 1;
        }
        out += 8;
    }
    return end;
}

#endif

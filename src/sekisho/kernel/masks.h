/* Sixty-four bytes as a mask of those that are digits, or equal to a byte; by SSE2, NEON or eight bytes at a time.
 * SEKISHO_PORTABLE asks for the last, for tests. */
#ifndef SEKISHO_MASKS_H
#define SEKISHO_MASKS_H

#include "kernel.h"

#if defined(__SSE2__) && !defined(SEKISHO_PORTABLE)
#include <emmintrin.h>

INLINE uint64_t equal_mask(const uint8_t *bytes, uint8_t wanted)
{
    uint64_t mask = 0;
    for (int i = 0; i < 4; i++) {
        __m128i found = _mm_cmpeq_epi8(_mm_loadu_si128((const __m128i *)(bytes + 16 * i)), _mm_set1_epi8((char)wanted));
        mask |= (uint64_t)(uint32_t)_mm_movemask_epi8(found) << (16 * i);
    }
    return mask;
}

INLINE uint64_t digit_mask(const uint8_t *bytes)
{
    uint64_t mask = 0;
    for (int i = 0; i < 4; i++) {
        __m128i value = _mm_sub_epi8(_mm_loadu_si128((const __m128i *)(bytes + 16 * i)), _mm_set1_epi8('0'));
        __m128i found = _mm_cmpeq_epi8(_mm_min_epu8(value, _mm_set1_epi8(9)), value);
        mask |= (uint64_t)(uint32_t)_mm_movemask_epi8(found) << (16 * i);
    }
    return mask;
}

#elif defined(__ARM_NEON) && defined(__aarch64__) && !defined(SEKISHO_PORTABLE)
#include <arm_neon.h>

INLINE uint64_t gather(uint8x16_t a, uint8x16_t b, uint8x16_t c, uint8x16_t d)
{
    const uint8x16_t weights = {1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128};
    uint8x16_t low = vpaddq_u8(vandq_u8(a, weights), vandq_u8(b, weights));
    uint8x16_t high = vpaddq_u8(vandq_u8(c, weights), vandq_u8(d, weights));
    uint8x16_t all = vpaddq_u8(low, high);
    return vgetq_lane_u64(vreinterpretq_u64_u8(vpaddq_u8(all, all)), 0);
}

INLINE uint64_t equal_mask(const uint8_t *bytes, uint8_t wanted)
{
    uint8x16_t same = vdupq_n_u8(wanted);
    return gather(vceqq_u8(vld1q_u8(bytes), same), vceqq_u8(vld1q_u8(bytes + 16), same),
                  vceqq_u8(vld1q_u8(bytes + 32), same), vceqq_u8(vld1q_u8(bytes + 48), same));
}

INLINE uint64_t digit_mask(const uint8_t *bytes)
{
    uint8x16_t zero = vdupq_n_u8('0'), ten = vdupq_n_u8(10);
    return gather(vcltq_u8(vsubq_u8(vld1q_u8(bytes), zero), ten), vcltq_u8(vsubq_u8(vld1q_u8(bytes + 16), zero), ten),
                  vcltq_u8(vsubq_u8(vld1q_u8(bytes + 32), zero), ten),
                  vcltq_u8(vsubq_u8(vld1q_u8(bytes + 48), zero), ten));
}

#else

#define EACH 0x0101010101010101ull
#define TOPS 0x8080808080808080ull

INLINE uint64_t eight(const uint8_t *bytes)
{
    uint64_t word = 0;
    for (int i = 0; i < 8; i++)
        word |= (uint64_t)bytes[i] << (8 * i);
    return word;
}

/* Bring the top bits of eight bytes together. */
INLINE uint64_t tops(uint64_t word) { return ((word & TOPS) >> 7) * 0x0102040810204080ull >> 56; }

INLINE uint64_t equal_mask(const uint8_t *bytes, uint8_t wanted)
{
    uint64_t mask = 0;
    for (int i = 0; i < 8; i++) {
        uint64_t other = eight(bytes + 8 * i) ^ (EACH * wanted);
        mask |= tops(~(((other & ~TOPS) + ~TOPS) | other)) << (8 * i);
    }
    return mask;
}

INLINE uint64_t digit_mask(const uint8_t *bytes)
{
    uint64_t mask = 0;
    for (int i = 0; i < 8; i++) {
        uint64_t word = eight(bytes + 8 * i), low = word & ~TOPS;
        uint64_t least = low + EACH * (0x80 - '0'), above = low + EACH * (0x80 - '9' - 1);
        mask |= tops(least & ~above & ~word) << (8 * i);
    }
    return mask;
}

#endif

/* A mask of the first so many bits. */
INLINE uint64_t first_bits(int64_t count) { return count >= 64 ? ~0ull : (1ull << count) - 1; }

/* The last bytes of a text, filled to sixty-four with zeros. */
INLINE const uint8_t *padded(const uint8_t *text, int64_t from, int64_t size, uint8_t *room)
{
    if (size - from >= 64)
        return text + from;
    memset(room, 0, 64);
    memcpy(room, text + from, (size_t)(size - from));
    return room;
}

#endif

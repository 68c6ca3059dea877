/* CP932, EUC-JP and UTF-16 → UTF-8. What is not plain is left to Python's codecs: they say where the text is damaged. */
#include "kernel.h"

/* Characters by their bytes: UTF-8 in the low 24 bits, its size above them; 0 where there is no character.
 * `begins` tells the bytes that are the first of two. */
typedef struct {
    uint32_t one[256];
    uint32_t two[65536];
    uint8_t begins[256];
} Characters;

INLINE uint8_t *write_character(uint8_t *out, uint32_t character)
{
    out[0] = (uint8_t)character;
    out[1] = (uint8_t)(character >> 8);
    out[2] = (uint8_t)(character >> 16);
    return out + (character >> 24);
}

INLINE bool eight_are_ascii(const uint8_t *text)
{
    uint64_t word;
    memcpy(&word, text, 8);
    return !(word & 0x8080808080808080ull);
}

/* Write what was read as UTF-8, at most three bytes a byte and eight more; return how many bytes that are.
 * `*taken` becomes what was read: all, or all but the first byte of a character, or as far as it is plain. */
EXPORT int64_t sekisho_from_double_bytes(const uint8_t *text, int64_t size, const Characters *characters, uint8_t *out,
                                         int64_t *taken)
{
    uint8_t *to = out;
    int64_t at = 0;
    while (at < size) {
        uint8_t first = text[at];
        if (first < 0x80) {
            if (size - at >= 8 && eight_are_ascii(text + at)) {
                memcpy(to, text + at, 8);
                to += 8;
                at += 8;
            } else {
                *to++ = first;
                at++;
            }
            continue;
        }
        uint32_t character = characters->one[first];
        int length = 1;
        if (!character && characters->begins[first] && at + 1 < size) {
            character = characters->two[first << 8 | text[at + 1]];
            length = 2;
        }
        if (!character)
            break;
        to = write_character(to, character);
        at += length;
    }
    *taken = at;
    return to - out;
}

INLINE uint32_t unit_at(const uint8_t *text, bool big)
{
    return big ? (uint32_t)text[0] << 8 | text[1] : (uint32_t)text[1] << 8 | text[0];
}

#if defined(__SSE2__) && !defined(SEKISHO_PORTABLE)
#include <emmintrin.h>

/* Write eight units of ASCII as bytes; false if there are others among them. */
INLINE bool eight_units(const uint8_t *text, bool big, uint8_t *out)
{
    __m128i units = _mm_loadu_si128((const __m128i *)text);
    if (big)
        units = _mm_or_si128(_mm_slli_epi16(units, 8), _mm_srli_epi16(units, 8));
    __m128i others = _mm_and_si128(units, _mm_set1_epi16((short)0xFF80));
    if (_mm_movemask_epi8(_mm_cmpeq_epi16(others, _mm_setzero_si128())) != 0xFFFF)
        return false;
    _mm_storel_epi64((__m128i *)out, _mm_packus_epi16(units, units));
    return true;
}
#else
INLINE bool eight_units(const uint8_t *text, bool big, uint8_t *out)
{
    for (int i = 0; i < 8; i++) {
        if (unit_at(text + 2 * i, big) >= 0x80)
            return false;
        out[i] = (uint8_t)unit_at(text + 2 * i, big);
    }
    return true;
}
#endif

/* As above, for UTF-16: at most three bytes for two. */
EXPORT int64_t sekisho_from_utf_16(const uint8_t *text, int64_t size, int32_t big, uint8_t *out, int64_t *taken)
{
    uint8_t *to = out;
    int64_t at = 0;
    while (at + 2 <= size) {
        uint32_t unit = unit_at(text + at, big);
        if (unit < 0x80) {
            if (size - at >= 16 && eight_units(text + at, big, to)) {
                to += 8;
                at += 16;
            } else {
                *to++ = (uint8_t)unit;
                at += 2;
            }
        } else if (unit < 0x800) {
            *to++ = (uint8_t)(0xC0 | unit >> 6);
            *to++ = (uint8_t)(0x80 | (unit & 63));
            at += 2;
        } else if (unit < 0xD800 || unit > 0xDFFF) {
            *to++ = (uint8_t)(0xE0 | unit >> 12);
            *to++ = (uint8_t)(0x80 | (unit >> 6 & 63));
            *to++ = (uint8_t)(0x80 | (unit & 63));
            at += 2;
        } else {
            uint32_t low = unit < 0xDC00 && at + 4 <= size ? unit_at(text + at + 2, big) : 0;
            if (low < 0xDC00 || low > 0xDFFF)
                break;
            uint32_t code = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
            *to++ = (uint8_t)(0xF0 | code >> 18);
            *to++ = (uint8_t)(0x80 | (code >> 12 & 63));
            *to++ = (uint8_t)(0x80 | (code >> 6 & 63));
            *to++ = (uint8_t)(0x80 | (code & 63));
            at += 4;
        }
    }
    *taken = at;
    return to - out;
}

/* Whether bytes are well-formed UTF-8 (Unicode 15, table 3-7). With AVX2 by the look-ups of Keiser and Lemire,
 * "Validating UTF-8 in less than one instruction per byte" (2021), elsewhere byte by byte behind whole words of ASCII. */
#include "kernel.h"

static bool is_utf8_anywhere(const uint8_t *text, int64_t size)
{
    for (int64_t at = 0; at < size;) {
        uint64_t word;
        if (size - at >= 8 && (memcpy(&word, text + at, 8), !(word & 0x8080808080808080ull))) {
            at += 8;
            continue;
        }
        uint8_t first = text[at];
        if (first < 0x80) {
            at++;
            continue;
        }
        int more = first < 0xC2 ? 0 : first < 0xE0 ? 1 : first < 0xF0 ? 2 : first < 0xF5 ? 3 : 0;
        if (!more || size - at <= more)
            return false;
        uint8_t second = text[at + 1];
        uint8_t least = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
        uint8_t most = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
        if (second < least || second > most)
            return false;
        for (int i = 2; i <= more; i++)
            if ((text[at + i] & 0xC0) != 0x80)
                return false;
        at += more + 1;
    }
    return true;
}

#if defined(__x86_64__) && !defined(SEKISHO_PORTABLE)
#include <immintrin.h>

enum {
    SHORT = 1, LONG = 2, OVERLONG_3 = 4, LARGE = 8, SURROGATE = 16, OVERLONG_2 = 32, LARGE_1000 = 64, OVERLONG_4 = 64,
    TWO_CONTINUE = 128, CARRY = SHORT | LONG | TWO_CONTINUE, FROM_5 = CARRY | LARGE | LARGE_1000
};
#define ROW(...) {__VA_ARGS__, __VA_ARGS__}

static const uint8_t FIRST_HIGH[32] = ROW(
    LONG, LONG, LONG, LONG, LONG, LONG, LONG, LONG, TWO_CONTINUE, TWO_CONTINUE, TWO_CONTINUE, TWO_CONTINUE,
    SHORT | OVERLONG_2, SHORT, SHORT | OVERLONG_3 | SURROGATE, SHORT | LARGE | LARGE_1000 | OVERLONG_4);
static const uint8_t FIRST_LOW[32] = ROW(
    CARRY | OVERLONG_3 | OVERLONG_2 | OVERLONG_4, CARRY | OVERLONG_2, CARRY, CARRY, CARRY | LARGE, FROM_5, FROM_5,
    FROM_5, FROM_5, FROM_5, FROM_5, FROM_5, FROM_5, FROM_5 | SURROGATE, FROM_5, FROM_5);
static const uint8_t SECOND_HIGH[32] = ROW(
    SHORT, SHORT, SHORT, SHORT, SHORT, SHORT, SHORT, SHORT,
    LONG | OVERLONG_2 | TWO_CONTINUE | OVERLONG_3 | LARGE_1000 | OVERLONG_4,
    LONG | OVERLONG_2 | TWO_CONTINUE | OVERLONG_3 | LARGE, LONG | OVERLONG_2 | TWO_CONTINUE | SURROGATE | LARGE,
    LONG | OVERLONG_2 | TWO_CONTINUE | SURROGATE | LARGE, SHORT, SHORT, SHORT, SHORT);

#define AVX2 __attribute__((target("avx2")))

AVX2 static inline __m256i look_up(const uint8_t *table, __m256i places)
{
    return _mm256_shuffle_epi8(_mm256_loadu_si256((const __m256i *)table), places);
}

AVX2 static inline __m256i errors_in(__m256i input, __m256i previous)
{
    const __m256i low = _mm256_set1_epi8(15);
    __m256i across = _mm256_permute2x128_si256(previous, input, 0x21);
    __m256i one = _mm256_alignr_epi8(input, across, 15), two = _mm256_alignr_epi8(input, across, 14);
    __m256i three = _mm256_alignr_epi8(input, across, 13);
    __m256i special = _mm256_and_si256(
        _mm256_and_si256(look_up(FIRST_HIGH, _mm256_and_si256(_mm256_srli_epi16(one, 4), low)),
                         look_up(FIRST_LOW, _mm256_and_si256(one, low))),
        look_up(SECOND_HIGH, _mm256_and_si256(_mm256_srli_epi16(input, 4), low)));
    __m256i third = _mm256_subs_epu8(two, _mm256_set1_epi8((char)(0xE0 - 0x80)));
    __m256i fourth = _mm256_subs_epu8(three, _mm256_set1_epi8((char)(0xF0 - 0x80)));
    __m256i must = _mm256_and_si256(_mm256_or_si256(third, fourth), _mm256_set1_epi8((char)0x80));
    return _mm256_xor_si256(must, special);
}

AVX2 static bool is_utf8_by_avx2(const uint8_t *text, int64_t size)
{
    __m256i previous = _mm256_setzero_si256(), errors = _mm256_setzero_si256();
    int64_t at = 0;
    for (; at + 32 <= size; at += 32) {
        __m256i input = _mm256_loadu_si256((const __m256i *)(text + at));
        errors = _mm256_or_si256(errors, errors_in(input, previous));
        previous = input;
    }
    uint8_t rest[32] = {0}; /* a zero behind the end tells a character that is cut there */
    memcpy(rest, text + at, (size_t)(size - at));
    errors = _mm256_or_si256(errors, errors_in(_mm256_loadu_si256((const __m256i *)rest), previous));
    return _mm256_testz_si256(errors, errors);
}

#endif

EXPORT int32_t sekisho_is_utf8(const uint8_t *text, int64_t size)
{
#if defined(__x86_64__) && !defined(SEKISHO_PORTABLE)
    if (__builtin_cpu_supports("avx2"))
        return is_utf8_by_avx2(text, size);
#endif
    return is_utf8_anywhere(text, size);
}

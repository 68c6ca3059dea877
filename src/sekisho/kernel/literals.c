/* Where fixed words stand in a text: all of them in one pass, each occurrence, overlapping ones too.
 *
 * The first two bytes, then the first three decide by bitmaps that fit the first cache whether any word begins here;
 * only then are the words of that beginning compared. Letters of ASCII are brought to one case where that is asked for. */
#include "kernel.h"

typedef struct {
    const uint8_t *words;   /* all words, one behind the other, in small letters where case does not matter */
    const int64_t *stops;   /* where each stops in it */
    const int32_t *order;   /* the words by the hash of their beginning */
    const int32_t *buckets; /* where the words of each hash begin in the order; one more behind the last */
    const int32_t *pairs;   /* words of two bytes by their bytes, -1 where there is none */
    const uint8_t *firsts;  /* a bit for each two bytes with which a word begins */
    const uint8_t *begins;  /* a bit for each hash with which a word begins */
    const uint8_t *fold;    /* what each byte is compared as */
    const uint8_t *whole;   /* which words stand alone: no letter of ASCII beside them */
} Words;

INLINE uint32_t hash_of(uint32_t three) { return three * 0x9E3779B1u >> 16; }

INLINE bool stands_here(const uint8_t *text, const uint8_t *word, int64_t size, const uint8_t *fold)
{
    for (int64_t i = 0; i < size; i++)
        if (fold[text[i]] != word[i])
            return false;
    return true;
}

INLINE bool has(const uint8_t *bitmap, uint32_t place) { return bitmap[place >> 3] >> (place & 7) & 1; }

INLINE bool stands_alone(const uint8_t *text, int64_t size, int64_t start, int64_t stop)
{
    return !(start && is_letter(text[start - 1])) && !(stop < size && is_letter(text[stop]));
}

/* Write the place and number of each word found, as far as there is room, and return how many that are. */
EXPORT int64_t sekisho_literals(const uint8_t *text, int64_t size, const Words *given, int64_t *places, int32_t *numbers,
                                int64_t room)
{
    const Words words = *given;
    int64_t total = 0;
    uint32_t two = size > 0 ? words.fold[text[0]] : 0;
    for (int64_t at = 0; at + 2 <= size; at++) {
        two = (two << 8 | words.fold[text[at + 1]]) & 0xFFFF;
        if (!has(words.firsts, two))
            continue;
        int32_t pair = words.pairs[two];
        if (pair >= 0 && (!words.whole[pair] || stands_alone(text, size, at, at + 2)) && total++ < room) {
            places[total - 1] = at;
            numbers[total - 1] = pair;
        }
        if (at + 3 > size)
            break;
        uint32_t hash = hash_of(two << 8 | words.fold[text[at + 2]]);
        if (!has(words.begins, hash))
            continue;
        for (int32_t i = words.buckets[hash]; i < words.buckets[hash + 1]; i++) {
            int32_t word = words.order[i];
            int64_t start = word ? words.stops[word - 1] : 0, length = words.stops[word] - start;
            if (at + length > size || !stands_here(text + at, words.words + start, length, words.fold))
                continue;
            if ((!words.whole[word] || stands_alone(text, size, at, at + length)) && total++ < room) {
                places[total - 1] = at;
                numbers[total - 1] = word;
            }
        }
    }
    return total;
}

/* What each column of a block of a table holds: the counts of sekisho.detect.shapes.Counts. */
#include "shapes.h"

#define LONGEST_COUNTED 20
#define MOST_LEAD 3
#define MOST_TAIL 1
#define REACH 60 /* bytes before a number in which its name may stand */

/* Names of numbers: each the shape it names, and where its small letters stop in `words`. */
typedef struct {
    int64_t count;
    const uint8_t *shapes;
    const int64_t *stops;
    const uint8_t *words;
} Labels;

/* What a cell was found to hold. */
typedef struct {
    uint32_t found;
    uint32_t whole;
    uint32_t labelled;
} Held;

typedef struct {
    int64_t *filled;
    int64_t *found;
    int64_t *whole;
    int64_t *labelled;
    int64_t *lengths;
} Counts;

/* A cell that says nothing: one of some words of up to four bytes, each packed with its size above them. */
INLINE bool says_nothing(const uint8_t *cell, int64_t size, const uint64_t *signs, int64_t sign_count)
{
    if (size > 4)
        return false;
    uint64_t packed = (uint64_t)size << 32;
    for (int i = 0; i < size; i++)
        packed |= (uint64_t)cell[i] << (8 * i);
    for (int64_t i = 0; i < sign_count; i++)
        if (packed == signs[i])
            return true;
    return false;
}

INLINE uint8_t small(uint8_t byte) { return byte >= 'A' && byte <= 'Z' ? byte | 0x20 : byte; }

static bool stands_in(const uint8_t *text, int64_t size, const uint8_t *word, int64_t length)
{
    for (int64_t at = 0; at + length <= size; at++) {
        int64_t same = 0;
        while (same < length && small(text[at + same]) == word[same])
            same++;
        if (same == length)
            return true;
    }
    return false;
}

static uint32_t labelled(const uint8_t *text, int64_t first, const Number *number, const Labels *labels)
{
    uint32_t found = 0;
    int64_t from = number->start - REACH > first ? number->start - REACH : first, begin = 0;
    for (int64_t i = 0; i < labels->count; begin = labels->stops[i++])
        if ((number->shapes & ~found) >> labels->shapes[i] & 1 &&
            stands_in(text + from, number->start - from, labels->words + begin, labels->stops[i] - begin))
            found |= 1u << labels->shapes[i];
    return found;
}

INLINE void add(int64_t *column, uint32_t shapes)
{
    for (; shapes; shapes &= shapes - 1)
        column[__builtin_ctz(shapes)]++;
}

EXPORT void sekisho_count(const uint8_t *text, int64_t size, const int64_t *ends, int64_t cells, int64_t width,
                          const AreaCodes *codes, const uint64_t *signs, int64_t sign_count, const Labels *labels,
                          const Counts *counts)
{
    Runs runs;
    Number here[MOST_NUMBERS];
    uint8_t before = 0;
    begin_runs(&runs, text, size);
    for (int64_t cell = 0, column = 0, first = 0; cell < cells; first = ends[cell++] + 1) {
        bool quoted = text[first] == '"';
        int64_t inside = first + quoted, last = ends[cell] - quoted;
        Held held = {0, 0, 0};
        counts->filled[column] += last > inside && !says_nothing(text + inside, last - inside, signs, sign_count);
        for (; has_run(&runs) && start_of(&runs, runs.current) < ends[cell]; next_run(&runs)) {
            uint8_t join = join_of(&runs, runs.current);
            int64_t start = start_of(&runs, runs.current), length = length_of(&runs, runs.current);
            if (start == inside && start + length == last)
                counts->lengths[column * (LONGEST_COUNTED + 1) + (length < LONGEST_COUNTED ? length : LONGEST_COUNTED)]++;
            int found = (join || length >= 6) && !binds(before)
                            ? numbers_here(&runs, before, join, ~0u, codes, here)
                            : 0;
            for (int i = 0; i < found; i++) {
                held.found |= here[i].shapes;
                if (here[i].start - inside <= MOST_LEAD && last - here[i].stop <= MOST_TAIL)
                    held.whole |= here[i].shapes;
                if (here[i].start > inside && labels->count)
                    held.labelled |= labelled(text, inside, &here[i], labels);
            }
            before = join;
        }
        if (held.found) {
            add(counts->found + column * SHAPES, held.found);
            add(counts->whole + column * SHAPES, held.whole);
            add(counts->labelled + column * SHAPES, held.labelled);
        }
        column = column + 1 == width ? 0 : column + 1;
    }
}

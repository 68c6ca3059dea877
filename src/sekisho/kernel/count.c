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

/* Cells that say nothing: words of up to four bytes, each packed with its size above them, and what they begin with. */
typedef struct {
    const uint64_t *words;
    int64_t count;
    bool begins[256];
} Signs;

static bool is_sign(const uint8_t *cell, int64_t size, const Signs *signs)
{
    uint64_t packed = (uint64_t)size << 32;
    for (int i = 0; i < size; i++)
        packed |= (uint64_t)cell[i] << (8 * i);
    for (int64_t i = 0; i < signs->count; i++)
        if (packed == signs->words[i])
            return true;
    return false;
}

/* Behind every cell stands a byte, so that one may be read before the size is known: one seldom branch, not three. */
INLINE bool says_something(const uint8_t *cell, int64_t size, const Signs *signs)
{
    bool perhaps = (int)((uint64_t)(size - 1) < 4) & (int)signs->begins[*cell];
    return __builtin_expect(perhaps, 0) ? !is_sign(cell, size, signs) : size > 0;
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

INLINE void add(const Counts *counts, int64_t column, Held held)
{
    for (uint32_t left = held.found; left; left &= left - 1) {
        int shape = __builtin_ctz(left);
        int64_t place = column * SHAPES + shape;
        counts->found[place]++;
        counts->whole[place] += held.whole >> shape & 1;
        counts->labelled[place] += held.labelled >> shape & 1;
    }
}

EXPORT void sekisho_count(const uint8_t *text, int64_t size, const int64_t *ends, int64_t cells, int64_t width,
                          const AreaCodes *codes, const uint64_t *sign_words, int64_t sign_count,
                          const Labels *labels, const Counts *counts)
{
    Signs signs = {sign_words, sign_count, {false}};
    for (int64_t i = 0; i < sign_count; i++)
        signs.begins[sign_words[i] & 0xFF] = true;
    Runs runs;
    Number here[MOST_NUMBERS];
    uint8_t before = 0;
    begin_runs(&runs, text, size);
    for (int64_t cell = 0, column = 0, first = 0; cell < cells; first = ends[cell++] + 1) {
        bool quoted = text[first] == '"';
        int64_t inside = first + quoted, last = ends[cell] - quoted;
        int64_t *lengths = counts->lengths + column * (LONGEST_COUNTED + 1);
        Held held = {0, 0, 0};
        counts->filled[column] += says_something(text + inside, last - inside, &signs);
        for (; has_run(&runs) && start_of(&runs, runs.current) < ends[cell]; next_run(&runs)) {
            uint8_t join = join_of(&runs, runs.current);
            int64_t start = start_of(&runs, runs.current), length = length_of(&runs, runs.current);
            lengths[length < LONGEST_COUNTED ? length : LONGEST_COUNTED] +=
                (int)(start == inside) & (int)(start + length == last);
            int found = may_begin(before, join, length) ? numbers_here(&runs, before, join, ~0u, codes, here) : 0;
            for (int i = 0; i < found; i++) {
                held.found |= here[i].shapes;
                if (here[i].start - inside <= MOST_LEAD && last - here[i].stop <= MOST_TAIL)
                    held.whole |= here[i].shapes;
                if (here[i].start > inside && labels->count)
                    held.labelled |= labelled(text, inside, &here[i], labels);
            }
            before = join;
        }
        add(counts, column, held);
        column = column + 1 == width ? 0 : column + 1;
    }
}

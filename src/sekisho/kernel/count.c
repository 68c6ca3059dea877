/* What each column of a block of a table holds: the counts of sekisho.detect.shapes.Counts. */
#include <stdlib.h>

#include "forms.h"

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

/* Everything that stays the same from cell to cell. */
typedef struct {
    const uint8_t *text;
    int64_t size;
    const AreaCodes *codes;
    const Labels *labels;
    Form *forms; /* none where there is no memory for them, or names have digits */
} Table;

/* A cell without its quotes. */
typedef struct {
    int64_t first;
    int64_t last;
} Cell;

INLINE bool is_whole(const Cell *cell, int64_t start, int64_t stop)
{
    return start - cell->first <= MOST_LEAD && cell->last - stop <= MOST_TAIL;
}

/* Read what stands from the start to the end of a cell, run by run; into a form too, if there is one to be learnt. */
static Held read_cell(const Table *table, const Cell *cell, int64_t from, int64_t to, int64_t *lengths, Form *learnt)
{
    Runs runs;
    Number here[MOST_NUMBERS];
    Group groups[MOST_NUMBERS];
    Held held = {0, 0, 0};
    uint8_t before = 0;
    for (begin_runs(&runs, table->text, from, to, table->size); has_run(&runs); next_run(&runs)) {
        uint8_t join = join_of(&runs, runs.current);
        int64_t start = start_of(&runs, runs.current), length = length_of(&runs, runs.current);
        if (start == cell->first && start + length == cell->last)
            lengths[length < LONGEST_COUNTED ? length : LONGEST_COUNTED]++;
        bool begins = may_begin(before, join, length);
        int found = begins ? numbers_here(&runs, before, join, ~UNCHECKED, table->codes, here, NULL) : 0;
        for (int i = 0; i < found; i++) {
            held.found |= here[i].shapes;
            if (is_whole(cell, here[i].start, here[i].stop))
                held.whole |= here[i].shapes;
            if (here[i].start > cell->first && table->labels->count)
                held.labelled |= labelled(table->text, cell->first, &here[i], table->labels);
        }
        found = begins && learnt ? numbers_here(&runs, before, join, ~0u, table->codes, here, groups) : 0;
        for (int i = 0; i < found && learnt; i++) {
            if (groups[i].lettered || learnt->count == MOST_PIECES) {
                learnt->state = REFUSED;
                learnt = NULL;
                break;
            }
            Piece *piece = &learnt->pieces[learnt->count++];
            piece->group = groups[i];
            for (int run = 0; run < groups[i].count; run++)
                piece->group.starts[run] -= cell->first;
            piece->whole = is_whole(cell, here[i].start, here[i].stop);
            bool inside = here[i].start > cell->first && table->labels->count;
            piece->labelled = inside ? labelled(table->text, cell->first, &here[i], table->labels) : 0;
        }
        before = join;
    }
    return held;
}

/* Read a cell of digits and other bytes by its form, if that is known. */
static Held read_form(const Table *table, const Cell *cell, int64_t column, uint64_t digits, int64_t *lengths)
{
    int64_t size = cell->last - cell->first;
    const uint8_t *text = table->text + cell->first;
    Form *form = form_at(table->forms, column, size, digits);
    bool is_new = !has_form(text, size, digits, form);
    if (is_new)
        see_form(form, text, size, digits);
    if (is_new || form->state == REFUSED)
        return read_cell(table, cell, cell->first, cell->last, lengths, NULL);
    if (form->state == SEEN) {
        form->state = KNOWN;
        return read_cell(table, cell, cell->first, cell->last, lengths, form);
    }
    Held held = {0, 0, 0};
    for (int i = 0; i < form->count; i++) {
        const Piece *piece = &form->pieces[i];
        uint32_t shapes = shapes_again(piece, text, table->codes);
        held.found |= shapes;
        held.whole |= piece->whole ? shapes : 0;
        held.labelled |= piece->labelled & shapes;
    }
    return held;
}

/* Tell whether a cell with such digits can hold a number: six digits, or four runs of an IPv4 address. */
INLINE bool may_hold(uint64_t digits) { return (digits & (digits - 1)) && (bits(digits) >= 6 || bits(digits & ~(digits << 1)) >= 4); }

INLINE Held hold(const Table *table, int64_t first, int64_t end, const Cell *cell, int64_t column, int64_t *lengths)
{
    const Held nothing = {0, 0, 0};
    int64_t size = cell->last - cell->first;
    bool odd = cell->first != first && (size < 0 || table->text[cell->last] != '"'); /* a quote that does not close */
    if (__builtin_expect(odd || size > 64 || cell->first + 64 + STRIP > table->size, 0))
        return read_cell(table, cell, first, end, lengths, NULL);
    uint64_t digits = digit_mask(table->text + cell->first) & first_bits(size);
    if (digits == first_bits(size)) {
        lengths[size < LONGEST_COUNTED ? size : LONGEST_COUNTED] += size > 0;
        uint32_t shapes = size >= 6 && size <= LONGEST ? shapes_alone(table->text + cell->first, (int)size, table->codes) : 0;
        return (Held){shapes, shapes, 0};
    }
    if (!may_hold(digits))
        return nothing;
    if (size > FORM_BYTES || !table->forms)
        return read_cell(table, cell, first, end, lengths, NULL);
    return read_form(table, cell, column, digits, lengths);
}

/* Tell whether a name of a number has a digit in it: then a form does not tell whether the name is there. */
static bool have_digits(const Labels *labels)
{
    int64_t size = labels->count ? labels->stops[labels->count - 1] : 0;
    for (int64_t i = 0; i < size; i++)
        if (is_digit(labels->words[i]))
            return true;
    return false;
}

EXPORT void sekisho_count(const uint8_t *text, int64_t size, const int64_t *ends, int64_t cells, int64_t width,
                          const AreaCodes *codes, const uint64_t *sign_words, int64_t sign_count,
                          const Labels *labels, const Counts *counts)
{
    Signs signs = {sign_words, sign_count, {false}};
    for (int64_t i = 0; i < sign_count; i++)
        signs.begins[sign_words[i] & 0xFF] = true;
    Table table = {text, size, codes, labels, have_digits(labels) ? NULL : calloc(FORMS, sizeof(Form))};
    for (int64_t cell = 0, column = 0, first = 0; cell < cells; first = ends[cell++] + 1) {
        bool quoted = text[first] == '"';
        Cell inside = {first + quoted, ends[cell] - quoted};
        counts->filled[column] += says_something(text + inside.first, inside.last - inside.first, &signs);
        int64_t *lengths = counts->lengths + column * (LONGEST_COUNTED + 1);
        add(counts, column, hold(&table, first, ends[cell], &inside, column, lengths));
        column = column + 1 == width ? 0 : column + 1;
    }
    free(table.forms);
}

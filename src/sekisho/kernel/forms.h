/* The forms of a table's cells: where their digits stand, and every other byte.
 *
 * A cell of a form that was seen before holds its numbers where that one did; only their check digits have to be looked
 * at again. Tables repeat a few forms a column. */
#ifndef SEKISHO_FORMS_H
#define SEKISHO_FORMS_H

#include "shapes.h"

#define FORM_BYTES 32 /* of the longest cell whose form is kept */
#define MOST_PIECES 2 /* numbers of a form; seldom does a cell hold more */
#define FORMS 512     /* kept at a time */

/* One number of a form, its places counted from the cell's start. */
typedef struct {
    Group group;
    uint32_t labelled; /* shapes whose name stands before it */
    bool whole;
} Piece;

/* A form; `keep` has all bits of the bytes that are no digits. */
typedef struct {
    uint64_t digits;
    uint64_t keep[FORM_BYTES / 8];
    uint64_t bytes[FORM_BYTES / 8];
    int64_t size;
    enum { SEEN, KNOWN, REFUSED } state; /* refused: it has letters that belong to its numbers, or too many numbers */
    int count;
    Piece pieces[MOST_PIECES];
} Form;

INLINE uint64_t eight_bytes(const uint8_t *from)
{
    uint64_t word;
    memcpy(&word, from, 8);
    return word;
}

/* The place of a form among those that are kept. */
INLINE Form *form_at(Form *forms, int64_t column, int64_t size, uint64_t digits)
{
    uint64_t hash = (digits * 0x9E3779B97F4A7C15ull) ^ ((uint64_t)(column << 6 | size) * 0xC2B2AE3D27D4EB4Full);
    return forms + (hash >> 40) % FORMS;
}

/* Tell whether a cell, of which FORM_BYTES may be read, has a form. */
INLINE bool has_form(const uint8_t *cell, int64_t size, uint64_t digits, const Form *form)
{
    uint64_t other = (digits ^ form->digits) | (uint64_t)(size ^ form->size);
    for (int i = 0; i < FORM_BYTES / 8; i++)
        other |= (eight_bytes(cell + 8 * i) ^ form->bytes[i]) & form->keep[i];
    return other == 0;
}

/* Write down what tells a form. */
INLINE void see_form(Form *form, const uint8_t *cell, int64_t size, uint64_t digits)
{
    uint8_t keep[FORM_BYTES] = {0}, bytes[FORM_BYTES] = {0};
    for (int64_t i = 0; i < size; i++)
        if (!(digits >> i & 1)) {
            keep[i] = 0xFF;
            bytes[i] = cell[i];
        }
    memcpy(form->keep, keep, FORM_BYTES);
    memcpy(form->bytes, bytes, FORM_BYTES);
    form->digits = digits;
    form->size = size;
    form->state = SEEN;
    form->count = 0;
}

/* The shapes of a form's number in another cell of that form. */
INLINE uint32_t shapes_again(const Piece *piece, const uint8_t *cell, const AreaCodes *codes)
{
    Group group = piece->group;
    uint8_t *to = group.digits;
    for (int i = 0; i < group.count; to += group.lengths[i++])
        take_digits(to, cell + group.starts[i]);
    return shapes_of(&group, ~UNCHECKED, codes);
}

#endif

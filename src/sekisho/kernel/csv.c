/* A table of text as CSV (RFC 4180) whose cells no spreadsheet carries out: sekisho.cut.spreadsheet is the rule. */
#include "arrow.h"

/* An optional sign, digits, and digits behind a point where there is one; not one of them need be there. */
static bool is_number(const uint8_t *at, const uint8_t *end)
{
    at += at < end && (*at == '+' || *at == '-');
    while (at < end && is_digit(*at))
        at++;
    if (at == end)
        return true;
    const uint8_t *point = at;
    if (*at++ != '.' || at == end)
        return false;
    while (at < end && is_digit(*at))
        at++;
    return at == end && at > point + 1;
}

INLINE bool is_formula(struct cell cell)
{
    switch (cell.size ? cell.bytes[0] : 0) {
    case '=': case '+': case '-': case '@': case '\t': case '\r': case '\n':
        return !is_number(cell.bytes, cell.bytes + cell.size);
    default:
        return false;
    }
}

INLINE bool is_special(uint8_t byte) { return byte == ',' || byte == '"' || byte == '\r' || byte == '\n'; }

static uint8_t *write_cell(struct cell cell, uint8_t *to)
{
    bool guard = is_formula(cell), special = !cell.size;
    for (int64_t at = 0; at < cell.size && !special; at++)
        special = is_special(cell.bytes[at]);
    if (special)
        *to++ = '"';
    if (guard)
        *to++ = '\'';
    if (!special) {
        memcpy(to, cell.bytes, (size_t)cell.size);
        return to + cell.size;
    }
    for (int64_t at = 0; at < cell.size; at++) {
        *to++ = cell.bytes[at];
        if (cell.bytes[at] == '"')
            *to++ = '"';
    }
    *to++ = '"';
    return to;
}

/* How many bytes the rows may take at most. */
EXPORT int64_t sekisho_csv_size(struct ArrowArray *const *columns, int64_t count, int64_t rows)
{
    int64_t size = 0;
    for (int64_t column = 0; column < count; column++)
        for (int64_t row = 0; row < rows; row++)
            size += 5 + (is_null(columns[column], row) ? 0 : 2 * (int64_t)view_at(columns[column], row)->size);
    return size + 2 * rows;
}

/* Write the rows; a null is nothing, in a table of one column "", since an empty line is no row to most readers. */
EXPORT int64_t sekisho_csv(struct ArrowArray *const *columns, int64_t count, int64_t rows, int32_t crlf, uint8_t *out)
{
    uint8_t *to = out;
    for (int64_t row = 0; row < rows; row++) {
        for (int64_t column = 0; column < count; column++) {
            if (!is_null(columns[column], row))
                to = write_cell(cell_at(columns[column], row), to);
            else if (count == 1)
                to = write_cell((struct cell){NULL, 0}, to);
            *to++ = ',';
        }
        to--;
        if (crlf)
            *to++ = '\r';
        *to++ = '\n';
    }
    return to - out;
}

/* A column of delimited text as Polars takes it: quotes undone, an empty cell null. */
#include "arrow.h"

INLINE int64_t unquoted(const uint8_t *from, int64_t size, uint8_t *to)
{
    int64_t used = 0;
    for (int64_t at = 0; at < size; at++) {
        to[used++] = from[at];
        at += from[at] == '"';
    }
    return used;
}

INLINE int64_t quotes_in(const uint8_t *from, int64_t size)
{
    int64_t quotes = 0;
    for (int64_t at = 0; at < size; at++)
        quotes += from[at] == '"';
    return quotes;
}

/* Read a column of regular text, of which measure() told where the cells end; false without memory for it. */
EXPORT int32_t sekisho_cells(const uint8_t *text, const int64_t *ends, int64_t cells, int64_t width, int64_t column,
                             struct ArrowArray *out)
{
    int64_t rows = cells / width, bytes = 0;
    for (int64_t row = 0, cell = column; row < rows; row++, cell += width) {
        int64_t size = ends[cell] - (cell ? ends[cell - 1] + 1 : 0);
        bytes += size > SHORT_CELL ? size : 0;
    }
    struct written into;
    if (!new_column(out, rows, bytes, &into))
        return false;
    for (int64_t row = 0, cell = column; row < rows; row++, cell += width) {
        const uint8_t *from = text + (cell ? ends[cell - 1] + 1 : 0);
        int64_t size = text + ends[cell] - from;
        if (size > 1 && *from == '"') {
            from++;
            size -= 2;
            int64_t inside = size - quotes_in(from, size) / 2;
            if (inside) {
                unquoted(from, size, room_for(&into, row, inside));
                keep_cell(&into, row, inside);
            }
        } else if (size) {
            memcpy(room_for(&into, row, size), from, (size_t)size);
            keep_cell(&into, row, size);
        }
    }
    end_column(out, &into);
    return true;
}

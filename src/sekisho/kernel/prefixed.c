/* The rows of a table as texts in which no two rows are alike: each cell behind its length in two bytes. */
#include "arrow.h"

#define LONGEST 0xFFFF

/* How many bytes the rows take. */
EXPORT int64_t sekisho_prefixed_size(struct ArrowArray *const *columns, int64_t count, int64_t rows)
{
    int64_t size = 2 * count * rows;
    for (int64_t column = 0; column < count; column++)
        for (int64_t row = 0; row < rows; row++)
            size += is_null(columns[column], row) ? 0 : view_at(columns[column], row)->size;
    return size;
}

/* Write the rows one behind the other, and where each ends. Returns a row with a cell that is too long, -1 without one. */
EXPORT int64_t sekisho_prefixed(struct ArrowArray *const *columns, int64_t count, int64_t rows, uint8_t *out,
                                int64_t *ends)
{
    uint8_t *to = out;
    for (int64_t row = 0; row < rows; row++) {
        for (int64_t column = 0; column < count; column++) {
            struct cell cell = {NULL, 0};
            if (!is_null(columns[column], row))
                cell = cell_at(columns[column], row);
            if (cell.size > LONGEST)
                return row;
            *to++ = (uint8_t)(cell.size >> 8);
            *to++ = (uint8_t)cell.size;
            if (cell.size)
                memcpy(to, cell.bytes, (size_t)cell.size);
            to += cell.size;
        }
        ends[row] = to - out;
    }
    return -1;
}

/* Columns of text as Polars hands them over and takes them: Arrow's C data interface with string views.
 * https://arrow.apache.org/docs/format/CDataInterface.html, .../format/Columnar.html (variable-size binary view) */
#ifndef SEKISHO_ARROW_H
#define SEKISHO_ARROW_H

#include <stdlib.h>

#include "kernel.h"

struct ArrowArray {
    int64_t length, null_count, offset, n_buffers, n_children;
    const void **buffers;
    struct ArrowArray **children, *dictionary;
    void (*release)(struct ArrowArray *);
    void *private_data;
};

/* Sixteen bytes: a short cell whole, of a long one its first four bytes and where it stands. */
struct view {
    uint32_t size;
    union {
        uint8_t whole[12];
        struct {
            uint8_t first[4];
            uint32_t buffer, at;
        } part;
    };
};

#define SHORT_CELL 12

struct cell {
    const uint8_t *bytes;
    int64_t size;
};

INLINE bool is_null(const struct ArrowArray *column, int64_t row)
{
    const uint8_t *valid = column->buffers[0];
    row += column->offset;
    return valid && !(valid[row >> 3] >> (row & 7) & 1);
}

INLINE const struct view *view_at(const struct ArrowArray *column, int64_t row)
{
    return (const struct view *)column->buffers[1] + column->offset + row;
}

INLINE struct cell cell_of(const struct ArrowArray *column, const struct view *view)
{
    if (view->size <= SHORT_CELL)
        return (struct cell){view->whole, view->size};
    return (struct cell){(const uint8_t *)column->buffers[2 + view->part.buffer] + view->part.at, view->size};
}

INLINE struct cell cell_at(const struct ArrowArray *column, int64_t row)
{
    return cell_of(column, view_at(column, row));
}

/* A column that is written: views, which of them hold something, and the bytes of the long ones. */
struct written {
    struct view *views;
    uint8_t *valid, *bytes;
    int64_t used;
};

bool new_column(struct ArrowArray *column, int64_t rows, int64_t bytes, struct written *into);
void end_column(struct ArrowArray *column, const struct written *from);

/* Where a cell of at most this size is to be written, before it is kept by keep_cell. */
INLINE uint8_t *room_for(struct written *into, int64_t row, int64_t size)
{
    return size <= SHORT_CELL ? into->views[row].whole : into->bytes + into->used;
}

/* Keep a cell that was written where room_for said for this very size. */
INLINE void keep_cell(struct written *into, int64_t row, int64_t size)
{
    struct view *view = into->views + row;
    view->size = (uint32_t)size;
    into->valid[row >> 3] |= (uint8_t)(1 << (row & 7));
    if (size > SHORT_CELL) {
        memcpy(view->part.first, into->bytes + into->used, 4);
        view->part.buffer = 0;
        view->part.at = (uint32_t)into->used;
        into->used += size;
    }
}

#endif

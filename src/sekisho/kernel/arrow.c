/* Columns that the kernel gives away: one allocation each, freed by whoever holds them last. */
#include "arrow.h"

struct kept {
    const void *buffers[4];
    int64_t sizes[1];
};

static void release(struct ArrowArray *column)
{
    free(column->private_data);
    column->release = NULL;
}

bool new_column(struct ArrowArray *column, int64_t rows, int64_t bytes, struct written *into)
{
    int64_t valid = (rows + 7) / 8, views = rows * (int64_t)sizeof(struct view);
    uint8_t *memory = malloc(sizeof(struct kept) + (size_t)(views + valid + bytes) + 1);
    if (!memory || bytes > INT32_MAX)
        return free(memory), false;
    struct kept *kept = (struct kept *)memory;
    *into = (struct written){(struct view *)(kept + 1), memory + sizeof *kept + views, NULL, 0};
    into->bytes = into->valid + valid;
    memset(into->views, 0, (size_t)(views + valid));
    kept->buffers[0] = into->valid;
    kept->buffers[1] = into->views;
    kept->buffers[2] = into->bytes;
    kept->buffers[3] = kept->sizes;
    *column = (struct ArrowArray){.length = rows, .n_buffers = 4, .buffers = kept->buffers};
    column->null_count = -1;
    column->release = release;
    column->private_data = memory;
    return true;
}

void end_column(struct ArrowArray *column, const struct written *from)
{
    ((struct kept *)column->private_data)->sizes[0] = from->used;
}

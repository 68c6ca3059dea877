/* HMAC-SHA-256 (RFC 2104) of the rows of a table: a beginning, then each cell behind its length in two bytes. */
#include <stdlib.h>

#include "arrow.h"
#include "sha256.h"

#define LONGEST 0xFFFF

static void begin(sha_rounds rounds, const uint8_t *key, int64_t size, uint8_t pad, uint32_t state[8])
{
    uint8_t block[SHA_BLOCK];
    for (int i = 0; i < SHA_BLOCK; i++)
        block[i] = pad ^ (i < size ? key[i] : 0);
    memcpy(state, SHA_START, 8 * sizeof *state);
    rounds(state, block, 1);
}

static int64_t write_row(struct ArrowArray *const *columns, int64_t count, int64_t row, uint8_t *to)
{
    uint8_t *start = to;
    for (int64_t column = 0; column < count; column++) {
        struct cell cell = is_null(columns[column], row) ? (struct cell){NULL, 0} : cell_at(columns[column], row);
        if (cell.size > LONGEST)
            return -1;
        *to++ = (uint8_t)(cell.size >> 8);
        *to++ = (uint8_t)cell.size;
        if (cell.size)
            memcpy(to, cell.bytes, (size_t)cell.size);
        to += cell.size;
    }
    return to - start;
}

/* Write the first `keep` bytes of each row's code from one row up to another. The key is at most a block.
 * Returns a row with a cell that is too long, -1 if there is none, -2 without memory. */
EXPORT int64_t sekisho_hmac(const uint8_t *key, int64_t key_size, const uint8_t *head, int64_t head_size,
                            struct ArrowArray *const *columns, int64_t count, int64_t from, int64_t to, uint8_t *out,
                            int64_t keep)
{
    sha_rounds rounds = fastest_rounds();
    uint32_t inner[8], outer[8];
    uint8_t digest[SHA_DIGEST], *text = malloc((size_t)(head_size + count * (2 + LONGEST)) + 1);
    if (!text)
        return -2;
    begin(rounds, key, key_size, 0x36, inner);
    begin(rounds, key, key_size, 0x5C, outer);
    memcpy(text, head, (size_t)head_size);
    for (int64_t row = from; row < to; row++) {
        int64_t size = write_row(columns, count, row, text + head_size);
        if (size < 0)
            return free(text), row;
        sha_finish(rounds, inner, SHA_BLOCK, text, head_size + size, digest);
        sha_finish(rounds, outer, SHA_BLOCK, digest, SHA_DIGEST, digest);
        memcpy(out + (row - from) * keep, digest, (size_t)keep);
    }
    return free(text), -1;
}

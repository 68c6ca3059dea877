/* Full-width digits brought to ASCII, as sekisho.detect.narrow tells. */
#include "kernel.h"

/* Return where the next full-width digit begins; `size` if there is none. */
static int64_t next_wide(const uint8_t *text, int64_t size, int64_t from)
{
    while (from + 2 < size) {
        const uint8_t *found = memchr(text + from, 0xEF, (size_t)(size - 2 - from));
        if (!found)
            return size;
        from = found - text;
        if (found[1] == 0xBC && (uint8_t)(found[2] - 0x90) < 10)
            return from;
        from++;
    }
    return size;
}

EXPORT int64_t sekisho_count_wide(const uint8_t *text, int64_t size)
{
    int64_t count = 0;
    for (int64_t at = next_wide(text, size, 0); at < size; at = next_wide(text, size, at + 3))
        count++;
    return count;
}

/* Write the text with ASCII digits, and where its cells end then. */
EXPORT void sekisho_narrow(const uint8_t *text, int64_t size, const int64_t *ends, int64_t cells, uint8_t *out,
                           int64_t *out_ends)
{
    int64_t cell = 0, shorter = 0;
    for (int64_t from = 0, at; from < size; from = at + 3) {
        at = next_wide(text, size, from);
        for (; cell < cells && ends[cell] < at; cell++)
            out_ends[cell] = ends[cell] - shorter;
        memcpy(out, text + from, (size_t)(at - from));
        out += at - from;
        if (at == size)
            break;
        *out++ = (uint8_t)(text[at + 2] - 0x90 + '0');
        shorter += 2;
    }
    for (; cell < cells; cell++)
        out_ends[cell] = ends[cell] - shorter;
}

/* Where the cells of regular delimited text end; sekisho.readers.structure.measure tells what is regular. */
#include "masks.h"

INLINE uint64_t prefix_xor(uint64_t mask)
{
    for (int shift = 1; shift < 64; shift *= 2)
        mask ^= mask << shift;
    return mask;
}

/* Return how many bytes of a text are one of two. */
EXPORT int64_t sekisho_count_either(const uint8_t *text, int64_t size, uint8_t first, uint8_t second)
{
    int64_t count = 0;
    uint8_t room[64];
    for (int64_t at = 0; at < size; at += 64) {
        const uint8_t *bytes = padded(text, at, size, room);
        uint64_t mask = equal_mask(bytes, first) | equal_mask(bytes, second);
        count += bits(size - at < 64 ? mask & ((1ull << (size - at)) - 1) : mask);
    }
    return count;
}

/* Write where each cell ends and return how many cells the whole rows have; -1 if quotes or rows are not regular.
 * There is room in `ends` for all delimiters and line ends, and for eight more. */
EXPORT int64_t sekisho_measure(const uint8_t *text, int64_t size, uint8_t delimiter, int64_t width, int64_t *ends)
{
    uint8_t room[64];
    int64_t *out = ends, whole = 0;
    uint64_t inside = 0, after_separator = 1, after_close = 0;
    for (int64_t at = 0; at < size; at += 64) {
        const uint8_t *bytes = padded(text, at, size, room);
        uint64_t present = size - at < 64 ? (1ull << (size - at)) - 1 : ~0ull;
        uint64_t feeds = equal_mask(bytes, '\n') & present, quotes = equal_mask(bytes, '"') & present;
        uint64_t stops = (equal_mask(bytes, delimiter) & present) | feeds, separators = stops | quotes;
        if (quotes | inside | after_close) {
            uint64_t within = prefix_xor(quotes) ^ inside;
            uint64_t opens = quotes & within, closes = quotes & ~within;
            if (opens & ~(separators << 1 | after_separator))
                return -1;
            if ((closes << 1 | after_close) & ~separators & present)
                return -1;
            inside = (uint64_t)((int64_t)within >> 63);
            after_close = closes >> 63;
            stops &= ~within;
            feeds &= ~within;
        }
        after_separator = separators >> 63;
        for (uint64_t left = feeds; left; left &= left - 1) {
            int64_t cells = out - ends + bits(stops & ((left & -left) - 1)) + 1;
            if (cells != whole + width)
                return -1;
            if (width == 1 && whole == 0 && at + lowest(left) == 0)
                return -1;
            whole = cells;
        }
        out = write_places(out, stops, at);
    }
    if (width == 1)
        for (int64_t cell = 1; cell < whole; cell++)
            if (ends[cell] - ends[cell - 1] == 1)
                return -1;
    return whole;
}

/* End every row with LF: leave out each CR before an LF that is outside quotes. Returns the size of what was written,
 * -1 if a CR outside quotes stands alone. There is room in `out` for the text and for 64 bytes more. */
EXPORT int64_t sekisho_unify(const uint8_t *text, int64_t size, uint8_t *out)
{
    uint8_t room[64], *to = out;
    uint64_t inside = 0;
    for (int64_t at = 0; at < size; at += 64) {
        const uint8_t *bytes = padded(text, at, size, room);
        int count = size - at < 64 ? (int)(size - at) : 64;
        uint64_t present = count < 64 ? (1ull << count) - 1 : ~0ull;
        uint64_t returns = equal_mask(bytes, '\r') & present, quotes = equal_mask(bytes, '"') & present;
        uint64_t within = inside;
        if (quotes) {
            within ^= prefix_xor(quotes);
            inside = (uint64_t)((int64_t)within >> 63);
        }
        int from = 0;
        if ((returns &= ~within)) {
            uint64_t feeds = equal_mask(bytes, '\n') >> 1;
            if (at + 64 < size && text[at + 64] == '\n')
                feeds |= 1ull << 63;
            if (returns & ~feeds)
                return -1;
            for (; returns; returns &= returns - 1) {
                int stop = lowest(returns);
                memmove(to, bytes + from, 64 - (size_t)from);
                to += stop - from;
                from = stop + 1;
            }
        }
        memmove(to, bytes + from, 64 - (size_t)from);
        to += count - from;
    }
    return to - out;
}

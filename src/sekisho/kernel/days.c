/* Dates as machines write them, 2022-06-21 with or without a time of day behind it: sekisho.canon.date tells which. */
#include "arrow.h"

INLINE int two_digits(const uint8_t *at)
{
    return is_digit(at[0]) && is_digit(at[1]) ? 10 * (at[0] - '0') + at[1] - '0' : -1;
}

static bool is_day(const uint8_t *at)
{
    static const int DAYS[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int century = two_digits(at), of_century = two_digits(at + 2), month = two_digits(at + 5), day = two_digits(at + 8);
    if (century < 0 || of_century < 0 || at[4] != '-' || at[7] != '-' || !(century || of_century))
        return false;
    if (month < 1 || month > 12 || day < 1 || day > DAYS[month - 1])
        return false;
    return month != 2 || day < 29 || (of_century ? of_century % 4 == 0 : century % 4 == 0);
}

/* [T ]H:MM, [T ]HH:MM:SS.f, with or without Z, up to the end. */
static bool is_time(const uint8_t *at, const uint8_t *end)
{
    if (*at != 'T' && *at != ' ')
        return false;
    at += 1 + (end - at > 2 && is_digit(at[1]) && is_digit(at[2]));
    if (end - at < 4 || !is_digit(*at) || at[1] != ':' || two_digits(at + 2) < 0)
        return false;
    at += 4;
    if (end - at >= 3 && *at == ':' && two_digits(at + 1) >= 0) {
        at += 3;
        if (end - at >= 2 && *at == '.' && is_digit(at[1]))
            for (at++; at < end && is_digit(*at);)
                at++;
    }
    at += at < end && *at == 'Z';
    return at == end;
}

/* Write the first `keep` characters (4, 7 or 10) of each such date; odd[row] is set where Python has to look. */
EXPORT int32_t sekisho_days(const struct ArrowArray *cells, int64_t keep, struct ArrowArray *out, uint8_t *odd)
{
    struct written into;
    if (!new_column(out, cells->length, 0, &into))
        return false;
    for (int64_t row = 0; row < cells->length; row++) {
        odd[row] = 0;
        if (is_null(cells, row))
            continue;
        struct cell cell = cell_at(cells, row);
        bool plain = cell.size >= 10 && is_day(cell.bytes);
        if (plain && (cell.size == 10 || is_time(cell.bytes + 10, cell.bytes + cell.size))) {
            memcpy(room_for(&into, row, keep), cell.bytes, (size_t)keep);
            keep_cell(&into, row, keep);
        } else {
            odd[row] = 1;
        }
    }
    end_column(out, &into);
    return true;
}

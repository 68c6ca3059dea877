#include "shapes.h"

#define BIT(shape) (1u << (shape))

/* Return the shapes if the check holds; a check whose shape nobody wants is not made. */
#define IF(shape, check) ((wanted & BIT(shape)) && ((wanted & UNCHECKED) || (check)) ? BIT(shape) : 0)

static uint32_t twelve(const Group *g, uint32_t wanted)
{
    return BIT(TWELVE) | IF(MY_NUMBER, check_my_number(g->digits));
}

static uint32_t card(const Group *g, uint32_t wanted)
{
    return BIT(LONG) | IF(PAYMENT_CARD, check_payment_card(g->digits, g->size));
}

static uint32_t single(const Group *g, uint32_t wanted, const AreaCodes *codes)
{
    const uint8_t *d = g->digits;
    switch (g->size) {
    case 6: return BIT(SIX) | IF(INSURER_NUMBER, check_insurer_number(d, 6));
    case 7: return BIT(SEVEN);
    case 8:
        return BIT(EIGHT) | IF(DATE8, check_day(value_of(d, 4), value_of(d + 4, 2), value_of(d + 6, 2))) |
               IF(INSURER_NUMBER, check_insurer_number(d, 8));
    case 10: return BIT(TEN) | IF(LANDLINE, check_phone(d, 10, codes)) | IF(NHS_NUMBER, check_nhs_number(d));
    case 11: return BIT(ELEVEN) | IF(MOBILE, check_phone(d, 11, codes));
    case 12: return twelve(g, wanted);
    case 13:
        return BIT(THIRTEEN) | IF(CORPORATE_NUMBER, check_corporate_number(d)) | IF(KR_RRN, check_kr_rrn(d));
    case 14: case 15: case 16: case 17: case 18: case 19: return card(g, wanted);
    default: return 0;
    }
}

static uint32_t pair(const Group *g, uint32_t wanted, const AreaCodes *codes)
{
    int a = g->lengths[0], b = g->lengths[1];
    if (a == 3 && b == 4 && (g->joins[0] == '-' || g->joins[0] == ' '))
        return BIT(POSTAL_CODE);
    if (g->joins[0] != '-')
        return 0;
    if (a == 4 && b == 6)
        return BIT(PENSION_NUMBER);
    if (a == 6 && b == 7)
        return IF(KR_RRN, check_kr_rrn(g->digits));
    if ((a == 2 || a == 3) && b == 8)
        return IF(PHONE, check_phone(g->digits, a + b, codes));
    if (a == 5 && b <= 8)
        return IF(YUCHO_ACCOUNT, check_yucho_account(g->digits, g->digits + 5, b));
    return 0;
}

static bool is_phone(const Group *g, const AreaCodes *codes)
{
    int a = g->lengths[0], b = g->lengths[1], c = g->lengths[2], four = value_of(g->digits, 4);
    if (a >= 2 && a <= 5 && a + b == 6 && c == 4)
        return check_landline(g->digits, a, codes);
    if (a == 3 && b == 4 && c == 4)
        return check_phone(g->digits, 11, codes);
    if (a == 4 && b == 3 && c == 3)
        return four == 120 || four == 570 || four == 990 || four == 180;
    return a == 4 && b == 3 && c == 4 && four == 800;
}

static bool is_date(const Group *g)
{
    int a = g->lengths[0], b = g->lengths[1], c = g->lengths[2];
    return a == 4 && b <= 2 && c <= 2 &&
           check_day(value_of(g->digits, 4), value_of(g->digits + 4, b), value_of(g->digits + 4 + b, c));
}

static uint32_t triple(const Group *g, uint32_t wanted, const AreaCodes *codes)
{
    int a = g->lengths[0], b = g->lengths[1], c = g->lengths[2];
    uint8_t one = g->joins[0], two = g->joins[1];
    uint32_t found = 0;
    if (g->same_joins && one == '-') {
        if (a == 3 && b == 2 && c == 4)
            found |= IF(SSN, check_ssn(g->digits));
        if (a == 4 && b == 6 && c == 1)
            found |= BIT(EMPLOYMENT_INSURANCE);
    }
    if (g->same_joins && (one == '-' || one == ' ')) {
        if (a == 4 && b == 4 && c == 4)
            found |= twelve(g, wanted);
        if (a == 3 && b == 3 && c == 4)
            found |= IF(NHS_NUMBER, check_nhs_number(g->digits));
        if (a == 4 && b == 6 && c == 5)
            found |= card(g, wanted);
    }
    if (g->same_joins && (one == '-' || one == '/' || one == '.'))
        found |= IF(DATE, is_date(g));
    if ((g->same_joins && (one == '-' || one == ' ' || one == '.')) || (one == '(' && two == ')') ||
        (one == ')' && two == '-'))
        found |= IF(PHONE, is_phone(g, codes));
    return found;
}

static bool is_ipv4(const Group *g)
{
    const uint8_t *digits = g->digits;
    for (int i = 0; i < 4; digits += g->lengths[i++])
        if (g->lengths[i] > 3 || value_of(digits, g->lengths[i]) > 255)
            return false;
    return true;
}

static uint32_t quadruple(const Group *g, uint32_t wanted)
{
    if (!g->same_joins)
        return 0;
    if (g->joins[0] == '.')
        return IF(IPV4, is_ipv4(g));
    if (g->joins[0] != '-' && g->joins[0] != ' ')
        return 0;
    for (int i = 0; i < 4; i++)
        if (g->lengths[i] != 4)
            return 0;
    return card(g, wanted);
}

/* A telephone number with the country code of Japan. */
static uint32_t international(const Group *g, uint32_t wanted)
{
    bool japan = g->digits[0] == 8 && g->digits[1] == 1 && g->digits[2] != 0;
    return g->size == 11 || g->size == 12 ? IF(PHONE, japan) : 0;
}

static uint32_t free_group(const Group *g, uint32_t wanted, const AreaCodes *codes)
{
    switch (g->count) {
    case 1: return single(g, wanted, codes);
    case 2: return pair(g, wanted, codes);
    case 3: return triple(g, wanted, codes);
    default: return quadruple(g, wanted);
    }
}

/* Tell whether a run can be the last of a number. */
static bool is_open_right(const Runs *runs, int64_t run, uint8_t join)
{
    uint8_t behind = byte_at(runs, stop_of(runs, run));
    if (behind == 'T')
        return is_digit(byte_at(runs, stop_of(runs, run) + 1)); /* 2022-06-21T10:30 */
    return !(is_letter(behind) || behind == '_' || behind == '-' || binds(join));
}

/* Add a run of which the group has room for the digits. */
INLINE void add_run(Group *g, const Runs *runs, int64_t run)
{
    int64_t start = start_of(runs, run);
    int length = (int)length_of(runs, run);
    const uint8_t *from = runs->text + start;
    uint8_t *to = g->digits + g->size;
    if (start + STRIP <= runs->readable)
        take_digits(to, from);
    else
        for (int i = 0; i < length; i++)
            to[i] = (uint8_t)(from[i] - '0');
    g->size += length;
    g->starts[g->count] = start;
    g->lengths[g->count++] = length;
}

/* Where blanks join a group, a run as long as its first or last beside it makes it part of something else. */
static bool is_crowded(const Runs *runs, uint8_t join_before, int64_t last, uint8_t join_behind)
{
    int64_t first = runs->current;
    return (join_behind == ' ' && length_of(runs, last + 1) == length_of(runs, last)) ||
           (join_before == ' ' && length_of(runs, first - 1) == length_of(runs, first));
}

uint32_t shapes_of(const Group *g, uint32_t wanted, const AreaCodes *codes)
{
    return wanted & ~UNCHECKED & (g->plus ? international(g, wanted) : free_group(g, wanted, codes));
}

uint32_t shapes_alone(const uint8_t *text, int size, const AreaCodes *codes)
{
    Group group;
    group.size = size;
    take_digits(group.digits, text);
    return single(&group, ~UNCHECKED, codes);
}

static int joined(const Runs *runs, uint8_t join_before, uint8_t join, uint32_t wanted, const AreaCodes *codes,
                  bool plus, Number *found, Group *groups)
{
    Group group;
    bool blanks = false;
    int count = 0;
    group.size = group.count = 0; /* the digits are written before they are read */
    group.same_joins = true;
    group.plus = plus;
    group.lettered = false;
    for (int64_t run = runs->current;; run++) {
        if (group.size + length_of(runs, run) > LONGEST)
            return count; /* no number is as long */
        add_run(&group, runs, run);
        if (is_open_right(runs, run, join) && !(blanks && is_crowded(runs, join_before, run, join))) {
            uint32_t shapes = shapes_of(&group, wanted, codes);
            if (shapes && groups)
                groups[count] = group;
            if (shapes)
                found[count++] = (Number){start_of(runs, runs->current) - plus, stop_of(runs, run), shapes};
        }
        if (join == 0 || group.count == 4)
            return count;
        group.joins[group.count - 1] = join;
        group.same_joins = group.same_joins && join == group.joins[0];
        blanks = blanks || join == ' ';
        join = join_of(runs, run + 1);
    }
}

static bool in_letters(uint8_t letter, const char *letters) { return letter && strchr(letters, letter) != NULL; }

static bool is_nino(uint8_t first, uint8_t second, uint8_t suffix)
{
    static const char never[] = "BGGBKNNKNTTNZZ";
    if (!in_letters(first, "ABCEGHJKLMNOPRSTWXYZ") || !in_letters(second, "ABCEGHJKLMNPRSTWXYZ") ||
        !in_letters(suffix, "ABCD"))
        return false;
    for (int i = 0; i < 14; i += 2)
        if (first == never[i] && second == never[i + 1])
            return false;
    return true;
}

/* Numbers with letters of their own: passports, residence cards, invoice numbers, foreign IDs. */
static int lettered(const Runs *runs, uint8_t join, uint32_t wanted, Number *found, Group *groups)
{
    int64_t run = runs->current, start = start_of(runs, run), stop = stop_of(runs, run), length = stop - start;
    uint8_t letter = runs->text[start - 1], behind = byte_at(runs, stop);
    bool one = !is_word(byte_at(runs, start - 2));
    bool two = is_letter(byte_at(runs, start - 2)) && !is_word(byte_at(runs, start - 3));
    bool ends = is_open_right(runs, run, join);
    Group group;
    group.size = group.count = 0;
    if (length <= LONGEST)
        add_run(&group, runs, run);
    *found = (Number){start - 1, stop, 0};
    if (length == 13 && one && ends && letter == 'T')
        found->shapes = BIT(THIRTEEN) | IF(CORPORATE_NUMBER, check_corporate_number(group.digits));
    if (length == 9 && one && ends && letter <= 'Z')
        found->shapes = IF(TW_ID, check_tw_id(letter, group.digits));
    if (length == 7 && two && ends)
        *found = (Number){start - 2, stop, BIT(PASSPORT)};
    if (length == 8 && two && is_letter(behind) && is_letter(byte_at(runs, stop + 1)) && !is_word(byte_at(runs, stop + 2)))
        *found = (Number){start - 2, stop + 2, BIT(RESIDENCE_CARD)};
    if (length == 6 && two && is_letter(behind) && !is_word(byte_at(runs, stop + 1)) &&
        is_nino(byte_at(runs, start - 2), letter, behind))
        *found = (Number){start - 2, stop + 1, BIT(NINO)};
    found->shapes &= wanted & ~UNCHECKED;
    if (groups)
        groups->lettered = true;
    return found->shapes != 0;
}

int numbers_here(const Runs *runs, uint8_t join_before, uint8_t join, uint32_t wanted, const AreaCodes *codes,
                 Number *found, Group *groups)
{
    int64_t start = start_of(runs, runs->current);
    uint8_t before = byte_at(runs, start - 1);
    if (is_letter(before))
        return lettered(runs, join, wanted, found, groups);
    if (before == '_' || before == '-' || (before == '.' && !is_letter(byte_at(runs, start - 2))))
        return 0; /* a dot closes, unless it abbreviates a word: No.1234567 */
    return joined(runs, join_before, join, wanted, codes, before == '+', found, groups);
}

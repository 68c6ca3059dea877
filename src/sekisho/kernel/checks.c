#include "checks.h"

static const uint8_t DOUBLED[10] = {0, 2, 4, 6, 8, 1, 3, 5, 7, 9};

static int weighted(const uint8_t *digits, const uint8_t *weights, int count)
{
    int total = 0;
    for (int i = 0; i < count; i++)
        total += digits[i] * weights[i];
    return total;
}

/* All alike, counting up or down, or a small number filled with zeros: nobody was given these. */
static bool is_dummy(const uint8_t *digits, int size)
{
    if (!(digits[0] | digits[1] | digits[2] | digits[3] | digits[4] | digits[5]))
        return true;
    int step = (digits[1] + 10 - digits[0]) % 10;
    if (step > 1 && step != 9)
        return false;
    for (int i = 1; i + 1 < size; i++)
        if ((digits[i + 1] + 10 - digits[i]) % 10 != step)
            return false;
    return true;
}

static bool luhn(const uint8_t *digits, int size)
{
    int total = 0;
    for (int i = size - 1; i >= 0; i -= 2)
        total += digits[i];
    for (int i = size - 2; i >= 0; i -= 2)
        total += DOUBLED[digits[i]];
    return total % 10 == 0;
}

bool check_my_number(const uint8_t *digits)
{
    static const uint8_t weights[11] = {6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2};
    int rest = weighted(digits, weights, 11) % 11;
    return digits[11] == (rest <= 1 ? 0 : 11 - rest) && !is_dummy(digits, 12);
}

bool check_corporate_number(const uint8_t *digits)
{
    static const uint8_t weights[12] = {2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1};
    return digits[0] == 9 - weighted(digits + 1, weights, 12) % 9 && !is_dummy(digits, 13);
}

bool check_insurer_number(const uint8_t *digits, int size) { return luhn(digits, size) && !is_dummy(digits, size); }

static bool has_issuer(const uint8_t *digits, int size)
{
    int four = value_of(digits, 4), three = four / 10, two = four / 100;
    if ((three >= 300 && three <= 305) || two == 36 || two == 38 || two == 39)
        return true;
    if ((size == 16 || size == 19) &&
        (digits[0] == 4 || four == 6011 || (three >= 644 && three <= 649) || two == 65))
        return true;
    if (size == 16 && ((two >= 51 && two <= 55) || (four >= 2221 && four <= 2720)))
        return true;
    if (size == 15 && (two == 34 || two == 37))
        return true;
    return size >= 16 && four >= 3528 && four <= 3589;
}

bool check_payment_card(const uint8_t *digits, int size)
{
    return has_issuer(digits, size) && luhn(digits, size) && !is_dummy(digits, size);
}

bool check_nhs_number(const uint8_t *digits)
{
    static const uint8_t weights[9] = {10, 9, 8, 7, 6, 5, 4, 3, 2};
    return digits[9] == (11 - weighted(digits, weights, 9) % 11) % 11 && !is_dummy(digits, 10);
}

bool check_kr_rrn(const uint8_t *digits)
{
    static const uint8_t weights[12] = {2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5};
    int month = value_of(digits + 2, 2), day = value_of(digits + 4, 2);
    return digits[12] == (11 - weighted(digits, weights, 12) % 11) % 10 && month >= 1 && month <= 12 && day >= 1 &&
           day <= 31;
}

bool check_tw_id(uint8_t letter, const uint8_t *digits)
{
    static const uint8_t codes[26] = {10, 11, 12, 13, 14, 15, 16, 17, 34, 18, 19, 20, 21,
                                      22, 35, 23, 24, 25, 26, 27, 28, 29, 32, 30, 31, 33};
    static const uint8_t weights[9] = {8, 7, 6, 5, 4, 3, 2, 1, 1};
    int code = codes[letter - 'A'], first = digits[0];
    int total = code / 10 + 9 * (code % 10) + weighted(digits, weights, 9);
    return total % 10 == 0 && (first == 1 || first == 2 || first == 8 || first == 9);
}

bool check_ssn(const uint8_t *digits)
{
    int area = value_of(digits, 3), group = value_of(digits + 3, 2), serial = value_of(digits + 5, 4);
    return area != 0 && area != 666 && area < 900 && group != 0 && serial != 0;
}

bool check_yucho_account(const uint8_t *symbol, const uint8_t *number, int size)
{
    uint8_t filled[8] = {0};
    memcpy(filled + 8 - size, number, (size_t)size);
    int total = symbol[0] + 3 * symbol[1] + DOUBLED[symbol[2]] + 3 * symbol[4];
    total += DOUBLED[filled[0]] + filled[1] + 3 * filled[2] + DOUBLED[filled[3]] + filled[4] + 3 * filled[5] +
             DOUBLED[filled[6]] + filled[7];
    return symbol[0] == 1 && symbol[4] == 0 && filled[7] == 1 && symbol[3] == total % 10;
}

bool check_phone(const uint8_t *digits, int size, const AreaCodes *codes)
{
    if (size == 11)
        return digits[0] == 0 && digits[1] >= 5 && digits[2] == 0;
    int next = value_of(digits + 1, 3);
    return digits[0] == 0 && (codes->assigned[next] || next == 120 || next == 570 || next == 990 || next == 180);
}

bool check_landline(const uint8_t *digits, int code, const AreaCodes *codes)
{
    if (!check_phone(digits, 10, codes))
        return false;
    return code == 2 ? codes->two[digits[1]] : code == 3 ? codes->three[value_of(digits + 1, 2)] : true;
}

bool check_day(int year, int month, int day)
{
    static const uint8_t days[13] = {0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (month < 1 || month > 12 || day < 1 || day > days[month] || year < 1868 || year > 2035)
        return false;
    return month != 2 || day != 29 || (year % 4 == 0 && (year % 100 != 0 || year % 400 == 0));
}

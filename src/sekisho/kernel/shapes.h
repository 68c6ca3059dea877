/* Which shapes the group of runs at a place has; a shape is a bit whose place is its number in sekisho.detect.hits. */
#ifndef SEKISHO_SHAPES_H
#define SEKISHO_SHAPES_H

#include "checks.h"
#include "runs.h"

enum {
    SIX, SEVEN, EIGHT, TEN, ELEVEN, TWELVE, THIRTEEN, LONG, INSURER_NUMBER, DATE8, NHS_NUMBER, LANDLINE, MOBILE,
    MY_NUMBER, CORPORATE_NUMBER, PAYMENT_CARD, POSTAL_CODE, PENSION_NUMBER, EMPLOYMENT_INSURANCE, YUCHO_ACCOUNT, DATE,
    PHONE, SSN, KR_RRN, IPV4, PASSPORT, RESIDENCE_CARD, TW_ID, NINO, SHAPES
};

/* A number: where it starts and stops, and its shapes. */
typedef struct {
    int64_t start;
    int64_t stop;
    uint32_t shapes;
} Number;

#define MOST_NUMBERS 4 /* that begin with one run */
#define LONGEST 19     /* digits of a number */
#define STRIP 24       /* bytes taken at once: a fixed number is quicker than the right one */

/* Beside the wanted shapes: take every check for passed, to learn what a form can hold at all. */
#define UNCHECKED (1u << 31)

/* A group of joined runs. */
typedef struct {
    int count;
    int lengths[4];
    int64_t starts[4];
    uint8_t joins[4];
    bool same_joins;
    bool plus;
    bool lettered;
    int size;
    uint8_t digits[LONGEST + STRIP];
} Group;

/* Write the numbers that begin with the current run, the shortest first, and return how many there are.
 * Their groups are written too, where there is room for them. */
int numbers_here(const Runs *runs, uint8_t join_before, uint8_t join, uint32_t wanted, const AreaCodes *codes,
                 Number *found, Group *groups);

/* The shapes of a group whose digits are there. */
uint32_t shapes_of(const Group *group, uint32_t wanted, const AreaCodes *codes);

/* The shapes of a cell that is so many digits, at most LONGEST, and nothing else; STRIP bytes of it may be read. */
uint32_t shapes_alone(const uint8_t *text, int size, const AreaCodes *codes);

/* Bring STRIP bytes of digits to their values. */
INLINE void take_digits(uint8_t *to, const uint8_t *from)
{
    for (int i = 0; i < STRIP; i++)
        to[i] = (uint8_t)(from[i] - '0');
}

#endif

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

/* Write the numbers that begin with the current run, the shortest first, and return how many there are. */
int numbers_here(const Runs *runs, uint8_t join_before, uint8_t join, uint32_t wanted, const AreaCodes *codes,
                 Number *found);

#endif

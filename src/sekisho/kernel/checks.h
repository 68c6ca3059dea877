/* Check digits and ranges, as sekisho.detect.digits states them for arrays; a number is an array of digits 0 to 9. */
#ifndef SEKISHO_CHECKS_H
#define SEKISHO_CHECKS_H

#include "kernel.h"

/* What the numbering plan of telephones allows: see sekisho.detect.area_codes. */
typedef struct {
    uint8_t assigned[1000];
    uint8_t three[100];
    uint8_t two[10];
} AreaCodes;

bool check_my_number(const uint8_t *digits);
bool check_corporate_number(const uint8_t *digits);
bool check_insurer_number(const uint8_t *digits, int size);
bool check_payment_card(const uint8_t *digits, int size);
bool check_nhs_number(const uint8_t *digits);
bool check_kr_rrn(const uint8_t *digits);
bool check_tw_id(uint8_t letter, const uint8_t *digits);
bool check_ssn(const uint8_t *digits);
bool check_yucho_account(const uint8_t *symbol, const uint8_t *number, int size);
bool check_phone(const uint8_t *digits, int size, const AreaCodes *codes);
bool check_landline(const uint8_t *digits, int code, const AreaCodes *codes);
bool check_day(int year, int month, int day);

INLINE int value_of(const uint8_t *digits, int size)
{
    int value = 0;
    for (int i = 0; i < size; i++)
        value = 10 * value + digits[i];
    return value;
}

#endif

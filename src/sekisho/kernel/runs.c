#include "runs.h"

/* Return the separator of two or three bytes that stands alone between two runs, as ASCII; 0 if there is none. */
uint8_t wide_separator(const uint8_t *between, int64_t size)
{
    if (size == 2)
        return between[0] == 0xC2 && between[1] == 0xA0 ? ' ' : 0;
    switch ((uint32_t)between[0] << 16 | (uint32_t)between[1] << 8 | between[2]) {
    case 0xE28090: case 0xE28091: case 0xE28092: case 0xE28093: case 0xE28094: case 0xE28095: /* ‐ ‑ ‒ – — ― */
    case 0xE28892: case 0xE383BC: case 0xEFBC8D: case 0xEFBDB0:                               /* − ー － ｰ */
        return '-';
    case 0xEFBC8F: return '/';
    case 0xEFBC8E: return '.';
    case 0xEFBC88: return '(';
    case 0xEFBC89: return ')';
    case 0xE38080: case 0xE28082: case 0xE28083: case 0xE28087: case 0xE28089: case 0xE280AF: /* blanks of all widths */
    case 0xE2808B: case 0xE2808C: case 0xE2808D: case 0xE281A0: case 0xEFBBBF:                /* and of none */
        return ' ';
    default: return 0;
    }
}

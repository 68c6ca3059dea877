/* SHA-256 (FIPS 180-4) of many short texts under one beginning, by the processor's own instructions where it has them. */
#ifndef SEKISHO_SHA256_H
#define SEKISHO_SHA256_H

#include "kernel.h"

#define SHA_BLOCK 64
#define SHA_DIGEST 32

typedef void (*sha_rounds)(uint32_t state[8], const uint8_t *blocks, int64_t count);

extern const uint32_t SHA_START[8];

sha_rounds fastest_rounds(void);

/* The digest of a text whose first bytes, `before` of them, are in the state already. */
void sha_finish(sha_rounds rounds, const uint32_t begun[8], int64_t before, const uint8_t *text, int64_t size,
                uint8_t digest[SHA_DIGEST]);

#endif

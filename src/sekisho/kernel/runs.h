/* Runs of digits in order, some of them ahead; what joins two of them is told by sekisho.detect.runs. */
#ifndef SEKISHO_RUNS_H
#define SEKISHO_RUNS_H

#include "masks.h"

#define AHEAD 5 /* a number has up to four runs, and the one behind it matters too */
#define HELD 1024

/* Edges are kept two a run: where it starts, where it stops. One run behind the current one is kept as well. */
typedef struct {
    const uint8_t *text;
    int64_t size;
    int64_t readable; /* bytes behind the size that may be read, but say nothing */
    int64_t next_block;
    uint64_t in_digits;
    bool all;
    int64_t count;
    int64_t current;
    int64_t edges[2 * (HELD + AHEAD) + 64 + 16];
} Runs;

INLINE void read_blocks(Runs *runs)
{
    uint8_t room[64];
    int64_t *out = runs->edges + 2 * runs->count + (int64_t)(runs->in_digits != 0);
    int64_t at = runs->next_block;
    while (at < runs->size && out < runs->edges + 2 * HELD) {
        uint64_t digits = digit_mask(padded(runs->text, at, runs->readable, room)) & first_bits(runs->size - at);
        out = write_places(out, digits ^ (digits << 1 | runs->in_digits), at);
        runs->in_digits = digits >> 63;
        at += 64;
    }
    runs->next_block = at;
    if (at >= runs->size && runs->in_digits) {
        *out++ = runs->size; /* a run that ends with the text */
        runs->in_digits = 0;
    }
    runs->count = (out - runs->edges) / 2;
}

/* Make sure that as many runs are held ahead of the current one as there are. */
INLINE void look_ahead(Runs *runs)
{
    if (runs->current + AHEAD < runs->count || runs->all)
        return;
    int64_t keep = runs->current > 0 ? runs->current - 1 : 0;
    int64_t left = 2 * (runs->count - keep) + (int64_t)(runs->in_digits != 0);
    memmove(runs->edges, runs->edges + 2 * keep, sizeof(int64_t) * (size_t)left);
    runs->count -= keep;
    runs->current -= keep;
    while (runs->next_block < runs->size && runs->count < runs->current + AHEAD + 1)
        read_blocks(runs);
    if (runs->next_block >= runs->size) {
        runs->all = true;
        for (int64_t i = 2 * runs->count; i < 2 * (runs->count + AHEAD); i++)
            runs->edges[i] = INT64_MAX / 2 + 8 * i; /* far from everything */
    }
}

/* Begin with the runs between two places of a text of which more may be read. */
INLINE void begin_runs(Runs *runs, const uint8_t *text, int64_t from, int64_t to, int64_t readable)
{
    runs->text = text;
    runs->size = to;
    runs->readable = readable;
    runs->next_block = from;
    runs->in_digits = 0;
    runs->all = false;
    runs->count = runs->current = 0;
    look_ahead(runs);
}

INLINE bool has_run(const Runs *runs) { return runs->current < runs->count; }

INLINE void next_run(Runs *runs)
{
    runs->current++;
    look_ahead(runs);
}

INLINE int64_t start_of(const Runs *runs, int64_t run) { return runs->edges[2 * run]; }

INLINE int64_t stop_of(const Runs *runs, int64_t run) { return runs->edges[2 * run + 1]; }

INLINE int64_t length_of(const Runs *runs, int64_t run) { return stop_of(runs, run) - start_of(runs, run); }

/* A byte of the text; beyond its ends there are line ends. */
INLINE uint8_t byte_at(const Runs *runs, int64_t at)
{
    return at >= 0 && at < runs->size ? runs->text[at] : (uint8_t)'\n';
}

uint8_t wide_separator(const uint8_t *between, int64_t size);

/* What joins a run to the next, as ASCII; 0 if nothing does. */
INLINE uint8_t join_of(const Runs *runs, int64_t run)
{
    int64_t gap = start_of(runs, run + 1) - stop_of(runs, run);
    if (gap > 3)
        return 0;
    const uint8_t *between = runs->text + stop_of(runs, run);
    uint8_t first = *between;
    if (gap > 1)
        return first < 0xC2 ? 0 : wide_separator(between, gap);
    return (uint8_t)(first - 0x20) < 16 && 0xE301 >> (first - 0x20) & 1 ? first : 0; /* blank ( ) - . / */
}

/* A blank or a bracket joins too, but may as well stand between two numbers: 090-1234-5678(17時まで). */
INLINE bool binds(uint8_t join) { return (uint8_t)(join - '-') < 3; }

/* Tell whether a number may begin with a run, without a branch: which do, no processor guesses well. */
INLINE bool may_begin(uint8_t join_before, uint8_t join, int64_t length)
{
    return (((int)(join != 0) | (int)(length >= 6)) & (int)!binds(join_before)) != 0;
}

#endif

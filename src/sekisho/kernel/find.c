/* The numbers in a text, in order. */
#include "shapes.h"

/* Write each number once for each of its wanted shapes, as far as there is room, and return how many that are. */
EXPORT int64_t sekisho_find(const uint8_t *text, int64_t size, uint32_t wanted, const AreaCodes *codes, uint64_t *starts,
                            uint64_t *stops, uint8_t *shapes, int64_t room)
{
    Runs runs;
    Number here[MOST_NUMBERS];
    int64_t total = 0;
    uint8_t before = 0;
    for (begin_runs(&runs, text, 0, size, size); has_run(&runs); next_run(&runs)) {
        uint8_t join = join_of(&runs, runs.current);
        if (may_begin(before, join, length_of(&runs, runs.current))) {
            int found = numbers_here(&runs, before, join, wanted, codes, here, NULL);
            for (int i = 0; i < found; i++)
                for (uint32_t left = here[i].shapes; left; left &= left - 1, total++)
                    if (total < room) {
                        starts[total] = (uint64_t)here[i].start;
                        stops[total] = (uint64_t)here[i].stop;
                        shapes[total] = (uint8_t)__builtin_ctz(left);
                    }
        }
        before = join;
    }
    return total;
}

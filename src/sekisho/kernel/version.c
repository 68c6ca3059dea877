#include "kernel.h"

/* The interface that sekisho.kernel.library asks for; another number is another build, and is not used. */
EXPORT int32_t sekisho_interface(void) { return 1; }

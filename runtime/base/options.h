/* Structs that applications fill and that begin with their size. */
#ifndef WEFT_RUNTIME_BASE_OPTIONS_H
#define WEFT_RUNTIME_BASE_OPTIONS_H

#include "weft/base.h"

#include <string.h>

/* No version's struct is longer: a size beyond is one that was never set, and nothing is read by it. */
#define WEFT__OPTIONS_SIZE_MAX ((size_t)4096)

/* options: our struct of `size` bytes with its defaults. Copies the application's over it, but for the size in front;
 * NULL: it has none, and the defaults stay. An older program's struct is shorter: what it lacks keeps its default. A
 * newer one's is longer: refused only where the part that we do not know is not zero. 0 or WEFT_EINVAL, options as they
 * were. */
int weft__options_copy(void *options, size_t size, const void *from_or_null);
/* The way out: what fits of our defaults, of defaults_size bytes, into the application's struct of `size`, the rest 0.
 */
void weft__options_give(void *options, size_t size, const void *defaults, size_t defaults_size);
/* Is there a table of functions? One whose size was not set, not even for the first of them, would have none. */
static inline bool weft__options_is_table(const void *table_or_null)
{
    size_t size = 0;
    if (table_or_null)
        memcpy(&size, table_or_null, sizeof size);
    return size >= sizeof size + sizeof(void (*)(void));
}

#endif

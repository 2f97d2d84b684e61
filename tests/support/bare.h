/* Tables as a schema alone gives them: copies of compiled ones without what is said of C. */
#ifndef WEFT_TESTS_SUPPORT_BARE_H
#define WEFT_TESTS_SUPPORT_BARE_H

#include "weft/gen.h"

/* The type and all that it leads to, but for scalars, in arena: sizes and offsets 0, no default values, names and
 * declarations shared. Fails the test where memory runs out. */
const weft_type *weft_test_bare(const weft_type *type, weft_arena *arena);

#endif

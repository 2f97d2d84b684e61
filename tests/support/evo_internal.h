/* What the files of evo.h share. */
#ifndef WEFT_TESTS_SUPPORT_EVO_INTERNAL_H
#define WEFT_TESTS_SUPPORT_EVO_INTERNAL_H

#include "tests/support/evo.h"

/* n things of that size, zero; fails the test where memory runs out. */
void *evo_room(weft_arena *arena, size_t n, size_t size);
/* Sets ids and declarations of n tables, of which everything else is set, and says in which order they are sent. */
void evo_identify(weft_type *types, uint32_t n, weft_arena *arena, const weft_type **ret_sent);

#endif

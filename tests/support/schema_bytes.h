/* What Schema messages carry, made of generated tables. */
#ifndef WEFT_TESTS_SUPPORT_SCHEMA_BYTES_H
#define WEFT_TESTS_SUPPORT_SCHEMA_BYTES_H

#include "weft/gen.h"

/* The `types` of a Schema message: an array of [id, declaration]; in memory of its own, for free(). */
weft_bytes weft_test_schema_types(const weft_type *const *types, uint32_t n);

#endif

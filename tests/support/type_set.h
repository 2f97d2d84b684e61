/* All types that a table leads to. */
#ifndef WEFT_TESTS_SUPPORT_TYPE_SET_H
#define WEFT_TESTS_SUPPORT_TYPE_SET_H

#include "weft/gen.h"

enum { WEFT_TEST_TYPES_MAX = 1024 };

typedef struct weft_test_type_set {
    const weft_type *types[WEFT_TEST_TYPES_MAX]; /* each once, in the order in which they were met */
    size_t n;
} weft_test_type_set;

/* Adds the type and everything inside it; what goes beyond the maximum is left out. */
void weft_test_type_set_add(weft_test_type_set *set, const weft_type *type_or_null);
/* Adds what the methods of a service take and answer. */
void weft_test_type_set_add_service(weft_test_type_set *set, const weft_service_type *service);

#endif

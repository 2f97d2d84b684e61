/* A group whose threads are all the test's: its lock only says whether it is held, and given back. */
#ifndef WEFT_TESTS_SUPPORT_GROUP_H
#define WEFT_TESTS_SUPPORT_GROUP_H

#include "weft/engine.h"

weft_group *test_group_new(const weft_allocator *allocator_or_null);

#endif

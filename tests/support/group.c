/* A lock that only knows whether it is held. */
#include "tests/support/group.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static void lock_take(void *self)
{
    bool *held = self;
    assert_false(*held);
    *held = true;
}

static void lock_give(void *self)
{
    bool *held = self;
    assert_true(*held);
    *held = false;
}

static void lock_free(void *self)
{
    const bool *held = self;
    assert_false(*held);
    free(self);
}

weft_group *test_group_new(const weft_allocator *allocator_or_null)
{
    weft_group *group = NULL;
    weft_lock lock = { lock_take, lock_give, lock_free, calloc(1, sizeof(bool)) };
    assert_non_null(lock.self);
    assert_int_equal(weft_group_new(allocator_or_null, &lock, &group), 0);
    return group;
}

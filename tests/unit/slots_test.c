/* Value handles: never taken for another object. */
#include "runtime/base/slots.h"
#include "tests/support/alloc.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void slots_use(weft_test_alloc *alloc, void *user)
{
    (void)user;
    enum { OBJECTS = 200 };
    static int objects[OBJECTS];
    static weft__handle handles[OBJECTS];
    weft__slots *slots = NULL;
    if (weft__slots_new(&alloc->allocator, &slots)) {
        assert_true(alloc->failed);
        assert_null(slots);
        return;
    }
    memset(handles, 0, sizeof handles);
    for (unsigned i = 0; i < OBJECTS; i++) {
        int status = weft__slots_take(slots, 1, &objects[i], &handles[i]);
        if (status) {
            assert_int_equal(status, WEFT_ENOMEM);
            assert_true(alloc->failed);
            assert_null(handles[i].slot);
        }
    }
    for (unsigned i = 0; i < OBJECTS; i++)
        assert_ptr_equal(weft__handle_get(handles[i], 1), handles[i].slot ? &objects[i] : NULL);
    weft__slots_release(slots);
}

static void slots_handles_lead_to_their_objects(void **state)
{
    /* Goal: each handle leads to its own object; lack of memory gives no handle. */
    (void)state;
    weft_test_alloc_each(slots_use, NULL);
}

static void slots_stale_handle_stays_stale(void **state)
{
    /* Goal: a handle given back never leads anywhere again, though its slot serves others. */
    (void)state;
    weft_test_alloc alloc;
    weft__slots *slots;
    weft__handle first;
    int object = 0;
    weft_test_alloc_init(&alloc);
    assert_int_equal(weft__slots_new(&alloc.allocator, &slots), 0);
    assert_int_equal(weft__slots_take(slots, 1, &object, &first), 0);
    weft__slots_give(slots, first);
    for (unsigned i = 0; i < 10000; i++) {
        weft__handle next;
        assert_int_equal(weft__slots_take(slots, 2, &object, &next), 0);
        assert_ptr_equal(weft__handle_get(next, 2), &object);
        assert_null(weft__handle_get(next, 1));
        assert_null(weft__handle_get(first, 1));
        assert_null(weft__handle_get(first, 2));
        weft__slots_give(slots, first);
        assert_ptr_equal(weft__handle_get(next, 2), &object);
        weft__slots_give(slots, next);
        weft__slots_give(slots, next);
    }
    assert_true(alloc.live_blocks <= 2);
    weft__slots_release(slots);
    weft_test_alloc_assert_empty(&alloc);
}

static void slots_last_reference_frees(void **state)
{
    /* Goal: the set lives until its last holder lets go; the null handle is always stale. */
    (void)state;
    weft_test_alloc alloc;
    weft__slots *slots;
    weft__handle handle;
    weft__handle null = { NULL, 0 };
    int object = 0;
    weft_test_alloc_init(&alloc);
    assert_int_equal(weft__slots_new(&alloc.allocator, &slots), 0);
    assert_ptr_equal(weft__slots_retain(slots), slots);
    weft__slots_release(slots);
    assert_int_equal(weft__slots_take(slots, 9, &object, &handle), 0);
    assert_ptr_equal(weft__handle_get(handle, 9), &object);
    assert_null(weft__handle_get(null, 9));
    assert_null(weft__handle_get(null, 0));
    weft__slots_give(slots, null);
    weft__slots_release(slots);
    weft__slots_release(NULL);
    weft_test_alloc_assert_empty(&alloc);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(slots_handles_lead_to_their_objects),
        cmocka_unit_test(slots_stale_handle_stays_stale),
        cmocka_unit_test(slots_last_reference_frees),
    };
    return cmocka_run_group_tests_name("slots", tests, NULL, NULL);
}

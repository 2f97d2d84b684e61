/* Growable buffers. */
#include "runtime/base/buf.h"
#include "tests/support/alloc.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void buf_use(weft_test_alloc *alloc, void *user)
{
    (void)user;
    weft__buf buf;
    uint8_t expected[3000];
    size_t len = 0;
    weft__buf_init(&buf, &alloc->allocator);
    for (unsigned i = 0; i < 60; i++) {
        uint8_t piece[50];
        memset(piece, (int)i, sizeof piece);
        int status = weft__buf_append(&buf, piece, i % 51);
        if (status) {
            assert_int_equal(status, WEFT_ENOMEM);
            assert_true(alloc->failed);
        } else {
            memcpy(expected + len, piece, i % 51);
            len += i % 51;
        }
        assert_int_equal(buf.len, len);
        if (len > 0)
            assert_memory_equal(buf.data, expected, len);
    }
    weft__buf_fini(&buf);
}

static void buf_append_keeps_all_or_nothing(void **state)
{
    /* Goal: an append puts all bytes at the end or, out of memory, leaves the buffer as it was. */
    (void)state;
    weft_test_alloc_each(buf_use, NULL);
}

static void buf_consume_drops_the_front(void **state)
{
    /* Goal: consuming at every length leaves exactly what stood behind it. */
    (void)state;
    weft_allocator allocator;
    weft_test_alloc alloc;
    weft_test_alloc_init(&alloc);
    allocator = alloc.allocator;
    for (size_t n = 0; n <= 10; n++) {
        weft__buf buf;
        weft__buf_init(&buf, &allocator);
        assert_int_equal(weft__buf_append(&buf, "0123456789", 10), 0);
        weft__buf_consume(&buf, n);
        assert_int_equal(buf.len, 10 - n);
        assert_memory_equal(buf.data, &"0123456789"[n], 10 - n);
        weft__buf_fini(&buf);
    }
    weft_test_alloc_assert_empty(&alloc);
}

static void buf_clear_gives_back_above_the_limit(void **state)
{
    /* Goal: clear keeps memory up to the limit and gives back what has more. */
    (void)state;
    weft_test_alloc alloc;
    weft__buf buf;
    weft_test_alloc_init(&alloc);
    weft__buf_init(&buf, &alloc.allocator);
    assert_int_equal(weft__buf_reserve(&buf, 1000), 0);
    weft__buf_clear(&buf, 4096);
    assert_true(buf.cap >= 1000);
    weft__buf_clear(&buf, 100);
    assert_int_equal(buf.cap, 0);
    assert_int_equal(weft__buf_append(&buf, "x", 1), 0);
    weft__buf_fini(&buf);
    weft__buf_fini(&buf);
    weft_test_alloc_assert_empty(&alloc);
}

static void buf_impossible_sizes_are_refused(void **state)
{
    /* Goal: a size that overflows is lack of memory, and changes nothing. */
    (void)state;
    weft_test_alloc alloc;
    weft__buf buf;
    weft_test_alloc_init(&alloc);
    weft__buf_init(&buf, &alloc.allocator);
    assert_int_equal(weft__buf_append(&buf, "abc", 3), 0);
    assert_int_equal(weft__buf_reserve(&buf, SIZE_MAX), WEFT_ENOMEM);
    assert_int_equal(weft__buf_reserve(&buf, PTRDIFF_MAX), WEFT_ENOMEM);
    assert_int_equal(buf.len, 3);
    weft__buf_fini(&buf);
}

static void buf_given_memory_serves_again(void **state)
{
    /* Goal: a spare keeps the largest memory that it was given, up to its limit, for a buffer that has none, and
       nothing is lost. Without pools it keeps nothing. */
    (void)state;
    weft_test_alloc alloc;
    weft__buf spare, buf;
    weft_test_alloc_init(&alloc);
    weft__buf_init(&spare, &alloc.allocator);
    weft__buf_init(&buf, &alloc.allocator);
    static const size_t lens[] = { 100, 5000, 300, WEFT__SPARE_MAX + 1 };
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(weft__buf_reserve(&buf, lens[i]), 0);
        weft__buf_give(&spare, &buf, &alloc.allocator);
        assert_null(buf.data);
    }
    weft__buf_take(&buf, &spare);
    assert_null(spare.data);
    assert_true(buf.data == NULL || buf.cap >= 5000);
    assert_int_equal(buf.len, 0);
    assert_int_equal(weft__buf_append(&buf, "abc", 3), 0);
    weft__buf_take(&buf, &spare);
    assert_int_equal(buf.len, 3);
    weft__buf_fini(&buf);
    weft__buf_fini(&spare);
    weft_test_alloc_assert_empty(&alloc);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(buf_append_keeps_all_or_nothing),      cmocka_unit_test(buf_consume_drops_the_front),
        cmocka_unit_test(buf_clear_gives_back_above_the_limit), cmocka_unit_test(buf_impossible_sizes_are_refused),
        cmocka_unit_test(buf_given_memory_serves_again),
    };
    return cmocka_run_group_tests_name("buf", tests, NULL, NULL);
}

/* Sorting a list. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "runtime/base/list.h"

enum { N = 200 };

typedef struct item {
    weft__link link;
    uint32_t key, place;
} item;

static bool is_before(const weft__link *a, const weft__link *b)
{
    return weft__container(a, item, link)->key < weft__container(b, item, link)->key;
}

static void sort_orders_and_keeps_equals(void **state)
{
    /* Goal: any number of items comes into order, those of one key in the order in which they were. */
    (void)state;
    static item items[N];
    for (uint32_t n = 0; n <= N; n++) {
        for (uint32_t keys = 1; keys <= N; keys *= 7) {
            weft__link list, *link;
            const item *before = NULL;
            uint32_t seen = 0, random = n * 31 + keys;
            weft__list_init(&list);
            for (uint32_t i = 0; i < n; i++) {
                random = random * 1664525 + 1013904223;
                items[i] = (item){ .key = (random >> 16) % keys, .place = i };
                weft__list_append(&list, &items[i].link);
            }
            weft__list_sort(&list, is_before);
            for (link = list.next; link != &list; link = link->next, seen++) {
                const item *at = weft__container(link, item, link);
                assert_ptr_equal(link->next->prev, link);
                if (before)
                    assert_true(before->key < at->key || (before->key == at->key && before->place < at->place));
                before = at;
            }
            assert_int_equal(seen, n);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sort_orders_and_keeps_equals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

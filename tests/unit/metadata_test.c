/* Lists of metadata: limits, kinds, the public getters. */
#include "runtime/wire/parts.h"
#include "runtime/base/mem.h"
#include "tests/support/alloc.h"
#include "tests/support/rules.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const char filler[WEFT_METADATA_BYTES_MAX + 1];

static int list_read(const weft_writer *writer, weft__list_slice *ret_list)
{
    weft__reader reader = weft__reader_of(weft_bytes_of(writer->buf.data, writer->buf.len));
    int status = weft__read_metadata(&reader, ret_list);
    if (!status)
        assert_int_equal(weft__reader_left(&reader), 0);
    return status;
}

static void entries_equal(const weft_metadata_entry *a, const weft_metadata_entry *b)
{
    assert_true(weft_str_equal(a->key, b->key));
    assert_int_equal(a->kind, b->kind);
    assert_true(weft_str_equal(a->str, b->str));
    assert_int_equal(a->bytes.len, b->bytes.len);
    assert_true(a->bytes.len == 0 || memcmp(a->bytes.ptr, b->bytes.ptr, a->bytes.len) == 0);
    assert_true(a->number == b->number && a->flags == b->flags);
}

/* Writes some, reads them again, with any allocation failing. */
static void metadata_use(weft_test_alloc *alloc, void *user)
{
    (void)user;
    const weft_metadata_entry sent[] = {
        weft_metadata_str("name", WEFT_STR("warp"), 0),
        weft_metadata_bytes("token", weft_bytes_of("\x00\xff", 2), WEFT_METADATA_SENSITIVE),
        weft_metadata_u64("count", UINT64_MAX, WEFT_METADATA_NO_PROPAGATE | UINT64_C(1) << 63),
        weft_metadata_str("name", WEFT_STR(""), 0),
    };
    const weft_metadata metadata = { sent, 4 };
    weft_metadata back = { NULL, 99 };
    weft_arena *arena = NULL;
    weft_writer writer;
    weft__list_slice list;
    assert_int_equal(weft__metadata_check(&metadata), 0);
    weft__writer_init(&writer, &alloc->allocator, 4096);
    weft__metadata_encode(&writer, metadata);
    if (!writer.status && weft_arena_new(&alloc->allocator, &arena) == 0) {
        assert_int_equal(list_read(&writer, &list), 0);
        assert_int_equal(list.n, 4);
        int status = weft__metadata_decode(list, arena, &back);
        if (status) {
            assert_int_equal(status, WEFT_ENOMEM);
            assert_int_equal(back.n, 99);
        } else {
            for (size_t i = 0; i < 4; i++)
                entries_equal(&back.entries[i], &sent[i]);
        }
    } else {
        assert_true(alloc->failed);
    }
    weft_arena_free(arena);
    weft__writer_fini(&writer);
}

static void metadata_reads_as_written(void **state)
{
    /* Goal: all kinds of values, flags unknown ones too, and equal keys come back in order; lack of memory is said. */
    (void)state;
    WEFT_RULE("call.metadata");
    weft_test_alloc_each(metadata_use, NULL);
}

/* What reading a list of n entries, each with a value of len bytes, says. */
static int list_status(size_t n, size_t len)
{
    weft_test_alloc alloc;
    weft_writer writer;
    weft__list_slice list;
    weft_test_alloc_init(&alloc);
    weft__writer_init(&writer, &alloc.allocator, SIZE_MAX);
    weft__write_array(&writer, n);
    for (size_t i = 0; i < n; i++) {
        weft__write_array(&writer, 3);
        weft__write_str(&writer, WEFT_STR("key!"));
        weft__write_bin(&writer, weft_bytes_of(filler, len));
        weft__write_u64(&writer, 0);
    }
    int status = list_read(&writer, &list);
    weft__writer_fini(&writer);
    weft_test_alloc_assert_empty(&alloc);
    return status;
}

static void metadata_beyond_the_limits_is_malformed(void **state)
{
    /* Goal: 64 entries and 8 KiB, with 16 for each entry, are taken; one more of either is not, sent or received. */
    (void)state;
    WEFT_RULE("call.metadata");
    assert_int_equal(list_status(64, 108), 0);
    assert_int_equal(list_status(64, 109), WEFT_EBADMSG);
    assert_int_equal(list_status(65, 0), WEFT_EBADMSG);
    assert_int_equal(list_status(1, 8192 - 20), 0);
    assert_int_equal(list_status(1, 8192 - 19), WEFT_EBADMSG);
    weft_metadata_entry entries[65];
    for (size_t i = 0; i < 65; i++)
        entries[i] = weft_metadata_bytes("key!", weft_bytes_of(filler, 108), 0);
    assert_int_equal(weft__metadata_check(&(weft_metadata){ entries, 64 }), 0);
    assert_int_equal(weft__metadata_check(&(weft_metadata){ entries, 65 }), WEFT_EINVAL);
    entries[0].bytes.len++;
    assert_int_equal(weft__metadata_check(&(weft_metadata){ entries, 64 }), WEFT_EINVAL);
    entries[0].bytes.len = SIZE_MAX;
    assert_int_equal(weft__metadata_check(&(weft_metadata){ entries, 1 }), WEFT_EINVAL);
}

static void metadata_own_entry_counts_too(void **state)
{
    /* Goal: weft-service comes first; where it makes the list too long the writer fails, so that no counterpart is sent
     * what it must refuse. */
    (void)state;
    weft_test_alloc alloc;
    weft_metadata_entry entries[64];
    const weft__service_ref service = { WEFT_STR("kv.v1.Store"), 1 };
    for (size_t i = 0; i < 64; i++)
        entries[i] = weft_metadata_u64("k", i, 0);
    weft_test_alloc_init(&alloc);
    for (size_t n = 0; n <= 64; n++) {
        weft_writer writer;
        weft__list_slice list;
        weft_metadata_entry found;
        weft__writer_init(&writer, &alloc.allocator, SIZE_MAX);
        weft__write_metadata(&writer, (weft_metadata){ entries, n }, &service);
        assert_int_equal(writer.status, n == 64 ? WEFT_EINVAL : 0);
        if (n < 64) {
            assert_int_equal(list_read(&writer, &list), 0);
            assert_int_equal(list.n, n + 1);
            assert_true(weft__metadata_peek(list, WEFT_STR("weft-service"), &found));
            assert_true(weft_str_equal(found.str, service.name));
            assert_int_equal(weft__metadata_peek(list, WEFT_STR("k"), &found), n > 0);
            assert_false(weft__metadata_peek(list, WEFT_STR("weft"), &found));
        }
        weft__writer_fini(&writer);
    }
    weft_test_alloc_assert_empty(&alloc);
}

static void metadata_check_refuses_what_may_not_be_sent(void **state)
{
    /* Goal: reserved, empty and broken keys, broken strings and unknown kinds are refused before anything is sent. */
    (void)state;
    static const struct {
        const char *key;
        int status;
    } keys[] = { { "", WEFT_EINVAL }, { "weft-", WEFT_EINVAL }, { "weft-x", WEFT_EINVAL }, { "weft", 0 },
                 { "weft_x", 0 },     { "\xff", WEFT_EINVAL },  { "\xc3\xa9", 0 },         { "Weft-x", 0 } };
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        weft_metadata_entry entry = weft_metadata_u64(keys[i].key, 1, 0);
        assert_int_equal(weft__metadata_check(&(weft_metadata){ &entry, 1 }), keys[i].status);
    }
    weft_metadata_entry entry = weft_metadata_str("k", WEFT_STR("\xed\xa0\x80"), 0);
    assert_int_equal(weft__metadata_check(&(weft_metadata){ &entry, 1 }), WEFT_EINVAL);
    entry = weft_metadata_u64("k", 1, 0);
    entry.kind = (weft_metadata_kind)3;
    assert_int_equal(weft__metadata_check(&(weft_metadata){ &entry, 1 }), WEFT_EINVAL);
    assert_int_equal(weft__metadata_check(NULL), 0);
    assert_int_equal(weft__metadata_check(&(weft_metadata){ NULL, 0 }), 0);
}

static void metadata_malformed_entries_are_refused(void **state)
{
    /* Goal: an entry that is short, has an empty or broken key, or a value of another type is malformed; a longer one
     * is taken and its rest skipped. */
    (void)state;
    static const struct {
        const char *bytes;
        size_t len;
        int status;
    } lists[] = {
        { "\x90", 1, 0 },
        { "\x91\x93\xa1k\x05\x00", 6, 0 },
        { "\x91\x95\xa1k\x05\x00\x92\xc0\xc0\xa1x", 11, 0 },
        { "\x91\x92\xa1k\x05", 5, WEFT_EBADMSG },
        { "\x91\x93\xa0\x05\x00", 5, WEFT_EBADMSG },
        { "\x91\x93\xa1\xff\x05\x00", 6, WEFT_EBADMSG },
        { "\x91\x93\xa1k\xc0\x00", 6, WEFT_EBADMSG },
        { "\x91\x93\xa1k\xff\x00", 6, WEFT_EBADMSG },
        { "\x91\x93\xa1k\xc3\x00", 6, WEFT_EBADMSG },
        { "\x91\x93\xa1k\xa1\xff\x00", 7, WEFT_EBADMSG },
        { "\x91\x93\xa1k\x05\xff", 6, WEFT_EBADMSG },
        { "\x91\xa1k", 3, WEFT_EBADMSG },
        { "\x81\xa1k\x05", 4, WEFT_EBADMSG },
        { "\xc0", 1, WEFT_EBADMSG },
    };
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        for (size_t len = 0; len <= lists[i].len; len++) {
            weft__reader reader = weft__reader_of(weft_bytes_of(lists[i].bytes, len));
            weft__list_slice list;
            int expected = len == lists[i].len ? lists[i].status : WEFT_EBADMSG;
            assert_int_equal(weft__read_metadata(&reader, &list), expected);
        }
    }
}

static void metadata_getters_take_the_first_of_a_key(void **state)
{
    /* Goal: the public getters find the first entry of a key, and only of the wanted kind. */
    (void)state;
    const weft_metadata_entry entries[] = {
        weft_metadata_u64("n", 7, 0),
        weft_metadata_str("n", WEFT_STR("second"), 0),
        weft_metadata_str("s", WEFT_STR("text"), 0),
        weft_metadata_bytes("b", weft_bytes_of("xy", 2), 0),
    };
    const weft_metadata metadata = { entries, 4 };
    weft_str str = WEFT_STR("kept");
    weft_bytes bytes;
    uint64_t number;
    assert_ptr_equal(weft_metadata_find(&metadata, "n"), &entries[0]);
    assert_null(weft_metadata_find(&metadata, "nn"));
    assert_null(weft_metadata_find(NULL, "n"));
    assert_true(weft_metadata_get_u64(&metadata, "n", &number) && number == 7);
    assert_false(weft_metadata_get_str(&metadata, "n", &str));
    assert_true(weft_str_equal(str, WEFT_STR("kept")));
    assert_true(weft_metadata_get_str(&metadata, "s", &str) && weft_str_equal(str, WEFT_STR("text")));
    assert_true(weft_metadata_get_bytes(&metadata, "b", &bytes) && bytes.len == 2);
    assert_false(weft_metadata_get_bytes(&metadata, "s", &bytes));
    assert_false(weft_metadata_get_u64(NULL, "n", &number));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(metadata_reads_as_written),
        cmocka_unit_test(metadata_beyond_the_limits_is_malformed),
        cmocka_unit_test(metadata_own_entry_counts_too),
        cmocka_unit_test(metadata_check_refuses_what_may_not_be_sent),
        cmocka_unit_test(metadata_malformed_entries_are_refused),
        cmocka_unit_test(metadata_getters_take_the_first_of_a_key),
    };
    return cmocka_run_group_tests_name("metadata", tests, NULL, NULL);
}

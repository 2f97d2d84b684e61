/* Canonical declarations and ids: the example of docs/protocol.md, section 11, byte for byte, and what hostile ones do.
 */
#include "runtime/schema/canonical.h"

#include "runtime/base/hash.h"
#include "runtime/base/mem.h"
#include "tests/support/alloc.h"
#include "tests/support/rules.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define SPOT_ID UINT64_C(0xcc33e64b599891d7)
#define STOP_ID UINT64_C(0x4c7d4edbbabe546b)

static const uint8_t spot_bytes[] = { 0x93, 0x01, 0xab, 0x67, 0x65, 0x6f, 0x2e, 0x76, 0x31, 0x2e, 0x53, 0x70, 0x6f,
                                      0x74, 0x92, 0x93, 0xa1, 0x78, 0x08, 0xc2, 0x93, 0xa1, 0x79, 0x08, 0xc3 };
static const uint8_t stop_bytes[] = { 0x93, 0x01, 0xab, 0x67, 0x65, 0x6f, 0x2e, 0x76, 0x31, 0x2e, 0x53,
                                      0x74, 0x6f, 0x70, 0x92, 0x93, 0xa2, 0x61, 0x74, 0x92, 0x14, 0xcf,
                                      0xcc, 0x33, 0xe6, 0x4b, 0x59, 0x98, 0x91, 0xd7, 0xc2, 0x93, 0xa4,
                                      0x6e, 0x65, 0x78, 0x74, 0x92, 0x10, 0x92, 0x15, 0x00, 0xc2 };

static weft_allocator allocator;

static weft_bytes written(const weft_writer *writer)
{
    assert_int_equal(writer->status, 0);
    return weft_bytes_of(writer->buf.data, writer->buf.len);
}

static void put_spot(weft_writer *writer)
{
    weft__canon_struct(writer, WEFT_STR("geo.v1.Spot"), 2);
    weft__canon_field_begin(writer, WEFT_STR("x"));
    weft__canon_scalar(writer, WEFT__CANON_I32);
    weft__canon_field_end(writer, false);
    weft__canon_field_begin(writer, WEFT_STR("y"));
    weft__canon_scalar(writer, WEFT__CANON_I32);
    weft__canon_field_end(writer, true);
}

static void struct_plain_documented_bytes(void **state)
{
    /* Goal: the declaration and id of the documented struct. */
    (void)state;
    WEFT_RULE("schema.type-id");
    weft_writer writer;
    weft__writer_init(&writer, &allocator, 1000);
    put_spot(&writer);
    weft_bytes bytes = written(&writer);
    assert_int_equal(bytes.len, sizeof spot_bytes);
    assert_memory_equal(bytes.ptr, spot_bytes, sizeof spot_bytes);
    assert_true(weft__hash64(bytes) == SPOT_ID);
    weft__writer_fini(&writer);
}

static void struct_recursive_documented_bytes(void **state)
{
    /* Goal: the declaration of the documented recursive struct, and its id by way of its group. */
    (void)state;
    weft_writer writer, scratch;
    uint64_t id;
    weft__writer_init(&writer, &allocator, 1000);
    weft__writer_init(&scratch, &allocator, 1000);
    weft__canon_struct(&writer, WEFT_STR("geo.v1.Stop"), 2);
    weft__canon_field_begin(&writer, WEFT_STR("at"));
    weft__canon_type(&writer, SPOT_ID);
    weft__canon_field_end(&writer, false);
    weft__canon_field_begin(&writer, WEFT_STR("next"));
    weft__canon_list(&writer);
    weft__canon_place(&writer, 0);
    weft__canon_field_end(&writer, false);
    weft_bytes bytes = written(&writer);
    assert_int_equal(bytes.len, sizeof stop_bytes);
    assert_memory_equal(bytes.ptr, stop_bytes, sizeof stop_bytes);
    assert_int_equal(weft__canon_group_ids(&scratch, &bytes, 1, &id), 0);
    assert_true(id == STOP_ID);
    weft__writer_fini(&writer);
    weft__writer_fini(&scratch);
}

static void service_documented_bytes_documented_id(void **state)
{
    /* Goal: the roots and the service of the documented example. */
    (void)state;
    WEFT_RULE("schema.service-id");
    WEFT_RULE("call.method-id");
    weft_writer roots[2], service;
    for (int i = 0; i < 2; i++)
        weft__writer_init(&roots[i], &allocator, 1000);
    weft__writer_init(&service, &allocator, 1000);
    weft__canon_arguments(&roots[0], 1);
    weft__canon_param_begin(&roots[0], WEFT_STR("at"));
    weft__canon_type(&roots[0], SPOT_ID);
    weft__canon_param_end(&roots[0], false, 0, false);
    weft__canon_results(&roots[1]);
    weft__canon_option(&roots[1]);
    weft__canon_type(&roots[1], STOP_ID);
    weft__write_nil(&roots[1]);
    weft__canon_policy(&roots[1], 1, 0);
    weft__canon_service(&service, WEFT_STR("geo.v1.Map"), 1);
    weft__canon_method(&service, WEFT_STR("find"), written(&roots[0]), written(&roots[1]));
    assert_true(weft__hash64(written(&service)) == UINT64_C(0x396ee996e4dca624));
    assert_true(weft__hash64(weft_bytes_of("geo.v1.Map/find", 15)) == UINT64_C(0x0b8a12bfb815aa5c));
    for (int i = 0; i < 2; i++)
        weft__writer_fini(&roots[i]);
    weft__writer_fini(&service);
}

static void check_documented_accepted_at_full_length_only(void **state)
{
    /* Goal: a declaration cut anywhere, or with a byte behind it, is malformed. */
    (void)state;
    uint8_t longer[sizeof stop_bytes + 1];
    uint32_t n_group = 9;
    for (size_t len = 0; len < sizeof stop_bytes; len++)
        assert_int_equal(weft__canon_check(weft_bytes_of(stop_bytes, len), &n_group), WEFT_EBADMSG);
    memcpy(longer, stop_bytes, sizeof stop_bytes);
    longer[sizeof stop_bytes] = 0xc0;
    assert_int_equal(weft__canon_check(weft_bytes_of(longer, sizeof longer), &n_group), WEFT_EBADMSG);
    assert_int_equal(n_group, 9);
    assert_int_equal(weft__canon_check(weft_bytes_of(stop_bytes, sizeof stop_bytes), &n_group), 0);
    assert_int_equal(n_group, 1);
    assert_int_equal(weft__canon_check(weft_bytes_of(spot_bytes, sizeof spot_bytes), &n_group), 0);
    assert_int_equal(n_group, 0);
}

static void check_every_form_accepted(void **state)
{
    /* Goal: every type and payload that can be written can be read. */
    (void)state;
    weft_writer writer;
    uint32_t n_group;
    weft__writer_init(&writer, &allocator, 1000);
    weft__canon_enum(&writer, WEFT_STR("a.E"), 3);
    weft__canon_variant(&writer, WEFT_STR("none"), 0);
    weft__canon_payload_none(&writer);
    weft__canon_variant(&writer, WEFT_STR("one"), 1);
    weft__canon_payload_value(&writer);
    weft__canon_map(&writer);
    weft__canon_scalar(&writer, WEFT__CANON_STRING);
    weft__canon_array(&writer, 70000);
    weft__canon_place(&writer, 5);
    weft__canon_variant(&writer, WEFT_STR("many"), 2);
    weft__canon_payload_fields(&writer, WEFT__CANON_DURATION);
    for (unsigned code = WEFT__CANON_BOOL; code <= WEFT__CANON_DURATION; code++) {
        weft__canon_field_begin(&writer, WEFT_STR("f"));
        weft__canon_option(&writer);
        weft__canon_scalar(&writer, code);
        weft__canon_field_end(&writer, true);
    }
    assert_int_equal(weft__canon_check(written(&writer), &n_group), 0);
    assert_int_equal(n_group, 6);
    weft__writer_fini(&writer);
}

/* A struct with one field, whose type is n lists of u8. */
static int check_nested(unsigned n_lists)
{
    weft_writer writer;
    uint32_t n_group;
    weft__writer_init(&writer, &allocator, 100000);
    weft__canon_struct(&writer, WEFT_STR("a.S"), 1);
    weft__canon_field_begin(&writer, WEFT_STR("f"));
    for (unsigned i = 0; i < n_lists; i++)
        weft__canon_list(&writer);
    weft__canon_scalar(&writer, WEFT__CANON_U8);
    weft__canon_field_end(&writer, false);
    int err = weft__canon_check(written(&writer), &n_group);
    weft__writer_fini(&writer);
    return err;
}

static int check_many_fields(size_t n)
{
    weft_writer writer;
    uint32_t n_group;
    weft__writer_init(&writer, &allocator, 100000);
    weft__canon_struct(&writer, WEFT_STR("a.S"), n);
    for (size_t i = 0; i < n; i++) {
        weft__canon_field_begin(&writer, WEFT_STR("f"));
        weft__canon_scalar(&writer, WEFT__CANON_U8);
        weft__canon_field_end(&writer, false);
    }
    int err = weft__canon_check(written(&writer), &n_group);
    weft__writer_fini(&writer);
    return err;
}

static void check_beyond_limits_busy(void **state)
{
    /* Goal: depth and fields are limited, and what lies at the limit is taken. */
    (void)state;
    assert_int_equal(check_nested(WEFT__SCHEMA_DEPTH_MAX - 1), 0);
    assert_int_equal(check_nested(WEFT__SCHEMA_DEPTH_MAX), WEFT_EBUSY);
    assert_int_equal(check_nested(30000), WEFT_EBUSY);
    assert_int_equal(check_many_fields(WEFT__SCHEMA_FIELDS_MAX), 0);
    assert_int_equal(check_many_fields(WEFT__SCHEMA_FIELDS_MAX + 1), WEFT_EBUSY);
}

static void check_bad_forms_malformed(void **state)
{
    /* Goal: what has the right number of bytes but no meaning is malformed. */
    (void)state;
    static const struct {
        uint8_t bytes[16];
        size_t len;
    } bad[] = {
        { { 0x93, 0x03, 0xa1, 0x61, 0x90 }, 5 },                                /* a kind that does not exist */
        { { 0x93, 0x01, 0xa0, 0x90 }, 4 },                                      /* no name */
        { { 0x93, 0x01, 0xa1, 0xff, 0x90 }, 5 },                                /* a name that is no UTF-8 */
        { { 0x94, 0x01, 0xa1, 0x61, 0x90, 0xc0 }, 6 },                          /* four elements */
        { { 0x93, 0x01, 0xa1, 0x61, 0x91, 0x93, 0xa1, 0x66, 0x00, 0xc2 }, 10 }, /* scalar 0 */
        { { 0x93, 0x01, 0xa1, 0x61, 0x91, 0x93, 0xa1, 0x66, 0x10, 0xc2 }, 10 }, /* list without element */
        { { 0x93, 0x01, 0xa1, 0x61, 0x91, 0x93, 0xa1, 0x66, 0x92, 0x16, 0x01, 0xc2 }, 12 },       /* code 22 */
        { { 0x93, 0x01, 0xa1, 0x61, 0x91, 0x93, 0xa1, 0x66, 0x93, 0x11, 0x0a, 0x01, 0xc2 }, 13 }, /* key f32 */
        { { 0x93, 0x01, 0xa1, 0x61, 0x91, 0x93, 0xa1, 0x66, 0x93, 0x12, 0x00, 0x01, 0xc2 }, 13 }, /* length 0 */
        { { 0x93, 0x02, 0xa1, 0x61, 0x91, 0x93, 0xa1, 0x76, 0x01, 0xc0 }, 10 },                   /* index 1 first */
        { { 0x93, 0x02, 0xa1, 0x61, 0x91, 0x93, 0xa1, 0x76, 0x00, 0x92, 0x03, 0x90 }, 12 },       /* payload form 3 */
    };
    uint32_t n_group;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(weft__canon_check(weft_bytes_of(bad[i].bytes, bad[i].len), &n_group), WEFT_EBADMSG);
}

/* A struct of options of the given places, in at least 32 bytes at out. */
static weft_bytes places_struct(weft_writer *writer, size_t n, const uint32_t *places)
{
    weft__writer_init(writer, &allocator, 1000);
    weft__canon_struct(writer, WEFT_STR("a.S"), n);
    for (size_t i = 0; i < n; i++) {
        weft__canon_field_begin(writer, WEFT_STR("f"));
        weft__canon_option(writer);
        weft__canon_place(writer, places[i]);
        weft__canon_field_end(writer, true);
    }
    return written(writer);
}

static void group_mixed_ends_where_closed(void **state)
{
    /* Goal: where a recursive group ends follows from the places that its members name. */
    (void)state;
    weft_writer writers[4];
    weft_bytes declarations[4];
    uint32_t n = 9;
    bool is_recursive = false;
    declarations[0] = places_struct(&writers[0], 1, (const uint32_t[]){ 1 });
    declarations[1] = places_struct(&writers[1], 2, (const uint32_t[]){ 1, 2 });
    declarations[2] = places_struct(&writers[2], 1, (const uint32_t[]){ 0 });
    declarations[3] = places_struct(&writers[3], 0, NULL);
    assert_int_equal(weft__canon_group(declarations, 4, &n, &is_recursive), 0);
    assert_int_equal(n, 3);
    assert_true(is_recursive);
    assert_int_equal(weft__canon_group(declarations, 2, &n, &is_recursive), WEFT_EBADMSG);
    assert_int_equal(weft__canon_group(declarations + 3, 1, &n, &is_recursive), 0);
    assert_int_equal(n, 1);
    assert_false(is_recursive);
    assert_int_equal(weft__canon_group(declarations, 0, &n, &is_recursive), WEFT_EBADMSG);
    for (int i = 0; i < 4; i++)
        weft__writer_fini(&writers[i]);
}

static void first_compare_equal_hashes_by_bytes(void **state)
{
    /* Goal: the order is by hash, and by bytes only where hashes are equal. */
    (void)state;
    weft_bytes a = weft_bytes_of("ab", 2), b = weft_bytes_of("abc", 3);
    assert_true(weft__canon_first_compare(a, 2, b, 1) > 0);
    assert_true(weft__canon_first_compare(a, 1, b, UINT64_MAX) < 0);
    assert_true(weft__canon_first_compare(a, 1, b, 1) < 0);
    assert_true(weft__canon_first_compare(b, 1, a, 1) > 0);
    assert_true(weft__canon_first_compare(a, 1, a, 1) == 0);
}

static void group_ids_body(weft_test_alloc *alloc, void *user)
{
    (void)user;
    weft_writer scratch;
    uint64_t ids[2] = { 1, 1 };
    const weft_bytes declarations[2] = { weft_bytes_of(spot_bytes, sizeof spot_bytes),
                                         weft_bytes_of(stop_bytes, sizeof stop_bytes) };
    weft__writer_init(&scratch, &alloc->allocator, 1000);
    int err = weft__canon_group_ids(&scratch, declarations, 2, ids);
    assert_true(err == 0 || (err == WEFT_ENOMEM && alloc->failed)); /* a smaller piece may do */
    if (!err) {
        uint8_t whole[1 + sizeof spot_bytes + sizeof stop_bytes + 1];
        whole[0] = 0x93;
        memcpy(whole + 1, spot_bytes, sizeof spot_bytes);
        memcpy(whole + 1 + sizeof spot_bytes, stop_bytes, sizeof stop_bytes);
        for (uint8_t place = 0; place < 2; place++) {
            whole[sizeof whole - 1] = place;
            assert_true(ids[place] == weft__hash64(weft_bytes_of(whole, sizeof whole)));
        }
    }
    weft__writer_fini(&scratch);
}

static void group_ids_every_allocation_failing_enomem(void **state)
{
    /* Goal: ids are those of the array [declaration…, place], and want of memory is told. */
    (void)state;
    weft_test_alloc_each(group_ids_body, NULL);
}

int main(void)
{
    allocator = weft__allocator_of(NULL);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(struct_plain_documented_bytes),
        cmocka_unit_test(struct_recursive_documented_bytes),
        cmocka_unit_test(service_documented_bytes_documented_id),
        cmocka_unit_test(check_documented_accepted_at_full_length_only),
        cmocka_unit_test(check_every_form_accepted),
        cmocka_unit_test(check_beyond_limits_busy),
        cmocka_unit_test(check_bad_forms_malformed),
        cmocka_unit_test(group_mixed_ends_where_closed),
        cmocka_unit_test(first_compare_equal_hashes_by_bytes),
        cmocka_unit_test(group_ids_every_allocation_failing_enomem),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

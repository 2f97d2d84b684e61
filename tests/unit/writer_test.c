/* The token writer: byte for byte what msgpack-c's packer writes, within its bounds. */
#include "runtime/base/mem.h"
#include "runtime/wire/writer.h"
#include "tests/support/alloc.h"
#include "tests/support/random.h"

#include <msgpack.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const char text[70000] = "weft";

/* The same random tokens to both, where they are given. */
static void tokens_write(weft_test_random *random, weft_writer *writer, msgpack_packer *packer)
{
    for (unsigned i = 0; i < 200; i++) {
        uint64_t u64 = weft_test_random_magnitude(random);
        int64_t i64 = (int64_t)(weft_test_random_next(random) & 1 ? ~u64 : u64);
        size_t len = (size_t)(u64 % (i % 50 == 0 ? sizeof text : 300));
        double real = (double)i64 / 3;
        weft_timestamp time = { i64 >> weft_test_random_below(random, 64), (uint32_t)(u64 % 1000000000) };
        if (weft_test_random_below(random, 3) == 0)
            time.nsec = 0;
        msgpack_timestamp their_time = { time.sec, time.nsec };
        switch (weft_test_random_below(random, 11)) {
        case 0:
            weft__write_nil(writer);
            msgpack_pack_nil(packer);
            break;
        case 1:
            weft__write_bool(writer, u64 & 1);
            u64 & 1 ? msgpack_pack_true(packer) : msgpack_pack_false(packer);
            break;
        case 2:
            weft__write_u64(writer, u64);
            msgpack_pack_uint64(packer, u64);
            break;
        case 3:
            weft__write_i64(writer, i64);
            msgpack_pack_int64(packer, i64);
            break;
        case 4:
            weft__write_f32(writer, (float)real);
            msgpack_pack_float(packer, (float)real);
            break;
        case 5:
            weft__write_f64(writer, real);
            msgpack_pack_double(packer, real);
            break;
        case 6:
            weft__write_str(writer, weft_str_of(text, len));
            msgpack_pack_str_with_body(packer, text, len);
            break;
        case 7:
            weft__write_bin(writer, weft_bytes_of(text, len));
            msgpack_pack_bin_with_body(packer, text, len);
            break;
        case 8:
            weft__write_array(writer, (uint32_t)u64);
            msgpack_pack_array(packer, (uint32_t)u64);
            break;
        case 9:
            weft__write_map(writer, (uint32_t)u64);
            msgpack_pack_map(packer, (uint32_t)u64);
            break;
        default:
            weft__write_timestamp(writer, time);
            msgpack_pack_timestamp(packer, &their_time);
            break;
        }
    }
}

static void writer_use(weft_test_alloc *alloc, void *user)
{
    weft_test_random random = { *(const uint64_t *)user };
    weft_writer writer;
    msgpack_sbuffer buffer;
    msgpack_packer packer;
    msgpack_sbuffer_init(&buffer);
    msgpack_packer_init(&packer, &buffer, msgpack_sbuffer_write);
    weft__writer_init(&writer, &alloc->allocator, SIZE_MAX);
    tokens_write(&random, &writer, &packer);
    if (writer.status) {
        assert_int_equal(writer.status, WEFT_ENOMEM);
        assert_true(alloc->failed);
    } else {
        assert_int_equal(writer.buf.len, buffer.size);
        assert_memory_equal(writer.buf.data, buffer.data, buffer.size);
    }
    weft__writer_fini(&writer);
    msgpack_sbuffer_destroy(&buffer);
}

static void writer_bytes_equal_msgpack(void **state)
{
    /* Goal: every random run of tokens comes out as msgpack-c writes it; out of memory is said. */
    (void)state;
    for (uint64_t seed = 0; seed < 200; seed++)
        weft_test_alloc_each(writer_use, &seed);
}

static void writer_maximum_is_never_exceeded(void **state)
{
    /* Goal: with any maximum the writer either has all, or says WEFT_EMSGSIZE and holds no more than the maximum. */
    (void)state;
    weft_test_alloc alloc;
    weft_test_alloc_init(&alloc);
    for (size_t max = 0; max < 120; max++) {
        weft_writer writer;
        weft__writer_init(&writer, &alloc.allocator, max);
        weft__write_array(&writer, 20);
        weft__write_u64(&writer, UINT64_MAX);
        weft__write_str(&writer, weft_str_of(text, 50));
        weft__write_bin(&writer, weft_bytes_of(text, 31));
        weft__write_nil(&writer);
        assert_int_equal(writer.status, max < 3 + 9 + 52 + 33 + 1 ? WEFT_EMSGSIZE : 0);
        assert_true(writer.buf.len <= max);
        weft__writer_fini(&writer);
    }
    weft_test_alloc_assert_empty(&alloc);
}

static void writer_first_failure_sticks(void **state)
{
    /* Goal: after a failure nothing is written any more, and the first reason stays. */
    (void)state;
    weft_test_alloc alloc;
    weft_writer writer;
    weft_test_alloc_init(&alloc);
    weft__writer_init(&writer, &alloc.allocator, 1000);
    weft__write_u64(&writer, 7);
    weft__write_timestamp(&writer, (weft_timestamp){ 0, 1000000000 });
    assert_int_equal(writer.status, WEFT_EINVAL);
    weft__writer_fail(&writer, WEFT_ENOMEM);
    weft__write_u64(&writer, 7);
    weft__write_str(&writer, WEFT_STR("more"));
    weft__write_raw(&writer, weft_bytes_of("more", 4));
    assert_int_equal(writer.status, WEFT_EINVAL);
    assert_int_equal(writer.buf.len, 1);
    weft__writer_fini(&writer);
    weft_test_alloc_assert_empty(&alloc);
}

static void writer_lengths_beyond_32_bits_are_refused(void **state)
{
    /* Goal: what MessagePack cannot express is WEFT_EMSGSIZE, and never a shorter length. */
    (void)state;
    for (unsigned i = 0; i < 4; i++) {
        weft_test_alloc alloc;
        weft_writer writer;
        weft_test_alloc_init(&alloc);
        weft__writer_init(&writer, &alloc.allocator, SIZE_MAX);
        size_t n = ((size_t)1 << 32) + 3;
        switch (i) {
        case 0: weft__write_str(&writer, weft_str_of(text, n)); break;
        case 1: weft__write_bin(&writer, weft_bytes_of(text, n)); break;
        case 2: weft__write_array(&writer, n); break;
        default: weft__write_map(&writer, n); break;
        }
        assert_int_equal(writer.status, WEFT_EMSGSIZE);
        assert_int_equal(writer.buf.len, 0);
        weft__writer_fini(&writer);
    }
}

static void writer_take_leaves_it_empty(void **state)
{
    /* Goal: the taken buffer has all bytes and is the caller's; the writer goes on with a new one. */
    (void)state;
    weft_test_alloc alloc;
    weft_writer writer;
    weft_test_alloc_init(&alloc);
    weft__writer_init(&writer, &alloc.allocator, 100);
    weft__write_str(&writer, WEFT_STR("one"));
    weft__buf taken = weft__writer_take(&writer);
    assert_int_equal(taken.len, 4);
    assert_memory_equal(taken.data, "\xa3one", 4);
    assert_int_equal(writer.buf.len, 0);
    weft__write_nil(&writer);
    assert_int_equal(writer.buf.len, 1);
    weft__writer_fini(&writer);
    weft__buf_fini(&taken);
    weft__writer_fini(NULL);
    weft_test_alloc_assert_empty(&alloc);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writer_bytes_equal_msgpack),  cmocka_unit_test(writer_maximum_is_never_exceeded),
        cmocka_unit_test(writer_first_failure_sticks), cmocka_unit_test(writer_lengths_beyond_32_bits_are_refused),
        cmocka_unit_test(writer_take_leaves_it_empty),
    };
    return cmocka_run_group_tests_name("writer", tests, NULL, NULL);
}

/* The token reader against msgpack-c, against cut and hostile inputs. */
#include "runtime/wire/reader.h"
#include "tests/support/random.h"
#include "weft/limits.h"

#include <msgpack.h>
#include <stdlib.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static weft__reader reader_over(const void *bytes, size_t len)
{
    return weft__reader_of(weft_bytes_of(bytes, len));
}

/* A random value of any type, nested at most depth deep, by msgpack-c's packer. */
static void value_pack(msgpack_packer *packer, weft_test_random *random, unsigned depth)
{
    static const char text[] =
        "wefts and warps, and the sheds in between; "
        "\xc3\xa9\xe2\x82\xac\xf0\x9f\xa7\xb5 enough for every length below a hundred bytes.....";
    size_t len = weft_test_random_below(random, 40);
    msgpack_timestamp time = { (int64_t)weft_test_random_magnitude(random),
                               (uint32_t)weft_test_random_below(random, 1000000000) };
    switch (weft_test_random_below(random, depth > 0 ? 12 : 10)) {
    case 0: msgpack_pack_nil(packer); break;
    case 1: msgpack_pack_true(packer); break;
    case 2: msgpack_pack_uint64(packer, weft_test_random_magnitude(random)); break;
    case 3: msgpack_pack_int64(packer, -(int64_t)(weft_test_random_magnitude(random) >> 1)); break;
    case 4: msgpack_pack_float(packer, (float)weft_test_random_next(random)); break;
    case 5: msgpack_pack_double(packer, (double)weft_test_random_next(random)); break;
    case 6: msgpack_pack_str_with_body(packer, text, len); break;
    case 7: msgpack_pack_bin_with_body(packer, text, len); break;
    case 8: msgpack_pack_ext_with_body(packer, text, len, 5); break;
    case 9: msgpack_pack_timestamp(packer, &time); break;
    case 10:
        msgpack_pack_array(packer, len);
        for (size_t i = 0; i < len; i++)
            value_pack(packer, random, depth - 1);
        break;
    default:
        msgpack_pack_map(packer, len / 2);
        for (size_t i = 0; i < len / 2 * 2; i++)
            value_pack(packer, random, depth - 1);
        break;
    }
}

/* Does the reader agree with the decoded object, and take exactly its bytes? */
static void object_compare(weft__reader *reader, const msgpack_object *object);

static void container_compare(weft__reader *reader, const msgpack_object *object)
{
    uint32_t n = 0;
    if (object->type == MSGPACK_OBJECT_ARRAY) {
        assert_int_equal(weft__read_array(reader, &n), 0);
        assert_int_equal(n, object->via.array.size);
        for (uint32_t i = 0; i < n; i++)
            object_compare(reader, &object->via.array.ptr[i]);
        return;
    }
    assert_int_equal(weft__read_map(reader, &n), 0);
    assert_int_equal(n, object->via.map.size);
    for (uint32_t i = 0; i < n; i++) {
        object_compare(reader, &object->via.map.ptr[i].key);
        object_compare(reader, &object->via.map.ptr[i].val);
    }
}

static void timestamp_compare(weft__reader *reader, const msgpack_object *object)
{
    weft_timestamp time;
    msgpack_timestamp expected;
    if (object->via.ext.type != -1 || !msgpack_object_to_timestamp(object, &expected)) {
        assert_int_equal(weft__read_skip(reader, 0), 0);
        return;
    }
    assert_int_equal(weft__read_timestamp(reader, &time), 0);
    assert_true(time.sec == expected.tv_sec);
    assert_int_equal(time.nsec, expected.tv_nsec);
}

static void number_compare(weft__reader *reader, const msgpack_object *object)
{
    uint64_t positive;
    int64_t negative;
    double real;
    float narrow;
    switch (object->type) {
    case MSGPACK_OBJECT_POSITIVE_INTEGER:
        assert_int_equal(weft__read_u64(reader, &positive), 0);
        assert_true(positive == object->via.u64);
        break;
    case MSGPACK_OBJECT_NEGATIVE_INTEGER:
        assert_int_equal(weft__read_u64(reader, &positive), WEFT_EBADMSG);
        assert_int_equal(weft__read_i64(reader, &negative), 0);
        assert_true(negative == object->via.i64);
        break;
    case MSGPACK_OBJECT_FLOAT32:
        assert_int_equal(weft__read_f32(reader, &narrow), 0);
        assert_memory_equal(&(double){ (double)narrow }, &object->via.f64, sizeof(double));
        break;
    default:
        assert_int_equal(weft__read_f64(reader, &real), 0);
        assert_memory_equal(&real, &object->via.f64, sizeof real);
        break;
    }
}

static void object_compare(weft__reader *reader, const msgpack_object *object)
{
    weft_str text;
    weft_bytes bytes;
    bool truth = false;
    switch (object->type) {
    case MSGPACK_OBJECT_NIL: assert_true(weft__read_nil(reader)); break;
    case MSGPACK_OBJECT_BOOLEAN:
        assert_int_equal(weft__read_bool(reader, &truth), 0);
        assert_int_equal(truth, object->via.boolean);
        break;
    case MSGPACK_OBJECT_STR:
        if (weft__read_str(reader, &text)) {
            assert_int_equal(weft__read_skip(reader, 0), 0); /* cut within a character */
            break;
        }
        assert_int_equal(text.len, object->via.str.size);
        assert_true(text.len == 0 || text.ptr == object->via.str.ptr);
        break;
    case MSGPACK_OBJECT_BIN:
        assert_int_equal(weft__read_bin(reader, &bytes), 0);
        assert_int_equal(bytes.len, object->via.bin.size);
        assert_true(bytes.len == 0 || bytes.ptr == (const uint8_t *)object->via.bin.ptr);
        break;
    case MSGPACK_OBJECT_EXT: timestamp_compare(reader, object); break;
    case MSGPACK_OBJECT_ARRAY:
    case MSGPACK_OBJECT_MAP: container_compare(reader, object); break;
    default: number_compare(reader, object); break;
    }
}

static void reader_reads_what_msgpack_packs(void **state)
{
    /* Goal: every random value that msgpack-c packs is read with the values that its own unpacker sees, skipped
     * exactly, and refused with the reader unmoved when it is cut at any byte. */
    (void)state;
    weft_test_random random = { 11 };
    for (unsigned round = 0; round < 3000; round++) {
        msgpack_sbuffer buffer;
        msgpack_packer packer;
        msgpack_unpacked result;
        msgpack_sbuffer_init(&buffer);
        msgpack_packer_init(&packer, &buffer, msgpack_sbuffer_write);
        value_pack(&packer, &random, (unsigned)weft_test_random_below(&random, 4));
        msgpack_unpacked_init(&result);
        assert_int_equal(msgpack_unpack_next(&result, buffer.data, buffer.size, NULL), MSGPACK_UNPACK_SUCCESS);
        weft__reader reader = reader_over(buffer.data, buffer.size);
        object_compare(&reader, &result.data);
        assert_int_equal(weft__reader_left(&reader), 0);
        weft_bytes value;
        reader = reader_over(buffer.data, buffer.size);
        assert_int_equal(weft__read_value(&reader, 4, &value), 0);
        assert_int_equal(value.len, buffer.size);
        for (size_t cut = 0; cut < buffer.size; cut += 1 + cut / 64) {
            reader = reader_over(buffer.data, cut);
            assert_int_equal(weft__read_skip(&reader, 4), WEFT_EBADMSG);
            assert_int_equal(weft__read_any(&reader, &value), WEFT_EBADMSG);
            assert_ptr_equal(reader.at, buffer.data);
        }
        msgpack_unpacked_destroy(&result);
        msgpack_sbuffer_destroy(&buffer);
    }
}

static void reader_takes_no_more_than_msgpack(void **state)
{
    /* Goal: of random bytes the reader takes exactly those values that msgpack-c's unpacker takes, of the same length.
     */
    (void)state;
    weft_test_random random = { 5 };
    unsigned taken = 0;
    for (unsigned round = 0; round < 300000; round++) {
        char bytes[24];
        for (size_t i = 0; i < sizeof bytes; i++) {
            uint64_t number = weft_test_random_next(&random);
            bytes[i] = (char)(number & 0x100 ? number & 0x0f : number & 0xff);
            if (((unsigned)bytes[i] & 0xfc) == 0xdc)
                bytes[i] = (char)0x91; /* msgpack-c would allocate by the count */
        }
        size_t len = (size_t)weft_test_random_below(&random, sizeof bytes);
        weft__reader reader = reader_over(bytes, len);
        weft_bytes value;
        size_t off = 0;
        msgpack_unpacked result;
        msgpack_unpacked_init(&result);
        bool theirs = msgpack_unpack_next(&result, bytes, len, &off) == MSGPACK_UNPACK_SUCCESS;
        bool ours = weft__read_any(&reader, &value) == 0;
        assert_int_equal(ours, theirs);
        if (ours) {
            assert_int_equal(value.len, off);
            taken++;
        }
        msgpack_unpacked_destroy(&result);
    }
    assert_true(taken > 1000);
}

static void reader_integers_fit_or_are_refused(void **state)
{
    /* Goal: an integer in any of its forms is read into every type that holds its value, and into no other. */
    (void)state;
    static const int64_t values[] = { 0,         1,  127, 128, 255,  256,  65535,  65536,  4294967295,    4294967296,
                                      INT64_MAX, -1, -32, -33, -128, -129, -32768, -32769, -2147483648LL, INT64_MIN };
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        for (unsigned form = 0xcc; form <= 0xd3; form++) {
            unsigned width = 1u << (form & 3);
            int64_t value = values[i];
            uint8_t bytes[9] = { (uint8_t)form };
            for (unsigned j = 0; j < width; j++)
                bytes[1 + j] = (uint8_t)((uint64_t)value >> (8 * (width - 1 - j)));
            if (width < 8 && form < 0xd0)
                value &= (INT64_C(1) << (8 * width)) - 1;
            else if (width < 8)
                value = (int64_t)((uint64_t)value << (64 - 8 * width)) >> (64 - 8 * width);
            bool huge = form == 0xcf && value < 0;
            for (size_t cut = 0; cut <= 1 + width; cut++) {
                bool whole = cut == 1 + width;
                weft__reader reader = reader_over(bytes, cut);
                weft__reader r = reader;
                uint64_t u64;
                int64_t i64;
                uint32_t u32;
                uint16_t u16;
                uint8_t u8;
                assert_int_equal(weft__read_u64(&r, &u64) == 0, whole && (huge || value >= 0));
                assert_ptr_equal(r.at, whole && (huge || value >= 0) ? r.end : reader.at);
                r = reader;
                assert_int_equal(weft__read_i64(&r, &i64) == 0, whole && !huge);
                if (whole && !huge)
                    assert_true(i64 == value);
                r = reader;
                assert_int_equal(weft__read_u32(&r, &u32) == 0, whole && value >= 0 && value <= UINT32_MAX);
                r = reader;
                assert_int_equal(weft__read_u16(&r, &u16) == 0, whole && value >= 0 && value <= UINT16_MAX);
                r = reader;
                assert_int_equal(weft__read_u8(&r, &u8) == 0, whole && value >= 0 && value <= UINT8_MAX);
            }
        }
    }
}

static int read_any_type(unsigned type, weft__reader *reader)
{
    union {
        bool truth;
        uint64_t u64;
        int64_t i64;
        float f32;
        double f64;
        weft_str str;
        weft_bytes bin;
        weft_timestamp time;
        uint32_t n;
    } out;
    switch (type) {
    case 0: return weft__read_bool(reader, &out.truth);
    case 1: return weft__read_u64(reader, &out.u64);
    case 2: return weft__read_i64(reader, &out.i64);
    case 3: return weft__read_f32(reader, &out.f32);
    case 4: return weft__read_f64(reader, &out.f64);
    case 5: return weft__read_str(reader, &out.str);
    case 6: return weft__read_bin(reader, &out.bin);
    case 7: return weft__read_timestamp(reader, &out.time);
    case 8: return weft__read_array(reader, &out.n);
    case 9: return weft__read_map(reader, &out.n);
    default: return weft__read_nil(reader) ? 0 : WEFT_EBADMSG;
    }
}

static void reader_wrong_type_is_refused_in_place(void **state)
{
    /* Goal: for each first byte only the reads of its type take it, and a failed read moves nothing. */
    (void)state;
    static const char expected[] = /* by read, for c0 and on: nil bool number(u, i) f32 f64 str bin time array map */
        "n.bbBBB...34uuuuuuuu.....SSSAAMM";
    for (unsigned first = 0; first < 256; first++) {
        uint8_t bytes[64] = { (uint8_t)first };
        char c = first < 0x80   ? 'u'
                 : first < 0x90 ? 'M'
                 : first < 0xa0 ? 'A'
                 : first < 0xc0 ? 'S'
                 : first < 0xe0 ? expected[first - 0xc0]
                                : 'i';
        for (unsigned type = 0; type < 11; type++) {
            weft__reader reader = reader_over(bytes, sizeof bytes);
            bool wanted = type == 0   ? c == 'b'
                          : type == 1 ? c == 'u'
                          : type == 2 ? c == 'u' || c == 'i'
                          : type == 3 ? c == '3'
                          : type == 4 ? c == '3' || c == '4'
                          : type == 5 ? c == 'S'
                          : type == 6 ? c == 'B'
                          : type == 8 ? c == 'A'
                          : type == 9 ? c == 'M'
                                      : type == 10 && c == 'n';
            assert_int_equal(read_any_type(type, &reader) == 0, wanted);
            assert_int_equal(reader.at == bytes, !wanted);
            reader = reader_over(bytes, 0);
            assert_int_equal(read_any_type(type, &reader), WEFT_EBADMSG);
        }
    }
}

static void reader_hostile_counts_are_refused_at_once(void **state)
{
    /* Goal: counts and lengths beyond what is there are refused by every read, from the header alone. */
    (void)state;
    static const struct {
        uint8_t bytes[5];
        size_t len;
    } inputs[] = {
        { { 0xdd, 0xff, 0xff, 0xff, 0xff }, 5 },
        { { 0xdd, 0x10, 0, 0, 0 }, 5 },
        { { 0xdf, 0x08, 0, 0, 0 }, 5 },
        { { 0xdf, 0xff, 0xff, 0xff, 0xff }, 5 },
        { { 0xdc, 0xff, 0xff }, 3 },
        { { 0xde, 0xff, 0xff }, 3 },
        { { 0xdb, 0xff, 0xff, 0xff, 0xff }, 5 },
        { { 0xc6, 0xff, 0xff, 0xff, 0xff }, 5 },
        { { 0xc9, 0xff, 0xff, 0xff, 0xff }, 5 },
        { { 0x83, 1, 1, 1, 1 }, 5 },
        { { 0xc4, 3, 0, 0 }, 4 },
        { { 0xd9, 3, 'a', 'b' }, 4 },
        { { 0x9f }, 1 },
        { { 0x8f }, 1 },
        { { 0xbf }, 1 },
        { { 0xc1 }, 1 },
    };
    for (size_t i = 0; i < sizeof inputs / sizeof *inputs; i++) {
        weft__reader reader = reader_over(inputs[i].bytes, inputs[i].len);
        weft_bytes value;
        for (unsigned type = 0; type < 11; type++)
            assert_int_equal(read_any_type(type, &reader), WEFT_EBADMSG);
        assert_int_equal(weft__read_skip(&reader, 64), WEFT_EBADMSG);
        assert_int_equal(weft__read_any(&reader, &value), WEFT_EBADMSG);
        assert_ptr_equal(reader.at, inputs[i].bytes);
    }
    uint8_t nested[160];
    for (size_t i = 0; i < sizeof nested; i += 5)
        memcpy(nested + i, inputs[1].bytes, 5);
    weft__reader reader = reader_over(nested, sizeof nested);
    assert_int_equal(weft__read_skip(&reader, 64), WEFT_EBADMSG);
}

static void reader_nesting_stops_at_the_limit(void **state)
{
    /* Goal: skip takes exactly depth_max containers in one another and never more than 64; read_any takes any number.
     */
    (void)state;
    enum { DEEP = 100000 };
    uint8_t *bytes = malloc(DEEP + 1);
    assert_non_null(bytes);
    for (unsigned container = 0; container < 2; container++) {
        for (unsigned depth = 0; depth <= 70; depth++) {
            size_t len = 0;
            for (unsigned i = 0; i < depth; i++) {
                bytes[len++] = container ? 0x81 : 0x91;
                if (container)
                    bytes[len++] = 0xc0;
            }
            bytes[len++] = 0xc0;
            for (unsigned max = 0; max <= 70; max++) {
                weft__reader reader = reader_over(bytes, len);
                bool wanted = depth <= max && depth <= WEFT_NESTING_MAX;
                assert_int_equal(weft__read_skip(&reader, max) == 0, wanted);
            }
        }
    }
    memset(bytes, 0x91, DEEP);
    bytes[DEEP] = 0x90;
    weft__reader reader = reader_over(bytes, DEEP + 1);
    weft_bytes value;
    assert_int_equal(weft__read_any(&reader, &value), 0);
    assert_int_equal(value.len, DEEP + 1);
    free(bytes);
}

static void reader_broken_text_and_times_are_refused(void **state)
{
    /* Goal: str that is not UTF-8, and timestamps of 10^9 nanoseconds and more or of other types, are malformed. */
    (void)state;
    weft_str text;
    weft_timestamp time;
    weft__reader reader = reader_over("\xa2\xc0\x80", 3);
    assert_int_equal(weft__read_str(&reader, &text), WEFT_EBADMSG);
    static const uint8_t too_many[15] = { 0xc7, 12, 0xff, 0x3b, 0x9a, 0xca, 0x00 };
    reader = reader_over(too_many, sizeof too_many);
    assert_int_equal(weft__read_timestamp(&reader, &time), WEFT_EBADMSG);
    static const uint8_t just[15] = { 0xc7, 12,   0xff, 0x3b, 0x9a, 0xc9, 0xff, 0xff,
                                      0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };
    reader = reader_over(just, sizeof just);
    assert_int_equal(weft__read_timestamp(&reader, &time), 0);
    assert_int_equal(time.nsec, 999999999);
    assert_true(time.sec == -1);
    static const uint8_t narrow[10] = { 0xd7, 0xff, 0xee, 0x6b, 0x28, 0x00, 0, 0, 0, 0 };
    reader = reader_over(narrow, sizeof narrow);
    assert_int_equal(weft__read_timestamp(&reader, &time), WEFT_EBADMSG);
    static const uint8_t other[6] = { 0xd6, 0xfe, 0, 0, 0, 0 };
    reader = reader_over(other, sizeof other);
    assert_int_equal(weft__read_timestamp(&reader, &time), WEFT_EBADMSG);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reader_reads_what_msgpack_packs),
        cmocka_unit_test(reader_takes_no_more_than_msgpack),
        cmocka_unit_test(reader_integers_fit_or_are_refused),
        cmocka_unit_test(reader_wrong_type_is_refused_in_place),
        cmocka_unit_test(reader_hostile_counts_are_refused_at_once),
        cmocka_unit_test(reader_nesting_stops_at_the_limit),
        cmocka_unit_test(reader_broken_text_and_times_are_refused),
    };
    return cmocka_run_group_tests_name("reader", tests, NULL, NULL);
}

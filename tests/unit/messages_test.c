/* Bodies of messages: exact bytes, round trips, what is malformed, and every cut. */
#include "runtime/base/mem.h"
#include "runtime/wire/parts.h"
#include "tests/support/alloc.h"
#include "tests/support/messages.h"
#include "tests/support/random.h"
#include "tests/support/rules.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

/* Valid bodies, one or more of each kind, and whether writing them again gives the same bytes: so they are the exact
 * bytes of what is sent, too. */
#define SETTINGS_TTL "\x01\xcd\x04\x00\xce\x01\x00\x00\x00\xce\x00\x04\x00\x00\xcd\x04\x00\x91\xa5retry\x00"
#define SETTINGS "\x97" SETTINGS_TTL
#define IDENTITY "0123456789abcdef"
#define SESSION "\x93\xce\x00\x01\x00\x00\xce\x00\x10\x00\x00\xcd\x40\x00"
#define METADATA "\x91\x93\xacweft-service\xabkv.v1.Store\x00"
#define SERVICES "\x91\x92\xabkv.v1.Store\xcf\x01\x02\x03\x04\x05\x06\x07\x08"
#define HELLO_REST                                                               \
    "\xa7session" SESSION "\xa8metadata" METADATA "\xa8services" SERVICES "\xa8" \
    "features\x90\xa4wire\x07"
#define HELLO "\x86\xa8settings" SETTINGS HELLO_REST

typedef struct sample {
    uint8_t kind;
    bool same; /* written again it is the same */
    const char *bytes;
    size_t len;
} sample;

#define SAMPLE(kind, same, bytes)                                \
    {                                                            \
        WEFT__KIND_##kind, (same), ("" bytes), sizeof(bytes) - 1 \
    }

static const sample samples[] = {
    SAMPLE(HELLO, true, HELLO),
    SAMPLE(WELCOME, true, HELLO),
    SAMPLE(HELLO, false,
           "\x89\xa8settings" SETTINGS HELLO_REST "\xa6resume\x82\xa3key\xc4\x02xy\xa8received\x09"
           "\xb0resume_window_ms\xcd\xea\x60\xa6"
           "future\x92\x01\x02"),
    SAMPLE(READY, true, "\x80"),
    SAMPLE(READY, false, "\x81\xa1x\x92\xc0\xc0"),
    SAMPLE(SORRY, true,
           "\x83\xa4"
           "code\x03\xa4text\xa2no\xa6"
           "detail\xc0"),
    SAMPLE(SORRY, false,
           "\x82\xa4text\xa2no\xa4"
           "code\xcd\x01\x00"),
    SAMPLE(PING, true, "\x91\xcf\xff\xff\xff\xff\xff\xff\xff\xff"),
    SAMPLE(PONG, true, "\x91\x00"),
    SAMPLE(ACK, true, "\x91\xce\x00\x01\x00\x00"),
    SAMPLE(WINDOW, true, "\x91\xce\xff\xff\xff\xff"),
    SAMPLE(WINDOW, false, "\x92\x01\xa5later"),
    SAMPLE(CANCEL, true, "\x91\x05"),
    SAMPLE(PROTOCOL_ERROR, true,
           "\x92\x01\xa9"
           "frame.max"),
    SAMPLE(GOODBYE, true, "\x92\x00\xa0"),
    SAMPLE(GOODBYE, false, "\x93\xcd\xff\xff\xa0\x81\xa1x\x90"),
    SAMPLE(DRAIN, true, "\x91\xa4soon"),
    SAMPLE(OPEN, true, "\x93" SETTINGS METADATA SERVICES),
    SAMPLE(OPEN, true, "\x93\x98" SETTINGS_TTL "\xc4\x10" IDENTITY METADATA SERVICES),
    SAMPLE(ACCEPT, false, "\x93\x99" SETTINGS_TTL "\xc4\x10" IDENTITY "\xa5later" METADATA SERVICES),
    SAMPLE(OPEN, false, "\x93\x98" SETTINGS_TTL "\xc4\x00" METADATA SERVICES),
    SAMPLE(OPEN, false, "\x92\x96\x00\x00\xce\x00\x01\x00\x00\x00\x00\x90\x90"),
    SAMPLE(ACCEPT, false, "\x94\x98\x00\x00\xce\x00\x01\x00\x00\x00\x00\x90\x05\xc0\x90\x90\xa1x"),
    SAMPLE(REJECT, true, "\x93\x03\xa2no\x90"),
    SAMPLE(REJECT, false, "\x92\x03\xa2no"),
    SAMPLE(CLOSE, true, "\x94\x00\xa0\xcf\xff\xff\xff\xff\xff\xff\xff\xff" METADATA),
    SAMPLE(CLOSE, false, "\x93\x00\xa0\x07"),
    SAMPLE(SCHEMA, true, "\x94\xcf\x01\x02\x03\x04\x05\x06\x07\x08\x01\x91\x92\x07\xc4\x02hi\x94\xc0\xc0\x00\x90"),
    SAMPLE(SCHEMA, false, "\x95\x05\xcc\x00\x90\x90\xa5later"),
    SAMPLE(REQUEST, true, "\x96\x01\xcf\x01\x02\x03\x04\x05\x06\x07\x08\xcd\x75\x30\x92\xa3key\x07\x90" METADATA),
    SAMPLE(REQUEST, false,
           "\x99\x01\x02\x00\x90\x91\x92\x03\x10\x90\xc4\x18"
           "abcdefghijklmnopqrstuvwx\x01\xc0"),
    SAMPLE(REQUEST, false, "\x98\x01\x02\x00\x91\xc7\x01\x05x\x90\x90\xc0\x00"),
    SAMPLE(RESPONSE, true, "\x93\x01\x00\xa5value"),
    SAMPLE(RESPONSE, true, "\x94\x01\x01\x92\x01\xc0" METADATA),
    SAMPLE(RESPONSE, false, "\x95\x01\x0a\xa4text\x90\xc0"),
};

enum { SAMPLES = sizeof samples / sizeof *samples };

static weft_allocator plain;

/* Writes the body again: the status. */
static int again(uint8_t kind, weft_bytes body, weft_writer *ret_writer)
{
    weft_arena *arena;
    weft__writer_init(ret_writer, &plain, SIZE_MAX);
    assert_int_equal(weft_arena_new(NULL, &arena), 0);
    int status = weft_test_message_again(kind, body, arena, ret_writer);
    weft_arena_free(arena);
    return status;
}

static int status_of(uint8_t kind, const void *bytes, size_t len)
{
    /* A copy of the exact length: the sanitizer sees any read behind it. */
    uint8_t *copy = malloc(len ? len : 1);
    weft_writer writer;
    assert_non_null(copy);
    if (len > 0)
        memcpy(copy, bytes, len);
    int status = again(kind, weft_bytes_of(copy, len), &writer);
    weft__writer_fini(&writer);
    free(copy);
    return status;
}

static void messages_read_and_written_again(void **state)
{
    /* Goal: each sample decodes, and what is written from it are the exact bytes of section 10, now or the second time.
     */
    (void)state;
    WEFT_RULE("call.request");
    WEFT_RULE("call.response");
    for (size_t i = 0; i < SAMPLES; i++) {
        weft_writer first;
        weft_writer second;
        if (again(samples[i].kind, weft_bytes_of(samples[i].bytes, samples[i].len), &first))
            fail_msg("sample %zu", i);
        assert_int_equal(again(samples[i].kind, weft_bytes_of(first.buf.data, first.buf.len), &second), 0);
        assert_int_equal(first.buf.len, second.buf.len);
        assert_memory_equal(first.buf.data, second.buf.data, first.buf.len);
        bool same = first.buf.len == samples[i].len && !memcmp(first.buf.data, samples[i].bytes, samples[i].len);
        if (same != samples[i].same)
            fail_msg("sample %zu", i);
        weft__writer_fini(&first);
        weft__writer_fini(&second);
    }
}

static void messages_cut_anywhere_are_malformed(void **state)
{
    /* Goal: no body is taken when it ends early, nor with a byte behind it. */
    (void)state;
    for (size_t i = 0; i < SAMPLES; i++) {
        uint8_t longer[512] = { 0 };
        for (size_t len = 0; len < samples[i].len; len++)
            assert_int_equal(status_of(samples[i].kind, samples[i].bytes, len), WEFT_EBADMSG);
        memcpy(longer, samples[i].bytes, samples[i].len);
        assert_int_equal(status_of(samples[i].kind, longer, samples[i].len + 1), WEFT_EBADMSG);
    }
}

static void messages_with_a_byte_changed_do_no_harm(void **state)
{
    /* Goal: any change of any byte is either malformed or decodes to something that is written and read alike. */
    (void)state;
    weft_test_random random = { 3 };
    for (size_t i = 0; i < SAMPLES; i++) {
        for (size_t at = 0; at < samples[i].len; at++) {
            for (unsigned round = 0; round < 24; round++) {
                uint8_t bytes[512];
                weft_writer first;
                weft_writer second;
                memcpy(bytes, samples[i].bytes, samples[i].len);
                bytes[at] = (uint8_t)weft_test_random_next(&random);
                int status = again(samples[i].kind, weft_bytes_of(bytes, samples[i].len), &first);
                if (status) {
                    assert_int_equal(status, WEFT_EBADMSG);
                } else {
                    status = again(samples[i].kind, weft_bytes_of(first.buf.data, first.buf.len), &second);
                    assert_int_equal(status, 0);
                    assert_int_equal(first.buf.len, second.buf.len);
                    assert_memory_equal(first.buf.data, second.buf.data, first.buf.len);
                    weft__writer_fini(&second);
                }
                weft__writer_fini(&first);
            }
        }
    }
}

static void messages_use(weft_test_alloc *alloc, void *user)
{
    const sample *one = user;
    weft_arena *arena = NULL;
    weft_writer writer;
    weft__writer_init(&writer, &alloc->allocator, SIZE_MAX);
    int status = weft_arena_new(&alloc->allocator, &arena);
    if (!status)
        status = weft_test_message_again(one->kind, weft_bytes_of(one->bytes, one->len), arena, &writer);
    assert_int_equal(status, alloc->failed ? WEFT_ENOMEM : 0);
    weft__writer_fini(&writer);
    weft_arena_free(arena);
}

static void messages_lack_of_memory_is_said(void **state)
{
    /* Goal: decoding needs no memory but for lists, and any allocation that fails is WEFT_ENOMEM without a leak. */
    (void)state;
    for (size_t i = 0; i < SAMPLES; i++) {
        sample one = samples[i];
        weft_test_alloc_each(messages_use, &one);
    }
}

static void hello_names_the_missing_key(void **state)
{
    /* Goal: each required key of a Hello that is missing is named; one that stands twice is malformed without a name.
     */
    (void)state;
    WEFT_RULE("session.hello");
    static const char *const keys[] = { "settings", "session", "metadata", "services", "features", "wire" };
    uint8_t bytes[512];
    weft__hello hello;
    const char *missing;
    size_t len = sizeof HELLO - 1;
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        size_t n = strlen(keys[i]);
        memcpy(bytes, HELLO, len);
        for (size_t at = 1; at + n <= len; at++) {
            if (bytes[at - 1] == (0xa0 | n) && memcmp(bytes + at, keys[i], n) == 0)
                bytes[at] = 'X'; /* now an unknown key, which is skipped */
        }
        assert_int_equal(weft__hello_decode(weft_bytes_of(bytes, len), &hello, &missing), WEFT_EBADMSG);
        assert_string_equal(missing, keys[i]);
    }
    memcpy(bytes, HELLO "\xa4wire\x07", len + 6);
    bytes[0] = 0x87;
    assert_int_equal(weft__hello_decode(weft_bytes_of(bytes, len + 6), &hello, &missing), WEFT_EBADMSG);
    assert_null(missing);
}

static void hello_carries_all_that_it_says(void **state)
{
    /* Goal: every field of a hello comes out as it went in, resumption and window included. */
    (void)state;
    weft__hello hello;
    const char *missing;
    assert_int_equal(weft__hello_decode(weft_bytes_of(samples[2].bytes, samples[2].len), &hello, &missing), 0);
    assert_true(hello.settings.odd);
    assert_int_equal(hello.settings.max_concurrent_requests, 1024);
    assert_int_equal(hello.settings.max_message_size, WEFT_MESSAGE_SIZE_DEFAULT);
    assert_int_equal(hello.settings.channel_window, WEFT_CHANNEL_WINDOW_DEFAULT);
    assert_int_equal(hello.settings.max_channels, 1024);
    assert_int_equal(hello.settings.features.n, 1);
    assert_memory_equal(hello.settings.features.raw.ptr, "\xa5retry", 6);
    assert_int_equal(hello.settings.operation_ttl_ms, 0);
    assert_int_equal(hello.session.max_frame_size, 65536);
    assert_int_equal(hello.session.connection_window, WEFT_CONNECTION_WINDOW_DEFAULT);
    assert_int_equal(hello.session.max_connections, WEFT_CONNECTIONS_DEFAULT);
    assert_int_equal(hello.metadata.n, 1);
    weft__service_ref service;
    assert_true(weft__services_next(&hello.services, &service));
    assert_true(weft_str_equal(service.name, WEFT_STR("kv.v1.Store")));
    assert_true(service.id == UINT64_C(0x0102030405060708));
    assert_false(weft__services_next(&hello.services, &service));
    assert_int_equal(hello.wire, 7);
    assert_true(hello.has_resume);
    assert_int_equal(hello.resume_key.len, 2);
    assert_int_equal(hello.resume_received, 9);
    assert_int_equal(hello.resume_window_ms, 60000);
}

static void settings_name_operations_or_do_not(void **state)
{
    /* Goal: 16 bytes are who it is; none, a nil, or an element less is nobody; anything else is malformed. Nobody is
     * the same as nobody. */
    (void)state;
    WEFT_RULE("op.id");
    static const struct {
        const char *bytes;
        size_t len;
        int status;
        bool has;
    } given[] = {
#define GIVEN(bytes, status, has) { bytes, sizeof(bytes) - 1, status, has }
        GIVEN("\x98" SETTINGS_TTL "\xc4\x10" IDENTITY, 0, true),
        GIVEN("\x97" SETTINGS_TTL, 0, false),
        GIVEN("\x98" SETTINGS_TTL "\xc0", 0, false),
        GIVEN("\x98" SETTINGS_TTL "\xc4\x00", 0, false),
        GIVEN("\x98" SETTINGS_TTL "\xc4\x10"
              "0123456789abcde",
              WEFT_EBADMSG, false),
        GIVEN("\x98" SETTINGS_TTL "\xc4\x0f"
              "0123456789abcde",
              WEFT_EBADMSG, false),
        GIVEN("\x98" SETTINGS_TTL "\xc4\x11"
              "0123456789abcdefg",
              WEFT_EBADMSG, false),
        GIVEN("\x98" SETTINGS_TTL "\x07", WEFT_EBADMSG, false),
    };
    for (size_t i = 0; i < sizeof given / sizeof *given; i++) {
        weft__settings settings;
        weft__reader reader = weft__reader_of(weft_bytes_of(given[i].bytes, given[i].len));
        assert_int_equal(weft__read_settings(&reader, &settings), given[i].status);
        if (given[i].status < 0)
            continue;
        assert_int_equal(weft__reader_left(&reader), 0);
        assert_int_equal(weft__identity_is_none(&settings.operations), !given[i].has);
        assert_int_equal(weft__identity_tag(&settings.operations) != 0, given[i].has);
        if (given[i].has)
            assert_memory_equal(&settings.operations, IDENTITY, sizeof settings.operations);
    }
}

static void lists_beyond_their_limits_are_malformed(void **state)
{
    /* Goal: 64 services and 64 features are taken, and not one more; a parity is 0 or 1; a name at most 1,024 bytes. */
    (void)state;
    for (unsigned n = 64; n <= 65; n++) {
        weft_writer services;
        weft_writer features;
        weft__list_slice list;
        weft__writer_init(&services, &plain, SIZE_MAX);
        weft__writer_init(&features, &plain, SIZE_MAX);
        weft__write_array(&services, n);
        weft__write_array(&features, n);
        for (unsigned i = 0; i < n; i++) {
            weft__write_raw(&services, weft_bytes_of("\x92\xa1s\x07", 4));
            weft__write_str(&features, WEFT_STR("f"));
        }
        weft__reader reader = weft__reader_of(weft_bytes_of(services.buf.data, services.buf.len));
        assert_int_equal(weft__read_services(&reader, &list), n == 64 ? 0 : WEFT_EBADMSG);
        reader = weft__reader_of(weft_bytes_of(features.buf.data, features.buf.len));
        assert_int_equal(weft__read_features(&reader, &list), n == 64 ? 0 : WEFT_EBADMSG);
        weft__writer_fini(&services);
        weft__writer_fini(&features);
        weft__service_ref refs[65] = { { { "s", 1 }, 7 } };
        weft__writer_init(&services, &plain, SIZE_MAX);
        weft__write_services(&services, refs, n);
        assert_int_equal(services.status, n == 64 ? 0 : WEFT_EINVAL);
        weft__writer_fini(&services);
    }
    assert_int_equal(status_of(WEFT__KIND_OPEN, "\x92\x96\x02\x00\x00\x00\x00\x90\x90", 9), WEFT_EBADMSG);
    assert_int_equal(status_of(WEFT__KIND_WINDOW, "\x91\xcf\x00\x00\x00\x01\x00\x00\x00\x00", 10), WEFT_EBADMSG);
    assert_int_equal(status_of(WEFT__KIND_GOODBYE, "\x92\xce\x00\x01\x00\x00\xa0", 7), WEFT_EBADMSG);
}

static void texts_are_cut_when_sent_and_refused_when_long(void **state)
{
    /* Goal: a text of 1,024 bytes passes; a longer one is cut at a character when sent, malformed when received; what
     * an application gives that is not UTF-8 ends before its fault. */
    (void)state;
    static const struct {
        size_t len, sent;
        char last;
    } texts[] = { { 1024, 1024, 'x' }, { 1025, 1024, 'x' }, { 1026, 1023, '\xc3' }, { 10, 9, '\xff' } };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        char text[1026];
        weft_str back;
        weft_writer writer;
        memset(text, 'x', sizeof text);
        if (texts[i].last != 'x')
            text[texts[i].sent] = texts[i].last;
        if (texts[i].last == '\xc3')
            text[texts[i].sent + 1] = '\xa9';
        weft__writer_init(&writer, &plain, SIZE_MAX);
        weft__drain_encode(&writer, weft_str_of(text, texts[i].len));
        assert_int_equal(weft__drain_decode(weft_bytes_of(writer.buf.data, writer.buf.len), &back), 0);
        assert_int_equal(back.len, texts[i].sent);
        weft__writer_fini(&writer);
    }
    char text[1025];
    weft_writer writer;
    weft_str back;
    memset(text, 'x', sizeof text);
    weft__writer_init(&writer, &plain, SIZE_MAX);
    weft__write_array(&writer, 1);
    weft__write_str(&writer, weft_str_of(text, sizeof text));
    assert_int_equal(weft__drain_decode(weft_bytes_of(writer.buf.data, writer.buf.len), &back), WEFT_EBADMSG);
    weft__writer_fini(&writer);
}

static void request_head_ends_where_the_tail_begins(void **state)
{
    /* Goal: the head of a request, written backwards, is what the writer would write, for numbers of every size. */
    (void)state;
    weft_test_random random = { 9 };
    for (unsigned round = 0; round < 5000; round++) {
        uint8_t room[WEFT__REQUEST_HEAD_MAX];
        uint64_t id = weft_test_random_magnitude(&random);
        uint64_t method = weft_test_random_magnitude(&random);
        uint32_t timeout = (uint32_t)weft_test_random_magnitude(&random);
        size_t len = weft__request_head_write(room + sizeof room, id, method, timeout);
        weft_writer writer;
        weft__writer_init(&writer, &plain, SIZE_MAX);
        weft__write_array(&writer, 6);
        weft__write_u64(&writer, id);
        weft__write_u64(&writer, method);
        weft__write_u64(&writer, timeout);
        assert_int_equal(writer.buf.len, len);
        assert_memory_equal(room + sizeof room - len, writer.buf.data, len);
        weft__writer_fini(&writer);
    }
}

static void request_fields_come_out_as_sent(void **state)
{
    /* Goal: all elements of a request, the optional ones too, are where they should be; an operation has 24 bytes. */
    (void)state;
    weft__request request;
    const sample *full = NULL;
    for (size_t i = 0; i < SAMPLES; i++) {
        if (samples[i].kind == WEFT__KIND_REQUEST && samples[i].bytes[0] == '\x99')
            full = &samples[i];
    }
    assert_int_equal(weft__request_decode(weft_bytes_of(full->bytes, full->len), &request), 0);
    assert_true(request.request_id == 1 && request.method_id == 2 && request.timeout_ms == 0);
    assert_int_equal(request.args.len, 1);
    assert_int_equal(request.channels.n, 1);
    assert_memory_equal(request.channels.raw.ptr, "\x92\x03\x10", 3);
    assert_int_equal(request.metadata.n, 0);
    assert_int_equal(request.op.len, 24);
    assert_int_equal(request.flags, 1);
    assert_int_equal(status_of(WEFT__KIND_REQUEST, "\x97\x01\x02\x00\x90\x90\x90\xc4\x01x", 10), WEFT_EBADMSG);
    assert_int_equal(status_of(WEFT__KIND_REQUEST, "\x96\x01\x02\x00\x80\x90\x90", 7), WEFT_EBADMSG);
    assert_int_equal(status_of(WEFT__KIND_REQUEST, "\x95\x01\x02\x00\x90\x90", 6), WEFT_EBADMSG);
}

static void payloads_too_deep_are_left_to_the_codec(void **state)
{
    /* Goal: args and values nested deeper than 64 do not make their message malformed: they fail their call alone. */
    (void)state;
    WEFT_RULE("call.errors");
    uint8_t bytes[512] = { 0x96, 1, 2, 0 };
    weft__request request;
    weft__response response;
    memset(bytes + 4, 0x91, 300);
    memcpy(bytes + 304, "\x90\x90\x90", 3);
    assert_int_equal(weft__request_decode(weft_bytes_of(bytes, 307), &request), 0);
    assert_int_equal(request.args.len, 301);
    bytes[1] = 0x93; /* [id, outcome, value] from here on */
    bytes[3] = 0;
    assert_int_equal(weft__response_decode(weft_bytes_of(bytes + 1, 304), &response), 0);
    assert_int_equal(response.value.len, 301);
}

static void peek_finds_the_id_in_a_cut_fragment(void **state)
{
    /* Goal: the request id is read from any beginning that holds it, whatever the array claims to have behind it. */
    (void)state;
    static const uint8_t long_array[] = { 0xdd, 0x00, 0xff, 0xff, 0xff, 0xcd, 0x12, 0x34, 0xa0 };
    for (size_t len = 0; len <= sizeof long_array; len++) {
        uint64_t id = 0;
        int expected = len >= 8 ? 0 : WEFT_EBADMSG;
        assert_int_equal(weft__request_peek(weft_bytes_of(long_array, len), &id), expected);
        assert_int_equal(weft__response_peek(weft_bytes_of(long_array, len), &id), expected);
        assert_int_equal(id, len >= 8 ? 0x1234 : 0);
    }
    uint64_t id;
    assert_int_equal(weft__request_peek(weft_bytes_of("\x95\x01", 2), &id), WEFT_EBADMSG);
    assert_int_equal(weft__response_peek(weft_bytes_of("\x92\x01", 2), &id), WEFT_EBADMSG);
    assert_int_equal(weft__response_peek(weft_bytes_of("\x93\xa1x", 3), &id), WEFT_EBADMSG);
}

static int setup(void **state)
{
    (void)state;
    plain = weft__allocator_of(NULL);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(messages_read_and_written_again),
        cmocka_unit_test(messages_cut_anywhere_are_malformed),
        cmocka_unit_test(messages_with_a_byte_changed_do_no_harm),
        cmocka_unit_test(messages_lack_of_memory_is_said),
        cmocka_unit_test(hello_names_the_missing_key),
        cmocka_unit_test(hello_carries_all_that_it_says),
        cmocka_unit_test(settings_name_operations_or_do_not),
        cmocka_unit_test(lists_beyond_their_limits_are_malformed),
        cmocka_unit_test(texts_are_cut_when_sent_and_refused_when_long),
        cmocka_unit_test(request_head_ends_where_the_tail_begins),
        cmocka_unit_test(request_fields_come_out_as_sent),
        cmocka_unit_test(payloads_too_deep_are_left_to_the_codec),
        cmocka_unit_test(peek_finds_the_id_in_a_cut_fragment),
    };
    return cmocka_run_group_tests_name("messages", tests, setup, NULL);
}

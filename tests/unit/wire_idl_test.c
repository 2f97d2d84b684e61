/* Goal: idl/weft/wire.weft says what the codec that is written by hand does: random values of each message, encoded by
 * what weftc made, are read by hand, written by hand to the same bytes, and read back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "runtime/wire/codes.h"
#include "tests/support/messages.h"
#include "tests/support/random_value.h"
#include "tests/support/rules.h"
#include "wire.weft.h"

enum { ROUNDS = 200 };

/* ---- values as the protocol allows them ---- */

static void tame(const weft_type *type, void *value);

static void tame_list(const weft_type *type, void *value)
{
    weft_u8_list list; /* all lists are alike */
    memcpy(&list, value, sizeof list);
    if (list.len > 12)
        list.len = 12;
    memcpy(value, &list, sizeof list);
    for (size_t i = 0; i < list.len; i++)
        tame(type->element, (uint8_t *)list.items + i * type->element->c_size);
}

/* Texts have at most 1,024 bytes, keys at least one, lists few elements. */
static void tame(const weft_type *type, void *value)
{
    if (type->kind == WEFT_KIND_STR && (((weft_str *)value)->len > 200 || ((weft_str *)value)->len == 0))
        *(weft_str *)value = WEFT_STR("tamed");
    if (type->kind == WEFT_KIND_LIST)
        tame_list(type, value);
    for (uint32_t i = 0; type->kind == WEFT_KIND_STRUCT && i < type->n; i++)
        tame(type->fields[i].type, (uint8_t *)value + type->fields[i].offset);
}

static void tame_settings(weft_wire_settings *settings)
{
    settings->parity &= 1;
    settings->max_message_size |= WEFT_MESSAGE_SIZE_MIN;
    settings->channel_window &= INT32_MAX;
    settings->operations = weft_bytes_of("0123456789abcdef", WEFT_OPERATIONS_IDENTITY);
}

/* A response without any has an element less. */
static void some_metadata(weft_wire_metadata_list *list)
{
    static const weft_wire_metadata entry = { WEFT_STR_INIT("key"), WEFT_STR_INIT("value"), 0 };
    if (list->len == 0)
        *list = (weft_wire_metadata_list){ &entry, 1 };
}

/* What the rules say of single messages. */
static void tame_message(const weft_type *type, void *value)
{
    tame(type, value);
    if (type == &weft_wire_hello_type || type == &weft_wire_welcome_type) {
        weft_wire_hello *hello = value; /* a Welcome begins alike */
        tame_settings(&hello->settings);
        hello->features.len = 0; /* [session.hello] nobody names one */
        hello->resume = NULL;
        if (type == &weft_wire_welcome_type)
            ((weft_wire_welcome *)value)->resume_window_ms.has = false;
    }
    if (type == &weft_wire_open_type || type == &weft_wire_accept_type)
        tame_settings(&((weft_wire_open *)value)->settings);
    if (type == &weft_wire_schema_arguments_type)
        ((weft_wire_schema_arguments *)value)->direction = 0;
    if (type == &weft_wire_schema_results_type)
        ((weft_wire_schema_results *)value)->direction = 1;
    if (type == &weft_wire_response_type) {
        ((weft_wire_response *)value)->outcome &= 1;
        some_metadata(&((weft_wire_response *)value)->metadata);
    }
    if (type == &weft_wire_failure_type) {
        ((weft_wire_failure *)value)->outcome |= 2;
        some_metadata(&((weft_wire_failure *)value)->metadata);
    }
}

/* ---- the two codecs ---- */

static bool is_map(uint8_t kind)
{
    return kind >= WEFT__KIND_HELLO && kind <= WEFT__KIND_SORRY;
}

/* The value of a field of an option type where it stands in a map: without an array around it; NULL: left out. */
static const void *bare(const weft_field *field, const void *value, const weft_type **ret_type)
{
    const uint8_t *at = (const uint8_t *)value + field->offset;
    const void *pointer;
    *ret_type = field->type;
    if (field->type->kind != WEFT_KIND_OPTION)
        return at;
    *ret_type = field->type->element;
    if (!(field->type->flags & WEFT_TYPE_INDIRECT))
        return *(const bool *)at ? at + field->type->offset : NULL;
    memcpy(&pointer, at, sizeof pointer);
    return pointer;
}

static void encode_map(uint8_t kind, const weft_type *type, const void *value, weft_writer *writer)
{
    const weft_type *inner;
    size_t n = kind == WEFT__KIND_SORRY;
    for (uint32_t i = 0; i < type->n; i++)
        n += bare(&type->fields[i], value, &inner) != NULL;
    weft__write_map(writer, n);
    for (uint32_t i = 0; i < type->n; i++) {
        const void *at = bare(&type->fields[i], value, &inner);
        if (!at)
            continue;
        weft__write_str(writer, weft_str_from(type->fields[i].name));
        assert_int_equal(weft_gen_encode(inner, at, writer), 0);
    }
    if (kind == WEFT__KIND_SORRY) {
        weft__write_str(writer, WEFT_STR("detail"));
        weft__write_nil(writer);
    }
}

static void encode(uint8_t kind, const weft_type *type, const void *value, weft_writer *writer)
{
    if (is_map(kind))
        encode_map(kind, type, value, writer);
    else
        assert_int_equal(weft_gen_encode(type, value, writer), 0);
}

static void decode_map(const weft_type *type, weft_bytes bytes, weft_arena *arena, void *ret_value)
{
    weft__reader reader = weft__reader_of(bytes);
    uint32_t n;
    weft_gen_init(type, ret_value);
    assert_int_equal(weft__read_map(&reader, &n), 0);
    for (uint32_t i = 0; i < n; i++) {
        weft_str key;
        weft_bytes raw;
        assert_int_equal(weft__read_str(&reader, &key), 0);
        assert_int_equal(weft__read_value(&reader, WEFT_NESTING_MAX, &raw), 0);
        for (uint32_t f = 0; f < type->n; f++) {
            const weft_field *field = &type->fields[f];
            if (weft_str_equal(weft_str_from(field->name), key))
                assert_int_equal(weft_gen_decode(field->type, raw, arena, (uint8_t *)ret_value + field->offset, NULL),
                                 0);
        }
    }
}

static void decode(uint8_t kind, const weft_type *type, weft_bytes bytes, weft_arena *arena, void *ret_value)
{
    weft_error error;
    if (is_map(kind))
        decode_map(type, bytes, arena, ret_value);
    else if (weft_gen_decode(type, bytes, arena, ret_value, &error) < 0)
        fail_msg("%s: %s", type->name, error.text);
}

static void check_message(uint8_t kind, const weft_type *type, weft_test_random *random)
{
    weft_arena *arena;
    weft_writer *generated, *by_hand;
    assert_int_equal(weft_arena_new(NULL, &arena), 0);
    assert_int_equal(weft_writer_new(NULL, SIZE_MAX / 2, &generated), 0);
    assert_int_equal(weft_writer_new(NULL, SIZE_MAX / 2, &by_hand), 0);
    for (int round = 0; round < ROUNDS; round++) {
        void *value = weft_arena_alloc(arena, type->c_size ? type->c_size : 1, 16);
        void *again = weft_arena_alloc(arena, type->c_size ? type->c_size : 1, 16);
        assert_non_null(value);
        assert_non_null(again);
        weft_test_random_value(random, type, 8, 30, arena, value);
        tame_message(type, value);
        encode(kind, type, value, generated);
        weft_bytes bytes = weft_writer_bytes(generated);
        int status = weft_test_message_again(kind, bytes, arena, by_hand);
        if (status < 0)
            fail_msg("%s is refused by hand: %s", type->name, weft_err_name(status));
        weft_bytes hand = weft_writer_bytes(by_hand);
        assert_int_equal(hand.len, bytes.len);
        assert_memory_equal(hand.ptr, bytes.ptr, bytes.len);
        decode(kind, type, hand, arena, again);
        assert_true(weft_gen_equal(type, value, again));
        weft_writer_clear(generated);
        weft_writer_clear(by_hand);
        weft_arena_clear(arena);
    }
    weft_writer_free(generated);
    weft_writer_free(by_hand);
    weft_arena_free(arena);
}

typedef struct message {
    uint8_t kind, in_idl;
    const weft_type *type;
} message;

static const message messages[] = {
    { WEFT__KIND_HELLO, WEFT_WIRE_KIND_HELLO, &weft_wire_hello_type },
    { WEFT__KIND_WELCOME, WEFT_WIRE_KIND_WELCOME, &weft_wire_welcome_type },
    { WEFT__KIND_READY, WEFT_WIRE_KIND_READY, &weft_wire_ready_type },
    { WEFT__KIND_SORRY, WEFT_WIRE_KIND_SORRY, &weft_wire_sorry_type },
    { WEFT__KIND_PING, WEFT_WIRE_KIND_PING, &weft_wire_ping_type },
    { WEFT__KIND_PONG, WEFT_WIRE_KIND_PONG, &weft_wire_pong_type },
    { WEFT__KIND_PROTOCOL_ERROR, WEFT_WIRE_KIND_PROTOCOL_ERROR, &weft_wire_protocol_error_type },
    { WEFT__KIND_DRAIN, WEFT_WIRE_KIND_DRAIN, &weft_wire_drain_type },
    { WEFT__KIND_ACK, WEFT_WIRE_KIND_ACK, &weft_wire_ack_type },
    { WEFT__KIND_GOODBYE, WEFT_WIRE_KIND_GOODBYE, &weft_wire_goodbye_type },
    { WEFT__KIND_OPEN, WEFT_WIRE_KIND_OPEN, &weft_wire_open_type },
    { WEFT__KIND_ACCEPT, WEFT_WIRE_KIND_ACCEPT, &weft_wire_accept_type },
    { WEFT__KIND_REJECT, WEFT_WIRE_KIND_REJECT, &weft_wire_reject_type },
    { WEFT__KIND_CLOSE, WEFT_WIRE_KIND_CLOSE, &weft_wire_close_type },
    { WEFT__KIND_WINDOW, WEFT_WIRE_KIND_WINDOW, &weft_wire_window_type },
    { WEFT__KIND_SCHEMA, WEFT_WIRE_KIND_SCHEMA, &weft_wire_schema_arguments_type },
    { WEFT__KIND_SCHEMA, WEFT_WIRE_KIND_SCHEMA, &weft_wire_schema_results_type },
    { WEFT__KIND_REQUEST, WEFT_WIRE_KIND_REQUEST, &weft_wire_request_type },
    { WEFT__KIND_RESPONSE, WEFT_WIRE_KIND_RESPONSE, &weft_wire_response_type },
    { WEFT__KIND_RESPONSE, WEFT_WIRE_KIND_RESPONSE, &weft_wire_failure_type },
    { WEFT__KIND_CANCEL, WEFT_WIRE_KIND_CANCEL, &weft_wire_cancel_type },
    { WEFT__KIND_ITEM, WEFT_WIRE_KIND_ITEM, &weft_wire_item_type },
    { WEFT__KIND_CHANNEL_CLOSE, WEFT_WIRE_KIND_CHANNEL_CLOSE, &weft_wire_channel_close_type },
    { WEFT__KIND_CHANNEL_RESET, WEFT_WIRE_KIND_CHANNEL_RESET, &weft_wire_channel_reset_type },
    { WEFT__KIND_CREDIT, WEFT_WIRE_KIND_CREDIT, &weft_wire_credit_type },
};

static void both_codecs_agree(void **state)
{
    /* Goal: byte for byte, in both directions, in every kind that has a decoder. */
    weft_test_random random;
    (void)state;
    WEFT_RULE("schema.wire");
    random.state = weft_test_fresh_seed();
    for (size_t i = 0; i < sizeof messages / sizeof messages[0]; i++) {
        assert_int_equal(messages[i].kind, messages[i].in_idl);
        check_message(messages[i].kind, messages[i].type, &random);
    }
    for (const uint8_t *kind = weft_test_message_kinds; *kind; kind++) {
        size_t i = 0;
        while (i < sizeof messages / sizeof messages[0] && messages[i].kind != *kind)
            i++;
        if (i == sizeof messages / sizeof messages[0])
            fail_msg("nothing in wire.weft stands for kind %u", *kind);
    }
}

static void metadata_of_all_kinds_agrees(void **state)
{
    /* Goal: an entry's value is a str, bin or u64 in the same place. */
    weft_wire_metadata text = { .key = WEFT_STR("a"), .value = WEFT_STR("b"), .flags = 1 };
    weft_wire_metadata_bytes bytes = { .key = WEFT_STR("a"), .value = weft_bytes_of("\0b", 2), .flags = 2 };
    weft_wire_metadata_number number = { .key = WEFT_STR("a"), .value = 1234567, .flags = 0 };
    weft_metadata_entry entries[3] = { weft_metadata_str("a", text.value, 1), weft_metadata_bytes("a", bytes.value, 2),
                                       weft_metadata_u64("a", number.value, 0) };
    weft_writer *generated, *by_hand;
    (void)state;
    WEFT_RULE("schema.wire");
    assert_int_equal(weft_writer_new(NULL, 4096, &generated), 0);
    assert_int_equal(weft_writer_new(NULL, 4096, &by_hand), 0);
    weft__metadata_encode(by_hand, (weft_metadata){ entries, 3 });
    weft__write_array(generated, 3);
    assert_int_equal(weft_wire_metadata_encode(&text, generated), 0);
    assert_int_equal(weft_wire_metadata_bytes_encode(&bytes, generated), 0);
    assert_int_equal(weft_wire_metadata_number_encode(&number, generated), 0);
    assert_int_equal(weft_writer_bytes(by_hand).len, weft_writer_bytes(generated).len);
    assert_memory_equal(weft_writer_bytes(by_hand).ptr, weft_writer_bytes(generated).ptr,
                        weft_writer_bytes(generated).len);
    weft_writer_free(generated);
    weft_writer_free(by_hand);
}

static void resumption_is_read_as_it_is_said(void **state)
{
    /* Goal: what nobody sends yet is understood where it comes: in the map, without an array around it. */
    weft_wire_resume resume = { .key = weft_bytes_of("0123456789abcdef0123456789abcdef", 32), .received = 77 };
    weft_wire_welcome welcome;
    weft__hello read;
    const char *missing;
    weft_writer *writer;
    (void)state;
    WEFT_RULE("schema.wire");
    weft_wire_welcome_init(&welcome);
    tame_message(&weft_wire_welcome_type, &welcome);
    weft_str feature = WEFT_STR("later");
    welcome.features = (weft_str_list){ &feature, 1 };
    welcome.resume_window_ms.has = true;
    welcome.resume_window_ms.value = 60000;
    assert_int_equal(weft_writer_new(NULL, 4096, &writer), 0);
    encode_map(WEFT__KIND_WELCOME, &weft_wire_welcome_type, &welcome, writer);
    assert_int_equal(weft__hello_decode(weft_writer_bytes(writer), &read, &missing), 0);
    assert_false(read.has_resume);
    assert_int_equal(read.resume_window_ms, 60000);
    assert_int_equal(read.features.n, 1);
    /* a resume is a map within the map */
    weft_writer_clear(writer);
    weft__write_map(writer, weft_wire_hello_type.n);
    for (uint32_t i = 0; i < weft_wire_hello_type.n; i++) {
        const weft_field *field = &weft_wire_hello_type.fields[i];
        weft__write_str(writer, weft_str_from(field->name));
        if (strcmp(field->name, "resume") == 0)
            encode_map(WEFT__KIND_HELLO, &weft_wire_resume_type, &resume, writer);
        else
            assert_int_equal(weft_gen_encode(field->type, (const uint8_t *)&welcome + field->offset, writer), 0);
    }
    assert_int_equal(weft__hello_decode(weft_writer_bytes(writer), &read, &missing), 0);
    assert_true(read.has_resume);
    assert_int_equal(read.resume_received, 77);
    assert_memory_equal(read.resume_key.ptr, resume.key.ptr, 32);
    weft_writer_free(writer);
}

static void roots_are_what_schemas_carry(void **state)
{
    /* Goal: roots of scalars decode as wire.weft says, and encode to the same bytes. */
    static const uint8_t root0[] = { 0x92, 0x95, 0xa1, 'a', 4, 0xc2, 0, 0xc2, 0x95, 0xa1, 'b', 12, 0xc3, 2, 0xc3 };
    static const uint8_t root1[] = { 0x94, 5, 0xc0, 1, 0x91, 0x92, 0xa1, 'c', 13 };
    weft_wire_schema_arguments arguments;
    weft_wire_schema_results results;
    weft_arena *arena;
    weft_writer *writer;
    (void)state;
    WEFT_RULE("schema.wire");
    assert_int_equal(weft_arena_new(NULL, &arena), 0);
    assert_int_equal(weft_writer_new(NULL, 4096, &writer), 0);
    weft__write_array(writer, 4);
    weft__write_u64(writer, 0x1234);
    weft__write_u64(writer, 0);
    weft__write_array(writer, 0);
    weft__write_raw(writer, weft_bytes_of(root0, sizeof root0));
    assert_int_equal(weft_wire_schema_arguments_decode(&arguments, weft_writer_bytes(writer), arena, NULL), 0);
    assert_int_equal(arguments.root.len, 2);
    assert_int_equal(arguments.root.items[1].channel, 2);
    assert_true(arguments.root.items[1].optional);
    weft_writer_clear(writer);
    weft__write_array(writer, 4);
    weft__write_u64(writer, 0x1234);
    weft__write_u64(writer, 1);
    weft__write_array(writer, 0);
    weft__write_raw(writer, weft_bytes_of(root1, sizeof root1));
    assert_int_equal(weft_wire_schema_results_decode(&results, weft_writer_bytes(writer), arena, NULL), 0);
    assert_int_equal(results.root.result, 5);
    assert_false(results.root.error.has);
    assert_int_equal(results.root.sent.items[0].type, 13);
    weft_writer_free(writer);
    weft_arena_free(arena);
}

static void id_is_the_one_that_is_told(void **state)
{
    /* Goal: who changes a layout in wire.weft changes what Hello says, too. */
    (void)state;
    WEFT_RULE("schema.wire");
    assert_true(weft_wire_message_type.id == WEFT__WIRE_ID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_codecs_agree),
        cmocka_unit_test(metadata_of_all_kinds_agrees),
        cmocka_unit_test(resumption_is_read_as_it_is_said),
        cmocka_unit_test(roots_are_what_schemas_carry),
        cmocka_unit_test(id_is_the_one_that_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

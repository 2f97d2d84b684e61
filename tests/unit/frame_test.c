/* Frame headers, what is said of kinds, the preamble. */
#include "runtime/wire/frame.h"
#include "tests/support/random.h"
#include "tests/support/rules.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void frame_header_is_little_endian(void **state)
{
    /* Goal: a header's 16 bytes stand where section 2 says, and read back as they were. */
    (void)state;
    WEFT_RULE("frame.header");
    static const uint8_t expected[WEFT__FRAME_HEADER] = { 0x04, 0x03, 0x02, 0x01, 33, 1,    0x06, 0x05,
                                                          0x0e, 0x0d, 0x0c, 0x0b, 10, 0x09, 0x08, 0x07 };
    weft__frame frame = { 0x01020304, 33, 1, 0x0506, UINT64_C(0x0708090a0b0c0d0e) };
    uint8_t out[WEFT__FRAME_HEADER];
    weft__frame_write(&frame, out);
    assert_memory_equal(out, expected, sizeof out);
    weft__frame back = weft__frame_read(out);
    assert_int_equal(back.len, frame.len);
    assert_int_equal(back.kind, frame.kind);
    assert_int_equal(back.flags, frame.flags);
    assert_int_equal(back.reserved, frame.reserved);
    assert_true(back.connection == frame.connection);
}

static void check_is(weft__frame frame, uint32_t max, const char *rule)
{
    const char *broken = NULL;
    int status = weft__frame_check(&frame, max, &broken);
    if (status != (rule ? WEFT_EPROTO : 0) || (rule && strcmp(rule, broken) != 0))
        fail_msg("kind %u flags %u len %u connection %u: %s instead of %s", (unsigned)frame.kind, (unsigned)frame.flags,
                 frame.len, (unsigned)frame.connection, broken ? broken : "taken", rule ? rule : "taken");
}

/* The table of section 10, by hand. */
static const struct {
    const char *name;
    uint8_t kind;
    char where; /* 0: the root only; v: virtual only; a: any */
    bool fragments;
    uint32_t max;
} table[] = {
    { "Hello", 1, '0', false, 65536 },
    { "Welcome", 2, '0', false, 65536 },
    { "Ready", 3, '0', false, 65536 },
    { "Sorry", 4, '0', false, 65536 },
    { "Ping", 5, '0', false, 16384 },
    { "Pong", 6, '0', false, 16384 },
    { "ProtocolError", 7, '0', false, 16384 },
    { "Drain", 8, 'a', false, 16384 },
    { "Ack", 9, '0', false, 16384 },
    { "Goodbye", 10, '0', false, 16384 },
    { "Open", 16, 'v', true, 0 },
    { "Accept", 17, 'v', true, 0 },
    { "Reject", 18, 'v', false, 16384 },
    { "Close", 19, 'v', false, 16384 },
    { "Window", 20, 'a', false, 16384 },
    { "Schema", 32, 'a', true, 0 },
    { "Request", 33, 'a', true, 0 },
    { "Response", 34, 'a', true, 0 },
    { "Cancel", 35, 'a', false, 16384 },
    { "Item", 48, 'a', true, 0 },
    { "ChannelClose", 49, 'a', false, 16384 },
    { "ChannelReset", 50, 'a', false, 16384 },
    { "Credit", 51, 'a', false, 16384 },
};

static void frame_check_follows_the_table(void **state)
{
    /* Goal: each kind is taken up to its length and where it may stand, and nowhere else. */
    (void)state;
    WEFT_RULE("frame.max");
    static const uint32_t sizes[] = { WEFT_FRAME_SIZE_MIN, WEFT_FRAME_SIZE_DEFAULT, WEFT_FRAME_SIZE_MAX };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        for (size_t j = 0; j < 3; j++) {
            uint32_t max = table[i].max && table[i].max < sizes[j] ? table[i].max : sizes[j];
            uint64_t good = table[i].where == 'v' ? 7 : 0;
            check_is((weft__frame){ max, table[i].kind, 0, 0, good }, sizes[j], NULL);
            check_is((weft__frame){ max + 1, table[i].kind, 0, 0, good }, sizes[j], "frame.max");
            check_is((weft__frame){ 0, table[i].kind, 0, 1, good }, sizes[j], "frame.max");
            for (unsigned bit = 2; bit < 8; bit++)
                check_is((weft__frame){ 2000, table[i].kind, (uint8_t)(1u << bit), 0, good }, sizes[j], "frame.max");
        }
        const char *elsewhere = table[i].where == '0' ? "violation.scope" : NULL;
        check_is((weft__frame){ 1, table[i].kind, 0, 0, 7 }, 65536, elsewhere);
    }
    check_is((weft__frame){ 1, WEFT__KIND_OPEN, 0, 0, 0 }, 65536, "conn.open");
    check_is((weft__frame){ 1, WEFT__KIND_ACCEPT, 0, 0, 0 }, 65536, "conn.accept");
    check_is((weft__frame){ 1, WEFT__KIND_REJECT, 0, 0, 0 }, 65536, "conn.reject");
    check_is((weft__frame){ 1, WEFT__KIND_CLOSE, 0, 0, 0 }, 65536, "conn.root");
}

static void frame_check_flags_only_where_allowed(void **state)
{
    /* Goal: MORE needs a kind with fragments and 1,024 bytes, ABORT such a kind, an empty body and no MORE. */
    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        uint8_t kind = table[i].kind;
        bool fragments = table[i].fragments;
        uint64_t good = table[i].where == 'v' ? 7 : 0;
        check_is((weft__frame){ 1024, kind, WEFT__FLAG_MORE, 0, good }, 65536, fragments ? NULL : "frame.fragment");
        check_is((weft__frame){ 1023, kind, WEFT__FLAG_MORE, 0, good }, 65536, "frame.fragment");
        check_is((weft__frame){ 0, kind, WEFT__FLAG_ABORT, 0, good }, 65536, fragments ? NULL : "frame.abort");
        check_is((weft__frame){ 1, kind, WEFT__FLAG_ABORT, 0, good }, 65536, "frame.abort");
        check_is((weft__frame){ 1024, kind, WEFT__FLAG_ABORT | WEFT__FLAG_MORE, 0, good }, 65536,
                 fragments ? "frame.abort" : "frame.fragment");
    }
}

static void kind_unknown_is_refused_below_192(void **state)
{
    /* Goal: unknown kinds are a violation below 192 and taken from there on; known ones have the table's traits. */
    (void)state;
    for (unsigned kind = 0; kind < 256; kind++) {
        size_t i = 0;
        while (i < sizeof table / sizeof *table && table[i].kind != kind)
            i++;
        bool known = i < sizeof table / sizeof *table;
        assert_int_equal(weft__kind_is_known((uint8_t)kind), known);
        assert_string_equal(weft__kind_name((uint8_t)kind), known ? table[i].name : "?");
        assert_int_equal(weft__kind_may_fragment((uint8_t)kind), known && table[i].fragments);
        if (!known) {
            check_is((weft__frame){ 65536, (uint8_t)kind, 0, 0, 9 }, 65536, kind < 192 ? "frame.max" : NULL);
            check_is((weft__frame){ 65537, (uint8_t)kind, 0, 0, 9 }, 65536, "frame.max");
            check_is((weft__frame){ 0, (uint8_t)kind, 0, 1, 9 }, 65536, "frame.max");
            check_is((weft__frame){ 1024, (uint8_t)kind, 0x10, 0, 9 }, 65536, "frame.max");
        }
    }
}

static void kind_traits_are_those_of_the_rules(void **state)
{
    /* Goal: which kinds interleave, cost window and may overdraw it is as frame.order and flow.window list them. */
    (void)state;
    static const uint8_t interleave[] = { 5, 6, 7, 9, 20, 35, 50, 51, 0 };
    static const uint8_t charged[] = { 32, 33, 34, 35, 48, 49, 50, 51, 0 };
    static const uint8_t overdraw[] = { 35, 49, 50, 51, 0 };
    for (unsigned kind = 1; kind < 256; kind++) {
        const char k[2] = { (char)kind, 0 };
        assert_int_equal(weft__kind_may_interleave((uint8_t)kind), strpbrk((const char *)interleave, k) != NULL);
        assert_int_equal(weft__kind_may_overdraw((uint8_t)kind), strpbrk((const char *)overdraw, k) != NULL);
        bool costs = strpbrk((const char *)charged, k) != NULL;
        assert_int_equal(weft__frame_window_cost((uint8_t)kind, 100), costs ? 116 : 0);
    }
}

static void preamble_wrong_byte_is_found_at_once(void **state)
{
    /* Goal: a preamble is 8 bytes, and the first impossible one is told at every length. */
    (void)state;
    uint8_t out[WEFT__PREAMBLE];
    weft__preamble_write(out, 1, 1);
    assert_memory_equal(out, "WEFT\x01\x01\x00\x00", sizeof out);
    for (size_t len = 0; len <= 8; len++)
        assert_int_equal(weft__preamble_match(out, len), len);
    assert_int_equal(weft__preamble_match((const uint8_t *)"WEFT\x01\x01\x00\x00next", 12), 8);
    for (size_t at = 0; at < 8; at++) {
        uint8_t wrong[WEFT__PREAMBLE];
        memcpy(wrong, out, sizeof wrong);
        wrong[at] ^= 0x20;
        for (size_t len = 0; len <= 8; len++) {
            bool any = at == 4 || at == 5;
            assert_int_equal(weft__preamble_match(wrong, len), len <= at || any ? len : at);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(frame_header_is_little_endian),        cmocka_unit_test(frame_check_follows_the_table),
        cmocka_unit_test(frame_check_flags_only_where_allowed), cmocka_unit_test(kind_unknown_is_refused_below_192),
        cmocka_unit_test(kind_traits_are_those_of_the_rules),   cmocka_unit_test(preamble_wrong_byte_is_found_at_once),
    };
    return cmocka_run_group_tests_name("frame", tests, NULL, NULL);
}

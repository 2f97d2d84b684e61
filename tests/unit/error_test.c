/* Error codes and texts, UTF-8, numbers as text, the log. */
#include "runtime/base/error.h"
#include "runtime/base/log.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void strerror_every_code_has_name_and_text(void **state)
{
    /* Goal: each code of the list has its own text and name; weft's own lie below -5000; others are unknown. */
    (void)state;
#define CHECK(name, value, class_, text)                            \
    assert_string_equal(weft_strerror(WEFT_##name), text);          \
    assert_string_equal(weft_err_name(WEFT_##name), "WEFT_" #name); \
    assert_true(WEFT_##name < 0);
    WEFT_ERRORS(CHECK)
#undef CHECK
    assert_string_equal(weft_strerror(0), "success");
    assert_string_equal(weft_strerror(-4999), "unknown error");
    assert_string_equal(weft_err_name(-4999), "WEFT_E?");
    assert_string_equal(weft_err_name(1), "WEFT_E?");
}

static void is_retryable_follows_the_class(void **state)
{
    /* Goal: what had no effect, and failures of the conduit, may be tried again; nothing else. */
    (void)state;
    assert_true(weft_is_retryable(WEFT_ENOMEM));
    assert_true(weft_is_retryable(WEFT_EAGAIN));
    assert_true(weft_is_retryable(WEFT_EUNAVAILABLE));
    assert_true(weft_is_retryable(WEFT_ECONNREFUSED));
    assert_true(weft_is_retryable(WEFT_ECONNRESET));
    assert_true(weft_is_retryable(WEFT_EIO));
    assert_false(weft_is_retryable(WEFT_ECANCELED));
    assert_false(weft_is_retryable(WEFT_EPROTO));
    assert_false(weft_is_retryable(WEFT_EINVAL));
    assert_false(weft_is_retryable(WEFT_ECLOSED));
    assert_false(weft_is_retryable(0));
    assert_false(weft_is_retryable(-4999));
}

static void error_text_is_built_and_cut_at_characters(void **state)
{
    /* Goal: texts append, numbers and ids are written out, and a full text is cut between characters, NUL-terminated.
     */
    (void)state;
    weft_error error;
    memset(&error, 0xee, sizeof error);
    assert_int_equal(weft__error_set(&error, WEFT_EPROTO, "request "), WEFT_EPROTO);
    weft__error_add_number(&error, UINT64_MAX);
    weft__error_add_text(&error, WEFT_STR(" of type "));
    weft__error_add_id(&error, UINT64_C(0x0123456789abcdef));
    assert_string_equal(error.text, "request 18446744073709551615 of type 0123456789abcdef");
    assert_int_equal(error.code, WEFT_EPROTO);
    assert_int_equal(error.sys, 0);
    assert_int_equal(error.remote, 0);
    weft__error_set(&error, WEFT_ENOMEM, NULL);
    assert_string_equal(error.text, "out of memory");
    for (unsigned shift = 0; shift < 4; shift++) {
        weft__error_set(&error, WEFT_EINVAL, &"xxx"[3 - shift]);
        for (unsigned i = 0; i < 100; i++)
            weft__error_add_text(&error, WEFT_STR("\xf0\x9f\xa7\xb5"));
        size_t len = strlen(error.text);
        assert_true(len >= WEFT_ERROR_TEXT_MAX - 4 && len < WEFT_ERROR_TEXT_MAX);
        assert_true(weft__utf8_is_valid(weft_str_of(error.text, len)));
        assert_int_equal((len - shift) % 4, 0);
    }
    assert_int_equal(weft__error_set(NULL, WEFT_EINVAL, "x"), WEFT_EINVAL);
    weft__error_add_number(NULL, 1);
}

/* A second opinion: decodes the character and judges its number. */
static bool utf8_is_valid_slowly(const uint8_t *at, size_t len)
{
    for (size_t i = 0; i < len;) {
        uint32_t value = at[i];
        size_t more = value < 0x80             ? 0
                      : (value & 0xe0) == 0xc0 ? 1
                      : (value & 0xf0) == 0xe0 ? 2
                      : (value & 0xf8) == 0xf0 ? 3
                                               : 9;
        static const uint32_t least[4] = { 0, 0x80, 0x800, 0x10000 };
        if (more == 9 || more > len - 1 - i)
            return false;
        value &= more == 0 ? 0x7f : 0x3fu >> more;
        for (size_t j = 1; j <= more; j++) {
            if ((at[i + j] & 0xc0) != 0x80)
                return false;
            value = value << 6 | (at[i + j] & 0x3f);
        }
        if (value < least[more] || value > 0x10ffff || (value >= 0xd800 && value < 0xe000))
            return false;
        i += more + 1;
    }
    return true;
}

static void utf8_every_short_sequence_is_judged_right(void **state)
{
    /* Goal: all sequences of up to three bytes, and of four by their telling bytes, are judged as a plain decoder does,
     * at every offset from the fast path's step. */
    (void)state;
    uint8_t text[16];
    memset(text, 'a', sizeof text);
    for (uint32_t i = 0; i < 0x1000000; i += i < 0x10000 ? 1 : 7) {
        uint8_t *at = text + i % 8;
        memset(text, 'a', sizeof text);
        at[0] = (uint8_t)(i >> 16);
        at[1] = (uint8_t)(i >> 8);
        at[2] = (uint8_t)i;
        bool expected = utf8_is_valid_slowly(text, sizeof text);
        if (weft__utf8_is_valid(weft_str_of((char *)text, sizeof text)) != expected)
            fail_msg("%02x %02x %02x", at[0], at[1], at[2]);
    }
    for (unsigned first = 0xee; first < 0x100; first++) {
        for (unsigned second = 0x70; second < 0xd0; second++) {
            uint8_t four[4] = { (uint8_t)first, (uint8_t)second, 0x80, 0xbf };
            for (size_t len = 0; len <= 4; len++)
                assert_int_equal(weft__utf8_is_valid(weft_str_of((char *)four, len)), utf8_is_valid_slowly(four, len));
        }
    }
}

static void utf8_cut_never_cuts_a_character(void **state)
{
    /* Goal: a cut at every length leaves valid text, the longest that fits. */
    (void)state;
    weft_str text = WEFT_STR("a\xc3\xa9\xe2\x82\xac\xf0\x9f\xa7\xb5z");
    static const size_t expected[] = { 0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 11, 11 };
    for (size_t max = 0; max < sizeof expected / sizeof *expected; max++) {
        weft_str cut = weft__utf8_cut(text, max);
        assert_int_equal(cut.len, expected[max]);
        assert_true(weft__utf8_is_valid(cut));
        assert_int_equal(weft__utf8_valid_len(weft_str_of(text.ptr, max < text.len ? max : text.len)), cut.len);
    }
    assert_int_equal(weft__utf8_cut(WEFT_STR("\x80\x80\x80\x80\x80\x80\x80\x80"), 6).len, 3);
}

static unsigned log_calls, log_evaluated;

static weft_str log_evaluate(void)
{
    log_evaluated++;
    return WEFT_STR("x");
}

static void log_count(void *user, const weft_log_record *record)
{
    assert_ptr_equal(user, &log_calls);
    assert_int_equal(record->level, WEFT_LOG_INFO);
    assert_int_equal(record->n_fields, 2);
    assert_string_equal(record->fields[0].name, "id");
    assert_int_equal(record->fields[0].number, 3);
    assert_true(record->fields[1].is_text);
    log_calls++;
}

static void log_what_is_not_asked_for_costs_one_test(void **state)
{
    /* Goal: a record reaches the callback only where its class and level are asked for and there is a callback;
     * otherwise its fields are not even evaluated. */
    (void)state;
    weft__log log, none;
    weft__log_init(&log, log_count, &log_calls, WEFT_LOG_INFO, WEFT_LOG_SESSION);
    weft__log_init(&none, NULL, NULL, WEFT_LOG_DEBUG, WEFT_LOG_ALL);
    log_calls = log_evaluated = 0;
    weft__log_record(&log, WEFT_LOG_INFO, WEFT_LOG_SESSION, "ready", weft__log_number("id", 3),
                     weft__log_text("name", log_evaluate()));
    weft__log_record(&log, WEFT_LOG_INFO, WEFT_LOG_FRAME, "frame", weft__log_text("name", log_evaluate()));
    weft__log_record(&log, WEFT_LOG_DEBUG, WEFT_LOG_SESSION, "state", weft__log_text("name", log_evaluate()));
    weft__log_record(&none, WEFT_LOG_ERROR, WEFT_LOG_FRAME, "frame", weft__log_text("name", log_evaluate()));
    assert_int_equal(log_calls, 1);
    assert_int_equal(log_evaluated, 1);
}

static unsigned log_levels;

static void log_note_level(void *user, const weft_log_record *record)
{
    (void)user;
    log_levels |= 1u << record->level;
}

static void log_level_lets_through_what_is_as_severe(void **state)
{
    /* Goal: each level means itself and all that is more severe; one beyond the last means all. */
    (void)state;
    static const unsigned told[] = { 1, 3, 7, 15, 15, 15 };
    for (int level = WEFT_LOG_ERROR; level <= WEFT_LOG_DEBUG + 2; level++) {
        weft__log log;
        weft__log_init(&log, log_note_level, NULL, (weft_log_level)level, WEFT_LOG_ALL);
        log_levels = 0;
        for (int i = WEFT_LOG_ERROR; i <= WEFT_LOG_DEBUG; i++)
            weft__log_record(&log, (weft_log_level)i, WEFT_LOG_CALL, "x", weft__log_number("i", (uint64_t)i));
        assert_int_equal(log_levels, told[level]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(strerror_every_code_has_name_and_text),
        cmocka_unit_test(is_retryable_follows_the_class),
        cmocka_unit_test(error_text_is_built_and_cut_at_characters),
        cmocka_unit_test(utf8_every_short_sequence_is_judged_right),
        cmocka_unit_test(utf8_cut_never_cuts_a_character),
        cmocka_unit_test(log_what_is_not_asked_for_costs_one_test),
        cmocka_unit_test(log_level_lets_through_what_is_as_severe),
    };
    return cmocka_run_group_tests_name("error", tests, NULL, NULL);
}

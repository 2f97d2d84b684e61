/* The lexer: kinds, places, what it reports; and literals. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "idl/lexer.h"
#include "idl/literal.h"

static const weft__token_kind END = WEFT__TOKEN_END;

/* Lexes all of the text; reports go to diags. */
static size_t lex(weft_str text, weft__token *tokens, size_t n_max, weft__diagnostics *diags)
{
    static weft__idl_source source;
    source = (weft__idl_source){ .path = WEFT_STR("a.weft"), .text = text };
    weft__lexer lexer;
    weft__lexer_init(&lexer, &source, diags);
    for (size_t n = 0; n < n_max; n++) {
        tokens[n] = weft__lexer_next(&lexer);
        if (tokens[n].kind == END)
            return n;
    }
    fail_msg("more than %zu tokens", n_max);
    return 0;
}

/* Goal: every sign is its own token, and the longest fits. */
static void lexer_signs_are_told_apart(void **state)
{
    (void)state;
    static const weft__token_kind expected[] = {
        WEFT__TOKEN_LBRACE,   WEFT__TOKEN_RBRACE, WEFT__TOKEN_LPAREN,  WEFT__TOKEN_RPAREN, WEFT__TOKEN_LBRACKET,
        WEFT__TOKEN_RBRACKET, WEFT__TOKEN_LESS,   WEFT__TOKEN_GREATER, WEFT__TOKEN_COMMA,  WEFT__TOKEN_SEMICOLON,
        WEFT__TOKEN_COLON,    WEFT__TOKEN_EQUALS, WEFT__TOKEN_BANG,    WEFT__TOKEN_AT,     WEFT__TOKEN_DOT,
        WEFT__TOKEN_MINUS,    WEFT__TOKEN_ARROW,  WEFT__TOKEN_MINUS,
    };
    weft__token tokens[32];
    size_t n = lex(WEFT_STR("{}()[]<>,;:=!@.- ->-"), tokens, 32, NULL);
    assert_int_equal(n, sizeof expected / sizeof expected[0]);
    for (size_t i = 0; i < n; i++)
        assert_int_equal(tokens[i].kind, expected[i]);
}

/* Goal: lines and columns count from 1, columns in code points, and CRLF ends a line. */
static void lexer_places_count_code_points(void **state)
{
    (void)state;
    weft__token tokens[8];
    size_t n = lex(WEFT_STR("a \"gr\xc3\xbc\xc3\x9f\" b\r\n\tc // x\r\n"), tokens, 8, NULL);
    assert_int_equal(n, 5);
    assert_int_equal(tokens[1].column, 3);
    assert_int_equal(tokens[1].len, 8);
    assert_int_equal(tokens[2].column, 10);
    assert_int_equal(tokens[3].line, 2);
    assert_int_equal(tokens[3].column, 2);
    assert_int_equal(tokens[4].kind, WEFT__TOKEN_COMMENT);
    assert_int_equal(tokens[4].len, 4); /* without the carriage return */
}

/* Goal: "///" documents, "//" and "////" do not. */
static void lexer_comments_are_told_apart(void **state)
{
    (void)state;
    weft__token tokens[8];
    size_t n = lex(WEFT_STR("// a\n/// b\n//// c\n///"), tokens, 8, NULL);
    assert_int_equal(n, 4);
    assert_int_equal(tokens[0].kind, WEFT__TOKEN_COMMENT);
    assert_int_equal(tokens[1].kind, WEFT__TOKEN_DOC);
    assert_int_equal(tokens[2].kind, WEFT__TOKEN_COMMENT);
    assert_int_equal(tokens[3].kind, WEFT__TOKEN_DOC);
}

/* Goal: what is no token is reported once a run and skipped; after the end there is the end for ever. */
static void lexer_bad_text_is_reported_and_skipped(void **state)
{
    (void)state;
    weft__diagnostics *diags;
    weft__token tokens[8];
    assert_int_equal(weft__diagnostics_new(NULL, &diags), 0);
    size_t n = lex(weft_str_of("a \0\0\0 b \xff c /* d", 17), tokens, 8, diags);
    assert_int_equal(n, 3);
    assert_int_equal(weft__diagnostics_count(diags, WEFT__DIAG_BAD_CHARACTER), 1);
    assert_int_equal(weft__diagnostics_count(diags, WEFT__DIAG_BAD_UTF8), 1);
    assert_int_equal(weft__diagnostics_count(diags, WEFT__DIAG_BLOCK_COMMENT), 1);
    weft__diagnostics_free(diags);
}

/* Goal: malformed numbers and strings are tokens without a value. */
static void lexer_malformed_literal_is_bad(void **state)
{
    (void)state;
    static const char *const bad[] = { "0x",   "0b2",  "01",    "1__0",  "1_",     "1e",
                                       "1.5x", "12ab", "\"abc", "\"a\\", "\"a\\\"" };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        weft__token tokens[4];
        assert_int_equal(lex(weft_str_from(bad[i]), tokens, 4, NULL), 1);
        assert_true(tokens[0].is_bad);
    }
    static const char *const good[] = { "0", "0xfF", "0b1_0", "10", "1_0", "1e9", "1.5E-3", "\"\"", "\"\\\"\"" };
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        weft__token tokens[4];
        assert_int_equal(lex(weft_str_from(good[i]), tokens, 4, NULL), 1);
        assert_false(tokens[0].is_bad);
    }
}

/* Goal: integers of every base up to 2^64-1 have their value, larger ones none. */
static void literal_int_has_value_up_to_64_bits(void **state)
{
    (void)state;
    uint64_t value;
    assert_true(weft__literal_int(WEFT_STR("18_446_744_073_709_551_615"), &value));
    assert_true(value == UINT64_MAX);
    assert_true(weft__literal_int(WEFT_STR("0xffff_ffff_ffff_ffff"), &value));
    assert_true(value == UINT64_MAX);
    assert_true(weft__literal_int(WEFT_STR("0b101"), &value));
    assert_true(value == 5);
    assert_false(weft__literal_int(WEFT_STR("18446744073709551616"), &value));
    assert_false(weft__literal_int(WEFT_STR("0x1_0000_0000_0000_0000"), &value));
}

/* Goal: escapes become what they mean; a bad one is found at its place. */
static void literal_string_escapes_are_decoded(void **state)
{
    (void)state;
    char out[64];
    size_t len;
    size_t at;
    size_t at_len;
    weft_str text = WEFT_STR("\"a\\n\\x00\\u{20AC}\\\\\\\"\"");
    assert_int_equal(weft__literal_string(text, out, &len, &at, &at_len), WEFT__LITERAL_FINE);
    assert_int_equal(len, 8);
    assert_memory_equal(out, "a\n\0\xe2\x82\xac\\\"", 8);
    assert_int_equal(weft__literal_string(WEFT_STR("\"ab\\q\""), out, &len, &at, &at_len), WEFT__LITERAL_BAD_ESCAPE);
    assert_int_equal(at, 3);
    assert_int_equal(at_len, 2);
    assert_int_equal(weft__literal_string(WEFT_STR("\"\\u{D800}\""), out, &len, &at, &at_len),
                     WEFT__LITERAL_BAD_CODE_POINT);
    assert_int_equal(weft__literal_string(WEFT_STR("\"\\x4\""), out, &len, &at, &at_len), WEFT__LITERAL_BAD_ESCAPE);
}

/* Goal: durations of every unit; none without unit, none out of range. */
static void literal_duration_takes_one_unit(void **state)
{
    (void)state;
    bool is_negative;
    uint64_t ns;
    assert_true(weft__literal_duration(WEFT_STR("1500ms"), &is_negative, &ns));
    assert_true(ns == 1500000000u && !is_negative);
    assert_true(weft__literal_duration(WEFT_STR("-2h"), &is_negative, &ns));
    assert_true(ns == UINT64_C(7200000000000) && is_negative);
    assert_true(weft__literal_duration(WEFT_STR("-0s"), &is_negative, &ns));
    assert_false(is_negative);
    static const char *const bad[] = { "", "s", "1", "1 s", "1.5s", "1d", "1sx", "--1s", "9999999999999h", "-" };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(weft__literal_duration(weft_str_from(bad[i]), &is_negative, &ns));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lexer_signs_are_told_apart),         cmocka_unit_test(lexer_places_count_code_points),
        cmocka_unit_test(lexer_comments_are_told_apart),      cmocka_unit_test(lexer_bad_text_is_reported_and_skipped),
        cmocka_unit_test(lexer_malformed_literal_is_bad),     cmocka_unit_test(literal_int_has_value_up_to_64_bits),
        cmocka_unit_test(literal_string_escapes_are_decoded), cmocka_unit_test(literal_duration_takes_one_unit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* No input, however broken, makes the front end crash, hang or eat memory; and no lack of memory either. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

#include "idl/format.h"
#include "tests/support/alloc.h"
#include "tests/support/idl.h"

/* What any file may cost beside its own size: the fixed tables of a run. */
#define MEMORY_BASE ((size_t)2 * 1024u * 1024u)

static int swallow(void *user, const char *text, size_t len)
{
    size_t *n = user;
    (void)text;
    *n += len;
    return 0;
}

/* Loads, prints and formats: whatever comes of it. */
static int digest(const char *text, size_t len)
{
    weft__model *model = NULL;
    weft__diagnostics *diags;
    size_t n_printed = 0;
    weft_str formatted;
    weft_arena *arena;
    int status = weft_test_load(weft_str_of(text, len), NULL, &model, &diags);
    assert_true(status == 0 || status == WEFT_EINVAL);
    assert_int_equal(status == WEFT_EINVAL, weft__diagnostics_n_errors(diags) > 0);
    assert_int_equal(weft__diagnostics_print(diags, WEFT__DIAG_TEXT, swallow, &n_printed), 0);
    assert_int_equal(weft__diagnostics_print(diags, WEFT__DIAG_JSON, swallow, &n_printed), 0);
    weft__idl_source source = { .path = WEFT_STR("a.weft"), .text = weft_str_of(text, len) };
    assert_int_equal(weft_arena_new(NULL, &arena), 0);
    int format_status = weft__idl_format(&source, arena, diags, &formatted);
    assert_true(format_status == 0 || format_status == WEFT_EINVAL);
    assert_true(format_status == 0 || status == WEFT_EINVAL);
    weft_arena_free(arena);
    weft__model_free(model);
    weft__diagnostics_free(diags);
    return status;
}

/* The text in memory that ends where it ends, so that a read behind it is seen. */
static int digest_exact(const char *text, size_t len)
{
    char *copy = malloc(len ? len : 1);
    assert_non_null(copy);
    memcpy(copy, text, len);
    int status = digest(copy, len);
    free(copy);
    return status;
}

static void cut_everywhere(const char *path, size_t step)
{
    size_t len;
    char *text = weft_test_read_source(path, &len);
    for (size_t n = 0; n < len; n += step)
        digest_exact(text, n);
    free(text);
}

/* Goal: every prefix of a good file is digested. */
static void prefix_any_is_digested(void **state)
{
    (void)state;
    cut_everywhere("tests/idl/good/kv.weft", 1);
    cut_everywhere("tests/idl/good/channels.weft", 1);
    cut_everywhere("tests/idl/format/messy.weft", 1);
    cut_everywhere("tests/idl/good/all.weft", 17);
}

/* Goal: a good file with any one byte replaced is digested. */
static void byte_any_replaced_is_digested(void **state)
{
    (void)state;
    static const char bytes[] = { '\0', '{', '}', '"', '<', '\xff', '\n', '@' };
    size_t len;
    char *text = weft_test_read_source("tests/idl/format/messy.weft", &len);
    for (size_t i = 0; i < len; i++) {
        char old = text[i];
        text[i] = bytes[i % sizeof bytes];
        digest_exact(text, len);
        text[i] = old;
    }
    free(text);
}

/* The characters without the NUL; how many. */
static size_t put(char *to, const char *text)
{
    size_t n = 0;
    for (; text[n]; n++)
        to[n] = text[n];
    return n;
}

static uint32_t next_random(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

/* Goal: soups of tokens are digested. */
static void soup_of_tokens_is_digested(void **state)
{
    (void)state;
    static const char *const words[] = {
        "struct",      "enum",
        "service",     "const",
        "type",        "package",
        "import",      "option",
        "reserved",    "Foo",
        "Bar",         "foo",
        "bar",         "A",
        "list",        "map",
        "array",       "tx",
        "rx",          "unit",
        "u8",          "string",
        "none",        "{",
        "}",           "(",
        ")",           "<",
        ">",           "[",
        "]",           ",",
        ";",           ";",
        ":",           "=",
        "!",           "@",
        "@was",        ".",
        "-",           "->",
        "1",           "0xff",
        "1.5",         "\"s\"",
        "\"",          "// c\n",
        "/// d\n",     "\n",
        "/*",          "\xff",
        "@persistent", "@c_name(\"a\")",
        "package a;",  "x: u8;",
        "{ a; }",      "struct S { s: S; }",
        "\t",          "Foo<",
        "enum E {",
    };
    char soup[1024];
    uint32_t seed = 7;
    for (int round = 0; round < 3000; round++) {
        size_t len = 0;
        for (uint32_t n = next_random(&seed) % 60; n > 0; n--) {
            const char *word = words[next_random(&seed) % (sizeof words / sizeof words[0])];
            size_t word_len = strlen(word);
            if (len + word_len + 1 > sizeof soup)
                break;
            len += put(soup + len, word);
            soup[len++] = ' ';
        }
        digest_exact(soup, len);
    }
}

/* Goal: soups of bytes are digested. */
static void soup_of_bytes_is_digested(void **state)
{
    (void)state;
    char soup[256];
    uint32_t seed = 11;
    for (int round = 0; round < 2000; round++) {
        size_t len = next_random(&seed) % sizeof soup;
        for (size_t i = 0; i < len; i++)
            soup[i] = (char)next_random(&seed);
        digest_exact(soup, len);
    }
}

/* `head`, then `piece` so often, then `tail`; the caller frees. */
static char *repeat(const char *head, const char *piece, size_t n, const char *tail, size_t *ret_len)
{
    char *text = malloc(strlen(head) + n * strlen(piece) + strlen(tail) + 1);
    assert_non_null(text);
    size_t len = put(text, head);
    for (size_t i = 0; i < n; i++)
        len += put(text + len, piece);
    len += put(text + len, tail);
    *ret_len = len;
    return text;
}

/* Memory at most 64 bytes for each of the file, and the fixed tables. */
static void digest_within_memory(const char *text, size_t len)
{
    weft_test_alloc alloc;
    weft__model *model = NULL;
    weft__diagnostics *diags;
    weft_test_alloc_init(&alloc);
    weft_test_load(weft_str_of(text, len), &alloc.allocator, &model, &diags);
    assert_true(alloc.peak_bytes <= MEMORY_BASE + len * 64u);
    weft__model_free(model);
    weft__diagnostics_free(diags);
    weft_test_alloc_assert_empty(&alloc);
}

/* Goal: huge files of one thing, and deep ones, are digested within bounds of memory. */
static void huge_file_stays_within_bounds(void **state)
{
    (void)state;
    static const char *const heads[] = { "package a;\n",
                                         "package a;\nstruct S { x: ",
                                         "package a;\nstruct S {\n",
                                         "package a;\nenum E {",
                                         "package a;\nservice S { f(",
                                         "package a;\nconst A: string = \"",
                                         "",
                                         "package a" };
    static const char *const pieces[] = { "list<",
                                          "{",
                                          "}",
                                          "(",
                                          "@was(\"x\") ",
                                          "struct S { }\n",
                                          "a: u8;\n",
                                          "a; ",
                                          "a: u8,",
                                          ";",
                                          "\n",
                                          "/// d\n",
                                          "// c\n",
                                          ".a",
                                          "\xff",
                                          "\\x00",
                                          "\"\" ",
                                          "const A: u8 = A;\n",
                                          "type T = T;\n",
                                          "reserved a;",
                                          "import \"x.weft\";\n",
                                          "option a = 1;\n",
                                          "<",
                                          ",a",
                                          "-",
                                          "/*" };
    for (size_t h = 0; h < sizeof heads / sizeof heads[0]; h++) {
        for (size_t p = 0; p < sizeof pieces / sizeof pieces[0]; p++) {
            size_t len;
            char *text = repeat(heads[h], pieces[p], 20000, "", &len);
            digest_within_memory(text, len);
            free(text);
        }
    }
}

/* A chain of n declarations, each of which refers to the next: at's '#' becomes the number, '+' the next one's. */
static char *chain(const char *pattern, unsigned n, const char *last, size_t *ret_len)
{
    size_t room = 64 + n * (strlen(pattern) + 16) + strlen(last);
    char *text = malloc(room);
    assert_non_null(text);
    size_t len = put(text, "package a;\n");
    for (unsigned i = 0; i < n; i++) {
        for (const char *p = pattern; *p; p++) {
            unsigned value = *p == '#' ? i : i + 1;
            if (*p != '#' && *p != '+') {
                text[len++] = *p;
                continue;
            }
            for (unsigned digit = 10000; digit > 0; digit /= 10)
                text[len++] = (char)('0' + value / digit % 10);
        }
    }
    *ret_len = len + put(text + len, last);
    return text;
}

/* Goal: long chains of references between declarations need no deep stack, and have their verdict. */
static void chain_long_is_digested(void **state)
{
    (void)state;
    size_t len;
    char *text = chain("struct S# { n: option<S+>; }\n", 10000, "struct S10000 {}\n", &len);
    assert_int_equal(digest(text, len), 0);
    free(text);
    text = chain("struct S# { n: S+; }\n", 10000, "struct S10000 { back: option<S00000>; }\n", &len);
    assert_int_equal(digest(text, len), WEFT_EINVAL); /* nests deeper than 64 */
    free(text);
    text = chain("struct S# { n: S+; }\n", 10000, "struct S10000 { back: S00000; }\n", &len);
    assert_int_equal(digest(text, len), WEFT_EINVAL);
    free(text);
    text = chain("const C#: u8 = C+;\n", 10000, "const C10000: u8 = 1;\n", &len);
    assert_int_equal(digest(text, len), WEFT_EINVAL); /* refers deeper than 64 */
    free(text);
    text = chain("type T# = list<T+>;\n", 10000, "type T10000 = u8;\n", &len);
    assert_int_equal(digest(text, len), WEFT_EINVAL);
    free(text);
}

static void load_with_import(weft_test_alloc *alloc, void *user)
{
    weft_test_file files[] = {
        { "a.weft", WEFT_STR("package a; import \"b.weft\"; /// Doc.\nstruct S { b: B; l: list<map<string, S>> = [];"
                             "@was(\"y\") x: u8 = 3; }"
                             "service V { get(s: S, t: tx<B, 3>) -> u8 ! E; } enum E { a; b { x: u8; }; }") },
        { "b.weft", WEFT_STR("package b; const N: u32 = 4; struct B { x: array<u8, N>; y: Strange; }") },
    };
    const bool *is_good = user;
    if (*is_good)
        files[1].text = WEFT_STR("package b; const N: u32 = 4; struct B { x: array<u8, N>; }");
    weft_test_files all = { files, 2 };
    weft__idl_source_reader reader = { .read = weft_test_read_file, .ctx = &all };
    weft__idl_load_options options = { .allocator = &alloc->allocator };
    weft__diagnostics *diags;
    weft__model *model = NULL;
    size_t n_printed = 0;
    int status = weft__diagnostics_new(&alloc->allocator, &diags);
    if (status == 0) {
        status = weft__idl_load(&reader, "a.weft", &options, &model, diags);
        if (status == WEFT_EINVAL)
            (void)weft__diagnostics_print(diags, WEFT__DIAG_TEXT, swallow, &n_printed);
        weft__model_free(model);
        weft__diagnostics_free(diags);
    }
    if (alloc->failed)
        assert_int_equal(status, WEFT_ENOMEM);
    else
        assert_int_equal(status, *is_good ? 0 : WEFT_EINVAL);
}

static void format_messy(weft_test_alloc *alloc, void *user)
{
    const weft_str *text = user;
    weft__idl_source source = { .path = WEFT_STR("a.weft"), .text = *text };
    weft_arena *arena = NULL;
    weft__diagnostics *diags = NULL;
    weft_str formatted;
    int status = weft_arena_new(&alloc->allocator, &arena);
    if (status == 0)
        status = weft__diagnostics_new(&alloc->allocator, &diags);
    if (status == 0)
        status = weft__idl_format(&source, arena, diags, &formatted);
    weft__diagnostics_free(diags);
    weft_arena_free(arena);
    assert_int_equal(status, alloc->failed ? WEFT_ENOMEM : 0);
}

/* Goal: each allocation that fails makes the formatter fail with WEFT_ENOMEM, and leaves nothing behind. */
static void format_memory_lack_is_an_error(void **state)
{
    (void)state;
    size_t len;
    char *bytes = weft_test_read_source("tests/idl/format/messy.weft", &len);
    weft_str text = weft_str_of(bytes, len);
    weft_test_alloc_each(format_messy, &text);
    free(bytes);
}

/* Goal: each allocation that fails makes the load fail with WEFT_ENOMEM, and leaves nothing behind. */
static void memory_lack_is_an_error(void **state)
{
    (void)state;
    bool is_good = true;
    weft_test_alloc_each(load_with_import, &is_good);
    is_good = false;
    weft_test_alloc_each(load_with_import, &is_good);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(prefix_any_is_digested),        cmocka_unit_test(byte_any_replaced_is_digested),
        cmocka_unit_test(soup_of_tokens_is_digested),    cmocka_unit_test(soup_of_bytes_is_digested),
        cmocka_unit_test(huge_file_stays_within_bounds), cmocka_unit_test(chain_long_is_digested),
        cmocka_unit_test(memory_lack_is_an_error),       cmocka_unit_test(format_memory_lack_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

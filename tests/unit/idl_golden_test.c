/* The corpus of tests/idl: good files load, bad ones give exactly the diagnostics of their golden file, and every
   diagnostic code has a golden file. With WEFT_RENEW set in the environment golden files are written instead. */
#define _XOPEN_SOURCE 700
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include "idl/diagnostics.h"
#include "idl/format.h"
#include "idl/model.h"
#include "runtime/base/buf.h"
#include "runtime/base/mem.h"

#define CORPUS WEFT_TEST_SOURCE_DIR "/tests/idl/"
#define PATH_ROOM 512

/* The paths that diagnostics show are relative to the corpus, so that golden files are the same everywhere. */
static int read_corpus(void *ctx, const char *path, weft_arena *arena, weft_str *ret_text)
{
    char whole[PATH_ROOM];
    (void)ctx;
    if (strstr(path, "/unreadable.weft"))
        return WEFT_EACCES;
    if (strstr(path, "/too_long.weft"))
        return WEFT_EMSGSIZE;
    snprintf(whole, sizeof whole, "%s%s", CORPUS, path);
    FILE *file = fopen(whole, "rb");
    if (!file)
        return WEFT_ENOENT;
    fseek(file, 0, SEEK_END);
    size_t len = (size_t)ftell(file);
    rewind(file);
    char *text = weft_arena_alloc(arena, len + 1, 1);
    assert_non_null(text);
    assert_int_equal(fread(text, 1, len, file), len);
    fclose(file);
    text[len] = '\0';
    *ret_text = weft_str_of(text, len);
    return 0;
}

static const weft__idl_source_reader reader = { .read = read_corpus };

static int append(void *user, const char *text, size_t len)
{
    return weft__buf_append(user, text, len);
}

static uint64_t equal_ids(weft_str full_name)
{
    (void)full_name;
    return 1;
}

static weft_allocator allocator;

/* Loads the file; its diagnostics, NUL-terminated, into out. */
static int load(const char *path, weft__buf *out)
{
    weft__diagnostics *diags;
    weft__model *model = NULL;
    weft__idl_load_options options = { .method_id = strstr(path, "method-id-clash") ? equal_ids : NULL };
    assert_int_equal(weft__diagnostics_new(NULL, &diags), 0);
    int status = weft__idl_load(&reader, path, &options, &model, diags);
    assert_int_equal(status<0, weft__diagnostics_n_errors(diags)> 0);
    assert_int_equal(weft__diagnostics_print(diags, WEFT__DIAG_TEXT, append, out), 0);
    assert_int_equal(weft__buf_append(out, "", 1), 0);
    weft__model_free(model);
    weft__diagnostics_free(diags);
    return status;
}

static bool is_renewing(void)
{
    return getenv("WEFT_RENEW") != NULL;
}

static void write_golden(const char *name, const char *text, size_t len)
{
    char path[PATH_ROOM];
    snprintf(path, sizeof path, "%s%s", CORPUS, name);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, len, file), len);
    assert_int_equal(fclose(file), 0);
}

/* The names of the .weft files in a folder of the corpus, sorted; the caller frees. */
static size_t list(const char *folder, struct dirent ***ret_entries)
{
    char path[PATH_ROOM];
    snprintf(path, sizeof path, "%s%s", CORPUS, folder);
    int n = scandir(path, ret_entries, NULL, alphasort);
    assert_true(n > 0);
    return (size_t)n;
}

/* ".weft" taken off, or false. */
static bool stem_of(const char *name, char stem[PATH_ROOM])
{
    size_t len = strlen(name);
    if (len <= 5 || strcmp(name + len - 5, ".weft") != 0)
        return false;
    snprintf(stem, PATH_ROOM, "%.*s", (int)(len - 5), name);
    return true;
}

/* Goal: every file of tests/idl/good loads without an error or warning. */
static void corpus_good_loads(void **state)
{
    (void)state;
    struct dirent **entries;
    char stem[PATH_ROOM];
    char path[PATH_ROOM];
    size_t n = list("good", &entries);
    for (size_t i = 0; i < n; i++) {
        if (stem_of(entries[i]->d_name, stem)) {
            weft__buf out;
            weft__buf_init(&out, &allocator);
            snprintf(path, sizeof path, "good/%.400s", entries[i]->d_name);
            assert_int_equal(load(path, &out), 0);
            assert_string_equal((const char *)out.data, "");
            weft__buf_fini(&out);
        }
        free(entries[i]);
    }
    free(entries);
}

static void compare_golden(const char *folder, const char *stem, const weft__buf *out)
{
    char expected[PATH_ROOM];
    snprintf(expected, sizeof expected, "%s/%.400s.expected", folder, stem);
    if (is_renewing()) {
        write_golden(expected, (const char *)out->data, out->len - 1);
        return;
    }
    weft_arena *arena;
    weft_str golden = WEFT_STR("");
    assert_int_equal(weft_arena_new(NULL, &arena), 0);
    if (read_corpus(NULL, expected, arena, &golden) < 0)
        fail_msg("%s is missing: run tests/idl/renew", expected);
    assert_string_equal((const char *)out->data, golden.ptr);
    weft_arena_free(arena);
}

static void check_golden(const char *stem)
{
    char path[PATH_ROOM];
    snprintf(path, sizeof path, "bad/%.400s.weft", stem);
    weft__buf out;
    weft__buf_init(&out, &allocator);
    load(path, &out);
    compare_golden("bad", stem, &out);
    weft__buf_fini(&out);
}

/* Goal: each file of tests/idl/bad gives exactly the text of its golden file. */
static void corpus_bad_gives_golden(void **state)
{
    (void)state;
    struct dirent **entries;
    char stem[PATH_ROOM];
    size_t n = list("bad", &entries);
    for (size_t i = 0; i < n; i++) {
        if (stem_of(entries[i]->d_name, stem))
            check_golden(stem);
        free(entries[i]);
    }
    free(entries);
}

/* Goal: every code has a golden file of its name, which reports it. */
static void code_any_has_golden(void **state)
{
    (void)state;
    for (int code = 0; code < WEFT__DIAG_N; code++) {
        char path[PATH_ROOM];
        char mark[PATH_ROOM];
        const char *spelling = weft__diag_spelling((weft__diag_code)code);
        weft__buf out;
        weft__buf_init(&out, &allocator);
        snprintf(path, sizeof path, "bad/%s.weft", spelling);
        snprintf(mark, sizeof mark, " [%s]\n", spelling);
        load(path, &out);
        if (!strstr((const char *)out.data, mark))
            fail_msg("bad/%s.weft is missing, or does not report [%s]", spelling, spelling);
        weft__buf_fini(&out);
    }
}

/* Goal: files of tests/idl/bad-syntax are refused by the parser: the formatter, which asks nothing else, refuses them.
 */
static void corpus_bad_syntax_is_refused(void **state)
{
    (void)state;
    struct dirent **entries;
    char stem[PATH_ROOM];
    char path[PATH_ROOM];
    size_t n = list("bad-syntax", &entries);
    for (size_t i = 0; i < n; i++) {
        if (stem_of(entries[i]->d_name, stem)) {
            weft__diagnostics *diags;
            weft_arena *arena;
            weft_str text;
            snprintf(path, sizeof path, "bad-syntax/%.400s", entries[i]->d_name);
            weft__idl_source source = { .path = weft_str_from(path) };
            assert_int_equal(weft__diagnostics_new(NULL, &diags), 0);
            assert_int_equal(weft_arena_new(NULL, &arena), 0);
            assert_int_equal(read_corpus(NULL, path, arena, &source.text), 0);
            if (weft__idl_format(&source, arena, diags, &text) != WEFT_EINVAL)
                fail_msg("%s has no syntax error", path);
            weft_arena_free(arena);
            weft__diagnostics_free(diags);
        }
        free(entries[i]);
    }
    free(entries);
}

static weft_str format(const char *path, weft_str text, weft_arena *arena)
{
    weft__diagnostics *diags;
    weft_str formatted = WEFT_STR("");
    weft__idl_source source = { .path = weft_str_from(path), .text = text };
    assert_int_equal(weft__diagnostics_new(NULL, &diags), 0);
    assert_int_equal(weft__idl_format(&source, arena, diags, &formatted), 0);
    weft__diagnostics_free(diags);
    return formatted;
}

static void check_format(const char *folder, const char *stem, bool has_golden)
{
    char path[PATH_ROOM];
    char expected[PATH_ROOM];
    weft_arena *arena;
    weft_str text = WEFT_STR("");
    weft_str golden = WEFT_STR("");
    snprintf(path, sizeof path, "%s/%.400s.weft", folder, stem);
    snprintf(expected, sizeof expected, "%s/%.400s.expected", folder, stem);
    assert_int_equal(weft_arena_new(NULL, &arena), 0);
    assert_int_equal(read_corpus(NULL, path, arena, &text), 0);
    weft_str once = format(path, text, arena);
    weft_str twice = format(path, once, arena);
    assert_string_equal(twice.ptr, once.ptr);
    if (has_golden && is_renewing()) {
        write_golden(expected, once.ptr, once.len);
    } else if (has_golden) {
        if (read_corpus(NULL, expected, arena, &golden) < 0)
            fail_msg("%s is missing: run tests/idl/renew", expected);
        assert_string_equal(once.ptr, golden.ptr);
    }
    weft_arena_free(arena);
}

/* Goal: the formatter makes of each file of tests/idl/format its golden file, and leaves what it made as it is; so it
   does with all good files. */
static void corpus_format_gives_golden(void **state)
{
    (void)state;
    const char *const folders[] = { "format", "good" };
    for (size_t f = 0; f < 2; f++) {
        struct dirent **entries;
        char stem[PATH_ROOM];
        size_t n = list(folders[f], &entries);
        for (size_t i = 0; i < n; i++) {
            if (stem_of(entries[i]->d_name, stem))
                check_format(folders[f], stem, f == 0);
            free(entries[i]);
        }
        free(entries);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(corpus_good_loads),          cmocka_unit_test(corpus_bad_gives_golden),
        cmocka_unit_test(code_any_has_golden),        cmocka_unit_test(corpus_bad_syntax_is_refused),
        cmocka_unit_test(corpus_format_gives_golden),
    };
    allocator = weft__allocator_of(NULL);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

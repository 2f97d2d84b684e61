/* The C back end by itself: lack of memory at every place, and that the same input gives the same bytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "codegen/c/backend.h"
#include "idl/diagnostics.h"
#include "tests/support/alloc.h"

static const char source[] =
    "/// A file with some of everything.\n"
    "package some.v1;\n"
    "const NAME: string = \"a text that is so long that it needs to be broken "
    "into several lines of the header, surely\";\n"
    "struct Inner { level: u8 = 3; raw: bytes = \"\\x01\"; }\n"
    "struct Outer { inner: Inner = {}; all: map<string, list<option<Inner>>>; grid: list<array<u8, 4>>; }\n"
    "enum Change { none; some(Outer); both { a: Inner; @deprecated(\"old\") b: option<list<u32>>; }; }\n"
    "type Names = list<list<string>>;\n"
    "service Store {\n"
    "  get(key: string = \"k\") -> option<Outer> ! Change;\n"
    "  @timeout(\"1s\") all() -> list<Outer>;\n"
    "  watch(key: string, changes: tx<Change, 4>, levels: option<rx<u32>>, lists: option<tx<list<list<u8>>>>) -> u64;\n"
    "}\n";

static int read_source(void *ctx, const char *path, weft_arena *arena, weft_str *ret_text)
{
    (void)path;
    *ret_text = weft_arena_copy_str(arena, weft_str_from(*(const char **)ctx));
    return ret_text->ptr ? 0 : WEFT_ENOMEM;
}

/* Makes the code of text, and calls check with it. 0, or what failed. */
static int generate(const char *text, const weft_allocator *allocator, weft__diagnostics *diags,
                    void (*check)(const weft__c_output *output, void *user), void *user)
{
    const weft__idl_source_reader reader = { .read = read_source, .ctx = &text };
    const weft__idl_load_options load = { .allocator = allocator, .method_id = weft__idl_method_id };
    const weft__c_options options = { .allocator_or_null = allocator };
    const weft__idl_schema *schema = NULL;
    weft__model *model = NULL;
    weft__c_output output;
    weft_error error;
    int rc = weft__idl_load(&reader, "some.weft", &load, &model, diags);
    if (rc == 0)
        rc = weft__idl_schema_make(model, &schema, &error);
    if (rc == 0)
        rc = weft__c_generate(model, schema, &options, &output);
    if (rc == 0)
        check(&output, user);
    weft__model_free(model);
    return rc;
}

static void check_ends(const weft__c_output *output, void *user)
{
    (void)user;
    assert_non_null(strstr(output->header.ptr, "#endif\n"));
    assert_non_null(strstr(output->source.ptr, "const weft_service_type some_v1_store_service = {"));
}

static void generate_without_memory(weft_test_alloc *alloc, void *user)
{
    (void)user;
    weft__diagnostics *diags = NULL;
    int rc = weft__diagnostics_new(&alloc->allocator, &diags);
    if (rc == 0)
        rc = generate(source, &alloc->allocator, diags, check_ends, NULL);
    assert_int_equal(rc, alloc->failed ? WEFT_ENOMEM : 0);
    weft__diagnostics_free(diags);
}

static void backend_without_memory_says_so(void **state)
{
    /* Goal: each allocation fails in turn, and nothing is made, leaked or read that is not there. */
    (void)state;
    weft_test_alloc_each(generate_without_memory, NULL);
}

static void keep_header(const weft__c_output *output, void *user)
{
    assert_true(output->header.len < 65536);
    memcpy(user, output->header.ptr, output->header.len + 1);
}

static void backend_is_deterministic(void **state)
{
    /* Goal: two runs give the same bytes. */
    (void)state;
    static char texts[2][65536];
    for (size_t i = 0; i < 2; i++) {
        weft__diagnostics *diags;
        assert_int_equal(weft__diagnostics_new(NULL, &diags), 0);
        assert_int_equal(generate(source, NULL, diags, keep_header, texts[i]), 0);
        weft__diagnostics_free(diags);
    }
    assert_string_equal(texts[0], texts[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(backend_without_memory_says_so),
        cmocka_unit_test(backend_is_deterministic),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Sources from memory: see idl.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/idl.h"

#include <stdio.h>
#include <stdlib.h>

int weft_test_read_file(void *ctx, const char *path, weft_arena *arena, weft_str *ret_text)
{
    const weft_test_files *files = ctx;
    for (size_t i = 0; i < files->n_files; i++) {
        if (strcmp(files->files[i].path, path) != 0)
            continue;
        weft_str text = weft_arena_copy_str(arena, files->files[i].text);
        if (!text.ptr)
            return WEFT_ENOMEM;
        *ret_text = text;
        return 0;
    }
    return WEFT_ENOENT;
}

int weft_test_load(weft_str text, const weft_allocator *allocator_or_null, weft__model **ret_model,
                   weft__diagnostics **ret_diags)
{
    weft_test_file file = { .path = "a.weft", .text = text };
    weft_test_files files = { .files = &file, .n_files = 1 };
    weft__idl_source_reader reader = { .read = weft_test_read_file, .ctx = &files };
    weft__idl_load_options options = { .allocator = allocator_or_null };
    *ret_diags = NULL;
    int status = weft__diagnostics_new(allocator_or_null, ret_diags);
    return status < 0 ? status : weft__idl_load(&reader, "a.weft", &options, ret_model, *ret_diags);
}

const weft__model_decl *weft_test_decl(const weft__model *model, const char *name)
{
    for (size_t i = 0; i < model->root->n_decls; i++)
        if (strcmp(model->root->decls[i]->name.ptr, name) == 0)
            return model->root->decls[i];
    fail_msg("there is no declaration %s", name);
    return NULL;
}

char *weft_test_read_source(const char *path, size_t *ret_len)
{
    char whole[512];
    snprintf(whole, sizeof whole, "%s/%s", WEFT_TEST_SOURCE_DIR, path);
    FILE *file = fopen(whole, "rb");
    if (!file)
        fail_msg("%s cannot be read", whole);
    fseek(file, 0, SEEK_END);
    size_t len = (size_t)ftell(file);
    rewind(file);
    char *text = malloc(len + 1);
    assert_non_null(text);
    assert_int_equal(fread(text, 1, len, file), len);
    fclose(file);
    text[len] = '\0';
    *ret_len = len;
    return text;
}

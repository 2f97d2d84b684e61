/* The compiler, from text to generated C, in memory. The first byte chooses: 1 and 3 make a text of tokens, one a byte,
 * 2 and 3 let an allocation fail, the number of which follows; 4 and 5 are two versions, with 0xff between them, as a
 * text and as tokens, which are held against each other; anything else is a text already, that byte included.
 *
 * Errors and diagnostics go together; a text that is taken is laid out once and for all, means the same then, and gives
 * the same ids and the same C, whoever asks; memory is bounded by the length, and is all given back. A version fits
 * itself, and what one makes of the other does not depend on which of them is called the new one. */
#include "codegen/c/backend.h"
#include "idl/compare.h"
#include "idl/format.h"
#include "runtime/base/buf.h"
#include "runtime/base/mem.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/idl_tokens.h"
#include "tests/support/alloc.h"

enum {
    TEXT_MAX = 16 * 1024,
    /* What the front end and the back end may have at most, together: C of a declaration is about a hundred times as
       long as a short one itself. */
    PEAK_BASE = 2 * 1024 * 1024,
    PEAK_FACTOR = 3000
};

typedef struct compilation {
    weft_test_alloc alloc;
    bool may_starve;
    char text[TEXT_MAX + 1];
    size_t len;
} compilation;

/* What came of a text; bytes are in memory of their own. */
typedef struct outcome {
    int load, schema, generate;
    uint64_t sum; /* of the generated C */
} outcome;

/* ---- texts ---- */

static void text_of_tokens(compilation *c, const uint8_t *data, size_t len)
{
    c->len = idl_tokens_text(data, len, c->text, sizeof c->text);
}

static void text_of_bytes(compilation *c, const uint8_t *data, size_t len)
{
    c->len = len < TEXT_MAX ? len : TEXT_MAX;
    if (c->len > 0)
        memcpy(c->text, data, c->len);
    c->text[c->len] = '\0';
}

/* ---- files ---- */

static const char imported[] = "package a.v1;\nstruct C { x: u32; }\nenum G { g; }\n";

static int read_text(void *ctx, const char *path, weft_arena *arena, weft_str *ret_text)
{
    const compilation *c = ctx;
    bool is_main = strcmp(path, "main.weft") == 0;
    if (!is_main && strcmp(path, "a.weft") != 0)
        return WEFT_ENOENT;
    /* The exact length each time, so that the sanitizer sees any read behind it. */
    weft_str copy = weft_arena_copy_str(arena, is_main ? weft_str_of(c->text, c->len) : weft_str_from(imported));
    if (!copy.ptr)
        return WEFT_ENOMEM;
    *ret_text = copy;
    return 0;
}

static int count(void *user, const char *text, size_t len)
{
    uint64_t *sum = user;
    for (size_t i = 0; i < len; i++)
        *sum = *sum * 31 + (uint8_t)text[i];
    return 0;
}

static bool is_told(const compilation *c, int status)
{
    return status == 0 || status == WEFT_EINVAL || (status == WEFT_ENOMEM && c->may_starve);
}

static void diagnostics_check(const compilation *c, weft__diagnostics *diags, int status)
{
    uint64_t sum = 0;
    if (weft__diagnostics_status(diags) == 0 && status != WEFT_ENOMEM)
        FUZZ_CHECK((status < 0) == (weft__diagnostics_n_errors(diags) > 0));
    FUZZ_CHECK(is_told(c, weft__diagnostics_print(diags, WEFT__DIAG_TEXT, count, &sum)));
    FUZZ_CHECK(is_told(c, weft__diagnostics_print(diags, WEFT__DIAG_JSON, count, &sum)));
}

/* ---- the compiler ---- */

static void model_compile(compilation *c, weft__model *model, outcome *ret_outcome)
{
    const weft__idl_schema *schema = NULL;
    weft__c_options options = { .allocator_or_null = &c->alloc.allocator };
    weft__c_output made;
    weft_error error;
    ret_outcome->schema = weft__idl_schema_make(model, &schema, &error);
    FUZZ_CHECK(is_told(c, ret_outcome->schema));
    if (ret_outcome->schema < 0)
        return;
    ret_outcome->generate = weft__c_generate(model, schema, &options, &made);
    FUZZ_CHECK(is_told(c, ret_outcome->generate));
    if (ret_outcome->generate < 0)
        return;
    (void)count(&ret_outcome->sum, made.header.ptr, made.header.len);
    (void)count(&ret_outcome->sum, made.source.ptr, made.source.len);
}

static void text_compile(compilation *c, outcome *ret_outcome)
{
    weft__diagnostics *diags;
    weft__model *model = NULL;
    weft__idl_source_reader reader = { .read = read_text, .ctx = c };
    weft__idl_load_options options = { .allocator = &c->alloc.allocator, .method_id = weft__idl_method_id };
    memset(ret_outcome, 0, sizeof *ret_outcome);
    ret_outcome->load = weft__diagnostics_new(&c->alloc.allocator, &diags);
    if (ret_outcome->load < 0)
        return;
    ret_outcome->load = weft__idl_load(&reader, "main.weft", &options, &model, diags);
    FUZZ_CHECK(is_told(c, ret_outcome->load));
    diagnostics_check(c, diags, ret_outcome->load);
    if (ret_outcome->load == 0) {
        model_compile(c, model, ret_outcome);
        weft__model_free(model);
    }
    weft__diagnostics_free(diags);
}

/* The text in its layout takes the text's place. 0, WEFT_EINVAL, WEFT_ENOMEM; WEFT_EMSGSIZE: it became too long. */
static int text_format(compilation *c)
{
    weft__diagnostics *diags = NULL;
    weft_arena *arena = NULL;
    weft_str out = WEFT_STR("");
    int status = weft_arena_new(&c->alloc.allocator, &arena);
    if (status == 0)
        status = weft__diagnostics_new(&c->alloc.allocator, &diags);
    if (status == 0) {
        weft__idl_source source = { .path = WEFT_STR("main.weft"), .text = weft_str_of(c->text, c->len) };
        status = weft__idl_format(&source, arena, diags, &out);
        diagnostics_check(c, diags, status);
    }
    FUZZ_CHECK(is_told(c, status));
    if (status == 0 && out.len > TEXT_MAX)
        status = WEFT_EMSGSIZE;
    if (status == 0) {
        FUZZ_CHECK(out.ptr[out.len] == '\0');
        text_of_bytes(c, (const uint8_t *)out.ptr, out.len);
    }
    weft__diagnostics_free(diags);
    weft_arena_free(arena);
    return status;
}

static void compilation_run(compilation *c)
{
    outcome first;
    outcome second;
    uint64_t once = 0;
    uint64_t twice = 0;
    text_compile(c, &first);
    if (text_format(c) < 0)
        return;
    (void)count(&once, c->text, c->len);
    text_compile(c, &second);
    if (!c->may_starve)
        FUZZ_CHECK(first.load == second.load && first.schema == second.schema && first.sum == second.sum);
    int status = text_format(c);
    if (status == 0)
        (void)count(&twice, c->text, c->len);
    FUZZ_CHECK(c->may_starve || (status == 0 && once == twice));
}

/* ---- two versions ---- */

/* A version that was loaded; model NULL: it is none. */
typedef struct version {
    compilation *c;
    weft__diagnostics *diags;
    weft__model *model;
    const weft__idl_schema *schema;
} version;

static void version_init(version *v, const uint8_t *data, size_t len, bool is_tokens)
{
    memset(v, 0, sizeof *v);
    v->c = calloc(1, sizeof *v->c);
    FUZZ_CHECK(v->c);
    if (is_tokens)
        text_of_tokens(v->c, data, len);
    else
        text_of_bytes(v->c, data, len);
    weft__idl_source_reader reader = { .read = read_text, .ctx = v->c };
    weft__idl_load_options options = { .method_id = weft__idl_method_id };
    weft_error error;
    FUZZ_CHECK(weft__diagnostics_new(NULL, &v->diags) == 0);
    if (weft__idl_load(&reader, "main.weft", &options, &v->model, v->diags) < 0)
        return;
    if (weft__idl_schema_make(v->model, &v->schema, &error) == 0)
        return;
    weft__model_free(v->model);
    v->model = NULL;
}

static void version_fini(version *v)
{
    weft__model_free(v->model);
    weft__diagnostics_free(v->diags);
    free(v->c);
}

static const weft__comparison *versions_compare(const version *old, const version *new, weft_arena *arena)
{
    const weft__model *models[] = { old->model, new->model };
    const weft__idl_schema *schemas[] = { old->schema, new->schema };
    weft__compare_side sides[] = { { &models[0], &schemas[0], 1 }, { &models[1], &schemas[1], 1 } };
    const weft__comparison *comparison;
    weft_error error;
    FUZZ_CHECK(weft__idl_compare(&sides[0], &sides[1], arena, &comparison, &error) == 0);
    for (size_t i = 0; i < comparison->n_changes; i++) {
        const weft__change *change = &comparison->changes[i];
        FUZZ_CHECK(change->text.len > 0 && change->subject.len > 0);
        FUZZ_CHECK(change->spans[0].source || change->spans[1].source);
        FUZZ_CHECK(change->change_class <= comparison->worst);
    }
    return comparison;
}

static void mirrored_check(const weft__comparison *there, const weft__comparison *back)
{
    FUZZ_CHECK(there->n_methods == back->n_methods);
    for (size_t i = 0; i < there->n_methods; i++) {
        const weft__method_verdict *a = &there->methods[i];
        bool is_found = false;
        for (size_t j = 0; j < back->n_methods && !is_found; j++) {
            const weft__method_verdict *b = &back->methods[j];
            is_found = weft_str_equal(a->full_name, b->full_name);
            FUZZ_CHECK(!is_found || (a->fails[0] == b->fails[1] && a->fails[1] == b->fails[0]));
        }
        FUZZ_CHECK(is_found);
    }
}

static void versions_run(const uint8_t *data, size_t len, bool is_tokens)
{
    const uint8_t *border = len > 0 ? memchr(data, 0xff, len) : NULL;
    size_t n_first = border ? (size_t)(border - data) : len;
    version old, new;
    weft_arena *arena;
    FUZZ_CHECK(weft_arena_new(NULL, &arena) == 0);
    version_init(&old, data, n_first, is_tokens);
    version_init(&new, data + n_first + (border != NULL), len - n_first - (border != NULL), is_tokens);
    if (new.model) {
        const weft__comparison *same = versions_compare(&new, &new, arena);
        FUZZ_CHECK(same->n_changes == 0 && same->worst == WEFT__CHANGE_COMPATIBLE);
    }
    if (old.model && new.model)
        mirrored_check(versions_compare(&old, &new, arena), versions_compare(&new, &old, arena));
    version_fini(&new);
    version_fini(&old);
    weft_arena_free(arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    compilation *c = calloc(1, sizeof *c);
    uint8_t how = len > 0 ? data[0] : 0;
    if (!c)
        return 0;
    if (how == 4 || how == 5) {
        free(c);
        versions_run(data + 1, len - 1, how == 5);
        return 0;
    }
    weft_test_alloc_init(&c->alloc);
    if ((how == 2 || how == 3) && len >= 3) {
        c->may_starve = true;
        weft_test_alloc_fail(&c->alloc, 1u + data[1] + 256u * data[2] % 4096u, data[2] & 0x80);
        data += 2;
        len -= 2;
    }
    if (how == 1 || how == 3)
        text_of_tokens(c, data + 1, len - 1);
    else
        text_of_bytes(c, how == 2 ? data + 1 : data, how == 2 ? len - 1 : len);
    size_t text_len = c->len;
    compilation_run(c);
    FUZZ_CHECK(c->alloc.live_blocks == 0 && c->alloc.live_bytes == 0);
    FUZZ_CHECK(c->alloc.peak_bytes <= PEAK_BASE + PEAK_FACTOR * text_len);
    free(c);
    return 0;
}

/* The counterpart's types of one connection: verified, then made known all at once. */
#include "runtime/schema/remote.h"

#include "runtime/base/error.h"
#include "runtime/base/hash.h"
#include "runtime/base/mem.h"
#include "runtime/base/table.h"
#include "runtime/schema/canonical.h"
#include "runtime/schema/remote_parse.h"
#include "runtime/wire/parts.h"

struct weft__remote {
    weft__pool pool;   /* all tables */
    weft__table types; /* weft_type by id */
    uint64_t seed;     /* of types */
};

/* The declarations of one message. */
typedef struct incoming {
    weft_bytes *declarations;
    uint64_t *ids;
    const weft_type **types; /* known before, or made for it: */
    weft_type **made;        /* the same, or NULL */
    uint32_t *n_group;       /* at the first of a group: how many it has; else 0 */
    uint32_t n;
    void *memory; /* of all of the above */
    size_t memory_len;
} incoming;

int weft__remote_new(const weft_allocator *allocator_or_null, weft__remote **ret_remote)
{
    weft_allocator allocator = weft__allocator_of(allocator_or_null);
    weft__remote *remote = weft__alloc_zero(&allocator, sizeof *remote);
    if (!remote)
        return WEFT_ENOMEM;
    weft__pool_init(&remote->pool, &allocator, WEFT__REMOTE_MEMORY_MAX);
    /* The keys are hashes that a counterpart can choose a little: where the allocator puts things it does not know. */
    uint64_t address = (uint64_t)(uintptr_t)remote;
    remote->seed = weft__hash64(weft_bytes_of(&address, sizeof address)) | 1;
    *ret_remote = remote;
    return 0;
}

void weft__remote_free(weft__remote *remote_or_null)
{
    if (!remote_or_null)
        return;
    weft_allocator allocator = remote_or_null->pool.allocator;
    weft__table_fini(&remote_or_null->types, &allocator);
    weft__pool_fini(&remote_or_null->pool);
    weft__free(&allocator, remote_or_null, sizeof *remote_or_null);
}

const weft_type *weft__remote_type(const weft__remote *remote, uint64_t id)
{
    return weft__table_find(&remote->types, remote->seed, id);
}

/* `name: reason [schema.required]`. */
static int remote_error(int status, const char *reason, const char *name_or_null, weft_error *error)
{
    enum { NAME_MAX_LEN = 120 };
    if (status == WEFT_ENOMEM)
        return weft__error_set(error, status, NULL);
    weft__error_set(error, status, "");
    if (name_or_null) {
        weft__error_add_text(error, weft__utf8_cut(weft_str_from(name_or_null), NAME_MAX_LEN));
        weft__error_add_text(error, WEFT_STR(": "));
    }
    weft__error_add_text(error, weft_str_from(reason));
    weft__error_add_text(error, WEFT_STR(" [schema.required]"));
    return status;
}

/* ---- types ---- */

static int incoming_init(incoming *in, uint32_t n, const weft_allocator *allocator)
{
    size_t each = sizeof(weft_bytes) + sizeof(uint64_t) + 2 * sizeof(void *) + sizeof(uint32_t);
    memset(in, 0, sizeof *in);
    in->memory_len = n * each;
    in->memory = weft__alloc_zero(allocator, in->memory_len);
    if (!in->memory)
        return WEFT_ENOMEM;
    in->declarations = in->memory;
    in->ids = (uint64_t *)(in->declarations + n);
    in->types = (const weft_type **)(in->ids + n);
    in->made = (weft_type **)(in->types + n);
    in->n_group = (uint32_t *)(in->made + n);
    in->n = n;
    return 0;
}

static int incoming_read(incoming *in, weft__reader *reader)
{
    for (uint32_t i = 0; i < in->n; i++) {
        uint32_t n;
        if (weft__read_array_of(reader, 2, &n) || weft__read_u64(reader, &in->ids[i]) ||
            weft__read_bin(reader, &in->declarations[i]) || weft__skip_elements(reader, n - 2))
            return WEFT_EPROTO;
    }
    return weft__reader_left(reader) ? WEFT_EPROTO : 0;
}

/* [schema.type-id] The group that begins at `at`: its ids are those of its bytes. */
static int group_verify(incoming *in, uint32_t at, uint64_t *computed, weft_writer *scratch, const char **ret_reason)
{
    bool recursive;
    uint32_t n;
    int status = weft__canon_group(in->declarations + at, in->n - at, &n, &recursive);
    if (status) {
        *ret_reason = status == WEFT_EBUSY ? "a declaration beyond a limit" : "a malformed declaration";
        return status == WEFT_EBUSY ? WEFT_EBUSY : WEFT_EPROTO;
    }
    if (recursive)
        status = weft__canon_group_ids(scratch, in->declarations + at, n, computed);
    else
        computed[0] = weft__hash64(in->declarations[at]);
    for (uint32_t i = 0; !status && i < n; i++) {
        *ret_reason = "an id that is not its declaration's";
        if (computed[i] != in->ids[at + i] || computed[i] == 0)
            status = WEFT_EPROTO;
    }
    in->n_group[at] = n;
    return status;
}

static int incoming_verify(incoming *in, const weft_allocator *allocator, const char **ret_reason)
{
    enum { SCRATCH_MAX = 64 };
    weft_writer scratch;
    uint64_t *computed = weft__alloc(allocator, in->n * sizeof *computed);
    if (!computed)
        return WEFT_ENOMEM;
    weft__writer_init(&scratch, allocator, SCRATCH_MAX);
    int status = 0;
    for (uint32_t at = 0; !status && at < in->n; at += in->n_group[at])
        status = group_verify(in, at, computed, &scratch, ret_reason);
    weft__writer_fini(&scratch);
    weft__free(allocator, computed, in->n * sizeof *computed);
    return status;
}

/* The head of each type that is not known yet: from then on it is found. */
static int incoming_heads(weft__remote *remote, incoming *in, weft__parser *parser, const char **ret_name)
{
    for (uint32_t i = 0; i < in->n; i++) {
        in->types[i] = weft__remote_type(remote, in->ids[i]);
        if (in->types[i])
            continue;
        if (remote->types.n == WEFT__SCHEMA_TYPES_MAX) {
            parser->reason = "more than 4,096 types";
            return WEFT_EBUSY;
        }
        void *memory;
        int status = weft__pool_take(&remote->pool, sizeof(weft_type), &memory);
        if (status == WEFT_EBUSY)
            parser->reason = "the types of the connection take too much memory";
        if (status)
            return status;
        weft_type *type = memory;
        status = weft__parse_head(parser, in->declarations[i], in->ids[i], type);
        *ret_name = type->name;
        if (!status)
            status = weft__table_insert(&remote->types, &remote->pool.allocator, remote->seed, type->id, type);
        if (status)
            return status;
        in->types[i] = in->made[i] = type;
    }
    return 0;
}

/* [schema.send] References may point forward: they are checked now that all heads are there. */
static int incoming_bodies(incoming *in, weft__parser *parser, const char **ret_name)
{
    for (uint32_t i = 0; i < in->n; i++) {
        if (in->n_group[i]) {
            parser->places = in->types + i;
            parser->n_places = in->n_group[i];
        }
        if (!in->made[i])
            continue;
        *ret_name = in->made[i]->name;
        int status = weft__parse_body(parser, in->made[i]);
        if (status)
            return status;
    }
    return 0;
}

static int incoming_add(weft__remote *remote, incoming *in, weft_error *error)
{
    weft__parser parser = { .pool = &remote->pool, .remote = remote, .reason = "" };
    const char *name = NULL;
    weft__pool_mark mark = weft__pool_here(&remote->pool);
    int status = incoming_verify(in, &remote->pool.allocator, &parser.reason);
    if (!status)
        status = incoming_heads(remote, in, &parser, &name);
    if (!status)
        status = incoming_bodies(in, &parser, &name);
    if (!status)
        return 0;
    remote_error(status, parser.reason, name, error); /* while the name is there */
    for (uint32_t i = 0; i < in->n; i++) {
        if (in->made[i])
            weft__table_remove(&remote->types, remote->seed, in->ids[i]);
    }
    weft__pool_back(&remote->pool, mark);
    return status;
}

int weft__remote_add(weft__remote *remote, weft_bytes types, weft_error *error_or_null)
{
    const weft_allocator *allocator = &remote->pool.allocator;
    weft__reader reader = weft__reader_of(types);
    incoming in;
    uint32_t n;
    if (weft__read_array(&reader, &n))
        return remote_error(WEFT_EPROTO, "malformed types", NULL, error_or_null);
    if (n > WEFT__SCHEMA_TYPES_MAX)
        return remote_error(WEFT_EBUSY, "more than 4,096 types", NULL, error_or_null);
    if (n == 0)
        return weft__reader_left(&reader) ? remote_error(WEFT_EPROTO, "malformed types", NULL, error_or_null) : 0;
    int status = incoming_init(&in, n, allocator);
    if (status)
        return remote_error(status, "", NULL, error_or_null);
    status = incoming_read(&in, &reader);
    status = status ? remote_error(status, "malformed types", NULL, error_or_null)
                    : incoming_add(remote, &in, error_or_null);
    weft__free(allocator, in.memory, in.memory_len);
    return status;
}

/* ---- roots ---- */

int weft__remote_args(weft__remote *remote, weft_bytes root, weft_method *method_inout, weft_error *error_or_null)
{
    weft__parser parser = { .reader = weft__reader_of(root), .pool = &remote->pool, .remote = remote, .reason = "" };
    weft__pool_mark mark = weft__pool_here(&remote->pool);
    weft_method method = *method_inout;
    int status = weft__parse_args(&parser, &method);
    if (status) {
        weft__pool_back(&remote->pool, mark);
        return remote_error(status, parser.reason, "arguments", error_or_null);
    }
    *method_inout = method;
    return 0;
}

int weft__remote_results(weft__remote *remote, weft_bytes root, weft_method *method_inout, weft__remote_tx *ret_tx,
                         weft_error *error_or_null)
{
    weft__parser parser = { .reader = weft__reader_of(root), .pool = &remote->pool, .remote = remote, .reason = "" };
    weft__pool_mark mark = weft__pool_here(&remote->pool);
    weft_method method = *method_inout;
    weft__remote_tx tx;
    int status = weft__parse_results(&parser, &method, &tx);
    if (status) {
        weft__pool_back(&remote->pool, mark);
        return remote_error(status, parser.reason, "results", error_or_null);
    }
    *method_inout = method;
    *ret_tx = tx;
    return 0;
}

/* A recorded outcome becomes an answer again: as it was sealed where the method's results are declared as they were
 * then, else translated by a plan [op.states] [schema.plan]. */
#include "runtime/rpc/operations.h"

#include "runtime/base/error.h"
#include "runtime/base/mem.h"
#include "runtime/schema/codec.h"
#include "runtime/schema/remote.h"
#include "runtime/wire/reader.h"

/* ---- how results are declared ---- */

int weft__op_results_add(weft_operations *operations, uint64_t id, weft_bytes root, weft_bytes types)
{
    size_t size = sizeof(weft__op_results) + root.len + types.len;
    weft__op_results *results = weft__alloc(&operations->allocator, size);
    if (!results)
        return WEFT_ENOMEM;
    uint8_t *bytes = (uint8_t *)(results + 1);
    memcpy(bytes, root.ptr, root.len);
    memcpy(bytes + root.len, types.ptr, types.len);
    results->id = id;
    results->root = weft_bytes_of(bytes, root.len);
    results->types = weft_bytes_of(bytes + root.len, types.len);
    results->is_used = results->is_stored = false;
    if (weft__table_insert(&operations->results, &operations->allocator, operations->table_seed, id, results) < 0) {
        weft__free(&operations->allocator, results, size);
        return WEFT_ENOMEM;
    }
    return 0;
}

static int results_learn(weft_operations *operations, uint64_t id, const weft_method *method)
{
    const unsigned direction = 1;
    weft_writer writer;
    weft__writer_init(&writer, &operations->allocator, SIZE_MAX);
    weft__write_array(&writer, method->n_types[direction]);
    for (uint32_t i = 0; i < method->n_types[direction]; i++)
        weft__schema_type_encode(&writer, method->types[direction][i]->id, method->types[direction][i]->declaration);
    int status = writer.status;
    if (status == 0)
        status = weft__op_results_add(operations, id, method->roots[direction], weft_writer_bytes(&writer));
    weft__writer_fini(&writer);
    return status;
}

/* Has the table what a Schema would say? */
static bool method_is_declared(const weft_service_type *service, const weft_method *method)
{
    return service->method_size >= offsetof(weft_method, n_types) + sizeof method->n_types && method->roots[1].len > 0;
}

int weft__op_results_of(weft_operations *operations, const weft_service_type *service, const weft_method *method,
                        uint64_t *ret_id)
{
    weft__op_results *last = operations->last_results;
    weft_bytes root = method->roots[1];
    *ret_id = 0;
    if (!method_is_declared(service, method))
        return 0;
    if (!last || last->root.len != root.len || memcmp(last->root.ptr, root.ptr, root.len) != 0) {
        uint64_t id = weft__hash64(root);
        bool is_known = weft__table_find(&operations->results, operations->table_seed, id) != NULL;
        int status = is_known ? 0 : results_learn(operations, id, method);
        if (status < 0)
            return status;
        last = operations->last_results = weft__table_find(&operations->results, operations->table_seed, id);
    }
    *ret_id = last->id;
    return 0;
}

/* ---- answers ---- */

/* What a value is read by that was sealed under other declarations. */
typedef struct translation {
    weft__remote *remote;
    weft__plans *plans;
    weft_arena *arena;
    weft__method_plan plan;
} translation;

static void translation_fini(translation *t)
{
    weft__plans_free(t->plans);
    weft__remote_free(t->remote);
    weft_arena_free(t->arena);
}

static int translation_init(translation *t, const weft_operations *operations, const weft__op_results *results,
                            const weft__call *call, weft_error *error)
{
    weft_method theirs;
    weft__remote_tx tx;
    memset(t, 0, sizeof *t);
    memset(&theirs, 0, sizeof theirs);
    if (weft__remote_new(&operations->allocator, &t->remote) < 0 ||
        weft__plans_new(&operations->allocator, &t->plans) < 0 || weft_arena_new(&operations->allocator, &t->arena) < 0)
        return weft__error_set(error, WEFT_ENOMEM, "out of memory");
    int status = weft__remote_add(t->remote, results->types, error);
    if (status == 0)
        status = weft__remote_results(t->remote, results->root, &theirs, &tx, error);
    if (status == 0)
        status = weft__plan_results(t->plans, &theirs, tx.channels, tx.n, call->service, call->method, NULL, &t->plan,
                                    error);
    return status;
}

static int translation_write(const translation *t, const weft__call *call, uint8_t outcome, weft_bytes value,
                             weft_writer *writer, weft_error *error)
{
    bool is_ok = outcome == WEFT_OUTCOME_OK;
    const weft_type *type = is_ok ? call->method->result : call->method->error;
    if (!type) {
        weft__write_nil(writer);
        return 0;
    }
    void *decoded = weft_arena_alloc(t->arena, type->c_size ? type->c_size : 1, 16);
    int status = decoded ? weft__decode(type, is_ok ? t->plan.result : t->plan.error, value, t->arena, decoded, error)
                         : weft__error_set(error, WEFT_ENOMEM, "out of memory");
    if (status == 0 && (status = weft_gen_encode(type, decoded, writer)) < 0)
        weft__error_set(error, status, "the outcome cannot be said in this version of the service");
    return status;
}

static int answer_write(const weft__operation *operation, const weft__call *call, weft_bytes value, weft_writer *writer,
                        weft_error *error)
{
    weft_operations *operations = operation->operations;
    translation t;
    uint64_t results;
    if (weft__op_results_of(operations, call->service, call->method, &results) < 0)
        return weft__error_set(error, WEFT_ENOMEM, "out of memory");
    if (results == operation->results) {
        weft__write_raw(writer, value);
        return writer->status;
    }
    const weft__op_results *sealed = weft__table_find(&operations->results, operations->table_seed, operation->results);
    if (!sealed)
        return weft__error_set(error, WEFT_EINCOMPATIBLE, "another version of the service has sealed the outcome");
    int status = translation_init(&t, operations, sealed, call, error);
    if (status == 0)
        status = translation_write(&t, call, operation->outcome, value, writer, error);
    translation_fini(&t);
    return status;
}

/* Outcomes 0 and 1. */
static void answer_value(const weft__operation *operation, weft__call *call, weft_bytes value,
                         weft__list_slice metadata_raw)
{
    weft_error error;
    weft_writer writer;
    weft_metadata metadata = { NULL, 0 };
    weft_arena *arena = weft__call_arena(call);
    error.text[0] = '\0';
    int status = arena ? 0 : WEFT_ENOMEM;
    if (status == 0 && metadata_raw.n > 0)
        status = weft__metadata_decode(metadata_raw, arena, &metadata);
    if (status == 0 && metadata.n > 0)
        status = weft__call_add_metadata(call, &metadata);
    if (status == 0)
        status = weft__call_answer_begin(call, operation->outcome, &writer);
    if (status < 0) {
        (void)weft__call_answer_text(call, WEFT_OUTCOME_INDETERMINATE, WEFT_STR("out of memory"));
        return;
    }
    status = answer_write(operation, call, value, &writer, &error);
    if (status < 0)
        weft__writer_fail(&writer, status);
    int answered = weft__call_answer_end(call, &writer);
    if (status < 0 && status != WEFT_EMSGSIZE)
        (void)weft__call_answer_text(call, WEFT_OUTCOME_INDETERMINATE, weft_str_from(error.text));
    else if (answered == WEFT_ENOMEM || answered == WEFT_EINVAL)
        (void)weft__call_answer_text(call, WEFT_OUTCOME_INDETERMINATE, WEFT_STR("out of memory"));
}

void weft__operation_answer(const weft__operation *operation, weft__call *call)
{
    weft_bytes value = operation->value;
    weft__list_slice metadata = operation->metadata;
    if (operation->is_stored) {
        weft_arena *arena = weft__call_arena(call);
        if (!arena || weft__operation_read(operation, operation->operations, arena, &value, &metadata) < 0) {
            (void)weft__call_answer_text(call, WEFT_OUTCOME_INDETERMINATE,
                                         WEFT_STR("[op.store] it ran, and its outcome cannot be read"));
            return;
        }
    }
    if (operation->outcome <= WEFT_OUTCOME_USER_ERROR) {
        answer_value(operation, call, value, metadata);
        return;
    }
    weft__reader reader = weft__reader_of(value);
    weft_str text = WEFT_STR("");
    (void)weft__read_str(&reader, &text); /* none where there was no memory for it */
    (void)weft__call_answer_text(call, operation->outcome, text);
}

/* Schemas on a connection whose sides were built from different declarations: each is said once, right in front of the
 * first message that needs it, and known before that is taken [schema.send].
 *
 * A message that may need one says so before it is queued (want): then all that can fail is counted and allocated, and
 * it alone is refused. What is sent is decided when its turn comes (say): who is cancelled while it waits takes nothing
 * along. */
#include "runtime/session/schemas.h"
#include "runtime/base/error.h"
#include "runtime/base/mem.h"
#include "runtime/session/parts.h"
#include "runtime/session/session_log.h"

/* The longest forms: [method_id, direction, types, root], and [id, declaration] for each type. */
enum { HEAD_MAX = 1 + 9 + 1 + 5, TYPE_HEAD_MAX = 1 + 9 + 5 };

/* ---- memory ---- */

/* [memory.buffered] The connection's allocator, charged. */
static void *schemas_realloc(void *ctx, void *ptr, size_t old_len, size_t new_len)
{
    weft__schemas *schemas = ctx;
    weft_connection *conn = schemas->conn;
    size_t more = new_len > old_len ? new_len - old_len : 0;
    if (schemas->charges && more > 0 && !weft__memory_charge(conn->engine, more))
        return NULL;
    const weft_allocator *allocator = weft__conn_allocator(conn);
    void *moved = allocator->realloc(allocator->ctx, ptr, old_len, new_len);
    if (!schemas->charges)
        return moved;
    if (!moved && new_len > 0) {
        weft__memory_give(conn->engine, more);
        return NULL;
    }
    if (new_len < old_len)
        weft__memory_give(conn->engine, old_len - new_len);
    schemas->charged += new_len; /* modulo 2^64 */
    schemas->charged -= old_len;
    return moved;
}

/* NULL: out of memory. */
static weft__schemas *conn_schemas(weft_connection *conn)
{
    if (conn->schemas)
        return conn->schemas;
    weft__schemas *schemas = weft__alloc_zero(weft__conn_allocator(conn), sizeof *schemas);
    if (!schemas)
        return NULL;
    schemas->conn = conn;
    schemas->hooks = conn->engine->hooks;
    schemas->allocator.realloc = schemas_realloc;
    schemas->allocator.ctx = schemas;
    schemas->charges = true;
    schemas->seed = conn->engine->table_seed;
    conn->schemas = schemas;
    return schemas;
}

/* What is known of a method, from now on; NULL: out of memory. */
static weft__schema_method *schemas_method(weft_connection *conn, uint64_t id)
{
    weft__schemas *schemas = conn_schemas(conn);
    weft__schema_method *method = schemas ? weft__schema_method_of(conn, id) : NULL;
    if (!schemas || method)
        return method;
    method = weft__alloc_zero(&schemas->allocator, sizeof *method);
    if (method && weft__table_insert(&schemas->methods, &schemas->allocator, schemas->seed, id, method) < 0) {
        weft__free(&schemas->allocator, method, sizeof *method);
        return NULL;
    }
    return method;
}

void weft__schemas_uncharge(weft_connection *conn)
{
    weft__schemas *schemas = conn->schemas;
    if (!schemas || !schemas->charges)
        return;
    weft__memory_give(conn->engine, schemas->charged);
    schemas->charges = false;
}

void weft__schemas_free(weft_connection *conn)
{
    weft__schemas *schemas = conn->schemas;
    uint32_t cursor = 0;
    weft__schema_method *method;
    if (!schemas)
        return;
    if (schemas->rpc)
        schemas->hooks->schemas_free(schemas);
    while ((method = weft__table_next(&schemas->methods, &cursor)) != NULL) {
        for (unsigned direction = 0; direction < 2; direction++)
            weft__free(&schemas->allocator, method->types[direction], method->n_types[direction]);
        weft__free(&schemas->allocator, method, sizeof *method);
    }
    weft__table_fini(&schemas->methods, &schemas->allocator);
    weft__table_fini(&schemas->types, &schemas->allocator);
    weft__free(weft__conn_allocator(conn), schemas, sizeof *schemas);
    conn->schemas = NULL;
}

void weft__schemas_renew(weft_connection *conn)
{
    weft__schemas *schemas = conn->schemas;
    uint32_t cursor = 0;
    weft__schema_method *method;
    if (!schemas)
        return;
    while ((method = weft__table_next(&schemas->methods, &cursor)) != NULL) {
        for (unsigned direction = 0; direction < 2; direction++) {
            weft__free(&schemas->allocator, method->types[direction], method->n_types[direction]);
            method->types[direction] = NULL;
            method->n_types[direction] = 0;
            method->wanted[direction] = method->sent[direction] = method->came[direction] = false;
        }
    }
    weft__table_fini(&schemas->types, &schemas->allocator);
    schemas->n_wanted = schemas->n_came = 0;
    schemas->wanted_len = 0;
}

/* ---- what this side says ---- */

/* What one more Schema would be. */
typedef struct saying {
    uint32_t n_new; /* types that nothing has wanted before */
    size_t new_len; /* at most, with the head */
    size_t whole;   /* with those that were wanted and are not sent yet, at most */
} saying;

static saying schema_measure(const weft__schemas *schemas, const weft_method *method, unsigned direction)
{
    saying s = { 0, HEAD_MAX + method->roots[direction].len, HEAD_MAX + method->roots[direction].len };
    for (uint32_t i = 0; i < method->n_types[direction]; i++) {
        const weft_type *type = method->types[direction][i];
        const bool *sent = weft__table_find(&schemas->types, schemas->seed, type->id);
        size_t len = TYPE_HEAD_MAX + type->declaration.len;
        s.n_new += sent ? 0 : 1;
        s.new_len += sent ? 0 : len;
        s.whole += sent && *sent ? 0 : len;
    }
    return s;
}

/* Places for the types that are new. 0 or WEFT_ENOMEM. */
static int schema_add_types(weft__schemas *schemas, weft__schema_method *known, const weft_method *method,
                            unsigned direction, uint32_t n_new)
{
    if (n_new == 0)
        return 0;
    bool *sent = weft__alloc_zero(&schemas->allocator, n_new);
    if (!sent || weft__table_reserve(&schemas->types, &schemas->allocator, schemas->seed, n_new) < 0) {
        weft__free(&schemas->allocator, sent, n_new);
        return WEFT_ENOMEM;
    }
    known->types[direction] = sent;
    known->n_types[direction] = n_new;
    for (uint32_t i = 0; i < method->n_types[direction]; i++) {
        uint64_t id = method->types[direction][i]->id;
        if (!weft__table_find(&schemas->types, schemas->seed, id))
            (void)weft__table_insert(&schemas->types, &schemas->allocator, schemas->seed, id, sent++); /* reserved */
    }
    return 0;
}

int weft__schema_want(weft_connection *conn, const weft_method *method, unsigned direction, weft__message *message)
{
    weft__schema_method *known = schemas_method(conn, method->id);
    message->schema = NULL;
    if (!known)
        return WEFT_ENOMEM;
    if (known->sent[direction])
        return 0;
    if (!known->wanted[direction]) {
        weft__schemas *schemas = conn->schemas;
        saying s = schema_measure(schemas, method, direction);
        /* [schema.required] [frame.fragment] What the counterpart would not take is not sent. */
        if (s.whole > conn->peer_max_message || schemas->n_wanted >= WEFT__SCHEMAS_MESSAGES_MAX ||
            s.n_new > WEFT__SCHEMAS_TYPES_MAX - schemas->types.n ||
            s.new_len > WEFT__SCHEMAS_BYTES_MAX - schemas->wanted_len)
            return WEFT_EMSGSIZE;
        int status = schema_add_types(schemas, known, method, direction, s.n_new);
        if (status < 0)
            return status;
        known->wanted[direction] = true;
        schemas->n_wanted++;
        schemas->wanted_len += s.new_len;
    }
    message->schema = method;
    return 0;
}

static void schema_encode(const weft__schemas *schemas, const weft_method *method, unsigned direction,
                          weft_writer *writer)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < method->n_types[direction]; i++)
        n += *(bool *)weft__table_find(&schemas->types, schemas->seed, method->types[direction][i]->id) ? 0 : 1;
    weft__schema_head_encode(writer, method->id, direction, n);
    for (uint32_t i = 0; i < method->n_types[direction]; i++) {
        const weft_type *type = method->types[direction][i];
        if (!*(bool *)weft__table_find(&schemas->types, schemas->seed, type->id))
            weft__schema_type_encode(writer, type->id, type->declaration);
    }
    weft__write_raw(writer, method->roots[direction]);
}

int weft__schema_say(weft_connection *conn, weft__message *before)
{
    weft__schemas *schemas = conn->schemas;
    const weft_method *method = before->schema;
    unsigned direction = before->kind == WEFT__KIND_REQUEST ? WEFT__SCHEMA_ARGS : WEFT__SCHEMA_RESULTS;
    weft__schema_method *known = weft__schema_method_of(conn, method->id);
    weft_writer writer;
    weft__message *message;
    before->schema = NULL;
    if (known->sent[direction])
        return 0;
    weft__writer_init(&writer, &conn->engine->allocator, conn->peer_max_message);
    schema_encode(schemas, method, direction, &writer);
    int status = weft__message_new(conn->engine, WEFT__KIND_SCHEMA, &writer, &message);
    if (status < 0)
        return status;
    for (uint32_t i = 0; i < method->n_types[direction]; i++)
        *(bool *)weft__table_find(&schemas->types, schemas->seed, method->types[direction][i]->id) = true;
    known->sent[direction] = true;
    weft__conn_log(conn, WEFT_LOG_DEBUG, "a schema is sent", weft__log_text("method", weft_str_from(method->name)),
                   weft__log_number("direction", direction), weft__log_number("len", message->body.len));
    conn->engine->counts.schemas[WEFT__OUT]++;
    weft__message_queue_first(conn, message);
    return 0;
}

/* ---- what the counterpart says ---- */

bool weft__schema_has_room(weft_connection *conn, uint32_t len)
{
    conn->schema_bytes += len;
    if (conn->schema_bytes <= WEFT__SCHEMAS_BYTES_MAX)
        return true;
    conn->schema_bytes = WEFT__SCHEMAS_BYTES_MAX;
    weft__refuse_conn(conn, WEFT_CODE_LIMIT, "schema.required", "more than 1 MiB of schemas");
    return false;
}

void weft__schema_on_message(weft_connection *conn, weft_bytes body)
{
    weft__schema schema;
    weft_error error;
    if (weft__schema_decode(body, &schema) < 0) {
        weft__violate_conn(conn, "schema.send", "malformed Schema");
        return;
    }
    weft__schema_method *method = schemas_method(conn, schema.method_id);
    if (!method) {
        weft__refuse_conn(conn, WEFT_CODE_LIMIT, "memory.buffered", "no memory for a schema");
        return;
    }
    if (method->came[schema.direction]) {
        weft__violate_conn(conn, "schema.send", "a second Schema for the same method and direction");
        return;
    }
    if (conn->schemas->n_came >= WEFT__SCHEMAS_MESSAGES_MAX) {
        weft__refuse_conn(conn, WEFT_CODE_LIMIT, "schema.required", "more than 1,024 Schema messages");
        return;
    }
    conn->schemas->n_came++;
    conn->engine->counts.schemas[WEFT__IN]++;
    int status = conn->engine->hooks->schema(conn, method, &schema, &error);
    if (status < 0) {
        weft__refuse_conn_by(conn, status == WEFT_EPROTO ? WEFT_CODE_PROTOCOL : WEFT_CODE_LIMIT, "schema.required",
                             &error);
        return;
    }
    method->came[schema.direction] = true;
    weft__conn_log(conn, WEFT_LOG_DEBUG, "a schema has come", weft__log_number("method_id", schema.method_id),
                   weft__log_number("direction", schema.direction), weft__log_number("len", body.len));
}

bool weft__schema_is_there(weft_connection *conn, uint64_t method_id, unsigned direction)
{
    const weft__schema_method *method = weft__schema_method_of(conn, method_id);
    if (method && method->came[direction])
        return true;
    weft__violate_conn(conn, "schema.required", "a message whose schema has not come");
    return false;
}

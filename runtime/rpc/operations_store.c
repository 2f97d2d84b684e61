/* What a store keeps [op.store]: three kinds of records, each an array in MessagePack that begins with the version.
 *
 *   'o' id       [1, state, method, digest, at_ms, outcome, results, value, n_metadata, metadata]; from outcome on
 *                only where state is 1, sealed; 0: live
 *   'x' client   [1, counter, ms]: counters of this client up to that have expired
 *   't' results  [1, root, types]: how results were declared, as in a Schema; named by the hash of root */
#include "runtime/rpc/operations.h"

#include "runtime/base/error.h"
#include "runtime/base/mem.h"
#include "runtime/session/group.h"
#include "runtime/wire/reader.h"
#include "runtime/wire/writer.h"

enum {
    RECORD_VERSION = 1,
    RECORD_LIVE = 0,
    RECORD_SEALED = 1,
    KEY_MAX = 1 + WEFT_OPERATION_ID,
};

typedef struct store_key {
    uint8_t bytes[KEY_MAX];
    size_t len;
} store_key;

static store_key key_of(char kind, const void *rest, size_t len)
{
    store_key key = { { (uint8_t)kind }, 1 + len };
    memcpy(key.bytes + 1, rest, len);
    return key;
}

static weft_bytes key_bytes(const store_key *key)
{
    return weft_bytes_of(key->bytes, key->len);
}

/* ---- writing ---- */

/* The writer is done with in any case. */
static int store_put(weft_operations *operations, const store_key *key, weft_writer *writer)
{
    int status = writer->status;
    if (status == 0)
        status = operations->store.put(operations->options.store_self, key_bytes(key), weft_writer_bytes(writer));
    if (status == 0)
        operations->is_changed = true;
    weft__writer_fini(writer);
    return status;
}

static void store_remove(weft_operations *operations, const store_key *key)
{
    /* Where it cannot be, the next start finds it again. */
    if (operations->store.remove(operations->options.store_self, key_bytes(key)) == 0)
        operations->is_changed = true;
}

static store_key results_key(uint64_t id)
{
    uint8_t bytes[8];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)(id >> (8 * i));
    return key_of('t', bytes, sizeof bytes);
}

/* What the value of a record that is sealed is read by. */
static int results_put(weft_operations *operations, uint64_t id)
{
    weft__op_results *results = weft__table_find(&operations->results, operations->table_seed, id);
    if (!results || results->is_stored)
        return 0;
    store_key key = results_key(results->id);
    weft_writer writer;
    weft__writer_init(&writer, &operations->allocator, SIZE_MAX);
    weft__write_array(&writer, 3);
    weft__write_u64(&writer, RECORD_VERSION);
    weft__write_bin(&writer, results->root);
    weft__write_bin(&writer, results->types);
    int status = store_put(operations, &key, &writer);
    results->is_stored = status == 0;
    return status;
}

int weft__operation_put(weft__operation *operation)
{
    weft_operations *operations = operation->operations;
    store_key key = key_of('o', operation->id, sizeof operation->id);
    bool is_sealed = operation->state >= WEFT__OPERATION_SEALING;
    weft_writer writer;
    if (is_sealed && results_put(operations, operation->results) < 0)
        return WEFT_ENOMEM;
    weft__writer_init(&writer, &operations->allocator, SIZE_MAX);
    weft__write_array(&writer, is_sealed ? 10 : 5);
    weft__write_u64(&writer, RECORD_VERSION);
    weft__write_u64(&writer, is_sealed ? RECORD_SEALED : RECORD_LIVE);
    weft__write_u64(&writer, operation->method_id);
    weft__write_bin(&writer, weft_bytes_of(operation->digest, sizeof operation->digest));
    weft__write_u64(&writer, operation->at_ms);
    if (is_sealed) {
        uint8_t outcome = operation->outcome;
        weft_bytes value = operation->value;
        if (operation->is_unkept)
            weft__operation_unkept(&outcome, &value);
        weft__write_u64(&writer, outcome);
        weft__write_u64(&writer, operation->results);
        weft__write_bin(&writer, value);
        weft__write_u64(&writer, operation->is_unkept ? 0 : operation->metadata.n);
        weft__write_bin(&writer, operation->is_unkept ? weft_bytes_of("", 0) : operation->metadata.raw);
    }
    return store_put(operations, &key, &writer);
}

void weft__operation_remove(weft__operation *operation)
{
    store_key key = key_of('o', operation->id, sizeof operation->id);
    store_remove(operation->operations, &key);
}

int weft__operations_put_expired(weft_operations *operations, const weft__op_client *client)
{
    store_key key = key_of('x', client->id, sizeof client->id);
    weft_writer writer;
    uint64_t counter = client->expired;
    weft__group_lock(operations->group); /* whose stores are one: the last that is put is the highest */
    (void)weft__operations_expired_elsewhere(operations, client->id, &counter);
    weft__writer_init(&writer, &operations->allocator, SIZE_MAX);
    weft__write_array(&writer, 3);
    weft__write_u64(&writer, RECORD_VERSION);
    weft__write_u64(&writer, counter);
    weft__write_u64(&writer, weft__operations_wall_ms(operations));
    int status = store_put(operations, &key, &writer);
    weft__group_unlock(operations->group);
    return status;
}

void weft__operations_remove_expired(weft_operations *operations, const weft__op_client *client)
{
    store_key key = key_of('x', client->id, sizeof client->id);
    uint64_t counter = 0;
    if (operations->has_store && !weft__operations_expired_elsewhere(operations, client->id, &counter))
        store_remove(operations, &key);
}

/* ---- reading ---- */

typedef struct stored {
    uint8_t state, outcome;
    uint64_t method_id, at_ms, results;
    weft_bytes digest, value;
    weft__list_slice metadata;
} stored;

static int stored_read(weft_bytes bytes, stored *ret)
{
    weft__reader reader = weft__reader_of(bytes);
    uint64_t version;
    uint32_t n;
    memset(ret, 0, sizeof *ret);
    if (weft__read_array(&reader, &n) || n < 5 || weft__read_u64(&reader, &version) || version != RECORD_VERSION ||
        weft__read_u8(&reader, &ret->state) || weft__read_u64(&reader, &ret->method_id) ||
        weft__read_bin(&reader, &ret->digest) || ret->digest.len != WEFT__DIGEST ||
        weft__read_u64(&reader, &ret->at_ms))
        return WEFT_EBADMSG;
    if (ret->state == RECORD_LIVE)
        return 0;
    if (ret->state != RECORD_SEALED || n < 10 || weft__read_u8(&reader, &ret->outcome) ||
        weft__read_u64(&reader, &ret->results) || weft__read_bin(&reader, &ret->value) ||
        weft__read_u32(&reader, &ret->metadata.n) || weft__read_bin(&reader, &ret->metadata.raw))
        return WEFT_EBADMSG;
    return 0;
}

int weft__operation_read(const weft__operation *operation, const weft_operations *operations, weft_arena *arena,
                         weft_bytes *ret_value, weft__list_slice *ret_metadata)
{
    store_key key = key_of('o', operation->id, sizeof operation->id);
    weft_bytes bytes;
    stored read;
    int status = WEFT_ENOENT;
    if (operations->has_store)
        status = operations->store.read(operations->options.store_self, key_bytes(&key), arena, &bytes);
    if (status == 0)
        status = stored_read(bytes, &read);
    if (status < 0)
        return status;
    *ret_value = read.value;
    *ret_metadata = read.metadata;
    return 0;
}

/* By the clock of the wall, which may have been set meanwhile: never longer than the ttl. */
static uint64_t ns_left(const weft_operations *operations, uint64_t at_ms)
{
    uint64_t ttl_ms = weft__operations_ttl_ms(operations);
    uint64_t now_ms = weft__operations_wall_ms(operations);
    uint64_t age_ms = now_ms > at_ms && at_ms > 0 ? now_ms - at_ms : 0;
    return age_ms < ttl_ms ? (ttl_ms - age_ms) * WEFT_NS_PER_MS : 0;
}

static int scan_operation(weft_operations *operations, weft_bytes id, weft_bytes value)
{
    weft__operation *operation;
    stored read;
    int status = id.len == WEFT_OPERATION_ID ? stored_read(value, &read) : WEFT_EBADMSG;
    if (status == 0)
        status = weft__operations_add(operations, id.ptr, &operation);
    if (status < 0)
        return status;
    memcpy(operation->digest, read.digest.ptr, sizeof operation->digest);
    operation->method_id = read.method_id;
    operation->at_ms = read.at_ms;
    operation->outcome = read.outcome;
    operation->results = read.results;
    operation->is_stored = read.state == RECORD_SEALED;
    weft__operation_count_bytes(operation, read.value.len + read.metadata.raw.len);
    weft__operation_set_state(operation,
                              read.state == RECORD_SEALED ? WEFT__OPERATION_SEALED : WEFT__OPERATION_INDETERMINATE);
    weft__operation_keep_for(operation, ns_left(operations, read.at_ms));
    return 0;
}

static int scan_expired(weft_operations *operations, weft_bytes client, weft_bytes value)
{
    weft__reader reader = weft__reader_of(value);
    uint64_t version, counter;
    uint32_t n;
    if (client.len != WEFT__OP_CLIENT || weft__read_array(&reader, &n) || n < 2 || weft__read_u64(&reader, &version) ||
        version != RECORD_VERSION || weft__read_u64(&reader, &counter))
        return WEFT_EBADMSG;
    return weft__operations_set_expired(operations, client.ptr, counter);
}

static int scan_results(weft_operations *operations, weft_bytes id, weft_bytes value)
{
    weft__reader reader = weft__reader_of(value);
    weft_bytes root, types;
    uint64_t version, name = 0;
    uint32_t n;
    if (id.len != sizeof name || weft__read_array(&reader, &n) || n < 3 || weft__read_u64(&reader, &version) ||
        version != RECORD_VERSION || weft__read_bin(&reader, &root) || weft__read_bin(&reader, &types))
        return WEFT_EBADMSG;
    for (size_t i = sizeof name; i-- > 0;)
        name = name << 8 | id.ptr[i];
    return weft__op_results_add(operations, name, root, types);
}

static int scan_record(void *user, weft_bytes key, weft_bytes value)
{
    weft_bytes rest = weft_bytes_of(key.ptr + 1, key.len - 1);
    if (key.len == 0)
        return WEFT_EBADMSG;
    switch (key.ptr[0]) {
    case 'o': return scan_operation(user, rest, value);
    case 'x': return scan_expired(user, rest, value);
    case 't': return scan_results(user, rest, value);
    default: return WEFT_EBADMSG;
    }
}

/* Declarations that no record needs any more. */
static void scan_sweep(weft_operations *operations)
{
    uint32_t cursor = 0;
    const weft__operation *operation;
    weft__op_results *results;
    while ((operation = weft__table_next(&operations->records, &cursor)) != NULL) {
        results = operation->results
                      ? weft__table_find(&operations->results, operations->table_seed, operation->results)
                      : NULL;
        if (results)
            results->is_used = results->is_stored = true;
    }
    cursor = 0;
    while ((results = weft__table_next(&operations->results, &cursor)) != NULL) {
        if (results->is_used)
            continue;
        store_key key = results_key(results->id);
        store_remove(operations, &key);
        (void)weft__table_remove(&operations->results, operations->table_seed, results->id);
        weft__free(&operations->allocator, results, sizeof *results + results->root.len + results->types.len);
        cursor--;
    }
}

int weft__operations_scan(weft_operations *operations, weft_error *error)
{
    int status = operations->store.scan(operations->options.store_self, scan_record, operations);
    if (status == WEFT_EBADMSG)
        return weft__error_set(error, status, "[op.store] a record that this version cannot read");
    if (status < 0)
        return weft__error_set(error, status, "[op.store] what is stored cannot be read");
    scan_sweep(operations);
    return 0;
}

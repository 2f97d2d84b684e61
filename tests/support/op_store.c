/* A store of operations in memory, and attempts of operations as a counterpart writes them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/op_store.h"

#include <stdlib.h>

/* ---- records ---- */

static uint8_t *copy_of(weft_bytes bytes)
{
    uint8_t *copy = malloc(bytes.len + 1);
    assert_non_null(copy);
    if (bytes.len > 0)
        memcpy(copy, bytes.ptr, bytes.len);
    return copy;
}

static void records_add(op_records *records, weft_bytes key, const weft_bytes *value_or_null)
{
    if (records->n == records->cap) {
        records->cap = records->cap ? 2 * records->cap : 16;
        records->at = realloc(records->at, records->cap * sizeof *records->at);
        assert_non_null(records->at);
    }
    op_record record = { copy_of(key), value_or_null ? copy_of(*value_or_null) : NULL, key.len,
                         value_or_null ? value_or_null->len : 0 };
    records->at[records->n++] = record;
}

static void record_free(op_record *record)
{
    /* NOLINTBEGIN(clang-analyzer-unix.Malloc): no two records share anything */
    free(record->key);
    free(record->value);
    /* NOLINTEND(clang-analyzer-unix.Malloc) */
    record->key = record->value = NULL;
}

static void records_clear(op_records *records)
{
    while (records->n > 0)
        record_free(&records->at[--records->n]);
}

static op_record *records_find(const op_records *records, weft_bytes key)
{
    for (size_t i = records->n; i-- > 0;)
        if (records->at[i].key_len == key.len && memcmp(records->at[i].key, key.ptr, key.len) == 0)
            return &records->at[i];
    return NULL;
}

/* The last one of a key counts. */
static void records_apply(op_records *durable, op_records *changes)
{
    for (size_t i = 0; i < changes->n; i++) {
        op_record *change = &changes->at[i];
        op_record *old = records_find(durable, weft_bytes_of(change->key, change->key_len));
        if (old) {
            op_record gone = *old;
            *old = durable->at[--durable->n];
            record_free(&gone);
        }
        if (change->value) {
            weft_bytes value = weft_bytes_of(change->value, change->value_len);
            records_add(durable, weft_bytes_of(change->key, change->key_len), &value);
        }
    }
    records_clear(changes);
}

/* ---- the store ---- */

static int store_scan(void *self, int (*record)(void *user, weft_bytes key, weft_bytes value), void *user)
{
    op_store *store = self;
    int status = store->fail_scan;
    for (size_t i = 0; status == 0 && i < store->durable.n; i++) {
        const op_record *one = &store->durable.at[i];
        status = record(user, weft_bytes_of(one->key, one->key_len), weft_bytes_of(one->value, one->value_len));
    }
    return status;
}

static int store_read(void *self, weft_bytes key, weft_arena *arena, weft_bytes *ret_value)
{
    op_store *store = self;
    const op_record *record = records_find(&store->durable, key);
    if (store->fail_read)
        return store->fail_read;
    if (!record)
        return WEFT_ENOENT;
    uint8_t *copy = weft_arena_alloc(arena, record->value_len + 1, 1);
    if (!copy)
        return WEFT_ENOMEM;
    memcpy(copy, record->value, record->value_len);
    *ret_value = weft_bytes_of(copy, record->value_len);
    return 0;
}

static int store_put(void *self, weft_bytes key, weft_bytes value)
{
    op_store *store = self;
    if (!store->fail_put)
        records_add(&store->pending, key, &value);
    return store->fail_put;
}

static int store_remove(void *self, weft_bytes key)
{
    op_store *store = self;
    if (!store->fail_put)
        records_add(&store->pending, key, NULL);
    return store->fail_put;
}

static void store_sync(void *self, void (*done)(void *user, int status, const char *text), void *user)
{
    op_store *store = self;
    op_records empty = store->syncing;
    assert_null(store->done);
    store->n_syncs++;
    store->syncing = store->pending;
    store->pending = empty;
    store->done = done;
    store->done_user = user;
    if (!store->hold)
        op_store_done(store);
}

static void store_identity(void *self, uint8_t ret_identity[WEFT_OPERATIONS_IDENTITY])
{
    const op_store *store = self;
    memcpy(ret_identity, store->identity, sizeof store->identity);
}

const weft_operation_store op_store_functions = {
    sizeof op_store_functions, store_scan, store_read, store_put, store_remove, store_sync, store_identity,
};

void op_store_init(op_store *store)
{
    memset(store, 0, sizeof *store);
    memset(store->identity, 's', sizeof store->identity);
}

void op_store_free(op_store *store)
{
    op_records *all[] = { &store->durable, &store->pending, &store->syncing };
    for (size_t i = 0; i < sizeof all / sizeof(op_records *); i++) { /* NOLINT(bugprone-sizeof-expression) */
        records_clear(all[i]);
        free(all[i]->at);
    }
}

void op_store_done(op_store *store)
{
    void (*done)(void *user, int status, const char *text) = store->done;
    int status = store->fail_sync;
    assert_non_null(done);
    store->done = NULL;
    for (size_t i = 0; i < store->syncing.n; i++)
        if (store->fail_over > 0 && store->syncing.at[i].value_len > store->fail_over)
            status = WEFT_ENOSPC;
    if (status == 0)
        records_apply(&store->durable, &store->syncing);
    else
        records_clear(&store->syncing);
    done(store->done_user, status, status ? "the disk says no" : "");
}

void op_store_crash(op_store *store, bool loses_syncing)
{
    if (!loses_syncing)
        records_apply(&store->durable, &store->syncing);
    records_clear(&store->syncing);
    records_clear(&store->pending);
    store->done = NULL;
}

size_t op_store_count(const op_store *store, char kind)
{
    size_t n = 0;
    for (size_t i = 0; i < store->durable.n; i++)
        n += store->durable.at[i].key[0] == (uint8_t)kind ? 1 : 0;
    return n;
}

op_record *op_store_first(op_store *store, char kind)
{
    for (size_t i = 0; i < store->durable.n; i++)
        if (store->durable.at[i].key[0] == (uint8_t)kind)
            return &store->durable.at[i];
    return NULL;
}

/* ---- operations ---- */

weft_operations *op_operations(const weft_operations_options *options_or_null, op_store *store_or_null)
{
    weft_operations_options options;
    weft_operations *operations = NULL;
    weft_operations_options_init(&options, sizeof options);
    if (options_or_null)
        options = *options_or_null;
    options.store = store_or_null ? &op_store_functions : NULL;
    options.store_self = store_or_null;
    options.seed[0] = 9;
    assert_int_equal(weft_operations_new(&options, &operations, NULL), 0);
    return operations;
}

void op_peer_ready(wire_peer *w, weft_operations *operations)
{
    wire_init(w, false);
    w->operations = operations;
    w->root_service = true;
    wire_settings_retry(&w->hello.settings);
    wire_shake(w);
}

op_id op_id_of(uint8_t client, uint64_t counter)
{
    op_id id;
    memset(id.bytes, client, 16);
    for (size_t i = 0; i < 8; i++)
        id.bytes[16 + i] = (uint8_t)(counter >> (8 * i));
    return id;
}

void op_send(wire_peer *w, const op_attempt *attempt)
{
    wire_request request = { wire_theirs(w, attempt->n),
                             attempt->method_id,
                             attempt->timeout_ms,
                             attempt->len,
                             attempt->fill,
                             weft_bytes_of(attempt->id.bytes, sizeof attempt->id.bytes) };
    wire_put_request_of(&w->out, 0, &request);
    wire_flush(w);
}

void op_sync(wire_peer *w)
{
    while (weft_operations_want_sync(w->operations)) {
        weft_operations_sync(w->operations);
        wire_run(w);
    }
    wire_run(w);
}

void op_return(wire_peer *w, int held, size_t len)
{
    static const uint8_t zeros[4096];
    weft_bytes value = weft_bytes_of(zeros, len);
    assert_true(held < w->side.n_held);
    int status = weft_gen_return(w->side.held[held], &pair_service, PAIR_ONCE, &value);
    if (status == WEFT_EINVAL)
        status = weft_gen_return(w->side.held[held], &pair_service, PAIR_ONCE_AGAIN, &value);
    assert_int_equal(status, 0);
    wire_run(w);
}

weft_bytes op_expect(wire_peer *w, uint64_t n, uint8_t outcome)
{
    return wire_expect_response(w, 0, wire_theirs(w, n), outcome);
}

/* The counterpart's types: what weftc's bytes become is what weftc's tables say, and bytes that lie change nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "all.weft.h"
#include "corners.weft.h"
#include "kv.weft.h"
#include "runtime/schema/remote.h"
#include "streams.weft.h"
#include "tests/support/alloc.h"
#include "tests/support/rules.h"
#include "tests/support/schema_bytes.h"

enum { N_SERVICES = 4 };
static const weft_service_type *const services[N_SERVICES] = { &tall_all_service, &corner_corners_service,
                                                               &kv_store_service, &st_streams_service };

/* ---- the same tables ---- */

/* Types with ids that were compared already. */
typedef struct compared {
    uint64_t ids[256];
    size_t n;
} compared;

static void assert_same_type(compared *done, const weft_type *remote, const weft_type *local);

static bool is_done(compared *done, uint64_t id)
{
    for (size_t i = 0; i < done->n; i++) {
        if (done->ids[i] == id)
            return true;
    }
    assert_true(done->n < sizeof done->ids / sizeof *done->ids);
    done->ids[done->n++] = id;
    return false;
}

static void assert_same_fields(compared *done, const weft_type *remote, const weft_type *local)
{
    if (!remote || remote->n != local->n) {
        fail();
        return;
    }
    for (uint32_t i = 0; i < local->n; i++) {
        const weft_field *a = &remote->fields[i], *b = &local->fields[i];
        bool has_default = (b->flags & WEFT_FIELD_DEFAULT) || b->type->kind == WEFT_KIND_OPTION;
        assert_string_equal(a->name, b->name);
        assert_int_equal((a->flags & WEFT_FIELD_DEFAULT) != 0, has_default);
        assert_null(a->default_value);
        assert_null(a->was);
        assert_same_type(done, a->type, b->type);
    }
}

static void assert_same_variants(compared *done, const weft_type *remote, const weft_type *local)
{
    if (!remote || remote->n != local->n) {
        fail();
        return;
    }
    for (uint32_t i = 0; i < local->n; i++) {
        const weft_variant *a = &remote->variants[i], *b = &local->variants[i];
        assert_string_equal(a->name, b->name);
        assert_int_equal(a->has_fields, b->has_fields);
        assert_int_equal(a->payload != NULL, b->payload != NULL);
        if (b->payload)
            assert_same_type(done, a->payload, b->payload);
    }
}

static void assert_same_type(compared *done, const weft_type *remote, const weft_type *local)
{
    if (!remote || !local) {
        fail();
        return;
    }
    assert_int_equal(remote->abi, WEFT_GEN_ABI);
    assert_int_equal(remote->kind, local->kind);
    assert_true(remote->id == local->id);
    if (local->kind < WEFT_KIND_STRUCT) {
        assert_ptr_equal(remote, local);
        return;
    }
    assert_int_equal(remote->flags & WEFT_TYPE_INDIRECT, local->flags & WEFT_TYPE_INDIRECT);
    assert_int_equal(remote->name != NULL, local->name != NULL);
    if (local->name)
        assert_string_equal(remote->name, local->name);
    if (local->id) {
        assert_int_equal(remote->declaration.len, local->declaration.len);
        assert_memory_equal(remote->declaration.ptr, local->declaration.ptr, local->declaration.len);
        if (is_done(done, local->id))
            return;
    }
    if (local->kind == WEFT_KIND_ARRAY)
        assert_int_equal(remote->n, local->n);
    if (local->element)
        assert_same_type(done, remote->element, local->element);
    if (local->key)
        assert_ptr_equal(remote->key, local->key);
    if (local->kind == WEFT_KIND_STRUCT)
        assert_same_fields(done, remote, local);
    if (local->kind == WEFT_KIND_ENUM)
        assert_same_variants(done, remote, local);
}

static void assert_same_method(const weft_method *remote, const weft__remote_tx *tx, const weft_method *local)
{
    compared done = { .n = 0 };
    uint32_t n_tx = 0;
    assert_same_fields(&done, remote->args, local->args);
    assert_true(remote->args && remote->args->id == 0);
    if (remote->n_channels != local->n_channels || (local->n_channels && (!remote->channels || !tx))) {
        fail();
        return;
    }
    for (uint32_t i = 0; i < local->n_channels; i++) {
        const weft_channel_param *a = &remote->channels[i], *b = &local->channels[i];
        assert_string_equal(a->name, b->name);
        assert_int_equal(a->direction, b->direction);
        assert_int_equal(a->optional, b->optional);
        assert_int_equal(a->place, b->place);
        if (b->direction == WEFT_CHANNEL_RX) {
            assert_same_type(&done, a->element, b->element);
        } else {
            assert_null(a->element);
            if (n_tx >= tx->n || !tx->channels) {
                fail();
                return;
            }
            assert_string_equal(tx->channels[n_tx].name, b->name);
            assert_same_type(&done, tx->channels[n_tx++].element, b->element);
        }
    }
    assert_int_equal(tx->n, n_tx);
    assert_int_equal(remote->result != NULL, local->result != NULL);
    if (local->result)
        assert_same_type(&done, remote->result, local->result);
    assert_int_equal(remote->error != NULL, local->error != NULL);
    if (local->error)
        assert_same_type(&done, remote->error, local->error);
    const uint32_t policy = WEFT_METHOD_IDEMPOTENT | WEFT_METHOD_PERSISTENT;
    assert_int_equal(remote->flags, local->flags & policy);
    for (int direction = 0; direction < 2; direction++) {
        assert_int_equal(remote->roots[direction].len, local->roots[direction].len);
        assert_memory_equal(remote->roots[direction].ptr, local->roots[direction].ptr, local->roots[direction].len);
    }
}

/* Adds what two Schema messages of the method carry. 0, or the first failure. */
static int add_method(weft__remote *remote, const weft_method *local, weft_method *ret_method, weft__remote_tx *ret_tx)
{
    weft_error error = { 0 };
    for (int direction = 0; direction < 2; direction++) {
        weft_bytes types = weft_test_schema_types(local->types[direction], local->n_types[direction]);
        int status = weft__remote_add(remote, types, &error);
        free((void *)types.ptr);
        if (!status)
            status = direction == 0 ? weft__remote_args(remote, local->roots[0], ret_method, &error)
                                    : weft__remote_results(remote, local->roots[1], ret_method, ret_tx, &error);
        if (status) {
            assert_int_equal(error.code, status);
            return status;
        }
    }
    return 0;
}

static void remote_generated_tables_same(void **state)
{
    /* Goal: whatever weftc can declare comes out of its canonical bytes as weftc's own tables have it. */
    (void)state;
    WEFT_RULE("schema.type-id");
    unsigned n_methods = 0;
    for (int s = 0; s < N_SERVICES; s++) {
        weft__remote *remote;
        assert_int_equal(weft__remote_new(NULL, &remote), 0);
        for (uint32_t m = 0; m < services[s]->n_methods; m++) {
            const weft_method *local = &services[s]->methods[m];
            weft_method method = { .name = "stays" };
            weft__remote_tx tx = { NULL, 0 };
            assert_int_equal(add_method(remote, local, &method, &tx), 0);
            assert_string_equal(method.name, "stays");
            assert_same_method(&method, &tx, local);
            n_methods++;
            /* What is known already is skipped: the tables stay the same ones. */
            if (local->n_types[0] == 0)
                continue;
            const weft_type *first = weft__remote_type(remote, local->types[0][0]->id);
            assert_int_equal(add_method(remote, local, &method, &tx), 0);
            assert_ptr_equal(weft__remote_type(remote, local->types[0][0]->id), first);
        }
        weft__remote_free(remote);
    }
    assert_true(n_methods > 10);
}

static void remote_no_memory(weft_test_alloc *alloc, void *user)
{
    const weft_method *local = user;
    weft__remote *remote;
    weft_method method = { 0 };
    weft__remote_tx tx = { NULL, 0 };
    int status = weft__remote_new(&alloc->allocator, &remote);
    if (status) {
        assert_true(alloc->failed);
        return;
    }
    status = add_method(remote, local, &method, &tx);
    if (status) {
        assert_int_equal(status, WEFT_ENOMEM);
        assert_true(alloc->failed);
        /* It is as before: the same again goes well. */
        weft_test_alloc_fail(alloc, 0, false);
        assert_int_equal(add_method(remote, local, &method, &tx), 0);
        alloc->failed = true;
    }
    assert_same_method(&method, &tx, local);
    weft__remote_free(remote);
}

static void remote_out_of_memory_nothing_added(void **state)
{
    /* Goal: whichever allocation fails, the failure is said, nothing is lost, and a second try works. */
    (void)state;
    const weft_method *largest = &services[0]->methods[0];
    for (int s = 0; s < N_SERVICES; s++) {
        for (uint32_t m = 0; m < services[s]->n_methods; m++) {
            const weft_method *method = &services[s]->methods[m];
            if (method->n_types[0] + method->n_types[1] > largest->n_types[0] + largest->n_types[1])
                largest = method;
        }
    }
    assert_true(largest->n_types[0] + largest->n_types[1] > 4);
    weft_test_alloc_each(remote_no_memory, (void *)largest);
}

static void remote_cut_bytes_refused(void **state)
{
    /* Goal: a root or a message cut anywhere is malformed, never half read. */
    (void)state;
    weft__remote *remote;
    weft_error error;
    assert_int_equal(weft__remote_new(NULL, &remote), 0);
    const weft_method *local = &st_streams_service.methods[0];
    for (uint32_t m = 0; m < st_streams_service.n_methods; m++) {
        if (st_streams_service.methods[m].n_types[0] > local->n_types[0])
            local = &st_streams_service.methods[m];
    }
    weft_bytes types = weft_test_schema_types(local->types[0], local->n_types[0]);
    weft_method method = { 0 };
    weft__remote_tx tx;
    for (size_t len = 0; len < types.len; len++)
        assert_int_equal(weft__remote_add(remote, weft_bytes_of(types.ptr, len), &error), WEFT_EPROTO);
    assert_int_equal(weft__remote_add(remote, types, &error), 0);
    free((void *)types.ptr);
    for (size_t len = 0; len < local->roots[0].len; len++)
        assert_int_equal(weft__remote_args(remote, weft_bytes_of(local->roots[0].ptr, len), &method, NULL),
                         WEFT_EPROTO);
    for (size_t len = 0; len < local->roots[1].len; len++)
        assert_int_equal(weft__remote_results(remote, weft_bytes_of(local->roots[1].ptr, len), &method, &tx, NULL),
                         WEFT_EPROTO);
    weft__remote_free(remote);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(remote_generated_tables_same),
        cmocka_unit_test(remote_out_of_memory_nothing_added),
        cmocka_unit_test(remote_cut_bytes_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

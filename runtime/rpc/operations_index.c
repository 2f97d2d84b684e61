/* Operations and their clients: found by id, counted, bounded. Ids are their clients' to choose, so tables go by a
 * secret hash of them; two with one hash are as likely as a guessed key, and the second one is refused for lack of
 * room. Threads of a group look into each other's: what changes them takes its lock. */
#include "runtime/rpc/operations.h"

#include "runtime/session/group.h"
#include "runtime/base/mem.h"

enum { RECORD_BYTES = 320 }; /* what one counts with, besides its args or its outcome */

static uint64_t word_at(const uint8_t *bytes)
{
    uint64_t word = 0;
    for (size_t i = 8; i-- > 0;)
        word = word << 8 | bytes[i];
    return word;
}

static uint64_t secret_hash(const weft_operations *operations, const uint8_t *id, size_t len)
{
    uint8_t bytes[sizeof operations->secret + WEFT_OPERATION_ID];
    memcpy(bytes, operations->secret, sizeof operations->secret);
    memcpy(bytes + sizeof operations->secret, id, len);
    return weft__hash64(weft_bytes_of(bytes, sizeof operations->secret + len));
}

static uint64_t client_key(const weft_operations *operations, const uint8_t *id)
{
    return secret_hash(operations, id, WEFT__OP_CLIENT);
}

static uint64_t record_key(const weft_operations *operations, const uint8_t *id)
{
    return secret_hash(operations, id, WEFT_OPERATION_ID);
}

uint64_t weft__operation_counter(const uint8_t id[WEFT_OPERATION_ID])
{
    return word_at(id + WEFT__OP_CLIENT);
}

weft__operation *weft__operations_find(const weft_operations *operations, const uint8_t id[WEFT_OPERATION_ID])
{
    weft__operation *operation =
        weft__table_find(&operations->records, operations->table_seed, record_key(operations, id));
    return operation && weft__equal_constant_time(operation->id, id, WEFT_OPERATION_ID) ? operation : NULL;
}

weft__op_client *weft__operations_client(const weft_operations *operations, const uint8_t id[WEFT__OP_CLIENT])
{
    weft__op_client *client =
        weft__table_find(&operations->clients, operations->table_seed, client_key(operations, id));
    return client && weft__equal_constant_time(client->id, id, WEFT__OP_CLIENT) ? client : NULL;
}

/* ---- clients ---- */

/* The one there is, or a new one. NULL: out of memory. */
static weft__op_client *client_get(weft_operations *operations, const uint8_t *id)
{
    weft__op_client *client = weft__operations_client(operations, id);
    uint64_t key = client_key(operations, id);
    if (client || weft__table_find(&operations->clients, operations->table_seed, key))
        return client;
    client = weft__alloc_zero(&operations->allocator, sizeof *client);
    if (!client)
        return NULL;
    memcpy(client->id, id, sizeof client->id);
    client->key = key;
    if (weft__table_insert(&operations->clients, &operations->allocator, operations->table_seed, key, client) < 0) {
        weft__free(&operations->allocator, client, sizeof *client);
        return NULL;
    }
    return client;
}

static void client_free(weft_operations *operations, weft__op_client *client)
{
    if (weft__link_is_in(&client->idle))
        operations->n_idle--;
    weft__list_remove(&client->idle);
    (void)weft__table_remove(&operations->clients, operations->table_seed, client->key);
    weft__free(&operations->allocator, client, sizeof *client);
}

/* It has one record fewer, or more is known of it: [op.store] is there still a reason to remember it? */
static void client_settle(weft_operations *operations, weft__op_client *client)
{
    if (client->n > 0 || weft__link_is_in(&client->idle))
        return;
    if (!client->has_expired) {
        client_free(operations, client);
        return;
    }
    weft__list_append(&operations->idle, &client->idle);
    if (++operations->n_idle <= operations->options.max_records)
        return;
    client = weft__container(weft__list_first(&operations->idle), weft__op_client, idle);
    weft__operations_remove_expired(operations, client);
    client_free(operations, client);
}

bool weft__operations_has_expired(const weft_operations *operations, const uint8_t id[WEFT_OPERATION_ID])
{
    const weft__op_client *client = weft__operations_client(operations, id);
    return client && client->has_expired && weft__operation_counter(id) <= client->expired;
}

static int set_expired(weft_operations *operations, const uint8_t *id, uint64_t counter)
{
    weft__op_client *client = client_get(operations, id);
    if (!client)
        return WEFT_ENOMEM;
    if (!client->has_expired || client->expired < counter)
        client->expired = counter;
    client->has_expired = true;
    client_settle(operations, client);
    return 0;
}

int weft__operations_set_expired(weft_operations *operations, const uint8_t id[WEFT__OP_CLIENT], uint64_t counter)
{
    weft__group_lock(operations->group);
    int status = set_expired(operations, id, counter);
    weft__group_unlock(operations->group);
    return status;
}

bool weft__operations_expired_elsewhere(const weft_operations *operations, const uint8_t id[WEFT__OP_CLIENT],
                                        uint64_t *inout_counter)
{
    const weft_group *group = operations->group;
    bool is_known = false;
    for (int left = 0; group && left < 2; left++) {
        const weft__link *list = left ? &group->left : &group->operations;
        for (const weft__link *link = list->next; link != list; link = link->next) {
            const weft_operations *other = weft__container(link, weft_operations, of_group);
            const weft__op_client *client = other == operations ? NULL : weft__operations_client(other, id);
            if (!client || !client->has_expired)
                continue;
            is_known = true;
            *inout_counter = client->expired > *inout_counter ? client->expired : *inout_counter;
        }
    }
    return is_known;
}

bool weft__operations_inherit(weft_operations *operations, const weft_operations *left)
{
    uint32_t cursor = 0;
    const weft__op_client *client;
    while ((client = weft__table_next(&left->clients, &cursor)) != NULL)
        if (client->has_expired && set_expired(operations, client->id, client->expired) < 0)
            return false;
    return true;
}

/* ---- records ---- */

static int operations_add(weft_operations *operations, const uint8_t *id, weft__operation **ret_operation)
{
    const weft_allocator *allocator = &operations->allocator;
    uint64_t key = record_key(operations, id);
    if (weft__table_find(&operations->records, operations->table_seed, key))
        return WEFT_ENOMEM;
    weft__op_client *client = client_get(operations, id);
    if (!client)
        return WEFT_ENOMEM;
    weft__operation *operation = weft__alloc_zero(allocator, sizeof *operation);
    int status = operation ? weft__timers_reserve(&operations->timers, allocator, 1) : WEFT_ENOMEM;
    if (status == 0) {
        status = weft__table_insert(&operations->records, allocator, operations->table_seed, key, operation);
        if (status < 0)
            weft__timers_release(&operations->timers, 1);
    }
    if (status < 0) {
        weft__free(allocator, operation, sizeof *operation);
        client_settle(operations, client);
        return status;
    }
    operation->operations = operations;
    operation->client = client;
    memcpy(operation->id, id, sizeof operation->id);
    operation->key = key;
    weft__list_init(&operation->waiters);
    weft__buf_init(&operation->answer, allocator);
    if (weft__link_is_in(&client->idle))
        operations->n_idle--;
    weft__list_remove(&client->idle);
    client->n++;
    client->n_live++;
    operations->stats.records++;
    operations->stats.live++;
    weft__operation_count_bytes(operation, 0);
    *ret_operation = operation;
    return 0;
}

int weft__operations_add(weft_operations *operations, const uint8_t id[WEFT_OPERATION_ID],
                         weft__operation **ret_operation)
{
    weft__group_lock(operations->group);
    int status =
        weft__operations_is_claimed(operations, id) ? WEFT_EALREADY : operations_add(operations, id, ret_operation);
    weft__group_unlock(operations->group);
    return status;
}

static bool state_is_live(unsigned state)
{
    return state <= WEFT__OPERATION_RUNNING;
}

static void count_state(weft__operation *operation, unsigned state, int by)
{
    weft_operations *operations = operation->operations;
    if (state_is_live(state)) {
        operations->stats.live += (uint64_t)by;
        operation->client->n_live += (uint32_t)by;
    }
    if (state == WEFT__OPERATION_INDETERMINATE)
        operations->stats.indeterminate += (uint64_t)by;
}

void weft__operation_set_state(weft__operation *operation, weft__operation_state state)
{
    count_state(operation, operation->state, -1);
    operation->state = (uint8_t)state;
    count_state(operation, operation->state, 1);
}

void weft__operation_count_bytes(weft__operation *operation, uint64_t bytes)
{
    operation->operations->stats.bytes -= operation->bytes;
    operation->bytes = RECORD_BYTES + bytes;
    operation->operations->stats.bytes += operation->bytes;
}

void weft__operation_free(weft__operation *operation)
{
    weft_operations *operations = operation->operations;
    weft__op_client *client = operation->client;
    weft__operation_others_look_again(operation);
    if (operation->run)
        weft__apart_drop(operation->run);
    weft__group_lock(operations->group);
    count_state(operation, operation->state, -1);
    operations->stats.records--;
    operations->stats.bytes -= operation->bytes;
    client->n--;
    weft__list_remove(&operation->change);
    weft__timers_disarm(&operations->timers, &operation->expiry);
    weft__timers_release(&operations->timers, 1);
    (void)weft__table_remove(&operations->records, operations->table_seed, operation->key);
    weft__buf_fini(&operation->answer);
    weft__free(&operations->allocator, operation, sizeof *operation);
    client_settle(operations, client);
    weft__group_unlock(operations->group);
}

void weft__operations_index_fini(weft_operations *operations)
{
    uint32_t cursor = 0;
    void *entry;
    operations->options.max_records = UINT32_MAX; /* no client is forgotten for want of room any more */
    while ((entry = weft__table_next(&operations->records, &cursor)) != NULL) {
        weft__operation_free(entry);
        cursor--;
    }
    cursor = 0;
    while ((entry = weft__table_next(&operations->clients, &cursor)) != NULL) {
        client_free(operations, entry);
        cursor--;
    }
    cursor = 0;
    while ((entry = weft__table_next(&operations->results, &cursor)) != NULL) {
        const weft__op_results *results = entry;
        weft__free(&operations->allocator, entry, sizeof *results + results->root.len + results->types.len);
    }
    weft__table_fini(&operations->records, &operations->allocator);
    weft__table_fini(&operations->clients, &operations->allocator);
    weft__table_fini(&operations->results, &operations->allocator);
    weft__timers_fini(&operations->timers, &operations->allocator);
}

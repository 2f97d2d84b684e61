/* The table of operations: its life, time and durability [op.store]. */
#include "runtime/rpc/operations.h"

#include "runtime/base/error.h"
#include "runtime/base/mem.h"
#include "runtime/base/options.h"

#define UNSAVED_WAIT_MIN WEFT_NS_PER_S
#define UNSAVED_WAIT_MAX (60 * WEFT_NS_PER_S)
#define UNSENT_WAIT (100 * WEFT_NS_PER_MS)

/* ---- making one ---- */

/* 49 days: in ms it is told in 32 bits. */
static const uint64_t ttl_max_ns = (uint64_t)49 * 24 * 3600 * WEFT_NS_PER_S;

void weft_operations_options_init(weft_operations_options *options, size_t size)
{
    weft_operations_options defaults;
    memset(&defaults, 0, sizeof defaults);
    defaults.max_records = WEFT_OPERATIONS_DEFAULT;
    defaults.max_bytes = WEFT_OPERATIONS_BYTES_DEFAULT;
    defaults.max_live_client = WEFT_OPERATIONS_LIVE_DEFAULT;
    defaults.ttl_ns = WEFT_OPERATION_TTL_DEFAULT;
    defaults.log_classes = WEFT_LOG_ALL;
    defaults.log_level = WEFT_LOG_INFO;
    weft__options_give(options, size, &defaults, sizeof defaults);
}

static int options_read(const weft_operations_options *options_or_null, weft_operations_options *ret_options,
                        weft_operation_store *ret_store)
{
    weft_operations_options_init(ret_options, sizeof *ret_options);
    int status = weft__options_copy(ret_options, sizeof *ret_options, options_or_null);
    if (status < 0)
        return status;
    if (ret_options->max_records == 0 || ret_options->max_live_client == 0 || ret_options->ttl_ns < WEFT_NS_PER_MS ||
        ret_options->ttl_ns > ttl_max_ns)
        return WEFT_EINVAL;
    memset(ret_store, 0, sizeof *ret_store);
    if (!ret_options->store)
        return 0;
    status = weft__options_copy(ret_store, sizeof *ret_store, ret_options->store);
    if (status == 0 &&
        (!ret_store->scan || !ret_store->read || !ret_store->put || !ret_store->remove || !ret_store->sync))
        status = WEFT_EINVAL;
    return status;
}

static void operations_free(weft_operations *operations)
{
    weft_allocator allocator = operations->allocator;
    weft__link *link;
    weft_operations_leave(operations);
    weft__operations_index_fini(operations);
    while ((link = weft__list_take(&operations->halted)) != NULL)
        weft__apart_drop(weft__container(link, weft__call, link));
    weft__apart_free(operations->apart);
    weft__free(&allocator, operations, sizeof *operations);
}

int weft_operations_new(const weft_operations_options *options_or_null, weft_operations **ret_operations,
                        weft_error *error_or_null)
{
    weft_operations_options options;
    weft_operation_store store;
    weft_error unwanted;
    weft_error *error = error_or_null ? error_or_null : &unwanted;
    int status = options_read(options_or_null, &options, &store);
    if (status < 0)
        return weft__error_set(error, status, "the options are not usable");
    weft_allocator allocator = weft__allocator_of(options.allocator);
    weft_operations *operations = weft__alloc_zero(&allocator, sizeof *operations);
    if (!operations)
        return weft__error_set(error, WEFT_ENOMEM, NULL);
    operations->refs = 1;
    operations->allocator = allocator;
    operations->options = options;
    operations->store = store;
    operations->has_store = options.store != NULL;
    weft__log_init(&operations->log, options.log, options.log_user, options.log_level, options.log_classes);
    weft__derive(options.seed, 0, (uint8_t *)&operations->table_seed, sizeof operations->table_seed);
    operations->table_seed |= 1;
    weft__derive(options.seed, 1, operations->secret, sizeof operations->secret);
    weft__derive(options.seed, 2, operations->identity.bytes, sizeof operations->identity.bytes);
    weft__list_init(&operations->changed);
    weft__list_init(&operations->syncing);
    weft__list_init(&operations->unsaved);
    weft__list_init(&operations->idle);
    weft__list_init(&operations->halted);
    weft__list_init(&operations->elsewhere);
    if (operations->has_store)
        status = weft__operations_scan(operations, error);
    if (status == 0 && operations->store.identity)
        operations->store.identity(options.store_self, operations->identity.bytes);
    if (status < 0) {
        operations_free(operations);
        return status;
    }
    *ret_operations = operations;
    return 0;
}

weft_operations *weft_operations_retain(weft_operations *operations)
{
    operations->refs++;
    return operations;
}

void weft_operations_release(weft_operations *operations_or_null)
{
    weft_operations *operations = operations_or_null;
    if (!operations || --operations->refs > 0)
        return;
    if (operations->is_syncing)
        operations->is_over = true;
    else
        operations_free(operations);
}

uint32_t weft__operations_ttl_ms(const weft_operations *operations)
{
    return (uint32_t)(operations->options.ttl_ns / WEFT_NS_PER_MS);
}

void weft_operations_stats_read(const weft_operations *operations, weft_operations_stats *ret_stats, size_t size)
{
    weft_operations_stats stats = operations->stats;
    stats.size = size < sizeof stats ? size : sizeof stats;
    memcpy(ret_stats, &stats, stats.size);
}

/* ---- time ---- */

uint64_t weft__operations_wall_ms(const weft_operations *operations)
{
    return operations->options.wall_ms ? operations->options.wall_ms(operations->options.wall_user) : 0;
}

static void time_passes(weft_operations *operations, uint64_t now_ns)
{
    if (!operations->has_base) {
        operations->has_base = true;
        operations->base_ns = now_ns - operations->now_ns;
    }
    if (now_ns > operations->base_ns + operations->now_ns)
        operations->now_ns = now_ns - operations->base_ns;
}

void weft__operation_keep_for(weft__operation *operation, uint64_t ns)
{
    weft_operations *operations = operation->operations;
    if (operations->options.clock) /* handlers answer when they like */
        time_passes(operations, operations->options.clock(operations->options.clock_user));
    weft__timers_arm(&operations->timers, &operation->expiry, operations->now_ns + ns);
}

/* [op.states] Expired is not absent: its client's counters up to this one are never run again. */
static void operation_expire(weft__operation *operation)
{
    weft_operations *operations = operation->operations;
    uint64_t counter = weft__operation_counter(operation->id);
    if (weft__operations_set_expired(operations, operation->id, counter) < 0 ||
        (operations->has_store && weft__operations_put_expired(operations, operation->client) < 0)) {
        weft__operation_keep_for(operation, WEFT_NS_PER_S); /* while there is no memory to say so it stays */
        return;
    }
    operations->stats.expired++;
    weft__log_record(&operations->log, WEFT_LOG_DEBUG, WEFT_LOG_CALL, "an operation has expired",
                     weft__log_number("method_id", operation->method_id), weft__log_number("counter", counter));
    if (operations->has_store)
        weft__operation_remove(operation);
    weft__operation_free(operation);
}

void weft__operations_time(weft_operations *operations, uint64_t now_ns)
{
    weft__timer *timer;
    time_passes(operations, now_ns);
    while ((timer = weft__timers_pop(&operations->timers, operations->now_ns)) != NULL)
        operation_expire(weft__container(timer, weft__operation, expiry));
    weft__operations_send_unsent(operations);
}

static bool has_unsaved(const weft_operations *operations)
{
    return !weft__list_is_empty(&operations->unsaved) && !operations->is_syncing;
}

uint64_t weft_operations_deadline(const weft_operations *operations)
{
    uint64_t next_ns = weft__timers_next(&operations->timers);
    if (has_unsaved(operations) && operations->unsaved_at_ns < next_ns)
        next_ns = operations->unsaved_at_ns;
    if (operations->unsent && operations->now_ns + UNSENT_WAIT < next_ns)
        next_ns = operations->now_ns + UNSENT_WAIT;
    if (next_ns == WEFT_FOREVER)
        return WEFT_FOREVER;
    return operations->has_base ? operations->base_ns + next_ns : 0;
}

void weft_operations_tick(weft_operations *operations, uint64_t now_ns)
{
    weft__operations_time(operations, now_ns);
    weft__operations_group_time(operations, now_ns);
    if (has_unsaved(operations) && operations->now_ns >= operations->unsaved_at_ns)
        operations->is_changed = true;
}

/* ---- durability ---- */

/* The outcome stays in memory: who waits learns that it is not known, which it may be later [op.order]. */
static void operation_is_unsaved(weft__operation *operation)
{
    const weft_str text = WEFT_STR("[op.order] it ran, and its outcome could not be stored");
    operation->is_unsaved = true;
    weft__list_append(&operation->operations->unsaved, &operation->change);
    weft__operation_answer_all(operation, WEFT_OUTCOME_INDETERMINATE, text);
    weft__operation_tell_others_text(operation, WEFT_OUTCOME_INDETERMINATE, text);
}

void weft__operation_is_asked(weft__operation *operation)
{
    if (operation->is_unsaved)
        operation->operations->wants_unsaved = operation->operations->is_changed = true;
}

void weft__operation_save(weft__operation *operation)
{
    weft_operations *operations = operation->operations;
    operation->is_unsaved = false;
    if (weft__operation_put(operation) == 0)
        weft__list_append(&operations->changed, &operation->change);
    else
        operation_is_unsaved(operation);
}

static void operation_is_synced(weft__operation *operation, int status)
{
    if (status == 0 && operation->state == WEFT__OPERATION_RECORDING)
        weft__operation_is_recorded(operation);
    else if (status == 0)
        weft__operation_is_sealed(operation);
    else if (operation->state == WEFT__OPERATION_RECORDING)
        weft__operation_refuse(operation, WEFT_OUTCOME_RESOURCE_EXHAUSTED,
                               WEFT_STR("[op.store] the callee cannot store the operation"));
    else
        operation_is_unsaved(operation);
}

/* Behind a sync. */
static void unsaved_tried(weft_operations *operations, int status)
{
    uint64_t wait_ns = 2 * operations->unsaved_wait_ns;
    if (wait_ns < UNSAVED_WAIT_MIN || status == 0)
        wait_ns = UNSAVED_WAIT_MIN;
    else if (wait_ns > UNSAVED_WAIT_MAX)
        wait_ns = UNSAVED_WAIT_MAX;
    if (status == 0 && !operations->tries_unsaved)
        return;
    operations->unsaved_wait_ns = status < 0 ? wait_ns : 0;
    operations->unsaved_at_ns = operations->now_ns + wait_ns; /* for want of memory some may not have been put */
}

static void operations_on_synced(void *user, int status, const char *text)
{
    weft_operations *operations = user;
    weft__link *link;
    weft__op_results *results;
    uint32_t cursor = 0;
    operations->is_syncing = false;
    if (operations->is_over) {
        operations_free(operations);
        return;
    }
    unsaved_tried(operations, status);
    operations->is_changed = operations->is_changed || operations->wants_unsaved;
    if (status < 0) { /* nothing of it was written: what was removed is found again by the next start, and expires */
        while ((results = weft__table_next(&operations->results, &cursor)) != NULL)
            results->is_stored = false;
        weft__log_record(&operations->log, WEFT_LOG_ERROR, WEFT_LOG_CALL, "operations could not be stored",
                         weft__log_text("error", weft_str_from(weft_err_name(status))),
                         weft__log_text("text", weft_str_from(text)));
    }
    while ((link = weft__list_take(&operations->syncing)) != NULL)
        operation_is_synced(weft__container(link, weft__operation, change), status);
}

bool weft_operations_want_sync(const weft_operations *operations)
{
    return operations->is_changed && !operations->is_syncing;
}

bool weft_operations_is_settled(const weft_operations *operations)
{
    return !operations->is_changed && !operations->is_syncing;
}

void weft_operations_sync(weft_operations *operations)
{
    weft__link *link;
    weft__link again;
    if (!weft_operations_want_sync(operations) && !has_unsaved(operations))
        return;
    weft__list_init(&again);
    operations->tries_unsaved =
        operations->now_ns >= operations->unsaved_at_ns || weft__list_is_empty(&operations->changed);
    if (operations->tries_unsaved) {
        operations->wants_unsaved = false;
        weft__list_splice(&again, &operations->unsaved);
    }
    while ((link = weft__list_take(&again)) != NULL) {
        weft__operation *operation = weft__container(link, weft__operation, change);
        weft__operation_save(operation);
    }
    weft__list_splice(&operations->syncing, &operations->changed);
    operations->is_changed = false;
    operations->is_syncing = true;
    operations->stats.syncs++;
    operations->store.sync(operations->options.store_self, operations_on_synced, operations);
}

/* The engine's life, its events, and dispatch, which alone runs callbacks.
 *
 * Whatever happens (bytes, time, calls of the application) only changes state and appends to `events`;
 * weft_engine_dispatch takes them from the front. An object whose event waits is held until it has run. */
#include "runtime/base/error.h"
#include "runtime/base/hash.h"
#include "runtime/base/mem.h"
#include "runtime/base/options.h"
#include "runtime/session/parts.h"
#include "runtime/session/recover.h"
#include "runtime/session/resume.h"
#include "runtime/session/session_log.h"

/* ---- handles of calls and pendings ---- */

int weft_handles_new(const weft_allocator *allocator_or_null, weft_handles **ret_handles)
{
    weft_allocator allocator = weft__allocator_of(allocator_or_null);
    weft__slots *slots;
    int status = weft__slots_new(&allocator, &slots);
    if (status == 0)
        *ret_handles = (weft_handles *)(void *)slots;
    return status;
}

void weft_handles_release(weft_handles *handles_or_null)
{
    weft__slots_release((weft__slots *)(void *)handles_or_null);
}

/* ---- making one ---- */

static WEFT__COLD void engine_init_lists(weft_engine *engine)
{
    weft__list_init(&engine->pays);
    weft__list_init(&engine->ready);
    weft__list_init(&engine->later);
    engine->round = 1;
    weft__list_init(&engine->small);
    weft__list_init(&engine->taking);
    weft__list_init(&engine->over);
    weft__list_init(&engine->events);
    weft__list_init(&engine->bindings);
    weft__list_init(&engine->free_calls);
    weft__list_init(&engine->waiting_room);
    weft__list_init(&engine->borrowing);
    weft__list_init(&engine->free_channels);
    weft__list_init(&engine->free_items);
    weft__buf_init(&engine->control_body, &engine->allocator);
    weft__buf_init(&engine->in, &engine->allocator);
    weft__buf_init(&engine->spare_body, &engine->allocator);
    weft__out_init(&engine->out, &engine->allocator);
    engine->close_timer.kind = WEFT__TIMER_CLOSE;
    engine->last_word_timer.kind = WEFT__TIMER_LAST_WORD;
    engine->keepalive_timer.kind = WEFT__TIMER_KEEPALIVE;
}

/* The root, with what this side serves and calls on it. */
static WEFT__COLD int engine_new_root(weft_engine *engine)
{
    weft_open_options root;
    int status = weft__open_options_read(engine->options.root, &root);
    if (status < 0)
        return status;
    status = weft__conn_new(engine, 0, engine->initiator, &engine->root);
    if (status < 0)
        return status;
    return weft__binding_init(engine->root, &root, engine->initiator ? engine->options.root_service : NULL);
}

static WEFT__COLD void engine_destroy(weft_engine *engine);

int weft__engine_create(const weft_engine_options *engine_options, const weft_session_options *session_options,
                        const weft__hooks *hooks, bool initiator, uint64_t now_ns, weft_engine **ret_engine)
{
    weft_engine_options eo = { 0 };
    weft_session_options so = { 0 };
    int status = weft__engine_options_read(engine_options, &eo);
    if (status == 0)
        status = weft__session_options_read(session_options, &so);
    if (status < 0)
        return status;
    weft_allocator allocator = weft__allocator_of(eo.allocator);
    weft_engine *engine = weft__alloc_zero(&allocator, sizeof *engine);
    if (!engine)
        return WEFT_ENOMEM;
    engine->allocator = allocator;
    weft__log_init(&engine->log, eo.log, eo.log_user, eo.log_level, eo.log_classes);
    engine->clock = eo.clock;
    engine->clock_user = eo.clock_user;
    engine->hooks = hooks;
    engine->options = so;
    engine->initiator = initiator;
    engine->odd = so.ids_odd;
    engine->now_ns = now_ns;
    weft__derive(eo.seed, WEFT__DERIVE_TABLES, (uint8_t *)&engine->table_seed, sizeof engine->table_seed);
    engine->table_seed |= 1;
    engine_init_lists(engine);
    weft__recover_init(engine, eo.seed);
    weft_operation_id_new(eo.seed, engine->op);
    engine->op[WEFT_OPERATION_ID - 8] = 0;
    if (eo.handles)
        engine->slots = weft__slots_retain((weft__slots *)(void *)eo.handles);
    else
        status = weft__slots_new(&engine->allocator, &engine->slots);
    if (status == 0 && eo.stats)
        engine->stats = weft__stats_retain(eo.stats);
    else if (status == 0)
        status = weft_stats_new(&engine->allocator, &engine->stats);
    if (status == 0)
        weft__list_append(&engine->stats->engines, &engine->stats_link);
    if (eo.budget)
        engine->budget = weft__budget_retain(eo.budget);
    if (eo.operations) {
        engine->operations = eo.operations;
        engine->operation_ttl_ms = hooks->operations_join(eo.operations);
    }
    if (eo.registry && !initiator)
        engine->registry = weft__registry_retain(eo.registry);
    if (status == 0)
        status = weft__timers_reserve(&engine->timers, &engine->allocator, 4);
    if (status == 0)
        status = weft__session_new(engine, eo.session_id, eo.peer);
    if (status == 0 && so.metadata)
        status = weft__metadata_copy(so.metadata, engine->session->arena, &engine->session->own_metadata);
    if (status == 0)
        status = engine_new_root(engine);
    if (status < 0) {
        engine_destroy(engine);
        return status;
    }
    *ret_engine = engine;
    return 0;
}

int weft__engine_new(const weft_engine_options *engine_options, const weft_session_options *session_options,
                     const weft__hooks *hooks, uint64_t now_ns, weft_engine **ret_engine)
{
    return weft__engine_create(engine_options, session_options, hooks, true, now_ns, ret_engine);
}

/* [conn.limits] What was opened before the counterpart had said how many it takes: the newest ones are too many. */
static void engine_limit_opens(weft_engine *engine)
{
    weft_error error = { WEFT_EBUSY, 0, WEFT_CODE_LIMIT, "more were opened than the counterpart takes at once" };
    for (uint64_t id = engine->next_conn; engine->n_ours > engine->peer_session.max_connections && id > 2;) {
        id -= 2;
        weft_connection *conn = weft__table_find(&engine->conns, engine->table_seed, id);
        if (!conn)
            continue;
        conn->holds++;
        weft__conn_set_state(conn, WEFT__CONN_CLOSED);
        if (weft__proxy_other(conn)) /* [proxy.settings] */
            weft__proxy_end(conn, error.remote, weft_str_from(error.text));
        if (conn->in_table) { /* and its session has not ended with that, for want of memory */
            weft__conn_finish(conn, &error, UINT64_MAX);
            weft__conn_remove(conn);
        }
        weft__conn_unhold(conn);
    }
}

void weft__engine_begin(weft_engine *engine)
{
    uint32_t cursor = 0;
    weft_connection *conn;
    if (engine->state == WEFT__SESSION_CONNECTING)
        weft__session_set_state(engine, WEFT__SESSION_READY);
    if (engine->root->state == WEFT__CONN_OPENING) /* an initiator's */
        weft__conn_set_state(engine->root, WEFT__CONN_OPEN);
    engine->has_handshake = false;
    engine->next_conn = engine->next_conn ? engine->next_conn : (engine->odd ? 1 : 2);
    engine->root->tx_window = engine->peer_session.connection_window;
    /* Opened before the counterpart had said how large its windows are. */
    while ((conn = weft__table_next(&engine->conns, &cursor)) != NULL)
        conn->tx_window = engine->peer_session.connection_window;
    engine_limit_opens(engine);
}

void weft__engine_tell_ready(weft_engine *engine)
{
    engine->was_ready = true;
    if (engine->initiator)
        engine->stats->gone.sessions_out++;
    else
        engine->stats->gone.sessions_in++;
    engine->root->delivered = true;
    weft__event_add(engine, &engine->ready_event, WEFT__EVENT_SESSION_READY);
    weft__engine_log(engine, WEFT_LOG_INFO, WEFT_LOG_SESSION, "session ready",
                     weft__log_number("by_peer", !engine->initiator),
                     weft__log_text("transport", weft_str_from(engine->session->peer.transport)),
                     weft__log_text("address", weft_str_from(engine->session->peer.address)));
}

void weft__engine_ready(weft_engine *engine, weft__out *out)
{
    if (engine->out.replay)
        weft__out_take_aside(&engine->out, out);
    else
        weft__out_move(&engine->out, out, &engine->allocator);
    bool again = engine->was_ready; /* in place of one that was lost */
    weft__recover_done(engine, false);
    weft__engine_begin(engine);
    weft__keepalive_begin(engine);
    if (again)
        weft__conn_is_open_again(engine->root, engine->root->peer_channel_window);
    else
        weft__engine_tell_ready(engine);
}

/* ---- freeing one ---- */

/* What is kept so that a next call allocates nothing: of no use to one that is idle. */
void weft__engine_trim(weft_engine *engine)
{
    weft__call_pool_trim(engine);
    weft__channel_pool_fini(engine);
    engine->item_arena = NULL;
    engine->n_free_channels = engine->n_free_items = 0;
    weft__buf_fini(&engine->control_body);
    weft__buf_fini(&engine->spare_body);
    if (!engine->in_body)
        weft__buf_fini(&engine->in);
    weft__out_trim(&engine->out);
}

/* Nothing runs any more: what is left is let go without a word. */
static void engine_destroy(weft_engine *engine)
{
    uint32_t cursor = 0;
    weft_connection *conn;
    while ((conn = weft__table_next(&engine->conns, &cursor)) != NULL) {
        weft__conn_remove(conn);
        cursor = 0;
    }
    weft__stats_leave(engine);
    if (engine->root) {
        weft__schemas_uncharge(engine->root);
        weft__conn_leave(engine->root);
        engine->root->engine = NULL;
        weft__conn_unhold(engine->root);
    }
    while (weft__list_take(&engine->bindings))
        continue; /* connections have them still */
    weft__call_pool_fini(engine);
    weft__channel_pool_fini(engine);
    weft__buf_fini(&engine->control_body);
    weft__resume_free(engine);
    weft_registry_release(engine->registry);
    weft__out_fini(&engine->out);
    weft__buf_fini(&engine->in);
    weft__buf_fini(&engine->spare_body);
    weft__table_fini(&engine->conns, &engine->allocator);
    weft__timers_fini(&engine->timers, &engine->allocator);
    weft__slots_release(engine->slots);
    weft_budget_release(engine->budget);
    if (engine->operations)
        engine->hooks->operations_leave(engine->operations);
    if (engine->session) {
        engine->session->engine = NULL;
        weft__session_unhold(engine->session);
    }
    weft__end_free_text(engine);
    weft_allocator allocator = engine->allocator;
    weft__free(&allocator, engine->refused_opens, WEFT__REFUSED_OPENS * sizeof *engine->refused_opens);
    weft__free(&allocator, engine, sizeof *engine);
}

void weft_engine_free(weft_engine *engine_or_null)
{
    weft_engine *engine = engine_or_null;
    if (!engine)
        return;
    if (engine->dispatching) {
        engine->free_asked = true;
        return;
    }
    if (engine->state != WEFT__SESSION_ENDED) {
        weft_error error = { WEFT_ECANCELED, 0, 0, "the engine was freed" };
        weft__session_end(engine, &error, false);
    }
    engine->phase = WEFT_PHASE_CLOSED;
    while (weft_engine_dispatch(engine, engine->now_ns, SIZE_MAX) > 0)
        continue;
    engine_destroy(engine);
}

/* ---- events ---- */

void weft__event_add(weft_engine *engine, weft__event *event, weft__event_kind kind)
{
    if (weft__link_is_in(&event->link))
        return;
    event->kind = (uint8_t)kind;
    weft__list_append(&engine->events, &event->link);
    weft__engine_wake(engine);
}

void weft__engine_wake(weft_engine *engine)
{
    if (engine->dispatching || engine->feeding || engine->woken || !engine->wake)
        return;
    engine->woken = true;
    engine->wake(engine->wake_user);
}

static WEFT__COLD void session_tell(weft_engine *engine, weft_event_kind kind, bool by_peer)
{
    weft_session *session = engine->session;
    weft_error error = { 0, 0, 0, "" };
    weft_session_event event = { kind, &error, by_peer };
    bool is_end = kind == WEFT_EVENT_FAILED || kind == WEFT_EVENT_CLOSED;
    bool is_outage = kind == WEFT_EVENT_DISCONNECTED || kind == WEFT_EVENT_REPLACED;
    if (is_end)
        event.by_peer = engine->end_by_peer;
    if (is_end || (is_outage && engine->state != WEFT__SESSION_ENDED)) {
        weft__end_get(engine, &error);
    } else if (is_outage) { /* it has ended before this was told */
        weft__error_set(&error, engine->recovery.cause, NULL);
        error.remote = engine->recovery.cause_remote;
    }
    if (kind == WEFT_EVENT_REPLACED)
        engine->recovery.lost_untold = false;
    if (!engine->options.on_event)
        return;
    if (kind == WEFT_EVENT_READY && !engine->initiator)
        session->refs++; /* [session.lifetime] the listener's side owns it from here on */
    engine->options.on_event(engine->options.user, session, &event);
}

/* What is said to be last is last: a channel that has items left comes back behind what waits [chan.ends]. */
static bool event_is_early(const weft_engine *engine, const weft__event *event, weft__event_kind kind)
{
    if (kind == WEFT__EVENT_SESSION_CLOSED)
        return !weft__list_is_empty(&engine->events);
    return kind == WEFT__EVENT_CONN_CLOSED &&
           weft__streams_have_events(weft__container(event, weft_connection, closed_event));
}

static void event_run(weft_engine *engine, weft__event *event, weft__event_kind kind)
{
    if (event_is_early(engine, event, kind)) {
        weft__event_add(engine, event, kind);
        return;
    }
    switch (kind) {
    case WEFT__EVENT_NONE: break;
    case WEFT__EVENT_SESSION_READY: session_tell(engine, WEFT_EVENT_READY, false); break;
    case WEFT__EVENT_SESSION_FAILED: session_tell(engine, WEFT_EVENT_FAILED, false); break;
    case WEFT__EVENT_SESSION_DRAINING: session_tell(engine, WEFT_EVENT_DRAINING, true); break;
    case WEFT__EVENT_SESSION_DRAINS: session_tell(engine, WEFT_EVENT_DRAINING, false); break;
    case WEFT__EVENT_SESSION_WRITABLE: session_tell(engine, WEFT_EVENT_WRITABLE, false); break;
    case WEFT__EVENT_SESSION_DISCONNECTED: session_tell(engine, WEFT_EVENT_DISCONNECTED, false); break;
    case WEFT__EVENT_SESSION_RESUMED: session_tell(engine, WEFT_EVENT_RESUMED, false); break;
    case WEFT__EVENT_SESSION_REPLACED: session_tell(engine, WEFT_EVENT_REPLACED, false); break;
    case WEFT__EVENT_SESSION_CLOSED: session_tell(engine, WEFT_EVENT_CLOSED, false); break;
    case WEFT__EVENT_PENDING: weft__conn_decide(weft__container(event, weft__open_state, event)->conn); break;
    case WEFT__EVENT_OPENED: weft__conn_tell_opened(weft__container(event, weft__open_state, event)->conn); break;
    case WEFT__EVENT_CONN_CLOSED: weft__conn_tell_closed(weft__container(event, weft_connection, closed_event)); break;
    case WEFT__EVENT_REQUEST: weft__call_in_run(weft__container(event, weft__call, event)); break;
    case WEFT__EVENT_OPERATION: engine->hooks->operation(weft__container(event, weft__call, event)); break;
    case WEFT__EVENT_CANCEL: weft__call_in_tell_cancel(weft__container(event, weft__call, event)); break;
    case WEFT__EVENT_DONE: weft__call_in_tell_done(weft__container(event, weft__call, event)); break;
    case WEFT__EVENT_ENDED: weft__call_out_deliver(weft__container(event, weft__call, event)); break;
    case WEFT__EVENT_ITEM: weft__channel_in_run(weft__container(event, weft__channel, event)); break;
    case WEFT__EVENT_ROOM: weft__channel_out_run(weft__container(event, weft__channel, event)); break;
    }
}

/* [resume.acceptor] What a parked session holds may have grown. */
static void engine_weigh(weft_engine *engine)
{
    if (engine->phase == WEFT_PHASE_DISCONNECTED && engine->resume && engine->resume->registry)
        weft__registry_weigh(engine->resume);
}

/* Returning from callbacks. */
static void dispatch_end(weft_engine *engine)
{
    engine->dispatching = false;
    engine->woken = false;
    if (engine->free_asked) {
        engine->free_asked = false;
        weft_engine_free(engine);
    }
}

int weft__engine_ask_resume(weft_engine *engine, const weft_metadata *metadata)
{
    engine->dispatching = true;
    int status = engine->options.on_resume(engine->options.user, engine->session, metadata);
    bool stays = !engine->free_asked;
    dispatch_end(engine);
    if (stays)
        weft__engine_wake(engine); /* whoever drives it is not the one that asks */
    return status;
}

size_t weft_engine_dispatch(weft_engine *engine, uint64_t now_ns, size_t n_max)
{
    if (engine->dispatching)
        return 0;
    weft__engine_time(engine, now_ns);
    engine->dispatching = true;
    size_t n = 0;
    while (n < n_max) {
        weft__link *link = weft__list_take(&engine->events);
        if (!link && engine->phase == WEFT_PHASE_DISCONNECTED && weft__session_close_if_done(engine))
            continue;
        if (!link)
            break;
        weft__event *event = weft__container(link, weft__event, link);
        weft__event_kind kind = (weft__event_kind)event->kind;
        event->kind = WEFT__EVENT_NONE;
        event_run(engine, event, kind);
        n++;
    }
    weft__input_own(engine);
    engine_weigh(engine);
    dispatch_end(engine);
    return n;
}

bool weft_engine_has_events(const weft_engine *engine)
{
    /* Items that nobody reads yet have no event, but point into what was fed until dispatch has returned. */
    return !weft__list_is_empty(&engine->events) || !weft__list_is_empty(&engine->borrowing) ||
           (engine->phase == WEFT_PHASE_DISCONNECTED && weft__session_is_done(engine));
}

void weft_engine_on_wake(weft_engine *engine, void (*wake)(void *user), void *user)
{
    engine->wake = wake;
    engine->wake_user = user;
}

/* ---- conduit and time ---- */

size_t weft_engine_drain(weft_engine *engine, weft_slice *slices, size_t n_max)
{
    engine->woken = false;
    if (!weft__engine_has_conduit(engine)) {
        engine_weigh(engine);
        return 0;
    }
    weft__output_fill(engine);
    return !weft__engine_has_conduit(engine) ? 0 : weft__out_drain(&engine->out, slices, n_max);
}

void weft_engine_drained(weft_engine *engine, size_t len, uint64_t now_ns)
{
    weft__engine_time(engine, now_ns);
    weft__out_drained(&engine->out, len);
    weft__output_drained(engine, len);
    weft__output_taken(engine);
    if (!engine->busy && weft__out_len(&engine->out) == 0) /* a ping, or what the handshake said */
        weft__out_trim(&engine->out);
}

bool weft_engine_has_output(const weft_engine *engine)
{
    if (!weft__engine_has_conduit(engine))
        return false;
    if (!weft__out_is_empty(&engine->out))
        return true;
    if (engine->state != WEFT__SESSION_READY && engine->state != WEFT__SESSION_CLOSING)
        return false;
    return weft__output_has_more(engine) || weft__session_is_done(engine) || weft__session_is_flushed(engine);
}

uint64_t weft_engine_deadline(const weft_engine *engine)
{
    return weft__timers_next(&engine->timers);
}

void weft_engine_tick(weft_engine *engine, uint64_t now_ns)
{
    weft__engine_time(engine, now_ns);
    bool feeding = engine->feeding;
    engine->feeding = true;
    weft__timer *timer;
    while ((timer = weft__timers_pop(&engine->timers, engine->now_ns)) != NULL) {
        if (timer->kind == WEFT__TIMER_CONN)
            weft__conn_on_timer(weft__container(timer, weft_connection, timer));
        else if (timer->kind == WEFT__TIMER_CALL)
            weft__call_on_timer(weft__container(timer, weft__call, timer));
        else if (timer->kind == WEFT__TIMER_KEEPALIVE)
            weft__keepalive_on_timer(engine);
        else if (timer->kind == WEFT__TIMER_RECOVERY)
            weft__recover_on_timer(engine);
        else if (timer->kind == WEFT__TIMER_RESUME)
            weft__resume_on_timer(engine, timer);
        else
            weft__session_on_timer(engine, timer);
    }
    engine->feeding = feeding;
}

void weft_engine_disconnected(weft_engine *engine, int cause, const char *text_or_null, uint64_t now_ns)
{
    weft__engine_time(engine, now_ns);
    if (engine->phase == WEFT_PHASE_DISCONNECTED && !engine->initiator) /* told before, or the conduit was taken */
        return;
    bool feeding = engine->feeding;
    engine->feeding = true;
    bool goes_on = false;
    if (engine->state != WEFT__SESSION_ENDED) {
        weft_error error;
        weft__error_set(&error, cause ? cause : WEFT_ECONNABORTED, text_or_null);
        goes_on = weft__outage_begin(engine, &error);
        if (!goes_on) /* [session.goodbye] behind our own the end of the conduit is as good as the answer */
            weft__session_lost(engine, &error, true);
    }
    if (!goes_on) {
        engine->phase = WEFT_PHASE_CLOSED;
        weft__timers_disarm(&engine->timers, &engine->last_word_timer);
        weft__timers_disarm(&engine->timers, &engine->close_timer);
    }
    engine->feeding = feeding;
}

weft_phase weft_engine_phase(const weft_engine *engine)
{
    return (weft_phase)engine->phase;
}

weft_session *weft_engine_session(weft_engine *engine)
{
    return engine->session;
}

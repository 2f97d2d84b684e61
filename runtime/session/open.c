/* Open, Accept, Reject: from both ends, and the pending handle that decides. */
#include "runtime/base/error.h"
#include "runtime/base/mem.h"
#include "runtime/session/parts.h"
#include "runtime/session/recover.h"
#include "runtime/session/session_log.h"

void weft__conn_open_state_free(weft_connection *conn)
{
    if (!conn->open)
        return;
    if (conn->open->handle.slot)
        weft__conn_give_handle(conn);
    weft_arena_free(conn->open->arena);
    weft__free(weft__conn_allocator(conn), conn->open, sizeof *conn->open);
    conn->open = NULL;
}

static int conn_open_state_new(weft_connection *conn)
{
    conn->open = weft__alloc_zero(weft__conn_allocator(conn), sizeof *conn->open);
    if (!conn->open)
        return WEFT_ENOMEM;
    conn->open->conn = conn;
    int status = weft_arena_new(weft__conn_allocator(conn), &conn->open->arena);
    if (status < 0)
        weft__conn_open_state_free(conn);
    return status;
}

/* Metadata of a message that will be gone when the callback runs. */
static int open_state_copy_metadata(weft__open_state *open, weft__list_slice list)
{
    weft_str copy = weft_arena_copy_str(open->arena, weft_str_of((const char *)list.raw.ptr, list.raw.len));
    if (!copy.ptr)
        return WEFT_ENOMEM;
    list.raw = weft_bytes_of(copy.ptr, copy.len);
    return weft__metadata_decode(list, open->arena, &open->metadata);
}

static int open_state_copy_services(weft__open_state *open, weft__list_slice list)
{
    weft_str copy = weft_arena_copy_str(open->arena, weft_str_of((const char *)list.raw.ptr, list.raw.len));
    if (!copy.ptr)
        return WEFT_ENOMEM;
    open->services.raw = weft_bytes_of(copy.ptr, copy.len);
    open->services.n = list.n;
    return 0;
}

static int open_state_copy_settings(weft__open_state *open, const weft__settings *settings)
{
    weft_bytes raw = settings->features.raw;
    weft_str copy = weft_arena_copy_str(open->arena, weft_str_of((const char *)raw.ptr, raw.len));
    if (!copy.ptr)
        return WEFT_ENOMEM;
    open->settings = *settings;
    open->settings.features.raw = weft_bytes_of(copy.ptr, copy.len);
    return 0;
}

/* ---- ours ---- */

/* The message of an Open or Accept: what this side says of itself on the connection. */
static int conn_say(weft_connection *conn, uint8_t kind, bool odd, const weft_metadata *metadata_or_null,
                    const weft_service_type *requested_or_null)
{
    weft_engine *engine = conn->engine;
    weft__service_ref refs[WEFT__BINDING_SERVICES_MAX];
    weft__service_ref requested;
    weft__open_out out;
    memset(&out, 0, sizeof out);
    out.settings = weft__settings_of(engine, odd);
    if (metadata_or_null)
        out.metadata = *metadata_or_null;
    if (requested_or_null) {
        requested.name = weft_str_from(requested_or_null->name);
        requested.id = requested_or_null->id;
        out.requested_or_null = &requested;
    }
    out.services = refs;
    out.n_services = weft__binding_services(conn->binding, refs);
    weft_writer writer;
    weft__message *message;
    weft__writer_init(&writer, &engine->allocator, WEFT__OPEN_MAX);
    weft__open_encode(&writer, &out);
    int status = weft__message_new(engine, kind, &writer, &message);
    if (status < 0)
        return status;
    if (kind == WEFT__KIND_OPEN && engine->initiator && engine->options.retry)
        status = weft__reopen_new(conn, weft_bytes_of(message->body.data, message->body.len));
    if (status < 0)
        weft__message_free(engine, message);
    else
        weft__message_queue(conn, message);
    return status;
}

int weft__session_takes_opens(const weft_session *session)
{
    const weft_engine *engine = session->engine;
    if (!engine || (engine->state != WEFT__SESSION_READY && engine->state != WEFT__SESSION_CONNECTING))
        return WEFT_ECLOSED;
    if (engine->peer_drains || engine->drains) /* [session.drain] */
        return WEFT_EUNAVAILABLE;
    /* [conn.limits] */
    if (engine->state == WEFT__SESSION_READY && engine->n_ours >= engine->peer_session.max_connections)
        return WEFT_EBUSY;
    return 0;
}

static int session_may_open(const weft_session *session)
{
    weft_engine *engine = session->engine;
    int status = weft__session_takes_opens(session);
    if (status == 0 && engine->queued >= engine->options.max_queued) {
        engine->want_writable = true;
        return WEFT_EAGAIN;
    }
    return status;
}

int weft__session_open(weft_session *session, const weft_service_type *service,
                       const weft_open_options *options_or_null, weft_opened_fn opened, void (*gen_opened)(void),
                       void *user)
{
    weft_open_options options;
    weft_connection *conn;
    if (!opened && !gen_opened)
        return WEFT_EINVAL;
    int status = weft__open_options_read(options_or_null, &options);
    if (status == 0)
        status = service && service->abi == WEFT_GEN_ABI ? session_may_open(session) : WEFT_EINVAL;
    if (status < 0)
        return status;
    weft_engine *engine = session->engine;
    weft__engine_refresh(engine);
    if (engine->next_conn == 0)
        engine->next_conn = engine->odd ? 1 : 2;
    status = weft__conn_new(engine, engine->next_conn, true, &conn);
    if (status < 0)
        return status;
    conn->odd = engine->odd; /* [conn.parity] ours is chosen here; the session's serves */
    status = conn_open_state_new(conn);
    if (status == 0)
        status = weft__binding_init(conn, &options, service);
    if (status == 0)
        status = conn_say(conn, WEFT__KIND_OPEN, conn->odd, options.metadata, service);
    if (status < 0) {
        weft__conn_open_state_free(conn);
        weft__conn_remove(conn);
        return status;
    }
    engine->next_conn += 2; /* [id.increasing] */
    engine->used = true;
    engine->counts.opens[WEFT__OUT]++;
    weft__conn_log(conn, WEFT_LOG_DEBUG, "open", weft__log_number("by_peer", 0),
                   weft__log_text("service", weft_str_from(service->name)));
    conn->open->opened = opened;
    conn->open->gen_opened = gen_opened;
    conn->open->user = user;
    conn->open->service = service;
    weft__conn_arm(conn, weft__time_add(engine->now_ns, options.timeout_ns));
    return 0;
}

int weft_open(weft_session *session, const weft_service_type *service, const weft_open_options *options_or_null,
              weft_opened_fn opened, void *user)
{
    return weft__session_open(session, service, options_or_null, opened, NULL, user);
}

static void conn_queue_opened(weft_connection *conn)
{
    conn->holds++;
    weft__event_add(conn->engine, &conn->open->event, WEFT__EVENT_OPENED);
}

/* Where ours has failed before it was told; theirs: nothing is told. */
void weft__conn_open_failed(weft_connection *conn, const weft_error *error)
{
    if (!conn->ours) {
        if (weft__link_is_in(&conn->open->event.link))
            weft__event_remove(&conn->open->event);
        weft__conn_open_state_free(conn);
        return;
    }
    if (weft__link_is_in(&conn->open->event.link))
        return;
    if (!conn->end) {
        conn->end = weft__alloc(weft__conn_allocator(conn), sizeof *conn->end);
        if (conn->end)
            *conn->end = *error;
    }
    conn_queue_opened(conn);
}

void weft__conn_tell_opened(weft_connection *conn)
{
    weft__open_state *open = conn->open;
    weft_error fallback = { WEFT_ENOMEM, 0, 0, "out of memory" };
    const weft_error *error = open->accepted ? NULL : conn->end ? conn->end : &fallback;
    weft_connection *given = open->accepted ? conn : NULL;
    conn->open = NULL;
    if (given)
        conn->refs++;
    if (open->gen_opened)
        open->service->opened(open->gen_opened, open->user, given, error);
    else
        open->opened(open->user, given, &open->metadata, error);
    weft_arena_free(open->arena);
    weft__free(weft__conn_allocator(conn), open, sizeof *open);
    if (conn->state == WEFT__CONN_OPEN)
        weft__conn_close_if_unused(conn);
    weft__conn_unhold(conn);
}

/* [conn.accept] */
void weft__conn_on_accept(weft_connection *conn, weft_bytes body)
{
    weft_engine *engine = conn->engine;
    weft__open accept;
    weft_error error;
    if (weft__open_decode(body, &accept) < 0) {
        weft__violate_conn(conn, "conn.accept", "malformed Accept");
        return;
    }
    if (accept.settings.odd == conn->odd) {
        weft__violate_conn(conn, "conn.accept", "its parity is not the opposite of the Open's");
        return;
    }
    if (conn->leg) {
        weft__conn_disarm(conn);
        weft__proxy_on_accept(conn, body);
        return;
    }
    if (conn->open && open_state_copy_metadata(conn->open, accept.metadata) < 0) {
        weft__session_starve(engine);
        return;
    }
    uint32_t channel_window_before = conn->peer_channel_window;
    weft__conn_set_peer_settings(conn, &accept.settings);
    weft__conn_disarm(conn);
    int status = weft__binding_agree(conn, accept.services, &error);
    if (status == WEFT_ENOMEM) {
        weft__session_starve(engine);
        return;
    }
    if (status < 0) {
        error.remote = WEFT_CODE_INCOMPATIBLE;
        weft__conn_close(conn, &error, WEFT_CODE_INCOMPATIBLE, weft_str_from(error.text), true);
        return;
    }
    if (conn->reopens) {
        weft__conn_log(conn, WEFT_LOG_DEBUG, "open accepted again", weft__log_number("by_peer", 1));
        weft__conn_set_state(conn, WEFT__CONN_OPEN);
        weft__conn_is_open_again(conn, channel_window_before);
        return;
    }
    if (conn->reopen)
        conn->reopen->since_ns = engine->now_ns;
    conn->open->accepted = true;
    conn->delivered = true;
    engine->counts.opens_accepted[WEFT__OUT]++;
    weft__conn_log(conn, WEFT_LOG_DEBUG, "open accepted", weft__log_number("by_peer", 1));
    weft__conn_set_state(conn, WEFT__CONN_OPEN);
    conn_queue_opened(conn);
    if (engine->drains && conn->binding->serves && weft__conn_say_drain(conn) < 0) /* [session.drain] */
        weft__session_starve(engine);
}

static void conn_note_rejected(weft_connection *conn, const weft__close *reject)
{
    conn->engine->counts.opens_rejected[WEFT__OUT]++;
    weft__conn_log(conn, WEFT_LOG_INFO, "open rejected", weft__log_number("by_peer", 1),
                   weft__log_number("code", reject->code), weft__log_text("text", reject->text));
}

/* [op.retry] The session behind a proxy went while it decided: another one may be there. */
static void conn_rejected_lost(weft_connection *conn, const weft__close *reject)
{
    weft_error lost;
    weft__error_set(&lost, WEFT_ECONNCLOSED, "");
    lost.remote = reject->code;
    weft__error_add_text(&lost, reject->text);
    conn_note_rejected(conn, reject);
    weft__conn_reopen(conn, &lost, UINT64_MAX);
}

void weft__conn_on_reject(weft_connection *conn, weft_bytes body)
{
    weft__close reject;
    weft_error error;
    if (weft__reject_decode(body, &reject) < 0) {
        weft__violate_conn(conn, "conn.reject", "malformed Reject");
        return;
    }
    if (reject.code == WEFT_CODE_LOST && conn->reopens && weft__conn_may_reopen(conn)) {
        conn_rejected_lost(conn, &reject);
        return;
    }
    if (weft__proxy_other(conn)) {
        weft__proxy_pass_end(conn, WEFT__KIND_REJECT, body);
        if (conn->state == WEFT__CONN_CLOSED) /* its session has ended with that, for want of memory */
            return;
    } else if (conn->open && open_state_copy_metadata(conn->open, reject.metadata) < 0) {
        weft__session_starve(conn->engine);
        return;
    }
    weft__error_set(&error, reject.code == WEFT_CODE_INCOMPATIBLE ? WEFT_EINCOMPATIBLE : WEFT_EREJECTED, "");
    error.remote = reject.code;
    weft__error_add_text(&error, weft_str_from(weft_code_name(reject.code)));
    if (reject.text.len > 0) {
        weft__error_add_text(&error, WEFT_STR(": "));
        weft__error_add_text(&error, reject.text);
    }
    conn_note_rejected(conn, &reject);
    conn->holds++;
    weft__conn_set_state(conn, WEFT__CONN_CLOSED);
    weft__conn_finish(conn, &error, 0);
    weft__conn_remove(conn);
    weft__conn_unhold(conn);
}

/* ---- theirs ---- */

/* [conn.root] The handshake looks at the root and says Sorry. */
static void root_reject(weft_connection *root, uint16_t code, weft_str text)
{
    root->end = weft__alloc_zero(weft__conn_allocator(root), sizeof *root->end);
    if (root->end) {
        weft__error_set(root->end, WEFT_EREJECTED, "");
        weft__error_add_text(root->end, text);
        root->end->remote = code;
    }
    weft__conn_open_state_free(root);
    weft__conn_set_state(root, WEFT__CONN_CLOSING);
    weft__engine_wake(root->engine);
}

/* [conn.reject] Before the own Accept; the state becomes CLOSING until it is cut. */
static void conn_reject(weft_connection *conn, uint16_t code, weft_str text, const weft_metadata *metadata_or_null)
{
    weft_engine *engine = conn->engine;
    weft_metadata metadata = { NULL, 0 };
    weft_error error;
    weft_writer writer;
    weft__message *message;
    if (metadata_or_null)
        metadata = *metadata_or_null;
    weft__conn_give_handle(conn);
    weft__conn_log(conn, WEFT_LOG_INFO, "open rejected", weft__log_number("by_peer", 0), weft__log_number("code", code),
                   weft__log_text("service", conn->open ? conn->open->service_name : WEFT_STR("")),
                   weft__log_text("text", text));
    if (conn->id == 0) {
        root_reject(conn, code, text);
        return;
    }
    engine->counts.opens_rejected[WEFT__IN]++;
    int status = conn->state == WEFT__CONN_ARRIVING ? weft__input_refuse_open(conn) : 0;
    conn->holds++;
    if (weft__proxy_other(conn))
        weft__proxy_end(conn, code, text);
    if (conn->state == WEFT__CONN_CLOSED) { /* its session has ended with that, for want of memory */
        weft__conn_unhold(conn);
        return;
    }
    weft__error_set(&error, WEFT_EREJECTED, "rejected here");
    error.remote = code;
    weft__writer_init(&writer, &engine->allocator, WEFT__CONTROL_BODY_MAX);
    weft__reject_encode(&writer, code, text, metadata);
    weft__conn_set_state(conn, WEFT__CONN_CLOSING);
    weft__conn_finish(conn, &error, UINT64_MAX);
    weft__conn_disarm(conn);
    if (weft__message_new(engine, WEFT__KIND_REJECT, &writer, &message) < 0)
        status = WEFT_ENOMEM;
    else
        weft__message_queue(conn, message);
    if (status < 0)
        weft__session_starve(engine);
    weft__conn_unhold(conn);
}

void weft__conn_reject(weft_connection *conn, uint16_t code, weft_str text)
{
    conn_reject(conn, code, text, NULL);
}

/* [conn.open] the Open is whole */
void weft__conn_on_open(weft_connection *conn, weft_bytes body)
{
    weft_engine *engine = conn->engine;
    weft__open open;
    weft_metadata_entry service;
    engine->counts.opens[WEFT__IN]++;
    if (weft__open_decode(body, &open) < 0) {
        conn_reject(conn, WEFT_CODE_PROTOCOL, WEFT_STR("[conn.open] malformed Open"), NULL);
        return;
    }
    if (engine->state != WEFT__SESSION_READY || engine->drains) { /* [session.drain] */
        conn_reject(conn, WEFT_CODE_GOING_AWAY,
                    engine->drains ? WEFT_STR("the session drains") : WEFT_STR("the session is closing"), NULL);
        return;
    }
    if (!weft__metadata_peek(open.metadata, WEFT_STR("weft-service"), &service) || service.kind != WEFT_METADATA_STR) {
        conn_reject(conn, WEFT_CODE_UNKNOWN_SERVICE, WEFT_STR("[conn.open] no weft-service in the metadata"), NULL);
        return;
    }
    if (!engine->options.on_open) {
        conn_reject(conn, WEFT_CODE_NO_ACCEPTOR, WEFT_STR("nobody accepts connections here"), NULL);
        return;
    }
    conn->odd = !open.settings.odd; /* [conn.parity] */
    weft__conn_set_peer_settings(conn, &open.settings);
    int status = conn_open_state_new(conn);
    if (status == 0)
        status = open_state_copy_metadata(conn->open, open.metadata);
    if (status == 0)
        status = open_state_copy_services(conn->open, open.services);
    if (status == 0)
        status = open_state_copy_settings(conn->open, &open.settings);
    weft__handle handle;
    if (status == 0)
        status = weft__slots_take(engine->slots, WEFT__SLOT_PENDING, conn, &handle);
    if (status < 0) {
        conn_reject(conn, WEFT_CODE_LIMIT, WEFT_STR("out of memory"), NULL);
        return;
    }
    conn->open->handle = handle;
    (void)weft_metadata_get_str(&conn->open->metadata, "weft-service", &conn->open->service_name);
    weft__conn_set_state(conn, WEFT__CONN_PENDING);
    weft__conn_log(conn, WEFT_LOG_DEBUG, "open", weft__log_number("by_peer", 1),
                   weft__log_text("service", conn->open->service_name));
    weft__conn_arm(conn, engine->now_ns + WEFT_OPEN_TIMEOUT);
    weft__event_add(engine, &conn->open->event, WEFT__EVENT_PENDING);
}

int weft__root_pending(weft_connection *root, const weft__hello *hello)
{
    weft_engine *engine = root->engine;
    int status = conn_open_state_new(root);
    if (status == 0)
        status = open_state_copy_metadata(root->open, hello->metadata);
    if (status == 0)
        status = open_state_copy_services(root->open, hello->services);
    if (status == 0)
        status = weft__slots_take(engine->slots, WEFT__SLOT_PENDING, root, &root->open->handle);
    if (status < 0)
        return status;
    (void)weft_metadata_get_str(&root->open->metadata, "weft-service", &root->open->service_name);
    weft__conn_set_state(root, WEFT__CONN_PENDING);
    weft__event_add(engine, &root->open->event, WEFT__EVENT_PENDING);
    return 0;
}

static weft_pending pending_of(const weft_connection *conn)
{
    weft_pending pending = { conn->open->handle.slot, conn->open->handle.generation };
    return pending;
}

weft_connection *weft__pending_get(weft_pending pending)
{
    weft__handle handle = { pending.slot, pending.generation };
    return weft__handle_get(handle, WEFT__SLOT_PENDING);
}

/* [conn.pending] */
void weft__conn_decide(weft_connection *conn)
{
    weft_engine *engine = conn->engine;
    weft_pending pending = pending_of(conn);
    const char *text = NULL;
    uint16_t code = engine->options.n_interceptors > 0 ? weft__intercept_open(engine, pending, &text) : 0;
    conn = weft__pending_get(pending);
    if (!conn)
        return;
    if (code != 0) {
        conn_reject(conn, code, weft_str_from(text), NULL);
        return;
    }
    int status = engine->options.on_open(engine->options.user, engine->session, pending);
    conn = weft__pending_get(pending);
    if (status < 0 && conn)
        conn_reject(conn, WEFT_CODE_INTERNAL, weft_str_from(weft_strerror(status)), NULL);
}

weft_str weft_pending_service(weft_pending pending)
{
    weft_connection *conn = weft__pending_get(pending);
    return conn ? conn->open->service_name : WEFT_STR("");
}

const weft_metadata *weft_pending_metadata(weft_pending pending)
{
    weft_connection *conn = weft__pending_get(pending);
    return conn ? &conn->open->metadata : NULL;
}

weft_session *weft_pending_session(weft_pending pending)
{
    weft_connection *conn = weft__pending_get(pending);
    return conn ? conn->engine->session : NULL;
}

const weft_peer *weft_pending_peer(weft_pending pending)
{
    weft_connection *conn = weft__pending_get(pending);
    return conn ? &conn->engine->session->peer : NULL;
}

bool weft_pending_is_root(weft_pending pending)
{
    weft_connection *conn = weft__pending_get(pending);
    return conn && conn->id == 0;
}

/* The state after an accept; for the root the handshake sees it and says Welcome. */
void weft__conn_accepted(weft_connection *conn)
{
    weft_engine *engine = conn->engine;
    weft__conn_log(conn, WEFT_LOG_DEBUG, "open accepted", weft__log_number("by_peer", 0),
                   weft__log_text("service", conn->open->service_name));
    if (conn->id != 0)
        engine->counts.opens_accepted[WEFT__IN]++;
    weft__conn_give_handle(conn);
    weft__conn_disarm(conn);
    weft__conn_open_state_free(conn);
    conn->delivered = true;
    weft__conn_set_state(conn, WEFT__CONN_OPEN);
    weft__engine_wake(engine); /* the root has no message that would */
}

int weft_pending_accept(weft_pending pending, const weft_accept_options *options_or_null,
                        weft_connection **ret_connection_or_null)
{
    weft_connection *conn = weft__pending_get(pending);
    weft_open_options options;
    weft_error error;
    if (!conn)
        return WEFT_EALREADY;
    int status = weft__open_options_read(options_or_null, &options);
    if (status == 0)
        status = weft__binding_init(conn, &options, NULL);
    if (status < 0)
        return status;
    status = weft__binding_agree(conn, conn->open->services, &error);
    if (status < 0) {
        weft__binding_fini(conn);
        conn_reject(conn, WEFT_CODE_INCOMPATIBLE, weft_str_from(error.text), NULL);
        return status;
    }
    if (conn->id != 0)
        status = conn_say(conn, WEFT__KIND_ACCEPT, conn->odd, options.metadata, NULL);
    if (status < 0) {
        weft__binding_fini(conn);
        return status;
    }
    weft__conn_accepted(conn);
    if (ret_connection_or_null) {
        conn->refs++;
        *ret_connection_or_null = conn;
    }
    weft__conn_close_if_unused(conn);
    return 0;
}

int weft_pending_reject(weft_pending pending, uint16_t code, const char *text_or_null,
                        const weft_metadata *metadata_or_null)
{
    weft_connection *conn = weft__pending_get(pending);
    if (!conn)
        return WEFT_EALREADY;
    if (code == WEFT_CODE_NONE || weft__metadata_check(metadata_or_null) < 0)
        return WEFT_EINVAL;
    conn_reject(conn, code, weft_str_from(text_or_null), metadata_or_null);
    return 0;
}

int weft_pending_drop(weft_pending pending)
{
    weft_connection *conn = weft__pending_get(pending);
    if (!conn)
        return WEFT_EALREADY;
    weft__conn_log(conn, WEFT_LOG_WARNING, "an open was dropped undecided",
                   weft__log_text("service", conn->open->service_name));
    conn_reject(conn, WEFT_CODE_INTERNAL, WEFT_STR("dropped undecided"), NULL);
    return 0;
}

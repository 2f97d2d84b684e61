/* What the applications of engine_fuzz do when they are called: they note it, read all that they are given, and go on
 * with the script. */
#include "tests/fuzz/engine_world.h"

const fuzz_table fuzz_handler = { .size = sizeof fuzz_handler };

void world_read(world *w, const void *bytes, size_t len)
{
    const uint8_t *at = bytes;
    for (size_t i = 0; i < len; i++)
        w->sink = w->sink * 31 + at[i];
}

void fuzz_read_metadata(world *w, const weft_metadata *metadata)
{
    for (size_t i = 0; metadata && i < metadata->n; i++) {
        const weft_metadata_entry *entry = &metadata->entries[i];
        world_read(w, entry->key.ptr, entry->key.len);
        world_read(w, entry->str.ptr, entry->str.len);
        world_read(w, entry->bytes.ptr, entry->bytes.len);
    }
}

/* Every callback begins here: from dispatch alone, and none behind CLOSED. */
static void callback_begin(side *s)
{
    FUZZ_CHECK(s->is_dispatching || s->is_freeing);
    FUZZ_CHECK(s->n_closed == 0);
}

static void read_error(side *s, const weft_error *error)
{
    world_read(s->world, error->text, strlen(error->text));
    FUZZ_CHECK(error->code <= 0);
    bool blames = error->remote == WEFT_CODE_PROTOCOL || error->code == WEFT_EINTERNAL;
    if (blames && s->world->honest)
        fprintf(stderr, "%s: %s\n", s->initiator ? "initiator" : "acceptor", error->text);
    FUZZ_CHECK(!blames || !s->world->honest);
}

void fuzz_log(void *user, const weft_log_record *record)
{
    world *w = user;
    world_read(w, record->message, strlen(record->message));
    for (size_t i = 0; i < record->n_fields; i++) {
        const weft_log_field *field = &record->fields[i];
        world_read(w, field->name, strlen(field->name));
        if (field->is_text)
            world_read(w, field->text.ptr, field->text.len);
    }
}

/* ---- the session ---- */

void fuzz_on_event(void *user, weft_session *session, const weft_session_event *event)
{
    side *s = user;
    callback_begin(s);
    FUZZ_CHECK(event->error && session);
    world_read(s->world, event->error->text, strlen(event->error->text));
    switch (event->kind) {
    case WEFT_EVENT_READY:
        FUZZ_CHECK(++s->n_ready == 1 && s->n_failed == 0);
        if (!s->initiator) { /* a reference comes with it */
            s->session = session;
            s->refs++;
        }
        fuzz_read_metadata(s->world, weft_session_metadata(session));
        break;
    case WEFT_EVENT_FAILED:
        FUZZ_CHECK(++s->n_failed == 1 && s->n_ready == 0);
        read_error(s, event->error);
        break;
    case WEFT_EVENT_DRAINING: FUZZ_CHECK(++s->n_draining <= 2); break; /* our own, theirs */
    case WEFT_EVENT_WRITABLE: break;
    case WEFT_EVENT_DISCONNECTED:
    case WEFT_EVENT_RESUMED:
    case WEFT_EVENT_REPLACED: outage_event(s, event->kind); break;
    case WEFT_EVENT_CLOSED:
        FUZZ_CHECK(s->n_ready + s->n_failed == 1);
        read_error(s, event->error);
        script_run_nested(s);
        s->n_closed++;
        return;
    }
    script_run_nested(s);
}

void fuzz_on_closed(void *user, const weft_error *error)
{
    note *n = user;
    callback_begin(n->side);
    read_error(n->side, error);
    FUZZ_CHECK(++n->n_closed == 1);
    script_run_nested(n->side);
}

/* ---- opens ---- */

/* It is served without callbacks, so that nothing is owed for it. */
static int another_on_open(const side *s, weft_pending pending)
{
    if (s->world->is_traced)
        fprintf(stderr, "asked by another session: closed %u\n", s->n_closed);
    weft_accept_options options = weft_open_options_default();
    const weft_service_type *calls[] = { &fuzz_service };
    options.calls = calls;
    options.n_calls = 1;
    (void)weft_pending_accept(pending, &options, NULL);
    return 0;
}

int fuzz_on_open(void *user, weft_session *session, weft_pending pending)
{
    side *s = user;
    world *w = s->world;
    if (outage_is_another(s, session))
        return another_on_open(s, pending);
    callback_begin(s);
    FUZZ_CHECK(weft_pending_session(pending) == session);
    weft_str service = weft_pending_service(pending);
    world_read(w, service.ptr, service.len);
    fuzz_read_metadata(w, weft_pending_metadata(pending));
    if (s->n_pendings < PENDINGS_MAX)
        s->pendings[s->n_pendings++] = pending;
    uint8_t how = script_byte(&w->script);
    script_run_nested(s);
    if (how % 4 == 1 || proxy_on_open(s, pending, how))
        return 0; /* decided later, or never */
    if (how % 8 == 2)
        return WEFT_EBUSY;
    note *n = world_note(w, s);
    weft_accept_options options = weft_open_options_default();
    weft_connection *conn = NULL;
    options.serves = how % 16 == 4 ? NULL : how % 16 == 8 ? &fuzz_service_changed : &fuzz_service;
    options.handler = &fuzz_handler;
    options.self = n;
    const weft_service_type *calls[] = { &fuzz_service };
    options.calls = calls;
    options.n_calls = 1;
    options.on_closed = n ? fuzz_on_closed : NULL;
    options.on_closed_user = n;
    if (!n)
        return WEFT_EBUSY;
    bool take = how % 16 >= 8 && s->n_conns < CONNS_MAX;
    if (weft_pending_accept(pending, &options, take ? &conn : NULL) == 0) {
        n->closed_owed = true;
        n->serves = options.serves != NULL;
        if (take)
            s->conns[s->n_conns++] = conn;
    }
    return 0;
}

void fuzz_opened(void *user, weft_connection *connection, const weft_metadata *metadata, const weft_error *error)
{
    note *n = user;
    side *s = n->side;
    callback_begin(s);
    FUZZ_CHECK(++n->n_done == 1);
    FUZZ_CHECK((connection == NULL) == (error != NULL));
    fuzz_read_metadata(s->world, metadata);
    if (error) {
        read_error(s, error);
    } else {
        n->conn_note->closed_owed = true;
        if (s->n_conns < CONNS_MAX)
            s->conns[s->n_conns++] = connection;
        else
            weft_connection_release(connection);
    }
    script_run_nested(s);
}

/* ---- the service ---- */

static void on_cancel(void *user)
{
    side *s = user;
    callback_begin(s);
    script_run_nested(s);
}

/* What a handler has kept stands until it lets go. */
void served_check(side *s)
{
    for (size_t i = 0; i < s->n_served; i++) {
        const served *call = &s->served[i];
        if (call->kept && !call->let_go)
            FUZZ_CHECK(args_read(s->world, call->method, call->kept) == call->kept_sum);
    }
}

int served_answer(side *s, served *call, unsigned how)
{
    static const uint8_t zeros[70000];
    weft_bytes value = weft_bytes_of(zeros, how % 8 == 7 ? sizeof zeros : how);
    int status;
    if (call->method < FUZZ_UNIT && call->kept && !call->let_go && how % 8 == 6)
        value = ((const pair_echo_args *)call->kept)->data;
    s->world->granted += value.len * 4 + 1024;
    if (how % 8 == 1)
        status = weft_call_drop(call->call);
    else if (how % 8 == 2)
        status = weft_call_fail(call->call, WEFT_OUTCOME_INTERNAL, "because");
    else if (call->method >= FUZZ_UNIT)
        status = typed_answer(s, call, how);
    else
        status = weft_gen_return(call->call, &fuzz_service, call->method, &value);
    if (status != WEFT_EINVAL && (status != WEFT_ENOMEM || how % 8 == 1 || how % 8 == 2))
        call->let_go = true;
    return status;
}

static void serve_begin(void *self, weft_call call, const void *args, uint32_t method)
{
    note *n = self;
    side *s = n->side;
    world *w = s->world;
    callback_begin(s);
    FUZZ_CHECK(n->n_serve_closed == 0);
    (void)args_read(w, method, args);
    fuzz_read_metadata(w, weft_call_metadata(call));
    if (s->n_served == CALLS_MAX) {
        (void)weft_call_drop(call);
        return;
    }
    served *mine = &s->served[s->n_served++];
    memset(mine, 0, sizeof *mine);
    mine->call = call;
    mine->method = method;
    uint8_t how = script_byte(&w->script);
    if (how & 0x40)
        (void)weft_call_on_cancel(call, on_cancel, s);
    if (how & 0x80 && weft_gen_keep(call, &args) == 0) {
        mine->kept = args;
        mine->kept_sum = args_read(w, method, mine->kept);
    }
    script_run_nested(s);
    if (method == FUZZ_STREAM && !(how & 1))
        return; /* an answer ends what was not touched */
    if (s->n_served > 0 && method != PAIR_HOLD && !mine->let_go && mine->call.slot == call.slot &&
        mine->call.generation == call.generation)
        (void)served_answer(s, mine, how & 0x3f);
}

#define DISPATCH(function, method)                                                       \
    static int function(const void *table, void *self, weft_call call, const void *args) \
    {                                                                                    \
        FUZZ_CHECK(table == &fuzz_handler);                                              \
        serve_begin(self, call, args, method);                                           \
        return 0;                                                                        \
    }
DISPATCH(echo_dispatch, PAIR_ECHO)
DISPATCH(hold_dispatch, PAIR_HOLD)
DISPATCH(unit_dispatch, FUZZ_UNIT)
DISPATCH(shape_dispatch, FUZZ_SHAPE)
DISPATCH(wide_dispatch, FUZZ_WIDE)

static int stream_dispatch(const void *table, void *self, weft_call call, const void *args,
                           const weft_channel *channels)
{
    FUZZ_CHECK(table == &fuzz_handler);
    channels_served(((note *)self)->side, channels);
    serve_begin(self, call, args, FUZZ_STREAM);
    return 0;
}

static int absent_dispatch(const void *table, void *self, weft_call call, const void *args)
{
    (void)table;
    (void)self;
    (void)call;
    (void)args;
    return WEFT_OUTCOME_UNKNOWN_METHOD;
}

static void serve_closed(const void *table, void *self)
{
    note *n = self;
    FUZZ_CHECK(table == &fuzz_handler);
    callback_begin(n->side);
    FUZZ_CHECK(++n->n_serve_closed == 1);
    script_run_nested(n->side);
}

/* ---- interceptors ---- */

static weft_outcome intercept(void *user, const weft_call_info *info, const char **ret_text)
{
    static const weft_outcome outcomes[] = { WEFT_OUTCOME_OK, WEFT_OUTCOME_OK, WEFT_OUTCOME_UNAVAILABLE,
                                             WEFT_OUTCOME_INTERNAL };
    side *s = user;
    world *w = s->world;
    uint8_t how = script_byte(&w->script);
    weft_metadata_entry entry = weft_metadata_str(how & 16 ? "weft-x" : "x", WEFT_STR("intercepted"), 0);
    world_read(w, info->service, strlen(info->service));
    world_read(w, info->method, strlen(info->method));
    fuzz_read_metadata(w, info->metadata);
    FUZZ_CHECK(*ret_text == NULL && *info->state == NULL);
    if (how & 4) {
        int status = weft_call_info_add(info, &entry);
        FUZZ_CHECK(!(how & 16) || status == WEFT_EINVAL);
        w->granted += 1024;
    }
    if (info->inbound) {
        callback_begin(s);
        if (how & 8)
            script_run_nested(s);
    }
    if (outcomes[how & 3] != WEFT_OUTCOME_OK) {
        *ret_text = how & 32 ? "not today" : NULL;
        return outcomes[how & 3];
    }
    s->n_passed++;
    *info->state = s;
    return WEFT_OUTCOME_OK;
}

static void intercept_done(void *user, const weft_call_info *info, const weft_result *result)
{
    side *s = user;
    FUZZ_CHECK(s->is_dispatching || s->is_freeing);
    FUZZ_CHECK(*info->state == s);
    *info->state = NULL;
    s->n_passed_done++;
    world_read(s->world, result->text.ptr, result->text.len);
    fuzz_read_metadata(s->world, result->metadata);
    script_run_nested(s);
}

static uint16_t intercept_open(void *user, const weft_open_info *info, const char **ret_text)
{
    side *s = user;
    if (outage_is_another(s, info->session))
        return WEFT_CODE_NONE;
    callback_begin(s);
    world_read(s->world, info->service.ptr, info->service.len);
    fuzz_read_metadata(s->world, info->metadata);
    FUZZ_CHECK(*ret_text == NULL);
    return script_byte(&s->world->script) % 4 == 3 ? WEFT_CODE_FORBIDDEN : 0;
}

weft_interceptor fuzz_interceptor(side *s)
{
    return (weft_interceptor){ .size = sizeof(weft_interceptor),
                               .user = s,
                               .call_out = intercept,
                               .call_in = intercept,
                               .done = intercept_done,
                               .open_in = intercept_open };
}

/* ---- replies ---- */

void world_read_kept(world *w)
{
    for (size_t i = 0; i < w->n_notes; i++)
        if (w->notes[i].kept)
            reply_read(w, w->notes[i].method, w->notes[i].kept);
}

void fuzz_done(void *user, const void *reply)
{
    const weft_result *result = reply;
    note *n = user;
    side *s = n->side;
    callback_begin(s);
    FUZZ_CHECK(++n->n_done == 1);
    FUZZ_CHECK(result->code <= 0);
    reply_read(s->world, n->method, reply);
    if (n->arena)
        n->kept = reply;
    script_run_nested(s);
}

typedef void (*done_fn)(void *user, const void *reply);

static void deliver(void (*done)(void), void *user, const void *reply)
{
    ((done_fn)done)(user, reply);
}

typedef void (*opened_fn)(void *user, weft_connection *connection, const weft_metadata *metadata,
                          const weft_error *error);

static void deliver_opened(void (*opened)(void), void *user, weft_connection *connection, const weft_error *error)
{
    ((opened_fn)opened)(user, connection, NULL, error);
}

#define METHOD(name_, id_, dispatch_, args_, result_, reply_)                                               \
    .name = (name_), .id = (id_), .args = (args_), .result = (result_), .timeout_ns = WEFT_TIMEOUT_DEFAULT, \
    .reply_size = sizeof(reply_), .dispatch = (dispatch_), .deliver = deliver
#define BYTES_METHOD(name, id, dispatch)                                                     \
    {                                                                                        \
        METHOD(name, id, dispatch, &pair_echo_args_type, &weft_type_bytes, pair_echo_reply), \
            .value_offset = offsetof(pair_echo_reply, value)                                 \
    }
static const weft_method methods[FUZZ_METHODS] = {
    BYTES_METHOD("echo", 0x1001, echo_dispatch),
    BYTES_METHOD("hold", 0x1002, hold_dispatch),
    BYTES_METHOD("absent", 0x1003, absent_dispatch),
    { METHOD("unit", 0x1004, unit_dispatch, &ct_empty_type, NULL, weft_result), .flags = WEFT_METHOD_PERSISTENT },
    { METHOD("shape", 0x1005, shape_dispatch, &ct_mixed_type, &ct_shape_type, shape_reply),
      .flags = WEFT_METHOD_VALUE_POINTER | WEFT_METHOD_IDEMPOTENT | WEFT_METHOD_PERSISTENT,
      .value_offset = offsetof(shape_reply, value), .error = &ct_color_type,
      .error_offset = offsetof(shape_reply, error) },
    { METHOD("wide", 0x1006, wide_dispatch, &ct_settings_type, &fuzz_wide_type, wide_reply),
      .flags = WEFT_METHOD_IDEMPOTENT, .value_offset = offsetof(wide_reply, value) },
    { METHOD("stream", 0x1007, NULL, &ct_empty_type, NULL, weft_result), .channels = fuzz_channel_params,
      .n_channels = FUZZ_CHANNELS, .dispatch_channels = stream_dispatch },
};

/* Of the name and id of pair_service, so that the frames made for that one fit. */
const weft_service_type fuzz_service = { .abi = WEFT_GEN_ABI,
                                         .method_size = sizeof(weft_method),
                                         .n_methods = FUZZ_METHODS,
                                         .name = "test.Pair",
                                         .id = 0x77,
                                         .methods = methods,
                                         .closed = serve_closed,
                                         .opened = deliver_opened };
const weft_service_type fuzz_service_changed = { .abi = WEFT_GEN_ABI,
                                                 .method_size = sizeof(weft_method),
                                                 .n_methods = FUZZ_METHODS,
                                                 .name = "test.Pair",
                                                 .id = 0x78,
                                                 .methods = methods,
                                                 .closed = serve_closed,
                                                 .opened = deliver_opened };

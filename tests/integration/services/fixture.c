/* A server with a registry, and a client of it. */
#include "tests/integration/services/fixture.h"

#include <stdlib.h>

/* ---- the server ---- */

static void on_make(void *self, offer_maker_make_call call, const offer_maker_make_args *args)
{
    offer_thing thing;
    (void)self;
    offer_thing_init(&thing);
    thing.name = args->name;
    thing.size = args->size;
    assert_int_equal(offer_maker_make_return(call, &thing), 0);
}

static void on_maker_closed(void *self)
{
    ((fixture *)self)->n_makers_closed++;
}

static void on_ping(void *self, offer_other_ping_call call)
{
    (void)self;
    assert_int_equal(offer_other_ping_return(call), 0);
}

const offer_maker_handler fixture_maker = { sizeof fixture_maker, on_maker_closed, on_make, NULL };
const offer_other_handler fixture_other = { sizeof fixture_other, NULL, on_ping };

static void on_event(void *user, weft_session *session, const weft_session_event *event)
{
    (void)user;
    if (event->kind == WEFT_EVENT_CLOSED)
        weft_session_release(session);
}

uint16_t fixture_filter(void *user, const weft_services_query *query, const char **ret_text)
{
    fixture *f = user;
    weft_str token;
    f->n_asked_to_open += query->opens;
    f->n_asked_to_tell += !query->opens;
    assert_string_equal(query->peer->transport, "tcp");
    if (f->wants_token && weft_metadata_get_str(query->metadata, "token", &token) &&
        weft_str_equal(token, WEFT_STR("open sesame")))
        return 0;
    if (!f->hides || !weft_str_equal(query->service, weft_str_from(f->hides)))
        return 0;
    *ret_text = "not for you";
    return f->code;
}

static fixture *fixture_new(void)
{
    fixture *f = calloc(1, sizeof *f);
    weft_session_options options = weft_session_options_default();
    weft_listener *listener;
    assert_non_null(f);
    f->r = rig_new();
    f->code = WEFT_CODE_FORBIDDEN;
    assert_int_equal(weft_services_new(&f->r->alloc.allocator, &f->services), 0);
    assert_int_equal(weft_services_add(f->services, &offer_other_service, &fixture_other, NULL), 0);
    assert_int_equal(weft_services_add(f->services, &offer_maker_service, &fixture_maker, f), 0);
    assert_int_equal(weft_services_reflection(f->services), 0);
    assert_int_equal(weft_services_health(f->services), 0);
    options.on_open = weft_services_open;
    options.on_event = on_event;
    options.user = f->services;
    assert_int_equal(weft_listen(f->r->runtime, "tcp://127.0.0.1:0", &options, &listener, NULL), 0);
    assert_int_equal(weft_listener_url(listener, f->r->url, sizeof f->r->url), 0);
    rig_connect(f->r, f->r->url);
    assert_int_equal(weft_arena_new(NULL, &f->arena), 0);
    f->options = weft_call_options_default();
    f->options.arena = f->arena;
    return f;
}

static void fixture_free(fixture *f)
{
    weft_connection_release(f->connection);
    rig_close(f->r);
    weft_services_free(f->services);
    rig_free(f->r);
    weft_arena_free(f->arena);
    free(f);
}

/* ---- the client ---- */

static void on_decided(void *user, weft_connection *connection_or_null, const weft_metadata *metadata,
                       const weft_error *error_or_null)
{
    fixture *f = user;
    (void)metadata;
    weft_connection_release(f->connection);
    f->connection = connection_or_null;
    memset(&f->open_error, 0, sizeof f->open_error);
    if (error_or_null)
        f->open_error = *error_or_null;
    f->n_decided++;
}

uint16_t try_open(fixture *f, const weft_service_type *service, const weft_metadata *metadata_or_null)
{
    weft_open_options options = weft_open_options_default();
    int n = f->n_decided;
    options.metadata = metadata_or_null;
    assert_int_equal(weft_open(f->r->session, service, &options, on_decided, f), 0);
    rig_until(f->r, &f->n_decided, n + 1);
    assert_true(f->connection || f->open_error.code == WEFT_EREJECTED);
    return f->open_error.remote;
}

weft_health_health_client open_health(fixture *f)
{
    assert_int_equal(try_open(f, &weft_health_health_service, NULL), 0);
    return (weft_health_health_client){ f->connection };
}

static weft_health_state_kind health_state;

static void on_checked(void *user, const weft_health_health_check_reply *reply)
{
    fixture *f = user;
    assert_int_equal(reply->result.code, 0);
    health_state = reply->value->kind;
    f->n_replies++;
}

weft_health_state_kind check(fixture *f, const char *service)
{
    weft_health_health_check_args args = { weft_str_from(service) };
    int n = f->n_replies;
    assert_int_equal(weft_health_health_check(open_health(f), &args, NULL, on_checked, f, NULL), 0);
    rig_until(f->r, &f->n_replies, n + 1);
    return health_state;
}

void assert_text(weft_str text, const char *expected)
{
    assert_int_equal(text.len, strlen(expected));
    assert_memory_equal(text.ptr, expected, text.len);
}

int fixture_setup(void **state)
{
    *state = fixture_new();
    return 0;
}

int fixture_teardown(void **state)
{
    fixture_free(*state);
    return 0;
}

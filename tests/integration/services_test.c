/* What an endpoint offers, over real sockets: opens by name, a filter, readiness, reflection. */
#include "tests/integration/services/fixture.h"

#include "weft/schema.h"

/* ---- opens ---- */

static void services_are_opened_by_name(void **state)
{
    /* Goal: each offered service is served by its own handler, others are unknown; each is offered once. */
    fixture *f = *state;
    WEFT_RULE("conn.reject");
    assert_int_equal(try_open(f, &lt_echo_service, NULL), WEFT_CODE_UNKNOWN_SERVICE);
    assert_int_equal(try_open(f, &offer_other_service, NULL), 0);
    assert_int_equal(try_open(f, &offer_maker_service, NULL), 0);
    assert_int_equal(f->n_makers_closed, 0);
    assert_int_equal(weft_connection_close(f->connection, 0, NULL), 0);
    rig_until(f->r, &f->n_makers_closed, 1);
    assert_int_equal(weft_services_add(f->services, &offer_other_service, &fixture_other, NULL), WEFT_EALREADY);
    assert_int_equal(weft_services_health(f->services), WEFT_EALREADY);
    assert_int_equal(weft_services_add(f->services, &lt_echo_service, NULL, NULL), WEFT_EINVAL);
    assert_int_equal(weft_services_add_open(f->services, &lt_echo_service, NULL, NULL), WEFT_EINVAL);
}

static const lt_echo_handler unsized = { .closed = NULL };

static int serve_unsized(void *user, weft_session *session, weft_pending pending)
{
    (void)session;
    return *(int *)user = lt_echo_serve(pending, &unsized, NULL, NULL);
}

static void handler_table_without_its_size_is_refused(void **state)
{
    /* Goal: who forgot .size is told so, instead of serving a table that has no method. */
    fixture *f = *state;
    int rc = 0;
    assert_int_equal(weft_services_add(f->services, &lt_echo_service, &unsized, NULL), WEFT_EINVAL);
    assert_int_equal(weft_services_add_open(f->services, &lt_echo_service, serve_unsized, &rc), 0);
    assert_int_equal(try_open(f, &lt_echo_service, NULL), WEFT_CODE_INTERNAL);
    assert_int_equal(rc, WEFT_EINVAL);
}

static int refuse(void *user, weft_session *session, weft_pending pending)
{
    (void)session;
    ++*(int *)user;
    return weft_pending_reject(pending, WEFT_CODE_APPLICATION + 1, "my own", NULL);
}

static void service_may_be_opened_by_a_function(void **state)
{
    /* Goal: who wants to decide does, and only about what is ready. */
    fixture *f = *state;
    int n = 0;
    assert_int_equal(weft_services_add_open(f->services, &lt_echo_service, refuse, &n), 0);
    assert_int_equal(try_open(f, &lt_echo_service, NULL), WEFT_CODE_APPLICATION + 1);
    assert_int_equal(weft_services_set_ready(f->services, lt_echo_service.name, false), 0);
    assert_int_equal(try_open(f, &lt_echo_service, NULL), WEFT_CODE_NOT_READY);
    assert_int_equal(n, 1);
}

static void not_ready_rejects_opens_alone(void **state)
{
    /* Goal: while a service is not ready its opens are rejected so, connections that are open go on, others' too; ready
     * again it is served. */
    fixture *f = *state;
    WEFT_RULE("conn.reject");
    assert_int_equal(try_open(f, &offer_maker_service, NULL), 0);
    weft_connection *before = f->connection;
    f->connection = NULL;
    assert_true(weft_services_is_ready(f->services, MAKER));
    assert_int_equal(weft_services_set_ready(f->services, MAKER, false), 0);
    assert_false(weft_services_is_ready(f->services, MAKER));
    assert_int_equal(try_open(f, &offer_maker_service, NULL), WEFT_CODE_NOT_READY);
    assert_int_equal(f->open_error.code, WEFT_EREJECTED);
    assert_int_equal(try_open(f, &offer_other_service, NULL), 0);
    offer_maker_client client = { before };
    offer_maker_make_args args = { WEFT_STR("a"), 1 };
    assert_int_equal(offer_maker_make(client, &args, NULL, NULL, NULL, NULL), 0);
    rig_settle(f->r);
    assert_int_equal(f->n_makers_closed, 0);
    assert_int_equal(weft_services_set_ready(f->services, MAKER, true), 0);
    assert_int_equal(try_open(f, &offer_maker_service, NULL), 0);
    assert_int_equal(weft_services_set_ready(f->services, "no.such.Service", true), WEFT_ENOENT);
    assert_false(weft_services_is_ready(f->services, "no.such.Service"));
    weft_connection_release(before);
}

/* ---- reflection ---- */

static weft_reflection_reflection_client open_reflection(fixture *f)
{
    assert_int_equal(try_open(f, &weft_reflection_reflection_service, NULL), 0);
    return (weft_reflection_reflection_client){ f->connection };
}

static weft_reflection_listing listing;
static weft_reflection_description description;
static bool is_unknown;

static void on_listed(void *user, const weft_reflection_reflection_list_reply *reply)
{
    fixture *f = user;
    assert_int_equal(reply->result.code, 0);
    listing = *reply->value;
    f->n_replies++;
}

static void list(fixture *f)
{
    int n = f->n_replies;
    weft_arena_clear(f->arena);
    assert_int_equal(weft_reflection_reflection_list(open_reflection(f), &f->options, on_listed, f, NULL), 0);
    rig_until(f->r, &f->n_replies, n + 1);
}

static void on_described(void *user, const weft_reflection_reflection_describe_reply *reply)
{
    fixture *f = user;
    assert_int_equal(reply->result.code, 0);
    is_unknown = reply->error && reply->error->kind == WEFT_REFLECTION_DESCRIBE_ERROR_UNKNOWN_SERVICE;
    assert_true(is_unknown || reply->value);
    if (reply->value)
        description = *reply->value;
    f->n_replies++;
}

static void describe(fixture *f, const char *name)
{
    weft_reflection_reflection_describe_args args = { weft_str_from(name) };
    int n = f->n_replies;
    weft_arena_clear(f->arena);
    assert_int_equal(weft_reflection_reflection_describe(open_reflection(f), &args, &f->options, on_described, f, NULL),
                     0);
    rig_until(f->r, &f->n_replies, n + 1);
}

static void reflection_lists_what_is_offered(void **state)
{
    /* Goal: names in order, ids, what the definitions say of them. */
    fixture *f = *state;
    static const char *const names[] = { MAKER, OTHER, HEALTH, REFLECTION };
    list(f);
    assert_int_equal(listing.services.len, 4);
    for (size_t i = 0; i < 4; i++)
        assert_text(listing.services.items[i].name, names[i]);
    assert_int_equal(listing.services.items[0].id, offer_maker_service.id);
    assert_text(listing.services.items[0].doc, "Makes things.");
    assert_text(listing.services.items[1].doc, "");
    assert_text(listing.weft, weft_version());
}

static void on_made(void *user, const weft_dynamic_reply *reply)
{
    fixture *f = user;
    weft_str name;
    uint64_t size;
    assert_int_equal(reply->result.code, 0);
    const weft_service_type *service = (const weft_service_type *)f->r->seen;
    weft_value thing = { service->methods[0].result, (void *)reply->value };
    assert_int_equal(weft_value_get_str(weft_value_field(thing, "name"), &name), 0);
    assert_int_equal(weft_value_get_u64(weft_value_field(thing, "size"), &size), 0);
    assert_text(name, "found");
    assert_int_equal(size, 3); /* the default, which the description told */
    assert_string_equal(weft_value_variant(weft_value_field(thing, "shade")), "dark");
    f->n_replies++;
}

static weft_schema *schema_of_description(fixture *f)
{
    const weft_bytes service = description.service;
    weft_schema_default *defaults = weft_arena_array(f->arena, weft_schema_default, description.defaults.len + 1);
    weft_schema_source source = { .size = sizeof source, .types = description.types };
    source.services = &service;
    source.n_services = 1;
    source.defaults = defaults;
    source.n_defaults = description.defaults.len;
    weft_schema *schema;
    weft_error error;
    for (size_t i = 0; i < description.defaults.len; i++) {
        const weft_reflection_default *told = &description.defaults.items[i];
        defaults[i] = (weft_schema_default){ told->owner, told->variant, told->place, told->value };
    }
    if (weft_schema_new(NULL, &source, &schema, &error) < 0)
        fail_msg("%s", error.text);
    return schema;
}

static void reflection_is_enough_to_call(void **state)
{
    /* Goal: a client that was compiled with nothing of a service fetches it, opens it, and calls it; with its docs,
     * time limit and windows. */
    fixture *f = *state;
    weft_value args;
    describe(f, MAKER);
    assert_false(is_unknown);
    assert_text(description.name, MAKER);
    assert_text(description.doc, "Makes things.");
    assert_int_equal(description.methods.len, 2);
    const weft_reflection_method *make = &description.methods.items[0], *stream = make + 1;
    assert_text(make->name, "make");
    assert_text(make->doc, "Makes one.\n\"Twice\" is not once.");
    assert_true(make->timeout.has);
    assert_int_equal(make->timeout.value.ns, 12 * (int64_t)WEFT_NS_PER_S);
    assert_int_equal(make->windows.len, 0);
    assert_text(stream->doc, "Deprecated: make one after the other");
    assert_false(stream->timeout.has);
    assert_int_equal(stream->windows.len, 1);
    assert_int_equal(stream->windows.items[0], 9);
    weft_schema *schema = schema_of_description(f);
    const weft_service_type *service = weft_schema_service(schema, 0);
    assert_true(service->id == offer_maker_service.id);
    f->r->seen = (const uint8_t *)service;
    assert_int_equal(try_open(f, service, NULL), 0);
    assert_int_equal(weft_value_new(service->methods[0].args, f->arena, &args), 0);
    assert_int_equal(weft_value_set_str(weft_value_field(args, "name"), WEFT_STR("found")), 0);
    int n = f->n_replies;
    assert_int_equal(weft_gen_call(f->connection, service, 0, args.at, &f->options, (void (*)(void))on_made, f, NULL),
                     0);
    rig_until(f->r, &f->n_replies, n + 1);
    weft_connection_release(f->connection);
    f->connection = NULL;
    rig_close(f->r);
    weft_schema_free(schema);
}

static void reflection_describes_itself(void **state)
{
    /* Goal: what describes is described: recursion ends, and a tool can show it. */
    fixture *f = *state;
    static const char *const names[] = { REFLECTION, HEALTH, OTHER };
    static const weft_service_type *const services[] = { &weft_reflection_reflection_service,
                                                         &weft_health_health_service, &offer_other_service };
    for (size_t i = 0; i < 3; i++) {
        describe(f, names[i]);
        assert_false(is_unknown);
        weft_schema *schema = schema_of_description(f);
        assert_true(weft_schema_service(schema, 0)->id == services[i]->id);
        weft_schema_free(schema);
    }
    describe(f, "no.such.Service");
    assert_true(is_unknown);
}

/* ---- the filter ---- */

static void filter_hides_what_may_not_be_opened(void **state)
{
    /* Goal: it cannot be opened, and neither reflection nor health tells that it is there; not even that it is not
     * ready. */
    fixture *f = *state;
    WEFT_RULE("conn.reject");
    weft_services_set_filter(f->services, fixture_filter, f);
    f->hides = MAKER;
    assert_int_equal(try_open(f, &offer_maker_service, NULL), WEFT_CODE_FORBIDDEN);
    assert_non_null(strstr(f->open_error.text, "not for you"));
    f->code = WEFT_CODE_UNKNOWN_SERVICE;
    assert_int_equal(weft_services_set_ready(f->services, MAKER, false), 0);
    assert_int_equal(try_open(f, &offer_maker_service, NULL), WEFT_CODE_UNKNOWN_SERVICE);
    assert_int_equal(f->n_asked_to_open, 2);
    assert_int_equal(f->n_asked_to_tell, 0);
    list(f);
    assert_int_equal(listing.services.len, 3);
    assert_text(listing.services.items[0].name, OTHER);
    assert_true(f->n_asked_to_tell >= 4);
    describe(f, MAKER);
    assert_true(is_unknown);
    describe(f, OTHER);
    assert_false(is_unknown);
    assert_int_equal(check(f, MAKER), WEFT_HEALTH_STATE_NOT_OFFERED);
    assert_int_equal(check(f, OTHER), WEFT_HEALTH_STATE_SERVING);
    f->hides = REFLECTION;
    assert_int_equal(try_open(f, &weft_reflection_reflection_service, NULL), WEFT_CODE_UNKNOWN_SERVICE);
}

static void filter_sees_who_asks(void **state)
{
    /* Goal: a token in the metadata opens a service, and in that of a call to reflection shows it. */
    fixture *f = *state;
    weft_metadata_entry entry = weft_metadata_str("token", WEFT_STR("open sesame"), WEFT_METADATA_SENSITIVE);
    weft_metadata token = { &entry, 1 };
    weft_services_set_filter(f->services, fixture_filter, f);
    f->hides = MAKER;
    f->wants_token = true;
    assert_int_equal(try_open(f, &offer_maker_service, NULL), WEFT_CODE_FORBIDDEN);
    assert_int_equal(try_open(f, &offer_maker_service, &token), 0);
    list(f);
    assert_int_equal(listing.services.len, 3);
    f->options.metadata = &token;
    list(f);
    assert_int_equal(listing.services.len, 4);
    describe(f, MAKER);
    assert_false(is_unknown);
}

/* ---- memory ---- */

static void make_services(weft_test_alloc *alloc, void *user)
{
    weft_services *services;
    int rc = weft_services_new(&alloc->allocator, &services);
    (void)user;
    if (rc == 0) {
        rc = weft_services_add(services, &offer_maker_service, &fixture_maker, NULL);
        rc = rc == 0 ? weft_services_reflection(services) : rc;
        rc = rc == 0 ? weft_services_health(services) : rc;
        assert_int_equal(weft_services_is_ready(services, HEALTH), rc == 0);
        weft_services_free(services);
    }
    assert_int_equal(rc, alloc->failed ? WEFT_ENOMEM : 0);
}

static void services_without_memory_are_not_made(void **state)
{
    /* Goal: each allocation fails in turn: the error, and nothing left. */
    (void)state;
    weft_test_alloc_each(make_services, NULL);
    weft_services_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(services_are_opened_by_name),
        FIXTURE_TEST(service_may_be_opened_by_a_function),
        FIXTURE_TEST(handler_table_without_its_size_is_refused),
        FIXTURE_TEST(not_ready_rejects_opens_alone),
        FIXTURE_TEST(reflection_lists_what_is_offered),
        FIXTURE_TEST(reflection_is_enough_to_call),
        FIXTURE_TEST(reflection_describes_itself),
        FIXTURE_TEST(filter_hides_what_may_not_be_opened),
        FIXTURE_TEST(filter_sees_who_asks),
        cmocka_unit_test(services_without_memory_are_not_made),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

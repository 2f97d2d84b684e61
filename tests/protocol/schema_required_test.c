/* What a counterpart must not say of schemas, or without them: it ends that connection alone. The client here is a real
 * one of an older version, and the test puts frames of its own between what it says. */
#include "tests/protocol/schema/calls.h"

#include "tests/support/rules.h"
#include "tests/support/wire_put.h"

/* ---- frames ---- */

/* A well-formed Schema whose types and root are given. */
static void put_schema(wire_bytes *out, uint64_t connection, uint64_t method_id, unsigned direction, weft_bytes types,
                       weft_bytes root)
{
    weft_writer *writer;
    assert_int_equal(weft_writer_new(NULL, SIZE_MAX, &writer), 0);
    weft__write_array(writer, 4);
    weft__write_u64(writer, method_id);
    weft__write_u64(writer, direction);
    weft__write_raw(writer, types);
    weft__write_raw(writer, root);
    weft_bytes body = weft_writer_bytes(writer);
    wire_put(out, WEFT__KIND_SCHEMA, 0, connection, body.ptr, body.len);
    weft_writer_free(writer);
}

/* Of a method without parameters and types. */
static void put_empty(wire_bytes *out, uint64_t connection, uint64_t method_id)
{
    put_schema(out, connection, method_id, 0, weft_bytes_of("\x90", 1), weft_bytes_of("\x90", 1));
}

/* Feeds a side what the other has not said. */
static void inject(mix *m, int to, wire_bytes *out)
{
    size_t consumed;
    assert_int_equal(weft_engine_feed(m->engines[to], out->ptr, out->len, m->now_ns, &consumed), 0);
    mix_run(m);
    wire_bytes_free(out);
    *out = (wire_bytes){ NULL, 0, 0 };
}

/* Two connections of an older client; the second one has called. */
typedef struct two {
    mix m;
    weft_connection *c, *other;
    mix_told t, told;
    uint64_t id;
    uint64_t first; /* request id that a client gives */
    wire_bytes out;
} two;

static void begin(two *w)
{
    memset(w, 0, sizeof *w);
    mix_init(&w->m);
    w->m.options[MIX_SERVER].connection_window = 4 << 20; /* what is injected is not in its way */
    mix_begin(&w->m);
    w->c = mix_open(&w->m, &old_mix_service, NULL, NULL);
    w->id = mix_id_of(w->c);
    w->other = mix_open(&w->m, &old_mix_service, NULL, NULL);
    mix_call_same(w->other, &w->t, 1);
    mix_run(&w->m);
    const mix_frame *request = &w->m.said[MIX_CLIENT].frames[w->m.said[MIX_CLIENT].n - 1];
    assert_int_equal(request->kind, WEFT__KIND_REQUEST);
    assert_int_equal(weft__request_peek(weft_bytes_of(request->body, request->len), &w->first), 0);
    mix_forget(&w->m);
}

/* The first connection was closed by `side`, with this code and rule; the other goes on, and its plans are there. */
static void assert_closed_alone(two *w, int side, uint16_t code, const char *rule)
{
    assert_string_equal(mix_said_on(&w->m, side, w->id), "C");
    const mix_said *said = &w->m.said[side];
    weft__close close = { 0 };
    for (size_t i = 0; i < said->n; i++)
        if (said->frames[i].kind == WEFT__KIND_CLOSE && said->frames[i].connection == w->id)
            assert_int_equal(weft__close_decode(weft_bytes_of(said->frames[i].body, said->frames[i].len), &close), 0);
    assert_int_equal(close.code, code);
    char text[WEFT__TEXT_MAX + 1];
    assert_true(close.text.len > 0);
    memcpy(text, close.text.ptr ? close.text.ptr : "", close.text.len);
    text[close.text.len] = '\0';
    if (!strstr(text, rule))
        fail_msg("%s does not name %s", text, rule);
    assert_int_equal(w->m.n_closed, 1);
    weft_session_stats stats = mix_stats_of(&w->m, side);
    assert_int_equal(stats.violations, 1);
    mix_call_same(w->other, &w->t, 5);
    mix_run(&w->m);
    assert_int_equal(w->t.number, 6);
    assert_string_equal(mix_said_on(&w->m, MIX_CLIENT, mix_id_of(w->other)), "Q");
    weft_connection_release(w->c);
    mix_end_with(&w->m, w->other);
}

/* ---- without a schema ---- */

static void request_without_schema_violates(void **state)
{
    /* Goal: a request of a method that is served, whose declarations differ and whose schema did not come. */
    (void)state;
    WEFT_RULE("schema.required");
    two w;
    begin(&w);
    wire_put_request(&w.out, w.id, w.first, new_mix_service.methods[1].id, 3);
    inject(&w.m, MIX_SERVER, &w.out);
    assert_int_equal(w.m.n_handled, 1); /* the other connection's */
    assert_closed_alone(&w, MIX_SERVER, WEFT_CODE_PROTOCOL, "[schema.required]");
}

static void request_in_front_of_its_schema_violates(void **state)
{
    /* Goal: a schema that comes behind the request is too late, also within one piece of bytes. */
    (void)state;
    WEFT_RULE("schema.required");
    two w;
    begin(&w);
    wire_put_request(&w.out, w.id, w.first, new_mix_service.methods[1].id, 3);
    put_empty(&w.out, w.id, new_mix_service.methods[1].id);
    inject(&w.m, MIX_SERVER, &w.out);
    assert_closed_alone(&w, MIX_SERVER, WEFT_CODE_PROTOCOL, "[schema.required]");
}

static void request_of_unknown_method_needs_none(void **state)
{
    /* Goal: a request of a method that is not served is *unknown method*, schema or not. */
    (void)state;
    WEFT_RULE("schema.required");
    two w;
    begin(&w);
    wire_put_request(&w.out, w.id, w.first, 0x99, 3);
    inject(&w.m, MIX_SERVER, &w.out);
    assert_string_equal(mix_said_on(&w.m, MIX_SERVER, w.id), "R");
    weft_connection_release(w.c);
    mix_end_with(&w.m, w.other);
}

static void response_without_schema_violates(void **state)
{
    /* Goal: an ok response in front of its schema; one with an outcome from 2 on needs none. */
    (void)state;
    WEFT_RULE("schema.required");
    two w;
    begin(&w);
    w.m.holds = true;
    mix_call_same(w.c, &w.told, 7);
    mix_run(&w.m);
    wire_put_response(&w.out, w.id, w.first, WEFT_OUTCOME_INTERNAL, 3);
    inject(&w.m, MIX_CLIENT, &w.out);
    assert_int_equal(w.told.code, WEFT_EREMOTE);
    mix_call_same(w.c, &w.told, 7);
    mix_run(&w.m);
    mix_forget(&w.m);
    wire_put_response(&w.out, w.id, w.first + 2, WEFT_OUTCOME_OK, 3);
    inject(&w.m, MIX_CLIENT, &w.out);
    assert_int_equal(w.told.n, 2);
    assert_int_equal(w.told.code, WEFT_EPROTO);
    w.m.holds = false;
    assert_closed_alone(&w, MIX_CLIENT, WEFT_CODE_PROTOCOL, "[schema.required]");
}

static void mix_ignore_item(void *user, const weft_channel_end *end)
{
    mix_told *t = user;
    t->n++;
    t->code = end->code;
}

static bool mix_no_item(void *user, old_leaf_rx rx, const old_leaf *item)
{
    (void)user;
    (void)rx;
    (void)item;
    fail_msg("an item whose schema did not come");
    return true;
}

static void item_without_schema_violates(void **state)
{
    /* Goal: an item in front of the schema of results. */
    (void)state;
    WEFT_RULE("schema.required");
    static const old_leaf_reader reader = { sizeof reader, mix_no_item, mix_ignore_item };
    two w;
    mix_told items_told = { 0 };
    begin(&w);
    old_leaf_rx items;
    old_mix_drink_args args = { 0 };
    w.m.said[MIX_SERVER].hold = true;
    assert_int_equal(old_mix_drink((old_mix_client){ w.c }, &args, NULL, mix_on_old_drink, &w.told, NULL, &items, NULL),
                     0);
    assert_int_equal(old_leaf_read(items, &reader, &items_told), 0);
    mix_run(&w.m);
    weft_channel_stats stats;
    assert_int_equal(weft_channel_stats_read(items.channel, &stats, sizeof stats), 0);
    wire_put_any(&w.out, WEFT__KIND_ITEM, w.id, stats.id);
    inject(&w.m, MIX_CLIENT, &w.out);
    w.m.said[MIX_SERVER].hold = false;
    assert_int_equal(items_told.n, 1);
    mix_run(&w.m);
    mix_forget(&w.m);
    assert_int_equal(w.told.n, 1);
    assert_int_equal(w.told.code, WEFT_EPROTO);
    assert_int_equal(w.m.n_closed, 1);
    weft_connection_release(w.c);
    mix_end_with(&w.m, w.other);
}

/* ---- what schemas must not be ---- */

static void schema_twice_violates_and_one_not_needed_is_fine(void **state)
{
    /* Goal: of each method and direction one; those that nobody needs are taken. */
    (void)state;
    WEFT_RULE("schema.send");
    two w;
    begin(&w);
    put_empty(&w.out, w.id, 0x99);
    put_schema(&w.out, w.id, 0x99, 1, weft_bytes_of("\x90", 1), weft_bytes_of("\x94\xc0\xc0\x00\x90", 5));
    inject(&w.m, MIX_SERVER, &w.out);
    assert_string_equal(mix_said_on(&w.m, MIX_SERVER, w.id), "");
    put_empty(&w.out, w.id, 0x99);
    inject(&w.m, MIX_SERVER, &w.out);
    assert_closed_alone(&w, MIX_SERVER, WEFT_CODE_PROTOCOL, "[schema.send]");
}

static void schemas_that_lie_close_with_protocol(void **state)
{
    /* Goal: what is malformed, refers to what never came, or has another id than its bytes. */
    (void)state;
    WEFT_RULE("schema.required");
    static const struct {
        const char *types, *root;
        size_t types_len, root_len;
    } cases[] = {
        { "\x90", "\xc0", sizeof "\x90" - 1, sizeof "\xc0" - 1 },
        { "\x01", "\x90", sizeof "\x01" - 1, sizeof "\x90" - 1 },
        { "\x90", "\x91\x95\xa1x\x92\x14\x07\xc2\x00\xc2", sizeof "\x90" - 1,
          sizeof "\x91\x95\xa1x\x92\x14\x07\xc2\x00\xc2" - 1 },
        { "\x91\x92\x07\xc4\x05\x93\x01\xa1T\x90", "\x90", sizeof "\x91\x92\x07\xc4\x05\x93\x01\xa1T\x90" - 1,
          sizeof "\x90" - 1 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        two w;
        begin(&w);
        put_schema(&w.out, w.id, 0x99, 0, weft_bytes_of(cases[i].types, cases[i].types_len),
                   weft_bytes_of(cases[i].root, cases[i].root_len));
        inject(&w.m, MIX_SERVER, &w.out);
        assert_closed_alone(&w, MIX_SERVER, WEFT_CODE_PROTOCOL, "[schema.required]");
    }
}

static void more_schemas_than_the_limits_close_with_limit(void **state)
{
    /* Goal: 1,024 messages are taken, and not one more. */
    (void)state;
    WEFT_RULE("schema.required");
    two w;
    begin(&w);
    for (uint64_t i = 0; i < 1024; i++)
        put_empty(&w.out, w.id, 0x10000 + i);
    inject(&w.m, MIX_SERVER, &w.out);
    assert_string_equal(mix_said_on(&w.m, MIX_SERVER, w.id), "");
    put_empty(&w.out, w.id, 1);
    inject(&w.m, MIX_SERVER, &w.out);
    assert_closed_alone(&w, MIX_SERVER, WEFT_CODE_LIMIT, "[schema.required]");
}

static void more_bytes_of_schemas_than_the_limit_close_with_limit(void **state)
{
    /* Goal: a schema is given up at 1 MiB, long before it is whole, and costs no more. */
    (void)state;
    WEFT_RULE("schema.required");
    static uint8_t piece[60000];
    two w;
    begin(&w);
    static const uint8_t head[] = { 0x94, 1, 0, 0xdd, 0, 0xff, 0xff, 0xff };
    memcpy(piece, head, sizeof head);
    for (int i = 0; i < 18; i++)
        wire_put(&w.out, WEFT__KIND_SCHEMA, WEFT__FLAG_MORE, w.id, piece, sizeof piece);
    size_t live = w.m.alloc->live_bytes;
    inject(&w.m, MIX_SERVER, &w.out);
    assert_true(w.m.alloc->live_bytes <= live);
    assert_closed_alone(&w, MIX_SERVER, WEFT_CODE_LIMIT, "[schema.required]");
}

static void schema_on_the_root_ends_the_session(void **state)
{
    /* Goal: on connection 0 there is nothing else to end. */
    (void)state;
    WEFT_RULE("violation.scope");
    two w;
    begin(&w);
    put_empty(&w.out, 0, 7);
    put_empty(&w.out, 0, 7);
    inject(&w.m, MIX_SERVER, &w.out);
    assert_int_equal(w.m.n_closed, 2);
    weft_connection_release(w.c);
    mix_end_with(&w.m, w.other);
}

static void schemas_are_charged_and_refused_beyond(void **state)
{
    /* Goal: what schemas take counts against max_buffered, and one beyond it closes its connection alone. */
    (void)state;
    WEFT_RULE("memory.buffered");
    mix m;
    mix_told t = { 0 };
    mix_init(&m);
    m.options[MIX_SERVER].max_buffered = 100000;
    mix_begin(&m);
    weft_connection *c = mix_open(&m, &old_mix_service, NULL, NULL);
    wire_bytes out = { NULL, 0, 0 };
    uint64_t before = mix_stats_of(&m, MIX_SERVER).buffered_bytes;
    put_empty(&out, mix_id_of(c), 1);
    inject(&m, MIX_SERVER, &out);
    assert_true(mix_stats_of(&m, MIX_SERVER).buffered_bytes > before + 100);
    for (uint64_t i = 2; i < 1000; i++)
        put_empty(&out, mix_id_of(c), i);
    inject(&m, MIX_SERVER, &out);
    assert_int_equal(m.n_closed, 1);
    assert_int_equal(m.closed.remote, WEFT_CODE_LIMIT);
    assert_int_equal(mix_stats_of(&m, MIX_SERVER).buffered_bytes, 0);
    weft_connection_release(c);
    c = mix_open(&m, &old_mix_service, NULL, NULL);
    mix_call_same(c, &t, 1);
    mix_run(&m);
    assert_int_equal(t.number, 2);
    mix_end_with(&m, c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(request_without_schema_violates),
        cmocka_unit_test(request_in_front_of_its_schema_violates),
        cmocka_unit_test(request_of_unknown_method_needs_none),
        cmocka_unit_test(response_without_schema_violates),
        cmocka_unit_test(item_without_schema_violates),
        cmocka_unit_test(schema_twice_violates_and_one_not_needed_is_fine),
        cmocka_unit_test(schemas_that_lie_close_with_protocol),
        cmocka_unit_test(more_schemas_than_the_limits_close_with_limit),
        cmocka_unit_test(more_bytes_of_schemas_than_the_limit_close_with_limit),
        cmocka_unit_test(schema_on_the_root_ends_the_session),
        cmocka_unit_test(schemas_are_charged_and_refused_beyond),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

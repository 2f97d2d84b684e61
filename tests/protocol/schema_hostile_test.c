/* Schema messages that nobody of good will sends: the connection closes with the code that the protocol says, and
 * nothing else changes: another connection of the same session goes on with the plans that it has. What is wrong with
 * types by themselves is in tests/unit/remote_hostile_test.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "runtime/schema/remote.h"
#include "tests/protocol/schema/rig.h"
#include "tests/support/rules.h"
#include "tests/support/schema_put.h"
#include "tests/support/wire_peer.h"

/* What may be held of messages on their way, twice, as buffers double; and beside it. */
enum { MESSAGES_MAX = 2 << 20, SPARE = 32 * 1024 };
enum { ATTACKED = 1, BESIDE = 3, ECHO = 0, SAME = 1, WIDEN = 3 }; /* connections; methods of the older Mix */

typedef struct scene {
    wire_peer w; /* first: decide is given this */
    mix notes;
    schema_put put;
    uint64_t request_id; /* on BESIDE */
    size_t memory;
} scene;

/* ---- what the test's side says ---- */

static void put_schema_frames(wire_peer *w, uint64_t connection, uint64_t method_id, unsigned direction,
                              weft_bytes types, weft_bytes root)
{
    enum { PIECE = 60000 };
    weft_writer *writer;
    assert_int_equal(weft_writer_new(NULL, SIZE_MAX, &writer), 0);
    weft__write_array(writer, 4);
    weft__write_u64(writer, method_id);
    weft__write_u64(writer, direction);
    weft__write_raw(writer, types);
    weft__write_raw(writer, root);
    weft_bytes body = weft_writer_bytes(writer);
    if (body.len <= PIECE)
        wire_put(&w->out, WEFT__KIND_SCHEMA, 0, connection, body.ptr, body.len);
    else
        wire_put_cut(&w->out, WEFT__KIND_SCHEMA, connection, body.ptr, body.len, PIECE, 0);
    weft_writer_free(writer);
}

static const weft_bytes no_types = { (const uint8_t *)"\x90", 1 };

/* The types that were put, for a method without parameters. */
static void put_schema(scene *world, uint64_t method_id)
{
    put_schema_frames(&world->w, ATTACKED, method_id, 0, schema_put_types(&world->put), no_types);
    schema_put_clear(&world->put);
}

/* What the older program says of its method. */
static void put_honest(wire_peer *w, uint64_t connection, const weft_method *method)
{
    weft_writer *writer;
    assert_int_equal(weft_writer_new(NULL, SIZE_MAX, &writer), 0);
    weft__write_array(writer, method->n_types[0]);
    for (uint32_t i = 0; i < method->n_types[0]; i++) {
        weft__write_array(writer, 2);
        weft__write_u64(writer, method->types[0][i]->id);
        weft__write_bin(writer, method->types[0][i]->declaration);
    }
    put_schema_frames(w, connection, method->id, 0, weft_writer_bytes(writer), method->roots[0]);
    weft_writer_free(writer);
}

static void put_request(wire_peer *w, uint64_t connection, uint64_t request_id, const weft_method *method,
                        const void *args)
{
    weft_writer *writer;
    uint8_t head[WEFT__REQUEST_HEAD_MAX];
    assert_int_equal(weft_writer_new(NULL, SIZE_MAX, &writer), 0);
    size_t len = weft__request_head_write(head + sizeof head, request_id, method->id, 0);
    weft__write_raw(writer, weft_bytes_of(head + sizeof head - len, len));
    assert_int_equal(weft_gen_encode(method->args, args, writer), 0);
    weft__request_tail_encode(writer, NULL, 0, (weft_metadata){ NULL, 0 });
    weft_bytes body = weft_writer_bytes(writer);
    wire_put(&w->out, WEFT__KIND_REQUEST, 0, connection, body.ptr, body.len);
    weft_writer_free(writer);
}

/* ---- the world ---- */

static int decide(void *user, weft_session *session, weft_pending pending)
{
    scene *world = user;
    weft_accept_options options = weft_open_options_default();
    (void)session;
    options.serves = &new_mix_service;
    options.handler = &mix_new_handler;
    options.self = &world->notes;
    return weft_pending_accept(pending, &options, NULL);
}

static void open_older(wire_peer *w, uint64_t connection)
{
    weft__open_out open = wire_open_defaults(true);
    weft__service_ref ref = { weft_str_from(old_mix_service.name), old_mix_service.id };
    open.services = open.requested_or_null = &ref;
    wire_put_open_of(&w->out, WEFT__KIND_OPEN, connection, &open);
    wire_flush(w);
    (void)wire_expect(w, WEFT__KIND_ACCEPT, connection);
}

/* A call on the connection beside, by the plan that is there. */
static void call_beside(scene *world)
{
    old_mix_widen_args args = { .number = 7, .label = WEFT_STR("beside") };
    int n = world->notes.n_handled;
    put_request(&world->w, BESIDE, world->request_id, &old_mix_service.methods[WIDEN], &args);
    wire_flush(&world->w);
    wire_frame frame = wire_expect(&world->w, n == 0 ? WEFT__KIND_SCHEMA : WEFT__KIND_RESPONSE, BESIDE);
    if (frame.kind == WEFT__KIND_SCHEMA)
        (void)wire_expect_response(&world->w, BESIDE, world->request_id, 0);
    assert_int_equal(world->notes.n_handled, n + 1);
    assert_int_equal(world->notes.number, 7);
    world->request_id += 2;
}

static void begin(scene *world)
{
    memset(world, 0, sizeof *world);
    world->request_id = 1;
    schema_put_init(&world->put);
    wire_init(&world->w, false);
    world->w.decide = decide;
    world->w.options.keepalive_idle_ns = WEFT_KEEPALIVE_IDLE_DEFAULT; /* so that it rests */
    wire_shake(&world->w);
    open_older(&world->w, ATTACKED);
    open_older(&world->w, BESIDE);
    put_honest(&world->w, BESIDE, &old_mix_service.methods[WIDEN]);
    call_beside(world);
    world->memory = world->w.alloc.peak_bytes = world->w.alloc.live_bytes;
}

/* What says how much room there is. */
static void skip_windows(wire_peer *w)
{
    wire_frame frame;
    while (w->in.len - w->in_at >= WEFT__FRAME_HEADER &&
           weft__frame_read(w->in.ptr + w->in_at).kind == WEFT__KIND_WINDOW)
        assert_true(wire_next(w, &frame));
}

/* Long enough for the session to give back what it keeps for the next message. */
static void rest(wire_peer *w)
{
    wire_frame frame;
    for (int i = 0; i < 2; i++) {
        wire_advance(w, WEFT_KEEPALIVE_IDLE_DEFAULT + 1);
        while (wire_next(w, &frame)) /* a Ping */
            assert_int_equal(frame.kind, WEFT__KIND_PING);
        wire_put_number(&w->out, WEFT__KIND_PONG, 0, 1);
        wire_flush(w);
    }
}

/* The attacked connection is gone, with what it held, and nobody else has noticed. */
static void end_closed(scene *world, uint16_t code, const char *rule)
{
    wire_flush(&world->w);
    skip_windows(&world->w);
    wire_expect_end(&world->w, WEFT__KIND_CLOSE, ATTACKED, code, rule);
    wire_put_close(&world->w.out, ATTACKED, 0, 0);
    wire_flush(&world->w);
    call_beside(world);
    wire_expect_alive(&world->w);
    rest(&world->w);
    assert_true(world->w.alloc.live_bytes <= world->memory + SPARE);
    assert_true(world->w.alloc.peak_bytes <= world->memory + WEFT__REMOTE_MEMORY_MAX + MESSAGES_MAX + SPARE);
    schema_put_fini(&world->put);
    wire_disconnect(&world->w, WEFT_ECONNRESET);
    wire_fini(&world->w);
}

/* Nothing was wrong: a call goes on the connection. */
static void end_open(scene *world, uint64_t request_id)
{
    old_mix_same_args args = { .number = 41 };
    put_honest(&world->w, ATTACKED, &old_mix_service.methods[SAME]);
    put_request(&world->w, ATTACKED, request_id, &old_mix_service.methods[SAME], &args);
    wire_flush(&world->w);
    (void)wire_expect(&world->w, WEFT__KIND_SCHEMA, ATTACKED);
    (void)wire_expect_response(&world->w, ATTACKED, request_id, 0);
    assert_int_equal(world->notes.number, 41);
    call_beside(world);
    wire_expect_alive(&world->w);
    schema_put_fini(&world->put);
    wire_disconnect(&world->w, WEFT_ECONNRESET);
    wire_fini(&world->w);
}

static void put_small_types(scene *world, unsigned from, unsigned n)
{
    for (unsigned i = from; i < from + n; i++) {
        char name[32];
        int len = snprintf(name, sizeof name, "h.v1.T%u", i);
        weft_writer *d = schema_put_begin(&world->put);
        weft__canon_struct(d, weft_str_of(name, (size_t)len), 1);
        schema_put_field(d, WEFT_STR("x"), WEFT__CANON_U8, false);
        schema_put_end(&world->put);
    }
}

/* ---- what is closed ---- */

static void schema_said_twice_closes(void **state)
{
    /* Goal: a second Schema for a method and direction ends the connection, even where it says the same. */
    (void)state;
    WEFT_RULE("schema.send");
    scene world;
    begin(&world);
    put_honest(&world.w, ATTACKED, &old_mix_service.methods[ECHO]);
    put_honest(&world.w, ATTACKED, &old_mix_service.methods[ECHO]);
    end_closed(&world, WEFT_CODE_PROTOCOL, "schema.send");
}

static void schema_that_lies_closes(void **state)
{
    /* Goal: ids that are another's, references to nothing in the types or in the root, and bytes that are no schema. */
    (void)state;
    WEFT_RULE("schema.required");
    static const struct {
        const char *types, *root;
        size_t types_len, root_len;
    } lies[] = {
        { "\x91\x92\x01\xc4\x05\x93\x01\xa1"
          "A\x90",
          "\x90", 10, 1 }, /* its id is not 1 */
        { "\x90",
          "\x91\x95\xa1"
          "a\x92\x14\x05\xc2\x00\xc2",
          1, 10 },                    /* there is no type 5 */
        { "\x91\xc0", "\x90", 2, 1 }, /* a type that is nil */
        { "\x90",
          "\x91\x95\xa1"
          "a\x01\xc2\x03\xc2",
          1, 8 }, /* a channel of a third direction */
        { "\x90",
          "\x92\x95\xa1"
          "a\x01\xc2\x00\xc2\x95\xa1"
          "a\x01\xc2\x00\xc2",
          1, 15 }, /* two of one name */
    };
    for (size_t i = 0; i < sizeof lies / sizeof *lies; i++) {
        scene world;
        begin(&world);
        put_schema_frames(&world.w, ATTACKED, 1, 0, weft_bytes_of(lies[i].types, lies[i].types_len),
                          weft_bytes_of(lies[i].root, lies[i].root_len));
        end_closed(&world, WEFT_CODE_PROTOCOL, "schema.required");
    }
    static const char *const bodies[] = { "\x90", "\x94\x01\x02\x90\x90", "\x94\xa1\x61\x90\x90\x90", "\xc0" };
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
        scene world;
        begin(&world);
        wire_put(&world.w.out, WEFT__KIND_SCHEMA, 0, ATTACKED, bodies[i], strlen(bodies[i]));
        end_closed(&world, WEFT_CODE_PROTOCOL, "schema.send");
    }
}

static void request_without_its_schema_closes(void **state)
{
    /* Goal: where the declarations differ, a request whose schema has not come ends the connection before anything of
     * it is looked at. */
    (void)state;
    WEFT_RULE("schema.required");
    scene world;
    begin(&world);
    old_mix_same_args args = { .number = 1 };
    put_request(&world.w, ATTACKED, 1, &old_mix_service.methods[SAME], &args);
    end_closed(&world, WEFT_CODE_PROTOCOL, "schema.required");
    assert_int_equal(world.notes.number, 7); /* of the call beside */
}

static void schemas_beyond_limits_close(void **state)
{
    /* Goal: the 1,025th message, the 4,097th type, more than a megabyte, 100,000 fields, types 33 deep: *limit*. */
    (void)state;
    WEFT_RULE("schema.required");
    scene world;
    begin(&world);
    for (uint64_t i = 1; i <= 1025; i++)
        put_schema(&world, i);
    end_closed(&world, WEFT_CODE_LIMIT, "schema.required");

    begin(&world);
    for (unsigned i = 0; i < 5; i++) {
        put_small_types(&world, i * 1024, i < 4 ? 1024 : 1);
        put_schema(&world, i + 1);
    }
    end_closed(&world, WEFT_CODE_LIMIT, "schema.required");

    begin(&world);
    char *text = malloc(2 << 20);
    assert_non_null(text);
    memset(text, 'n', 2 << 20);
    for (unsigned i = 0; i < 17; i++) {
        weft_writer *d = schema_put_begin(&world.put);
        text[0] = (char)('A' + i);
        weft__canon_struct(d, weft_str_of(text, (size_t)64 * 1024), 0);
        schema_put_end(&world.put);
        put_schema(&world, i + 1);
        wire_flush(&world.w); /* within the window */
    }
    end_closed(&world, WEFT_CODE_LIMIT, "schema.required");
    free(text);

    begin(&world);
    weft_writer *d = schema_put_begin(&world.put);
    weft__canon_struct(d, WEFT_STR("h.v1.Wide"), 100000);
    for (unsigned i = 0; i < 100000; i++)
        schema_put_field(d, WEFT_STR("f"), WEFT__CANON_U8, false);
    schema_put_end(&world.put);
    put_schema(&world, 1);
    end_closed(&world, WEFT_CODE_LIMIT, "schema.required");

    begin(&world);
    d = schema_put_begin(&world.put);
    weft__canon_struct(d, WEFT_STR("h.v1.Deep"), 1);
    weft__canon_field_begin(d, WEFT_STR("f"));
    for (unsigned i = 0; i < WEFT__SCHEMA_DEPTH_MAX; i++)
        weft__canon_option(d);
    weft__canon_scalar(d, WEFT__CANON_BOOL);
    weft__canon_field_end(d, true);
    schema_put_end(&world.put);
    put_schema(&world, 1);
    end_closed(&world, WEFT_CODE_LIMIT, "schema.required");
}

/* ---- what is fine ---- */

static void schemas_that_are_merely_useless_are_fine(void **state)
{
    /* Goal: schemas for methods that nobody here has, schemas that no request follows, 1,024 of them, types that
     * nothing refers to, and types that were said before: all counts, and nothing of it ends anything. */
    (void)state;
    WEFT_RULE("schema.send");
    scene world;
    begin(&world);
    for (uint64_t i = 1; i < 1024; i++) {
        put_small_types(&world, (unsigned)i % 7, 1);
        put_schema(&world, i);
    }
    wire_flush(&world.w);
    end_open(&world, 1);

    begin(&world);
    put_schema(&world, 77);
    weft_method unknown = old_mix_service.methods[SAME];
    unknown.id = 77;
    old_mix_same_args args = { .number = 1 };
    put_request(&world.w, ATTACKED, 1, &unknown, &args);
    wire_flush(&world.w);
    (void)wire_expect_response(&world.w, ATTACKED, 1, WEFT_OUTCOME_UNKNOWN_METHOD);
    end_open(&world, 3);
}

static void types_of_one_message_serve_the_next(void **state)
{
    /* Goal: a type that came with one method's schema is known to all later ones of the connection, and to no other
     * connection's. */
    (void)state;
    WEFT_RULE("schema.scope");
    scene world;
    const weft_method *echo = &old_mix_service.methods[ECHO];
    begin(&world);
    weft_method first = *echo, second = *echo;
    first.id = 77; /* brings the types; echo's own schema only refers to them */
    second.n_types[0] = 0;
    put_honest(&world.w, ATTACKED, &first);
    put_honest(&world.w, ATTACKED, &second);
    old_mix_echo_args args = { .tree = { .label = WEFT_STR("known") }, .times = 2 };
    put_request(&world.w, ATTACKED, 1, echo, &args);
    wire_flush(&world.w);
    (void)wire_expect(&world.w, WEFT__KIND_SCHEMA, ATTACKED);
    (void)wire_expect_response(&world.w, ATTACKED, 1, 0);
    assert_string_equal(world.notes.text, "known");
    end_open(&world, 3);

    begin(&world);
    put_honest(&world.w, BESIDE, &first);
    put_honest(&world.w, ATTACKED, &second);
    end_closed(&world, WEFT_CODE_PROTOCOL, "schema.required");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(schema_said_twice_closes),
        cmocka_unit_test(schema_that_lies_closes),
        cmocka_unit_test(request_without_its_schema_closes),
        cmocka_unit_test(schemas_beyond_limits_close),
        cmocka_unit_test(schemas_that_are_merely_useless_are_fine),
        cmocka_unit_test(types_of_one_message_serve_the_next),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

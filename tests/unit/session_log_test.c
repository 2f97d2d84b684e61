/* What a session tells the log: each thing once, by its level, with fields that say whom it is about; and never what is
 * secret. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tests/support/pair.h"

/* ---- the records as lines: "info session ready session=1 …" ---- */

enum { LINES = 512, LINE = 512 };

typedef struct book {
    char lines[LINES][LINE];
    size_t n;
} book;

static void book_write(void *user, const weft_log_record *record)
{
    static const char *const levels[] = { "error", "warning", "info", "debug" };
    book *b = user;
    assert_true(b->n < LINES);
    assert_true(record->log_class != 0 && (record->log_class & (record->log_class - 1)) == 0);
    char *line = b->lines[b->n++];
    int len = snprintf(line, LINE, "%s %s", levels[record->level], record->message);
    for (size_t i = 0; i < record->n_fields; i++) {
        const weft_log_field *f = &record->fields[i];
        if (f->is_text)
            len += snprintf(line + len, (size_t)(LINE - len), " %s=\"%.*s\"", f->name, (int)f->text.len, f->text.ptr);
        else
            len += snprintf(line + len, (size_t)(LINE - len), " %s=%llu", f->name, (unsigned long long)f->number);
        assert_true(len < LINE);
    }
}

/* Lines that begin so and have all of this in them. */
static size_t book_count(const book *b, const char *begin, const char *with)
{
    size_t n = 0;
    for (size_t i = 0; i < b->n; i++)
        n += strncmp(b->lines[i], begin, strlen(begin)) == 0 && strstr(b->lines[i], with) != NULL;
    return n;
}

static size_t book_count_level(const book *b, const char *level)
{
    return book_count(b, level, "");
}

static void assert_told(const book *b, const char *begin, const char *with)
{
    if (book_count(b, begin, with) == 1)
        return;
    for (size_t i = 0; i < b->n; i++)
        print_error("%s\n", b->lines[i]);
    fail_msg("not told once: %s … %s", begin, with);
}

typedef struct world {
    weft_test_alloc alloc;
    pair p;
    book b;
} world;

static world *world_new(void)
{
    world *w = calloc(1, sizeof *w);
    assert_non_null(w);
    weft_test_alloc_init(&w->alloc);
    pair_init(&w->p, &w->alloc);
    w->p.log = book_write;
    w->p.log_user = &w->b;
    return w;
}

static void world_ready(world *w)
{
    assert_int_equal(pair_begin(&w->p, weft_session_options_default(), weft_session_options_default()), 0);
    pair_run(&w->p);
}

static void world_free(world *w)
{
    pair_fini(&w->p);
    weft_test_alloc_assert_empty(&w->alloc);
    free(w);
}

/* ---- tests ---- */

static void log_life_of_a_session_is_told_by_both_sides(void **state)
{
    /* Goal: ready, open, call, close and end, each once, with whom it is about. */
    (void)state;
    world *w = world_new();
    world_ready(w);
    assert_told(&w->b, "info session ready session=1 by_peer=0", "transport=\"mem\" address=\"pair\"");
    assert_told(&w->b, "info session ready session=2 by_peer=1", "");
    /* [schema.wire] each side names its layouts, and the other one tells of it */
    assert_told(&w->b, "debug the counterpart's layouts are ours session=1 wire=", "");
    assert_told(&w->b, "debug the counterpart's layouts are ours session=2 wire=", "");
    weft_connection *conn = pair_open(&w->p);
    assert_told(&w->b, "debug open session=1 connection=1 by_peer=0 service=\"test.Pair\"", "");
    assert_told(&w->b, "debug open session=2 connection=1 by_peer=1 service=\"test.Pair\"", "");
    assert_told(&w->b, "debug open accepted session=2 connection=1 by_peer=0", "");
    assert_told(&w->b, "debug open accepted session=1 connection=1 by_peer=1", "");
    assert_int_equal(pair_call(&w->p.c, conn, PAIR_ECHO, 3, 0, NULL), 0);
    pair_run(&w->p);
    assert_told(&w->b, "debug call answered session=2 connection=1 call=1 by_peer=1", "method=\"echo\" outcome=\"ok\"");
    assert_told(&w->b, "debug call ended session=1 connection=1 call=1 by_peer=0",
                "service=\"test.Pair\" method=\"echo\" error=\"WEFT_OK\" outcome=\"ok\"");
    assert_int_equal(weft_connection_close(conn, 300, "enough"), 0);
    pair_run(&w->p);
    assert_told(&w->b, "debug connection closed session=1 connection=1 by_peer=0", "code=300 text=\"enough\"");
    assert_told(&w->b, "debug connection closed session=2 connection=1 by_peer=1", "code=300 text=\"enough\"");
    weft_connection_release(conn);
    weft_session_close(w->p.c.session, 0, "bye");
    pair_run(&w->p);
    assert_told(&w->b, "info session ended session=1 by_peer=0 error=\"WEFT_OK\"", "");
    assert_told(&w->b, "info session ended session=2 by_peer=1 error=\"WEFT_OK\"", "text=\"bye\"");
    assert_int_equal(book_count_level(&w->b, "warning") + book_count_level(&w->b, "error"), 0);
    assert_true(book_count(&w->b, "debug frame sent", "kind=\"Request\"") == 1);
    assert_true(book_count(&w->b, "debug frame received", "kind=\"Request\"") == 1);
    world_free(w);
}

static void log_refusals_are_told_by_who_refuses_and_who_is_refused(void **state)
{
    /* Goal: a rejected open and a refused handshake: code and text on both sides. */
    (void)state;
    world *w = world_new();
    world_ready(w);
    w->p.s.refuse_code = WEFT_CODE_FORBIDDEN;
    assert_null(pair_open(&w->p));
    assert_told(&w->b, "info open rejected session=2", "by_peer=0 code=11 service=\"test.Pair\" text=\"no\"");
    assert_told(&w->b, "info open rejected session=1", "by_peer=1 code=11 text=\"no\"");
    world_free(w);
    w = world_new();
    weft_session_options client = weft_session_options_default();
    client.root_service = &pair_service;
    w->p.s.refuse_code = 400;
    assert_int_equal(pair_begin(&w->p, client, weft_session_options_default()), 0);
    pair_run(&w->p);
    assert_told(&w->b, "info handshake refused session=2 by_peer=0 error=\"WEFT_EREFUSED\" code=400", "text=\"no\"");
    assert_told(&w->b, "info handshake failed session=1 by_peer=1 error=\"WEFT_EREFUSED\" code=400", "no\"");
    assert_int_equal(book_count(&w->b, "info session ended", "session=2"), 0); /* it never was one */
    world_free(w);
}

static void log_violation_names_its_rule(void **state)
{
    /* Goal: an operator sees which rule was broken, and by which session. */
    (void)state;
    static const uint8_t late_accept[16] = { 0, 0, 0, 0, 17, 0, 0, 0, 7 }; /* for an id never opened */
    world *w = world_new();
    size_t consumed;
    world_ready(w);
    assert_int_equal(weft_engine_feed(w->p.server, late_accept, sizeof late_accept, w->p.now_ns, &consumed), 0);
    pair_run(&w->p);
    assert_told(&w->b, "warning the counterpart broke the protocol session=2", "rule=\"violation.scope\"");
    assert_told(&w->b, "info session ended session=2 by_peer=1 error=\"WEFT_EPROTO\" code=1", "");
    world_free(w);
}

static void log_what_the_application_forgets_is_a_warning(void **state)
{
    /* Goal: a dropped pending, a dropped call, and a call that nobody lets go of, each with what it was. */
    (void)state;
    world *w = world_new();
    world_ready(w);
    w->p.s.keep_pending = true;
    assert_null(pair_open(&w->p));
    assert_int_equal(weft_pending_drop(w->p.s.pending), 0);
    pair_run(&w->p);
    assert_told(&w->b, "warning an open was dropped undecided session=2 connection=1", "service=\"test.Pair\"");
    assert_null(pair_open(&w->p));
    pair_advance(&w->p, 31 * WEFT_NS_PER_S);
    assert_told(&w->b, "warning an open was not decided in time session=2 connection=3", "service=\"test.Pair\"");
    w->p.s.keep_pending = false;
    weft_connection *conn = pair_open(&w->p);
    assert_int_equal(pair_call(&w->p.c, conn, PAIR_HOLD, 1, 0, NULL), 0);
    assert_int_equal(pair_call(&w->p.c, conn, PAIR_HOLD, 1, 1, NULL), 0);
    pair_run(&w->p);
    assert_int_equal(weft_call_drop(w->p.s.held[0]), 0);
    assert_told(&w->b, "warning a handler dropped a call session=2 connection=5 call=1", "method=\"hold\"");
    weft_connection_release(conn);
    assert_int_equal(book_count(&w->b, "warning a handler never let go", ""), 0);
    book *kept = malloc(sizeof *kept);
    pair_disconnect(&w->p, 0);
    weft_engine_free(w->p.server);
    w->p.server = NULL;
    *kept = w->b;
    assert_told(kept, "warning a handler never let go of a call session=2", "method=\"hold\"");
    free(kept);
    world_free(w);
}

static void log_secrets_are_never_told(void **state)
{
    /* Goal: at every level and class, nothing of metadata or arguments is in any record, SENSITIVE or not. */
    (void)state;
    world *w = world_new();
    weft_metadata_entry entries[] = { weft_metadata_str("token", WEFT_STR("hunter2"), WEFT_METADATA_SENSITIVE) };
    weft_metadata metadata = { entries, 1 };
    weft_session_options options = weft_session_options_default();
    weft_call_options with = weft_call_options_default();
    options.metadata = with.metadata = &metadata;
    assert_int_equal(pair_begin(&w->p, options, options), 0);
    pair_run(&w->p);
    weft_connection *conn = pair_open(&w->p);
    assert_int_equal(pair_call_with(&w->p.c, conn, PAIR_ECHO, 8, 33, &with, NULL), 0);
    pair_run(&w->p);
    assert_int_equal(w->p.c.n_done, 1);
    weft_connection_release(conn);
    pair_run(&w->p);
    for (size_t i = 0; i < w->b.n; i++) {
        assert_null(strstr(w->b.lines[i], "hunter2"));
        assert_null(strstr(w->b.lines[i], "token"));
        assert_null(strstr(w->b.lines[i], "!!!!"));
    }
    assert_true(w->b.n > 20);
    world_free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(log_life_of_a_session_is_told_by_both_sides),
        cmocka_unit_test(log_refusals_are_told_by_who_refuses_and_who_is_refused),
        cmocka_unit_test(log_violation_names_its_rule),
        cmocka_unit_test(log_what_the_application_forgets_is_a_warning),
        cmocka_unit_test(log_secrets_are_never_told),
    };
    return cmocka_run_group_tests_name("session_log", tests, NULL, NULL);
}

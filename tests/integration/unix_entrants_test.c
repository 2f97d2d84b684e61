/* Users and groups that a unix listener lets in: real ones, which only root can be. */
#define _GNU_SOURCE /* setgroups, seteuid */

#include "tests/integration/rig/place.h"

#include <grp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { OTHER = 4711 };

static int listen_with(place *p, const char *url, const weft_listener_options *listener_options, weft_error *error)
{
    weft_session_options options = rig_server_options(p->r);
    memset(error, 0, sizeof *error);
    return weft_listen_with(p->r->runtime, url, &options, listener_options, &p->r->listener, error);
}

/* The lists are gone when this returns: they have been copied. */
static void listen_for(place *p, const uint32_t *uids, size_t n_uids, const uint32_t *gids, size_t n_gids)
{
    weft_listener_options options = weft_listener_options_default();
    uint32_t ids[2][4] = { { 0 }, { 0 } };
    weft_error error;
    options.mode = 0666;
    options.uids = n_uids > 0 ? memcpy(ids[0], uids, n_uids * sizeof *uids) : NULL;
    options.n_uids = n_uids;
    options.gids = n_gids > 0 ? memcpy(ids[1], gids, n_gids * sizeof *gids) : NULL;
    options.n_gids = n_gids;
    if (listen_with(p, p->url, &options, &error) < 0)
        fail_msg("%s: %s", p->url, error.text);
    memset(ids, 0xff, sizeof ids);
    assert_int_equal(weft_listener_url(p->r->listener, p->r->url, sizeof p->r->url), 0);
}

/* Who the kernel says it is that connects from now on. */
static void become(uid_t uid, gid_t gid, const gid_t *groups, size_t n_groups)
{
    assert_int_equal(seteuid(0), 0);
    assert_int_equal(setgroups(n_groups, groups), 0);
    assert_int_equal(setegid(gid), 0);
    assert_int_equal(seteuid(uid), 0);
}

static weft_listener_stats stats_of(const place *p)
{
    weft_listener_stats stats;
    weft_listener_stats_read(p->r->listener, &stats, sizeof stats);
    return stats;
}

static void assert_comes_in(place *p)
{
    uint64_t n = stats_of(p).ready;
    rig_visit(p->r);
    assert_int_equal(stats_of(p).ready, n + 1);
}

static void assert_stays_out(place *p)
{
    weft_listener_stats before = stats_of(p), after;
    rig *r = p->r;
    rig_connect(r, r->url);
    rig_until(r, &r->n_closed, 1);
    assert_int_equal(r->n_failed, 1);
    assert_int_equal(r->failed.code, WEFT_EREFUSED);
    assert_int_equal(r->failed.remote, WEFT_CODE_FORBIDDEN);
    rig_settle(r);
    after = stats_of(p);
    assert_int_equal(after.refused[WEFT_REFUSAL_FORBIDDEN], before.refused[WEFT_REFUSAL_FORBIDDEN] + 1);
    assert_int_equal(after.ready, before.ready);
    assert_int_equal(after.handshakes_now, 0);
}

static void entrants_by_user(void **state)
{
    /* Goal: who is in the list comes in; others, be it root, are told that it is forbidden. */
    static const uint32_t uids[] = { OTHER, PLACE_NOBODY };
    place *p = *state;
    if (geteuid() != 0)
        skip();
    listen_for(p, uids, 2, NULL, 0);
    become(PLACE_NOBODY, 0, NULL, 0);
    assert_comes_in(p);
    become(OTHER, 0, NULL, 0);
    assert_comes_in(p);
    become(OTHER + 1, PLACE_NOBODY, NULL, 0);
    assert_stays_out(p);
    become(0, 0, NULL, 0);
    assert_stays_out(p);
    assert_int_equal(stats_of(p).refused[WEFT_REFUSAL_FORBIDDEN], 2);
}

static void entrants_by_group(void **state)
{
    /* Goal: a group counts whether it is the main one or one of few or many others. */
    static const uint32_t gids[] = { PLACE_NOBODY };
    static const gid_t one[] = { OTHER, PLACE_NOBODY };
    gid_t many[300];
    place *p = *state;
    if (geteuid() != 0)
        skip();
    for (size_t i = 0; i < 300; i++)
        many[i] = (gid_t)(1000 + i);
    listen_for(p, NULL, 0, gids, 1);
    become(OTHER, PLACE_NOBODY, NULL, 0);
    assert_comes_in(p);
    become(OTHER, OTHER, one, 2);
    assert_comes_in(p);
    become(OTHER, OTHER, one, 1);
    assert_stays_out(p);
    become(OTHER, OTHER, many, 300);
    assert_stays_out(p);
    many[299] = PLACE_NOBODY;
    become(OTHER, OTHER, many, 300);
    assert_comes_in(p);
    become(PLACE_NOBODY, 0, NULL, 0); /* a user of that number is no group */
    assert_stays_out(p);
    become(0, 0, NULL, 0);
}

static void entrants_by_either_list(void **state)
{
    /* Goal: where there are two lists it is enough to be in one. */
    static const uint32_t uids[] = { PLACE_NOBODY }, gids[] = { OTHER };
    place *p = *state;
    if (geteuid() != 0)
        skip();
    listen_for(p, uids, 1, gids, 1);
    become(PLACE_NOBODY, 0, NULL, 0);
    assert_comes_in(p);
    become(0, OTHER, NULL, 0);
    assert_comes_in(p);
    become(OTHER, PLACE_NOBODY, NULL, 0);
    assert_stays_out(p);
    become(0, 0, NULL, 0);
}

static void entrants_without_lists_are_all(void **state)
{
    /* Goal: nobody is kept out by a list that there is not. */
    place *p = *state;
    listen_for(p, NULL, 0, NULL, 0);
    assert_comes_in(p);
}

/* ---- another process ---- */

typedef struct visitor {
    weft_runtime *runtime;
    weft_session *session;
    weft_error error;
} visitor;

static void visitor_on_event(void *user, weft_session *session, const weft_session_event *event)
{
    visitor *v = user;
    (void)session;
    if (event->kind == WEFT_EVENT_FAILED)
        v->error = *event->error;
    if (event->kind == WEFT_EVENT_READY)
        weft_session_close(v->session, WEFT_CODE_NONE, NULL);
    if (event->kind == WEFT_EVENT_CLOSED)
        weft_runtime_stop(v->runtime);
}

/* As a program of that user would: whether it was let in, or refused as it should be. */
static void visit(const char *url, uid_t uid, bool lets_in)
{
    visitor v = { NULL, NULL, { 0, 0, 0, "" } };
    weft_session_options options = weft_session_options_default();
    bool well = setgroups(0, NULL) == 0 && setgid(OTHER) == 0 && setuid(uid) == 0;
    options.on_event = visitor_on_event;
    options.user = &v;
    well = well && weft_runtime_new(NULL, &v.runtime) == 0 &&
           weft_connect(v.runtime, url, &options, &v.session, NULL) == 0 && weft_runtime_run(v.runtime) == 0;
    place_child_ends(
        well && (lets_in ? v.error.code == 0 : v.error.code == WEFT_EREFUSED && v.error.remote == WEFT_CODE_FORBIDDEN));
}

static void count_end(uv_poll_t *poll, int status, int events)
{
    int *n_ended = poll->data;
    (void)status;
    (void)events;
    ++*n_ended;
    (void)uv_poll_stop(poll);
}

/* The server serves until the child has closed its end of a pipe, which it does with its own. */
static void serve_child(place *p, uid_t uid, bool lets_in)
{
    uv_poll_t poll;
    int ends[2], n_ended = 0;
    pid_t child;
    assert_int_equal(pipe(ends), 0);
    child = place_fork();
    if (child == 0) {
        (void)close(ends[0]);
        visit(p->url, uid, lets_in);
    }
    assert_int_equal(close(ends[1]), 0);
    assert_int_equal(uv_poll_init(&p->r->loop, &poll, ends[0]), 0);
    poll.data = &n_ended;
    assert_int_equal(uv_poll_start(&poll, UV_READABLE | UV_DISCONNECT, count_end), 0);
    rig_until(p->r, &n_ended, 1);
    place_assert_child(child, PLACE_CHILD_OK);
    uv_close((uv_handle_t *)&poll, NULL);
    rig_settle(p->r);
    assert_int_equal(close(ends[0]), 0);
}

static void entrants_of_another_process(void **state)
{
    /* Goal: programs of two users, the one on the list and the other not. */
    static const uint32_t uids[] = { PLACE_NOBODY };
    place *p = *state;
    if (geteuid() != 0)
        skip();
    listen_for(p, uids, 1, NULL, 0);
    serve_child(p, PLACE_NOBODY, true);
    serve_child(p, OTHER, false);
    serve_child(p, 0, false);
    assert_int_equal(stats_of(p).ready, 1);
    assert_int_equal(stats_of(p).refused[WEFT_REFUSAL_FORBIDDEN], 2);
    rig_until(p->r, &p->r->n_ended, 1);
}

static void entrants_are_of_unix_sockets(void **state)
{
    /* Goal: what could not be held is refused when it is asked for, also of a socket that was handed down. */
    static const uint32_t ids[] = { 0 };
    static const char *const urls[] = { "tcp://127.0.0.1:0", "mem://entrants" };
    place *p = *state;
    weft_listener_options options[3];
    struct sockaddr_storage any;
    weft_error error;
    char url[32];
    int fd;
    for (int i = 0; i < 3; i++)
        options[i] = weft_listener_options_default();
    options[0].uids = ids;
    options[0].n_uids = 1;
    options[1].gids = ids;
    options[1].n_gids = 1;
    options[2].n_uids = 1;
    assert_int_equal(listen_with(p, p->url, &options[2], &error), WEFT_EINVAL);
    memset(&any, 0, sizeof any);
    any.ss_family = AF_INET;
    fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&any, sizeof any), 0);
    assert_int_equal(listen(fd, 1), 0);
    (void)snprintf(url, sizeof url, "fd://%d", fd);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(listen_with(p, urls[0], &options[i], &error), WEFT_EINVAL);
        assert_int_equal(listen_with(p, urls[1], &options[i], &error), WEFT_EINVAL);
        assert_int_equal(listen_with(p, url, &options[i], &error), WEFT_EBADF);
    }
    assert_int_equal(close(fd), 0);
}

int main(void)
{
#define ENTRANTS_TEST(name) cmocka_unit_test_setup_teardown(name, place_setup, place_teardown)
    const struct CMUnitTest tests[] = {
        ENTRANTS_TEST(entrants_by_user),
        ENTRANTS_TEST(entrants_by_group),
        ENTRANTS_TEST(entrants_by_either_list),
        ENTRANTS_TEST(entrants_without_lists_are_all),
        ENTRANTS_TEST(entrants_of_another_process),
        ENTRANTS_TEST(entrants_are_of_unix_sockets),
    };
    return cmocka_run_group_tests(tests, place_setup_all, NULL);
}

/* Who may come in at a unix socket: mode and owner of its file, and never more than in the end. */
#define _GNU_SOURCE /* MAP_ANONYMOUS, seteuid */

#include "runtime/loop/driver.h"
#include "tests/integration/rig/place.h"
#include "tests/support/rules.h"

#include <errno.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static int listen_with(place *p, const char *url, const weft_listener_options *listener_options, weft_error *error)
{
    weft_session_options options = rig_server_options(p->r);
    memset(error, 0, sizeof *error);
    return weft_listen_with(p->r->runtime, url, &options, listener_options, &p->r->listener, error);
}

static void listen_as(place *p, const weft_listener_options *listener_options)
{
    weft_error error;
    if (listen_with(p, p->url, listener_options, &error) < 0)
        fail_msg("%s: %s", p->url, error.text);
    assert_int_equal(weft_listener_url(p->r->listener, p->r->url, sizeof p->r->url), 0);
}

static void close_listener(place *p)
{
    weft_listener_close(p->r->listener, NULL, NULL);
    assert_false(place_has(p->path));
}

static void access_mode_is_what_was_asked_for(void **state)
{
    /* Goal: the umask, which says what is made otherwise, neither adds to a mode nor takes from it, and stays. */
    place *p = *state;
    weft_listener_options options = weft_listener_options_default();
    static const uint32_t modes[] = { 0600, 0660, 0666, 0777, 0200 };
    static const mode_t umasks[] = { 0, 022, 077 };
    mode_t before = umask(0);
    struct stat st;
    for (size_t i = 0; i < sizeof umasks / sizeof *umasks; i++) {
        (void)umask(umasks[i]);
        for (size_t k = 0; k < sizeof modes / sizeof *modes; k++) {
            options.mode = modes[k];
            listen_as(p, &options);
            assert_int_equal(stat(p->path, &st), 0);
            assert_int_equal(st.st_mode & 07777, modes[k]);
            assert_int_equal(st.st_uid, geteuid());
            close_listener(p);
        }
        options.mode = 0;
        listen_as(p, &options);
        assert_int_equal(stat(p->path, &st), 0);
        assert_int_equal(st.st_mode & 07777, 0777U & ~umasks[i]);
        rig_visit(p->r);
        close_listener(p);
        assert_int_equal(umask(umasks[i]), umasks[i]);
    }
    (void)umask(before);
}

static void access_owner_and_group_are_what_was_asked_for(void **state)
{
    /* Goal: root gives the socket to who is to use it; each of the two alone leaves the other. */
    place *p = *state;
    weft_listener_options options = weft_listener_options_default();
    struct stat st;
    if (geteuid() != 0)
        skip();
    options.owner = PLACE_NOBODY;
    options.mode = 0600;
    listen_as(p, &options);
    assert_int_equal(stat(p->path, &st), 0);
    assert_int_equal(st.st_uid, PLACE_NOBODY);
    assert_int_equal(st.st_gid, getegid());
    assert_int_equal(st.st_mode & 07777, 0600);
    close_listener(p);
    options.owner = -1;
    options.group = PLACE_NOBODY;
    options.mode = 0660;
    listen_as(p, &options);
    assert_int_equal(stat(p->path, &st), 0);
    assert_int_equal(st.st_uid, geteuid());
    assert_int_equal(st.st_gid, PLACE_NOBODY);
    rig_visit(p->r);
}

static void access_that_cannot_be_given_leaves_nothing(void **state)
{
    /* Goal: who may not give a file away does not listen, and the path is as it was. */
    place *p = *state;
    pid_t child;
    assert_int_equal(chmod(p->folder, 0777), 0);
    child = place_fork();
    if (child == 0) {
        weft_session_options session_options = weft_session_options_default();
        weft_listener_options options = weft_listener_options_default();
        weft_runtime *runtime;
        weft_listener *listener;
        weft_error error;
        if (geteuid() == 0 && setuid(PLACE_NOBODY) != 0)
            place_child_ends(false);
        options.owner = 0;
        options.mode = 0600;
        if (weft_runtime_new(NULL, &runtime) < 0)
            place_child_ends(false);
        place_child_ends(weft_listen_with(runtime, p->url, &session_options, &options, &listener, &error) ==
                             WEFT_EACCES &&
                         error.sys == EPERM && strstr(error.text, p->path));
    }
    place_assert_child(child, PLACE_CHILD_OK);
}

static void access_is_of_files_and_within_bounds(void **state)
{
    /* Goal: what could not be held is refused when it is asked for. */
    place *p = *state;
    weft_listener_options options = weft_listener_options_default();
    weft_error error;
    options.mode = 01000;
    assert_int_equal(listen_with(p, p->url, &options, &error), WEFT_EINVAL);
    options.mode = 0600;
    assert_int_equal(listen_with(p, "tcp://127.0.0.1:0", &options, &error), WEFT_EINVAL);
    assert_int_equal(listen_with(p, "unix-abstract://weft-access", &options, &error), WEFT_EINVAL);
    options = weft_listener_options_default();
    options.owner = PLACE_NOBODY; /* and who else? */
    assert_int_equal(listen_with(p, p->url, &options, &error), WEFT_EINVAL);
    options.mode = 0600;
    options.owner = -2;
    assert_int_equal(listen_with(p, p->url, &options, &error), WEFT_EINVAL);
    options.owner = UINT32_MAX; /* to chown: as it is */
    assert_int_equal(listen_with(p, p->url, &options, &error), WEFT_EINVAL);
    options.owner = 0;
    assert_int_equal(listen_with(p, "mem://access", &options, &error), WEFT_EINVAL);
    options = weft_listener_options_default();
    options.mode = 0600;
    options.group = (int64_t)UINT32_MAX + 1;
    assert_int_equal(listen_with(p, p->url, &options, &error), WEFT_EINVAL);
}

typedef struct watched {
    atomic_bool over;
    atomic_long n_tried;
} watched;

/* Knocks as long as there is something to knock at: no connect may succeed. */
static void knock(watched *all, const char *path)
{
    struct sockaddr_un un;
    bool well = geteuid() != 0 || setuid(PLACE_NOBODY) == 0;
    memset(&un, 0, sizeof un);
    un.sun_family = AF_UNIX;
    memcpy(un.sun_path, path, strlen(path) + 1);
    while (well && !atomic_load(&all->over)) {
        int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        well = fd >= 0 && connect(fd, (struct sockaddr *)&un, sizeof un) != 0 &&
               (errno == EACCES || errno == ENOENT || errno == ECONNREFUSED);
        atomic_fetch_add(&all->n_tried, 1);
        (void)close(fd);
    }
    place_child_ends(well);
}

static void access_is_never_wider_than_asked_for(void **state)
{
    /* Goal: with a umask that forbids nothing a stranger knocks all the while that sockets are made, and none lets him
     * in. */
    place *p = *state;
    enum { N = 1000 };
    weft_listener_options options = weft_listener_options_default();
    watched *all;
    mode_t before;
    pid_t child;
    long n_tried;
    if (geteuid() != 0)
        skip();
    all = mmap(NULL, sizeof *all, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_true(all != MAP_FAILED);
    before = umask(0);
    options.mode = 0600;
    child = place_fork();
    if (child == 0)
        knock(all, p->path);
    while (atomic_load(&all->n_tried) == 0)
        (void)sched_yield();
    for (int i = 0; i < N; i++) {
        listen_as(p, &options);
        close_listener(p);
    }
    n_tried = atomic_load(&all->n_tried);
    atomic_store(&all->over, true);
    place_assert_child(child, PLACE_CHILD_OK);
    assert_true(n_tried > 1);
    (void)umask(before);
    assert_int_equal(munmap(all, sizeof *all), 0);
}

/* ---- who comes back ---- */

/* What the kernel says of who connects from now on. */
static void connect_as(uid_t uid, gid_t gid)
{
    assert_int_equal(seteuid(0), 0); /* who may be any group */
    assert_int_equal(setegid(gid), 0);
    assert_int_equal(seteuid(uid), 0);
}

static void begin_resumable(rig *r)
{
    weft_session_options options = rig_client_options(r);
    options.resumable = true;
    if (r->client.connection)
        weft_connection_release(r->client.connection);
    r->client.connection = NULL;
    rig_connect_with(r, r->url, &options);
    rig_open(r);
}

static void listen_for_all(place *p)
{
    weft_listener_options options = weft_listener_options_default();
    options.mode = 0666;
    listen_as(p, &options);
}

static void break_conduit(rig *r)
{
    for (weft__link *link = r->runtime->drivers.next; link != &r->runtime->drivers; link = link->next) {
        weft__driver *driver = weft__container(link, weft__driver, link);
        if (driver->engine && weft_engine_session(driver->engine) == r->session) {
            weft__driver_cut(driver, WEFT_ECONNRESET, "broken by the test", uv_hrtime());
            return;
        }
    }
    fail_msg("no driver has the session");
}

static void access_another_user_does_not_resume(void **state)
{
    /* Goal: who comes with the key of a session, but over a conduit of another user or group, is told that it cannot be
     * resumed, and the session waits on for who it belongs to. */
    static const struct {
        uid_t uid;
        gid_t gid;
    } others[] = { { PLACE_NOBODY, PLACE_NOBODY }, { PLACE_NOBODY, 0 }, { 0, PLACE_NOBODY } };
    place *p = *state;
    rig *r = p->r;
    WEFT_RULE("resume.refuse");
    if (geteuid() != 0)
        skip();
    listen_for_all(p);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        begin_resumable(r);
        break_conduit(r);
        connect_as(others[i].uid, others[i].gid);
        rig_until(r, &r->n_closed, 1);
        connect_as(0, 0);
        assert_int_equal(r->closed.remote, WEFT_CODE_NOT_RESUMABLE);
        assert_int_equal(r->n_resumed, 0);
        assert_int_equal(r->n_parked, (int)i + 1);
        assert_int_equal(r->n_returned + r->n_ended, 0);
    }
}

static void access_the_same_user_resumes(void **state)
{
    /* Goal: the other side of it: with the identity that it began with a session goes on. */
    place *p = *state;
    rig *r = p->r;
    if (geteuid() != 0)
        skip();
    listen_for_all(p);
    connect_as(PLACE_NOBODY, PLACE_NOBODY);
    begin_resumable(r);
    assert_int_equal(r->peer.uid, PLACE_NOBODY);
    break_conduit(r);
    rig_until(r, &r->n_resumed, 1);
    connect_as(0, 0);
    assert_int_equal(r->n_closed, 0);
    rig_disconnect(r);
}

int main(void)
{
#define ACCESS_TEST(name) cmocka_unit_test_setup_teardown(name, place_setup, place_teardown)
    const struct CMUnitTest tests[] = {
        ACCESS_TEST(access_mode_is_what_was_asked_for),
        ACCESS_TEST(access_owner_and_group_are_what_was_asked_for),
        ACCESS_TEST(access_that_cannot_be_given_leaves_nothing),
        ACCESS_TEST(access_is_of_files_and_within_bounds),
        ACCESS_TEST(access_is_never_wider_than_asked_for),
        ACCESS_TEST(access_another_user_does_not_resume),
        ACCESS_TEST(access_the_same_user_resumes),
    };
    return cmocka_run_group_tests(tests, place_setup_all, NULL);
}

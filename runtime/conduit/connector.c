/* Making the conduit of a connecting session.
 *
 * Sockets are made and connected here and watched by uv_poll, so that one way serves TCP and unix sockets, and what the
 * system says arrives unchanged. The connector frees itself once it has said what became of it and all that it has on
 * the loop is closed; a look-up that the system cannot cancel may make that later than the answer. */
#include "runtime/conduit/connector.h"

#include "runtime/base/error.h"
#include "runtime/base/mem.h"
#include "runtime/conduit/socket.h"
#include "runtime/conduit/syserr.h"

#include <netdb.h>

/* Of one name; more would only share the time out more thinly. */
#define CONNECTOR_ADDRESSES_MAX 16
/* A unix socket whose queue is full says so at once, and there is nothing to wait on. */
#define CONNECTOR_RETRY_MS 10

struct weft__connector {
    weft__env *env;
    weft__url url;
    weft__connected_fn connected;
    void *user;
    uv_timer_t timer;
    uv_poll_t poll;
    uv_getaddrinfo_t resolve;
    unsigned n_open; /* of these three */
    bool polling;
    bool between; /* two attempts: the poll is closing */
    bool resolving;
    bool done; /* connected has come, or never will */
    int fd;    /* being connected, or -1 */
    bool has_deadline;
    uint64_t deadline_ms; /* on uv_now */
    size_t n_addresses;
    size_t at;        /* the address being tried */
    weft_error error; /* of the latest attempt */
    weft__sockaddr addresses[CONNECTOR_ADDRESSES_MAX];
};

static void connector_try(weft__connector *connector);

static void connector_let_go(weft__connector *connector)
{
    weft__env *env = connector->env;
    if (--connector->n_open > 0)
        return;
    weft__free(&env->allocator, connector, sizeof *connector);
    weft__env_release(env);
}

static void connector_on_timer_closed(uv_handle_t *handle)
{
    connector_let_go(handle->data);
}

/* A connector whose poll has closed goes on with the next address, or goes. */
static void connector_on_poll_closed(uv_handle_t *handle)
{
    weft__connector *connector = handle->data;
    bool done = connector->done;
    connector->between = false;
    connector_let_go(connector);
    if (!done)
        connector_try(connector);
}

static void connector_stop_polling(weft__connector *connector)
{
    if (!connector->polling)
        return;
    connector->polling = false;
    uv_close((uv_handle_t *)&connector->poll, connector_on_poll_closed);
}

/* Nothing more is tried; what is open goes. */
static void connector_finish(weft__connector *connector)
{
    connector->done = true;
    connector_stop_polling(connector);
    weft__socket_close(connector->fd);
    connector->fd = -1;
    if (connector->resolving)
        (void)uv_cancel((uv_req_t *)&connector->resolve);
    uv_close((uv_handle_t *)&connector->timer, connector_on_timer_closed);
}

static void connector_fail(weft__connector *connector)
{
    weft_error error = connector->error;
    weft__connected_fn connected = connector->connected;
    void *user = connector->user;
    connector_finish(connector);
    connected(user, NULL, &error);
}

static void connector_succeed(weft__connector *connector)
{
    weft__conduit *conduit = NULL;
    weft__connected_fn connected = connector->connected;
    void *user = connector->user;
    int fd = connector->fd;
    int rc;
    /* The poll goes first: libuv keeps one watcher for a descriptor. */
    connector->fd = -1;
    connector->done = true;
    connector_stop_polling(connector);
    rc = weft__stream_new(connector->env, fd, connector->url.kind == WEFT__URL_TCP ? "tcp" : "unix", &conduit);
    if (rc < 0) {
        weft__socket_close(fd);
        /* Connected, and gone before we looked. */
        (void)weft__error_set(&connector->error, rc == WEFT_EBADF ? WEFT_ECONNRESET : rc, "cannot use the connection");
        connector_fail(connector);
        return;
    }
    connector_finish(connector);
    connected(user, conduit, NULL);
}

static uint64_t connector_left_ms(const weft__connector *connector)
{
    uint64_t now = uv_now(connector->env->loop);
    return connector->deadline_ms > now ? connector->deadline_ms - now : 0;
}

static void connector_on_timer(uv_timer_t *timer);

static void connector_arm(weft__connector *connector, uint64_t ms)
{
    (void)uv_timer_start(&connector->timer, connector_on_timer, ms > 0 ? ms : 1, 0);
}

/* Each of the addresses that are left gets an equal part of the time that is left. */
static void connector_arm_attempt(weft__connector *connector)
{
    if (connector->has_deadline)
        connector_arm(connector, connector_left_ms(connector) / (connector->n_addresses - connector->at));
}

static void connector_timed_out(weft__connector *connector)
{
    (void)weft__error_set(&connector->error, WEFT_ETIMEDOUT,
                          connector->resolving ? "looking the name up timed out" : "connecting timed out");
}

/* The attempt has failed; connector->error says why. */
static void connector_next(weft__connector *connector)
{
    /* Before the descriptor, whose number may have another owner soon. */
    connector->between = connector->polling;
    connector_stop_polling(connector);
    weft__socket_close(connector->fd);
    connector->fd = -1;
    if (++connector->at >= connector->n_addresses)
        connector_fail(connector);
    else if (!connector->between)
        connector_try(connector);
}

static void connector_on_timer(uv_timer_t *timer)
{
    weft__connector *connector = timer->data;
    bool late = connector->has_deadline && connector_left_ms(connector) == 0;
    if (late) {
        if (connector->error.code == 0 || connector->fd >= 0 || connector->resolving)
            connector_timed_out(connector);
        connector_fail(connector);
    } else if (connector->fd >= 0) {
        connector_timed_out(connector);
        connector_next(connector);
    } else if (!connector->between) {
        connector_try(connector);
    }
}

static void connector_on_poll(uv_poll_t *poll, int status, int events)
{
    weft__connector *connector = poll->data;
    int result = weft__socket_connect_result(connector->fd);
    (void)events;
    /* For a connect that failed libuv says EBADF, the socket why. */
    if (result < 0)
        status = result;
    if (status == 0) {
        connector_succeed(connector);
        return;
    }
    (void)weft__error_status(&connector->error, status, "cannot connect");
    connector_next(connector);
}

static int connector_watch(weft__connector *connector)
{
    int rc = uv_poll_init(connector->env->loop, &connector->poll, connector->fd);
    if (rc < 0)
        return rc;
    connector->poll.data = connector;
    connector->polling = true;
    connector->n_open++;
    return uv_poll_start(&connector->poll, UV_WRITABLE, connector_on_poll);
}

static void connector_try(weft__connector *connector)
{
    int rc = weft__socket_connect(&connector->addresses[connector->at], &connector->fd);
    if (rc == 0) {
        connector_succeed(connector);
        return;
    }
    if (rc == WEFT__CONNECTING) {
        connector_arm_attempt(connector);
        rc = connector_watch(connector);
        if (rc == 0)
            return;
    }
    (void)weft__error_status(&connector->error, rc, "cannot connect");
    if (rc == UV_EAGAIN && connector->url.kind != WEFT__URL_TCP) {
        uint64_t left = connector->has_deadline ? connector_left_ms(connector) : CONNECTOR_RETRY_MS;
        connector_arm(connector, left < CONNECTOR_RETRY_MS ? left : CONNECTOR_RETRY_MS);
        return;
    }
    connector_next(connector);
}

static void connector_add_address(weft__connector *connector, const struct sockaddr *address, size_t len)
{
    weft__sockaddr *slot = &connector->addresses[connector->n_addresses];
    if (connector->n_addresses == CONNECTOR_ADDRESSES_MAX || len > sizeof slot->storage)
        return;
    memset(slot, 0, sizeof *slot);
    memcpy(&slot->storage, address, len);
    slot->len = (socklen_t)len;
    connector->n_addresses++;
}

static void connector_on_resolved(uv_getaddrinfo_t *resolve, int status, struct addrinfo *list)
{
    weft__connector *connector = resolve->data;
    connector->resolving = false;
    for (const struct addrinfo *one = status == 0 ? list : NULL; one; one = one->ai_next)
        connector_add_address(connector, one->ai_addr, one->ai_addrlen);
    uv_freeaddrinfo(list);
    if (connector->done) {
        connector_let_go(connector);
        return;
    }
    connector->n_open--; /* the timer's is left */
    if (connector->n_addresses > 0) {
        connector_try(connector);
        return;
    }
    (void)weft__error_status(&connector->error, status < 0 ? status : UV_EAI_NONAME, "cannot look the name up");
    connector_fail(connector);
}

static int connector_resolve(weft__connector *connector)
{
    struct addrinfo hints;
    char port[21];
    int rc;
    memset(&hints, 0, sizeof hints);
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_NUMERICSERV;
    port[weft__format_u64(connector->url.port, port)] = '\0';
    connector->resolve.data = connector;
    rc = uv_getaddrinfo(connector->env->loop, &connector->resolve, connector_on_resolved, connector->url.name, port,
                        &hints);
    if (rc < 0)
        return rc;
    connector->resolving = true;
    connector->n_open++;
    return 0;
}

static void connector_begin(weft__connector *connector)
{
    weft__sockaddr *first = &connector->addresses[0];
    int rc;
    if (connector->has_deadline)
        connector_arm(connector, connector_left_ms(connector));
    if (connector->url.kind != WEFT__URL_TCP) {
        weft__socket_unix_address(&connector->url, first);
        connector->n_addresses = 1;
        connector_try(connector);
        return;
    }
    if (weft__socket_numeric_address(&connector->url, first)) {
        connector->n_addresses = 1;
        connector_try(connector);
        return;
    }
    rc = connector_resolve(connector);
    if (rc == 0)
        return;
    (void)weft__error_status(&connector->error, rc, "cannot look the name up");
    connector_fail(connector);
}

int weft__connector_start(weft__env *env, const weft__url *url, uint64_t timeout_ns, weft__connected_fn connected,
                          void *user, weft__connector **ret_connector)
{
    weft__connector *connector = weft__alloc_zero(&env->allocator, sizeof *connector);
    int rc;
    if (!connector)
        return WEFT_ENOMEM;
    rc = uv_timer_init(env->loop, &connector->timer);
    if (rc < 0) {
        weft__free(&env->allocator, connector, sizeof *connector);
        return weft__map_status(rc);
    }
    connector->env = env;
    connector->url = *url;
    connector->connected = connected;
    connector->user = user;
    connector->fd = -1;
    connector->timer.data = connector;
    connector->n_open = 1;
    weft__env_hold(env);
    if (timeout_ns != WEFT_FOREVER) {
        uv_update_time(env->loop);
        connector->has_deadline = true;
        connector->deadline_ms = uv_now(env->loop) + timeout_ns / WEFT_NS_PER_MS + (timeout_ns % WEFT_NS_PER_MS != 0);
    }
    /* Written first: what follows may call back, and the receiver may then forget it. */
    *ret_connector = connector;
    connector_begin(connector);
    return 0;
}

void weft__connector_cancel(weft__connector *connector)
{
    connector_finish(connector);
}

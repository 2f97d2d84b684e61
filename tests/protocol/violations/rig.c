/* The server, its application, and the sockets of its counterparts. */
#include "tests/protocol/violations/rig.h"
#include "tests/support/turns.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

/* ---- the application ---- */

static vio_session *session_of(vio_rig *rig, weft_session *session)
{
    for (int i = 0; i < 2; i++)
        if (rig->sessions[i].session == session)
            return &rig->sessions[i];
    rig->sessions[rig->newest].session = session;
    return &rig->sessions[rig->newest];
}

static void on_event(void *user, weft_session *session, const weft_session_event *event)
{
    vio_session *s = session_of(user, session);
    switch (event->kind) {
    case WEFT_EVENT_READY:
        s->side.n_ready++;
        s->has_reference = true;
        break;
    case WEFT_EVENT_FAILED: s->side.n_failed++; break;
    case WEFT_EVENT_DISCONNECTED:
    case WEFT_EVENT_RESUMED:
    case WEFT_EVENT_REPLACED: break;
    case WEFT_EVENT_CLOSED:
        s->side.n_closed++;
        s->side.end = *event->error;
        break;
    case WEFT_EVENT_DRAINING:
    case WEFT_EVENT_WRITABLE: break;
    }
}

static void on_closed(void *user, const weft_error *error)
{
    pair_side *side = user;
    side->n_conn_closed++;
    side->conn_end = *error;
}

static int on_open(void *user, weft_session *session, weft_pending pending)
{
    static const weft_service_type *const called = &pair_service;
    vio_session *s = session_of(user, session);
    weft_accept_options options = weft_open_options_default();
    weft_connection *connection;
    weft_str service = weft_pending_service(pending);
    s->side.n_open_asked++;
    if (weft_str_equal(service, WEFT_STR("test.Keep")))
        return 0;
    if (!weft_str_equal(service, weft_str_from(pair_service.name)))
        return weft_pending_reject(pending, WEFT_CODE_UNKNOWN_SERVICE, "no such service here", NULL);
    options.serves = &pair_service;
    options.handler = "";
    options.self = &s->side;
    options.calls = &called;
    options.n_calls = 1;
    options.on_closed = on_closed;
    options.on_closed_user = &s->side;
    int status = weft_pending_accept(pending, &options, &connection);
    if (status == 0 && !s->accepted)
        s->accepted = connection;
    else if (status == 0)
        weft_connection_release(connection);
    return status == WEFT_EINCOMPATIBLE ? 0 : status;
}

static weft_session_options session_options(vio_rig *rig)
{
    weft_session_options options = weft_session_options_default();
    options.max_connections = VIO_CONNECTIONS;
    options.max_concurrent_requests = VIO_REQUESTS;
    options.max_message_size = VIO_MESSAGE;
    options.max_frame_size = VIO_MESSAGE; /* one byte more is beyond this, whatever the message is */
    options.on_open = on_open;
    options.on_event = on_event;
    options.user = rig;
    return options;
}

/* ---- the sockets ---- */

static void take(vio_client *client)
{
    uint8_t bytes[4096];
    ssize_t n = recv(client->fd, bytes, sizeof bytes, MSG_DONTWAIT);
    if (n > 0)
        wire_bytes_add(&client->in, bytes, (size_t)n);
    else if (n == 0 || (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR))
        client->eof = true;
    assert_false(n < 0 && client->eof); /* a reset would have destroyed a last word */
}

bool vio_read(vio_rig *rig, vio_client *client, size_t n, const uint8_t **ret_bytes)
{
    weft_test_turns turns = { 0, 0 };
    while (client->in.len - client->at < n && !client->eof) {
        weft_test_turn(&turns, &rig->loop, client->fd);
        take(client);
    }
    if (client->in.len - client->at < n)
        return false;
    *ret_bytes = client->in.ptr + client->at;
    return true;
}

bool vio_next(vio_rig *rig, vio_client *client, vio_frame *ret_frame)
{
    const uint8_t *bytes;
    if (!vio_read(rig, client, WEFT__FRAME_HEADER, &bytes))
        return false;
    ret_frame->head = weft__frame_read(bytes);
    if (!vio_read(rig, client, WEFT__FRAME_HEADER + ret_frame->head.len, &bytes))
        return false;
    ret_frame->body = weft_bytes_of(bytes + WEFT__FRAME_HEADER, ret_frame->head.len);
    client->at += WEFT__FRAME_HEADER + ret_frame->head.len;
    return true;
}

vio_frame vio_wait(vio_rig *rig, vio_client *client, uint8_t kind)
{
    vio_frame frame = { 0 };
    do {
        if (!vio_next(rig, client, &frame))
            fail_msg("%s was expected, and the conduit ended", weft__kind_name(kind));
    } while (frame.head.kind != kind);
    return frame;
}

void vio_wait_end(vio_rig *rig, vio_client *client)
{
    const uint8_t *bytes;
    assert_false(vio_read(rig, client, 1, &bytes));
}

void vio_send(vio_rig *rig, const vio_client *client, wire_bytes *bytes)
{
    weft_test_turns turns = { 0, 0 };
    size_t at = 0;
    while (at < bytes->len) {
        ssize_t n = send(client->fd, bytes->ptr + at, bytes->len - at, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (n > 0)
            at += (size_t)n;
        else if (errno == EAGAIN || errno == EWOULDBLOCK)
            weft_test_turn(&turns, &rig->loop, -1);
        else
            break; /* the server has had enough */
    }
    wire_bytes_free(bytes);
}

void vio_close(vio_client *client)
{
    (void)close(client->fd);
    wire_bytes_free(&client->in);
    memset(client, 0, sizeof *client);
    client->fd = -1;
}

void vio_until(vio_rig *rig, const int *counter, int n)
{
    weft_test_turns turns = { 0, 0 };
    while (*counter < n)
        weft_test_turn(&turns, &rig->loop, -1);
    assert_int_equal(*counter, n);
}

static void client_connect(vio_rig *rig, vio_client *client)
{
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(rig->port) };
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    memset(client, 0, sizeof *client);
    client->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(client->fd >= 0);
    assert_int_equal(connect(client->fd, (const struct sockaddr *)(const void *)&address, sizeof address), 0);
}

void vio_connect(vio_rig *rig, vio_client *client)
{
    rig->newest = 1;
    client_connect(rig, client);
}

void vio_accept(vio_rig *rig, vio_client *client)
{
    weft_session_options options = session_options(rig);
    char url[32];
    int fds[2];
    memset(client, 0, sizeof *client);
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), 0);
    client->fd = fds[0];
    rig->newest = 1;
    (void)snprintf(url, sizeof url, "fd://%d", fds[1]);
    assert_int_equal(weft_connect(rig->runtime, url, &options, &rig->sessions[1].session, NULL), 0);
    rig->sessions[1].has_reference = true;
}

/* ---- counterparts that behave
 * ----------------------------------------------------------------------------------------- */

void vio_shake(vio_rig *rig, vio_client *client)
{
    wire_bytes out = { NULL, 0, 0 };
    const uint8_t *bytes;
    wire_put_preamble(&out, true);
    wire_put_hello(&out, WEFT__KIND_HELLO, true, false);
    vio_send(rig, client, &out);
    assert_true(vio_read(rig, client, WEFT__PREAMBLE, &bytes));
    client->at += WEFT__PREAMBLE;
    (void)vio_wait(rig, client, WEFT__KIND_WELCOME);
    wire_put_ready(&out);
    wire_put_open(&out, WEFT__KIND_OPEN, 1, true);
    vio_send(rig, client, &out);
    (void)vio_wait(rig, client, WEFT__KIND_ACCEPT);
}

void vio_begin_calls(vio_rig *rig, vio_client *client)
{
    vio_session *s = &rig->sessions[1];
    wire_bytes out = { NULL, 0, 0 };
    wire_put_request(&out, 1, 1, pair_service.methods[PAIR_HOLD].id, 3);
    vio_send(rig, client, &out);
    vio_until(rig, &s->side.n_handled, 1);
    assert_int_equal(pair_call(&s->side, s->accepted, PAIR_HOLD, 3, 0, NULL), 0);
    (void)vio_wait(rig, client, WEFT__KIND_REQUEST);
}

void vio_serves_others(vio_rig *rig)
{
    wire_bytes out = { NULL, 0, 0 };
    weft__response response;
    rig->good_request += 2;
    wire_put_request(&out, 1, rig->good_request - 1, pair_service.methods[PAIR_ECHO].id, 100);
    vio_send(rig, &rig->good, &out);
    vio_frame frame = vio_wait(rig, &rig->good, WEFT__KIND_RESPONSE);
    assert_int_equal(weft__response_decode(frame.body, &response), 0);
    assert_int_equal(response.request_id, rig->good_request - 1);
    assert_int_equal(response.outcome, 0);
}

/* ---- life
 * -------------------------------------------------------------------------------------------------------------- */

static void session_forget(vio_session *s)
{
    for (int i = 0; i < s->side.n_held; i++)
        (void)weft_call_drop(s->side.held[i]);
    weft_connection_release(s->accepted);
    if (s->has_reference)
        weft_session_release(s->session);
    memset(s, 0, sizeof *s);
}

void vio_forget(vio_rig *rig)
{
    session_forget(&rig->sessions[1]);
}

vio_rig *vio_new(void)
{
    weft_runtime_options options = weft_runtime_options_default();
    char url[64];
    vio_rig *rig = calloc(1, sizeof *rig);
    assert_non_null(rig);
    weft_test_alloc_init(&rig->alloc);
    assert_int_equal(uv_loop_init(&rig->loop), 0);
    options.loop = &rig->loop;
    options.allocator = &rig->alloc.allocator;
    assert_int_equal(weft_runtime_new(&options, &rig->runtime), 0);
    weft_session_options session = session_options(rig);
    assert_int_equal(weft_listen(rig->runtime, "tcp://127.0.0.1:0", &session, &rig->listener, NULL), 0);
    assert_int_equal(weft_listener_url(rig->listener, url, sizeof url), 0);
    rig->port = (uint16_t)strtoul(strrchr(url, ':') + 1, NULL, 10);
    client_connect(rig, &rig->good);
    vio_shake(rig, &rig->good);
    return rig;
}

static void runtime_closed(void *user)
{
    vio_rig *rig = user;
    rig->runtime = NULL;
}

void vio_free(vio_rig *rig)
{
    vio_close(&rig->good);
    vio_until(rig, &rig->sessions[0].side.n_closed, 1);
    session_forget(&rig->sessions[0]);
    weft_runtime_close(rig->runtime, runtime_closed, rig);
    weft_test_turns turns = { 0, 0 };
    while (rig->runtime)
        weft_test_turn(&turns, &rig->loop, -1);
    assert_int_equal(uv_loop_close(&rig->loop), 0);
    weft_test_alloc_assert_empty(&rig->alloc);
    free(rig);
}

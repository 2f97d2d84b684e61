/* Sessions that begin here: connecting, as often as it takes, and serving a descriptor that somebody hands in. */
#include "runtime/base/error.h"
#include "runtime/base/log.h"
#include "runtime/base/options.h"
#include "runtime/loop/driver.h"

static void connect_on_connected(void *user, weft__conduit *conduit_or_null, const weft_error *error_or_null)
{
    if (conduit_or_null)
        weft__driver_attach(user, conduit_or_null);
    else
        weft__driver_fail(user, error_or_null);
}

void weft__driver_connect(weft__driver *driver)
{
    weft_runtime *runtime = driver->runtime;
    const weft__url *url = &driver->target->url;
    weft__conduit *conduit = NULL;
    weft_error error;
    int rc;
    switch (url->kind) {
    case WEFT__URL_MEM: rc = weft__mem_connect(&runtime->hub, url->name, &conduit); break;
    case WEFT__URL_FD: /* once: see connect_check */
        rc = weft__stream_new(&runtime->env, url->fd, "fd", &conduit);
        if (rc < 0 && rc != WEFT_EALREADY) /* else another session of this loop has it */
            weft__socket_close(url->fd);
        break;
    default:
        rc = weft__connector_start(&runtime->env, url, driver->target->timeout_ns, connect_on_connected, driver,
                                   &driver->connector);
        if (rc == 0)
            return;
        break;
    }
    (void)weft__error_set(&error, rc < 0 ? rc : WEFT_EINTERNAL, NULL); /* told where there is no conduit */
    connect_on_connected(driver, conduit, &error);
}

static int connect_check(weft_runtime *runtime, const weft__url *url, const weft_session_options *options,
                         weft_error *error)
{
    int family;
    if (runtime->state > WEFT__RUNTIME_DRAINING)
        return weft__error_set(error, WEFT_ECLOSED, "the runtime is closed");
    if (url->kind == WEFT__URL_TCP && (url->port == 0 || url->name_len == 0 || strcmp(url->name, "*") == 0))
        return weft__error_set(error, WEFT_EINVAL, "one connects to a host and a port other than 0");
    if (url->kind == WEFT__URL_FD && url->fd < 0)
        return weft__error_set(error, WEFT_EINVAL, "one connects by the number of a descriptor: fd://3");
    if (url->kind == WEFT__URL_FD && weft__socket_check(url->fd, &family) < 0)
        return weft__error_set(error, WEFT_EBADF, "the descriptor is not a connected stream socket");
    if (url->kind == WEFT__URL_FD && (options->resumable || options->retry || options->connect_wait_ns > 0))
        return weft__error_set(error, WEFT_EINVAL,
                               "a descriptor cannot be connected again: no resumable, retry or connect_wait_ns");
    return 0;
}

int weft_connect(weft_runtime *runtime, const char *url, const weft_session_options *options_or_null,
                 weft_session **ret_session, weft_error *error_or_null)
{
    weft__driver *driver;
    weft__target target;
    weft_session_options options = weft_session_options_default();
    int rc = weft__url_parse(url, &target.url, error_or_null);
    (void)weft__options_copy(&options, sizeof options, options_or_null); /* the driver says what is wrong with them */
    if (rc == 0)
        rc = connect_check(runtime, &target.url, &options, error_or_null);
    if (rc < 0)
        return rc;
    target.timeout_ns = options.connect_timeout_ns;
    rc = weft__driver_new_initiator(runtime, options_or_null, &target, &driver);
    if (rc < 0)
        return weft__error_set(error_or_null, rc,
                               rc == WEFT_EINVAL ? weft__session_options_why(options_or_null) : NULL);
    *ret_session = weft_session_retain(weft_engine_session(driver->engine));
    weft__log_record(&runtime->env.log, WEFT_LOG_DEBUG, WEFT_LOG_CONDUIT, "connecting",
                     weft__log_number("session", weft_session_id(*ret_session)),
                     weft__log_text("url", weft_str_from(url)));
    weft__driver_connect(driver);
    return 0;
}

int weft_accept_fd(weft_runtime *runtime, int fd, const weft_session_options *options)
{
    weft__driver *driver;
    weft__conduit *conduit;
    weft_peer peer;
    char address[WEFT__ADDRESS_MAX];
    int family, rc;
    if (!options)
        return WEFT_EINVAL;
    if (runtime->state != WEFT__RUNTIME_OPEN)
        return WEFT_ECLOSED;
    rc = weft__socket_check(fd, &family);
    if (rc < 0)
        return rc;
    weft__socket_evidence(fd, "fd", &peer, address, sizeof address);
    rc = weft__driver_new_acceptor(runtime, options, &peer, NULL, &driver);
    if (rc < 0)
        return rc;
    /* Last, since it is what takes the descriptor over. */
    rc = weft__stream_new(&runtime->env, fd, "fd", &conduit);
    if (rc < 0) {
        weft__driver_discard(driver);
        return rc;
    }
    weft__driver_attach(driver, conduit);
    return 0;
}

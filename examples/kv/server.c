/* kv-server URL [--store FILE] [--loops N]: keeps entries, in memory or in FILE, until it is told to end by SIGINT or
 * SIGTERM. N loops, each of a thread of its own, serve the one store. */
#include "loops.h"
#include "persist.h"

#include "weft/uv.h"
#include <stdio.h>
#include <stdlib.h>

#define LOOPS_MAX 64

struct server {
    struct store store;
    size_t n_loops;
    loop loops[LOOPS_MAX]; /* the first is this thread's, and the listener's */
    uv_signal_t signals[2];
    char url[512];
};

/* A second signal ends the process, as we look no more. */
static void on_signal(uv_signal_t *signal, int number)
{
    struct server *server = signal->data;
    (void)number;
    uv_close((uv_handle_t *)&server->signals[0], NULL);
    uv_close((uv_handle_t *)&server->signals[1], NULL);
    (void)weft_notify("STOPPING=1");
    for (size_t i = server->n_loops; i-- > 0;)
        loop_end(&server->loops[i]);
}

static int listen_at(struct server *server, const char *url)
{
    weft_session_options options = loop_options(&server->loops[0]);
    weft_listener *listener;
    weft_error error;
    int rc = weft_listen(server->loops[0].runtime, url, &options, &listener, &error);
    for (size_t i = 1; rc == 0 && i < server->n_loops; i++) {
        options = loop_options(&server->loops[i]);
        rc = weft_listener_add_runtime(listener, server->loops[i].runtime, &options, &error);
    }
    if (rc < 0)
        fprintf(stderr, "kv-server: %s: %s\n", url, error.text);
    else
        rc = weft_listener_url(listener, server->url, sizeof server->url);
    return rc;
}

/* Whoever reads this may already tell us to end. */
static void say_ready(const char *url)
{
    int rc = weft_notify("READY=1"); /* to systemd, where it has started us and waits for that */
    if (rc < 0)
        fprintf(stderr, "kv-server: cannot say that it is ready: %s\n", weft_strerror(rc));
    printf("listening on %s\n", url);
    fflush(stdout);
}

static int run(struct server *server)
{
    int rc = 0;
    for (size_t i = 0; i < 2; i++) {
        uv_signal_init(weft_runtime_loop(server->loops[0].runtime), &server->signals[i]);
        server->signals[i].data = server;
        uv_signal_start(&server->signals[i], on_signal, i == 0 ? SIGINT : SIGTERM);
    }
    for (size_t i = 1; rc == 0 && i < server->n_loops; i++)
        rc = loop_start(&server->loops[i]);
    if (rc < 0)
        return rc;
    say_ready(server->url);
    return weft_runtime_run(server->loops[0].runtime);
}

static bool read_arguments(struct server *server, int argc, char **argv, const char **ret_store)
{
    char *end;
    server->n_loops = 1;
    for (int i = 2; i + 1 < argc; i += 2) {
        if (strcmp(argv[i], "--store") == 0) {
            *ret_store = argv[i + 1];
        } else if (strcmp(argv[i], "--loops") == 0) {
            server->n_loops = strtoul(argv[i + 1], &end, 10);
            if (*end != '\0' || server->n_loops < 1 || server->n_loops > LOOPS_MAX)
                return false;
        } else {
            return false;
        }
    }
    return argc % 2 == 0;
}

static int open_store(struct server *server, const char *path, struct persist **ret_persist)
{
    int rc = persist_open(path, ret_persist);
    for (size_t i = 0; rc == 0 && i < server->n_loops; i++)
        rc = persist_add_loop(*ret_persist, server->loops[i].runtime);
    if (rc == 0)
        rc = persist_load(*ret_persist, &server->store);
    server->store.persist = *ret_persist; /* what was read is there already */
    return rc;
}

int main(int argc, char **argv)
{
    static struct server server;
    const char *store = NULL;
    struct persist *persist = NULL;
    int rc = 0;
    if (!read_arguments(&server, argc, argv, &store)) {
        fprintf(stderr, "usage: kv-server URL [--store FILE] [--loops N]\n");
        return 2;
    }
    uv_mutex_init(&server.store.lock);
    for (size_t i = 0; rc == 0 && i < server.n_loops; i++)
        rc = loop_make(&server.loops[i], &server.store);
    if (rc == 0 && store)
        rc = open_store(&server, store, &persist);
    if (rc == 0)
        rc = listen_at(&server, argv[1]);
    if (rc == 0)
        rc = run(&server);
    for (size_t i = server.n_loops; i-- > 0;) /* the listener's last */
        loop_free(&server.loops[i]);
    store_clear(&server.store);
    persist_close(persist);
    uv_mutex_destroy(&server.store.lock);
    return rc < 0;
}

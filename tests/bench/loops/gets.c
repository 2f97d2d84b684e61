/* gets URL SESSIONS DEPTH SECONDS: as many gets under way as SESSIONS times DEPTH, each on a session of its own by
 * DEPTH, for so long; prints how many were answered in a second. */
#include "kv.weft.h"
#include "weft/uv.h"
#include "weft/weft.h"

#include <stdio.h>
#include <stdlib.h>

enum { SESSIONS_MAX = 256 };

typedef struct gets gets;

typedef struct getter {
    gets *all;
    weft_session *session;
    kv_store_client client;
} getter;

struct gets {
    weft_runtime *runtime;
    uint64_t n, depth, begun_ns, until_ns;
    size_t n_sessions, n_open;
    getter getters[SESSIONS_MAX];
};

static void fail(const char *what, const char *why)
{
    fprintf(stderr, "gets: %s: %s\n", what, why);
    exit(1);
}

static void get(getter *one);

static void on_got(void *user, const kv_store_get_reply *reply)
{
    getter *one = user;
    gets *all = one->all;
    uint64_t now = uv_hrtime();
    if (reply->result.code != 0)
        fail("get", weft_strerror(reply->result.code));
    if (now < all->until_ns) {
        all->n++;
        get(one);
    } else if (all->begun_ns > 0) {
        printf("%.0f\n", (double)all->n * 1e9 / (double)(all->until_ns - all->begun_ns));
        fflush(stdout);
        exit(0); /* what is under way is nobody's any more */
    }
}

static void get(getter *one)
{
    kv_store_get_args args = { WEFT_STR("key") };
    int rc = kv_store_get(one->client, &args, NULL, on_got, one, NULL);
    if (rc < 0)
        fail("get", weft_strerror(rc));
}

/* The time begins when all sessions are there: they may be at different loops of the server. */
static void on_opened(void *user, kv_store_client client, const weft_error *error_or_null)
{
    getter *one = user;
    gets *all = one->all;
    uint64_t seconds_ns = all->until_ns;
    if (error_or_null)
        fail("open", error_or_null->text);
    one->client = client;
    if (++all->n_open < all->n_sessions)
        return;
    all->begun_ns = uv_hrtime();
    all->until_ns = all->begun_ns + seconds_ns;
    for (size_t i = 0; i < all->n_sessions; i++)
        for (uint64_t k = 0; k < all->depth; k++)
            get(&all->getters[i]);
}

int main(int argc, char **argv)
{
    static gets all;
    weft_error error;
    if (argc != 5)
        fail("usage", "gets URL SESSIONS DEPTH SECONDS");
    all.n_sessions = strtoul(argv[2], NULL, 10);
    all.depth = strtoul(argv[3], NULL, 10);
    all.until_ns = (uint64_t)(strtod(argv[4], NULL) * 1e9); /* from when they are open */
    if (all.n_sessions < 1 || all.n_sessions > SESSIONS_MAX || all.depth < 1)
        fail("usage", "1 to 256 sessions, a depth of 1 or more");
    if (weft_runtime_new(NULL, &all.runtime) < 0)
        fail("runtime", "out of memory");
    for (size_t i = 0; i < all.n_sessions; i++) {
        getter *one = &all.getters[i];
        one->all = &all;
        if (weft_connect(all.runtime, argv[1], NULL, &one->session, &error) < 0)
            fail(argv[1], error.text);
        if (kv_store_open(one->session, NULL, on_opened, one) < 0)
            fail("open", "cannot");
    }
    weft_runtime_run(all.runtime);
    fail(argv[1], "the server has gone");
}

/* The loops of kv-server. */
#include "loops.h"

static void on_get(void *self, kv_store_get_call call, const kv_store_get_args *args)
{
    struct store *store = ((desk *)self)->store;
    uv_mutex_lock(&store->lock);
    const item *found = store_find(store, args->key);
    kv_store_get_return(call, found ? &found->entry : NULL);
    uv_mutex_unlock(&store->lock);
}

static void on_put(void *self, kv_store_put_call call, const kv_store_put_args *args)
{
    desk *here = self;
    uv_mutex_lock(&here->store->lock);
    int rc = store_put(here, &args->entry);
    uint64_t version = here->store->version;
    uv_mutex_unlock(&here->store->lock);
    if (rc == WEFT_EMSGSIZE) {
        kv_put_error_too_large_fields fields = { KV_MAX_VALUE };
        kv_put_error error = kv_put_error_make_too_large(&fields);
        kv_store_put_fail(call, &error);
    } else if (rc < 0) {
        weft_call_fail(call.call, WEFT_OUTCOME_INTERNAL, weft_strerror(rc));
    } else {
        kv_store_put_return(call, version);
    }
}

static void on_remove(void *self, kv_store_remove_call call, const kv_store_remove_args *args)
{
    desk *here = self;
    uv_mutex_lock(&here->store->lock);
    item *found = store_find(here->store, args->key);
    int rc = found ? store_remove(here, found) : 0;
    uv_mutex_unlock(&here->store->lock);
    if (rc < 0)
        weft_call_fail(call.call, WEFT_OUTCOME_INTERNAL, weft_strerror(rc));
    else
        kv_store_remove_return(call, found != NULL);
}

static const kv_store_handler handler = { sizeof handler, NULL, on_get, on_put, on_remove, on_watch, on_load };

/* An accepted session is ours from READY on. */
static void on_event(void *user, weft_session *session, const weft_session_event *event)
{
    (void)user;
    if (event->kind == WEFT_EVENT_CLOSED)
        weft_session_release(session);
}

weft_session_options loop_options(loop *one)
{
    weft_session_options options = weft_session_options_default();
    options.on_open = weft_services_open;
    options.on_event = on_event;
    options.user = one->services;
    return options;
}

/* The store; and for tools that were not compiled with it, and for who watches over us: what there is, and whether it
 * is ready. */
static int offer(loop *one)
{
    int rc = weft_services_new(NULL, &one->services);
    if (rc == 0)
        rc = weft_services_add(one->services, &kv_store_service, &handler, &one->desk);
    if (rc == 0)
        rc = weft_services_reflection(one->services);
    return rc == 0 ? weft_services_health(one->services) : rc;
}

int loop_make(loop *made, struct store *store)
{
    int rc = weft_runtime_new(NULL, &made->runtime);
    if (rc < 0)
        return rc;
    made->desk.store = store;
    made->desk.poster = weft_runtime_poster(made->runtime);
    made->desk.next = store->desks;
    store->desks = &made->desk;
    return offer(made);
}

static void run(void *user)
{
    loop *one = user;
    weft_runtime_run(one->runtime);
}

int loop_start(loop *one)
{
    int rc = uv_thread_create(&one->thread, run, one);
    one->has_thread = rc == 0;
    return rc;
}

/* Watches have no end of their own, and would take all of the time. */
static void on_end(void *user)
{
    loop *one = user;
    weft_services_stop(one->services);
    watchers_end(&one->desk);
    weft_runtime_drain(one->runtime, 10 * WEFT_NS_PER_S, NULL, NULL);
}

void loop_end(loop *one)
{
    weft_post(one->desk.poster, on_end, NULL, one);
}

void loop_free(loop *one)
{
    if (one->has_thread) {
        loop_end(one); /* if nobody has yet */
        uv_thread_join(&one->thread);
    }
    weft_runtime_free(one->runtime);
    weft_services_free(one->services);
    weft_poster_release(one->desk.poster);
}

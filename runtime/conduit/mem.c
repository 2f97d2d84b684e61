/* Conduits in memory. Each end has an inbox of bounded length, as a socket has; the counterpart writes into it, and the
 * hub's run hands it out. An end that is closed leaves what it wrote to be read, then the end. */
#include "runtime/conduit/mem.h"

#include "runtime/base/buf.h"
#include "runtime/base/mem.h"

/* About what a unix socket holds. */
#define MEM_INBOX_MAX ((size_t)192 * 1024)
/* Kept by an inbox that has been emptied. */
#define MEM_INBOX_KEEP ((size_t)16 * 1024)

typedef struct mem_end {
    weft__conduit base;
    weft__mem_hub *hub;
    weft__link link;      /* in hub->ready */
    struct mem_end *peer; /* NULL once that one is closed */
    weft__buf inbox;
    const uint8_t *out; /* the outstanding write: what of it has found no room yet */
    size_t out_len;
    bool writing;
    bool reading;
    bool shut;      /* our sending half: behind the outstanding write */
    bool in_ending; /* nothing more comes into the inbox */
    bool in_ended;  /* and that has been said */
    bool closing;
} mem_end;

struct weft__mem_name {
    weft__link link;
    weft__mem_accept_fn accept;
    void *user;
    size_t size;
    char name[];
};

static mem_end *mem_of(weft__conduit *conduit)
{
    return (mem_end *)(void *)conduit;
}

static void mem_ready(mem_end *end)
{
    if (weft__link_is_in(&end->link))
        return;
    weft__list_append(&end->hub->ready, &end->link);
    end->hub->wake(end->hub->user);
}

static size_t mem_room(const mem_end *end)
{
    return MEM_INBOX_MAX - end->inbox.len;
}

/* Puts up to len bytes into the counterpart's inbox. */
static int mem_put(mem_end *end, const uint8_t *data, size_t len, size_t *ret_taken)
{
    mem_end *peer = end->peer;
    int rc;
    if (!peer)
        return WEFT_EPIPE;
    if (len > mem_room(peer))
        len = mem_room(peer);
    rc = weft__buf_append(&peer->inbox, data, len);
    if (rc < 0)
        return rc;
    if (len > 0)
        mem_ready(peer);
    *ret_taken = len;
    return 0;
}

static int mem_read_start(weft__conduit *conduit)
{
    mem_end *end = mem_of(conduit);
    end->reading = true;
    mem_ready(end);
    return 0;
}

static int mem_try_write(weft__conduit *conduit, const weft_slice *slices, size_t n, size_t *ret_taken)
{
    mem_end *end = mem_of(conduit);
    size_t total = 0;
    for (size_t i = 0; i < n && !end->writing; i++) {
        size_t taken = 0;
        int rc = mem_put(end, slices[i].ptr, slices[i].len, &taken);
        /* What was taken before is under way, and the next call says the same. */
        if (rc < 0 && total == 0)
            return rc;
        total += taken;
        if (rc < 0 || taken < slices[i].len)
            break;
    }
    *ret_taken = total;
    return 0;
}

static int mem_write(weft__conduit *conduit, const uint8_t *data, size_t len)
{
    mem_end *end = mem_of(conduit);
    if (!end->peer)
        return WEFT_EPIPE;
    end->out = data;
    end->out_len = len;
    end->writing = true;
    mem_ready(end);
    return 0;
}

static int mem_shutdown(weft__conduit *conduit)
{
    mem_of(conduit)->shut = true;
    mem_ready(mem_of(conduit));
    return 0;
}

static void mem_close(weft__conduit *conduit)
{
    mem_end *end = mem_of(conduit);
    if (end->peer) {
        end->peer->peer = NULL;
        end->peer->in_ending = true;
        mem_ready(end->peer);
        end->peer = NULL;
    }
    end->closing = true;
    mem_ready(end);
}

static const weft__conduit_ops mem_ops = {
    mem_read_start, mem_try_write, mem_write, mem_shutdown, mem_close,
};

static void mem_written(mem_end *end, int status)
{
    end->writing = false;
    end->out = NULL;
    end->out_len = 0;
    end->base.events->on_written(end->base.user, status);
}

static void mem_free(mem_end *end)
{
    weft__env *env = end->hub->env;
    weft__list_remove(&end->link);
    weft__buf_fini(&end->inbox);
    weft__free(&env->allocator, end, sizeof *end);
    weft__env_release(env);
}

static void mem_run_write(mem_end *end)
{
    size_t taken = 0;
    int rc = mem_put(end, end->out, end->out_len, &taken);
    if (rc < 0) {
        mem_written(end, rc);
        return;
    }
    end->out += taken;
    end->out_len -= taken;
    if (end->out_len == 0)
        mem_written(end, 0);
}

static void mem_run_read(mem_end *end)
{
    uint8_t *data = NULL;
    size_t len = 0;
    if (end->inbox.len == 0) {
        if (!end->in_ending || end->in_ended)
            return;
        end->in_ended = true;
        end->base.events->on_end(end->base.user, 0, 0);
        return;
    }
    end->base.events->read_buffer(end->base.user, &data, &len);
    if (len > end->inbox.len)
        len = end->inbox.len;
    memcpy(data, end->inbox.data, len);
    weft__buf_consume(&end->inbox, len);
    if (end->inbox.len == 0)
        weft__buf_clear(&end->inbox, MEM_INBOX_KEEP);
    if (end->peer && end->peer->writing)
        mem_ready(end->peer);
    if (end->inbox.len > 0 || end->in_ending)
        mem_ready(end);
    end->base.events->on_read(end->base.user, data, len);
}

/* An end is freed here alone, so it outlives the callbacks in which it is closed. */
static void mem_run(mem_end *end)
{
    if (!end->closing && end->writing)
        mem_run_write(end);
    if (!end->closing && end->shut && !end->writing && end->peer && !end->peer->in_ending) {
        end->peer->in_ending = true;
        mem_ready(end->peer);
    }
    if (!end->closing && end->reading)
        mem_run_read(end);
    if (!end->closing)
        return;
    if (end->writing)
        mem_written(end, WEFT_ECANCELED);
    end->base.events->on_closed(end->base.user);
    mem_free(end);
}

void weft__mem_hub_init(weft__mem_hub *hub, weft__env *env, void (*wake)(void *user), void *user)
{
    hub->env = env;
    weft__list_init(&hub->names);
    weft__list_init(&hub->ready);
    hub->wake = wake;
    hub->user = user;
}

void weft__mem_hub_run(weft__mem_hub *hub)
{
    weft__link now, *link;
    weft__list_init(&now);
    while ((link = weft__list_take(&hub->ready)) != NULL)
        weft__list_append(&now, link);
    while ((link = weft__list_take(&now)) != NULL)
        mem_run(weft__container(link, mem_end, link));
}

bool weft__mem_hub_has_work(const weft__mem_hub *hub)
{
    return !weft__list_is_empty(&hub->ready);
}

static mem_end *mem_new(weft__mem_hub *hub)
{
    mem_end *end = weft__alloc_zero(&hub->env->allocator, sizeof *end);
    if (!end)
        return NULL;
    end->base.ops = &mem_ops;
    end->base.peer.size = sizeof end->base.peer;
    end->base.peer.transport = "mem";
    end->base.peer.address = end->base.address;
    end->hub = hub;
    weft__buf_init(&end->inbox, &hub->env->allocator);
    weft__env_hold(hub->env);
    return end;
}

int weft__mem_pair(weft__mem_hub *hub, weft__conduit **ret_one, weft__conduit **ret_other)
{
    mem_end *one = mem_new(hub);
    mem_end *other = one ? mem_new(hub) : NULL;
    if (!other) {
        if (one)
            mem_free(one);
        return WEFT_ENOMEM;
    }
    one->peer = other;
    other->peer = one;
    *ret_one = &one->base;
    *ret_other = &other->base;
    return 0;
}

static weft__mem_name *mem_find(weft__mem_hub *hub, const char *name)
{
    for (weft__link *link = hub->names.next; link != &hub->names; link = link->next) {
        weft__mem_name *entry = weft__container(link, weft__mem_name, link);
        if (strcmp(entry->name, name) == 0)
            return entry;
    }
    return NULL;
}

int weft__mem_listen(weft__mem_hub *hub, const char *name, weft__mem_accept_fn accept, void *user,
                     weft__mem_name **ret_name)
{
    size_t size = sizeof(weft__mem_name) + strlen(name) + 1;
    weft__mem_name *entry;
    if (mem_find(hub, name))
        return WEFT_EADDRINUSE;
    entry = weft__alloc_zero(&hub->env->allocator, size);
    if (!entry)
        return WEFT_ENOMEM;
    entry->accept = accept;
    entry->user = user;
    entry->size = size;
    memcpy(entry->name, name, strlen(name) + 1);
    weft__list_append(&hub->names, &entry->link);
    *ret_name = entry;
    return 0;
}

void weft__mem_unlisten(weft__mem_hub *hub, weft__mem_name *name_or_null)
{
    if (!name_or_null)
        return;
    weft__list_remove(&name_or_null->link);
    weft__free(&hub->env->allocator, name_or_null, name_or_null->size);
}

int weft__mem_connect(weft__mem_hub *hub, const char *name, weft__conduit **ret_conduit)
{
    weft__mem_name *entry = mem_find(hub, name);
    weft__conduit *ours, *theirs;
    int rc;
    if (!entry)
        return WEFT_ECONNREFUSED;
    rc = weft__mem_pair(hub, &ours, &theirs);
    if (rc < 0)
        return rc;
    rc = entry->accept(entry->user, theirs);
    if (rc < 0) {
        mem_free(mem_of(ours));
        mem_free(mem_of(theirs));
        return rc;
    }
    *ret_conduit = ours;
    return 0;
}

/* Channels of a weft_blocking: sending with a wait for room, receiving with a wait for items, ends.
 *
 * A sender's item is lent to the I/O thread until it is sent or given up; who waits for room stands in the channel's
 * own list, so that items go out in the order in which they were brought.
 *
 * Received items are copied ahead of those who take them, each into an arena of its own: at most AHEAD of them, beyond
 * which the engine keeps what comes, in less room; and all that is left once the channel is lost. Each of them counts
 * as not consumed until a thread takes it, so that together they never exceed the channel's credit. */
#include "runtime/base/error.h"
#include "runtime/base/mem.h"
#include "runtime/loop/blocking.h"

#define AHEAD 32

typedef struct received {
    weft__link link;
    weft_arena *arena; /* holds this and the value */
    void *value;
    bool is_taken; /* by a thread that copies it: the mutex's */
} received;

typedef struct send_wait {
    weft__wait wait;
    weft__link link;                /* in channel->senders */
    weft_blocking_channel *channel; /* one reference */
    const void *item;               /* lent */
} send_wait;

typedef enum end_how { END_FINISH, END_ABORT, END_RESET } end_how;

typedef struct end_wait {
    weft__wait wait;
    weft_blocking_channel *channel; /* one reference */
    uint8_t how;                    /* end_how */
    uint16_t code;
    const char *text; /* lent */
} end_wait;

/* ---- memory ---- */

static bool channel_is_sender(const weft_blocking_channel *channel)
{
    return channel->param->direction == WEFT_CHANNEL_RX; /* the handler receives */
}

static void received_free(weft__link *items)
{
    weft__link *link;
    while ((link = weft__list_take(items)) != NULL)
        weft_arena_free(weft__container(link, received, link)->arena);
}

void weft__blocking_channel_unref(weft_blocking_channel *channel)
{
    weft_blocking *blocking = channel->blocking;
    if (weft__blocking_count_down(blocking, &channel->n_refs) > 0)
        return;
    received_free(&channel->items);
    uv_cond_destroy(&channel->changed);
    weft_arena_free(channel->arena);
    weft__begun_unref(channel->call);
    weft__free(&blocking->allocator, channel, sizeof *channel);
    weft__blocking_unref(blocking);
}

/* ---- receiving, on the I/O thread ---- */

/* NULL: out of memory. */
static received *received_new(const weft_blocking_channel *channel, const void *value)
{
    const weft_type *type = channel->param->element;
    weft_arena *arena;
    received *made;
    if (weft_arena_new(&channel->blocking->allocator, &arena) < 0)
        return NULL;
    made = weft_arena_alloc(arena, sizeof *made, 16);
    if (made) {
        memset(made, 0, sizeof *made);
        made->arena = arena;
        made->value = weft_arena_alloc(arena, type->c_size, 16);
        if (made->value && weft_gen_copy(type, made->value, value, arena) == 0)
            return made;
    }
    weft_arena_free(arena);
    return NULL;
}

static bool channel_on_item(void (*unused)(void), void *user, weft_channel handle, const void *value)
{
    weft_blocking_channel *channel = user;
    weft_blocking *blocking = channel->blocking;
    received *made = received_new(channel, value);
    bool is_unwanted;
    (void)unused;
    if (!made) {
        /* An item cannot be given back, and must not be missing unseen. */
        channel->rc = WEFT_ENOMEM;
        (void)weft_channel_reset(handle, WEFT_CODE_INTERNAL, "out of memory");
        return true;
    }
    uv_mutex_lock(&blocking->mutex);
    is_unwanted = channel->is_unwanted;
    if (!is_unwanted) {
        weft__list_append(&channel->items, &made->link);
        channel->is_paused = ++channel->n_items >= AHEAD;
        uv_cond_signal(&channel->changed);
    }
    uv_mutex_unlock(&blocking->mutex);
    if (is_unwanted)
        weft_arena_free(made->arena);
    else if (channel->is_paused)
        (void)weft_channel_pause(handle, true);
    return is_unwanted;
}

/* It leaves the list: nothing comes from the engine any more. */
static void channel_forget(weft_blocking_channel *channel)
{
    if (!weft__link_is_in(&channel->link))
        return;
    weft__list_remove(&channel->link);
    weft__blocking_channel_unref(channel);
}

static void channel_set_end(weft_blocking_channel *channel, weft_channel_end end)
{
    end.text = weft_arena_copy_str(channel->arena, end.text);
    if (!end.text.ptr)
        end.text = WEFT_STR("");
    uv_mutex_lock(&channel->blocking->mutex);
    channel->end = end;
    channel->has_ended = true;
    uv_cond_broadcast(&channel->changed);
    uv_mutex_unlock(&channel->blocking->mutex);
}

static void channel_on_consume(weft__task *task)
{
    weft_blocking_channel *channel = weft__container(task, weft_blocking_channel, consume);
    weft_blocking *blocking = channel->blocking;
    uint32_t n;
    bool resumes;
    uv_mutex_lock(&blocking->mutex);
    n = channel->n_consumed;
    channel->n_consumed = 0;
    channel->is_consuming = false;
    resumes = channel->is_paused && channel->n_items < AHEAD;
    if (resumes)
        channel->is_paused = false;
    uv_mutex_unlock(&blocking->mutex);
    if (n > 0)
        (void)weft_channel_consumed(channel->channel, n);
    if (resumes)
        (void)weft_channel_pause(channel->channel, false);
    weft__blocking_channel_unref(channel);
}

/* ---- sending, on the I/O thread ---- */

static void channel_on_room(void *user);

/* WEFT_EAGAIN: not yet; channel_on_room will be called, or channel_on_end. Otherwise as weft_gen_send. */
static int channel_send(weft_blocking_channel *channel, const void *item)
{
    int rc;
    if (channel->rc != 0)
        return channel->rc;
    if (channel->is_waiting)
        return WEFT_EAGAIN;
    rc = weft_gen_send(channel->channel, channel->param->element, item);
    if (rc == WEFT_EAGAIN) {
        rc = weft_gen_on_room(channel->channel, channel_on_room, channel);
        if (rc == 0) {
            channel->is_waiting = true;
            weft__blocking_count_up(channel->blocking, &channel->n_refs);
            return WEFT_EAGAIN;
        }
    }
    /* It has ended: who is told so may ask how, and that channel_on_end brings. */
    return rc == WEFT_ERESET || rc == WEFT_ECLOSED || rc == WEFT_EALREADY ? WEFT_EAGAIN : rc;
}

static void channel_serve_senders(weft_blocking_channel *channel)
{
    weft__link *link;
    while ((link = weft__list_take(&channel->senders)) != NULL) {
        send_wait *send = weft__container(link, send_wait, link);
        int rc;
        if (!weft__wait_take(&send->wait))
            continue;
        rc = channel_send(channel, send->item);
        if (rc == WEFT_EAGAIN) {
            weft__list_prepend(&channel->senders, link);
            weft__wait_put_back(&send->wait);
            return;
        }
        weft__wait_done(&send->wait, rc, NULL);
    }
}

static void channel_on_room(void *user)
{
    weft_blocking_channel *channel = user;
    channel->is_waiting = false;
    channel_serve_senders(channel);
    weft__blocking_channel_unref(channel);
}

/* Those that were given up while they waited for room: else who tries again and again would pile them up. */
static void channel_purge_senders(weft_blocking_channel *channel)
{
    weft__link kept, *link;
    weft__list_init(&kept);
    while ((link = weft__list_take(&channel->senders)) != NULL) {
        send_wait *send = weft__container(link, send_wait, link);
        if (!weft__wait_take(&send->wait))
            continue;
        weft__list_append(&kept, link);
        weft__wait_put_back(&send->wait);
    }
    while ((link = weft__list_take(&kept)) != NULL)
        weft__list_append(&channel->senders, link);
}

static int send_begin(weft__wait *wait)
{
    send_wait *send = (send_wait *)wait;
    weft_blocking_channel *channel = send->channel;
    int rc;
    channel_purge_senders(channel);
    rc = weft__list_is_empty(&channel->senders) ? channel_send(channel, send->item) : WEFT_EAGAIN;
    if (rc == WEFT_EAGAIN) {
        weft__list_append(&channel->senders, &send->link);
        return 0;
    }
    return rc < 0 ? rc : 1;
}

static void send_drop(weft__wait *wait)
{
    weft__blocking_channel_unref(((send_wait *)wait)->channel);
}

/* ---- ends, on the I/O thread ---- */

/* Nothing can be sent any more, and channel_on_room does not come: nobody waits for room. */
static void channel_stop_sending(weft_blocking_channel *channel, int rc)
{
    bool was_waiting = channel->is_waiting;
    channel->is_waiting = false;
    if (channel->rc == 0)
        channel->rc = rc;
    channel_serve_senders(channel);
    if (was_waiting)
        weft__blocking_channel_unref(channel);
}

/* Of either kind. Who waits to send is told once it can be asked how it ended. */
static void channel_on_end(void *user, const weft_channel_end *end)
{
    weft_blocking_channel *channel = user;
    weft_channel_end copy = *end;
    if (!channel_is_sender(channel) && channel->rc != 0)
        copy.code = channel->rc;
    channel_set_end(channel, copy);
    if (channel_is_sender(channel))
        channel_stop_sending(channel, end->kind == WEFT_CHANNEL_RESET ? WEFT_ERESET : WEFT_ECLOSED);
    channel_forget(channel);
}

/* A sender's own finish or abort: the engine has nothing more to say of it. But where it ended otherwise just before
 * (rc: WEFT_EALREADY) channel_on_end is on its way, or has come. */
static void channel_end_sender(weft_blocking_channel *channel, int rc, weft_channel_end end)
{
    if (rc == 0)
        channel_on_end(channel, &end);
}

static int channel_reset(weft_blocking_channel *channel, uint16_t code, const char *text_or_null)
{
    weft__link unread, *next;
    int rc = weft_channel_reset(channel->channel, code, text_or_null);
    if (rc < 0)
        return rc;
    weft__list_init(&unread);
    uv_mutex_lock(&channel->blocking->mutex);
    channel->is_unwanted = true;
    for (weft__link *link = channel->items.next; link != &channel->items; link = next) {
        next = link->next;
        if (weft__container(link, received, link)->is_taken)
            continue; /* that thread frees it */
        weft__list_remove(link);
        weft__list_append(&unread, link);
    }
    uv_mutex_unlock(&channel->blocking->mutex);
    received_free(&unread);
    return 0;
}

static int end_begin(weft__wait *wait)
{
    const end_wait *end = (end_wait *)wait;
    weft_blocking_channel *channel = end->channel;
    weft_channel_end own = { WEFT_CHANNEL_FINISHED, 0, WEFT_CODE_NONE, WEFT_STR("") };
    int rc;
    if (end->how == END_RESET) {
        rc = channel_reset(channel, end->code, end->text);
    } else if (end->how == END_FINISH) {
        rc = weft_channel_finish(channel->channel);
    } else {
        own = (weft_channel_end){ WEFT_CHANNEL_ABORTED, WEFT_ECANCELED, end->code, weft_str_from(end->text) };
        rc = weft_channel_abort(channel->channel, end->code, end->text);
    }
    if (channel_is_sender(channel))
        channel_end_sender(channel, rc, own);
    return rc < 0 ? rc : 1;
}

static void end_drop(weft__wait *wait)
{
    weft__blocking_channel_unref(((end_wait *)wait)->channel);
}

static void channel_on_release(weft__task *task)
{
    weft_blocking_channel *channel = weft__container(task, weft_blocking_channel, release);
    if (channel_is_sender(channel))
        channel_end_sender(channel, weft_channel_abort(channel->channel, WEFT_CODE_REFUSED, "the sender let go of it"),
                           (weft_channel_end){ WEFT_CHANNEL_ABORTED, WEFT_ECANCELED, WEFT_CODE_REFUSED, WEFT_STR("") });
    else
        (void)channel_reset(channel, WEFT_CODE_NONE, NULL); /* its end comes, or has come */
    weft__blocking_channel_unref(channel);
}

void weft__blocking_channel_begin(weft_blocking_channel *channel)
{
    int rc;
    weft__blocking_count_up(channel->blocking, &channel->n_refs);
    weft__list_append(&channel->blocking->channels, &channel->link);
    if (channel_is_sender(channel))
        rc = weft_channel_on_end(channel->channel, channel_on_end, channel);
    else
        rc = weft_gen_receive(channel->channel, channel->param->element, channel_on_item, weft__one_method_done,
                              channel_on_end, channel);
    if (rc < 0)
        channel_on_end(channel, &(weft_channel_end){ WEFT_CHANNEL_LOST, rc, WEFT_CODE_NONE, WEFT_STR("") });
}

void weft__blocking_drop_channels(weft_blocking *blocking)
{
    static const weft_channel_end lost = { WEFT_CHANNEL_LOST, WEFT_ECLOSED, WEFT_CODE_NONE,
                                           WEFT_STR_INIT("the weft_blocking was freed") };
    weft__link *link;
    /* The runtime has ended, and has told the ends of all that it knew. */
    while ((link = weft__list_first(&blocking->channels)) != NULL)
        channel_on_end(weft__container(link, weft_blocking_channel, link), &lost);
}

/* ---- on any thread ---- */

weft_blocking_channel *weft__blocking_channel_new(weft_blocking_call *call, const weft_channel_param *param)
{
    weft_blocking *blocking = call->blocking;
    weft_blocking_channel *channel = weft__alloc_zero(&blocking->allocator, sizeof *channel);
    if (!channel)
        return NULL;
    if (weft_arena_new(&blocking->allocator, &channel->arena) < 0 || uv_cond_init(&channel->changed) != 0) {
        weft_arena_free(channel->arena);
        weft__free(&blocking->allocator, channel, sizeof *channel);
        return NULL;
    }
    weft__blocking_retain(blocking);
    weft__blocking_count_up(blocking, &call->n_refs);
    channel->blocking = blocking;
    channel->call = call;
    channel->param = param;
    channel->n_refs = 1;
    channel->release.run = channel_on_release;
    channel->consume.run = channel_on_consume;
    weft__list_init(&channel->senders);
    weft__list_init(&channel->items);
    return channel;
}

/* A wait that holds a reference of the channel, to be set up further. */
static void *channel_wait_new(weft_blocking_channel *channel, size_t size, uint64_t deadline_ns)
{
    void *wait = weft__wait_new(channel->blocking, size, deadline_ns);
    if (wait)
        weft__blocking_count_up(channel->blocking, &channel->n_refs);
    return wait;
}

/* rc, or WEFT_ETIMEDOUT. */
static int channel_wait_for(weft__wait *wait)
{
    bool begun;
    int rc;
    if (!weft__wait_for(wait, &begun))
        return WEFT_ETIMEDOUT;
    rc = wait->rc;
    weft__wait_free(wait);
    return rc;
}

int weft_gen_send_sync(weft_blocking_channel *channel, const void *item, uint64_t timeout_ns)
{
    send_wait *send;
    if (!channel || !item || !channel_is_sender(channel))
        return WEFT_EINVAL;
    if (weft__loop_is_here())
        return WEFT_EDEADLK;
    send = channel_wait_new(channel, sizeof *send, weft__wait_deadline(timeout_ns));
    if (!send)
        return WEFT_ENOMEM;
    send->channel = channel;
    send->item = item;
    send->wait.begin = send_begin;
    send->wait.drop = send_drop;
    return channel_wait_for(&send->wait);
}

static int channel_end(weft_blocking_channel *channel, end_how how, uint16_t code, const char *text_or_null)
{
    end_wait *end;
    if (!channel || channel_is_sender(channel) == (how == END_RESET))
        return WEFT_EINVAL;
    if (weft__loop_is_here())
        return WEFT_EDEADLK;
    end = channel_wait_new(channel, sizeof *end, WEFT_FOREVER);
    if (!end)
        return WEFT_ENOMEM;
    end->channel = channel;
    end->how = (uint8_t)how;
    end->code = code;
    end->text = text_or_null;
    end->wait.begin = end_begin;
    end->wait.drop = end_drop;
    return channel_wait_for(&end->wait);
}

int weft_blocking_channel_finish(weft_blocking_channel *sender)
{
    return channel_end(sender, END_FINISH, WEFT_CODE_NONE, NULL);
}

int weft_blocking_channel_abort(weft_blocking_channel *sender, uint16_t code, const char *text_or_null)
{
    return channel_end(sender, END_ABORT, code, text_or_null);
}

int weft_blocking_channel_reset(weft_blocking_channel *receiver, uint16_t code, const char *text_or_null)
{
    return channel_end(receiver, END_RESET, code, text_or_null);
}

/* The mutex is held: one item more is taken. The engine is told at each half of what was there: each single time would
 * wake the I/O thread for nothing, and only once all is taken would let the counterpart wait. */
static void channel_count_consumed(weft_blocking_channel *channel)
{
    channel->n_items--;
    channel->n_consumed++;
    if (channel->n_consumed >= channel->n_items && !channel->is_consuming &&
        weft__blocking_push(channel->blocking, &channel->consume)) {
        channel->is_consuming = true;
        channel->n_refs++;
    }
}

/* A copy in arena; NULL: out of memory. */
static void *received_copy(const weft_blocking_channel *channel, const received *from, weft_arena *arena)
{
    const weft_type *type = channel->param->element;
    void *copy = weft_arena_alloc(arena, type->c_size, 16);
    return copy && weft_gen_copy(type, copy, from->value, arena) == 0 ? copy : NULL;
}

/* The mutex is held. The next item, or NULL. */
static received *channel_next(weft_blocking_channel *channel)
{
    for (weft__link *link = channel->items.next; link != &channel->items; link = link->next) {
        received *next = weft__container(link, received, link);
        if (!next->is_taken)
            return next;
    }
    return NULL;
}

/* The mutex is held, and let go of while the item is copied. It stays where it was if there is no memory. */
static int channel_take(weft_blocking_channel *channel, received *taken, weft_arena *arena, const void **ret_item)
{
    void *copy;
    taken->is_taken = true;
    uv_mutex_unlock(&channel->blocking->mutex);
    copy = received_copy(channel, taken, arena);
    uv_mutex_lock(&channel->blocking->mutex);
    if (!copy) {
        taken->is_taken = false;
        uv_cond_signal(&channel->changed);
        return WEFT_ENOMEM;
    }
    weft__list_remove(&taken->link);
    weft_arena_free(taken->arena);
    if (!channel->is_unwanted)
        channel_count_consumed(channel);
    *ret_item = copy;
    return 0;
}

/* The mutex is held. */
static int channel_receive(weft_blocking_channel *channel, uint64_t deadline_ns, weft_arena *arena,
                           const void **ret_item)
{
    for (;;) {
        received *next = channel->is_unwanted ? NULL : channel_next(channel);
        if (next)
            return channel_take(channel, next, arena, ret_item);
        if (channel->has_ended && channel->end.code == 0)
            *ret_item = NULL;
        if (channel->has_ended)
            return channel->end.code;
        if (!weft__blocking_sleep(channel->blocking, &channel->changed, deadline_ns))
            return WEFT_ETIMEDOUT;
    }
}

int weft_gen_receive_sync(weft_blocking_channel *channel, uint64_t timeout_ns, weft_arena *arena, const void **ret_item)
{
    uint64_t deadline_ns = weft__wait_deadline(timeout_ns);
    int rc;
    if (!channel || !arena || !ret_item || channel_is_sender(channel))
        return WEFT_EINVAL;
    if (weft__loop_is_here())
        return WEFT_EDEADLK;
    uv_mutex_lock(&channel->blocking->mutex);
    channel->n_refs++;
    rc = channel_receive(channel, deadline_ns, arena, ret_item);
    uv_mutex_unlock(&channel->blocking->mutex);
    weft__blocking_channel_unref(channel);
    return rc;
}

int weft_blocking_channel_end(weft_blocking_channel *channel, weft_channel_end *ret_end)
{
    int rc = WEFT_EAGAIN;
    if (!channel || !ret_end)
        return WEFT_EINVAL;
    uv_mutex_lock(&channel->blocking->mutex);
    if (channel->has_ended && (channel->is_unwanted || weft__list_is_empty(&channel->items))) {
        *ret_end = channel->end;
        rc = 0;
    }
    uv_mutex_unlock(&channel->blocking->mutex);
    return rc;
}

void weft_blocking_channel_release(weft_blocking_channel *channel_or_null)
{
    weft_blocking_channel *channel = channel_or_null;
    if (!channel)
        return;
    /* Where the thread is ending, it lets go of the channel itself. */
    uv_mutex_lock(&channel->blocking->mutex);
    if (weft__blocking_push(channel->blocking, &channel->release))
        channel->n_refs++;
    uv_mutex_unlock(&channel->blocking->mutex);
    weft__blocking_channel_unref(channel);
}

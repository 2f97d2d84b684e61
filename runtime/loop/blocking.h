/* The inside of a weft_blocking, and what its parts have of each other.
 *
 *   threads of the application                    the I/O thread
 *   a call makes a wait, queues it ──── task ───→ begins it: weft_connect, weft_open, weft_gen_call
 *   waits on its condition ←───────── done ────── its callback
 *
 * A wait is memory of its own, so that a thread may give up at its time even where the I/O thread is held up by a
 * callback. Whoever comes second frees it:
 *
 *   QUEUED ──taken──→ BUSY ──begun──→ IN_FLIGHT ──its callback──→ BUSY ──→ DONE: the waiting thread frees it
 *     │                                   └─ given up ─→ GIVEN_UP: the callback frees it
 *     └─ given up: it leaves the queue, and is freed
 *
 * BUSY is short: what the waiting thread lent (arguments, options, the place of the reply, its arena) is used in BUSY
 * alone, and in BUSY nobody gives up. So nothing is copied on the way out, and a reply goes straight into its arena.
 *
 * Calls that are begun and ended apart, and channels, lend nothing beyond the beginning: replies and items are copied
 * into memory of their own, and threads wait on conditions of theirs, which is simpler to give up.
 *
 * One mutex guards all states and counts of one weft_blocking. It is never held while weft is called. Tasks are members
 * of what they are about: letting go of something cannot fail. */
#ifndef WEFT_RUNTIME_LOOP_BLOCKING_H
#define WEFT_RUNTIME_LOOP_BLOCKING_H

#include "runtime/base/list.h"
#include "runtime/loop/loop.h"
#include "weft/blocking.h"
#include "weft/gen.h"

#include <uv.h>

typedef struct weft__wait weft__wait;

/* What the I/O thread is to do. */
typedef struct weft__task {
    weft__link link;
    void (*run)(struct weft__task *task);
    weft__wait *wait_or_null; /* BUSY once it is taken from the queue */
} weft__task;

struct weft_blocking {
    weft_allocator allocator;
    weft_runtime *runtime; /* the I/O thread's */
    uv_async_t async;
    uv_thread_t thread;
    weft__link sessions; /* not ended, or not let go of: the I/O thread's */
    weft__link clients;  /* with a connection: the I/O thread's */
    weft__link channels; /* of calls that have begun: the I/O thread's */
    weft__task end;
    uv_mutex_t mutex; /* over all that follows */
    weft__link tasks;
    bool is_ending; /* no more tasks are taken */
    size_t n_refs;  /* the application's, each session's, each client's, each wait's */
};

typedef enum weft__wait_state {
    WEFT__WAIT_QUEUED = 0,
    WEFT__WAIT_BUSY,
    WEFT__WAIT_IN_FLIGHT,
    WEFT__WAIT_DONE,
    WEFT__WAIT_GIVEN_UP
} weft__wait_state;

/* The first member of each kind of wait. */
struct weft__wait {
    weft__task task;
    weft_blocking *blocking; /* one reference */
    size_t size;             /* of the whole */
    uv_cond_t cond;
    uint8_t state;        /* weft__wait_state */
    bool has_grace;       /* the I/O thread ends it at its time, or begins it though that is 0 */
    uint64_t deadline_ns; /* WEFT_FOREVER: none */
    int rc;
    weft_error error; /* where error.code is not 0 */
    /* On the I/O thread: 1: done; 0: in flight; negative: failed. */
    int (*begin)(weft__wait *wait);
    /* Lets go of what it holds: on any thread, the mutex not held. */
    void (*drop)(weft__wait *wait);
};

struct weft_blocking_session {
    weft__link link; /* in blocking->sessions */
    weft_blocking *blocking;
    weft__task release;
    uint64_t call_timeout_ns;
    weft_arena *arena; /* of the next two: set when it is ready, before any other thread knows of it */
    weft_peer peer;
    const weft_metadata *metadata;
    /* The mutex's: */
    size_t n_refs; /* the application's, the list's, each task's and wait's */
    bool has_ended;
    weft_error why; /* where it has ended */
    uv_cond_t ended;
    /* The I/O thread's: */
    weft_session *session; /* NULL: not begun, or let go of */
    bool is_closed;
    weft__wait *connecting; /* until it is ready or has failed */
    int (*on_open)(void *user, weft_session *session, weft_pending pending);
    void (*on_event)(void *user, weft_session *session, const weft_session_event *event);
    void *user;
};

struct weft_blocking_client {
    weft__link link; /* in blocking->clients */
    weft_blocking *blocking;
    weft__task release;
    weft__task cancel;
    bool is_cancelling; /* cancel is queued: the mutex's */
    uint64_t call_timeout_ns;
    size_t n_refs; /* the application's, the list's, each task's and wait's: the mutex's */
    /* The I/O thread's: */
    weft_connection *connection; /* NULL: let go of */
    weft__link calls;            /* weft__in_flight */
};

/* A call that is under way: in its client's calls. */
typedef struct weft__in_flight {
    weft__link link;
    weft_call call;
} weft__in_flight;

/* A method alone, as a service of its own: with a deliver that brings the reply here instead of to a typed callback,
 * which only generated code could call. Lives as long as its call and the channels of it. */
typedef struct weft__one_method {
    weft_service_type service;
    weft_method method;
} weft__one_method;

typedef enum weft__begun_state {
    WEFT__BEGUN_WAITS = 0,
    WEFT__BEGUN_FILLS, /* the I/O thread writes the reply: short, and nobody gives up */
    WEFT__BEGUN_ENDED
} weft__begun_state;

struct weft_blocking_call {
    weft_blocking *blocking;
    weft_blocking_client *client; /* one reference */
    weft__in_flight in_flight;    /* the I/O thread's */
    weft__one_method method;
    uint64_t deadline_ns; /* the call's own */
    weft__task cancel;
    weft_arena *arena; /* what the reply points to */
    void *reply;       /* method.method.reply_size; set where it has ended */
    uv_cond_t ended;
    /* The mutex's: */
    size_t n_refs;      /* the application's, the I/O thread's while it is in flight, each channel's, each task's */
    uint8_t state;      /* weft__begun_state */
    bool is_cancelling; /* cancel is queued */
};

struct weft_blocking_channel {
    weft__link link; /* in blocking->channels */
    weft_blocking *blocking;
    weft_blocking_call *call; /* one reference */
    const weft_channel_param *param;
    weft__task release;
    weft__task consume;
    weft_arena *arena; /* of end.text */
    uv_cond_t changed; /* items, has_ended */
    /* The I/O thread's: */
    weft_channel channel;
    weft__link senders; /* send_wait: for room, in order; also those that were given up */
    bool is_waiting;    /* for room */
    bool is_paused;
    int rc; /* why no item can be sent any more */
    /* The mutex's: */
    size_t n_refs;    /* the application's, the list's, each task's and wait's */
    weft__link items; /* received, not taken */
    uint32_t n_items;
    uint32_t n_consumed; /* taken, and the engine not told yet */
    bool is_consuming;   /* consume is queued */
    bool is_unwanted;    /* reset or released: items are dropped */
    bool has_ended;
    weft_channel_end end;
};

/* ---- blocking.c ---- */
void weft__blocking_retain(weft_blocking *blocking);
void weft__blocking_unref(weft_blocking *blocking);
/* Counts of sessions and clients: how many are left after one was dropped; one more. */
void weft__blocking_count_up(weft_blocking *blocking, size_t *n_refs);
size_t weft__blocking_count_down(weft_blocking *blocking, size_t *n_refs);
/* The mutex is held. false: it is ending, and takes nothing. */
bool weft__blocking_push(weft_blocking *blocking, weft__task *task);

/* ---- blocking_wait.c ---- */
/* The mutex is held. Sleeps once, until the condition or for a while; false: the time is over. */
bool weft__blocking_sleep(weft_blocking *blocking, uv_cond_t *cond, uint64_t deadline_ns);
uint64_t weft__wait_deadline(uint64_t timeout_ns); /* WEFT_FOREVER stays */
uint64_t weft__wait_remaining(uint64_t deadline_ns);
/* When to give up where the engine is to tell first. */
uint64_t weft__wait_with_grace(uint64_t deadline_ns);
/* NULL: out of memory. Its kind sets begin, drop and the rest, and then it is waited for, or freed. */
void *weft__wait_new(weft_blocking *blocking, size_t size, uint64_t deadline_ns);
void weft__wait_free(weft__wait *wait);
/* Queues it and waits. true: it is DONE, with rc and error, and to be freed. false: it has been given up at its time,
 * and is not to be touched any more; *ret_begun says whether the I/O thread had begun it. */
bool weft__wait_for(weft__wait *wait, bool *ret_begun);
/* On the I/O thread: a callback may work for it. false: it had been given up, and has been freed. */
bool weft__wait_take(weft__wait *wait);
/* Behind a take: it goes on waiting. */
void weft__wait_put_back(weft__wait *wait);
/* Behind a take, or in begin: the end. error_or_null is copied. */
void weft__wait_done(weft__wait *wait, int rc, const weft_error *error_or_null);

/* ---- blocking_client.c ---- */
void weft__blocking_client_unref(weft_blocking_client *client);

/* ---- blocking_call.c ---- */
extern const weft_metadata weft__no_metadata;
/* NULL: not a table of this ABI, or no such method. */
const weft_method *weft__blocking_method(const weft_service_type *service, uint32_t method);
void weft__one_method_init(weft__one_method *one, const weft_service_type *service, const weft_method *method,
                           void (*deliver)(void (*done)(void), void *user, const void *reply));
/* Stands for the callback that deliver does not call. */
void weft__one_method_done(void);
/* Checks who calls, and where; options without an arena. 0, WEFT_EINVAL, WEFT_EDEADLK. */
int weft__blocking_call_options(const weft_blocking_client *client, const weft_call_options *options_or_null,
                                weft_call_options *inout_options);
/* A reply without an answer; the text is static. Returns code. */
int weft__reply_fail(void *reply, size_t size, int code, bool may_have_run);
/* A reply with all that it points to, into arena. 0 or WEFT_ENOMEM. */
int weft__reply_copy(const weft_method *method, const void *from, weft_arena *arena, void *reply);
/* [call.deadline] When a call that begins now is over. */
uint64_t weft__blocking_call_deadline(const weft_blocking_client *client, const weft_method *method,
                                      uint64_t timeout_ns);

/* ---- blocking_begun.c ---- */
void weft__begun_unref(weft_blocking_call *call);

/* ---- blocking_channel.c ---- */
/* Of a call that is to begin; holds a reference of it. NULL: out of memory. */
weft_blocking_channel *weft__blocking_channel_new(weft_blocking_call *call, const weft_channel_param *param);
void weft__blocking_channel_unref(weft_blocking_channel *channel);
/* On the I/O thread, with channel->channel set: the call has begun. */
void weft__blocking_channel_begin(weft_blocking_channel *channel);
void weft__blocking_drop_channels(weft_blocking *blocking);

/* ---- blocking_session.c, blocking_client.c: at the end of the I/O thread, what was not let go of ---- */
void weft__blocking_drop_sessions(weft_blocking *blocking);
void weft__blocking_drop_clients(weft_blocking *blocking);

#endif

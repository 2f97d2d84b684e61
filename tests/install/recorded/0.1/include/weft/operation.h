/* weft/operation.h: what a callee remembers of persistent calls, so that each runs once however often it is sent
 * [op.states]. A table of operations is shared by the engines of one thread; a runtime has one by itself, in memory.
 * Several threads that serve the same clients have one each, and join them.
 * Where operations are to outlive the process it is given a store, such as that of libweft-sqlite (weft/sqlite.h). */
#ifndef WEFT_OPERATION_H
#define WEFT_OPERATION_H

#include "weft/engine.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Where records are kept beyond the process: keys and values of bytes, nothing more. All functions are called on the
 * thread of the operations, none from within another; bytes are borrowed for the call. */
typedef struct weft_operation_store {
    size_t size;
    /* Every record there is, in any order, before anything else. 0, or what record or the storage says. */
    int (*scan)(void *self, int (*record)(void *user, weft_bytes key, weft_bytes value), void *user);
    /* The value of a key, in arena. 0, WEFT_ENOENT, or what the storage says. May see what put has written and sync not
     * yet made durable. */
    int (*read)(void *self, weft_bytes key, weft_arena *arena, weft_bytes *ret_value);
    /* Remembered for the next sync: puts and removes of one sync become durable together, or none does; of the same key
     * the last one counts. Also while a sync is under way, of which they are no part. 0 or WEFT_ENOMEM. */
    int (*put)(void *self, weft_bytes key, weft_bytes value);
    int (*remove)(void *self, weft_bytes key);
    /* Makes durable what was put and removed since the last one. done comes once, from a later turn of the loop or
     * before sync returns, on the same thread, with 0 or what the storage says (nothing of it has been written then).
     * Called again only when done has come. */
    void (*sync)(void *self, void (*done)(void *user, int status, const char *text), void *user);
    /* Random bytes, not all zero, that name what is kept: made with it, durable, and gone with it. Callers are told:
     * they send a call that may have run again to whoever has the same ones. After scan. NULL: none that outlives the
     * process; such a call then ends indeterminate where the process has ended. */
    void (*identity)(void *self, uint8_t ret_identity[WEFT_OPERATIONS_IDENTITY]);
} weft_operation_store;

typedef struct weft_operations_options {
    size_t size;
    const weft_allocator *allocator;   /* copied; NULL: malloc */
    const weft_operation_store *store; /* outlives the operations; NULL: they are kept in memory alone */
    void *store_self;
    uint8_t seed[32]; /* random and secret, others with each process: clients that choose ids cannot make the table
                         slow, and records in memory are not taken for those of another process */
    uint32_t max_records;
    uint64_t max_bytes;              /* of records */
    uint32_t max_live_client;        /* running, of one client */
    uint64_t ttl_ns;                 /* of outcomes; told to callers; at most 49 days */
    uint64_t (*wall_ms)(void *user); /* ms since 1970: outcomes expire by it; NULL: by the engines' time, which is of no
                                        use beyond the process */
    void *wall_user;
    weft_log_fn log; /* NULL: none */
    void *log_user;
    uint64_t log_classes;          /* WEFT_LOG_…; default: all. These are of WEFT_LOG_CALL */
    weft_log_level log_level;      /* the least severe one that is told; default: INFO */
    uint64_t (*clock)(void *user); /* that of the engines' now_ns, asked where an outcome comes; NULL: what was said
                                      last counts, by an attempt or weft_operations_tick */
    void *clock_user;
} weft_operations_options;

WEFT_API void weft_operations_options_init(weft_operations_options *options, size_t size);
/* Reads what the store has. One reference for new; engines hold their own. 0; WEFT_EINVAL; WEFT_ENOMEM; what the store
 * says, with more in *error_or_null. */
WEFT_API int weft_operations_new(const weft_operations_options *options_or_null, weft_operations **ret_operations,
                                 weft_error *error_or_null);
WEFT_API weft_operations *weft_operations_retain(weft_operations *operations); /* one reference more; returns it */
/* The last one gone, they are freed; where a sync is under way, when it has been told. Handlers that still have calls
 * of operations must not use them any more. */
WEFT_API void weft_operations_release(weft_operations *operations_or_null);
/* Handlers and answers wait until what was recorded for them is durable. Once all engines of a turn have been
 * dispatched: is there something, and no sync under way? Then sync; a runtime does so by itself. */
WEFT_API bool weft_operations_want_sync(const weft_operations *operations);
WEFT_API void weft_operations_sync(weft_operations *operations);
/* When tick must be called, by the engines' clock; WEFT_FOREVER: not by itself. Changes with every call of an engine,
 * and with each sync. */
WEFT_API uint64_t weft_operations_deadline(const weft_operations *operations);
/* Time goes on: outcomes expire; one that could not be stored is to be synced again. A runtime does so by itself. */
WEFT_API void weft_operations_tick(weft_operations *operations, uint64_t now_ns);
/* Is nothing under way, and nothing to sync? Whoever ends the process syncs until then, and once more, which tries what
 * could not be stored before, so that outcomes that nobody waits for any more are known to the next one; a runtime does
 * so when it closes. */
WEFT_API bool weft_operations_is_settled(const weft_operations *operations);

/* How other threads reach the one of a table, from any thread: 0: run(arg) on that thread, or where it ends before
 * dropped(arg), comes once, never from within the function. Otherwise nothing comes: WEFT_ENOMEM, or that it has ended.
 * weft_post is one, of a poster. */
typedef int (*weft_operations_post_fn)(void *user, void (*run)(void *arg), void (*dropped)(void *arg), void *arg);
/* From now on the table is one of several, of one thread each, that serve the same clients: what one of them knows none
 * of the others runs; an attempt that comes to another thread waits for its outcome, and gets it there. Clocks of their
 * engines are the same. Limits are each table's own. Stores of theirs keep all in one place (weft_sqlite_share), so
 * that the next process finds it, with as many threads as that has. On the table's thread. 0; WEFT_EALREADY: it is in
 * another group; WEFT_ENOMEM. */
WEFT_API int weft_operations_join(weft_operations *operations, weft_group *group, weft_operations_post_fn post,
                                  void *post_user);
/* Its thread ends: what it remembers stays with the group, as long as there are others, until it expires; operations
 * that ran are indeterminate; outcomes that are in the store are read there by those that share its place. The table is
 * empty and no longer to be used but by handlers that still have calls of it. On its thread, once its engines are gone,
 * and before post says that it has ended. Its allocator is used as long as the group. Nothing where it is in no group.
 */
WEFT_API void weft_operations_leave(weft_operations *operations);

typedef struct weft_operations_stats {
    size_t size;
    uint64_t records;       /* now */
    uint64_t bytes;         /* now */
    uint64_t live;          /* of the records: running */
    uint64_t indeterminate; /* of the records */
    uint64_t recorded;      /* so far */
    uint64_t attached;      /* attempts that found their operation running, so far */
    uint64_t replayed;      /* and those that found its outcome */
    uint64_t conflicts;     /* so far */
    uint64_t expired;       /* so far */
    uint64_t refused;       /* for lack of room, or since the store failed, so far */
    uint64_t syncs;         /* so far */
} weft_operations_stats;
WEFT_API void weft_operations_stats_read(const weft_operations *operations, weft_operations_stats *ret_stats,
                                         size_t size);

#ifdef __cplusplus
}
#endif
#endif

/* weft/base.h: what every other header stands on: strings and bytes, times, errors, the allocator and the arena. */
#ifndef WEFT_BASE_H
#define WEFT_BASE_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined __GNUC__
#define WEFT_API __attribute__((visibility("default")))
#else
#define WEFT_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* ---- strings and bytes: never NUL-terminated, never owned; ptr is not NULL after a decode ---- */

typedef struct weft_str {
    const char *ptr;
    size_t len;
} weft_str;

typedef struct weft_bytes {
    const uint8_t *ptr;
    size_t len;
} weft_bytes;

static inline weft_str weft_str_of(const char *ptr, size_t len)
{
    weft_str s;
    s.ptr = ptr;
    s.len = len;
    return s;
}

/* From a NUL-terminated string that outlives the result; NULL gives the empty string. */
static inline weft_str weft_str_from(const char *text_or_null)
{
    return text_or_null ? weft_str_of(text_or_null, strlen(text_or_null)) : weft_str_of("", 0);
}

static inline weft_bytes weft_bytes_of(const void *ptr, size_t len)
{
    weft_bytes b;
    b.ptr = (const uint8_t *)ptr;
    b.len = len;
    return b;
}

static inline bool weft_str_equal(weft_str a, weft_str b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

#define WEFT_STR(lit) weft_str_of("" lit, sizeof(lit) - 1u)
#define WEFT_STR_INIT(lit)       \
    {                            \
        "" lit, sizeof(lit) - 1u \
    }

/* ---- times ---- */

typedef struct weft_timestamp {
    int64_t sec;   /* since 1970-01-01T00:00:00Z, without leap seconds */
    uint32_t nsec; /* below 1,000,000,000 */
} weft_timestamp;

typedef struct weft_duration {
    int64_t ns;
} weft_duration;

#define WEFT_FOREVER UINT64_MAX                /* as a time in ns: never */
#define WEFT_TIMEOUT_DEFAULT (UINT64_MAX - 1u) /* as a timeout in ns: what is declared for the method or client */
#define WEFT_NS_PER_MS ((uint64_t)1000000)
#define WEFT_NS_PER_S ((uint64_t)1000000000)

/* ---- errors ------------------------------------------------------------------------------------------------
 * One list: name, value, class, text. What POSIX has a name for carries the negative errno value; weft's own lie
 * below -5000. The class says what to do: usage (a bug of the caller), resource (no effect, may be tried again), peer
 * (the counterpart broke the protocol or could not be understood), closed (an end, in order or not). */

#define WEFT_ERRORS(X)                                                                \
    X(EINVAL, -EINVAL, USAGE, "invalid argument")                                     \
    X(EALREADY, -EALREADY, USAGE, "the handle is stale, or this was done already")    \
    X(EDEADLK, -EDEADLK, USAGE, "would wait for itself")                              \
    X(ENOTSUP, -ENOTSUP, USAGE, "not supported")                                      \
    X(EMSGSIZE, -EMSGSIZE, USAGE, "the message is longer than the counterpart takes") \
    X(ENAMETOOLONG, -ENAMETOOLONG, USAGE, "a name or path is too long")               \
    X(ENOMEM, -ENOMEM, RESOURCE, "out of memory")                                     \
    X(EAGAIN, -EAGAIN, RESOURCE, "no room now, try again later")                      \
    X(EBUSY, -EBUSY, RESOURCE, "a limit is reached")                                  \
    X(EMFILE, -EMFILE, RESOURCE, "too many open files")                               \
    X(ENFILE, -ENFILE, RESOURCE, "too many open files in the system")                 \
    X(ENOBUFS, -ENOBUFS, RESOURCE, "the system is short of buffers")                  \
    X(EADDRINUSE, -EADDRINUSE, RESOURCE, "the address is in use")                     \
    X(EADDRNOTAVAIL, -EADDRNOTAVAIL, USAGE, "the address is not available here")      \
    X(EACCES, -EACCES, USAGE, "permission denied")                                    \
    X(ENOENT, -ENOENT, RESOURCE, "no such file, name or address")                     \
    X(EBADF, -EBADF, USAGE, "not an open descriptor of a usable kind")                \
    X(EROFS, -EROFS, USAGE, "the file cannot be written")                             \
    X(ENOSPC, -ENOSPC, RESOURCE, "no room on the disk")                               \
    X(EIO, -EIO, CLOSED, "input or output failed")                                    \
    X(EPIPE, -EPIPE, CLOSED, "the counterpart reads no more")                         \
    X(ECONNREFUSED, -ECONNREFUSED, RESOURCE, "nobody listens there")                  \
    X(ECONNRESET, -ECONNRESET, CLOSED, "the conduit was reset")                       \
    X(ECONNABORTED, -ECONNABORTED, CLOSED, "the conduit ended without a goodbye")     \
    X(ENETUNREACH, -ENETUNREACH, RESOURCE, "the network is unreachable")              \
    X(EHOSTUNREACH, -EHOSTUNREACH, RESOURCE, "the host is unreachable")               \
    X(ETIMEDOUT, -ETIMEDOUT, RESOURCE, "timed out")                                   \
    X(ECANCELED, -ECANCELED, CLOSED, "cancelled")                                     \
    X(EPROTO, -EPROTO, PEER, "a protocol violation ended the session or connection")  \
    X(EBADMSG, -EBADMSG, PEER, "a value could not be decoded")                        \
    X(ENOSYS, -ENOSYS, PEER, "the counterpart has no such method")                    \
    X(ECLOSED, -5001, CLOSED, "the session, listener or runtime is closed")           \
    X(ECONNCLOSED, -5002, CLOSED, "the connection was closed")                        \
    X(EREJECTED, -5003, CLOSED, "the counterpart rejected the open")                  \
    X(EREFUSED, -5004, CLOSED, "the counterpart refused the session")                 \
    X(EINCOMPATIBLE, -5005, PEER, "the two sides' declarations do not fit")           \
    X(EVERSION, -5006, PEER, "no common protocol version")                            \
    X(EUNAVAILABLE, -5007, RESOURCE, "the counterpart takes no new work now")         \
    X(EEXHAUSTED, -5008, RESOURCE, "the counterpart has reached a limit")             \
    X(EREMOTE, -5009, PEER, "the counterpart failed inside")                          \
    X(EINDETERMINATE, -5010, CLOSED, "it is not known whether the call ran")          \
    X(ECONFLICT, -5011, PEER, "the operation id is already used for something else")  \
    X(ERESET, -5012, CLOSED, "the receiver reset the channel")                        \
    X(EINTERNAL, -5013, USAGE, "weft broke a rule of its own")

typedef enum weft_error_code {
    WEFT_OK = 0,
#define WEFT_ERROR_ENUM(name, value, class_, text) WEFT_##name = (value),
    WEFT_ERRORS(WEFT_ERROR_ENUM)
#undef WEFT_ERROR_ENUM
} weft_error_code;

#define WEFT_ERROR_TEXT_MAX 238

/* In the caller's memory; the text is inside and NUL-terminated: nothing to free, nothing that dangles. */
typedef struct weft_error {
    int32_t code;    /* WEFT_E… */
    int32_t sys;     /* errno of the system call behind it, or 0 */
    uint16_t remote; /* WEFT_CODE_…: of the counterpart's Sorry, Reject, Close, Goodbye or ProtocolError, or 0 */
    char text[WEFT_ERROR_TEXT_MAX];
} weft_error;

/* The text, the name ("WEFT_EINVAL") of a code; for an unknown one "unknown error" and "WEFT_E?". Any thread. */
WEFT_API const char *weft_strerror(int code);
WEFT_API const char *weft_err_name(int code);
/* Whether the same thing may be tried again: class resource, and I/O failures. Any thread. */
WEFT_API bool weft_is_retryable(int code);

/* ---- memory ------------------------------------------------------------------------------------------------
 * realloc: new_len 0 frees; ptr NULL allocates; NULL for a new_len above 0 is a failure that leaves ptr as it was. It
 * is called on the thread that uses the object and must call nothing of weft. It outlives all that it was given to. */

typedef struct weft_allocator {
    void *(*realloc)(void *ctx, void *ptr, size_t old_len, size_t new_len);
    void *ctx;
} weft_allocator;

/* An arena: memory that is freed all at once. Used by one thread at a time. */
typedef struct weft_arena weft_arena;

/* 0, or WEFT_ENOMEM. allocator_or_null: copied; NULL is malloc. */
WEFT_API int weft_arena_new(const weft_allocator *allocator_or_null, weft_arena **ret_arena);
/* len bytes, not cleared, aligned to align (a power of two up to 16); valid until clear or free; NULL: out of memory.
 * A len of 0 gives a pointer that must not be read. */
WEFT_API void *weft_arena_alloc(weft_arena *arena, size_t len, size_t align);
/* n elements of size bytes each; NULL also where n * size overflows. */
WEFT_API void *weft_arena_alloc_array(weft_arena *arena, size_t n, size_t size, size_t align);
/* A copy of the bytes, NUL-terminated behind its end; ptr NULL: out of memory. */
WEFT_API weft_str weft_arena_copy_str(weft_arena *arena, weft_str text);
/* Forgets everything that was allocated, and keeps one block for what comes. */
WEFT_API void weft_arena_clear(weft_arena *arena);
WEFT_API void weft_arena_free(weft_arena *arena_or_null);

#define weft_arena_array(arena, type, n) ((type *)weft_arena_alloc_array((arena), (n), sizeof(type), 16))

/* ---- options of scalars and lists of built-in types: what generated code uses ---- */

#define WEFT_BUILTIN_TYPES(X)    \
    X(bool, bool)                \
    X(u8, uint8_t)               \
    X(u16, uint16_t)             \
    X(u32, uint32_t)             \
    X(u64, uint64_t)             \
    X(i8, int8_t)                \
    X(i16, int16_t)              \
    X(i32, int32_t)              \
    X(i64, int64_t)              \
    X(f32, float)                \
    X(f64, double)               \
    X(str, weft_str)             \
    X(bytes, weft_bytes)         \
    X(timestamp, weft_timestamp) \
    X(duration, weft_duration)

#define WEFT_DECLARE_BUILTIN(name, ctype) \
    typedef struct weft_opt_##name {      \
        bool has;                         \
        ctype value;                      \
    } weft_opt_##name;                    \
    typedef struct weft_##name##_list {   \
        const ctype *items;               \
        size_t len;                       \
    } weft_##name##_list;
WEFT_BUILTIN_TYPES(WEFT_DECLARE_BUILTIN)
#undef WEFT_DECLARE_BUILTIN

#ifdef __cplusplus
}
#endif
#endif

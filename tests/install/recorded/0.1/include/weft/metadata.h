/* weft/metadata.h: lists of (key, value, flags) that go with opens, rejects, closes, requests and responses. */
#ifndef WEFT_METADATA_H
#define WEFT_METADATA_H

#include "weft/base.h"
#include "weft/limits.h"

#ifdef __cplusplus
extern "C" {
#endif

#define WEFT_METADATA_SENSITIVE ((uint64_t)1)    /* never logged or printed */
#define WEFT_METADATA_NO_PROPAGATE ((uint64_t)2) /* not passed on by a proxy, nor copied to another call */

typedef enum weft_metadata_kind {
    WEFT_METADATA_STR = 0,
    WEFT_METADATA_BYTES = 1,
    WEFT_METADATA_U64 = 2
} weft_metadata_kind;

typedef struct weft_metadata_entry {
    weft_str key; /* not empty, UTF-8; keys that begin with "weft-" are reserved and refused when sent, but for
                     "weft-trace" with 25 bytes: 16 of the trace, 8 of the span, 1 of flags */
    weft_metadata_kind kind;
    weft_str str;     /* where STR: UTF-8 */
    weft_bytes bytes; /* where BYTES */
    uint64_t number;  /* where U64 */
    uint64_t flags;   /* WEFT_METADATA_…; unknown ones are kept */
} weft_metadata_entry;

/* In the caller's memory: to send one, point it at an array, borrowed for the call that takes it. At most 64 entries
 * and 8 KiB. A received one lives as long as what it came with. A key may stand more than once; the first one counts.
 */
typedef struct weft_metadata {
    const weft_metadata_entry *entries;
    size_t n;
} weft_metadata;

static inline weft_metadata_entry weft_metadata_str(const char *key, weft_str value, uint64_t flags)
{
    weft_metadata_entry e;
    memset(&e, 0, sizeof e);
    e.key = weft_str_from(key);
    e.kind = WEFT_METADATA_STR;
    e.str = value;
    e.flags = flags;
    return e;
}
static inline weft_metadata_entry weft_metadata_bytes(const char *key, weft_bytes value, uint64_t flags)
{
    weft_metadata_entry e;
    memset(&e, 0, sizeof e);
    e.key = weft_str_from(key);
    e.kind = WEFT_METADATA_BYTES;
    e.bytes = value;
    e.flags = flags;
    return e;
}
static inline weft_metadata_entry weft_metadata_u64(const char *key, uint64_t value, uint64_t flags)
{
    weft_metadata_entry e;
    memset(&e, 0, sizeof e);
    e.key = weft_str_from(key);
    e.kind = WEFT_METADATA_U64;
    e.number = value;
    e.flags = flags;
    return e;
}

/* The first entry of the key, or NULL. metadata may be NULL. Any thread. */
WEFT_API const weft_metadata_entry *weft_metadata_find(const weft_metadata *metadata, const char *key);
/* true and the value where the first entry of the key is of that kind; otherwise false, *ret untouched. */
WEFT_API bool weft_metadata_get_str(const weft_metadata *metadata, const char *key, weft_str *ret_value);
WEFT_API bool weft_metadata_get_bytes(const weft_metadata *metadata, const char *key, weft_bytes *ret_value);
WEFT_API bool weft_metadata_get_u64(const weft_metadata *metadata, const char *key, uint64_t *ret_value);

#ifdef __cplusplus
}
#endif
#endif

/* Made by weftc 0.1.0 from kv/common.weft. Do not edit. */
/* What several services of the store share. */
#ifndef KV_COMMON_V1_COMMON_WEFT_H
#define KV_COMMON_V1_COMMON_WEFT_H

#include "weft/gen.h"

#if WEFT_GEN_ABI != 1
#error "common.weft.h was made for another weft: run weftc again"
#endif
#ifndef KV_COMMON_V1_API
#define KV_COMMON_V1_API /* in front of what the source defines: for export from a library */
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* ---- types ------------------------------------------------------------------------------------------------------- */

typedef struct kv_common_v1_region kv_common_v1_region;
typedef struct kv_common_v1_region_list kv_common_v1_region_list;
typedef struct kv_common_v1_usage kv_common_v1_usage;
typedef struct kv_common_v1_usage_list kv_common_v1_usage_list;
typedef struct kv_common_v1_str_u32_map kv_common_v1_str_u32_map;
typedef struct kv_common_v1_str_u32_map_pair kv_common_v1_str_u32_map_pair;
typedef struct kv_common_v1_str_region_list_map kv_common_v1_str_region_list_map;
typedef struct kv_common_v1_str_region_list_map_pair kv_common_v1_str_region_list_map_pair;

struct kv_common_v1_region_list {
    const kv_common_v1_region *items;
    size_t len;
};
struct kv_common_v1_usage_list {
    const kv_common_v1_usage *items;
    size_t len;
};

/* ---- enum Region ------------------------------------------------------------------------------------------------- */

typedef enum kv_common_v1_region_kind {
    KV_COMMON_V1_REGION_UNKNOWN = 0, /* a variant that this program does not know: never sent */
    KV_COMMON_V1_REGION_EUROPE = 1,
    KV_COMMON_V1_REGION_AMERICA = 2,
    KV_COMMON_V1_REGION_ASIA = 3
} kv_common_v1_region_kind;

/* Where a value lives. */
struct kv_common_v1_region {
    kv_common_v1_region_kind kind;
};

extern KV_COMMON_V1_API const weft_type kv_common_v1_region_type;
static inline void kv_common_v1_region_init(kv_common_v1_region *value)
{
    weft_gen_init(&kv_common_v1_region_type, value);
}
static inline int kv_common_v1_region_copy(kv_common_v1_region *ret_value, const kv_common_v1_region *value,
                                           weft_arena *arena)
{
    return weft_gen_copy(&kv_common_v1_region_type, ret_value, value, arena);
}
static inline bool kv_common_v1_region_equal(const kv_common_v1_region *a, const kv_common_v1_region *b)
{
    return weft_gen_equal(&kv_common_v1_region_type, a, b);
}
static inline int kv_common_v1_region_encode(const kv_common_v1_region *value, weft_writer *writer)
{
    return weft_gen_encode(&kv_common_v1_region_type, value, writer);
}
static inline int kv_common_v1_region_decode(kv_common_v1_region *ret_value, weft_bytes bytes, weft_arena *arena,
                                             weft_error *error_or_null)
{
    return weft_gen_decode(&kv_common_v1_region_type, bytes, arena, ret_value, error_or_null);
}
static inline int kv_common_v1_region_print(const kv_common_v1_region *value,
                                            int (*write)(void *user, const char *text, size_t len), void *user)
{
    return weft_gen_print(&kv_common_v1_region_type, value, write, user);
}
static inline kv_common_v1_region kv_common_v1_region_make_europe(void)
{
    kv_common_v1_region made;
    memset(&made, 0, sizeof made);
    made.kind = KV_COMMON_V1_REGION_EUROPE;
    return made;
}
static inline kv_common_v1_region kv_common_v1_region_make_america(void)
{
    kv_common_v1_region made;
    memset(&made, 0, sizeof made);
    made.kind = KV_COMMON_V1_REGION_AMERICA;
    return made;
}
static inline kv_common_v1_region kv_common_v1_region_make_asia(void)
{
    kv_common_v1_region made;
    memset(&made, 0, sizeof made);
    made.kind = KV_COMMON_V1_REGION_ASIA;
    return made;
}

/* ---- struct Usage ------------------------------------------------------------------------------------------------ */

/* Ascending by key, each key once: kv_common_v1_str_u32_map_sort. */
struct kv_common_v1_str_u32_map {
    const kv_common_v1_str_u32_map_pair *items;
    size_t len;
};
/* Ascending by key, each key once: kv_common_v1_str_region_list_map_sort. */
struct kv_common_v1_str_region_list_map {
    const kv_common_v1_str_region_list_map_pair *items;
    size_t len;
};
/* The same composites as in the file that imports this one. */
struct kv_common_v1_usage {
    kv_common_v1_str_u32_map by_name;
    kv_common_v1_str_region_list_map per_region;
};

extern KV_COMMON_V1_API const weft_type kv_common_v1_usage_type;
static inline void kv_common_v1_usage_init(kv_common_v1_usage *value)
{
    weft_gen_init(&kv_common_v1_usage_type, value);
}
static inline int kv_common_v1_usage_copy(kv_common_v1_usage *ret_value, const kv_common_v1_usage *value,
                                          weft_arena *arena)
{
    return weft_gen_copy(&kv_common_v1_usage_type, ret_value, value, arena);
}
static inline bool kv_common_v1_usage_equal(const kv_common_v1_usage *a, const kv_common_v1_usage *b)
{
    return weft_gen_equal(&kv_common_v1_usage_type, a, b);
}
static inline int kv_common_v1_usage_encode(const kv_common_v1_usage *value, weft_writer *writer)
{
    return weft_gen_encode(&kv_common_v1_usage_type, value, writer);
}
static inline int kv_common_v1_usage_decode(kv_common_v1_usage *ret_value, weft_bytes bytes, weft_arena *arena,
                                            weft_error *error_or_null)
{
    return weft_gen_decode(&kv_common_v1_usage_type, bytes, arena, ret_value, error_or_null);
}
static inline int kv_common_v1_usage_print(const kv_common_v1_usage *value,
                                           int (*write)(void *user, const char *text, size_t len), void *user)
{
    return weft_gen_print(&kv_common_v1_usage_type, value, write, user);
}

/* ---- lists, maps, options and arrays ----------------------------------------------------------------------------- */

struct kv_common_v1_str_u32_map_pair {
    weft_str key;
    uint32_t value;
};
extern KV_COMMON_V1_API const weft_type kv_common_v1_str_u32_map_type;
/* 0; WEFT_EINVAL: a key stands twice. */
static inline int kv_common_v1_str_u32_map_sort(kv_common_v1_str_u32_map_pair *pairs, size_t n)
{
    return weft_gen_sort(&kv_common_v1_str_u32_map_type, pairs, n);
}
/* NULL: there is none. The map is in order. */
static inline const uint32_t *kv_common_v1_str_u32_map_find(kv_common_v1_str_u32_map map, weft_str key)
{
    return (const uint32_t *)weft_gen_find(&kv_common_v1_str_u32_map_type, &map, &key);
}
struct kv_common_v1_str_region_list_map_pair {
    weft_str key;
    kv_common_v1_region_list value;
};
extern KV_COMMON_V1_API const weft_type kv_common_v1_str_region_list_map_type;
/* 0; WEFT_EINVAL: a key stands twice. */
static inline int kv_common_v1_str_region_list_map_sort(kv_common_v1_str_region_list_map_pair *pairs, size_t n)
{
    return weft_gen_sort(&kv_common_v1_str_region_list_map_type, pairs, n);
}
/* NULL: there is none. The map is in order. */
static inline const kv_common_v1_region_list *kv_common_v1_str_region_list_map_find(
        kv_common_v1_str_region_list_map map, weft_str key)
{
    return (const kv_common_v1_region_list *)weft_gen_find(&kv_common_v1_str_region_list_map_type, &map, &key);
}

#ifdef __cplusplus
}
#endif
#endif

/* Made by weftc 0.1.0 from corners.weft. Do not edit. */
/* A comment that would end itself * / and / * nest, with a trigraph ? ?/ and a bidirectional mark:   here.
 *
 * A line that is much longer than the generated code may be wide, so that it has to be broken somewhere, which
 * should be between two of its many words.
 * A_line_without_any_blank_that_is_wider_than_that_and_cannot_be_broken_anywhere_although_it_is_much_longer_than_the_limit_of_columns. */
#ifndef TEST_CORNERS_V1_CORNERS_WEFT_H
#define TEST_CORNERS_V1_CORNERS_WEFT_H

#include "weft/gen.h"

#if WEFT_GEN_ABI != 1
#error "corners.weft.h was made for another weft: run weftc again"
#endif
#ifndef CORNER_API
#define CORNER_API /* in front of what the source defines: for export from a library */
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* ---- constants --------------------------------------------------------------------------------------------------- */

#define CORNER_QUESTION "what?\?! \"quoted\" ?\?/ \\ \177 1\0012 \303\274"
#define CORNER_LONG \
    "a text that is too long for one line of generated code, and so has to be broken into several pieces, each on" \
    " a line of its own: the compiler joins them"
#define CORNER_NOTHING ""
#define CORNER_MINUS_ZERO (-0.0)
#define CORNER_SMALL 5e-324
#define CORNER_THIRD 0.33333334f
#define CORNER_BIG 1.7976931348623157e+308
#define CORNER_HALF_RANGE ((uint64_t)UINT64_C(9223372036854775808))
#define CORNER_MOST ((int64_t)INT64_C(9223372036854775807))
#define CORNER_LEAST ((int64_t)INT64_MIN)
#define CORNER_LEAST_SMALL ((int32_t)-INT64_C(2147483648))
#define CORNER_OFF false

/* ---- types ------------------------------------------------------------------------------------------------------- */

typedef struct corner_nothing corner_nothing;
typedef struct corner_nothing_list corner_nothing_list;
typedef struct corner_inner corner_inner;
typedef struct corner_inner_list corner_inner_list;
typedef struct corner_outer corner_outer;
typedef struct corner_outer_list corner_outer_list;
typedef struct corner_a corner_a;
typedef struct corner_a_list corner_a_list;
typedef struct corner_ab corner_ab;
typedef struct corner_ab_list corner_ab_list;
typedef struct corner_deep corner_deep;
typedef struct corner_deep_list corner_deep_list;
typedef struct corner_only corner_only;
typedef struct corner_only_list corner_only_list;
typedef struct corner_wide corner_wide;
typedef struct corner_wide_list corner_wide_list;
typedef struct corner_u16_2_array_3_array corner_u16_2_array_3_array;
typedef struct corner_u16_2_array_3_array_list corner_u16_2_array_3_array_list;
typedef struct corner_u32_2_array_2_array corner_u32_2_array_2_array;
typedef struct corner_u64_u32_2_array_2_array_map corner_u64_u32_2_array_2_array_map;
typedef struct corner_u64_u32_2_array_2_array_map_pair corner_u64_u32_2_array_2_array_map_pair;
typedef struct corner_inner_opt_list corner_inner_opt_list;
typedef struct corner_str_inner_opt_list_map corner_str_inner_opt_list_map;
typedef struct corner_str_inner_opt_list_map_pair corner_str_inner_opt_list_map_pair;
typedef struct corner_str_inner_opt_list_map_list corner_str_inner_opt_list_map_list;
typedef struct corner_str_inner_opt_list_map_list_list corner_str_inner_opt_list_map_list_list;
typedef struct corner_str_inner_opt_list_map_list_list_list corner_str_inner_opt_list_map_list_list_list;
typedef struct corner_bool_opt_opt corner_bool_opt_opt;
typedef struct corner_bool_opt_opt_opt corner_bool_opt_opt_opt;
typedef struct corner_inner_2_array_2_array_opt corner_inner_2_array_2_array_opt;
typedef struct corner_bool_nothing_map corner_bool_nothing_map;
typedef struct corner_bool_nothing_map_pair corner_bool_nothing_map_pair;
typedef struct corner_bool_nothing_map_opt corner_bool_nothing_map_opt;
typedef struct corner_only_list_list corner_only_list_list;
typedef struct corner_str_list_list corner_str_list_list;
typedef struct corner_f32_list_list corner_f32_list_list;
typedef struct corner_u8_f32_list_list_map corner_u8_f32_list_list_map;
typedef struct corner_u8_f32_list_list_map_pair corner_u8_f32_list_list_map_pair;
typedef struct corner_u8_4_array_opt corner_u8_4_array_opt;

struct corner_nothing_list {
    const corner_nothing *items;
    size_t len;
};
struct corner_inner_list {
    const corner_inner *items;
    size_t len;
};
struct corner_outer_list {
    const corner_outer *items;
    size_t len;
};
struct corner_a_list {
    const corner_a *items;
    size_t len;
};
struct corner_ab_list {
    const corner_ab *items;
    size_t len;
};
struct corner_deep_list {
    const corner_deep *items;
    size_t len;
};
struct corner_only_list {
    const corner_only *items;
    size_t len;
};
struct corner_wide_list {
    const corner_wide *items;
    size_t len;
};

/* ---- struct Nothing ---------------------------------------------------------------------------------------------- */

struct corner_nothing {
    char unused_; /* C has no empty struct */
};

extern CORNER_API const weft_type corner_nothing_type;
static inline void corner_nothing_init(corner_nothing *value)
{
    weft_gen_init(&corner_nothing_type, value);
}
static inline int corner_nothing_copy(corner_nothing *ret_value, const corner_nothing *value, weft_arena *arena)
{
    return weft_gen_copy(&corner_nothing_type, ret_value, value, arena);
}
static inline bool corner_nothing_equal(const corner_nothing *a, const corner_nothing *b)
{
    return weft_gen_equal(&corner_nothing_type, a, b);
}
static inline int corner_nothing_encode(const corner_nothing *value, weft_writer *writer)
{
    return weft_gen_encode(&corner_nothing_type, value, writer);
}
static inline int corner_nothing_decode(corner_nothing *ret_value, weft_bytes bytes, weft_arena *arena,
                                        weft_error *error_or_null)
{
    return weft_gen_decode(&corner_nothing_type, bytes, arena, ret_value, error_or_null);
}
static inline int corner_nothing_print(const corner_nothing *value,
                                       int (*write)(void *user, const char *text, size_t len), void *user)
{
    return weft_gen_print(&corner_nothing_type, value, write, user);
}

/* ---- struct Inner ------------------------------------------------------------------------------------------------ */

struct corner_inner {
    weft_str name;      /* default "inner" */
    weft_bytes raw;     /* default "\x00\xff" */
    int32_t level;      /* default -7 */
    double ratio;       /* default -0.0 */
    weft_duration wait; /* default "-1500ms" */
};

extern CORNER_API const weft_type corner_inner_type;
static inline void corner_inner_init(corner_inner *value)
{
    weft_gen_init(&corner_inner_type, value);
}
static inline int corner_inner_copy(corner_inner *ret_value, const corner_inner *value, weft_arena *arena)
{
    return weft_gen_copy(&corner_inner_type, ret_value, value, arena);
}
static inline bool corner_inner_equal(const corner_inner *a, const corner_inner *b)
{
    return weft_gen_equal(&corner_inner_type, a, b);
}
static inline int corner_inner_encode(const corner_inner *value, weft_writer *writer)
{
    return weft_gen_encode(&corner_inner_type, value, writer);
}
static inline int corner_inner_decode(corner_inner *ret_value, weft_bytes bytes, weft_arena *arena,
                                      weft_error *error_or_null)
{
    return weft_gen_decode(&corner_inner_type, bytes, arena, ret_value, error_or_null);
}
static inline int corner_inner_print(const corner_inner *value, int (*write)(void *user, const char *text, size_t len),
                                     void *user)
{
    return weft_gen_print(&corner_inner_type, value, write, user);
}

/* ---- struct Outer ------------------------------------------------------------------------------------------------ */

struct corner_outer {
    /* Its defaults are not zero, so that the whole has a value. */
    corner_inner inner;     /* default {} */
    corner_nothing nothing; /* default {} */
    weft_str question;
    weft_str long_text;
};

extern CORNER_API const weft_type corner_outer_type;
static inline void corner_outer_init(corner_outer *value)
{
    weft_gen_init(&corner_outer_type, value);
}
static inline int corner_outer_copy(corner_outer *ret_value, const corner_outer *value, weft_arena *arena)
{
    return weft_gen_copy(&corner_outer_type, ret_value, value, arena);
}
static inline bool corner_outer_equal(const corner_outer *a, const corner_outer *b)
{
    return weft_gen_equal(&corner_outer_type, a, b);
}
static inline int corner_outer_encode(const corner_outer *value, weft_writer *writer)
{
    return weft_gen_encode(&corner_outer_type, value, writer);
}
static inline int corner_outer_decode(corner_outer *ret_value, weft_bytes bytes, weft_arena *arena,
                                      weft_error *error_or_null)
{
    return weft_gen_decode(&corner_outer_type, bytes, arena, ret_value, error_or_null);
}
static inline int corner_outer_print(const corner_outer *value, int (*write)(void *user, const char *text, size_t len),
                                     void *user)
{
    return weft_gen_print(&corner_outer_type, value, write, user);
}

/* ---- struct A ---------------------------------------------------------------------------------------------------- */

/* Two names that could meet: field `b_c` of A, and field `c` of AB. */
struct corner_a {
    uint32_t b_c; /* default 1 */
};

extern CORNER_API const weft_type corner_a_type;
static inline void corner_a_init(corner_a *value)
{
    weft_gen_init(&corner_a_type, value);
}
static inline int corner_a_copy(corner_a *ret_value, const corner_a *value, weft_arena *arena)
{
    return weft_gen_copy(&corner_a_type, ret_value, value, arena);
}
static inline bool corner_a_equal(const corner_a *a, const corner_a *b)
{
    return weft_gen_equal(&corner_a_type, a, b);
}
static inline int corner_a_encode(const corner_a *value, weft_writer *writer)
{
    return weft_gen_encode(&corner_a_type, value, writer);
}
static inline int corner_a_decode(corner_a *ret_value, weft_bytes bytes, weft_arena *arena, weft_error *error_or_null)
{
    return weft_gen_decode(&corner_a_type, bytes, arena, ret_value, error_or_null);
}
static inline int corner_a_print(const corner_a *value, int (*write)(void *user, const char *text, size_t len),
                                 void *user)
{
    return weft_gen_print(&corner_a_type, value, write, user);
}

/* ---- struct AB --------------------------------------------------------------------------------------------------- */

struct corner_ab {
    uint32_t c; /* default 2 */
};

extern CORNER_API const weft_type corner_ab_type;
static inline void corner_ab_init(corner_ab *value)
{
    weft_gen_init(&corner_ab_type, value);
}
static inline int corner_ab_copy(corner_ab *ret_value, const corner_ab *value, weft_arena *arena)
{
    return weft_gen_copy(&corner_ab_type, ret_value, value, arena);
}
static inline bool corner_ab_equal(const corner_ab *a, const corner_ab *b)
{
    return weft_gen_equal(&corner_ab_type, a, b);
}
static inline int corner_ab_encode(const corner_ab *value, weft_writer *writer)
{
    return weft_gen_encode(&corner_ab_type, value, writer);
}
static inline int corner_ab_decode(corner_ab *ret_value, weft_bytes bytes, weft_arena *arena, weft_error *error_or_null)
{
    return weft_gen_decode(&corner_ab_type, bytes, arena, ret_value, error_or_null);
}
static inline int corner_ab_print(const corner_ab *value, int (*write)(void *user, const char *text, size_t len),
                                  void *user)
{
    return weft_gen_print(&corner_ab_type, value, write, user);
}

/* ---- struct Deep ------------------------------------------------------------------------------------------------- */

struct corner_u16_2_array_3_array_list {
    const corner_u16_2_array_3_array *items;
    size_t len;
};
/* Ascending by key, each key once: corner_u64_u32_2_array_2_array_map_sort. */
struct corner_u64_u32_2_array_2_array_map {
    const corner_u64_u32_2_array_2_array_map_pair *items;
    size_t len;
};
struct corner_str_inner_opt_list_map_list_list_list {
    const corner_str_inner_opt_list_map_list_list *items;
    size_t len;
};
struct corner_bool_opt_opt {
    bool has;
    weft_opt_bool value;
};
struct corner_bool_opt_opt_opt {
    bool has;
    corner_bool_opt_opt value;
};
struct corner_inner_2_array_2_array_opt {
    bool has;
    corner_inner value[2][2];
};
/* Ascending by key, each key once: corner_bool_nothing_map_sort. */
struct corner_bool_nothing_map {
    const corner_bool_nothing_map_pair *items;
    size_t len;
};
struct corner_bool_nothing_map_opt {
    bool has;
    corner_bool_nothing_map value;
};
struct corner_deep {
    uint8_t grid[4][3][2];
    corner_u16_2_array_3_array_list grids;
    corner_u64_u32_2_array_2_array_map by_digest;
    corner_str_inner_opt_list_map_list_list_list lists;
    corner_bool_opt_opt_opt opts;                /* default none */
    const corner_inner *pointers[3];
    corner_inner_2_array_2_array_opt maybe_grid; /* default none */
    corner_bool_nothing_map_opt maybe_map;       /* default none */
};

extern CORNER_API const weft_type corner_deep_type;
static inline void corner_deep_init(corner_deep *value)
{
    weft_gen_init(&corner_deep_type, value);
}
static inline int corner_deep_copy(corner_deep *ret_value, const corner_deep *value, weft_arena *arena)
{
    return weft_gen_copy(&corner_deep_type, ret_value, value, arena);
}
static inline bool corner_deep_equal(const corner_deep *a, const corner_deep *b)
{
    return weft_gen_equal(&corner_deep_type, a, b);
}
static inline int corner_deep_encode(const corner_deep *value, weft_writer *writer)
{
    return weft_gen_encode(&corner_deep_type, value, writer);
}
static inline int corner_deep_decode(corner_deep *ret_value, weft_bytes bytes, weft_arena *arena,
                                     weft_error *error_or_null)
{
    return weft_gen_decode(&corner_deep_type, bytes, arena, ret_value, error_or_null);
}
static inline int corner_deep_print(const corner_deep *value, int (*write)(void *user, const char *text, size_t len),
                                    void *user)
{
    return weft_gen_print(&corner_deep_type, value, write, user);
}

/* ---- enum Only --------------------------------------------------------------------------------------------------- */

typedef enum corner_only_kind {
    CORNER_ONLY_UNKNOWN = 0, /* not set; never in a value that was decoded */
    CORNER_ONLY_ONE = 1
} corner_only_kind;

struct corner_only {
    corner_only_kind kind;
};

extern CORNER_API const weft_type corner_only_type;
static inline void corner_only_init(corner_only *value)
{
    weft_gen_init(&corner_only_type, value);
}
static inline int corner_only_copy(corner_only *ret_value, const corner_only *value, weft_arena *arena)
{
    return weft_gen_copy(&corner_only_type, ret_value, value, arena);
}
static inline bool corner_only_equal(const corner_only *a, const corner_only *b)
{
    return weft_gen_equal(&corner_only_type, a, b);
}
static inline int corner_only_encode(const corner_only *value, weft_writer *writer)
{
    return weft_gen_encode(&corner_only_type, value, writer);
}
static inline int corner_only_decode(corner_only *ret_value, weft_bytes bytes, weft_arena *arena,
                                     weft_error *error_or_null)
{
    return weft_gen_decode(&corner_only_type, bytes, arena, ret_value, error_or_null);
}
static inline int corner_only_print(const corner_only *value, int (*write)(void *user, const char *text, size_t len),
                                    void *user)
{
    return weft_gen_print(&corner_only_type, value, write, user);
}
static inline corner_only corner_only_make_one(void)
{
    corner_only made;
    memset(&made, 0, sizeof made);
    made.kind = CORNER_ONLY_ONE;
    return made;
}

/* ---- enum Wide --------------------------------------------------------------------------------------------------- */

typedef enum corner_wide_kind {
    CORNER_WIDE_UNKNOWN = 0, /* a variant that this program does not know: never sent */
    CORNER_WIDE_GRID = 1,
    CORNER_WIDE_POINTERS = 2,
    CORNER_WIDE_NOTHING = 3,
    CORNER_WIDE_LIST = 4
} corner_wide_kind;

struct corner_only_list_list {
    const corner_only_list *items;
    size_t len;
};
struct corner_wide {
    corner_wide_kind kind;
    union {
        uint16_t grid[3][2];
        const corner_inner *pointers[2];
        corner_nothing nothing;
        corner_only_list_list list;
    } as;
};

extern CORNER_API const weft_type corner_wide_type;
static inline void corner_wide_init(corner_wide *value)
{
    weft_gen_init(&corner_wide_type, value);
}
static inline int corner_wide_copy(corner_wide *ret_value, const corner_wide *value, weft_arena *arena)
{
    return weft_gen_copy(&corner_wide_type, ret_value, value, arena);
}
static inline bool corner_wide_equal(const corner_wide *a, const corner_wide *b)
{
    return weft_gen_equal(&corner_wide_type, a, b);
}
static inline int corner_wide_encode(const corner_wide *value, weft_writer *writer)
{
    return weft_gen_encode(&corner_wide_type, value, writer);
}
static inline int corner_wide_decode(corner_wide *ret_value, weft_bytes bytes, weft_arena *arena,
                                     weft_error *error_or_null)
{
    return weft_gen_decode(&corner_wide_type, bytes, arena, ret_value, error_or_null);
}
static inline int corner_wide_print(const corner_wide *value, int (*write)(void *user, const char *text, size_t len),
                                    void *user)
{
    return weft_gen_print(&corner_wide_type, value, write, user);
}
static inline corner_wide corner_wide_make_grid(const uint16_t payload[3][2])
{
    corner_wide made;
    memset(&made, 0, sizeof made);
    made.kind = CORNER_WIDE_GRID;
    memcpy(made.as.grid, payload, sizeof made.as.grid);
    return made;
}
static inline corner_wide corner_wide_make_pointers(const corner_inner *const payload[2])
{
    corner_wide made;
    memset(&made, 0, sizeof made);
    made.kind = CORNER_WIDE_POINTERS;
    memcpy(made.as.pointers, payload, sizeof made.as.pointers);
    return made;
}
static inline corner_wide corner_wide_make_nothing(const corner_nothing *payload)
{
    corner_wide made;
    memset(&made, 0, sizeof made);
    made.kind = CORNER_WIDE_NOTHING;
    made.as.nothing = *payload;
    return made;
}
static inline corner_wide corner_wide_make_list(corner_only_list_list payload)
{
    corner_wide made;
    memset(&made, 0, sizeof made);
    made.kind = CORNER_WIDE_LIST;
    made.as.list = payload;
    return made;
}

/* ---- lists, maps, options and arrays ----------------------------------------------------------------------------- */

struct corner_u16_2_array_3_array {
    uint16_t items[3][2];
};
struct corner_u32_2_array_2_array {
    uint32_t items[2][2];
};
struct corner_u64_u32_2_array_2_array_map_pair {
    uint64_t key;
    corner_u32_2_array_2_array value;
};
extern CORNER_API const weft_type corner_u64_u32_2_array_2_array_map_type;
/* 0; WEFT_EINVAL: a key stands twice. */
static inline int corner_u64_u32_2_array_2_array_map_sort(corner_u64_u32_2_array_2_array_map_pair *pairs, size_t n)
{
    return weft_gen_sort(&corner_u64_u32_2_array_2_array_map_type, pairs, n);
}
/* NULL: there is none. The map is in order. */
static inline const corner_u32_2_array_2_array *corner_u64_u32_2_array_2_array_map_find(
        corner_u64_u32_2_array_2_array_map map, uint64_t key)
{
    return (const corner_u32_2_array_2_array *)weft_gen_find(&corner_u64_u32_2_array_2_array_map_type, &map, &key);
}
struct corner_inner_opt_list {
    const corner_inner *const *items;
    size_t len;
};
/* Ascending by key, each key once: corner_str_inner_opt_list_map_sort. */
struct corner_str_inner_opt_list_map {
    const corner_str_inner_opt_list_map_pair *items;
    size_t len;
};
struct corner_str_inner_opt_list_map_pair {
    weft_str key;
    corner_inner_opt_list value;
};
extern CORNER_API const weft_type corner_str_inner_opt_list_map_type;
/* 0; WEFT_EINVAL: a key stands twice. */
static inline int corner_str_inner_opt_list_map_sort(corner_str_inner_opt_list_map_pair *pairs, size_t n)
{
    return weft_gen_sort(&corner_str_inner_opt_list_map_type, pairs, n);
}
/* NULL: there is none. The map is in order. */
static inline const corner_inner_opt_list *corner_str_inner_opt_list_map_find(corner_str_inner_opt_list_map map,
                                                                              weft_str key)
{
    return (const corner_inner_opt_list *)weft_gen_find(&corner_str_inner_opt_list_map_type, &map, &key);
}
struct corner_str_inner_opt_list_map_list {
    const corner_str_inner_opt_list_map *items;
    size_t len;
};
struct corner_str_inner_opt_list_map_list_list {
    const corner_str_inner_opt_list_map_list *items;
    size_t len;
};
struct corner_bool_nothing_map_pair {
    bool key;
    corner_nothing value;
};
extern CORNER_API const weft_type corner_bool_nothing_map_type;
/* 0; WEFT_EINVAL: a key stands twice. */
static inline int corner_bool_nothing_map_sort(corner_bool_nothing_map_pair *pairs, size_t n)
{
    return weft_gen_sort(&corner_bool_nothing_map_type, pairs, n);
}
/* NULL: there is none. The map is in order. */
static inline const corner_nothing *corner_bool_nothing_map_find(corner_bool_nothing_map map, bool key)
{
    return (const corner_nothing *)weft_gen_find(&corner_bool_nothing_map_type, &map, &key);
}
struct corner_str_list_list {
    const weft_str_list *items;
    size_t len;
};
struct corner_f32_list_list {
    const weft_f32_list *items;
    size_t len;
};
/* Ascending by key, each key once: corner_u8_f32_list_list_map_sort. */
struct corner_u8_f32_list_list_map {
    const corner_u8_f32_list_list_map_pair *items;
    size_t len;
};
struct corner_u8_f32_list_list_map_pair {
    uint8_t key;
    corner_f32_list_list value;
};
extern CORNER_API const weft_type corner_u8_f32_list_list_map_type;
/* 0; WEFT_EINVAL: a key stands twice. */
static inline int corner_u8_f32_list_list_map_sort(corner_u8_f32_list_list_map_pair *pairs, size_t n)
{
    return weft_gen_sort(&corner_u8_f32_list_list_map_type, pairs, n);
}
/* NULL: there is none. The map is in order. */
static inline const corner_f32_list_list *corner_u8_f32_list_list_map_find(corner_u8_f32_list_list_map map, uint8_t key)
{
    return (const corner_f32_list_list *)weft_gen_find(&corner_u8_f32_list_list_map_type, &map, &key);
}
struct corner_u8_4_array_opt {
    bool has;
    uint8_t value[4];
};

/* ---- aliases ----------------------------------------------------------------------------------------------------- */

typedef uint16_t corner_grid[3][2];
typedef corner_str_list_list corner_names;
typedef corner_u8_f32_list_list_map corner_unused;
typedef const corner_inner *corner_maybe;

/* ---- service Corners: arguments and replies ---------------------------------------------------------------------- */

/* A service of corners. */

/* grid */
typedef struct corner_corners_grid_reply {
    weft_result result;
    uint16_t value[3][2]; /* outcome ok, else zero */
} corner_corners_grid_reply;
typedef void (*corner_corners_grid_fn)(void *user, const corner_corners_grid_reply *reply);

/* maybe_grid */
typedef struct corner_corners_maybe_grid_args {
    corner_u8_4_array_opt value; /* default none */
} corner_corners_maybe_grid_args;

extern CORNER_API const weft_type corner_corners_maybe_grid_args_type;
static inline void corner_corners_maybe_grid_args_init(corner_corners_maybe_grid_args *value)
{
    weft_gen_init(&corner_corners_maybe_grid_args_type, value);
}

typedef struct corner_corners_maybe_grid_reply {
    weft_result result;
    corner_u8_4_array_opt value; /* outcome ok, else zero */
} corner_corners_maybe_grid_reply;
typedef void (*corner_corners_maybe_grid_fn)(void *user, const corner_corners_maybe_grid_reply *reply);

/* pointers */
typedef struct corner_corners_pointers_args {
    const corner_inner *value[2];
} corner_corners_pointers_args;

extern CORNER_API const weft_type corner_corners_pointers_args_type;
static inline void corner_corners_pointers_args_init(corner_corners_pointers_args *value)
{
    weft_gen_init(&corner_corners_pointers_args_type, value);
}

typedef struct corner_corners_pointers_reply {
    weft_result result;
    const corner_inner *value[2]; /* outcome ok, else zero */
} corner_corners_pointers_reply;
typedef void (*corner_corners_pointers_fn)(void *user, const corner_corners_pointers_reply *reply);

/* nothing */
typedef struct corner_corners_nothing_args {
    corner_nothing value;
} corner_corners_nothing_args;

extern CORNER_API const weft_type corner_corners_nothing_args_type;
static inline void corner_corners_nothing_args_init(corner_corners_nothing_args *value)
{
    weft_gen_init(&corner_corners_nothing_args_type, value);
}

typedef struct corner_corners_nothing_reply {
    weft_result result;
    const corner_nothing *value; /* outcome ok, else NULL */
    const corner_nothing *error; /* outcome user error, else NULL */
} corner_corners_nothing_reply;
typedef void (*corner_corners_nothing_fn)(void *user, const corner_corners_nothing_reply *reply);

/* a_method_with_a_name_that_is_so_long_that_every_line_with_it_needs_care */
typedef struct corner_corners_a_method_with_a_name_that_is_so_long_that_every_line_with_it_needs_care_args {
    uint32_t a_parameter_with_a_long_name_as_well; /* default 7 */
    corner_outer another;                          /* default {} */
} corner_corners_a_method_with_a_name_that_is_so_long_that_every_line_with_it_needs_care_args;

extern CORNER_API const weft_type corner_corners_a_method_with_a_name_that_is_so_long_that_every_line_with_it_needs_care_args_type;
static inline void corner_corners_a_method_with_a_name_that_is_so_long_that_every_line_with_it_needs_care_args_init(
        corner_corners_a_method_with_a_name_that_is_so_long_that_every_line_with_it_needs_care_args *value)
{
    weft_gen_init(&corner_corners_a_method_with_a_name_that_is_so_long_that_every_line_with_it_needs_care_args_type, value);
}

typedef struct corner_corners_a_method_with_a_name_that_is_so_long_that_every_line_with_it_needs_care_reply {
    weft_result result;
    uint32_t value;           /* outcome ok, else zero */
    const corner_wide *error; /* outcome user error, else NULL */
} corner_corners_a_method_with_a_name_that_is_so_long_that_every_line_with_it_needs_care_reply;
typedef void (*corner_corners_a_method_with_a_name_that_is_so_long_that_every_line_with_it_needs_care_fn)(void *user, const corner_corners_a_method_with_a_name_that_is_so_long_that_every_line_with_it_needs_care_reply *reply);

/* class */
typedef struct corner_corners_class_args {
    uint8_t int_;
} corner_corners_class_args;

extern CORNER_API const weft_type corner_corners_class_args_type;
static inline void corner_corners_class_args_init(corner_corners_class_args *value)
{
    weft_gen_init(&corner_corners_class_args_type, value);
}

typedef struct corner_corners_class_reply {
    weft_result result;
    uint8_t value; /* outcome ok, else zero */
} corner_corners_class_reply;
typedef void (*corner_corners_class_fn)(void *user, const corner_corners_class_reply *reply);

/* ---- service Corners: client ------------------------------------------------------------------------------------- */

extern CORNER_API const weft_service_type corner_corners_service;

/* What opened it holds one reference: weft_connection_release. */
typedef struct corner_corners_client {
    weft_connection *connection;
} corner_corners_client;

/* Once: with a client, or without a connection and with the reason. */
typedef void (*corner_corners_opened_fn)(void *user, corner_corners_client client, const weft_error *error_or_null);
/* As weft_open. */
CORNER_API int corner_corners_open(weft_session *session, const weft_open_options *options_or_null,
                                   corner_corners_opened_fn opened, void *user);

/* Calls: as weft_gen_call, or weft_gen_stream where there are channels. args: borrowed for the call. After 0 the
 * callback runs exactly once, else never. */
CORNER_API int corner_corners_grid(corner_corners_client client, const weft_call_options *options_or_null,
                                   corner_corners_grid_fn done_or_null, void *user, weft_call *ret_call_or_null);
CORNER_API int corner_corners_maybe_grid(corner_corners_client client, const corner_corners_maybe_grid_args *args,
                                         const weft_call_options *options_or_null,
                                         corner_corners_maybe_grid_fn done_or_null, void *user,
                                         weft_call *ret_call_or_null);
CORNER_API int corner_corners_pointers(corner_corners_client client, const corner_corners_pointers_args *args,
                                       const weft_call_options *options_or_null,
                                       corner_corners_pointers_fn done_or_null, void *user,
                                       weft_call *ret_call_or_null);
CORNER_API int corner_corners_nothing(corner_corners_client client, const corner_corners_nothing_args *args,
                                      const weft_call_options *options_or_null, corner_corners_nothing_fn done_or_null,
                                      void *user, weft_call *ret_call_or_null);
/* A line that is much longer than the generated code may be wide, so that it has to be broken somewhere inside a
 * table of handlers.
 * Deprecated: use nothing * / instead */
CORNER_API int corner_corners_a_method_with_a_name_that_is_so_long_that_every_line_with_it_needs_care(
        corner_corners_client client,
        const corner_corners_a_method_with_a_name_that_is_so_long_that_every_line_with_it_needs_care_args *args,
        const weft_call_options *options_or_null,
        corner_corners_a_method_with_a_name_that_is_so_long_that_every_line_with_it_needs_care_fn done_or_null,
        void *user, weft_call *ret_call_or_null);
CORNER_API int corner_corners_class(corner_corners_client client, const corner_corners_class_args *args,
                                    const weft_call_options *options_or_null, corner_corners_class_fn done_or_null,
                                    void *user, weft_call *ret_call_or_null);

/* ---- service Corners: blocking client ---------------------------------------------------------------------------- */

/* For any thread, of a weft_blocking: weft/blocking.h, libweft-uv. To be released by weft_blocking_client_release. */
typedef struct corner_corners_sync_client {
    weft_blocking_client *client;
} corner_corners_sync_client;

/* As weft_gen_open_sync. */
static inline int corner_corners_open_sync(weft_blocking_session *session, const weft_open_options *options_or_null,
                                           corner_corners_sync_client *ret_client, weft_error *error_or_null)
{
    return weft_gen_open_sync(session, &corner_corners_service, options_or_null, &ret_client->client, error_or_null);
}
/* A method at once, as weft_gen_call_sync: returns ret_reply->result.code; what the reply points to lies in arena.
 * Or begun and ended apart, as weft_gen_begin_sync and weft_gen_end_sync: the call is to be released by
 * weft_blocking_call_release, and until then what the reply points to lives; channels by
 * weft_blocking_channel_release. */
static inline int corner_corners_grid_sync(corner_corners_sync_client client, const weft_call_options *options_or_null,
                                           weft_arena *arena, corner_corners_grid_reply *ret_reply)
{
    return weft_gen_call_sync(client.client, &corner_corners_service, 0, "", options_or_null, arena, ret_reply);
}
typedef struct corner_corners_grid_sync_call {
    weft_blocking_call *call;
} corner_corners_grid_sync_call;
static inline int corner_corners_grid_begin_sync(corner_corners_sync_client client,
                                                 const weft_call_options *options_or_null,
                                                 corner_corners_grid_sync_call *ret_call)
{
    return weft_gen_begin_sync(client.client, &corner_corners_service, 0, NULL, options_or_null, &ret_call->call, NULL);
}
static inline int corner_corners_grid_end_sync(corner_corners_grid_sync_call call, uint64_t timeout_ns,
                                               corner_corners_grid_reply *ret_reply)
{
    return weft_gen_end_sync(call.call, timeout_ns, ret_reply);
}
static inline int corner_corners_maybe_grid_sync(corner_corners_sync_client client,
                                                 const corner_corners_maybe_grid_args *args,
                                                 const weft_call_options *options_or_null, weft_arena *arena,
                                                 corner_corners_maybe_grid_reply *ret_reply)
{
    return weft_gen_call_sync(client.client, &corner_corners_service, 1, args, options_or_null, arena, ret_reply);
}
typedef struct corner_corners_maybe_grid_sync_call {
    weft_blocking_call *call;
} corner_corners_maybe_grid_sync_call;
static inline int corner_corners_maybe_grid_begin_sync(corner_corners_sync_client client,
                                                       const corner_corners_maybe_grid_args *args,
                                                       const weft_call_options *options_or_null,
                                                       corner_corners_maybe_grid_sync_call *ret_call)
{
    return weft_gen_begin_sync(client.client, &corner_corners_service, 1, args, options_or_null, &ret_call->call, NULL);
}
static inline int corner_corners_maybe_grid_end_sync(corner_corners_maybe_grid_sync_call call, uint64_t timeout_ns,
                                                     corner_corners_maybe_grid_reply *ret_reply)
{
    return weft_gen_end_sync(call.call, timeout_ns, ret_reply);
}
static inline int corner_corners_pointers_sync(corner_corners_sync_client client,
                                               const corner_corners_pointers_args *args,
                                               const weft_call_options *options_or_null, weft_arena *arena,
                                               corner_corners_pointers_reply *ret_reply)
{
    return weft_gen_call_sync(client.client, &corner_corners_service, 2, args, options_or_null, arena, ret_reply);
}
typedef struct corner_corners_pointers_sync_call {
    weft_blocking_call *call;
} corner_corners_pointers_sync_call;
static inline int corner_corners_pointers_begin_sync(corner_corners_sync_client client,
                                                     const corner_corners_pointers_args *args,
                                                     const weft_call_options *options_or_null,
                                                     corner_corners_pointers_sync_call *ret_call)
{
    return weft_gen_begin_sync(client.client, &corner_corners_service, 2, args, options_or_null, &ret_call->call, NULL);
}
static inline int corner_corners_pointers_end_sync(corner_corners_pointers_sync_call call, uint64_t timeout_ns,
                                                   corner_corners_pointers_reply *ret_reply)
{
    return weft_gen_end_sync(call.call, timeout_ns, ret_reply);
}
static inline int corner_corners_nothing_sync(corner_corners_sync_client client,
                                              const corner_corners_nothing_args *args,
                                              const weft_call_options *options_or_null, weft_arena *arena,
                                              corner_corners_nothing_reply *ret_reply)
{
    return weft_gen_call_sync(client.client, &corner_corners_service, 3, args, options_or_null, arena, ret_reply);
}
typedef struct corner_corners_nothing_sync_call {
    weft_blocking_call *call;
} corner_corners_nothing_sync_call;
static inline int corner_corners_nothing_begin_sync(corner_corners_sync_client client,
                                                    const corner_corners_nothing_args *args,
                                                    const weft_call_options *options_or_null,
                                                    corner_corners_nothing_sync_call *ret_call)
{
    return weft_gen_begin_sync(client.client, &corner_corners_service, 3, args, options_or_null, &ret_call->call, NULL);
}
static inline int corner_corners_nothing_end_sync(corner_corners_nothing_sync_call call, uint64_t timeout_ns,
                                                  corner_corners_nothing_reply *ret_reply)
{
    return weft_gen_end_sync(call.call, timeout_ns, ret_reply);
}
static inline int corner_corners_a_method_with_a_name_that_is_so_long_that_every_line_with_it_needs_care_sync(
        corner_corners_sync_client client,
        const corner_corners_a_method_with_a_name_that_is_so_long_that_every_line_with_it_needs_care_args *args,
        const weft_call_options *options_or_null, weft_arena *arena,
        corner_corners_a_method_with_a_name_that_is_so_long_that_every_line_with_it_needs_care_reply *ret_reply)
{
    return weft_gen_call_sync(client.client, &corner_corners_service, 4, args, options_or_null, arena, ret_reply);
}
typedef struct corner_corners_a_method_with_a_name_that_is_so_long_that_every_line_with_it_needs_care_sync_call {
    weft_blocking_call *call;
} corner_corners_a_method_with_a_name_that_is_so_long_that_every_line_with_it_needs_care_sync_call;
static inline int corner_corners_a_method_with_a_name_that_is_so_long_that_every_line_with_it_needs_care_begin_sync(
        corner_corners_sync_client client,
        const corner_corners_a_method_with_a_name_that_is_so_long_that_every_line_with_it_needs_care_args *args,
        const weft_call_options *options_or_null,
        corner_corners_a_method_with_a_name_that_is_so_long_that_every_line_with_it_needs_care_sync_call *ret_call)
{
    return weft_gen_begin_sync(client.client, &corner_corners_service, 4, args, options_or_null, &ret_call->call, NULL);
}
static inline int corner_corners_a_method_with_a_name_that_is_so_long_that_every_line_with_it_needs_care_end_sync(
        corner_corners_a_method_with_a_name_that_is_so_long_that_every_line_with_it_needs_care_sync_call call,
        uint64_t timeout_ns,
        corner_corners_a_method_with_a_name_that_is_so_long_that_every_line_with_it_needs_care_reply *ret_reply)
{
    return weft_gen_end_sync(call.call, timeout_ns, ret_reply);
}
static inline int corner_corners_class_sync(corner_corners_sync_client client, const corner_corners_class_args *args,
                                            const weft_call_options *options_or_null, weft_arena *arena,
                                            corner_corners_class_reply *ret_reply)
{
    return weft_gen_call_sync(client.client, &corner_corners_service, 5, args, options_or_null, arena, ret_reply);
}
typedef struct corner_corners_class_sync_call {
    weft_blocking_call *call;
} corner_corners_class_sync_call;
static inline int corner_corners_class_begin_sync(corner_corners_sync_client client,
                                                  const corner_corners_class_args *args,
                                                  const weft_call_options *options_or_null,
                                                  corner_corners_class_sync_call *ret_call)
{
    return weft_gen_begin_sync(client.client, &corner_corners_service, 5, args, options_or_null, &ret_call->call, NULL);
}
static inline int corner_corners_class_end_sync(corner_corners_class_sync_call call, uint64_t timeout_ns,
                                                corner_corners_class_reply *ret_reply)
{
    return weft_gen_end_sync(call.call, timeout_ns, ret_reply);
}

/* ---- service Corners: handlers ----------------------------------------------------------------------------------- */

/* Handles of calls to be answered: stale ones are answered WEFT_EALREADY. */
typedef struct corner_corners_grid_call {
    weft_call call;
} corner_corners_grid_call;
typedef struct corner_corners_maybe_grid_call {
    weft_call call;
} corner_corners_maybe_grid_call;
typedef struct corner_corners_pointers_call {
    weft_call call;
} corner_corners_pointers_call;
typedef struct corner_corners_nothing_call {
    weft_call call;
} corner_corners_nothing_call;
typedef struct corner_corners_a_method_with_a_name_that_is_so_long_that_every_line_with_it_needs_care_call {
    weft_call call;
} corner_corners_a_method_with_a_name_that_is_so_long_that_every_line_with_it_needs_care_call;
typedef struct corner_corners_class_call {
    weft_call call;
} corner_corners_class_call;

/* Outlives the connections it serves: make it static const. A missing function is answered unknown method. Arguments
 * live until the function returns. */
typedef struct corner_corners_handler {
    size_t size; /* sizeof(corner_corners_handler): methods of a later weftc lie beyond it */
    void (*closed)(void *self); /* once, last; may be NULL */
    void (*grid)(void *self, corner_corners_grid_call call);
    void (*maybe_grid)(void *self, corner_corners_maybe_grid_call call, const corner_corners_maybe_grid_args *args);
    void (*pointers)(void *self, corner_corners_pointers_call call, const corner_corners_pointers_args *args);
    void (*nothing)(void *self, corner_corners_nothing_call call, const corner_corners_nothing_args *args);
    /* A line that is much longer than the generated code may be wide, so that it has to be broken somewhere inside a
     * table of handlers.
     * Deprecated: use nothing * / instead */
    void (*a_method_with_a_name_that_is_so_long_that_every_line_with_it_needs_care)(void *self,
        corner_corners_a_method_with_a_name_that_is_so_long_that_every_line_with_it_needs_care_call call,
        const corner_corners_a_method_with_a_name_that_is_so_long_that_every_line_with_it_needs_care_args *args);
    void (*class_)(void *self, corner_corners_class_call call, const corner_corners_class_args *args);
} corner_corners_handler;

/* Accepts, as weft_pending_accept. self: handed to each function, until closed. */
CORNER_API int corner_corners_serve(weft_pending pending, const corner_corners_handler *handler, void *self,
                                    weft_connection **ret_connection_or_null);

/* Answers, and keep: the arguments live until the answer, and *args changes. 0, or as weft_gen_return, weft_gen_fail,
 * weft_gen_keep. */
CORNER_API int corner_corners_grid_return(corner_corners_grid_call call, const uint16_t value[3][2]);
CORNER_API int corner_corners_maybe_grid_keep(corner_corners_maybe_grid_call call,
                                              const corner_corners_maybe_grid_args **args);
CORNER_API int corner_corners_maybe_grid_return(corner_corners_maybe_grid_call call, corner_u8_4_array_opt value);
CORNER_API int corner_corners_pointers_keep(corner_corners_pointers_call call,
                                            const corner_corners_pointers_args **args);
CORNER_API int corner_corners_pointers_return(corner_corners_pointers_call call, const corner_inner *const value[2]);
CORNER_API int corner_corners_nothing_keep(corner_corners_nothing_call call, const corner_corners_nothing_args **args);
CORNER_API int corner_corners_nothing_return(corner_corners_nothing_call call, const corner_nothing *value);
CORNER_API int corner_corners_nothing_fail(corner_corners_nothing_call call, const corner_nothing *error);
CORNER_API int corner_corners_a_method_with_a_name_that_is_so_long_that_every_line_with_it_needs_care_keep(
        corner_corners_a_method_with_a_name_that_is_so_long_that_every_line_with_it_needs_care_call call,
        const corner_corners_a_method_with_a_name_that_is_so_long_that_every_line_with_it_needs_care_args **args);
CORNER_API int corner_corners_a_method_with_a_name_that_is_so_long_that_every_line_with_it_needs_care_return(
        corner_corners_a_method_with_a_name_that_is_so_long_that_every_line_with_it_needs_care_call call,
        uint32_t value);
CORNER_API int corner_corners_a_method_with_a_name_that_is_so_long_that_every_line_with_it_needs_care_fail(
        corner_corners_a_method_with_a_name_that_is_so_long_that_every_line_with_it_needs_care_call call,
        const corner_wide *error);
CORNER_API int corner_corners_class_keep(corner_corners_class_call call, const corner_corners_class_args **args);
CORNER_API int corner_corners_class_return(corner_corners_class_call call, uint8_t value);

#ifdef __cplusplus
}
#endif
#endif

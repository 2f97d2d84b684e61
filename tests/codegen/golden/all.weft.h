/* Made by weftc 0.1.0 from all.weft. Do not edit. */
/* Types for tests.
 * The second line of the package's comment. */
#ifndef TEST_ALL_V1_ALL_WEFT_H
#define TEST_ALL_V1_ALL_WEFT_H

#include "weft/gen.h"

#if WEFT_GEN_ABI != 1
#error "all.weft.h was made for another weft: run weftc again"
#endif
#ifndef TALL_API
#define TALL_API /* in front of what the source defines: for export from a library */
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* ---- constants --------------------------------------------------------------------------------------------------- */

/* How many bytes a digest has. */
#define TALL_DIGEST_LEN ((uint32_t)32)
#define TALL_TAG_LEN ((uint32_t)4)
#define TALL_ANSWER ((int64_t)-42)
#define TALL_SMALLEST ((int64_t)INT64_MIN)
#define TALL_LARGEST ((uint64_t)UINT64_C(18446744073709551615))
#define TALL_TINY ((int8_t)-128)
#define TALL_PI 3.141592653589793
#define TALL_HALF 0.5f
#define TALL_GREETING "Gr\303\274\303\237e, \"welt\"\n"
#define TALL_ENABLED true
/* A reference to another constant. */
#define TALL_SAME_ANSWER ((int64_t)-42)

/* ---- types ------------------------------------------------------------------------------------------------------- */

typedef struct tall_scalars tall_scalars;
typedef struct tall_scalars_list tall_scalars_list;
typedef struct tall_point tall_point;
typedef struct tall_point_list tall_point_list;
typedef struct tall_empty tall_empty;
typedef struct tall_empty_list tall_empty_list;
typedef struct tall_color tall_color;
typedef struct tall_color_list tall_color_list;
typedef struct tall_direction tall_direction;
typedef struct tall_direction_list tall_direction_list;
typedef struct tall_lists tall_lists;
typedef struct tall_lists_list tall_lists_list;
typedef struct tall_maps tall_maps;
typedef struct tall_maps_list tall_maps_list;
typedef struct tall_arrays tall_arrays;
typedef struct tall_arrays_list tall_arrays_list;
typedef struct tall_options tall_options;
typedef struct tall_options_list tall_options_list;
typedef struct tall_shape tall_shape;
typedef struct tall_shape_list tall_shape_list;
typedef struct tall_node tall_node;
typedef struct tall_node_list tall_node_list;
typedef struct tall_expression tall_expression;
typedef struct tall_expression_list tall_expression_list;
typedef struct tall_folder tall_folder;
typedef struct tall_folder_list tall_folder_list;
typedef struct tall_folder_entry tall_folder_entry;
typedef struct tall_folder_entry_list tall_folder_entry_list;
typedef struct tall_settings tall_settings;
typedef struct tall_settings_list tall_settings_list;
typedef struct tall_defaults tall_defaults;
typedef struct tall_defaults_list tall_defaults_list;
typedef struct tall_annotated tall_annotated;
typedef struct tall_annotated_list tall_annotated_list;
typedef struct tall_renamed tall_renamed;
typedef struct tall_renamed_list tall_renamed_list;
typedef struct tall_legacy tall_legacy;
typedef struct tall_legacy_list tall_legacy_list;
typedef struct tall_renamed_struct tall_renamed_struct;
typedef struct tall_renamed_struct_list tall_renamed_struct_list;
typedef struct tall_keywords tall_keywords;
typedef struct tall_keywords_list tall_keywords_list;
typedef struct tall_keyword_variants tall_keyword_variants;
typedef struct tall_keyword_variants_list tall_keyword_variants_list;
typedef struct tall_everything tall_everything;
typedef struct tall_everything_list tall_everything_list;
typedef struct tall_failure tall_failure;
typedef struct tall_failure_list tall_failure_list;
typedef struct tall_failure_detail tall_failure_detail;
typedef struct tall_failure_detail_list tall_failure_detail_list;
typedef struct tall_u32_list_list tall_u32_list_list;
typedef struct tall_str_list_list tall_str_list_list;
typedef struct tall_str_list_list_list tall_str_list_list_list;
typedef struct tall_u32_opt_list tall_u32_opt_list;
typedef struct tall_str_opt_list tall_str_opt_list;
typedef struct tall_point_opt_list tall_point_opt_list;
typedef struct tall_u8_4_array tall_u8_4_array;
typedef struct tall_u8_4_array_list tall_u8_4_array_list;
typedef struct tall_u32_2_array tall_u32_2_array;
typedef struct tall_u32_2_array_list tall_u32_2_array_list;
typedef struct tall_str_u32_map tall_str_u32_map;
typedef struct tall_str_u32_map_pair tall_str_u32_map_pair;
typedef struct tall_str_u32_map_list tall_str_u32_map_list;
typedef struct tall_u64_str_map tall_u64_str_map;
typedef struct tall_u64_str_map_pair tall_u64_str_map_pair;
typedef struct tall_i32_bytes_map tall_i32_bytes_map;
typedef struct tall_i32_bytes_map_pair tall_i32_bytes_map_pair;
typedef struct tall_u8_bool_map tall_u8_bool_map;
typedef struct tall_u8_bool_map_pair tall_u8_bool_map_pair;
typedef struct tall_bool_f64_map tall_bool_f64_map;
typedef struct tall_bool_f64_map_pair tall_bool_f64_map_pair;
typedef struct tall_str_point_map tall_str_point_map;
typedef struct tall_str_point_map_pair tall_str_point_map_pair;
typedef struct tall_u16_color_map tall_u16_color_map;
typedef struct tall_u16_color_map_pair tall_u16_color_map_pair;
typedef struct tall_str_point_list_map tall_str_point_list_map;
typedef struct tall_str_point_list_map_pair tall_str_point_list_map_pair;
typedef struct tall_u32_str_map tall_u32_str_map;
typedef struct tall_u32_str_map_pair tall_u32_str_map_pair;
typedef struct tall_str_u32_str_map_map tall_str_u32_str_map_map;
typedef struct tall_str_u32_str_map_map_pair tall_str_u32_str_map_map_pair;
typedef struct tall_i8_u64_opt_map tall_i8_u64_opt_map;
typedef struct tall_i8_u64_opt_map_pair tall_i8_u64_opt_map_pair;
typedef struct tall_i64_u8_4_array_map tall_i64_u8_4_array_map;
typedef struct tall_i64_u8_4_array_map_pair tall_i64_u8_4_array_map_pair;
typedef struct tall_str_list_opt tall_str_list_opt;
typedef struct tall_point_list_opt tall_point_list_opt;
typedef struct tall_str_u32_map_opt tall_str_u32_map_opt;
typedef struct tall_u8_32_array_opt tall_u8_32_array_opt;
typedef struct tall_u32_2_array_opt tall_u32_2_array_opt;
typedef struct tall_u8_opt_opt tall_u8_opt_opt;
typedef struct tall_point_opt_opt tall_point_opt_opt;
typedef struct tall_str_i64_map tall_str_i64_map;
typedef struct tall_str_i64_map_pair tall_str_i64_map_pair;
typedef struct tall_str_node_map tall_str_node_map;
typedef struct tall_str_node_map_pair tall_str_node_map_pair;

struct tall_scalars_list {
    const tall_scalars *items;
    size_t len;
};
struct tall_point_list {
    const tall_point *items;
    size_t len;
};
struct tall_empty_list {
    const tall_empty *items;
    size_t len;
};
struct tall_color_list {
    const tall_color *items;
    size_t len;
};
struct tall_direction_list {
    const tall_direction *items;
    size_t len;
};
struct tall_lists_list {
    const tall_lists *items;
    size_t len;
};
struct tall_maps_list {
    const tall_maps *items;
    size_t len;
};
struct tall_arrays_list {
    const tall_arrays *items;
    size_t len;
};
struct tall_options_list {
    const tall_options *items;
    size_t len;
};
struct tall_shape_list {
    const tall_shape *items;
    size_t len;
};
struct tall_node_list {
    const tall_node *items;
    size_t len;
};
struct tall_expression_list {
    const tall_expression *items;
    size_t len;
};
struct tall_folder_list {
    const tall_folder *items;
    size_t len;
};
struct tall_folder_entry_list {
    const tall_folder_entry *items;
    size_t len;
};
struct tall_settings_list {
    const tall_settings *items;
    size_t len;
};
struct tall_defaults_list {
    const tall_defaults *items;
    size_t len;
};
struct tall_annotated_list {
    const tall_annotated *items;
    size_t len;
};
struct tall_renamed_list {
    const tall_renamed *items;
    size_t len;
};
struct tall_legacy_list {
    const tall_legacy *items;
    size_t len;
};
struct tall_renamed_struct_list {
    const tall_renamed_struct *items;
    size_t len;
};
struct tall_keywords_list {
    const tall_keywords *items;
    size_t len;
};
struct tall_keyword_variants_list {
    const tall_keyword_variants *items;
    size_t len;
};
struct tall_everything_list {
    const tall_everything *items;
    size_t len;
};
struct tall_failure_list {
    const tall_failure *items;
    size_t len;
};
struct tall_failure_detail_list {
    const tall_failure_detail *items;
    size_t len;
};

/* ---- struct Scalars ---------------------------------------------------------------------------------------------- */

/* One field of each built-in type. */
struct tall_scalars {
    bool flag;
    uint8_t a8;
    uint16_t a16;
    uint32_t a32;
    uint64_t a64;
    int8_t b8;
    int16_t b16;
    int32_t b32;
    int64_t b64;
    float c32;
    double c64;
    weft_str text;
    weft_bytes raw;
    weft_timestamp at;
    weft_duration lasts;
};

extern TALL_API const weft_type tall_scalars_type;
static inline void tall_scalars_init(tall_scalars *value)
{
    weft_gen_init(&tall_scalars_type, value);
}
static inline int tall_scalars_copy(tall_scalars *ret_value, const tall_scalars *value, weft_arena *arena)
{
    return weft_gen_copy(&tall_scalars_type, ret_value, value, arena);
}
static inline bool tall_scalars_equal(const tall_scalars *a, const tall_scalars *b)
{
    return weft_gen_equal(&tall_scalars_type, a, b);
}
static inline int tall_scalars_encode(const tall_scalars *value, weft_writer *writer)
{
    return weft_gen_encode(&tall_scalars_type, value, writer);
}
static inline int tall_scalars_decode(tall_scalars *ret_value, weft_bytes bytes, weft_arena *arena,
                                      weft_error *error_or_null)
{
    return weft_gen_decode(&tall_scalars_type, bytes, arena, ret_value, error_or_null);
}
static inline int tall_scalars_print(const tall_scalars *value, int (*write)(void *user, const char *text, size_t len),
                                     void *user)
{
    return weft_gen_print(&tall_scalars_type, value, write, user);
}

/* ---- struct Point ------------------------------------------------------------------------------------------------ */

/* A small struct, held by value, by pointer, in lists, maps and arrays. */
struct tall_point {
    int32_t x;
    int32_t y; /* default 0 */
};

extern TALL_API const weft_type tall_point_type;
static inline void tall_point_init(tall_point *value)
{
    weft_gen_init(&tall_point_type, value);
}
static inline int tall_point_copy(tall_point *ret_value, const tall_point *value, weft_arena *arena)
{
    return weft_gen_copy(&tall_point_type, ret_value, value, arena);
}
static inline bool tall_point_equal(const tall_point *a, const tall_point *b)
{
    return weft_gen_equal(&tall_point_type, a, b);
}
static inline int tall_point_encode(const tall_point *value, weft_writer *writer)
{
    return weft_gen_encode(&tall_point_type, value, writer);
}
static inline int tall_point_decode(tall_point *ret_value, weft_bytes bytes, weft_arena *arena,
                                    weft_error *error_or_null)
{
    return weft_gen_decode(&tall_point_type, bytes, arena, ret_value, error_or_null);
}
static inline int tall_point_print(const tall_point *value, int (*write)(void *user, const char *text, size_t len),
                                   void *user)
{
    return weft_gen_print(&tall_point_type, value, write, user);
}

/* ---- struct Empty ------------------------------------------------------------------------------------------------ */

struct tall_empty {
    char unused_; /* C has no empty struct */
};

extern TALL_API const weft_type tall_empty_type;
static inline void tall_empty_init(tall_empty *value)
{
    weft_gen_init(&tall_empty_type, value);
}
static inline int tall_empty_copy(tall_empty *ret_value, const tall_empty *value, weft_arena *arena)
{
    return weft_gen_copy(&tall_empty_type, ret_value, value, arena);
}
static inline bool tall_empty_equal(const tall_empty *a, const tall_empty *b)
{
    return weft_gen_equal(&tall_empty_type, a, b);
}
static inline int tall_empty_encode(const tall_empty *value, weft_writer *writer)
{
    return weft_gen_encode(&tall_empty_type, value, writer);
}
static inline int tall_empty_decode(tall_empty *ret_value, weft_bytes bytes, weft_arena *arena,
                                    weft_error *error_or_null)
{
    return weft_gen_decode(&tall_empty_type, bytes, arena, ret_value, error_or_null);
}
static inline int tall_empty_print(const tall_empty *value, int (*write)(void *user, const char *text, size_t len),
                                   void *user)
{
    return weft_gen_print(&tall_empty_type, value, write, user);
}

/* ---- enum Color -------------------------------------------------------------------------------------------------- */

typedef enum tall_color_kind {
    TALL_COLOR_UNKNOWN = 0, /* a variant that this program does not know: never sent */
    TALL_COLOR_RED = 1,
    TALL_COLOR_GREEN = 2,
    TALL_COLOR_BLUE = 3
} tall_color_kind;

/* An enum without payloads. */
struct tall_color {
    tall_color_kind kind;
};

extern TALL_API const weft_type tall_color_type;
static inline void tall_color_init(tall_color *value)
{
    weft_gen_init(&tall_color_type, value);
}
static inline int tall_color_copy(tall_color *ret_value, const tall_color *value, weft_arena *arena)
{
    return weft_gen_copy(&tall_color_type, ret_value, value, arena);
}
static inline bool tall_color_equal(const tall_color *a, const tall_color *b)
{
    return weft_gen_equal(&tall_color_type, a, b);
}
static inline int tall_color_encode(const tall_color *value, weft_writer *writer)
{
    return weft_gen_encode(&tall_color_type, value, writer);
}
static inline int tall_color_decode(tall_color *ret_value, weft_bytes bytes, weft_arena *arena,
                                    weft_error *error_or_null)
{
    return weft_gen_decode(&tall_color_type, bytes, arena, ret_value, error_or_null);
}
static inline int tall_color_print(const tall_color *value, int (*write)(void *user, const char *text, size_t len),
                                   void *user)
{
    return weft_gen_print(&tall_color_type, value, write, user);
}
static inline tall_color tall_color_make_red(void)
{
    tall_color made;
    memset(&made, 0, sizeof made);
    made.kind = TALL_COLOR_RED;
    return made;
}
static inline tall_color tall_color_make_green(void)
{
    tall_color made;
    memset(&made, 0, sizeof made);
    made.kind = TALL_COLOR_GREEN;
    return made;
}
static inline tall_color tall_color_make_blue(void)
{
    tall_color made;
    memset(&made, 0, sizeof made);
    made.kind = TALL_COLOR_BLUE;
    return made;
}

/* ---- enum Direction ---------------------------------------------------------------------------------------------- */

typedef enum tall_direction_kind {
    TALL_DIRECTION_UNKNOWN = 0, /* not set; never in a value that was decoded */
    TALL_DIRECTION_UP = 1,
    TALL_DIRECTION_DOWN = 2
} tall_direction_kind;

/* A variant that this program has not is an error of the message. */
struct tall_direction {
    tall_direction_kind kind;
};

extern TALL_API const weft_type tall_direction_type;
static inline void tall_direction_init(tall_direction *value)
{
    weft_gen_init(&tall_direction_type, value);
}
static inline int tall_direction_copy(tall_direction *ret_value, const tall_direction *value, weft_arena *arena)
{
    return weft_gen_copy(&tall_direction_type, ret_value, value, arena);
}
static inline bool tall_direction_equal(const tall_direction *a, const tall_direction *b)
{
    return weft_gen_equal(&tall_direction_type, a, b);
}
static inline int tall_direction_encode(const tall_direction *value, weft_writer *writer)
{
    return weft_gen_encode(&tall_direction_type, value, writer);
}
static inline int tall_direction_decode(tall_direction *ret_value, weft_bytes bytes, weft_arena *arena,
                                        weft_error *error_or_null)
{
    return weft_gen_decode(&tall_direction_type, bytes, arena, ret_value, error_or_null);
}
static inline int tall_direction_print(const tall_direction *value,
                                       int (*write)(void *user, const char *text, size_t len), void *user)
{
    return weft_gen_print(&tall_direction_type, value, write, user);
}
static inline tall_direction tall_direction_make_up(void)
{
    tall_direction made;
    memset(&made, 0, sizeof made);
    made.kind = TALL_DIRECTION_UP;
    return made;
}
static inline tall_direction tall_direction_make_down(void)
{
    tall_direction made;
    memset(&made, 0, sizeof made);
    made.kind = TALL_DIRECTION_DOWN;
    return made;
}

/* ---- struct Lists ------------------------------------------------------------------------------------------------ */

struct tall_u32_list_list {
    const weft_u32_list *items;
    size_t len;
};
struct tall_str_list_list_list {
    const tall_str_list_list *items;
    size_t len;
};
struct tall_u32_opt_list {
    const weft_opt_u32 *items;
    size_t len;
};
struct tall_str_opt_list {
    const weft_opt_str *items;
    size_t len;
};
struct tall_point_opt_list {
    const tall_point *const *items;
    size_t len;
};
struct tall_u8_4_array_list {
    const tall_u8_4_array *items;
    size_t len;
};
struct tall_u32_2_array_list {
    const tall_u32_2_array *items;
    size_t len;
};
struct tall_str_u32_map_list {
    const tall_str_u32_map *items;
    size_t len;
};
struct tall_lists {
    weft_bool_list flags;
    weft_u8_list bytes_of;
    weft_i16_list shorts;
    weft_u32_list numbers;
    weft_i64_list longs;
    weft_f64_list reals;
    weft_f32_list singles;
    weft_str_list texts;
    weft_bytes_list blobs;
    weft_timestamp_list times;
    weft_duration_list spans;
    tall_point_list points;
    tall_color_list colors;
    tall_u32_list_list nested;
    tall_str_list_list_list deep;
    tall_u32_opt_list maybe;
    tall_str_opt_list maybe_texts;
    tall_point_opt_list maybe_points;
    tall_u8_4_array_list quads;
    tall_u32_2_array_list pairs;
    tall_str_u32_map_list maps;
    weft_u64_list ids;
};

extern TALL_API const weft_type tall_lists_type;
static inline void tall_lists_init(tall_lists *value)
{
    weft_gen_init(&tall_lists_type, value);
}
static inline int tall_lists_copy(tall_lists *ret_value, const tall_lists *value, weft_arena *arena)
{
    return weft_gen_copy(&tall_lists_type, ret_value, value, arena);
}
static inline bool tall_lists_equal(const tall_lists *a, const tall_lists *b)
{
    return weft_gen_equal(&tall_lists_type, a, b);
}
static inline int tall_lists_encode(const tall_lists *value, weft_writer *writer)
{
    return weft_gen_encode(&tall_lists_type, value, writer);
}
static inline int tall_lists_decode(tall_lists *ret_value, weft_bytes bytes, weft_arena *arena,
                                    weft_error *error_or_null)
{
    return weft_gen_decode(&tall_lists_type, bytes, arena, ret_value, error_or_null);
}
static inline int tall_lists_print(const tall_lists *value, int (*write)(void *user, const char *text, size_t len),
                                   void *user)
{
    return weft_gen_print(&tall_lists_type, value, write, user);
}

/* ---- struct Maps ------------------------------------------------------------------------------------------------- */

/* Ascending by key, each key once: tall_str_u32_map_sort. */
struct tall_str_u32_map {
    const tall_str_u32_map_pair *items;
    size_t len;
};
/* Ascending by key, each key once: tall_u64_str_map_sort. */
struct tall_u64_str_map {
    const tall_u64_str_map_pair *items;
    size_t len;
};
/* Ascending by key, each key once: tall_i32_bytes_map_sort. */
struct tall_i32_bytes_map {
    const tall_i32_bytes_map_pair *items;
    size_t len;
};
/* Ascending by key, each key once: tall_u8_bool_map_sort. */
struct tall_u8_bool_map {
    const tall_u8_bool_map_pair *items;
    size_t len;
};
/* Ascending by key, each key once: tall_bool_f64_map_sort. */
struct tall_bool_f64_map {
    const tall_bool_f64_map_pair *items;
    size_t len;
};
/* Ascending by key, each key once: tall_str_point_map_sort. */
struct tall_str_point_map {
    const tall_str_point_map_pair *items;
    size_t len;
};
/* Ascending by key, each key once: tall_u16_color_map_sort. */
struct tall_u16_color_map {
    const tall_u16_color_map_pair *items;
    size_t len;
};
/* Ascending by key, each key once: tall_str_point_list_map_sort. */
struct tall_str_point_list_map {
    const tall_str_point_list_map_pair *items;
    size_t len;
};
/* Ascending by key, each key once: tall_str_u32_str_map_map_sort. */
struct tall_str_u32_str_map_map {
    const tall_str_u32_str_map_map_pair *items;
    size_t len;
};
/* Ascending by key, each key once: tall_i8_u64_opt_map_sort. */
struct tall_i8_u64_opt_map {
    const tall_i8_u64_opt_map_pair *items;
    size_t len;
};
/* Ascending by key, each key once: tall_i64_u8_4_array_map_sort. */
struct tall_i64_u8_4_array_map {
    const tall_i64_u8_4_array_map_pair *items;
    size_t len;
};
struct tall_maps {
    tall_str_u32_map by_name;
    tall_u64_str_map by_number;
    tall_i32_bytes_map by_signed;
    tall_u8_bool_map by_small;
    tall_bool_f64_map by_flag;
    tall_str_point_map points;
    tall_u16_color_map colors;
    tall_str_point_list_map lists;
    tall_str_u32_str_map_map nested;
    tall_i8_u64_opt_map maybe;
    tall_i64_u8_4_array_map quads;
};

extern TALL_API const weft_type tall_maps_type;
static inline void tall_maps_init(tall_maps *value)
{
    weft_gen_init(&tall_maps_type, value);
}
static inline int tall_maps_copy(tall_maps *ret_value, const tall_maps *value, weft_arena *arena)
{
    return weft_gen_copy(&tall_maps_type, ret_value, value, arena);
}
static inline bool tall_maps_equal(const tall_maps *a, const tall_maps *b)
{
    return weft_gen_equal(&tall_maps_type, a, b);
}
static inline int tall_maps_encode(const tall_maps *value, weft_writer *writer)
{
    return weft_gen_encode(&tall_maps_type, value, writer);
}
static inline int tall_maps_decode(tall_maps *ret_value, weft_bytes bytes, weft_arena *arena, weft_error *error_or_null)
{
    return weft_gen_decode(&tall_maps_type, bytes, arena, ret_value, error_or_null);
}
static inline int tall_maps_print(const tall_maps *value, int (*write)(void *user, const char *text, size_t len),
                                  void *user)
{
    return weft_gen_print(&tall_maps_type, value, write, user);
}

/* ---- struct Arrays ----------------------------------------------------------------------------------------------- */

struct tall_arrays {
    uint8_t digest[32];
    uint8_t tag[4];
    int32_t numbers[3];
    weft_str texts[2];
    tall_point points[2];
    tall_color colors[2];
    uint16_t grid[3][2];
    weft_u32_list lists[2];
    weft_opt_u8 maybe[2];
    const tall_point *maybe_points[2];
};

extern TALL_API const weft_type tall_arrays_type;
static inline void tall_arrays_init(tall_arrays *value)
{
    weft_gen_init(&tall_arrays_type, value);
}
static inline int tall_arrays_copy(tall_arrays *ret_value, const tall_arrays *value, weft_arena *arena)
{
    return weft_gen_copy(&tall_arrays_type, ret_value, value, arena);
}
static inline bool tall_arrays_equal(const tall_arrays *a, const tall_arrays *b)
{
    return weft_gen_equal(&tall_arrays_type, a, b);
}
static inline int tall_arrays_encode(const tall_arrays *value, weft_writer *writer)
{
    return weft_gen_encode(&tall_arrays_type, value, writer);
}
static inline int tall_arrays_decode(tall_arrays *ret_value, weft_bytes bytes, weft_arena *arena,
                                     weft_error *error_or_null)
{
    return weft_gen_decode(&tall_arrays_type, bytes, arena, ret_value, error_or_null);
}
static inline int tall_arrays_print(const tall_arrays *value, int (*write)(void *user, const char *text, size_t len),
                                    void *user)
{
    return weft_gen_print(&tall_arrays_type, value, write, user);
}

/* ---- struct Options ---------------------------------------------------------------------------------------------- */

struct tall_str_list_opt {
    bool has;
    weft_str_list value;
};
struct tall_point_list_opt {
    bool has;
    tall_point_list value;
};
struct tall_str_u32_map_opt {
    bool has;
    tall_str_u32_map value;
};
struct tall_u8_32_array_opt {
    bool has;
    uint8_t value[32];
};
struct tall_u32_2_array_opt {
    bool has;
    uint32_t value[2];
};
struct tall_u8_opt_opt {
    bool has;
    weft_opt_u8 value;
};
struct tall_point_opt_opt {
    bool has;
    const tall_point *value;
};
struct tall_options {
    weft_opt_bool flag;             /* default none */
    weft_opt_u8 small_;             /* default none */
    weft_opt_i64 number;            /* default none */
    weft_opt_f64 real;              /* default none */
    weft_opt_f32 single;            /* default none */
    weft_opt_str text;              /* default none */
    weft_opt_bytes raw;             /* default none */
    weft_opt_timestamp at;          /* default none */
    weft_opt_duration lasts;        /* default none */
    const tall_point *point;        /* default none */
    const tall_color *color;        /* default none */
    tall_str_list_opt list_of;      /* default none */
    tall_point_list_opt points;     /* default none */
    tall_str_u32_map_opt map_of;    /* default none */
    tall_u8_32_array_opt digest;    /* default none */
    tall_u32_2_array_opt numbers;   /* default none */
    tall_u8_opt_opt twice;          /* default none */
    tall_point_opt_opt twice_point; /* default none */
    weft_opt_u64 user;              /* default none */
};

extern TALL_API const weft_type tall_options_type;
static inline void tall_options_init(tall_options *value)
{
    weft_gen_init(&tall_options_type, value);
}
static inline int tall_options_copy(tall_options *ret_value, const tall_options *value, weft_arena *arena)
{
    return weft_gen_copy(&tall_options_type, ret_value, value, arena);
}
static inline bool tall_options_equal(const tall_options *a, const tall_options *b)
{
    return weft_gen_equal(&tall_options_type, a, b);
}
static inline int tall_options_encode(const tall_options *value, weft_writer *writer)
{
    return weft_gen_encode(&tall_options_type, value, writer);
}
static inline int tall_options_decode(tall_options *ret_value, weft_bytes bytes, weft_arena *arena,
                                      weft_error *error_or_null)
{
    return weft_gen_decode(&tall_options_type, bytes, arena, ret_value, error_or_null);
}
static inline int tall_options_print(const tall_options *value, int (*write)(void *user, const char *text, size_t len),
                                     void *user)
{
    return weft_gen_print(&tall_options_type, value, write, user);
}

/* ---- enum Shape -------------------------------------------------------------------------------------------------- */

typedef enum tall_shape_kind {
    TALL_SHAPE_UNKNOWN = 0, /* a variant that this program does not know: never sent */
    /* No payload. */
    TALL_SHAPE_NOTHING = 1,
    /* One value. */
    TALL_SHAPE_CIRCLE = 2,
    TALL_SHAPE_TEXT = 3,
    TALL_SHAPE_RAW = 4,
    TALL_SHAPE_POINT = 5,
    TALL_SHAPE_COLOR = 6,
    TALL_SHAPE_MANY = 7,
    TALL_SHAPE_MAYBE = 8,
    TALL_SHAPE_MAYBE_POINT = 9,
    TALL_SHAPE_DIGEST = 10,
    TALL_SHAPE_TABLE = 11,
    /* Named fields. */
    TALL_SHAPE_RECTANGLE = 12,
    TALL_SHAPE_TAGGED = 13
} tall_shape_kind;

/* Ascending by key, each key once: tall_str_i64_map_sort. */
struct tall_str_i64_map {
    const tall_str_i64_map_pair *items;
    size_t len;
};
typedef struct tall_shape_rectangle_fields {
    tall_point corner;
    uint32_t width;
    uint32_t height;    /* default 1 */
    weft_opt_str label; /* default none */
} tall_shape_rectangle_fields;

extern TALL_API const weft_type tall_shape_rectangle_fields_type;
static inline void tall_shape_rectangle_fields_init(tall_shape_rectangle_fields *value)
{
    weft_gen_init(&tall_shape_rectangle_fields_type, value);
}

typedef struct tall_shape_tagged_fields {
    uint8_t tag[4];
    tall_color color; /* default blue */
} tall_shape_tagged_fields;

extern TALL_API const weft_type tall_shape_tagged_fields_type;
static inline void tall_shape_tagged_fields_init(tall_shape_tagged_fields *value)
{
    weft_gen_init(&tall_shape_tagged_fields_type, value);
}

/* Every form of payload. */
struct tall_shape {
    tall_shape_kind kind;
    union {
        double circle;
        weft_str text;
        weft_bytes raw;
        tall_point point;
        tall_color color;
        tall_point_list many;
        weft_opt_u32 maybe;
        const tall_point *maybe_point;
        uint8_t digest[32];
        tall_str_i64_map table;
        tall_shape_rectangle_fields rectangle;
        tall_shape_tagged_fields tagged;
    } as;
};

extern TALL_API const weft_type tall_shape_type;
static inline void tall_shape_init(tall_shape *value)
{
    weft_gen_init(&tall_shape_type, value);
}
static inline int tall_shape_copy(tall_shape *ret_value, const tall_shape *value, weft_arena *arena)
{
    return weft_gen_copy(&tall_shape_type, ret_value, value, arena);
}
static inline bool tall_shape_equal(const tall_shape *a, const tall_shape *b)
{
    return weft_gen_equal(&tall_shape_type, a, b);
}
static inline int tall_shape_encode(const tall_shape *value, weft_writer *writer)
{
    return weft_gen_encode(&tall_shape_type, value, writer);
}
static inline int tall_shape_decode(tall_shape *ret_value, weft_bytes bytes, weft_arena *arena,
                                    weft_error *error_or_null)
{
    return weft_gen_decode(&tall_shape_type, bytes, arena, ret_value, error_or_null);
}
static inline int tall_shape_print(const tall_shape *value, int (*write)(void *user, const char *text, size_t len),
                                   void *user)
{
    return weft_gen_print(&tall_shape_type, value, write, user);
}
static inline tall_shape tall_shape_make_nothing(void)
{
    tall_shape made;
    memset(&made, 0, sizeof made);
    made.kind = TALL_SHAPE_NOTHING;
    return made;
}
static inline tall_shape tall_shape_make_circle(double payload)
{
    tall_shape made;
    memset(&made, 0, sizeof made);
    made.kind = TALL_SHAPE_CIRCLE;
    made.as.circle = payload;
    return made;
}
static inline tall_shape tall_shape_make_text(weft_str payload)
{
    tall_shape made;
    memset(&made, 0, sizeof made);
    made.kind = TALL_SHAPE_TEXT;
    made.as.text = payload;
    return made;
}
static inline tall_shape tall_shape_make_raw(weft_bytes payload)
{
    tall_shape made;
    memset(&made, 0, sizeof made);
    made.kind = TALL_SHAPE_RAW;
    made.as.raw = payload;
    return made;
}
static inline tall_shape tall_shape_make_point(const tall_point *payload)
{
    tall_shape made;
    memset(&made, 0, sizeof made);
    made.kind = TALL_SHAPE_POINT;
    made.as.point = *payload;
    return made;
}
static inline tall_shape tall_shape_make_color(const tall_color *payload)
{
    tall_shape made;
    memset(&made, 0, sizeof made);
    made.kind = TALL_SHAPE_COLOR;
    made.as.color = *payload;
    return made;
}
static inline tall_shape tall_shape_make_many(tall_point_list payload)
{
    tall_shape made;
    memset(&made, 0, sizeof made);
    made.kind = TALL_SHAPE_MANY;
    made.as.many = payload;
    return made;
}
static inline tall_shape tall_shape_make_maybe(weft_opt_u32 payload)
{
    tall_shape made;
    memset(&made, 0, sizeof made);
    made.kind = TALL_SHAPE_MAYBE;
    made.as.maybe = payload;
    return made;
}
static inline tall_shape tall_shape_make_maybe_point(const tall_point *payload)
{
    tall_shape made;
    memset(&made, 0, sizeof made);
    made.kind = TALL_SHAPE_MAYBE_POINT;
    made.as.maybe_point = payload;
    return made;
}
static inline tall_shape tall_shape_make_digest(const uint8_t payload[32])
{
    tall_shape made;
    memset(&made, 0, sizeof made);
    made.kind = TALL_SHAPE_DIGEST;
    memcpy(made.as.digest, payload, sizeof made.as.digest);
    return made;
}
static inline tall_shape tall_shape_make_table(tall_str_i64_map payload)
{
    tall_shape made;
    memset(&made, 0, sizeof made);
    made.kind = TALL_SHAPE_TABLE;
    made.as.table = payload;
    return made;
}
static inline tall_shape tall_shape_make_rectangle(const tall_shape_rectangle_fields *fields)
{
    tall_shape made;
    memset(&made, 0, sizeof made);
    made.kind = TALL_SHAPE_RECTANGLE;
    made.as.rectangle = *fields;
    return made;
}
static inline tall_shape tall_shape_make_tagged(const tall_shape_tagged_fields *fields)
{
    tall_shape made;
    memset(&made, 0, sizeof made);
    made.kind = TALL_SHAPE_TAGGED;
    made.as.tagged = *fields;
    return made;
}

/* ---- struct Node ------------------------------------------------------------------------------------------------- */

/* Ascending by key, each key once: tall_str_node_map_sort. */
struct tall_str_node_map {
    const tall_str_node_map_pair *items;
    size_t len;
};
/* Refers to itself through list, option and map. */
struct tall_node {
    int64_t value;
    tall_node_list children;
    const tall_node *parent; /* default none */
    tall_str_node_map named;
};

extern TALL_API const weft_type tall_node_type;
static inline void tall_node_init(tall_node *value)
{
    weft_gen_init(&tall_node_type, value);
}
static inline int tall_node_copy(tall_node *ret_value, const tall_node *value, weft_arena *arena)
{
    return weft_gen_copy(&tall_node_type, ret_value, value, arena);
}
static inline bool tall_node_equal(const tall_node *a, const tall_node *b)
{
    return weft_gen_equal(&tall_node_type, a, b);
}
static inline int tall_node_encode(const tall_node *value, weft_writer *writer)
{
    return weft_gen_encode(&tall_node_type, value, writer);
}
static inline int tall_node_decode(tall_node *ret_value, weft_bytes bytes, weft_arena *arena, weft_error *error_or_null)
{
    return weft_gen_decode(&tall_node_type, bytes, arena, ret_value, error_or_null);
}
static inline int tall_node_print(const tall_node *value, int (*write)(void *user, const char *text, size_t len),
                                  void *user)
{
    return weft_gen_print(&tall_node_type, value, write, user);
}

/* ---- enum Expression --------------------------------------------------------------------------------------------- */

typedef enum tall_expression_kind {
    TALL_EXPRESSION_UNKNOWN = 0, /* a variant that this program does not know: never sent */
    TALL_EXPRESSION_LITERAL = 1,
    TALL_EXPRESSION_NAME = 2,
    TALL_EXPRESSION_NEGATE = 3,
    TALL_EXPRESSION_SUM = 4,
    TALL_EXPRESSION_CALL = 5
} tall_expression_kind;

typedef struct tall_expression_call_fields {
    weft_str function;
    tall_expression_list arguments;
} tall_expression_call_fields;

extern TALL_API const weft_type tall_expression_call_fields_type;
static inline void tall_expression_call_fields_init(tall_expression_call_fields *value)
{
    weft_gen_init(&tall_expression_call_fields_type, value);
}

/* Refers to itself through its payloads. */
struct tall_expression {
    tall_expression_kind kind;
    union {
        double literal;
        weft_str name;
        const tall_expression *negate;
        tall_expression_list sum;
        tall_expression_call_fields call;
    } as;
};

extern TALL_API const weft_type tall_expression_type;
static inline void tall_expression_init(tall_expression *value)
{
    weft_gen_init(&tall_expression_type, value);
}
static inline int tall_expression_copy(tall_expression *ret_value, const tall_expression *value, weft_arena *arena)
{
    return weft_gen_copy(&tall_expression_type, ret_value, value, arena);
}
static inline bool tall_expression_equal(const tall_expression *a, const tall_expression *b)
{
    return weft_gen_equal(&tall_expression_type, a, b);
}
static inline int tall_expression_encode(const tall_expression *value, weft_writer *writer)
{
    return weft_gen_encode(&tall_expression_type, value, writer);
}
static inline int tall_expression_decode(tall_expression *ret_value, weft_bytes bytes, weft_arena *arena,
                                         weft_error *error_or_null)
{
    return weft_gen_decode(&tall_expression_type, bytes, arena, ret_value, error_or_null);
}
static inline int tall_expression_print(const tall_expression *value,
                                        int (*write)(void *user, const char *text, size_t len), void *user)
{
    return weft_gen_print(&tall_expression_type, value, write, user);
}
static inline tall_expression tall_expression_make_literal(double payload)
{
    tall_expression made;
    memset(&made, 0, sizeof made);
    made.kind = TALL_EXPRESSION_LITERAL;
    made.as.literal = payload;
    return made;
}
static inline tall_expression tall_expression_make_name(weft_str payload)
{
    tall_expression made;
    memset(&made, 0, sizeof made);
    made.kind = TALL_EXPRESSION_NAME;
    made.as.name = payload;
    return made;
}
static inline tall_expression tall_expression_make_negate(const tall_expression *payload)
{
    tall_expression made;
    memset(&made, 0, sizeof made);
    made.kind = TALL_EXPRESSION_NEGATE;
    made.as.negate = payload;
    return made;
}
static inline tall_expression tall_expression_make_sum(tall_expression_list payload)
{
    tall_expression made;
    memset(&made, 0, sizeof made);
    made.kind = TALL_EXPRESSION_SUM;
    made.as.sum = payload;
    return made;
}
static inline tall_expression tall_expression_make_call(const tall_expression_call_fields *fields)
{
    tall_expression made;
    memset(&made, 0, sizeof made);
    made.kind = TALL_EXPRESSION_CALL;
    made.as.call = *fields;
    return made;
}

/* ---- struct Folder ----------------------------------------------------------------------------------------------- */

/* These two refer to each other. */
struct tall_folder {
    weft_str name;
    tall_folder_entry_list entries;
};

extern TALL_API const weft_type tall_folder_type;
static inline void tall_folder_init(tall_folder *value)
{
    weft_gen_init(&tall_folder_type, value);
}
static inline int tall_folder_copy(tall_folder *ret_value, const tall_folder *value, weft_arena *arena)
{
    return weft_gen_copy(&tall_folder_type, ret_value, value, arena);
}
static inline bool tall_folder_equal(const tall_folder *a, const tall_folder *b)
{
    return weft_gen_equal(&tall_folder_type, a, b);
}
static inline int tall_folder_encode(const tall_folder *value, weft_writer *writer)
{
    return weft_gen_encode(&tall_folder_type, value, writer);
}
static inline int tall_folder_decode(tall_folder *ret_value, weft_bytes bytes, weft_arena *arena,
                                     weft_error *error_or_null)
{
    return weft_gen_decode(&tall_folder_type, bytes, arena, ret_value, error_or_null);
}
static inline int tall_folder_print(const tall_folder *value, int (*write)(void *user, const char *text, size_t len),
                                    void *user)
{
    return weft_gen_print(&tall_folder_type, value, write, user);
}

/* ---- enum FolderEntry -------------------------------------------------------------------------------------------- */

typedef enum tall_folder_entry_kind {
    TALL_FOLDER_ENTRY_UNKNOWN = 0, /* a variant that this program does not know: never sent */
    TALL_FOLDER_ENTRY_FILE = 1,
    TALL_FOLDER_ENTRY_FOLDER = 2
} tall_folder_entry_kind;

typedef struct tall_folder_entry_file_fields {
    weft_str name;
    uint64_t size;
} tall_folder_entry_file_fields;

extern TALL_API const weft_type tall_folder_entry_file_fields_type;
static inline void tall_folder_entry_file_fields_init(tall_folder_entry_file_fields *value)
{
    weft_gen_init(&tall_folder_entry_file_fields_type, value);
}

struct tall_folder_entry {
    tall_folder_entry_kind kind;
    union {
        tall_folder_entry_file_fields file;
        tall_folder folder;
    } as;
};

extern TALL_API const weft_type tall_folder_entry_type;
static inline void tall_folder_entry_init(tall_folder_entry *value)
{
    weft_gen_init(&tall_folder_entry_type, value);
}
static inline int tall_folder_entry_copy(tall_folder_entry *ret_value, const tall_folder_entry *value,
                                         weft_arena *arena)
{
    return weft_gen_copy(&tall_folder_entry_type, ret_value, value, arena);
}
static inline bool tall_folder_entry_equal(const tall_folder_entry *a, const tall_folder_entry *b)
{
    return weft_gen_equal(&tall_folder_entry_type, a, b);
}
static inline int tall_folder_entry_encode(const tall_folder_entry *value, weft_writer *writer)
{
    return weft_gen_encode(&tall_folder_entry_type, value, writer);
}
static inline int tall_folder_entry_decode(tall_folder_entry *ret_value, weft_bytes bytes, weft_arena *arena,
                                           weft_error *error_or_null)
{
    return weft_gen_decode(&tall_folder_entry_type, bytes, arena, ret_value, error_or_null);
}
static inline int tall_folder_entry_print(const tall_folder_entry *value,
                                          int (*write)(void *user, const char *text, size_t len), void *user)
{
    return weft_gen_print(&tall_folder_entry_type, value, write, user);
}
static inline tall_folder_entry tall_folder_entry_make_file(const tall_folder_entry_file_fields *fields)
{
    tall_folder_entry made;
    memset(&made, 0, sizeof made);
    made.kind = TALL_FOLDER_ENTRY_FILE;
    made.as.file = *fields;
    return made;
}
static inline tall_folder_entry tall_folder_entry_make_folder(const tall_folder *payload)
{
    tall_folder_entry made;
    memset(&made, 0, sizeof made);
    made.kind = TALL_FOLDER_ENTRY_FOLDER;
    made.as.folder = *payload;
    return made;
}

/* ---- struct Settings --------------------------------------------------------------------------------------------- */

/* Every field has a default, so that the whole has one, too. */
struct tall_settings {
    bool verbose;  /* default false */
    uint8_t level; /* default 3 */
};

extern TALL_API const weft_type tall_settings_type;
static inline void tall_settings_init(tall_settings *value)
{
    weft_gen_init(&tall_settings_type, value);
}
static inline int tall_settings_copy(tall_settings *ret_value, const tall_settings *value, weft_arena *arena)
{
    return weft_gen_copy(&tall_settings_type, ret_value, value, arena);
}
static inline bool tall_settings_equal(const tall_settings *a, const tall_settings *b)
{
    return weft_gen_equal(&tall_settings_type, a, b);
}
static inline int tall_settings_encode(const tall_settings *value, weft_writer *writer)
{
    return weft_gen_encode(&tall_settings_type, value, writer);
}
static inline int tall_settings_decode(tall_settings *ret_value, weft_bytes bytes, weft_arena *arena,
                                       weft_error *error_or_null)
{
    return weft_gen_decode(&tall_settings_type, bytes, arena, ret_value, error_or_null);
}
static inline int tall_settings_print(const tall_settings *value,
                                      int (*write)(void *user, const char *text, size_t len), void *user)
{
    return weft_gen_print(&tall_settings_type, value, write, user);
}

/* ---- struct Defaults --------------------------------------------------------------------------------------------- */

struct tall_defaults {
    bool flag;               /* default true */
    bool enabled;            /* default ENABLED */
    uint8_t a8;              /* default 255 */
    uint16_t a16;            /* default 0xffff */
    uint32_t a32;            /* default 1_000_000 */
    uint64_t a64;            /* default LARGEST */
    int8_t b8;               /* default TINY */
    int16_t b16;             /* default -32768 */
    int32_t b32;             /* default -1 */
    int64_t b64;             /* default SMALLEST */
    int64_t answer;          /* default SAME_ANSWER */
    float c32;               /* default HALF */
    double c64;              /* default PI */
    double huge_;            /* default -1.5e300 */
    double whole;            /* default 3 */
    weft_str text;
    weft_str greeting;       /* default GREETING */
    weft_str empty;          /* default "" */
    weft_bytes raw;          /* default "\x00\x01\xfe\xff" */
    weft_duration lasts;     /* default "1500ms" */
    tall_color color;        /* default green */
    tall_shape shape;        /* default nothing */
    weft_str_list list_of;   /* default [] */
    tall_point_list points;  /* default [] */
    tall_str_u32_map map_of; /* default {} */
    tall_settings nested;    /* default {} */
    weft_opt_u32 maybe;      /* default none */
};

extern TALL_API const weft_type tall_defaults_type;
static inline void tall_defaults_init(tall_defaults *value)
{
    weft_gen_init(&tall_defaults_type, value);
}
static inline int tall_defaults_copy(tall_defaults *ret_value, const tall_defaults *value, weft_arena *arena)
{
    return weft_gen_copy(&tall_defaults_type, ret_value, value, arena);
}
static inline bool tall_defaults_equal(const tall_defaults *a, const tall_defaults *b)
{
    return weft_gen_equal(&tall_defaults_type, a, b);
}
static inline int tall_defaults_encode(const tall_defaults *value, weft_writer *writer)
{
    return weft_gen_encode(&tall_defaults_type, value, writer);
}
static inline int tall_defaults_decode(tall_defaults *ret_value, weft_bytes bytes, weft_arena *arena,
                                       weft_error *error_or_null)
{
    return weft_gen_decode(&tall_defaults_type, bytes, arena, ret_value, error_or_null);
}
static inline int tall_defaults_print(const tall_defaults *value,
                                      int (*write)(void *user, const char *text, size_t len), void *user)
{
    return weft_gen_print(&tall_defaults_type, value, write, user);
}

/* ---- struct Annotated -------------------------------------------------------------------------------------------- */

struct tall_annotated {
    weft_str password;  /* sensitive */
    weft_opt_u32 pin;   /* default none, sensitive */
    /* Deprecated: use name */
    weft_str title;     /* default "" */
    weft_str name;      /* default "" */
    uint64_t id_number; /* default 0 */
};

extern TALL_API const weft_type tall_annotated_type;
static inline void tall_annotated_init(tall_annotated *value)
{
    weft_gen_init(&tall_annotated_type, value);
}
static inline int tall_annotated_copy(tall_annotated *ret_value, const tall_annotated *value, weft_arena *arena)
{
    return weft_gen_copy(&tall_annotated_type, ret_value, value, arena);
}
static inline bool tall_annotated_equal(const tall_annotated *a, const tall_annotated *b)
{
    return weft_gen_equal(&tall_annotated_type, a, b);
}
static inline int tall_annotated_encode(const tall_annotated *value, weft_writer *writer)
{
    return weft_gen_encode(&tall_annotated_type, value, writer);
}
static inline int tall_annotated_decode(tall_annotated *ret_value, weft_bytes bytes, weft_arena *arena,
                                        weft_error *error_or_null)
{
    return weft_gen_decode(&tall_annotated_type, bytes, arena, ret_value, error_or_null);
}
static inline int tall_annotated_print(const tall_annotated *value,
                                       int (*write)(void *user, const char *text, size_t len), void *user)
{
    return weft_gen_print(&tall_annotated_type, value, write, user);
}

/* ---- enum Renamed ------------------------------------------------------------------------------------------------ */

typedef enum tall_renamed_kind {
    TALL_RENAMED_UNKNOWN = 0, /* a variant that this program does not know: never sent */
    TALL_RENAMED_FIRST = 1,
    /* Deprecated: gone soon */
    TALL_RENAMED_SECOND = 2,
    TALL_RENAMED_THE_THIRD = 3
} tall_renamed_kind;

struct tall_renamed {
    tall_renamed_kind kind;
    union {
        uint8_t second;
    } as;
};

extern TALL_API const weft_type tall_renamed_type;
static inline void tall_renamed_init(tall_renamed *value)
{
    weft_gen_init(&tall_renamed_type, value);
}
static inline int tall_renamed_copy(tall_renamed *ret_value, const tall_renamed *value, weft_arena *arena)
{
    return weft_gen_copy(&tall_renamed_type, ret_value, value, arena);
}
static inline bool tall_renamed_equal(const tall_renamed *a, const tall_renamed *b)
{
    return weft_gen_equal(&tall_renamed_type, a, b);
}
static inline int tall_renamed_encode(const tall_renamed *value, weft_writer *writer)
{
    return weft_gen_encode(&tall_renamed_type, value, writer);
}
static inline int tall_renamed_decode(tall_renamed *ret_value, weft_bytes bytes, weft_arena *arena,
                                      weft_error *error_or_null)
{
    return weft_gen_decode(&tall_renamed_type, bytes, arena, ret_value, error_or_null);
}
static inline int tall_renamed_print(const tall_renamed *value, int (*write)(void *user, const char *text, size_t len),
                                     void *user)
{
    return weft_gen_print(&tall_renamed_type, value, write, user);
}
static inline tall_renamed tall_renamed_make_first(void)
{
    tall_renamed made;
    memset(&made, 0, sizeof made);
    made.kind = TALL_RENAMED_FIRST;
    return made;
}
static inline tall_renamed tall_renamed_make_second(uint8_t payload)
{
    tall_renamed made;
    memset(&made, 0, sizeof made);
    made.kind = TALL_RENAMED_SECOND;
    made.as.second = payload;
    return made;
}
static inline tall_renamed tall_renamed_make_the_third(void)
{
    tall_renamed made;
    memset(&made, 0, sizeof made);
    made.kind = TALL_RENAMED_THE_THIRD;
    return made;
}

/* ---- struct Legacy ----------------------------------------------------------------------------------------------- */

/* Deprecated: kept for old clients */
struct tall_legacy {
    weft_timestamp at;
};

extern TALL_API const weft_type tall_legacy_type;
static inline void tall_legacy_init(tall_legacy *value)
{
    weft_gen_init(&tall_legacy_type, value);
}
static inline int tall_legacy_copy(tall_legacy *ret_value, const tall_legacy *value, weft_arena *arena)
{
    return weft_gen_copy(&tall_legacy_type, ret_value, value, arena);
}
static inline bool tall_legacy_equal(const tall_legacy *a, const tall_legacy *b)
{
    return weft_gen_equal(&tall_legacy_type, a, b);
}
static inline int tall_legacy_encode(const tall_legacy *value, weft_writer *writer)
{
    return weft_gen_encode(&tall_legacy_type, value, writer);
}
static inline int tall_legacy_decode(tall_legacy *ret_value, weft_bytes bytes, weft_arena *arena,
                                     weft_error *error_or_null)
{
    return weft_gen_decode(&tall_legacy_type, bytes, arena, ret_value, error_or_null);
}
static inline int tall_legacy_print(const tall_legacy *value, int (*write)(void *user, const char *text, size_t len),
                                    void *user)
{
    return weft_gen_print(&tall_legacy_type, value, write, user);
}

/* ---- struct Original --------------------------------------------------------------------------------------------- */

struct tall_renamed_struct {
    const tall_point *legacy; /* default none */
};

extern TALL_API const weft_type tall_renamed_struct_type;
static inline void tall_renamed_struct_init(tall_renamed_struct *value)
{
    weft_gen_init(&tall_renamed_struct_type, value);
}
static inline int tall_renamed_struct_copy(tall_renamed_struct *ret_value, const tall_renamed_struct *value,
                                           weft_arena *arena)
{
    return weft_gen_copy(&tall_renamed_struct_type, ret_value, value, arena);
}
static inline bool tall_renamed_struct_equal(const tall_renamed_struct *a, const tall_renamed_struct *b)
{
    return weft_gen_equal(&tall_renamed_struct_type, a, b);
}
static inline int tall_renamed_struct_encode(const tall_renamed_struct *value, weft_writer *writer)
{
    return weft_gen_encode(&tall_renamed_struct_type, value, writer);
}
static inline int tall_renamed_struct_decode(tall_renamed_struct *ret_value, weft_bytes bytes, weft_arena *arena,
                                             weft_error *error_or_null)
{
    return weft_gen_decode(&tall_renamed_struct_type, bytes, arena, ret_value, error_or_null);
}
static inline int tall_renamed_struct_print(const tall_renamed_struct *value,
                                            int (*write)(void *user, const char *text, size_t len), void *user)
{
    return weft_gen_print(&tall_renamed_struct_type, value, write, user);
}

/* ---- struct Keywords --------------------------------------------------------------------------------------------- */

struct tall_keywords {
    int32_t int_;
    weft_str class_;
    uint8_t struct_;
    bool default_;
    tall_color register_;
    int32_t errno_;
    weft_opt_str template_; /* default none */
    uint16_t type;
    weft_u8_list list;
    weft_str package;
    bool reserved;
};

extern TALL_API const weft_type tall_keywords_type;
static inline void tall_keywords_init(tall_keywords *value)
{
    weft_gen_init(&tall_keywords_type, value);
}
static inline int tall_keywords_copy(tall_keywords *ret_value, const tall_keywords *value, weft_arena *arena)
{
    return weft_gen_copy(&tall_keywords_type, ret_value, value, arena);
}
static inline bool tall_keywords_equal(const tall_keywords *a, const tall_keywords *b)
{
    return weft_gen_equal(&tall_keywords_type, a, b);
}
static inline int tall_keywords_encode(const tall_keywords *value, weft_writer *writer)
{
    return weft_gen_encode(&tall_keywords_type, value, writer);
}
static inline int tall_keywords_decode(tall_keywords *ret_value, weft_bytes bytes, weft_arena *arena,
                                       weft_error *error_or_null)
{
    return weft_gen_decode(&tall_keywords_type, bytes, arena, ret_value, error_or_null);
}
static inline int tall_keywords_print(const tall_keywords *value,
                                      int (*write)(void *user, const char *text, size_t len), void *user)
{
    return weft_gen_print(&tall_keywords_type, value, write, user);
}

/* ---- enum KeywordVariants ---------------------------------------------------------------------------------------- */

typedef enum tall_keyword_variants_kind {
    TALL_KEYWORD_VARIANTS_UNKNOWN = 0, /* a variant that this program does not know: never sent */
    TALL_KEYWORD_VARIANTS_INT = 1,
    TALL_KEYWORD_VARIANTS_FLOAT = 2,
    TALL_KEYWORD_VARIANTS_RETURN = 3,
    TALL_KEYWORD_VARIANTS_NEW = 4
} tall_keyword_variants_kind;

typedef struct tall_keyword_variants_new__fields {
    bool delete_;
    uint32_t while_;
} tall_keyword_variants_new__fields;

extern TALL_API const weft_type tall_keyword_variants_new__fields_type;
static inline void tall_keyword_variants_new__fields_init(tall_keyword_variants_new__fields *value)
{
    weft_gen_init(&tall_keyword_variants_new__fields_type, value);
}

struct tall_keyword_variants {
    tall_keyword_variants_kind kind;
    union {
        int32_t int_;
        float float_;
        tall_keyword_variants_new__fields new_;
    } as;
};

extern TALL_API const weft_type tall_keyword_variants_type;
static inline void tall_keyword_variants_init(tall_keyword_variants *value)
{
    weft_gen_init(&tall_keyword_variants_type, value);
}
static inline int tall_keyword_variants_copy(tall_keyword_variants *ret_value, const tall_keyword_variants *value,
                                             weft_arena *arena)
{
    return weft_gen_copy(&tall_keyword_variants_type, ret_value, value, arena);
}
static inline bool tall_keyword_variants_equal(const tall_keyword_variants *a, const tall_keyword_variants *b)
{
    return weft_gen_equal(&tall_keyword_variants_type, a, b);
}
static inline int tall_keyword_variants_encode(const tall_keyword_variants *value, weft_writer *writer)
{
    return weft_gen_encode(&tall_keyword_variants_type, value, writer);
}
static inline int tall_keyword_variants_decode(tall_keyword_variants *ret_value, weft_bytes bytes, weft_arena *arena,
                                               weft_error *error_or_null)
{
    return weft_gen_decode(&tall_keyword_variants_type, bytes, arena, ret_value, error_or_null);
}
static inline int tall_keyword_variants_print(const tall_keyword_variants *value,
                                              int (*write)(void *user, const char *text, size_t len), void *user)
{
    return weft_gen_print(&tall_keyword_variants_type, value, write, user);
}
static inline tall_keyword_variants tall_keyword_variants_make_int(int32_t payload)
{
    tall_keyword_variants made;
    memset(&made, 0, sizeof made);
    made.kind = TALL_KEYWORD_VARIANTS_INT;
    made.as.int_ = payload;
    return made;
}
static inline tall_keyword_variants tall_keyword_variants_make_float(float payload)
{
    tall_keyword_variants made;
    memset(&made, 0, sizeof made);
    made.kind = TALL_KEYWORD_VARIANTS_FLOAT;
    made.as.float_ = payload;
    return made;
}
static inline tall_keyword_variants tall_keyword_variants_make_return(void)
{
    tall_keyword_variants made;
    memset(&made, 0, sizeof made);
    made.kind = TALL_KEYWORD_VARIANTS_RETURN;
    return made;
}
static inline tall_keyword_variants tall_keyword_variants_make_new(const tall_keyword_variants_new__fields *fields)
{
    tall_keyword_variants made;
    memset(&made, 0, sizeof made);
    made.kind = TALL_KEYWORD_VARIANTS_NEW;
    made.as.new_ = *fields;
    return made;
}

/* ---- struct Everything ------------------------------------------------------------------------------------------- */

/* Holds all of the above by value. */
struct tall_everything {
    tall_scalars scalars;
    tall_lists lists;
    tall_maps maps;
    tall_arrays arrays;
    tall_options options;
    tall_shape shape;
    tall_node node;
    tall_expression expression;
    tall_folder folder;
    tall_defaults defaults;
    tall_annotated annotated;
    tall_renamed renamed;
    tall_keywords keywords;
    tall_keyword_variants variants;
    tall_empty nothing;
    tall_direction way;
};

extern TALL_API const weft_type tall_everything_type;
static inline void tall_everything_init(tall_everything *value)
{
    weft_gen_init(&tall_everything_type, value);
}
static inline int tall_everything_copy(tall_everything *ret_value, const tall_everything *value, weft_arena *arena)
{
    return weft_gen_copy(&tall_everything_type, ret_value, value, arena);
}
static inline bool tall_everything_equal(const tall_everything *a, const tall_everything *b)
{
    return weft_gen_equal(&tall_everything_type, a, b);
}
static inline int tall_everything_encode(const tall_everything *value, weft_writer *writer)
{
    return weft_gen_encode(&tall_everything_type, value, writer);
}
static inline int tall_everything_decode(tall_everything *ret_value, weft_bytes bytes, weft_arena *arena,
                                         weft_error *error_or_null)
{
    return weft_gen_decode(&tall_everything_type, bytes, arena, ret_value, error_or_null);
}
static inline int tall_everything_print(const tall_everything *value,
                                        int (*write)(void *user, const char *text, size_t len), void *user)
{
    return weft_gen_print(&tall_everything_type, value, write, user);
}

/* ---- enum Failure ------------------------------------------------------------------------------------------------ */

typedef enum tall_failure_kind {
    TALL_FAILURE_UNKNOWN = 0, /* a variant that this program does not know: never sent */
    TALL_FAILURE_NOT_FOUND = 1,
    TALL_FAILURE_INVALID = 2,
    TALL_FAILURE_LIMIT = 3
} tall_failure_kind;

typedef struct tall_failure_limit_fields {
    uint64_t limit;
    weft_duration retry_after;
} tall_failure_limit_fields;

extern TALL_API const weft_type tall_failure_limit_fields_type;
static inline void tall_failure_limit_fields_init(tall_failure_limit_fields *value)
{
    weft_gen_init(&tall_failure_limit_fields_type, value);
}

struct tall_failure {
    tall_failure_kind kind;
    union {
        weft_str invalid;
        tall_failure_limit_fields limit;
    } as;
};

extern TALL_API const weft_type tall_failure_type;
static inline void tall_failure_init(tall_failure *value)
{
    weft_gen_init(&tall_failure_type, value);
}
static inline int tall_failure_copy(tall_failure *ret_value, const tall_failure *value, weft_arena *arena)
{
    return weft_gen_copy(&tall_failure_type, ret_value, value, arena);
}
static inline bool tall_failure_equal(const tall_failure *a, const tall_failure *b)
{
    return weft_gen_equal(&tall_failure_type, a, b);
}
static inline int tall_failure_encode(const tall_failure *value, weft_writer *writer)
{
    return weft_gen_encode(&tall_failure_type, value, writer);
}
static inline int tall_failure_decode(tall_failure *ret_value, weft_bytes bytes, weft_arena *arena,
                                      weft_error *error_or_null)
{
    return weft_gen_decode(&tall_failure_type, bytes, arena, ret_value, error_or_null);
}
static inline int tall_failure_print(const tall_failure *value, int (*write)(void *user, const char *text, size_t len),
                                     void *user)
{
    return weft_gen_print(&tall_failure_type, value, write, user);
}
static inline tall_failure tall_failure_make_not_found(void)
{
    tall_failure made;
    memset(&made, 0, sizeof made);
    made.kind = TALL_FAILURE_NOT_FOUND;
    return made;
}
static inline tall_failure tall_failure_make_invalid(weft_str payload)
{
    tall_failure made;
    memset(&made, 0, sizeof made);
    made.kind = TALL_FAILURE_INVALID;
    made.as.invalid = payload;
    return made;
}
static inline tall_failure tall_failure_make_limit(const tall_failure_limit_fields *fields)
{
    tall_failure made;
    memset(&made, 0, sizeof made);
    made.kind = TALL_FAILURE_LIMIT;
    made.as.limit = *fields;
    return made;
}

/* ---- struct FailureDetail ---------------------------------------------------------------------------------------- */

struct tall_failure_detail {
    weft_str reason;
};

extern TALL_API const weft_type tall_failure_detail_type;
static inline void tall_failure_detail_init(tall_failure_detail *value)
{
    weft_gen_init(&tall_failure_detail_type, value);
}
static inline int tall_failure_detail_copy(tall_failure_detail *ret_value, const tall_failure_detail *value,
                                           weft_arena *arena)
{
    return weft_gen_copy(&tall_failure_detail_type, ret_value, value, arena);
}
static inline bool tall_failure_detail_equal(const tall_failure_detail *a, const tall_failure_detail *b)
{
    return weft_gen_equal(&tall_failure_detail_type, a, b);
}
static inline int tall_failure_detail_encode(const tall_failure_detail *value, weft_writer *writer)
{
    return weft_gen_encode(&tall_failure_detail_type, value, writer);
}
static inline int tall_failure_detail_decode(tall_failure_detail *ret_value, weft_bytes bytes, weft_arena *arena,
                                             weft_error *error_or_null)
{
    return weft_gen_decode(&tall_failure_detail_type, bytes, arena, ret_value, error_or_null);
}
static inline int tall_failure_detail_print(const tall_failure_detail *value,
                                            int (*write)(void *user, const char *text, size_t len), void *user)
{
    return weft_gen_print(&tall_failure_detail_type, value, write, user);
}

/* ---- lists, maps, options and arrays ----------------------------------------------------------------------------- */

struct tall_str_list_list {
    const weft_str_list *items;
    size_t len;
};
struct tall_u8_4_array {
    uint8_t items[4];
};
struct tall_u32_2_array {
    uint32_t items[2];
};
struct tall_str_u32_map_pair {
    weft_str key;
    uint32_t value;
};
extern TALL_API const weft_type tall_str_u32_map_type;
/* 0; WEFT_EINVAL: a key stands twice. */
static inline int tall_str_u32_map_sort(tall_str_u32_map_pair *pairs, size_t n)
{
    return weft_gen_sort(&tall_str_u32_map_type, pairs, n);
}
/* NULL: there is none. The map is in order. */
static inline const uint32_t *tall_str_u32_map_find(tall_str_u32_map map, weft_str key)
{
    return (const uint32_t *)weft_gen_find(&tall_str_u32_map_type, &map, &key);
}
struct tall_u64_str_map_pair {
    uint64_t key;
    weft_str value;
};
extern TALL_API const weft_type tall_u64_str_map_type;
/* 0; WEFT_EINVAL: a key stands twice. */
static inline int tall_u64_str_map_sort(tall_u64_str_map_pair *pairs, size_t n)
{
    return weft_gen_sort(&tall_u64_str_map_type, pairs, n);
}
/* NULL: there is none. The map is in order. */
static inline const weft_str *tall_u64_str_map_find(tall_u64_str_map map, uint64_t key)
{
    return (const weft_str *)weft_gen_find(&tall_u64_str_map_type, &map, &key);
}
struct tall_i32_bytes_map_pair {
    int32_t key;
    weft_bytes value;
};
extern TALL_API const weft_type tall_i32_bytes_map_type;
/* 0; WEFT_EINVAL: a key stands twice. */
static inline int tall_i32_bytes_map_sort(tall_i32_bytes_map_pair *pairs, size_t n)
{
    return weft_gen_sort(&tall_i32_bytes_map_type, pairs, n);
}
/* NULL: there is none. The map is in order. */
static inline const weft_bytes *tall_i32_bytes_map_find(tall_i32_bytes_map map, int32_t key)
{
    return (const weft_bytes *)weft_gen_find(&tall_i32_bytes_map_type, &map, &key);
}
struct tall_u8_bool_map_pair {
    uint8_t key;
    bool value;
};
extern TALL_API const weft_type tall_u8_bool_map_type;
/* 0; WEFT_EINVAL: a key stands twice. */
static inline int tall_u8_bool_map_sort(tall_u8_bool_map_pair *pairs, size_t n)
{
    return weft_gen_sort(&tall_u8_bool_map_type, pairs, n);
}
/* NULL: there is none. The map is in order. */
static inline const bool *tall_u8_bool_map_find(tall_u8_bool_map map, uint8_t key)
{
    return (const bool *)weft_gen_find(&tall_u8_bool_map_type, &map, &key);
}
struct tall_bool_f64_map_pair {
    bool key;
    double value;
};
extern TALL_API const weft_type tall_bool_f64_map_type;
/* 0; WEFT_EINVAL: a key stands twice. */
static inline int tall_bool_f64_map_sort(tall_bool_f64_map_pair *pairs, size_t n)
{
    return weft_gen_sort(&tall_bool_f64_map_type, pairs, n);
}
/* NULL: there is none. The map is in order. */
static inline const double *tall_bool_f64_map_find(tall_bool_f64_map map, bool key)
{
    return (const double *)weft_gen_find(&tall_bool_f64_map_type, &map, &key);
}
struct tall_str_point_map_pair {
    weft_str key;
    tall_point value;
};
extern TALL_API const weft_type tall_str_point_map_type;
/* 0; WEFT_EINVAL: a key stands twice. */
static inline int tall_str_point_map_sort(tall_str_point_map_pair *pairs, size_t n)
{
    return weft_gen_sort(&tall_str_point_map_type, pairs, n);
}
/* NULL: there is none. The map is in order. */
static inline const tall_point *tall_str_point_map_find(tall_str_point_map map, weft_str key)
{
    return (const tall_point *)weft_gen_find(&tall_str_point_map_type, &map, &key);
}
struct tall_u16_color_map_pair {
    uint16_t key;
    tall_color value;
};
extern TALL_API const weft_type tall_u16_color_map_type;
/* 0; WEFT_EINVAL: a key stands twice. */
static inline int tall_u16_color_map_sort(tall_u16_color_map_pair *pairs, size_t n)
{
    return weft_gen_sort(&tall_u16_color_map_type, pairs, n);
}
/* NULL: there is none. The map is in order. */
static inline const tall_color *tall_u16_color_map_find(tall_u16_color_map map, uint16_t key)
{
    return (const tall_color *)weft_gen_find(&tall_u16_color_map_type, &map, &key);
}
struct tall_str_point_list_map_pair {
    weft_str key;
    tall_point_list value;
};
extern TALL_API const weft_type tall_str_point_list_map_type;
/* 0; WEFT_EINVAL: a key stands twice. */
static inline int tall_str_point_list_map_sort(tall_str_point_list_map_pair *pairs, size_t n)
{
    return weft_gen_sort(&tall_str_point_list_map_type, pairs, n);
}
/* NULL: there is none. The map is in order. */
static inline const tall_point_list *tall_str_point_list_map_find(tall_str_point_list_map map, weft_str key)
{
    return (const tall_point_list *)weft_gen_find(&tall_str_point_list_map_type, &map, &key);
}
/* Ascending by key, each key once: tall_u32_str_map_sort. */
struct tall_u32_str_map {
    const tall_u32_str_map_pair *items;
    size_t len;
};
struct tall_u32_str_map_pair {
    uint32_t key;
    weft_str value;
};
extern TALL_API const weft_type tall_u32_str_map_type;
/* 0; WEFT_EINVAL: a key stands twice. */
static inline int tall_u32_str_map_sort(tall_u32_str_map_pair *pairs, size_t n)
{
    return weft_gen_sort(&tall_u32_str_map_type, pairs, n);
}
/* NULL: there is none. The map is in order. */
static inline const weft_str *tall_u32_str_map_find(tall_u32_str_map map, uint32_t key)
{
    return (const weft_str *)weft_gen_find(&tall_u32_str_map_type, &map, &key);
}
struct tall_str_u32_str_map_map_pair {
    weft_str key;
    tall_u32_str_map value;
};
extern TALL_API const weft_type tall_str_u32_str_map_map_type;
/* 0; WEFT_EINVAL: a key stands twice. */
static inline int tall_str_u32_str_map_map_sort(tall_str_u32_str_map_map_pair *pairs, size_t n)
{
    return weft_gen_sort(&tall_str_u32_str_map_map_type, pairs, n);
}
/* NULL: there is none. The map is in order. */
static inline const tall_u32_str_map *tall_str_u32_str_map_map_find(tall_str_u32_str_map_map map, weft_str key)
{
    return (const tall_u32_str_map *)weft_gen_find(&tall_str_u32_str_map_map_type, &map, &key);
}
struct tall_i8_u64_opt_map_pair {
    int8_t key;
    weft_opt_u64 value;
};
extern TALL_API const weft_type tall_i8_u64_opt_map_type;
/* 0; WEFT_EINVAL: a key stands twice. */
static inline int tall_i8_u64_opt_map_sort(tall_i8_u64_opt_map_pair *pairs, size_t n)
{
    return weft_gen_sort(&tall_i8_u64_opt_map_type, pairs, n);
}
/* NULL: there is none. The map is in order. */
static inline const weft_opt_u64 *tall_i8_u64_opt_map_find(tall_i8_u64_opt_map map, int8_t key)
{
    return (const weft_opt_u64 *)weft_gen_find(&tall_i8_u64_opt_map_type, &map, &key);
}
struct tall_i64_u8_4_array_map_pair {
    int64_t key;
    tall_u8_4_array value;
};
extern TALL_API const weft_type tall_i64_u8_4_array_map_type;
/* 0; WEFT_EINVAL: a key stands twice. */
static inline int tall_i64_u8_4_array_map_sort(tall_i64_u8_4_array_map_pair *pairs, size_t n)
{
    return weft_gen_sort(&tall_i64_u8_4_array_map_type, pairs, n);
}
/* NULL: there is none. The map is in order. */
static inline const tall_u8_4_array *tall_i64_u8_4_array_map_find(tall_i64_u8_4_array_map map, int64_t key)
{
    return (const tall_u8_4_array *)weft_gen_find(&tall_i64_u8_4_array_map_type, &map, &key);
}
struct tall_str_i64_map_pair {
    weft_str key;
    int64_t value;
};
extern TALL_API const weft_type tall_str_i64_map_type;
/* 0; WEFT_EINVAL: a key stands twice. */
static inline int tall_str_i64_map_sort(tall_str_i64_map_pair *pairs, size_t n)
{
    return weft_gen_sort(&tall_str_i64_map_type, pairs, n);
}
/* NULL: there is none. The map is in order. */
static inline const int64_t *tall_str_i64_map_find(tall_str_i64_map map, weft_str key)
{
    return (const int64_t *)weft_gen_find(&tall_str_i64_map_type, &map, &key);
}
struct tall_str_node_map_pair {
    weft_str key;
    tall_node value;
};
extern TALL_API const weft_type tall_str_node_map_type;
/* 0; WEFT_EINVAL: a key stands twice. */
static inline int tall_str_node_map_sort(tall_str_node_map_pair *pairs, size_t n)
{
    return weft_gen_sort(&tall_str_node_map_type, pairs, n);
}
/* NULL: there is none. The map is in order. */
static inline const tall_node *tall_str_node_map_find(tall_str_node_map map, weft_str key)
{
    return (const tall_node *)weft_gen_find(&tall_str_node_map_type, &map, &key);
}

/* ---- aliases ----------------------------------------------------------------------------------------------------- */

/* Transparent on the wire. */
typedef uint64_t tall_user_id;
typedef weft_u64_list tall_user_ids;
typedef uint8_t tall_digest[32];

/* ---- service All: arguments and replies -------------------------------------------------------------------------- */

/* Methods of every shape. */

/* ping */
typedef struct tall_all_ping_reply {
    weft_result result;
} tall_all_ping_reply;
typedef void (*tall_all_ping_fn)(void *user, const tall_all_ping_reply *reply);

/* echo_scalars */
typedef struct tall_all_echo_scalars_args {
    tall_scalars value;
} tall_all_echo_scalars_args;

extern TALL_API const weft_type tall_all_echo_scalars_args_type;
static inline void tall_all_echo_scalars_args_init(tall_all_echo_scalars_args *value)
{
    weft_gen_init(&tall_all_echo_scalars_args_type, value);
}

typedef struct tall_all_echo_scalars_reply {
    weft_result result;
    const tall_scalars *value; /* outcome ok, else NULL */
} tall_all_echo_scalars_reply;
typedef void (*tall_all_echo_scalars_fn)(void *user, const tall_all_echo_scalars_reply *reply);

/* echo_lists */
typedef struct tall_all_echo_lists_args {
    tall_lists value;
} tall_all_echo_lists_args;

extern TALL_API const weft_type tall_all_echo_lists_args_type;
static inline void tall_all_echo_lists_args_init(tall_all_echo_lists_args *value)
{
    weft_gen_init(&tall_all_echo_lists_args_type, value);
}

typedef struct tall_all_echo_lists_reply {
    weft_result result;
    const tall_lists *value; /* outcome ok, else NULL */
} tall_all_echo_lists_reply;
typedef void (*tall_all_echo_lists_fn)(void *user, const tall_all_echo_lists_reply *reply);

/* echo_maps */
typedef struct tall_all_echo_maps_args {
    tall_maps value;
} tall_all_echo_maps_args;

extern TALL_API const weft_type tall_all_echo_maps_args_type;
static inline void tall_all_echo_maps_args_init(tall_all_echo_maps_args *value)
{
    weft_gen_init(&tall_all_echo_maps_args_type, value);
}

typedef struct tall_all_echo_maps_reply {
    weft_result result;
    const tall_maps *value; /* outcome ok, else NULL */
} tall_all_echo_maps_reply;
typedef void (*tall_all_echo_maps_fn)(void *user, const tall_all_echo_maps_reply *reply);

/* echo_arrays */
typedef struct tall_all_echo_arrays_args {
    tall_arrays value;
} tall_all_echo_arrays_args;

extern TALL_API const weft_type tall_all_echo_arrays_args_type;
static inline void tall_all_echo_arrays_args_init(tall_all_echo_arrays_args *value)
{
    weft_gen_init(&tall_all_echo_arrays_args_type, value);
}

typedef struct tall_all_echo_arrays_reply {
    weft_result result;
    const tall_arrays *value; /* outcome ok, else NULL */
} tall_all_echo_arrays_reply;
typedef void (*tall_all_echo_arrays_fn)(void *user, const tall_all_echo_arrays_reply *reply);

/* echo_options */
typedef struct tall_all_echo_options_args {
    tall_options value;
} tall_all_echo_options_args;

extern TALL_API const weft_type tall_all_echo_options_args_type;
static inline void tall_all_echo_options_args_init(tall_all_echo_options_args *value)
{
    weft_gen_init(&tall_all_echo_options_args_type, value);
}

typedef struct tall_all_echo_options_reply {
    weft_result result;
    const tall_options *value; /* outcome ok, else NULL */
} tall_all_echo_options_reply;
typedef void (*tall_all_echo_options_fn)(void *user, const tall_all_echo_options_reply *reply);

/* echo_shape */
typedef struct tall_all_echo_shape_args {
    tall_shape value;
} tall_all_echo_shape_args;

extern TALL_API const weft_type tall_all_echo_shape_args_type;
static inline void tall_all_echo_shape_args_init(tall_all_echo_shape_args *value)
{
    weft_gen_init(&tall_all_echo_shape_args_type, value);
}

typedef struct tall_all_echo_shape_reply {
    weft_result result;
    const tall_shape *value; /* outcome ok, else NULL */
} tall_all_echo_shape_reply;
typedef void (*tall_all_echo_shape_fn)(void *user, const tall_all_echo_shape_reply *reply);

/* echo_node */
typedef struct tall_all_echo_node_args {
    tall_node value;
} tall_all_echo_node_args;

extern TALL_API const weft_type tall_all_echo_node_args_type;
static inline void tall_all_echo_node_args_init(tall_all_echo_node_args *value)
{
    weft_gen_init(&tall_all_echo_node_args_type, value);
}

typedef struct tall_all_echo_node_reply {
    weft_result result;
    const tall_node *value; /* outcome ok, else NULL */
} tall_all_echo_node_reply;
typedef void (*tall_all_echo_node_fn)(void *user, const tall_all_echo_node_reply *reply);

/* echo_everything */
typedef struct tall_all_echo_everything_args {
    tall_everything value;
} tall_all_echo_everything_args;

extern TALL_API const weft_type tall_all_echo_everything_args_type;
static inline void tall_all_echo_everything_args_init(tall_all_echo_everything_args *value)
{
    weft_gen_init(&tall_all_echo_everything_args_type, value);
}

typedef struct tall_all_echo_everything_reply {
    weft_result result;
    const tall_everything *value; /* outcome ok, else NULL */
} tall_all_echo_everything_reply;
typedef void (*tall_all_echo_everything_fn)(void *user, const tall_all_echo_everything_reply *reply);

/* add */
typedef struct tall_all_add_args {
    int64_t left;
    int64_t right;
} tall_all_add_args;

extern TALL_API const weft_type tall_all_add_args_type;
static inline void tall_all_add_args_init(tall_all_add_args *value)
{
    weft_gen_init(&tall_all_add_args_type, value);
}

typedef struct tall_all_add_reply {
    weft_result result;
    int64_t value; /* outcome ok, else zero */
} tall_all_add_reply;
typedef void (*tall_all_add_fn)(void *user, const tall_all_add_reply *reply);

/* join */
typedef struct tall_all_join_args {
    weft_str_list parts;
    weft_str separator; /* default ", " */
    weft_opt_u32 limit; /* default none */
} tall_all_join_args;

extern TALL_API const weft_type tall_all_join_args_type;
static inline void tall_all_join_args_init(tall_all_join_args *value)
{
    weft_gen_init(&tall_all_join_args_type, value);
}

typedef struct tall_all_join_reply {
    weft_result result;
    weft_str value; /* outcome ok, else zero */
} tall_all_join_reply;
typedef void (*tall_all_join_fn)(void *user, const tall_all_join_reply *reply);

/* find */
typedef struct tall_all_find_args {
    weft_str name;
} tall_all_find_args;

extern TALL_API const weft_type tall_all_find_args_type;
static inline void tall_all_find_args_init(tall_all_find_args *value)
{
    weft_gen_init(&tall_all_find_args_type, value);
}

typedef struct tall_all_find_reply {
    weft_result result;
    const tall_point *value; /* outcome ok, else zero */
} tall_all_find_reply;
typedef void (*tall_all_find_fn)(void *user, const tall_all_find_reply *reply);

/* maybe_number */
typedef struct tall_all_maybe_number_args {
    bool wanted;
} tall_all_maybe_number_args;

extern TALL_API const weft_type tall_all_maybe_number_args_type;
static inline void tall_all_maybe_number_args_init(tall_all_maybe_number_args *value)
{
    weft_gen_init(&tall_all_maybe_number_args_type, value);
}

typedef struct tall_all_maybe_number_reply {
    weft_result result;
    weft_opt_u32 value; /* outcome ok, else zero */
} tall_all_maybe_number_reply;
typedef void (*tall_all_maybe_number_fn)(void *user, const tall_all_maybe_number_reply *reply);

/* points */
typedef struct tall_all_points_args {
    uint32_t count;
} tall_all_points_args;

extern TALL_API const weft_type tall_all_points_args_type;
static inline void tall_all_points_args_init(tall_all_points_args *value)
{
    weft_gen_init(&tall_all_points_args_type, value);
}

typedef struct tall_all_points_reply {
    weft_result result;
    tall_point_list value; /* outcome ok, else zero */
} tall_all_points_reply;
typedef void (*tall_all_points_fn)(void *user, const tall_all_points_reply *reply);

/* numbers */
typedef struct tall_all_numbers_args {
    uint32_t count;
} tall_all_numbers_args;

extern TALL_API const weft_type tall_all_numbers_args_type;
static inline void tall_all_numbers_args_init(tall_all_numbers_args *value)
{
    weft_gen_init(&tall_all_numbers_args_type, value);
}

typedef struct tall_all_numbers_reply {
    weft_result result;
    weft_u64_list value; /* outcome ok, else zero */
} tall_all_numbers_reply;
typedef void (*tall_all_numbers_fn)(void *user, const tall_all_numbers_reply *reply);

/* table */
typedef struct tall_all_table_reply {
    weft_result result;
    tall_str_u32_map value; /* outcome ok, else zero */
} tall_all_table_reply;
typedef void (*tall_all_table_fn)(void *user, const tall_all_table_reply *reply);

/* digest */
typedef struct tall_all_digest_args {
    weft_bytes data;
} tall_all_digest_args;

extern TALL_API const weft_type tall_all_digest_args_type;
static inline void tall_all_digest_args_init(tall_all_digest_args *value)
{
    weft_gen_init(&tall_all_digest_args_type, value);
}

typedef struct tall_all_digest_reply {
    weft_result result;
    uint8_t value[32]; /* outcome ok, else zero */
} tall_all_digest_reply;
typedef void (*tall_all_digest_fn)(void *user, const tall_all_digest_reply *reply);

/* color_of */
typedef struct tall_all_color_of_args {
    tall_point point;
} tall_all_color_of_args;

extern TALL_API const weft_type tall_all_color_of_args_type;
static inline void tall_all_color_of_args_init(tall_all_color_of_args *value)
{
    weft_gen_init(&tall_all_color_of_args_type, value);
}

typedef struct tall_all_color_of_reply {
    weft_result result;
    const tall_color *value; /* outcome ok, else NULL */
} tall_all_color_of_reply;
typedef void (*tall_all_color_of_fn)(void *user, const tall_all_color_of_reply *reply);

/* flags */
typedef struct tall_all_flags_reply {
    weft_result result;
    bool value[8]; /* outcome ok, else zero */
} tall_all_flags_reply;
typedef void (*tall_all_flags_fn)(void *user, const tall_all_flags_reply *reply);

/* now */
typedef struct tall_all_now_reply {
    weft_result result;
    weft_timestamp value; /* outcome ok, else zero */
} tall_all_now_reply;
typedef void (*tall_all_now_fn)(void *user, const tall_all_now_reply *reply);

/* id */
typedef struct tall_all_id_reply {
    weft_result result;
    uint64_t value; /* outcome ok, else zero */
} tall_all_id_reply;
typedef void (*tall_all_id_fn)(void *user, const tall_all_id_reply *reply);

/* nothing */
typedef struct tall_all_nothing_reply {
    weft_result result;
    const tall_empty *value; /* outcome ok, else NULL */
} tall_all_nothing_reply;
typedef void (*tall_all_nothing_fn)(void *user, const tall_all_nothing_reply *reply);

/* check */
typedef struct tall_all_check_args {
    int32_t value;
} tall_all_check_args;

extern TALL_API const weft_type tall_all_check_args_type;
static inline void tall_all_check_args_init(tall_all_check_args *value)
{
    weft_gen_init(&tall_all_check_args_type, value);
}

typedef struct tall_all_check_reply {
    weft_result result;
    const tall_failure *error; /* outcome user error, else NULL */
} tall_all_check_reply;
typedef void (*tall_all_check_fn)(void *user, const tall_all_check_reply *reply);

/* divide */
typedef struct tall_all_divide_args {
    double dividend;
    double divisor;
} tall_all_divide_args;

extern TALL_API const weft_type tall_all_divide_args_type;
static inline void tall_all_divide_args_init(tall_all_divide_args *value)
{
    weft_gen_init(&tall_all_divide_args_type, value);
}

typedef struct tall_all_divide_reply {
    weft_result result;
    double value;              /* outcome ok, else zero */
    const tall_failure *error; /* outcome user error, else NULL */
} tall_all_divide_reply;
typedef void (*tall_all_divide_fn)(void *user, const tall_all_divide_reply *reply);

/* locate */
typedef struct tall_all_locate_args {
    weft_str name;
} tall_all_locate_args;

extern TALL_API const weft_type tall_all_locate_args_type;
static inline void tall_all_locate_args_init(tall_all_locate_args *value)
{
    weft_gen_init(&tall_all_locate_args_type, value);
}

typedef struct tall_all_locate_reply {
    weft_result result;
    const tall_node *value;           /* outcome ok, else zero */
    const tall_failure_detail *error; /* outcome user error, else NULL */
} tall_all_locate_reply;
typedef void (*tall_all_locate_fn)(void *user, const tall_all_locate_reply *reply);

/* store */
typedef struct tall_all_store_args {
    tall_shape value;
    tall_color color; /* default red */
} tall_all_store_args;

extern TALL_API const weft_type tall_all_store_args_type;
static inline void tall_all_store_args_init(tall_all_store_args *value)
{
    weft_gen_init(&tall_all_store_args_type, value);
}

typedef struct tall_all_store_reply {
    weft_result result;
    uint64_t value;            /* outcome ok, else zero */
    const tall_failure *error; /* outcome user error, else NULL */
} tall_all_store_reply;
typedef void (*tall_all_store_fn)(void *user, const tall_all_store_reply *reply);

/* replace */
typedef struct tall_all_replace_args {
    tall_node value;
} tall_all_replace_args;

extern TALL_API const weft_type tall_all_replace_args_type;
static inline void tall_all_replace_args_init(tall_all_replace_args *value)
{
    weft_gen_init(&tall_all_replace_args_type, value);
}

typedef struct tall_all_replace_reply {
    weft_result result;
    const tall_failure *error; /* outcome user error, else NULL */
} tall_all_replace_reply;
typedef void (*tall_all_replace_fn)(void *user, const tall_all_replace_reply *reply);

/* noop */
typedef struct tall_all_noop_reply {
    weft_result result;
} tall_all_noop_reply;
typedef void (*tall_all_noop_fn)(void *user, const tall_all_noop_reply *reply);

/* return */
typedef struct tall_all_do_return_args {
    weft_str class_;
    uint8_t new_;    /* default 0 */
    weft_str secret; /* default "", sensitive */
} tall_all_do_return_args;

extern TALL_API const weft_type tall_all_do_return_args_type;
static inline void tall_all_do_return_args_init(tall_all_do_return_args *value)
{
    weft_gen_init(&tall_all_do_return_args_type, value);
}

typedef struct tall_all_do_return_reply {
    weft_result result;
    weft_str value; /* outcome ok, else zero */
} tall_all_do_return_reply;
typedef void (*tall_all_do_return_fn)(void *user, const tall_all_do_return_reply *reply);

/* ---- service All: client ----------------------------------------------------------------------------------------- */

extern TALL_API const weft_service_type tall_all_service;

/* What opened it holds one reference: weft_connection_release. */
typedef struct tall_all_client {
    weft_connection *connection;
} tall_all_client;

/* Once: with a client, or without a connection and with the reason. */
typedef void (*tall_all_opened_fn)(void *user, tall_all_client client, const weft_error *error_or_null);
/* As weft_open. */
TALL_API int tall_all_open(weft_session *session, const weft_open_options *options_or_null, tall_all_opened_fn opened,
                           void *user);

/* Calls: as weft_gen_call, or weft_gen_stream where there are channels. args: borrowed for the call. After 0 the
 * callback runs exactly once, else never. */
/* No parameters, no result. */
TALL_API int tall_all_ping(tall_all_client client, const weft_call_options *options_or_null,
                           tall_all_ping_fn done_or_null, void *user, weft_call *ret_call_or_null);
/* One parameter of each kind of type. */
TALL_API int tall_all_echo_scalars(tall_all_client client, const tall_all_echo_scalars_args *args,
                                   const weft_call_options *options_or_null, tall_all_echo_scalars_fn done_or_null,
                                   void *user, weft_call *ret_call_or_null);
TALL_API int tall_all_echo_lists(tall_all_client client, const tall_all_echo_lists_args *args,
                                 const weft_call_options *options_or_null, tall_all_echo_lists_fn done_or_null,
                                 void *user, weft_call *ret_call_or_null);
TALL_API int tall_all_echo_maps(tall_all_client client, const tall_all_echo_maps_args *args,
                                const weft_call_options *options_or_null, tall_all_echo_maps_fn done_or_null,
                                void *user, weft_call *ret_call_or_null);
TALL_API int tall_all_echo_arrays(tall_all_client client, const tall_all_echo_arrays_args *args,
                                  const weft_call_options *options_or_null, tall_all_echo_arrays_fn done_or_null,
                                  void *user, weft_call *ret_call_or_null);
TALL_API int tall_all_echo_options(tall_all_client client, const tall_all_echo_options_args *args,
                                   const weft_call_options *options_or_null, tall_all_echo_options_fn done_or_null,
                                   void *user, weft_call *ret_call_or_null);
TALL_API int tall_all_echo_shape(tall_all_client client, const tall_all_echo_shape_args *args,
                                 const weft_call_options *options_or_null, tall_all_echo_shape_fn done_or_null,
                                 void *user, weft_call *ret_call_or_null);
TALL_API int tall_all_echo_node(tall_all_client client, const tall_all_echo_node_args *args,
                                const weft_call_options *options_or_null, tall_all_echo_node_fn done_or_null,
                                void *user, weft_call *ret_call_or_null);
TALL_API int tall_all_echo_everything(tall_all_client client, const tall_all_echo_everything_args *args,
                                      const weft_call_options *options_or_null,
                                      tall_all_echo_everything_fn done_or_null, void *user,
                                      weft_call *ret_call_or_null);
TALL_API int tall_all_add(tall_all_client client, const tall_all_add_args *args,
                          const weft_call_options *options_or_null, tall_all_add_fn done_or_null, void *user,
                          weft_call *ret_call_or_null);
/* Parameters may have defaults, and options have one without a word. */
TALL_API int tall_all_join(tall_all_client client, const tall_all_join_args *args,
                           const weft_call_options *options_or_null, tall_all_join_fn done_or_null, void *user,
                           weft_call *ret_call_or_null);
TALL_API int tall_all_find(tall_all_client client, const tall_all_find_args *args,
                           const weft_call_options *options_or_null, tall_all_find_fn done_or_null, void *user,
                           weft_call *ret_call_or_null);
TALL_API int tall_all_maybe_number(tall_all_client client, const tall_all_maybe_number_args *args,
                                   const weft_call_options *options_or_null, tall_all_maybe_number_fn done_or_null,
                                   void *user, weft_call *ret_call_or_null);
TALL_API int tall_all_points(tall_all_client client, const tall_all_points_args *args,
                             const weft_call_options *options_or_null, tall_all_points_fn done_or_null, void *user,
                             weft_call *ret_call_or_null);
TALL_API int tall_all_numbers(tall_all_client client, const tall_all_numbers_args *args,
                              const weft_call_options *options_or_null, tall_all_numbers_fn done_or_null, void *user,
                              weft_call *ret_call_or_null);
TALL_API int tall_all_table(tall_all_client client, const weft_call_options *options_or_null,
                            tall_all_table_fn done_or_null, void *user, weft_call *ret_call_or_null);
TALL_API int tall_all_digest(tall_all_client client, const tall_all_digest_args *args,
                             const weft_call_options *options_or_null, tall_all_digest_fn done_or_null, void *user,
                             weft_call *ret_call_or_null);
TALL_API int tall_all_color_of(tall_all_client client, const tall_all_color_of_args *args,
                               const weft_call_options *options_or_null, tall_all_color_of_fn done_or_null, void *user,
                               weft_call *ret_call_or_null);
TALL_API int tall_all_flags(tall_all_client client, const weft_call_options *options_or_null,
                            tall_all_flags_fn done_or_null, void *user, weft_call *ret_call_or_null);
TALL_API int tall_all_now(tall_all_client client, const weft_call_options *options_or_null,
                          tall_all_now_fn done_or_null, void *user, weft_call *ret_call_or_null);
TALL_API int tall_all_id(tall_all_client client, const weft_call_options *options_or_null, tall_all_id_fn done_or_null,
                         void *user, weft_call *ret_call_or_null);
TALL_API int tall_all_nothing(tall_all_client client, const weft_call_options *options_or_null,
                              tall_all_nothing_fn done_or_null, void *user, weft_call *ret_call_or_null);
/* An error type without a result. */
TALL_API int tall_all_check(tall_all_client client, const tall_all_check_args *args,
                            const weft_call_options *options_or_null, tall_all_check_fn done_or_null, void *user,
                            weft_call *ret_call_or_null);
TALL_API int tall_all_divide(tall_all_client client, const tall_all_divide_args *args,
                             const weft_call_options *options_or_null, tall_all_divide_fn done_or_null, void *user,
                             weft_call *ret_call_or_null);
TALL_API int tall_all_locate(tall_all_client client, const tall_all_locate_args *args,
                             const weft_call_options *options_or_null, tall_all_locate_fn done_or_null, void *user,
                             weft_call *ret_call_or_null);
TALL_API int tall_all_store(tall_all_client client, const tall_all_store_args *args,
                            const weft_call_options *options_or_null, tall_all_store_fn done_or_null, void *user,
                            weft_call *ret_call_or_null);
TALL_API int tall_all_replace(tall_all_client client, const tall_all_replace_args *args,
                              const weft_call_options *options_or_null, tall_all_replace_fn done_or_null, void *user,
                              weft_call *ret_call_or_null);
/* Deprecated: use ping */
TALL_API int tall_all_noop(tall_all_client client, const weft_call_options *options_or_null,
                           tall_all_noop_fn done_or_null, void *user, weft_call *ret_call_or_null);
TALL_API int tall_all_do_return(tall_all_client client, const tall_all_do_return_args *args,
                                const weft_call_options *options_or_null, tall_all_do_return_fn done_or_null,
                                void *user, weft_call *ret_call_or_null);

/* ---- service All: blocking client -------------------------------------------------------------------------------- */

/* For any thread, of a weft_blocking: weft/blocking.h, libweft-uv. To be released by weft_blocking_client_release. */
typedef struct tall_all_sync_client {
    weft_blocking_client *client;
} tall_all_sync_client;

/* As weft_gen_open_sync. */
static inline int tall_all_open_sync(weft_blocking_session *session, const weft_open_options *options_or_null,
                                     tall_all_sync_client *ret_client, weft_error *error_or_null)
{
    return weft_gen_open_sync(session, &tall_all_service, options_or_null, &ret_client->client, error_or_null);
}
/* A method at once, as weft_gen_call_sync: returns ret_reply->result.code; what the reply points to lies in arena.
 * Or begun and ended apart, as weft_gen_begin_sync and weft_gen_end_sync: the call is to be released by
 * weft_blocking_call_release, and until then what the reply points to lives; channels by
 * weft_blocking_channel_release. */
static inline int tall_all_ping_sync(tall_all_sync_client client, const weft_call_options *options_or_null,
                                     weft_arena *arena, tall_all_ping_reply *ret_reply)
{
    return weft_gen_call_sync(client.client, &tall_all_service, 0, "", options_or_null, arena, ret_reply);
}
typedef struct tall_all_ping_sync_call {
    weft_blocking_call *call;
} tall_all_ping_sync_call;
static inline int tall_all_ping_begin_sync(tall_all_sync_client client, const weft_call_options *options_or_null,
                                           tall_all_ping_sync_call *ret_call)
{
    return weft_gen_begin_sync(client.client, &tall_all_service, 0, NULL, options_or_null, &ret_call->call, NULL);
}
static inline int tall_all_ping_end_sync(tall_all_ping_sync_call call, uint64_t timeout_ns,
                                         tall_all_ping_reply *ret_reply)
{
    return weft_gen_end_sync(call.call, timeout_ns, ret_reply);
}
static inline int tall_all_echo_scalars_sync(tall_all_sync_client client, const tall_all_echo_scalars_args *args,
                                             const weft_call_options *options_or_null, weft_arena *arena,
                                             tall_all_echo_scalars_reply *ret_reply)
{
    return weft_gen_call_sync(client.client, &tall_all_service, 1, args, options_or_null, arena, ret_reply);
}
typedef struct tall_all_echo_scalars_sync_call {
    weft_blocking_call *call;
} tall_all_echo_scalars_sync_call;
static inline int tall_all_echo_scalars_begin_sync(tall_all_sync_client client, const tall_all_echo_scalars_args *args,
                                                   const weft_call_options *options_or_null,
                                                   tall_all_echo_scalars_sync_call *ret_call)
{
    return weft_gen_begin_sync(client.client, &tall_all_service, 1, args, options_or_null, &ret_call->call, NULL);
}
static inline int tall_all_echo_scalars_end_sync(tall_all_echo_scalars_sync_call call, uint64_t timeout_ns,
                                                 tall_all_echo_scalars_reply *ret_reply)
{
    return weft_gen_end_sync(call.call, timeout_ns, ret_reply);
}
static inline int tall_all_echo_lists_sync(tall_all_sync_client client, const tall_all_echo_lists_args *args,
                                           const weft_call_options *options_or_null, weft_arena *arena,
                                           tall_all_echo_lists_reply *ret_reply)
{
    return weft_gen_call_sync(client.client, &tall_all_service, 2, args, options_or_null, arena, ret_reply);
}
typedef struct tall_all_echo_lists_sync_call {
    weft_blocking_call *call;
} tall_all_echo_lists_sync_call;
static inline int tall_all_echo_lists_begin_sync(tall_all_sync_client client, const tall_all_echo_lists_args *args,
                                                 const weft_call_options *options_or_null,
                                                 tall_all_echo_lists_sync_call *ret_call)
{
    return weft_gen_begin_sync(client.client, &tall_all_service, 2, args, options_or_null, &ret_call->call, NULL);
}
static inline int tall_all_echo_lists_end_sync(tall_all_echo_lists_sync_call call, uint64_t timeout_ns,
                                               tall_all_echo_lists_reply *ret_reply)
{
    return weft_gen_end_sync(call.call, timeout_ns, ret_reply);
}
static inline int tall_all_echo_maps_sync(tall_all_sync_client client, const tall_all_echo_maps_args *args,
                                          const weft_call_options *options_or_null, weft_arena *arena,
                                          tall_all_echo_maps_reply *ret_reply)
{
    return weft_gen_call_sync(client.client, &tall_all_service, 3, args, options_or_null, arena, ret_reply);
}
typedef struct tall_all_echo_maps_sync_call {
    weft_blocking_call *call;
} tall_all_echo_maps_sync_call;
static inline int tall_all_echo_maps_begin_sync(tall_all_sync_client client, const tall_all_echo_maps_args *args,
                                                const weft_call_options *options_or_null,
                                                tall_all_echo_maps_sync_call *ret_call)
{
    return weft_gen_begin_sync(client.client, &tall_all_service, 3, args, options_or_null, &ret_call->call, NULL);
}
static inline int tall_all_echo_maps_end_sync(tall_all_echo_maps_sync_call call, uint64_t timeout_ns,
                                              tall_all_echo_maps_reply *ret_reply)
{
    return weft_gen_end_sync(call.call, timeout_ns, ret_reply);
}
static inline int tall_all_echo_arrays_sync(tall_all_sync_client client, const tall_all_echo_arrays_args *args,
                                            const weft_call_options *options_or_null, weft_arena *arena,
                                            tall_all_echo_arrays_reply *ret_reply)
{
    return weft_gen_call_sync(client.client, &tall_all_service, 4, args, options_or_null, arena, ret_reply);
}
typedef struct tall_all_echo_arrays_sync_call {
    weft_blocking_call *call;
} tall_all_echo_arrays_sync_call;
static inline int tall_all_echo_arrays_begin_sync(tall_all_sync_client client, const tall_all_echo_arrays_args *args,
                                                  const weft_call_options *options_or_null,
                                                  tall_all_echo_arrays_sync_call *ret_call)
{
    return weft_gen_begin_sync(client.client, &tall_all_service, 4, args, options_or_null, &ret_call->call, NULL);
}
static inline int tall_all_echo_arrays_end_sync(tall_all_echo_arrays_sync_call call, uint64_t timeout_ns,
                                                tall_all_echo_arrays_reply *ret_reply)
{
    return weft_gen_end_sync(call.call, timeout_ns, ret_reply);
}
static inline int tall_all_echo_options_sync(tall_all_sync_client client, const tall_all_echo_options_args *args,
                                             const weft_call_options *options_or_null, weft_arena *arena,
                                             tall_all_echo_options_reply *ret_reply)
{
    return weft_gen_call_sync(client.client, &tall_all_service, 5, args, options_or_null, arena, ret_reply);
}
typedef struct tall_all_echo_options_sync_call {
    weft_blocking_call *call;
} tall_all_echo_options_sync_call;
static inline int tall_all_echo_options_begin_sync(tall_all_sync_client client, const tall_all_echo_options_args *args,
                                                   const weft_call_options *options_or_null,
                                                   tall_all_echo_options_sync_call *ret_call)
{
    return weft_gen_begin_sync(client.client, &tall_all_service, 5, args, options_or_null, &ret_call->call, NULL);
}
static inline int tall_all_echo_options_end_sync(tall_all_echo_options_sync_call call, uint64_t timeout_ns,
                                                 tall_all_echo_options_reply *ret_reply)
{
    return weft_gen_end_sync(call.call, timeout_ns, ret_reply);
}
static inline int tall_all_echo_shape_sync(tall_all_sync_client client, const tall_all_echo_shape_args *args,
                                           const weft_call_options *options_or_null, weft_arena *arena,
                                           tall_all_echo_shape_reply *ret_reply)
{
    return weft_gen_call_sync(client.client, &tall_all_service, 6, args, options_or_null, arena, ret_reply);
}
typedef struct tall_all_echo_shape_sync_call {
    weft_blocking_call *call;
} tall_all_echo_shape_sync_call;
static inline int tall_all_echo_shape_begin_sync(tall_all_sync_client client, const tall_all_echo_shape_args *args,
                                                 const weft_call_options *options_or_null,
                                                 tall_all_echo_shape_sync_call *ret_call)
{
    return weft_gen_begin_sync(client.client, &tall_all_service, 6, args, options_or_null, &ret_call->call, NULL);
}
static inline int tall_all_echo_shape_end_sync(tall_all_echo_shape_sync_call call, uint64_t timeout_ns,
                                               tall_all_echo_shape_reply *ret_reply)
{
    return weft_gen_end_sync(call.call, timeout_ns, ret_reply);
}
static inline int tall_all_echo_node_sync(tall_all_sync_client client, const tall_all_echo_node_args *args,
                                          const weft_call_options *options_or_null, weft_arena *arena,
                                          tall_all_echo_node_reply *ret_reply)
{
    return weft_gen_call_sync(client.client, &tall_all_service, 7, args, options_or_null, arena, ret_reply);
}
typedef struct tall_all_echo_node_sync_call {
    weft_blocking_call *call;
} tall_all_echo_node_sync_call;
static inline int tall_all_echo_node_begin_sync(tall_all_sync_client client, const tall_all_echo_node_args *args,
                                                const weft_call_options *options_or_null,
                                                tall_all_echo_node_sync_call *ret_call)
{
    return weft_gen_begin_sync(client.client, &tall_all_service, 7, args, options_or_null, &ret_call->call, NULL);
}
static inline int tall_all_echo_node_end_sync(tall_all_echo_node_sync_call call, uint64_t timeout_ns,
                                              tall_all_echo_node_reply *ret_reply)
{
    return weft_gen_end_sync(call.call, timeout_ns, ret_reply);
}
static inline int tall_all_echo_everything_sync(tall_all_sync_client client, const tall_all_echo_everything_args *args,
                                                const weft_call_options *options_or_null, weft_arena *arena,
                                                tall_all_echo_everything_reply *ret_reply)
{
    return weft_gen_call_sync(client.client, &tall_all_service, 8, args, options_or_null, arena, ret_reply);
}
typedef struct tall_all_echo_everything_sync_call {
    weft_blocking_call *call;
} tall_all_echo_everything_sync_call;
static inline int tall_all_echo_everything_begin_sync(tall_all_sync_client client,
                                                      const tall_all_echo_everything_args *args,
                                                      const weft_call_options *options_or_null,
                                                      tall_all_echo_everything_sync_call *ret_call)
{
    return weft_gen_begin_sync(client.client, &tall_all_service, 8, args, options_or_null, &ret_call->call, NULL);
}
static inline int tall_all_echo_everything_end_sync(tall_all_echo_everything_sync_call call, uint64_t timeout_ns,
                                                    tall_all_echo_everything_reply *ret_reply)
{
    return weft_gen_end_sync(call.call, timeout_ns, ret_reply);
}
static inline int tall_all_add_sync(tall_all_sync_client client, const tall_all_add_args *args,
                                    const weft_call_options *options_or_null, weft_arena *arena,
                                    tall_all_add_reply *ret_reply)
{
    return weft_gen_call_sync(client.client, &tall_all_service, 9, args, options_or_null, arena, ret_reply);
}
typedef struct tall_all_add_sync_call {
    weft_blocking_call *call;
} tall_all_add_sync_call;
static inline int tall_all_add_begin_sync(tall_all_sync_client client, const tall_all_add_args *args,
                                          const weft_call_options *options_or_null, tall_all_add_sync_call *ret_call)
{
    return weft_gen_begin_sync(client.client, &tall_all_service, 9, args, options_or_null, &ret_call->call, NULL);
}
static inline int tall_all_add_end_sync(tall_all_add_sync_call call, uint64_t timeout_ns, tall_all_add_reply *ret_reply)
{
    return weft_gen_end_sync(call.call, timeout_ns, ret_reply);
}
static inline int tall_all_join_sync(tall_all_sync_client client, const tall_all_join_args *args,
                                     const weft_call_options *options_or_null, weft_arena *arena,
                                     tall_all_join_reply *ret_reply)
{
    return weft_gen_call_sync(client.client, &tall_all_service, 10, args, options_or_null, arena, ret_reply);
}
typedef struct tall_all_join_sync_call {
    weft_blocking_call *call;
} tall_all_join_sync_call;
static inline int tall_all_join_begin_sync(tall_all_sync_client client, const tall_all_join_args *args,
                                           const weft_call_options *options_or_null, tall_all_join_sync_call *ret_call)
{
    return weft_gen_begin_sync(client.client, &tall_all_service, 10, args, options_or_null, &ret_call->call, NULL);
}
static inline int tall_all_join_end_sync(tall_all_join_sync_call call, uint64_t timeout_ns,
                                         tall_all_join_reply *ret_reply)
{
    return weft_gen_end_sync(call.call, timeout_ns, ret_reply);
}
static inline int tall_all_find_sync(tall_all_sync_client client, const tall_all_find_args *args,
                                     const weft_call_options *options_or_null, weft_arena *arena,
                                     tall_all_find_reply *ret_reply)
{
    return weft_gen_call_sync(client.client, &tall_all_service, 11, args, options_or_null, arena, ret_reply);
}
typedef struct tall_all_find_sync_call {
    weft_blocking_call *call;
} tall_all_find_sync_call;
static inline int tall_all_find_begin_sync(tall_all_sync_client client, const tall_all_find_args *args,
                                           const weft_call_options *options_or_null, tall_all_find_sync_call *ret_call)
{
    return weft_gen_begin_sync(client.client, &tall_all_service, 11, args, options_or_null, &ret_call->call, NULL);
}
static inline int tall_all_find_end_sync(tall_all_find_sync_call call, uint64_t timeout_ns,
                                         tall_all_find_reply *ret_reply)
{
    return weft_gen_end_sync(call.call, timeout_ns, ret_reply);
}
static inline int tall_all_maybe_number_sync(tall_all_sync_client client, const tall_all_maybe_number_args *args,
                                             const weft_call_options *options_or_null, weft_arena *arena,
                                             tall_all_maybe_number_reply *ret_reply)
{
    return weft_gen_call_sync(client.client, &tall_all_service, 12, args, options_or_null, arena, ret_reply);
}
typedef struct tall_all_maybe_number_sync_call {
    weft_blocking_call *call;
} tall_all_maybe_number_sync_call;
static inline int tall_all_maybe_number_begin_sync(tall_all_sync_client client, const tall_all_maybe_number_args *args,
                                                   const weft_call_options *options_or_null,
                                                   tall_all_maybe_number_sync_call *ret_call)
{
    return weft_gen_begin_sync(client.client, &tall_all_service, 12, args, options_or_null, &ret_call->call, NULL);
}
static inline int tall_all_maybe_number_end_sync(tall_all_maybe_number_sync_call call, uint64_t timeout_ns,
                                                 tall_all_maybe_number_reply *ret_reply)
{
    return weft_gen_end_sync(call.call, timeout_ns, ret_reply);
}
static inline int tall_all_points_sync(tall_all_sync_client client, const tall_all_points_args *args,
                                       const weft_call_options *options_or_null, weft_arena *arena,
                                       tall_all_points_reply *ret_reply)
{
    return weft_gen_call_sync(client.client, &tall_all_service, 13, args, options_or_null, arena, ret_reply);
}
typedef struct tall_all_points_sync_call {
    weft_blocking_call *call;
} tall_all_points_sync_call;
static inline int tall_all_points_begin_sync(tall_all_sync_client client, const tall_all_points_args *args,
                                             const weft_call_options *options_or_null,
                                             tall_all_points_sync_call *ret_call)
{
    return weft_gen_begin_sync(client.client, &tall_all_service, 13, args, options_or_null, &ret_call->call, NULL);
}
static inline int tall_all_points_end_sync(tall_all_points_sync_call call, uint64_t timeout_ns,
                                           tall_all_points_reply *ret_reply)
{
    return weft_gen_end_sync(call.call, timeout_ns, ret_reply);
}
static inline int tall_all_numbers_sync(tall_all_sync_client client, const tall_all_numbers_args *args,
                                        const weft_call_options *options_or_null, weft_arena *arena,
                                        tall_all_numbers_reply *ret_reply)
{
    return weft_gen_call_sync(client.client, &tall_all_service, 14, args, options_or_null, arena, ret_reply);
}
typedef struct tall_all_numbers_sync_call {
    weft_blocking_call *call;
} tall_all_numbers_sync_call;
static inline int tall_all_numbers_begin_sync(tall_all_sync_client client, const tall_all_numbers_args *args,
                                              const weft_call_options *options_or_null,
                                              tall_all_numbers_sync_call *ret_call)
{
    return weft_gen_begin_sync(client.client, &tall_all_service, 14, args, options_or_null, &ret_call->call, NULL);
}
static inline int tall_all_numbers_end_sync(tall_all_numbers_sync_call call, uint64_t timeout_ns,
                                            tall_all_numbers_reply *ret_reply)
{
    return weft_gen_end_sync(call.call, timeout_ns, ret_reply);
}
static inline int tall_all_table_sync(tall_all_sync_client client, const weft_call_options *options_or_null,
                                      weft_arena *arena, tall_all_table_reply *ret_reply)
{
    return weft_gen_call_sync(client.client, &tall_all_service, 15, "", options_or_null, arena, ret_reply);
}
typedef struct tall_all_table_sync_call {
    weft_blocking_call *call;
} tall_all_table_sync_call;
static inline int tall_all_table_begin_sync(tall_all_sync_client client, const weft_call_options *options_or_null,
                                            tall_all_table_sync_call *ret_call)
{
    return weft_gen_begin_sync(client.client, &tall_all_service, 15, NULL, options_or_null, &ret_call->call, NULL);
}
static inline int tall_all_table_end_sync(tall_all_table_sync_call call, uint64_t timeout_ns,
                                          tall_all_table_reply *ret_reply)
{
    return weft_gen_end_sync(call.call, timeout_ns, ret_reply);
}
static inline int tall_all_digest_sync(tall_all_sync_client client, const tall_all_digest_args *args,
                                       const weft_call_options *options_or_null, weft_arena *arena,
                                       tall_all_digest_reply *ret_reply)
{
    return weft_gen_call_sync(client.client, &tall_all_service, 16, args, options_or_null, arena, ret_reply);
}
typedef struct tall_all_digest_sync_call {
    weft_blocking_call *call;
} tall_all_digest_sync_call;
static inline int tall_all_digest_begin_sync(tall_all_sync_client client, const tall_all_digest_args *args,
                                             const weft_call_options *options_or_null,
                                             tall_all_digest_sync_call *ret_call)
{
    return weft_gen_begin_sync(client.client, &tall_all_service, 16, args, options_or_null, &ret_call->call, NULL);
}
static inline int tall_all_digest_end_sync(tall_all_digest_sync_call call, uint64_t timeout_ns,
                                           tall_all_digest_reply *ret_reply)
{
    return weft_gen_end_sync(call.call, timeout_ns, ret_reply);
}
static inline int tall_all_color_of_sync(tall_all_sync_client client, const tall_all_color_of_args *args,
                                         const weft_call_options *options_or_null, weft_arena *arena,
                                         tall_all_color_of_reply *ret_reply)
{
    return weft_gen_call_sync(client.client, &tall_all_service, 17, args, options_or_null, arena, ret_reply);
}
typedef struct tall_all_color_of_sync_call {
    weft_blocking_call *call;
} tall_all_color_of_sync_call;
static inline int tall_all_color_of_begin_sync(tall_all_sync_client client, const tall_all_color_of_args *args,
                                               const weft_call_options *options_or_null,
                                               tall_all_color_of_sync_call *ret_call)
{
    return weft_gen_begin_sync(client.client, &tall_all_service, 17, args, options_or_null, &ret_call->call, NULL);
}
static inline int tall_all_color_of_end_sync(tall_all_color_of_sync_call call, uint64_t timeout_ns,
                                             tall_all_color_of_reply *ret_reply)
{
    return weft_gen_end_sync(call.call, timeout_ns, ret_reply);
}
static inline int tall_all_flags_sync(tall_all_sync_client client, const weft_call_options *options_or_null,
                                      weft_arena *arena, tall_all_flags_reply *ret_reply)
{
    return weft_gen_call_sync(client.client, &tall_all_service, 18, "", options_or_null, arena, ret_reply);
}
typedef struct tall_all_flags_sync_call {
    weft_blocking_call *call;
} tall_all_flags_sync_call;
static inline int tall_all_flags_begin_sync(tall_all_sync_client client, const weft_call_options *options_or_null,
                                            tall_all_flags_sync_call *ret_call)
{
    return weft_gen_begin_sync(client.client, &tall_all_service, 18, NULL, options_or_null, &ret_call->call, NULL);
}
static inline int tall_all_flags_end_sync(tall_all_flags_sync_call call, uint64_t timeout_ns,
                                          tall_all_flags_reply *ret_reply)
{
    return weft_gen_end_sync(call.call, timeout_ns, ret_reply);
}
static inline int tall_all_now_sync(tall_all_sync_client client, const weft_call_options *options_or_null,
                                    weft_arena *arena, tall_all_now_reply *ret_reply)
{
    return weft_gen_call_sync(client.client, &tall_all_service, 19, "", options_or_null, arena, ret_reply);
}
typedef struct tall_all_now_sync_call {
    weft_blocking_call *call;
} tall_all_now_sync_call;
static inline int tall_all_now_begin_sync(tall_all_sync_client client, const weft_call_options *options_or_null,
                                          tall_all_now_sync_call *ret_call)
{
    return weft_gen_begin_sync(client.client, &tall_all_service, 19, NULL, options_or_null, &ret_call->call, NULL);
}
static inline int tall_all_now_end_sync(tall_all_now_sync_call call, uint64_t timeout_ns, tall_all_now_reply *ret_reply)
{
    return weft_gen_end_sync(call.call, timeout_ns, ret_reply);
}
static inline int tall_all_id_sync(tall_all_sync_client client, const weft_call_options *options_or_null,
                                   weft_arena *arena, tall_all_id_reply *ret_reply)
{
    return weft_gen_call_sync(client.client, &tall_all_service, 20, "", options_or_null, arena, ret_reply);
}
typedef struct tall_all_id_sync_call {
    weft_blocking_call *call;
} tall_all_id_sync_call;
static inline int tall_all_id_begin_sync(tall_all_sync_client client, const weft_call_options *options_or_null,
                                         tall_all_id_sync_call *ret_call)
{
    return weft_gen_begin_sync(client.client, &tall_all_service, 20, NULL, options_or_null, &ret_call->call, NULL);
}
static inline int tall_all_id_end_sync(tall_all_id_sync_call call, uint64_t timeout_ns, tall_all_id_reply *ret_reply)
{
    return weft_gen_end_sync(call.call, timeout_ns, ret_reply);
}
static inline int tall_all_nothing_sync(tall_all_sync_client client, const weft_call_options *options_or_null,
                                        weft_arena *arena, tall_all_nothing_reply *ret_reply)
{
    return weft_gen_call_sync(client.client, &tall_all_service, 21, "", options_or_null, arena, ret_reply);
}
typedef struct tall_all_nothing_sync_call {
    weft_blocking_call *call;
} tall_all_nothing_sync_call;
static inline int tall_all_nothing_begin_sync(tall_all_sync_client client, const weft_call_options *options_or_null,
                                              tall_all_nothing_sync_call *ret_call)
{
    return weft_gen_begin_sync(client.client, &tall_all_service, 21, NULL, options_or_null, &ret_call->call, NULL);
}
static inline int tall_all_nothing_end_sync(tall_all_nothing_sync_call call, uint64_t timeout_ns,
                                            tall_all_nothing_reply *ret_reply)
{
    return weft_gen_end_sync(call.call, timeout_ns, ret_reply);
}
static inline int tall_all_check_sync(tall_all_sync_client client, const tall_all_check_args *args,
                                      const weft_call_options *options_or_null, weft_arena *arena,
                                      tall_all_check_reply *ret_reply)
{
    return weft_gen_call_sync(client.client, &tall_all_service, 22, args, options_or_null, arena, ret_reply);
}
typedef struct tall_all_check_sync_call {
    weft_blocking_call *call;
} tall_all_check_sync_call;
static inline int tall_all_check_begin_sync(tall_all_sync_client client, const tall_all_check_args *args,
                                            const weft_call_options *options_or_null,
                                            tall_all_check_sync_call *ret_call)
{
    return weft_gen_begin_sync(client.client, &tall_all_service, 22, args, options_or_null, &ret_call->call, NULL);
}
static inline int tall_all_check_end_sync(tall_all_check_sync_call call, uint64_t timeout_ns,
                                          tall_all_check_reply *ret_reply)
{
    return weft_gen_end_sync(call.call, timeout_ns, ret_reply);
}
static inline int tall_all_divide_sync(tall_all_sync_client client, const tall_all_divide_args *args,
                                       const weft_call_options *options_or_null, weft_arena *arena,
                                       tall_all_divide_reply *ret_reply)
{
    return weft_gen_call_sync(client.client, &tall_all_service, 23, args, options_or_null, arena, ret_reply);
}
typedef struct tall_all_divide_sync_call {
    weft_blocking_call *call;
} tall_all_divide_sync_call;
static inline int tall_all_divide_begin_sync(tall_all_sync_client client, const tall_all_divide_args *args,
                                             const weft_call_options *options_or_null,
                                             tall_all_divide_sync_call *ret_call)
{
    return weft_gen_begin_sync(client.client, &tall_all_service, 23, args, options_or_null, &ret_call->call, NULL);
}
static inline int tall_all_divide_end_sync(tall_all_divide_sync_call call, uint64_t timeout_ns,
                                           tall_all_divide_reply *ret_reply)
{
    return weft_gen_end_sync(call.call, timeout_ns, ret_reply);
}
static inline int tall_all_locate_sync(tall_all_sync_client client, const tall_all_locate_args *args,
                                       const weft_call_options *options_or_null, weft_arena *arena,
                                       tall_all_locate_reply *ret_reply)
{
    return weft_gen_call_sync(client.client, &tall_all_service, 24, args, options_or_null, arena, ret_reply);
}
typedef struct tall_all_locate_sync_call {
    weft_blocking_call *call;
} tall_all_locate_sync_call;
static inline int tall_all_locate_begin_sync(tall_all_sync_client client, const tall_all_locate_args *args,
                                             const weft_call_options *options_or_null,
                                             tall_all_locate_sync_call *ret_call)
{
    return weft_gen_begin_sync(client.client, &tall_all_service, 24, args, options_or_null, &ret_call->call, NULL);
}
static inline int tall_all_locate_end_sync(tall_all_locate_sync_call call, uint64_t timeout_ns,
                                           tall_all_locate_reply *ret_reply)
{
    return weft_gen_end_sync(call.call, timeout_ns, ret_reply);
}
static inline int tall_all_store_sync(tall_all_sync_client client, const tall_all_store_args *args,
                                      const weft_call_options *options_or_null, weft_arena *arena,
                                      tall_all_store_reply *ret_reply)
{
    return weft_gen_call_sync(client.client, &tall_all_service, 25, args, options_or_null, arena, ret_reply);
}
typedef struct tall_all_store_sync_call {
    weft_blocking_call *call;
} tall_all_store_sync_call;
static inline int tall_all_store_begin_sync(tall_all_sync_client client, const tall_all_store_args *args,
                                            const weft_call_options *options_or_null,
                                            tall_all_store_sync_call *ret_call)
{
    return weft_gen_begin_sync(client.client, &tall_all_service, 25, args, options_or_null, &ret_call->call, NULL);
}
static inline int tall_all_store_end_sync(tall_all_store_sync_call call, uint64_t timeout_ns,
                                          tall_all_store_reply *ret_reply)
{
    return weft_gen_end_sync(call.call, timeout_ns, ret_reply);
}
static inline int tall_all_replace_sync(tall_all_sync_client client, const tall_all_replace_args *args,
                                        const weft_call_options *options_or_null, weft_arena *arena,
                                        tall_all_replace_reply *ret_reply)
{
    return weft_gen_call_sync(client.client, &tall_all_service, 26, args, options_or_null, arena, ret_reply);
}
typedef struct tall_all_replace_sync_call {
    weft_blocking_call *call;
} tall_all_replace_sync_call;
static inline int tall_all_replace_begin_sync(tall_all_sync_client client, const tall_all_replace_args *args,
                                              const weft_call_options *options_or_null,
                                              tall_all_replace_sync_call *ret_call)
{
    return weft_gen_begin_sync(client.client, &tall_all_service, 26, args, options_or_null, &ret_call->call, NULL);
}
static inline int tall_all_replace_end_sync(tall_all_replace_sync_call call, uint64_t timeout_ns,
                                            tall_all_replace_reply *ret_reply)
{
    return weft_gen_end_sync(call.call, timeout_ns, ret_reply);
}
static inline int tall_all_noop_sync(tall_all_sync_client client, const weft_call_options *options_or_null,
                                     weft_arena *arena, tall_all_noop_reply *ret_reply)
{
    return weft_gen_call_sync(client.client, &tall_all_service, 27, "", options_or_null, arena, ret_reply);
}
typedef struct tall_all_noop_sync_call {
    weft_blocking_call *call;
} tall_all_noop_sync_call;
static inline int tall_all_noop_begin_sync(tall_all_sync_client client, const weft_call_options *options_or_null,
                                           tall_all_noop_sync_call *ret_call)
{
    return weft_gen_begin_sync(client.client, &tall_all_service, 27, NULL, options_or_null, &ret_call->call, NULL);
}
static inline int tall_all_noop_end_sync(tall_all_noop_sync_call call, uint64_t timeout_ns,
                                         tall_all_noop_reply *ret_reply)
{
    return weft_gen_end_sync(call.call, timeout_ns, ret_reply);
}
static inline int tall_all_do_return_sync(tall_all_sync_client client, const tall_all_do_return_args *args,
                                          const weft_call_options *options_or_null, weft_arena *arena,
                                          tall_all_do_return_reply *ret_reply)
{
    return weft_gen_call_sync(client.client, &tall_all_service, 28, args, options_or_null, arena, ret_reply);
}
typedef struct tall_all_do_return_sync_call {
    weft_blocking_call *call;
} tall_all_do_return_sync_call;
static inline int tall_all_do_return_begin_sync(tall_all_sync_client client, const tall_all_do_return_args *args,
                                                const weft_call_options *options_or_null,
                                                tall_all_do_return_sync_call *ret_call)
{
    return weft_gen_begin_sync(client.client, &tall_all_service, 28, args, options_or_null, &ret_call->call, NULL);
}
static inline int tall_all_do_return_end_sync(tall_all_do_return_sync_call call, uint64_t timeout_ns,
                                              tall_all_do_return_reply *ret_reply)
{
    return weft_gen_end_sync(call.call, timeout_ns, ret_reply);
}

/* ---- service All: handlers --------------------------------------------------------------------------------------- */

/* Handles of calls to be answered: stale ones are answered WEFT_EALREADY. */
typedef struct tall_all_ping_call {
    weft_call call;
} tall_all_ping_call;
typedef struct tall_all_echo_scalars_call {
    weft_call call;
} tall_all_echo_scalars_call;
typedef struct tall_all_echo_lists_call {
    weft_call call;
} tall_all_echo_lists_call;
typedef struct tall_all_echo_maps_call {
    weft_call call;
} tall_all_echo_maps_call;
typedef struct tall_all_echo_arrays_call {
    weft_call call;
} tall_all_echo_arrays_call;
typedef struct tall_all_echo_options_call {
    weft_call call;
} tall_all_echo_options_call;
typedef struct tall_all_echo_shape_call {
    weft_call call;
} tall_all_echo_shape_call;
typedef struct tall_all_echo_node_call {
    weft_call call;
} tall_all_echo_node_call;
typedef struct tall_all_echo_everything_call {
    weft_call call;
} tall_all_echo_everything_call;
typedef struct tall_all_add_call {
    weft_call call;
} tall_all_add_call;
typedef struct tall_all_join_call {
    weft_call call;
} tall_all_join_call;
typedef struct tall_all_find_call {
    weft_call call;
} tall_all_find_call;
typedef struct tall_all_maybe_number_call {
    weft_call call;
} tall_all_maybe_number_call;
typedef struct tall_all_points_call {
    weft_call call;
} tall_all_points_call;
typedef struct tall_all_numbers_call {
    weft_call call;
} tall_all_numbers_call;
typedef struct tall_all_table_call {
    weft_call call;
} tall_all_table_call;
typedef struct tall_all_digest_call {
    weft_call call;
} tall_all_digest_call;
typedef struct tall_all_color_of_call {
    weft_call call;
} tall_all_color_of_call;
typedef struct tall_all_flags_call {
    weft_call call;
} tall_all_flags_call;
typedef struct tall_all_now_call {
    weft_call call;
} tall_all_now_call;
typedef struct tall_all_id_call {
    weft_call call;
} tall_all_id_call;
typedef struct tall_all_nothing_call {
    weft_call call;
} tall_all_nothing_call;
typedef struct tall_all_check_call {
    weft_call call;
} tall_all_check_call;
typedef struct tall_all_divide_call {
    weft_call call;
} tall_all_divide_call;
typedef struct tall_all_locate_call {
    weft_call call;
} tall_all_locate_call;
typedef struct tall_all_store_call {
    weft_call call;
} tall_all_store_call;
typedef struct tall_all_replace_call {
    weft_call call;
} tall_all_replace_call;
typedef struct tall_all_noop_call {
    weft_call call;
} tall_all_noop_call;
typedef struct tall_all_do_return_call {
    weft_call call;
} tall_all_do_return_call;

/* Outlives the connections it serves: make it static const. A missing function is answered unknown method. Arguments
 * live until the function returns. */
typedef struct tall_all_handler {
    size_t size; /* sizeof(tall_all_handler): methods of a later weftc lie beyond it */
    void (*closed)(void *self); /* once, last; may be NULL */
    /* No parameters, no result. */
    void (*ping)(void *self, tall_all_ping_call call);
    /* One parameter of each kind of type. */
    void (*echo_scalars)(void *self, tall_all_echo_scalars_call call, const tall_all_echo_scalars_args *args);
    void (*echo_lists)(void *self, tall_all_echo_lists_call call, const tall_all_echo_lists_args *args);
    void (*echo_maps)(void *self, tall_all_echo_maps_call call, const tall_all_echo_maps_args *args);
    void (*echo_arrays)(void *self, tall_all_echo_arrays_call call, const tall_all_echo_arrays_args *args);
    void (*echo_options)(void *self, tall_all_echo_options_call call, const tall_all_echo_options_args *args);
    void (*echo_shape)(void *self, tall_all_echo_shape_call call, const tall_all_echo_shape_args *args);
    void (*echo_node)(void *self, tall_all_echo_node_call call, const tall_all_echo_node_args *args);
    void (*echo_everything)(void *self, tall_all_echo_everything_call call, const tall_all_echo_everything_args *args);
    void (*add)(void *self, tall_all_add_call call, const tall_all_add_args *args);
    /* Parameters may have defaults, and options have one without a word. */
    void (*join)(void *self, tall_all_join_call call, const tall_all_join_args *args);
    void (*find)(void *self, tall_all_find_call call, const tall_all_find_args *args);
    void (*maybe_number)(void *self, tall_all_maybe_number_call call, const tall_all_maybe_number_args *args);
    void (*points)(void *self, tall_all_points_call call, const tall_all_points_args *args);
    void (*numbers)(void *self, tall_all_numbers_call call, const tall_all_numbers_args *args);
    void (*table)(void *self, tall_all_table_call call);
    void (*digest)(void *self, tall_all_digest_call call, const tall_all_digest_args *args);
    void (*color_of)(void *self, tall_all_color_of_call call, const tall_all_color_of_args *args);
    void (*flags)(void *self, tall_all_flags_call call);
    void (*now)(void *self, tall_all_now_call call);
    void (*id)(void *self, tall_all_id_call call);
    void (*nothing)(void *self, tall_all_nothing_call call);
    /* An error type without a result. */
    void (*check)(void *self, tall_all_check_call call, const tall_all_check_args *args);
    void (*divide)(void *self, tall_all_divide_call call, const tall_all_divide_args *args);
    void (*locate)(void *self, tall_all_locate_call call, const tall_all_locate_args *args);
    void (*store)(void *self, tall_all_store_call call, const tall_all_store_args *args);
    void (*replace)(void *self, tall_all_replace_call call, const tall_all_replace_args *args);
    /* Deprecated: use ping */
    void (*noop)(void *self, tall_all_noop_call call);
    void (*do_return)(void *self, tall_all_do_return_call call, const tall_all_do_return_args *args);
} tall_all_handler;

/* Accepts, as weft_pending_accept. self: handed to each function, until closed. */
TALL_API int tall_all_serve(weft_pending pending, const tall_all_handler *handler, void *self,
                            weft_connection **ret_connection_or_null);

/* Answers, and keep: the arguments live until the answer, and *args changes. 0, or as weft_gen_return, weft_gen_fail,
 * weft_gen_keep. */
TALL_API int tall_all_ping_return(tall_all_ping_call call);
TALL_API int tall_all_echo_scalars_keep(tall_all_echo_scalars_call call, const tall_all_echo_scalars_args **args);
TALL_API int tall_all_echo_scalars_return(tall_all_echo_scalars_call call, const tall_scalars *value);
TALL_API int tall_all_echo_lists_keep(tall_all_echo_lists_call call, const tall_all_echo_lists_args **args);
TALL_API int tall_all_echo_lists_return(tall_all_echo_lists_call call, const tall_lists *value);
TALL_API int tall_all_echo_maps_keep(tall_all_echo_maps_call call, const tall_all_echo_maps_args **args);
TALL_API int tall_all_echo_maps_return(tall_all_echo_maps_call call, const tall_maps *value);
TALL_API int tall_all_echo_arrays_keep(tall_all_echo_arrays_call call, const tall_all_echo_arrays_args **args);
TALL_API int tall_all_echo_arrays_return(tall_all_echo_arrays_call call, const tall_arrays *value);
TALL_API int tall_all_echo_options_keep(tall_all_echo_options_call call, const tall_all_echo_options_args **args);
TALL_API int tall_all_echo_options_return(tall_all_echo_options_call call, const tall_options *value);
TALL_API int tall_all_echo_shape_keep(tall_all_echo_shape_call call, const tall_all_echo_shape_args **args);
TALL_API int tall_all_echo_shape_return(tall_all_echo_shape_call call, const tall_shape *value);
TALL_API int tall_all_echo_node_keep(tall_all_echo_node_call call, const tall_all_echo_node_args **args);
TALL_API int tall_all_echo_node_return(tall_all_echo_node_call call, const tall_node *value);
TALL_API int tall_all_echo_everything_keep(tall_all_echo_everything_call call,
                                           const tall_all_echo_everything_args **args);
TALL_API int tall_all_echo_everything_return(tall_all_echo_everything_call call, const tall_everything *value);
TALL_API int tall_all_add_keep(tall_all_add_call call, const tall_all_add_args **args);
TALL_API int tall_all_add_return(tall_all_add_call call, int64_t value);
TALL_API int tall_all_join_keep(tall_all_join_call call, const tall_all_join_args **args);
TALL_API int tall_all_join_return(tall_all_join_call call, weft_str value);
TALL_API int tall_all_find_keep(tall_all_find_call call, const tall_all_find_args **args);
TALL_API int tall_all_find_return(tall_all_find_call call, const tall_point *value_or_null);
TALL_API int tall_all_maybe_number_keep(tall_all_maybe_number_call call, const tall_all_maybe_number_args **args);
TALL_API int tall_all_maybe_number_return(tall_all_maybe_number_call call, weft_opt_u32 value);
TALL_API int tall_all_points_keep(tall_all_points_call call, const tall_all_points_args **args);
TALL_API int tall_all_points_return(tall_all_points_call call, tall_point_list value);
TALL_API int tall_all_numbers_keep(tall_all_numbers_call call, const tall_all_numbers_args **args);
TALL_API int tall_all_numbers_return(tall_all_numbers_call call, weft_u64_list value);
TALL_API int tall_all_table_return(tall_all_table_call call, tall_str_u32_map value);
TALL_API int tall_all_digest_keep(tall_all_digest_call call, const tall_all_digest_args **args);
TALL_API int tall_all_digest_return(tall_all_digest_call call, const uint8_t value[32]);
TALL_API int tall_all_color_of_keep(tall_all_color_of_call call, const tall_all_color_of_args **args);
TALL_API int tall_all_color_of_return(tall_all_color_of_call call, const tall_color *value);
TALL_API int tall_all_flags_return(tall_all_flags_call call, const bool value[8]);
TALL_API int tall_all_now_return(tall_all_now_call call, weft_timestamp value);
TALL_API int tall_all_id_return(tall_all_id_call call, uint64_t value);
TALL_API int tall_all_nothing_return(tall_all_nothing_call call, const tall_empty *value);
TALL_API int tall_all_check_keep(tall_all_check_call call, const tall_all_check_args **args);
TALL_API int tall_all_check_return(tall_all_check_call call);
TALL_API int tall_all_check_fail(tall_all_check_call call, const tall_failure *error);
TALL_API int tall_all_divide_keep(tall_all_divide_call call, const tall_all_divide_args **args);
TALL_API int tall_all_divide_return(tall_all_divide_call call, double value);
TALL_API int tall_all_divide_fail(tall_all_divide_call call, const tall_failure *error);
TALL_API int tall_all_locate_keep(tall_all_locate_call call, const tall_all_locate_args **args);
TALL_API int tall_all_locate_return(tall_all_locate_call call, const tall_node *value_or_null);
TALL_API int tall_all_locate_fail(tall_all_locate_call call, const tall_failure_detail *error);
TALL_API int tall_all_store_keep(tall_all_store_call call, const tall_all_store_args **args);
TALL_API int tall_all_store_return(tall_all_store_call call, uint64_t value);
TALL_API int tall_all_store_fail(tall_all_store_call call, const tall_failure *error);
TALL_API int tall_all_replace_keep(tall_all_replace_call call, const tall_all_replace_args **args);
TALL_API int tall_all_replace_return(tall_all_replace_call call);
TALL_API int tall_all_replace_fail(tall_all_replace_call call, const tall_failure *error);
TALL_API int tall_all_noop_return(tall_all_noop_call call);
TALL_API int tall_all_do_return_keep(tall_all_do_return_call call, const tall_all_do_return_args **args);
TALL_API int tall_all_do_return_return(tall_all_do_return_call call, weft_str value);

/* ---- service Nothing --------------------------------------------------------------------------------------------- */

/* ---- service Nothing: client ------------------------------------------------------------------------------------- */

extern TALL_API const weft_service_type tall_nothing_service;

/* What opened it holds one reference: weft_connection_release. */
typedef struct tall_nothing_client {
    weft_connection *connection;
} tall_nothing_client;

/* Once: with a client, or without a connection and with the reason. */
typedef void (*tall_nothing_opened_fn)(void *user, tall_nothing_client client, const weft_error *error_or_null);
/* As weft_open. */
TALL_API int tall_nothing_open(weft_session *session, const weft_open_options *options_or_null,
                               tall_nothing_opened_fn opened, void *user);

/* ---- service Nothing: blocking client ---------------------------------------------------------------------------- */

/* For any thread, of a weft_blocking: weft/blocking.h, libweft-uv. To be released by weft_blocking_client_release. */
typedef struct tall_nothing_sync_client {
    weft_blocking_client *client;
} tall_nothing_sync_client;

/* As weft_gen_open_sync. */
static inline int tall_nothing_open_sync(weft_blocking_session *session, const weft_open_options *options_or_null,
                                         tall_nothing_sync_client *ret_client, weft_error *error_or_null)
{
    return weft_gen_open_sync(session, &tall_nothing_service, options_or_null, &ret_client->client, error_or_null);
}

/* ---- service Nothing: handlers ----------------------------------------------------------------------------------- */

/* Outlives the connections it serves: make it static const. A missing function is answered unknown method. Arguments
 * live until the function returns. */
typedef struct tall_nothing_handler {
    size_t size; /* sizeof(tall_nothing_handler): methods of a later weftc lie beyond it */
    void (*closed)(void *self); /* once, last; may be NULL */
} tall_nothing_handler;

/* Accepts, as weft_pending_accept. self: handed to each function, until closed. */
TALL_API int tall_nothing_serve(weft_pending pending, const tall_nothing_handler *handler, void *self,
                                weft_connection **ret_connection_or_null);

#ifdef __cplusplus
}
#endif
#endif

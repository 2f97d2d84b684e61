/* Types with tables written by hand, as weftc would make them: what the codec's own tests and fuzzer work with. */
#ifndef WEFT_TESTS_SUPPORT_CODEC_TYPES_H
#define WEFT_TESTS_SUPPORT_CODEC_TYPES_H

#include "weft/gen.h"

typedef struct ct_scalars {
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
} ct_scalars;

/* Four fields: what speed is measured with. */
typedef struct ct_record {
    int64_t id;
    int64_t number;
    weft_str name;
    weft_bytes data;
} ct_record;

typedef struct ct_point {
    int32_t x;
    int32_t y; /* default 7 */
} ct_point;

typedef struct ct_point_list {
    const ct_point *items;
    size_t len;
} ct_point_list;

typedef struct ct_empty {
    char unused;
} ct_empty;

typedef struct ct_empty_list {
    const ct_empty *items;
    size_t len;
} ct_empty_list;

typedef enum ct_color_kind { CT_COLOR_UNKNOWN, CT_COLOR_RED, CT_COLOR_GREEN } ct_color_kind;
typedef struct ct_color {
    ct_color_kind kind;
    union {
        char none;
    } as;
} ct_color;

/* closed */
typedef enum ct_way_kind { CT_WAY_UNKNOWN, CT_WAY_UP, CT_WAY_DOWN } ct_way_kind;
typedef struct ct_way {
    ct_way_kind kind;
    union {
        char none;
    } as;
} ct_way;

typedef struct ct_shape_rectangle_fields {
    ct_point corner;
    uint32_t width;
    weft_opt_str label;
} ct_shape_rectangle_fields;

typedef enum ct_shape_kind {
    CT_SHAPE_UNKNOWN,
    CT_SHAPE_NOTHING,
    CT_SHAPE_CIRCLE,
    CT_SHAPE_TEXT,
    CT_SHAPE_MANY,
    CT_SHAPE_DIGEST,
    CT_SHAPE_RECTANGLE
} ct_shape_kind;
typedef struct ct_shape {
    ct_shape_kind kind;
    union {
        double circle;
        weft_str text;
        ct_point_list many;
        uint8_t digest[32];
        ct_shape_rectangle_fields rectangle;
    } as;
} ct_shape;

typedef struct ct_node ct_node;
typedef struct ct_node_list {
    const ct_node *items;
    size_t len;
} ct_node_list;
typedef struct ct_node_named_pair ct_node_named_pair;
typedef struct ct_node_named {
    const ct_node_named_pair *items;
    size_t len;
} ct_node_named;
struct ct_node {
    int64_t value;
    ct_node_list children;
    const ct_node *parent;
    ct_node_named named;
};
struct ct_node_named_pair {
    weft_str key;
    ct_node value;
};

typedef struct ct_u32_list_list {
    const weft_u32_list *items;
    size_t len;
} ct_u32_list_list;
typedef struct ct_opt_u32_list {
    const weft_opt_u32 *items;
    size_t len;
} ct_opt_u32_list;
typedef struct ct_opt_point_list {
    const ct_point *const *items;
    size_t len;
} ct_opt_point_list;
typedef struct ct_quad_list {
    const uint8_t (*items)[4];
    size_t len;
} ct_quad_list;
typedef struct ct_opt_opt_u8 {
    bool has;
    weft_opt_u8 value;
} ct_opt_opt_u8;
typedef struct ct_opt_str_list {
    bool has;
    weft_str_list value;
} ct_opt_str_list;
typedef struct ct_opt_quad {
    bool has;
    uint8_t value[4];
} ct_opt_quad;
typedef struct ct_i32_bytes_pair {
    int32_t key;
    weft_bytes value;
} ct_i32_bytes_pair;
typedef struct ct_i32_bytes {
    const ct_i32_bytes_pair *items;
    size_t len;
} ct_i32_bytes;
typedef struct ct_bool_f64_pair {
    bool key;
    double value;
} ct_bool_f64_pair;
typedef struct ct_bool_f64 {
    const ct_bool_f64_pair *items;
    size_t len;
} ct_bool_f64;
typedef struct ct_u8_shape_pair {
    uint8_t key;
    ct_shape value;
} ct_u8_shape_pair;
typedef struct ct_u8_shape {
    const ct_u8_shape_pair *items;
    size_t len;
} ct_u8_shape;

typedef struct ct_mixed {
    ct_u32_list_list nested;
    ct_opt_u32_list maybe;
    ct_opt_point_list maybe_points;
    ct_quad_list quads;
    ct_opt_opt_u8 twice;
    ct_opt_str_list texts;
    ct_opt_quad quad;
    const ct_point *point;
    const ct_shape *shape;
    ct_i32_bytes by_number;
    ct_bool_f64 by_flag;
    ct_u8_shape by_small;
    ct_point points[2];
    uint16_t grid[3][2];
    weft_str names[2];
    ct_empty_list empties;
    ct_color color;
    ct_way way;
} ct_mixed;

typedef struct ct_settings {
    bool verbose;       /* default true */
    weft_str name;      /* default "weft" */
    weft_str secret;    /* sensitive */
    ct_point origin;    /* no default of its own */
    weft_str_list tags; /* default [] */
} ct_settings;

/* A large C type whose encoding may be short. */
typedef struct ct_large {
    uint64_t numbers[600];
} ct_large;
typedef struct ct_large_list {
    const ct_large *items;
    size_t len;
} ct_large_list;

extern const weft_type ct_scalars_type, ct_record_type, ct_point_type, ct_empty_type, ct_color_type, ct_way_type,
    ct_shape_type, ct_node_type, ct_mixed_type, ct_settings_type, ct_large_type;
extern const weft_type ct_points_type, ct_large_list_type, ct_u32_lists_type, ct_i32_bytes_type, ct_quad_type,
    ct_node_named_type, ct_maybe_point_type;

/* All of the above, NULL at the end. */
extern const weft_type *const ct_types[];

#endif

/* Tables by hand. Ids and canonical bytes are left out: the codec does not read them. */
#include "tests/support/codec_types.h"

#define N_OF(array) ((uint32_t)(sizeof(array) / sizeof *(array)))
#define FIELD(ctype, member, of)                                                   \
    {                                                                              \
        .name = #member, .type = (of), .offset = (uint32_t)offsetof(ctype, member) \
    }
#define STRUCT(ctype, type_name)                                \
    const weft_type ctype##_type = { .abi = WEFT_GEN_ABI,       \
                                     .kind = WEFT_KIND_STRUCT,  \
                                     .n = N_OF(ctype##_fields), \
                                     .c_size = sizeof(ctype),   \
                                     .name = (type_name),       \
                                     .fields = ctype##_fields };
#define ENUM(ctype, type_name, type_flags)                                    \
    const weft_type ctype##_type = { .abi = WEFT_GEN_ABI,                     \
                                     .kind = WEFT_KIND_ENUM,                  \
                                     .flags = (type_flags),                   \
                                     .n = N_OF(ctype##_variants),             \
                                     .c_size = sizeof(ctype),                 \
                                     .offset = (uint32_t)offsetof(ctype, as), \
                                     .name = (type_name),                     \
                                     .variants = ctype##_variants };
#define LIST(of)                                                                                     \
    {                                                                                                \
        .abi = WEFT_GEN_ABI, .kind = WEFT_KIND_LIST, .c_size = sizeof(weft_u8_list), .element = (of) \
    }
#define MAP(pair, key_type, value_type)                                                                               \
    {                                                                                                                 \
        .abi = WEFT_GEN_ABI, .kind = WEFT_KIND_MAP, .c_size = sizeof(weft_u8_list),                                   \
        .offset = (uint32_t)offsetof(pair, value), .stride = sizeof(pair), .key = (key_type), .element = (value_type) \
    }
#define ARRAY(length, ctype, of)                                                                         \
    {                                                                                                    \
        .abi = WEFT_GEN_ABI, .kind = WEFT_KIND_ARRAY, .n = (length), .c_size = (length) * sizeof(ctype), \
        .element = (of)                                                                                  \
    }
#define OPTION(ctype, of)                                                       \
    {                                                                           \
        .abi = WEFT_GEN_ABI, .kind = WEFT_KIND_OPTION, .c_size = sizeof(ctype), \
        .offset = (uint32_t)offsetof(ctype, value), .element = (of)             \
    }
#define INDIRECT(of)                                                                                          \
    {                                                                                                         \
        .abi = WEFT_GEN_ABI, .kind = WEFT_KIND_OPTION, .flags = WEFT_TYPE_INDIRECT, .c_size = sizeof(void *), \
        .element = (of)                                                                                       \
    }

static const weft_field ct_scalars_fields[] = {
    FIELD(ct_scalars, flag, &weft_type_bool),      FIELD(ct_scalars, a8, &weft_type_u8),
    FIELD(ct_scalars, a16, &weft_type_u16),        FIELD(ct_scalars, a32, &weft_type_u32),
    FIELD(ct_scalars, a64, &weft_type_u64),        FIELD(ct_scalars, b8, &weft_type_i8),
    FIELD(ct_scalars, b16, &weft_type_i16),        FIELD(ct_scalars, b32, &weft_type_i32),
    FIELD(ct_scalars, b64, &weft_type_i64),        FIELD(ct_scalars, c32, &weft_type_f32),
    FIELD(ct_scalars, c64, &weft_type_f64),        FIELD(ct_scalars, text, &weft_type_str),
    FIELD(ct_scalars, raw, &weft_type_bytes),      FIELD(ct_scalars, at, &weft_type_timestamp),
    FIELD(ct_scalars, lasts, &weft_type_duration),
};
STRUCT(ct_scalars, "test.ct.Scalars")

static const weft_field ct_record_fields[] = {
    FIELD(ct_record, id, &weft_type_i64),
    FIELD(ct_record, number, &weft_type_i64),
    FIELD(ct_record, name, &weft_type_str),
    FIELD(ct_record, data, &weft_type_bytes),
};
STRUCT(ct_record, "test.ct.Record")

static const int32_t seven = 7;
static const weft_field ct_point_fields[] = {
    FIELD(ct_point, x, &weft_type_i32),
    { .name = "y",
      .type = &weft_type_i32,
      .default_value = &seven,
      .offset = (uint32_t)offsetof(ct_point, y),
      .flags = WEFT_FIELD_DEFAULT },
};
STRUCT(ct_point, "test.ct.Point")
const weft_type ct_points_type = LIST(&ct_point_type);
const weft_type ct_maybe_point_type = INDIRECT(&ct_point_type);

const weft_type ct_empty_type = { .abi = WEFT_GEN_ABI,
                                  .kind = WEFT_KIND_STRUCT,
                                  .c_size = sizeof(ct_empty),
                                  .name = "test.ct.Empty" };
static const weft_type empties_type = LIST(&ct_empty_type);

static const weft_variant ct_color_variants[] = { { "red", NULL, false, NULL }, { "green", NULL, false, NULL } };
ENUM(ct_color, "test.ct.Color", 0)

static const weft_variant ct_way_variants[] = { { "up", NULL, false, NULL }, { "down", NULL, false, NULL } };
ENUM(ct_way, "test.ct.Way", WEFT_TYPE_CLOSED)

static const weft_type digest_type = ARRAY(32, uint8_t, &weft_type_u8);
static const weft_type opt_str_type = OPTION(weft_opt_str, &weft_type_str);
static const weft_field rectangle_fields[] = {
    FIELD(ct_shape_rectangle_fields, corner, &ct_point_type),
    FIELD(ct_shape_rectangle_fields, width, &weft_type_u32),
    FIELD(ct_shape_rectangle_fields, label, &opt_str_type),
};
static const weft_type rectangle_type = { .abi = WEFT_GEN_ABI,
                                          .kind = WEFT_KIND_STRUCT,
                                          .n = 3,
                                          .c_size = sizeof(ct_shape_rectangle_fields),
                                          .fields = rectangle_fields };
static const weft_variant ct_shape_variants[] = {
    { "nothing", NULL, false, NULL },        { "circle", &weft_type_f64, false, NULL },
    { "text", &weft_type_str, false, NULL }, { "many", &ct_points_type, false, NULL },
    { "digest", &digest_type, false, NULL }, { "rectangle", &rectangle_type, true, NULL },
};
ENUM(ct_shape, "test.ct.Shape", 0)

static const weft_type nodes_type = LIST(&ct_node_type);
static const weft_type maybe_node_type = INDIRECT(&ct_node_type);
const weft_type ct_node_named_type = MAP(ct_node_named_pair, &weft_type_str, &ct_node_type);
static const weft_field ct_node_fields[] = {
    FIELD(ct_node, value, &weft_type_i64),
    FIELD(ct_node, children, &nodes_type),
    FIELD(ct_node, parent, &maybe_node_type),
    FIELD(ct_node, named, &ct_node_named_type),
};
STRUCT(ct_node, "test.ct.Node")

static const weft_type u32_list_type = LIST(&weft_type_u32);
const weft_type ct_u32_lists_type = LIST(&u32_list_type);
static const weft_type opt_u32_type = OPTION(weft_opt_u32, &weft_type_u32);
static const weft_type opt_u32_list_type = LIST(&opt_u32_type);
static const weft_type maybe_points_type = LIST(&ct_maybe_point_type);
const weft_type ct_quad_type = ARRAY(4, uint8_t, &weft_type_u8);
static const weft_type quads_type = LIST(&ct_quad_type);
static const weft_type opt_u8_type = OPTION(weft_opt_u8, &weft_type_u8);
static const weft_type opt_opt_u8_type = OPTION(ct_opt_opt_u8, &opt_u8_type);
static const weft_type str_list_type = LIST(&weft_type_str);
static const weft_type opt_str_list_type = OPTION(ct_opt_str_list, &str_list_type);
static const weft_type opt_quad_type = OPTION(ct_opt_quad, &ct_quad_type);
static const weft_type maybe_shape_type = INDIRECT(&ct_shape_type);
const weft_type ct_i32_bytes_type = MAP(ct_i32_bytes_pair, &weft_type_i32, &weft_type_bytes);
static const weft_type bool_f64_type = MAP(ct_bool_f64_pair, &weft_type_bool, &weft_type_f64);
static const weft_type u8_shape_type = MAP(ct_u8_shape_pair, &weft_type_u8, &ct_shape_type);
static const weft_type two_points_type = ARRAY(2, ct_point, &ct_point_type);
static const weft_type two_u16_type = ARRAY(2, uint16_t, &weft_type_u16);
static const weft_type grid_type = ARRAY(3, uint16_t[2], &two_u16_type);
static const weft_type two_names_type = ARRAY(2, weft_str, &weft_type_str);
static const weft_field ct_mixed_fields[] = {
    FIELD(ct_mixed, nested, &ct_u32_lists_type),
    FIELD(ct_mixed, maybe, &opt_u32_list_type),
    FIELD(ct_mixed, maybe_points, &maybe_points_type),
    FIELD(ct_mixed, quads, &quads_type),
    FIELD(ct_mixed, twice, &opt_opt_u8_type),
    FIELD(ct_mixed, texts, &opt_str_list_type),
    FIELD(ct_mixed, quad, &opt_quad_type),
    FIELD(ct_mixed, point, &ct_maybe_point_type),
    FIELD(ct_mixed, shape, &maybe_shape_type),
    FIELD(ct_mixed, by_number, &ct_i32_bytes_type),
    FIELD(ct_mixed, by_flag, &bool_f64_type),
    FIELD(ct_mixed, by_small, &u8_shape_type),
    FIELD(ct_mixed, points, &two_points_type),
    FIELD(ct_mixed, grid, &grid_type),
    FIELD(ct_mixed, names, &two_names_type),
    FIELD(ct_mixed, empties, &empties_type),
    FIELD(ct_mixed, color, &ct_color_type),
    FIELD(ct_mixed, way, &ct_way_type),
};
STRUCT(ct_mixed, "test.ct.Mixed")

static const bool yes = true;
static const weft_str weft_text = WEFT_STR_INIT("weft");
static const weft_field ct_settings_fields[] = {
    { .name = "verbose",
      .type = &weft_type_bool,
      .default_value = &yes,
      .offset = (uint32_t)offsetof(ct_settings, verbose),
      .flags = WEFT_FIELD_DEFAULT },
    { .name = "name",
      .type = &weft_type_str,
      .default_value = &weft_text,
      .offset = (uint32_t)offsetof(ct_settings, name),
      .flags = WEFT_FIELD_DEFAULT },
    { .name = "secret",
      .type = &weft_type_str,
      .offset = (uint32_t)offsetof(ct_settings, secret),
      .flags = WEFT_FIELD_SENSITIVE },
    FIELD(ct_settings, origin, &ct_point_type),
    { .name = "tags",
      .type = &str_list_type,
      .offset = (uint32_t)offsetof(ct_settings, tags),
      .flags = WEFT_FIELD_DEFAULT },
};
STRUCT(ct_settings, "test.ct.Settings")

static const weft_type numbers_type = ARRAY(600, uint64_t, &weft_type_u64);
static const weft_field ct_large_fields[] = { FIELD(ct_large, numbers, &numbers_type) };
STRUCT(ct_large, "test.ct.Large")
const weft_type ct_large_list_type = LIST(&ct_large_type);

const weft_type *const ct_types[] = {
    &ct_scalars_type,    &ct_record_type,
    &ct_point_type,      &ct_empty_type,
    &ct_color_type,      &ct_way_type,
    &ct_shape_type,      &ct_node_type,
    &ct_mixed_type,      &ct_settings_type,
    &ct_large_type,      &ct_points_type,
    &ct_large_list_type, &ct_u32_lists_type,
    &ct_i32_bytes_type,  &ct_quad_type,
    &ct_node_named_type, &ct_maybe_point_type,
    &weft_type_bool,     &weft_type_u8,
    &weft_type_u16,      &weft_type_u32,
    &weft_type_u64,      &weft_type_i8,
    &weft_type_i16,      &weft_type_i32,
    &weft_type_i64,      &weft_type_f32,
    &weft_type_f64,      &weft_type_str,
    &weft_type_bytes,    &weft_type_timestamp,
    &weft_type_duration, NULL,
};

/* Made by weftc 0.1.0 from all.weft. Do not edit. */
#include "all.weft.h"

_Static_assert(sizeof(tall_color_kind) == sizeof(int), "an enum as wide as int");
_Static_assert(sizeof(tall_direction_kind) == sizeof(int), "an enum as wide as int");
_Static_assert(sizeof(tall_shape_kind) == sizeof(int), "an enum as wide as int");
_Static_assert(sizeof(tall_expression_kind) == sizeof(int), "an enum as wide as int");
_Static_assert(sizeof(tall_folder_entry_kind) == sizeof(int), "an enum as wide as int");
_Static_assert(sizeof(tall_renamed_kind) == sizeof(int), "an enum as wide as int");
_Static_assert(sizeof(tall_keyword_variants_kind) == sizeof(int), "an enum as wide as int");
_Static_assert(sizeof(tall_failure_kind) == sizeof(int), "an enum as wide as int");

static const weft_type tall_u64_list_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_LIST,
    .c_size = sizeof(weft_u64_list),
    .element = &weft_type_u64,
};

static const weft_type tall_u8_32_array_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_ARRAY,
    .n = 32,
    .c_size = sizeof(uint8_t[32]),
    .element = &weft_type_u8,
};

static const weft_type tall_bool_list_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_LIST,
    .c_size = sizeof(weft_bool_list),
    .element = &weft_type_bool,
};

static const weft_type tall_u8_list_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_LIST,
    .c_size = sizeof(weft_u8_list),
    .element = &weft_type_u8,
};

static const weft_type tall_i16_list_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_LIST,
    .c_size = sizeof(weft_i16_list),
    .element = &weft_type_i16,
};

static const weft_type tall_u32_list_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_LIST,
    .c_size = sizeof(weft_u32_list),
    .element = &weft_type_u32,
};

static const weft_type tall_i64_list_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_LIST,
    .c_size = sizeof(weft_i64_list),
    .element = &weft_type_i64,
};

static const weft_type tall_f64_list_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_LIST,
    .c_size = sizeof(weft_f64_list),
    .element = &weft_type_f64,
};

static const weft_type tall_f32_list_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_LIST,
    .c_size = sizeof(weft_f32_list),
    .element = &weft_type_f32,
};

static const weft_type tall_str_list_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_LIST,
    .c_size = sizeof(weft_str_list),
    .element = &weft_type_str,
};

static const weft_type tall_bytes_list_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_LIST,
    .c_size = sizeof(weft_bytes_list),
    .element = &weft_type_bytes,
};

static const weft_type tall_timestamp_list_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_LIST,
    .c_size = sizeof(weft_timestamp_list),
    .element = &weft_type_timestamp,
};

static const weft_type tall_duration_list_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_LIST,
    .c_size = sizeof(weft_duration_list),
    .element = &weft_type_duration,
};

static const weft_type tall_point_list_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_LIST,
    .c_size = sizeof(tall_point_list),
    .element = &tall_point_type,
};

static const weft_type tall_color_list_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_LIST,
    .c_size = sizeof(tall_color_list),
    .element = &tall_color_type,
};

static const weft_type tall_u32_list_list_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_LIST,
    .c_size = sizeof(tall_u32_list_list),
    .element = &tall_u32_list_type,
};

static const weft_type tall_str_list_list_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_LIST,
    .c_size = sizeof(tall_str_list_list),
    .element = &tall_str_list_type,
};

static const weft_type tall_str_list_list_list_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_LIST,
    .c_size = sizeof(tall_str_list_list_list),
    .element = &tall_str_list_list_type,
};

static const weft_type tall_u32_opt_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_OPTION,
    .c_size = sizeof(weft_opt_u32),
    .offset = offsetof(weft_opt_u32, value),
    .element = &weft_type_u32,
};

static const weft_type tall_u32_opt_list_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_LIST,
    .c_size = sizeof(tall_u32_opt_list),
    .element = &tall_u32_opt_type,
};

static const weft_type tall_str_opt_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_OPTION,
    .c_size = sizeof(weft_opt_str),
    .offset = offsetof(weft_opt_str, value),
    .element = &weft_type_str,
};

static const weft_type tall_str_opt_list_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_LIST,
    .c_size = sizeof(tall_str_opt_list),
    .element = &tall_str_opt_type,
};

static const weft_type tall_point_opt_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_OPTION,
    .flags = WEFT_TYPE_INDIRECT,
    .c_size = sizeof(const tall_point *),
    .element = &tall_point_type,
};

static const weft_type tall_point_opt_list_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_LIST,
    .c_size = sizeof(tall_point_opt_list),
    .element = &tall_point_opt_type,
};

static const weft_type tall_u8_4_array_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_ARRAY,
    .n = 4,
    .c_size = sizeof(uint8_t[4]),
    .element = &weft_type_u8,
};

static const weft_type tall_u8_4_array_list_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_LIST,
    .c_size = sizeof(tall_u8_4_array_list),
    .element = &tall_u8_4_array_type,
};

static const weft_type tall_u32_2_array_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_ARRAY,
    .n = 2,
    .c_size = sizeof(uint32_t[2]),
    .element = &weft_type_u32,
};

static const weft_type tall_u32_2_array_list_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_LIST,
    .c_size = sizeof(tall_u32_2_array_list),
    .element = &tall_u32_2_array_type,
};

const weft_type tall_str_u32_map_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_MAP,
    .c_size = sizeof(tall_str_u32_map),
    .offset = offsetof(tall_str_u32_map_pair, value),
    .stride = sizeof(tall_str_u32_map_pair),
    .element = &weft_type_u32,
    .key = &weft_type_str,
};

static const weft_type tall_str_u32_map_list_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_LIST,
    .c_size = sizeof(tall_str_u32_map_list),
    .element = &tall_str_u32_map_type,
};

const weft_type tall_u64_str_map_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_MAP,
    .c_size = sizeof(tall_u64_str_map),
    .offset = offsetof(tall_u64_str_map_pair, value),
    .stride = sizeof(tall_u64_str_map_pair),
    .element = &weft_type_str,
    .key = &weft_type_u64,
};

const weft_type tall_i32_bytes_map_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_MAP,
    .c_size = sizeof(tall_i32_bytes_map),
    .offset = offsetof(tall_i32_bytes_map_pair, value),
    .stride = sizeof(tall_i32_bytes_map_pair),
    .element = &weft_type_bytes,
    .key = &weft_type_i32,
};

const weft_type tall_u8_bool_map_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_MAP,
    .c_size = sizeof(tall_u8_bool_map),
    .offset = offsetof(tall_u8_bool_map_pair, value),
    .stride = sizeof(tall_u8_bool_map_pair),
    .element = &weft_type_bool,
    .key = &weft_type_u8,
};

const weft_type tall_bool_f64_map_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_MAP,
    .c_size = sizeof(tall_bool_f64_map),
    .offset = offsetof(tall_bool_f64_map_pair, value),
    .stride = sizeof(tall_bool_f64_map_pair),
    .element = &weft_type_f64,
    .key = &weft_type_bool,
};

const weft_type tall_str_point_map_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_MAP,
    .c_size = sizeof(tall_str_point_map),
    .offset = offsetof(tall_str_point_map_pair, value),
    .stride = sizeof(tall_str_point_map_pair),
    .element = &tall_point_type,
    .key = &weft_type_str,
};

const weft_type tall_u16_color_map_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_MAP,
    .c_size = sizeof(tall_u16_color_map),
    .offset = offsetof(tall_u16_color_map_pair, value),
    .stride = sizeof(tall_u16_color_map_pair),
    .element = &tall_color_type,
    .key = &weft_type_u16,
};

const weft_type tall_str_point_list_map_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_MAP,
    .c_size = sizeof(tall_str_point_list_map),
    .offset = offsetof(tall_str_point_list_map_pair, value),
    .stride = sizeof(tall_str_point_list_map_pair),
    .element = &tall_point_list_type,
    .key = &weft_type_str,
};

const weft_type tall_u32_str_map_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_MAP,
    .c_size = sizeof(tall_u32_str_map),
    .offset = offsetof(tall_u32_str_map_pair, value),
    .stride = sizeof(tall_u32_str_map_pair),
    .element = &weft_type_str,
    .key = &weft_type_u32,
};

const weft_type tall_str_u32_str_map_map_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_MAP,
    .c_size = sizeof(tall_str_u32_str_map_map),
    .offset = offsetof(tall_str_u32_str_map_map_pair, value),
    .stride = sizeof(tall_str_u32_str_map_map_pair),
    .element = &tall_u32_str_map_type,
    .key = &weft_type_str,
};

static const weft_type tall_u64_opt_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_OPTION,
    .c_size = sizeof(weft_opt_u64),
    .offset = offsetof(weft_opt_u64, value),
    .element = &weft_type_u64,
};

const weft_type tall_i8_u64_opt_map_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_MAP,
    .c_size = sizeof(tall_i8_u64_opt_map),
    .offset = offsetof(tall_i8_u64_opt_map_pair, value),
    .stride = sizeof(tall_i8_u64_opt_map_pair),
    .element = &tall_u64_opt_type,
    .key = &weft_type_i8,
};

const weft_type tall_i64_u8_4_array_map_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_MAP,
    .c_size = sizeof(tall_i64_u8_4_array_map),
    .offset = offsetof(tall_i64_u8_4_array_map_pair, value),
    .stride = sizeof(tall_i64_u8_4_array_map_pair),
    .element = &tall_u8_4_array_type,
    .key = &weft_type_i64,
};

static const weft_type tall_i32_3_array_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_ARRAY,
    .n = 3,
    .c_size = sizeof(int32_t[3]),
    .element = &weft_type_i32,
};

static const weft_type tall_str_2_array_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_ARRAY,
    .n = 2,
    .c_size = sizeof(weft_str[2]),
    .element = &weft_type_str,
};

static const weft_type tall_point_2_array_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_ARRAY,
    .n = 2,
    .c_size = sizeof(tall_point[2]),
    .element = &tall_point_type,
};

static const weft_type tall_color_2_array_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_ARRAY,
    .n = 2,
    .c_size = sizeof(tall_color[2]),
    .element = &tall_color_type,
};

static const weft_type tall_u16_2_array_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_ARRAY,
    .n = 2,
    .c_size = sizeof(uint16_t[2]),
    .element = &weft_type_u16,
};

static const weft_type tall_u16_2_array_3_array_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_ARRAY,
    .n = 3,
    .c_size = sizeof(uint16_t[3][2]),
    .element = &tall_u16_2_array_type,
};

static const weft_type tall_u32_list_2_array_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_ARRAY,
    .n = 2,
    .c_size = sizeof(weft_u32_list[2]),
    .element = &tall_u32_list_type,
};

static const weft_type tall_u8_opt_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_OPTION,
    .c_size = sizeof(weft_opt_u8),
    .offset = offsetof(weft_opt_u8, value),
    .element = &weft_type_u8,
};

static const weft_type tall_u8_opt_2_array_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_ARRAY,
    .n = 2,
    .c_size = sizeof(weft_opt_u8[2]),
    .element = &tall_u8_opt_type,
};

static const weft_type tall_point_opt_2_array_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_ARRAY,
    .n = 2,
    .c_size = sizeof(const tall_point *[2]),
    .element = &tall_point_opt_type,
};

static const weft_type tall_bool_opt_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_OPTION,
    .c_size = sizeof(weft_opt_bool),
    .offset = offsetof(weft_opt_bool, value),
    .element = &weft_type_bool,
};

static const weft_type tall_i64_opt_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_OPTION,
    .c_size = sizeof(weft_opt_i64),
    .offset = offsetof(weft_opt_i64, value),
    .element = &weft_type_i64,
};

static const weft_type tall_f64_opt_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_OPTION,
    .c_size = sizeof(weft_opt_f64),
    .offset = offsetof(weft_opt_f64, value),
    .element = &weft_type_f64,
};

static const weft_type tall_f32_opt_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_OPTION,
    .c_size = sizeof(weft_opt_f32),
    .offset = offsetof(weft_opt_f32, value),
    .element = &weft_type_f32,
};

static const weft_type tall_bytes_opt_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_OPTION,
    .c_size = sizeof(weft_opt_bytes),
    .offset = offsetof(weft_opt_bytes, value),
    .element = &weft_type_bytes,
};

static const weft_type tall_timestamp_opt_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_OPTION,
    .c_size = sizeof(weft_opt_timestamp),
    .offset = offsetof(weft_opt_timestamp, value),
    .element = &weft_type_timestamp,
};

static const weft_type tall_duration_opt_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_OPTION,
    .c_size = sizeof(weft_opt_duration),
    .offset = offsetof(weft_opt_duration, value),
    .element = &weft_type_duration,
};

static const weft_type tall_color_opt_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_OPTION,
    .flags = WEFT_TYPE_INDIRECT,
    .c_size = sizeof(const tall_color *),
    .element = &tall_color_type,
};

static const weft_type tall_str_list_opt_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_OPTION,
    .c_size = sizeof(tall_str_list_opt),
    .offset = offsetof(tall_str_list_opt, value),
    .element = &tall_str_list_type,
};

static const weft_type tall_point_list_opt_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_OPTION,
    .c_size = sizeof(tall_point_list_opt),
    .offset = offsetof(tall_point_list_opt, value),
    .element = &tall_point_list_type,
};

static const weft_type tall_str_u32_map_opt_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_OPTION,
    .c_size = sizeof(tall_str_u32_map_opt),
    .offset = offsetof(tall_str_u32_map_opt, value),
    .element = &tall_str_u32_map_type,
};

static const weft_type tall_u8_32_array_opt_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_OPTION,
    .c_size = sizeof(tall_u8_32_array_opt),
    .offset = offsetof(tall_u8_32_array_opt, value),
    .element = &tall_u8_32_array_type,
};

static const weft_type tall_u32_2_array_opt_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_OPTION,
    .c_size = sizeof(tall_u32_2_array_opt),
    .offset = offsetof(tall_u32_2_array_opt, value),
    .element = &tall_u32_2_array_type,
};

static const weft_type tall_u8_opt_opt_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_OPTION,
    .c_size = sizeof(tall_u8_opt_opt),
    .offset = offsetof(tall_u8_opt_opt, value),
    .element = &tall_u8_opt_type,
};

static const weft_type tall_point_opt_opt_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_OPTION,
    .c_size = sizeof(tall_point_opt_opt),
    .offset = offsetof(tall_point_opt_opt, value),
    .element = &tall_point_opt_type,
};

const weft_type tall_str_i64_map_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_MAP,
    .c_size = sizeof(tall_str_i64_map),
    .offset = offsetof(tall_str_i64_map_pair, value),
    .stride = sizeof(tall_str_i64_map_pair),
    .element = &weft_type_i64,
    .key = &weft_type_str,
};

static const weft_type tall_node_list_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_LIST,
    .c_size = sizeof(tall_node_list),
    .element = &tall_node_type,
};

static const weft_type tall_node_opt_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_OPTION,
    .flags = WEFT_TYPE_INDIRECT,
    .c_size = sizeof(const tall_node *),
    .element = &tall_node_type,
};

const weft_type tall_str_node_map_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_MAP,
    .c_size = sizeof(tall_str_node_map),
    .offset = offsetof(tall_str_node_map_pair, value),
    .stride = sizeof(tall_str_node_map_pair),
    .element = &tall_node_type,
    .key = &weft_type_str,
};

static const weft_type tall_expression_opt_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_OPTION,
    .flags = WEFT_TYPE_INDIRECT,
    .c_size = sizeof(const tall_expression *),
    .element = &tall_expression_type,
};

static const weft_type tall_expression_list_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_LIST,
    .c_size = sizeof(tall_expression_list),
    .element = &tall_expression_type,
};

static const weft_type tall_folder_entry_list_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_LIST,
    .c_size = sizeof(tall_folder_entry_list),
    .element = &tall_folder_entry_type,
};

static const weft_type tall_bool_8_array_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_ARRAY,
    .n = 8,
    .c_size = sizeof(bool[8]),
    .element = &weft_type_bool,
};

/* ---- Scalars ----------------------------------------------------------------------------------------------------- */

static const uint8_t tall_scalars__declaration[] = {
    0x93, 0x01, 0xb3, 0x74, 0x65, 0x73, 0x74, 0x2e, 0x61, 0x6c, 0x6c, 0x2e, 0x76, 0x31, 0x2e, 0x53,
    0x63, 0x61, 0x6c, 0x61, 0x72, 0x73, 0x9f, 0x93, 0xa4, 0x66, 0x6c, 0x61, 0x67, 0x01, 0xc2, 0x93,
    0xa2, 0x61, 0x38, 0x02, 0xc2, 0x93, 0xa3, 0x61, 0x31, 0x36, 0x03, 0xc2, 0x93, 0xa3, 0x61, 0x33,
    0x32, 0x04, 0xc2, 0x93, 0xa3, 0x61, 0x36, 0x34, 0x05, 0xc2, 0x93, 0xa2, 0x62, 0x38, 0x06, 0xc2,
    0x93, 0xa3, 0x62, 0x31, 0x36, 0x07, 0xc2, 0x93, 0xa3, 0x62, 0x33, 0x32, 0x08, 0xc2, 0x93, 0xa3,
    0x62, 0x36, 0x34, 0x09, 0xc2, 0x93, 0xa3, 0x63, 0x33, 0x32, 0x0a, 0xc2, 0x93, 0xa3, 0x63, 0x36,
    0x34, 0x0b, 0xc2, 0x93, 0xa4, 0x74, 0x65, 0x78, 0x74, 0x0c, 0xc2, 0x93, 0xa3, 0x72, 0x61, 0x77,
    0x0d, 0xc2, 0x93, 0xa2, 0x61, 0x74, 0x0e, 0xc2, 0x93, 0xa5, 0x6c, 0x61, 0x73, 0x74, 0x73, 0x0f,
    0xc2,
};

static const weft_field tall_scalars__fields[] = {
    { "flag", &weft_type_bool, NULL, offsetof(tall_scalars, flag), 0, NULL },
    { "a8", &weft_type_u8, NULL, offsetof(tall_scalars, a8), 0, NULL },
    { "a16", &weft_type_u16, NULL, offsetof(tall_scalars, a16), 0, NULL },
    { "a32", &weft_type_u32, NULL, offsetof(tall_scalars, a32), 0, NULL },
    { "a64", &weft_type_u64, NULL, offsetof(tall_scalars, a64), 0, NULL },
    { "b8", &weft_type_i8, NULL, offsetof(tall_scalars, b8), 0, NULL },
    { "b16", &weft_type_i16, NULL, offsetof(tall_scalars, b16), 0, NULL },
    { "b32", &weft_type_i32, NULL, offsetof(tall_scalars, b32), 0, NULL },
    { "b64", &weft_type_i64, NULL, offsetof(tall_scalars, b64), 0, NULL },
    { "c32", &weft_type_f32, NULL, offsetof(tall_scalars, c32), 0, NULL },
    { "c64", &weft_type_f64, NULL, offsetof(tall_scalars, c64), 0, NULL },
    { "text", &weft_type_str, NULL, offsetof(tall_scalars, text), 0, NULL },
    { "raw", &weft_type_bytes, NULL, offsetof(tall_scalars, raw), 0, NULL },
    { "at", &weft_type_timestamp, NULL, offsetof(tall_scalars, at), 0, NULL },
    { "lasts", &weft_type_duration, NULL, offsetof(tall_scalars, lasts), 0, NULL },
};

const weft_type tall_scalars_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_STRUCT,
    .n = 15,
    .c_size = sizeof(tall_scalars),
    .name = "test.all.v1.Scalars",
    .id = UINT64_C(0xa1cacf5c48d22b22),
    .declaration = { tall_scalars__declaration, sizeof tall_scalars__declaration },
    .fields = tall_scalars__fields,
};

/* ---- Point ------------------------------------------------------------------------------------------------------- */

static const uint8_t tall_point__declaration[] = {
    0x93, 0x01, 0xb1, 0x74, 0x65, 0x73, 0x74, 0x2e, 0x61, 0x6c, 0x6c, 0x2e, 0x76, 0x31, 0x2e, 0x50,
    0x6f, 0x69, 0x6e, 0x74, 0x92, 0x93, 0xa1, 0x78, 0x08, 0xc2, 0x93, 0xa1, 0x79, 0x08, 0xc3,
};

static const weft_field tall_point__fields[] = {
    { "x", &weft_type_i32, NULL, offsetof(tall_point, x), 0, NULL },
    { "y", &weft_type_i32, NULL, offsetof(tall_point, y), WEFT_FIELD_DEFAULT, NULL },
};

const weft_type tall_point_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_STRUCT,
    .n = 2,
    .c_size = sizeof(tall_point),
    .name = "test.all.v1.Point",
    .id = UINT64_C(0xd8059d1460c47163),
    .declaration = { tall_point__declaration, sizeof tall_point__declaration },
    .fields = tall_point__fields,
};

/* ---- Empty ------------------------------------------------------------------------------------------------------- */

static const uint8_t tall_empty__declaration[] = {
    0x93, 0x01, 0xb1, 0x74, 0x65, 0x73, 0x74, 0x2e, 0x61, 0x6c, 0x6c, 0x2e, 0x76, 0x31, 0x2e, 0x45,
    0x6d, 0x70, 0x74, 0x79, 0x90,
};

const weft_type tall_empty_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_STRUCT,
    .n = 0,
    .c_size = sizeof(tall_empty),
    .name = "test.all.v1.Empty",
    .id = UINT64_C(0xf85912ef82bb03f4),
    .declaration = { tall_empty__declaration, sizeof tall_empty__declaration },
};

/* ---- Color ------------------------------------------------------------------------------------------------------- */

static const uint8_t tall_color__declaration[] = {
    0x93, 0x02, 0xb1, 0x74, 0x65, 0x73, 0x74, 0x2e, 0x61, 0x6c, 0x6c, 0x2e, 0x76, 0x31, 0x2e, 0x43,
    0x6f, 0x6c, 0x6f, 0x72, 0x93, 0x93, 0xa3, 0x72, 0x65, 0x64, 0x00, 0xc0, 0x93, 0xa5, 0x67, 0x72,
    0x65, 0x65, 0x6e, 0x01, 0xc0, 0x93, 0xa4, 0x62, 0x6c, 0x75, 0x65, 0x02, 0xc0,
};

static const weft_variant tall_color__variants[] = {
    { "red", NULL, false, NULL },
    { "green", NULL, false, NULL },
    { "blue", NULL, false, NULL },
};

const weft_type tall_color_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_ENUM,
    .n = 3,
    .c_size = sizeof(tall_color),
    .name = "test.all.v1.Color",
    .id = UINT64_C(0xf82550ab07873553),
    .declaration = { tall_color__declaration, sizeof tall_color__declaration },
    .variants = tall_color__variants,
};

/* ---- Direction --------------------------------------------------------------------------------------------------- */

static const uint8_t tall_direction__declaration[] = {
    0x93, 0x02, 0xb5, 0x74, 0x65, 0x73, 0x74, 0x2e, 0x61, 0x6c, 0x6c, 0x2e, 0x76, 0x31, 0x2e, 0x44,
    0x69, 0x72, 0x65, 0x63, 0x74, 0x69, 0x6f, 0x6e, 0x92, 0x93, 0xa2, 0x75, 0x70, 0x00, 0xc0, 0x93,
    0xa4, 0x64, 0x6f, 0x77, 0x6e, 0x01, 0xc0,
};

static const weft_variant tall_direction__variants[] = {
    { "up", NULL, false, NULL },
    { "down", NULL, false, NULL },
};

const weft_type tall_direction_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_ENUM,
    .flags = WEFT_TYPE_CLOSED,
    .n = 2,
    .c_size = sizeof(tall_direction),
    .name = "test.all.v1.Direction",
    .id = UINT64_C(0x03a896152a787f13),
    .declaration = { tall_direction__declaration, sizeof tall_direction__declaration },
    .variants = tall_direction__variants,
};

/* ---- Lists ------------------------------------------------------------------------------------------------------- */

static const uint8_t tall_lists__declaration[] = {
    0x93, 0x01, 0xb1, 0x74, 0x65, 0x73, 0x74, 0x2e, 0x61, 0x6c, 0x6c, 0x2e, 0x76, 0x31, 0x2e, 0x4c,
    0x69, 0x73, 0x74, 0x73, 0xdc, 0x00, 0x16, 0x93, 0xa5, 0x66, 0x6c, 0x61, 0x67, 0x73, 0x92, 0x10,
    0x01, 0xc2, 0x93, 0xa8, 0x62, 0x79, 0x74, 0x65, 0x73, 0x5f, 0x6f, 0x66, 0x92, 0x10, 0x02, 0xc2,
    0x93, 0xa6, 0x73, 0x68, 0x6f, 0x72, 0x74, 0x73, 0x92, 0x10, 0x07, 0xc2, 0x93, 0xa7, 0x6e, 0x75,
    0x6d, 0x62, 0x65, 0x72, 0x73, 0x92, 0x10, 0x04, 0xc2, 0x93, 0xa5, 0x6c, 0x6f, 0x6e, 0x67, 0x73,
    0x92, 0x10, 0x09, 0xc2, 0x93, 0xa5, 0x72, 0x65, 0x61, 0x6c, 0x73, 0x92, 0x10, 0x0b, 0xc2, 0x93,
    0xa7, 0x73, 0x69, 0x6e, 0x67, 0x6c, 0x65, 0x73, 0x92, 0x10, 0x0a, 0xc2, 0x93, 0xa5, 0x74, 0x65,
    0x78, 0x74, 0x73, 0x92, 0x10, 0x0c, 0xc2, 0x93, 0xa5, 0x62, 0x6c, 0x6f, 0x62, 0x73, 0x92, 0x10,
    0x0d, 0xc2, 0x93, 0xa5, 0x74, 0x69, 0x6d, 0x65, 0x73, 0x92, 0x10, 0x0e, 0xc2, 0x93, 0xa5, 0x73,
    0x70, 0x61, 0x6e, 0x73, 0x92, 0x10, 0x0f, 0xc2, 0x93, 0xa6, 0x70, 0x6f, 0x69, 0x6e, 0x74, 0x73,
    0x92, 0x10, 0x92, 0x14, 0xcf, 0xd8, 0x05, 0x9d, 0x14, 0x60, 0xc4, 0x71, 0x63, 0xc2, 0x93, 0xa6,
    0x63, 0x6f, 0x6c, 0x6f, 0x72, 0x73, 0x92, 0x10, 0x92, 0x14, 0xcf, 0xf8, 0x25, 0x50, 0xab, 0x07,
    0x87, 0x35, 0x53, 0xc2, 0x93, 0xa6, 0x6e, 0x65, 0x73, 0x74, 0x65, 0x64, 0x92, 0x10, 0x92, 0x10,
    0x04, 0xc2, 0x93, 0xa4, 0x64, 0x65, 0x65, 0x70, 0x92, 0x10, 0x92, 0x10, 0x92, 0x10, 0x0c, 0xc2,
    0x93, 0xa5, 0x6d, 0x61, 0x79, 0x62, 0x65, 0x92, 0x10, 0x92, 0x13, 0x04, 0xc2, 0x93, 0xab, 0x6d,
    0x61, 0x79, 0x62, 0x65, 0x5f, 0x74, 0x65, 0x78, 0x74, 0x73, 0x92, 0x10, 0x92, 0x13, 0x0c, 0xc2,
    0x93, 0xac, 0x6d, 0x61, 0x79, 0x62, 0x65, 0x5f, 0x70, 0x6f, 0x69, 0x6e, 0x74, 0x73, 0x92, 0x10,
    0x92, 0x13, 0x92, 0x14, 0xcf, 0xd8, 0x05, 0x9d, 0x14, 0x60, 0xc4, 0x71, 0x63, 0xc2, 0x93, 0xa5,
    0x71, 0x75, 0x61, 0x64, 0x73, 0x92, 0x10, 0x93, 0x12, 0x04, 0x02, 0xc2, 0x93, 0xa5, 0x70, 0x61,
    0x69, 0x72, 0x73, 0x92, 0x10, 0x93, 0x12, 0x02, 0x04, 0xc2, 0x93, 0xa4, 0x6d, 0x61, 0x70, 0x73,
    0x92, 0x10, 0x93, 0x11, 0x0c, 0x04, 0xc2, 0x93, 0xa3, 0x69, 0x64, 0x73, 0x92, 0x10, 0x05, 0xc2,
};

static const weft_field tall_lists__fields[] = {
    { "flags", &tall_bool_list_type, NULL, offsetof(tall_lists, flags), 0, NULL },
    { "bytes_of", &tall_u8_list_type, NULL, offsetof(tall_lists, bytes_of), 0, NULL },
    { "shorts", &tall_i16_list_type, NULL, offsetof(tall_lists, shorts), 0, NULL },
    { "numbers", &tall_u32_list_type, NULL, offsetof(tall_lists, numbers), 0, NULL },
    { "longs", &tall_i64_list_type, NULL, offsetof(tall_lists, longs), 0, NULL },
    { "reals", &tall_f64_list_type, NULL, offsetof(tall_lists, reals), 0, NULL },
    { "singles", &tall_f32_list_type, NULL, offsetof(tall_lists, singles), 0, NULL },
    { "texts", &tall_str_list_type, NULL, offsetof(tall_lists, texts), 0, NULL },
    { "blobs", &tall_bytes_list_type, NULL, offsetof(tall_lists, blobs), 0, NULL },
    { "times", &tall_timestamp_list_type, NULL, offsetof(tall_lists, times), 0, NULL },
    { "spans", &tall_duration_list_type, NULL, offsetof(tall_lists, spans), 0, NULL },
    { "points", &tall_point_list_type, NULL, offsetof(tall_lists, points), 0, NULL },
    { "colors", &tall_color_list_type, NULL, offsetof(tall_lists, colors), 0, NULL },
    { "nested", &tall_u32_list_list_type, NULL, offsetof(tall_lists, nested), 0, NULL },
    { "deep", &tall_str_list_list_list_type, NULL, offsetof(tall_lists, deep), 0, NULL },
    { "maybe", &tall_u32_opt_list_type, NULL, offsetof(tall_lists, maybe), 0, NULL },
    { "maybe_texts", &tall_str_opt_list_type, NULL, offsetof(tall_lists, maybe_texts), 0, NULL },
    { "maybe_points", &tall_point_opt_list_type, NULL, offsetof(tall_lists, maybe_points), 0, NULL },
    { "quads", &tall_u8_4_array_list_type, NULL, offsetof(tall_lists, quads), 0, NULL },
    { "pairs", &tall_u32_2_array_list_type, NULL, offsetof(tall_lists, pairs), 0, NULL },
    { "maps", &tall_str_u32_map_list_type, NULL, offsetof(tall_lists, maps), 0, NULL },
    { "ids", &tall_u64_list_type, NULL, offsetof(tall_lists, ids), 0, NULL },
};

const weft_type tall_lists_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_STRUCT,
    .n = 22,
    .c_size = sizeof(tall_lists),
    .name = "test.all.v1.Lists",
    .id = UINT64_C(0x8732cae7d0422ce6),
    .declaration = { tall_lists__declaration, sizeof tall_lists__declaration },
    .fields = tall_lists__fields,
};

/* ---- Maps -------------------------------------------------------------------------------------------------------- */

static const uint8_t tall_maps__declaration[] = {
    0x93, 0x01, 0xb0, 0x74, 0x65, 0x73, 0x74, 0x2e, 0x61, 0x6c, 0x6c, 0x2e, 0x76, 0x31, 0x2e, 0x4d,
    0x61, 0x70, 0x73, 0x9b, 0x93, 0xa7, 0x62, 0x79, 0x5f, 0x6e, 0x61, 0x6d, 0x65, 0x93, 0x11, 0x0c,
    0x04, 0xc2, 0x93, 0xa9, 0x62, 0x79, 0x5f, 0x6e, 0x75, 0x6d, 0x62, 0x65, 0x72, 0x93, 0x11, 0x05,
    0x0c, 0xc2, 0x93, 0xa9, 0x62, 0x79, 0x5f, 0x73, 0x69, 0x67, 0x6e, 0x65, 0x64, 0x93, 0x11, 0x08,
    0x0d, 0xc2, 0x93, 0xa8, 0x62, 0x79, 0x5f, 0x73, 0x6d, 0x61, 0x6c, 0x6c, 0x93, 0x11, 0x02, 0x01,
    0xc2, 0x93, 0xa7, 0x62, 0x79, 0x5f, 0x66, 0x6c, 0x61, 0x67, 0x93, 0x11, 0x01, 0x0b, 0xc2, 0x93,
    0xa6, 0x70, 0x6f, 0x69, 0x6e, 0x74, 0x73, 0x93, 0x11, 0x0c, 0x92, 0x14, 0xcf, 0xd8, 0x05, 0x9d,
    0x14, 0x60, 0xc4, 0x71, 0x63, 0xc2, 0x93, 0xa6, 0x63, 0x6f, 0x6c, 0x6f, 0x72, 0x73, 0x93, 0x11,
    0x03, 0x92, 0x14, 0xcf, 0xf8, 0x25, 0x50, 0xab, 0x07, 0x87, 0x35, 0x53, 0xc2, 0x93, 0xa5, 0x6c,
    0x69, 0x73, 0x74, 0x73, 0x93, 0x11, 0x0c, 0x92, 0x10, 0x92, 0x14, 0xcf, 0xd8, 0x05, 0x9d, 0x14,
    0x60, 0xc4, 0x71, 0x63, 0xc2, 0x93, 0xa6, 0x6e, 0x65, 0x73, 0x74, 0x65, 0x64, 0x93, 0x11, 0x0c,
    0x93, 0x11, 0x04, 0x0c, 0xc2, 0x93, 0xa5, 0x6d, 0x61, 0x79, 0x62, 0x65, 0x93, 0x11, 0x06, 0x92,
    0x13, 0x05, 0xc2, 0x93, 0xa5, 0x71, 0x75, 0x61, 0x64, 0x73, 0x93, 0x11, 0x09, 0x93, 0x12, 0x04,
    0x02, 0xc2,
};

static const weft_field tall_maps__fields[] = {
    { "by_name", &tall_str_u32_map_type, NULL, offsetof(tall_maps, by_name), 0, NULL },
    { "by_number", &tall_u64_str_map_type, NULL, offsetof(tall_maps, by_number), 0, NULL },
    { "by_signed", &tall_i32_bytes_map_type, NULL, offsetof(tall_maps, by_signed), 0, NULL },
    { "by_small", &tall_u8_bool_map_type, NULL, offsetof(tall_maps, by_small), 0, NULL },
    { "by_flag", &tall_bool_f64_map_type, NULL, offsetof(tall_maps, by_flag), 0, NULL },
    { "points", &tall_str_point_map_type, NULL, offsetof(tall_maps, points), 0, NULL },
    { "colors", &tall_u16_color_map_type, NULL, offsetof(tall_maps, colors), 0, NULL },
    { "lists", &tall_str_point_list_map_type, NULL, offsetof(tall_maps, lists), 0, NULL },
    { "nested", &tall_str_u32_str_map_map_type, NULL, offsetof(tall_maps, nested), 0, NULL },
    { "maybe", &tall_i8_u64_opt_map_type, NULL, offsetof(tall_maps, maybe), 0, NULL },
    { "quads", &tall_i64_u8_4_array_map_type, NULL, offsetof(tall_maps, quads), 0, NULL },
};

const weft_type tall_maps_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_STRUCT,
    .n = 11,
    .c_size = sizeof(tall_maps),
    .name = "test.all.v1.Maps",
    .id = UINT64_C(0x710e28d53be6108f),
    .declaration = { tall_maps__declaration, sizeof tall_maps__declaration },
    .fields = tall_maps__fields,
};

/* ---- Arrays ------------------------------------------------------------------------------------------------------ */

static const uint8_t tall_arrays__declaration[] = {
    0x93, 0x01, 0xb2, 0x74, 0x65, 0x73, 0x74, 0x2e, 0x61, 0x6c, 0x6c, 0x2e, 0x76, 0x31, 0x2e, 0x41,
    0x72, 0x72, 0x61, 0x79, 0x73, 0x9a, 0x93, 0xa6, 0x64, 0x69, 0x67, 0x65, 0x73, 0x74, 0x93, 0x12,
    0x20, 0x02, 0xc2, 0x93, 0xa3, 0x74, 0x61, 0x67, 0x93, 0x12, 0x04, 0x02, 0xc2, 0x93, 0xa7, 0x6e,
    0x75, 0x6d, 0x62, 0x65, 0x72, 0x73, 0x93, 0x12, 0x03, 0x08, 0xc2, 0x93, 0xa5, 0x74, 0x65, 0x78,
    0x74, 0x73, 0x93, 0x12, 0x02, 0x0c, 0xc2, 0x93, 0xa6, 0x70, 0x6f, 0x69, 0x6e, 0x74, 0x73, 0x93,
    0x12, 0x02, 0x92, 0x14, 0xcf, 0xd8, 0x05, 0x9d, 0x14, 0x60, 0xc4, 0x71, 0x63, 0xc2, 0x93, 0xa6,
    0x63, 0x6f, 0x6c, 0x6f, 0x72, 0x73, 0x93, 0x12, 0x02, 0x92, 0x14, 0xcf, 0xf8, 0x25, 0x50, 0xab,
    0x07, 0x87, 0x35, 0x53, 0xc2, 0x93, 0xa4, 0x67, 0x72, 0x69, 0x64, 0x93, 0x12, 0x03, 0x93, 0x12,
    0x02, 0x03, 0xc2, 0x93, 0xa5, 0x6c, 0x69, 0x73, 0x74, 0x73, 0x93, 0x12, 0x02, 0x92, 0x10, 0x04,
    0xc2, 0x93, 0xa5, 0x6d, 0x61, 0x79, 0x62, 0x65, 0x93, 0x12, 0x02, 0x92, 0x13, 0x02, 0xc2, 0x93,
    0xac, 0x6d, 0x61, 0x79, 0x62, 0x65, 0x5f, 0x70, 0x6f, 0x69, 0x6e, 0x74, 0x73, 0x93, 0x12, 0x02,
    0x92, 0x13, 0x92, 0x14, 0xcf, 0xd8, 0x05, 0x9d, 0x14, 0x60, 0xc4, 0x71, 0x63, 0xc2,
};

static const weft_field tall_arrays__fields[] = {
    { "digest", &tall_u8_32_array_type, NULL, offsetof(tall_arrays, digest), 0, NULL },
    { "tag", &tall_u8_4_array_type, NULL, offsetof(tall_arrays, tag), 0, NULL },
    { "numbers", &tall_i32_3_array_type, NULL, offsetof(tall_arrays, numbers), 0, NULL },
    { "texts", &tall_str_2_array_type, NULL, offsetof(tall_arrays, texts), 0, NULL },
    { "points", &tall_point_2_array_type, NULL, offsetof(tall_arrays, points), 0, NULL },
    { "colors", &tall_color_2_array_type, NULL, offsetof(tall_arrays, colors), 0, NULL },
    { "grid", &tall_u16_2_array_3_array_type, NULL, offsetof(tall_arrays, grid), 0, NULL },
    { "lists", &tall_u32_list_2_array_type, NULL, offsetof(tall_arrays, lists), 0, NULL },
    { "maybe", &tall_u8_opt_2_array_type, NULL, offsetof(tall_arrays, maybe), 0, NULL },
    { "maybe_points", &tall_point_opt_2_array_type, NULL, offsetof(tall_arrays, maybe_points), 0, NULL },
};

const weft_type tall_arrays_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_STRUCT,
    .n = 10,
    .c_size = sizeof(tall_arrays),
    .name = "test.all.v1.Arrays",
    .id = UINT64_C(0xc610aa2468775ea4),
    .declaration = { tall_arrays__declaration, sizeof tall_arrays__declaration },
    .fields = tall_arrays__fields,
};

/* ---- Options ----------------------------------------------------------------------------------------------------- */

static const uint8_t tall_options__declaration[] = {
    0x93, 0x01, 0xb3, 0x74, 0x65, 0x73, 0x74, 0x2e, 0x61, 0x6c, 0x6c, 0x2e, 0x76, 0x31, 0x2e, 0x4f,
    0x70, 0x74, 0x69, 0x6f, 0x6e, 0x73, 0xdc, 0x00, 0x13, 0x93, 0xa4, 0x66, 0x6c, 0x61, 0x67, 0x92,
    0x13, 0x01, 0xc3, 0x93, 0xa5, 0x73, 0x6d, 0x61, 0x6c, 0x6c, 0x92, 0x13, 0x02, 0xc3, 0x93, 0xa6,
    0x6e, 0x75, 0x6d, 0x62, 0x65, 0x72, 0x92, 0x13, 0x09, 0xc3, 0x93, 0xa4, 0x72, 0x65, 0x61, 0x6c,
    0x92, 0x13, 0x0b, 0xc3, 0x93, 0xa6, 0x73, 0x69, 0x6e, 0x67, 0x6c, 0x65, 0x92, 0x13, 0x0a, 0xc3,
    0x93, 0xa4, 0x74, 0x65, 0x78, 0x74, 0x92, 0x13, 0x0c, 0xc3, 0x93, 0xa3, 0x72, 0x61, 0x77, 0x92,
    0x13, 0x0d, 0xc3, 0x93, 0xa2, 0x61, 0x74, 0x92, 0x13, 0x0e, 0xc3, 0x93, 0xa5, 0x6c, 0x61, 0x73,
    0x74, 0x73, 0x92, 0x13, 0x0f, 0xc3, 0x93, 0xa5, 0x70, 0x6f, 0x69, 0x6e, 0x74, 0x92, 0x13, 0x92,
    0x14, 0xcf, 0xd8, 0x05, 0x9d, 0x14, 0x60, 0xc4, 0x71, 0x63, 0xc3, 0x93, 0xa5, 0x63, 0x6f, 0x6c,
    0x6f, 0x72, 0x92, 0x13, 0x92, 0x14, 0xcf, 0xf8, 0x25, 0x50, 0xab, 0x07, 0x87, 0x35, 0x53, 0xc3,
    0x93, 0xa7, 0x6c, 0x69, 0x73, 0x74, 0x5f, 0x6f, 0x66, 0x92, 0x13, 0x92, 0x10, 0x0c, 0xc3, 0x93,
    0xa6, 0x70, 0x6f, 0x69, 0x6e, 0x74, 0x73, 0x92, 0x13, 0x92, 0x10, 0x92, 0x14, 0xcf, 0xd8, 0x05,
    0x9d, 0x14, 0x60, 0xc4, 0x71, 0x63, 0xc3, 0x93, 0xa6, 0x6d, 0x61, 0x70, 0x5f, 0x6f, 0x66, 0x92,
    0x13, 0x93, 0x11, 0x0c, 0x04, 0xc3, 0x93, 0xa6, 0x64, 0x69, 0x67, 0x65, 0x73, 0x74, 0x92, 0x13,
    0x93, 0x12, 0x20, 0x02, 0xc3, 0x93, 0xa7, 0x6e, 0x75, 0x6d, 0x62, 0x65, 0x72, 0x73, 0x92, 0x13,
    0x93, 0x12, 0x02, 0x04, 0xc3, 0x93, 0xa5, 0x74, 0x77, 0x69, 0x63, 0x65, 0x92, 0x13, 0x92, 0x13,
    0x02, 0xc3, 0x93, 0xab, 0x74, 0x77, 0x69, 0x63, 0x65, 0x5f, 0x70, 0x6f, 0x69, 0x6e, 0x74, 0x92,
    0x13, 0x92, 0x13, 0x92, 0x14, 0xcf, 0xd8, 0x05, 0x9d, 0x14, 0x60, 0xc4, 0x71, 0x63, 0xc3, 0x93,
    0xa4, 0x75, 0x73, 0x65, 0x72, 0x92, 0x13, 0x05, 0xc3,
};

static const weft_field tall_options__fields[] = {
    { "flag", &tall_bool_opt_type, NULL, offsetof(tall_options, flag), WEFT_FIELD_DEFAULT, NULL },
    { "small", &tall_u8_opt_type, NULL, offsetof(tall_options, small_), WEFT_FIELD_DEFAULT, NULL },
    { "number", &tall_i64_opt_type, NULL, offsetof(tall_options, number), WEFT_FIELD_DEFAULT, NULL },
    { "real", &tall_f64_opt_type, NULL, offsetof(tall_options, real), WEFT_FIELD_DEFAULT, NULL },
    { "single", &tall_f32_opt_type, NULL, offsetof(tall_options, single), WEFT_FIELD_DEFAULT, NULL },
    { "text", &tall_str_opt_type, NULL, offsetof(tall_options, text), WEFT_FIELD_DEFAULT, NULL },
    { "raw", &tall_bytes_opt_type, NULL, offsetof(tall_options, raw), WEFT_FIELD_DEFAULT, NULL },
    { "at", &tall_timestamp_opt_type, NULL, offsetof(tall_options, at), WEFT_FIELD_DEFAULT, NULL },
    { "lasts", &tall_duration_opt_type, NULL, offsetof(tall_options, lasts), WEFT_FIELD_DEFAULT, NULL },
    { "point", &tall_point_opt_type, NULL, offsetof(tall_options, point), WEFT_FIELD_DEFAULT, NULL },
    { "color", &tall_color_opt_type, NULL, offsetof(tall_options, color), WEFT_FIELD_DEFAULT, NULL },
    { "list_of", &tall_str_list_opt_type, NULL, offsetof(tall_options, list_of), WEFT_FIELD_DEFAULT, NULL },
    { "points", &tall_point_list_opt_type, NULL, offsetof(tall_options, points), WEFT_FIELD_DEFAULT, NULL },
    { "map_of", &tall_str_u32_map_opt_type, NULL, offsetof(tall_options, map_of), WEFT_FIELD_DEFAULT, NULL },
    { "digest", &tall_u8_32_array_opt_type, NULL, offsetof(tall_options, digest), WEFT_FIELD_DEFAULT, NULL },
    { "numbers", &tall_u32_2_array_opt_type, NULL, offsetof(tall_options, numbers), WEFT_FIELD_DEFAULT, NULL },
    { "twice", &tall_u8_opt_opt_type, NULL, offsetof(tall_options, twice), WEFT_FIELD_DEFAULT, NULL },
    { "twice_point", &tall_point_opt_opt_type, NULL, offsetof(tall_options, twice_point), WEFT_FIELD_DEFAULT, NULL },
    { "user", &tall_u64_opt_type, NULL, offsetof(tall_options, user), WEFT_FIELD_DEFAULT, NULL },
};

const weft_type tall_options_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_STRUCT,
    .n = 19,
    .c_size = sizeof(tall_options),
    .name = "test.all.v1.Options",
    .id = UINT64_C(0xd8b2c83d3694958c),
    .declaration = { tall_options__declaration, sizeof tall_options__declaration },
    .fields = tall_options__fields,
};

/* ---- Shape ------------------------------------------------------------------------------------------------------- */

static const uint8_t tall_shape__declaration[] = {
    0x93, 0x02, 0xb1, 0x74, 0x65, 0x73, 0x74, 0x2e, 0x61, 0x6c, 0x6c, 0x2e, 0x76, 0x31, 0x2e, 0x53,
    0x68, 0x61, 0x70, 0x65, 0x9d, 0x93, 0xa7, 0x6e, 0x6f, 0x74, 0x68, 0x69, 0x6e, 0x67, 0x00, 0xc0,
    0x93, 0xa6, 0x63, 0x69, 0x72, 0x63, 0x6c, 0x65, 0x01, 0x92, 0x01, 0x0b, 0x93, 0xa4, 0x74, 0x65,
    0x78, 0x74, 0x02, 0x92, 0x01, 0x0c, 0x93, 0xa3, 0x72, 0x61, 0x77, 0x03, 0x92, 0x01, 0x0d, 0x93,
    0xa5, 0x70, 0x6f, 0x69, 0x6e, 0x74, 0x04, 0x92, 0x01, 0x92, 0x14, 0xcf, 0xd8, 0x05, 0x9d, 0x14,
    0x60, 0xc4, 0x71, 0x63, 0x93, 0xa5, 0x63, 0x6f, 0x6c, 0x6f, 0x72, 0x05, 0x92, 0x01, 0x92, 0x14,
    0xcf, 0xf8, 0x25, 0x50, 0xab, 0x07, 0x87, 0x35, 0x53, 0x93, 0xa4, 0x6d, 0x61, 0x6e, 0x79, 0x06,
    0x92, 0x01, 0x92, 0x10, 0x92, 0x14, 0xcf, 0xd8, 0x05, 0x9d, 0x14, 0x60, 0xc4, 0x71, 0x63, 0x93,
    0xa5, 0x6d, 0x61, 0x79, 0x62, 0x65, 0x07, 0x92, 0x01, 0x92, 0x13, 0x04, 0x93, 0xab, 0x6d, 0x61,
    0x79, 0x62, 0x65, 0x5f, 0x70, 0x6f, 0x69, 0x6e, 0x74, 0x08, 0x92, 0x01, 0x92, 0x13, 0x92, 0x14,
    0xcf, 0xd8, 0x05, 0x9d, 0x14, 0x60, 0xc4, 0x71, 0x63, 0x93, 0xa6, 0x64, 0x69, 0x67, 0x65, 0x73,
    0x74, 0x09, 0x92, 0x01, 0x93, 0x12, 0x20, 0x02, 0x93, 0xa5, 0x74, 0x61, 0x62, 0x6c, 0x65, 0x0a,
    0x92, 0x01, 0x93, 0x11, 0x0c, 0x09, 0x93, 0xa9, 0x72, 0x65, 0x63, 0x74, 0x61, 0x6e, 0x67, 0x6c,
    0x65, 0x0b, 0x92, 0x02, 0x94, 0x93, 0xa6, 0x63, 0x6f, 0x72, 0x6e, 0x65, 0x72, 0x92, 0x14, 0xcf,
    0xd8, 0x05, 0x9d, 0x14, 0x60, 0xc4, 0x71, 0x63, 0xc2, 0x93, 0xa5, 0x77, 0x69, 0x64, 0x74, 0x68,
    0x04, 0xc2, 0x93, 0xa6, 0x68, 0x65, 0x69, 0x67, 0x68, 0x74, 0x04, 0xc3, 0x93, 0xa5, 0x6c, 0x61,
    0x62, 0x65, 0x6c, 0x92, 0x13, 0x0c, 0xc3, 0x93, 0xa6, 0x74, 0x61, 0x67, 0x67, 0x65, 0x64, 0x0c,
    0x92, 0x02, 0x92, 0x93, 0xa3, 0x74, 0x61, 0x67, 0x93, 0x12, 0x04, 0x02, 0xc2, 0x93, 0xa5, 0x63,
    0x6f, 0x6c, 0x6f, 0x72, 0x92, 0x14, 0xcf, 0xf8, 0x25, 0x50, 0xab, 0x07, 0x87, 0x35, 0x53, 0xc3,
};
static const uint32_t tall_shape_rectangle_fields__height_default = 1;

static const weft_field tall_shape_rectangle_fields__fields[] = {
    { "corner", &tall_point_type, NULL, offsetof(tall_shape_rectangle_fields, corner), 0, NULL },
    { "width", &weft_type_u32, NULL, offsetof(tall_shape_rectangle_fields, width), 0, NULL },
    { "height", &weft_type_u32, &tall_shape_rectangle_fields__height_default,
      offsetof(tall_shape_rectangle_fields, height), WEFT_FIELD_DEFAULT, NULL },
    { "label", &tall_str_opt_type, NULL, offsetof(tall_shape_rectangle_fields, label), WEFT_FIELD_DEFAULT, NULL },
};

const weft_type tall_shape_rectangle_fields_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_STRUCT,
    .n = 4,
    .c_size = sizeof(tall_shape_rectangle_fields),
    .fields = tall_shape_rectangle_fields__fields,
};
static const tall_color tall_shape_tagged_fields__color_default = { .kind = TALL_COLOR_BLUE };

static const weft_field tall_shape_tagged_fields__fields[] = {
    { "tag", &tall_u8_4_array_type, NULL, offsetof(tall_shape_tagged_fields, tag), 0, NULL },
    { "color", &tall_color_type, &tall_shape_tagged_fields__color_default, offsetof(tall_shape_tagged_fields, color),
      WEFT_FIELD_DEFAULT, NULL },
};

const weft_type tall_shape_tagged_fields_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_STRUCT,
    .n = 2,
    .c_size = sizeof(tall_shape_tagged_fields),
    .fields = tall_shape_tagged_fields__fields,
};

static const weft_variant tall_shape__variants[] = {
    { "nothing", NULL, false, NULL },
    { "circle", &weft_type_f64, false, NULL },
    { "text", &weft_type_str, false, NULL },
    { "raw", &weft_type_bytes, false, NULL },
    { "point", &tall_point_type, false, NULL },
    { "color", &tall_color_type, false, NULL },
    { "many", &tall_point_list_type, false, NULL },
    { "maybe", &tall_u32_opt_type, false, NULL },
    { "maybe_point", &tall_point_opt_type, false, NULL },
    { "digest", &tall_u8_32_array_type, false, NULL },
    { "table", &tall_str_i64_map_type, false, NULL },
    { "rectangle", &tall_shape_rectangle_fields_type, true, NULL },
    { "tagged", &tall_shape_tagged_fields_type, true, NULL },
};

const weft_type tall_shape_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_ENUM,
    .n = 13,
    .c_size = sizeof(tall_shape),
    .offset = offsetof(tall_shape, as),
    .name = "test.all.v1.Shape",
    .id = UINT64_C(0x9db3d5c7c01c96d4),
    .declaration = { tall_shape__declaration, sizeof tall_shape__declaration },
    .variants = tall_shape__variants,
};

/* ---- Node -------------------------------------------------------------------------------------------------------- */

static const uint8_t tall_node__declaration[] = {
    0x93, 0x01, 0xb0, 0x74, 0x65, 0x73, 0x74, 0x2e, 0x61, 0x6c, 0x6c, 0x2e, 0x76, 0x31, 0x2e, 0x4e,
    0x6f, 0x64, 0x65, 0x94, 0x93, 0xa5, 0x76, 0x61, 0x6c, 0x75, 0x65, 0x09, 0xc2, 0x93, 0xa8, 0x63,
    0x68, 0x69, 0x6c, 0x64, 0x72, 0x65, 0x6e, 0x92, 0x10, 0x92, 0x15, 0x00, 0xc2, 0x93, 0xa6, 0x70,
    0x61, 0x72, 0x65, 0x6e, 0x74, 0x92, 0x13, 0x92, 0x15, 0x00, 0xc3, 0x93, 0xa5, 0x6e, 0x61, 0x6d,
    0x65, 0x64, 0x93, 0x11, 0x0c, 0x92, 0x15, 0x00, 0xc2,
};

static const weft_field tall_node__fields[] = {
    { "value", &weft_type_i64, NULL, offsetof(tall_node, value), 0, NULL },
    { "children", &tall_node_list_type, NULL, offsetof(tall_node, children), 0, NULL },
    { "parent", &tall_node_opt_type, NULL, offsetof(tall_node, parent), WEFT_FIELD_DEFAULT, NULL },
    { "named", &tall_str_node_map_type, NULL, offsetof(tall_node, named), 0, NULL },
};

const weft_type tall_node_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_STRUCT,
    .n = 4,
    .c_size = sizeof(tall_node),
    .name = "test.all.v1.Node",
    .id = UINT64_C(0xc8c596a121775d83),
    .declaration = { tall_node__declaration, sizeof tall_node__declaration },
    .fields = tall_node__fields,
};

/* ---- Expression -------------------------------------------------------------------------------------------------- */

static const uint8_t tall_expression__declaration[] = {
    0x93, 0x02, 0xb6, 0x74, 0x65, 0x73, 0x74, 0x2e, 0x61, 0x6c, 0x6c, 0x2e, 0x76, 0x31, 0x2e, 0x45,
    0x78, 0x70, 0x72, 0x65, 0x73, 0x73, 0x69, 0x6f, 0x6e, 0x95, 0x93, 0xa7, 0x6c, 0x69, 0x74, 0x65,
    0x72, 0x61, 0x6c, 0x00, 0x92, 0x01, 0x0b, 0x93, 0xa4, 0x6e, 0x61, 0x6d, 0x65, 0x01, 0x92, 0x01,
    0x0c, 0x93, 0xa6, 0x6e, 0x65, 0x67, 0x61, 0x74, 0x65, 0x02, 0x92, 0x01, 0x92, 0x13, 0x92, 0x15,
    0x00, 0x93, 0xa3, 0x73, 0x75, 0x6d, 0x03, 0x92, 0x01, 0x92, 0x10, 0x92, 0x15, 0x00, 0x93, 0xa4,
    0x63, 0x61, 0x6c, 0x6c, 0x04, 0x92, 0x02, 0x92, 0x93, 0xa8, 0x66, 0x75, 0x6e, 0x63, 0x74, 0x69,
    0x6f, 0x6e, 0x0c, 0xc2, 0x93, 0xa9, 0x61, 0x72, 0x67, 0x75, 0x6d, 0x65, 0x6e, 0x74, 0x73, 0x92,
    0x10, 0x92, 0x15, 0x00, 0xc2,
};

static const weft_field tall_expression_call_fields__fields[] = {
    { "function", &weft_type_str, NULL, offsetof(tall_expression_call_fields, function), 0, NULL },
    { "arguments", &tall_expression_list_type, NULL, offsetof(tall_expression_call_fields, arguments), 0, NULL },
};

const weft_type tall_expression_call_fields_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_STRUCT,
    .n = 2,
    .c_size = sizeof(tall_expression_call_fields),
    .fields = tall_expression_call_fields__fields,
};

static const weft_variant tall_expression__variants[] = {
    { "literal", &weft_type_f64, false, NULL },
    { "name", &weft_type_str, false, NULL },
    { "negate", &tall_expression_opt_type, false, NULL },
    { "sum", &tall_expression_list_type, false, NULL },
    { "call", &tall_expression_call_fields_type, true, NULL },
};

const weft_type tall_expression_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_ENUM,
    .n = 5,
    .c_size = sizeof(tall_expression),
    .offset = offsetof(tall_expression, as),
    .name = "test.all.v1.Expression",
    .id = UINT64_C(0xfbd1321da3123fd1),
    .declaration = { tall_expression__declaration, sizeof tall_expression__declaration },
    .variants = tall_expression__variants,
};

/* ---- Folder ------------------------------------------------------------------------------------------------------ */

static const uint8_t tall_folder__declaration[] = {
    0x93, 0x01, 0xb2, 0x74, 0x65, 0x73, 0x74, 0x2e, 0x61, 0x6c, 0x6c, 0x2e, 0x76, 0x31, 0x2e, 0x46,
    0x6f, 0x6c, 0x64, 0x65, 0x72, 0x92, 0x93, 0xa4, 0x6e, 0x61, 0x6d, 0x65, 0x0c, 0xc2, 0x93, 0xa7,
    0x65, 0x6e, 0x74, 0x72, 0x69, 0x65, 0x73, 0x92, 0x10, 0x92, 0x15, 0x01, 0xc2,
};

static const weft_field tall_folder__fields[] = {
    { "name", &weft_type_str, NULL, offsetof(tall_folder, name), 0, NULL },
    { "entries", &tall_folder_entry_list_type, NULL, offsetof(tall_folder, entries), 0, NULL },
};

const weft_type tall_folder_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_STRUCT,
    .n = 2,
    .c_size = sizeof(tall_folder),
    .name = "test.all.v1.Folder",
    .id = UINT64_C(0x706cc4adf8c72d3a),
    .declaration = { tall_folder__declaration, sizeof tall_folder__declaration },
    .fields = tall_folder__fields,
};

/* ---- FolderEntry ------------------------------------------------------------------------------------------------- */

static const uint8_t tall_folder_entry__declaration[] = {
    0x93, 0x02, 0xb7, 0x74, 0x65, 0x73, 0x74, 0x2e, 0x61, 0x6c, 0x6c, 0x2e, 0x76, 0x31, 0x2e, 0x46,
    0x6f, 0x6c, 0x64, 0x65, 0x72, 0x45, 0x6e, 0x74, 0x72, 0x79, 0x92, 0x93, 0xa4, 0x66, 0x69, 0x6c,
    0x65, 0x00, 0x92, 0x02, 0x92, 0x93, 0xa4, 0x6e, 0x61, 0x6d, 0x65, 0x0c, 0xc2, 0x93, 0xa4, 0x73,
    0x69, 0x7a, 0x65, 0x05, 0xc2, 0x93, 0xa6, 0x66, 0x6f, 0x6c, 0x64, 0x65, 0x72, 0x01, 0x92, 0x01,
    0x92, 0x15, 0x00,
};

static const weft_field tall_folder_entry_file_fields__fields[] = {
    { "name", &weft_type_str, NULL, offsetof(tall_folder_entry_file_fields, name), 0, NULL },
    { "size", &weft_type_u64, NULL, offsetof(tall_folder_entry_file_fields, size), 0, NULL },
};

const weft_type tall_folder_entry_file_fields_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_STRUCT,
    .n = 2,
    .c_size = sizeof(tall_folder_entry_file_fields),
    .fields = tall_folder_entry_file_fields__fields,
};

static const weft_variant tall_folder_entry__variants[] = {
    { "file", &tall_folder_entry_file_fields_type, true, NULL },
    { "folder", &tall_folder_type, false, NULL },
};

const weft_type tall_folder_entry_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_ENUM,
    .n = 2,
    .c_size = sizeof(tall_folder_entry),
    .offset = offsetof(tall_folder_entry, as),
    .name = "test.all.v1.FolderEntry",
    .id = UINT64_C(0x7e32b6ae596e530d),
    .declaration = { tall_folder_entry__declaration, sizeof tall_folder_entry__declaration },
    .variants = tall_folder_entry__variants,
};

/* ---- Defaults ---------------------------------------------------------------------------------------------------- */

static const uint8_t tall_defaults__declaration[] = {
    0x93, 0x01, 0xb4, 0x74, 0x65, 0x73, 0x74, 0x2e, 0x61, 0x6c, 0x6c, 0x2e, 0x76, 0x31, 0x2e, 0x44,
    0x65, 0x66, 0x61, 0x75, 0x6c, 0x74, 0x73, 0xdc, 0x00, 0x1b, 0x93, 0xa4, 0x66, 0x6c, 0x61, 0x67,
    0x01, 0xc3, 0x93, 0xa7, 0x65, 0x6e, 0x61, 0x62, 0x6c, 0x65, 0x64, 0x01, 0xc3, 0x93, 0xa2, 0x61,
    0x38, 0x02, 0xc3, 0x93, 0xa3, 0x61, 0x31, 0x36, 0x03, 0xc3, 0x93, 0xa3, 0x61, 0x33, 0x32, 0x04,
    0xc3, 0x93, 0xa3, 0x61, 0x36, 0x34, 0x05, 0xc3, 0x93, 0xa2, 0x62, 0x38, 0x06, 0xc3, 0x93, 0xa3,
    0x62, 0x31, 0x36, 0x07, 0xc3, 0x93, 0xa3, 0x62, 0x33, 0x32, 0x08, 0xc3, 0x93, 0xa3, 0x62, 0x36,
    0x34, 0x09, 0xc3, 0x93, 0xa6, 0x61, 0x6e, 0x73, 0x77, 0x65, 0x72, 0x09, 0xc3, 0x93, 0xa3, 0x63,
    0x33, 0x32, 0x0a, 0xc3, 0x93, 0xa3, 0x63, 0x36, 0x34, 0x0b, 0xc3, 0x93, 0xa4, 0x68, 0x75, 0x67,
    0x65, 0x0b, 0xc3, 0x93, 0xa5, 0x77, 0x68, 0x6f, 0x6c, 0x65, 0x0b, 0xc3, 0x93, 0xa4, 0x74, 0x65,
    0x78, 0x74, 0x0c, 0xc3, 0x93, 0xa8, 0x67, 0x72, 0x65, 0x65, 0x74, 0x69, 0x6e, 0x67, 0x0c, 0xc3,
    0x93, 0xa5, 0x65, 0x6d, 0x70, 0x74, 0x79, 0x0c, 0xc3, 0x93, 0xa3, 0x72, 0x61, 0x77, 0x0d, 0xc3,
    0x93, 0xa5, 0x6c, 0x61, 0x73, 0x74, 0x73, 0x0f, 0xc3, 0x93, 0xa5, 0x63, 0x6f, 0x6c, 0x6f, 0x72,
    0x92, 0x14, 0xcf, 0xf8, 0x25, 0x50, 0xab, 0x07, 0x87, 0x35, 0x53, 0xc3, 0x93, 0xa5, 0x73, 0x68,
    0x61, 0x70, 0x65, 0x92, 0x14, 0xcf, 0x9d, 0xb3, 0xd5, 0xc7, 0xc0, 0x1c, 0x96, 0xd4, 0xc3, 0x93,
    0xa7, 0x6c, 0x69, 0x73, 0x74, 0x5f, 0x6f, 0x66, 0x92, 0x10, 0x0c, 0xc3, 0x93, 0xa6, 0x70, 0x6f,
    0x69, 0x6e, 0x74, 0x73, 0x92, 0x10, 0x92, 0x14, 0xcf, 0xd8, 0x05, 0x9d, 0x14, 0x60, 0xc4, 0x71,
    0x63, 0xc3, 0x93, 0xa6, 0x6d, 0x61, 0x70, 0x5f, 0x6f, 0x66, 0x93, 0x11, 0x0c, 0x04, 0xc3, 0x93,
    0xa6, 0x6e, 0x65, 0x73, 0x74, 0x65, 0x64, 0x92, 0x14, 0xcf, 0xb3, 0x81, 0x70, 0x43, 0x3a, 0xf4,
    0x63, 0xd5, 0xc3, 0x93, 0xa5, 0x6d, 0x61, 0x79, 0x62, 0x65, 0x92, 0x13, 0x04, 0xc3,
};
static const bool tall_defaults__flag_default = true;
static const bool tall_defaults__enabled_default = true;
static const uint8_t tall_defaults__a8_default = 255;
static const uint16_t tall_defaults__a16_default = 65535;
static const uint32_t tall_defaults__a32_default = 1000000;
static const uint64_t tall_defaults__a64_default = UINT64_C(18446744073709551615);
static const int8_t tall_defaults__b8_default = -128;
static const int16_t tall_defaults__b16_default = -32768;
static const int32_t tall_defaults__b32_default = -1;
static const int64_t tall_defaults__b64_default = INT64_MIN;
static const int64_t tall_defaults__answer_default = -42;
static const float tall_defaults__c32_default = 0.5f;
static const double tall_defaults__c64_default = 3.141592653589793;
static const double tall_defaults__huge__default = -1.5e+300;
static const double tall_defaults__whole_default = 3.0;
static const char tall_defaults__text_text[] = "two\nlines, a tab\t, a \\ and a \360\237\230\200";
static const weft_str tall_defaults__text_default = { tall_defaults__text_text, 33 };
static const char tall_defaults__greeting_text[] = "Gr\303\274\303\237e, \"welt\"\n";
static const weft_str tall_defaults__greeting_default = { tall_defaults__greeting_text, 16 };
static const uint8_t tall_defaults__raw_text[] = {
    0x00, 0x01, 0xfe, 0xff,
};
static const weft_bytes tall_defaults__raw_default = { tall_defaults__raw_text, 4 };
static const weft_duration tall_defaults__lasts_default = { 1500000000 };
static const tall_color tall_defaults__color_default = { .kind = TALL_COLOR_GREEN };
static const tall_shape tall_defaults__shape_default = { .kind = TALL_SHAPE_NOTHING };
static const tall_settings tall_defaults__nested_default = {
    .level = 3,
};

static const weft_field tall_defaults__fields[] = {
    { "flag", &weft_type_bool, &tall_defaults__flag_default, offsetof(tall_defaults, flag), WEFT_FIELD_DEFAULT, NULL },
    { "enabled", &weft_type_bool, &tall_defaults__enabled_default, offsetof(tall_defaults, enabled), WEFT_FIELD_DEFAULT,
      NULL },
    { "a8", &weft_type_u8, &tall_defaults__a8_default, offsetof(tall_defaults, a8), WEFT_FIELD_DEFAULT, NULL },
    { "a16", &weft_type_u16, &tall_defaults__a16_default, offsetof(tall_defaults, a16), WEFT_FIELD_DEFAULT, NULL },
    { "a32", &weft_type_u32, &tall_defaults__a32_default, offsetof(tall_defaults, a32), WEFT_FIELD_DEFAULT, NULL },
    { "a64", &weft_type_u64, &tall_defaults__a64_default, offsetof(tall_defaults, a64), WEFT_FIELD_DEFAULT, NULL },
    { "b8", &weft_type_i8, &tall_defaults__b8_default, offsetof(tall_defaults, b8), WEFT_FIELD_DEFAULT, NULL },
    { "b16", &weft_type_i16, &tall_defaults__b16_default, offsetof(tall_defaults, b16), WEFT_FIELD_DEFAULT, NULL },
    { "b32", &weft_type_i32, &tall_defaults__b32_default, offsetof(tall_defaults, b32), WEFT_FIELD_DEFAULT, NULL },
    { "b64", &weft_type_i64, &tall_defaults__b64_default, offsetof(tall_defaults, b64), WEFT_FIELD_DEFAULT, NULL },
    { "answer", &weft_type_i64, &tall_defaults__answer_default, offsetof(tall_defaults, answer), WEFT_FIELD_DEFAULT,
      NULL },
    { "c32", &weft_type_f32, &tall_defaults__c32_default, offsetof(tall_defaults, c32), WEFT_FIELD_DEFAULT, NULL },
    { "c64", &weft_type_f64, &tall_defaults__c64_default, offsetof(tall_defaults, c64), WEFT_FIELD_DEFAULT, NULL },
    { "huge", &weft_type_f64, &tall_defaults__huge__default, offsetof(tall_defaults, huge_), WEFT_FIELD_DEFAULT, NULL },
    { "whole", &weft_type_f64, &tall_defaults__whole_default, offsetof(tall_defaults, whole), WEFT_FIELD_DEFAULT,
      NULL },
    { "text", &weft_type_str, &tall_defaults__text_default, offsetof(tall_defaults, text), WEFT_FIELD_DEFAULT, NULL },
    { "greeting", &weft_type_str, &tall_defaults__greeting_default, offsetof(tall_defaults, greeting),
      WEFT_FIELD_DEFAULT, NULL },
    { "empty", &weft_type_str, NULL, offsetof(tall_defaults, empty), WEFT_FIELD_DEFAULT, NULL },
    { "raw", &weft_type_bytes, &tall_defaults__raw_default, offsetof(tall_defaults, raw), WEFT_FIELD_DEFAULT, NULL },
    { "lasts", &weft_type_duration, &tall_defaults__lasts_default, offsetof(tall_defaults, lasts), WEFT_FIELD_DEFAULT,
      NULL },
    { "color", &tall_color_type, &tall_defaults__color_default, offsetof(tall_defaults, color), WEFT_FIELD_DEFAULT,
      NULL },
    { "shape", &tall_shape_type, &tall_defaults__shape_default, offsetof(tall_defaults, shape), WEFT_FIELD_DEFAULT,
      NULL },
    { "list_of", &tall_str_list_type, NULL, offsetof(tall_defaults, list_of), WEFT_FIELD_DEFAULT, NULL },
    { "points", &tall_point_list_type, NULL, offsetof(tall_defaults, points), WEFT_FIELD_DEFAULT, NULL },
    { "map_of", &tall_str_u32_map_type, NULL, offsetof(tall_defaults, map_of), WEFT_FIELD_DEFAULT, NULL },
    { "nested", &tall_settings_type, &tall_defaults__nested_default, offsetof(tall_defaults, nested),
      WEFT_FIELD_DEFAULT, NULL },
    { "maybe", &tall_u32_opt_type, NULL, offsetof(tall_defaults, maybe), WEFT_FIELD_DEFAULT, NULL },
};

const weft_type tall_defaults_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_STRUCT,
    .n = 27,
    .c_size = sizeof(tall_defaults),
    .name = "test.all.v1.Defaults",
    .id = UINT64_C(0xa4316775ac603115),
    .declaration = { tall_defaults__declaration, sizeof tall_defaults__declaration },
    .fields = tall_defaults__fields,
};

/* ---- Settings ---------------------------------------------------------------------------------------------------- */

static const uint8_t tall_settings__declaration[] = {
    0x93, 0x01, 0xb4, 0x74, 0x65, 0x73, 0x74, 0x2e, 0x61, 0x6c, 0x6c, 0x2e, 0x76, 0x31, 0x2e, 0x53,
    0x65, 0x74, 0x74, 0x69, 0x6e, 0x67, 0x73, 0x92, 0x93, 0xa7, 0x76, 0x65, 0x72, 0x62, 0x6f, 0x73,
    0x65, 0x01, 0xc3, 0x93, 0xa5, 0x6c, 0x65, 0x76, 0x65, 0x6c, 0x02, 0xc3,
};
static const uint8_t tall_settings__level_default = 3;

static const weft_field tall_settings__fields[] = {
    { "verbose", &weft_type_bool, NULL, offsetof(tall_settings, verbose), WEFT_FIELD_DEFAULT, NULL },
    { "level", &weft_type_u8, &tall_settings__level_default, offsetof(tall_settings, level), WEFT_FIELD_DEFAULT, NULL },
};

const weft_type tall_settings_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_STRUCT,
    .n = 2,
    .c_size = sizeof(tall_settings),
    .name = "test.all.v1.Settings",
    .id = UINT64_C(0xb38170433af463d5),
    .declaration = { tall_settings__declaration, sizeof tall_settings__declaration },
    .fields = tall_settings__fields,
};

/* ---- Annotated --------------------------------------------------------------------------------------------------- */

static const uint8_t tall_annotated__declaration[] = {
    0x93, 0x01, 0xb5, 0x74, 0x65, 0x73, 0x74, 0x2e, 0x61, 0x6c, 0x6c, 0x2e, 0x76, 0x31, 0x2e, 0x41,
    0x6e, 0x6e, 0x6f, 0x74, 0x61, 0x74, 0x65, 0x64, 0x95, 0x93, 0xa8, 0x70, 0x61, 0x73, 0x73, 0x77,
    0x6f, 0x72, 0x64, 0x0c, 0xc2, 0x93, 0xa3, 0x70, 0x69, 0x6e, 0x92, 0x13, 0x04, 0xc3, 0x93, 0xa5,
    0x74, 0x69, 0x74, 0x6c, 0x65, 0x0c, 0xc3, 0x93, 0xa4, 0x6e, 0x61, 0x6d, 0x65, 0x0c, 0xc3, 0x93,
    0xa2, 0x69, 0x64, 0x05, 0xc3,
};

static const char *const tall_annotated__name_was[] = { "label", "caption", NULL };

static const weft_field tall_annotated__fields[] = {
    { "password", &weft_type_str, NULL, offsetof(tall_annotated, password), WEFT_FIELD_SENSITIVE, NULL },
    { "pin", &tall_u32_opt_type, NULL, offsetof(tall_annotated, pin), WEFT_FIELD_DEFAULT | WEFT_FIELD_SENSITIVE, NULL },
    { "title", &weft_type_str, NULL, offsetof(tall_annotated, title), WEFT_FIELD_DEFAULT, NULL },
    { "name", &weft_type_str, NULL, offsetof(tall_annotated, name), WEFT_FIELD_DEFAULT, tall_annotated__name_was },
    { "id", &weft_type_u64, NULL, offsetof(tall_annotated, id_number), WEFT_FIELD_DEFAULT, NULL },
};

const weft_type tall_annotated_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_STRUCT,
    .n = 5,
    .c_size = sizeof(tall_annotated),
    .name = "test.all.v1.Annotated",
    .id = UINT64_C(0x115ef3c328f8d925),
    .declaration = { tall_annotated__declaration, sizeof tall_annotated__declaration },
    .fields = tall_annotated__fields,
};

/* ---- Renamed ----------------------------------------------------------------------------------------------------- */

static const uint8_t tall_renamed__declaration[] = {
    0x93, 0x02, 0xb3, 0x74, 0x65, 0x73, 0x74, 0x2e, 0x61, 0x6c, 0x6c, 0x2e, 0x76, 0x31, 0x2e, 0x52,
    0x65, 0x6e, 0x61, 0x6d, 0x65, 0x64, 0x93, 0x93, 0xa5, 0x66, 0x69, 0x72, 0x73, 0x74, 0x00, 0xc0,
    0x93, 0xa6, 0x73, 0x65, 0x63, 0x6f, 0x6e, 0x64, 0x01, 0x92, 0x01, 0x02, 0x93, 0xa5, 0x74, 0x68,
    0x69, 0x72, 0x64, 0x02, 0xc0,
};

static const char *const tall_renamed__first_was[] = { "first_one", NULL };

static const weft_variant tall_renamed__variants[] = {
    { "first", NULL, false, tall_renamed__first_was },
    { "second", &weft_type_u8, false, NULL },
    { "third", NULL, false, NULL },
};

const weft_type tall_renamed_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_ENUM,
    .n = 3,
    .c_size = sizeof(tall_renamed),
    .offset = offsetof(tall_renamed, as),
    .name = "test.all.v1.Renamed",
    .id = UINT64_C(0x86af42445b99563f),
    .declaration = { tall_renamed__declaration, sizeof tall_renamed__declaration },
    .variants = tall_renamed__variants,
};

/* ---- Legacy ------------------------------------------------------------------------------------------------------ */

static const uint8_t tall_legacy__declaration[] = {
    0x93, 0x01, 0xb2, 0x74, 0x65, 0x73, 0x74, 0x2e, 0x61, 0x6c, 0x6c, 0x2e, 0x76, 0x31, 0x2e, 0x4c,
    0x65, 0x67, 0x61, 0x63, 0x79, 0x91, 0x93, 0xa2, 0x61, 0x74, 0x0e, 0xc2,
};

static const weft_field tall_legacy__fields[] = {
    { "at", &weft_type_timestamp, NULL, offsetof(tall_legacy, at), 0, NULL },
};

const weft_type tall_legacy_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_STRUCT,
    .n = 1,
    .c_size = sizeof(tall_legacy),
    .name = "test.all.v1.Legacy",
    .id = UINT64_C(0xe973e9ab58fbc0a4),
    .declaration = { tall_legacy__declaration, sizeof tall_legacy__declaration },
    .fields = tall_legacy__fields,
};

/* ---- Original ---------------------------------------------------------------------------------------------------- */

static const uint8_t tall_renamed_struct__declaration[] = {
    0x93, 0x01, 0xb4, 0x74, 0x65, 0x73, 0x74, 0x2e, 0x61, 0x6c, 0x6c, 0x2e, 0x76, 0x31, 0x2e, 0x4f,
    0x72, 0x69, 0x67, 0x69, 0x6e, 0x61, 0x6c, 0x91, 0x93, 0xa6, 0x6c, 0x65, 0x67, 0x61, 0x63, 0x79,
    0x92, 0x13, 0x92, 0x14, 0xcf, 0xd8, 0x05, 0x9d, 0x14, 0x60, 0xc4, 0x71, 0x63, 0xc3,
};

static const weft_field tall_renamed_struct__fields[] = {
    { "legacy", &tall_point_opt_type, NULL, offsetof(tall_renamed_struct, legacy), WEFT_FIELD_DEFAULT, NULL },
};

const weft_type tall_renamed_struct_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_STRUCT,
    .n = 1,
    .c_size = sizeof(tall_renamed_struct),
    .name = "test.all.v1.Original",
    .id = UINT64_C(0xa282e210541be749),
    .declaration = { tall_renamed_struct__declaration, sizeof tall_renamed_struct__declaration },
    .fields = tall_renamed_struct__fields,
};

/* ---- Keywords ---------------------------------------------------------------------------------------------------- */

static const uint8_t tall_keywords__declaration[] = {
    0x93, 0x01, 0xb4, 0x74, 0x65, 0x73, 0x74, 0x2e, 0x61, 0x6c, 0x6c, 0x2e, 0x76, 0x31, 0x2e, 0x4b,
    0x65, 0x79, 0x77, 0x6f, 0x72, 0x64, 0x73, 0x9b, 0x93, 0xa3, 0x69, 0x6e, 0x74, 0x08, 0xc2, 0x93,
    0xa5, 0x63, 0x6c, 0x61, 0x73, 0x73, 0x0c, 0xc2, 0x93, 0xa6, 0x73, 0x74, 0x72, 0x75, 0x63, 0x74,
    0x02, 0xc2, 0x93, 0xa7, 0x64, 0x65, 0x66, 0x61, 0x75, 0x6c, 0x74, 0x01, 0xc2, 0x93, 0xa8, 0x72,
    0x65, 0x67, 0x69, 0x73, 0x74, 0x65, 0x72, 0x92, 0x14, 0xcf, 0xf8, 0x25, 0x50, 0xab, 0x07, 0x87,
    0x35, 0x53, 0xc2, 0x93, 0xa5, 0x65, 0x72, 0x72, 0x6e, 0x6f, 0x08, 0xc2, 0x93, 0xa8, 0x74, 0x65,
    0x6d, 0x70, 0x6c, 0x61, 0x74, 0x65, 0x92, 0x13, 0x0c, 0xc3, 0x93, 0xa4, 0x74, 0x79, 0x70, 0x65,
    0x03, 0xc2, 0x93, 0xa4, 0x6c, 0x69, 0x73, 0x74, 0x92, 0x10, 0x02, 0xc2, 0x93, 0xa7, 0x70, 0x61,
    0x63, 0x6b, 0x61, 0x67, 0x65, 0x0c, 0xc2, 0x93, 0xa8, 0x72, 0x65, 0x73, 0x65, 0x72, 0x76, 0x65,
    0x64, 0x01, 0xc2,
};

static const weft_field tall_keywords__fields[] = {
    { "int", &weft_type_i32, NULL, offsetof(tall_keywords, int_), 0, NULL },
    { "class", &weft_type_str, NULL, offsetof(tall_keywords, class_), 0, NULL },
    { "struct", &weft_type_u8, NULL, offsetof(tall_keywords, struct_), 0, NULL },
    { "default", &weft_type_bool, NULL, offsetof(tall_keywords, default_), 0, NULL },
    { "register", &tall_color_type, NULL, offsetof(tall_keywords, register_), 0, NULL },
    { "errno", &weft_type_i32, NULL, offsetof(tall_keywords, errno_), 0, NULL },
    { "template", &tall_str_opt_type, NULL, offsetof(tall_keywords, template_), WEFT_FIELD_DEFAULT, NULL },
    { "type", &weft_type_u16, NULL, offsetof(tall_keywords, type), 0, NULL },
    { "list", &tall_u8_list_type, NULL, offsetof(tall_keywords, list), 0, NULL },
    { "package", &weft_type_str, NULL, offsetof(tall_keywords, package), 0, NULL },
    { "reserved", &weft_type_bool, NULL, offsetof(tall_keywords, reserved), 0, NULL },
};

const weft_type tall_keywords_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_STRUCT,
    .n = 11,
    .c_size = sizeof(tall_keywords),
    .name = "test.all.v1.Keywords",
    .id = UINT64_C(0xd7e46acc28a42d3e),
    .declaration = { tall_keywords__declaration, sizeof tall_keywords__declaration },
    .fields = tall_keywords__fields,
};

/* ---- KeywordVariants --------------------------------------------------------------------------------------------- */

static const uint8_t tall_keyword_variants__declaration[] = {
    0x93, 0x02, 0xbb, 0x74, 0x65, 0x73, 0x74, 0x2e, 0x61, 0x6c, 0x6c, 0x2e, 0x76, 0x31, 0x2e, 0x4b,
    0x65, 0x79, 0x77, 0x6f, 0x72, 0x64, 0x56, 0x61, 0x72, 0x69, 0x61, 0x6e, 0x74, 0x73, 0x94, 0x93,
    0xa3, 0x69, 0x6e, 0x74, 0x00, 0x92, 0x01, 0x08, 0x93, 0xa5, 0x66, 0x6c, 0x6f, 0x61, 0x74, 0x01,
    0x92, 0x01, 0x0a, 0x93, 0xa6, 0x72, 0x65, 0x74, 0x75, 0x72, 0x6e, 0x02, 0xc0, 0x93, 0xa3, 0x6e,
    0x65, 0x77, 0x03, 0x92, 0x02, 0x92, 0x93, 0xa6, 0x64, 0x65, 0x6c, 0x65, 0x74, 0x65, 0x01, 0xc2,
    0x93, 0xa5, 0x77, 0x68, 0x69, 0x6c, 0x65, 0x04, 0xc2,
};

static const weft_field tall_keyword_variants_new__fields__fields[] = {
    { "delete", &weft_type_bool, NULL, offsetof(tall_keyword_variants_new__fields, delete_), 0, NULL },
    { "while", &weft_type_u32, NULL, offsetof(tall_keyword_variants_new__fields, while_), 0, NULL },
};

const weft_type tall_keyword_variants_new__fields_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_STRUCT,
    .n = 2,
    .c_size = sizeof(tall_keyword_variants_new__fields),
    .fields = tall_keyword_variants_new__fields__fields,
};

static const weft_variant tall_keyword_variants__variants[] = {
    { "int", &weft_type_i32, false, NULL },
    { "float", &weft_type_f32, false, NULL },
    { "return", NULL, false, NULL },
    { "new", &tall_keyword_variants_new__fields_type, true, NULL },
};

const weft_type tall_keyword_variants_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_ENUM,
    .n = 4,
    .c_size = sizeof(tall_keyword_variants),
    .offset = offsetof(tall_keyword_variants, as),
    .name = "test.all.v1.KeywordVariants",
    .id = UINT64_C(0xfa45392af077a315),
    .declaration = { tall_keyword_variants__declaration, sizeof tall_keyword_variants__declaration },
    .variants = tall_keyword_variants__variants,
};

/* ---- Everything -------------------------------------------------------------------------------------------------- */

static const uint8_t tall_everything__declaration[] = {
    0x93, 0x01, 0xb6, 0x74, 0x65, 0x73, 0x74, 0x2e, 0x61, 0x6c, 0x6c, 0x2e, 0x76, 0x31, 0x2e, 0x45,
    0x76, 0x65, 0x72, 0x79, 0x74, 0x68, 0x69, 0x6e, 0x67, 0xdc, 0x00, 0x10, 0x93, 0xa7, 0x73, 0x63,
    0x61, 0x6c, 0x61, 0x72, 0x73, 0x92, 0x14, 0xcf, 0xa1, 0xca, 0xcf, 0x5c, 0x48, 0xd2, 0x2b, 0x22,
    0xc2, 0x93, 0xa5, 0x6c, 0x69, 0x73, 0x74, 0x73, 0x92, 0x14, 0xcf, 0x87, 0x32, 0xca, 0xe7, 0xd0,
    0x42, 0x2c, 0xe6, 0xc2, 0x93, 0xa4, 0x6d, 0x61, 0x70, 0x73, 0x92, 0x14, 0xcf, 0x71, 0x0e, 0x28,
    0xd5, 0x3b, 0xe6, 0x10, 0x8f, 0xc2, 0x93, 0xa6, 0x61, 0x72, 0x72, 0x61, 0x79, 0x73, 0x92, 0x14,
    0xcf, 0xc6, 0x10, 0xaa, 0x24, 0x68, 0x77, 0x5e, 0xa4, 0xc2, 0x93, 0xa7, 0x6f, 0x70, 0x74, 0x69,
    0x6f, 0x6e, 0x73, 0x92, 0x14, 0xcf, 0xd8, 0xb2, 0xc8, 0x3d, 0x36, 0x94, 0x95, 0x8c, 0xc2, 0x93,
    0xa5, 0x73, 0x68, 0x61, 0x70, 0x65, 0x92, 0x14, 0xcf, 0x9d, 0xb3, 0xd5, 0xc7, 0xc0, 0x1c, 0x96,
    0xd4, 0xc2, 0x93, 0xa4, 0x6e, 0x6f, 0x64, 0x65, 0x92, 0x14, 0xcf, 0xc8, 0xc5, 0x96, 0xa1, 0x21,
    0x77, 0x5d, 0x83, 0xc2, 0x93, 0xaa, 0x65, 0x78, 0x70, 0x72, 0x65, 0x73, 0x73, 0x69, 0x6f, 0x6e,
    0x92, 0x14, 0xcf, 0xfb, 0xd1, 0x32, 0x1d, 0xa3, 0x12, 0x3f, 0xd1, 0xc2, 0x93, 0xa6, 0x66, 0x6f,
    0x6c, 0x64, 0x65, 0x72, 0x92, 0x14, 0xcf, 0x70, 0x6c, 0xc4, 0xad, 0xf8, 0xc7, 0x2d, 0x3a, 0xc2,
    0x93, 0xa8, 0x64, 0x65, 0x66, 0x61, 0x75, 0x6c, 0x74, 0x73, 0x92, 0x14, 0xcf, 0xa4, 0x31, 0x67,
    0x75, 0xac, 0x60, 0x31, 0x15, 0xc2, 0x93, 0xa9, 0x61, 0x6e, 0x6e, 0x6f, 0x74, 0x61, 0x74, 0x65,
    0x64, 0x92, 0x14, 0xcf, 0x11, 0x5e, 0xf3, 0xc3, 0x28, 0xf8, 0xd9, 0x25, 0xc2, 0x93, 0xa7, 0x72,
    0x65, 0x6e, 0x61, 0x6d, 0x65, 0x64, 0x92, 0x14, 0xcf, 0x86, 0xaf, 0x42, 0x44, 0x5b, 0x99, 0x56,
    0x3f, 0xc2, 0x93, 0xa8, 0x6b, 0x65, 0x79, 0x77, 0x6f, 0x72, 0x64, 0x73, 0x92, 0x14, 0xcf, 0xd7,
    0xe4, 0x6a, 0xcc, 0x28, 0xa4, 0x2d, 0x3e, 0xc2, 0x93, 0xa8, 0x76, 0x61, 0x72, 0x69, 0x61, 0x6e,
    0x74, 0x73, 0x92, 0x14, 0xcf, 0xfa, 0x45, 0x39, 0x2a, 0xf0, 0x77, 0xa3, 0x15, 0xc2, 0x93, 0xa7,
    0x6e, 0x6f, 0x74, 0x68, 0x69, 0x6e, 0x67, 0x92, 0x14, 0xcf, 0xf8, 0x59, 0x12, 0xef, 0x82, 0xbb,
    0x03, 0xf4, 0xc2, 0x93, 0xa3, 0x77, 0x61, 0x79, 0x92, 0x14, 0xcf, 0x03, 0xa8, 0x96, 0x15, 0x2a,
    0x78, 0x7f, 0x13, 0xc2,
};

static const weft_field tall_everything__fields[] = {
    { "scalars", &tall_scalars_type, NULL, offsetof(tall_everything, scalars), 0, NULL },
    { "lists", &tall_lists_type, NULL, offsetof(tall_everything, lists), 0, NULL },
    { "maps", &tall_maps_type, NULL, offsetof(tall_everything, maps), 0, NULL },
    { "arrays", &tall_arrays_type, NULL, offsetof(tall_everything, arrays), 0, NULL },
    { "options", &tall_options_type, NULL, offsetof(tall_everything, options), 0, NULL },
    { "shape", &tall_shape_type, NULL, offsetof(tall_everything, shape), 0, NULL },
    { "node", &tall_node_type, NULL, offsetof(tall_everything, node), 0, NULL },
    { "expression", &tall_expression_type, NULL, offsetof(tall_everything, expression), 0, NULL },
    { "folder", &tall_folder_type, NULL, offsetof(tall_everything, folder), 0, NULL },
    { "defaults", &tall_defaults_type, NULL, offsetof(tall_everything, defaults), 0, NULL },
    { "annotated", &tall_annotated_type, NULL, offsetof(tall_everything, annotated), 0, NULL },
    { "renamed", &tall_renamed_type, NULL, offsetof(tall_everything, renamed), 0, NULL },
    { "keywords", &tall_keywords_type, NULL, offsetof(tall_everything, keywords), 0, NULL },
    { "variants", &tall_keyword_variants_type, NULL, offsetof(tall_everything, variants), 0, NULL },
    { "nothing", &tall_empty_type, NULL, offsetof(tall_everything, nothing), 0, NULL },
    { "way", &tall_direction_type, NULL, offsetof(tall_everything, way), 0, NULL },
};

const weft_type tall_everything_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_STRUCT,
    .n = 16,
    .c_size = sizeof(tall_everything),
    .name = "test.all.v1.Everything",
    .id = UINT64_C(0x4c9c93e3092b948a),
    .declaration = { tall_everything__declaration, sizeof tall_everything__declaration },
    .fields = tall_everything__fields,
};

/* ---- Failure ----------------------------------------------------------------------------------------------------- */

static const uint8_t tall_failure__declaration[] = {
    0x93, 0x02, 0xb3, 0x74, 0x65, 0x73, 0x74, 0x2e, 0x61, 0x6c, 0x6c, 0x2e, 0x76, 0x31, 0x2e, 0x46,
    0x61, 0x69, 0x6c, 0x75, 0x72, 0x65, 0x93, 0x93, 0xa9, 0x6e, 0x6f, 0x74, 0x5f, 0x66, 0x6f, 0x75,
    0x6e, 0x64, 0x00, 0xc0, 0x93, 0xa7, 0x69, 0x6e, 0x76, 0x61, 0x6c, 0x69, 0x64, 0x01, 0x92, 0x01,
    0x0c, 0x93, 0xa5, 0x6c, 0x69, 0x6d, 0x69, 0x74, 0x02, 0x92, 0x02, 0x92, 0x93, 0xa5, 0x6c, 0x69,
    0x6d, 0x69, 0x74, 0x05, 0xc2, 0x93, 0xab, 0x72, 0x65, 0x74, 0x72, 0x79, 0x5f, 0x61, 0x66, 0x74,
    0x65, 0x72, 0x0f, 0xc2,
};

static const weft_field tall_failure_limit_fields__fields[] = {
    { "limit", &weft_type_u64, NULL, offsetof(tall_failure_limit_fields, limit), 0, NULL },
    { "retry_after", &weft_type_duration, NULL, offsetof(tall_failure_limit_fields, retry_after), 0, NULL },
};

const weft_type tall_failure_limit_fields_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_STRUCT,
    .n = 2,
    .c_size = sizeof(tall_failure_limit_fields),
    .fields = tall_failure_limit_fields__fields,
};

static const weft_variant tall_failure__variants[] = {
    { "not_found", NULL, false, NULL },
    { "invalid", &weft_type_str, false, NULL },
    { "limit", &tall_failure_limit_fields_type, true, NULL },
};

const weft_type tall_failure_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_ENUM,
    .n = 3,
    .c_size = sizeof(tall_failure),
    .offset = offsetof(tall_failure, as),
    .name = "test.all.v1.Failure",
    .id = UINT64_C(0x8e3c3097a5492074),
    .declaration = { tall_failure__declaration, sizeof tall_failure__declaration },
    .variants = tall_failure__variants,
};

/* ---- FailureDetail ----------------------------------------------------------------------------------------------- */

static const uint8_t tall_failure_detail__declaration[] = {
    0x93, 0x01, 0xb9, 0x74, 0x65, 0x73, 0x74, 0x2e, 0x61, 0x6c, 0x6c, 0x2e, 0x76, 0x31, 0x2e, 0x46,
    0x61, 0x69, 0x6c, 0x75, 0x72, 0x65, 0x44, 0x65, 0x74, 0x61, 0x69, 0x6c, 0x91, 0x93, 0xa6, 0x72,
    0x65, 0x61, 0x73, 0x6f, 0x6e, 0x0c, 0xc2,
};

static const weft_field tall_failure_detail__fields[] = {
    { "reason", &weft_type_str, NULL, offsetof(tall_failure_detail, reason), 0, NULL },
};

const weft_type tall_failure_detail_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_STRUCT,
    .n = 1,
    .c_size = sizeof(tall_failure_detail),
    .name = "test.all.v1.FailureDetail",
    .id = UINT64_C(0x8828729fde46f522),
    .declaration = { tall_failure_detail__declaration, sizeof tall_failure_detail__declaration },
    .fields = tall_failure_detail__fields,
};

/* ---- service All ------------------------------------------------------------------------------------------------- */

static const weft_field tall_all_echo_scalars_args__fields[] = {
    { "value", &tall_scalars_type, NULL, offsetof(tall_all_echo_scalars_args, value), 0, NULL },
};

const weft_type tall_all_echo_scalars_args_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_STRUCT,
    .n = 1,
    .c_size = sizeof(tall_all_echo_scalars_args),
    .fields = tall_all_echo_scalars_args__fields,
};

static const weft_field tall_all_echo_lists_args__fields[] = {
    { "value", &tall_lists_type, NULL, offsetof(tall_all_echo_lists_args, value), 0, NULL },
};

const weft_type tall_all_echo_lists_args_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_STRUCT,
    .n = 1,
    .c_size = sizeof(tall_all_echo_lists_args),
    .fields = tall_all_echo_lists_args__fields,
};

static const weft_field tall_all_echo_maps_args__fields[] = {
    { "value", &tall_maps_type, NULL, offsetof(tall_all_echo_maps_args, value), 0, NULL },
};

const weft_type tall_all_echo_maps_args_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_STRUCT,
    .n = 1,
    .c_size = sizeof(tall_all_echo_maps_args),
    .fields = tall_all_echo_maps_args__fields,
};

static const weft_field tall_all_echo_arrays_args__fields[] = {
    { "value", &tall_arrays_type, NULL, offsetof(tall_all_echo_arrays_args, value), 0, NULL },
};

const weft_type tall_all_echo_arrays_args_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_STRUCT,
    .n = 1,
    .c_size = sizeof(tall_all_echo_arrays_args),
    .fields = tall_all_echo_arrays_args__fields,
};

static const weft_field tall_all_echo_options_args__fields[] = {
    { "value", &tall_options_type, NULL, offsetof(tall_all_echo_options_args, value), 0, NULL },
};

const weft_type tall_all_echo_options_args_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_STRUCT,
    .n = 1,
    .c_size = sizeof(tall_all_echo_options_args),
    .fields = tall_all_echo_options_args__fields,
};

static const weft_field tall_all_echo_shape_args__fields[] = {
    { "value", &tall_shape_type, NULL, offsetof(tall_all_echo_shape_args, value), 0, NULL },
};

const weft_type tall_all_echo_shape_args_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_STRUCT,
    .n = 1,
    .c_size = sizeof(tall_all_echo_shape_args),
    .fields = tall_all_echo_shape_args__fields,
};

static const weft_field tall_all_echo_node_args__fields[] = {
    { "value", &tall_node_type, NULL, offsetof(tall_all_echo_node_args, value), 0, NULL },
};

const weft_type tall_all_echo_node_args_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_STRUCT,
    .n = 1,
    .c_size = sizeof(tall_all_echo_node_args),
    .fields = tall_all_echo_node_args__fields,
};

static const weft_field tall_all_echo_everything_args__fields[] = {
    { "value", &tall_everything_type, NULL, offsetof(tall_all_echo_everything_args, value), 0, NULL },
};

const weft_type tall_all_echo_everything_args_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_STRUCT,
    .n = 1,
    .c_size = sizeof(tall_all_echo_everything_args),
    .fields = tall_all_echo_everything_args__fields,
};

static const weft_field tall_all_add_args__fields[] = {
    { "left", &weft_type_i64, NULL, offsetof(tall_all_add_args, left), 0, NULL },
    { "right", &weft_type_i64, NULL, offsetof(tall_all_add_args, right), 0, NULL },
};

const weft_type tall_all_add_args_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_STRUCT,
    .n = 2,
    .c_size = sizeof(tall_all_add_args),
    .fields = tall_all_add_args__fields,
};
static const char tall_all_join_args__separator_text[] = ", ";
static const weft_str tall_all_join_args__separator_default = { tall_all_join_args__separator_text, 2 };

static const weft_field tall_all_join_args__fields[] = {
    { "parts", &tall_str_list_type, NULL, offsetof(tall_all_join_args, parts), 0, NULL },
    { "separator", &weft_type_str, &tall_all_join_args__separator_default, offsetof(tall_all_join_args, separator),
      WEFT_FIELD_DEFAULT, NULL },
    { "limit", &tall_u32_opt_type, NULL, offsetof(tall_all_join_args, limit), WEFT_FIELD_DEFAULT, NULL },
};

const weft_type tall_all_join_args_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_STRUCT,
    .n = 3,
    .c_size = sizeof(tall_all_join_args),
    .fields = tall_all_join_args__fields,
};

static const weft_field tall_all_find_args__fields[] = {
    { "name", &weft_type_str, NULL, offsetof(tall_all_find_args, name), 0, NULL },
};

const weft_type tall_all_find_args_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_STRUCT,
    .n = 1,
    .c_size = sizeof(tall_all_find_args),
    .fields = tall_all_find_args__fields,
};

static const weft_field tall_all_maybe_number_args__fields[] = {
    { "wanted", &weft_type_bool, NULL, offsetof(tall_all_maybe_number_args, wanted), 0, NULL },
};

const weft_type tall_all_maybe_number_args_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_STRUCT,
    .n = 1,
    .c_size = sizeof(tall_all_maybe_number_args),
    .fields = tall_all_maybe_number_args__fields,
};

static const weft_field tall_all_points_args__fields[] = {
    { "count", &weft_type_u32, NULL, offsetof(tall_all_points_args, count), 0, NULL },
};

const weft_type tall_all_points_args_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_STRUCT,
    .n = 1,
    .c_size = sizeof(tall_all_points_args),
    .fields = tall_all_points_args__fields,
};

static const weft_field tall_all_numbers_args__fields[] = {
    { "count", &weft_type_u32, NULL, offsetof(tall_all_numbers_args, count), 0, NULL },
};

const weft_type tall_all_numbers_args_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_STRUCT,
    .n = 1,
    .c_size = sizeof(tall_all_numbers_args),
    .fields = tall_all_numbers_args__fields,
};

static const weft_field tall_all_digest_args__fields[] = {
    { "data", &weft_type_bytes, NULL, offsetof(tall_all_digest_args, data), 0, NULL },
};

const weft_type tall_all_digest_args_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_STRUCT,
    .n = 1,
    .c_size = sizeof(tall_all_digest_args),
    .fields = tall_all_digest_args__fields,
};

static const weft_field tall_all_color_of_args__fields[] = {
    { "point", &tall_point_type, NULL, offsetof(tall_all_color_of_args, point), 0, NULL },
};

const weft_type tall_all_color_of_args_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_STRUCT,
    .n = 1,
    .c_size = sizeof(tall_all_color_of_args),
    .fields = tall_all_color_of_args__fields,
};

static const weft_field tall_all_check_args__fields[] = {
    { "value", &weft_type_i32, NULL, offsetof(tall_all_check_args, value), 0, NULL },
};

const weft_type tall_all_check_args_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_STRUCT,
    .n = 1,
    .c_size = sizeof(tall_all_check_args),
    .fields = tall_all_check_args__fields,
};

static const weft_field tall_all_divide_args__fields[] = {
    { "dividend", &weft_type_f64, NULL, offsetof(tall_all_divide_args, dividend), 0, NULL },
    { "divisor", &weft_type_f64, NULL, offsetof(tall_all_divide_args, divisor), 0, NULL },
};

const weft_type tall_all_divide_args_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_STRUCT,
    .n = 2,
    .c_size = sizeof(tall_all_divide_args),
    .fields = tall_all_divide_args__fields,
};

static const weft_field tall_all_locate_args__fields[] = {
    { "name", &weft_type_str, NULL, offsetof(tall_all_locate_args, name), 0, NULL },
};

const weft_type tall_all_locate_args_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_STRUCT,
    .n = 1,
    .c_size = sizeof(tall_all_locate_args),
    .fields = tall_all_locate_args__fields,
};
static const tall_color tall_all_store_args__color_default = { .kind = TALL_COLOR_RED };

static const weft_field tall_all_store_args__fields[] = {
    { "value", &tall_shape_type, NULL, offsetof(tall_all_store_args, value), 0, NULL },
    { "color", &tall_color_type, &tall_all_store_args__color_default, offsetof(tall_all_store_args, color),
      WEFT_FIELD_DEFAULT, NULL },
};

const weft_type tall_all_store_args_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_STRUCT,
    .n = 2,
    .c_size = sizeof(tall_all_store_args),
    .fields = tall_all_store_args__fields,
};

static const weft_field tall_all_replace_args__fields[] = {
    { "value", &tall_node_type, NULL, offsetof(tall_all_replace_args, value), 0, NULL },
};

const weft_type tall_all_replace_args_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_STRUCT,
    .n = 1,
    .c_size = sizeof(tall_all_replace_args),
    .fields = tall_all_replace_args__fields,
};

static const char *const tall_all_do_return_args__new__was[] = { "old", NULL };

static const weft_field tall_all_do_return_args__fields[] = {
    { "class", &weft_type_str, NULL, offsetof(tall_all_do_return_args, class_), 0, NULL },
    { "new", &weft_type_u8, NULL, offsetof(tall_all_do_return_args, new_), WEFT_FIELD_DEFAULT,
      tall_all_do_return_args__new__was },
    { "secret", &weft_type_str, NULL, offsetof(tall_all_do_return_args, secret),
      WEFT_FIELD_DEFAULT | WEFT_FIELD_SENSITIVE, NULL },
};

const weft_type tall_all_do_return_args_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_STRUCT,
    .n = 3,
    .c_size = sizeof(tall_all_do_return_args),
    .fields = tall_all_do_return_args__fields,
};

static const weft_type tall_all__no_args = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_STRUCT,
    .c_size = 1,
};

static void tall_all__closed(const void *table, void *self)
{
    const tall_all_handler *handler = table;
    if (handler->size >= offsetof(tall_all_handler, closed) + sizeof handler->closed && handler->closed)
        handler->closed(self);
}

static int tall_all_ping__dispatch(const void *table, void *self, weft_call call, const void *args)
{
    const tall_all_handler *handler = table;
    if (handler->size < offsetof(tall_all_handler, ping) + sizeof handler->ping || !handler->ping)
        return WEFT_OUTCOME_UNKNOWN_METHOD;
    tall_all_ping_call typed = { call };
    (void)args;
    handler->ping(self, typed);
    return 0;
}

static int tall_all_echo_scalars__dispatch(const void *table, void *self, weft_call call, const void *args)
{
    const tall_all_handler *handler = table;
    if (handler->size < offsetof(tall_all_handler, echo_scalars) + sizeof handler->echo_scalars ||
        !handler->echo_scalars)
        return WEFT_OUTCOME_UNKNOWN_METHOD;
    tall_all_echo_scalars_call typed = { call };
    handler->echo_scalars(self, typed, args);
    return 0;
}

static int tall_all_echo_lists__dispatch(const void *table, void *self, weft_call call, const void *args)
{
    const tall_all_handler *handler = table;
    if (handler->size < offsetof(tall_all_handler, echo_lists) + sizeof handler->echo_lists || !handler->echo_lists)
        return WEFT_OUTCOME_UNKNOWN_METHOD;
    tall_all_echo_lists_call typed = { call };
    handler->echo_lists(self, typed, args);
    return 0;
}

static int tall_all_echo_maps__dispatch(const void *table, void *self, weft_call call, const void *args)
{
    const tall_all_handler *handler = table;
    if (handler->size < offsetof(tall_all_handler, echo_maps) + sizeof handler->echo_maps || !handler->echo_maps)
        return WEFT_OUTCOME_UNKNOWN_METHOD;
    tall_all_echo_maps_call typed = { call };
    handler->echo_maps(self, typed, args);
    return 0;
}

static int tall_all_echo_arrays__dispatch(const void *table, void *self, weft_call call, const void *args)
{
    const tall_all_handler *handler = table;
    if (handler->size < offsetof(tall_all_handler, echo_arrays) + sizeof handler->echo_arrays || !handler->echo_arrays)
        return WEFT_OUTCOME_UNKNOWN_METHOD;
    tall_all_echo_arrays_call typed = { call };
    handler->echo_arrays(self, typed, args);
    return 0;
}

static int tall_all_echo_options__dispatch(const void *table, void *self, weft_call call, const void *args)
{
    const tall_all_handler *handler = table;
    if (handler->size < offsetof(tall_all_handler, echo_options) + sizeof handler->echo_options ||
        !handler->echo_options)
        return WEFT_OUTCOME_UNKNOWN_METHOD;
    tall_all_echo_options_call typed = { call };
    handler->echo_options(self, typed, args);
    return 0;
}

static int tall_all_echo_shape__dispatch(const void *table, void *self, weft_call call, const void *args)
{
    const tall_all_handler *handler = table;
    if (handler->size < offsetof(tall_all_handler, echo_shape) + sizeof handler->echo_shape || !handler->echo_shape)
        return WEFT_OUTCOME_UNKNOWN_METHOD;
    tall_all_echo_shape_call typed = { call };
    handler->echo_shape(self, typed, args);
    return 0;
}

static int tall_all_echo_node__dispatch(const void *table, void *self, weft_call call, const void *args)
{
    const tall_all_handler *handler = table;
    if (handler->size < offsetof(tall_all_handler, echo_node) + sizeof handler->echo_node || !handler->echo_node)
        return WEFT_OUTCOME_UNKNOWN_METHOD;
    tall_all_echo_node_call typed = { call };
    handler->echo_node(self, typed, args);
    return 0;
}

static int tall_all_echo_everything__dispatch(const void *table, void *self, weft_call call, const void *args)
{
    const tall_all_handler *handler = table;
    if (handler->size < offsetof(tall_all_handler, echo_everything) + sizeof handler->echo_everything ||
        !handler->echo_everything)
        return WEFT_OUTCOME_UNKNOWN_METHOD;
    tall_all_echo_everything_call typed = { call };
    handler->echo_everything(self, typed, args);
    return 0;
}

static int tall_all_add__dispatch(const void *table, void *self, weft_call call, const void *args)
{
    const tall_all_handler *handler = table;
    if (handler->size < offsetof(tall_all_handler, add) + sizeof handler->add || !handler->add)
        return WEFT_OUTCOME_UNKNOWN_METHOD;
    tall_all_add_call typed = { call };
    handler->add(self, typed, args);
    return 0;
}

static int tall_all_join__dispatch(const void *table, void *self, weft_call call, const void *args)
{
    const tall_all_handler *handler = table;
    if (handler->size < offsetof(tall_all_handler, join) + sizeof handler->join || !handler->join)
        return WEFT_OUTCOME_UNKNOWN_METHOD;
    tall_all_join_call typed = { call };
    handler->join(self, typed, args);
    return 0;
}

static int tall_all_find__dispatch(const void *table, void *self, weft_call call, const void *args)
{
    const tall_all_handler *handler = table;
    if (handler->size < offsetof(tall_all_handler, find) + sizeof handler->find || !handler->find)
        return WEFT_OUTCOME_UNKNOWN_METHOD;
    tall_all_find_call typed = { call };
    handler->find(self, typed, args);
    return 0;
}

static int tall_all_maybe_number__dispatch(const void *table, void *self, weft_call call, const void *args)
{
    const tall_all_handler *handler = table;
    if (handler->size < offsetof(tall_all_handler, maybe_number) + sizeof handler->maybe_number ||
        !handler->maybe_number)
        return WEFT_OUTCOME_UNKNOWN_METHOD;
    tall_all_maybe_number_call typed = { call };
    handler->maybe_number(self, typed, args);
    return 0;
}

static int tall_all_points__dispatch(const void *table, void *self, weft_call call, const void *args)
{
    const tall_all_handler *handler = table;
    if (handler->size < offsetof(tall_all_handler, points) + sizeof handler->points || !handler->points)
        return WEFT_OUTCOME_UNKNOWN_METHOD;
    tall_all_points_call typed = { call };
    handler->points(self, typed, args);
    return 0;
}

static int tall_all_numbers__dispatch(const void *table, void *self, weft_call call, const void *args)
{
    const tall_all_handler *handler = table;
    if (handler->size < offsetof(tall_all_handler, numbers) + sizeof handler->numbers || !handler->numbers)
        return WEFT_OUTCOME_UNKNOWN_METHOD;
    tall_all_numbers_call typed = { call };
    handler->numbers(self, typed, args);
    return 0;
}

static int tall_all_table__dispatch(const void *table, void *self, weft_call call, const void *args)
{
    const tall_all_handler *handler = table;
    if (handler->size < offsetof(tall_all_handler, table) + sizeof handler->table || !handler->table)
        return WEFT_OUTCOME_UNKNOWN_METHOD;
    tall_all_table_call typed = { call };
    (void)args;
    handler->table(self, typed);
    return 0;
}

static int tall_all_digest__dispatch(const void *table, void *self, weft_call call, const void *args)
{
    const tall_all_handler *handler = table;
    if (handler->size < offsetof(tall_all_handler, digest) + sizeof handler->digest || !handler->digest)
        return WEFT_OUTCOME_UNKNOWN_METHOD;
    tall_all_digest_call typed = { call };
    handler->digest(self, typed, args);
    return 0;
}

static int tall_all_color_of__dispatch(const void *table, void *self, weft_call call, const void *args)
{
    const tall_all_handler *handler = table;
    if (handler->size < offsetof(tall_all_handler, color_of) + sizeof handler->color_of || !handler->color_of)
        return WEFT_OUTCOME_UNKNOWN_METHOD;
    tall_all_color_of_call typed = { call };
    handler->color_of(self, typed, args);
    return 0;
}

static int tall_all_flags__dispatch(const void *table, void *self, weft_call call, const void *args)
{
    const tall_all_handler *handler = table;
    if (handler->size < offsetof(tall_all_handler, flags) + sizeof handler->flags || !handler->flags)
        return WEFT_OUTCOME_UNKNOWN_METHOD;
    tall_all_flags_call typed = { call };
    (void)args;
    handler->flags(self, typed);
    return 0;
}

static int tall_all_now__dispatch(const void *table, void *self, weft_call call, const void *args)
{
    const tall_all_handler *handler = table;
    if (handler->size < offsetof(tall_all_handler, now) + sizeof handler->now || !handler->now)
        return WEFT_OUTCOME_UNKNOWN_METHOD;
    tall_all_now_call typed = { call };
    (void)args;
    handler->now(self, typed);
    return 0;
}

static int tall_all_id__dispatch(const void *table, void *self, weft_call call, const void *args)
{
    const tall_all_handler *handler = table;
    if (handler->size < offsetof(tall_all_handler, id) + sizeof handler->id || !handler->id)
        return WEFT_OUTCOME_UNKNOWN_METHOD;
    tall_all_id_call typed = { call };
    (void)args;
    handler->id(self, typed);
    return 0;
}

static int tall_all_nothing__dispatch(const void *table, void *self, weft_call call, const void *args)
{
    const tall_all_handler *handler = table;
    if (handler->size < offsetof(tall_all_handler, nothing) + sizeof handler->nothing || !handler->nothing)
        return WEFT_OUTCOME_UNKNOWN_METHOD;
    tall_all_nothing_call typed = { call };
    (void)args;
    handler->nothing(self, typed);
    return 0;
}

static int tall_all_check__dispatch(const void *table, void *self, weft_call call, const void *args)
{
    const tall_all_handler *handler = table;
    if (handler->size < offsetof(tall_all_handler, check) + sizeof handler->check || !handler->check)
        return WEFT_OUTCOME_UNKNOWN_METHOD;
    tall_all_check_call typed = { call };
    handler->check(self, typed, args);
    return 0;
}

static int tall_all_divide__dispatch(const void *table, void *self, weft_call call, const void *args)
{
    const tall_all_handler *handler = table;
    if (handler->size < offsetof(tall_all_handler, divide) + sizeof handler->divide || !handler->divide)
        return WEFT_OUTCOME_UNKNOWN_METHOD;
    tall_all_divide_call typed = { call };
    handler->divide(self, typed, args);
    return 0;
}

static int tall_all_locate__dispatch(const void *table, void *self, weft_call call, const void *args)
{
    const tall_all_handler *handler = table;
    if (handler->size < offsetof(tall_all_handler, locate) + sizeof handler->locate || !handler->locate)
        return WEFT_OUTCOME_UNKNOWN_METHOD;
    tall_all_locate_call typed = { call };
    handler->locate(self, typed, args);
    return 0;
}

static int tall_all_store__dispatch(const void *table, void *self, weft_call call, const void *args)
{
    const tall_all_handler *handler = table;
    if (handler->size < offsetof(tall_all_handler, store) + sizeof handler->store || !handler->store)
        return WEFT_OUTCOME_UNKNOWN_METHOD;
    tall_all_store_call typed = { call };
    handler->store(self, typed, args);
    return 0;
}

static int tall_all_replace__dispatch(const void *table, void *self, weft_call call, const void *args)
{
    const tall_all_handler *handler = table;
    if (handler->size < offsetof(tall_all_handler, replace) + sizeof handler->replace || !handler->replace)
        return WEFT_OUTCOME_UNKNOWN_METHOD;
    tall_all_replace_call typed = { call };
    handler->replace(self, typed, args);
    return 0;
}

static int tall_all_noop__dispatch(const void *table, void *self, weft_call call, const void *args)
{
    const tall_all_handler *handler = table;
    if (handler->size < offsetof(tall_all_handler, noop) + sizeof handler->noop || !handler->noop)
        return WEFT_OUTCOME_UNKNOWN_METHOD;
    tall_all_noop_call typed = { call };
    (void)args;
    handler->noop(self, typed);
    return 0;
}

static int tall_all_do_return__dispatch(const void *table, void *self, weft_call call, const void *args)
{
    const tall_all_handler *handler = table;
    if (handler->size < offsetof(tall_all_handler, do_return) + sizeof handler->do_return || !handler->do_return)
        return WEFT_OUTCOME_UNKNOWN_METHOD;
    tall_all_do_return_call typed = { call };
    handler->do_return(self, typed, args);
    return 0;
}

int tall_all_serve(weft_pending pending, const tall_all_handler *handler, void *self,
                   weft_connection **ret_connection_or_null)
{
    return weft_gen_serve(pending, &tall_all_service, handler, self, ret_connection_or_null);
}

int tall_all_ping_return(tall_all_ping_call call)
{
    return weft_gen_return(call.call, &tall_all_service, 0, NULL);
}

int tall_all_echo_scalars_keep(tall_all_echo_scalars_call call, const tall_all_echo_scalars_args **args)
{
    const void *kept = *args;
    int rc = weft_gen_keep(call.call, &kept);
    if (rc == 0)
        *args = kept;
    return rc;
}

int tall_all_echo_scalars_return(tall_all_echo_scalars_call call, const tall_scalars *value)
{
    return weft_gen_return(call.call, &tall_all_service, 1, value);
}

int tall_all_echo_lists_keep(tall_all_echo_lists_call call, const tall_all_echo_lists_args **args)
{
    const void *kept = *args;
    int rc = weft_gen_keep(call.call, &kept);
    if (rc == 0)
        *args = kept;
    return rc;
}

int tall_all_echo_lists_return(tall_all_echo_lists_call call, const tall_lists *value)
{
    return weft_gen_return(call.call, &tall_all_service, 2, value);
}

int tall_all_echo_maps_keep(tall_all_echo_maps_call call, const tall_all_echo_maps_args **args)
{
    const void *kept = *args;
    int rc = weft_gen_keep(call.call, &kept);
    if (rc == 0)
        *args = kept;
    return rc;
}

int tall_all_echo_maps_return(tall_all_echo_maps_call call, const tall_maps *value)
{
    return weft_gen_return(call.call, &tall_all_service, 3, value);
}

int tall_all_echo_arrays_keep(tall_all_echo_arrays_call call, const tall_all_echo_arrays_args **args)
{
    const void *kept = *args;
    int rc = weft_gen_keep(call.call, &kept);
    if (rc == 0)
        *args = kept;
    return rc;
}

int tall_all_echo_arrays_return(tall_all_echo_arrays_call call, const tall_arrays *value)
{
    return weft_gen_return(call.call, &tall_all_service, 4, value);
}

int tall_all_echo_options_keep(tall_all_echo_options_call call, const tall_all_echo_options_args **args)
{
    const void *kept = *args;
    int rc = weft_gen_keep(call.call, &kept);
    if (rc == 0)
        *args = kept;
    return rc;
}

int tall_all_echo_options_return(tall_all_echo_options_call call, const tall_options *value)
{
    return weft_gen_return(call.call, &tall_all_service, 5, value);
}

int tall_all_echo_shape_keep(tall_all_echo_shape_call call, const tall_all_echo_shape_args **args)
{
    const void *kept = *args;
    int rc = weft_gen_keep(call.call, &kept);
    if (rc == 0)
        *args = kept;
    return rc;
}

int tall_all_echo_shape_return(tall_all_echo_shape_call call, const tall_shape *value)
{
    return weft_gen_return(call.call, &tall_all_service, 6, value);
}

int tall_all_echo_node_keep(tall_all_echo_node_call call, const tall_all_echo_node_args **args)
{
    const void *kept = *args;
    int rc = weft_gen_keep(call.call, &kept);
    if (rc == 0)
        *args = kept;
    return rc;
}

int tall_all_echo_node_return(tall_all_echo_node_call call, const tall_node *value)
{
    return weft_gen_return(call.call, &tall_all_service, 7, value);
}

int tall_all_echo_everything_keep(tall_all_echo_everything_call call, const tall_all_echo_everything_args **args)
{
    const void *kept = *args;
    int rc = weft_gen_keep(call.call, &kept);
    if (rc == 0)
        *args = kept;
    return rc;
}

int tall_all_echo_everything_return(tall_all_echo_everything_call call, const tall_everything *value)
{
    return weft_gen_return(call.call, &tall_all_service, 8, value);
}

int tall_all_add_keep(tall_all_add_call call, const tall_all_add_args **args)
{
    const void *kept = *args;
    int rc = weft_gen_keep(call.call, &kept);
    if (rc == 0)
        *args = kept;
    return rc;
}

int tall_all_add_return(tall_all_add_call call, int64_t value)
{
    return weft_gen_return(call.call, &tall_all_service, 9, &value);
}

int tall_all_join_keep(tall_all_join_call call, const tall_all_join_args **args)
{
    const void *kept = *args;
    int rc = weft_gen_keep(call.call, &kept);
    if (rc == 0)
        *args = kept;
    return rc;
}

int tall_all_join_return(tall_all_join_call call, weft_str value)
{
    return weft_gen_return(call.call, &tall_all_service, 10, &value);
}

int tall_all_find_keep(tall_all_find_call call, const tall_all_find_args **args)
{
    const void *kept = *args;
    int rc = weft_gen_keep(call.call, &kept);
    if (rc == 0)
        *args = kept;
    return rc;
}

int tall_all_find_return(tall_all_find_call call, const tall_point *value_or_null)
{
    return weft_gen_return(call.call, &tall_all_service, 11, &value_or_null);
}

int tall_all_maybe_number_keep(tall_all_maybe_number_call call, const tall_all_maybe_number_args **args)
{
    const void *kept = *args;
    int rc = weft_gen_keep(call.call, &kept);
    if (rc == 0)
        *args = kept;
    return rc;
}

int tall_all_maybe_number_return(tall_all_maybe_number_call call, weft_opt_u32 value)
{
    return weft_gen_return(call.call, &tall_all_service, 12, &value);
}

int tall_all_points_keep(tall_all_points_call call, const tall_all_points_args **args)
{
    const void *kept = *args;
    int rc = weft_gen_keep(call.call, &kept);
    if (rc == 0)
        *args = kept;
    return rc;
}

int tall_all_points_return(tall_all_points_call call, tall_point_list value)
{
    return weft_gen_return(call.call, &tall_all_service, 13, &value);
}

int tall_all_numbers_keep(tall_all_numbers_call call, const tall_all_numbers_args **args)
{
    const void *kept = *args;
    int rc = weft_gen_keep(call.call, &kept);
    if (rc == 0)
        *args = kept;
    return rc;
}

int tall_all_numbers_return(tall_all_numbers_call call, weft_u64_list value)
{
    return weft_gen_return(call.call, &tall_all_service, 14, &value);
}

int tall_all_table_return(tall_all_table_call call, tall_str_u32_map value)
{
    return weft_gen_return(call.call, &tall_all_service, 15, &value);
}

int tall_all_digest_keep(tall_all_digest_call call, const tall_all_digest_args **args)
{
    const void *kept = *args;
    int rc = weft_gen_keep(call.call, &kept);
    if (rc == 0)
        *args = kept;
    return rc;
}

int tall_all_digest_return(tall_all_digest_call call, const uint8_t value[32])
{
    return weft_gen_return(call.call, &tall_all_service, 16, value);
}

int tall_all_color_of_keep(tall_all_color_of_call call, const tall_all_color_of_args **args)
{
    const void *kept = *args;
    int rc = weft_gen_keep(call.call, &kept);
    if (rc == 0)
        *args = kept;
    return rc;
}

int tall_all_color_of_return(tall_all_color_of_call call, const tall_color *value)
{
    return weft_gen_return(call.call, &tall_all_service, 17, value);
}

int tall_all_flags_return(tall_all_flags_call call, const bool value[8])
{
    return weft_gen_return(call.call, &tall_all_service, 18, value);
}

int tall_all_now_return(tall_all_now_call call, weft_timestamp value)
{
    return weft_gen_return(call.call, &tall_all_service, 19, &value);
}

int tall_all_id_return(tall_all_id_call call, uint64_t value)
{
    return weft_gen_return(call.call, &tall_all_service, 20, &value);
}

int tall_all_nothing_return(tall_all_nothing_call call, const tall_empty *value)
{
    return weft_gen_return(call.call, &tall_all_service, 21, value);
}

int tall_all_check_keep(tall_all_check_call call, const tall_all_check_args **args)
{
    const void *kept = *args;
    int rc = weft_gen_keep(call.call, &kept);
    if (rc == 0)
        *args = kept;
    return rc;
}

int tall_all_check_return(tall_all_check_call call)
{
    return weft_gen_return(call.call, &tall_all_service, 22, NULL);
}

int tall_all_check_fail(tall_all_check_call call, const tall_failure *error)
{
    return weft_gen_fail(call.call, &tall_all_service, 22, error);
}

int tall_all_divide_keep(tall_all_divide_call call, const tall_all_divide_args **args)
{
    const void *kept = *args;
    int rc = weft_gen_keep(call.call, &kept);
    if (rc == 0)
        *args = kept;
    return rc;
}

int tall_all_divide_return(tall_all_divide_call call, double value)
{
    return weft_gen_return(call.call, &tall_all_service, 23, &value);
}

int tall_all_divide_fail(tall_all_divide_call call, const tall_failure *error)
{
    return weft_gen_fail(call.call, &tall_all_service, 23, error);
}

int tall_all_locate_keep(tall_all_locate_call call, const tall_all_locate_args **args)
{
    const void *kept = *args;
    int rc = weft_gen_keep(call.call, &kept);
    if (rc == 0)
        *args = kept;
    return rc;
}

int tall_all_locate_return(tall_all_locate_call call, const tall_node *value_or_null)
{
    return weft_gen_return(call.call, &tall_all_service, 24, &value_or_null);
}

int tall_all_locate_fail(tall_all_locate_call call, const tall_failure_detail *error)
{
    return weft_gen_fail(call.call, &tall_all_service, 24, error);
}

int tall_all_store_keep(tall_all_store_call call, const tall_all_store_args **args)
{
    const void *kept = *args;
    int rc = weft_gen_keep(call.call, &kept);
    if (rc == 0)
        *args = kept;
    return rc;
}

int tall_all_store_return(tall_all_store_call call, uint64_t value)
{
    return weft_gen_return(call.call, &tall_all_service, 25, &value);
}

int tall_all_store_fail(tall_all_store_call call, const tall_failure *error)
{
    return weft_gen_fail(call.call, &tall_all_service, 25, error);
}

int tall_all_replace_keep(tall_all_replace_call call, const tall_all_replace_args **args)
{
    const void *kept = *args;
    int rc = weft_gen_keep(call.call, &kept);
    if (rc == 0)
        *args = kept;
    return rc;
}

int tall_all_replace_return(tall_all_replace_call call)
{
    return weft_gen_return(call.call, &tall_all_service, 26, NULL);
}

int tall_all_replace_fail(tall_all_replace_call call, const tall_failure *error)
{
    return weft_gen_fail(call.call, &tall_all_service, 26, error);
}

int tall_all_noop_return(tall_all_noop_call call)
{
    return weft_gen_return(call.call, &tall_all_service, 27, NULL);
}

int tall_all_do_return_keep(tall_all_do_return_call call, const tall_all_do_return_args **args)
{
    const void *kept = *args;
    int rc = weft_gen_keep(call.call, &kept);
    if (rc == 0)
        *args = kept;
    return rc;
}

int tall_all_do_return_return(tall_all_do_return_call call, weft_str value)
{
    return weft_gen_return(call.call, &tall_all_service, 28, &value);
}

static void tall_all__opened(void (*opened)(void), void *user, weft_connection *connection_or_null,
                             const weft_error *error_or_null)
{
    tall_all_client client = { connection_or_null };
    ((tall_all_opened_fn)opened)(user, client, error_or_null);
}

static void tall_all_ping__deliver(void (*done)(void), void *user, const void *reply)
{
    ((tall_all_ping_fn)done)(user, reply);
}

static void tall_all_echo_scalars__deliver(void (*done)(void), void *user, const void *reply)
{
    ((tall_all_echo_scalars_fn)done)(user, reply);
}

static void tall_all_echo_lists__deliver(void (*done)(void), void *user, const void *reply)
{
    ((tall_all_echo_lists_fn)done)(user, reply);
}

static void tall_all_echo_maps__deliver(void (*done)(void), void *user, const void *reply)
{
    ((tall_all_echo_maps_fn)done)(user, reply);
}

static void tall_all_echo_arrays__deliver(void (*done)(void), void *user, const void *reply)
{
    ((tall_all_echo_arrays_fn)done)(user, reply);
}

static void tall_all_echo_options__deliver(void (*done)(void), void *user, const void *reply)
{
    ((tall_all_echo_options_fn)done)(user, reply);
}

static void tall_all_echo_shape__deliver(void (*done)(void), void *user, const void *reply)
{
    ((tall_all_echo_shape_fn)done)(user, reply);
}

static void tall_all_echo_node__deliver(void (*done)(void), void *user, const void *reply)
{
    ((tall_all_echo_node_fn)done)(user, reply);
}

static void tall_all_echo_everything__deliver(void (*done)(void), void *user, const void *reply)
{
    ((tall_all_echo_everything_fn)done)(user, reply);
}

static void tall_all_add__deliver(void (*done)(void), void *user, const void *reply)
{
    ((tall_all_add_fn)done)(user, reply);
}

static void tall_all_join__deliver(void (*done)(void), void *user, const void *reply)
{
    ((tall_all_join_fn)done)(user, reply);
}

static void tall_all_find__deliver(void (*done)(void), void *user, const void *reply)
{
    ((tall_all_find_fn)done)(user, reply);
}

static void tall_all_maybe_number__deliver(void (*done)(void), void *user, const void *reply)
{
    ((tall_all_maybe_number_fn)done)(user, reply);
}

static void tall_all_points__deliver(void (*done)(void), void *user, const void *reply)
{
    ((tall_all_points_fn)done)(user, reply);
}

static void tall_all_numbers__deliver(void (*done)(void), void *user, const void *reply)
{
    ((tall_all_numbers_fn)done)(user, reply);
}

static void tall_all_table__deliver(void (*done)(void), void *user, const void *reply)
{
    ((tall_all_table_fn)done)(user, reply);
}

static void tall_all_digest__deliver(void (*done)(void), void *user, const void *reply)
{
    ((tall_all_digest_fn)done)(user, reply);
}

static void tall_all_color_of__deliver(void (*done)(void), void *user, const void *reply)
{
    ((tall_all_color_of_fn)done)(user, reply);
}

static void tall_all_flags__deliver(void (*done)(void), void *user, const void *reply)
{
    ((tall_all_flags_fn)done)(user, reply);
}

static void tall_all_now__deliver(void (*done)(void), void *user, const void *reply)
{
    ((tall_all_now_fn)done)(user, reply);
}

static void tall_all_id__deliver(void (*done)(void), void *user, const void *reply)
{
    ((tall_all_id_fn)done)(user, reply);
}

static void tall_all_nothing__deliver(void (*done)(void), void *user, const void *reply)
{
    ((tall_all_nothing_fn)done)(user, reply);
}

static void tall_all_check__deliver(void (*done)(void), void *user, const void *reply)
{
    ((tall_all_check_fn)done)(user, reply);
}

static void tall_all_divide__deliver(void (*done)(void), void *user, const void *reply)
{
    ((tall_all_divide_fn)done)(user, reply);
}

static void tall_all_locate__deliver(void (*done)(void), void *user, const void *reply)
{
    ((tall_all_locate_fn)done)(user, reply);
}

static void tall_all_store__deliver(void (*done)(void), void *user, const void *reply)
{
    ((tall_all_store_fn)done)(user, reply);
}

static void tall_all_replace__deliver(void (*done)(void), void *user, const void *reply)
{
    ((tall_all_replace_fn)done)(user, reply);
}

static void tall_all_noop__deliver(void (*done)(void), void *user, const void *reply)
{
    ((tall_all_noop_fn)done)(user, reply);
}

static void tall_all_do_return__deliver(void (*done)(void), void *user, const void *reply)
{
    ((tall_all_do_return_fn)done)(user, reply);
}

int tall_all_open(weft_session *session, const weft_open_options *options_or_null, tall_all_opened_fn opened,
                  void *user)
{
    return weft_gen_open(session, &tall_all_service, options_or_null, (void (*)(void))opened, user);
}

int tall_all_ping(tall_all_client client, const weft_call_options *options_or_null, tall_all_ping_fn done_or_null,
                  void *user, weft_call *ret_call_or_null)
{
    return weft_gen_call(client.connection, &tall_all_service, 0, "", options_or_null, (void (*)(void))done_or_null,
                         user, ret_call_or_null);
}

int tall_all_echo_scalars(tall_all_client client, const tall_all_echo_scalars_args *args,
                          const weft_call_options *options_or_null, tall_all_echo_scalars_fn done_or_null, void *user,
                          weft_call *ret_call_or_null)
{
    return weft_gen_call(client.connection, &tall_all_service, 1, args, options_or_null, (void (*)(void))done_or_null,
                         user, ret_call_or_null);
}

int tall_all_echo_lists(tall_all_client client, const tall_all_echo_lists_args *args,
                        const weft_call_options *options_or_null, tall_all_echo_lists_fn done_or_null, void *user,
                        weft_call *ret_call_or_null)
{
    return weft_gen_call(client.connection, &tall_all_service, 2, args, options_or_null, (void (*)(void))done_or_null,
                         user, ret_call_or_null);
}

int tall_all_echo_maps(tall_all_client client, const tall_all_echo_maps_args *args,
                       const weft_call_options *options_or_null, tall_all_echo_maps_fn done_or_null, void *user,
                       weft_call *ret_call_or_null)
{
    return weft_gen_call(client.connection, &tall_all_service, 3, args, options_or_null, (void (*)(void))done_or_null,
                         user, ret_call_or_null);
}

int tall_all_echo_arrays(tall_all_client client, const tall_all_echo_arrays_args *args,
                         const weft_call_options *options_or_null, tall_all_echo_arrays_fn done_or_null, void *user,
                         weft_call *ret_call_or_null)
{
    return weft_gen_call(client.connection, &tall_all_service, 4, args, options_or_null, (void (*)(void))done_or_null,
                         user, ret_call_or_null);
}

int tall_all_echo_options(tall_all_client client, const tall_all_echo_options_args *args,
                          const weft_call_options *options_or_null, tall_all_echo_options_fn done_or_null, void *user,
                          weft_call *ret_call_or_null)
{
    return weft_gen_call(client.connection, &tall_all_service, 5, args, options_or_null, (void (*)(void))done_or_null,
                         user, ret_call_or_null);
}

int tall_all_echo_shape(tall_all_client client, const tall_all_echo_shape_args *args,
                        const weft_call_options *options_or_null, tall_all_echo_shape_fn done_or_null, void *user,
                        weft_call *ret_call_or_null)
{
    return weft_gen_call(client.connection, &tall_all_service, 6, args, options_or_null, (void (*)(void))done_or_null,
                         user, ret_call_or_null);
}

int tall_all_echo_node(tall_all_client client, const tall_all_echo_node_args *args,
                       const weft_call_options *options_or_null, tall_all_echo_node_fn done_or_null, void *user,
                       weft_call *ret_call_or_null)
{
    return weft_gen_call(client.connection, &tall_all_service, 7, args, options_or_null, (void (*)(void))done_or_null,
                         user, ret_call_or_null);
}

int tall_all_echo_everything(tall_all_client client, const tall_all_echo_everything_args *args,
                             const weft_call_options *options_or_null, tall_all_echo_everything_fn done_or_null,
                             void *user, weft_call *ret_call_or_null)
{
    return weft_gen_call(client.connection, &tall_all_service, 8, args, options_or_null, (void (*)(void))done_or_null,
                         user, ret_call_or_null);
}

int tall_all_add(tall_all_client client, const tall_all_add_args *args, const weft_call_options *options_or_null,
                 tall_all_add_fn done_or_null, void *user, weft_call *ret_call_or_null)
{
    return weft_gen_call(client.connection, &tall_all_service, 9, args, options_or_null, (void (*)(void))done_or_null,
                         user, ret_call_or_null);
}

int tall_all_join(tall_all_client client, const tall_all_join_args *args, const weft_call_options *options_or_null,
                  tall_all_join_fn done_or_null, void *user, weft_call *ret_call_or_null)
{
    return weft_gen_call(client.connection, &tall_all_service, 10, args, options_or_null, (void (*)(void))done_or_null,
                         user, ret_call_or_null);
}

int tall_all_find(tall_all_client client, const tall_all_find_args *args, const weft_call_options *options_or_null,
                  tall_all_find_fn done_or_null, void *user, weft_call *ret_call_or_null)
{
    return weft_gen_call(client.connection, &tall_all_service, 11, args, options_or_null, (void (*)(void))done_or_null,
                         user, ret_call_or_null);
}

int tall_all_maybe_number(tall_all_client client, const tall_all_maybe_number_args *args,
                          const weft_call_options *options_or_null, tall_all_maybe_number_fn done_or_null, void *user,
                          weft_call *ret_call_or_null)
{
    return weft_gen_call(client.connection, &tall_all_service, 12, args, options_or_null, (void (*)(void))done_or_null,
                         user, ret_call_or_null);
}

int tall_all_points(tall_all_client client, const tall_all_points_args *args, const weft_call_options *options_or_null,
                    tall_all_points_fn done_or_null, void *user, weft_call *ret_call_or_null)
{
    return weft_gen_call(client.connection, &tall_all_service, 13, args, options_or_null, (void (*)(void))done_or_null,
                         user, ret_call_or_null);
}

int tall_all_numbers(tall_all_client client, const tall_all_numbers_args *args,
                     const weft_call_options *options_or_null, tall_all_numbers_fn done_or_null, void *user,
                     weft_call *ret_call_or_null)
{
    return weft_gen_call(client.connection, &tall_all_service, 14, args, options_or_null, (void (*)(void))done_or_null,
                         user, ret_call_or_null);
}

int tall_all_table(tall_all_client client, const weft_call_options *options_or_null, tall_all_table_fn done_or_null,
                   void *user, weft_call *ret_call_or_null)
{
    return weft_gen_call(client.connection, &tall_all_service, 15, "", options_or_null, (void (*)(void))done_or_null,
                         user, ret_call_or_null);
}

int tall_all_digest(tall_all_client client, const tall_all_digest_args *args, const weft_call_options *options_or_null,
                    tall_all_digest_fn done_or_null, void *user, weft_call *ret_call_or_null)
{
    return weft_gen_call(client.connection, &tall_all_service, 16, args, options_or_null, (void (*)(void))done_or_null,
                         user, ret_call_or_null);
}

int tall_all_color_of(tall_all_client client, const tall_all_color_of_args *args,
                      const weft_call_options *options_or_null, tall_all_color_of_fn done_or_null, void *user,
                      weft_call *ret_call_or_null)
{
    return weft_gen_call(client.connection, &tall_all_service, 17, args, options_or_null, (void (*)(void))done_or_null,
                         user, ret_call_or_null);
}

int tall_all_flags(tall_all_client client, const weft_call_options *options_or_null, tall_all_flags_fn done_or_null,
                   void *user, weft_call *ret_call_or_null)
{
    return weft_gen_call(client.connection, &tall_all_service, 18, "", options_or_null, (void (*)(void))done_or_null,
                         user, ret_call_or_null);
}

int tall_all_now(tall_all_client client, const weft_call_options *options_or_null, tall_all_now_fn done_or_null,
                 void *user, weft_call *ret_call_or_null)
{
    return weft_gen_call(client.connection, &tall_all_service, 19, "", options_or_null, (void (*)(void))done_or_null,
                         user, ret_call_or_null);
}

int tall_all_id(tall_all_client client, const weft_call_options *options_or_null, tall_all_id_fn done_or_null,
                void *user, weft_call *ret_call_or_null)
{
    return weft_gen_call(client.connection, &tall_all_service, 20, "", options_or_null, (void (*)(void))done_or_null,
                         user, ret_call_or_null);
}

int tall_all_nothing(tall_all_client client, const weft_call_options *options_or_null, tall_all_nothing_fn done_or_null,
                     void *user, weft_call *ret_call_or_null)
{
    return weft_gen_call(client.connection, &tall_all_service, 21, "", options_or_null, (void (*)(void))done_or_null,
                         user, ret_call_or_null);
}

int tall_all_check(tall_all_client client, const tall_all_check_args *args, const weft_call_options *options_or_null,
                   tall_all_check_fn done_or_null, void *user, weft_call *ret_call_or_null)
{
    return weft_gen_call(client.connection, &tall_all_service, 22, args, options_or_null, (void (*)(void))done_or_null,
                         user, ret_call_or_null);
}

int tall_all_divide(tall_all_client client, const tall_all_divide_args *args, const weft_call_options *options_or_null,
                    tall_all_divide_fn done_or_null, void *user, weft_call *ret_call_or_null)
{
    return weft_gen_call(client.connection, &tall_all_service, 23, args, options_or_null, (void (*)(void))done_or_null,
                         user, ret_call_or_null);
}

int tall_all_locate(tall_all_client client, const tall_all_locate_args *args, const weft_call_options *options_or_null,
                    tall_all_locate_fn done_or_null, void *user, weft_call *ret_call_or_null)
{
    return weft_gen_call(client.connection, &tall_all_service, 24, args, options_or_null, (void (*)(void))done_or_null,
                         user, ret_call_or_null);
}

int tall_all_store(tall_all_client client, const tall_all_store_args *args, const weft_call_options *options_or_null,
                   tall_all_store_fn done_or_null, void *user, weft_call *ret_call_or_null)
{
    return weft_gen_call(client.connection, &tall_all_service, 25, args, options_or_null, (void (*)(void))done_or_null,
                         user, ret_call_or_null);
}

int tall_all_replace(tall_all_client client, const tall_all_replace_args *args,
                     const weft_call_options *options_or_null, tall_all_replace_fn done_or_null, void *user,
                     weft_call *ret_call_or_null)
{
    return weft_gen_call(client.connection, &tall_all_service, 26, args, options_or_null, (void (*)(void))done_or_null,
                         user, ret_call_or_null);
}

int tall_all_noop(tall_all_client client, const weft_call_options *options_or_null, tall_all_noop_fn done_or_null,
                  void *user, weft_call *ret_call_or_null)
{
    return weft_gen_call(client.connection, &tall_all_service, 27, "", options_or_null, (void (*)(void))done_or_null,
                         user, ret_call_or_null);
}

int tall_all_do_return(tall_all_client client, const tall_all_do_return_args *args,
                       const weft_call_options *options_or_null, tall_all_do_return_fn done_or_null, void *user,
                       weft_call *ret_call_or_null)
{
    return weft_gen_call(client.connection, &tall_all_service, 28, args, options_or_null, (void (*)(void))done_or_null,
                         user, ret_call_or_null);
}

static const uint8_t tall_all_ping__arguments[] = {
    0x90,
};

static const uint8_t tall_all_ping__results[] = {
    0x94, 0xc0, 0xc0, 0x00, 0x90,
};

static const uint8_t tall_all_echo_scalars__arguments[] = {
    0x91, 0x95, 0xa5, 0x76, 0x61, 0x6c, 0x75, 0x65, 0x92, 0x14, 0xcf, 0xa1, 0xca, 0xcf, 0x5c, 0x48,
    0xd2, 0x2b, 0x22, 0xc2, 0x00, 0xc2,
};

static const uint8_t tall_all_echo_scalars__results[] = {
    0x94, 0x92, 0x14, 0xcf, 0xa1, 0xca, 0xcf, 0x5c, 0x48, 0xd2, 0x2b, 0x22, 0xc0, 0x00, 0x90,
};

static const weft_type *const tall_all_echo_scalars__argument_types[] = { &tall_scalars_type };

static const weft_type *const tall_all_echo_scalars__result_types[] = { &tall_scalars_type };

static const uint8_t tall_all_echo_lists__arguments[] = {
    0x91, 0x95, 0xa5, 0x76, 0x61, 0x6c, 0x75, 0x65, 0x92, 0x14, 0xcf, 0x87, 0x32, 0xca, 0xe7, 0xd0,
    0x42, 0x2c, 0xe6, 0xc2, 0x00, 0xc2,
};

static const uint8_t tall_all_echo_lists__results[] = {
    0x94, 0x92, 0x14, 0xcf, 0x87, 0x32, 0xca, 0xe7, 0xd0, 0x42, 0x2c, 0xe6, 0xc0, 0x00, 0x90,
};

static const weft_type *const tall_all_echo_lists__argument_types[] = { &tall_point_type, &tall_color_type,
                                                                         &tall_lists_type };

static const weft_type *const tall_all_echo_lists__result_types[] = { &tall_point_type, &tall_color_type,
                                                                       &tall_lists_type };

static const uint8_t tall_all_echo_maps__arguments[] = {
    0x91, 0x95, 0xa5, 0x76, 0x61, 0x6c, 0x75, 0x65, 0x92, 0x14, 0xcf, 0x71, 0x0e, 0x28, 0xd5, 0x3b,
    0xe6, 0x10, 0x8f, 0xc2, 0x00, 0xc2,
};

static const uint8_t tall_all_echo_maps__results[] = {
    0x94, 0x92, 0x14, 0xcf, 0x71, 0x0e, 0x28, 0xd5, 0x3b, 0xe6, 0x10, 0x8f, 0xc0, 0x00, 0x90,
};

static const weft_type *const tall_all_echo_maps__argument_types[] = { &tall_point_type, &tall_color_type,
                                                                        &tall_maps_type };

static const weft_type *const tall_all_echo_maps__result_types[] = { &tall_point_type, &tall_color_type,
                                                                      &tall_maps_type };

static const uint8_t tall_all_echo_arrays__arguments[] = {
    0x91, 0x95, 0xa5, 0x76, 0x61, 0x6c, 0x75, 0x65, 0x92, 0x14, 0xcf, 0xc6, 0x10, 0xaa, 0x24, 0x68,
    0x77, 0x5e, 0xa4, 0xc2, 0x00, 0xc2,
};

static const uint8_t tall_all_echo_arrays__results[] = {
    0x94, 0x92, 0x14, 0xcf, 0xc6, 0x10, 0xaa, 0x24, 0x68, 0x77, 0x5e, 0xa4, 0xc0, 0x00, 0x90,
};

static const weft_type *const tall_all_echo_arrays__argument_types[] = { &tall_point_type, &tall_color_type,
                                                                          &tall_arrays_type };

static const weft_type *const tall_all_echo_arrays__result_types[] = { &tall_point_type, &tall_color_type,
                                                                        &tall_arrays_type };

static const uint8_t tall_all_echo_options__arguments[] = {
    0x91, 0x95, 0xa5, 0x76, 0x61, 0x6c, 0x75, 0x65, 0x92, 0x14, 0xcf, 0xd8, 0xb2, 0xc8, 0x3d, 0x36,
    0x94, 0x95, 0x8c, 0xc2, 0x00, 0xc2,
};

static const uint8_t tall_all_echo_options__results[] = {
    0x94, 0x92, 0x14, 0xcf, 0xd8, 0xb2, 0xc8, 0x3d, 0x36, 0x94, 0x95, 0x8c, 0xc0, 0x00, 0x90,
};

static const weft_type *const tall_all_echo_options__argument_types[] = { &tall_point_type, &tall_color_type,
                                                                           &tall_options_type };

static const weft_type *const tall_all_echo_options__result_types[] = { &tall_point_type, &tall_color_type,
                                                                         &tall_options_type };

static const uint8_t tall_all_echo_shape__arguments[] = {
    0x91, 0x95, 0xa5, 0x76, 0x61, 0x6c, 0x75, 0x65, 0x92, 0x14, 0xcf, 0x9d, 0xb3, 0xd5, 0xc7, 0xc0,
    0x1c, 0x96, 0xd4, 0xc2, 0x00, 0xc2,
};

static const uint8_t tall_all_echo_shape__results[] = {
    0x94, 0x92, 0x14, 0xcf, 0x9d, 0xb3, 0xd5, 0xc7, 0xc0, 0x1c, 0x96, 0xd4, 0xc0, 0x00, 0x90,
};

static const weft_type *const tall_all_echo_shape__argument_types[] = { &tall_point_type, &tall_color_type,
                                                                         &tall_shape_type };

static const weft_type *const tall_all_echo_shape__result_types[] = { &tall_point_type, &tall_color_type,
                                                                       &tall_shape_type };

static const uint8_t tall_all_echo_node__arguments[] = {
    0x91, 0x95, 0xa5, 0x76, 0x61, 0x6c, 0x75, 0x65, 0x92, 0x14, 0xcf, 0xc8, 0xc5, 0x96, 0xa1, 0x21,
    0x77, 0x5d, 0x83, 0xc2, 0x00, 0xc2,
};

static const uint8_t tall_all_echo_node__results[] = {
    0x94, 0x92, 0x14, 0xcf, 0xc8, 0xc5, 0x96, 0xa1, 0x21, 0x77, 0x5d, 0x83, 0xc0, 0x00, 0x90,
};

static const weft_type *const tall_all_echo_node__argument_types[] = { &tall_node_type };

static const weft_type *const tall_all_echo_node__result_types[] = { &tall_node_type };

static const uint8_t tall_all_echo_everything__arguments[] = {
    0x91, 0x95, 0xa5, 0x76, 0x61, 0x6c, 0x75, 0x65, 0x92, 0x14, 0xcf, 0x4c, 0x9c, 0x93, 0xe3, 0x09,
    0x2b, 0x94, 0x8a, 0xc2, 0x00, 0xc2,
};

static const uint8_t tall_all_echo_everything__results[] = {
    0x94, 0x92, 0x14, 0xcf, 0x4c, 0x9c, 0x93, 0xe3, 0x09, 0x2b, 0x94, 0x8a, 0xc0, 0x00, 0x90,
};

static const weft_type *const tall_all_echo_everything__argument_types[] = { &tall_scalars_type, &tall_point_type,
                                                                              &tall_empty_type, &tall_color_type,
                                                                              &tall_direction_type, &tall_lists_type,
                                                                              &tall_maps_type, &tall_arrays_type,
                                                                              &tall_options_type, &tall_shape_type,
                                                                              &tall_node_type, &tall_expression_type,
                                                                              &tall_folder_type,
                                                                              &tall_folder_entry_type,
                                                                              &tall_settings_type, &tall_defaults_type,
                                                                              &tall_annotated_type, &tall_renamed_type,
                                                                              &tall_keywords_type,
                                                                              &tall_keyword_variants_type,
                                                                              &tall_everything_type };

static const weft_type *const tall_all_echo_everything__result_types[] = { &tall_scalars_type, &tall_point_type,
                                                                            &tall_empty_type, &tall_color_type,
                                                                            &tall_direction_type, &tall_lists_type,
                                                                            &tall_maps_type, &tall_arrays_type,
                                                                            &tall_options_type, &tall_shape_type,
                                                                            &tall_node_type, &tall_expression_type,
                                                                            &tall_folder_type, &tall_folder_entry_type,
                                                                            &tall_settings_type, &tall_defaults_type,
                                                                            &tall_annotated_type, &tall_renamed_type,
                                                                            &tall_keywords_type,
                                                                            &tall_keyword_variants_type,
                                                                            &tall_everything_type };

static const uint8_t tall_all_add__arguments[] = {
    0x92, 0x95, 0xa4, 0x6c, 0x65, 0x66, 0x74, 0x09, 0xc2, 0x00, 0xc2, 0x95, 0xa5, 0x72, 0x69, 0x67,
    0x68, 0x74, 0x09, 0xc2, 0x00, 0xc2,
};

static const uint8_t tall_all_add__results[] = {
    0x94, 0x09, 0xc0, 0x01, 0x90,
};

static const uint8_t tall_all_join__arguments[] = {
    0x93, 0x95, 0xa5, 0x70, 0x61, 0x72, 0x74, 0x73, 0x92, 0x10, 0x0c, 0xc2, 0x00, 0xc2, 0x95, 0xa9,
    0x73, 0x65, 0x70, 0x61, 0x72, 0x61, 0x74, 0x6f, 0x72, 0x0c, 0xc3, 0x00, 0xc2, 0x95, 0xa5, 0x6c,
    0x69, 0x6d, 0x69, 0x74, 0x92, 0x13, 0x04, 0xc3, 0x00, 0xc2,
};

static const uint8_t tall_all_join__results[] = {
    0x94, 0x0c, 0xc0, 0x00, 0x90,
};

static const uint8_t tall_all_find__arguments[] = {
    0x91, 0x95, 0xa4, 0x6e, 0x61, 0x6d, 0x65, 0x0c, 0xc2, 0x00, 0xc2,
};

static const uint8_t tall_all_find__results[] = {
    0x94, 0x92, 0x13, 0x92, 0x14, 0xcf, 0xd8, 0x05, 0x9d, 0x14, 0x60, 0xc4, 0x71, 0x63, 0xc0, 0x00,
    0x90,
};

static const weft_type *const tall_all_find__result_types[] = { &tall_point_type };

static const uint8_t tall_all_maybe_number__arguments[] = {
    0x91, 0x95, 0xa6, 0x77, 0x61, 0x6e, 0x74, 0x65, 0x64, 0x01, 0xc2, 0x00, 0xc2,
};

static const uint8_t tall_all_maybe_number__results[] = {
    0x94, 0x92, 0x13, 0x04, 0xc0, 0x00, 0x90,
};

static const uint8_t tall_all_points__arguments[] = {
    0x91, 0x95, 0xa5, 0x63, 0x6f, 0x75, 0x6e, 0x74, 0x04, 0xc2, 0x00, 0xc2,
};

static const uint8_t tall_all_points__results[] = {
    0x94, 0x92, 0x10, 0x92, 0x14, 0xcf, 0xd8, 0x05, 0x9d, 0x14, 0x60, 0xc4, 0x71, 0x63, 0xc0, 0x00,
    0x90,
};

static const weft_type *const tall_all_points__result_types[] = { &tall_point_type };

static const uint8_t tall_all_numbers__arguments[] = {
    0x91, 0x95, 0xa5, 0x63, 0x6f, 0x75, 0x6e, 0x74, 0x04, 0xc2, 0x00, 0xc2,
};

static const uint8_t tall_all_numbers__results[] = {
    0x94, 0x92, 0x10, 0x05, 0xc0, 0x00, 0x90,
};

static const uint8_t tall_all_table__arguments[] = {
    0x90,
};

static const uint8_t tall_all_table__results[] = {
    0x94, 0x93, 0x11, 0x0c, 0x04, 0xc0, 0x00, 0x90,
};

static const uint8_t tall_all_digest__arguments[] = {
    0x91, 0x95, 0xa4, 0x64, 0x61, 0x74, 0x61, 0x0d, 0xc2, 0x00, 0xc2,
};

static const uint8_t tall_all_digest__results[] = {
    0x94, 0x93, 0x12, 0x20, 0x02, 0xc0, 0x00, 0x90,
};

static const uint8_t tall_all_color_of__arguments[] = {
    0x91, 0x95, 0xa5, 0x70, 0x6f, 0x69, 0x6e, 0x74, 0x92, 0x14, 0xcf, 0xd8, 0x05, 0x9d, 0x14, 0x60,
    0xc4, 0x71, 0x63, 0xc2, 0x00, 0xc2,
};

static const uint8_t tall_all_color_of__results[] = {
    0x94, 0x92, 0x14, 0xcf, 0xf8, 0x25, 0x50, 0xab, 0x07, 0x87, 0x35, 0x53, 0xc0, 0x00, 0x90,
};

static const weft_type *const tall_all_color_of__argument_types[] = { &tall_point_type };

static const weft_type *const tall_all_color_of__result_types[] = { &tall_color_type };

static const uint8_t tall_all_flags__arguments[] = {
    0x90,
};

static const uint8_t tall_all_flags__results[] = {
    0x94, 0x93, 0x12, 0x08, 0x01, 0xc0, 0x00, 0x90,
};

static const uint8_t tall_all_now__arguments[] = {
    0x90,
};

static const uint8_t tall_all_now__results[] = {
    0x94, 0x0e, 0xc0, 0x00, 0x90,
};

static const uint8_t tall_all_id__arguments[] = {
    0x90,
};

static const uint8_t tall_all_id__results[] = {
    0x94, 0x05, 0xc0, 0x00, 0x90,
};

static const uint8_t tall_all_nothing__arguments[] = {
    0x90,
};

static const uint8_t tall_all_nothing__results[] = {
    0x94, 0x92, 0x14, 0xcf, 0xf8, 0x59, 0x12, 0xef, 0x82, 0xbb, 0x03, 0xf4, 0xc0, 0x00, 0x90,
};

static const weft_type *const tall_all_nothing__result_types[] = { &tall_empty_type };

static const uint8_t tall_all_check__arguments[] = {
    0x91, 0x95, 0xa5, 0x76, 0x61, 0x6c, 0x75, 0x65, 0x08, 0xc2, 0x00, 0xc2,
};

static const uint8_t tall_all_check__results[] = {
    0x94, 0xc0, 0x92, 0x14, 0xcf, 0x8e, 0x3c, 0x30, 0x97, 0xa5, 0x49, 0x20, 0x74, 0x00, 0x90,
};

static const weft_type *const tall_all_check__result_types[] = { &tall_failure_type };

static const uint8_t tall_all_divide__arguments[] = {
    0x92, 0x95, 0xa8, 0x64, 0x69, 0x76, 0x69, 0x64, 0x65, 0x6e, 0x64, 0x0b, 0xc2, 0x00, 0xc2, 0x95,
    0xa7, 0x64, 0x69, 0x76, 0x69, 0x73, 0x6f, 0x72, 0x0b, 0xc2, 0x00, 0xc2,
};

static const uint8_t tall_all_divide__results[] = {
    0x94, 0x0b, 0x92, 0x14, 0xcf, 0x8e, 0x3c, 0x30, 0x97, 0xa5, 0x49, 0x20, 0x74, 0x00, 0x90,
};

static const weft_type *const tall_all_divide__result_types[] = { &tall_failure_type };

static const uint8_t tall_all_locate__arguments[] = {
    0x91, 0x95, 0xa4, 0x6e, 0x61, 0x6d, 0x65, 0x0c, 0xc2, 0x00, 0xc2,
};

static const uint8_t tall_all_locate__results[] = {
    0x94, 0x92, 0x13, 0x92, 0x14, 0xcf, 0xc8, 0xc5, 0x96, 0xa1, 0x21, 0x77, 0x5d, 0x83, 0x92, 0x14,
    0xcf, 0x88, 0x28, 0x72, 0x9f, 0xde, 0x46, 0xf5, 0x22, 0x00, 0x90,
};

static const weft_type *const tall_all_locate__result_types[] = { &tall_node_type, &tall_failure_detail_type };

static const uint8_t tall_all_store__arguments[] = {
    0x92, 0x95, 0xa5, 0x76, 0x61, 0x6c, 0x75, 0x65, 0x92, 0x14, 0xcf, 0x9d, 0xb3, 0xd5, 0xc7, 0xc0,
    0x1c, 0x96, 0xd4, 0xc2, 0x00, 0xc2, 0x95, 0xa5, 0x63, 0x6f, 0x6c, 0x6f, 0x72, 0x92, 0x14, 0xcf,
    0xf8, 0x25, 0x50, 0xab, 0x07, 0x87, 0x35, 0x53, 0xc3, 0x00, 0xc2,
};

static const uint8_t tall_all_store__results[] = {
    0x94, 0x05, 0x92, 0x14, 0xcf, 0x8e, 0x3c, 0x30, 0x97, 0xa5, 0x49, 0x20, 0x74, 0x02, 0x90,
};

static const weft_type *const tall_all_store__argument_types[] = { &tall_point_type, &tall_color_type,
                                                                    &tall_shape_type };

static const weft_type *const tall_all_store__result_types[] = { &tall_failure_type };

static const uint8_t tall_all_replace__arguments[] = {
    0x91, 0x95, 0xa5, 0x76, 0x61, 0x6c, 0x75, 0x65, 0x92, 0x14, 0xcf, 0xc8, 0xc5, 0x96, 0xa1, 0x21,
    0x77, 0x5d, 0x83, 0xc2, 0x00, 0xc2,
};

static const uint8_t tall_all_replace__results[] = {
    0x94, 0xc0, 0x92, 0x14, 0xcf, 0x8e, 0x3c, 0x30, 0x97, 0xa5, 0x49, 0x20, 0x74, 0x03, 0x90,
};

static const weft_type *const tall_all_replace__argument_types[] = { &tall_node_type };

static const weft_type *const tall_all_replace__result_types[] = { &tall_failure_type };

static const uint8_t tall_all_noop__arguments[] = {
    0x90,
};

static const uint8_t tall_all_noop__results[] = {
    0x94, 0xc0, 0xc0, 0x00, 0x90,
};

static const uint8_t tall_all_do_return__arguments[] = {
    0x93, 0x95, 0xa5, 0x63, 0x6c, 0x61, 0x73, 0x73, 0x0c, 0xc2, 0x00, 0xc2, 0x95, 0xa3, 0x6e, 0x65,
    0x77, 0x02, 0xc3, 0x00, 0xc2, 0x95, 0xa6, 0x73, 0x65, 0x63, 0x72, 0x65, 0x74, 0x0c, 0xc3, 0x00,
    0xc2,
};

static const uint8_t tall_all_do_return__results[] = {
    0x94, 0x0c, 0xc0, 0x00, 0x90,
};

static const char tall_all__doc[] = "Methods of every shape.";

static const char tall_all_ping__doc[] = "No parameters, no result.";

static const char tall_all_echo_scalars__doc[] = "One parameter of each kind of type.";

static const char tall_all_join__doc[] =
    "Parameters may have defaults, and options have one without a word.";

static const char tall_all_check__doc[] = "An error type without a result.";

static const char tall_all_noop__doc[] = "Deprecated: use ping";

static const weft_method tall_all__methods[] = {
    {
        .name = "ping",
        .id = UINT64_C(0xd7f41d47a3a3f09b),
        .args = &tall_all__no_args,
        .timeout_ns = WEFT_TIMEOUT_DEFAULT,
        .flags = 0,
        .reply_size = sizeof(tall_all_ping_reply),
        .dispatch = tall_all_ping__dispatch,
        .deliver = tall_all_ping__deliver,
        .roots = { { tall_all_ping__arguments, sizeof tall_all_ping__arguments },
                   { tall_all_ping__results, sizeof tall_all_ping__results } },
        .doc = tall_all_ping__doc,
    },
    {
        .name = "echo_scalars",
        .id = UINT64_C(0xca2a12fb9a9b7d70),
        .args = &tall_all_echo_scalars_args_type,
        .result = &tall_scalars_type,
        .timeout_ns = WEFT_TIMEOUT_DEFAULT,
        .flags = WEFT_METHOD_VALUE_POINTER,
        .reply_size = sizeof(tall_all_echo_scalars_reply),
        .value_offset = offsetof(tall_all_echo_scalars_reply, value),
        .dispatch = tall_all_echo_scalars__dispatch,
        .deliver = tall_all_echo_scalars__deliver,
        .roots = { { tall_all_echo_scalars__arguments, sizeof tall_all_echo_scalars__arguments },
                   { tall_all_echo_scalars__results, sizeof tall_all_echo_scalars__results } },
        .types = { tall_all_echo_scalars__argument_types, tall_all_echo_scalars__result_types },
        .n_types = { 1, 1 },
        .doc = tall_all_echo_scalars__doc,
    },
    {
        .name = "echo_lists",
        .id = UINT64_C(0x356acb178eb04611),
        .args = &tall_all_echo_lists_args_type,
        .result = &tall_lists_type,
        .timeout_ns = WEFT_TIMEOUT_DEFAULT,
        .flags = WEFT_METHOD_VALUE_POINTER,
        .reply_size = sizeof(tall_all_echo_lists_reply),
        .value_offset = offsetof(tall_all_echo_lists_reply, value),
        .dispatch = tall_all_echo_lists__dispatch,
        .deliver = tall_all_echo_lists__deliver,
        .roots = { { tall_all_echo_lists__arguments, sizeof tall_all_echo_lists__arguments },
                   { tall_all_echo_lists__results, sizeof tall_all_echo_lists__results } },
        .types = { tall_all_echo_lists__argument_types, tall_all_echo_lists__result_types },
        .n_types = { 3, 3 },
    },
    {
        .name = "echo_maps",
        .id = UINT64_C(0x2ff613adbe598d7a),
        .args = &tall_all_echo_maps_args_type,
        .result = &tall_maps_type,
        .timeout_ns = WEFT_TIMEOUT_DEFAULT,
        .flags = WEFT_METHOD_VALUE_POINTER,
        .reply_size = sizeof(tall_all_echo_maps_reply),
        .value_offset = offsetof(tall_all_echo_maps_reply, value),
        .dispatch = tall_all_echo_maps__dispatch,
        .deliver = tall_all_echo_maps__deliver,
        .roots = { { tall_all_echo_maps__arguments, sizeof tall_all_echo_maps__arguments },
                   { tall_all_echo_maps__results, sizeof tall_all_echo_maps__results } },
        .types = { tall_all_echo_maps__argument_types, tall_all_echo_maps__result_types },
        .n_types = { 3, 3 },
    },
    {
        .name = "echo_arrays",
        .id = UINT64_C(0x6ba7e6239632e39f),
        .args = &tall_all_echo_arrays_args_type,
        .result = &tall_arrays_type,
        .timeout_ns = WEFT_TIMEOUT_DEFAULT,
        .flags = WEFT_METHOD_VALUE_POINTER,
        .reply_size = sizeof(tall_all_echo_arrays_reply),
        .value_offset = offsetof(tall_all_echo_arrays_reply, value),
        .dispatch = tall_all_echo_arrays__dispatch,
        .deliver = tall_all_echo_arrays__deliver,
        .roots = { { tall_all_echo_arrays__arguments, sizeof tall_all_echo_arrays__arguments },
                   { tall_all_echo_arrays__results, sizeof tall_all_echo_arrays__results } },
        .types = { tall_all_echo_arrays__argument_types, tall_all_echo_arrays__result_types },
        .n_types = { 3, 3 },
    },
    {
        .name = "echo_options",
        .id = UINT64_C(0x071ca850097dc928),
        .args = &tall_all_echo_options_args_type,
        .result = &tall_options_type,
        .timeout_ns = WEFT_TIMEOUT_DEFAULT,
        .flags = WEFT_METHOD_VALUE_POINTER,
        .reply_size = sizeof(tall_all_echo_options_reply),
        .value_offset = offsetof(tall_all_echo_options_reply, value),
        .dispatch = tall_all_echo_options__dispatch,
        .deliver = tall_all_echo_options__deliver,
        .roots = { { tall_all_echo_options__arguments, sizeof tall_all_echo_options__arguments },
                   { tall_all_echo_options__results, sizeof tall_all_echo_options__results } },
        .types = { tall_all_echo_options__argument_types, tall_all_echo_options__result_types },
        .n_types = { 3, 3 },
    },
    {
        .name = "echo_shape",
        .id = UINT64_C(0xebf2d0675c035a73),
        .args = &tall_all_echo_shape_args_type,
        .result = &tall_shape_type,
        .timeout_ns = WEFT_TIMEOUT_DEFAULT,
        .flags = WEFT_METHOD_VALUE_POINTER,
        .reply_size = sizeof(tall_all_echo_shape_reply),
        .value_offset = offsetof(tall_all_echo_shape_reply, value),
        .dispatch = tall_all_echo_shape__dispatch,
        .deliver = tall_all_echo_shape__deliver,
        .roots = { { tall_all_echo_shape__arguments, sizeof tall_all_echo_shape__arguments },
                   { tall_all_echo_shape__results, sizeof tall_all_echo_shape__results } },
        .types = { tall_all_echo_shape__argument_types, tall_all_echo_shape__result_types },
        .n_types = { 3, 3 },
    },
    {
        .name = "echo_node",
        .id = UINT64_C(0x9eac07452a8d3379),
        .args = &tall_all_echo_node_args_type,
        .result = &tall_node_type,
        .timeout_ns = WEFT_TIMEOUT_DEFAULT,
        .flags = WEFT_METHOD_VALUE_POINTER,
        .reply_size = sizeof(tall_all_echo_node_reply),
        .value_offset = offsetof(tall_all_echo_node_reply, value),
        .dispatch = tall_all_echo_node__dispatch,
        .deliver = tall_all_echo_node__deliver,
        .roots = { { tall_all_echo_node__arguments, sizeof tall_all_echo_node__arguments },
                   { tall_all_echo_node__results, sizeof tall_all_echo_node__results } },
        .types = { tall_all_echo_node__argument_types, tall_all_echo_node__result_types },
        .n_types = { 1, 1 },
    },
    {
        .name = "echo_everything",
        .id = UINT64_C(0xa64b80687e669e51),
        .args = &tall_all_echo_everything_args_type,
        .result = &tall_everything_type,
        .timeout_ns = WEFT_TIMEOUT_DEFAULT,
        .flags = WEFT_METHOD_VALUE_POINTER,
        .reply_size = sizeof(tall_all_echo_everything_reply),
        .value_offset = offsetof(tall_all_echo_everything_reply, value),
        .dispatch = tall_all_echo_everything__dispatch,
        .deliver = tall_all_echo_everything__deliver,
        .roots = { { tall_all_echo_everything__arguments, sizeof tall_all_echo_everything__arguments },
                   { tall_all_echo_everything__results, sizeof tall_all_echo_everything__results } },
        .types = { tall_all_echo_everything__argument_types, tall_all_echo_everything__result_types },
        .n_types = { 21, 21 },
    },
    {
        .name = "add",
        .id = UINT64_C(0x05060e87e196be8a),
        .args = &tall_all_add_args_type,
        .result = &weft_type_i64,
        .timeout_ns = WEFT_TIMEOUT_DEFAULT,
        .flags = WEFT_METHOD_IDEMPOTENT,
        .reply_size = sizeof(tall_all_add_reply),
        .value_offset = offsetof(tall_all_add_reply, value),
        .dispatch = tall_all_add__dispatch,
        .deliver = tall_all_add__deliver,
        .roots = { { tall_all_add__arguments, sizeof tall_all_add__arguments },
                   { tall_all_add__results, sizeof tall_all_add__results } },
    },
    {
        .name = "join",
        .id = UINT64_C(0x6c7ceb01976b0be2),
        .args = &tall_all_join_args_type,
        .result = &weft_type_str,
        .timeout_ns = WEFT_TIMEOUT_DEFAULT,
        .flags = 0,
        .reply_size = sizeof(tall_all_join_reply),
        .value_offset = offsetof(tall_all_join_reply, value),
        .dispatch = tall_all_join__dispatch,
        .deliver = tall_all_join__deliver,
        .roots = { { tall_all_join__arguments, sizeof tall_all_join__arguments },
                   { tall_all_join__results, sizeof tall_all_join__results } },
        .doc = tall_all_join__doc,
    },
    {
        .name = "find",
        .id = UINT64_C(0x1016d7d222ed9381),
        .args = &tall_all_find_args_type,
        .result = &tall_point_opt_type,
        .timeout_ns = WEFT_TIMEOUT_DEFAULT,
        .flags = 0,
        .reply_size = sizeof(tall_all_find_reply),
        .value_offset = offsetof(tall_all_find_reply, value),
        .dispatch = tall_all_find__dispatch,
        .deliver = tall_all_find__deliver,
        .roots = { { tall_all_find__arguments, sizeof tall_all_find__arguments },
                   { tall_all_find__results, sizeof tall_all_find__results } },
        .types = { NULL, tall_all_find__result_types },
        .n_types = { 0, 1 },
    },
    {
        .name = "maybe_number",
        .id = UINT64_C(0x9d8948d319df5ee8),
        .args = &tall_all_maybe_number_args_type,
        .result = &tall_u32_opt_type,
        .timeout_ns = WEFT_TIMEOUT_DEFAULT,
        .flags = 0,
        .reply_size = sizeof(tall_all_maybe_number_reply),
        .value_offset = offsetof(tall_all_maybe_number_reply, value),
        .dispatch = tall_all_maybe_number__dispatch,
        .deliver = tall_all_maybe_number__deliver,
        .roots = { { tall_all_maybe_number__arguments, sizeof tall_all_maybe_number__arguments },
                   { tall_all_maybe_number__results, sizeof tall_all_maybe_number__results } },
    },
    {
        .name = "points",
        .id = UINT64_C(0x2679853288e556d1),
        .args = &tall_all_points_args_type,
        .result = &tall_point_list_type,
        .timeout_ns = WEFT_TIMEOUT_DEFAULT,
        .flags = 0,
        .reply_size = sizeof(tall_all_points_reply),
        .value_offset = offsetof(tall_all_points_reply, value),
        .dispatch = tall_all_points__dispatch,
        .deliver = tall_all_points__deliver,
        .roots = { { tall_all_points__arguments, sizeof tall_all_points__arguments },
                   { tall_all_points__results, sizeof tall_all_points__results } },
        .types = { NULL, tall_all_points__result_types },
        .n_types = { 0, 1 },
    },
    {
        .name = "numbers",
        .id = UINT64_C(0x703a8634c5ed7efe),
        .args = &tall_all_numbers_args_type,
        .result = &tall_u64_list_type,
        .timeout_ns = WEFT_TIMEOUT_DEFAULT,
        .flags = 0,
        .reply_size = sizeof(tall_all_numbers_reply),
        .value_offset = offsetof(tall_all_numbers_reply, value),
        .dispatch = tall_all_numbers__dispatch,
        .deliver = tall_all_numbers__deliver,
        .roots = { { tall_all_numbers__arguments, sizeof tall_all_numbers__arguments },
                   { tall_all_numbers__results, sizeof tall_all_numbers__results } },
    },
    {
        .name = "table",
        .id = UINT64_C(0x0fdf0a58e8d7a982),
        .args = &tall_all__no_args,
        .result = &tall_str_u32_map_type,
        .timeout_ns = WEFT_TIMEOUT_DEFAULT,
        .flags = 0,
        .reply_size = sizeof(tall_all_table_reply),
        .value_offset = offsetof(tall_all_table_reply, value),
        .dispatch = tall_all_table__dispatch,
        .deliver = tall_all_table__deliver,
        .roots = { { tall_all_table__arguments, sizeof tall_all_table__arguments },
                   { tall_all_table__results, sizeof tall_all_table__results } },
    },
    {
        .name = "digest",
        .id = UINT64_C(0xe40c6cb517a5ef6a),
        .args = &tall_all_digest_args_type,
        .result = &tall_u8_32_array_type,
        .timeout_ns = WEFT_TIMEOUT_DEFAULT,
        .flags = 0,
        .reply_size = sizeof(tall_all_digest_reply),
        .value_offset = offsetof(tall_all_digest_reply, value),
        .dispatch = tall_all_digest__dispatch,
        .deliver = tall_all_digest__deliver,
        .roots = { { tall_all_digest__arguments, sizeof tall_all_digest__arguments },
                   { tall_all_digest__results, sizeof tall_all_digest__results } },
    },
    {
        .name = "color_of",
        .id = UINT64_C(0x7695a09543e53109),
        .args = &tall_all_color_of_args_type,
        .result = &tall_color_type,
        .timeout_ns = WEFT_TIMEOUT_DEFAULT,
        .flags = WEFT_METHOD_VALUE_POINTER,
        .reply_size = sizeof(tall_all_color_of_reply),
        .value_offset = offsetof(tall_all_color_of_reply, value),
        .dispatch = tall_all_color_of__dispatch,
        .deliver = tall_all_color_of__deliver,
        .roots = { { tall_all_color_of__arguments, sizeof tall_all_color_of__arguments },
                   { tall_all_color_of__results, sizeof tall_all_color_of__results } },
        .types = { tall_all_color_of__argument_types, tall_all_color_of__result_types },
        .n_types = { 1, 1 },
    },
    {
        .name = "flags",
        .id = UINT64_C(0xae60bce1ebb14904),
        .args = &tall_all__no_args,
        .result = &tall_bool_8_array_type,
        .timeout_ns = WEFT_TIMEOUT_DEFAULT,
        .flags = 0,
        .reply_size = sizeof(tall_all_flags_reply),
        .value_offset = offsetof(tall_all_flags_reply, value),
        .dispatch = tall_all_flags__dispatch,
        .deliver = tall_all_flags__deliver,
        .roots = { { tall_all_flags__arguments, sizeof tall_all_flags__arguments },
                   { tall_all_flags__results, sizeof tall_all_flags__results } },
    },
    {
        .name = "now",
        .id = UINT64_C(0x1f126e831c498738),
        .args = &tall_all__no_args,
        .result = &weft_type_timestamp,
        .timeout_ns = WEFT_TIMEOUT_DEFAULT,
        .flags = 0,
        .reply_size = sizeof(tall_all_now_reply),
        .value_offset = offsetof(tall_all_now_reply, value),
        .dispatch = tall_all_now__dispatch,
        .deliver = tall_all_now__deliver,
        .roots = { { tall_all_now__arguments, sizeof tall_all_now__arguments },
                   { tall_all_now__results, sizeof tall_all_now__results } },
    },
    {
        .name = "id",
        .id = UINT64_C(0x5c34d7d8b0013054),
        .args = &tall_all__no_args,
        .result = &weft_type_u64,
        .timeout_ns = WEFT_TIMEOUT_DEFAULT,
        .flags = 0,
        .reply_size = sizeof(tall_all_id_reply),
        .value_offset = offsetof(tall_all_id_reply, value),
        .dispatch = tall_all_id__dispatch,
        .deliver = tall_all_id__deliver,
        .roots = { { tall_all_id__arguments, sizeof tall_all_id__arguments },
                   { tall_all_id__results, sizeof tall_all_id__results } },
    },
    {
        .name = "nothing",
        .id = UINT64_C(0x2f04b9d0b2b80aad),
        .args = &tall_all__no_args,
        .result = &tall_empty_type,
        .timeout_ns = WEFT_TIMEOUT_DEFAULT,
        .flags = WEFT_METHOD_VALUE_POINTER,
        .reply_size = sizeof(tall_all_nothing_reply),
        .value_offset = offsetof(tall_all_nothing_reply, value),
        .dispatch = tall_all_nothing__dispatch,
        .deliver = tall_all_nothing__deliver,
        .roots = { { tall_all_nothing__arguments, sizeof tall_all_nothing__arguments },
                   { tall_all_nothing__results, sizeof tall_all_nothing__results } },
        .types = { NULL, tall_all_nothing__result_types },
        .n_types = { 0, 1 },
    },
    {
        .name = "check",
        .id = UINT64_C(0x855bc2cd673b3d25),
        .args = &tall_all_check_args_type,
        .error = &tall_failure_type,
        .timeout_ns = WEFT_TIMEOUT_DEFAULT,
        .flags = 0,
        .reply_size = sizeof(tall_all_check_reply),
        .error_offset = offsetof(tall_all_check_reply, error),
        .dispatch = tall_all_check__dispatch,
        .deliver = tall_all_check__deliver,
        .roots = { { tall_all_check__arguments, sizeof tall_all_check__arguments },
                   { tall_all_check__results, sizeof tall_all_check__results } },
        .types = { NULL, tall_all_check__result_types },
        .n_types = { 0, 1 },
        .doc = tall_all_check__doc,
    },
    {
        .name = "divide",
        .id = UINT64_C(0x95c5a5d201f33bad),
        .args = &tall_all_divide_args_type,
        .result = &weft_type_f64,
        .error = &tall_failure_type,
        .timeout_ns = WEFT_TIMEOUT_DEFAULT,
        .flags = 0,
        .reply_size = sizeof(tall_all_divide_reply),
        .value_offset = offsetof(tall_all_divide_reply, value),
        .error_offset = offsetof(tall_all_divide_reply, error),
        .dispatch = tall_all_divide__dispatch,
        .deliver = tall_all_divide__deliver,
        .roots = { { tall_all_divide__arguments, sizeof tall_all_divide__arguments },
                   { tall_all_divide__results, sizeof tall_all_divide__results } },
        .types = { NULL, tall_all_divide__result_types },
        .n_types = { 0, 1 },
    },
    {
        .name = "locate",
        .id = UINT64_C(0x2056750f2fae617e),
        .args = &tall_all_locate_args_type,
        .result = &tall_node_opt_type,
        .error = &tall_failure_detail_type,
        .timeout_ns = WEFT_TIMEOUT_DEFAULT,
        .flags = 0,
        .reply_size = sizeof(tall_all_locate_reply),
        .value_offset = offsetof(tall_all_locate_reply, value),
        .error_offset = offsetof(tall_all_locate_reply, error),
        .dispatch = tall_all_locate__dispatch,
        .deliver = tall_all_locate__deliver,
        .roots = { { tall_all_locate__arguments, sizeof tall_all_locate__arguments },
                   { tall_all_locate__results, sizeof tall_all_locate__results } },
        .types = { NULL, tall_all_locate__result_types },
        .n_types = { 0, 2 },
    },
    {
        .name = "store",
        .id = UINT64_C(0xd6aef57be517f3be),
        .args = &tall_all_store_args_type,
        .result = &weft_type_u64,
        .error = &tall_failure_type,
        .timeout_ns = UINT64_C(30000000000),
        .flags = WEFT_METHOD_PERSISTENT,
        .reply_size = sizeof(tall_all_store_reply),
        .value_offset = offsetof(tall_all_store_reply, value),
        .error_offset = offsetof(tall_all_store_reply, error),
        .dispatch = tall_all_store__dispatch,
        .deliver = tall_all_store__deliver,
        .roots = { { tall_all_store__arguments, sizeof tall_all_store__arguments },
                   { tall_all_store__results, sizeof tall_all_store__results } },
        .types = { tall_all_store__argument_types, tall_all_store__result_types },
        .n_types = { 3, 1 },
    },
    {
        .name = "replace",
        .id = UINT64_C(0x850b7cf50f2da89d),
        .args = &tall_all_replace_args_type,
        .error = &tall_failure_type,
        .timeout_ns = WEFT_TIMEOUT_DEFAULT,
        .flags = WEFT_METHOD_IDEMPOTENT | WEFT_METHOD_PERSISTENT,
        .reply_size = sizeof(tall_all_replace_reply),
        .error_offset = offsetof(tall_all_replace_reply, error),
        .dispatch = tall_all_replace__dispatch,
        .deliver = tall_all_replace__deliver,
        .roots = { { tall_all_replace__arguments, sizeof tall_all_replace__arguments },
                   { tall_all_replace__results, sizeof tall_all_replace__results } },
        .types = { tall_all_replace__argument_types, tall_all_replace__result_types },
        .n_types = { 1, 1 },
    },
    {
        .name = "noop",
        .id = UINT64_C(0xa364da765a67ce52),
        .args = &tall_all__no_args,
        .timeout_ns = WEFT_TIMEOUT_DEFAULT,
        .flags = 0,
        .reply_size = sizeof(tall_all_noop_reply),
        .dispatch = tall_all_noop__dispatch,
        .deliver = tall_all_noop__deliver,
        .roots = { { tall_all_noop__arguments, sizeof tall_all_noop__arguments },
                   { tall_all_noop__results, sizeof tall_all_noop__results } },
        .doc = tall_all_noop__doc,
    },
    {
        .name = "return",
        .id = UINT64_C(0xbcd1f53da078d743),
        .args = &tall_all_do_return_args_type,
        .result = &weft_type_str,
        .timeout_ns = WEFT_TIMEOUT_DEFAULT,
        .flags = 0,
        .reply_size = sizeof(tall_all_do_return_reply),
        .value_offset = offsetof(tall_all_do_return_reply, value),
        .dispatch = tall_all_do_return__dispatch,
        .deliver = tall_all_do_return__deliver,
        .roots = { { tall_all_do_return__arguments, sizeof tall_all_do_return__arguments },
                   { tall_all_do_return__results, sizeof tall_all_do_return__results } },
    },
};

const weft_service_type tall_all_service = {
    .abi = WEFT_GEN_ABI,
    .method_size = sizeof(weft_method),
    .n_methods = 29,
    .name = "test.all.v1.All",
    .id = UINT64_C(0xc501d20923e4b1d9),
    .methods = tall_all__methods,
    .closed = tall_all__closed,
    .opened = tall_all__opened,
    .doc = tall_all__doc,
};

/* ---- service Nothing --------------------------------------------------------------------------------------------- */

static void tall_nothing__closed(const void *table, void *self)
{
    const tall_nothing_handler *handler = table;
    if (handler->size >= offsetof(tall_nothing_handler, closed) + sizeof handler->closed && handler->closed)
        handler->closed(self);
}

int tall_nothing_serve(weft_pending pending, const tall_nothing_handler *handler, void *self,
                       weft_connection **ret_connection_or_null)
{
    return weft_gen_serve(pending, &tall_nothing_service, handler, self, ret_connection_or_null);
}

static void tall_nothing__opened(void (*opened)(void), void *user, weft_connection *connection_or_null,
                                 const weft_error *error_or_null)
{
    tall_nothing_client client = { connection_or_null };
    ((tall_nothing_opened_fn)opened)(user, client, error_or_null);
}

int tall_nothing_open(weft_session *session, const weft_open_options *options_or_null, tall_nothing_opened_fn opened,
                      void *user)
{
    return weft_gen_open(session, &tall_nothing_service, options_or_null, (void (*)(void))opened, user);
}

const weft_service_type tall_nothing_service = {
    .abi = WEFT_GEN_ABI,
    .method_size = sizeof(weft_method),
    .n_methods = 0,
    .name = "test.all.v1.Nothing",
    .id = UINT64_C(0x6700c62b0b5015c6),
    .closed = tall_nothing__closed,
    .opened = tall_nothing__opened,
};

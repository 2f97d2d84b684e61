/* Made by weftc 0.1.0 from corners.weft. Do not edit. */
#include "corners.weft.h"

_Static_assert(sizeof(corner_only_kind) == sizeof(int), "an enum as wide as int");
_Static_assert(sizeof(corner_wide_kind) == sizeof(int), "an enum as wide as int");

static const weft_type corner_u8_2_array_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_ARRAY,
    .n = 2,
    .c_size = sizeof(uint8_t[2]),
    .element = &weft_type_u8,
};

static const weft_type corner_u8_2_array_3_array_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_ARRAY,
    .n = 3,
    .c_size = sizeof(uint8_t[3][2]),
    .element = &corner_u8_2_array_type,
};

static const weft_type corner_u8_2_array_3_array_4_array_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_ARRAY,
    .n = 4,
    .c_size = sizeof(uint8_t[4][3][2]),
    .element = &corner_u8_2_array_3_array_type,
};

static const weft_type corner_u16_2_array_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_ARRAY,
    .n = 2,
    .c_size = sizeof(uint16_t[2]),
    .element = &weft_type_u16,
};

static const weft_type corner_u16_2_array_3_array_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_ARRAY,
    .n = 3,
    .c_size = sizeof(uint16_t[3][2]),
    .element = &corner_u16_2_array_type,
};

static const weft_type corner_u16_2_array_3_array_list_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_LIST,
    .c_size = sizeof(corner_u16_2_array_3_array_list),
    .element = &corner_u16_2_array_3_array_type,
};

static const weft_type corner_u32_2_array_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_ARRAY,
    .n = 2,
    .c_size = sizeof(uint32_t[2]),
    .element = &weft_type_u32,
};

static const weft_type corner_u32_2_array_2_array_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_ARRAY,
    .n = 2,
    .c_size = sizeof(uint32_t[2][2]),
    .element = &corner_u32_2_array_type,
};

const weft_type corner_u64_u32_2_array_2_array_map_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_MAP,
    .c_size = sizeof(corner_u64_u32_2_array_2_array_map),
    .offset = offsetof(corner_u64_u32_2_array_2_array_map_pair, value),
    .stride = sizeof(corner_u64_u32_2_array_2_array_map_pair),
    .element = &corner_u32_2_array_2_array_type,
    .key = &weft_type_u64,
};

static const weft_type corner_inner_opt_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_OPTION,
    .flags = WEFT_TYPE_INDIRECT,
    .c_size = sizeof(const corner_inner *),
    .element = &corner_inner_type,
};

static const weft_type corner_inner_opt_list_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_LIST,
    .c_size = sizeof(corner_inner_opt_list),
    .element = &corner_inner_opt_type,
};

const weft_type corner_str_inner_opt_list_map_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_MAP,
    .c_size = sizeof(corner_str_inner_opt_list_map),
    .offset = offsetof(corner_str_inner_opt_list_map_pair, value),
    .stride = sizeof(corner_str_inner_opt_list_map_pair),
    .element = &corner_inner_opt_list_type,
    .key = &weft_type_str,
};

static const weft_type corner_str_inner_opt_list_map_list_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_LIST,
    .c_size = sizeof(corner_str_inner_opt_list_map_list),
    .element = &corner_str_inner_opt_list_map_type,
};

static const weft_type corner_str_inner_opt_list_map_list_list_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_LIST,
    .c_size = sizeof(corner_str_inner_opt_list_map_list_list),
    .element = &corner_str_inner_opt_list_map_list_type,
};

static const weft_type corner_str_inner_opt_list_map_list_list_list_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_LIST,
    .c_size = sizeof(corner_str_inner_opt_list_map_list_list_list),
    .element = &corner_str_inner_opt_list_map_list_list_type,
};

static const weft_type corner_bool_opt_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_OPTION,
    .c_size = sizeof(weft_opt_bool),
    .offset = offsetof(weft_opt_bool, value),
    .element = &weft_type_bool,
};

static const weft_type corner_bool_opt_opt_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_OPTION,
    .c_size = sizeof(corner_bool_opt_opt),
    .offset = offsetof(corner_bool_opt_opt, value),
    .element = &corner_bool_opt_type,
};

static const weft_type corner_bool_opt_opt_opt_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_OPTION,
    .c_size = sizeof(corner_bool_opt_opt_opt),
    .offset = offsetof(corner_bool_opt_opt_opt, value),
    .element = &corner_bool_opt_opt_type,
};

static const weft_type corner_inner_opt_3_array_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_ARRAY,
    .n = 3,
    .c_size = sizeof(const corner_inner *[3]),
    .element = &corner_inner_opt_type,
};

static const weft_type corner_inner_2_array_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_ARRAY,
    .n = 2,
    .c_size = sizeof(corner_inner[2]),
    .element = &corner_inner_type,
};

static const weft_type corner_inner_2_array_2_array_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_ARRAY,
    .n = 2,
    .c_size = sizeof(corner_inner[2][2]),
    .element = &corner_inner_2_array_type,
};

static const weft_type corner_inner_2_array_2_array_opt_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_OPTION,
    .c_size = sizeof(corner_inner_2_array_2_array_opt),
    .offset = offsetof(corner_inner_2_array_2_array_opt, value),
    .element = &corner_inner_2_array_2_array_type,
};

const weft_type corner_bool_nothing_map_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_MAP,
    .c_size = sizeof(corner_bool_nothing_map),
    .offset = offsetof(corner_bool_nothing_map_pair, value),
    .stride = sizeof(corner_bool_nothing_map_pair),
    .element = &corner_nothing_type,
    .key = &weft_type_bool,
};

static const weft_type corner_bool_nothing_map_opt_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_OPTION,
    .c_size = sizeof(corner_bool_nothing_map_opt),
    .offset = offsetof(corner_bool_nothing_map_opt, value),
    .element = &corner_bool_nothing_map_type,
};

static const weft_type corner_inner_opt_2_array_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_ARRAY,
    .n = 2,
    .c_size = sizeof(const corner_inner *[2]),
    .element = &corner_inner_opt_type,
};

static const weft_type corner_only_list_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_LIST,
    .c_size = sizeof(corner_only_list),
    .element = &corner_only_type,
};

static const weft_type corner_only_list_list_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_LIST,
    .c_size = sizeof(corner_only_list_list),
    .element = &corner_only_list_type,
};

static const weft_type corner_f32_list_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_LIST,
    .c_size = sizeof(weft_f32_list),
    .element = &weft_type_f32,
};

static const weft_type corner_f32_list_list_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_LIST,
    .c_size = sizeof(corner_f32_list_list),
    .element = &corner_f32_list_type,
};

const weft_type corner_u8_f32_list_list_map_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_MAP,
    .c_size = sizeof(corner_u8_f32_list_list_map),
    .offset = offsetof(corner_u8_f32_list_list_map_pair, value),
    .stride = sizeof(corner_u8_f32_list_list_map_pair),
    .element = &corner_f32_list_list_type,
    .key = &weft_type_u8,
};

static const weft_type corner_u8_4_array_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_ARRAY,
    .n = 4,
    .c_size = sizeof(uint8_t[4]),
    .element = &weft_type_u8,
};

static const weft_type corner_u8_4_array_opt_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_OPTION,
    .c_size = sizeof(corner_u8_4_array_opt),
    .offset = offsetof(corner_u8_4_array_opt, value),
    .element = &corner_u8_4_array_type,
};

/* ---- Nothing ----------------------------------------------------------------------------------------------------- */

static const uint8_t corner_nothing__declaration[] = {
    0x93, 0x01, 0xb7, 0x74, 0x65, 0x73, 0x74, 0x2e, 0x63, 0x6f, 0x72, 0x6e, 0x65, 0x72, 0x73, 0x2e,
    0x76, 0x31, 0x2e, 0x4e, 0x6f, 0x74, 0x68, 0x69, 0x6e, 0x67, 0x90,
};

const weft_type corner_nothing_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_STRUCT,
    .n = 0,
    .c_size = sizeof(corner_nothing),
    .name = "test.corners.v1.Nothing",
    .id = UINT64_C(0x1635b12ab0fbb139),
    .declaration = { corner_nothing__declaration, sizeof corner_nothing__declaration },
};

/* ---- Inner ------------------------------------------------------------------------------------------------------- */

static const uint8_t corner_inner__declaration[] = {
    0x93, 0x01, 0xb5, 0x74, 0x65, 0x73, 0x74, 0x2e, 0x63, 0x6f, 0x72, 0x6e, 0x65, 0x72, 0x73, 0x2e,
    0x76, 0x31, 0x2e, 0x49, 0x6e, 0x6e, 0x65, 0x72, 0x95, 0x93, 0xa4, 0x6e, 0x61, 0x6d, 0x65, 0x0c,
    0xc3, 0x93, 0xa3, 0x72, 0x61, 0x77, 0x0d, 0xc3, 0x93, 0xa5, 0x6c, 0x65, 0x76, 0x65, 0x6c, 0x08,
    0xc3, 0x93, 0xa5, 0x72, 0x61, 0x74, 0x69, 0x6f, 0x0b, 0xc3, 0x93, 0xa4, 0x77, 0x61, 0x69, 0x74,
    0x0f, 0xc3,
};
static const char corner_inner__name_text[] = "inner";
static const weft_str corner_inner__name_default = { corner_inner__name_text, 5 };
static const uint8_t corner_inner__raw_text[] = {
    0x00, 0xff,
};
static const weft_bytes corner_inner__raw_default = { corner_inner__raw_text, 2 };
static const int32_t corner_inner__level_default = -7;
static const double corner_inner__ratio_default = -0.0;
static const weft_duration corner_inner__wait_default = { -1500000000 };

static const weft_field corner_inner__fields[] = {
    { "name", &weft_type_str, &corner_inner__name_default, offsetof(corner_inner, name), WEFT_FIELD_DEFAULT, NULL },
    { "raw", &weft_type_bytes, &corner_inner__raw_default, offsetof(corner_inner, raw), WEFT_FIELD_DEFAULT, NULL },
    { "level", &weft_type_i32, &corner_inner__level_default, offsetof(corner_inner, level), WEFT_FIELD_DEFAULT, NULL },
    { "ratio", &weft_type_f64, &corner_inner__ratio_default, offsetof(corner_inner, ratio), WEFT_FIELD_DEFAULT, NULL },
    { "wait", &weft_type_duration, &corner_inner__wait_default, offsetof(corner_inner, wait), WEFT_FIELD_DEFAULT,
      NULL },
};

const weft_type corner_inner_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_STRUCT,
    .n = 5,
    .c_size = sizeof(corner_inner),
    .name = "test.corners.v1.Inner",
    .id = UINT64_C(0x09c24ec5362b502f),
    .declaration = { corner_inner__declaration, sizeof corner_inner__declaration },
    .fields = corner_inner__fields,
};

/* ---- Outer ------------------------------------------------------------------------------------------------------- */

static const uint8_t corner_outer__declaration[] = {
    0x93, 0x01, 0xb5, 0x74, 0x65, 0x73, 0x74, 0x2e, 0x63, 0x6f, 0x72, 0x6e, 0x65, 0x72, 0x73, 0x2e,
    0x76, 0x31, 0x2e, 0x4f, 0x75, 0x74, 0x65, 0x72, 0x94, 0x93, 0xa5, 0x69, 0x6e, 0x6e, 0x65, 0x72,
    0x92, 0x14, 0xcf, 0x09, 0xc2, 0x4e, 0xc5, 0x36, 0x2b, 0x50, 0x2f, 0xc3, 0x93, 0xa7, 0x6e, 0x6f,
    0x74, 0x68, 0x69, 0x6e, 0x67, 0x92, 0x14, 0xcf, 0x16, 0x35, 0xb1, 0x2a, 0xb0, 0xfb, 0xb1, 0x39,
    0xc3, 0x93, 0xa8, 0x71, 0x75, 0x65, 0x73, 0x74, 0x69, 0x6f, 0x6e, 0x0c, 0xc3, 0x93, 0xa9, 0x6c,
    0x6f, 0x6e, 0x67, 0x5f, 0x74, 0x65, 0x78, 0x74, 0x0c, 0xc3,
};
static const char corner_outer__inner_text_name[] = "inner";
static const uint8_t corner_outer__inner_text_raw[] = {
    0x00, 0xff,
};
static const corner_inner corner_outer__inner_default = {
    .name = { corner_outer__inner_text_name, 5 },
    .raw = { corner_outer__inner_text_raw, 2 },
    .level = -7,
    .ratio = -0.0,
    .wait = { -1500000000 },
};
static const char corner_outer__question_text[] = "*/ what?\?/";
static const weft_str corner_outer__question_default = { corner_outer__question_text, 10 };
static const char corner_outer__long_text_text[] =
    "a default that is too long for one line of generated code, and so has to be broken into several pieces, each"
    " on its own line";
static const weft_str corner_outer__long_text_default = { corner_outer__long_text_text, 124 };

static const weft_field corner_outer__fields[] = {
    { "inner", &corner_inner_type, &corner_outer__inner_default, offsetof(corner_outer, inner), WEFT_FIELD_DEFAULT,
      NULL },
    { "nothing", &corner_nothing_type, NULL, offsetof(corner_outer, nothing), WEFT_FIELD_DEFAULT, NULL },
    { "question", &weft_type_str, &corner_outer__question_default, offsetof(corner_outer, question), WEFT_FIELD_DEFAULT,
      NULL },
    { "long_text", &weft_type_str, &corner_outer__long_text_default, offsetof(corner_outer, long_text),
      WEFT_FIELD_DEFAULT, NULL },
};

const weft_type corner_outer_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_STRUCT,
    .n = 4,
    .c_size = sizeof(corner_outer),
    .name = "test.corners.v1.Outer",
    .id = UINT64_C(0xd52193c659932881),
    .declaration = { corner_outer__declaration, sizeof corner_outer__declaration },
    .fields = corner_outer__fields,
};

/* ---- A ----------------------------------------------------------------------------------------------------------- */

static const uint8_t corner_a__declaration[] = {
    0x93, 0x01, 0xb1, 0x74, 0x65, 0x73, 0x74, 0x2e, 0x63, 0x6f, 0x72, 0x6e, 0x65, 0x72, 0x73, 0x2e,
    0x76, 0x31, 0x2e, 0x41, 0x91, 0x93, 0xa3, 0x62, 0x5f, 0x63, 0x04, 0xc3,
};
static const uint32_t corner_a__b_c_default = 1;

static const weft_field corner_a__fields[] = {
    { "b_c", &weft_type_u32, &corner_a__b_c_default, offsetof(corner_a, b_c), WEFT_FIELD_DEFAULT, NULL },
};

const weft_type corner_a_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_STRUCT,
    .n = 1,
    .c_size = sizeof(corner_a),
    .name = "test.corners.v1.A",
    .id = UINT64_C(0xbe71a5d96f8713de),
    .declaration = { corner_a__declaration, sizeof corner_a__declaration },
    .fields = corner_a__fields,
};

/* ---- AB ---------------------------------------------------------------------------------------------------------- */

static const uint8_t corner_ab__declaration[] = {
    0x93, 0x01, 0xb2, 0x74, 0x65, 0x73, 0x74, 0x2e, 0x63, 0x6f, 0x72, 0x6e, 0x65, 0x72, 0x73, 0x2e,
    0x76, 0x31, 0x2e, 0x41, 0x42, 0x91, 0x93, 0xa1, 0x63, 0x04, 0xc3,
};
static const uint32_t corner_ab__c_default = 2;

static const weft_field corner_ab__fields[] = {
    { "c", &weft_type_u32, &corner_ab__c_default, offsetof(corner_ab, c), WEFT_FIELD_DEFAULT, NULL },
};

const weft_type corner_ab_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_STRUCT,
    .n = 1,
    .c_size = sizeof(corner_ab),
    .name = "test.corners.v1.AB",
    .id = UINT64_C(0xe24bba328d13340b),
    .declaration = { corner_ab__declaration, sizeof corner_ab__declaration },
    .fields = corner_ab__fields,
};

/* ---- Deep -------------------------------------------------------------------------------------------------------- */

static const uint8_t corner_deep__declaration[] = {
    0x93, 0x01, 0xb4, 0x74, 0x65, 0x73, 0x74, 0x2e, 0x63, 0x6f, 0x72, 0x6e, 0x65, 0x72, 0x73, 0x2e,
    0x76, 0x31, 0x2e, 0x44, 0x65, 0x65, 0x70, 0x98, 0x93, 0xa4, 0x67, 0x72, 0x69, 0x64, 0x93, 0x12,
    0x04, 0x93, 0x12, 0x03, 0x93, 0x12, 0x02, 0x02, 0xc2, 0x93, 0xa5, 0x67, 0x72, 0x69, 0x64, 0x73,
    0x92, 0x10, 0x93, 0x12, 0x03, 0x93, 0x12, 0x02, 0x03, 0xc2, 0x93, 0xa9, 0x62, 0x79, 0x5f, 0x64,
    0x69, 0x67, 0x65, 0x73, 0x74, 0x93, 0x11, 0x05, 0x93, 0x12, 0x02, 0x93, 0x12, 0x02, 0x04, 0xc2,
    0x93, 0xa5, 0x6c, 0x69, 0x73, 0x74, 0x73, 0x92, 0x10, 0x92, 0x10, 0x92, 0x10, 0x93, 0x11, 0x0c,
    0x92, 0x10, 0x92, 0x13, 0x92, 0x14, 0xcf, 0x09, 0xc2, 0x4e, 0xc5, 0x36, 0x2b, 0x50, 0x2f, 0xc2,
    0x93, 0xa4, 0x6f, 0x70, 0x74, 0x73, 0x92, 0x13, 0x92, 0x13, 0x92, 0x13, 0x01, 0xc3, 0x93, 0xa8,
    0x70, 0x6f, 0x69, 0x6e, 0x74, 0x65, 0x72, 0x73, 0x93, 0x12, 0x03, 0x92, 0x13, 0x92, 0x14, 0xcf,
    0x09, 0xc2, 0x4e, 0xc5, 0x36, 0x2b, 0x50, 0x2f, 0xc2, 0x93, 0xaa, 0x6d, 0x61, 0x79, 0x62, 0x65,
    0x5f, 0x67, 0x72, 0x69, 0x64, 0x92, 0x13, 0x93, 0x12, 0x02, 0x93, 0x12, 0x02, 0x92, 0x14, 0xcf,
    0x09, 0xc2, 0x4e, 0xc5, 0x36, 0x2b, 0x50, 0x2f, 0xc3, 0x93, 0xa9, 0x6d, 0x61, 0x79, 0x62, 0x65,
    0x5f, 0x6d, 0x61, 0x70, 0x92, 0x13, 0x93, 0x11, 0x01, 0x92, 0x14, 0xcf, 0x16, 0x35, 0xb1, 0x2a,
    0xb0, 0xfb, 0xb1, 0x39, 0xc3,
};

static const weft_field corner_deep__fields[] = {
    { "grid", &corner_u8_2_array_3_array_4_array_type, NULL, offsetof(corner_deep, grid), 0, NULL },
    { "grids", &corner_u16_2_array_3_array_list_type, NULL, offsetof(corner_deep, grids), 0, NULL },
    { "by_digest", &corner_u64_u32_2_array_2_array_map_type, NULL, offsetof(corner_deep, by_digest), 0, NULL },
    { "lists", &corner_str_inner_opt_list_map_list_list_list_type, NULL, offsetof(corner_deep, lists), 0, NULL },
    { "opts", &corner_bool_opt_opt_opt_type, NULL, offsetof(corner_deep, opts), WEFT_FIELD_DEFAULT, NULL },
    { "pointers", &corner_inner_opt_3_array_type, NULL, offsetof(corner_deep, pointers), 0, NULL },
    { "maybe_grid", &corner_inner_2_array_2_array_opt_type, NULL, offsetof(corner_deep, maybe_grid), WEFT_FIELD_DEFAULT,
      NULL },
    { "maybe_map", &corner_bool_nothing_map_opt_type, NULL, offsetof(corner_deep, maybe_map), WEFT_FIELD_DEFAULT,
      NULL },
};

const weft_type corner_deep_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_STRUCT,
    .n = 8,
    .c_size = sizeof(corner_deep),
    .name = "test.corners.v1.Deep",
    .id = UINT64_C(0x327aeb43cf251412),
    .declaration = { corner_deep__declaration, sizeof corner_deep__declaration },
    .fields = corner_deep__fields,
};

/* ---- Only -------------------------------------------------------------------------------------------------------- */

static const uint8_t corner_only__declaration[] = {
    0x93, 0x02, 0xb4, 0x74, 0x65, 0x73, 0x74, 0x2e, 0x63, 0x6f, 0x72, 0x6e, 0x65, 0x72, 0x73, 0x2e,
    0x76, 0x31, 0x2e, 0x4f, 0x6e, 0x6c, 0x79, 0x91, 0x93, 0xa3, 0x6f, 0x6e, 0x65, 0x00, 0xc0,
};

static const weft_variant corner_only__variants[] = {
    { "one", NULL, false, NULL },
};

const weft_type corner_only_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_ENUM,
    .flags = WEFT_TYPE_CLOSED,
    .n = 1,
    .c_size = sizeof(corner_only),
    .name = "test.corners.v1.Only",
    .id = UINT64_C(0x484d8dbbed2cc348),
    .declaration = { corner_only__declaration, sizeof corner_only__declaration },
    .variants = corner_only__variants,
};

/* ---- Wide -------------------------------------------------------------------------------------------------------- */

static const uint8_t corner_wide__declaration[] = {
    0x93, 0x02, 0xb4, 0x74, 0x65, 0x73, 0x74, 0x2e, 0x63, 0x6f, 0x72, 0x6e, 0x65, 0x72, 0x73, 0x2e,
    0x76, 0x31, 0x2e, 0x57, 0x69, 0x64, 0x65, 0x94, 0x93, 0xa4, 0x67, 0x72, 0x69, 0x64, 0x00, 0x92,
    0x01, 0x93, 0x12, 0x03, 0x93, 0x12, 0x02, 0x03, 0x93, 0xa8, 0x70, 0x6f, 0x69, 0x6e, 0x74, 0x65,
    0x72, 0x73, 0x01, 0x92, 0x01, 0x93, 0x12, 0x02, 0x92, 0x13, 0x92, 0x14, 0xcf, 0x09, 0xc2, 0x4e,
    0xc5, 0x36, 0x2b, 0x50, 0x2f, 0x93, 0xa7, 0x6e, 0x6f, 0x74, 0x68, 0x69, 0x6e, 0x67, 0x02, 0x92,
    0x01, 0x92, 0x14, 0xcf, 0x16, 0x35, 0xb1, 0x2a, 0xb0, 0xfb, 0xb1, 0x39, 0x93, 0xa4, 0x6c, 0x69,
    0x73, 0x74, 0x03, 0x92, 0x01, 0x92, 0x10, 0x92, 0x10, 0x92, 0x14, 0xcf, 0x48, 0x4d, 0x8d, 0xbb,
    0xed, 0x2c, 0xc3, 0x48,
};

static const weft_variant corner_wide__variants[] = {
    { "grid", &corner_u16_2_array_3_array_type, false, NULL },
    { "pointers", &corner_inner_opt_2_array_type, false, NULL },
    { "nothing", &corner_nothing_type, false, NULL },
    { "list", &corner_only_list_list_type, false, NULL },
};

const weft_type corner_wide_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_ENUM,
    .n = 4,
    .c_size = sizeof(corner_wide),
    .offset = offsetof(corner_wide, as),
    .name = "test.corners.v1.Wide",
    .id = UINT64_C(0xa1f63c2e57d16342),
    .declaration = { corner_wide__declaration, sizeof corner_wide__declaration },
    .variants = corner_wide__variants,
};

/* ---- service Corners --------------------------------------------------------------------------------------------- */

static const weft_field corner_corners_maybe_grid_args__fields[] = {
    { "value", &corner_u8_4_array_opt_type, NULL, offsetof(corner_corners_maybe_grid_args, value), WEFT_FIELD_DEFAULT,
      NULL },
};

const weft_type corner_corners_maybe_grid_args_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_STRUCT,
    .n = 1,
    .c_size = sizeof(corner_corners_maybe_grid_args),
    .fields = corner_corners_maybe_grid_args__fields,
};

static const weft_field corner_corners_pointers_args__fields[] = {
    { "value", &corner_inner_opt_2_array_type, NULL, offsetof(corner_corners_pointers_args, value), 0, NULL },
};

const weft_type corner_corners_pointers_args_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_STRUCT,
    .n = 1,
    .c_size = sizeof(corner_corners_pointers_args),
    .fields = corner_corners_pointers_args__fields,
};

static const weft_field corner_corners_nothing_args__fields[] = {
    { "value", &corner_nothing_type, NULL, offsetof(corner_corners_nothing_args, value), 0, NULL },
};

const weft_type corner_corners_nothing_args_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_STRUCT,
    .n = 1,
    .c_size = sizeof(corner_corners_nothing_args),
    .fields = corner_corners_nothing_args__fields,
};
static const uint32_t corner_corners_a_method_with_a_name_that_is_so_long_that_every_line_with_it_needs_care_args__a_parameter_with_a_long_name_as_well_default = 7;
static const char corner_corners_a_method_with_a_name_that_is_so_long_that_every_line_with_it_needs_care_args__another_text_inner_name[] = "inner";
static const uint8_t corner_corners_a_method_with_a_name_that_is_so_long_that_every_line_with_it_needs_care_args__another_text_inner_raw[] = {
    0x00, 0xff,
};
static const char corner_corners_a_method_with_a_name_that_is_so_long_that_every_line_with_it_needs_care_args__another_text_question[] = "*/ what?\?/";
static const char corner_corners_a_method_with_a_name_that_is_so_long_that_every_line_with_it_needs_care_args__another_text_long_text[] =
    "a default that is too long for one line of generated code, and so has to be broken into several pieces, each"
    " on its own line";
static const corner_outer corner_corners_a_method_with_a_name_that_is_so_long_that_every_line_with_it_needs_care_args__another_default = {
    .inner = {
        .name = { corner_corners_a_method_with_a_name_that_is_so_long_that_every_line_with_it_needs_care_args__another_text_inner_name, 5 },
        .raw = { corner_corners_a_method_with_a_name_that_is_so_long_that_every_line_with_it_needs_care_args__another_text_inner_raw, 2 },
        .level = -7,
        .ratio = -0.0,
        .wait = { -1500000000 },
    },
    .question = { corner_corners_a_method_with_a_name_that_is_so_long_that_every_line_with_it_needs_care_args__another_text_question, 10 },
    .long_text = { corner_corners_a_method_with_a_name_that_is_so_long_that_every_line_with_it_needs_care_args__another_text_long_text, 124 },
};

static const weft_field corner_corners_a_method_with_a_name_that_is_so_long_that_every_line_with_it_needs_care_args__fields[] = {
    { "a_parameter_with_a_long_name_as_well", &weft_type_u32,
      &corner_corners_a_method_with_a_name_that_is_so_long_that_every_line_with_it_needs_care_args__a_parameter_with_a_long_name_as_well_default,
      offsetof(corner_corners_a_method_with_a_name_that_is_so_long_that_every_line_with_it_needs_care_args, a_parameter_with_a_long_name_as_well),
      WEFT_FIELD_DEFAULT, NULL },
    { "another", &corner_outer_type,
      &corner_corners_a_method_with_a_name_that_is_so_long_that_every_line_with_it_needs_care_args__another_default,
      offsetof(corner_corners_a_method_with_a_name_that_is_so_long_that_every_line_with_it_needs_care_args, another),
      WEFT_FIELD_DEFAULT, NULL },
};

const weft_type corner_corners_a_method_with_a_name_that_is_so_long_that_every_line_with_it_needs_care_args_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_STRUCT,
    .n = 2,
    .c_size = sizeof(corner_corners_a_method_with_a_name_that_is_so_long_that_every_line_with_it_needs_care_args),
    .fields = corner_corners_a_method_with_a_name_that_is_so_long_that_every_line_with_it_needs_care_args__fields,
};

static const weft_field corner_corners_class_args__fields[] = {
    { "int", &weft_type_u8, NULL, offsetof(corner_corners_class_args, int_), 0, NULL },
};

const weft_type corner_corners_class_args_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_STRUCT,
    .n = 1,
    .c_size = sizeof(corner_corners_class_args),
    .fields = corner_corners_class_args__fields,
};

static const weft_type corner_corners__no_args = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_STRUCT,
    .c_size = 1,
};

static void corner_corners__closed(const void *table, void *self)
{
    const corner_corners_handler *handler = table;
    if (handler->size >= offsetof(corner_corners_handler, closed) + sizeof handler->closed && handler->closed)
        handler->closed(self);
}

static int corner_corners_grid__dispatch(const void *table, void *self, weft_call call, const void *args)
{
    const corner_corners_handler *handler = table;
    if (handler->size < offsetof(corner_corners_handler, grid) + sizeof handler->grid || !handler->grid)
        return WEFT_OUTCOME_UNKNOWN_METHOD;
    corner_corners_grid_call typed = { call };
    (void)args;
    handler->grid(self, typed);
    return 0;
}

static int corner_corners_maybe_grid__dispatch(const void *table, void *self, weft_call call, const void *args)
{
    const corner_corners_handler *handler = table;
    if (handler->size < offsetof(corner_corners_handler, maybe_grid) + sizeof handler->maybe_grid ||
        !handler->maybe_grid)
        return WEFT_OUTCOME_UNKNOWN_METHOD;
    corner_corners_maybe_grid_call typed = { call };
    handler->maybe_grid(self, typed, args);
    return 0;
}

static int corner_corners_pointers__dispatch(const void *table, void *self, weft_call call, const void *args)
{
    const corner_corners_handler *handler = table;
    if (handler->size < offsetof(corner_corners_handler, pointers) + sizeof handler->pointers || !handler->pointers)
        return WEFT_OUTCOME_UNKNOWN_METHOD;
    corner_corners_pointers_call typed = { call };
    handler->pointers(self, typed, args);
    return 0;
}

static int corner_corners_nothing__dispatch(const void *table, void *self, weft_call call, const void *args)
{
    const corner_corners_handler *handler = table;
    if (handler->size < offsetof(corner_corners_handler, nothing) + sizeof handler->nothing || !handler->nothing)
        return WEFT_OUTCOME_UNKNOWN_METHOD;
    corner_corners_nothing_call typed = { call };
    handler->nothing(self, typed, args);
    return 0;
}

static int corner_corners_a_method_with_a_name_that_is_so_long_that_every_line_with_it_needs_care__dispatch(
        const void *table, void *self, weft_call call, const void *args)
{
    const corner_corners_handler *handler = table;
    if (handler->size < offsetof(corner_corners_handler, a_method_with_a_name_that_is_so_long_that_every_line_with_it_needs_care) + sizeof handler->a_method_with_a_name_that_is_so_long_that_every_line_with_it_needs_care ||
        !handler->a_method_with_a_name_that_is_so_long_that_every_line_with_it_needs_care)
        return WEFT_OUTCOME_UNKNOWN_METHOD;
    corner_corners_a_method_with_a_name_that_is_so_long_that_every_line_with_it_needs_care_call typed = { call };
    handler->a_method_with_a_name_that_is_so_long_that_every_line_with_it_needs_care(self, typed, args);
    return 0;
}

static int corner_corners_class__dispatch(const void *table, void *self, weft_call call, const void *args)
{
    const corner_corners_handler *handler = table;
    if (handler->size < offsetof(corner_corners_handler, class_) + sizeof handler->class_ || !handler->class_)
        return WEFT_OUTCOME_UNKNOWN_METHOD;
    corner_corners_class_call typed = { call };
    handler->class_(self, typed, args);
    return 0;
}

int corner_corners_serve(weft_pending pending, const corner_corners_handler *handler, void *self,
                         weft_connection **ret_connection_or_null)
{
    return weft_gen_serve(pending, &corner_corners_service, handler, self, ret_connection_or_null);
}

int corner_corners_grid_return(corner_corners_grid_call call, const uint16_t value[3][2])
{
    return weft_gen_return(call.call, &corner_corners_service, 0, value);
}

int corner_corners_maybe_grid_keep(corner_corners_maybe_grid_call call, const corner_corners_maybe_grid_args **args)
{
    const void *kept = *args;
    int rc = weft_gen_keep(call.call, &kept);
    if (rc == 0)
        *args = kept;
    return rc;
}

int corner_corners_maybe_grid_return(corner_corners_maybe_grid_call call, corner_u8_4_array_opt value)
{
    return weft_gen_return(call.call, &corner_corners_service, 1, &value);
}

int corner_corners_pointers_keep(corner_corners_pointers_call call, const corner_corners_pointers_args **args)
{
    const void *kept = *args;
    int rc = weft_gen_keep(call.call, &kept);
    if (rc == 0)
        *args = kept;
    return rc;
}

int corner_corners_pointers_return(corner_corners_pointers_call call, const corner_inner *const value[2])
{
    return weft_gen_return(call.call, &corner_corners_service, 2, value);
}

int corner_corners_nothing_keep(corner_corners_nothing_call call, const corner_corners_nothing_args **args)
{
    const void *kept = *args;
    int rc = weft_gen_keep(call.call, &kept);
    if (rc == 0)
        *args = kept;
    return rc;
}

int corner_corners_nothing_return(corner_corners_nothing_call call, const corner_nothing *value)
{
    return weft_gen_return(call.call, &corner_corners_service, 3, value);
}

int corner_corners_nothing_fail(corner_corners_nothing_call call, const corner_nothing *error)
{
    return weft_gen_fail(call.call, &corner_corners_service, 3, error);
}

int corner_corners_a_method_with_a_name_that_is_so_long_that_every_line_with_it_needs_care_keep(
        corner_corners_a_method_with_a_name_that_is_so_long_that_every_line_with_it_needs_care_call call,
        const corner_corners_a_method_with_a_name_that_is_so_long_that_every_line_with_it_needs_care_args **args)
{
    const void *kept = *args;
    int rc = weft_gen_keep(call.call, &kept);
    if (rc == 0)
        *args = kept;
    return rc;
}

int corner_corners_a_method_with_a_name_that_is_so_long_that_every_line_with_it_needs_care_return(
        corner_corners_a_method_with_a_name_that_is_so_long_that_every_line_with_it_needs_care_call call,
        uint32_t value)
{
    return weft_gen_return(call.call, &corner_corners_service, 4, &value);
}

int corner_corners_a_method_with_a_name_that_is_so_long_that_every_line_with_it_needs_care_fail(
        corner_corners_a_method_with_a_name_that_is_so_long_that_every_line_with_it_needs_care_call call,
        const corner_wide *error)
{
    return weft_gen_fail(call.call, &corner_corners_service, 4, error);
}

int corner_corners_class_keep(corner_corners_class_call call, const corner_corners_class_args **args)
{
    const void *kept = *args;
    int rc = weft_gen_keep(call.call, &kept);
    if (rc == 0)
        *args = kept;
    return rc;
}

int corner_corners_class_return(corner_corners_class_call call, uint8_t value)
{
    return weft_gen_return(call.call, &corner_corners_service, 5, &value);
}

static void corner_corners__opened(void (*opened)(void), void *user, weft_connection *connection_or_null,
                                   const weft_error *error_or_null)
{
    corner_corners_client client = { connection_or_null };
    ((corner_corners_opened_fn)opened)(user, client, error_or_null);
}

static void corner_corners_grid__deliver(void (*done)(void), void *user, const void *reply)
{
    ((corner_corners_grid_fn)done)(user, reply);
}

static void corner_corners_maybe_grid__deliver(void (*done)(void), void *user, const void *reply)
{
    ((corner_corners_maybe_grid_fn)done)(user, reply);
}

static void corner_corners_pointers__deliver(void (*done)(void), void *user, const void *reply)
{
    ((corner_corners_pointers_fn)done)(user, reply);
}

static void corner_corners_nothing__deliver(void (*done)(void), void *user, const void *reply)
{
    ((corner_corners_nothing_fn)done)(user, reply);
}

static void corner_corners_a_method_with_a_name_that_is_so_long_that_every_line_with_it_needs_care__deliver(
        void (*done)(void), void *user, const void *reply)
{
    ((corner_corners_a_method_with_a_name_that_is_so_long_that_every_line_with_it_needs_care_fn)done)(user, reply);
}

static void corner_corners_class__deliver(void (*done)(void), void *user, const void *reply)
{
    ((corner_corners_class_fn)done)(user, reply);
}

int corner_corners_open(weft_session *session, const weft_open_options *options_or_null,
                        corner_corners_opened_fn opened, void *user)
{
    return weft_gen_open(session, &corner_corners_service, options_or_null, (void (*)(void))opened, user);
}

int corner_corners_grid(corner_corners_client client, const weft_call_options *options_or_null,
                        corner_corners_grid_fn done_or_null, void *user, weft_call *ret_call_or_null)
{
    return weft_gen_call(client.connection, &corner_corners_service, 0, "", options_or_null,
                         (void (*)(void))done_or_null, user, ret_call_or_null);
}

int corner_corners_maybe_grid(corner_corners_client client, const corner_corners_maybe_grid_args *args,
                              const weft_call_options *options_or_null, corner_corners_maybe_grid_fn done_or_null,
                              void *user, weft_call *ret_call_or_null)
{
    return weft_gen_call(client.connection, &corner_corners_service, 1, args, options_or_null,
                         (void (*)(void))done_or_null, user, ret_call_or_null);
}

int corner_corners_pointers(corner_corners_client client, const corner_corners_pointers_args *args,
                            const weft_call_options *options_or_null, corner_corners_pointers_fn done_or_null,
                            void *user, weft_call *ret_call_or_null)
{
    return weft_gen_call(client.connection, &corner_corners_service, 2, args, options_or_null,
                         (void (*)(void))done_or_null, user, ret_call_or_null);
}

int corner_corners_nothing(corner_corners_client client, const corner_corners_nothing_args *args,
                           const weft_call_options *options_or_null, corner_corners_nothing_fn done_or_null, void *user,
                           weft_call *ret_call_or_null)
{
    return weft_gen_call(client.connection, &corner_corners_service, 3, args, options_or_null,
                         (void (*)(void))done_or_null, user, ret_call_or_null);
}

int corner_corners_a_method_with_a_name_that_is_so_long_that_every_line_with_it_needs_care(corner_corners_client client,
        const corner_corners_a_method_with_a_name_that_is_so_long_that_every_line_with_it_needs_care_args *args,
        const weft_call_options *options_or_null,
        corner_corners_a_method_with_a_name_that_is_so_long_that_every_line_with_it_needs_care_fn done_or_null,
        void *user, weft_call *ret_call_or_null)
{
    return weft_gen_call(client.connection, &corner_corners_service, 4, args, options_or_null,
                         (void (*)(void))done_or_null, user, ret_call_or_null);
}

int corner_corners_class(corner_corners_client client, const corner_corners_class_args *args,
                         const weft_call_options *options_or_null, corner_corners_class_fn done_or_null, void *user,
                         weft_call *ret_call_or_null)
{
    return weft_gen_call(client.connection, &corner_corners_service, 5, args, options_or_null,
                         (void (*)(void))done_or_null, user, ret_call_or_null);
}

static const uint8_t corner_corners_grid__arguments[] = {
    0x90,
};

static const uint8_t corner_corners_grid__results[] = {
    0x94, 0x93, 0x12, 0x03, 0x93, 0x12, 0x02, 0x03, 0xc0, 0x00, 0x90,
};

static const uint8_t corner_corners_maybe_grid__arguments[] = {
    0x91, 0x95, 0xa5, 0x76, 0x61, 0x6c, 0x75, 0x65, 0x92, 0x13, 0x93, 0x12, 0x04, 0x02, 0xc3, 0x00,
    0xc2,
};

static const uint8_t corner_corners_maybe_grid__results[] = {
    0x94, 0x92, 0x13, 0x93, 0x12, 0x04, 0x02, 0xc0, 0x00, 0x90,
};

static const uint8_t corner_corners_pointers__arguments[] = {
    0x91, 0x95, 0xa5, 0x76, 0x61, 0x6c, 0x75, 0x65, 0x93, 0x12, 0x02, 0x92, 0x13, 0x92, 0x14, 0xcf,
    0x09, 0xc2, 0x4e, 0xc5, 0x36, 0x2b, 0x50, 0x2f, 0xc2, 0x00, 0xc2,
};

static const uint8_t corner_corners_pointers__results[] = {
    0x94, 0x93, 0x12, 0x02, 0x92, 0x13, 0x92, 0x14, 0xcf, 0x09, 0xc2, 0x4e, 0xc5, 0x36, 0x2b, 0x50,
    0x2f, 0xc0, 0x00, 0x90,
};

static const weft_type *const corner_corners_pointers__argument_types[] = { &corner_inner_type };

static const weft_type *const corner_corners_pointers__result_types[] = { &corner_inner_type };

static const uint8_t corner_corners_nothing__arguments[] = {
    0x91, 0x95, 0xa5, 0x76, 0x61, 0x6c, 0x75, 0x65, 0x92, 0x14, 0xcf, 0x16, 0x35, 0xb1, 0x2a, 0xb0,
    0xfb, 0xb1, 0x39, 0xc2, 0x00, 0xc2,
};

static const uint8_t corner_corners_nothing__results[] = {
    0x94, 0x92, 0x14, 0xcf, 0x16, 0x35, 0xb1, 0x2a, 0xb0, 0xfb, 0xb1, 0x39, 0x92, 0x14, 0xcf, 0x16,
    0x35, 0xb1, 0x2a, 0xb0, 0xfb, 0xb1, 0x39, 0x00, 0x90,
};

static const weft_type *const corner_corners_nothing__argument_types[] = { &corner_nothing_type };

static const weft_type *const corner_corners_nothing__result_types[] = { &corner_nothing_type };

static const uint8_t corner_corners_a_method_with_a_name_that_is_so_long_that_every_line_with_it_needs_care__arguments[] = {
    0x92, 0x95, 0xd9, 0x24, 0x61, 0x5f, 0x70, 0x61, 0x72, 0x61, 0x6d, 0x65, 0x74, 0x65, 0x72, 0x5f,
    0x77, 0x69, 0x74, 0x68, 0x5f, 0x61, 0x5f, 0x6c, 0x6f, 0x6e, 0x67, 0x5f, 0x6e, 0x61, 0x6d, 0x65,
    0x5f, 0x61, 0x73, 0x5f, 0x77, 0x65, 0x6c, 0x6c, 0x04, 0xc3, 0x00, 0xc2, 0x95, 0xa7, 0x61, 0x6e,
    0x6f, 0x74, 0x68, 0x65, 0x72, 0x92, 0x14, 0xcf, 0xd5, 0x21, 0x93, 0xc6, 0x59, 0x93, 0x28, 0x81,
    0xc3, 0x00, 0xc2,
};

static const uint8_t corner_corners_a_method_with_a_name_that_is_so_long_that_every_line_with_it_needs_care__results[] = {
    0x94, 0x04, 0x92, 0x14, 0xcf, 0xa1, 0xf6, 0x3c, 0x2e, 0x57, 0xd1, 0x63, 0x42, 0x00, 0x90,
};

static const weft_type *const corner_corners_a_method_with_a_name_that_is_so_long_that_every_line_with_it_needs_care__argument_types[] = { 
        &corner_nothing_type, &corner_inner_type, &corner_outer_type };

static const weft_type *const corner_corners_a_method_with_a_name_that_is_so_long_that_every_line_with_it_needs_care__result_types[] = { 
        &corner_nothing_type, &corner_inner_type, &corner_only_type, &corner_wide_type };

static const uint8_t corner_corners_class__arguments[] = {
    0x91, 0x95, 0xa3, 0x69, 0x6e, 0x74, 0x02, 0xc2, 0x00, 0xc2,
};

static const uint8_t corner_corners_class__results[] = {
    0x94, 0x02, 0xc0, 0x00, 0x90,
};

static const char corner_corners__doc[] = "A service of corners.";

static const char corner_corners_a_method_with_a_name_that_is_so_long_that_every_line_with_it_needs_care__doc[] =
    "A line that is much longer than the generated code may be wide, so that it has to be broken somewhere inside"
    " a table of handlers.\nDeprecated: use nothing */ instead";

static const weft_method corner_corners__methods[] = {
    {
        .name = "grid",
        .id = UINT64_C(0x3830d78b3dcd875b),
        .args = &corner_corners__no_args,
        .result = &corner_u16_2_array_3_array_type,
        .timeout_ns = WEFT_TIMEOUT_DEFAULT,
        .flags = 0,
        .reply_size = sizeof(corner_corners_grid_reply),
        .value_offset = offsetof(corner_corners_grid_reply, value),
        .dispatch = corner_corners_grid__dispatch,
        .deliver = corner_corners_grid__deliver,
        .roots = { { corner_corners_grid__arguments, sizeof corner_corners_grid__arguments },
                   { corner_corners_grid__results, sizeof corner_corners_grid__results } },
    },
    {
        .name = "maybe_grid",
        .id = UINT64_C(0x48b953b8fdfa728e),
        .args = &corner_corners_maybe_grid_args_type,
        .result = &corner_u8_4_array_opt_type,
        .timeout_ns = WEFT_TIMEOUT_DEFAULT,
        .flags = 0,
        .reply_size = sizeof(corner_corners_maybe_grid_reply),
        .value_offset = offsetof(corner_corners_maybe_grid_reply, value),
        .dispatch = corner_corners_maybe_grid__dispatch,
        .deliver = corner_corners_maybe_grid__deliver,
        .roots = { { corner_corners_maybe_grid__arguments, sizeof corner_corners_maybe_grid__arguments },
                   { corner_corners_maybe_grid__results, sizeof corner_corners_maybe_grid__results } },
    },
    {
        .name = "pointers",
        .id = UINT64_C(0x94e1b594a364efc4),
        .args = &corner_corners_pointers_args_type,
        .result = &corner_inner_opt_2_array_type,
        .timeout_ns = WEFT_TIMEOUT_DEFAULT,
        .flags = 0,
        .reply_size = sizeof(corner_corners_pointers_reply),
        .value_offset = offsetof(corner_corners_pointers_reply, value),
        .dispatch = corner_corners_pointers__dispatch,
        .deliver = corner_corners_pointers__deliver,
        .roots = { { corner_corners_pointers__arguments, sizeof corner_corners_pointers__arguments },
                   { corner_corners_pointers__results, sizeof corner_corners_pointers__results } },
        .types = { corner_corners_pointers__argument_types, corner_corners_pointers__result_types },
        .n_types = { 1, 1 },
    },
    {
        .name = "nothing",
        .id = UINT64_C(0xdb34f2e01bf681b3),
        .args = &corner_corners_nothing_args_type,
        .result = &corner_nothing_type,
        .error = &corner_nothing_type,
        .timeout_ns = WEFT_TIMEOUT_DEFAULT,
        .flags = WEFT_METHOD_VALUE_POINTER,
        .reply_size = sizeof(corner_corners_nothing_reply),
        .value_offset = offsetof(corner_corners_nothing_reply, value),
        .error_offset = offsetof(corner_corners_nothing_reply, error),
        .dispatch = corner_corners_nothing__dispatch,
        .deliver = corner_corners_nothing__deliver,
        .roots = { { corner_corners_nothing__arguments, sizeof corner_corners_nothing__arguments },
                   { corner_corners_nothing__results, sizeof corner_corners_nothing__results } },
        .types = { corner_corners_nothing__argument_types, corner_corners_nothing__result_types },
        .n_types = { 1, 1 },
    },
    {
        .name = "a_method_with_a_name_that_is_so_long_that_every_line_with_it_needs_care",
        .id = UINT64_C(0x113091da5cd56773),
        .args = &corner_corners_a_method_with_a_name_that_is_so_long_that_every_line_with_it_needs_care_args_type,
        .result = &weft_type_u32,
        .error = &corner_wide_type,
        .timeout_ns = WEFT_TIMEOUT_DEFAULT,
        .flags = 0,
        .reply_size = sizeof(corner_corners_a_method_with_a_name_that_is_so_long_that_every_line_with_it_needs_care_reply),
        .value_offset = offsetof(corner_corners_a_method_with_a_name_that_is_so_long_that_every_line_with_it_needs_care_reply, value),
        .error_offset = offsetof(corner_corners_a_method_with_a_name_that_is_so_long_that_every_line_with_it_needs_care_reply, error),
        .dispatch = corner_corners_a_method_with_a_name_that_is_so_long_that_every_line_with_it_needs_care__dispatch,
        .deliver = corner_corners_a_method_with_a_name_that_is_so_long_that_every_line_with_it_needs_care__deliver,
        .roots = { { corner_corners_a_method_with_a_name_that_is_so_long_that_every_line_with_it_needs_care__arguments, sizeof corner_corners_a_method_with_a_name_that_is_so_long_that_every_line_with_it_needs_care__arguments },
                   { corner_corners_a_method_with_a_name_that_is_so_long_that_every_line_with_it_needs_care__results, sizeof corner_corners_a_method_with_a_name_that_is_so_long_that_every_line_with_it_needs_care__results } },
        .types = { corner_corners_a_method_with_a_name_that_is_so_long_that_every_line_with_it_needs_care__argument_types, corner_corners_a_method_with_a_name_that_is_so_long_that_every_line_with_it_needs_care__result_types },
        .n_types = { 3, 4 },
        .doc = corner_corners_a_method_with_a_name_that_is_so_long_that_every_line_with_it_needs_care__doc,
    },
    {
        .name = "class",
        .id = UINT64_C(0x191745c5812ff90c),
        .args = &corner_corners_class_args_type,
        .result = &weft_type_u8,
        .timeout_ns = WEFT_TIMEOUT_DEFAULT,
        .flags = 0,
        .reply_size = sizeof(corner_corners_class_reply),
        .value_offset = offsetof(corner_corners_class_reply, value),
        .dispatch = corner_corners_class__dispatch,
        .deliver = corner_corners_class__deliver,
        .roots = { { corner_corners_class__arguments, sizeof corner_corners_class__arguments },
                   { corner_corners_class__results, sizeof corner_corners_class__results } },
    },
};

const weft_service_type corner_corners_service = {
    .abi = WEFT_GEN_ABI,
    .method_size = sizeof(weft_method),
    .n_methods = 6,
    .name = "test.corners.v1.Corners",
    .id = UINT64_C(0x89b160c0aed194de),
    .methods = corner_corners__methods,
    .closed = corner_corners__closed,
    .opened = corner_corners__opened,
    .doc = corner_corners__doc,
};

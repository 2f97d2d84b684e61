/* Made by weftc 0.1.0 from kv/common.weft. Do not edit. */
#include "common.weft.h"

_Static_assert(sizeof(kv_common_v1_region_kind) == sizeof(int), "an enum as wide as int");

const weft_type kv_common_v1_str_u32_map_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_MAP,
    .c_size = sizeof(kv_common_v1_str_u32_map),
    .offset = offsetof(kv_common_v1_str_u32_map_pair, value),
    .stride = sizeof(kv_common_v1_str_u32_map_pair),
    .element = &weft_type_u32,
    .key = &weft_type_str,
};

static const weft_type kv_common_v1_region_list_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_LIST,
    .c_size = sizeof(kv_common_v1_region_list),
    .element = &kv_common_v1_region_type,
};

const weft_type kv_common_v1_str_region_list_map_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_MAP,
    .c_size = sizeof(kv_common_v1_str_region_list_map),
    .offset = offsetof(kv_common_v1_str_region_list_map_pair, value),
    .stride = sizeof(kv_common_v1_str_region_list_map_pair),
    .element = &kv_common_v1_region_list_type,
    .key = &weft_type_str,
};

/* ---- Region ------------------------------------------------------------------------------------------------------ */

static const uint8_t kv_common_v1_region__declaration[] = {
    0x93, 0x02, 0xb3, 0x6b, 0x76, 0x2e, 0x63, 0x6f, 0x6d, 0x6d, 0x6f, 0x6e, 0x2e, 0x76, 0x31, 0x2e,
    0x52, 0x65, 0x67, 0x69, 0x6f, 0x6e, 0x93, 0x93, 0xa6, 0x65, 0x75, 0x72, 0x6f, 0x70, 0x65, 0x00,
    0xc0, 0x93, 0xa7, 0x61, 0x6d, 0x65, 0x72, 0x69, 0x63, 0x61, 0x01, 0xc0, 0x93, 0xa4, 0x61, 0x73,
    0x69, 0x61, 0x02, 0xc0,
};

static const weft_variant kv_common_v1_region__variants[] = {
    { "europe", NULL, false, NULL },
    { "america", NULL, false, NULL },
    { "asia", NULL, false, NULL },
};

const weft_type kv_common_v1_region_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_ENUM,
    .n = 3,
    .c_size = sizeof(kv_common_v1_region),
    .name = "kv.common.v1.Region",
    .id = UINT64_C(0x046c50dd1abd9881),
    .declaration = { kv_common_v1_region__declaration, sizeof kv_common_v1_region__declaration },
    .variants = kv_common_v1_region__variants,
};

/* ---- Usage ------------------------------------------------------------------------------------------------------- */

static const uint8_t kv_common_v1_usage__declaration[] = {
    0x93, 0x01, 0xb2, 0x6b, 0x76, 0x2e, 0x63, 0x6f, 0x6d, 0x6d, 0x6f, 0x6e, 0x2e, 0x76, 0x31, 0x2e,
    0x55, 0x73, 0x61, 0x67, 0x65, 0x92, 0x93, 0xa7, 0x62, 0x79, 0x5f, 0x6e, 0x61, 0x6d, 0x65, 0x93,
    0x11, 0x0c, 0x04, 0xc2, 0x93, 0xaa, 0x70, 0x65, 0x72, 0x5f, 0x72, 0x65, 0x67, 0x69, 0x6f, 0x6e,
    0x93, 0x11, 0x0c, 0x92, 0x10, 0x92, 0x14, 0xcf, 0x04, 0x6c, 0x50, 0xdd, 0x1a, 0xbd, 0x98, 0x81,
    0xc2,
};

static const weft_field kv_common_v1_usage__fields[] = {
    { "by_name", &kv_common_v1_str_u32_map_type, NULL, offsetof(kv_common_v1_usage, by_name), 0, NULL },
    { "per_region", &kv_common_v1_str_region_list_map_type, NULL, offsetof(kv_common_v1_usage, per_region), 0, NULL },
};

const weft_type kv_common_v1_usage_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_STRUCT,
    .n = 2,
    .c_size = sizeof(kv_common_v1_usage),
    .name = "kv.common.v1.Usage",
    .id = UINT64_C(0x96d985ed4e32423d),
    .declaration = { kv_common_v1_usage__declaration, sizeof kv_common_v1_usage__declaration },
    .fields = kv_common_v1_usage__fields,
};

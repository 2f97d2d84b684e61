/* Tables of the built-in types, and the names of kinds. */
#include "runtime/schema/codec.h"

#define BUILTIN_TYPE(type_name, type_kind, ctype) \
    const weft_type weft_type_##type_name = { .abi = WEFT_GEN_ABI, .kind = (type_kind), .c_size = sizeof(ctype) };

BUILTIN_TYPE(bool, WEFT_KIND_BOOL, bool)
BUILTIN_TYPE(u8, WEFT_KIND_U8, uint8_t)
BUILTIN_TYPE(u16, WEFT_KIND_U16, uint16_t)
BUILTIN_TYPE(u32, WEFT_KIND_U32, uint32_t)
BUILTIN_TYPE(u64, WEFT_KIND_U64, uint64_t)
BUILTIN_TYPE(i8, WEFT_KIND_I8, int8_t)
BUILTIN_TYPE(i16, WEFT_KIND_I16, int16_t)
BUILTIN_TYPE(i32, WEFT_KIND_I32, int32_t)
BUILTIN_TYPE(i64, WEFT_KIND_I64, int64_t)
BUILTIN_TYPE(f32, WEFT_KIND_F32, float)
BUILTIN_TYPE(f64, WEFT_KIND_F64, double)
BUILTIN_TYPE(str, WEFT_KIND_STR, weft_str)
BUILTIN_TYPE(bytes, WEFT_KIND_BYTES, weft_bytes)
BUILTIN_TYPE(timestamp, WEFT_KIND_TIMESTAMP, weft_timestamp)
BUILTIN_TYPE(duration, WEFT_KIND_DURATION, weft_duration)

static const char *const kind_names[] = {
    [WEFT_KIND_BOOL] = "bool",         [WEFT_KIND_U8] = "u8",
    [WEFT_KIND_U16] = "u16",           [WEFT_KIND_U32] = "u32",
    [WEFT_KIND_U64] = "u64",           [WEFT_KIND_I8] = "i8",
    [WEFT_KIND_I16] = "i16",           [WEFT_KIND_I32] = "i32",
    [WEFT_KIND_I64] = "i64",           [WEFT_KIND_F32] = "f32",
    [WEFT_KIND_F64] = "f64",           [WEFT_KIND_STR] = "string",
    [WEFT_KIND_BYTES] = "bytes",       [WEFT_KIND_TIMESTAMP] = "timestamp",
    [WEFT_KIND_DURATION] = "duration", [WEFT_KIND_STRUCT] = "struct",
    [WEFT_KIND_ENUM] = "enum",         [WEFT_KIND_LIST] = "list",
    [WEFT_KIND_MAP] = "map",           [WEFT_KIND_ARRAY] = "array",
    [WEFT_KIND_OPTION] = "option",
};

const char *weft__type_kind_name(const weft_type *type)
{
    if (type->kind == 0 || type->kind >= sizeof kind_names / sizeof *kind_names)
        return "?";
    return kind_names[type->kind];
}

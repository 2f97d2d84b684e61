/* How values of types that no compiler has seen look in C: sizes and offsets for the tables that remote.h makes. */
#ifndef WEFT_RUNTIME_SCHEMA_LAYOUT_H
#define WEFT_RUNTIME_SCHEMA_LAYOUT_H

#include "weft/gen.h"

/* The C value of a type. */
#define WEFT__LAYOUT_SIZE_MAX 65536u
/* How many structs, enums, arrays and options may lie in one another by value: functions that follow them recurse. */
#define WEFT__LAYOUT_DEPTH_MAX 256u

/* Sets c_size, offset, stride, the offsets of fields and WEFT_TYPE_INDIRECT in the type and in all that it leads to, as
 * gen.h describes values; so encode, decode, init, equal, copy and print work by the tables. A type that has a c_size
 * stays as it is, with all that it leads to: the others' tables must be memory that may be written, const or not, and
 * nobody else may look at them meanwhile. On failure they may be laid out anew. 0; WEFT_EINVAL: a type that holds
 * itself by value, or types by value in one another deeper than WEFT__LAYOUT_DEPTH_MAX; WEFT_EMSGSIZE: a value or a
 * pair of a map is larger than WEFT__LAYOUT_SIZE_MAX; WEFT_ENOMEM. */
int weft__layout(const weft_allocator *allocator_or_null, const weft_type *type);

#endif

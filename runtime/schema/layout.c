/* Two steps for each type: its size, for which those that lie in it by value must be known (recursion, bounded); and a
 * place in a queue, from which what it refers to is sized in its turn. Where all have sizes, pairs of maps get theirs.
 *
 * A cycle by value needs no mark: it ends at the depth. */
#include "runtime/schema/layout.h"

#include "runtime/base/mem.h"
#include "runtime/schema/codec.h"

typedef struct layout {
    weft_allocator allocator;
    weft_type **sized; /* in this run */
    size_t n_sized, n_room;
} layout;

/* A struct that grows. */
typedef struct extent {
    size_t size, align;
} extent;

/* What was not made by a compiler is memory of who made it (layout.h). */
static weft_type *writable(const weft_type *type)
{
    return (weft_type *)type;
}

static size_t align_up(size_t size, size_t align)
{
    return (size + align - 1) & ~(align - 1);
}

/* Adds a member: its offset. Sizes are at most WEFT__LAYOUT_SIZE_MAX, members at most 2^32: nothing overflows. */
static size_t extent_add(extent *whole, size_t size, size_t align)
{
    size_t offset = align_up(whole->size, align);
    whole->size = offset + size;
    whole->align = align > whole->align ? align : whole->align;
    return offset;
}

static int sized_add(layout *l, weft_type *type)
{
    if (l->n_sized == l->n_room) {
        size_t n = l->n_room ? l->n_room * 2 : 32, old_len = l->n_room * sizeof(void *), len;
        if (!weft__size_mul(n, sizeof(void *), &len))
            return WEFT_ENOMEM;
        weft_type **sized = weft__realloc(&l->allocator, l->sized, old_len, len);
        if (!sized)
            return WEFT_ENOMEM;
        l->sized = sized;
        l->n_room = n;
    }
    l->sized[l->n_sized++] = type;
    return 0;
}

static bool is_decl(const weft_type *type)
{
    return type->kind == WEFT_KIND_STRUCT || type->kind == WEFT_KIND_ENUM;
}

/* ---- sizes ---- */

static int size_of(layout *l, const weft_type *const_type, unsigned depth);

static int size_of_struct(layout *l, const weft_type *type, unsigned depth, extent *whole)
{
    weft_field *fields = (weft_field *)type->fields;
    for (uint32_t i = 0; i < type->n; i++) {
        weft_field *field = &fields[i];
        int status = size_of(l, field->type, depth);
        if (status)
            return status;
        size_t offset = extent_add(whole, field->type->c_size, weft__type_align(field->type));
        if (whole->size > WEFT__LAYOUT_SIZE_MAX)
            return WEFT_EMSGSIZE;
        field->offset = (uint32_t)offset;
    }
    if (whole->size == 0) /* C has no empty struct */
        extent_add(whole, 1, 1);
    return 0;
}

static int size_of_enum(layout *l, weft_type *type, unsigned depth, extent *whole)
{
    extent payloads = { 0, 1 };
    for (uint32_t i = 0; i < type->n; i++) {
        const weft_type *payload = type->variants[i].payload;
        int status = payload ? size_of(l, payload, depth) : 0;
        if (status)
            return status;
        if (!payload)
            continue;
        size_t align = weft__type_align(payload);
        payloads.size = payload->c_size > payloads.size ? payload->c_size : payloads.size;
        payloads.align = align > payloads.align ? align : payloads.align;
    }
    extent_add(whole, sizeof(int), sizeof(int)); /* the kind */
    type->offset = (uint32_t)extent_add(whole, payloads.size, payloads.align);
    return 0;
}

static int size_of_option(layout *l, weft_type *type, unsigned depth, extent *whole)
{
    if (is_decl(type->element)) {
        type->flags |= WEFT_TYPE_INDIRECT;
        extent_add(whole, sizeof(void *), sizeof(void *));
        return 0;
    }
    int status = size_of(l, type->element, depth);
    if (status)
        return status;
    extent_add(whole, sizeof(bool), sizeof(bool));
    type->offset = (uint32_t)extent_add(whole, type->element->c_size, weft__type_align(type->element));
    return 0;
}

static int size_of_array(layout *l, const weft_type *type, unsigned depth, extent *whole)
{
    int status = size_of(l, type->element, depth);
    if (status)
        return status;
    if (type->n == 0)
        return WEFT_EINVAL;
    if (type->n > WEFT__LAYOUT_SIZE_MAX / type->element->c_size)
        return WEFT_EMSGSIZE;
    extent_add(whole, (size_t)type->n * type->element->c_size, weft__type_align(type->element));
    return 0;
}

static int size_of_container(layout *l, weft_type *type, unsigned depth, extent *whole)
{
    switch (type->kind) {
    case WEFT_KIND_STRUCT: return size_of_struct(l, type, depth, whole);
    case WEFT_KIND_ENUM: return size_of_enum(l, type, depth, whole);
    case WEFT_KIND_OPTION: return size_of_option(l, type, depth, whole);
    case WEFT_KIND_ARRAY: return size_of_array(l, type, depth, whole);
    case WEFT_KIND_LIST:
    case WEFT_KIND_MAP: extent_add(whole, sizeof(weft__list_value), sizeof(void *)); return 0;
    default: return WEFT_EINVAL; /* scalars have their size from the start */
    }
}

static int size_of(layout *l, const weft_type *const_type, unsigned depth)
{
    if (const_type->c_size > 0)
        return 0;
    if (depth == 0)
        return WEFT_EINVAL;
    weft_type *type = writable(const_type);
    extent whole = { 0, 1 };
    int status = size_of_container(l, type, depth - 1, &whole);
    size_t size = align_up(whole.size, whole.align);
    if (!status && size > WEFT__LAYOUT_SIZE_MAX)
        status = WEFT_EMSGSIZE;
    if (!status)
        status = sized_add(l, type);
    if (!status)
        type->c_size = (uint32_t)size;
    return status;
}

/* ---- what is referred to ---- */

static int size_referred(layout *l, const weft_type *type)
{
    if (type->kind != WEFT_KIND_LIST && type->kind != WEFT_KIND_MAP && type->kind != WEFT_KIND_OPTION)
        return 0;
    int status = type->key ? size_of(l, type->key, WEFT__LAYOUT_DEPTH_MAX) : 0;
    return status ? status : size_of(l, type->element, WEFT__LAYOUT_DEPTH_MAX);
}

static int size_pair(weft_type *map)
{
    extent pair = { 0, 1 };
    extent_add(&pair, map->key->c_size, weft__type_align(map->key));
    map->offset = (uint32_t)extent_add(&pair, map->element->c_size, weft__type_align(map->element));
    size_t stride = align_up(pair.size, pair.align);
    if (stride > WEFT__LAYOUT_SIZE_MAX)
        return WEFT_EMSGSIZE;
    map->stride = (uint32_t)stride;
    return 0;
}

int weft__layout(const weft_allocator *allocator_or_null, const weft_type *type)
{
    layout l = { .allocator = weft__allocator_of(allocator_or_null) };
    int status = size_of(&l, type, WEFT__LAYOUT_DEPTH_MAX);
    for (size_t i = 0; i < l.n_sized && !status; i++) /* it grows meanwhile */
        status = size_referred(&l, l.sized[i]);
    for (size_t i = 0; i < l.n_sized && !status; i++) {
        if (l.sized[i]->kind == WEFT_KIND_MAP)
            status = size_pair(l.sized[i]);
    }
    for (size_t i = 0; i < l.n_sized && status; i++)
        l.sized[i]->c_size = 0;
    weft__free(&l.allocator, l.sized, l.n_room * sizeof(void *));
    return status;
}

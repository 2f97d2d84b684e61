/* Copies of tables, less what a schema does not say. */
#include "tests/support/bare.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/type_set.h"

typedef struct bare_set {
    weft_test_type_set from;
    weft_type *to[WEFT_TEST_TYPES_MAX];
} bare_set;

static void *bare_alloc(weft_arena *arena, size_t n, size_t size)
{
    void *memory = weft_arena_alloc_array(arena, n ? n : 1, size, 8);
    assert_non_null(memory);
    memset(memory, 0, (n ? n : 1) * size);
    return memory;
}

static const weft_type *bare_of(const bare_set *set, const weft_type *type)
{
    for (size_t i = 0; i < set->from.n && type; i++) {
        if (set->from.types[i] == type)
            return set->to[i] ? set->to[i] : type;
    }
    assert_null(type);
    return NULL;
}

static void bare_fill(const bare_set *set, const weft_type *from, weft_type *to, weft_arena *arena)
{
    to->element = bare_of(set, from->element);
    to->key = bare_of(set, from->key);
    to->flags = from->flags & WEFT_TYPE_CLOSED;
    to->c_size = to->offset = to->stride = 0;
    weft_field *fields = from->fields ? bare_alloc(arena, from->n, sizeof *fields) : NULL;
    for (uint32_t i = 0; fields && i < from->n; i++) {
        fields[i].name = from->fields[i].name;
        fields[i].type = bare_of(set, from->fields[i].type);
        fields[i].flags = from->fields[i].flags & WEFT_FIELD_DEFAULT;
    }
    weft_variant *variants = from->variants ? bare_alloc(arena, from->n, sizeof *variants) : NULL;
    for (uint32_t i = 0; variants && i < from->n; i++) {
        variants[i] = from->variants[i];
        variants[i].payload = bare_of(set, from->variants[i].payload);
    }
    to->fields = fields;
    to->variants = variants;
}

const weft_type *weft_test_bare(const weft_type *type, weft_arena *arena)
{
    bare_set *set = bare_alloc(arena, 1, sizeof *set);
    weft_test_type_set_add(&set->from, type);
    for (size_t i = 0; i < set->from.n; i++) {
        if (set->from.types[i]->kind < WEFT_KIND_STRUCT)
            continue;
        set->to[i] = bare_alloc(arena, 1, sizeof *set->to[i]);
        *set->to[i] = *set->from.types[i];
    }
    for (size_t i = 0; i < set->from.n; i++) {
        if (set->to[i])
            bare_fill(set, set->from.types[i], set->to[i], arena);
    }
    return bare_of(set, type);
}

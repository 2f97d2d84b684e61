/* Tables of a schema, as weftc would make them: names and defaults. Ids are in evo_identify.c. */
#include "tests/support/evo.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "runtime/schema/layout.h"
#include "tests/support/evo_internal.h"

typedef struct builder {
    const evo_schema *schema;
    weft_arena *arena;
    weft_type *types; /* by declaration */
    bool failed;
} builder;

void *evo_room(weft_arena *arena, size_t n, size_t size)
{
    void *ptr = weft_arena_alloc_array(arena, n + 1, size, 16);
    assert_non_null(ptr);
    memset(ptr, 0, (n + 1) * size);
    return ptr;
}

/* ---- names ---- */

static const char *letter(unsigned name)
{
    static const char letters[EVO_NAMES][2] = { "a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m",
                                                "n", "o", "p", "q", "r", "s", "t", "u", "v", "w", "x", "y", "z" };
    return letters[name];
}

static const char *const *was_of(builder *b, const evo_member *member)
{
    if (member->n_was == 0)
        return NULL;
    const char **was = evo_room(b->arena, member->n_was, sizeof *was);
    for (uint32_t i = 0; i < member->n_was; i++)
        was[i] = letter(member->was[i]);
    return was;
}

/* ---- the graph ---- */

static const weft_type *scalar_of(weft_kind kind)
{
    static const weft_type *const scalars[] = {
        [WEFT_KIND_BOOL] = &weft_type_bool,         [WEFT_KIND_U8] = &weft_type_u8,
        [WEFT_KIND_U16] = &weft_type_u16,           [WEFT_KIND_U32] = &weft_type_u32,
        [WEFT_KIND_U64] = &weft_type_u64,           [WEFT_KIND_I8] = &weft_type_i8,
        [WEFT_KIND_I16] = &weft_type_i16,           [WEFT_KIND_I32] = &weft_type_i32,
        [WEFT_KIND_I64] = &weft_type_i64,           [WEFT_KIND_F32] = &weft_type_f32,
        [WEFT_KIND_F64] = &weft_type_f64,           [WEFT_KIND_STR] = &weft_type_str,
        [WEFT_KIND_BYTES] = &weft_type_bytes,       [WEFT_KIND_TIMESTAMP] = &weft_type_timestamp,
        [WEFT_KIND_DURATION] = &weft_type_duration,
    };
    return scalars[kind];
}

static const weft_type *type_of(builder *b, const evo_type *type)
{
    if (type->kind < WEFT_KIND_STRUCT)
        return scalar_of(type->kind);
    if (type->kind <= WEFT_KIND_ENUM)
        return &b->types[type->decl];
    weft_type *table = evo_room(b->arena, 1, sizeof *table);
    table->abi = WEFT_GEN_ABI;
    table->kind = (uint8_t)type->kind;
    table->n = type->kind == WEFT_KIND_ARRAY ? type->n : 0;
    table->key = type->kind == WEFT_KIND_MAP ? scalar_of(type->key) : NULL;
    table->element = type_of(b, type->element);
    return table;
}

static void set_fields(builder *b, weft_type *table, const evo_list *list)
{
    weft_field *fields = evo_room(b->arena, list->n, sizeof *fields);
    table->abi = WEFT_GEN_ABI;
    table->kind = WEFT_KIND_STRUCT;
    table->n = list->n;
    table->fields = fields;
    for (uint32_t i = 0; i < list->n; i++) {
        const evo_member *member = &list->members[i];
        fields[i].name = letter(member->name);
        fields[i].type = type_of(b, member->type);
        fields[i].flags = member->has_default ? WEFT_FIELD_DEFAULT : 0;
        fields[i].was = was_of(b, member);
    }
}

static void set_variants(builder *b, weft_type *table, const evo_decl *decl)
{
    weft_variant *variants = evo_room(b->arena, decl->list.n, sizeof *variants);
    table->abi = WEFT_GEN_ABI;
    table->kind = WEFT_KIND_ENUM;
    table->flags = decl->is_closed ? WEFT_TYPE_CLOSED : 0;
    table->n = decl->list.n;
    table->variants = variants;
    for (uint32_t i = 0; i < decl->list.n; i++) {
        const evo_member *member = &decl->list.members[i];
        variants[i].name = letter(member->name);
        variants[i].was = was_of(b, member);
        variants[i].payload = member->type ? type_of(b, member->type) : NULL;
        if (!member->fields)
            continue;
        weft_type *payload = evo_room(b->arena, 1, sizeof *payload);
        set_fields(b, payload, member->fields);
        variants[i].payload = payload;
        variants[i].has_fields = true;
    }
}

/* ---- defaults ---- */

static void set_default_value(const weft_type *type, uint64_t seed, void *out)
{
    weft_test_random random = { seed };
    uint64_t bits = weft_test_random_magnitude(&random);
    switch (type->kind) {
    case WEFT_KIND_BOOL: *(bool *)out = bits & 1; return;
    case WEFT_KIND_F32: *(float *)out = (float)(int64_t)bits / 8; return;
    case WEFT_KIND_F64: *(double *)out = (double)(int64_t)bits / 8; return;
    case WEFT_KIND_STR: *(weft_str *)out = weft_str_of("default text", bits % 13); return;
    case WEFT_KIND_BYTES: *(weft_bytes *)out = weft_bytes_of("\x00\x01\xfe\xff", bits % 5); return;
    case WEFT_KIND_STRUCT: weft_gen_init(type, out); return;
    case WEFT_KIND_ENUM: {
        uint32_t i = (uint32_t)(bits % type->n);
        while (type->variants[i].payload)
            i = (i + 1) % type->n;
        *(int *)out = (int)i + 1;
        return;
    }
    case WEFT_KIND_LIST:
    case WEFT_KIND_MAP:
    case WEFT_KIND_OPTION: return;
    default: memcpy(out, &bits, type->c_size); return; /* little-endian or not: some number */
    }
}

static void set_defaults(builder *b, weft_type *type, const evo_list *list);

/* A struct's own defaults stand before they are asked for. */
static void set_default(builder *b, weft_field *field, const evo_member *member)
{
    if (!member->has_default || b->failed)
        return;
    if (!evo_may_have_default(b->schema, member->type)) {
        b->failed = true;
        return;
    }
    if (member->type->kind == WEFT_KIND_STRUCT)
        set_defaults(b, &b->types[member->type->decl], &b->schema->decls[member->type->decl].list);
    unsigned char *value = evo_room(b->arena, 1, field->type->c_size);
    set_default_value(field->type, member->default_seed, value);
    bool is_zero = true;
    for (uint32_t i = 0; i < field->type->c_size; i++)
        is_zero &= value[i] == 0;
    field->default_value = is_zero ? NULL : value;
}

static void set_defaults(builder *b, weft_type *type, const evo_list *list)
{
    weft_field *fields = (weft_field *)type->fields;
    for (uint32_t i = 0; i < list->n; i++)
        set_default(b, &fields[i], &list->members[i]);
}

/* ---- tables ---- */

bool evo_tables_make(const evo_schema *schema, weft_arena *arena, evo_tables *ret_tables)
{
    builder b = { .schema = schema, .arena = arena, .types = evo_room(arena, schema->n, sizeof *b.types) };
    for (uint32_t i = 0; i < schema->n; i++) {
        char *name = evo_room(arena, 32, 1);
        snprintf(name, 32, "evo.v1.T%u", schema->decls[i].name);
        b.types[i].name = name;
        if (schema->decls[i].is_enum)
            set_variants(&b, &b.types[i], &schema->decls[i]);
        else
            set_fields(&b, &b.types[i], &schema->decls[i].list);
        for (uint32_t j = 0; j < i; j++)
            b.failed |= schema->decls[i].name == schema->decls[j].name;
    }
    for (uint32_t i = 0; i < schema->n && !b.failed; i++)
        b.failed = weft__layout(NULL, &b.types[i]) != 0;
    for (uint32_t i = 0; i < schema->n && !b.failed; i++) {
        const evo_list *list = &schema->decls[i].list;
        if (!schema->decls[i].is_enum)
            set_defaults(&b, &b.types[i], list);
        for (uint32_t j = 0; schema->decls[i].is_enum && j < list->n; j++) {
            if (list->members[j].fields)
                set_defaults(&b, (weft_type *)b.types[i].variants[j].payload, list->members[j].fields);
        }
    }
    if (b.failed)
        return false;
    ret_tables->n = schema->n;
    for (uint32_t i = 0; i < schema->n; i++)
        ret_tables->types[i] = &b.types[i];
    evo_identify(b.types, schema->n, arena, ret_tables->sent);
    return true;
}

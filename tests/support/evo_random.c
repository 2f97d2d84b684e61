/* Schemas made at random, and changes of them. */
#include "tests/support/evo.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void *room(weft_arena *arena, size_t size)
{
    void *ptr = weft_arena_alloc(arena, size, 16);
    assert_non_null(ptr);
    return ptr;
}

typedef struct maker {
    weft_test_random *random;
    weft_arena *arena;
    evo_schema *schema;
    uint32_t own; /* the declaration that is made: what it holds by value comes before it */
} maker;

static uint32_t below(maker *m, uint32_t n)
{
    return (uint32_t)weft_test_random_below(m->random, n);
}

/* ---- types ---- */

static weft_kind make_key(maker *m)
{
    static const weft_kind more[] = { WEFT_KIND_STR, WEFT_KIND_BOOL };
    uint32_t i = below(m, WEFT_KIND_I64 + 2);
    return i < 2 ? more[i] : (weft_kind)(WEFT_KIND_U8 + below(m, WEFT_KIND_I64 - WEFT_KIND_U8 + 1));
}

static const evo_type *make_type(maker *m, unsigned depth, bool by_value)
{
    evo_type *type = room(m->arena, sizeof *type);
    *type = (evo_type){ (weft_kind)(WEFT_KIND_BOOL + below(m, WEFT_KIND_DURATION)), WEFT_KIND_BOOL, 0, 0, NULL };
    uint32_t choice = below(m, 12), n_decls = by_value ? m->own : m->schema->n;
    if (choice < 4 || (choice < 8 && n_decls == 0) || (choice >= 8 && depth == 0))
        return type;
    if (choice < 8) {
        type->decl = below(m, n_decls);
        type->kind = m->schema->decls[type->decl].is_enum ? WEFT_KIND_ENUM : WEFT_KIND_STRUCT;
        return type;
    }
    type->kind = (weft_kind)(WEFT_KIND_LIST + below(m, WEFT_KIND_OPTION - WEFT_KIND_LIST + 1));
    if (type->kind == WEFT_KIND_MAP)
        type->key = make_key(m);
    if (type->kind == WEFT_KIND_ARRAY)
        type->n = 1 + below(m, 3);
    type->element = make_type(m, depth - 1, by_value && type->kind >= WEFT_KIND_ARRAY);
    return type;
}

bool evo_may_have_default(const evo_schema *schema, const evo_type *type)
{
    switch (type->kind) {
    case WEFT_KIND_TIMESTAMP:
    case WEFT_KIND_ARRAY: return false;
    case WEFT_KIND_ENUM:
    case WEFT_KIND_STRUCT: break;
    default: return true;
    }
    const evo_decl *decl = &schema->decls[type->decl];
    for (uint32_t i = 0; i < decl->list.n; i++) {
        const evo_member *member = &decl->list.members[i];
        if (decl->is_enum && !member->type && !member->fields)
            return true;
        if (!decl->is_enum && !member->has_default)
            return false;
    }
    return !decl->is_enum;
}

/* ---- members ---- */

static bool has_name(const evo_list *list, unsigned name)
{
    for (uint32_t i = 0; i < list->n; i++) {
        const evo_member *member = &list->members[i];
        if (member->name == name)
            return true;
        for (uint32_t j = 0; j < member->n_was; j++) {
            if (member->was[j] == name)
                return true;
        }
    }
    return false;
}

static unsigned make_name(maker *m, const evo_list *list)
{
    unsigned name = below(m, EVO_NAMES);
    while (has_name(list, name)) /* a list has at most 10 members of 3 names each, of which changes keep some unused */
        name = (name + 1) % EVO_NAMES;
    return name;
}

static bool has_free_name(const evo_list *list)
{
    uint32_t n = list->n;
    for (uint32_t i = 0; i < list->n; i++)
        n += list->members[i].n_was;
    return n < EVO_NAMES;
}

static void set_default(maker *m, evo_member *member)
{
    bool is_option = member->type && member->type->kind == WEFT_KIND_OPTION;
    member->default_seed = is_option ? 0 : weft_test_random_next(m->random);
    member->has_default =
        is_option || (member->type && below(m, 3) > 0 && evo_may_have_default(m->schema, member->type));
}

static void add_fields(maker *m, evo_list *list, uint32_t n, unsigned depth)
{
    for (uint32_t i = 0; i < n; i++) {
        evo_member member = { .name = make_name(m, list) };
        member.type = make_type(m, depth, true);
        set_default(m, &member);
        list->members[list->n++] = member;
    }
}

static void set_payload(maker *m, evo_member *variant)
{
    variant->type = NULL;
    variant->fields = NULL;
    switch (below(m, 3)) {
    case 0: return;
    case 1: variant->type = make_type(m, 2, true); return;
    default:
        variant->fields = room(m->arena, sizeof *variant->fields);
        variant->fields->n = 0;
        add_fields(m, variant->fields, 1 + below(m, 3), 1);
    }
}

static void add_variants(maker *m, evo_list *list, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        evo_member variant = { .name = make_name(m, list) };
        set_payload(m, &variant);
        list->members[list->n++] = variant;
    }
}

void evo_random_schema(weft_test_random *random, weft_arena *arena, evo_schema *ret_schema)
{
    maker m = { random, arena, ret_schema, 0 };
    memset(ret_schema, 0, sizeof *ret_schema);
    ret_schema->n = 1 + below(&m, 5);
    ret_schema->root = ret_schema->n - 1;
    for (uint32_t i = 0; i < ret_schema->n; i++) {
        ret_schema->decls[i].name = i;
        ret_schema->decls[i].is_enum = i + 1 < ret_schema->n && below(&m, 2) == 0;
        ret_schema->decls[i].is_closed = ret_schema->decls[i].is_enum && below(&m, 3) == 0;
    }
    for (m.own = 0; m.own < ret_schema->n; m.own++) {
        evo_decl *decl = &ret_schema->decls[m.own];
        if (decl->is_enum)
            add_variants(&m, &decl->list, 1 + below(&m, 4));
        else
            add_fields(&m, &decl->list, below(&m, 12) == 0 ? 0 : 1 + below(&m, 5), 3);
    }
}

void evo_copy_schema(const evo_schema *schema, weft_arena *arena, evo_schema *ret_schema)
{
    *ret_schema = *schema;
    for (uint32_t i = 0; i < schema->n; i++) {
        for (uint32_t j = 0; j < schema->decls[i].list.n; j++) {
            evo_member *member = &ret_schema->decls[i].list.members[j];
            if (!member->fields)
                continue;
            evo_list *fields = room(arena, sizeof *fields);
            *fields = *member->fields;
            member->fields = fields;
        }
    }
}

/* ---- changes of a type ---- */

/* A scalar becomes a wider one of its sort, most of the time. */
static void change_scalar(maker *m, evo_type *type)
{
    static const weft_kind wider[][3] = {
        [WEFT_KIND_U8] = { WEFT_KIND_U16, WEFT_KIND_U64, WEFT_KIND_I16 },
        [WEFT_KIND_U16] = { WEFT_KIND_U32, WEFT_KIND_I32, WEFT_KIND_U64 },
        [WEFT_KIND_U32] = { WEFT_KIND_U64, WEFT_KIND_I64, WEFT_KIND_I32 },
        [WEFT_KIND_U64] = { WEFT_KIND_I64, WEFT_KIND_U32, WEFT_KIND_F64 },
        [WEFT_KIND_I8] = { WEFT_KIND_I16, WEFT_KIND_I64, WEFT_KIND_U8 },
        [WEFT_KIND_I16] = { WEFT_KIND_I32, WEFT_KIND_I64, WEFT_KIND_U32 },
        [WEFT_KIND_I32] = { WEFT_KIND_I64, WEFT_KIND_U64, WEFT_KIND_F32 },
        [WEFT_KIND_I64] = { WEFT_KIND_DURATION, WEFT_KIND_U64, WEFT_KIND_I32 },
        [WEFT_KIND_F32] = { WEFT_KIND_F64, WEFT_KIND_F64, WEFT_KIND_I64 },
        [WEFT_KIND_STR] = { WEFT_KIND_BYTES, WEFT_KIND_BYTES, WEFT_KIND_U8 },
        [WEFT_KIND_BYTES] = { WEFT_KIND_STR, WEFT_KIND_STR, WEFT_KIND_U8 },
    };
    weft_kind kind = WEFT_KIND_BOOL;
    if ((size_t)type->kind < sizeof wider / sizeof *wider && below(m, 4) > 0)
        kind = wider[type->kind][below(m, 3)];
    type->kind = kind ? kind : (weft_kind)(WEFT_KIND_BOOL + below(m, WEFT_KIND_DURATION));
}

static const evo_type *option_of(maker *m, const evo_type *element)
{
    evo_type *option = room(m->arena, sizeof *option);
    *option = (evo_type){ .kind = WEFT_KIND_OPTION, .element = element };
    return option;
}

/* The type with one change, at it or inside. */
static const evo_type *change_type(maker *m, const evo_type *old)
{
    evo_type *type = room(m->arena, sizeof *type);
    *type = *old;
    if (old->element && below(m, 2) == 0) {
        type->element = change_type(m, old->element);
        return type;
    }
    switch (below(m, 8)) {
    case 0: return make_type(m, 2, false);
    case 1:
    case 2: return option_of(m, old);
    case 3:
        if (old->kind == WEFT_KIND_OPTION)
            return old->element;
        break;
    default: break;
    }
    switch (old->kind) {
    case WEFT_KIND_STRUCT:
    case WEFT_KIND_ENUM:
        type->decl = below(m, m->schema->n);
        type->kind = m->schema->decls[type->decl].is_enum ? WEFT_KIND_ENUM : WEFT_KIND_STRUCT;
        break;
    case WEFT_KIND_MAP: {
        evo_type key = { .kind = old->key };
        change_scalar(m, &key);
        type->key = key.kind <= WEFT_KIND_STR && key.kind != WEFT_KIND_F32 && key.kind != WEFT_KIND_F64 ? key.kind
                                                                                                        : make_key(m);
        break;
    }
    case WEFT_KIND_ARRAY: type->n = 1 + below(m, 3); break;
    case WEFT_KIND_LIST: type->kind = below(m, 4) == 0 ? WEFT_KIND_OPTION : WEFT_KIND_LIST; break;
    case WEFT_KIND_OPTION: type->kind = below(m, 2) == 0 ? WEFT_KIND_LIST : WEFT_KIND_OPTION; break;
    default: change_scalar(m, type); break;
    }
    return type;
}

/* ---- changes of members ---- */

static void remove_member(evo_list *list, uint32_t i)
{
    list->n--;
    memmove(&list->members[i], &list->members[i + 1], (list->n - i) * sizeof *list->members);
}

static void move_member(maker *m, evo_list *list, uint32_t i)
{
    uint32_t to = below(m, list->n);
    evo_member member = list->members[i];
    remove_member(list, i);
    memmove(&list->members[to + 1], &list->members[to], (list->n - to) * sizeof *list->members);
    list->members[to] = member;
    list->n++;
}

static void add_member(maker *m, evo_list *list, bool is_enum)
{
    if (list->n == EVO_MEMBERS_MAX || !has_free_name(list))
        return;
    if (is_enum)
        add_variants(m, list, 1);
    else
        add_fields(m, list, 1, 2);
    move_member(m, list, list->n - 1);
}

static void rename_member(maker *m, evo_list *list, evo_member *member, bool with_was)
{
    unsigned old = member->name;
    if (!has_free_name(list))
        return;
    member->name = make_name(m, list);
    if (with_was && member->n_was < EVO_WAS_MAX)
        member->was[member->n_was++] = old;
}

static void change_member(maker *m, evo_list *list, uint32_t i, bool is_enum)
{
    evo_member *member = &list->members[i];
    switch (below(m, 10)) {
    case 0: add_member(m, list, is_enum); break;
    case 1:
        if (list->n > 1)
            remove_member(list, i);
        break;
    case 2: move_member(m, list, i); break;
    case 3: rename_member(m, list, member, below(m, 4) > 0); break;
    case 4:
        if (is_enum)
            set_payload(m, member);
        else
            set_default(m, member);
        break;
    case 5:
        if (member->n_was > 0) {
            member->n_was--; /* the name may then come back as something else's */
            break;
        }
        move_member(m, list, i);
        break;
    default:
        if (member->type) {
            member->type = change_type(m, member->type);
            if (!is_enum && (!member->has_default || !evo_may_have_default(m->schema, member->type) ||
                             member->type->kind == WEFT_KIND_OPTION))
                set_default(m, member);
        }
        break;
    }
}

/* A copy of a declaration, to which one of the types that led to it may lead instead. */
static void split_decl(maker *m, uint32_t i)
{
    evo_schema copy;
    if (m->schema->n == EVO_DECLS_MAX)
        return;
    evo_copy_schema(m->schema, m->arena, &copy);
    uint32_t n = m->schema->n++;
    m->schema->decls[n] = copy.decls[i];
    m->schema->decls[n].name = below(m, EVO_NAMES) + EVO_NAMES * n;
}

void evo_change(weft_test_random *random, weft_arena *arena, evo_schema *schema)
{
    maker m = { random, arena, schema, 0 };
    m.own = below(&m, 2) == 0 ? schema->root : below(&m, schema->n);
    evo_decl *decl = &schema->decls[m.own];
    switch (below(&m, 16)) {
    case 0: decl->is_closed = decl->is_enum && !decl->is_closed; return;
    case 1: decl->name = below(&m, EVO_NAMES) + EVO_NAMES * (1 + m.own); return;
    case 2: split_decl(&m, m.own); return;
    default: break;
    }
    evo_list *list = &decl->list;
    if (list->n == 0) {
        add_member(&m, list, decl->is_enum);
        return;
    }
    uint32_t i = below(&m, list->n);
    if (list->members[i].fields && below(&m, 2) == 0)
        change_member(&m, list->members[i].fields, below(&m, list->members[i].fields->n), false);
    else
        change_member(&m, list, i, decl->is_enum);
}

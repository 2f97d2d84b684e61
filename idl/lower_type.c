/* Types: from their spelling to the model's, aliases seen through, equal ones under one index. */
#include "idl/lower.h"

#include "idl/literal.h"
#include "idl/text.h"
#include "runtime/schema/canonical.h"

_Static_assert(WEFT__TYPE_NESTING_MAX == WEFT__SCHEMA_DEPTH_MAX, "every type that is let through has a schema");

/* ---- equal types ---- */

typedef struct type_key {
    uint32_t kind;
    uint32_t element; /* index + 1 */
    uint32_t key;     /* index + 1 */
    uint32_t n_array;
    uint64_t decl;
} type_key;

static bool reserve_types(weft__lower *l)
{
    if (l->n_types < l->cap_types)
        return true;
    size_t cap = l->cap_types ? l->cap_types * 2 : 64;
    const weft__model_type **types = weft__lower_new(l, l->arena, const weft__model_type *, cap);
    uint32_t *depths = weft__lower_new(l, l->scratch, uint32_t, cap);
    if (!types || !depths)
        return false;
    for (size_t i = 0; i < l->n_types; i++) {
        types[i] = l->types[i];
        depths[i] = l->type_depths[i];
    }
    l->types = types;
    l->type_depths = depths;
    l->cap_types = cap;
    return true;
}

static uint32_t depth_of(const weft__lower *l, const weft__model_type *type)
{
    uint32_t element = type->element ? l->type_depths[type->element->index] : 0;
    uint32_t key = type->key ? l->type_depths[type->key->index] : 0;
    return 1 + (element > key ? element : key);
}

const weft__model_type *weft__type_intern(weft__lower *l, const weft__model_type *type)
{
    type_key *key = weft__lower_new(l, l->scratch, type_key, 1);
    if (!key)
        return NULL;
    *key = (type_key){ .kind = (uint32_t)type->kind,
                       .element = type->element ? type->element->index + 1 : 0,
                       .key = type->key ? type->key->index + 1 : 0,
                       .n_array = type->n_array,
                       .decl = (uint64_t)(uintptr_t)type->decl };
    weft_str bytes = weft_str_of((const char *)key, sizeof *key);
    l->type_table.arena = l->scratch;
    const weft__model_type *known = weft__symbols_find(&l->type_table, bytes);
    if (known)
        return known;
    weft__model_type *made = weft__lower_new(l, l->arena, weft__model_type, 1);
    if (!made || !reserve_types(l))
        return NULL;
    *made = *type;
    made->index = (uint32_t)l->n_types;
    made->alias = NULL;
    if (weft__symbols_put(&l->type_table, bytes, made) < 0) {
        l->is_out_of_memory = true;
        return NULL;
    }
    l->type_depths[l->n_types] = depth_of(l, made);
    l->types[l->n_types++] = made;
    return made;
}

/* A use of its own of an equal type, with its place. */
static const weft__model_type *finish(weft__lower *l, weft__model_type *type)
{
    const weft__model_type *known = weft__type_intern(l, type);
    if (!known)
        return NULL;
    type->index = known->index;
    if (l->type_depths[type->index] > WEFT__TYPE_NESTING_MAX) {
        weft__diag(l->diags, NESTING, type->span, "types nest at most 32 deep");
        return NULL;
    }
    return type;
}

/* ---- arguments ---- */

bool weft__lower_type_number(weft__lower *l, weft__unit *unit, const weft__tree_type *tree, weft__diag_code code,
                             uint64_t min, uint64_t max, const char *what, uint64_t *ret_number)
{
    uint64_t number = 0;
    bool is_good = false;
    if (tree->is_int) {
        is_good = weft__literal_int(tree->name.text, &number);
    } else {
        if (tree->has_args || weft__builtin_kind(tree->name.text)) {
            weft__diag_add(l->diags, code, tree->span, "% is an integer or the name of a constant",
                           (weft_str[]){ weft_str_from(what) }, 1);
            return false;
        }
        weft__entry *entry = weft__resolve(l, unit, tree->name.text, tree->span, WEFT__USE_CONST);
        const weft__model_value *value = entry ? weft__lower_const(l, entry) : NULL;
        if (!value)
            return false;
        is_good = value->kind == WEFT__MODEL_VALUE_INT && !value->negative;
        number = value->magnitude;
    }
    if (is_good && number >= min && number <= max) {
        *ret_number = number;
        return true;
    }
    char min_buf[WEFT__TEXT_U64_MAX];
    char max_buf[WEFT__TEXT_U64_MAX];
    weft_str args[] = { weft_str_from(what), weft__text_u64(min, min_buf), weft__text_u64(max, max_buf) };
    weft__diag_add(l->diags, code, tree->span, "% is an integer from % to %", args, 3);
    return false;
}

static bool has_n_args(weft__lower *l, const weft__tree_type *tree, size_t n, const char *looks)
{
    if (tree->n_args == n && (n > 0 || !tree->has_args))
        return true;
    weft__diag(l->diags, TYPE_ARGUMENTS, tree->span, "write `%`", weft_str_from(looks));
    return false;
}

static const weft__model_type *lower_key(weft__lower *l, weft__unit *unit, const weft__tree_type *tree)
{
    const weft__model_type *key = weft__lower_type(l, unit, tree);
    if (!key)
        return NULL;
    bool is_good = key->kind <= WEFT__MODEL_I64 || key->kind == WEFT__MODEL_STRING;
    if (!is_good) {
        weft__diag(l->diags, MAP_KEY, tree->span, "the keys of a map are integers, bool or string");
        return NULL;
    }
    return key;
}

/* list, map, array, option: false where it is none of them. */
static bool lower_generic(weft__lower *l, weft__unit *unit, const weft__tree_type *tree, weft__model_type *type,
                          bool *ret_is_good)
{
    weft_str name = tree->name.text;
    const weft__tree_type *element = tree->args;
    uint64_t n_array = 0;
    *ret_is_good = false;
    if (weft_str_equal(name, WEFT_STR("list"))) {
        type->kind = WEFT__MODEL_LIST;
        if (!has_n_args(l, tree, 1, "list<T>"))
            return true;
    } else if (weft_str_equal(name, WEFT_STR("option"))) {
        type->kind = WEFT__MODEL_OPTION;
        if (!has_n_args(l, tree, 1, "option<T>"))
            return true;
    } else if (weft_str_equal(name, WEFT_STR("array"))) {
        type->kind = WEFT__MODEL_ARRAY;
        if (!has_n_args(l, tree, 2, "array<T, N>"))
            return true;
        *ret_is_good = weft__lower_type_number(l, unit, element->next, WEFT__DIAG_ARRAY_SIZE, 1, WEFT__ARRAY_MAX,
                                               "the length of an array", &n_array);
    } else if (weft_str_equal(name, WEFT_STR("map"))) {
        type->kind = WEFT__MODEL_MAP;
        if (!has_n_args(l, tree, 2, "map<K, V>"))
            return true;
        type->key = lower_key(l, unit, element);
        *ret_is_good = type->key != NULL;
        element = element->next;
    } else {
        return false;
    }
    bool needs_more = type->kind == WEFT__MODEL_ARRAY || type->kind == WEFT__MODEL_MAP;
    type->n_array = (uint32_t)n_array;
    type->element = weft__lower_type(l, unit, element);
    *ret_is_good = type->element && (*ret_is_good || !needs_more);
    return true;
}

/* tx, rx and unit, where they may not stand. */
static bool is_misplaced(weft__lower *l, const weft__tree_type *tree)
{
    weft_str name = tree->name.text;
    if (weft_str_equal(name, WEFT_STR("tx")) || weft_str_equal(name, WEFT_STR("rx"))) {
        weft__diag(l->diags, CHANNEL_PLACE, tree->span,
                   "a channel is a whole parameter of a method, or an option of one");
        return true;
    }
    if (weft_str_equal(name, WEFT_STR("unit"))) {
        weft__diag(l->diags, UNIT_PLACE, tree->span, "`unit` is only a result, where there is an error type");
        return true;
    }
    return false;
}

static bool lower_named(weft__lower *l, weft__unit *unit, const weft__tree_type *tree, weft__model_type *type)
{
    weft__entry *entry = weft__resolve(l, unit, tree->name.text, tree->span, WEFT__USE_TYPE);
    if (!entry)
        return false;
    if (tree->has_args) {
        weft__diag(l->diags, TYPE_ARGUMENTS, tree->span, "`%` takes no arguments", tree->name.text);
        return false;
    }
    if (entry->decl->kind != WEFT__MODEL_DECL_ALIAS) {
        type->kind = entry->decl->kind == WEFT__MODEL_DECL_STRUCT ? WEFT__MODEL_STRUCT : WEFT__MODEL_ENUM;
        type->decl = entry->decl;
        return true;
    }
    const weft__model_type *target = weft__lower_alias(l, entry);
    if (!target)
        return false;
    *type = *target;
    type->alias = entry->decl;
    type->span = tree->span;
    return true;
}

const weft__model_type *weft__lower_type(weft__lower *l, weft__unit *unit, const weft__tree_type *tree)
{
    if (tree->is_int) {
        weft__diag(l->diags, TYPE_ARGUMENTS, tree->span, "a type is wanted here, not a number");
        return NULL;
    }
    if (is_misplaced(l, tree))
        return NULL;
    weft__model_type *type = weft__lower_new(l, l->arena, weft__model_type, 1);
    if (!type)
        return NULL;
    type->span = tree->span;
    type->kind = weft__builtin_kind(tree->name.text);
    bool is_good = true;
    if (type->kind)
        is_good = has_n_args(l, tree, 0, tree->name.text.ptr);
    else if (!lower_generic(l, unit, tree, type, &is_good))
        is_good = lower_named(l, unit, tree, type);
    return is_good ? finish(l, type) : NULL;
}

const weft__model_type *weft__lower_alias(weft__lower *l, weft__entry *entry)
{
    if (entry->state == WEFT__ENTRY_DONE)
        return entry->decl->as.alias.type;
    if (entry->state == WEFT__ENTRY_BUSY) {
        weft__diag(l->diags, ALIAS_CYCLE, entry->tree->name.span, "`%` is declared by way of itself",
                   entry->decl->name);
        entry->state = WEFT__ENTRY_BROKEN;
    }
    if (entry->state == WEFT__ENTRY_BROKEN || !entry->tree->type)
        return NULL;
    if (l->references >= WEFT__REFERENCES_MAX) {
        weft__diag(l->diags, NESTING, entry->tree->name.span, "types refer to each other at most 64 deep");
        return NULL;
    }
    entry->state = WEFT__ENTRY_BUSY;
    l->references++;
    const weft__model_type *type = weft__lower_type(l, entry->unit, entry->tree->type);
    l->references--;
    if (entry->state == WEFT__ENTRY_BROKEN)
        return NULL;
    entry->state = type ? WEFT__ENTRY_DONE : WEFT__ENTRY_BROKEN;
    entry->decl->as.alias.type = type;
    return type;
}

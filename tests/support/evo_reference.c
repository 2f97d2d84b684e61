/* The reference for plans: see evo_reference.h. */
#include "tests/support/evo_reference.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "tests/support/evo_internal.h"

enum { PAIRS_MAX = 512, PLACE_MAX = 64 };

typedef struct judge {
    weft_arena *arena;
    evo_findings *findings;
    const weft_type *remote, *local; /* the owners */
    struct {
        const weft_type *remote, *local;
    } pairs[PAIRS_MAX]; /* that were judged */
    uint32_t n_pairs;
} judge;

/* ---- names ---- */

static uint32_t field_called(const weft_type *type, const char *name)
{
    uint32_t i = 0;
    while (i < type->n && strcmp(type->fields[i].name, name) != 0)
        i++;
    return i;
}

static uint32_t variant_called(const weft_type *type, const char *name)
{
    uint32_t i = 0;
    while (i < type->n && strcmp(type->variants[i].name, name) != 0)
        i++;
    return i;
}

/* [schema.plan] The remote field that a local one is, by its name or else by an older one; remote->n: none. */
static uint32_t remote_field(const weft_type *remote, const weft_field *local)
{
    uint32_t i = field_called(remote, local->name);
    for (const char *const *was = local->was; i == remote->n && was && *was; was++)
        i = field_called(remote, *was);
    return i;
}

static uint32_t remote_variant(const weft_type *remote, const weft_variant *local)
{
    uint32_t i = variant_called(remote, local->name);
    for (const char *const *was = local->was; i == remote->n && was && *was; was++)
        i = variant_called(remote, *was);
    return i;
}

static uint32_t local_field(const weft_type *remote, const weft_type *local, uint32_t i)
{
    for (uint32_t j = 0; j < local->n; j++) {
        if (remote_field(remote, &local->fields[j]) == i)
            return j;
    }
    return local->n;
}

static uint32_t local_variant(const weft_type *remote, const weft_type *local, uint32_t i)
{
    for (uint32_t j = 0; j < local->n; j++) {
        if (remote_variant(remote, &local->variants[j]) == i)
            return j;
    }
    return local->n;
}

/* The fields of a variant that has no value. */
static const weft_type *fields_of(const weft_variant *variant)
{
    static const weft_type none = { .abi = WEFT_GEN_ABI, .kind = WEFT_KIND_STRUCT };
    return variant->payload ? variant->payload : &none;
}

/* ---- judging ---- */

static bool is_named(const weft_type *type)
{
    return type->kind == WEFT_KIND_STRUCT || type->kind == WEFT_KIND_ENUM;
}

static bool is_same(const weft_type *remote, const weft_type *local)
{
    return is_named(remote) && is_named(local) && local->id != 0 && remote->id == local->id;
}

/* How many bits an integer has beside its sign; 0: it is none. */
static unsigned bits_of(weft_kind kind, bool *ret_is_signed)
{
    *ret_is_signed = kind >= WEFT_KIND_I8 && kind <= WEFT_KIND_I64;
    if (kind >= WEFT_KIND_U8 && kind <= WEFT_KIND_U64)
        return 8u << (kind - WEFT_KIND_U8);
    return *ret_is_signed ? (8u << (kind - WEFT_KIND_I8)) - 1 : 0;
}

static bool widens(weft_kind from, weft_kind to)
{
    bool from_signed, to_signed;
    unsigned from_bits = bits_of(from, &from_signed), to_bits = bits_of(to, &to_signed);
    if (from == WEFT_KIND_F32)
        return to == WEFT_KIND_F64;
    return from_bits > 0 && to_bits > 0 && from != to && from_bits <= to_bits && (to_signed || !from_signed);
}

static const char *join(weft_arena *arena, const char *place, const char *more)
{
    char *text = evo_room(arena, PLACE_MAX, 1);
    const char *dot = *place && *more != '[' && *more != '{' ? "." : "";
    snprintf(text, PLACE_MAX, "%s%s%s", place, dot, more);
    return text;
}

static void add(judge *j, weft__plan_rule rule, const char *place)
{
    evo_findings *findings = j->findings;
    for (uint32_t i = 0; i < findings->n; i++) {
        const evo_finding *other = &findings->items[i];
        if (other->rule == rule && other->remote_owner == j->remote && other->local_owner == j->local &&
            strcmp(other->place, place) == 0)
            return;
    }
    assert_true(findings->n < EVO_FINDINGS_MAX);
    findings->items[findings->n++] = (evo_finding){ rule, j->remote, j->local, place };
}

static void judge_named(judge *j, const weft_type *remote, const weft_type *local);

static void judge_type(judge *j, const weft_type *remote, const weft_type *local, const char *place)
{
    if (is_same(remote, local))
        return; /* the identity plan */
    if (local->kind == WEFT_KIND_OPTION && remote->kind != WEFT_KIND_OPTION) {
        add(j, WEFT__PLAN_OPTION_ADDED, place);
        judge_type(j, remote, local->element, place);
    } else if (remote->kind != local->kind) {
        add(j, widens((weft_kind)remote->kind, (weft_kind)local->kind) ? WEFT__PLAN_WIDENED : WEFT__PLAN_INCOMPATIBLE,
            place);
    } else if (is_named(local)) {
        judge_named(j, remote, local);
    } else if (local->kind == WEFT_KIND_OPTION) {
        judge_type(j, remote->element, local->element, place);
    } else if (local->kind == WEFT_KIND_ARRAY && local->n != remote->n) {
        add(j, WEFT__PLAN_INCOMPATIBLE, place);
    } else if (local->element) {
        if (local->kind == WEFT_KIND_MAP)
            judge_type(j, remote->key, local->key, join(j->arena, place, "{}"));
        judge_type(j, remote->element, local->element, join(j->arena, place, "[]"));
    }
}

/* One that came later there stands in front of it here. */
static bool is_moved(const weft_type *remote, const weft_type *local, uint32_t from, uint32_t to)
{
    bool is_struct = local->kind == WEFT_KIND_STRUCT;
    for (uint32_t i = 0; i < from; i++) {
        uint32_t other = is_struct ? local_field(remote, local, i) : local_variant(remote, local, i);
        if (other < local->n && other > to)
            return true;
    }
    return false;
}

static void judge_fields(judge *j, const weft_type *remote, const weft_type *local, const char *place)
{
    for (uint32_t i = 0; i < local->n; i++) {
        const weft_field *field = &local->fields[i];
        const char *at = join(j->arena, place, field->name);
        uint32_t from = remote_field(remote, field);
        if (from >= remote->n) {
            add(j, field->flags & WEFT_FIELD_DEFAULT ? WEFT__PLAN_DEFAULTED : WEFT__PLAN_MISSING, at);
            continue;
        }
        if (strcmp(remote->fields[from].name, field->name) != 0)
            add(j, WEFT__PLAN_RENAMED, at);
        if (is_moved(remote, local, from, i))
            add(j, WEFT__PLAN_MOVED, at);
        judge_type(j, remote->fields[from].type, field->type, at);
    }
    for (uint32_t i = 0; i < remote->n; i++) {
        if (local_field(remote, local, i) == local->n)
            add(j, WEFT__PLAN_SKIPPED, join(j->arena, place, remote->fields[i].name));
    }
}

/* No payload is fields of which there are none. */
static void judge_payload(judge *j, const weft_variant *remote, const weft_variant *local)
{
    bool from_value = remote->payload && !remote->has_fields, to_value = local->payload && !local->has_fields;
    if (from_value != to_value)
        add(j, WEFT__PLAN_INCOMPATIBLE, local->name);
    else if (to_value)
        judge_type(j, remote->payload, local->payload, local->name);
    else
        judge_fields(j, fields_of(remote), fields_of(local), local->name);
}

static void judge_variants(judge *j, const weft_type *remote, const weft_type *local)
{
    for (uint32_t i = 0; i < local->n; i++) {
        const weft_variant *variant = &local->variants[i];
        uint32_t from = remote_variant(remote, variant);
        if (from == remote->n) {
            add(j, WEFT__PLAN_VARIANT_UNUSED, variant->name);
            continue;
        }
        if (strcmp(remote->variants[from].name, variant->name) != 0)
            add(j, WEFT__PLAN_RENAMED, variant->name);
        if (is_moved(remote, local, from, i))
            add(j, WEFT__PLAN_MOVED, variant->name);
        judge_payload(j, &remote->variants[from], variant);
    }
    bool is_closed = local->flags & WEFT_TYPE_CLOSED;
    for (uint32_t i = 0; i < remote->n; i++) {
        if (local_variant(remote, local, i) == local->n)
            add(j, is_closed ? WEFT__PLAN_VARIANT_CLOSED : WEFT__PLAN_VARIANT_UNKNOWN, remote->variants[i].name);
    }
}

/* A pair of structs or enums, once. */
static void judge_named(judge *j, const weft_type *remote, const weft_type *local)
{
    for (uint32_t i = 0; i < j->n_pairs; i++) {
        if (j->pairs[i].remote == remote && j->pairs[i].local == local)
            return;
    }
    assert_true(j->n_pairs < PAIRS_MAX);
    j->pairs[j->n_pairs].remote = remote;
    j->pairs[j->n_pairs++].local = local;
    const weft_type *outer_remote = j->remote, *outer_local = j->local;
    j->remote = remote;
    j->local = local;
    if (local->kind == WEFT_KIND_STRUCT)
        judge_fields(j, remote, local, "");
    else
        judge_variants(j, remote, local);
    j->remote = outer_remote;
    j->local = outer_local;
}

void evo_judge(const weft_type *remote, const weft_type *local, weft_arena *arena, evo_findings *ret_findings)
{
    judge j = { .arena = arena, .findings = ret_findings };
    ret_findings->n = 0;
    judge_type(&j, remote, local, "");
}

bool evo_rule_is_fatal(weft__plan_rule rule)
{
    return rule >= WEFT__PLAN_MISSING;
}

/* ---- following a path ---- */

typedef struct place {
    const weft_type *remote, *local; /* NULL: that side has nothing there */
    const weft_type *remote_owner, *local_owner;
    const char *text;
} place;

static bool follow_member(place *at, const char *name, weft_arena *arena)
{
    const weft_type *remote = at->remote, *local = at->local;
    bool is_struct = local->kind == WEFT_KIND_STRUCT;
    if (local->id != 0) {
        at->remote_owner = remote;
        at->local_owner = local;
        at->text = "";
    }
    at->text = join(arena, at->text, name);
    uint32_t i = is_struct ? field_called(local, name) : variant_called(local, name);
    if (i == local->n) {
        uint32_t from = is_struct ? field_called(remote, name) : variant_called(remote, name);
        at->remote = at->local = NULL;
        return from < remote->n;
    }
    uint32_t from = is_struct ? remote_field(remote, &local->fields[i]) : remote_variant(remote, &local->variants[i]);
    at->local = is_struct ? local->fields[i].type : fields_of(&local->variants[i]);
    at->remote = from == remote->n ? NULL : is_struct ? remote->fields[from].type : fields_of(&remote->variants[from]);
    return true;
}

static void look_into_options(place *at)
{
    while (at->remote && at->local && at->local->kind == WEFT_KIND_OPTION) {
        at->remote = at->remote->kind == WEFT_KIND_OPTION ? at->remote->element : at->remote;
        at->local = at->local->element;
    }
}

static bool follow_step(place *at, weft_str *path_inout, weft_arena *arena)
{
    weft_str path = *path_inout;
    look_into_options(at);
    if (!at->remote || !at->local || at->remote->kind != at->local->kind)
        return false;
    if (path.ptr[0] == '[' || path.ptr[0] == '{') {
        bool is_key = path.ptr[0] == '{';
        if (path.len < 2 || !at->local->element || (is_key && !at->local->key))
            return false;
        at->remote = is_key ? at->remote->key : at->remote->element;
        at->local = is_key ? at->local->key : at->local->element;
        at->text = join(arena, at->text, is_key ? "{}" : "[]");
        *path_inout = weft_str_of(path.ptr + 2, path.len - 2);
        return true;
    }
    char *name = evo_room(arena, path.len, 1);
    size_t len = 0, from = path.ptr[0] == '.';
    while (from + len < path.len && !strchr(".[{", path.ptr[from + len]))
        len++;
    memcpy(name, path.ptr + from, len);
    *path_inout = weft_str_of(path.ptr + from + len, path.len - from - len);
    return is_named(at->local) && follow_member(at, name, arena);
}

bool evo_follow(const weft_type *remote, const weft_type *local, weft_str path, weft_arena *arena,
                evo_finding *ret_place)
{
    place at = { remote, local, NULL, NULL, "" };
    while (path.len > 0) {
        if (!follow_step(&at, &path, arena))
            return false;
    }
    *ret_place = (evo_finding){ .remote_owner = at.remote_owner, .local_owner = at.local_owner, .place = at.text };
    return true;
}

/* ---- translating ---- */

static const evo_value *translate_struct(const weft_type *remote, const weft_type *local, const evo_value *value,
                                         weft_arena *arena)
{
    evo_value *tree = evo_value_new(WEFT_KIND_STRUCT, local->n, arena);
    for (uint32_t i = 0; i < local->n; i++) {
        const weft_field *field = &local->fields[i];
        uint32_t from = remote_field(remote, field);
        tree->names[i] = field->name;
        if (from < remote->n) {
            tree->items[i] = evo_translate(remote->fields[from].type, field->type, value->items[from], arena);
        } else if (field->default_value) {
            tree->items[i] = evo_read(field->type, field->default_value, arena);
        } else {
            void *zero = evo_room(arena, 1, field->type->c_size);
            tree->items[i] = evo_read(field->type, zero, arena);
        }
        if (!tree->items[i])
            return NULL;
    }
    return tree;
}

static const evo_value *translate_enum(const weft_type *remote, const weft_type *local, const evo_value *value,
                                       weft_arena *arena)
{
    uint32_t index = value->names[0] ? variant_called(remote, value->names[0]) : remote->n;
    uint32_t to = index < remote->n ? local_variant(remote, local, index) : local->n;
    if (to == local->n)
        return local->flags & WEFT_TYPE_CLOSED ? NULL : evo_value_new(WEFT_KIND_ENUM, 0, arena);
    const weft_variant *variant = &local->variants[to], *sent = &remote->variants[index];
    evo_value *tree = evo_value_new(WEFT_KIND_ENUM, variant->payload ? 1 : 0, arena);
    tree->names[0] = variant->name;
    if (variant->payload)
        tree->items[0] = evo_translate(fields_of(sent), variant->payload, value->n > 0 ? value->items[0] : NULL, arena);
    return variant->payload && !tree->items[0] ? NULL : tree;
}

const evo_value *evo_translate(const weft_type *remote, const weft_type *local, const evo_value *value,
                               weft_arena *arena)
{
    bool is_wrapped = local->kind == WEFT_KIND_OPTION && remote->kind != WEFT_KIND_OPTION;
    if (local->kind == WEFT_KIND_STRUCT)
        return translate_struct(remote, local, value, arena);
    if (local->kind == WEFT_KIND_ENUM)
        return translate_enum(remote, local, value, arena);
    evo_value *tree = evo_value_new((weft_kind)local->kind, is_wrapped ? 1 : value->n, arena);
    tree->as = value->as; /* wider numbers are the same numbers */
    for (uint32_t i = 0; i < tree->n; i++) {
        const weft_type *inside = is_wrapped ? remote : remote->element;
        tree->items[i] = evo_translate(inside, local->element, is_wrapped ? value : value->items[i], arena);
        if (!tree->items[i])
            return NULL;
        if (local->kind == WEFT_KIND_MAP)
            tree->keys[i] = evo_translate(remote->key, local->key, value->keys[i], arena);
    }
    return tree;
}

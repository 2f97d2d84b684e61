/* What a finding of the plan builder is about: members of declarations and methods, in both versions. */
#include "idl/compare_internal.h"

/* ---- scopes ---- */

static weft__member_view view_of_field(const weft__model_field *field, weft__member_kind kind)
{
    return (weft__member_view){ .kind = kind,
                                .name = field->name,
                                .was = field->was,
                                .n_was = field->n_was,
                                .type = field->type,
                                .has_default = field->has_default,
                                .default_value = field->default_value,
                                .span = field->span };
}

static weft__member_view view_of_param(const weft__model_param *param)
{
    weft__member_view view =
        view_of_field(&param->field, param->channel ? WEFT__MEMBER_CHANNEL : WEFT__MEMBER_PARAMETER);
    view.param = param;
    return view;
}

static weft__member_view view_of_variant(const weft__model_variant *variant)
{
    return (weft__member_view){ .kind = WEFT__MEMBER_VARIANT,
                                .name = variant->name,
                                .was = variant->was,
                                .n_was = variant->n_was,
                                .type = variant->type,
                                .variant = variant,
                                .has_default = true,
                                .span = variant->span };
}

static size_t results_size(const weft__model_method *method)
{
    size_t n = (method->result ? 1u : 0u) + (method->error ? 1u : 0u);
    for (size_t i = 0; i < method->n_params; i++)
        n += method->params[i].channel == WEFT__MODEL_CHANNEL_TX;
    return n;
}

static weft__member_view results_member(const weft__model_method *method, size_t i)
{
    weft__member_view view = { .span = method->span };
    if (method->result && i-- == 0) {
        view.kind = WEFT__MEMBER_RESULT;
        view.name = WEFT_STR("result");
        view.type = method->result;
        return view;
    }
    if (method->error && i-- == 0) {
        view.kind = WEFT__MEMBER_ERROR;
        view.name = WEFT_STR("error");
        view.type = method->error;
        return view;
    }
    const weft__model_param *param = method->params;
    while (param->channel != WEFT__MODEL_CHANNEL_TX || i-- > 0)
        param++;
    return view_of_param(param);
}

size_t weft__scope_size(const weft__scope_view *scope)
{
    if (scope->variant)
        return scope->variant->n_fields;
    if (!scope->decl)
        return scope->is_results ? results_size(scope->method->method) : scope->method->method->n_params;
    return scope->decl->kind == WEFT__MODEL_DECL_STRUCT ? scope->decl->as.structure.n_fields
                                                        : scope->decl->as.enumeration.n_variants;
}

weft__member_view weft__scope_member(const weft__scope_view *scope, size_t i)
{
    if (scope->variant)
        return view_of_field(&scope->variant->fields[i], WEFT__MEMBER_FIELD);
    if (!scope->decl)
        return scope->is_results ? results_member(scope->method->method, i)
                                 : view_of_param(&scope->method->method->params[i]);
    if (scope->decl->kind == WEFT__MODEL_DECL_STRUCT)
        return view_of_field(&scope->decl->as.structure.fields[i], WEFT__MEMBER_FIELD);
    return view_of_variant(&scope->decl->as.enumeration.variants[i]);
}

weft__idl_span weft__scope_span(const weft__scope_view *scope)
{
    if (scope->variant)
        return scope->variant->span;
    return scope->decl ? scope->decl->span : scope->method->method->span;
}

bool weft__scope_find(const weft__scope_view *scope, weft_str name, weft__member_view *ret_member, size_t *ret_at)
{
    size_t n = weft__scope_size(scope);
    for (size_t i = 0; i < n; i++) {
        weft__member_view view = weft__scope_member(scope, i);
        if (!weft_str_equal(view.name, name))
            continue;
        *ret_member = view;
        *ret_at = i;
        return true;
    }
    return false;
}

static bool find_was(const weft__scope_view *scope, weft_str name, weft__member_view *ret_member)
{
    size_t n = weft__scope_size(scope);
    for (size_t i = 0; i < n; i++) {
        weft__member_view view = weft__scope_member(scope, i);
        for (size_t j = 0; j < view.n_was; j++) {
            if (!weft_str_equal(view.was[j], name))
                continue;
            *ret_member = view;
            return true;
        }
    }
    return false;
}

/* ---- places ---- */

/* The member of the other version that this one is: by its name, or by one of those that it had. */
static bool find_counterpart(const weft__scope_view *scope, const weft__member_view *member, weft__member_view *ret)
{
    size_t at;
    if (weft__scope_find(scope, member->name, ret, &at))
        return true;
    for (size_t i = 0; i < member->n_was; i++)
        if (weft__scope_find(scope, member->was[i], ret, &at))
            return true;
    return find_was(scope, member->name, ret);
}

void weft__place_members(weft__place *place, weft_str name)
{
    size_t at;
    place->has_member[WEFT__OLD] = place->has_member[WEFT__NEW] = false;
    for (unsigned side = 2; side-- > 0;) { /* what the new version calls so comes first */
        unsigned other = 1 - side;
        if (!place->has_scope[side] || !weft__scope_find(&place->scopes[side], name, &place->members[side], &at))
            continue;
        place->has_member[side] = true;
        place->has_member[other] =
            place->has_scope[other] &&
            find_counterpart(&place->scopes[other], &place->members[side], &place->members[other]);
        return;
    }
}

/* The last name of path[0..*len), which ends before it then; empty: there is none. */
static weft_str take_last_name(weft_str path, size_t *len)
{
    size_t end = *len, start;
    while (end > 0 && (path.ptr[end - 1] == ']' || path.ptr[end - 1] == '[' || path.ptr[end - 1] == '}' ||
                       path.ptr[end - 1] == '{' || path.ptr[end - 1] == '.'))
        end--;
    start = end;
    while (start > 0 && path.ptr[start - 1] != '.' && path.ptr[start - 1] != ']' && path.ptr[start - 1] != '}')
        start--;
    *len = start;
    return weft_str_of(path.ptr + start, end - start);
}

/* Into the fields of the variant that outer names, where it has the member. */
static bool enter_variant(weft__place *place, weft_str outer, weft_str name)
{
    weft__place inside = *place;
    weft__place_members(&inside, outer);
    for (unsigned side = 0; side < 2; side++) {
        const weft__model_variant *variant = inside.has_member[side] ? inside.members[side].variant : NULL;
        /* No payload has no fields. */
        if (!variant || variant->payload == WEFT__MODEL_PAYLOAD_VALUE)
            return false;
        inside.scopes[side].variant = variant;
    }
    weft__place_members(&inside, name);
    if (!inside.has_member[WEFT__OLD] && !inside.has_member[WEFT__NEW])
        return false;
    *place = inside;
    return true;
}

void weft__place_find(weft__place *place, const weft__model_decl *const owners[2], weft_str path)
{
    size_t len = path.len;
    weft_str name = take_last_name(path, &len);
    place->suffix = weft_str_of(name.ptr + name.len, path.len - (size_t)(name.ptr + name.len - path.ptr));
    place->has_scope[WEFT__OLD] = place->has_scope[WEFT__NEW] = true;
    for (unsigned side = 0; side < 2; side++)
        place->scopes[side].decl = owners[side];
    /* A type in the place of another kind of thing: it has no members in common. */
    if (!owners[WEFT__OLD] != !owners[WEFT__NEW] ||
        (owners[WEFT__OLD] && owners[WEFT__OLD]->kind != owners[WEFT__NEW]->kind)) {
        place->has_member[WEFT__OLD] = place->has_member[WEFT__NEW] = false;
        return;
    }
    weft_str outer = take_last_name(path, &len);
    bool is_enum = owners[WEFT__NEW] && owners[WEFT__NEW]->kind == WEFT__MODEL_DECL_ENUM;
    if (is_enum && outer.len > 0 && enter_variant(place, outer, name))
        return;
    weft__place_members(place, name);
}

bool weft__place_find_moved(const weft__place *place, weft__place *ret_moved)
{
    size_t n = weft__scope_size(&place->scopes[WEFT__OLD]), furthest = 0, at;
    for (size_t i = 0; i < n; i++) {
        weft__place member = *place;
        weft__member_view found;
        weft__place_members(&member, weft__scope_member(&place->scopes[WEFT__OLD], i).name);
        if (!member.has_member[WEFT__OLD] || !member.has_member[WEFT__NEW] ||
            !weft__scope_find(&place->scopes[WEFT__NEW], member.members[WEFT__NEW].name, &found, &at))
            continue;
        if (at < furthest) {
            *ret_moved = member;
            return true;
        }
        furthest = at;
    }
    return false;
}

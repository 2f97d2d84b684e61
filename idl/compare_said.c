/* Changes that plans do not see, since they are no part of what is exchanged, or do not matter to who reads it: said,
 * as somebody may count on them. */
#include "idl/compare_internal.h"

#include <math.h>

/* Values are finite; -0 is another one than 0. */
static bool real_equal(double a, double b)
{
    return a == b && signbit(a) == signbit(b);
}

/* Values of one type, perhaps of different versions: variants by name. */
static bool value_equal(const weft__member_view *a, const weft__member_view *b)
{
    const weft__model_value *x = a->default_value, *y = b->default_value;
    if (!x || !y)
        return x == y;
    if (x->kind != y->kind)
        return false;
    switch (x->kind) {
    case WEFT__MODEL_VALUE_BOOL: return x->boolean == y->boolean;
    case WEFT__MODEL_VALUE_INT: return x->negative == y->negative && x->magnitude == y->magnitude;
    case WEFT__MODEL_VALUE_FLOAT: return real_equal(x->real, y->real);
    case WEFT__MODEL_VALUE_STRING: return weft_str_equal(x->text, y->text);
    case WEFT__MODEL_VALUE_VARIANT:
        return a->type && b->type && a->type->decl && b->type->decl &&
               weft_str_equal(a->type->decl->as.enumeration.variants[x->variant].name,
                              b->type->decl->as.enumeration.variants[y->variant].name);
    case WEFT__MODEL_VALUE_EMPTY: break;
    }
    return true;
}

static weft_str default_text(const weft__member_view *old, const weft__member_view *new)
{
    if (!new->has_default)
        return WEFT_STR("` has no default any more: who leaves it out is not understood");
    if (!old->has_default)
        return WEFT_STR("` has a default now");
    return WEFT_STR("` has another default: each version fills in its own");
}

static void said_default(weft__comparer *c, const weft__place *place, weft_str owner)
{
    const weft__member_view *old = &place->members[WEFT__OLD], *new = &place->members[WEFT__NEW];
    bool is_option =
        old->type && new->type && (old->type->kind == WEFT__MODEL_OPTION || new->type->kind == WEFT__MODEL_OPTION);
    /* An option added or removed says it all. */
    if (is_option || (old->has_default == new->has_default &&value_equal(old, new)))
        return;
    weft_str subject = weft__compare_concat(c, owner, WEFT_STR("."), new->name);
    weft__change_say(c, WEFT__CHANGE_DEFAULT_CHANGED, subject, old->span, new->span,
                     weft__compare_concat(c, WEFT_STR("`"), new->name, default_text(old, new)));
}

/* Defaults of fields and parameters, credits of channels. */
static void said_scope(weft__comparer *c, weft__scope_view old, weft__scope_view new, weft_str owner)
{
    size_t n = weft__scope_size(&new);
    for (size_t i = 0; i < n; i++) {
        weft__place place = { .scopes = { old, new }, .has_scope = { true, true }, .suffix = WEFT_STR("") };
        weft__place_members(&place, weft__scope_member(&new, i).name);
        const weft__member_view *a = &place.members[WEFT__OLD], *b = &place.members[WEFT__NEW];
        if (!place.has_member[WEFT__OLD] || a->kind != b->kind)
            continue;
        if (b->kind == WEFT__MEMBER_FIELD || b->kind == WEFT__MEMBER_PARAMETER)
            said_default(c, &place, owner);
        if (b->kind != WEFT__MEMBER_CHANNEL || a->param->credit == b->param->credit)
            continue;
        char was[WEFT__TEXT_U64_MAX], is[WEFT__TEXT_U64_MAX];
        weft__change_say(c, WEFT__CHANGE_CREDIT_CHANGED, weft__compare_concat(c, owner, WEFT_STR("."), b->name),
                         a->span, b->span,
                         weft__compare_concat(c, WEFT_STR("channel `"), b->name, WEFT_STR("` takes "),
                                              weft__text_u64(b->param->credit, is), WEFT_STR(" items ahead, it was "),
                                              weft__text_u64(a->param->credit, was)));
    }
}

/* Parameters and channels among each other. */
static void said_order(weft__comparer *c, const weft__idl_schema_method *const methods[2])
{
    weft__place place = { .scopes = { { .method = methods[WEFT__OLD] }, { .method = methods[WEFT__NEW] } },
                          .has_scope = { true, true },
                          .suffix = WEFT_STR("") };
    weft__place moved;
    if (!weft__place_find_moved(&place, &moved))
        return;
    const weft__member_view *member = &moved.members[WEFT__NEW];
    bool is_channel = member->kind == WEFT__MEMBER_CHANNEL;
    weft__change_say(
        c, is_channel ? WEFT__CHANGE_CHANNEL_MOVED : WEFT__CHANGE_PARAMETER_MOVED, methods[WEFT__NEW]->full_name,
        moved.members[WEFT__OLD].span, member->span,
        weft__compare_concat(c, WEFT_STR("parameters stand in another order, `"), member->name, WEFT_STR("` for one")));
}

static weft_str policy_text(uint8_t policy)
{
    static const weft_str texts[] = { WEFT_STR_INIT("volatile"), WEFT_STR_INIT("@idempotent"),
                                      WEFT_STR_INIT("@persistent"), WEFT_STR_INIT("@idempotent @persistent") };
    return texts[policy & 3u];
}

static weft_str timeout_text(weft__comparer *c, uint32_t timeout_ms)
{
    char digits[WEFT__TEXT_U64_MAX];
    return timeout_ms ? weft__compare_concat(c, weft__text_u64(timeout_ms, digits), WEFT_STR(" ms"))
                      : WEFT_STR("what the caller has by default");
}

void weft__compare_said_method(weft__comparer *c, const weft__idl_schema_method *const methods[2])
{
    const weft__model_method *old = methods[WEFT__OLD]->method, *new = methods[WEFT__NEW]->method;
    weft_str name = methods[WEFT__NEW]->full_name;
    if (old->policy != new->policy)
        weft__change_say(c, WEFT__CHANGE_POLICY_CHANGED, name, old->span, new->span,
                         weft__compare_concat(c, WEFT_STR("method `"), new->name, WEFT_STR("` is "),
                                              policy_text(new->policy), WEFT_STR(", it was "), policy_text(old->policy),
                                              WEFT_STR("; callers go by their own version")));
    if (old->timeout_ms != new->timeout_ms)
        weft__change_say(c, WEFT__CHANGE_TIMEOUT_CHANGED, name, old->span, new->span,
                         weft__compare_concat(c, WEFT_STR("method `"), new->name, WEFT_STR("` has a timeout of "),
                                              timeout_text(c, new->timeout_ms), WEFT_STR(", it was "),
                                              timeout_text(c, old->timeout_ms)));
    said_order(c, methods);
    said_scope(c, (weft__scope_view){ .method = methods[WEFT__OLD] },
               (weft__scope_view){ .method = methods[WEFT__NEW] }, name);
}

static void said_variants(weft__comparer *c, const weft__model_decl *const decls[2])
{
    weft__place place = { .scopes = { { .decl = decls[WEFT__OLD] }, { .decl = decls[WEFT__NEW] } },
                          .has_scope = { true, true },
                          .suffix = WEFT_STR("") };
    for (size_t i = 0; i < decls[WEFT__NEW]->as.enumeration.n_variants; i++) {
        const weft__model_variant *new = &decls[WEFT__NEW]->as.enumeration.variants[i];
        weft__place_members(&place, new->name);
        const weft__model_variant *old = place.has_member[WEFT__OLD] ? place.members[WEFT__OLD].variant : NULL;
        if (!old || old->payload != WEFT__MODEL_PAYLOAD_FIELDS || new->payload != WEFT__MODEL_PAYLOAD_FIELDS)
            continue;
        said_scope(c, (weft__scope_view){ .decl = decls[WEFT__OLD], .variant = old },
                   (weft__scope_view){ .decl = decls[WEFT__NEW], .variant = new },
                   weft__compare_concat(c, decls[WEFT__NEW]->full_name, WEFT_STR("."), new->name));
    }
}

void weft__compare_said_type(weft__comparer *c, const weft__model_decl *const decls[2])
{
    const weft__model_decl *old = decls[WEFT__OLD], *new = decls[WEFT__NEW];
    if (old->kind != new->kind)
        return;
    if (new->kind == WEFT__MODEL_DECL_STRUCT) {
        said_scope(c, (weft__scope_view){ .decl = old }, (weft__scope_view){ .decl = new }, new->full_name);
        return;
    }
    said_variants(c, decls);
    if (old->as.enumeration.is_closed == new->as.enumeration.is_closed)
        return;
    weft__change_say(c, WEFT__CHANGE_CLOSED_CHANGED, new->full_name, old->span, new->span,
                     weft__compare_concat(c, WEFT_STR("enum `"), new->name,
                                          new->as.enumeration.is_closed
                                              ? WEFT_STR("` is @closed now: messages with variants that it does not "
                                                         "know will fail")
                                              : WEFT_STR("` is not @closed any more: what it does not know becomes "
                                                         "UNKNOWN")));
}

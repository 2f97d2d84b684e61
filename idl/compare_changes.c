/* Changes: findings of both directions that are about one place are one change, which is put into words at the end. */
#include "idl/compare_internal.h"

#include <stdlib.h>

#include "runtime/base/mem.h"

static const char *const spellings[] = {
#define SPELLING(name, spelling) [WEFT__CHANGE_##name] = (spelling),
    WEFT__CHANGE_RULES(SPELLING)
#undef SPELLING
};

const char *weft__change_spelling(weft__change_rule rule)
{
    return spellings[rule];
}

const char *weft__change_class_name(weft__change_class change_class)
{
    static const char *const names[] = { "compatible", "one-way", "breaking" };
    return names[change_class];
}

weft_str weft__compare_text(weft__comparer *c, const weft_str *pieces, size_t n)
{
    weft_str text = weft__text_join(c->arena, pieces, n);
    if (text.ptr)
        return text;
    c->status = WEFT_ENOMEM;
    return WEFT_STR("");
}

weft_str weft__compare_type_text(weft__comparer *c, const weft__model_type *type_or_null)
{
    weft_str text = WEFT_STR("nothing");
    if (type_or_null && weft__model_type_text(type_or_null, c->arena, &text) < 0)
        c->status = WEFT_ENOMEM;
    return text;
}

/* ---- gathering ---- */

static const uint32_t bits_of_type =
    1u << WEFT__PLAN_WIDENED | 1u << WEFT__PLAN_OPTION_ADDED | 1u << WEFT__PLAN_INCOMPATIBLE | 1u << WEFT__PLAN_CHANNEL;
static const uint32_t bits_that_fail = 1u << WEFT__PLAN_VARIANT_CLOSED | 1u << WEFT__PLAN_MISSING |
                                       1u << WEFT__PLAN_INCOMPATIBLE | 1u << WEFT__PLAN_CHANNEL;

/* "kv.v1.Change.put.entry[]", "kv.v1.Store/put.key" */
static weft_str subject_of(weft__comparer *c, const weft__place *place, unsigned side, bool with_member)
{
    const weft__scope_view *scope = &place->scopes[side];
    bool has_member = with_member && place->has_member[side];
    return weft__compare_concat(
        c, scope->decl ? scope->decl->full_name : scope->method->full_name,
        scope->variant ? WEFT_STR(".") : WEFT_STR(""), scope->variant ? scope->variant->name : WEFT_STR(""),
        has_member ? WEFT_STR(".") : WEFT_STR(""), has_member ? place->members[side].name : WEFT_STR(""),
        with_member ? place->suffix : WEFT_STR(""));
}

static weft__change_node *node_append(weft__comparer *c)
{
    weft__change_node *node = weft_arena_array(c->scratch, weft__change_node, 1);
    if (!node) {
        c->status = WEFT_ENOMEM;
        return NULL;
    }
    memset(node, 0, sizeof *node);
    node->change.text = node->change.hint = node->change.reasons[0] = node->change.reasons[1] = WEFT_STR("");
    *c->end = node;
    c->end = &node->next;
    c->n_changes++;
    return node;
}

static weft__change_node *node_of(weft__comparer *c, const weft__place *place, weft__change_aspect aspect)
{
    static const weft_str marks[] = { WEFT_STR_INIT("p"), WEFT_STR_INIT("o"), WEFT_STR_INIT("t") };
    bool with_member = aspect != WEFT__ASPECT_ORDER;
    weft_str subjects[2];
    for (unsigned side = 0; side < 2; side++)
        subjects[side] = !with_member || place->has_member[side] || (!place->has_member[0] && !place->has_member[1])
                             ? subject_of(c, place, side, with_member)
                             : WEFT_STR("");
    bool is_results = !place->scopes[0].decl && place->scopes[0].is_results;
    weft_str key = weft__compare_concat(c, marks[aspect], is_results ? WEFT_STR("r") : WEFT_STR("a"), subjects[0],
                                        WEFT_STR("|"), subjects[1]);
    weft__change_node *node = weft__symbols_find(&c->keys, key);
    if (node || c->status)
        return node;
    node = node_append(c);
    if (!node)
        return NULL;
    node->aspect = aspect;
    node->place = *place;
    /* The path that the suffix points into is gone after the finding. */
    node->place.suffix = weft__compare_concat(c, place->suffix);
    node->change.subject = subjects[WEFT__NEW].len ? subjects[WEFT__NEW] : subjects[WEFT__OLD];
    if (weft__symbols_put(&c->keys, key, node) < 0)
        c->status = WEFT_ENOMEM;
    return node;
}

void weft__change_found(weft__comparer *c, const weft__place *place, unsigned direction,
                        const weft__plan_finding *finding)
{
    uint32_t bit = 1u << finding->rule;
    /* What has one name in both versions is neither new nor gone; what has two does not fit by its name first of all.
     */
    bool has_both = place->has_member[0] && place->has_member[1];
    bool is_named_alike = has_both && weft_str_equal(place->members[0].name, place->members[1].name);
    bool is_type = is_named_alike || ((bit & bits_of_type) != 0 && place->has_member[0] == place->has_member[1] &&
                                      !(has_both && finding->rule == WEFT__PLAN_CHANNEL));
    weft__change_aspect aspect = finding->rule == WEFT__PLAN_MOVED ? WEFT__ASPECT_ORDER
                                 : is_type                         ? WEFT__ASPECT_TYPE
                                                                   : WEFT__ASPECT_PRESENCE;
    if (aspect == WEFT__ASPECT_ORDER && !place->scopes[WEFT__NEW].decl)
        return; /* channels are among the parameters, which plans do not see: compare_said.c */
    weft__change_node *node = node_of(c, place, aspect);
    if (!node)
        return;
    node->findings[direction] |= bit;
    if ((bit & bits_that_fail) == 0 || node->change.fails[direction])
        return;
    node->change.fails[direction] = true;
    node->change.reasons[direction] = weft__compare_concat(c, weft_str_from(finding->text));
}

weft__change *weft__change_say(weft__comparer *c, weft__change_rule rule, weft_str subject, weft__idl_span old_span,
                               weft__idl_span new_span, weft_str text)
{
    weft__change_node *node = node_append(c);
    if (!node)
        return &c->lost;
    node->aspect = WEFT__ASPECT_SAID;
    node->change.rule = rule;
    node->change.subject = subject;
    node->change.spans[WEFT__OLD] = old_span;
    node->change.spans[WEFT__NEW] = new_span;
    node->change.text = text;
    return &node->change;
}

/* ---- words ---- */

typedef enum verb { ADDED, REMOVED, RENAMED, MOVED, N_VERBS } verb;

static weft__change_rule rule_of(weft__member_kind kind, verb what)
{
    static const weft__change_rule rules[][N_VERBS] = {
        [WEFT__MEMBER_FIELD] = { WEFT__CHANGE_FIELD_ADDED, WEFT__CHANGE_FIELD_REMOVED, WEFT__CHANGE_FIELD_RENAMED,
                                 WEFT__CHANGE_FIELD_MOVED },
        [WEFT__MEMBER_VARIANT] = { WEFT__CHANGE_VARIANT_ADDED, WEFT__CHANGE_VARIANT_REMOVED,
                                   WEFT__CHANGE_VARIANT_RENAMED, WEFT__CHANGE_VARIANT_MOVED },
        [WEFT__MEMBER_PARAMETER] = { WEFT__CHANGE_PARAMETER_ADDED, WEFT__CHANGE_PARAMETER_REMOVED,
                                     WEFT__CHANGE_PARAMETER_RENAMED, WEFT__CHANGE_PARAMETER_MOVED },
        [WEFT__MEMBER_CHANNEL] = { WEFT__CHANGE_CHANNEL_ADDED, WEFT__CHANGE_CHANNEL_REMOVED,
                                   WEFT__CHANGE_CHANNEL_RENAMED, WEFT__CHANGE_CHANNEL_MOVED },
        [WEFT__MEMBER_RESULT] = { WEFT__CHANGE_RESULT_CHANGED, WEFT__CHANGE_RESULT_CHANGED, WEFT__CHANGE_RESULT_CHANGED,
                                  WEFT__CHANGE_RESULT_CHANGED },
        [WEFT__MEMBER_ERROR] = { WEFT__CHANGE_ERROR_CHANGED, WEFT__CHANGE_ERROR_CHANGED, WEFT__CHANGE_ERROR_CHANGED,
                                 WEFT__CHANGE_ERROR_CHANGED },
    };
    return rules[kind][what];
}

static weft_str noun_of(weft__member_kind kind)
{
    static const char *const nouns[] = {
        [WEFT__MEMBER_FIELD] = "field",     [WEFT__MEMBER_VARIANT] = "variant", [WEFT__MEMBER_PARAMETER] = "parameter",
        [WEFT__MEMBER_CHANNEL] = "channel", [WEFT__MEMBER_RESULT] = "result",   [WEFT__MEMBER_ERROR] = "error",
    };
    return weft_str_from(nouns[kind]);
}

/* "tx<u8>": of a channel with its direction. */
static weft_str member_type_text(weft__comparer *c, const weft__member_view *member)
{
    weft_str text = weft__compare_type_text(c, member->type);
    if (member->kind != WEFT__MEMBER_CHANNEL)
        return text;
    bool optional = member->param->is_optional;
    return weft__compare_concat(c, optional ? WEFT_STR("option<") : WEFT_STR(""),
                                member->param->channel == WEFT__MODEL_CHANNEL_TX ? WEFT_STR("tx<") : WEFT_STR("rx<"),
                                text, optional ? WEFT_STR(">>") : WEFT_STR(">"));
}

/* A member of this scope that the other version has not, and that has the same type. */
static bool find_alike(weft__comparer *c, const weft__place *place, unsigned side, const weft__member_view *wanted,
                       weft__member_view *ret_member)
{
    enum { LOOKED_AT_MAX = 128 }; /* each member against each */
    size_t n = place->has_scope[side] ? weft__scope_size(&place->scopes[side]) : 0;
    weft_str wanted_type = member_type_text(c, wanted);
    bool is_found = false;
    if (n > LOOKED_AT_MAX)
        return false;
    for (size_t i = 0; i < n; i++) {
        weft__member_view member = weft__scope_member(&place->scopes[side], i);
        weft__place at = *place;
        weft__place_members(&at, member.name);
        if (at.has_member[1 - side] || member.kind != wanted->kind ||
            !weft_str_equal(member_type_text(c, &member), wanted_type) ||
            (member.variant && member.variant->payload != wanted->variant->payload))
            continue;
        if (is_found)
            return false; /* which of them is anybody's guess */
        *ret_member = member;
        is_found = true;
    }
    return is_found;
}

static bool is_reserved(const weft__scope_view *scope, weft_str name)
{
    for (size_t i = 0; scope->decl && !scope->variant && i < scope->decl->n_reserved; i++)
        if (weft_str_equal(scope->decl->reserved[i], name))
            return true;
    return false;
}

static weft_str removed_hint(weft__comparer *c, const weft__place *place)
{
    const weft__member_view *old = &place->members[WEFT__OLD];
    weft__member_view alike;
    if (old->kind == WEFT__MEMBER_RESULT || old->kind == WEFT__MEMBER_ERROR)
        return WEFT_STR("");
    if (find_alike(c, place, WEFT__NEW, old, &alike))
        return weft__compare_concat(c, WEFT_STR("did you rename it? `@was(\""), old->name, WEFT_STR("\")` before `"),
                                    alike.name, WEFT_STR("` lets it match its old name"));
    if (!place->scopes[WEFT__NEW].decl || place->scopes[WEFT__NEW].variant ||
        is_reserved(&place->scopes[WEFT__NEW], old->name))
        return WEFT_STR("");
    return weft__compare_concat(c, WEFT_STR("`reserved "), old->name, WEFT_STR(";` keeps the name from coming back"));
}

static void word_added(weft__comparer *c, weft__change_node *node)
{
    const weft__member_view *member = &node->place.members[WEFT__NEW];
    weft__change *change = &node->change;
    bool may_default = member->kind == WEFT__MEMBER_FIELD || member->kind == WEFT__MEMBER_PARAMETER;
    change->rule = rule_of(member->kind, ADDED);
    change->text = weft__compare_concat(c, noun_of(member->kind), WEFT_STR(" `"), member->name, WEFT_STR("` was added"),
                                        !may_default          ? WEFT_STR("")
                                        : member->has_default ? WEFT_STR(", with a default")
                                                              : WEFT_STR(", without a default"));
    if (may_default && change->fails[WEFT__NEW_READS_OLD])
        change->hint = WEFT_STR("a default lets the new version read what the old one writes");
}

static void word_presence(weft__comparer *c, weft__change_node *node)
{
    const weft__place *place = &node->place;
    const weft__member_view *old = &place->members[WEFT__OLD], *new = &place->members[WEFT__NEW];
    weft__change *change = &node->change;
    if (!place->has_member[WEFT__OLD]) {
        word_added(c, node);
    } else if (!place->has_member[WEFT__NEW]) {
        change->rule = rule_of(old->kind, REMOVED);
        change->text =
            weft__compare_concat(c, noun_of(old->kind), WEFT_STR(" `"), old->name, WEFT_STR("` was removed"));
        change->hint = removed_hint(c, place);
    } else {
        change->rule = rule_of(new->kind, RENAMED);
        change->text =
            weft__compare_concat(c, noun_of(new->kind), WEFT_STR(" `"), old->name, WEFT_STR("` is now `"), new->name,
                                 change->fails[WEFT__OLD_READS_NEW] || new->kind == WEFT__MEMBER_VARIANT
                                     ? WEFT_STR("`")
                                     : WEFT_STR("`; the old version reads its default instead"));
    }
}

static weft__change_rule type_rule(const weft__change_node *node)
{
    const uint32_t *found = node->findings;
    const weft__place *place = &node->place;
    if (found[WEFT__NEW_READS_OLD] & 1u << WEFT__PLAN_OPTION_ADDED)
        return WEFT__CHANGE_OPTION_ADDED;
    if (found[WEFT__OLD_READS_NEW] & 1u << WEFT__PLAN_OPTION_ADDED)
        return WEFT__CHANGE_OPTION_REMOVED;
    if (found[WEFT__NEW_READS_OLD] & 1u << WEFT__PLAN_WIDENED)
        return WEFT__CHANGE_TYPE_WIDENED;
    if (found[WEFT__OLD_READS_NEW] & 1u << WEFT__PLAN_WIDENED)
        return WEFT__CHANGE_TYPE_NARROWED;
    if (place->has_member[0] && place->members[0].kind == WEFT__MEMBER_VARIANT && place->suffix.len == 0)
        return WEFT__CHANGE_PAYLOAD_CHANGED;
    if ((found[0] | found[1]) & 1u << WEFT__PLAN_CHANNEL)
        return WEFT__CHANGE_CHANNEL_CHANGED;
    return WEFT__CHANGE_TYPE_CHANGED;
}

static weft_str payload_text(weft__comparer *c, const weft__member_view *member)
{
    if (!member->variant || member->variant->payload == WEFT__MODEL_PAYLOAD_VALUE)
        return member_type_text(c, member);
    return member->variant->payload == WEFT__MODEL_PAYLOAD_NONE ? WEFT_STR("no payload") : WEFT_STR("named fields");
}

static void word_type(weft__comparer *c, weft__change_node *node)
{
    const weft__place *place = &node->place;
    weft__change *change = &node->change;
    change->rule = type_rule(node);
    if (!place->has_member[WEFT__NEW]) {
        change->text = weft__compare_concat(c, WEFT_STR("`"), change->subject, WEFT_STR("` is another kind of type"));
        return;
    }
    const weft__member_view *old = &place->members[WEFT__OLD], *new = &place->members[WEFT__NEW];
    change->text = weft__compare_concat(c, noun_of(new->kind), WEFT_STR(" `"), new->name, WEFT_STR("` is "),
                                        payload_text(c, new), WEFT_STR(", it was "), payload_text(c, old));
}

/* false: nothing but what was added or removed makes the places differ. */
static bool word_order(weft__comparer *c, weft__change_node *node)
{
    weft__place moved;
    if (!weft__place_find_moved(&node->place, &moved))
        return false;
    node->place = moved;
    node->change.rule = rule_of(moved.members[WEFT__NEW].kind, MOVED);
    node->change.text =
        weft__compare_concat(c, noun_of(moved.members[WEFT__NEW].kind), WEFT_STR("s stand in another order, `"),
                             moved.members[WEFT__NEW].name, WEFT_STR("` for one"));
    return true;
}

static bool word(weft__comparer *c, weft__change_node *node)
{
    if (node->aspect == WEFT__ASPECT_PRESENCE && (node->place.has_member[0] || node->place.has_member[1]))
        word_presence(c, node);
    else if (node->aspect == WEFT__ASPECT_ORDER && !word_order(c, node))
        return false;
    else if (node->aspect == WEFT__ASPECT_TYPE || node->aspect == WEFT__ASPECT_PRESENCE)
        word_type(c, node);
    for (unsigned side = 0; side < 2 && node->aspect != WEFT__ASPECT_SAID; side++) {
        if (node->place.has_member[side])
            node->change.spans[side] = node->place.members[side].span;
        else if (side == WEFT__NEW || !node->place.has_member[WEFT__NEW])
            node->change.spans[side] = weft__scope_span(&node->place.scopes[side]);
    }
    node->change.change_class = weft__class_of(node->change.fails);
    return true;
}

/* ---- order ---- */

static int change_compare(const void *left, const void *right)
{
    const weft__change *a = left, *b = right;
    const weft__idl_span *x = &a->spans[a->spans[WEFT__NEW].source ? WEFT__NEW : WEFT__OLD];
    const weft__idl_span *y = &b->spans[b->spans[WEFT__NEW].source ? WEFT__NEW : WEFT__OLD];
    if (x->source && y->source) {
        int order = strcmp(x->source->path.ptr, y->source->path.ptr);
        if (order)
            return order;
        if (x->offset != y->offset)
            return x->offset < y->offset ? -1 : 1;
    }
    int order = (a->rule > b->rule) - (a->rule < b->rule);
    return order ? order : strcmp(a->subject.ptr, b->subject.ptr);
}

void weft__changes_finish(weft__comparer *c, weft__comparison *comparison)
{
    weft__change *changes = weft_arena_array(c->arena, weft__change, c->n_changes);
    if (!changes) {
        c->status = WEFT_ENOMEM;
        return;
    }
    size_t n = 0;
    for (weft__change_node *node = c->first; node; node = node->next)
        if (word(c, node))
            changes[n++] = node->change;
    if (n > 1)
        qsort(changes, n, sizeof *changes, change_compare);
    comparison->changes = changes;
    comparison->n_changes = n;
    for (size_t i = 0; i < n; i++)
        if (changes[i].change_class > comparison->worst)
            comparison->worst = changes[i].change_class;
}

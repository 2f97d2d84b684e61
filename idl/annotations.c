/* Annotations: which there are, where they may stand, what they take. */
#include "idl/lower.h"

#include "idl/literal.h"

#define NS_PER_MS UINT64_C(1000000)

typedef enum annotation_argument { NO_ARGUMENT, TEXT_ARGUMENT } annotation_argument;

/* Takes the annotation into ret; false: its argument is wrong, which it has reported. */
typedef bool (*annotation_fn)(weft__lower *l, const weft__tree_annotation *a, unsigned place, weft__annotations *ret);

static bool take_deprecated(weft__lower *l, const weft__tree_annotation *a, unsigned place, weft__annotations *ret)
{
    (void)place;
    ret->is_deprecated = true;
    ret->deprecated = weft__lower_copy(l, a->args->text);
    return true;
}

static bool take_sensitive(weft__lower *l, const weft__tree_annotation *a, unsigned place, weft__annotations *ret)
{
    (void)l, (void)a, (void)place;
    ret->is_sensitive = true;
    return true;
}

static bool take_closed(weft__lower *l, const weft__tree_annotation *a, unsigned place, weft__annotations *ret)
{
    (void)l, (void)a, (void)place;
    ret->is_closed = true;
    return true;
}

static bool take_idempotent(weft__lower *l, const weft__tree_annotation *a, unsigned place, weft__annotations *ret)
{
    (void)l, (void)a, (void)place;
    ret->policy |= WEFT__MODEL_POLICY_IDEMPOTENT;
    return true;
}

static bool take_persistent(weft__lower *l, const weft__tree_annotation *a, unsigned place, weft__annotations *ret)
{
    (void)l, (void)place;
    ret->policy |= WEFT__MODEL_POLICY_PERSISTENT;
    ret->persistent = a->name.span;
    return true;
}

static bool take_c_name(weft__lower *l, const weft__tree_annotation *a, unsigned place, weft__annotations *ret)
{
    weft__name_form form = place == WEFT__AT_CONST ? WEFT__NAME_UPPER_SNAKE : WEFT__NAME_SNAKE;
    weft_str text = a->args->text;
    if (!weft__name_has_form(text, form) || text.len > WEFT__NAME_MAX) {
        weft__diag(l->diags, ANNOTATION_ARGUMENT, a->args->span, "this name in C is to be %",
                   weft_str_from(weft__name_form_text(form)));
        return false;
    }
    ret->c_name = weft__lower_copy(l, text);
    return true;
}

static bool take_timeout(weft__lower *l, const weft__tree_annotation *a, unsigned place, weft__annotations *ret)
{
    (void)place;
    bool is_negative = false;
    uint64_t ns = 0;
    bool is_good = weft__literal_duration(a->args->text, &is_negative, &ns) && !is_negative;
    uint64_t ms = ns / NS_PER_MS;
    if (!is_good || ns % NS_PER_MS || ms == 0 || ms > UINT32_MAX) {
        weft__diag(l->diags, ANNOTATION_ARGUMENT, a->args->span, "this is no timeout");
        weft__diag_hint(l->diags,
                        "whole milliseconds from \"1ms\" to \"1193h\", written like \"500ms\", \"30s\" or \"5m\"");
        return false;
    }
    ret->timeout_ms = (uint32_t)ms;
    return true;
}

/* The list grows by one: `n_was` is counted before, in weft__lower_annotations. */
static bool take_was(weft__lower *l, const weft__tree_annotation *a, unsigned place, weft__annotations *ret)
{
    (void)place;
    if (!weft__name_has_form(a->args->text, WEFT__NAME_SNAKE) || a->args->text.len > WEFT__NAME_MAX) {
        weft__diag(l->diags, ANNOTATION_ARGUMENT, a->args->span, "an older name is lower_snake, as it was written");
        return false;
    }
    ((weft_str *)ret->was)[ret->n_was++] = weft__lower_copy(l, a->args->text);
    return true;
}

#define AT_TYPES (WEFT__AT_ALIAS | WEFT__AT_STRUCT | WEFT__AT_ENUM | WEFT__AT_SERVICE)
#define AT_MEMBERS (WEFT__AT_FIELD | WEFT__AT_VARIANT | WEFT__AT_PARAM)

static const struct annotation {
    const char *name;
    unsigned places;
    const char *places_text;
    annotation_argument argument;
    bool may_repeat;
    annotation_fn take;
} annotations[] = {
    { "deprecated", WEFT__AT_CONST | AT_TYPES | AT_MEMBERS | WEFT__AT_METHOD, "everything", TEXT_ARGUMENT, false,
      take_deprecated },
    { "sensitive", WEFT__AT_FIELD | WEFT__AT_PARAM, "fields and parameters", NO_ARGUMENT, false, take_sensitive },
    { "closed", WEFT__AT_ENUM, "enums", NO_ARGUMENT, false, take_closed },
    { "idempotent", WEFT__AT_METHOD, "methods", NO_ARGUMENT, false, take_idempotent },
    { "persistent", WEFT__AT_METHOD, "methods", NO_ARGUMENT, false, take_persistent },
    { "timeout", WEFT__AT_METHOD, "methods", TEXT_ARGUMENT, false, take_timeout },
    { "c_name", WEFT__AT_CONST | AT_TYPES | AT_MEMBERS | WEFT__AT_METHOD, "everything", TEXT_ARGUMENT, false,
      take_c_name },
    { "was", AT_MEMBERS, "fields, variants and parameters", TEXT_ARGUMENT, true, take_was },
};

#define N_ANNOTATIONS (sizeof annotations / sizeof annotations[0])

static const struct annotation *find(weft__lower *l, const weft__tree_annotation *a)
{
    weft__name_guess guess;
    weft__name_guess_begin(&guess, a->name.text);
    for (size_t i = 0; i < N_ANNOTATIONS; i++) {
        if (weft_str_equal(a->name.text, weft_str_from(annotations[i].name)))
            return &annotations[i];
        weft__name_guess_try(&guess, weft_str_from(annotations[i].name));
    }
    weft__diag(l->diags, ANNOTATION_UNKNOWN, a->name.span, "there is no annotation `@%`", a->name.text);
    if (guess.best.len)
        weft__diag_hint(l->diags, "did you mean `@%`?", guess.best);
    return NULL;
}

static bool check_argument(weft__lower *l, const weft__tree_annotation *a, const struct annotation *known)
{
    bool is_text = known->argument == TEXT_ARGUMENT;
    if (a->n_args == (is_text ? 1 : 0) && (!is_text || a->args->kind == WEFT__TREE_VALUE_STRING))
        return !is_text || !a->args->is_bad;
    if (is_text)
        weft__diag(l->diags, ANNOTATION_ARGUMENT, a->name.span, "write `@%(\"…\")`: it takes one text", a->name.text);
    else
        weft__diag(l->diags, ANNOTATION_ARGUMENT, a->name.span, "write `@%`: it takes no argument", a->name.text);
    return false;
}

static const weft__tree_annotation *earlier(const weft__tree_lead *lead, const weft__tree_annotation *a)
{
    for (const weft__tree_annotation *b = lead->annotations; b != a; b = b->next)
        if (weft_str_equal(a->name.text, b->name.text))
            return b;
    return NULL;
}

void weft__lower_annotations(weft__lower *l, const weft__tree_lead *lead, unsigned place, weft__annotations *ret)
{
    *ret = (weft__annotations){ .deprecated = WEFT_STR(""), .c_name = WEFT_STR("") };
    size_t n = 0;
    for (const weft__tree_annotation *a = lead->annotations; a; a = a->next)
        n++;
    if (n == 0)
        return;
    ret->was = weft__lower_new(l, l->arena, weft_str, n);
    if (!ret->was)
        return;
    for (const weft__tree_annotation *a = lead->annotations; a; a = a->next) {
        const struct annotation *known = find(l, a);
        const weft__tree_annotation *other = known && !known->may_repeat ? earlier(lead, a) : NULL;
        if (!known)
            continue;
        if (!(known->places & place)) {
            weft__diag(l->diags, ANNOTATION_PLACE, a->name.span, "`@%` has no meaning here: it is for %", a->name.text,
                       weft_str_from(known->places_text));
        } else if (other) {
            weft__diag(l->diags, ANNOTATION_TWICE, a->name.span, "`@%` stands here twice", a->name.text);
            weft__diag_note(l->diags, other->name.span, "the first one is here");
        } else if (check_argument(l, a, known)) {
            known->take(l, a, place, ret);
        }
    }
}

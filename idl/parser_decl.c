/* The parser: declarations and their members. */
#include "idl/parser_internal.h"

/* One member of a body, `{` to `}`: false after an error from which parse_body recovers. */
typedef bool (*member_fn)(weft__parser *p, const weft__tree_lead *lead, void *body);

typedef struct body_text {
    const char *opening; /* for "expected …" */
    const char *plural;  /* "fields" */
} body_text;

static void report_too_many(weft__parser *p, weft__idl_span span, const char *plural)
{
    p->has_errors = true;
    weft__diag(p->diags, TOO_MANY, span, "more than 1,024 % in one place", weft_str_from(plural));
}

/* Everything from `{` to `}`. What is open when something else begins, or the file ends, is reported at its `{`. */
static bool parse_body(weft__parser *p, const body_text *text, member_fn member, void *body)
{
    weft__idl_span opening = weft__parser_here(p);
    if (!weft__parser_expect(p, WEFT__TOKEN_LBRACE, text->opening))
        return false;
    size_t n = 0;
    while (!weft__parser_is(p, WEFT__TOKEN_RBRACE)) {
        if (p->is_out_of_memory)
            return false;
        if (weft__parser_is(p, WEFT__TOKEN_END) || weft__parser_is_at_decl(p)) {
            p->has_errors = true;
            weft__diag(p->diags, UNCLOSED, opening, "this `{` has no `}`");
            if (!weft__parser_is(p, WEFT__TOKEN_END))
                weft__diag_note(p->diags, weft__parser_here(p), "it is missing before this");
            return true;
        }
        if (n++ == WEFT__TREE_MEMBERS_MAX)
            report_too_many(p, weft__parser_here(p), text->plural);
        weft__tree_lead lead;
        if (n > WEFT__TREE_MEMBERS_MAX || !weft__parse_lead(p, &lead) || !member(p, &lead, body))
            weft__parser_recover(p);
    }
    weft__parser_lose_doc(p);
    weft__parser_advance(p);
    return true;
}

/* reserved a, b; */
static bool parse_reserved(weft__parser *p, const weft__tree_lead *lead, const weft__tree_reserved ***end)
{
    if (lead->annotations) {
        p->has_errors = true;
        weft__diag(p->diags, SYNTAX, lead->annotations->name.span, "no annotation may stand before `reserved`");
    }
    weft__parser_advance(p);
    size_t n = 0;
    do {
        weft__tree_reserved *reserved = weft__parser_new(p, weft__tree_reserved);
        if (!reserved || !weft__parse_name(p, "a name that is not to be used again", &reserved->name))
            return false;
        if (n++ == WEFT__TREE_MEMBERS_MAX) {
            report_too_many(p, reserved->name.span, "reserved names");
            return false;
        }
        **end = reserved;
        *end = &reserved->next;
    } while (weft__parser_accept(p, WEFT__TOKEN_COMMA));
    return weft__parser_expect_end(p, "the reserved names");
}

/* "reserved NAME": `reserved` is an ordinary name where anything else follows it. */
static bool is_at_reserved(const weft__parser *p)
{
    return weft__parser_is_word(p, "reserved") && weft__parser_peek(p).kind == WEFT__TOKEN_IDENT;
}

/* name: type [= value], up to but without what ends it. */
static bool parse_field(weft__parser *p, const weft__tree_lead *lead, const char *what, weft__tree_field **ret_field)
{
    weft__tree_field *field = weft__parser_new(p, weft__tree_field);
    if (!field)
        return false;
    field->lead = *lead;
    weft__tree_type *type;
    if (!weft__parse_name(p, what, &field->name) || !weft__parser_expect(p, WEFT__TOKEN_COLON, "`:` and a type") ||
        !weft__parse_type(p, &type))
        return false;
    field->type = type;
    if (weft__parser_accept(p, WEFT__TOKEN_EQUALS)) {
        weft__tree_value *value;
        if (!weft__parse_value(p, &value))
            return false;
        field->value = value;
    }
    *ret_field = field;
    return true;
}

typedef struct fields_body {
    const weft__tree_field **end;
    size_t *n;
    const weft__tree_reserved **reserved_end; /* NULL: `reserved` may not stand here */
} fields_body;

static bool parse_field_member(weft__parser *p, const weft__tree_lead *lead, void *body)
{
    fields_body *fields = body;
    if (is_at_reserved(p) && fields->reserved_end)
        return parse_reserved(p, lead, &fields->reserved_end);
    weft__tree_field *field;
    if (!parse_field(p, lead, "a field or `}`", &field))
        return false;
    *fields->end = field;
    fields->end = &field->next;
    ++*fields->n;
    return weft__parser_expect_end(p, "the field");
}

typedef struct variants_body {
    const weft__tree_variant **end;
    size_t *n;
    const weft__tree_reserved **reserved_end;
} variants_body;

static bool parse_variant_payload(weft__parser *p, weft__tree_variant *variant)
{
    static const body_text text = { "`{`", "fields" };
    if (weft__parser_accept(p, WEFT__TOKEN_LPAREN)) {
        weft__tree_type *type;
        if (!weft__parse_type(p, &type) ||
            !weft__parser_expect(p, WEFT__TOKEN_RPAREN, "`)` behind the type of the payload"))
            return false;
        variant->payload = WEFT__TREE_PAYLOAD_VALUE;
        variant->type = type;
    } else if (weft__parser_is(p, WEFT__TOKEN_LBRACE)) {
        fields_body fields = { .end = &variant->fields, .n = &variant->n_fields };
        variant->payload = WEFT__TREE_PAYLOAD_FIELDS;
        return parse_body(p, &text, parse_field_member, &fields);
    }
    return true;
}

static bool parse_variant_member(weft__parser *p, const weft__tree_lead *lead, void *body)
{
    variants_body *variants = body;
    if (is_at_reserved(p))
        return parse_reserved(p, lead, &variants->reserved_end);
    weft__tree_variant *variant = weft__parser_new(p, weft__tree_variant);
    if (!variant)
        return false;
    variant->lead = *lead;
    if (!weft__parse_name(p, "a variant or `}`", &variant->name) || !parse_variant_payload(p, variant))
        return false;
    *variants->end = variant;
    variants->end = &variant->next;
    ++*variants->n;
    return weft__parser_expect_end(p, "the variant");
}

static bool parse_params(weft__parser *p, weft__tree_method *method)
{
    const weft__tree_field **end = &method->params;
    while (!weft__parser_is(p, WEFT__TOKEN_RPAREN)) {
        weft__tree_lead lead;
        weft__tree_field *param;
        if (!weft__parse_lead(p, &lead) || !parse_field(p, &lead, "a parameter or `)`", &param))
            return false;
        if (method->n_params == WEFT__TREE_MEMBERS_MAX) {
            report_too_many(p, param->name.span, "parameters");
            return false;
        }
        *end = param;
        end = &param->next;
        method->n_params++;
        if (!weft__parser_accept(p, WEFT__TOKEN_COMMA))
            break;
    }
    return weft__parser_expect(p, WEFT__TOKEN_RPAREN, "`,` or `)` in the parameters");
}

typedef struct methods_body {
    const weft__tree_method **end;
    size_t *n;
    const weft__tree_reserved **reserved_end;
} methods_body;

static bool parse_method_member(weft__parser *p, const weft__tree_lead *lead, void *body)
{
    methods_body *methods = body;
    if (is_at_reserved(p))
        return parse_reserved(p, lead, &methods->reserved_end);
    weft__tree_method *method = weft__parser_new(p, weft__tree_method);
    if (!method)
        return false;
    method->lead = *lead;
    if (!weft__parse_name(p, "a method or `}`", &method->name) ||
        !weft__parser_expect(p, WEFT__TOKEN_LPAREN, "`(` and the parameters") || !parse_params(p, method))
        return false;
    weft__tree_type *type;
    if (weft__parser_accept(p, WEFT__TOKEN_ARROW)) {
        if (!weft__parse_type(p, &type))
            return false;
        method->result = type;
    }
    if (weft__parser_accept(p, WEFT__TOKEN_BANG)) {
        if (!weft__parse_type(p, &type))
            return false;
        method->error = type;
    }
    *methods->end = method;
    methods->end = &method->next;
    ++*methods->n;
    return weft__parser_expect_end(p, "the method");
}

/* const NAME: type = value;  type Name = type; */
static bool parse_plain(weft__parser *p, weft__tree_decl *decl)
{
    weft__tree_type *type;
    if (decl->kind == WEFT__TREE_ALIAS) {
        if (!weft__parser_expect(p, WEFT__TOKEN_EQUALS, "`=` and a type") || !weft__parse_type(p, &type))
            return false;
        decl->type = type;
        return weft__parser_expect_end(p, "the type");
    }
    weft__tree_value *value;
    if (!weft__parser_expect(p, WEFT__TOKEN_COLON, "`:` and a type") || !weft__parse_type(p, &type))
        return false;
    decl->type = type;
    if (!weft__parser_expect(p, WEFT__TOKEN_EQUALS, "`=` and a value") || !weft__parse_value(p, &value))
        return false;
    decl->value = value;
    return weft__parser_expect_end(p, "the constant");
}

static bool parse_decl_body(weft__parser *p, weft__tree_decl *decl)
{
    static const body_text struct_text = { "`{` and the fields", "fields" };
    static const body_text enum_text = { "`{` and the variants", "variants" };
    static const body_text service_text = { "`{` and the methods", "methods" };
    fields_body fields = { &decl->fields, &decl->n_members, &decl->reserved };
    variants_body variants = { &decl->variants, &decl->n_members, &decl->reserved };
    methods_body methods = { &decl->methods, &decl->n_members, &decl->reserved };
    switch (decl->kind) {
    case WEFT__TREE_STRUCT: return parse_body(p, &struct_text, parse_field_member, &fields);
    case WEFT__TREE_ENUM: return parse_body(p, &enum_text, parse_variant_member, &variants);
    case WEFT__TREE_SERVICE: return parse_body(p, &service_text, parse_method_member, &methods);
    default: return parse_plain(p, decl);
    }
}

bool weft__parse_decl(weft__parser *p, const weft__tree_lead *lead, weft__tree_decl **ret_decl)
{
    static const struct {
        const char *word;
        weft__tree_decl_kind kind;
    } kinds[] = { { "struct", WEFT__TREE_STRUCT },
                  { "enum", WEFT__TREE_ENUM },
                  { "service", WEFT__TREE_SERVICE },
                  { "const", WEFT__TREE_CONST },
                  { "type", WEFT__TREE_ALIAS } };
    weft__tree_decl *decl = weft__parser_new(p, weft__tree_decl);
    if (!decl)
        return false;
    decl->lead = *lead;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (weft__parser_is_word(p, kinds[i].word))
            decl->kind = kinds[i].kind;
    if (!decl->kind) {
        weft__parser_error(p, "a declaration (struct, enum, service, const or type)");
        return false;
    }
    weft__parser_advance(p);
    bool is_named = weft__parse_name(p, "the name of what is declared", &decl->name);
    *ret_decl = is_named ? decl : NULL;
    return is_named && parse_decl_body(p, decl);
}

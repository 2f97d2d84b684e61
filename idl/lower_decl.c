/* Declarations but services: from the tree to the model. */
#include "idl/lower.h"

weft_str weft__lower_c_member(weft__lower *l, weft_str name, const weft__annotations *annotations)
{
    weft_str chosen = annotations->c_name.len ? annotations->c_name : name;
    return weft__model_is_c_keyword(chosen) ? weft__lower_concat(l, chosen, WEFT_STR("_"))
                                            : weft__lower_copy(l, chosen);
}

static void fill_field(weft__lower *l, const weft__tree_field *tree, const weft__annotations *annotations,
                       weft__model_field *ret)
{
    *ret = (weft__model_field){
        .name = weft__lower_copy(l, tree->name.text),
        .c_name = weft__lower_c_member(l, tree->name.text, annotations),
        .doc = weft__lower_doc(l, &tree->lead.doc),
        .sensitive = annotations->is_sensitive,
        .is_deprecated = annotations->is_deprecated,
        .deprecated = annotations->deprecated,
        .was = annotations->was,
        .n_was = annotations->n_was,
        .span = tree->name.span,
    };
}

void weft__lower_field(weft__lower *l, weft__unit *unit, const weft__tree_field *tree, const char *what,
                       weft__model_field *ret)
{
    weft__annotations annotations;
    bool is_param = strcmp(what, "a parameter") == 0;
    weft__lower_annotations(l, &tree->lead, is_param ? WEFT__AT_PARAM : WEFT__AT_FIELD, &annotations);
    fill_field(l, tree, &annotations, ret);
    ret->type = weft__lower_type(l, unit, tree->type);
    if (!ret->type)
        return;
    if (tree->value)
        ret->default_value = weft__lower_value(l, unit, tree->value, ret->type);
    ret->has_default = ret->default_value || ret->type->kind == WEFT__MODEL_OPTION;
}

static const weft__model_field *lower_fields(weft__lower *l, weft__unit *unit, const weft__tree_field *trees, size_t n,
                                             const weft__tree_reserved *reserved)
{
    weft__model_field *fields = weft__lower_new(l, l->arena, weft__model_field, n);
    if (!fields)
        return NULL;
    weft__scope scope;
    weft__scope_begin(l, &scope, reserved);
    size_t i = 0;
    for (const weft__tree_field *tree = trees; tree; tree = tree->next) {
        weft__scope_add(l, &scope, &tree->name, "a field");
        weft__lower_field(l, unit, tree, "a field", &fields[i++]);
    }
    for (const weft__tree_field *tree = trees; tree; tree = tree->next)
        weft__scope_check_was(l, &scope, &tree->lead);
    return fields;
}

static bool has_sensitive(const weft__model_field *fields, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (fields[i].sensitive)
            return true;
    return false;
}

static void lower_struct(weft__lower *l, weft__entry *entry)
{
    weft__model_decl *decl = entry->decl;
    size_t n = entry->tree->n_members;
    decl->as.structure.fields = lower_fields(l, entry->unit, entry->tree->fields, n, entry->tree->reserved);
    decl->as.structure.n_fields = decl->as.structure.fields ? n : 0;
    decl->has_sensitive = has_sensitive(decl->as.structure.fields, decl->as.structure.n_fields);
}

static void lower_payload(weft__lower *l, weft__entry *entry, const weft__tree_variant *tree,
                          weft__model_variant *variant)
{
    if (tree->payload == WEFT__TREE_PAYLOAD_VALUE) {
        variant->payload = WEFT__MODEL_PAYLOAD_VALUE;
        variant->type = weft__lower_type(l, entry->unit, tree->type);
    } else if (tree->payload == WEFT__TREE_PAYLOAD_FIELDS) {
        variant->payload = WEFT__MODEL_PAYLOAD_FIELDS;
        variant->c_fields =
            weft__lower_concat(l, entry->decl->c_name, WEFT_STR("_"), variant->c_name, WEFT_STR("_fields"));
        variant->fields = lower_fields(l, entry->unit, tree->fields, tree->n_fields, NULL);
        variant->n_fields = variant->fields ? tree->n_fields : 0;
        entry->decl->has_sensitive |= has_sensitive(variant->fields, variant->n_fields);
        if (tree->n_fields == 0 && !entry->unit->tree->has_syntax_errors) {
            weft__diag(l->diags, VARIANT_EMPTY, tree->name.span, "the payload of `%` has no fields", tree->name.text);
            weft__diag_hint(l->diags, "a variant without payload is written `%;`", tree->name.text);
        }
    }
}

static void lower_variant(weft__lower *l, weft__entry *entry, const weft__tree_variant *tree,
                          weft__model_variant *variant)
{
    weft__annotations annotations;
    weft__lower_annotations(l, &tree->lead, WEFT__AT_VARIANT, &annotations);
    *variant = (weft__model_variant){
        .name = weft__lower_copy(l, tree->name.text),
        .c_name = weft__lower_c_member(l, tree->name.text, &annotations),
        .c_fields = WEFT_STR(""),
        .doc = weft__lower_doc(l, &tree->lead.doc),
        .is_deprecated = annotations.is_deprecated,
        .deprecated = annotations.deprecated,
        .was = annotations.was,
        .n_was = annotations.n_was,
        .span = tree->name.span,
    };
    weft_str stem = annotations.c_name.len ? annotations.c_name : tree->name.text;
    weft_str upper = weft__name_to(l->scratch, stem, WEFT__NAME_UPPER_SNAKE);
    if (!upper.ptr) {
        l->is_out_of_memory = true;
        return;
    }
    variant->c_enumerator = weft__lower_concat(l, entry->decl->c_upper, WEFT_STR("_"), upper);
    lower_payload(l, entry, tree, variant);
}

static void lower_enum(weft__lower *l, weft__entry *entry)
{
    weft__model_decl *decl = entry->decl;
    size_t n = entry->tree->n_members;
    weft__model_variant *variants = weft__lower_new(l, l->arena, weft__model_variant, n);
    if (!variants)
        return;
    weft__scope scope;
    weft__scope_begin(l, &scope, entry->tree->reserved);
    uint32_t i = 0;
    for (const weft__tree_variant *tree = entry->tree->variants; tree; tree = tree->next, i++) {
        weft__scope_add(l, &scope, &tree->name, "a variant");
        lower_variant(l, entry, tree, &variants[i]);
        variants[i].index = i;
        decl->as.enumeration.has_payload |= variants[i].payload != WEFT__MODEL_PAYLOAD_NONE;
    }
    for (const weft__tree_variant *tree = entry->tree->variants; tree; tree = tree->next)
        weft__scope_check_was(l, &scope, &tree->lead);
    decl->as.enumeration.variants = variants;
    decl->as.enumeration.n_variants = n;
    if (n == 0 && !entry->unit->tree->has_syntax_errors)
        weft__diag(l->diags, ENUM_EMPTY, entry->tree->name.span, "`%` has no variants: there is no value of it",
                   entry->tree->name.text);
}

static void keep_reserved(weft__lower *l, weft__entry *entry)
{
    size_t n = 0;
    for (const weft__tree_reserved *r = entry->tree->reserved; r; r = r->next)
        n++;
    weft_str *names = n ? weft__lower_new(l, l->arena, weft_str, n) : NULL;
    if (!names)
        return;
    entry->decl->reserved = names;
    for (const weft__tree_reserved *r = entry->tree->reserved; r; r = r->next)
        names[entry->decl->n_reserved++] = weft__lower_copy(l, r->name.text);
}

void weft__lower_decl(weft__lower *l, weft__entry *entry)
{
    keep_reserved(l, entry);
    switch (entry->tree->kind) {
    case WEFT__TREE_CONST: weft__lower_const(l, entry); break;
    case WEFT__TREE_ALIAS: weft__lower_alias(l, entry); break;
    case WEFT__TREE_STRUCT: lower_struct(l, entry); break;
    case WEFT__TREE_ENUM: lower_enum(l, entry); break;
    case WEFT__TREE_SERVICE: weft__lower_service(l, entry); break;
    }
}

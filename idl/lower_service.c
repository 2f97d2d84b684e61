/* Services: methods, parameters, channels; from the tree to the model. */
#include "idl/lower.h"

#include "idl/text.h"

static weft__model_channel channel_of(const weft__tree_type *tree)
{
    if (weft_str_equal(tree->name.text, WEFT_STR("tx")))
        return WEFT__MODEL_CHANNEL_TX;
    return weft_str_equal(tree->name.text, WEFT_STR("rx")) ? WEFT__MODEL_CHANNEL_RX : WEFT__MODEL_CHANNEL_NO;
}

/* tx<T>, tx<T, N>, rx<…> */
static void lower_channel(weft__lower *l, weft__unit *unit, const weft__tree_type *tree, weft__model_param *ret)
{
    if (tree->n_args != 1 && tree->n_args != 2) {
        weft__diag(l->diags, TYPE_ARGUMENTS, tree->span, "write `%<T, N>`", tree->name.text);
        return;
    }
    uint64_t credit = WEFT__CREDIT_DEFAULT;
    if (tree->args->next)
        weft__lower_type_number(l, unit, tree->args->next, WEFT__DIAG_CHANNEL_CREDIT, 1, WEFT__CREDIT_MAX,
                                "the credit of a channel", &credit);
    ret->credit = (uint32_t)credit;
    ret->field.type = weft__lower_type(l, unit, tree->args);
}

static void lower_param(weft__lower *l, weft__unit *unit, const weft__tree_field *tree, weft__model_param *ret)
{
    const weft__tree_type *type = tree->type;
    bool is_option = weft_str_equal(type->name.text, WEFT_STR("option")) && type->n_args == 1;
    const weft__tree_type *channel = is_option ? type->args : type;
    ret->channel = channel_of(channel);
    if (ret->channel == WEFT__MODEL_CHANNEL_NO) {
        weft__lower_field(l, unit, tree, "a parameter", &ret->field);
        return;
    }
    /* Everything of a field but the type and the default. */
    weft__annotations annotations;
    weft__lower_annotations(l, &tree->lead, WEFT__AT_PARAM, &annotations);
    ret->field = (weft__model_field){
        .name = weft__lower_copy(l, tree->name.text),
        .c_name = weft__lower_c_member(l, tree->name.text, &annotations),
        .doc = weft__lower_doc(l, &tree->lead.doc),
        .has_default = is_option,
        .sensitive = annotations.is_sensitive,
        .is_deprecated = annotations.is_deprecated,
        .deprecated = annotations.deprecated,
        .was = annotations.was,
        .n_was = annotations.n_was,
        .span = tree->name.span,
    };
    ret->is_optional = is_option;
    lower_channel(l, unit, channel, ret);
    if (tree->value)
        weft__diag(l->diags, DEFAULT_PLACE, tree->value->span, "a channel has no default");
}

static void lower_params(weft__lower *l, weft__unit *unit, const weft__tree_method *tree, weft__model_method *method)
{
    weft__model_param *params = weft__lower_new(l, l->arena, weft__model_param, tree->n_params);
    if (!params)
        return;
    weft__scope scope;
    weft__scope_begin(l, &scope, NULL);
    size_t i = 0;
    for (const weft__tree_field *param = tree->params; param; param = param->next, i++) {
        weft__scope_add(l, &scope, &param->name, "a parameter");
        lower_param(l, unit, param, &params[i]);
        if (params[i].channel == WEFT__MODEL_CHANNEL_NO)
            continue;
        if (method->n_channels == WEFT__CHANNELS_MAX)
            weft__diag(l->diags, TOO_MANY, param->name.span, "more than 16 channels in one method");
        method->n_channels++;
    }
    for (const weft__tree_field *param = tree->params; param; param = param->next)
        weft__scope_check_was(l, &scope, &param->lead);
    method->params = params;
    method->n_params = tree->n_params;
}

static bool is_unit(const weft__tree_type *tree)
{
    return weft_str_equal(tree->name.text, WEFT_STR("unit")) && !tree->has_args;
}

static void lower_answer(weft__lower *l, weft__unit *unit, const weft__tree_method *tree, weft__model_method *method)
{
    if (tree->result && is_unit(tree->result) && !tree->error) {
        weft__diag(l->diags, UNIT_PLACE, tree->result->span,
                   "a method that has no result and no error needs no `-> unit`");
        weft__diag_hint(l->diags, "leave it out");
    } else if (tree->result && !is_unit(tree->result)) {
        method->result = weft__lower_type(l, unit, tree->result);
    }
    if (!tree->error)
        return;
    if (!tree->result) {
        weft__diag(l->diags, UNIT_PLACE, tree->error->span, "an error type stands behind a result");
        weft__diag_hint(l->diags, "write `-> unit ! %`", tree->error->name.text);
    }
    method->error = weft__lower_type(l, unit, tree->error);
    if (method->error && method->error->kind != WEFT__MODEL_STRUCT && method->error->kind != WEFT__MODEL_ENUM)
        weft__diag(l->diags, ERROR_TYPE, tree->error->span, "the error type of a method is an enum or a struct");
}

static void lower_method(weft__lower *l, weft__entry *entry, const weft__tree_method *tree, weft__model_method *method)
{
    weft__annotations annotations;
    weft__lower_annotations(l, &tree->lead, WEFT__AT_METHOD, &annotations);
    weft_str stem = annotations.c_name.len ? annotations.c_name : tree->name.text;
    *method = (weft__model_method){
        .name = weft__lower_copy(l, tree->name.text),
        .c_name = weft__lower_concat(l, entry->decl->c_name, WEFT_STR("_"), stem),
        .c_member = weft__lower_c_member(l, tree->name.text, &annotations),
        .doc = weft__lower_doc(l, &tree->lead.doc),
        .policy = annotations.policy,
        .timeout_ms = annotations.timeout_ms,
        .is_deprecated = annotations.is_deprecated,
        .deprecated = annotations.deprecated,
        .span = tree->name.span,
    };
    lower_params(l, entry->unit, tree, method);
    lower_answer(l, entry->unit, tree, method);
    if (annotations.policy & WEFT__MODEL_POLICY_PERSISTENT && method->n_channels > 0) { /* [op.policy] */
        weft__diag(l->diags, PERSISTENT_CHANNEL, annotations.persistent, "a method with channels cannot be persistent");
        for (size_t i = 0; i < method->n_params; i++) {
            if (method->params[i].channel == WEFT__MODEL_CHANNEL_NO)
                continue;
            weft__diag_note(l->diags, method->params[i].field.span, "`%` is a channel", method->params[i].field.name);
            break;
        }
    }
}

/* Two methods of a service whose ids, hashes of their names, are equal. */
static void check_ids(weft__lower *l, weft__entry *entry)
{
    if (!l->options->method_id)
        return;
    weft__symbols ids = { .arena = l->scratch };
    uint64_t *values = weft__lower_new(l, l->scratch, uint64_t, entry->decl->as.service.n_methods);
    for (size_t i = 0; values && i < entry->decl->as.service.n_methods; i++) {
        const weft__model_method *method = &entry->decl->as.service.methods[i];
        weft_str name = weft__text_concat(l->scratch, entry->decl->full_name, WEFT_STR("/"), method->name);
        if (!name.ptr) {
            l->is_out_of_memory = true;
            return;
        }
        values[i] = l->options->method_id(name);
        weft_str key = weft_str_of((const char *)&values[i], sizeof values[i]);
        const weft__model_method *other = weft__symbols_find(&ids, key);
        if (other && !weft_str_equal(other->name, method->name)) {
            weft__diag(l->diags, METHOD_ID_CLASH, method->span,
                       "the id of `%` is that of `%`, too: choose another name", method->name, other->name);
            weft__diag_note(l->diags, other->span, "which is here");
        } else if (!other && weft__symbols_put(&ids, key, (void *)method) < 0) {
            l->is_out_of_memory = true;
        }
    }
}

void weft__lower_service(weft__lower *l, weft__entry *entry)
{
    size_t n = entry->tree->n_members;
    weft__model_method *methods = weft__lower_new(l, l->arena, weft__model_method, n);
    if (!methods)
        return;
    weft__scope scope;
    weft__scope_begin(l, &scope, entry->tree->reserved);
    size_t i = 0;
    for (const weft__tree_method *tree = entry->tree->methods; tree; tree = tree->next) {
        weft__scope_add(l, &scope, &tree->name, "a method");
        lower_method(l, entry, tree, &methods[i++]);
    }
    entry->decl->as.service.methods = methods;
    entry->decl->as.service.n_methods = n;
    check_ids(l, entry);
}

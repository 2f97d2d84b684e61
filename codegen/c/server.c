/* Who serves: calls as handlers see them, the handler table, answers, and the trampolines that dispatch to it. */
#include "codegen/c/channels.h"
#include "codegen/c/comments.h"
#include "codegen/c/services.h"

/* ---- prototypes ---- */

/* Without a result: the call alone. */
static void emit_return_head(weft__c_unit *unit, const weft__model_method *method, const char *before, const char *tail)
{
    const char *name = method->c_name.ptr;
    const char *params[2] = { weft__c_text(unit, "%s_call call", name), "" };
    size_t n = 1;
    if (method->result) {
        bool may_be_null = weft__c_is_indirect(method->result);
        params[n++] = weft__c_parameter(unit, method->result, may_be_null ? "value_or_null" : "value");
    }
    weft__out_list(&unit->out, weft__c_text(unit, "%sint %s_return(", before, name), params, n, tail);
}

static void emit_fail_head(weft__c_unit *unit, const weft__model_method *method, const char *before, const char *tail)
{
    const char *name = method->c_name.ptr;
    const char *params[] = { weft__c_text(unit, "%s_call call", name),
                             weft__c_text(unit, "const %s *error", weft__c_type_of(unit, method->error)->base) };
    weft__out_list(&unit->out, weft__c_text(unit, "%sint %s_fail(", before, name), params, 2, tail);
}

static void emit_keep_head(weft__c_unit *unit, const weft__model_method *method, const char *before, const char *tail)
{
    const char *name = method->c_name.ptr;
    const char *params[] = { weft__c_text(unit, "%s_call call", name),
                             weft__c_text(unit, "const %s_args **args", name) };
    weft__out_list(&unit->out, weft__c_text(unit, "%sint %s_keep(", before, name), params, 2, tail);
}

static void emit_serve_head(weft__c_unit *unit, const char *name, const char *before, const char *tail)
{
    const char *params[] = { "weft_pending pending", weft__c_text(unit, "const %s_handler *handler", name),
                             "void *self", "weft_connection **ret_connection_or_null" };
    weft__out_list(&unit->out, weft__c_text(unit, "%sint %s_serve(", before, name), params, 4, tail);
}

static void emit_table_member(weft__c_unit *unit, const weft__model_method *method)
{
    const char **params = weft__c_texts(unit, 3 + method->n_channels);
    size_t n = 0;
    if (!params)
        return;
    params[n++] = "void *self";
    params[n++] = weft__c_text(unit, "%s_call call", method->c_name.ptr);
    if (weft__c_n_args(method) > 0)
        params[n++] = weft__c_text(unit, "const %s_args *args", method->c_name.ptr);
    for (size_t i = 0; i < method->n_params; i++) {
        const weft__model_param *param = &method->params[i];
        if (param->channel != WEFT__MODEL_CHANNEL_NO)
            params[n++] = weft__c_text(unit, "%s %s", weft__c_channel_type(unit, param, WEFT__C_HANDLER),
                                       param->field.c_name.ptr);
    }
    weft__c_emit_doc(unit, 4, &method->doc, method->is_deprecated, method->deprecated);
    weft__out_list(&unit->out, weft__c_text(unit, "    void (*%s)(", method->c_member.ptr), params, n, ");\n");
}

static void emit_table(weft__c_unit *unit, const weft__model_decl *service)
{
    const char *name = service->c_name.ptr;
    weft__out_f(&unit->out,
                "\n/* Outlives the connections it serves: make it static const. A missing function is answered "
                "unknown method. Arguments\n * live until the function returns. */\n");
    weft__out_f(&unit->out, "typedef struct %s_handler {\n", name);
    weft__out_f(&unit->out, "    size_t size; /* sizeof(%s_handler): methods of a later weftc lie beyond it */\n",
                name);
    weft__out_f(&unit->out, "    void (*closed)(void *self); /* once, last; may be NULL */\n");
    for (size_t i = 0; i < service->as.service.n_methods; i++)
        emit_table_member(unit, &service->as.service.methods[i]);
    weft__out_f(&unit->out, "} %s_handler;\n\n", name);
}

static void emit_answers(weft__c_unit *unit, const weft__model_method *method, const char *before)
{
    if (weft__c_n_args(method) > 0)
        emit_keep_head(unit, method, before, ");\n");
    emit_return_head(unit, method, before, ");\n");
    if (method->error)
        emit_fail_head(unit, method, before, ");\n");
}

void weft__c_emit_handler(weft__c_unit *unit, const weft__model_decl *service)
{
    const char *name = service->c_name.ptr;
    const char *before = weft__c_text(unit, "%s ", unit->export_macro);
    size_t n_methods = service->as.service.n_methods;
    weft__c_emit_section(unit, weft__c_text(unit, "service %s: handlers", service->name.ptr));
    if (n_methods > 0)
        weft__out_f(&unit->out, "/* Handles of calls to be answered: stale ones are answered WEFT_EALREADY. */\n");
    for (size_t i = 0; i < n_methods; i++) {
        const char *method = service->as.service.methods[i].c_name.ptr;
        weft__out_f(&unit->out, "typedef struct %s_call {\n    weft_call call;\n} %s_call;\n", method, method);
    }
    emit_table(unit, service);
    weft__out_f(&unit->out, "/* Accepts, as weft_pending_accept. self: handed to each function, until closed. */\n");
    emit_serve_head(unit, name, before, ");\n");
    if (n_methods > 0)
        weft__out_f(&unit->out, "\n/* Answers, and keep: the arguments live until the answer, and *args changes. 0, "
                                "or as weft_gen_return, weft_gen_fail,\n * weft_gen_keep. */\n");
    for (size_t i = 0; i < n_methods; i++)
        emit_answers(unit, &service->as.service.methods[i], before);
}

/* ---- the source ---- */

static void emit_closed(weft__c_unit *unit, const char *name)
{
    weft__out_f(&unit->out, "\nstatic void %s__closed(const void *table, void *self)\n{\n", name);
    weft__out_f(&unit->out, "    const %s_handler *handler = table;\n", name);
    weft__out_f(&unit->out,
                "    if (handler->size >= offsetof(%s_handler, closed) + sizeof handler->closed && "
                "handler->closed)\n        handler->closed(self);\n}\n",
                name);
}

/* The call of the handler's function. */
static void emit_handler_call(weft__c_unit *unit, const weft__model_method *method)
{
    const char **args = weft__c_texts(unit, 3 + method->n_channels);
    size_t n = 0;
    size_t n_channels = 0;
    if (!args)
        return;
    args[n++] = "self";
    args[n++] = "typed";
    if (weft__c_n_args(method) > 0)
        args[n++] = "args";
    for (size_t i = 0; i < method->n_params; i++) {
        const weft__model_param *param = &method->params[i];
        if (param->channel != WEFT__MODEL_CHANNEL_NO)
            args[n++] = weft__c_text(unit, "(%s){ channels[%zu] }", weft__c_channel_type(unit, param, WEFT__C_HANDLER),
                                     n_channels++);
    }
    weft__out_list(&unit->out, weft__c_text(unit, "    handler->%s(", method->c_member.ptr), args, n,
                   ");\n    return 0;\n}\n");
}

static void emit_dispatch(weft__c_unit *unit, const weft__model_decl *service, const weft__model_method *method)
{
    const char *name = method->c_name.ptr;
    const char *member = method->c_member.ptr;
    static const char *const params[] = { "const void *table", "void *self", "weft_call call", "const void *args",
                                          "const weft_channel *channels" };
    weft__out_f(&unit->out, "\n");
    weft__out_list(&unit->out, weft__c_text(unit, "static int %s__dispatch(", name), params,
                   method->n_channels > 0 ? 5 : 4, ")\n{\n");
    weft__out_f(&unit->out, "    const %s_handler *handler = table;\n", service->c_name.ptr);
    const char *reaches = weft__c_text(unit, "    if (handler->size < offsetof(%s_handler, %s) + sizeof handler->%s ||",
                                       service->c_name.ptr, member, member);
    const char *has = weft__c_text(unit, "!handler->%s)", member);
    bool is_long = strlen(reaches) + strlen(has) + 1 > WEFT__OUT_COLUMNS;
    weft__out_f(&unit->out, is_long ? "%s\n        %s\n" : "%s %s\n", reaches, has);
    weft__out_f(&unit->out, "        return WEFT_OUTCOME_UNKNOWN_METHOD;\n    %s_call typed = { call };\n", name);
    if (weft__c_n_args(method) == 0)
        weft__out_f(&unit->out, "    (void)args;\n");
    emit_handler_call(unit, method);
}

static void emit_keep_source(weft__c_unit *unit, const weft__model_method *method)
{
    weft__out_f(&unit->out, "\n");
    emit_keep_head(unit, method, "", ")\n{\n");
    weft__out_f(&unit->out, "    const void *kept = *args;\n    int rc = weft_gen_keep(call.call, &kept);\n"
                            "    if (rc == 0)\n        *args = kept;\n    return rc;\n}\n");
}

static void emit_answer_source(weft__c_unit *unit, const weft__model_decl *service, size_t index)
{
    const weft__model_method *method = &service->as.service.methods[index];
    const char *args[] = { "call.call", weft__c_text(unit, "&%s_service", service->c_name.ptr),
                           weft__c_text(unit, "%zu", index), "NULL" };
    if (weft__c_n_args(method) > 0)
        emit_keep_source(unit, method);
    if (method->result) {
        bool may_be_null = weft__c_is_indirect(method->result);
        args[3] = weft__c_address(unit, method->result, may_be_null ? "value_or_null" : "value");
    }
    weft__out_f(&unit->out, "\n");
    emit_return_head(unit, method, "", ")\n{\n");
    weft__out_list(&unit->out, "    return weft_gen_return(", args, 4, ");\n}\n");
    if (!method->error)
        return;
    args[3] = "error";
    weft__out_f(&unit->out, "\n");
    emit_fail_head(unit, method, "", ")\n{\n");
    weft__out_list(&unit->out, "    return weft_gen_fail(", args, 4, ");\n}\n");
}

void weft__c_emit_handler_source(weft__c_unit *unit, const weft__model_decl *service)
{
    const char *name = service->c_name.ptr;
    emit_closed(unit, name);
    for (size_t i = 0; i < service->as.service.n_methods; i++)
        emit_dispatch(unit, service, &service->as.service.methods[i]);
    weft__out_f(&unit->out, "\n");
    emit_serve_head(unit, name, "", ")\n{\n");
    const char *args[] = { "pending", weft__c_text(unit, "&%s_service", name), "handler", "self",
                           "ret_connection_or_null" };
    weft__out_list(&unit->out, "    return weft_gen_serve(", args, 5, ");\n}\n");
    for (size_t i = 0; i < service->as.service.n_methods; i++)
        emit_answer_source(unit, service, i);
}

/* Who calls: arguments, replies, callbacks, the client's functions and the trampolines that deliver to it. */
#include "codegen/c/channels.h"
#include "codegen/c/comments.h"
#include "codegen/c/services.h"
#include "codegen/c/types.h"

/* ---- messages ---- */

static void emit_reply(weft__c_unit *unit, const weft__model_method *method)
{
    const char *name = method->c_name.ptr;
    const char *value = "";
    const char *error = "";
    if (method->result && weft__c_is_decl(method->result))
        value = weft__c_text(unit, "const %s *value;", weft__c_type_of(unit, method->result)->base);
    else if (method->result)
        value = weft__c_text(unit, "%s;", weft__c_member(unit, method->result, "value"));
    if (method->error)
        error = weft__c_text(unit, "const %s *error;", weft__c_type_of(unit, method->error)->base);
    int width = (int)(strlen(value) > strlen(error) ? strlen(value) : strlen(error));
    weft__out_f(&unit->out, "typedef struct %s_reply {\n    weft_result result;\n", name);
    if (value[0])
        weft__out_f(&unit->out, "    %-*s /* outcome ok, else %s */\n", width, value,
                    weft__c_is_decl(method->result) ? "NULL" : "zero");
    if (error[0])
        weft__out_f(&unit->out, "    %-*s /* outcome user error, else NULL */\n", width, error);
    weft__out_f(&unit->out, "} %s_reply;\n", name);
    weft__out_f(&unit->out, "typedef void (*%s_fn)(void *user, const %s_reply *reply);\n", name, name);
}

void weft__c_emit_messages(weft__c_unit *unit, const weft__model_decl *service)
{
    const char *what = service->as.service.n_methods > 0 ? ": arguments and replies" : "";
    weft__c_emit_section(unit, weft__c_text(unit, "service %s%s", service->name.ptr, what));
    weft__c_emit_doc(unit, 0, &service->doc, service->is_deprecated, service->deprecated);
    for (size_t i = 0; i < service->as.service.n_methods; i++) {
        const weft__model_method *method = &service->as.service.methods[i];
        const char *args = weft__c_text(unit, "%s_args", method->c_name.ptr);
        weft__out_f(&unit->out, "\n/* %s */\n", method->name.ptr);
        if (weft__c_n_args(method) > 0) {
            weft__c_fields fields = weft__c_method_args(unit, method);
            weft__c_emit_record(unit, args, &fields);
            weft__c_emit_init(unit, args);
            weft__out_f(&unit->out, "\n");
        }
        emit_reply(unit, method);
    }
}

/* ---- prototypes ---- */

/* Where the client's end of a channel goes. */
static const char *ret_channel(weft__c_unit *unit, const weft__model_param *param)
{
    return weft__c_text(unit, "ret_%s%s", param->field.c_name.ptr, param->is_optional ? "_or_null" : "");
}

/* `int kv_store_get(…)` up to tail, of a call of the method. */
static void emit_call_head(weft__c_unit *unit, const weft__model_decl *service, const weft__model_method *method,
                           const char *before, const char *tail)
{
    const char **params = weft__c_texts(unit, 6 + method->n_channels);
    size_t n = 0;
    if (!params)
        return;
    params[n++] = weft__c_text(unit, "%s_client client", service->c_name.ptr);
    if (weft__c_n_args(method) > 0)
        params[n++] = weft__c_text(unit, "const %s_args *args", method->c_name.ptr);
    params[n++] = "const weft_call_options *options_or_null";
    params[n++] = weft__c_text(unit, "%s_fn done_or_null", method->c_name.ptr);
    params[n++] = "void *user";
    params[n++] = "weft_call *ret_call_or_null";
    for (size_t i = 0; i < method->n_params; i++) {
        const weft__model_param *param = &method->params[i];
        if (param->channel != WEFT__MODEL_CHANNEL_NO)
            params[n++] = weft__c_text(unit, "%s *%s", weft__c_channel_type(unit, param, WEFT__C_CLIENT),
                                       ret_channel(unit, param));
    }
    weft__out_list(&unit->out, weft__c_text(unit, "%sint %s(", before, method->c_name.ptr), params, n, tail);
}

static void emit_open_head(weft__c_unit *unit, const char *name, const char *before, const char *tail)
{
    const char *params[] = { "weft_session *session", "const weft_open_options *options_or_null",
                             weft__c_text(unit, "%s_opened_fn opened", name), "void *user" };
    weft__out_list(&unit->out, weft__c_text(unit, "%sint %s_open(", before, name), params, 4, tail);
}

void weft__c_emit_client(weft__c_unit *unit, const weft__model_decl *service)
{
    const char *name = service->c_name.ptr;
    const char *before = weft__c_text(unit, "%s ", unit->export_macro);
    weft__c_emit_section(unit, weft__c_text(unit, "service %s: client", service->name.ptr));
    weft__out_f(&unit->out, "extern %s const weft_service_type %s_service;\n\n", unit->export_macro, name);
    weft__out_f(&unit->out, "/* What opened it holds one reference: weft_connection_release. */\n");
    weft__out_f(&unit->out, "typedef struct %s_client {\n    weft_connection *connection;\n} %s_client;\n\n", name,
                name);
    weft__out_f(&unit->out, "/* Once: with a client, or without a connection and with the reason. */\n");
    const char *params[] = { "void *user", weft__c_text(unit, "%s_client client", name),
                             "const weft_error *error_or_null" };
    weft__out_list(&unit->out, weft__c_text(unit, "typedef void (*%s_opened_fn)(", name), params, 3, ");\n");
    weft__out_f(&unit->out, "/* As weft_open. */\n");
    emit_open_head(unit, name, before, ");\n");
    if (service->as.service.n_methods > 0)
        weft__out_f(&unit->out,
                    "\n/* Calls: as weft_gen_call, or weft_gen_stream where there are channels. args: borrowed for the "
                    "call. After 0 the\n * callback runs exactly once, else never. */\n");
    for (size_t i = 0; i < service->as.service.n_methods; i++) {
        const weft__model_method *method = &service->as.service.methods[i];
        weft__c_emit_doc(unit, 0, &method->doc, method->is_deprecated, method->deprecated);
        emit_call_head(unit, service, method, before, ");\n");
    }
}

/* ---- the source ---- */

static void emit_opened(weft__c_unit *unit, const char *name)
{
    const char *params[] = { "void (*opened)(void)", "void *user", "weft_connection *connection_or_null",
                             "const weft_error *error_or_null" };
    weft__out_f(&unit->out, "\n");
    weft__out_list(&unit->out, weft__c_text(unit, "static void %s__opened(", name), params, 4, ")\n{\n");
    weft__out_f(&unit->out, "    %s_client client = { connection_or_null };\n", name);
    weft__out_f(&unit->out, "    ((%s_opened_fn)opened)(user, client, error_or_null);\n}\n", name);
}

static void emit_call_source(weft__c_unit *unit, const weft__model_decl *service, size_t index)
{
    const weft__model_method *method = &service->as.service.methods[index];
    weft__out_f(&unit->out, "\n");
    emit_call_head(unit, service, method, "", ")\n{\n");
    const char *args[] = { "client.connection",
                           weft__c_text(unit, "&%s_service", service->c_name.ptr),
                           weft__c_text(unit, "%zu", index),
                           weft__c_n_args(method) > 0 ? "args" : "\"\"",
                           "options_or_null",
                           "(void (*)(void))done_or_null",
                           "user",
                           "ret_call_or_null",
                           "channels" };
    size_t n_args = sizeof args / sizeof args[0];
    if (method->n_channels == 0) {
        weft__out_list(&unit->out, "    return weft_gen_call(", args, n_args - 1, ");\n}\n");
        return;
    }
    weft__out_f(&unit->out, "    weft_channel *const channels[] = {\n");
    for (size_t i = 0; i < method->n_params; i++) {
        const char *ret = ret_channel(unit, &method->params[i]);
        if (method->params[i].channel != WEFT__MODEL_CHANNEL_NO)
            weft__out_f(&unit->out, "        %s ? &%s->channel : NULL,\n", ret, ret);
    }
    weft__out_f(&unit->out, "    };\n");
    weft__out_list(&unit->out, "    return weft_gen_stream(", args, n_args, ");\n}\n");
}

static void emit_deliver(weft__c_unit *unit, const char *name)
{
    static const char *const params[] = { "void (*done)(void)", "void *user", "const void *reply" };
    weft__out_f(&unit->out, "\n");
    weft__out_list(&unit->out, weft__c_text(unit, "static void %s__deliver(", name), params, 3, ")\n{\n");
    weft__out_f(&unit->out, "    ((%s_fn)done)(user, reply);\n}\n", name);
}

void weft__c_emit_client_source(weft__c_unit *unit, const weft__model_decl *service)
{
    const char *name = service->c_name.ptr;
    emit_opened(unit, name);
    for (size_t i = 0; i < service->as.service.n_methods; i++)
        emit_deliver(unit, service->as.service.methods[i].c_name.ptr);
    weft__out_f(&unit->out, "\n");
    emit_open_head(unit, name, "", ")\n{\n");
    const char *args[] = { "session", weft__c_text(unit, "&%s_service", name), "options_or_null",
                           "(void (*)(void))opened", "user" };
    weft__out_list(&unit->out, "    return weft_gen_open(", args, 5, ");\n}\n");
    for (size_t i = 0; i < service->as.service.n_methods; i++)
        emit_call_source(unit, service, i);
}

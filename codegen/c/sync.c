/* Who calls and waits: the client of a weft_blocking and its functions, all inline, so that only a program that uses
 * them needs libweft-uv. */
#include "codegen/c/channels.h"
#include "codegen/c/comments.h"
#include "codegen/c/services.h"

/* ---- channels ---- */

static void emit_handle(weft__c_unit *unit, const char *name, const char *type)
{
    weft__out_f(&unit->out, "typedef struct %s {\n    %s;\n} %s;\n", name, type, name);
}

/* A pointer to an item as C has it, to the first element of an array. pointer: what stands for `*` and the name. */
static const char *item_pointer(weft__c_unit *unit, const weft__model_type *type, const char *pointer)
{
    if (type->kind != WEFT__MODEL_ARRAY)
        return weft__c_element_pointer(unit, type, pointer);
    if (type->element->kind != WEFT__MODEL_ARRAY)
        return weft__c_element_pointer(unit, type->element, pointer);
    return weft__c_parameter(unit, type->element, weft__c_text(unit, "(*%s)", pointer));
}

static const char *channel_sync_type(weft__c_unit *unit, const weft__model_param *param)
{
    bool sends = param->channel == WEFT__MODEL_CHANNEL_RX; /* what the handler receives */
    return weft__c_text(unit, "%s_sync_%s", weft__c_type_of(unit, param->field.type)->channel, sends ? "tx" : "rx");
}

/* A client has the other end of what handlers have: is there one? */
static bool is_used(const weft__c_unit *unit, const weft__model_type *type, weft__model_channel by_handlers)
{
    for (size_t i = 0; i < unit->file->n_decls; i++) {
        const weft__model_decl *decl = unit->file->decls[i];
        for (size_t k = 0; decl->kind == WEFT__MODEL_DECL_SERVICE && k < decl->as.service.n_methods; k++) {
            const weft__model_method *method = &decl->as.service.methods[k];
            for (size_t p = 0; p < method->n_params; p++)
                if (method->params[p].channel == by_handlers && method->params[p].field.type->index == type->index)
                    return true;
        }
    }
    return false;
}

static void emit_sender(weft__c_unit *unit, const weft__model_type *type)
{
    const char *name = weft__c_type_of(unit, type)->channel;
    const char *item = weft__c_is_indirect(type) ? "item_or_null" : "item";
    const char *params[] = { weft__c_text(unit, "%s_sync_tx tx", name), weft__c_parameter(unit, type, item),
                             "uint64_t timeout_ns" };
    emit_handle(unit, weft__c_text(unit, "%s_sync_tx", name), "weft_blocking_channel *channel");
    weft__out_list(&unit->out, weft__c_text(unit, "static inline int %s_send_sync(", name), params, 3, ")\n{\n");
    weft__out_f(&unit->out, "    return weft_gen_send_sync(tx.channel, %s, timeout_ns);\n}\n",
                weft__c_address(unit, type, item));
}

static void emit_receiver(weft__c_unit *unit, const weft__model_type *type)
{
    const char *name = weft__c_type_of(unit, type)->channel;
    const char *params[] = { weft__c_text(unit, "%s_sync_rx rx", name), "uint64_t timeout_ns", "weft_arena *arena",
                             item_pointer(unit, type, "*ret_item") };
    emit_handle(unit, weft__c_text(unit, "%s_sync_rx", name), "weft_blocking_channel *channel");
    weft__out_list(&unit->out, weft__c_text(unit, "static inline int %s_receive_sync(", name), params, 4, ")\n{\n");
    weft__out_f(&unit->out,
                "    const void *item = NULL;\n"
                "    int rc = weft_gen_receive_sync(rx.channel, timeout_ns, arena, &item);\n"
                "    if (rc == 0)\n        *ret_item = (%s)item;\n    return rc;\n}\n",
                item_pointer(unit, type, ""));
}

void weft__c_emit_channel_sync(weft__c_unit *unit, const weft__model_type *type)
{
    if (is_used(unit, type, WEFT__MODEL_CHANNEL_RX))
        emit_sender(unit, type);
    if (is_used(unit, type, WEFT__MODEL_CHANNEL_TX))
        emit_receiver(unit, type);
}

/* ---- services ---- */

static void emit_open_sync(weft__c_unit *unit, const char *name)
{
    const char *params[] = { "weft_blocking_session *session", "const weft_open_options *options_or_null",
                             weft__c_text(unit, "%s_sync_client *ret_client", name), "weft_error *error_or_null" };
    const char *args[] = { "session", weft__c_text(unit, "&%s_service", name), "options_or_null", "&ret_client->client",
                           "error_or_null" };
    weft__out_list(&unit->out, weft__c_text(unit, "static inline int %s_open_sync(", name), params, 4, ")\n{\n");
    weft__out_list(&unit->out, "    return weft_gen_open_sync(", args, 5, ");\n}\n");
}

static void emit_call_sync(weft__c_unit *unit, const weft__model_decl *service, size_t index)
{
    const weft__model_method *method = &service->as.service.methods[index];
    const char *name = method->c_name.ptr;
    bool has_args = weft__c_n_args(method) > 0;
    const char *params[5];
    size_t n = 0;
    params[n++] = weft__c_text(unit, "%s_sync_client client", service->c_name.ptr);
    if (has_args)
        params[n++] = weft__c_text(unit, "const %s_args *args", name);
    params[n++] = "const weft_call_options *options_or_null";
    params[n++] = "weft_arena *arena";
    params[n++] = weft__c_text(unit, "%s_reply *ret_reply", name);
    const char *args[] = { "client.client",
                           weft__c_text(unit, "&%s_service", service->c_name.ptr),
                           weft__c_text(unit, "%zu", index),
                           has_args ? "args" : "\"\"",
                           "options_or_null",
                           "arena",
                           "ret_reply" };
    weft__out_list(&unit->out, weft__c_text(unit, "static inline int %s_sync(", name), params, n, ")\n{\n");
    weft__out_list(&unit->out, "    return weft_gen_call_sync(", args, sizeof args / sizeof args[0], ");\n}\n");
}

/* `ret_changes`; an optional one may be left out. */
static const char *ret_channel(weft__c_unit *unit, const weft__model_param *param)
{
    return weft__c_text(unit, "ret_%s%s", param->field.c_name.ptr, param->is_optional ? "_or_null" : "");
}

/* Where the handles go, in order. */
static void emit_ret_channels(weft__c_unit *unit, const weft__model_method *method)
{
    const char **places = weft__c_texts(unit, method->n_channels);
    size_t n = 0;
    for (size_t i = 0; places && i < method->n_params; i++) {
        const weft__model_param *param = &method->params[i];
        if (param->channel == WEFT__MODEL_CHANNEL_NO)
            continue;
        const char *ret = ret_channel(unit, param);
        places[n++] = param->is_optional ? weft__c_text(unit, "%s ? &%s->channel : NULL", ret, ret)
                                         : weft__c_text(unit, "&%s->channel", ret);
    }
    if (n > 0)
        weft__out_list(&unit->out, "    weft_blocking_channel **const channels[] = { ", places, n, " };\n");
}

static void emit_begin_sync(weft__c_unit *unit, const weft__model_decl *service, size_t index)
{
    const weft__model_method *method = &service->as.service.methods[index];
    const char *name = method->c_name.ptr;
    bool has_args = weft__c_n_args(method) > 0;
    const char **params = weft__c_texts(unit, 4 + method->n_channels);
    size_t n = 0;
    if (!params)
        return;
    params[n++] = weft__c_text(unit, "%s_sync_client client", service->c_name.ptr);
    if (has_args)
        params[n++] = weft__c_text(unit, "const %s_args *args", name);
    params[n++] = "const weft_call_options *options_or_null";
    params[n++] = weft__c_text(unit, "%s_sync_call *ret_call", name);
    for (size_t i = 0; i < method->n_params; i++) {
        const weft__model_param *param = &method->params[i];
        if (param->channel != WEFT__MODEL_CHANNEL_NO)
            params[n++] = weft__c_text(unit, "%s *%s", channel_sync_type(unit, param), ret_channel(unit, param));
    }
    weft__out_list(&unit->out, weft__c_text(unit, "static inline int %s_begin_sync(", name), params, n, ")\n{\n");
    emit_ret_channels(unit, method);
    const char *args[] = { "client.client",
                           weft__c_text(unit, "&%s_service", service->c_name.ptr),
                           weft__c_text(unit, "%zu", index),
                           has_args ? "args" : "NULL",
                           "options_or_null",
                           "&ret_call->call",
                           method->n_channels > 0 ? "channels" : "NULL" };
    weft__out_list(&unit->out, "    return weft_gen_begin_sync(", args, sizeof args / sizeof args[0], ");\n}\n");
}

static void emit_begun(weft__c_unit *unit, const weft__model_decl *service, size_t index)
{
    const char *name = service->as.service.methods[index].c_name.ptr;
    emit_handle(unit, weft__c_text(unit, "%s_sync_call", name), "weft_blocking_call *call");
    emit_begin_sync(unit, service, index);
    const char *params[] = { weft__c_text(unit, "%s_sync_call call", name), "uint64_t timeout_ns",
                             weft__c_text(unit, "%s_reply *ret_reply", name) };
    weft__out_list(&unit->out, weft__c_text(unit, "static inline int %s_end_sync(", name), params, 3, ")\n{\n");
    weft__out_f(&unit->out, "    return weft_gen_end_sync(call.call, timeout_ns, ret_reply);\n}\n");
}

void weft__c_emit_sync(weft__c_unit *unit, const weft__model_decl *service)
{
    const char *name = service->c_name.ptr;
    weft__c_emit_section(unit, weft__c_text(unit, "service %s: blocking client", service->name.ptr));
    weft__out_f(&unit->out, "/* For any thread, of a weft_blocking: weft/blocking.h, libweft-uv. To be released by "
                            "weft_blocking_client_release. */\n");
    weft__out_f(&unit->out, "typedef struct %s_sync_client {\n    weft_blocking_client *client;\n} %s_sync_client;\n\n",
                name, name);
    weft__out_f(&unit->out, "/* As weft_gen_open_sync. */\n");
    emit_open_sync(unit, name);
    if (service->as.service.n_methods > 0)
        weft__out_f(
            &unit->out,
            "/* A method at once, as weft_gen_call_sync: returns ret_reply->result.code; what the reply points to "
            "lies in arena.\n"
            " * Or begun and ended apart, as weft_gen_begin_sync and weft_gen_end_sync: the call is to be "
            "released by\n"
            " * weft_blocking_call_release, and until then what the reply points to lives; channels by\n"
            " * weft_blocking_channel_release. */\n");
    for (size_t i = 0; i < service->as.service.n_methods; i++) {
        if (service->as.service.methods[i].n_channels == 0)
            emit_call_sync(unit, service, i);
        emit_begun(unit, service, i);
    }
}

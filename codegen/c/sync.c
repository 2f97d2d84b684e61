/* Who calls and waits: the client of a weft_blocking and its functions, all inline, so that only a program that uses
 * them needs libweft-uv. */
#include "codegen/c/comments.h"
#include "codegen/c/services.h"

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
        weft__out_f(&unit->out, "/* As weft_gen_call_sync: returns ret_reply->result.code. What the reply points to "
                                "lies in arena. */\n");
    for (size_t i = 0; i < service->as.service.n_methods; i++) {
        if (service->as.service.methods[i].n_channels == 0)
            emit_call_sync(unit, service, i);
    }
}

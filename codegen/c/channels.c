/* Channels: a pair of handle types for each type of item, and the functions over them. */
#include "codegen/c/channels.h"
#include "codegen/c/comments.h"
#include "codegen/c/tables.h"

const char *weft__c_channel_type(weft__c_unit *unit, const weft__model_param *param, weft__c_side side)
{
    bool sends = (param->channel == WEFT__MODEL_CHANNEL_TX) == (side == WEFT__C_HANDLER);
    return weft__c_text(unit, "%s_%s", weft__c_type_of(unit, param->field.type)->channel, sends ? "tx" : "rx");
}

static const char *item_param(weft__c_unit *unit, const weft__model_type *type)
{
    return weft__c_parameter(unit, type, weft__c_is_indirect(type) ? "item_or_null" : "item");
}

/* ---- prototypes ---- */

static void emit_send_head(weft__c_unit *unit, const weft__model_type *type, const char *before, const char *tail)
{
    const char *name = weft__c_type_of(unit, type)->channel;
    const char *params[] = { weft__c_text(unit, "%s_tx tx", name), item_param(unit, type) };
    weft__out_list(&unit->out, weft__c_text(unit, "%sint %s_send(", before, name), params, 2, tail);
}

static void emit_room_head(weft__c_unit *unit, const char *name, const char *before, const char *tail)
{
    const char *params[] = { weft__c_text(unit, "%s_tx tx", name), "void (*room)(void *user)", "void *user" };
    weft__out_list(&unit->out, weft__c_text(unit, "%sint %s_on_room(", before, name), params, 3, tail);
}

static void emit_read_head(weft__c_unit *unit, const char *name, const char *before, const char *tail)
{
    const char *params[] = { weft__c_text(unit, "%s_rx rx", name), weft__c_text(unit, "const %s_reader *reader", name),
                             "void *user" };
    weft__out_list(&unit->out, weft__c_text(unit, "%sint %s_read(", before, name), params, 3, tail);
}

/* What takes an item, after head: `bool (*item)`. */
static void emit_item_function(weft__c_unit *unit, const weft__model_type *type, const char *head)
{
    const char *params[] = { "void *user", weft__c_text(unit, "%s_rx rx", weft__c_type_of(unit, type)->channel),
                             item_param(unit, type) };
    weft__out_list(&unit->out, weft__c_text(unit, "%s(", head), params, 3, ");\n");
}

/* ---- the header ---- */

static void emit_handle(weft__c_unit *unit, const char *name, const char *ending)
{
    weft__out_f(&unit->out, "typedef struct %s_%s {\n    weft_channel channel;\n} %s_%s;\n", name, ending, name,
                ending);
}

static void emit_channel(weft__c_unit *unit, const weft__model_type *type)
{
    const char *name = weft__c_type_of(unit, type)->channel;
    const char *before = weft__c_text(unit, "%s ", unit->export_macro);
    weft__out_f(&unit->out, "\n");
    emit_handle(unit, name, "tx");
    emit_handle(unit, name, "rx");
    weft__out_f(&unit->out, "typedef struct %s_reader {\n    size_t size; /* sizeof(%s_reader) */\n", name, name);
    emit_item_function(unit, type, "    bool (*item)");
    weft__out_f(&unit->out, "    void (*end)(void *user, const weft_channel_end *end);\n} %s_reader;\n", name);
    emit_send_head(unit, type, before, ");\n");
    emit_room_head(unit, name, before, ");\n");
    emit_read_head(unit, name, before, ");\n");
    weft__c_emit_channel_sync(unit, type);
}

void weft__c_emit_channels(weft__c_unit *unit)
{
    bool is_first = true;
    for (size_t i = 0; i < unit->model->n_types; i++) {
        if (!unit->types[i].channel)
            continue;
        if (is_first) {
            weft__c_emit_section(unit, "channels");
            weft__out_f(&unit->out,
                        "/* Handles, to be copied freely; stale ones are safe. With _tx this program sends, with _rx "
                        "it receives.\n"
                        " * send: as weft_gen_send; on_room: as weft_gen_on_room. read: as weft_gen_receive, "
                        "WEFT_EINVAL also without an item\n"
                        " * function; the reader is borrowed for the call. item: once for each; it returns true where "
                        "the item is consumed, false\n"
                        " * where weft_channel_consumed will say so. end: once, last; may be NULL.\n"
                        " * Those with _sync are a blocking client's, for any thread: as weft_gen_send_sync and "
                        "weft_gen_receive_sync. */\n");
        }
        is_first = false;
        emit_channel(unit, unit->model->types[i]);
    }
}

/* ---- the source ---- */

/* The value as it is handed to the item function: arrays, structs and enums by address. */
static const char *item_of_value(weft__c_unit *unit, const weft__model_type *type)
{
    if (type->kind == WEFT__MODEL_ARRAY && type->element->kind == WEFT__MODEL_ARRAY)
        /* const void * does not become this by itself: its const belongs to the innermost elements. */
        return weft__c_text(unit, "(%s)value", weft__c_parameter(unit, type->element, "(*)"));
    if (weft__c_is_decl(type) || type->kind == WEFT__MODEL_ARRAY)
        return "value";
    return weft__c_text(unit, "*(%s)value", weft__c_element_pointer(unit, type, ""));
}

static void emit_read(weft__c_unit *unit, const weft__model_type *type)
{
    static const char *const params[] = { "void (*item)(void)", "void *user", "weft_channel channel",
                                          "const void *value" };
    const char *name = weft__c_type_of(unit, type)->channel;
    weft__out_f(&unit->out, "\n");
    emit_item_function(unit, type, weft__c_text(unit, "typedef bool (*%s__item_fn)", name));
    weft__out_f(&unit->out, "\n");
    weft__out_list(&unit->out, weft__c_text(unit, "static bool %s__deliver(", name), params, 4, ")\n{\n");
    weft__out_f(&unit->out, "    %s_rx rx = { channel };\n", name);
    weft__out_f(&unit->out, "    return ((%s__item_fn)item)(user, rx, %s);\n}\n\n", name, item_of_value(unit, type));
    emit_read_head(unit, name, "", ")\n{\n");
    weft__out_f(&unit->out,
                "    if (!reader || reader->size < sizeof *reader || !reader->item)\n        return WEFT_EINVAL;\n");
    const char *args[] = { "rx.channel",
                           weft__c_text(unit, "&%s", weft__c_type_of(unit, type)->table),
                           weft__c_text(unit, "%s__deliver", name),
                           "(void (*)(void))reader->item",
                           "reader->end",
                           "user" };
    weft__out_list(&unit->out, "    return weft_gen_receive(", args, sizeof args / sizeof args[0], ");\n}\n");
}

void weft__c_emit_channels_source(weft__c_unit *unit)
{
    for (size_t i = 0; i < unit->model->n_types; i++) {
        const weft__model_type *type = unit->model->types[i];
        const weft__c_type *c = &unit->types[i];
        if (!c->channel)
            continue;
        weft__c_emit_section(unit, weft__c_text(unit, "channels of %s", c->channel));
        emit_send_head(unit, type, "", ")\n{\n");
        const char *address = weft__c_address(unit, type, weft__c_is_indirect(type) ? "item_or_null" : "item");
        const char *args[] = { "tx.channel", weft__c_text(unit, "&%s", c->table), address };
        weft__out_list(&unit->out, "    return weft_gen_send(", args, 3, ");\n}\n\n");
        emit_room_head(unit, c->channel, "", ")\n{\n");
        weft__out_f(&unit->out, "    return weft_gen_on_room(tx.channel, room, user);\n}\n");
        emit_read(unit, type);
    }
}

void weft__c_emit_channel_tables(weft__c_unit *unit, const weft__model_decl *service)
{
    for (size_t i = 0; i < service->as.service.n_methods; i++) {
        const weft__model_method *method = &service->as.service.methods[i];
        if (method->n_channels == 0)
            continue;
        const char **was = weft__c_texts(unit, method->n_params);
        if (!was)
            return;
        for (size_t k = 0; k < method->n_params; k++) {
            const weft__model_field *field = &method->params[k].field;
            if (method->params[k].channel != WEFT__MODEL_CHANNEL_NO)
                was[k] = weft__c_emit_was(unit, weft__c_text(unit, "%s__%s_was", method->c_name.ptr, field->c_name.ptr),
                                          field->was, field->n_was);
        }
        weft__out_f(&unit->out, "\nstatic const weft_channel_param %s__channels[] = {\n", method->c_name.ptr);
        for (size_t k = 0; k < method->n_params; k++) {
            const weft__model_param *param = &method->params[k];
            if (param->channel == WEFT__MODEL_CHANNEL_NO)
                continue;
            weft__out_f(&unit->out, "    {\n        .name = \"%s\",\n", param->field.name.ptr);
            weft__out_f(&unit->out, "        .element = &%s,\n", weft__c_type_of(unit, param->field.type)->table);
            weft__out_f(&unit->out, "        .place = %zu,\n        .window = %u,\n", k, (unsigned)param->credit);
            weft__out_f(&unit->out, "        .direction = WEFT_CHANNEL_%s,\n",
                        param->channel == WEFT__MODEL_CHANNEL_TX ? "TX" : "RX");
            if (param->is_optional)
                weft__out_f(&unit->out, "        .optional = true,\n");
            if (param->field.n_was > 0)
                weft__out_f(&unit->out, "        .was = %s,\n", was[k]);
            weft__out_f(&unit->out, "    },\n");
        }
        weft__out_f(&unit->out, "};\n");
    }
}

/* Services and types as one JSON object. Names are of letters, digits, dots and underscores: nothing to escape. */
#include "tools/weft/describe.h"

#include <stdio.h>

static void print_type(const char *key, const weft_type *type_or_null)
{
    printf("\"%s\":", key);
    if (!type_or_null) {
        printf("null");
        return;
    }
    printf("\"");
    describe_type_name(type_or_null);
    printf("\"");
}

static void print_field(const weft_field *field)
{
    printf("{\"name\":\"%s\",", field->name);
    print_type("type", field->type);
    if (field->flags & WEFT_FIELD_DEFAULT)
        printf(",\"has_default\":true");
    if ((field->flags & WEFT_FIELD_DEFAULT) && !(field->flags & WEFT_FIELD_UNTOLD)) {
        printf(",\"default\":");
        describe_default(field);
    }
    printf("}");
}

static void print_fields(const weft_type *type)
{
    printf("\"fields\":[");
    for (uint32_t i = 0; i < type->n; i++) {
        printf(i > 0 ? "," : "");
        print_field(&type->fields[i]);
    }
    printf("]");
}

static int print_piece(void *user, const char *text, size_t len)
{
    (void)user;
    (void)fwrite(text, 1, len, stdout);
    return 0;
}

/* "doc":"…", where there is one. */
static void print_doc(weft_str doc)
{
    if (doc.len == 0)
        return;
    printf("\"doc\":");
    (void)weft_gen_print(&weft_type_str, &doc, print_piece, NULL);
    printf(",");
}

static void print_method(const weft_method *method, const weft_reflection_description *description_or_null)
{
    uint32_t field = 0, channel = 0;
    printf("{\"name\":\"%s\",\"id\":\"%016llx\",", method->name, (unsigned long long)method->id);
    for (size_t i = 0; description_or_null && i < description_or_null->methods.len; i++) {
        if (weft_str_equal(description_or_null->methods.items[i].name, weft_str_from(method->name)))
            print_doc(description_or_null->methods.items[i].doc);
    }
    printf("\"parameters\":[");
    for (uint32_t place = 0; place < method->args->n + method->n_channels; place++) {
        printf(place > 0 ? "," : "");
        if (channel < method->n_channels && method->channels[channel].place == place) {
            const weft_channel_param *param = &method->channels[channel++];
            printf("{\"name\":\"%s\",", param->name);
            print_type("type", param->element);
            printf(",\"channel\":\"%s\",\"optional\":%s}", param->direction == WEFT_CHANNEL_TX ? "tx" : "rx",
                   param->optional ? "true" : "false");
        } else if (field < method->args->n) {
            print_field(&method->args->fields[field++]);
        }
    }
    printf("],");
    print_type("result", method->result);
    printf(",");
    print_type("error", method->error);
    printf(",\"idempotent\":%s,\"persistent\":%s}", method->flags & WEFT_METHOD_IDEMPOTENT ? "true" : "false",
           method->flags & WEFT_METHOD_PERSISTENT ? "true" : "false");
}

static void print_service(const weft_service_type *service, const weft_method *only_or_null,
                          const weft_reflection_description *description_or_null)
{
    printf("{\"name\":\"%s\",\"id\":\"%016llx\",", service->name, (unsigned long long)service->id);
    if (description_or_null)
        print_doc(description_or_null->doc);
    printf("\"methods\":[");
    bool is_first = true;
    for (uint32_t i = 0; i < service->n_methods; i++) {
        if (only_or_null && &service->methods[i] != only_or_null)
            continue;
        printf(is_first ? "" : ",");
        print_method(&service->methods[i], description_or_null);
        is_first = false;
    }
    printf("]}");
}

static void print_declaration(const weft_type *type)
{
    printf("{\"name\":\"%s\",\"id\":\"%016llx\",\"kind\":\"%s\",", type->name, (unsigned long long)type->id,
           weft_kind_name((weft_kind)type->kind));
    if (type->kind == WEFT_KIND_STRUCT) {
        print_fields(type);
        printf("}");
        return;
    }
    printf("\"variants\":[");
    for (uint32_t i = 0; i < type->n; i++) {
        const weft_variant *variant = &type->variants[i];
        printf("%s{\"name\":\"%s\"", i > 0 ? "," : "", variant->name);
        printf("%s", variant->payload ? "," : "");
        if (variant->payload && variant->has_fields)
            print_fields(variant->payload);
        else if (variant->payload)
            print_type("payload", variant->payload);
        printf("}");
    }
    printf("]}");
}

void describe_list_json(const weft_reflection_listing *listing)
{
    printf("{\"services\":[");
    for (size_t i = 0; i < listing->services.len; i++) {
        const weft_reflection_offered *offered = &listing->services.items[i];
        printf("%s{", i > 0 ? "," : "");
        print_doc(offered->doc);
        printf("\"id\":\"%016llx\",\"name\":", (unsigned long long)offered->id);
        (void)weft_gen_print(&weft_type_str, &offered->name, print_piece, NULL);
        printf("}");
    }
    printf("],\"weft\":");
    (void)weft_gen_print(&weft_type_str, &listing->weft, print_piece, NULL);
    printf("}\n");
}

void describe_json(const weft_service_type *const *services, size_t n_services, const weft_method *method_or_null,
                   const weft_reflection_description *description_or_null, const type_list *types)
{
    printf("{\"services\":[");
    for (size_t i = 0; i < n_services; i++) {
        printf(i > 0 ? "," : "");
        print_service(services[i], method_or_null, description_or_null);
    }
    printf("],\"types\":[");
    for (size_t i = 0; i < types->n; i++) {
        printf(i > 0 ? "," : "");
        print_declaration(types->items[i]);
    }
    printf("]}\n");
}

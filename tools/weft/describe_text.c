/* Services and types in the words of the IDL. */
#include "tools/weft/describe.h"

#include <stdio.h>
#include <stdlib.h>

/* ---- which types ---- */

static bool has(const type_list *list, const weft_type *type)
{
    for (size_t i = 0; i < list->n; i++) {
        if (list->items[i] == type)
            return true;
    }
    return false;
}

static bool push(type_list *list, const weft_type *type)
{
    if (list->n == list->room) {
        size_t room = list->room ? list->room * 2 : 32;
        const weft_type **items = realloc((void *)list->items, room * sizeof(void *));
        if (!items)
            return false;
        list->items = items;
        list->room = room;
    }
    list->items[list->n++] = type;
    return true;
}

/* The named types that stand in it without another named one between: they are looked into later. */
static bool push_inside(type_list *list, const weft_type *type)
{
    while (type && !type->name && (type->kind == WEFT_KIND_MAP || type->element)) /* keys have no names */
        type = type->element;
    if (!type || type->kind < WEFT_KIND_STRUCT || (type->name && has(list, type)))
        return true;
    if (type->name)
        return push(list, type);
    bool good = true; /* a struct without a name: the fields of a variant, parameters */
    for (uint32_t i = 0; i < type->n && good; i++)
        good = push_inside(list, type->fields[i].type);
    return good;
}

bool type_list_add(type_list *list, const weft_type *type_or_null)
{
    size_t from = list->n;
    bool good = push_inside(list, type_or_null);
    for (size_t at = from; at < list->n && good; at++) { /* it grows meanwhile */
        const weft_type *type = list->items[at];
        for (uint32_t i = 0; i < type->n && good; i++)
            good = push_inside(list, type->kind == WEFT_KIND_ENUM ? type->variants[i].payload : type->fields[i].type);
    }
    return good;
}

bool type_list_add_method(type_list *list, const weft_method *method)
{
    bool good = type_list_add(list, method->args);
    for (uint32_t i = 0; i < method->n_channels && good; i++)
        good = type_list_add(list, method->channels[i].element);
    return good && type_list_add(list, method->result) && type_list_add(list, method->error);
}

/* ---- words ---- */

void describe_type_name(const weft_type *type)
{
    switch (type->kind) {
    case WEFT_KIND_LIST:
    case WEFT_KIND_OPTION:
        printf("%s<", weft_kind_name((weft_kind)type->kind));
        describe_type_name(type->element);
        printf(">");
        break;
    case WEFT_KIND_ARRAY:
        printf("array<");
        describe_type_name(type->element);
        printf(", %u>", (unsigned)type->n);
        break;
    case WEFT_KIND_MAP:
        printf("map<");
        describe_type_name(type->key);
        printf(", ");
        describe_type_name(type->element);
        printf(">");
        break;
    default: printf("%s", type->name ? type->name : weft_kind_name((weft_kind)type->kind)); break;
    }
}

static int print_piece(void *user, const char *text, size_t len)
{
    (void)user;
    (void)fwrite(text, 1, len, stdout);
    return 0;
}

void describe_default(const weft_field *field)
{
    static const uint64_t zero[4];
    weft_value value;
    weft_arena *arena;
    if (field->flags & WEFT_FIELD_UNTOLD) {
        printf("?");
    } else if (field->default_value || field->type->c_size <= sizeof zero) {
        (void)weft_gen_print(field->type, field->default_value ? field->default_value : zero, print_piece, NULL);
    } else if (weft_arena_new(NULL, &arena) == 0) {
        if (weft_value_new(field->type, arena, &value) == 0)
            (void)weft_gen_print(field->type, value.at, print_piece, NULL);
        weft_arena_free(arena);
    }
}

static void print_field(const weft_field *field)
{
    weft_kind kind = (weft_kind)field->type->kind;
    printf("%s: ", field->name);
    describe_type_name(field->type);
    if (!(field->flags & WEFT_FIELD_DEFAULT) || kind == WEFT_KIND_OPTION)
        return;
    printf(" = ");
    const weft_value value = { field->type, (void *)field->default_value };
    const char *variant = field->default_value ? weft_value_variant(value) : NULL;
    if (variant)
        printf("%s", variant);
    else if (kind == WEFT_KIND_LIST || kind == WEFT_KIND_MAP || kind == WEFT_KIND_STRUCT)
        printf("%s", kind == WEFT_KIND_LIST ? "[]" : "{}");
    else
        describe_default(field);
}

static void print_channel(const weft_channel_param *channel)
{
    printf("%s: %s%s<", channel->name, channel->optional ? "option<" : "",
           channel->direction == WEFT_CHANNEL_TX ? "tx" : "rx");
    describe_type_name(channel->element);
    printf(channel->optional ? ">>" : ">");
}

/* Lines with "/// " in front. */
static void print_doc(weft_str doc, const char *indent)
{
    bool is_start = true;
    for (size_t i = 0; i < doc.len; i++) {
        unsigned char c = (unsigned char)doc.ptr[i];
        if (is_start)
            printf("%s///%s", indent, c == '\n' ? "" : " ");
        is_start = c == '\n';
        putchar(c < 0x20 && c != '\n' ? '?' : c); /* it comes from elsewhere */
    }
    if (!is_start)
        putchar('\n');
}

static const weft_reflection_method *told_of(const weft_method *method,
                                             const weft_reflection_description *description_or_null)
{
    for (size_t i = 0; description_or_null && i < description_or_null->methods.len; i++) {
        if (weft_str_equal(description_or_null->methods.items[i].name, weft_str_from(method->name)))
            return &description_or_null->methods.items[i];
    }
    return NULL;
}

void describe_method(const weft_method *method, const weft_reflection_description *description_or_null,
                     const char *indent)
{
    uint32_t field = 0, channel = 0;
    const weft_reflection_method *told = told_of(method, description_or_null);
    if (told)
        print_doc(told->doc, indent);
    if (method->flags & WEFT_METHOD_IDEMPOTENT)
        printf("%s@idempotent\n", indent);
    if (method->flags & WEFT_METHOD_PERSISTENT)
        printf("%s@persistent\n", indent);
    if (method->timeout_ns != WEFT_TIMEOUT_DEFAULT)
        printf("%s@timeout(\"%llums\")\n", indent, (unsigned long long)(method->timeout_ns / WEFT_NS_PER_MS));
    printf("%s%s(", indent, method->name);
    for (uint32_t place = 0; place < method->args->n + method->n_channels; place++) {
        printf(place > 0 ? ", " : "");
        if (channel < method->n_channels && method->channels[channel].place == place)
            print_channel(&method->channels[channel++]);
        else if (field < method->args->n)
            print_field(&method->args->fields[field++]);
    }
    printf(")");
    if (method->result || method->error)
        printf(" -> ");
    if (method->result)
        describe_type_name(method->result);
    else if (method->error)
        printf("unit");
    if (method->error) {
        printf(" ! ");
        describe_type_name(method->error);
    }
    printf(";\n");
}

void describe_service(const weft_service_type *service, const weft_reflection_description *description_or_null)
{
    if (description_or_null)
        print_doc(description_or_null->doc, "");
    printf("service %s {\n", service->name);
    for (uint32_t i = 0; i < service->n_methods; i++)
        describe_method(&service->methods[i], description_or_null, "  ");
    printf("}\n");
}

static void print_variant(const weft_variant *variant)
{
    printf("  %s", variant->name);
    if (variant->has_fields) {
        printf(" {");
        for (uint32_t i = 0; i < variant->payload->n; i++) {
            printf(" ");
            print_field(&variant->payload->fields[i]);
            printf(";");
        }
        printf(" }");
    } else if (variant->payload) {
        printf("(");
        describe_type_name(variant->payload);
        printf(")");
    }
    printf(";\n");
}

void describe_type(const weft_type *type)
{
    printf("%s %s {\n", weft_kind_name((weft_kind)type->kind), type->name);
    for (uint32_t i = 0; i < type->n; i++) {
        if (type->kind == WEFT_KIND_ENUM) {
            print_variant(&type->variants[i]);
            continue;
        }
        printf("  ");
        print_field(&type->fields[i]);
        printf(";\n");
    }
    printf("}\n");
}

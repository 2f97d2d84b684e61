/* `weft describe`: what a server, or a file, declares. */
#include "tools/weft/describe.h"

#include <stdio.h>
#include <stdlib.h>

/* What a name means: all of it NULL: nothing; said. */
typedef struct subject {
    const weft_service_type *service;
    const weft_method *method; /* of the service */
    const weft_type *type;
} subject;

static int find_subject(const weft_schema *schema, const char *name, subject *ret)
{
    uint32_t method;
    subject found = { .type = weft_schema_type(schema, name) };
    if (!found.type && strchr(name, '/')) {
        if (tool_find_method(schema, name, &found.service, &method))
            return TOOL_EXIT_USAGE;
        found.method = &found.service->methods[method];
    } else if (!found.type) {
        found.service = tool_find_service(schema, name, strlen(name));
        if (!found.service)
            return TOOL_EXIT_USAGE;
    }
    *ret = found;
    return 0;
}

static void print_subject(const subject *s, const type_list *types)
{
    if (s->method)
        describe_method(s->method, "");
    else if (s->service)
        describe_service(s->service);
    for (size_t i = 0; i < types->n; i++) {
        if (i > 0 || s->service)
            printf("\n");
        describe_type(types->items[i]);
    }
}

static int describe_subject(const weft_schema *schema, const char *name, bool json)
{
    subject s = { 0 };
    type_list types = { 0 };
    int status = find_subject(schema, name, &s);
    if (status)
        return status;
    bool good = type_list_add(&types, s.type);
    if (s.method)
        good = good && type_list_add_method(&types, s.method);
    for (uint32_t i = 0; s.service && !s.method && i < s.service->n_methods && good; i++)
        good = type_list_add_method(&types, &s.service->methods[i]);
    if (good && json)
        describe_json(&s.service, s.service ? 1 : 0, s.method, &types);
    else if (good)
        print_subject(&s, &types);
    else
        tool_say("%s", weft_strerror(WEFT_ENOMEM));
    free((void *)types.items);
    return good ? 0 : TOOL_EXIT_FAILED;
}

static int describe_all(const weft_schema *schema, bool json)
{
    type_list types = { 0 };
    const weft_service_type *service;
    size_t n = 0;
    while (weft_schema_service(schema, n))
        n++;
    const weft_service_type **services = calloc(n + 1, sizeof(void *));
    bool good = services != NULL;
    for (size_t i = 0; good && (service = weft_schema_service(schema, i)) != NULL; i++) {
        services[i] = service;
        for (uint32_t m = 0; m < service->n_methods && good; m++)
            good = type_list_add_method(&types, &service->methods[m]);
        if (good && !json) {
            printf(i > 0 ? "\n" : "");
            describe_service(service);
        }
    }
    if (good && json)
        describe_json(services, n, NULL, &types);
    if (!good)
        tool_say("%s", weft_strerror(WEFT_ENOMEM));
    free((void *)types.items);
    free((void *)services);
    return good ? 0 : TOOL_EXIT_FAILED;
}

static int describe_schema(const weft_schema *schema, const char *name_or_null, bool json)
{
    return name_or_null ? describe_subject(schema, name_or_null, json) : describe_all(schema, json);
}

static int describe_file(const tool_options *options)
{
    weft_schema *schema;
    if (options->n_words > 1) {
        tool_say("describe: with --idl there is no URL");
        return TOOL_EXIT_USAGE;
    }
    int status = tool_schema_of_file(options, options->idl_file, &schema);
    if (status)
        return status;
    status = describe_schema(schema, options->n_words ? options->words[0] : NULL, options->json);
    weft_schema_free(schema);
    return status;
}

int tool_describe(const tool_options *options)
{
    if (options->idl_file)
        return describe_file(options);
    tool_say("describe: --idl FILE is needed");
    return TOOL_EXIT_USAGE;
}

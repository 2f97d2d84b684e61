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

static void print_subject(const subject *s, const weft_reflection_description *description, const type_list *types)
{
    if (s->method)
        describe_method(s->method, description, "");
    else if (s->service)
        describe_service(s->service, description);
    for (size_t i = 0; i < types->n; i++) {
        if (i > 0 || s->service)
            printf("\n");
        describe_type(types->items[i]);
    }
}

static int describe_subject(const weft_schema *schema, const weft_reflection_description *description, const char *name,
                            bool json)
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
        describe_json(&s.service, s.service ? 1 : 0, s.method, description, &types);
    else if (good)
        print_subject(&s, description, &types);
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
            describe_service(service, NULL);
        }
    }
    if (good && json)
        describe_json(services, n, NULL, NULL, &types);
    if (!good)
        tool_say("%s", weft_strerror(WEFT_ENOMEM));
    free((void *)types.items);
    free((void *)services);
    return good ? 0 : TOOL_EXIT_FAILED;
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
    status = options->n_words ? describe_subject(schema, NULL, options->words[0], options->json)
                              : describe_all(schema, options->json);
    weft_schema_free(schema);
    return status;
}

/* ---- servers ---- */

static void on_listed(void *user, const weft_reflection_listing *listing_or_null)
{
    tool *t = user;
    if (!listing_or_null) {
        tool_fail(t, TOOL_EXIT_FAILED);
        return;
    }
    if (t->options->json)
        describe_list_json(listing_or_null);
    for (size_t i = 0; !t->options->json && i < listing_or_null->services.len; i++) {
        weft_str name = listing_or_null->services.items[i].name;
        printf("%s\n", tool_harmless(t->arena, name));
    }
    tool_end(t);
}

static void on_described(void *user, weft_schema *schema_or_null,
                         const weft_reflection_description *description_or_null)
{
    tool *t = user;
    const char *name = t->options->words[1], *slash = strrchr(name, '/');
    char whole[512];
    int status = TOOL_EXIT_FAILED;
    if (schema_or_null) { /* it has been found by what may be the end of its name */
        (void)snprintf(whole, sizeof whole, "%s%s", weft_schema_service(schema_or_null, 0)->name, slash ? slash : "");
        status = describe_subject(schema_or_null, description_or_null, whole, t->options->json);
    }
    weft_schema_free(schema_or_null);
    if (status)
        tool_fail(t, status);
    else
        tool_end(t);
}

int tool_describe(const tool_options *options)
{
    static tool the_tool;
    tool *t = &the_tool;
    if (options->idl_file)
        return describe_file(options);
    if (options->n_words == 0) {
        tool_say("describe: a URL is missing, or --idl FILE");
        return TOOL_EXIT_USAGE;
    }
    if (tool_begin(t, options))
        return TOOL_EXIT_FAILED;
    t->user = t;
    int status = tool_connect(t, options->words[0]);
    const char *name = options->n_words > 1 ? options->words[1] : NULL;
    if (!status && name)
        status = tool_reflect_service(t, weft_str_of(name, strcspn(name, "/")), on_described, t);
    else if (!status)
        status = tool_reflect_list(t, on_listed, t);
    if (status)
        tool_fail(t, status);
    return tool_run(t);
}

/* Schemas of servers, by reflection: the list of what is offered, to find what a name means, and the description of the
 * one. */
#include "tools/weft/reflect.h"

#include <stdio.h>
#include <string.h>

/* One question at a time. */
typedef struct asker {
    tool *t;
    weft_reflection_reflection_client client;
    const char *name; /* the service that is wanted; NULL: the list */
    tool_listed_fn listed;
    tool_described_fn described;
    void *user;
} asker;

static weft_call_options call_options(asker *a, const weft_metadata *metadata)
{
    weft_call_options options = weft_call_options_default();
    options.timeout_ns = a->t->options->timeout_ns;
    options.metadata = metadata;
    return options;
}

/* The answer: NULL where it has been said why not. */
static void end(asker *a, const weft_reflection_listing *listing, weft_schema *schema,
                const weft_reflection_description *description)
{
    weft_connection_release(a->client.connection);
    a->client.connection = NULL;
    if (a->name)
        a->described(a->user, schema, description);
    else
        a->listed(a->user, listing);
}

static void say_failure(asker *a, const weft_result *result)
{
    if (a->t->n_signals > 0 || a->t->is_ending)
        return;
    const char *text = result->text.len ? result->text.ptr : weft_strerror(result->code);
    tool_say("reflection: %.*s", result->text.len ? (int)result->text.len : (int)strlen(text), text);
}

/* ---- the description ---- */

static weft_schema *schema_of(const weft_schema_source *source, const weft_reflection_description *description)
{
    weft_error error = { 0 };
    weft_schema *schema = NULL;
    if (weft_schema_new(NULL, source, &schema, &error))
        tool_say("the server's description of %.*s: %s", (int)description->name.len, description->name.ptr, error.text);
    return schema;
}

/* Those that are told by name, by the ids of a schema of the same source. */
static size_t timeouts_of(const weft_reflection_description *description, const weft_schema *schema,
                          weft_schema_timeout *ret_timeouts)
{
    const weft_service_type *service = weft_schema_service(schema, 0);
    size_t n = 0;
    for (size_t i = 0; i < description->methods.len; i++) {
        const weft_reflection_method *told = &description->methods.items[i];
        for (uint32_t m = 0; told->timeout.has && told->timeout.value.ns > 0 && m < service->n_methods; m++) {
            if (weft_str_equal(told->name, weft_str_from(service->methods[m].name)))
                ret_timeouts[n++] = (weft_schema_timeout){ service->methods[m].id, (uint64_t)told->timeout.value.ns };
        }
    }
    return n;
}

/* NULL: said why not. */
static weft_schema *open_schema(const weft_reflection_description *description, weft_arena *arena)
{
    weft_schema_source source = { .size = sizeof source, .types = description->types };
    weft_schema_default *defaults = weft_arena_array(arena, weft_schema_default, description->defaults.len);
    weft_schema_timeout *timeouts = weft_arena_array(arena, weft_schema_timeout, description->methods.len);
    if (!defaults || !timeouts) {
        tool_say("%s", weft_strerror(WEFT_ENOMEM));
        return NULL;
    }
    for (size_t i = 0; i < description->defaults.len; i++) {
        const weft_reflection_default *told = &description->defaults.items[i];
        defaults[i] = (weft_schema_default){ told->owner, told->variant, told->place, told->value };
    }
    source.services = &description->service;
    source.n_services = 1;
    source.defaults = defaults;
    source.n_defaults = description->defaults.len;
    weft_schema *schema = schema_of(&source, description);
    if (!schema)
        return NULL;
    source.timeouts = timeouts;
    source.n_timeouts = timeouts_of(description, schema, timeouts);
    weft_schema_free(schema);
    return schema_of(&source, description);
}

static void on_described(void *user, const weft_reflection_reflection_describe_reply *reply)
{
    asker *a = user;
    weft_schema *schema = NULL;
    if (reply->result.code)
        say_failure(a, &reply->result);
    else if (reply->error)
        tool_say("%s: %s", a->name,
                 reply->error->kind == WEFT_REFLECTION_DESCRIBE_ERROR_UNKNOWN_SERVICE
                     ? "there is no such service"
                     : "the server does not describe it; --idl FILE does");
    else
        schema = open_schema(reply->value, a->t->arena);
    end(a, NULL, schema, schema ? reply->value : NULL);
}

/* ---- the list ---- */

/* The whole name that a->name stands for: NULL: said why. In the tool's arena. */
static const char *whole_name(asker *a, const weft_reflection_listing *listing)
{
    weft_str found = { NULL, 0 };
    for (size_t i = 0; i < listing->services.len; i++) {
        weft_str name = listing->services.items[i].name;
        if (!tool_is_name_of(name, weft_str_from(a->name)))
            continue;
        if (name.len == strlen(a->name))
            return a->name;
        if (found.ptr) {
            tool_say("%s may be %.*s or %.*s", a->name, (int)found.len, found.ptr, (int)name.len, name.ptr);
            return NULL;
        }
        found = name;
    }
    if (!found.ptr) {
        tool_say("there is no service %s", a->name);
        return NULL;
    }
    return weft_arena_copy_str(a->t->arena, found).ptr;
}

static void ask_description(asker *a)
{
    const weft_metadata metadata = { a->t->options->metadata, a->t->options->n_metadata };
    weft_call_options options = call_options(a, &metadata);
    const weft_reflection_reflection_describe_args args = { weft_str_from(a->name) };
    int status = weft_reflection_reflection_describe(a->client, &args, &options, on_described, a, NULL);
    if (!status)
        return;
    tool_say("reflection: %s", weft_strerror(status));
    end(a, NULL, NULL, NULL);
}

static void on_listed(void *user, const weft_reflection_reflection_list_reply *reply)
{
    asker *a = user;
    if (reply->result.code) {
        say_failure(a, &reply->result);
        end(a, NULL, NULL, NULL);
        return;
    }
    if (!a->name) {
        end(a, reply->value, NULL, NULL);
        return;
    }
    a->name = whole_name(a, reply->value);
    if (a->name) {
        ask_description(a);
        return;
    }
    a->name = "";
    end(a, NULL, NULL, NULL);
}

static void on_opened(void *user, weft_reflection_reflection_client client, const weft_error *error_or_null)
{
    asker *a = user;
    a->client = client;
    if (!client.connection) {
        tool_say_refused(a->t, "the server does not tell of itself: --idl FILE does", error_or_null);
        end(a, NULL, NULL, NULL);
        return;
    }
    const weft_metadata metadata = { a->t->options->metadata, a->t->options->n_metadata };
    weft_call_options options = call_options(a, &metadata);
    int status = weft_reflection_reflection_list(client, &options, on_listed, a, NULL);
    if (!status)
        return;
    tool_say("reflection: %s", weft_strerror(status));
    end(a, NULL, NULL, NULL);
}

static int ask(asker *a)
{
    weft_open_options options = tool_open_options(a->t->options);
    const weft_metadata metadata = { a->t->options->metadata, a->t->options->n_metadata };
    options.metadata = &metadata;
    int status = weft_reflection_reflection_open(a->t->session, &options, on_opened, a);
    if (status)
        tool_say("reflection: %s", weft_strerror(status));
    return status ? TOOL_EXIT_FAILED : 0;
}

static asker the_asker; /* one a process */

int tool_reflect_list(tool *t, tool_listed_fn listed, void *user)
{
    the_asker = (asker){ .t = t, .listed = listed, .user = user };
    return ask(&the_asker);
}

int tool_reflect_service(tool *t, weft_str name, tool_described_fn described, void *user)
{
    the_asker = (asker){ .t = t, .described = described, .user = user };
    the_asker.name = weft_arena_copy_str(t->arena, name).ptr;
    return the_asker.name ? ask(&the_asker) : TOOL_EXIT_FAILED;
}

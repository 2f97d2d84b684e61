/* Finding what a name means in a schema. */
#include "tools/weft/tool.h"

#include <string.h>

bool tool_is_name_of(weft_str whole, weft_str name)
{
    if (name.len == 0 || whole.len < name.len || memcmp(whole.ptr + whole.len - name.len, name.ptr, name.len) != 0)
        return false;
    return whole.len == name.len || whole.ptr[whole.len - name.len - 1] == '.';
}

const weft_service_type *tool_find_service(const weft_schema *schema, const char *name, size_t len)
{
    const weft_service_type *found = NULL, *service;
    for (size_t i = 0; (service = weft_schema_service(schema, i)) != NULL; i++) {
        if (strlen(service->name) == len && memcmp(service->name, name, len) == 0)
            return service;
        if (!tool_is_name_of(weft_str_from(service->name), weft_str_of(name, len)))
            continue;
        if (found) {
            tool_say("%.*s may be %s or %s", (int)len, name, found->name, service->name);
            return NULL;
        }
        found = service;
    }
    if (!found)
        tool_say("there is no service %.*s", (int)len, name);
    return found;
}

int tool_find_method(const weft_schema *schema, const char *name, const weft_service_type **ret_service,
                     uint32_t *ret_method)
{
    const char *slash = strrchr(name, '/');
    if (!slash) {
        tool_say("SERVICE/METHOD was expected, not %s", name);
        return TOOL_EXIT_USAGE;
    }
    const weft_service_type *service = tool_find_service(schema, name, (size_t)(slash - name));
    for (uint32_t i = 0; service && i < service->n_methods; i++) {
        if (strcmp(service->methods[i].name, slash + 1) == 0) {
            *ret_service = service;
            *ret_method = i;
            return 0;
        }
    }
    if (service)
        tool_say("%s has no method %s", service->name, slash + 1);
    return TOOL_EXIT_USAGE;
}

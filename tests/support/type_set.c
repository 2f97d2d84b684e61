/* Walking the graph of types. */
#include "tests/support/type_set.h"

static bool has(const weft_test_type_set *set, const weft_type *type)
{
    for (size_t i = 0; i < set->n; i++) {
        if (set->types[i] == type)
            return true;
    }
    return false;
}

void weft_test_type_set_add(weft_test_type_set *set, const weft_type *type_or_null)
{
    const weft_type *type = type_or_null;
    if (!type || has(set, type) || set->n == WEFT_TEST_TYPES_MAX)
        return;
    set->types[set->n++] = type;
    weft_test_type_set_add(set, type->key);
    weft_test_type_set_add(set, type->element);
    for (uint32_t i = 0; type->kind == WEFT_KIND_STRUCT && i < type->n; i++)
        weft_test_type_set_add(set, type->fields[i].type);
    for (uint32_t i = 0; type->kind == WEFT_KIND_ENUM && i < type->n; i++)
        weft_test_type_set_add(set, type->variants[i].payload);
}

void weft_test_type_set_add_service(weft_test_type_set *set, const weft_service_type *service)
{
    for (uint32_t i = 0; i < service->n_methods; i++) {
        weft_test_type_set_add(set, service->methods[i].args);
        weft_test_type_set_add(set, service->methods[i].result);
        weft_test_type_set_add(set, service->methods[i].error);
    }
}

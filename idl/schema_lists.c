/* Which types each method's Schema messages carry [schema.send]. */
#include "idl/schema_internal.h"

#include "runtime/base/error.h"

#include <stdlib.h>

/* A walk from one root. Every type is marked with the number of the last walk that came by, so that nothing has to be
 * cleared between walks. */
typedef struct lister {
    weft__schema_maker *maker;
    const weft__idl_schema *schema;
    uint32_t *marks; /* by the place among the schema's types */
    uint32_t walk;
    size_t *reached; /* places, in the order in which they were met */
    size_t n_reached;
    size_t n_listed; /* over all walks */
} lister;

static int list_visit(void *ctx, const weft__model_decl *decl)
{
    lister *l = ctx;
    size_t place = (size_t)(weft__idl_schema_type_of(l->schema, decl) - l->schema->types);
    if (l->marks[place] == l->walk)
        return 0;
    l->marks[place] = l->walk;
    l->reached[l->n_reached++] = place;
    return 0;
}

static int place_compare(const void *a, const void *b)
{
    size_t x = *(const size_t *)a, y = *(const size_t *)b;
    return (x > y) - (x < y);
}

static int too_many(lister *l, const weft__idl_schema_method *method, const char *what, size_t max)
{
    weft_error *error = l->maker->error;
    weft__error_set(error, WEFT_EINVAL, "");
    weft__error_add_text(error, method->full_name);
    weft__error_add_text(error, weft_str_from(what));
    weft__error_add_number(error, max);
    weft__error_add_text(error, WEFT_STR(" types"));
    return WEFT_EINVAL;
}

static int list_root(lister *l, weft__idl_schema_method *method, unsigned direction)
{
    l->walk++;
    l->n_reached = 0;
    method->types[direction] = NULL;
    method->n_types[direction] = 0;
    (void)weft__schema_each_of_root(method->method, direction, list_visit, l);
    for (size_t i = 0; i < l->n_reached; i++)
        (void)weft__schema_each_reference(l->schema->types[l->reached[i]].decl, list_visit, l);
    if (l->n_reached > WEFT__SCHEMA_TYPES_MAX) /* [schema.required] */
        return too_many(l, method, " leads to more than ", WEFT__SCHEMA_TYPES_MAX);
    l->n_listed += l->n_reached;
    if (l->n_listed > WEFT__IDL_SCHEMA_LISTED_MAX)
        return too_many(l, method, ": with this one the methods lead to more than ", WEFT__IDL_SCHEMA_LISTED_MAX);
    if (l->n_reached == 0)
        return 0;
    const weft__idl_schema_type **types =
        weft_arena_array(l->maker->arena, const weft__idl_schema_type *, l->n_reached);
    if (!types)
        return WEFT_ENOMEM;
    qsort(l->reached, l->n_reached, sizeof *l->reached, place_compare);
    for (size_t i = 0; i < l->n_reached; i++)
        types[i] = &l->schema->types[l->reached[i]];
    method->types[direction] = types;
    method->n_types[direction] = l->n_reached;
    return 0;
}

int weft__schema_list_types(weft__schema_maker *maker, const weft__idl_schema *schema)
{
    lister l = { .maker = maker, .schema = schema };
    l.marks = weft_arena_array(maker->scratch, uint32_t, schema->n_types);
    l.reached = weft_arena_array(maker->scratch, size_t, schema->n_types);
    if (!l.marks || !l.reached)
        return WEFT_ENOMEM;
    if (schema->n_types > 0)
        memset(l.marks, 0, schema->n_types * sizeof *l.marks);
    int err = 0;
    for (size_t i = 0; i < schema->n_services; i++)
        for (size_t k = 0; k < schema->services[i].n_methods; k++)
            for (unsigned direction = 0; !err && direction < 2; direction++)
                err = list_root(&l, &schema->services[i].methods[k], direction);
    return err;
}

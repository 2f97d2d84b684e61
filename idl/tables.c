/* A model as tables: see tables.h. */
#include "idl/tables.h"

/* The model's kinds of scalars are those of the tables. */
_Static_assert((int)WEFT__MODEL_BOOL == (int)WEFT_KIND_BOOL, "scalars are numbered alike");
_Static_assert((int)WEFT__MODEL_DURATION == (int)WEFT_KIND_DURATION, "scalars are numbered alike");

typedef struct maker {
    const weft__idl_tables *tables;
    weft_arena *arena;
    int status;
} maker;

static void *make(maker *m, size_t n, size_t size)
{
    void *memory = weft_arena_alloc_array(m->arena, n, size, 16);
    if (memory)
        memset(memory, 0, n * size);
    else
        m->status = WEFT_ENOMEM;
    return memory;
}

static const weft_type *scalar_table(weft__model_type_kind kind)
{
#define TABLE(name, ctype) &weft_type_##name,
    static const weft_type *const tables[] = { WEFT_BUILTIN_TYPES(TABLE) };
#undef TABLE
    return tables[kind - WEFT__MODEL_BOOL];
}

const weft_type *weft__idl_table_of_decl(const weft__idl_tables *tables, const weft__model_decl *decl)
{
    return &tables->declared[weft__idl_schema_type_of(tables->schema, decl) - tables->schema->types];
}

const weft_type *weft__idl_table_of(const weft__idl_tables *tables, const weft__model_type *type)
{
    if (type->decl)
        return weft__idl_table_of_decl(tables, type->decl);
    return type->kind <= WEFT__MODEL_DURATION ? scalar_table(type->kind) : &tables->composites[type->index];
}

static const char *const *make_was(maker *m, const weft_str *was, size_t n)
{
    if (n == 0)
        return NULL;
    const char **names = make(m, n + 1, sizeof *names);
    for (size_t i = 0; names && i < n; i++)
        names[i] = was[i].ptr;
    return names;
}

static weft_field make_field(maker *m, const weft__model_field *field)
{
    return (weft_field){ .name = field->name.ptr,
                         .type = weft__idl_table_of(m->tables, field->type),
                         .flags = (field->has_default ? WEFT_FIELD_DEFAULT : 0) |
                                  (field->sensitive ? WEFT_FIELD_SENSITIVE : 0),
                         .was = make_was(m, field->was, field->n_was) };
}

/* Of a struct, or of a variant's payload. */
static void make_struct(maker *m, const weft__model_field *fields, size_t n, weft_type *type)
{
    weft_field *made = make(m, n, sizeof *made);
    for (size_t i = 0; made && i < n; i++)
        made[i] = make_field(m, &fields[i]);
    type->abi = WEFT_GEN_ABI;
    type->kind = WEFT_KIND_STRUCT;
    type->n = (uint32_t)n;
    type->fields = made;
}

static void make_enum(maker *m, const weft__model_decl *decl, weft_type *type)
{
    size_t n = decl->as.enumeration.n_variants;
    weft_variant *made = make(m, n, sizeof *made);
    for (size_t i = 0; made && i < n; i++) {
        const weft__model_variant *variant = &decl->as.enumeration.variants[i];
        made[i].name = variant->name.ptr;
        made[i].was = make_was(m, variant->was, variant->n_was);
        made[i].has_fields = variant->payload == WEFT__MODEL_PAYLOAD_FIELDS;
        if (variant->payload == WEFT__MODEL_PAYLOAD_VALUE)
            made[i].payload = weft__idl_table_of(m->tables, variant->type);
        weft_type *fields = made[i].has_fields ? make(m, 1, sizeof *fields) : NULL;
        if (fields) {
            make_struct(m, variant->fields, variant->n_fields, fields);
            made[i].payload = fields;
        }
    }
    type->abi = WEFT_GEN_ABI;
    type->kind = WEFT_KIND_ENUM;
    type->flags = decl->as.enumeration.is_closed ? WEFT_TYPE_CLOSED : 0;
    type->n = (uint32_t)n;
    type->variants = made;
}

static void make_composite(const weft__idl_tables *tables, const weft__model_type *type, weft_type *made)
{
    static const uint8_t kinds[] = { [WEFT__MODEL_LIST] = WEFT_KIND_LIST,
                                     [WEFT__MODEL_MAP] = WEFT_KIND_MAP,
                                     [WEFT__MODEL_ARRAY] = WEFT_KIND_ARRAY,
                                     [WEFT__MODEL_OPTION] = WEFT_KIND_OPTION };
    made->abi = WEFT_GEN_ABI;
    made->kind = kinds[type->kind];
    made->n = type->n_array;
    made->element = weft__idl_table_of(tables, type->element);
    made->key = type->key ? weft__idl_table_of(tables, type->key) : NULL;
}

int weft__idl_tables_make(const weft__model *model, const weft__idl_schema *schema, weft_arena *arena,
                          weft__idl_tables *ret_tables)
{
    weft__idl_tables tables = { .model = model, .schema = schema };
    maker m = { .tables = &tables, .arena = arena };
    weft_type *declared = make(&m, schema->n_types, sizeof *declared);
    weft_type *composites = make(&m, model->n_types, sizeof *composites);
    if (m.status)
        return m.status;
    tables.declared = declared;
    tables.composites = composites;
    for (size_t i = 0; i < schema->n_types; i++) {
        const weft__model_decl *decl = schema->types[i].decl;
        if (decl->kind == WEFT__MODEL_DECL_STRUCT)
            make_struct(&m, decl->as.structure.fields, decl->as.structure.n_fields, &declared[i]);
        else
            make_enum(&m, decl, &declared[i]);
        declared[i].name = decl->full_name.ptr;
        declared[i].id = schema->types[i].id;
        declared[i].declaration = schema->types[i].declaration;
    }
    for (size_t i = 0; i < model->n_types; i++)
        if (!model->types[i]->decl && model->types[i]->kind > WEFT__MODEL_DURATION)
            make_composite(&tables, model->types[i], &composites[i]);
    *ret_tables = tables;
    return m.status;
}

static void make_params(maker *m, const weft__model_method *method, weft_method *made)
{
    weft_type *args = make(m, 1, sizeof *args);
    weft_field *fields = make(m, method->n_params - method->n_channels, sizeof *fields);
    weft_channel_param *channels = make(m, method->n_channels, sizeof *channels);
    if (m->status)
        return;
    *args = (weft_type){ .abi = WEFT_GEN_ABI, .kind = WEFT_KIND_STRUCT, .fields = fields };
    for (size_t i = 0; i < method->n_params; i++) {
        const weft__model_param *param = &method->params[i];
        if (!param->channel) {
            fields[args->n++] = make_field(m, &param->field);
            continue;
        }
        channels[made->n_channels++] = (weft_channel_param){
            .name = param->field.name.ptr,
            .element = weft__idl_table_of(m->tables, param->field.type),
            .place = (uint32_t)i,
            .window = param->credit,
            .direction = param->channel == WEFT__MODEL_CHANNEL_TX ? WEFT_CHANNEL_TX : WEFT_CHANNEL_RX,
            .optional = param->is_optional,
            .was = make_was(m, param->field.was, param->field.n_was),
        };
    }
    made->args = args;
    made->channels = channels;
}

int weft__idl_method_table(const weft__idl_tables *tables, const weft__idl_schema_method *schema, weft_arena *arena,
                           weft_method *ret_method)
{
    const weft__model_method *method = schema->method;
    maker m = { .tables = tables, .arena = arena };
    weft_method made = { .name = method->name.ptr,
                         .id = schema->id,
                         .timeout_ns = method->timeout_ms ? method->timeout_ms * WEFT_NS_PER_MS : WEFT_TIMEOUT_DEFAULT,
                         .flags = method->policy,
                         .roots = { schema->roots[0], schema->roots[1] } };
    made.result = method->result ? weft__idl_table_of(tables, method->result) : NULL;
    made.error = method->error ? weft__idl_table_of(tables, method->error) : NULL;
    make_params(&m, method, &made);
    if (m.status == 0)
        *ret_method = made;
    return m.status;
}

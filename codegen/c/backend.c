/* The C back end: the header and the source as a whole, in the order in which C wants their parts. */
#include "codegen/c/backend.h"
#include "codegen/c/channels.h"
#include "codegen/c/comments.h"
#include "codegen/c/services.h"
#include "codegen/c/tables.h"
#include "codegen/c/types.h"
#include "codegen/c/values.h"
#include "runtime/base/mem.h"
#include "weft/version.h"

/* The tables are shaped as the weft/gen.h of this number wants them. */
#define TABLES_ABI 1

static weft_str base_name(weft_str path)
{
    size_t at = path.len;
    while (at > 0 && path.ptr[at - 1] != '/')
        at--;
    return weft_str_of(path.ptr + at, path.len - at);
}

static void emit_banner(weft__c_unit *unit)
{
    const char *path = unit->file->import_path.ptr;
    weft_str line = weft_str_from(weft__c_text(unit, "Made by weftc %s from %s. Do not edit.", WEFT_VERSION, path));
    weft__out_comment(&unit->out, 0, &line, 1);
}

/* ---- the header ---- */

static void emit_header_start(weft__c_unit *unit, const char *guard)
{
    weft__out *out = &unit->out;
    const weft__model_file *file = unit->file;
    emit_banner(unit);
    weft__out_comment(out, 0, file->doc.lines, file->doc.n_lines);
    weft__out_f(out, "#ifndef %s\n#define %s\n\n#include \"weft/gen.h\"\n", guard, guard);
    for (size_t i = 0; i < file->n_imports; i++)
        weft__out_f(out, "#include \"%s.h\"\n", file->imports[i].path.ptr);
    weft__out_f(out, "\n#if WEFT_GEN_ABI != %d\n#error \"%s.h was made for another weft: run weftc again\"\n#endif\n",
                TABLES_ABI, base_name(file->import_path).ptr);
    weft__out_f(out,
                "#ifndef %s\n#define %s /* in front of what the source defines: for export from a library */\n"
                "#endif\n",
                unit->export_macro, unit->export_macro);
    weft__out_f(out, "\n#ifdef __cplusplus\nextern \"C\" {\n#endif\n");
}

static size_t count_decls(const weft__c_unit *unit, weft__model_decl_kind kind)
{
    size_t n = 0;
    for (size_t i = 0; i < unit->file->n_decls; i++)
        n += unit->file->decls[i]->kind == kind;
    return n;
}

static void emit_header_types(weft__c_unit *unit)
{
    const weft__model_file *file = unit->file;
    if (count_decls(unit, WEFT__MODEL_DECL_CONST) > 0)
        weft__c_emit_section(unit, "constants");
    for (size_t i = 0; i < file->n_decls; i++) {
        if (file->decls[i]->kind == WEFT__MODEL_DECL_CONST)
            weft__c_emit_constant(unit, file->decls[i]);
    }
    weft__c_emit_forward(unit);
    weft__c_emit_types(unit);
    weft__c_emit_composites(unit);
    if (count_decls(unit, WEFT__MODEL_DECL_ALIAS) > 0)
        weft__c_emit_section(unit, "aliases");
    weft__c_emit_aliases(unit);
    weft__c_emit_channels(unit);
}

static void emit_header(weft__c_unit *unit)
{
    const weft__model_file *file = unit->file;
    const char *guard = weft__c_text(unit, "%s_%s_H", weft__c_upper(unit, file->package),
                                     weft__c_upper(unit, base_name(file->import_path)));
    emit_header_start(unit, guard);
    emit_header_types(unit);
    for (size_t i = 0; i < file->n_decls; i++) {
        if (file->decls[i]->kind != WEFT__MODEL_DECL_SERVICE)
            continue;
        weft__c_emit_messages(unit, file->decls[i]);
        weft__c_emit_client(unit, file->decls[i]);
        weft__c_emit_sync(unit, file->decls[i]);
        weft__c_emit_handler(unit, file->decls[i]);
    }
    weft__out_f(&unit->out, "\n#ifdef __cplusplus\n}\n#endif\n#endif\n");
}

/* ---- the source ---- */

static void emit_source(weft__c_unit *unit)
{
    const weft__model_file *file = unit->file;
    emit_banner(unit);
    weft__out_f(&unit->out, "#include \"%s.h\"\n", base_name(file->import_path).ptr);
    weft__c_emit_asserts(unit);
    weft__c_emit_composite_tables(unit);
    weft__c_emit_channels_source(unit);
    for (size_t i = 0; i < file->n_decls; i++) {
        const weft__model_decl *decl = file->decls[i];
        if (decl->kind == WEFT__MODEL_DECL_STRUCT || decl->kind == WEFT__MODEL_DECL_ENUM) {
            weft__c_emit_section(unit, weft__c_text(unit, "%s", decl->name.ptr));
            weft__c_emit_type_table(unit, decl);
        } else if (decl->kind == WEFT__MODEL_DECL_SERVICE) {
            weft__c_emit_section(unit, weft__c_text(unit, "service %s", decl->name.ptr));
            weft__c_emit_args_tables(unit, decl);
            weft__c_emit_channel_tables(unit, decl);
            weft__c_emit_handler_source(unit, decl);
            weft__c_emit_client_source(unit, decl);
            weft__c_emit_service_table(unit, decl);
        }
    }
}

/* ---- both ---- */

/* Two blank lines in a row, where parts meet, become one. */
static void collapse_blank_lines(weft__buf *buf)
{
    size_t n_kept = 0;
    for (size_t i = 0; i < buf->len; i++) {
        bool is_extra =
            buf->data[i] == '\n' && n_kept >= 2 && buf->data[n_kept - 1] == '\n' && buf->data[n_kept - 2] == '\n';
        if (!is_extra)
            buf->data[n_kept++] = buf->data[i];
    }
    buf->len = n_kept;
}

/* Moves the text into the model's arena; the unit starts on an empty one. */
static weft_str take_text(weft__c_unit *unit)
{
    collapse_blank_lines(&unit->out.buf);
    weft_str text = weft_arena_copy_str(unit->arena, weft_str_of((char *)unit->out.buf.data, unit->out.buf.len));
    if (!text.ptr)
        unit->out.rc = WEFT_ENOMEM;
    unit->out.buf.len = 0;
    return text;
}

int weft__c_generate(const weft__model *model, const weft__idl_schema *schema, const weft__c_options *options,
                     weft__c_output *ret_output)
{
    weft__c_unit unit = { .model = model, .file = model->root, .schema = schema, .arena = model->arena };
    weft_allocator allocator = weft__allocator_of(options->allocator_or_null);
    weft__out_init(&unit.out, &allocator);
    unit.export_macro = options->export_macro_or_null ? options->export_macro_or_null
                                                      : weft__c_text(&unit, "%s_API", unit.file->c_prefix_upper.ptr);
    weft__c_output output = { { NULL, 0 }, { NULL, 0 } };
    int rc = weft__c_name_types(&unit);
    if (rc == 0) {
        emit_header(&unit);
        output.header = take_text(&unit);
        emit_source(&unit);
        output.source = take_text(&unit);
        rc = unit.out.rc;
    }
    weft__out_fini(&unit.out);
    if (rc == 0)
        *ret_output = output;
    return rc;
}

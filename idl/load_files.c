/* Reading a file and all that it imports: each once, imports before what imports them, no cycles. */
#include "idl/lower.h"

#include "idl/parser.h"
#include "idl/text.h"

#define PATH_MAX_BYTES 4096u

/* path without "./" and "//", and with "a/../" taken out, so that one file has one name. */
static weft_str normal_path(weft__lower *l, weft_str path)
{
    char *out = weft__lower_alloc(l, l->scratch, path.len + 2, 1);
    if (!out)
        return weft_str_of(NULL, 0);
    size_t n = 0;
    bool is_absolute = path.len > 0 && path.ptr[0] == '/';
    size_t root = is_absolute ? 1 : 0;
    if (is_absolute)
        out[n++] = '/';
    for (size_t i = 0; i < path.len;) {
        size_t end = i;
        while (end < path.len && path.ptr[end] != '/')
            end++;
        weft_str piece = weft_str_of(path.ptr + i, end - i);
        i = end + 1;
        if (piece.len == 0 || weft_str_equal(piece, WEFT_STR(".")))
            continue;
        size_t last = n;
        while (last > root && out[last - 1] != '/')
            last--;
        bool is_up = weft_str_equal(piece, WEFT_STR(".."));
        if (is_up && n > root && !weft_str_equal(weft_str_of(out + last, n - last), piece)) {
            n = last > root ? last - 1 : root;
            continue;
        }
        if (n > root)
            out[n++] = '/';
        memcpy(out + n, piece.ptr, piece.len);
        n += piece.len;
    }
    return weft_str_of(out, n);
}

static weft_str directory_of(weft_str path)
{
    size_t len = path.len;
    while (len > 0 && path.ptr[len - 1] != '/')
        len--;
    return weft_str_of(path.ptr, len);
}

/* How a file that was asked for is imported: less the longest import directory that it lies in, else less all. */
static weft_str import_path_of(weft__lower *l, weft_str path)
{
    weft_str normal = normal_path(l, path);
    size_t longest = 0;
    for (size_t i = 0; normal.ptr && i < l->options->n_import_dirs; i++) {
        weft_str dir = normal_path(l, weft_str_from(l->options->import_dirs[i]));
        bool is_in = dir.ptr && normal.len > dir.len && memcmp(normal.ptr, dir.ptr, dir.len) == 0 &&
                     (dir.len == 0 || dir.ptr[dir.len - 1] == '/' || normal.ptr[dir.len] == '/');
        size_t skip = is_in ? dir.len + (normal.ptr[dir.len] == '/') : 0;
        bool is_here = is_in && dir.len == 0 && normal.ptr[0] != '/' && normal.ptr[0] != '.';
        if (is_here)
            return normal;
        if (skip > longest && dir.len > 0)
            longest = skip;
    }
    if (!normal.ptr)
        return WEFT_STR("");
    if (longest == 0)
        longest = directory_of(normal).len;
    return weft_str_of(normal.ptr + longest, normal.len - longest);
}

static bool is_import_path(weft_str path)
{
    static const char ending[] = ".weft";
    size_t n_ending = sizeof ending - 1;
    if (path.len <= n_ending || path.len > PATH_MAX_BYTES ||
        memcmp(path.ptr + path.len - n_ending, ending, n_ending) != 0)
        return false;
    size_t start = 0;
    for (size_t i = 0; i <= path.len; i++) {
        char c = i < path.len ? path.ptr[i] : '/';
        if ((uint8_t)c < 0x20 || c == 0x7f || c == '\\' || c == '"')
            return false;
        if (c != '/')
            continue;
        weft_str piece = weft_str_of(path.ptr + start, i - start);
        if (piece.len == 0 || piece.ptr[0] == '.')
            return false;
        start = i + 1;
    }
    for (size_t i = 0, n; i < path.len; i += n)
        if ((n = weft__utf8_len(path.ptr + i, path.len - i)) == 0)
            return false;
    return true;
}

static weft__unit *new_unit(weft__lower *l, weft_str path, weft_str text)
{
    weft_arena *arena = weft__diagnostics_arena(l->diags);
    weft__idl_source *source = weft__lower_new(l, arena, weft__idl_source, 1);
    weft__unit *unit = weft__lower_new(l, l->scratch, weft__unit, 1);
    const char *whole = l->options->parts_of;
    weft_str shown = weft_arena_copy_str(arena, whole ? weft_str_from(whole) : path);
    weft_str kept = weft_arena_copy_str(l->scratch, path);
    if (!source || !unit || !shown.ptr || !kept.ptr) {
        l->is_out_of_memory = true;
        return NULL;
    }
    *source = (weft__idl_source){ .path = shown, .text = text, .index = (uint32_t)l->n_read };
    unit->source = source;
    unit->path = kept;
    unit->names.arena = l->scratch;
    unit->file = weft__lower_new(l, l->arena, weft__model_file, 1);
    if (!unit->file)
        return NULL;
    unit->file->source = source;
    if (l->sources)
        l->sources[l->n_read++] = source;
    return unit;
}

/* Reads path. 0 with *ret_unit: NULL where there is no such file, or where something else was reported. */
static int read_unit(weft__lower *l, weft_str path, weft__idl_span at, bool *ret_is_found, weft__unit **ret_unit)
{
    weft_str text = WEFT_STR("");
    int status = l->io->read(l->io->ctx, path.ptr, weft__diagnostics_arena(l->diags), &text);
    *ret_unit = NULL;
    *ret_is_found = status != WEFT_ENOENT;
    if (status == WEFT_ENOMEM)
        return status;
    if (status == WEFT_ENOENT && at.source)
        return 0;
    if (status == 0 && text.len > WEFT__IDL_FILE_MAX)
        status = WEFT_EMSGSIZE;
    weft__unit *unit = new_unit(l, path, text);
    if (!unit)
        return WEFT_ENOMEM;
    weft__idl_span span = at.source ? at : (weft__idl_span){ .source = unit->source };
    if (status == WEFT_EMSGSIZE) {
        weft__diag(l->diags, FILE_TOO_LONG, span, "`%` is longer than 4 MiB", path);
        return 0;
    }
    if (status < 0) {
        weft__diag(l->diags, FILE_UNREADABLE, span, "`%` cannot be read: %", path,
                   weft_str_from(weft_strerror(status)));
        return 0;
    }
    *ret_unit = unit;
    return weft__parse(unit->source, l->scratch, l->diags, &unit->tree);
}

static int read_imports(weft__lower *l, weft__unit *unit, uint32_t depth);

static int find_import(weft__lower *l, weft__unit *unit, const weft__tree_import *import, weft__unit **ret_unit)
{
    size_t n_dirs = l->options->n_import_dirs;
    *ret_unit = NULL;
    for (size_t i = 0; i <= n_dirs + (l->io->standard_dir != NULL); i++) {
        weft_str dir = i == 0        ? directory_of(unit->path)
                       : i <= n_dirs ? weft_str_from(l->options->import_dirs[i - 1])
                                     : weft_str_from(l->io->standard_dir);
        bool has_slash = dir.len == 0 || dir.ptr[dir.len - 1] == '/';
        weft_str path = weft__text_concat(l->scratch, dir, has_slash ? WEFT_STR("") : WEFT_STR("/"), import->path);
        weft_str key = path.ptr ? normal_path(l, path) : path;
        if (!key.ptr)
            return WEFT_ENOMEM;
        *ret_unit = weft__symbols_find(&l->by_path, key);
        if (*ret_unit)
            return 0;
        bool is_found;
        int status = read_unit(l, path, import->span, &is_found, ret_unit);
        if (status < 0 || (is_found && !*ret_unit))
            return status;
        if (!*ret_unit)
            continue;
        (*ret_unit)->importer = unit;
        (*ret_unit)->imported_at = import->span;
        (*ret_unit)->file->import_path = weft__lower_copy(l, import->path);
        return weft__symbols_put(&l->by_path, key, *ret_unit);
    }
    weft__diag(l->diags, IMPORT_NOT_FOUND, import->span, "there is no file `%`", import->path);
    weft__diag_hint(l->diags, "it was looked for beside this file and in the directories given by -I");
    return 0;
}

static void report_cycle(weft__lower *l, const weft__unit *unit, const weft__unit *target,
                         const weft__tree_import *import)
{
    if (unit == target) {
        weft__diag(l->diags, IMPORT_CYCLE, import->span, "this file imports itself");
        return;
    }
    weft__diag(l->diags, IMPORT_CYCLE, import->span, "this import closes a circle of imports");
    for (const weft__unit *u = unit; u && u != target; u = u->importer)
        weft__diag_note(l->diags, u->imported_at, "`%` is imported here", u->path);
}

static int read_import(weft__lower *l, weft__unit *unit, const weft__tree_import *import, uint32_t depth)
{
    if (!is_import_path(import->path)) {
        weft__diag(l->diags, IMPORT_PATH, import->span, "`%` is no path to import", import->path);
        weft__diag_hint(l->diags,
                        "a path like \"kv/common.weft\", relative to this file or to a directory given by -I");
        unit->is_incomplete = true;
        return 0;
    }
    if (depth >= WEFT__REFERENCES_MAX || l->n_read >= WEFT__FILES_MAX) {
        weft__diag(l->diags, NESTING, import->span, "imports may be 64 deep, and 1,024 files in all");
        unit->is_incomplete = true;
        return 0;
    }
    weft__unit *imported;
    int status = find_import(l, unit, import, &imported);
    if (status < 0)
        return status;
    if (!imported || imported->is_busy) {
        unit->is_incomplete = true;
        if (imported)
            report_cycle(l, unit, imported, import);
        return 0;
    }
    for (size_t i = 0; i < unit->n_imports; i++) {
        if (unit->imports[i].unit != imported)
            continue;
        weft__diag(l->diags, IMPORT_TWICE, import->span, "`%` is imported twice", import->path);
        weft__diag_note(l->diags, unit->imports[i].tree->span, "the first time is here");
        return 0;
    }
    unit->imports[unit->n_imports++] = (weft__unit_import){ .tree = import, .unit = imported };
    if (imported->imports)
        return 0; /* read before, by way of another file */
    return read_imports(l, imported, depth + 1);
}

/* Reads what unit imports, then appends unit. */
static int read_imports(weft__lower *l, weft__unit *unit, uint32_t depth)
{
    unit->is_busy = true;
    unit->is_incomplete = unit->tree->has_lost_decls;
    unit->imports = weft__lower_new(l, l->scratch, weft__unit_import, unit->tree->n_imports);
    if (!unit->imports)
        return WEFT_ENOMEM;
    for (const weft__tree_import *import = unit->tree->imports; import; import = import->next) {
        int status = read_import(l, unit, import, depth);
        if (status < 0)
            return status;
    }
    weft__model_import *imports = weft__lower_new(l, l->arena, weft__model_import, unit->n_imports);
    if (!imports)
        return WEFT_ENOMEM;
    for (size_t i = 0; i < unit->n_imports; i++) {
        const weft__unit_import *from = &unit->imports[i];
        unit->is_incomplete |= from->unit->is_incomplete;
        imports[i] = (weft__model_import){ .path = weft__lower_copy(l, from->tree->path),
                                           .file = from->unit->file,
                                           .span = from->tree->span };
    }
    unit->file->imports = imports;
    unit->file->n_imports = unit->n_imports;
    unit->is_busy = false;
    l->units[l->n_units++] = unit;
    return l->is_out_of_memory ? WEFT_ENOMEM : 0;
}

int weft__lower_read(weft__lower *l, const char *path)
{
    /* One more of each than there may be: the last file is read before its number is looked at. */
    l->units = weft__lower_new(l, l->scratch, weft__unit *, WEFT__FILES_MAX + 1);
    l->sources = weft__lower_new(l, l->scratch, const weft__idl_source *, WEFT__FILES_MAX + 1);
    l->by_path.arena = l->scratch;
    weft_str key = normal_path(l, weft_str_from(path));
    if (!l->units || !l->sources || !key.ptr)
        return WEFT_ENOMEM;
    bool is_found;
    weft__unit *unit;
    int status = read_unit(l, weft_str_from(path), (weft__idl_span){ 0 }, &is_found, &unit);
    if (status < 0 || !unit)
        return status;
    unit->file->import_path = weft__lower_copy(l, import_path_of(l, weft_str_from(path)));
    status = weft__symbols_put(&l->by_path, key, unit);
    return status < 0 ? status : read_imports(l, unit, 0);
}

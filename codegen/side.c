/* One version of interfaces: see side.h. */
#include "codegen/side.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

/* Folders in one another. */
#define FOLDERS_MAX 32

static int out_of_memory(void)
{
    fprintf(stderr, "weftc: out of memory\n");
    return WEFT_ENOMEM;
}

int weftc_side_init(weftc_side *side, const char *const *import_dirs, size_t n_import_dirs)
{
    memset(side, 0, sizeof *side);
    side->reader = weftc_source_reader();
    side->import_dirs = calloc(n_import_dirs + 1, sizeof *side->import_dirs);
    if (!side->import_dirs || weft_arena_new(NULL, &side->arena) < 0)
        return out_of_memory();
    for (size_t i = 0; i < n_import_dirs; i++)
        side->import_dirs[side->n_import_dirs++] = import_dirs[i];
    return 0;
}

void weftc_side_fini(weftc_side *side)
{
    for (size_t i = 0; i < side->n_files; i++) {
        weft__model_free(side->files[i].model);
        weft__diagnostics_free(side->files[i].diags);
    }
    free(side->files);
    free(side->import_dirs);
    weft_arena_free(side->arena);
}

/* ---- files and folders ---- */

int weftc_side_add_file(weftc_side *side, const char *path)
{
    if (side->n_files == side->cap_files) {
        size_t cap = side->cap_files ? side->cap_files * 2 : 16;
        weftc_file *files = realloc(side->files, cap * sizeof *files);
        if (!files)
            return out_of_memory();
        side->files = files;
        side->cap_files = cap;
    }
    weftc_file *file = &side->files[side->n_files];
    *file = (weftc_file){ .path = path };
    if (weft__diagnostics_new(NULL, &file->diags) < 0)
        return out_of_memory();
    side->n_files++;
    return 0;
}

static int add_import_dir(weftc_side *side, const char *dir)
{
    const char **dirs = realloc(side->import_dirs, (side->n_import_dirs + 1) * sizeof *dirs);
    if (!dirs)
        return out_of_memory();
    memmove(dirs + 1, dirs, side->n_import_dirs * sizeof *dirs);
    dirs[0] = dir;
    side->import_dirs = dirs;
    side->n_import_dirs++;
    return 0;
}

static int is_visible(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static int by_bytes(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static bool is_source(const char *name)
{
    size_t len = strlen(name);
    return len > 5 && strcmp(name + len - 5, ".weft") == 0;
}

static int add_folder(weftc_side *side, const char *folder, int depth);

static int add_entry(weftc_side *side, const char *folder, const char *name, int depth)
{
    size_t room = strlen(folder) + strlen(name) + 2;
    char *path = weft_arena_alloc(side->arena, room, 1);
    struct stat info;
    if (!path)
        return out_of_memory();
    snprintf(path, room, "%s%s%s", folder, folder[strlen(folder) - 1] == '/' ? "" : "/", name);
    /* Links to folders are not followed: they may go in circles. */
    if (lstat(path, &info) < 0)
        return 0;
    if (S_ISDIR(info.st_mode))
        return depth < FOLDERS_MAX ? add_folder(side, path, depth + 1) : 0;
    return is_source(name) ? weftc_side_add_file(side, path) : 0;
}

static int add_folder(weftc_side *side, const char *folder, int depth)
{
    struct dirent **entries = NULL;
    int n = scandir(folder, &entries, is_visible, by_bytes);
    int status = 0;
    if (n < 0) {
        status = -errno;
        fprintf(stderr, "%s: error: the folder cannot be read: %s\n", folder, strerror(errno));
    }
    for (int i = 0; i < n; i++) {
        if (status == 0)
            status = add_entry(side, folder, entries[i]->d_name, depth);
        free(entries[i]);
    }
    free(entries);
    return status;
}

int weftc_side_add(weftc_side *side, const char *path)
{
    struct stat info;
    size_t before = side->n_files;
    if (stat(path, &info) < 0 || !S_ISDIR(info.st_mode))
        return weftc_side_add_file(side, path);
    int status = add_import_dir(side, path);
    if (status == 0)
        status = add_folder(side, path, 0);
    for (size_t i = before; i < side->n_files; i++)
        side->files[i].folder = path;
    if (status == 0 && side->n_files == before) {
        fprintf(stderr, "%s: error: there is no .weft file in this folder\n", path);
        status = WEFT_ENOENT;
    }
    return status;
}

/* ---- loading ---- */

static int load_file(const weftc_side *side, weftc_file *file)
{
    weft__idl_load_options load = { .import_dirs = side->import_dirs,
                                    .n_import_dirs = side->n_import_dirs,
                                    .method_id = weft__idl_method_id,
                                    .parts_of = side->lock };
    weft_error error;
    int status = weft__idl_load(side->reader, file->path, &load, &file->model, file->diags);
    if (status == 0) {
        status = weft__idl_schema_make(file->model, &file->schema, &error);
        if (status == WEFT_EINVAL)
            fprintf(stderr, "%s: error: %s\n", file->path, error.text);
    }
    return status == WEFT_ENOMEM ? out_of_memory() : status;
}

int weftc_side_load(weftc_side *side)
{
    int status = 0;
    for (size_t i = 0; i < side->n_files && status != WEFT_ENOMEM; i++) {
        int loaded = load_file(side, &side->files[i]);
        status = loaded < 0 ? loaded : status;
    }
    return status;
}

int weftc_side_report(const weftc_side *side, weft__diag_format format, bool errors_only)
{
    int status = 0;
    for (size_t i = 0; i < side->n_files; i++) {
        weft__diagnostics *diags = side->files[i].diags;
        if (errors_only && weft__diagnostics_n_errors(diags) == 0)
            continue;
        int printed = weftc_print_diagnostics_to(diags, format, format == WEFT__DIAG_JSON ? stdout : stderr);
        if (printed < 0 && status == 0)
            fprintf(stderr, "weftc: the diagnostics of %s cannot be written\n", side->files[i].path);
        status = printed < 0 ? printed : status;
    }
    return status;
}

static int side_view(const weftc_side *side, weft__compare_side *ret_view)
{
    const weft__model **models = weft_arena_array(side->arena, const weft__model *, side->n_files);
    const weft__idl_schema **schemas = weft_arena_array(side->arena, const weft__idl_schema *, side->n_files);
    if (!models || !schemas)
        return out_of_memory();
    size_t n = 0;
    for (size_t i = 0; i < side->n_files; i++) {
        if (side->files[i].is_left_out)
            continue;
        models[n] = side->files[i].model;
        schemas[n++] = side->files[i].schema;
    }
    *ret_view = (weft__compare_side){ models, schemas, n };
    return 0;
}

static int side_views(const weftc_side *old_side, const weftc_side *new_side, weft__compare_side ret_views[2])
{
    int status = side_view(old_side, &ret_views[0]);
    return status < 0 ? status : side_view(new_side, &ret_views[1]);
}

static int tell(int status, const weft_error *error)
{
    if (status < 0)
        fprintf(stderr, "weftc: %s\n", status == WEFT_ENOMEM ? "out of memory" : error->text);
    return status;
}

int weftc_side_compare(const weftc_side *old_side, const weftc_side *new_side, const weft__comparison **ret_comparison)
{
    weft__compare_side views[2];
    weft_error error;
    int status = side_views(old_side, new_side, views);
    if (status < 0)
        return status;
    return tell(weft__idl_compare(&views[0], &views[1], new_side->arena, ret_comparison, &error), &error);
}

int weftc_side_compare_method(const weftc_side *old_side, const weftc_side *new_side, const char *method,
                              void (*visit)(void *user, const weft__plan_view *view), void *user)
{
    weft__compare_side views[2];
    weft_error error;
    int status = side_views(old_side, new_side, views);
    if (status < 0)
        return status;
    status = weft__idl_compare_method(&views[0], &views[1], weft_str_from(method), visit, user, &error);
    return tell(status, &error);
}

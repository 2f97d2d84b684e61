/* weft.lock: reading it. A package begins with the line `package NAME;` and ends before the next one. */
#include "codegen/lock.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "idl/text.h"
#include "runtime/base/mem.h"

static const char package_word[] = "package ";
static const char ending[] = ".weft";

/* The lock that is being read: the side's reader hands out its packages. */
typedef struct lock {
    weft_str text;
    weft__idl_source_reader reader;
} lock;

/* Where the next line begins that names a package, from at on; text.len: none does. */
static size_t find_package(weft_str text, size_t at)
{
    while (at < text.len) {
        if (text.len - at > sizeof package_word && memcmp(text.ptr + at, package_word, sizeof package_word - 1) == 0)
            return at;
        const char *newline = memchr(text.ptr + at, '\n', text.len - at);
        at = newline ? (size_t)(newline - text.ptr) + 1 : text.len;
    }
    return at;
}

static weft_str package_name(weft_str text, size_t at)
{
    size_t start = at + sizeof package_word - 1, end = start;
    while (end < text.len && text.ptr[end] != ';' && text.ptr[end] != '\n')
        end++;
    return weft_str_of(text.ptr + start, end - start);
}

/* Line breaks stand in for what comes before, so that places are those of the lock. */
static int read_package(void *ctx, const char *path, weft_arena *arena, weft_str *ret_text)
{
    const lock *l = ctx;
    size_t len = strlen(path);
    weft_str wanted = weft_str_of(path, len > sizeof ending - 1 ? len - (sizeof ending - 1) : 0);
    size_t at = find_package(l->text, 0), n_lines = 0;
    while (at < l->text.len && !weft_str_equal(package_name(l->text, at), wanted))
        at = find_package(l->text, at + 1);
    if (at >= l->text.len)
        return WEFT_ENOENT;
    size_t end = find_package(l->text, at + 1);
    for (size_t i = 0; i < at; i++)
        n_lines += l->text.ptr[i] == '\n';
    char *copy = weft_arena_alloc(arena, n_lines + (end - at) + 1, 1);
    if (!copy)
        return WEFT_ENOMEM;
    memset(copy, '\n', n_lines);
    memcpy(copy + n_lines, l->text.ptr + at, end - at);
    copy[n_lines + (end - at)] = '\0';
    *ret_text = weft_str_of(copy, n_lines + (end - at));
    return 0;
}

static int add_packages(weftc_side *side, weft_str text)
{
    int status = 0;
    for (size_t at = find_package(text, 0); at < text.len && status == 0; at = find_package(text, at + 1)) {
        weft_str name = package_name(text, at);
        char *path = weft_arena_alloc(side->arena, name.len + sizeof ending, 1);
        if (!path)
            return WEFT_ENOMEM;
        memcpy(path, name.ptr, name.len);
        memcpy(path + name.len, ending, sizeof ending);
        status = weftc_side_add_file(side, path);
    }
    return status;
}

/* ---- ids ---- */

/* The last `// id` in front of a declaration, or 0. */
static uint64_t noted_id(const weft__idl_span *span)
{
    static const char mark[] = "// id ";
    const char *text = span->source->text.ptr;
    for (size_t at = span->offset; at-- > 0;)
        if (memcmp(text + at, mark, sizeof mark - 1) == 0)
            return strtoull(text + at + sizeof mark - 1, NULL, 16);
    return 0;
}

static int check_decl(const weftc_file *file, const weft__model_decl *decl)
{
    const weft__idl_span *at = &decl->span;
    const weft__idl_schema_service *service = weft__idl_schema_service_of(file->schema, decl);
    const weft__idl_schema_type *type = service ? NULL : weft__idl_schema_type_of(file->schema, decl);
    if (!service && !type) {
        fprintf(stderr, "%s:%u:%u: error: a lock holds no constants and aliases, as `%s`: run `weftc lock` again\n",
                at->source->path.ptr, (unsigned)at->line, (unsigned)at->column, decl->full_name.ptr);
        return WEFT_EINVAL;
    }
    if ((service ? service->id : type->id) == noted_id(at))
        return 0;
    fprintf(stderr, "%s:%u:%u: error: the id of `%s` is not that of what stands here: run `weftc lock` again\n",
            at->source->path.ptr, (unsigned)at->line, (unsigned)at->column, decl->full_name.ptr);
    return WEFT_EINVAL;
}

/* A merge by hand that went wrong, or an edit: what is compared should be what was locked. */
static int check_ids(const weftc_side *side)
{
    int status = 0;
    for (size_t i = 0; i < side->n_files; i++) {
        const weft__model_file *root = side->files[i].model->root;
        for (size_t j = 0; j < root->n_decls; j++)
            if (check_decl(&side->files[i], root->decls[j]) < 0)
                status = WEFT_EINVAL;
    }
    return status;
}

/* ---- the file ---- */

const char *weftc_lock_beside(const char *path, weft_arena *arena)
{
    struct stat info;
    bool is_folder = stat(path, &info) == 0 && S_ISDIR(info.st_mode);
    size_t len = strlen(path);
    while (!is_folder && len > 0 && path[len - 1] != '/')
        len--;
    weft_str slash = is_folder && len > 0 && path[len - 1] != '/' ? WEFT_STR("/") : WEFT_STR("");
    return weft__text_concat(arena, weft_str_of(path, len), slash, WEFT_STR(WEFTC_LOCK_NAME)).ptr;
}

static int load(const char *path, weftc_side *side)
{
    lock *l = weft_arena_array(side->arena, lock, 1);
    if (!l)
        return WEFT_ENOMEM;
    l->reader = (weft__idl_source_reader){ .read = read_package, .ctx = l };
    int status = side->reader->read(side->reader->ctx, path, side->arena, &l->text);
    if (status == WEFT_ENOENT)
        return status;
    if (status < 0) {
        fprintf(stderr, "%s: error: the lock cannot be read: %s\n", path, weft_strerror(status));
        return status;
    }
    side->lock = path;
    side->reader = &l->reader;
    status = add_packages(side, l->text);
    if (status == 0)
        status = weftc_side_load(side);
    int reported = weftc_side_report(side, WEFT__DIAG_TEXT, true);
    if (status == 0)
        status = reported < 0 ? reported : check_ids(side);
    return status;
}

int weftc_lock_load(const char *path, weftc_side *ret_side)
{
    int status = weftc_side_init(ret_side, NULL, 0);
    return status < 0 ? status : load(path, ret_side);
}

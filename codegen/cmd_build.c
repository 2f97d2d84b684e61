/* `weftc build`: the C header and source of each file. */
#include "codegen/c/backend.h"
#include "codegen/c/out.h"
#include "codegen/commands.h"
#include "codegen/output.h"
#include "runtime/base/mem.h"

#include <stdio.h>
#include <stdlib.h>

const char weftc_build_help[] =
    "usage: weftc build [-I DIR]... --c-out DIR [--depfile FILE] [--prefix NAME] [--export-macro NAME] FILE...\n"
    "\n"
    "Makes a C header and source of each file: DIR/a.weft.h and DIR/a.weft.c. A file that lies in a directory\n"
    "given by -I keeps its path below it, so that the headers of imports are found: -I idl idl/kv/common.weft\n"
    "gives DIR/kv/common.weft.h. Nothing is written unless all files are good.\n"
    "\n"
    "  -I DIR               search imports here, too, after the directory of the file that imports\n"
    "  --c-out DIR          where to write; made if it is missing\n"
    "  --depfile FILE       write a makefile rule there: what the outputs depend on\n"
    "  --prefix NAME        begin names with NAME_ instead of what the file says; not for files that others import\n"
    "  --export-macro NAME  put NAME in front of what is defined, instead of PREFIX_API\n";

typedef struct build {
    const char **import_dirs;
    size_t n_import_dirs;
    const char **files;
    size_t n_files;
    const char *c_out;
    const char *depfile;
    const char *prefix;
    const char *export_macro;

    const weft__idl_source_reader *reader;
    weft__diagnostics *diags;
    weft_arena *arena;     /* of paths */
    weft__model **models;  /* one a file; NULL: not loaded */
    weftc_output *outputs; /* two a file, then the depfile */
    size_t n_outputs;
    weft_allocator allocator;
    weft__out dependencies;
} build;

/* ---- arguments ---- */

static int usage_error(const char *what, const char *word)
{
    fprintf(stderr, "weftc build: %s%s\n%.*s", what, word, (int)strcspn(weftc_build_help, "\n") + 1, weftc_build_help);
    return WEFTC_EXIT_USAGE;
}

static bool is_identifier(const char *text)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_";
    size_t len = strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789");
    return text[0] && strchr(letters, text[0]) && text[len] == '\0';
}

/* Where the option's value goes; NULL: there is no such option. */
static const char **option_of(build *b, const char *name)
{
    if (strcmp(name, "--c-out") == 0)
        return &b->c_out;
    if (strcmp(name, "--depfile") == 0)
        return &b->depfile;
    if (strcmp(name, "--prefix") == 0)
        return &b->prefix;
    return strcmp(name, "--export-macro") == 0 ? &b->export_macro : NULL;
}

static int check_arguments(const build *b)
{
    if (b->n_files == 0)
        return usage_error("no FILE is given", "");
    if (!b->c_out || b->c_out[0] == '\0')
        return usage_error("--c-out is missing", "");
    if (b->export_macro &&
        (!is_identifier(b->export_macro) || weft__model_is_c_keyword(weft_str_from(b->export_macro))))
        return usage_error("--export-macro needs a name of C, which this is not: ", b->export_macro);
    return 0;
}

/* `--name VALUE`, `--name=VALUE`, `-I DIR`, `-IDIR`; argv[*at] is an option, and *at ends on its last word. */
static int take_option(build *b, char **argv, int *at)
{
    char *word = argv[*at];
    if (strncmp(word, "-I", 2) == 0) {
        const char *dir = word[2] ? word + 2 : argv[++*at];
        if (!dir)
            return usage_error("what is missing behind ", word);
        b->import_dirs[b->n_import_dirs++] = dir;
        return 0;
    }
    char *value = strchr(word, '=');
    if (value)
        *value++ = '\0';
    const char **option = option_of(b, word);
    if (!option)
        return usage_error("there is no option ", word);
    if (*option)
        return usage_error("twice: ", word);
    if (!value)
        value = argv[++*at];
    if (!value)
        return usage_error("what is missing behind ", word);
    *option = value;
    return 0;
}

static int take_arguments(build *b, int argc, char **argv)
{
    bool is_options_end = false;
    for (int i = 0; i < argc; i++) {
        int status = 0;
        if (is_options_end || argv[i][0] != '-' || argv[i][1] == '\0')
            b->files[b->n_files++] = argv[i];
        else if (strcmp(argv[i], "--") == 0)
            is_options_end = true;
        else
            status = take_option(b, argv, &i);
        if (status)
            return status;
    }
    return check_arguments(b);
}

/* ---- dependencies ---- */

/* A path as make reads it. */
static void put_path(weft__out *out, const char *path)
{
    for (; *path; path++) {
        if (*path == '$')
            weft__out_f(out, "$$");
        else
            weft__out_f(out, *path == ' ' || *path == '#' ? "\\%c" : "%c", *path);
    }
}

/* The source first, as in weft_generate: Ninja wants the first output of its rule there. */
static void add_dependencies(build *b, const weft__model *model, const weftc_output *header, const weftc_output *source)
{
    put_path(&b->dependencies, source->path);
    weft__out_f(&b->dependencies, " ");
    put_path(&b->dependencies, header->path);
    weft__out_f(&b->dependencies, ":");
    for (size_t i = 0; i < model->n_sources; i++) {
        weft__out_f(&b->dependencies, " \\\n  ");
        put_path(&b->dependencies, model->sources[i]->path.ptr);
    }
    weft__out_f(&b->dependencies, "\n");
}

/* ---- one file after the other ---- */

static const char *output_path(build *b, const weft__model *model, const char *ending)
{
    const char *slash = b->c_out[strlen(b->c_out) - 1] == '/' ? "" : "/";
    weft_str pieces = model->root->import_path;
    size_t room = strlen(b->c_out) + pieces.len + 8;
    char *path = weft_arena_alloc(b->arena, room, 1);
    if (path)
        snprintf(path, room, "%s%s%s%s", b->c_out, slash, pieces.ptr, ending);
    return path;
}

/* Can it stand between the quotes of an #include? */
static bool is_good_name(weft_str path)
{
    for (size_t i = 0; i < path.len; i++) {
        unsigned char c = (unsigned char)path.ptr[i];
        if (c < 0x20 || c == 0x7f || c == '"' || c == '\\')
            return false;
    }
    return true;
}

static int add_outputs(build *b, const weft__model *model, const weft__c_output *made)
{
    weftc_output *outputs = &b->outputs[b->n_outputs];
    outputs[0] = (weftc_output){ output_path(b, model, ".h"), made->header };
    outputs[1] = (weftc_output){ output_path(b, model, ".c"), made->source };
    if (!outputs[0].path || !outputs[1].path)
        return WEFT_ENOMEM;
    for (size_t i = 0; i < b->n_outputs; i++) {
        if (strcmp(b->outputs[i].path, outputs[0].path) != 0)
            continue;
        fprintf(stderr, "weftc: two files would both be written to %s\n", outputs[0].path);
        return WEFT_EINVAL;
    }
    if (!is_good_name(model->root->import_path)) {
        fprintf(stderr, "weftc: %s: a header of this name cannot be included\n", model->root->import_path.ptr);
        return WEFT_EINVAL;
    }
    b->n_outputs += 2;
    add_dependencies(b, model, &outputs[0], &outputs[1]);
    return 0;
}

/* 0; WEFT_EINVAL: said why, in the diagnostics or on stderr; WEFT_ENOMEM. */
static int build_file(build *b, size_t index)
{
    weft__idl_load_options load = { .import_dirs = b->import_dirs,
                                    .n_import_dirs = b->n_import_dirs,
                                    .method_id = weft__idl_method_id,
                                    .root_c_prefix = b->prefix };
    weft__c_options options = { .export_macro_or_null = b->export_macro };
    const weft__idl_schema *schema = NULL;
    weft__c_output made;
    weft_error error;
    int rc = weft__idl_load(b->reader, b->files[index], &load, &b->models[index], b->diags);
    if (rc < 0)
        return rc;
    rc = weft__idl_schema_make(b->models[index], &schema, &error);
    if (rc == WEFT_EINVAL)
        fprintf(stderr, "%s: error: %s\n", b->files[index], error.text);
    if (rc == 0)
        rc = weft__c_generate(b->models[index], schema, &options, &made);
    return rc < 0 ? rc : add_outputs(b, b->models[index], &made);
}

static int build_files(build *b)
{
    int rc = 0;
    for (size_t i = 0; i < b->n_files && rc != WEFT_ENOMEM; i++) {
        int status = build_file(b, i);
        rc = rc == 0 || status == WEFT_ENOMEM ? status : rc;
    }
    if (rc == 0)
        rc = b->dependencies.rc;
    int status = weftc_print_diagnostics(b->diags);
    if (rc == WEFT_ENOMEM || status == WEFT_ENOMEM)
        fprintf(stderr, "weftc: out of memory\n");
    if (rc < 0 || status < 0)
        return rc < 0 ? rc : status;
    if (b->depfile) {
        weft_str text = weft_str_of((char *)b->dependencies.buf.data, b->dependencies.buf.len);
        b->outputs[b->n_outputs++] = (weftc_output){ b->depfile, text };
    }
    return weftc_output_write(b->outputs, b->n_outputs);
}

/* Room for what the arguments can hold at most. */
static bool build_init(build *b, size_t n_arguments)
{
    memset(b, 0, sizeof *b);
    b->allocator = weft__allocator_of(NULL);
    weft__out_init(&b->dependencies, &b->allocator);
    b->reader = weftc_source_reader();
    b->import_dirs = calloc(n_arguments + 1, sizeof *b->import_dirs);
    b->files = calloc(n_arguments + 1, sizeof *b->files);
    b->models = calloc(n_arguments + 1, sizeof(weft__model *));
    b->outputs = calloc(2 * n_arguments + 1, sizeof *b->outputs);
    return b->import_dirs && b->files && b->models && b->outputs && weft_arena_new(NULL, &b->arena) == 0 &&
           weft__diagnostics_new(NULL, &b->diags) == 0;
}

static void build_fini(build *b)
{
    for (size_t i = 0; b->models && i < b->n_files; i++)
        weft__model_free(b->models[i]);
    weft__diagnostics_free(b->diags);
    weft_arena_free(b->arena);
    weft__out_fini(&b->dependencies);
    free(b->outputs);
    free(b->models);
    free(b->files);
    free(b->import_dirs);
}

int weftc_build(int argc, char **argv)
{
    build b;
    int status = WEFTC_EXIT_FAILURE;
    if (build_init(&b, (size_t)argc)) {
        status = take_arguments(&b, argc, argv);
        if (status == 0)
            status = build_files(&b) < 0 ? WEFTC_EXIT_FAILURE : 0;
    } else {
        fprintf(stderr, "weftc: out of memory\n");
    }
    build_fini(&b);
    return status;
}

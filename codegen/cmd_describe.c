/* `weftc describe`: the types, services, ids and canonical schemas of files. */
#include "codegen/commands.h"
#include "codegen/describe.h"
#include "codegen/describe_plan.h"
#include "codegen/side.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char weftc_describe_help[] =
    "usage: weftc describe [--json] [-I DIR]... FILE...\n"
    "       weftc describe --plan [--json] [-I DIR]... OLD NEW METHOD\n"
    "\n"
    "Prints the types and services of each file: fields, ids, declarations and roots as the protocol has them, and\n"
    "policies. An id is what two programs compare to find out whether they mean the same.\n"
    "\n"
    "With --plan it prints how two versions of a method read each other, step by step: OLD and NEW are files or\n"
    "folders, METHOD is its name, or all of it where others are called so, too (kv.v1.Store/get).\n"
    "\n"
    "  --json  one JSON object for a file, which has what it imports too; one a line for each plan\n"
    "  -I DIR  search imports here, too, after the directory of the file that imports\n";

typedef struct describe {
    bool json;
    bool is_plan;
    const char **import_dirs;
    size_t n_import_dirs;
    const char **files;
    size_t n_files;
    weft__diagnostics *diags;
} describe;

static int usage_error(const char *what, const char *word)
{
    fprintf(stderr, "weftc describe: %s%s\n%.*s", what, word, (int)strcspn(weftc_describe_help, "\n") + 1,
            weftc_describe_help);
    return WEFTC_EXIT_USAGE;
}

static int take_arguments(describe *d, int argc, char **argv)
{
    bool is_options_end = false;
    for (int i = 0; i < argc; i++) {
        char *word = argv[i];
        if (is_options_end || word[0] != '-' || word[1] == '\0') {
            d->files[d->n_files++] = word;
        } else if (strcmp(word, "--") == 0) {
            is_options_end = true;
        } else if (strcmp(word, "--json") == 0) {
            d->json = true;
        } else if (strcmp(word, "--plan") == 0) {
            d->is_plan = true;
        } else if (strncmp(word, "-I", 2) == 0) {
            const char *dir = word[2] ? word + 2 : argv[++i];
            if (!dir)
                return usage_error("what is missing behind ", word);
            d->import_dirs[d->n_import_dirs++] = dir;
        } else {
            return usage_error("there is no option ", word);
        }
    }
    if (d->is_plan && d->n_files != 3)
        return usage_error("--plan is followed by OLD, NEW and METHOD", "");
    return d->n_files ? 0 : usage_error("no FILE is given", "");
}

/* 0; WEFT_EINVAL: said why, in the diagnostics or on stderr; WEFT_ENOMEM. */
static int describe_file(describe *d, const char *path)
{
    weft__idl_load_options load = { .import_dirs = d->import_dirs,
                                    .n_import_dirs = d->n_import_dirs,
                                    .method_id = weft__idl_method_id };
    weft__model *model = NULL;
    const weft__idl_schema *schema;
    weft_error error;
    int rc = weft__idl_load(weftc_source_reader(), path, &load, &model, d->diags);
    if (rc < 0)
        return rc;
    rc = weft__idl_schema_make(model, &schema, &error);
    if (rc == WEFT_EINVAL)
        fprintf(stderr, "%s: error: %s\n", path, error.text);
    if (rc == 0 && d->json)
        weftc_describe_json(model, schema, stdout);
    else if (rc == 0)
        weftc_describe_text(model, schema, stdout);
    weft__model_free(model);
    return rc;
}

static int describe_files(describe *d)
{
    int rc = 0;
    for (size_t i = 0; i < d->n_files && rc != WEFT_ENOMEM; i++) {
        int status = describe_file(d, d->files[i]);
        rc = rc == 0 || status == WEFT_ENOMEM ? status : rc;
    }
    int status = weftc_print_diagnostics(d->diags);
    if (rc == WEFT_ENOMEM || status == WEFT_ENOMEM)
        fprintf(stderr, "weftc: out of memory\n");
    return rc < 0 ? rc : status;
}

/* ---- plans ---- */

typedef struct plan_printer {
    bool json;
    int status;
} plan_printer;

static void print_plan(void *user, const weft__plan_view *view)
{
    plan_printer *p = user;
    int status = p->json ? weftc_describe_plan_json(view, stdout) : weftc_describe_plan_text(view, stdout);
    if (status < 0)
        p->status = status;
}

static int load_side(const describe *d, const char *path, weftc_side *side)
{
    int status = weftc_side_init(side, d->import_dirs, d->n_import_dirs);
    if (status == 0)
        status = weftc_side_add(side, path);
    if (status < 0)
        return status;
    status = weftc_side_load(side);
    int reported = weftc_side_report(side, WEFT__DIAG_TEXT, true);
    return status < 0 ? status : reported;
}

static int describe_plan(const describe *d)
{
    weftc_side sides[2] = { { 0 }, { 0 } };
    plan_printer printer = { .json = d->json };
    int status = load_side(d, d->files[0], &sides[0]);
    if (status == 0)
        status = load_side(d, d->files[1], &sides[1]);
    if (status == 0)
        status = weftc_side_compare_method(&sides[0], &sides[1], d->files[2], print_plan, &printer);
    if (status == 0 && printer.status < 0) {
        status = printer.status;
        fprintf(stderr, "weftc: %s\n", weft_strerror(status));
    }
    weftc_side_fini(&sides[0]);
    weftc_side_fini(&sides[1]);
    return status;
}

int weftc_describe(int argc, char **argv)
{
    describe d = { .import_dirs = calloc((size_t)argc + 1, sizeof(char *)),
                   .files = calloc((size_t)argc + 1, sizeof(char *)) };
    int status = WEFTC_EXIT_FAILURE;
    if (d.import_dirs && d.files && weft__diagnostics_new(NULL, &d.diags) == 0) {
        status = take_arguments(&d, argc, argv);
        if (status == 0)
            status = (d.is_plan ? describe_plan(&d) : describe_files(&d)) < 0 ? WEFTC_EXIT_FAILURE : 0;
    } else {
        fprintf(stderr, "weftc: out of memory\n");
    }
    weft__diagnostics_free(d.diags);
    free(d.files);
    free(d.import_dirs);
    return status;
}

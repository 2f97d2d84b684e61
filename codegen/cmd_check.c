/* `weftc check`: errors and lint only. */
#include "codegen/commands.h"

#include <stdio.h>
#include <stdlib.h>

#include "idl/schema.h"

const char weftc_check_help[] =
    "usage: weftc check [-I DIR]... [--format=text|json] FILE...\n"
    "\n"
    "Reports everything that is wrong with the files and what they import, and what is right but probably not\n"
    "meant. Exit status 1 where there is an error; warnings alone are no failure.\n"
    "\n"
    "  -I DIR         search imports here, too, after the directory of the file that imports\n"
    "  --format=text  file:line:column, the line and a mark under the place, on stderr (this is the default)\n"
    "  --format=json  one JSON object a line, on stdout\n";

typedef struct check {
    const char **import_dirs;
    size_t n_import_dirs;
    const char **files;
    size_t n_files;
    weft__diag_format format;
} check;

static int usage_error(const char *what, const char *word)
{
    fprintf(stderr, "weftc check: %s%s\n%.*s", what, word, (int)strcspn(weftc_check_help, "\n") + 1, weftc_check_help);
    return WEFTC_EXIT_USAGE;
}

static int take_arguments(check *c, int argc, char **argv)
{
    bool is_options_end = false;
    for (int i = 0; i < argc; i++) {
        const char *word = argv[i];
        if (is_options_end || word[0] != '-' || word[1] == '\0') {
            c->files[c->n_files++] = word;
        } else if (strcmp(word, "--") == 0) {
            is_options_end = true;
        } else if (strncmp(word, "-I", 2) == 0) {
            const char *dir = word[2] ? word + 2 : argv[++i];
            if (!dir)
                return usage_error("a directory is missing behind ", word);
            c->import_dirs[c->n_import_dirs++] = dir;
        } else if (strcmp(word, "--format=json") == 0) {
            c->format = WEFT__DIAG_JSON;
        } else if (strcmp(word, "--format=text") == 0) {
            c->format = WEFT__DIAG_TEXT;
        } else {
            return usage_error("there is no option ", word);
        }
    }
    return c->n_files ? 0 : usage_error("no FILE is given", "");
}

/* A file has diagnostics of its own, so that a common import is reported with each file that it breaks. */
static int check_file(const check *c, const char *path)
{
    weft__idl_load_options options = { .import_dirs = c->import_dirs,
                                       .n_import_dirs = c->n_import_dirs,
                                       .method_id = weft__idl_method_id };
    weft__diagnostics *diags;
    int status = weft__diagnostics_new(NULL, &diags);
    if (status < 0)
        return status;
    weft__model *model = NULL;
    status = weft__idl_load(weftc_source_reader(), path, &options, &model, diags);
    weft__model_free(model);
    bool is_json = c->format == WEFT__DIAG_JSON;
    int printed = weftc_print_diagnostics_to(diags, c->format, is_json ? stdout : stderr);
    weft__diagnostics_free(diags);
    if (printed < 0 && status == 0)
        fprintf(stderr, "weftc: the diagnostics of %s cannot be written\n", path);
    return status < 0 ? status : printed;
}

int weftc_check(int argc, char **argv)
{
    check c = { .import_dirs = calloc((size_t)argc + 1, sizeof *c.import_dirs),
                .files = calloc((size_t)argc + 1, sizeof *c.files) };
    int exit_status = WEFTC_EXIT_FAILURE;
    if (c.import_dirs && c.files) {
        exit_status = take_arguments(&c, argc, argv);
        for (size_t i = 0; i < c.n_files && exit_status != WEFTC_EXIT_USAGE; i++) {
            int status = check_file(&c, c.files[i]);
            if (status == WEFT_ENOMEM)
                fprintf(stderr, "weftc: out of memory\n");
            if (status < 0)
                exit_status = WEFTC_EXIT_FAILURE;
        }
    } else {
        fprintf(stderr, "weftc: out of memory\n");
    }
    free(c.files);
    free(c.import_dirs);
    return exit_status;
}

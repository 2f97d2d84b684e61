/* `weftc lock`: pins what is published. */
#include "codegen/against.h"
#include "codegen/lock.h"
#include "codegen/output.h"

#include <stdio.h>
#include <stdlib.h>

const char weftc_lock_help[] =
    "usage: weftc lock [-I DIR]... [--lock FILE] [--update] FILE...\n"
    "\n"
    "Writes down what the files declare, with its ids: `weftc check` finds it beside them, and fails where they\n"
    "differ. Run it again to acknowledge a change, which is shown. One that breaks programs of the version that is\n"
    "locked is not acknowledged without --update. A folder stands for all .weft files in it.\n"
    "\n"
    "  -I DIR       search imports here, too, after the directory of the file that imports\n"
    "  --lock FILE  write here, instead of weft.lock beside the first FILE\n"
    "  --update     acknowledge what breaks, too\n";

typedef struct command {
    const char **import_dirs;
    size_t n_import_dirs;
    const char **files;
    size_t n_files;
    const char *lock;
    bool is_update;
} command;

static int usage_error(const char *what, const char *word)
{
    fprintf(stderr, "weftc lock: %s%s\n%.*s", what, word, (int)strcspn(weftc_lock_help, "\n") + 1, weftc_lock_help);
    return WEFTC_EXIT_USAGE;
}

static int take_option(command *c, char **argv, int *at)
{
    const char *word = argv[*at];
    bool is_import = strncmp(word, "-I", 2) == 0;
    bool is_lock = strncmp(word, "--lock", 6) == 0 && (word[6] == '\0' || word[6] == '=');
    if (strcmp(word, "--update") == 0) {
        c->is_update = true;
        return 0;
    }
    if (!is_import && !is_lock)
        return usage_error("there is no option ", word);
    const char *behind = word + (is_import ? 2 : 6);
    const char *value = behind[0] == '\0' ? argv[++*at] : behind + is_lock;
    if (!value)
        return usage_error("what is missing behind ", word);
    if (is_import)
        c->import_dirs[c->n_import_dirs++] = value;
    else
        c->lock = value;
    return 0;
}

static int take_arguments(command *c, int argc, char **argv)
{
    bool is_options_end = false;
    for (int i = 0; i < argc; i++) {
        int status = 0;
        if (is_options_end || argv[i][0] != '-' || argv[i][1] == '\0')
            c->files[c->n_files++] = argv[i];
        else if (strcmp(argv[i], "--") == 0)
            is_options_end = true;
        else
            status = take_option(c, argv, &i);
        if (status)
            return status;
    }
    return c->n_files ? 0 : usage_error("no FILE is given", "");
}

/* What changes, on stdout. WEFT_EINCOMPATIBLE: something breaks. */
static int show_changes(const command *c, const weftc_side *old_side, const weftc_side *new_side)
{
    const weft__comparison *comparison;
    int status = weftc_side_compare(old_side, new_side, &comparison);
    if (status < 0)
        return status;
    if (comparison->n_changes > 0)
        weftc_against_text(comparison, stdout);
    if (comparison->worst < WEFT__CHANGE_BREAKING || c->is_update)
        return 0;
    fprintf(stderr, "weftc: %s is left as it is, since something breaks; --update acknowledges it\n", old_side->lock);
    return WEFT_EINCOMPATIBLE;
}

static int write_lock(const command *c, const weftc_side *side, const char *path)
{
    weftc_side old_side = { 0 };
    weftc_output output = { .path = path };
    int status = weftc_lock_load(path, &old_side);
    if (status == 0)
        status = show_changes(c, &old_side, side);
    else if (status == WEFT_ENOENT || (status == WEFT_EINVAL && c->is_update))
        status = 0;
    if (status == 0)
        status = weftc_lock_text(side, &output.text);
    if (status == 0)
        status = weftc_output_write(&output, 1);
    weftc_side_fini(&old_side);
    return status;
}

static int lock_all(const command *c)
{
    weftc_side side;
    int status = weftc_side_init(&side, c->import_dirs, c->n_import_dirs);
    for (size_t i = 0; i < c->n_files && status == 0; i++)
        status = weftc_side_add(&side, c->files[i]);
    if (status == 0) {
        status = weftc_side_load(&side);
        int reported = weftc_side_report(&side, WEFT__DIAG_TEXT, false);
        status = status < 0 ? status : reported;
    }
    const char *path = c->lock;
    if (status == 0 && !path)
        path = weftc_lock_beside(c->files[0], side.arena);
    if (status == 0)
        status = path ? write_lock(c, &side, path) : WEFT_ENOMEM;
    weftc_side_fini(&side);
    return status;
}

int weftc_lock(int argc, char **argv)
{
    size_t room = (size_t)argc + 1;
    command c = { .import_dirs = calloc(room, sizeof *c.import_dirs), .files = calloc(room, sizeof *c.files) };
    int exit_status = WEFTC_EXIT_FAILURE;
    if (c.import_dirs && c.files) {
        exit_status = take_arguments(&c, argc, argv);
        if (exit_status == 0 && lock_all(&c) < 0)
            exit_status = WEFTC_EXIT_FAILURE;
    } else {
        fprintf(stderr, "weftc: out of memory\n");
    }
    free(c.files);
    free(c.import_dirs);
    return exit_status;
}

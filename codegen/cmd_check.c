/* `weftc check`: errors and lint; with --against what changed since another version. */
#include "codegen/against.h"
#include "codegen/lock.h"
#include "codegen/side.h"

#include <stdio.h>
#include <stdlib.h>

const char weftc_check_help[] =
    "usage: weftc check [-I DIR]... [--against OLD]... [--strict] [--lock FILE] [--format=text|json] FILE...\n"
    "\n"
    "Reports everything that is wrong with the files and what they import, and what is right but probably not\n"
    "meant. Exit status 1 where there is an error; warnings alone are no failure. A folder stands for all .weft\n"
    "files in it.\n"
    "\n"
    "  -I DIR         search imports here, too, after the directory of the file that imports\n"
    "  --against OLD  compare with an older version, a file, a folder or a lock: each change is compatible, one-way\n"
    "                 (who reads whom is said) or breaking. Exit status 1 where something breaks\n"
    "  --strict       with --against: what goes one way breaks, too\n"
    "  --lock FILE    compare with what `weftc lock` wrote there: any change is an error until it is locked, too. A\n"
    "                 weft.lock beside the files, or in the folder, is found without it; --no-lock leaves it alone\n"
    "  --format=text  file:line:column, the line and a mark under the place, on stderr (this is the default); what\n"
    "                 --against finds on stdout\n"
    "  --format=json  one JSON object a line, on stdout; --json is the same\n";

typedef struct check {
    const char **import_dirs;
    size_t n_import_dirs;
    const char **files;
    size_t n_files;
    const char **old_files;
    size_t n_old_files;
    bool is_strict;
    const char *lock;
    bool is_without_lock;
    weft__diag_format format;
} check;

static int usage_error(const char *what, const char *word)
{
    fprintf(stderr, "weftc check: %s%s\n%.*s", what, word, (int)strcspn(weftc_check_help, "\n") + 1, weftc_check_help);
    return WEFTC_EXIT_USAGE;
}

/* An option with a value, which may stand behind it or in the next word. 1: it is none of these. */
static int take_option(check *c, char **argv, int *at)
{
    const char *word = argv[*at];
    bool is_import = strncmp(word, "-I", 2) == 0;
    size_t len = is_import ? 2 : strcspn(word, "=");
    bool is_against = len == 9 && strncmp(word, "--against", len) == 0;
    bool is_lock = len == 6 && strncmp(word, "--lock", len) == 0;
    if (!is_import && !is_against && !is_lock)
        return 1;
    const char *value = word[len] == '\0' ? argv[++*at] : word + len + !is_import;
    if (!value)
        return usage_error(is_import ? "a directory is missing behind " : "a file or folder is missing behind ", word);
    if (is_import)
        c->import_dirs[c->n_import_dirs++] = value;
    else if (is_against)
        c->old_files[c->n_old_files++] = value;
    else
        c->lock = value;
    return 0;
}

static int take_word(check *c, char **argv, int *at)
{
    const char *word = argv[*at];
    int status = take_option(c, argv, at);
    if (status != 1)
        return status;
    if (strcmp(word, "--format=json") == 0 || strcmp(word, "--json") == 0)
        c->format = WEFT__DIAG_JSON;
    else if (strcmp(word, "--format=text") == 0)
        c->format = WEFT__DIAG_TEXT;
    else if (strcmp(word, "--strict") == 0)
        c->is_strict = true;
    else if (strcmp(word, "--no-lock") == 0)
        c->is_without_lock = true;
    else
        return usage_error("there is no option ", word);
    return 0;
}

static int take_arguments(check *c, int argc, char **argv)
{
    bool is_options_end = false;
    for (int i = 0; i < argc; i++) {
        int status = 0;
        if (is_options_end || argv[i][0] != '-' || argv[i][1] == '\0')
            c->files[c->n_files++] = argv[i];
        else if (strcmp(argv[i], "--") == 0)
            is_options_end = true;
        else
            status = take_word(c, argv, &i);
        if (status)
            return status;
    }
    if (c->is_strict && c->n_old_files == 0)
        return usage_error("--strict is about --against, which is missing", "");
    return c->n_files ? 0 : usage_error("no FILE is given", "");
}

/* 0, or a negative code: said why. */
static int load_side(const check *c, const char *const *paths, size_t n_paths, weftc_side *side)
{
    int status = weftc_side_init(side, c->import_dirs, c->n_import_dirs);
    for (size_t i = 0; i < n_paths && status == 0; i++)
        status = weftc_side_add(side, paths[i]);
    if (status < 0)
        return status;
    status = weftc_side_load(side);
    int reported = weftc_side_report(side, c->format, paths == c->old_files);
    return status < 0 ? status : reported;
}

static void report(const check *c, const weft__comparison *comparison)
{
    if (c->format == WEFT__DIAG_JSON)
        weftc_against_json(comparison, stdout);
    else
        weftc_against_text(comparison, stdout);
}

static bool is_lock(const char *path)
{
    size_t len = strlen(path);
    return len > 5 && strcmp(path + len - 5, ".lock") == 0;
}

/* A lock is a whole version by itself. */
static int load_old(const check *c, weftc_side *side)
{
    if (c->n_old_files > 1 || !is_lock(c->old_files[0]))
        return load_side(c, c->old_files, c->n_old_files, side);
    int status = weftc_lock_load(c->old_files[0], side);
    if (status == WEFT_ENOENT)
        fprintf(stderr, "%s: error: there is no such lock\n", c->old_files[0]);
    return status;
}

static int check_against(const check *c, const weftc_side *new_side)
{
    const weft__comparison *comparison;
    weftc_side old_side = { 0 };
    int status = load_old(c, &old_side);
    if (status == 0)
        status = weftc_side_compare(&old_side, new_side, &comparison);
    if (status == 0) {
        weft__change_class bad = c->is_strict ? WEFT__CHANGE_ONE_WAY : WEFT__CHANGE_BREAKING;
        report(c, comparison);
        status = comparison->worst >= bad ? WEFT_EINCOMPATIBLE : 0;
    }
    weftc_side_fini(&old_side);
    return status;
}

/* Where the lock of a file is looked for. */
static const char *lock_of(const check *c, const weftc_side *side, const weftc_file *file)
{
    return c->lock ? c->lock : weftc_lock_beside(file->folder ? file->folder : file->path, side->arena);
}

/* Of a lock that has more than the files that are looked at only their packages count, but where a folder was given. */
static void lock_narrow(weftc_side *lock, const weftc_side *side)
{
    bool has_folder = false;
    for (size_t i = 0; i < side->n_files; i++)
        has_folder |= side->files[i].folder && !side->files[i].is_left_out;
    for (size_t i = 0; i < lock->n_files && !has_folder; i++) {
        lock->files[i].is_left_out = true;
        for (size_t j = 0; j < side->n_files; j++)
            if (!side->files[j].is_left_out &&
                weft_str_equal(lock->files[i].model->root->package, side->files[j].model->root->package))
                lock->files[i].is_left_out = false;
    }
}

/* Files of side that are not left out belong to the lock. */
static int check_lock(const check *c, const char *path, const weftc_side *side)
{
    const weft__comparison *comparison = NULL;
    weftc_side lock = { 0 };
    int status = weftc_lock_load(path, &lock);
    if (status == 0) {
        lock_narrow(&lock, side);
        status = weftc_side_compare(&lock, side, &comparison);
    } else if (status == WEFT_ENOENT && c->lock) {
        fprintf(stderr, "%s: error: there is no such lock\n", path);
    } else if (status == WEFT_ENOENT) {
        status = 0;
    }
    if (status == 0 && comparison && comparison->n_changes > 0) {
        report(c, comparison);
        fprintf(stderr, "weftc: this is not what %s has: `weftc lock` acknowledges it\n", path);
        status = WEFT_EINCOMPATIBLE;
    }
    weftc_side_fini(&lock);
    return status;
}

/* Each lock once, with all files that it is for. */
static int check_locks(const check *c, weftc_side *side)
{
    const char **locks = weft_arena_array(side->arena, const char *, side->n_files);
    int status = locks ? 0 : WEFT_ENOMEM;
    for (size_t i = 0; i < side->n_files && status == 0; i++) {
        locks[i] = lock_of(c, side, &side->files[i]);
        status = locks[i] ? 0 : WEFT_ENOMEM;
    }
    if (status == WEFT_ENOMEM)
        fprintf(stderr, "weftc: out of memory\n");
    if (status < 0)
        return status;
    for (size_t i = 0; i < side->n_files; i++) {
        size_t first = 0;
        while (strcmp(locks[first], locks[i]) != 0)
            first++;
        if (first < i)
            continue;
        for (size_t j = 0; j < side->n_files; j++)
            side->files[j].is_left_out = strcmp(locks[j], locks[i]) != 0;
        int checked = check_lock(c, locks[i], side);
        status = checked < 0 ? checked : status;
    }
    return status;
}

static int check_all(const check *c)
{
    weftc_side side = { 0 };
    int status = load_side(c, c->files, c->n_files, &side);
    if (status == 0 && c->n_old_files > 0)
        status = check_against(c, &side);
    else if (status == 0 && !c->is_without_lock)
        status = check_locks(c, &side);
    weftc_side_fini(&side);
    return status;
}

int weftc_check(int argc, char **argv)
{
    size_t room = (size_t)argc + 1;
    check c = { .import_dirs = calloc(room, sizeof *c.import_dirs),
                .files = calloc(room, sizeof *c.files),
                .old_files = calloc(room, sizeof *c.old_files) };
    int exit_status = WEFTC_EXIT_FAILURE;
    if (c.import_dirs && c.files && c.old_files) {
        exit_status = take_arguments(&c, argc, argv);
        if (exit_status == 0 && check_all(&c) < 0)
            exit_status = WEFTC_EXIT_FAILURE;
    } else {
        fprintf(stderr, "weftc: out of memory\n");
    }
    free(c.old_files);
    free(c.files);
    free(c.import_dirs);
    return exit_status;
}

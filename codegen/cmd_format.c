/* `weftc format`: files in their one layout. */
#include "codegen/commands.h"
#include "codegen/output.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "idl/format.h"

const char weftc_format_help[] =
    "usage: weftc format [--check] FILE...\n"
    "\n"
    "Lays the files out in the one way: comments and blank lines between groups stay, white space moves. A file\n"
    "whose syntax is wrong is reported and left as it is; one that is laid out already is not written.\n"
    "\n"
    "  --check  write nothing; print the names of files that would change, and exit with 1 if there are any\n";

static int usage_error(const char *what, const char *word)
{
    fprintf(stderr, "weftc format: %s%s\n%.*s", what, word, (int)strcspn(weftc_format_help, "\n") + 1,
            weftc_format_help);
    return WEFTC_EXIT_USAGE;
}

/* The file's text in its layout. 0, or a negative code, said on stderr. */
static int format_text(const char *path, weft_arena *arena, weft__diagnostics *diags, weft_str *ret_old,
                       weft_str *ret_new)
{
    const weft__idl_source_reader *reader = weftc_source_reader();
    weft__idl_source source = { .path = weft_str_from(path), .text = WEFT_STR("") };
    int status = reader->read(reader->ctx, path, arena, &source.text);
    if (status < 0) {
        fprintf(stderr, "%s: error: the file cannot be read: %s\n", path,
                status == WEFT_EMSGSIZE ? "it is longer than 4 MiB" : weft_strerror(status));
        return status;
    }
    status = weft__idl_format(&source, arena, diags, ret_new);
    int printed = status == WEFT_EINVAL ? weftc_print_diagnostics(diags) : 0;
    if (status == WEFT_ENOMEM || printed == WEFT_ENOMEM)
        fprintf(stderr, "weftc: out of memory\n");
    *ret_old = source.text;
    return status;
}

/* Writes the file anew, with the permissions that it had. */
static int write_file(const char *path, weft_str text)
{
    struct stat info;
    bool has_mode = stat(path, &info) == 0;
    weftc_output output = { .path = path, .text = text };
    int status = weftc_output_write(&output, 1);
    if (status == 0 && has_mode && chmod(path, info.st_mode & 07777) < 0) {
        status = -errno;
        fprintf(stderr, "weftc: the permissions of %s cannot be set: %s\n", path, strerror(-status));
    }
    return status;
}

static int format_file(const char *path, bool is_check)
{
    weft_arena *arena = NULL;
    weft__diagnostics *diags = NULL;
    weft_str old_text;
    weft_str new_text;
    int status = weft_arena_new(NULL, &arena);
    if (status == 0)
        status = weft__diagnostics_new(NULL, &diags);
    if (status == WEFT_ENOMEM)
        fprintf(stderr, "weftc: out of memory\n");
    if (status == 0)
        status = format_text(path, arena, diags, &old_text, &new_text);
    if (status == 0 && !weft_str_equal(old_text, new_text)) {
        if (is_check) {
            printf("%s\n", path);
            status = WEFT_EINVAL;
        } else {
            status = write_file(path, new_text);
        }
    }
    weft__diagnostics_free(diags);
    weft_arena_free(arena);
    return status;
}

int weftc_format(int argc, char **argv)
{
    bool is_check = false;
    int first = 0;
    for (; first < argc && argv[first][0] == '-' && argv[first][1]; first++) {
        if (strcmp(argv[first], "--") == 0) {
            first++;
            break;
        }
        if (strcmp(argv[first], "--check") != 0)
            return usage_error("there is no option ", argv[first]);
        is_check = true;
    }
    if (first == argc)
        return usage_error("no FILE is given", "");
    int exit_status = 0;
    for (int i = first; i < argc; i++)
        if (format_file(argv[i], is_check) < 0)
            exit_status = WEFTC_EXIT_FAILURE;
    return exit_status;
}

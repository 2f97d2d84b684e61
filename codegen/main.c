/* weftc: the compiler of weft's interface definitions. Finds the command and hands the rest of the words to it. */
#include "codegen/commands.h"

#include <stdio.h>

#include "weft/version.h"

static const struct command {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *help;
    const char *summary;
} commands[] = {
    { "build", weftc_build, weftc_build_help, "make C headers and sources" },
    { "check", weftc_check, weftc_check_help, "report errors and lint, and what changed" },
    { "format", weftc_format, weftc_format_help, "lay files out in the one way" },
    { "describe", weftc_describe, weftc_describe_help, "print types, ids and schemas" },
    { "lock", weftc_lock, weftc_lock_help, "pin what is published" },
};

#define N_COMMANDS (sizeof commands / sizeof commands[0])

static void print_usage(FILE *stream)
{
    fputs("usage: weftc COMMAND [OPTION]... FILE...\n\n", stream);
    for (size_t i = 0; i < N_COMMANDS; i++)
        fprintf(stream, "  %-10s %s\n", commands[i].name, commands[i].summary);
    fputs("\n`weftc COMMAND --help` says more; `weftc --version` says which weftc this is.\n", stream);
}

/* Text to stdout, with its failures. */
static int finish_output(void)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return 0;
    fputs("weftc: the output cannot be written\n", stderr);
    return WEFTC_EXIT_FAILURE;
}

static bool is_help(const char *word)
{
    return strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0;
}

static int run(const struct command *command, int argc, char **argv)
{
    for (int i = 0; i < argc && strcmp(argv[i], "--") != 0; i++) {
        if (!is_help(argv[i]))
            continue;
        fputs(command->help, stdout);
        return finish_output();
    }
    int status = command->run(argc, argv);
    int flushed = finish_output();
    return status ? status : flushed;
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        print_usage(stderr);
        return WEFTC_EXIT_USAGE;
    }
    if (is_help(argv[1])) {
        print_usage(stdout);
        return finish_output();
    }
    if (strcmp(argv[1], "--version") == 0) {
        puts("weftc " WEFT_VERSION);
        return finish_output();
    }
    for (size_t i = 0; i < N_COMMANDS; i++)
        if (strcmp(argv[1], commands[i].name) == 0)
            return run(&commands[i], argc - 2, argv + 2);
    fprintf(stderr, "weftc: there is no command %s\n", argv[1]);
    print_usage(stderr);
    return WEFTC_EXIT_USAGE;
}

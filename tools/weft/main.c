/* weft: calls, describes and probes what speaks weft. Finds the command and hands the rest of the words to it. */
#include "tools/weft/tool.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

static const char call_help[] =
    "usage: weft call [OPTION]... URL SERVICE/METHOD [JSON]\n"
    "\n"
    "Calls a method. JSON is an object of its parameters, {} where it is left out; @FILE reads it from a file, - from\n"
    "stdin. A parameter that has a default may be left out. The result is printed as JSON. Where the method receives\n"
    "a channel, each line of stdin is an item; the items of what it sends are printed, one a line.\n"
    "\n"
    "      --idl FILE          learn of services from this file instead of asking the server\n"
    "  -I DIR                  search imports of --idl here\n"
    "  -t, --timeout DURATION  give up after so long: 500ms, 5s, 2m; never\n"
    "  -w, --wait DURATION     wait so long for a server that is not up, or not ready, yet\n"
    "  -m, --metadata KEY=VALUE  send along; may be repeated\n"
    "  -j, --json              every line of the output is an object that says what it is\n";

static const char describe_help[] =
    "usage: weft describe [OPTION]... URL [NAME]\n"
    "\n"
    "Prints what a server says of itself: the names of its services; of NAME, a service or SERVICE/METHOD, all that\n"
    "belongs to it.\n"
    "\n"
    "      --idl FILE          describe this file; URL is left out then, and NAME may be a type, too\n"
    "  -I DIR                  search imports of --idl here\n"
    "  -t, --timeout DURATION  give up after so long\n"
    "  -w, --wait DURATION     wait so long for a server that is not up, or not ready, yet\n"
    "  -m, --metadata KEY=VALUE  send along; may be repeated\n"
    "  -j, --json              one JSON object\n";

static const char ping_help[] =
    "usage: weft ping [OPTION]... URL [SERVICE]\n"
    "\n"
    "Connects, waits until the session is ready, and says how long that took, or why it was refused. With SERVICE (a\n"
    "whole name) opens it, too, and says how long that took, or why it was rejected.\n"
    "\n"
    "  -c, --count N            so many times; once where it is not said\n"
    "  -i, --interval DURATION  between two of them: 1s where it is not said\n"
    "  -t, --timeout DURATION   give up after so long\n"
    "  -w, --wait DURATION      wait so long for a server that is not up, or not ready, yet\n"
    "  -j, --json               each line of the output is an object\n";

static const char serve_echo_help[] =
    "usage: weft serve-echo URL\n"
    "\n"
    "Serves weft.echo.v1.Echo at URL (port 0: any that is free) until SIGINT or SIGTERM: echo, delay, fail, and the\n"
    "streams repeat and count. `weft describe URL` says what they take.\n";

enum {
    TAKES_FOR_CALL = TOOL_TAKES_IDL | TOOL_TAKES_TIMEOUT | TOOL_TAKES_METADATA,
};

static const tool_command commands[] = {
    { "call", "call a method, with JSON", call_help, tool_call, TAKES_FOR_CALL, 2, 3 },
    { "describe", "print services, methods and types", describe_help, tool_describe, TAKES_FOR_CALL, 0, 2 },
    { "ping", "is a server there, and how far away", ping_help, tool_ping, TOOL_TAKES_TIMEOUT | TOOL_TAKES_COUNT, 1,
      2 },
    { "serve-echo", "be a server to try things with", serve_echo_help, tool_serve_echo, 0, 1, 1 },
};

#define N_COMMANDS (sizeof commands / sizeof commands[0])

static void print_usage(FILE *stream)
{
    fputs("usage: weft COMMAND [OPTION]... URL [WORD]...\n\n", stream);
    for (size_t i = 0; i < N_COMMANDS; i++)
        fprintf(stream, "  %-12s %s\n", commands[i].name, commands[i].summary);
    fputs("\n`weft COMMAND --help` says more; `weft --version` says which weft this is.\n"
          "URL: tcp://host:port, unix:///path, unix-abstract://name\n",
          stream);
}

static int finish_output(void)
{
    return fflush(stdout) == 0 && !ferror(stdout) ? 0 : TOOL_EXIT_FAILED;
}

static bool is_help(const char *word)
{
    return strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0;
}

static int run(const tool_command *command, int argc, char **argv)
{
    tool_options options;
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
        if (!is_help(argv[i]))
            continue;
        fputs(command->help, stdout);
        return finish_output();
    }
    int status = tool_options_take(command, argc, argv, &options);
    if (status)
        return status;
    status = command->run(&options);
    tool_options_free(&options);
    int flushed = finish_output();
    return status ? status : flushed;
}

/* A standard descriptor that is closed would be the number of what is opened next, the loop's or a session's. What
 * stands in for it fails where it is used. */
static bool hold_standard_descriptors(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
        if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) != fd)
            return false;
    }
    return true;
}

int main(int argc, char **argv)
{
    if (!hold_standard_descriptors())
        return TOOL_EXIT_FAILED;
    struct sigaction ignore = { .sa_handler = SIG_IGN };
    (void)sigaction(SIGPIPE, &ignore, NULL); /* a closed stdout is an error of write */
    if (argc < 2) {
        print_usage(stderr);
        return TOOL_EXIT_USAGE;
    }
    if (is_help(argv[1])) {
        print_usage(stdout);
        return finish_output();
    }
    if (strcmp(argv[1], "--version") == 0) {
        puts("weft " WEFT_VERSION);
        return finish_output();
    }
    for (size_t i = 0; i < N_COMMANDS; i++) {
        if (strcmp(argv[1], commands[i].name) == 0)
            return run(&commands[i], argc - 1, argv + 1);
    }
    tool_say("there is no command %s", argv[1]);
    print_usage(stderr);
    return TOOL_EXIT_USAGE;
}

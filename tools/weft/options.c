/* The command line. */
#include "tools/weft/tool.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#include "weft/json.h"

enum { OPTION_IDL = 256, OPTION_TIMEOUT, OPTION_METADATA, OPTION_COUNT, OPTION_INTERVAL, OPTION_WAIT, OPTION_JSON };

static const struct option long_options[] = {
    { "idl", required_argument, NULL, OPTION_IDL },     { "timeout", required_argument, NULL, OPTION_TIMEOUT },
    { "wait", required_argument, NULL, OPTION_WAIT },   { "metadata", required_argument, NULL, OPTION_METADATA },
    { "count", required_argument, NULL, OPTION_COUNT }, { "interval", required_argument, NULL, OPTION_INTERVAL },
    { "json", no_argument, NULL, OPTION_JSON },         { NULL, 0, NULL, 0 },
};

#define RESERVED_KEYS "weft-"

static int usage(const tool_command *command, const char *what, const char *word)
{
    tool_say("%s: %s%s", command->name, what, word);
    fprintf(stderr, "%.*s\n", (int)strcspn(command->help, "\n"), command->help);
    return TOOL_EXIT_USAGE;
}

/* "500ms", "5s"; a number alone is of seconds; "never": no limit at all. none_ns: what a duration of 0 means. */
static bool take_duration(const char *word, uint64_t none_ns, uint64_t *ret_ns)
{
    char json[64];
    weft_arena *arena;
    weft_value value;
    if (strcmp(word, "never") == 0) {
        *ret_ns = WEFT_FOREVER;
        return true;
    }
    bool has_unit = word[0] && strchr("smh", word[strlen(word) - 1]);
    int n = snprintf(json, sizeof json, "\"%s%s\"", word, has_unit ? "" : "s");
    if (n >= (int)sizeof json || weft_arena_new(NULL, &arena))
        return false;
    bool taken = weft_json_read(&weft_type_duration, weft_str_from(json), arena, &value, NULL) == 0;
    int64_t ns = taken ? ((const weft_duration *)value.at)->ns : 0;
    weft_arena_free(arena);
    *ret_ns = ns > 0 ? (uint64_t)ns : none_ns;
    return taken && ns >= 0;
}

static bool take_metadata(tool_options *options, char *word)
{
    char *equals = strchr(word, '=');
    if (!equals || equals == word || options->n_metadata == TOOL_METADATA_MAX)
        return false;
    *equals = '\0';
    options->metadata[options->n_metadata++] = weft_metadata_str(word, weft_str_from(equals + 1), 0);
    return true;
}

static bool take_count(const char *word, uint64_t *ret_count)
{
    char *end;
    unsigned long long count = strtoull(word, &end, 10);
    *ret_count = count;
    return word[0] >= '0' && word[0] <= '9' && *end == '\0' && count > 0;
}

static unsigned takes_of(int option)
{
    switch (option) {
    case OPTION_IDL:
    case 'I': return TOOL_TAKES_IDL;
    case OPTION_TIMEOUT:
    case 't':
    case OPTION_WAIT:
    case 'w': return TOOL_TAKES_TIMEOUT;
    case OPTION_METADATA:
    case 'm': return TOOL_TAKES_METADATA;
    case OPTION_COUNT:
    case 'c':
    case OPTION_INTERVAL:
    case 'i': return TOOL_TAKES_COUNT;
    default: return 0;
    }
}

static int take_option(const tool_command *command, int option, tool_options *options)
{
    unsigned takes = takes_of(option);
    if (option == '?' || option == ':' || (takes & ~command->takes))
        return usage(command, "there is no such option, or it lacks its value", "");
    switch (option) {
    case OPTION_IDL: options->idl_file = optarg; return 0;
    case 'I': options->import_dirs[options->n_import_dirs++] = optarg; return 0;
    case OPTION_TIMEOUT:
    case 't':
        return take_duration(optarg, WEFT_FOREVER, &options->timeout_ns) ? 0
                                                                         : usage(command, "not a duration: ", optarg);
    case OPTION_WAIT:
    case 'w': return take_duration(optarg, 0, &options->wait_ns) ? 0 : usage(command, "not a duration: ", optarg);
    case OPTION_INTERVAL:
    case 'i': return take_duration(optarg, 0, &options->interval_ns) ? 0 : usage(command, "not a duration: ", optarg);
    case OPTION_METADATA:
    case 'm':
        if (strncmp(optarg, RESERVED_KEYS, sizeof RESERVED_KEYS - 1) == 0)
            return usage(command, "keys that begin with " RESERVED_KEYS " are the protocol's own: ", optarg);
        return take_metadata(options, optarg) ? 0 : usage(command, "KEY=VALUE was expected: ", optarg);
    case OPTION_COUNT:
    case 'c': return take_count(optarg, &options->count) ? 0 : usage(command, "not a number: ", optarg);
    default: options->json = true; return 0;
    }
}

int tool_options_take(const tool_command *command, int argc, char **argv, tool_options *ret_options)
{
    tool_options options = { .timeout_ns = WEFT_TIMEOUT_DEFAULT, .interval_ns = WEFT_NS_PER_S };
    options.import_dirs = calloc((size_t)argc + 1, sizeof(char *));
    int status = options.import_dirs ? 0 : TOOL_EXIT_FAILED;
    int option;
    opterr = 0;
    while (!status && (option = getopt_long(argc, argv, "I:t:w:m:c:i:j", long_options, NULL)) != -1)
        status = take_option(command, option, &options);
    for (; !status && optind < argc; optind++) {
        if (options.n_words == command->words_max)
            status = usage(command, "one word too many: ", argv[optind]);
        else
            options.words[options.n_words++] = argv[optind];
    }
    if (!status && options.n_words < command->words_min)
        status = usage(command, "something is missing", "");
    if (status)
        tool_options_free(&options);
    else
        *ret_options = options;
    return status;
}

void tool_options_free(tool_options *options)
{
    free((void *)options->import_dirs);
}

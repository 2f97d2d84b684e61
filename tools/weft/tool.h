/* The weft command: what its files share. One command runs in one process; what it needs lives in a `tool`, on a loop
 * of its own, until the process ends. */
#ifndef WEFT_TOOLS_WEFT_TOOL_H
#define WEFT_TOOLS_WEFT_TOOL_H

#include "weft/schema.h"
#include "weft/uv.h"
#include "weft/weft.h"

/* Exit statuses; 0: it went well. docs/man/weft.1.scd says them too. */
#define TOOL_EXIT_FAILED 1   /* no session, no connection, or the call failed */
#define TOOL_EXIT_USAGE 2    /* the command line, the JSON or the IDL is wrong: nothing was sent */
#define TOOL_EXIT_ERROR 3    /* the method answered with its own error */
#define TOOL_EXIT_SIGNAL 130 /* interrupted */

/* ---- options.c: the command line ---- */

enum { TOOL_METADATA_MAX = 64, TOOL_WORDS_MAX = 3 };

typedef struct tool_options {
    const char *words[TOOL_WORDS_MAX]; /* that are no options */
    size_t n_words;
    const char *idl_file; /* NULL: the server is asked */
    const char **import_dirs;
    size_t n_import_dirs;
    weft_metadata_entry metadata[TOOL_METADATA_MAX];
    size_t n_metadata;
    uint64_t timeout_ns; /* WEFT_TIMEOUT_DEFAULT: not said */
    uint64_t wait_ns;    /* for who does not listen yet, or is not ready; 0: not at all */
    uint64_t interval_ns;
    uint64_t count;
    bool json;
} tool_options;

/* Which options a command takes. */
enum {
    TOOL_TAKES_IDL = 1,
    TOOL_TAKES_TIMEOUT = 2, /* and wait */
    TOOL_TAKES_METADATA = 4,
    TOOL_TAKES_COUNT = 8,
};

typedef struct tool_command {
    const char *name;
    const char *summary;
    const char *help;
    int (*run)(const tool_options *options); /* the exit status */
    unsigned takes;
    size_t words_min, words_max;
} tool_command;

/* 0, or TOOL_EXIT_USAGE: said why. */
int tool_options_take(const tool_command *command, int argc, char **argv, tool_options *ret_options);
void tool_options_free(tool_options *options);

int tool_call(const tool_options *options);
int tool_describe(const tool_options *options);
int tool_ping(const tool_options *options);
int tool_serve_echo(const tool_options *options);

/* ---- say.c: what people read ---- */

/* "weft: …" and a line's end on stderr; in colour on a terminal, unless NO_COLOR is set. Control characters of what
 * came from elsewhere are shown as '?'. */
void tool_say(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* The same for an error: "url: text", with the counterpart's code where there is one. */
void tool_say_error(const char *what, const weft_error *error);
/* The text for a terminal, control characters as '?': in arena. */
const char *tool_harmless(weft_arena *arena, weft_str text);
/* A JSON text of one line with the indentation that people like; to stdout's end of a terminal. */
void tool_indent(weft_str json, void (*add)(void *user, const char *text, size_t len), void *user);
/* A JSON string of any text, quotes included, in arena; "" where memory runs out. */
const char *tool_quote(weft_arena *arena, weft_str text);

/* ---- session.c: one session on one loop ---- */

typedef struct tool {
    const tool_options *options;
    weft_runtime *runtime;
    weft_session *session;
    weft_arena *arena; /* of what lives as long as the command */
    int status;
    bool is_ending; /* what the session says from now on is no failure */
    uv_signal_t signals[2];
    int n_signals; /* that have come */
    /* Set by the command, NULL: ends at once. interrupted: the first SIGINT or SIGTERM; a second one ends the process.
     */
    void (*interrupted)(void *user);
    void (*lost)(void *user); /* the session has ended, though it was not to; said already */
    void *user;
} tool;

/* A runtime, an arena and signals; 0, or why not, said. */
int tool_begin(tool *t, const tool_options *options);
/* Options of a session, or of an open on it, with the limits that were asked for. */
weft_session_options tool_session_options(const tool_options *options);
weft_open_options tool_open_options(const tool_options *options);
/* Connects: 0, or said why not, and t->status set. FAILED and CLOSED are said, and end the command by themselves. */
int tool_connect(tool *t, const char *url);
/* Runs the loop until all has ended; frees; t->status. */
int tool_run(tool *t);
/* Lets go of everything, so that the loop ends. Again: nothing. */
void tool_end(tool *t);
/* Why an open has failed: of what, or of the session, which then says no more. Nothing where that has been said. */
void tool_say_refused(const tool *t, const char *what, const weft_error *error);
/* tool_end with an exit status, unless there is one already. */
void tool_fail(tool *t, int status);

/* ---- io.c: stdin and stdout beside the loop
 * --------------------------------------------------------------------------- */

/* stdout, which may be slow: what is added goes out when it can. */
typedef struct tool_out {
    uv_poll_t poll;
    int fd; /* polled; -1: written at once */
    char *bytes;
    size_t len, room;
    bool is_broken; /* nobody reads any more: what is added is dropped */
    void (*progress)(void *user);
    void *user;
} tool_out;

void tool_out_open(tool_out *out, uv_loop_t *loop, void (*progress)(void *user), void *user);
void tool_out_add(tool_out *out, const char *text, size_t len);
void tool_out_close(tool_out *out);

/* stdin, line by line. */
typedef struct tool_in {
    uv_poll_t poll;
    uv_idle_t idle; /* a file is read, or what has come is given, in the next turn */
    int fd;         /* polled; -1: stdin itself is read */
    char *bytes;
    size_t at, len, room;
    bool is_open, is_paused, is_ended;
    bool is_broken; /* and so ended: said why */
    /* A line without its end; ptr NULL: there are no more. May pause or close. */
    void (*line)(void *user, weft_str line);
    void *user;
} tool_in;

enum { TOOL_LINE_MAX = 16 << 20 };

void tool_in_open(tool_in *in, uv_loop_t *loop, void (*line)(void *user, weft_str line), void *user);
void tool_in_pause(tool_in *in, bool paused);
void tool_in_close(tool_in *in);
/* All of stdin, NUL-terminated, in arena; ptr NULL: said why. Waits. */
weft_str tool_in_whole(weft_arena *arena);

/* ---- idl_source.c, find.c: schemas of files, and what is in them
 * ------------------------------------------------------ */

/* 0, or TOOL_EXIT_USAGE: said why. */
int tool_schema_of_file(const tool_options *options, const char *path, weft_schema **ret_schema);
/* Is it the whole name, or what stands behind one of its dots? */
bool tool_is_name_of(weft_str whole, weft_str name);
/* The service of a whole name, or of the end of one: "kv.v1.Store", "Store"; NULL: said why. */
const weft_service_type *tool_find_service(const weft_schema *schema, const char *name, size_t len);
/* The service and method that "kv.v1.Store/get" or "Store/get" names. 0, or TOOL_EXIT_USAGE: said why. */
int tool_find_method(const weft_schema *schema, const char *name, const weft_service_type **ret_service,
                     uint32_t *ret_method);

#endif

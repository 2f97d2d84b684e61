/* The commands of weftc, and what they share: exit status, reading of sources, printing of diagnostics. */
#ifndef WEFT_CODEGEN_COMMANDS_H
#define WEFT_CODEGEN_COMMANDS_H

#include "idl/diagnostics.h"
#include "idl/model.h"

#define WEFTC_EXIT_FAILURE 1 /* something is wrong with the files, or with reading or writing them */
#define WEFTC_EXIT_USAGE 2

/* Each takes the words behind its name (argv[argc] is NULL) and gives the exit status. */
int weftc_build(int argc, char **argv);
int weftc_check(int argc, char **argv);
int weftc_format(int argc, char **argv);
int weftc_describe(int argc, char **argv);
int weftc_lock(int argc, char **argv);

/* What `weftc COMMAND --help` prints. */
extern const char weftc_build_help[];
extern const char weftc_check_help[];
extern const char weftc_format_help[];
extern const char weftc_describe_help[];
extern const char weftc_lock_help[];

/* Reads files of the system; "-" is no name for the standard input. Lives for ever. */
const weft__idl_source_reader *weftc_source_reader(void);

/* Prints all of them to stderr, as text. 0, or a negative code. */
int weftc_print_diagnostics(weft__diagnostics *diags);
/* To `stream` (a FILE *), in the given form. */
int weftc_print_diagnostics_to(weft__diagnostics *diags, weft__diag_format format, void *stream);

#endif

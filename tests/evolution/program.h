/* The programs of tests/evolution: evolution_old has the old versions of all pairs, evolution_new the new ones. Either
 * serves or calls, by the tables of its version alone. */
#ifndef WEFT_TESTS_EVOLUTION_PROGRAM_H
#define WEFT_TESTS_EVOLUTION_PROGRAM_H

#include "weft/weft.h"
#include "weft/gen.h"

/* Exit status of a program: 0 where it went as far as it was told, whatever came of the calls. */
int program_serve(const weft_service_type *service);
int program_call(const weft_service_type *service, const char *url);

/* The method of this name, or n_methods. */
uint32_t method_find(const weft_service_type *service, const char *name);
/* A C value of the type, of its bytes; ends the program where they are none. */
void *value_decode(const weft_type *type, weft_bytes bytes, weft_arena *arena);
/* On stdout, as JSON. */
void value_print(const weft_type *type, const void *value);
/* Ends the program. */
_Noreturn void program_die(const char *what, const char *why);

#endif

/* What both roles have in common, and the way to them:
 *
 *     evolution_old serve PAIR        says where it listens, then what its handlers see, until it is ended
 *     evolution_old call PAIR URL     does what stdin says (call.c), says what comes of it */
#include "tests/evolution/program.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pairs.h" /* PAIRS(X): X(name, service) of this program's version of each pair */

#define DECLARE(name, service) extern const weft_service_type service;
PAIRS(DECLARE)
#undef DECLARE

static const struct {
    const char *name;
    const weft_service_type *service;
} pairs[] = {
#define ENTRY(name, service) { #name, &(service) },
    PAIRS(ENTRY)
#undef ENTRY
};

_Noreturn void program_die(const char *what, const char *why)
{
    fprintf(stderr, "evolution: %s: %s\n", what, why);
    exit(3);
}

uint32_t method_find(const weft_service_type *service, const char *name)
{
    uint32_t i = 0;
    while (i < service->n_methods && strcmp(service->methods[i].name, name) != 0)
        i++;
    return i;
}

void *value_decode(const weft_type *type, weft_bytes bytes, weft_arena *arena)
{
    weft_error error;
    void *value = weft_arena_alloc(arena, type->c_size, 16);
    if (!value || weft_gen_decode(type, bytes, arena, value, &error) < 0)
        program_die("a value of the pair is none of its type", value ? error.text : "no memory");
    return value;
}

static int print_piece(void *user, const char *text, size_t len)
{
    (void)user;
    return fwrite(text, 1, len, stdout) == len ? 0 : WEFT_EIO;
}

void value_print(const weft_type *type, const void *value)
{
    if (weft_gen_print(type, value, print_piece, NULL) < 0)
        program_die("a value cannot be printed", type->name ? type->name : "");
}

int main(int argc, char **argv)
{
    setvbuf(stdout, NULL, _IOLBF, 0);
    for (size_t i = 0; argc > 2 && i < sizeof pairs / sizeof *pairs; i++) {
        if (strcmp(pairs[i].name, argv[2]) != 0)
            continue;
        if (strcmp(argv[1], "serve") == 0 && argc == 3)
            return program_serve(pairs[i].service);
        if (strcmp(argv[1], "call") == 0 && argc == 4)
            return program_call(pairs[i].service, argv[3]);
    }
    fprintf(stderr, "usage: %s serve PAIR | %s call PAIR URL\n", argv[0], argv[0]);
    return 2;
}

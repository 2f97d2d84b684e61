/* Names: their forms, from one form to another, words of C, and what was probably meant. */
#ifndef WEFT_IDL_NAMES_H
#define WEFT_IDL_NAMES_H

#include "weft/base.h"

#define WEFT__NAME_MAX 128u

typedef enum weft__name_form {
    WEFT__NAME_CAMEL = 1,  /* UpperCamel: types and services */
    WEFT__NAME_SNAKE,      /* lower_snake: everything else */
    WEFT__NAME_UPPER_SNAKE /* UPPER_SNAKE: constants */
} weft__name_form;

bool weft__name_has_form(weft_str name, weft__name_form form);
/* "UpperCamel", … */
const char *weft__name_form_text(weft__name_form form);
/* The name in that form, words kept apart; NUL-terminated; ptr NULL: out of memory. May have no letter left to begin
 * with. */
weft_str weft__name_to(weft_arena *arena, weft_str name, weft__name_form form);

/* The edit distance (insert, delete, replace, swap neighbours), or max + 1 where it is above max. */
size_t weft__name_distance(weft_str a, weft_str b, size_t max);

/* Finds the best of many candidates for a misspelled name. */
typedef struct weft__name_guess {
    weft_str wanted;
    weft_str best; /* empty: none is near */
    size_t distance;
} weft__name_guess;

void weft__name_guess_begin(weft__name_guess *guess, weft_str wanted);
void weft__name_guess_try(weft__name_guess *guess, weft_str candidate);

#endif

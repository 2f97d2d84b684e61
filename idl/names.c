/* Names: see names.h. The words of C that are no names are here, too. */
#include "idl/names.h"

#include <stdlib.h>

#include "idl/model.h"

static bool is_lower(char c)
{
    return c >= 'a' && c <= 'z';
}

static bool is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static char to_lower(char c)
{
    return is_upper(c) ? (char)(c - 'A' + 'a') : c;
}

static char to_upper(char c)
{
    return is_lower(c) ? (char)(c - 'a' + 'A') : c;
}

bool weft__name_has_form(weft_str name, weft__name_form form)
{
    if (name.len == 0)
        return false;
    bool is_first_good = form == WEFT__NAME_SNAKE ? is_lower(name.ptr[0]) : is_upper(name.ptr[0]);
    for (size_t i = 1; i < name.len && is_first_good; i++) {
        char c = name.ptr[i];
        bool is_good = is_digit(c);
        if (c == '_')
            is_good = form != WEFT__NAME_CAMEL && i + 1 < name.len && name.ptr[i - 1] != '_';
        else if (is_lower(c))
            is_good = form != WEFT__NAME_UPPER_SNAKE;
        else if (is_upper(c))
            is_good = form != WEFT__NAME_SNAKE;
        if (!is_good)
            return false;
    }
    return is_first_good;
}

const char *weft__name_form_text(weft__name_form form)
{
    static const char *const text[] = { "?", "UpperCamel", "lower_snake", "UPPER_SNAKE" };
    return text[form];
}

/* Whether a word begins at name[i], where neither this nor the one before is '_': fooBar, HTTPServer. */
static bool is_word_start(weft_str name, size_t i)
{
    if (i == 0 || !is_upper(name.ptr[i]))
        return false;
    if (!is_upper(name.ptr[i - 1]))
        return true;
    return i + 1 < name.len && is_lower(name.ptr[i + 1]);
}

weft_str weft__name_to(weft_arena *arena, weft_str name, weft__name_form form)
{
    char *out = weft_arena_alloc(arena, name.len * 2 + 1, 1);
    if (!out)
        return weft_str_of(NULL, 0);
    size_t n = 0;
    bool is_start = true;
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];
        if (c == '_') {
            is_start = true;
            continue;
        }
        is_start = is_start || is_word_start(name, i);
        if (is_start && n > 0 && form != WEFT__NAME_CAMEL)
            out[n++] = '_';
        bool is_big = form == WEFT__NAME_UPPER_SNAKE || (form == WEFT__NAME_CAMEL && is_start);
        out[n++] = is_big ? to_upper(c) : form == WEFT__NAME_CAMEL ? c : to_lower(c);
        is_start = false;
    }
    out[n] = '\0';
    return weft_str_of(out, n);
}

size_t weft__name_distance(weft_str a, weft_str b, size_t max)
{
    size_t rows[3][WEFT__NAME_MAX + 1];
    if (a.len > WEFT__NAME_MAX || b.len > WEFT__NAME_MAX || a.len > b.len + max || b.len > a.len + max)
        return max + 1;
    size_t *before = rows[0];
    size_t *last = rows[1];
    size_t *row = rows[2];
    for (size_t j = 0; j <= b.len; j++)
        last[j] = j;
    for (size_t i = 1; i <= a.len; i++) {
        row[0] = i;
        for (size_t j = 1; j <= b.len; j++) {
            size_t best = last[j - 1] + (a.ptr[i - 1] != b.ptr[j - 1]);
            best = best < last[j] + 1 ? best : last[j] + 1;
            best = best < row[j - 1] + 1 ? best : row[j - 1] + 1;
            if (i > 1 && j > 1 && a.ptr[i - 1] == b.ptr[j - 2] && a.ptr[i - 2] == b.ptr[j - 1])
                best = best < before[j - 2] + 1 ? best : before[j - 2] + 1;
            row[j] = best;
        }
        size_t *free_row = before;
        before = last;
        last = row;
        row = free_row;
    }
    return last[b.len] <= max ? last[b.len] : max + 1;
}

void weft__name_guess_begin(weft__name_guess *guess, weft_str wanted)
{
    /* Two letters wrong in a name of three would fit nearly everything. */
    *guess = (weft__name_guess){ .wanted = wanted,
                                 .best = WEFT_STR(""),
                                 .distance = wanted.len < 3   ? 1
                                             : wanted.len < 5 ? 2
                                                              : 3 };
}

void weft__name_guess_try(weft__name_guess *guess, weft_str candidate)
{
    size_t distance = weft__name_distance(guess->wanted, candidate, guess->distance - 1);
    if (distance >= guess->distance || distance >= guess->wanted.len)
        return;
    guess->distance = distance > 0 ? distance : 1;
    guess->best = candidate;
}

/* Sorted. Keywords of C11 to C23 and C++98 to C++20, their alternative spellings, macros of the standard headers and of
   systems that are met often. */
static const char *const c_words[] = {
    "EOF",
    "NULL",
    "alignas",
    "alignof",
    "and",
    "and_eq",
    "asm",
    "assert",
    "atomic_cancel",
    "atomic_commit",
    "atomic_noexcept",
    "auto",
    "bitand",
    "bitor",
    "bool",
    "break",
    "case",
    "catch",
    "char",
    "char16_t",
    "char32_t",
    "char8_t",
    "class",
    "co_await",
    "co_return",
    "co_yield",
    "compl",
    "complex",
    "concept",
    "const",
    "const_cast",
    "consteval",
    "constexpr",
    "constinit",
    "continue",
    "decltype",
    "default",
    "delete",
    "do",
    "double",
    "dynamic_cast",
    "else",
    "enum",
    "errno",
    "explicit",
    "export",
    "extern",
    "false",
    "far",
    "float",
    "for",
    "friend",
    "goto",
    "huge",
    "i386",
    "if",
    "imaginary",
    "inline",
    "int",
    "interface",
    "linux",
    "long",
    "major",
    "makedev",
    "minor",
    "mutable",
    "namespace",
    "near",
    "new",
    "noexcept",
    "noreturn",
    "not",
    "not_eq",
    "nullptr",
    "offsetof",
    "operator",
    "or",
    "or_eq",
    "pascal",
    "private",
    "protected",
    "public",
    "reflexpr",
    "register",
    "reinterpret_cast",
    "requires",
    "restrict",
    "return",
    "setjmp",
    "short",
    "signed",
    "sizeof",
    "small",
    "static",
    "static_assert",
    "static_cast",
    "stderr",
    "stdin",
    "stdout",
    "struct",
    "switch",
    "synchronized",
    "template",
    "this",
    "thread_local",
    "throw",
    "true",
    "try",
    "typedef",
    "typeid",
    "typename",
    "typeof",
    "typeof_unqual",
    "union",
    "unix",
    "unsigned",
    "using",
    "va_arg",
    "va_copy",
    "va_end",
    "va_start",
    "virtual",
    "void",
    "volatile",
    "wchar_t",
    "while",
    "xor",
    "xor_eq",
};

static int compare_word(const void *key, const void *element)
{
    const weft_str *word = key;
    const char *text = *(const char *const *)element;
    size_t len = strlen(text);
    int order = memcmp(word->ptr, text, word->len < len ? word->len : len);
    return order ? order : word->len < len ? -1 : word->len > len;
}

bool weft__model_is_c_keyword(weft_str word)
{
    return bsearch(&word, c_words, sizeof c_words / sizeof c_words[0], sizeof c_words[0], compare_word) != NULL;
}

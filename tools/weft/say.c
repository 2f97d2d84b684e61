/* What people read: errors on stderr, JSON with indentation. */
#include "tools/weft/tool.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static bool has_colour(void)
{
    const char *no = getenv("NO_COLOR"), *term = getenv("TERM");
    return isatty(STDERR_FILENO) && !(no && *no) && term && strcmp(term, "dumb") != 0;
}

/* Texts of the counterpart must not move the cursor. */
static void make_harmless(char *text)
{
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;
        if (c < 0x20 || c == 0x7f)
            *text = '?';
    }
}

const char *tool_harmless(weft_arena *arena, weft_str text)
{
    weft_str copy = weft_arena_copy_str(arena, text);
    if (!copy.ptr)
        return "?";
    make_harmless((char *)copy.ptr);
    return copy.ptr;
}

void tool_say(const char *format, ...)
{
    char text[1024];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    make_harmless(text);
    bool colour = has_colour();
    fprintf(stderr, "%sweft:%s %s\n", colour ? "\033[1;31m" : "", colour ? "\033[0m" : "", text);
}

void tool_say_error(const char *what, const weft_error *error)
{
    const char *text = error->text[0] ? error->text : weft_strerror(error->code);
    if (error->remote)
        tool_say("%s: %s: %s (%s)", what, weft_strerror(error->code), text, weft_code_name(error->remote));
    else
        tool_say("%s: %s", what, text);
}

/* ---- JSON ---- */

typedef struct indenter {
    void (*add)(void *user, const char *text, size_t len);
    void *user;
} indenter;

static void new_line(const indenter *in, int depth)
{
    in->add(in->user, "\n", 1);
    for (int i = 0; i < depth; i++)
        in->add(in->user, "  ", 2);
}

/* How long the string is that begins at text. */
static size_t string_len(weft_str text)
{
    size_t i = 1;
    while (i < text.len && text.ptr[i] != '"')
        i += text.ptr[i] == '\\' ? 2 : 1;
    return i < text.len ? i + 1 : text.len;
}

void tool_indent(weft_str json, void (*add)(void *user, const char *text, size_t len), void *user)
{
    indenter in = { add, user };
    int depth = 0;
    for (size_t i = 0; i < json.len; i++) {
        const char *at = json.ptr + i;
        bool is_empty = i + 1 < json.len && (at[1] == ']' || at[1] == '}');
        switch (*at) {
        case '"': {
            size_t len = string_len(weft_str_of(at, json.len - i));
            add(user, at, len);
            i += len - 1;
            break;
        }
        case '{':
        case '[':
            add(user, at, is_empty ? 2 : 1);
            i += is_empty ? 1 : 0;
            if (!is_empty)
                new_line(&in, ++depth);
            break;
        case '}':
        case ']':
            new_line(&in, --depth);
            add(user, at, 1);
            break;
        case ',':
            add(user, ",", 1);
            new_line(&in, depth);
            break;
        case ':': add(user, ": ", 2); break;
        default: add(user, at, 1); break;
        }
    }
}

typedef struct quoted {
    char *at;
    size_t len, room;
} quoted;

static int quoted_add(void *user, const char *text, size_t len)
{
    quoted *q = user;
    if (len > q->room - q->len)
        return WEFT_EMSGSIZE;
    memcpy(q->at + q->len, text, len);
    q->len += len;
    return 0;
}

const char *tool_quote(weft_arena *arena, weft_str text)
{
    quoted q = { .room = text.len * 6 + 2 };
    q.at = weft_arena_alloc(arena, q.room + 1, 1);
    if (!q.at || weft_gen_print(&weft_type_str, &text, quoted_add, &q))
        return "\"\"";
    q.at[q.len] = '\0';
    return q.at;
}

/* Families, samples, and the escaping of label values. */
#include "runtime/base/exposition.h"

#include "runtime/base/error.h"

static void put(weft__exposition *e, const char *text, size_t len)
{
    if (e->status == 0 && len > 0)
        e->status = e->write(e->user, text, len);
}

static void put_text(weft__exposition *e, const char *text)
{
    put(e, text, strlen(text));
}

void weft__exposition_family(weft__exposition *e, const char *name, const char *type, const char *help)
{
    e->family = name;
    put_text(e, "# HELP ");
    put_text(e, name);
    put_text(e, " ");
    put_text(e, help);
    put_text(e, "\n# TYPE ");
    put_text(e, name);
    put_text(e, " ");
    put_text(e, type);
    put_text(e, "\n");
}

/* A backslash, a quotation mark and a line's end are all that has an escape. */
static void put_escaped(weft__exposition *e, const char *text)
{
    size_t len = strlen(text);
    for (size_t at = 0; at < len;) {
        size_t plain = strcspn(text + at, "\\\"\n");
        put(e, text + at, plain);
        at += plain;
        if (at < len)
            put_text(e, text[at] == '\n' ? "\\n" : text[at] == '"' ? "\\\"" : "\\\\");
        at++;
    }
}

void weft__exposition_sample(weft__exposition *e, const weft__label *labels, size_t n_labels, uint64_t value)
{
    char digits[20];
    const char *before = "{";
    put_text(e, e->family);
    for (size_t i = 0; i < n_labels; i++) {
        if (!labels[i].value)
            continue;
        put_text(e, before);
        put_text(e, labels[i].name);
        put_text(e, "=\"");
        put_escaped(e, labels[i].value);
        put_text(e, "\"");
        before = ",";
    }
    if (*before == ',')
        put_text(e, "}");
    put_text(e, " ");
    put(e, digits, weft__format_u64(value, digits));
    put_text(e, "\n");
}

/* Comparisons, for people and for programs: see against.h. */
#include "codegen/against.h"

#include "codegen/json.h"

enum { N_CLASSES = WEFT__CHANGE_BREAKING + 1 };

typedef struct tally {
    size_t changes[N_CLASSES];
    size_t methods[N_CLASSES];
} tally;

static tally count(const weft__comparison *comparison)
{
    tally n = { 0 };
    for (size_t i = 0; i < comparison->n_changes; i++)
        n.changes[comparison->changes[i].change_class]++;
    for (size_t i = 0; i < comparison->n_methods; i++)
        n.methods[comparison->methods[i].method_class]++;
    return n;
}

/* ---- text ---- */

static void put_place(const weft__idl_span *span, FILE *out)
{
    if (span->source)
        fprintf(out, "%s:%u:%u: ", span->source->path.ptr, (unsigned)span->line, (unsigned)span->column);
}

static void put_reason(const weft__change *change, unsigned direction, FILE *out)
{
    static const char *const readers[] = { "the new version does not read what the old one writes",
                                           "the old version does not read what the new one writes" };
    if (change->fails[direction] && change->reasons[direction].len > 0)
        fprintf(out, "    %s: %s\n", readers[direction], change->reasons[direction].ptr);
}

static void put_change(const weft__change *change, FILE *out)
{
    bool is_gone = !change->spans[1].source;
    put_place(&change->spans[is_gone ? 0 : 1], out);
    fprintf(out, "%s: %s: %s [%s]\n", weft__change_class_name(change->change_class), change->subject.ptr,
            change->text.ptr, weft__change_spelling(change->rule));
    put_reason(change, WEFT__NEW_READS_OLD, out);
    put_reason(change, WEFT__OLD_READS_NEW, out);
    if (!is_gone && change->spans[0].source) {
        put_place(&change->spans[0], out);
        fputs("note: the old version is here\n", out);
    }
    if (change->hint.len > 0)
        fprintf(out, "hint: %s\n", change->hint.ptr);
}

static void put_method(const weft__method_verdict *method, FILE *out)
{
    if (method->method_class == WEFT__CHANGE_COMPATIBLE)
        return;
    put_place(&method->spans[1], out);
    fprintf(out, "%s: method %s: ", weft__change_class_name(method->method_class), method->full_name.ptr);
    if (method->method_class == WEFT__CHANGE_BREAKING)
        fputs("neither version can call the other\n", out);
    else if (method->fails[WEFT__OLD_CALLS_NEW])
        fputs("new programs can call old ones; old ones cannot call new ones\n", out);
    else
        fputs("old programs can call new ones; new ones cannot call old ones\n", out);
}

static void put_tally(const size_t counts[N_CLASSES], const char *what, FILE *out)
{
    size_t n = 0;
    for (size_t i = 0; i < N_CLASSES; i++)
        n += counts[i];
    fprintf(out, "%zu %s%s", n, what, n == 1 ? "" : "s");
    const char *separator = ": ";
    for (size_t i = 0; i < N_CLASSES; i++) {
        if (counts[i] == 0)
            continue;
        fprintf(out, "%s%zu %s", separator, counts[i], weft__change_class_name((weft__change_class)i));
        separator = ", ";
    }
}

void weftc_against_text(const weft__comparison *comparison, FILE *out)
{
    tally n = count(comparison);
    for (size_t i = 0; i < comparison->n_changes; i++)
        put_change(&comparison->changes[i], out);
    for (size_t i = 0; i < comparison->n_methods; i++)
        put_method(&comparison->methods[i], out);
    put_tally(n.changes, "change", out);
    fputs("; ", out);
    put_tally(n.methods, "method", out);
    fputs("\n", out);
}

/* ---- JSON ---- */

static void put_json_member(const char *name, weft_str text, FILE *out)
{
    fprintf(out, ",\"%s\":", name);
    weftc_json_text(text, out);
}

static void put_json_bool(const char *name, bool value, FILE *out)
{
    fprintf(out, ",\"%s\":%s", name, value ? "true" : "false");
}

static void put_json_place(const char *name, const weft__idl_span *span, FILE *out)
{
    fprintf(out, ",\"%s\":", name);
    if (!span->source) {
        fputs("null", out);
        return;
    }
    fputs("{\"file\":", out);
    weftc_json_text(span->source->path, out);
    fprintf(out, ",\"line\":%u,\"column\":%u}", (unsigned)span->line, (unsigned)span->column);
}

static void put_json_class(weft__change_class change_class, FILE *out)
{
    fprintf(out, ",\"class\":\"%s\"", weft__change_class_name(change_class));
}

static void put_json_change(const weft__change *change, FILE *out)
{
    fprintf(out, "{\"change\":\"%s\"", weft__change_spelling(change->rule));
    put_json_class(change->change_class, out);
    put_json_member("subject", change->subject, out);
    put_json_bool("new_reads_old", !change->fails[WEFT__NEW_READS_OLD], out);
    put_json_bool("old_reads_new", !change->fails[WEFT__OLD_READS_NEW], out);
    put_json_place("old", &change->spans[0], out);
    put_json_place("new", &change->spans[1], out);
    put_json_member("text", change->text, out);
    put_json_member("new_reads_old_reason", change->reasons[WEFT__NEW_READS_OLD], out);
    put_json_member("old_reads_new_reason", change->reasons[WEFT__OLD_READS_NEW], out);
    put_json_member("hint", change->hint, out);
    fputs("}\n", out);
}

static void put_json_method(const weft__method_verdict *method, FILE *out)
{
    fputs("{\"method\":", out);
    weftc_json_text(method->full_name, out);
    put_json_class(method->method_class, out);
    put_json_bool("old_calls_new", !method->fails[WEFT__OLD_CALLS_NEW], out);
    put_json_bool("new_calls_old", !method->fails[WEFT__NEW_CALLS_OLD], out);
    put_json_place("old", &method->spans[0], out);
    put_json_place("new", &method->spans[1], out);
    fputs("}\n", out);
}

void weftc_against_json(const weft__comparison *comparison, FILE *out)
{
    tally n = count(comparison);
    for (size_t i = 0; i < comparison->n_changes; i++)
        put_json_change(&comparison->changes[i], out);
    for (size_t i = 0; i < comparison->n_methods; i++)
        put_json_method(&comparison->methods[i], out);
    fprintf(out, "{\"summary\":\"%s\"", weft__change_class_name(comparison->worst));
    for (size_t i = 0; i < 2; i++) {
        const size_t *counts = i ? n.methods : n.changes;
        fprintf(out, ",\"%s\":{\"compatible\":%zu,\"one-way\":%zu,\"breaking\":%zu}", i ? "methods" : "changes",
                counts[WEFT__CHANGE_COMPATIBLE], counts[WEFT__CHANGE_ONE_WAY], counts[WEFT__CHANGE_BREAKING]);
    }
    fputs("}\n", out);
}

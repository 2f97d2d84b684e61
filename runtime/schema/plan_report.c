/* Paths and sentences [schema.plan.errors]. */
#include "runtime/schema/plan_report.h"

#include "runtime/base/error.h"
#include "runtime/base/mem.h"

/* ---- paths ---- */

static bool step_is_name(const char *step)
{
    return step[0] != '\0' && step[0] != '[' && step[0] != '{';
}

/* A path is written from its end, as pairs know where they came from, into the first cap bytes of it. */
typedef struct path_writer {
    char *out;
    size_t cap;
    size_t end; /* what is still to be written ends there */
} path_writer;

static void path_put(path_writer *writer, const char *text, size_t len)
{
    writer->end -= len;
    for (size_t i = 0; i < len && writer->end + i < writer->cap; i++)
        writer->out[writer->end + i] = text[i];
}

/* The length with a dot before every name, and whether the first piece is a name. */
static size_t path_measure(const char *root, weft__plan_place place, bool *ret_dot_first)
{
    size_t len = 0;
    *ret_dot_first = false;
    for (const char *step = place.step;; step = place.step) {
        if (step[0] != '\0') {
            *ret_dot_first = step_is_name(step);
            len += strlen(step) + *ret_dot_first;
        }
        if (!place.from)
            break;
        place = (weft__plan_place){ place.from->from, place.from->step };
    }
    if (root[0] != '\0') {
        *ret_dot_first = true;
        len += strlen(root) + 1;
    }
    return len;
}

/* How long the whole path is. */
static size_t path_write(const char *root, weft__plan_place place, char *out, size_t cap)
{
    bool dot_first;
    size_t len = path_measure(root, place, &dot_first) - (dot_first ? 1 : 0);
    path_writer writer = { out, cap, len };
    for (;;) {
        path_put(&writer, place.step, strlen(place.step));
        if (step_is_name(place.step) && writer.end > 0)
            path_put(&writer, ".", 1);
        if (!place.from)
            break;
        place = (weft__plan_place){ place.from->from, place.from->step };
    }
    path_put(&writer, root, writer.end);
    return len;
}

/* The innermost named types around a place. */
static const weft_type *remote_owner(weft__plan_place place)
{
    const weft__plan *around = place.from;
    while (around && (!around->remote->name || around->op == WEFT__PLAN_WRAP))
        around = around->from;
    return around ? around->remote : NULL;
}

static const weft_type *local_owner(weft__plan_place place)
{
    const weft__plan *around = place.from;
    while (around && !around->local->name)
        around = around->from;
    return around ? around->local : NULL;
}

/* ---- the error ---- */

enum { NAME_LEN_MAX = 32 };

/* What text has room for, cut to what an error of it all can bear. */
static void add_cut(weft_error *error, const char *text, size_t max)
{
    weft_str whole = weft_str_from(text), cut = weft__utf8_cut(whole, max);
    weft__error_add_text(error, cut);
    if (cut.len < whole.len)
        weft__error_add_text(error, WEFT_STR("..."));
}

static void add_named(weft_error *error, const weft_type *type)
{
    add_cut(error, type->name, NAME_LEN_MAX);
    weft__error_add_text(error, WEFT_STR(" ("));
    weft__error_add_id(error, type->id);
    weft__error_add_text(error, WEFT_STR(")"));
}

/* "list of t.v1.S (0123456789abcdef)": a type, and where it has no id the type that it stands in. */
static void add_type(weft_error *error, const weft_type *type_or_null, const weft_type *owner_or_null)
{
    if (type_or_null && type_or_null->name) {
        add_named(error, type_or_null);
        return;
    }
    if (type_or_null)
        weft__error_add_text(error, weft_str_from(weft__type_kind_name(type_or_null)));
    if (type_or_null && owner_or_null)
        weft__error_add_text(error, WEFT_STR(" of "));
    if (owner_or_null)
        add_named(error, owner_or_null);
    else if (!type_or_null)
        weft__error_add_text(error, WEFT_STR("nothing"));
}

/* Behind a type of the method itself. */
static void add_method(weft_error *error, const weft__plan_reporter *reporter)
{
    enum { METHOD_NAME_LEN_MAX = 24 };
    weft__error_add_text(error, WEFT_STR(" of "));
    add_cut(error, reporter->service, METHOD_NAME_LEN_MAX);
    weft__error_add_text(error, WEFT_STR("/"));
    add_cut(error, reporter->method, METHOD_NAME_LEN_MAX);
}

/* `path: text: remote as local [schema.plan]`; the path is what gets cut. */
static void report_error(weft__plan_reporter *reporter, weft__plan_rule rule, weft__plan_place place,
                         const weft_type *remote, const weft_type *local, const char *text)
{
    weft_error *error = reporter->error, tail;
    weft__error_set(error, WEFT_EINCOMPATIBLE, "");
    if (!error)
        return;
    weft__error_set(&tail, WEFT_EINCOMPATIBLE, text);
    if (rule != WEFT__PLAN_CHANNEL) {
        weft__error_add_text(&tail, WEFT_STR(": "));
        add_type(&tail, remote, remote_owner(place));
        weft__error_add_text(&tail, rule == WEFT__PLAN_MISSING ? WEFT_STR(", ") : WEFT_STR(" as "));
        add_type(&tail, local, local_owner(place));
        if (reporter->method && !local_owner(place))
            add_method(&tail, reporter);
    }
    weft__error_add_text(&tail, WEFT_STR(" [schema.plan]"));
    enum { BESIDE = 6 }; /* "...", ": ", NUL */
    char path[sizeof error->text];
    size_t room = sizeof error->text - BESIDE - strlen(tail.text);
    size_t len = path_write(reporter->root, place, path, room);
    weft__error_add_text(error, weft__utf8_cut(weft_str_of(path, len < room ? len : room), room));
    if (len > 0)
        weft__error_add_text(error, len > room ? WEFT_STR("...: ") : WEFT_STR(": "));
    weft__error_add_text(error, weft_str_from(tail.text));
}

static int report_finding(const weft__plan_reporter *reporter, weft__plan_finding *finding, weft__plan_place place)
{
    size_t len = path_write(reporter->root, place, NULL, 0);
    char *path = weft__alloc(reporter->allocator, len + 1);
    if (!path)
        return WEFT_ENOMEM;
    path_write(reporter->root, place, path, len);
    path[len] = '\0';
    finding->path = weft_str_of(path, len);
    reporter->sink->found(reporter->sink->user, finding);
    weft__free(reporter->allocator, path, len + 1);
    return 0;
}

int weft__plan_report(weft__plan_reporter *reporter, weft__plan_rule rule, weft__plan_place place,
                      const weft_type *remote_or_null, const weft_type *local_or_null, const char *text)
{
    if (rule >= WEFT__PLAN_MISSING && !reporter->failed) {
        reporter->failed = true;
        report_error(reporter, rule, place, remote_or_null, local_or_null, text);
    }
    if (!reporter->sink)
        return rule >= WEFT__PLAN_MISSING ? WEFT_EINCOMPATIBLE : 0;
    weft__plan_finding finding = { .rule = rule,
                                   .remote = remote_or_null,
                                   .local = local_or_null,
                                   .remote_owner = remote_owner(place),
                                   .local_owner = local_owner(place),
                                   .text = text };
    return report_finding(reporter, &finding, place);
}

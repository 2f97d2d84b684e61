/* A log callback that is ready to use: one line a record, to standard error. The library itself calls it never; the
 * application asks for it. A line is put together first and written at once, so that those of several threads do not
 * mix, and texts of the counterpart's are escaped: a line break in one cannot look like a record of ours. */
#include "weft/log.h"

#include <errno.h>
#include <unistd.h>

typedef struct line {
    size_t len;
    bool cut;
    char text[1024];
} line;

/* Leaves room for what marks a cut and for the line's end. */
#define LINE_TAIL 5

static void line_add(line *l, const char *text, size_t len)
{
    size_t room = sizeof l->text - LINE_TAIL - l->len;
    if (l->cut)
        return;
    if (len > room) {
        len = room;
        l->cut = true;
    }
    memcpy(l->text + l->len, text, len);
    l->len += len;
}

static void line_add_literal(line *l, const char *text)
{
    line_add(l, text, strlen(text));
}

static void line_add_number(line *l, uint64_t number)
{
    char digits[20];
    size_t at = sizeof digits;
    do {
        digits[--at] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    line_add(l, digits + at, sizeof digits - at);
}

static void line_add_quoted(line *l, weft_str text)
{
    static const char hex[] = "0123456789abcdef";
    line_add(l, "\"", 1);
    for (size_t i = 0; i < text.len && !l->cut; i++) {
        unsigned char byte = (unsigned char)text.ptr[i];
        char escaped[4] = { '\\', 'x', hex[byte >> 4], hex[byte & 15] };
        if (byte == '"' || byte == '\\') {
            escaped[1] = (char)byte;
            line_add(l, escaped, 2);
        } else if (byte < 0x20 || byte == 0x7f) {
            line_add(l, escaped, 4);
        } else {
            line_add(l, &text.ptr[i], 1);
        }
    }
    line_add(l, "\"", 1);
}

static const char *class_name(uint64_t log_class)
{
    switch (log_class) {
    case WEFT_LOG_SESSION: return "session";
    case WEFT_LOG_CONNECTION: return "connection";
    case WEFT_LOG_CALL: return "call";
    case WEFT_LOG_FRAME: return "frame";
    case WEFT_LOG_CONDUIT: return "conduit";
    case WEFT_LOG_LISTENER: return "listener";
    default: return "other";
    }
}

static void line_write(const line *l)
{
    size_t done = 0;
    while (done < l->len) {
        ssize_t n = write(STDERR_FILENO, l->text + done, l->len - done);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return; /* there is nobody left to tell */
        done += (size_t)n;
    }
}

void weft_log_stderr(void *user, const weft_log_record *record)
{
    static const char *const levels[] = { "error", "warning", "info", "debug" };
    const weft_log_level *least = user;
    int saved = errno;
    line l;
    if (least && record->level > *least)
        return;
    l.len = 0;
    l.cut = false;
    line_add_literal(&l, "weft: ");
    line_add_literal(&l, (size_t)record->level < sizeof levels / sizeof *levels ? levels[record->level] : "other");
    line_add_literal(&l, ": ");
    line_add_literal(&l, class_name(record->log_class));
    line_add_literal(&l, ": ");
    line_add_literal(&l, record->message);
    for (size_t i = 0; i < record->n_fields; i++) {
        const weft_log_field *field = &record->fields[i];
        line_add(&l, " ", 1);
        line_add_literal(&l, field->name);
        line_add(&l, "=", 1);
        if (field->is_text)
            line_add_quoted(&l, field->text);
        else
            line_add_number(&l, field->number);
    }
    memcpy(l.text + l.len, l.cut ? " ...\n" : "\n", l.cut ? 5 : 1);
    l.len += l.cut ? 5 : 1;
    line_write(&l);
    errno = saved;
}

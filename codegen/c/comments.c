/* Comments of generated code: see comments.h. */
#include "codegen/c/comments.h"

#define NOTE_MAX 40u

void weft__c_emit_doc(weft__c_unit *unit, size_t indent, const weft__model_doc *doc, bool is_deprecated,
                      weft_str deprecated)
{
    if (!is_deprecated) {
        weft__out_comment(&unit->out, indent, doc->lines, doc->n_lines);
        return;
    }
    weft_str *lines = weft_arena_array(unit->arena, weft_str, doc->n_lines + 1);
    if (!lines) {
        unit->out.rc = WEFT_ENOMEM;
        return;
    }
    for (size_t i = 0; i < doc->n_lines; i++)
        lines[i] = doc->lines[i];
    lines[doc->n_lines] = weft_str_from(weft__c_text(unit, "Deprecated: %s", deprecated.ptr));
    weft__out_comment(&unit->out, indent, lines, doc->n_lines + 1);
}

weft_str weft__c_doc_text(weft__c_unit *unit, const weft__model_doc *doc, bool is_deprecated, weft_str deprecated)
{
    static const char mark[] = "Deprecated: ";
    size_t room = sizeof mark + deprecated.len, len = 0;
    for (size_t i = 0; i < doc->n_lines; i++)
        room += doc->lines[i].len + 1;
    char *text = weft_arena_array(unit->arena, char, room);
    if (!text) {
        unit->out.rc = WEFT_ENOMEM;
        return weft_str_of("", 0);
    }
    for (size_t i = 0; i < doc->n_lines; i++) {
        if (i > 0)
            text[len++] = '\n';
        memcpy(text + len, doc->lines[i].ptr, doc->lines[i].len);
        len += doc->lines[i].len;
    }
    if (is_deprecated) {
        if (len > 0)
            text[len++] = '\n';
        memcpy(text + len, mark, sizeof mark - 1);
        len += sizeof mark - 1;
        memcpy(text + len, deprecated.ptr, deprecated.len);
        len += deprecated.len;
    }
    return weft_str_of(text, len);
}

void weft__c_emit_section(weft__c_unit *unit, const char *title)
{
    static const char dashes[] = "----------------------------------------------------------------------------------"
                                 "----------------------------------";
    size_t used = strlen("/* ----  ") + strlen(title) + strlen(" */");
    int n = used + 4 < WEFT__OUT_COLUMNS ? (int)(WEFT__OUT_COLUMNS - used) : 4;
    weft__out_f(&unit->out, "\n/* ---- %s %.*s */\n\n", title, n, dashes);
}

const char *weft__c_default_note(weft__c_unit *unit, const weft__model_field *field)
{
    if (!field->has_default)
        return "";
    if (!field->default_value)
        return "default none";
    weft__idl_span span = field->default_value->span;
    if (!span.source || span.len == 0 || span.len > NOTE_MAX)
        return "";
    const char *text = span.source->text.ptr + span.offset;
    for (size_t i = 0; i < span.len; i++) {
        char c = text[i];
        /* A string may hold what would end a comment. */
        if ((unsigned char)c < 0x20 || (unsigned char)c > 0x7e || c == '*' || c == '?' || c == '/')
            return "";
    }
    return weft__c_text(unit, "default %.*s", (int)span.len, text);
}

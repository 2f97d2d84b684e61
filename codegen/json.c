/* Texts in JSON: see json.h. */
#include "codegen/json.h"

#include "idl/text.h"

void weftc_json_text(weft_str text, FILE *out)
{
    fputc('"', out);
    for (size_t i = 0; i < text.len;) {
        size_t n = weft__utf8_len(text.ptr + i, text.len - i);
        unsigned char c = (unsigned char)text.ptr[i];
        if (n == 0)
            fputs("\\ufffd", out);
        else if (c == '"' || c == '\\')
            fprintf(out, "\\%c", c);
        else if (c < 0x20 || c == 0x7f)
            fprintf(out, "\\u%04x", c);
        else
            fwrite(text.ptr + i, 1, n, out);
        i += n ? n : 1;
    }
    fputc('"', out);
}

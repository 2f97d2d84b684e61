/* Files that a command writes, together: each first as a temporary file beside its place, and only when all of them are
 * written do they take their names. So a failure leaves what was there before. */
#ifndef WEFT_CODEGEN_OUTPUT_H
#define WEFT_CODEGEN_OUTPUT_H

#include "weft/base.h"

typedef struct weftc_output {
    const char *path; /* both are borrowed, until the writing */
    weft_str text;
} weftc_output;

/* Missing directories are made. 0, or a negative errno value with the reason on stderr. */
int weftc_output_write(const weftc_output *outputs, size_t n_outputs);

#endif

/* The text format of Prometheus, version 0.0.4: families of samples. */
#ifndef WEFT_RUNTIME_BASE_EXPOSITION_H
#define WEFT_RUNTIME_BASE_EXPOSITION_H

#include "weft/base.h"

typedef struct weft__exposition {
    int (*write)(void *user, const char *text, size_t len);
    void *user;
    int status; /* the first that write returned and that is not 0; nothing is written any more */
    const char *family;
} weft__exposition;

typedef struct weft__label {
    const char *name;  /* a constant */
    const char *value; /* any text, escaped; NULL: the label is left out */
} weft__label;

/* Begins a family: its samples follow, and no others before the next family. type: "counter" or "gauge". Name and help
 * are constants without anything to escape. */
void weft__exposition_family(weft__exposition *e, const char *name, const char *type, const char *help);
void weft__exposition_sample(weft__exposition *e, const weft__label *labels, size_t n_labels, uint64_t value);

#endif

/* The C back end: from a resolved model to the text of a header and a source. Pure: it reads and writes no file. */
#ifndef WEFT_CODEGEN_C_BACKEND_H
#define WEFT_CODEGEN_C_BACKEND_H

#include "idl/schema.h"

typedef struct weft__c_options {
    const weft_allocator *allocator_or_null; /* for texts while they grow; NULL: malloc */
    const char *export_macro_or_null;        /* NULL: PREFIX_API */
} weft__c_options;

/* Both texts lie in the model's arena. */
typedef struct weft__c_output {
    weft_str header;
    weft_str source;
} weft__c_output;

/* Makes the code of the model's root file. 0 or WEFT_ENOMEM. */
int weft__c_generate(const weft__model *model, const weft__idl_schema *schema, const weft__c_options *options,
                     weft__c_output *ret_output);

#endif

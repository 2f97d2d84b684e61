/* Services: what the header declares and the source defines for those who call and for those who serve. */
#ifndef WEFT_CODEGEN_C_SERVICES_H
#define WEFT_CODEGEN_C_SERVICES_H

#include "codegen/c/names.h"

/* client.c */
void weft__c_emit_messages(weft__c_unit *unit, const weft__model_decl *service);      /* args, replies, callbacks */
void weft__c_emit_client(weft__c_unit *unit, const weft__model_decl *service);        /* prototypes */
void weft__c_emit_client_source(weft__c_unit *unit, const weft__model_decl *service); /* functions, trampolines */

/* sync.c */
void weft__c_emit_sync(weft__c_unit *unit, const weft__model_decl *service); /* the blocking client, inline */

/* server.c */
void weft__c_emit_handler(weft__c_unit *unit, const weft__model_decl *service);        /* the table, prototypes */
void weft__c_emit_handler_source(weft__c_unit *unit, const weft__model_decl *service); /* functions, trampolines */

/* How many parameters stand in a method's args: without any there is no args pointer in its functions. */
static inline size_t weft__c_n_args(const weft__model_method *method)
{
    return method->n_params - method->n_channels;
}

#endif

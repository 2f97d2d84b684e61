/* Channels: for each type of item that a service of the file sends, the handles, the reader and their functions.
 *
 * Their names come from the type of the items as those of composites do: PREFIX_STEM_tx, behind the prefix of the file
 * whose service has the channel (kv_change_tx, kv_u32_tx, kv_kv_common_v1_region_tx). So nothing is made that no method
 * needs, and nothing twice. */
#ifndef WEFT_CODEGEN_C_CHANNELS_H
#define WEFT_CODEGEN_C_CHANNELS_H

#include "codegen/c/names.h"

void weft__c_emit_channels(weft__c_unit *unit);        /* types, prototypes */
void weft__c_emit_channels_source(weft__c_unit *unit); /* functions, trampolines */
/* Those of blocking clients, behind the others: sync.c. */
void weft__c_emit_channel_sync(weft__c_unit *unit, const weft__model_type *type);
/* Of the channels of its methods. */
void weft__c_emit_channel_tables(weft__c_unit *unit, const weft__model_decl *service);

typedef enum weft__c_side { WEFT__C_HANDLER, WEFT__C_CLIENT } weft__c_side;

/* The handle that this side has of a channel parameter: what the handler sends on (tx) the client receives from. */
const char *weft__c_channel_type(weft__c_unit *unit, const weft__model_param *param, weft__c_side side);

#endif

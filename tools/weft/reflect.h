/* Schemas of servers, by reflection. One question at a time, of a session of the tool's. */
#ifndef WEFT_TOOLS_WEFT_REFLECT_H
#define WEFT_TOOLS_WEFT_REFLECT_H

#include "tools/weft/tool.h"

#include "weft/reflection.weft.h"

/* listing NULL: it has been said why there is none. Lives during the callback. */
typedef void (*tool_listed_fn)(void *user, const weft_reflection_listing *listing_or_null);
/* schema: the caller's, to be freed; NULL: said why. description lives during the callback. */
typedef void (*tool_described_fn)(void *user, weft_schema *schema_or_null,
                                  const weft_reflection_description *description_or_null);

/* 0: the function runs once. Otherwise an exit status: said why. */
int tool_reflect_list(tool *t, tool_listed_fn listed, void *user);
/* The service of this name, or of a name that ends so. */
int tool_reflect_service(tool *t, weft_str name, tool_described_fn described, void *user);

#endif

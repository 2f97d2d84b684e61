/* weft/weft.h: what most applications need. Besides there are uv.h, for those that share the loop; operation.h and
 * sqlite.h, for calls that are remembered beyond the process; schema.h, value.h and json.h, for services that were not
 * compiled in; engine.h, for loops other than libuv; and gen.h, for generated code. */
#ifndef WEFT_WEFT_H
#define WEFT_WEFT_H

#include "weft/base.h"
#include "weft/blocking.h"
#include "weft/call.h"
#include "weft/channel.h"
#include "weft/connection.h"
#include "weft/intercept.h"
#include "weft/limits.h"
#include "weft/listener.h"
#include "weft/log.h"
#include "weft/metadata.h"
#include "weft/notify.h"
#include "weft/proxy.h"
#include "weft/runtime.h"
#include "weft/services.h"
#include "weft/session.h"
#include "weft/stats.h"
#include "weft/version.h"

#endif

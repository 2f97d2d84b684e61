/* weft/weft.h: all of weft for an application, but for gen.h, engine.h and uv.h. */
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

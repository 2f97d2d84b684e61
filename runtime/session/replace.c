/* Another session in place of one that is lost [op.retry]. */
#include "runtime/session/recover.h"

bool weft__session_may_be_replaced(const weft_engine *engine)
{
    (void)engine;
    return false;
}

void weft__session_replace(weft_engine *engine, const weft_error *error)
{
    engine->recovery.lost = *error;
    engine->recovery.lost_untold = true;
}

/* Exact resumption [resume.exact]. */
#include "runtime/session/recover.h"

bool weft__resume_is_on(const weft_engine *engine)
{
    (void)engine;
    return false;
}

void weft__resume_cut(weft_engine *engine)
{
    (void)engine;
}

void weft__resume_forget(weft_engine *engine)
{
    (void)engine;
}

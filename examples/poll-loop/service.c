/* The calculator. */
#include "service.h"

#include "calc.weft.h"

static void on_add(void *self, calc_calculator_add_call call, const calc_calculator_add_args *args)
{
    (void)self;
    calc_calculator_add_return(call, args->a + args->b);
}

static void on_divide(void *self, calc_calculator_divide_call call, const calc_calculator_divide_args *args)
{
    calc_divide_error by_zero = calc_divide_error_make_by_zero();
    (void)self;
    if (args->b == 0)
        calc_calculator_divide_fail(call, &by_zero);
    else
        calc_calculator_divide_return(call, args->a / args->b);
}

static void on_mean(void *self, calc_calculator_mean_call call, const calc_calculator_mean_args *args)
{
    weft_opt_f64 mean = { args->values.len > 0, 0 };
    (void)self;
    for (size_t i = 0; i < args->values.len; i++)
        mean.value += args->values.items[i] / (double)args->values.len;
    calc_calculator_mean_return(call, mean);
}

static const calc_calculator_handler handler = { sizeof handler, NULL, on_add, on_divide, on_mean };

static int on_open(void *user, weft_session *session, weft_pending pending)
{
    (void)user;
    (void)session;
    if (weft_str_equal(weft_pending_service(pending), weft_str_from(calc_calculator_service.name)))
        return calc_calculator_serve(pending, &handler, NULL, NULL);
    return weft_pending_reject(pending, WEFT_CODE_UNKNOWN_SERVICE, NULL, NULL);
}

/* An accepted session hands over one reference with READY; it is kept until CLOSED. */
static void on_event(void *user, weft_session *session, const weft_session_event *event)
{
    (void)user;
    if (event->kind == WEFT_EVENT_CLOSED)
        weft_session_release(session);
}

weft_session_options service_options(void)
{
    weft_session_options options = weft_session_options_default();
    options.on_open = on_open;
    options.on_event = on_event;
    return options;
}

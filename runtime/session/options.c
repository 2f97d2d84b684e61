/* Options that applications fill: defaults, copies by their size, checks. */
#include "runtime/base/options.h"
#include "runtime/session/options_fault.h"
#include "runtime/session/parts.h"

static weft_session_options session_defaults(void)
{
    weft_session_options o;
    memset(&o, 0, sizeof o);
    o.size = sizeof o;
    o.ids_odd = true;
    o.max_frame_size = WEFT_FRAME_SIZE_DEFAULT;
    o.max_message_size = WEFT_MESSAGE_SIZE_DEFAULT;
    o.max_concurrent_requests = WEFT_CONCURRENT_REQUESTS_DEFAULT;
    o.max_connections = WEFT_CONNECTIONS_DEFAULT;
    o.connection_window = WEFT_CONNECTION_WINDOW_DEFAULT;
    o.max_queued = WEFT_QUEUED_DEFAULT;
    o.max_queued_connection = WEFT_QUEUED_CONNECTION_DEFAULT;
    o.max_buffered = WEFT_BUFFERED_DEFAULT;
    o.channel_window = WEFT_CHANNEL_WINDOW_DEFAULT;
    o.max_channels = WEFT_CHANNELS_DEFAULT;
    o.handshake_timeout_ns = WEFT_HANDSHAKE_TIMEOUT_DEFAULT;
    o.connect_timeout_ns = WEFT_CONNECT_TIMEOUT_DEFAULT;
    o.close_timeout_ns = WEFT_CLOSE_TIMEOUT_DEFAULT;
    o.call_timeout_ns = WEFT_CALL_TIMEOUT_DEFAULT;
    o.queue_timeout_ns = WEFT_QUEUE_TIMEOUT_DEFAULT;
    o.keepalive_idle_ns = WEFT_KEEPALIVE_IDLE_DEFAULT;
    o.keepalive_timeout_ns = WEFT_KEEPALIVE_TIMEOUT_DEFAULT;
    o.recovery_timeout_ns = WEFT_TIMEOUT_DEFAULT;
    o.resume_window_ns = WEFT_RESUME_WINDOW_DEFAULT;
    o.replay_limit = WEFT_REPLAY_DEFAULT;
    return o;
}

void weft_session_options_init(weft_session_options *options, size_t size)
{
    weft_session_options defaults = session_defaults();
    weft__options_give(options, size, &defaults, sizeof defaults);
}

int weft__session_options_read(const weft_session_options *options_or_null, weft_session_options *ret_options)
{
    weft_session_options o = session_defaults();
    int status = weft__options_copy(&o, sizeof o, options_or_null);
    weft__session_options_fit_frame(&o);
    if (status == 0 && weft__session_options_fault(&o))
        status = WEFT_EINVAL;
    if (status == 0)
        status = weft__metadata_check(o.metadata);
    if (status == 0)
        *ret_options = o;
    return status;
}

static weft_open_options open_defaults(void)
{
    weft_open_options o;
    memset(&o, 0, sizeof o);
    o.size = sizeof o;
    o.timeout_ns = WEFT_FOREVER;
    return o;
}

void weft_open_options_init(weft_open_options *options, size_t size)
{
    weft_open_options defaults = open_defaults();
    weft__options_give(options, size, &defaults, sizeof defaults);
}

int weft__open_options_read(const weft_open_options *options_or_null, weft_open_options *ret_options)
{
    weft_open_options o = open_defaults();
    int status = weft__options_copy(&o, sizeof o, options_or_null);
    if (status == 0)
        status = weft__metadata_check(o.metadata);
    if (status < 0)
        return status;
    if ((o.serves && (!o.handler || o.serves->abi != WEFT_GEN_ABI)) || (!o.calls && o.n_calls > 0) ||
        o.n_calls > WEFT__BINDING_SERVICES_MAX - 2)
        return WEFT_EINVAL;
    for (size_t i = 0; i < o.n_calls; i++)
        if (!o.calls[i] || o.calls[i]->abi != WEFT_GEN_ABI)
            return WEFT_EINVAL;
    *ret_options = o;
    return 0;
}

static weft_call_options call_defaults(void)
{
    weft_call_options o;
    memset(&o, 0, sizeof o);
    o.size = sizeof o;
    o.timeout_ns = WEFT_TIMEOUT_DEFAULT;
    o.queue_timeout_ns = WEFT_TIMEOUT_DEFAULT;
    return o;
}

void weft_call_options_init(weft_call_options *options, size_t size)
{
    weft_call_options defaults = call_defaults();
    weft__options_give(options, size, &defaults, sizeof defaults);
}

int weft__call_options_read(const weft_call_options *options_or_null, weft_call_options *ret_options)
{
    weft_call_options o = call_defaults();
    if (!options_or_null) {
        *ret_options = o;
        return 0;
    }
    int status = weft__options_copy(&o, sizeof o, options_or_null);
    if (status == 0)
        status = weft__metadata_check(o.metadata);
    if (status == 0)
        *ret_options = o;
    return status;
}

static weft_engine_options engine_defaults(void)
{
    weft_engine_options o;
    memset(&o, 0, sizeof o);
    o.size = sizeof o;
    o.log_classes = WEFT_LOG_ALL;
    o.log_level = WEFT_LOG_INFO;
    o.preamble_timeout_ns = WEFT_PREAMBLE_TIMEOUT;
    return o;
}

void weft_engine_options_init(weft_engine_options *options, size_t size)
{
    weft_engine_options defaults = engine_defaults();
    weft__options_give(options, size, &defaults, sizeof defaults);
}

int weft__engine_options_read(const weft_engine_options *options_or_null, weft_engine_options *ret_options)
{
    weft_engine_options o = engine_defaults();
    int status = options_or_null ? weft__options_copy(&o, sizeof o, options_or_null) : WEFT_EINVAL;
    if (status == 0)
        *ret_options = o;
    return status;
}

/* [session.hello] The one feature there is, as it stands in settings. */
static const uint8_t retry_feature[] = { 0xa5, 'r', 'e', 't', 'r', 'y' };

weft__settings weft__settings_of(const weft_engine *engine, bool odd)
{
    const weft_session_options *options = &engine->options;
    weft__settings settings;
    memset(&settings, 0, sizeof settings);
    settings.odd = odd;
    settings.max_concurrent_requests = options->max_concurrent_requests;
    settings.max_message_size = options->max_message_size;
    settings.channel_window = options->channel_window;
    settings.max_channels = options->max_channels;
    settings.features.raw = weft_bytes_of(retry_feature, 0);
    if (engine->initiator ? options->retry : engine->operations != NULL) {
        settings.features.raw.len = sizeof retry_feature;
        settings.features.n = 1;
        if (engine->operations) /* [op.id] */
            settings.operations = engine->hooks->operations_identity(engine->operations);
    }
    settings.operation_ttl_ms = engine->operation_ttl_ms;
    return settings;
}

void weft__conn_set_peer_settings(weft_connection *conn, const weft__settings *theirs)
{
    const weft_engine *engine = conn->engine;
    weft__list_slice list = theirs->features;
    weft_str feature;
    conn->peer_max_requests = theirs->max_concurrent_requests;
    conn->peer_max_message = theirs->max_message_size;
    conn->peer_max_channels = theirs->max_channels;
    conn->peer_channel_window = theirs->channel_window;
    conn->peer_operation_ttl_ms = theirs->operation_ttl_ms;
    conn->peer_operations = weft__identity_tag(&theirs->operations);
    conn->retries = false;
    while (weft__features_next(&list, &feature)) /* [op.id] where both name it */
        conn->retries |= weft_str_equal(feature, WEFT_STR("retry"));
    conn->retries &= engine->initiator ? engine->options.retry : engine->operations != NULL;
}

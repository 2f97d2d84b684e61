// Cap'n Proto: EzRpc, one thread.
#include "bench.capnp.h"
#include "tests/bench/peers/capnp/url.h"

#include <capnp/ez-rpc.h>
#include <kj/debug.h>

namespace
{

class Server final : public Bench::Server
{
    kj::Promise<void> add(AddContext context) override
    {
        auto params = context.getParams();
        context.getResults(capnp::MessageSize{ 8, 0 }).setSum(params.getA() + params.getB());
        return kj::READY_NOW;
    }

    kj::Promise<void> echo(EchoContext context) override
    {
        auto data = context.getParams().getData();
        context.getResults(capnp::MessageSize{ 8 + data.size() / 8, 0 }).setData(data);
        return kj::READY_NOW;
    }

    kj::Promise<void> stream(StreamContext context) override
    {
        auto params = context.getParams();
        return send(params.getTo(), params.getSize());
    }

    // As often as the stream's own flow control lets us.
    static kj::Promise<void> send(Bench::Taker::Client to, uint32_t size)
    {
        auto request = to.takeRequest(capnp::MessageSize{ 16 + size / 8, 0 });
        auto item = request.initItem(size);
        memset(item.begin(), 'x', size);
        return request.send().then([to, size]() mutable { return send(kj::mv(to), size); });
    }
};

} // namespace

int main(int argc, char **argv)
{
    if (argc != 2)
        measure_fail("usage: server unix:PATH|tcp:PORT", argc);
    measure_more_files();
    capnp::ReaderOptions options;
    options.traversalLimitInWords = UINT64_MAX;
    capnp::EzRpcServer server(kj::heap<Server>(), capnp_url(argv[1]), 0, options);
    auto &scope = server.getWaitScope();
    (void)server.getPort().wait(scope); // it listens
    measure_ready();
    kj::NEVER_DONE.wait(scope);
}

// Cap'n Proto: EzRpc, one thread, promises.
#include "bench.capnp.h"
#include "tests/bench/peers/capnp/url.h"

#include <capnp/ez-rpc.h>
#include <deque>
#include <vector>

namespace
{

measure m;

class Taker final : public Bench::Taker::Server
{
    kj::Promise<void> take(TakeContext context) override
    {
        auto item = context.getParams().getItem();
        if (item.size() != m.size || item[item.size() - 1] != 'x')
            measure_fail("another item", (int)item.size());
        measure_item(&m);
        return kj::READY_NOW;
    }
};

kj::Promise<void> add(Bench::Client &bench, int64_t operand)
{
    auto request = bench.addRequest(capnp::MessageSize{ 8, 0 });
    request.setA(operand);
    request.setB(WORK_ADDEND);
    return request.send().then([operand](capnp::Response<Bench::AddResults> &&answer) {
        if (answer.getSum() != operand + WORK_ADDEND)
            measure_fail("the sum is wrong", 0);
    });
}

kj::Promise<void> echo(Bench::Client &bench)
{
    auto request = bench.echoRequest(capnp::MessageSize{ 8 + m.size / 8, 0 });
    memset(request.initData(m.size).begin(), 'x', m.size);
    return request.send().then([](capnp::Response<Bench::EchoResults> &&answer) {
        auto data = answer.getData();
        if (data.size() != m.size || (m.size > 0 && data[m.size - 1] != 'x'))
            measure_fail("another echo", (int)data.size());
    });
}

kj::Promise<void> calls(Bench::Client &bench, uint64_t began_ns)
{
    static int64_t operand;
    auto answered = m.work == MEASURE_ECHO ? echo(bench) : add(bench, ++operand);
    return answered.then([&bench, began_ns]() { return calls(bench, measure_done(&m, began_ns)); });
}

} // namespace

int main(int argc, char **argv)
{
    measure_init(&m, argc, argv);
    capnp::ReaderOptions options;
    options.traversalLimitInWords = UINT64_MAX;
    capnp::EzRpcClient first(capnp_url(m.address), 0, options);
    auto &scope = first.getWaitScope();
    auto bench = first.getMain<Bench>();
    if (m.work == MEASURE_STREAM) {
        auto request = bench.streamRequest();
        request.setSize(m.size);
        request.setTo(kj::heap<Taker>());
        request.send().wait(scope);
        measure_fail("the items have ended", 0);
    }
    work_check(&m);
    if (m.work == MEASURE_CONNS || m.work == MEASURE_ONCE) {
        std::deque<capnp::EzRpcClient> clients;
        std::vector<Bench::Client> benches;
        add(bench, 1).wait(scope);
        for (int i = 1; i < m.depth; i++) {
            clients.emplace_back(capnp_url(m.address), 0, options);
            benches.push_back(clients.back().getMain<Bench>());
            add(benches.back(), i).wait(scope);
        }
        measure_memory(&m);
    }
    std::vector<kj::Promise<void>> under_way;
    for (int i = 0; i < m.depth; i++)
        under_way.push_back(calls(bench, measure_now_ns()).eagerlyEvaluate([](kj::Exception &&e) {
            measure_fail(e.getDescription().cStr(), -1);
        }));
    kj::NEVER_DONE.wait(scope);
}

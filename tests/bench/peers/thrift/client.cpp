// Thrift: blocking calls, one after the other. A connection takes 100 MB in all (of 0.17), so larger echoes end early.
#include "Bench.h"
#include "tests/bench/peers/work.h"

#include <cstdlib>
#include <cstring>
#include <thrift/protocol/TBinaryProtocol.h>
#include <thrift/transport/TBufferTransports.h>
#include <thrift/transport/TSocket.h>
#include <vector>

using namespace apache::thrift;

namespace
{

measure m;

std::unique_ptr<BenchClient> dial()
{
    bool is_unix = strncmp(m.address, "unix:", 5) == 0;
    auto socket = is_unix ? std::make_shared<transport::TSocket>(std::string(m.address + 5))
                          : std::make_shared<transport::TSocket>("127.0.0.1", (int)strtol(m.address + 4, nullptr, 10));
    auto framed = std::make_shared<transport::TFramedTransport>(socket);
    framed->open();
    return std::make_unique<BenchClient>(std::make_shared<protocol::TBinaryProtocol>(framed));
}

void call(BenchClient &client)
{
    static int64_t newest;
    static const std::string payload(m.size, 'x');
    std::string answer;
    if (m.work == MEASURE_ECHO) {
        client.echo(answer, payload);
        if (answer.size() != m.size || (m.size > 0 && answer.back() != 'x'))
            measure_fail("another echo", 0);
    } else {
        int64_t operand = ++newest;
        if (client.add(operand, WORK_ADDEND) != operand + WORK_ADDEND)
            measure_fail("the sum is wrong", 0);
    }
}

int run()
{
    if (m.depth != 1 && m.work != MEASURE_CONNS)
        measure_fail("one call at a time", m.depth);
    std::vector<std::unique_ptr<BenchClient>> clients;
    clients.push_back(dial());
    if (m.work == MEASURE_CONNS || m.work == MEASURE_ONCE) {
        for (int i = 0; i < m.depth; i++) {
            call(*clients.back());
            if (i + 1 < m.depth)
                clients.push_back(dial());
        }
        measure_memory(&m);
    }
    for (;;) {
        uint64_t began_ns = measure_now_ns();
        call(*clients.back());
        (void)measure_done(&m, began_ns);
    }
}

} // namespace

int main(int argc, char **argv)
{
    measure_init(&m, argc, argv);
    work_check(&m);
    try {
        return run();
    } catch (const TException &error) {
        measure_fail(error.what(), -1);
    }
}

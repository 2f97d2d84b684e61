// gRPC: a completion queue, one thread.
#include "bench.grpc.pb.h"
#include "tests/bench/peers/work.h"

#include <grpcpp/grpcpp.h>
#include <vector>

namespace
{

using namespace weft::bench;

measure m;
grpc::CompletionQueue queue;

std::unique_ptr<Bench::Stub> dial(int number)
{
    grpc::ChannelArguments arguments;
    arguments.SetMaxReceiveMessageSize(-1);
    arguments.SetInt("weft.bench.number", number); // channels of equal arguments would share one connection
    return Bench::NewStub(grpc::CreateCustomChannel(work_url(m.address, "unix:", "127.0.0.1:"),
                                                    grpc::InsecureChannelCredentials(), arguments));
}

void add_and_wait(Bench::Stub &stub)
{
    grpc::ClientContext context;
    Pair pair;
    Sum sum;
    pair.set_a(1);
    pair.set_b(WORK_ADDEND);
    if (!stub.Add(&context, pair, &sum).ok() || sum.value() != 1 + WORK_ADDEND)
        measure_fail("add", -1);
}

struct Call {
    int64_t operand;
    uint64_t began_ns;
    grpc::ClientContext context;
    grpc::Status status;
    Sum sum;
    Bytes bytes;
    std::unique_ptr<grpc::ClientAsyncResponseReader<Sum>> add;
    std::unique_ptr<grpc::ClientAsyncResponseReader<Bytes>> echo;

    Call(Bench::Stub &stub, uint64_t now_ns) : began_ns(now_ns)
    {
        static int64_t newest;
        operand = ++newest;
        if (m.work == MEASURE_ECHO) {
            Bytes request;
            request.set_data(std::string(m.size, 'x'));
            echo = stub.AsyncEcho(&context, request, &queue);
            echo->Finish(&bytes, &status, this);
        } else {
            Pair request;
            request.set_a(operand);
            request.set_b(WORK_ADDEND);
            add = stub.AsyncAdd(&context, request, &queue);
            add->Finish(&sum, &status, this);
        }
    }

    void check() const
    {
        if (!status.ok())
            measure_fail(status.error_message().c_str(), -1);
        if (m.work == MEASURE_ECHO ? bytes.data().size() != m.size || (m.size > 0 && bytes.data().back() != 'x')
                                   : sum.value() != operand + WORK_ADDEND)
            measure_fail("another answer", 0);
    }
};

} // namespace

int main(int argc, char **argv)
{
    measure_init(&m, argc, argv);
    auto stub = dial(0);
    if (m.work == MEASURE_STREAM) {
        grpc::ClientContext context;
        Wanted wanted;
        Bytes item;
        wanted.set_size((uint32_t)m.size);
        auto reader = stub->Stream(&context, wanted);
        while (reader->Read(&item)) {
            if (item.data().size() != m.size || item.data().back() != 'x')
                measure_fail("another item", 0);
            measure_item(&m);
        }
        measure_fail("the items have ended", 0);
    }
    work_check(&m);
    if (m.work == MEASURE_CONNS || m.work == MEASURE_ONCE) {
        std::vector<std::unique_ptr<Bench::Stub>> stubs;
        for (int i = 0; i < m.depth; i++) {
            stubs.push_back(dial(i));
            add_and_wait(*stubs.back());
        }
        measure_memory(&m);
    }
    for (int i = 0; i < m.depth; i++)
        new Call(*stub, measure_now_ns());
    void *tag;
    bool ok;
    while (queue.Next(&tag, &ok)) {
        auto *call = static_cast<Call *>(tag);
        call->check();
        uint64_t now_ns = measure_done(&m, call->began_ns);
        delete call;
        new Call(*stub, now_ns);
    }
    return 1;
}

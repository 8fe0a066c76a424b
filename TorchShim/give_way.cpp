// How threads that load models leave the cores to those that serve.
#include "shim.h"

#include <algorithm>
#include <chrono>
#include <ctime>
#include <thread>

#include <sched.h>
#include <sys/resource.h>

namespace nereid {
namespace {

using std::chrono::nanoseconds;

/// Threads that make way work a fifth of the time.
constexpr int pauses_per_work = 4;
constexpr std::chrono::milliseconds longest_pause{5};

nanoseconds thread_time() {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return std::chrono::seconds(time.tv_sec) + nanoseconds(time.tv_nsec);
}

long count_preemptions() {
    rusage usage{};
    getrusage(RUSAGE_THREAD, &usage);
    return usage.ru_nivcsw;
}

} // namespace

void give_way() {
    // While the server starts nobody waits for anything but loads.
    if (sched_getscheduler(0) != SCHED_IDLE) return;
    thread_local nanoseconds last_pause{0};
    thread_local long last_count = 0;
    long count = count_preemptions();
    if (count == last_count) {
        sched_yield();
        return;
    }
    nanoseconds time = thread_time();
    std::this_thread::sleep_for(std::min<nanoseconds>(pauses_per_work * (time - last_pause), longest_pause));
    last_pause = time;
    last_count = count;
}

} // namespace nereid

// The plain network as a native loop: the second yardstick, frozen.
//
// It answers how long the machine itself takes for what plain.toml says: one flat record a patient with one
// due time, a calendar of buckets for the events (each a short sorted list threaded through the patients), a
// list threaded through the patients for each line, Philox 4x64-10 at a counter made of patient, stay and
// purpose (Salmon and others, SC 2011; one block of four words serves a whole stay), variates by the quantile
// function. The log is four columns: time, patient, event, level. It is handed over, a new one each replication;
// all other memory is kept from one replication to the next. numbers.hpp and network.hpp belong to it. What is
// measured and how is left to the other files of this project. Nobody edits these three files: figures of different
// years must compare.
//
//   c++ -O3 -march=native -std=c++17 native.cpp -o native
//   ./native SEED FIRST REPLICATIONS DAYS [FOLDER]
//
// prints, one replication a line, patients, rows and CPU seconds; with FOLDER it writes the columns of
// replication r as r.time (float64), r.patient, r.event, r.level (int32).

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string>
#include <vector>

#include "network.hpp"

namespace {

double cpu_seconds() {
    timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

template <class Number>
void save(const std::string& path, const std::vector<Number>& column, size_t rows) {
    FILE* file = std::fopen(path.c_str(), "wb");
    if (!file || std::fwrite(column.data(), sizeof(Number), rows, file) != rows || std::fclose(file)) {
        std::fprintf(stderr, "%s: cannot be written\n", path.c_str());
        std::exit(1);
    }
}

}  // namespace

int main(int count, char** words) {
    if (count < 5) {
        std::fprintf(stderr, "usage: native SEED FIRST REPLICATIONS DAYS [FOLDER]\n");
        return 2;
    }
    const uint64_t seed = std::strtoull(words[1], nullptr, 10), first = std::strtoull(words[2], nullptr, 10);
    const uint64_t replications = std::strtoull(words[3], nullptr, 10);
    Network network(std::strtod(words[4], nullptr));
    for (uint64_t replication = first; replication < first + replications; ++replication) {
        const double began = cpu_seconds();
        const Log log = network.run(seed, replication);
        const double seconds = cpu_seconds() - began;
        std::printf("%zu %zu %.9f\n", network.patients.size(), log.rows, seconds);
        if (count > 5) {
            const std::string place = std::string(words[5]) + "/" + std::to_string(replication);
            save(place + ".time", log.time, log.rows);
            save(place + ".patient", log.patient, log.rows);
            save(place + ".event", log.event, log.rows);
            save(place + ".level", log.level, log.rows);
        }
    }
    return 0;
}

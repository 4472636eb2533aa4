// The plain network as a native loop: the second yardstick, frozen.
//
// It answers how long the machine itself takes for what plain.toml says: one flat record a patient with one
// due time, a calendar of buckets for the events (each a short sorted list threaded through the patients), a
// list threaded through the patients for each line, Philox 4x64-10 at a counter made of patient, stay and
// purpose (Salmon and others, SC 2011; one block of four words serves a whole stay), variates by the quantile
// function. The log is four columns: time, patient, event, level. It is handed over, a new one each replication;
// all other memory is kept from one replication to the next. What is measured and how is left to the other files
// of this folder. Nobody edits this file: figures of different years must compare.
//
//   c++ -O3 -march=native -std=c++17 native.cpp -o native
//   ./native SEED FIRST REPLICATIONS DAYS [FOLDER]
//
// prints, one replication a line, patients, rows and CPU seconds; with FOLDER it writes the columns of
// replication r as r.time (float64), r.patient, r.event, r.level (int32).

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace {

enum Event { REQUEST = 0, RENEGE = 2, ADMIT = 5, RELAPSE = 6, READY = 10, LEAVE = 12, DISCHARGE = 13, RETURN_TO_CARE = 15 };
enum Level { NO_LEVEL = -1, DETOX, PHP, IOP, OP, LEVELS };
enum Kind : int32_t { LOGNORMAL, WEIBULL, EXPONENTIAL };
enum Due : int32_t { STAY_ENDS, RELAPSES, PATIENCE_ENDS, RETURNS };
enum Purpose : uint64_t { OF_STAY, OF_RELAPSE, OF_EPISODE, OF_ARRIVAL };

constexpr double INF = std::numeric_limits<double>::infinity();
constexpr int32_t NOBODY = -1;

// ---- the numbers of plain.toml

struct Stay {
    Kind kind;
    double a, b;  // mu, sigma | shape, scale | mean
    double relapse_mean;
    int32_t capacity;
};

const Stay STAYS[LEVELS] = {
    {LOGNORMAL, std::log(4.5), std::sqrt(2.0 * std::log(5.5 / 4.5)), 0.0, 30},
    {WEIBULL, 2.0, 22.0, 90.0, 110},
    {WEIBULL, 1.5, 50.0, 120.0, 270},
    {EXPONENTIAL, 80.0, 0.0, 150.0, 400},
};
constexpr double PER_DAY = 10.0;
constexpr double ENTERS[3] = {0.40, 0.55, 0.80};  // shares added up
constexpr double STEP_UP = 0.5, STEP_DOWN = 0.7;
constexpr double PATIENCE_SHAPE = 0.6, PATIENCE_SCALE = 8.0;
constexpr double RETURN_SHARE = 0.3, RETURN_MEAN = 60.0;

// ---- numbers at an address, and what becomes of them

struct Block {
    double u[4];
};

struct Philox {
    uint64_t key[10][2];

    Philox(uint64_t seed, uint64_t replication) {
        for (uint64_t round = 0; round < 10; ++round) {
            key[round][0] = seed + round * 0x9E3779B97F4A7C15ULL;
            key[round][1] = replication + round * 0xBB67AE8584CAA73BULL;
        }
    }

    Block at(uint64_t patient, uint64_t count, Purpose purpose, uint64_t use = 0) const {
        uint64_t c0 = patient, c1 = count, c2 = purpose, c3 = use;
        for (const auto& k : key) {
            const auto p = static_cast<unsigned __int128>(c0) * 0xD2E7470EE14C6C93ULL;
            const auto q = static_cast<unsigned __int128>(c2) * 0xCA5A826395121157ULL;
            c0 = static_cast<uint64_t>(q >> 64) ^ c1 ^ k[0];
            c1 = static_cast<uint64_t>(q);
            c2 = static_cast<uint64_t>(p >> 64) ^ c3 ^ k[1];
            c3 = static_cast<uint64_t>(p);
        }
        return {{unit(c0), unit(c1), unit(c2), unit(c3)}};
    }

    static double unit(uint64_t word) {  // strictly inside (0, 1)
        return (static_cast<double>(word >> 12) + 0.5) * 0x1p-52;
    }
};

double exponential(double mean, double u) { return -mean * std::log(u); }

double weibull(double shape, double scale, double u) { return scale * std::pow(-std::log(u), 1.0 / shape); }

// Wichura, "Algorithm AS 241", Applied Statistics 37 (1988): PPND16
double normal(double u) {
    const double q = u - 0.5;
    if (std::fabs(q) <= 0.425) {
        const double r = 0.180625 - q * q;
        return q * (((((((2.5090809287301226727e3 * r + 3.3430575583588128105e4) * r + 6.7265770927008700853e4) * r
                        + 4.5921953931549871457e4) * r + 1.3731693765509461125e4) * r + 1.9715909503065514427e3) * r
                      + 1.3314166789178437745e2) * r + 3.3871328727963666080e0)
               / (((((((5.2264952788528545610e3 * r + 2.8729085735721942674e4) * r + 3.9307895800092710610e4) * r
                      + 2.1213794301586595867e4) * r + 5.3941960214247511077e3) * r + 6.8718700749205790830e2) * r
                   + 4.2313330701600911252e1) * r + 1.0);
    }
    double r = std::sqrt(-std::log(q < 0.0 ? u : 1.0 - u));
    double z;
    if (r <= 5.0) {
        r -= 1.6;
        z = (((((((7.74545014278341407640e-4 * r + 2.27238449892691845833e-2) * r + 2.41780725177450611770e-1) * r
                 + 1.27045825245236838258e0) * r + 3.64784832476320460504e0) * r + 5.76949722146069140550e0) * r
              + 4.63033784615654529590e0) * r + 1.42343711074968357734e0)
            / (((((((1.05075007164441684324e-9 * r + 5.47593808499534494600e-4) * r + 1.51986665636164571966e-2) * r
                   + 1.48103976427480074590e-1) * r + 6.89767334985100004550e-1) * r + 1.67638483018380384940e0) * r
                + 2.05319162663775882187e0) * r + 1.0);
    } else {
        r -= 5.0;
        z = (((((((2.01033439929228813265e-7 * r + 2.71155556874348757815e-5) * r + 1.24266094738807843860e-3) * r
                 + 2.65321895265761230930e-2) * r + 2.96560571828504891230e-1) * r + 1.78482653991729133580e0) * r
              + 5.46378491116411436990e0) * r + 6.65790464350110377720e0)
            / (((((((2.04426310338993978564e-15 * r + 1.42151175831644588870e-7) * r + 1.84631831751005468180e-5) * r
                   + 7.86869131145613259100e-4) * r + 1.48753612908506148525e-2) * r + 1.36929880922735805310e-1) * r
                + 5.99832206555887937690e-1) * r + 1.0);
    }
    return q < 0.0 ? -z : z;
}

double planned(const Stay& stay, double u) {
    switch (stay.kind) {
        case LOGNORMAL: return std::exp(stay.a + stay.b * normal(u));
        case WEIBULL: return weibull(stay.a, stay.b, u);
        default: return exponential(stay.a, u);
    }
}

Level first_level(double u) { return u < ENTERS[0] ? DETOX : u < ENTERS[1] ? PHP : u < ENTERS[2] ? IOP : OP; }

// ---- what is remembered

struct Patient {
    double due = INF;
    double end = INF;      // of the stay
    double u_next = 0.0;   // where she goes at its end
    int32_t later = NOBODY, earlier = NOBODY;   // neighbours in the calendar
    int32_t behind = NOBODY, ahead = NOBODY;    // neighbours in a line
    int32_t bucket = -1;
    int32_t stays = 0, episodes = 0, relapses = 0;  // relapses: in this stay
    Due kind = STAY_ENDS;
    int32_t level = NO_LEVEL;   // where she is, or waits
};

struct Line {
    int32_t census = 0, first = NOBODY, last = NOBODY;
};

struct Log {
    std::vector<double> time;
    std::vector<int32_t> patient, event, level;
    size_t rows = 0;

    void write(double now, int32_t who, Event what, int32_t where) {
        if (rows == time.size()) {
            const size_t size = rows ? 2 * rows : 1 << 16;
            time.resize(size);
            patient.resize(size);
            event.resize(size);
            level.resize(size);
        }
        time[rows] = now;
        patient[rows] = who + 1;
        event[rows] = what;
        level[rows] = where;
        ++rows;
    }
};

// ---- the loop

class Network {
public:
    std::vector<Patient> patients;

    explicit Network(double days)
        : days_(days), buckets_(static_cast<size_t>(days * PER_DAY * 5.0) + 1),
          buckets_per_day_(static_cast<double>(buckets_) / days), heads_(buckets_, NOBODY) {}

    Log run(uint64_t seed, uint64_t replication) {
        const Philox draws(seed, replication);
        draws_ = &draws;
        log_ = Log{};
        patients.clear();
        for (Line& line : lines_) line = Line{};
        std::fill(heads_.begin(), heads_.end(), NOBODY);
        Block next = draws.at(0, 0, OF_ARRIVAL);
        double arrival = exponential(1.0 / PER_DAY, next.u[0]);
        for (size_t bucket = 0; bucket < buckets_; ++bucket) {
            now_in_ = bucket;
            const double until = bucket + 1 == buckets_ ? days_ : (bucket + 1) / buckets_per_day_;
            while (true) {
                const int32_t who = heads_[bucket];
                const double due = who == NOBODY ? until : patients[who].due;
                if (arrival < due) {
                    const int32_t who_comes = static_cast<int32_t>(patients.size());
                    patients.emplace_back();
                    ask(who_comes, first_level(next.u[1]), arrival);
                    next = draws.at(patients.size(), 0, OF_ARRIVAL);
                    arrival += exponential(1.0 / PER_DAY, next.u[0]);
                } else if (who != NOBODY) {
                    unschedule(who);
                    act(who, due);
                } else {
                    break;
                }
            }
        }
        return std::move(log_);
    }

private:
    Log log_;
    double days_;
    size_t buckets_, now_in_ = 0;
    double buckets_per_day_;  // buckets a day
    std::vector<int32_t> heads_;
    Line lines_[LEVELS];
    const Philox* draws_ = nullptr;

    void act(int32_t who, double now) {
        Patient& patient = patients[who];
        const int32_t level = patient.level;
        switch (patient.kind) {
            case STAY_ENDS:
                if (level != OP && patient.u_next < STEP_DOWN) {
                    move(who, level + 1, now);
                } else {
                    log_.write(now, who, LEAVE, level);
                    log_.write(now, who, DISCHARGE, level);
                    free_place(level, now);
                    discharge(who, now);
                }
                break;
            case RELAPSES: {
                log_.write(now, who, RELAPSE, level);
                const Block block = draws_->at(who, patient.stays, OF_RELAPSE, ++patient.relapses);
                if (block.u[0] < STEP_UP) {
                    move(who, level - 1, now);
                } else {
                    start(who, now + exponential(STAYS[level].relapse_mean, block.u[1]));
                }
                break;
            }
            case PATIENCE_ENDS:
                step_out(who);
                log_.write(now, who, RENEGE, level);
                log_.write(now, who, DISCHARGE, level);
                discharge(who, now);
                break;
            case RETURNS:
                log_.write(now, who, RETURN_TO_CARE, NO_LEVEL);
                ask(who, first_level(patient.u_next), now);
                break;
        }
    }

    void ask(int32_t who, int32_t level, double now) {
        log_.write(now, who, REQUEST, level);
        join(who, level, now);
    }

    void move(int32_t who, int32_t to, double now) {
        const int32_t from = patients[who].level;
        log_.write(now, who, READY, from);
        log_.write(now, who, REQUEST, to);
        log_.write(now, who, LEAVE, from);
        free_place(from, now);
        join(who, to, now);
    }

    void join(int32_t who, int32_t level, double now) {
        Line& line = lines_[level];
        Patient& patient = patients[who];
        patient.level = level;
        ++patient.stays;
        const Block block = draws_->at(who, patient.stays, OF_STAY);
        if (line.census < STAYS[level].capacity) {
            admit(who, block, now);
            return;
        }
        patient.ahead = line.last;
        patient.behind = NOBODY;
        (line.last == NOBODY ? line.first : patients[line.last].behind) = who;
        line.last = who;
        schedule(who, now + weibull(PATIENCE_SHAPE, PATIENCE_SCALE, block.u[3]), PATIENCE_ENDS);
    }

    void step_out(int32_t who) {
        const Patient& patient = patients[who];
        Line& line = lines_[patient.level];
        (patient.ahead == NOBODY ? line.first : patients[patient.ahead].behind) = patient.behind;
        (patient.behind == NOBODY ? line.last : patients[patient.behind].ahead) = patient.ahead;
    }

    void free_place(int32_t level, double now) {
        Line& line = lines_[level];
        --line.census;
        const int32_t who = line.first;
        if (who != NOBODY) {
            step_out(who);
            unschedule(who);
            admit(who, draws_->at(who, patients[who].stays, OF_STAY), now);
        }
    }

    void admit(int32_t who, const Block& block, double now) {
        Patient& patient = patients[who];
        const Stay& stay = STAYS[patient.level];
        ++lines_[patient.level].census;
        log_.write(now, who, ADMIT, patient.level);
        patient.relapses = 0;
        patient.u_next = block.u[2];
        patient.end = now + planned(stay, block.u[0]);
        start(who, stay.relapse_mean > 0.0 ? now + exponential(stay.relapse_mean, block.u[1]) : INF);
    }

    void start(int32_t who, double relapse) {  // the earlier of the two clocks of a stay
        const double end = patients[who].end;
        if (relapse < end) {
            schedule(who, relapse, RELAPSES);
        } else {
            schedule(who, end, STAY_ENDS);
        }
    }

    void discharge(int32_t who, double now) {
        Patient& patient = patients[who];
        const Block block = draws_->at(who, ++patient.episodes, OF_EPISODE);
        if (block.u[0] < RETURN_SHARE) {
            patient.u_next = block.u[2];
            schedule(who, now + exponential(RETURN_MEAN, block.u[1]), RETURNS);
        }
    }

    void schedule(int32_t who, double due, Due kind) {
        Patient& patient = patients[who];
        patient.due = due;
        patient.kind = kind;
        patient.bucket = -1;
        if (due >= days_) return;
        size_t bucket = static_cast<size_t>(due * buckets_per_day_);
        bucket = std::min(std::max(bucket, now_in_), buckets_ - 1);
        int32_t before = NOBODY, after = heads_[bucket];
        while (after != NOBODY && patients[after].due <= due) {
            before = after;
            after = patients[after].later;
        }
        patient.bucket = static_cast<int32_t>(bucket);
        patient.earlier = before;
        patient.later = after;
        (before == NOBODY ? heads_[bucket] : patients[before].later) = who;
        if (after != NOBODY) patients[after].earlier = who;
    }

    void unschedule(int32_t who) {
        Patient& patient = patients[who];
        if (patient.bucket < 0) return;
        (patient.earlier == NOBODY ? heads_[patient.bucket] : patients[patient.earlier].later) = patient.later;
        if (patient.later != NOBODY) patients[patient.later].earlier = patient.earlier;
        patient.bucket = -1;
    }
};

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

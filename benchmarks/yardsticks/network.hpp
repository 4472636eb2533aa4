// The plain network as a loop over its events. Part of the frozen yardstick native.cpp, which says the rest.

#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include "numbers.hpp"

namespace {

enum Event { REQUEST = 0, RENEGE = 2, ADMIT = 5, RELAPSE = 6, READY = 10, LEAVE = 12, DISCHARGE = 13, RETURN_TO_CARE = 15 };
enum Level { NO_LEVEL = -1, DETOX, PHP, IOP, OP, LEVELS };
enum Kind : int32_t { LOGNORMAL, WEIBULL, EXPONENTIAL };
enum Due : int32_t { STAY_ENDS, RELAPSES, PATIENCE_ENDS, RETURNS };

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

}  // namespace

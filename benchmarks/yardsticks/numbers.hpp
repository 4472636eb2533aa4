// Uniform numbers at an address, and what becomes of them: Philox 4x64-10 (Salmon and others, SC 2011) and
// quantile functions. Part of the frozen yardstick native.cpp, which says the rest.

#pragma once

#include <cmath>
#include <cstdint>

namespace {

enum Purpose : uint64_t { OF_STAY, OF_RELAPSE, OF_EPISODE, OF_ARRIVAL };

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

}  // namespace

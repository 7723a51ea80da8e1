/* SPDX-License-Identifier: MIT */
/* Fitted networks, solved for a target: the parts of a forecast that need no measurement any more.
 * Pure. */
#ifndef KNEE_TUNER_FORECAST_PREDICT_H
#define KNEE_TUNER_FORECAST_PREDICT_H

#include "core/base/err.h"
#include "tuner/forecast/forecast.h"

#include <stddef.h>
#include <stdint.h>

struct knee_predict_inputs {
    const struct knee_network_fit *fit;
    const struct knee_forecast_target *target;
    double tolerance_ratio;  /* of the knee */
    double model_sd;         /* of the logarithm of a predicted throughput */
    uint32_t level_max;      /* by memory; 0: no bound */
    double latency_ratio[5]; /* by enum knee_slo_metric: over the mean latency; NAN unknown */
    uint64_t seed;
};

/* One network as it would be on the target. */
struct knee_network knee_predict_moved(const struct knee_network *network,
                                       const struct knee_forecast_target *target);

/* The sd of the logarithm of a predicted throughput, on `cores` of which `measured` were measured:
 * `model_sd`, and KNEE_PREDICT_DOUBLING_SD for each doubling beyond. Published curves leave the USL
 * by that much (tests/tuner/test_forecast_published.c). KNEE_PREDICT_HALVING_SD for each halving:
 * five works planned from two CPUs to one came out up to 5 % slower, since what else runs on a
 * machine shares the CPU that is left. */
#define KNEE_PREDICT_DOUBLING_SD .08
#define KNEE_PREDICT_HALVING_SD .03
double knee_predict_sd(double model_sd, double cores, double measured);

/* Fills knee, limit, throughput, latency_s, limit_shares and `there`. -1 out of memory. */
int knee_predict(struct knee_forecast *forecast, const struct knee_predict_inputs *inputs,
                 struct knee_err *err);

/* The cores that the throughput asked for needs, and the items at once. */
int knee_predict_needs(struct knee_forecast *forecast, const struct knee_predict_inputs *inputs,
                       struct knee_err *err);

/* Knee and throughput of one network on some CPUs: for what-if answers. */
int knee_predict_one(const struct knee_network *network, const struct knee_network_cpus *cpus,
                     double tolerance_ratio, double *knee, double *per_s, struct knee_err *err);

/* The curve at about KNEE_FORECAST_CURVE_MAX levels up to `level_max`, over the draws. */
int knee_predict_curve(struct knee_forecast_curve *curve, const struct knee_network_fit *fit,
                       const struct knee_forecast_target *target, uint32_t level_max,
                       struct knee_err *err);

#endif

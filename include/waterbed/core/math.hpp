#pragma once

namespace waterbed {

/// Elementary functions with the same bits on every x86-64 machine, for everything a drawn decision depends on.
///
/// The C library picks FMA versions at run time, which change last bits; these call SLEEF's "cinz" functions, which do
/// not. Accuracy: at most 1.0 unit in the last place. See docs/adr.
namespace exact {

double exp(double x);
double log(double x);
double expm1(double x);

/// Distribution function of the standard normal.
double normal_cdf(double z);
/// Density of the standard normal.
double normal_pdf(double z);
/// Inverse of normal_cdf. @pre 0 < p < 1; relative error below 1e-9.
double normal_quantile(double p);

}  // namespace exact
}  // namespace waterbed

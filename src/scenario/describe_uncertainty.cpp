#include "scenario/describe.hpp"

namespace waterbed::detail {

void describe(Visitor& v, SharesSpec& s);
void describe(Visitor& v, CorrelationSpec& s);
void describe(Visitor& v, SameSpec& s);

void describe(Visitor& v, SharesSpec& s) {
  v.texts({.name = "numbers", .meaning = "dotted paths of numbers of which each is a share", .required = true},
          s.numbers);
  v.number({.name = "concentration",
            .meaning = "sum of the Dirichlet parameters: as if so many cases had been counted",
            .unit = "cases",
            .low = 0,
            .high = 1e9,
            .above_low = true,
            .required = true},
           s.concentration);
}

void describe(Visitor& v, CorrelationSpec& s) {
  v.texts({.name = "numbers", .meaning = "dotted paths of uncertain numbers", .required = true}, s.numbers);
  v.numbers(
      {.name = "rank",
       .meaning = "Spearman's rank correlation: one for all pairs, or one a pair in the order (1,2), (1,3), (2,3)",
       .low = -1,
       .high = 1,
       .optional = true},
      s.rank);
  v.numbers({.name = "normal", .meaning = "in its place: of the normal scores", .low = -1, .high = 1, .optional = true},
            s.normal);
}

void describe(Visitor& v, SameSpec& s) {
  v.texts({.name = "numbers",
           .meaning = "dotted paths: of a distribution, then of numbers written as its mean, which take its value",
           .required = true},
          s.numbers);
}

void describe(Visitor& v, Uncertainty& s) {
  list_of(v,
          {.name = "shares",
           .meaning = "numbers that are shares of one whole, drawn together (Dirichlet) around their written values"},
          s.shares);
  list_of(v, {.name = "correlations", .meaning = "numbers whose draws depend on each other (Gaussian copula)"},
          s.correlations);
  list_of(v, {.name = "same", .meaning = "numbers that are one, in several places"}, s.same);
}

}  // namespace waterbed::detail

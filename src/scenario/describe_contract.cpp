#include "scenario/describe.hpp"
#include "scenario/describe_terms.hpp"

#include <algorithm>
#include <string>

namespace waterbed::detail {
namespace {

/// One term of each kind, in the order of evaluation.
struct Terms {
  std::vector<Term>& terms;
};

template <class T>
std::optional<T> held(const std::vector<Term>& terms) {
  for (const Term& term : terms) {
    if (const T* found = std::get_if<T>(&term)) {
      return *found;
    }
  }
  return std::nullopt;
}

template <class T>
void keep(std::vector<Term>& terms, const std::optional<T>& value) {
  const auto found =
      std::find_if(terms.begin(), terms.end(), [](const Term& t) { return std::holds_alternative<T>(t); });
  if (value && found != terms.end()) {
    *found = *value;
  } else if (value) {
    terms.emplace_back(*value);
  }
}

template <class T>
void term(Visitor& v, const char* name, const char* meaning, std::vector<Term>& terms) {
  std::optional<T> value = held<T>(terms);
  optional_object(v, {.name = name, .meaning = meaning}, value);
  keep(terms, value);
}

/// The one term that is a list.
void withhold(Visitor& v, std::vector<Term>& terms) {
  const Field field{.name = "withhold", .meaning = "money held back at first and paid as far as it is earned"};
  std::optional<Withhold> value = held<Withhold>(terms);
  if (v.form(field, value ? Form::list : Form::absent) != Form::absent) {
    value = value.value_or(Withhold{});
    list_of(v, field, value->parts);
  }
  keep(terms, value);
}

void describe(Visitor& v, Terms& s) {
  term<Scope>(v, "scope", "whom and what it is about", s.terms);
  term<Fee>(v, "fee", "a price per unit of service", s.terms);
  term<Capitation>(v, "capitation", "a rate per person and period", s.terms);
  term<Bundle>(v, "bundle", "one price for an episode or a period", s.terms);
  term<Lump>(v, "lump", "a fixed amount per period", s.terms);
  term<Ceiling>(v, "ceiling", "a yearly limit on what fees and bundles bring in", s.terms);
  term<Truncate>(v, "truncate", "of each person's or episode's spending at most so much counts", s.terms);
  term<Reinsure>(v, "reinsure", "stop-loss on each person's spending, against a premium", s.terms);
  term<Reference>(v, "reference", "the benchmark", s.terms);
  withhold(v, s.terms);
  term<Gate>(v, "gate", "within it savings and losses are chance and not shared", s.terms);
  term<Layers>(v, "layers", "what the holder gets of a saving and bears of a loss", s.terms);
  term<Quality>(v, "quality", "how quality moves the money", s.terms);
  term<Limit>(v, "limit", "the most that is paid and owed", s.terms);
  term<Gain>(v, "gain", "pays for outcome gained against what was expected of each person", s.terms);
  term<Adjust>(v, "adjust", "last cuts before payment, and its date", s.terms);
  term<Split>(v, "split", "who shares in the settlement", s.terms);
}

}  // namespace

void describe(Visitor& v, Agreement& s) {
  integer_of(v,
             {.name = "years",
              .meaning = "then the next agreement begins; 0: one for as long as the run lasts",
              .unit = "years",
              .low = 0,
              .high = 100},
             s.years);
  v.flag({.name = "rebase",
          .meaning = "the next agreement looks back on the years just before it; false: on those before the first"},
         s.rebase);
  rate(v,
       {.name = "renegotiate",
        .meaning = "next year's ceiling, or prices where there is none, moves by this share of last year's margin gap: "
                   "expected less realised, as share of revenue",
        .low = 0,
        .high = 1},
       s.renegotiate);
}

namespace {

void calendar_year(Visitor& v, Field field, std::optional<int>& value) {
  field.unit = "calendar year";
  field.low = 1900;
  field.high = 2200;
  field.optional = true;
  double number = value ? static_cast<double>(*value) : std::nan("");
  v.number(field, number);
  value = std::isnan(number) ? std::nullopt : std::optional(static_cast<int>(number));
  if (!std::isnan(number) && std::floor(number) != number) {
    v.complain(field.name, "must be a whole number", number_text(number));
  }
}

}  // namespace

void currency(Visitor& v, const Field& field, std::string& code) {
  v.text(field, code);
  const bool letters = std::all_of(code.begin(), code.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
  if (!(code.empty() && field.optional) && (code.size() != 3 || !letters)) {
    v.complain(field.name, "must be three capital letters (ISO 4217)", code.empty() ? "\"\"" : code);
  }
}

void describe(Visitor& v, FollowSpec& s) {
  v.text({.name = "payer", .meaning = "an insurer", .of = Names::payer, .required = true}, s.payer);
  v.texts(
      {.name = "terms",
       .meaning = "fee, bundle, capitation: at the contract's prices; lump, settlement: what the payer pays per own "
                  "person",
       .required = true},
      s.terms);
  rate(v, {.name = "discount", .meaning = "off every price and amount", .low = 0, .high = 1}, s.discount);
}

void describe(Visitor& v, ContractExpectations& s) {
  v.text({.name = "gain", .meaning = "of health, against which gain is measured", .of = Names::expectation}, s.gain);
  v.texts({.name = "comparison", .meaning = "GP groups whose mean gain per person is taken off", .of = Names::gp_group},
          s.comparison);
  v.text({.name = "capitation",
          .meaning = "of cost: each person's rate is multiplied by what is expected over the mean of the model",
          .of = Names::expectation},
         s.capitation);
  v.text({.name = "risk",
          .meaning = "of cost: the risk step of the benchmark compares what is expected, in place of classes",
          .of = Names::expectation},
         s.risk);
}

void describe(Visitor& v, ContractSpec& s) {
  v.texts({.name = "payers", .meaning = "one contract each; all: every insurer", .of = Names::payer, .single = true},
          s.payers);
  v.texts({.name = "holders", .meaning = "one contract each", .of = Names::provider, .single = true}, s.holders);
  v.texts({.name = "coalition",
           .meaning = "providers that hold one contract together; the first is the holder if none is named",
           .of = Names::provider},
          s.coalition);
  list_of(v, {.name = "follows", .meaning = "insurers that follow the one payer"}, s.follows);
  rate(v,
       {.name = "quality_score",
        .meaning = "reached by every holder: assumed, not simulated; left out: 1",
        .low = 0,
        .high = 1},
       s.quality_score);
  optional_object(v, {.name = "expectations", .meaning = "frozen models by which a simulation pays"}, s.expectations);
  integer_of(v,
             {.name = "precedence",
              .meaning = "of several contracts that would pay one unit, the highest does",
              .low = -1000,
              .high = 1000},
             s.terms.precedence);
  calendar_year(v, {.name = "from", .meaning = "year in which it enters into force; left out: it always was"}, s.from);
  calendar_year(v, {.name = "until", .meaning = "last year in force; left out: for good"}, s.until);
  if (s.from && s.until && *s.until < *s.from) {
    v.complain("until", "must not be before from, " + std::to_string(*s.from), std::to_string(*s.until));
  }
  object_of(v, {.name = "agreement", .meaning = "how long it is agreed for, and what then"}, s.terms.agreement);
  currency(v, {.name = "currency", .meaning = "ISO 4217; amounts are of it wherever a unit says EUR"},
           s.terms.currency);
  v.text({.name = "da_vinci_code", .meaning = "of the HL7 Da Vinci value-based care guides"}, s.terms.da_vinci_code);
  v.text({.name = "hcp_lan_category", .meaning = "1, 2A .. 4N of the HCP-LAN payment model framework"},
         s.terms.hcp_lan_category);
  v.text({.name = "source", .meaning = "of the rules and numbers"}, s.terms.source);
  quality_letter(v, s.terms.quality);
  Terms terms{s.terms.terms};
  v.object({.name = "terms", .meaning = "the clauses", .required = true}, nullptr, [&] { describe(v, terms); });
}

}  // namespace waterbed::detail

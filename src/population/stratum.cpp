#include "waterbed/population/stratum.hpp"

#include <algorithm>
#include <cstddef>
#include <string>

namespace waterbed {
namespace {

using Op = CompiledWho::Op;
using Kind = Who::Kind;

// Bits of the evaluation stack of matches().
constexpr int k_max_depth = 60;
constexpr std::size_t k_bits = 64;

struct Compiler {
  const WhoNames& names;
  std::vector<FieldProblem>& problems;
  CompiledWho out;
  int depth = 0;
  bool too_deep = false;

  void emit(Op op) { out.program.push_back({op, 0, 0, 0}); }

  void push(CompiledWho::Step step) {
    out.program.push_back(step);
    ++depth;
    too_deep = too_deep || depth > k_max_depth;
  }

  void test(Op op, const std::vector<std::size_t>& values, std::size_t condition = 0) {
    const std::size_t words = values.empty() ? 0 : *std::max_element(values.begin(), values.end()) / k_bits + 1;
    const std::size_t first = out.sets.size();
    out.sets.resize(first + words, 0);
    for (const std::size_t value : values) {
      out.sets[first + value / k_bits] |= std::uint64_t{1} << value % k_bits;
    }
    push({op, static_cast<std::uint8_t>(condition), static_cast<std::uint16_t>(first),
          static_cast<std::uint16_t>(words)});
  }

  void complain(const std::string& path, const std::string& rule, const std::string& got,
                std::vector<std::string> known = {}) {
    problems.push_back({path, rule, got, std::move(known)});
  }

  std::vector<std::size_t> look_up(const std::vector<std::string>& wanted, const std::vector<std::string>& known,
                                   const std::string& path, const std::string& what) {
    std::vector<std::size_t> found;
    if (wanted.empty()) {
      complain(path, "must name a " + what, "nothing", known);
    }
    for (const std::string& name : wanted) {
      const auto at = std::find(known.begin(), known.end(), name);
      if (at == known.end()) {
        complain(path, "must be the name of a " + what, name, known);
      } else {
        found.push_back(static_cast<std::size_t>(at - known.begin()));
      }
    }
    return found;
  }

  void range(const Who& who, Op op, int low, int high, const std::string& path, const std::string& rule) {
    std::vector<std::size_t> values;
    if (who.low > who.high || who.low < low || who.high > high) {
      complain(path, rule, "[" + std::to_string(who.low) + ", " + std::to_string(who.high) + "]");
    } else {
      for (int value = who.low; value <= who.high; ++value) {
        values.push_back(static_cast<std::size_t>(value));
      }
    }
    test(op, values);
  }

  void condition(const Who& who, Op op, const std::string& path) {
    if (who.names.size() != 1) {
      complain(path, "must name one condition", std::to_string(who.names.size()));
      return test(op, {});
    }
    std::vector<std::string> known;
    for (const ConditionNames& one : names.conditions) {
      known.push_back(one.name);
    }
    const auto found = look_up(who.names, known, path, "condition");
    if (found.empty()) {
      return test(op, {});
    }
    const std::vector<std::string>& stages = names.conditions[found[0]].stages;
    std::vector<std::size_t> values;
    if (who.stages.empty()) {
      for (std::size_t stage = 1; stage < stages.size(); ++stage) {
        values.push_back(stage);
      }
    } else {
      values = look_up(who.stages, stages, path + "." + who.names[0], "stage of " + who.names[0]);
    }
    test(op, values, found[0]);
  }

  void combine(const Who& who, Op op, Op when_empty, const std::string& path, const std::string& key) {
    if (who.children.empty()) {
      push({when_empty, 0, 0, 0});
    }
    for (std::size_t i = 0; i < who.children.size(); ++i) {
      add(who.children[i], path + "." + key + "[" + std::to_string(i) + "]");
      if (i > 0) {
        emit(op);
        --depth;
      }
    }
  }

  void add(const Who& who, const std::string& path) {
    switch (who.kind) {
      case Kind::all:
        return combine(who, Op::both, Op::yes, path, "all");
      case Kind::any:
        return combine(who, Op::either, Op::no, path, "any");
      case Kind::none_of:
        combine(who, Op::either, Op::no, path, "not");
        return emit(Op::invert);
      case Kind::age:
        return range(who, Op::age, 0, k_max_age, path + ".age", "must be two ages in years, low to high, in [0, 120]");
      case Kind::sex:
        return test(Op::sex, look_up(who.names, {"women", "men"}, path + ".sex", "sex"));
      case Kind::deprivation:
        return range(who, Op::deprivation, 1, 5, path + ".deprivation", "must be quintiles, low to high, in [1, 5]");
      case Kind::municipality:
        return test(Op::municipality, look_up(who.names, names.municipalities, path + ".municipality", "municipality"));
      case Kind::practice:
        return test(Op::practice, look_up(who.names, names.practices, path + ".practice", "practice"));
      case Kind::practice_group:
        return test(Op::practice_group,
                    look_up(who.names, names.practice_groups, path + ".practice_group", "GP group"));
      case Kind::payer:
        return test(Op::payer, look_up(who.names, names.payers, path + ".payer", "insurer"));
      case Kind::condition:
        return condition(who, Op::recorded, path + ".condition");
      case Kind::true_condition:
        return condition(who, Op::stage, path + ".true_condition");
    }
  }
};

std::string joined(const std::vector<std::string>& parts, const std::string& word) {
  std::string text;
  for (const std::string& part : parts) {
    text += (text.empty() ? "" : word) + part;
  }
  return text;
}

// A combination inside another one stands in brackets.
std::string describe_child(const Who& who) {
  const bool combines = who.kind <= Kind::none_of && who.children.size() > 1 && who.kind != Kind::none_of;
  return combines ? "(" + describe(who) + ")" : describe(who);
}

std::string span_of(const std::string& word, int low, int high) {
  return word + " " + std::to_string(low) + (low == high ? "" : " to " + std::to_string(high));
}

}  // namespace

WhoNames who_names(const People& people, std::span<const ConditionNames> conditions) {
  return {people.municipality_names,
          people.practice_names,
          people.practice_group_names,
          people.payer_names,
          {conditions.begin(), conditions.end()}};
}

CompiledWho compile_who(const Who& who, const WhoNames& names, const std::string& path,
                        std::vector<FieldProblem>& problems) {
  Compiler compiler{names, problems, {}};
  compiler.add(who, path);
  if (compiler.too_deep) {
    problems.push_back({path, "must nest at most " + std::to_string(k_max_depth) + " filters", "more", {}});
  }
  if (compiler.out.sets.size() > 0xffff) {
    problems.push_back({path, "must be shorter: too many tests", std::to_string(compiler.out.program.size()), {}});
  }
  return std::move(compiler.out);
}

bool matches(const CompiledWho& who, const PersonView& person) {
  // The newest answer is the lowest bit.
  std::uint64_t stack = 0;
  for (const CompiledWho::Step& step : who.program) {
    std::size_t value = 0;
    switch (step.op) {
      case Op::age:
        value = static_cast<std::size_t>(person.age);
        break;
      case Op::sex:
        value = static_cast<std::size_t>(person.sex);
        break;
      case Op::deprivation:
        value = person.deprivation;
        break;
      case Op::municipality:
        value = person.municipality;
        break;
      case Op::practice:
        value = person.practice;
        break;
      case Op::practice_group:
        value = person.practice_group;
        break;
      case Op::payer:
        value = person.payer;
        break;
      case Op::recorded:
        value = person.recorded[step.condition * person.stride];
        break;
      case Op::stage:
        value = person.stage[step.condition * person.stride];
        break;
      case Op::yes:
        stack = stack << 1 | 1U;
        continue;
      case Op::no:
        stack <<= 1;
        continue;
      case Op::both:
        stack = stack >> 1 & (stack | ~std::uint64_t{1});
        continue;
      case Op::either:
        stack = stack >> 1 | (stack & 1U);
        continue;
      case Op::invert:
        stack ^= 1U;
        continue;
    }
    const std::size_t word = value / k_bits;
    const std::uint64_t set = word < step.words ? who.sets[step.set + word] : 0;
    stack = stack << 1 | (set >> value % k_bits & 1U);
  }
  return (stack & 1U) != 0;
}

std::string describe(const Who& who) {
  std::vector<std::string> children;
  for (const Who& child : who.children) {
    children.push_back(describe_child(child));
  }
  std::string names = joined(who.names, " or ");
  switch (who.kind) {
    case Kind::all:
      return children.empty() ? "everybody" : joined(children, " and ");
    case Kind::any:
      return children.empty() ? "nobody" : joined(children, " or ");
    case Kind::none_of:
      return children.empty() ? "everybody" : "not (" + joined(children, " or ") + ")";
    case Kind::age:
      return span_of("age", who.low, who.high);
    case Kind::sex:
      return names;
    case Kind::deprivation:
      return span_of("deprivation quintile", who.low, who.high);
    case Kind::municipality:
      return "living in " + names;
    case Kind::practice:
      return "listed with " + names;
    case Kind::practice_group:
      return "listed with a practice of " + names;
    case Kind::payer:
      return "insured with " + names;
    case Kind::condition:
    case Kind::true_condition: {
      const std::string stages = who.stages.empty() ? "" : " (" + joined(who.stages, " or ") + ")";
      return (who.kind == Kind::condition ? "recorded " : "true ") + names + stages;
    }
  }
  return {};
}

}  // namespace waterbed

#include "scenario/reader.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace waterbed::detail {
namespace {

bool in_word(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; }

std::string word_at(const std::string& text, std::size_t at) {
  std::size_t end = at;
  while (end < text.size() && in_word(text[end])) {
    ++end;
  }
  return text.substr(at, end - at);
}

std::size_t find_word(const std::string& text, const std::string& word) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    if ((at == 0 || !in_word(text[at - 1])) && word_at(text, at) == word) {
      return at;
    }
  }
  return 0;
}

}  // namespace

void Reader::formula_fault(const Field& field, const Node& node, std::size_t byte, std::string rule,
                           const std::vector<std::string>& known) {
  const std::string got = word_at(node.scalar, byte);
  const std::optional<Mark> mark = files_.inside(node, byte);
  if (!mark) {
    rule += " at character " + std::to_string(byte + 1);
  }
  fault(mark.value_or(node.mark), path_of(field), rule, got.empty() ? shown_kind(node) : got, nearest_name(got, known));
}

void Reader::formula(const Field& field, std::optional<Formula>& value) {
  const Node* node = find(field);
  if (node == nullptr || !scalar(*node, path_of(field), "must be a formula in quotes")) {
    return;
  }
  const std::vector<std::string> inputs{std::begin(k_formula_inputs), std::end(k_formula_inputs)};
  try {
    Formula read = parse_formula(node->scalar);
    for (const std::string& input : read.inputs) {
      if (std::find(inputs.begin(), inputs.end(), input) == inputs.end()) {
        formula_fault(field, *node, find_word(node->scalar, input), "a formula may speak of q, year and assigned",
                      inputs);
      }
    }
    value = std::move(read);
  } catch (const FormulaError& error) {
    formula_fault(field, *node, error.position(), std::string("must be a formula: ") + error.what(),
                  {"min", "max", "clip"});
  }
}

}  // namespace waterbed::detail

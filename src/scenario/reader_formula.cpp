#include "scenario/reader.hpp"

#include <optional>
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

std::optional<std::size_t> find_word(const std::string& text, const std::string& word) {
  for (std::size_t at = 0; !word.empty() && at < text.size(); ++at) {
    if ((at == 0 || !in_word(text[at - 1])) && word_at(text, at) == word) {
      return at;
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<Mark> Reader::mark_in_formula(const std::string& path, const std::string& got) const {
  for (const std::string& at : {path, path + ".formula"}) {
    const auto formula = formulas_.find(at);
    if (formula != formulas_.end()) {
      const std::optional<std::size_t> byte = find_word(formula->second.scalar, got);
      return byte ? files_.inside(formula->second, *byte) : std::nullopt;
    }
  }
  return std::nullopt;
}

void Reader::formula(const Field& field, std::optional<Formula>& value) {
  const Node* node = find(field);
  if (node == nullptr || !scalar(*node, path_of(field), "must be a formula in quotes")) {
    return;
  }
  formulas_.emplace(path_of(field), *node);
  try {
    value = parse_formula(node->scalar);
  } catch (const FormulaError& error) {
    const std::string got = word_at(node->scalar, error.position());
    const std::optional<Mark> mark = files_.inside(*node, error.position());
    std::string rule = std::string("must be a formula: ") + error.what();
    if (!mark) {
      rule += " at character " + std::to_string(error.position() + 1);
    }
    const std::vector<std::string> functions{"min", "max", "clip"};
    fault(mark.value_or(node->mark), path_of(field), rule, got.empty() ? shown_kind(*node) : got,
          nearest_name(got, functions));
  }
}

}  // namespace waterbed::detail

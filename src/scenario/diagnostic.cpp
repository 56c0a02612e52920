#include "waterbed/scenario/diagnostic.hpp"

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

namespace waterbed {
namespace {

std::string place_text(const std::string& path, int line, int column) {
  std::string text = path;
  if (line > 0) {
    text += ":" + std::to_string(line) + ":" + std::to_string(column);
  }
  return text;
}

// Values are quoted as written, but a fault stays one readable line whatever the file holds.
std::string shown(const std::string& value, std::size_t longest) {
  std::string text;
  for (const char letter : value) {
    if (letter == '\n') {
      text += "\\n";
    } else if (letter == '\t') {
      text += "\\t";
    } else if (static_cast<unsigned char>(letter) < 0x20 || letter == 0x7f) {
      text += '?';
    } else {
      text += letter;
    }
  }
  if (text.size() > longest) {
    std::size_t cut = longest;
    while (cut > 0 && (static_cast<unsigned char>(text[cut]) & 0xC0U) == 0x80U) {
      --cut;
    }
    text.resize(cut);
    text += "...";
  }
  return text;
}

auto order(const Problem& p) { return std::tie(p.path, p.line, p.column, p.field, p.rule, p.got); }

std::string all_messages(const std::vector<Problem>& problems) {
  std::string text;
  for (const Problem& problem : problems) {
    text += (text.empty() ? "" : "\n") + problem.message();
  }
  return text;
}

std::vector<Problem> sorted(std::vector<Problem> problems) {
  sort_problems(problems);
  return problems;
}

}  // namespace

std::string Problem::message() const {
  std::string text = place_text(path, line, column) + ": ";
  if (!field.empty()) {
    text += shown(field, 300) + ": ";
  }
  text += rule;
  if (!got.empty()) {
    text += ", got " + shown(got, 80);
  }
  if (!hint.empty()) {
    text += " (did you mean " + hint + "?)";
  }
  if (second) {
    text += "; " + second_note + " " + place_text(second->path, second->line, second->column);
  }
  return text;
}

std::string Problem::excerpt() const {
  if (line <= 0 || source_line.empty()) {
    return {};
  }
  const std::string number = std::to_string(line);
  std::string text = "  " + number + " | " + source_line + "\n  " + std::string(number.size(), ' ') + " | ";
  // Tabs are repeated so that the caret stands where the eye expects it.
  int at = 1;
  for (const char letter : source_line) {
    if (at >= column) {
      break;
    }
    if ((static_cast<unsigned char>(letter) & 0xC0U) != 0x80U) {
      text += letter == '\t' ? '\t' : ' ';
      ++at;
    }
  }
  return text + "^";
}

void sort_problems(std::vector<Problem>& problems) {
  std::stable_sort(problems.begin(), problems.end(),
                   [](const Problem& a, const Problem& b) { return order(a) < order(b); });
  // One spot, one fault: a table that many fields share is not blamed for each of them. What is missing was not written
  // at any spot; there the fields tell faults apart.
  using Spot = std::tuple<std::string, int, int, std::string, std::string, std::string>;
  std::set<Spot> seen;
  std::erase_if(problems, [&](const Problem& p) {
    const bool written = p.line > 0 && !p.got.empty();
    return !seen.insert(Spot{p.path, p.line, p.column, written ? std::string() : p.field, p.rule, p.got}).second;
  });
}

ScenarioError::ScenarioError(std::vector<Problem> problems)
    : std::runtime_error(all_messages(sorted(problems))), problems_(sorted(std::move(problems))) {}

int edit_distance(std::string_view a, std::string_view b) {
  // Optimal string alignment: three rows of the usual table.
  std::vector<int> before(b.size() + 1);
  std::vector<int> above(b.size() + 1);
  std::vector<int> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) {
    above[j] = static_cast<int>(j);
  }
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = static_cast<int>(i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const int change = a[i - 1] == b[j - 1] ? 0 : 1;
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + change});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = std::min(row[j], before[j - 2] + 1);
      }
    }
    before.swap(above);
    above.swap(row);
  }
  return above[b.size()];
}

std::string nearest_name(std::string_view got, std::span<const std::string> known) {
  constexpr std::size_t k_longest = 200;  // nobody mistypes that much; keeps hostile input cheap
  if (got.empty() || got.size() > k_longest) {
    return {};
  }
  // Of a single letter that is changed nothing is left.
  int best = got.size() == 1 ? 1 : std::max(1, static_cast<int>(got.size()) / 3) + 1;
  std::string name;
  for (const std::string& candidate : known) {
    if (candidate.size() <= k_longest && candidate != got) {
      const int distance = edit_distance(got, candidate);
      if (distance < best) {
        best = distance;
        name = candidate;
      }
    }
  }
  return name;
}

}  // namespace waterbed

#include "scenario/document.hpp"

#include <fstream>
#include <iterator>
#include <system_error>
#include <utility>

namespace waterbed::detail {

std::string text_of(const std::filesystem::path& path) {
  std::error_code error;
  std::ifstream stream(path, std::ios::binary);
  if (!stream || std::filesystem::is_directory(path, error)) {
    Problem problem;
    problem.path = path.generic_string();
    problem.rule = "must be a file that can be read";
    throw ScenarioError({problem});
  }
  return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

Document::Document(std::string text, const std::string& path, const std::filesystem::path& folder)
    : files(folder), file(files.add(path, std::move(text))), root(read_yaml(files, file)), reader(files) {}

Mark Document::start() const { return root.kind == Node::Kind::map ? root.mark : Mark{file, 1, 1}; }

void Document::read(const Node& top, const std::function<void()>& inside) {
  if (files.problems.empty() || top.kind != Node::Kind::null) {
    reader.read(top, start(), inside);
  }
}

void Document::throw_if_any() {
  if (!files.problems.empty()) {
    throw ScenarioError(std::move(files.problems));
  }
}

}  // namespace waterbed::detail

// A frozen model of expectation as a file of its own.

#include "waterbed/scenario/expectation_file.hpp"

#include "core/digest.hpp"
#include "scenario/describe.hpp"
#include "scenario/document.hpp"
#include "scenario/expectation_rules.hpp"
#include "scenario/writer.hpp"

#include <utility>

namespace waterbed {
namespace {

using detail::Document;

Expectation read_expectation(Document& document) {
  Expectation model;
  document.read(document.root, [&] { describe(document.reader, model); });
  if (document.readable(document.root)) {
    const auto tell = [&](const std::string& path, const std::string& rule, const std::string& got) {
      if (!document.reader.touched(path)) {
        document.files.fault(document.reader.mark_of(path, got), path, rule, got);
      }
    };
    detail::check_expectation(model, document.files.problems.empty(), tell);
  }
  document.throw_if_any();
  return model;
}

}  // namespace

std::string write_expectation(const Expectation& expectation) {
  Expectation copy = expectation;
  detail::Writer writer;
  describe(writer, copy);
  return detail::block_text(writer.root());
}

Expectation parse_expectation(std::string_view text) {
  Document document(std::string(text), "<expectation>", "");
  return read_expectation(document);
}

Expectation load_expectation(const std::filesystem::path& path) {
  Document document(detail::text_of(path), path.generic_string(), path.parent_path());
  return read_expectation(document);
}

std::string expectation_digest(const Expectation& expectation) {
  const std::string text = write_expectation(expectation);
  Digest digest;
  digest.add_bytes(std::as_bytes(std::span(text)));
  return digest.hexadecimal();
}

}  // namespace waterbed

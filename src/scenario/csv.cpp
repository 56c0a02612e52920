#include "scenario/csv.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace waterbed::detail {
namespace {

struct Cell {
  std::string text;
  bool quoted = false;
  int byte = 0;  ///< offset in its line
};

class Lines {
 public:
  explicit Lines(const std::string& text) : text_(text) {
    if (text_.starts_with("\xEF\xBB\xBF")) {
      at_ = 3;
    }
  }
  bool next(std::string_view& line) {
    if (at_ >= text_.size()) {
      return false;
    }
    const std::size_t end = std::min(text_.find('\n', at_), text_.size());
    line = std::string_view(text_).substr(at_, end - at_);
    if (!line.empty() && line.back() == '\r') {
      line.remove_suffix(1);
    }
    at_ = end + 1;
    ++number;
    return true;
  }
  int number = 0;

 private:
  const std::string& text_;
  std::size_t at_ = 0;
};

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) {
    text.remove_prefix(1);
  }
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) {
    text.remove_suffix(1);
  }
  return text;
}

/// Cells of one line; false if a quote stays open or is followed by more.
bool split(std::string_view line, std::vector<Cell>& cells, int& fault_byte) {
  cells.clear();
  std::size_t at = 0;
  while (true) {
    while (at < line.size() && (line[at] == ' ' || line[at] == '\t')) {
      ++at;
    }
    Cell cell;
    cell.byte = static_cast<int>(at);
    if (at < line.size() && line[at] == '"') {
      cell.quoted = true;
      ++at;
      while (true) {
        if (at >= line.size()) {
          fault_byte = cell.byte;
          return false;
        }
        if (line[at] == '"' && at + 1 < line.size() && line[at + 1] == '"') {
          cell.text += '"';
          at += 2;
        } else if (line[at] == '"') {
          ++at;
          break;
        } else {
          cell.text += line[at++];
        }
      }
      while (at < line.size() && (line[at] == ' ' || line[at] == '\t')) {
        ++at;
      }
      if (at < line.size() && line[at] != ',') {
        fault_byte = static_cast<int>(at);
        return false;
      }
    } else {
      const std::size_t end = std::min(line.find(',', at), line.size());
      cell.text = std::string(trimmed(line.substr(at, end - at)));
      at = end;
    }
    cells.push_back(std::move(cell));
    if (at >= line.size()) {
      return true;
    }
    ++at;  // the comma
  }
}

}  // namespace

CsvTable read_csv(Files& files, int file) {
  // Adding faults does not move the text, but opening files could: keep a copy.
  const std::string text = files.text(file);
  Lines lines(text);
  CsvTable table;
  table.rows.kind = Node::Kind::list;
  table.rows.mark = Mark{file, 1, 1};
  std::vector<Cell> header;
  std::vector<Mark> header_marks;
  std::vector<Cell> cells;
  std::string_view line;
  int fault_byte = 0;
  while (lines.next(line)) {
    if (trimmed(line).empty() || (header.empty() && line.starts_with('#'))) {
      continue;
    }
    const Mark start{file, lines.number, 1};
    if (!split(line, cells, fault_byte)) {
      files.fault(Mark{file, lines.number, files.column(file, lines.number, fault_byte)}, "",
                  "a quoted cell must end with a quote before the next comma");
      if (header.empty()) {
        return table;
      }
      continue;
    }
    const auto mark_of = [&](const Cell& cell) {
      return Mark{file, lines.number, files.column(file, lines.number, cell.byte)};
    };
    if (header.empty()) {
      header = cells;
      table.rows.mark = start;
      for (std::size_t i = 0; i < header.size(); ++i) {
        header_marks.push_back(mark_of(header[i]));
        if (header[i].text.empty()) {
          files.fault(header_marks[i], "", "a column must have a name");
        }
        for (std::size_t j = 0; j < i; ++j) {
          if (header[j].text == header[i].text && !header[i].text.empty()) {
            Problem& problem = files.fault(header_marks[i], header[i].text, "a column must be named once");
            problem.second = files.place(header_marks[j]);
            problem.second_note = "first given at";
          }
        }
      }
      continue;
    }
    if (cells.size() != header.size()) {
      files.fault(start, "", "must have " + std::to_string(header.size()) + " cells, as the header",
                  std::to_string(cells.size()));
      continue;
    }
    Node row;
    row.kind = Node::Kind::map;
    row.mark = table.rows.mark;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      if (header[i].text.empty() || row.find(header[i].text) != nullptr) {
        continue;
      }
      Node cell;
      cell.kind = cells[i].text.empty() && !cells[i].quoted ? Node::Kind::null : Node::Kind::scalar;
      cell.quoted = cells[i].quoted;
      cell.mark = mark_of(cells[i]);
      cell.scalar = std::move(cells[i].text);
      row.entries.push_back(Entry{header[i].text, header_marks[i], std::move(cell)});
    }
    table.rows.items.push_back(std::move(row));
    table.row_marks.push_back(start);
  }
  if (header.empty()) {
    files.fault(Mark{file, 1, 1}, "", "must be a table with a header, got an empty file");
  }
  return table;
}

}  // namespace waterbed::detail

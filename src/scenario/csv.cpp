#include "scenario/csv.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace waterbed::detail {
namespace {

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
bool split(std::string_view line, std::vector<CsvCell>& cells, int& fault_byte) {
  cells.clear();
  std::size_t at = 0;
  while (true) {
    while (at < line.size() && (line[at] == ' ' || line[at] == '\t')) {
      ++at;
    }
    CsvCell cell;
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

void go_through_csv(Files& files, int file, const CsvLines& lines) {
  // Adding faults does not move the text, but opening files could: keep a copy.
  const std::string text = files.text(file);
  Lines all(text);
  std::size_t width = 0;
  std::vector<CsvCell> cells;
  std::string_view line;
  int fault_byte = 0;
  while (all.next(line)) {
    if (trimmed(line).empty() || (width == 0 && line.starts_with('#'))) {
      continue;
    }
    if (!split(line, cells, fault_byte)) {
      files.fault(Mark{file, all.number, files.column(file, all.number, fault_byte)}, "",
                  "a quoted cell must end with a quote before the next comma");
      if (width == 0) {
        return;
      }
    } else if (width == 0) {
      width = cells.size();
      lines.header(all.number, cells);
    } else if (cells.size() != width) {
      files.fault(Mark{file, all.number, 1}, "", "must have " + std::to_string(width) + " cells, as the header",
                  std::to_string(cells.size()));
    } else {
      lines.row(all.number, cells);
    }
  }
  if (width == 0) {
    files.fault(Mark{file, 1, 1}, "", "must be a table with a header, got an empty file");
  }
}

CsvTable read_csv(Files& files, int file) {
  CsvTable table;
  table.rows.kind = Node::Kind::list;
  table.rows.mark = Mark{file, 1, 1};
  std::vector<CsvCell> header;
  std::vector<Mark> header_marks;
  const auto mark_of = [&](int number, const CsvCell& cell) {
    return Mark{file, number, files.column(file, number, cell.byte)};
  };
  const auto take_header = [&](int number, std::vector<CsvCell>& cells) {
    header = cells;
    table.rows.mark = Mark{file, number, 1};
    for (std::size_t i = 0; i < header.size(); ++i) {
      header_marks.push_back(mark_of(number, header[i]));
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
  };
  const auto take_row = [&](int number, std::vector<CsvCell>& cells) {
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
      cell.mark = mark_of(number, cells[i]);
      cell.scalar = std::move(cells[i].text);
      row.entries.push_back(Entry{header[i].text, header_marks[i], std::move(cell)});
    }
    table.rows.items.push_back(std::move(row));
    table.row_marks.push_back(Mark{file, number, 1});
  };
  go_through_csv(files, file, {.header = take_header, .row = take_row});
  return table;
}

}  // namespace waterbed::detail

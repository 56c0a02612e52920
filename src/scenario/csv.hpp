#pragma once

#include "scenario/node.hpp"

#include <functional>
#include <string>
#include <vector>

namespace waterbed::detail {

struct CsvCell {
  std::string text;
  bool quoted = false;
  int byte = 0;  ///< offset in its line
};

/// A table's lines in order, without those that are empty or comments.
struct CsvLines {
  /// @param number  of the line, from 1
  std::function<void(int number, std::vector<CsvCell>& cells)> header;
  std::function<void(int number, std::vector<CsvCell>& cells)> row;  ///< as many cells as the header has
};

/// Goes through a table. Faults of shape: no header, a row with too many or too few cells, an open quote.
void go_through_csv(Files& files, int file, const CsvLines& lines);

/// Reads a table as a list of maps from column to cell.
///
/// Lines that start with `#` at the top are for sources; then a header, then rows. Cells are separated by commas;
/// "..." quotes a cell, "" a quote in it. Faults: no header, a column without name or named twice, a row with too many
/// or too few cells, an open quote. Each row's mark is the header's, so that a missing column is found there; the rows'
/// own marks are in `row_marks`.
struct CsvTable {
  Node rows;
  std::vector<Mark> row_marks;
  bool sound = true;  ///< no fault of shape: every row was read
};

CsvTable read_csv(Files& files, int file);

}  // namespace waterbed::detail

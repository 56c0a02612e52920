#pragma once

#include "scenario/node.hpp"

#include <string>

namespace waterbed::detail {

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

#pragma once

#include <string>
#include <vector>

namespace waterbed {

/// A node: a setting, or a setting at a step of the episode.
struct CarePlace {
  std::string name;
  double entry = 0.0;  ///< chance, or number, of those who start here; above 0: an entry
};

/// A directed edge. Edges with probability 0 do not exist.
struct CarePathway {
  std::string from;
  std::string to;
  double probability = 0.0;  ///< of those seen at `from`
};

/// Where patients can go. What a place's pathways leave of 1 is discharge.
struct CareNetwork {
  std::vector<CarePlace> places;
  std::vector<CarePathway> pathways;
};

/// Places that send patients to each other and never out.
struct EndlessCycle {
  std::vector<std::string> cycle;   ///< shortest way round from the first place of the file, in order of the walk
  std::vector<std::string> places;  ///< all places of the trap, in order of the file

  /// "gp -> clinic -> gp"
  [[nodiscard]] std::string text() const;
};

struct NetworkFindings {
  std::vector<EndlessCycle> endless;     ///< one for each trap, in order of the file
  std::vector<std::string> leads_in;     ///< places outside the traps whose every walk ends in one
  std::vector<std::string> unreachable;  ///< no walk from an entry comes here

  [[nodiscard]] bool every_walk_ends() const { return endless.empty(); }
};

/// What is wrong with a network's shape, before any equation is solved.
///
/// A place discharges if its pathways leave more than 1e-12 of 1. Sums above 1 are for the caller to find.
/// Cost: linear in places and pathways, but for naming cycles.
/// @throws InvalidArgument if two places share a name or a pathway names none
[[nodiscard]] NetworkFindings examine(const CareNetwork& network);

/// The network in the DOT language of Graphviz; probabilities as edge labels, entries as boxes.
/// @throws InvalidArgument as examine()
[[nodiscard]] std::string to_dot(const CareNetwork& network);

}  // namespace waterbed

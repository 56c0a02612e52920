#pragma once

#include "scenario/csv.hpp"
#include "scenario/node.hpp"
#include "scenario/visitor.hpp"
#include "waterbed/scenario/uncertain_number.hpp"

#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace waterbed::detail {

/// Fills things from nodes; every fault of shape, type and range goes to the files' list, the rest is read on.
class Reader : public Visitor {
 public:
  explicit Reader(Files& files) : files_(files) {}

  /// Describes a thing from a map at the top of a file.
  void read(const Node& root, const Mark& mark, const std::function<void()>& inside);

  /// The spot of a field, or of the nearest thing around it; the spot of its key if the key is what was got, and of the
  /// name within a formula if that is what was got.
  [[nodiscard]] Mark mark_of(const std::string& path, const std::string& got = {}) const;
  /// The path as its author wrote it: a bare value has none of the keys for which it stands.
  [[nodiscard]] std::string written(const std::string& path) const;
  /// Tells a fault of what has been read at its spot.
  void tell(const std::string& path, const std::string& rule, const std::string& got, const std::string& hint = {});
  /// Whether a fault has been found at the path, above it or below it.
  [[nodiscard]] bool touched(const std::string& path) const;
  /// All paths at which a fault has been found.
  [[nodiscard]] const std::set<std::string>& faulty() const { return faulty_; }
  /// A contract in a file of its own with what it extends filled in; null, and a fault, if that cannot be.
  const Node* whole_contract(const Node& root, const std::string& file_name);
  /// A scenario with what it extends filled in; null, and a fault, if that cannot be.
  const Node* whole_scenario(const Node& root, std::set<std::string> seen);
  Who read_who(const Node& node, const std::string& path);
  /// Numbers may be distributions from here on: they are read as their means, and kept here.
  void keep_uncertain_in(Uncertainty& uncertainty) { uncertain_ = &uncertainty; }

  void text(const Field& field, std::string& value) override;
  void formula(const Field& field, std::optional<Formula>& value) override;
  void number(const Field& field, double& value) override;
  void integer(const Field& field, std::int64_t& value) override;
  void flag(const Field& field, bool& value) override;
  void choice(const Field& field, const std::vector<Choice>& choices, std::size_t& value) override;
  void texts(const Field& field, std::vector<std::string>& values) override;
  void numbers(const Field& field, std::vector<double>& values) override;
  void amounts(const Field& field, std::map<std::string, double>& values) override;
  void pairs(const Field& field, std::map<std::string, std::string>& values) override;
  void table(const Field& field, AgeSexTable& value) override;
  void who(const Field& field, Who& value) override;
  void who_text(const Field& field, std::string& value) override;
  void object(const Field& field, bool* present, const std::function<void()>& inside) override;
  void list(const Field& field, const Items& items) override;
  void named(const Field& field, const Items& items) override;
  Form form(const Field& field, Form current) override;
  void complain(const std::string& at, const std::string& rule, const std::string& got,
                const std::string& hint) override;

 private:
  struct Frame {
    const Node* node = nullptr;
    std::string path;
    std::string key;  ///< name of the thing, or of the one around it
    Mark mark;
    std::vector<std::string> known;
    bool open = false;  ///< any key may stand here
  };

  /// What is believed of a number.
  struct Believed {
    ParameterDistribution distribution;
    double mean = 0.0;
  };

  const Node* find(const Field& field);
  [[nodiscard]] std::string path_of(const Field& field) const { return joined_path(frames_.back().path, field.name); }
  void fault(const Mark& mark, const std::string& path, const std::string& rule, const std::string& got = {},
             const std::string& hint = {});
  void keep_marks(const Node& node, const std::string& path);
  void inside_map(const Node& node, const std::string& path, const std::string& key, const Mark& mark,
                  const std::function<void()>& inside);
  void unknown_keys();
  bool scalar(const Node& node, const std::string& path, const std::string& rule);
  /// The spot of a name in the formula at the path, or just below it.
  [[nodiscard]] std::optional<Mark> mark_in_formula(const std::string& path, const std::string& got) const;
  bool read_number(const Field& field, const Node& node, const std::string& path, double& value);
  bool read_distribution(const Field& field, const Node& node, const std::string& path, bool whole, double& value);
  std::optional<Believed> read_family(const Field& field, const std::string& family);
  void keep_uncertain(UncertainNumber number, const Mark& mark);
  /// False if the map is not one of counts.
  bool read_dirichlet(const Field& field, const Node& node, const std::string& path,
                      std::map<std::string, double>& values);
  void read_table(const Field& field, const Node& node, const std::string& path, AgeSexTable& value);
  /// False if the node is not a table with a scale.
  bool read_scaled_table(const Field& field, const Node& node, const std::string& path, AgeSexTable& value);
  const Node* element_map(const Field& field, const Node& node, const std::string& path);
  const Node* extended(const Node* siblings, const Node& node, const std::string& path, std::set<std::string> seen);
  const Node* extended_file(const Node& name, const std::string& at, const std::string& path,
                            std::set<std::string> seen);
  const Node* merged(const Node& base, const Node& node, const std::string& path);
  const Node* read_file(const Node& name, const std::string& relative, const std::string& path);
  const CsvTable* read_table_file(const Node& name, const std::string& path);
  void table_rows(const Field& field, const CsvTable& csv, const std::string& path, const Mark& from,
                  AgeSexTable& value);
  void table_bands(const Field& field, const Node& node, const std::string& path, AgeSexTable& value);
  bool names_list(const Node& node, const std::string& path, std::vector<std::string>& names);
  bool span_of(const Node& node, const std::string& path, const Field& field, int& low, int& high);

  Files& files_;
  std::vector<Frame> frames_;
  std::map<std::string, Mark> marks_;
  std::map<std::string, Mark> keys_;
  std::set<std::string> faulty_;
  std::map<std::string, Node> formulas_;     ///< as written, by path
  std::map<std::string, std::string> bare_;  ///< path of a bare value opened up -> path at which it is written
  std::deque<Node> made_;  ///< nodes that no file holds: bare values opened up, contracts with what they extend
  std::string extending_ = "contract";  ///< of what things may extend one another where we are
  std::map<int, std::unique_ptr<CsvTable>> tables_;
  std::map<int, std::unique_ptr<Node>> documents_;
  Uncertainty* uncertain_ = nullptr;  ///< null: every number must be plain
};

/// A map with the name of a distribution as its only key.
bool is_distribution(const Node& node);
/// The distribution that a map of one key may mean; empty if none.
std::string nearest_family(const Node& node);

/// A plain decimal number: no octal, no underscores, no nan or inf, no quotes.
bool plain_number(const Node& node, double& value);
bool plain_integer(const Node& node, std::int64_t& value);

}  // namespace waterbed::detail

// Contracts that are files, and contracts and scenarios that start from another one.

#include "scenario/reader.hpp"

#include <algorithm>
#include <filesystem>
#include <memory>
#include <utility>

namespace waterbed::detail {
namespace {

void put(Node& into, const Entry& entry) {
  const auto old = std::find_if(into.entries.begin(), into.entries.end(),
                                [&](const Entry& known) { return known.key == entry.key; });
  if (old == into.entries.end()) {
    into.entries.push_back(entry);
  } else {
    *old = entry;
  }
}

}  // namespace

const Node* Reader::read_file(const Node& name, const std::string& relative, const std::string& path) {
  const int file = files_.open(relative, name.mark, path);
  if (file < 0) {
    faulty_.insert(path);
    return nullptr;
  }
  auto& document = documents_[file];
  if (!document) {
    document = std::make_unique<Node>(read_yaml(files_, file));
  }
  if (document->kind == Node::Kind::null) {
    faulty_.insert(path);
    return nullptr;
  }
  return document.get();
}

const Node* Reader::whole_contract(const Node& root, const std::string& file_name) {
  return root.kind == Node::Kind::map ? extended(nullptr, root, "", {file_name}) : &root;
}

// Whole sections are replaced; one that is null is taken out. Tables that the base names lie where this scenario's do,
// so the base stands beside it.
const Node* Reader::whole_scenario(const Node& root, std::set<std::string> seen) {
  const Entry* extends = root.kind == Node::Kind::map ? root.find("extends") : nullptr;
  if (extends == nullptr) {
    return &root;
  }
  const Node& name = extends->value;
  const std::string at = "extends";
  if (!scalar(name, at, "must be the name of a .yaml file in the same folder")) {
    return nullptr;
  }
  if (!name.scalar.ends_with(".yaml") || name.scalar.find('/') != std::string::npos) {
    fault(name.mark, at, "must be the name of a .yaml file in the same folder", shown_kind(name));
    return nullptr;
  }
  if (!seen.insert(name.scalar).second) {
    fault(name.mark, at, "scenarios must not extend one another in a circle", name.scalar);
    return nullptr;
  }
  const Node* file = read_file(name, name.scalar, at);
  const Node* base = file == nullptr ? nullptr : whole_scenario(*file, std::move(seen));
  if (base == nullptr) {
    return nullptr;
  }
  if (base->kind != Node::Kind::map) {
    fault(name.mark, at, "must be the name of a scenario", name.scalar);
    return nullptr;
  }
  Node whole = *base;
  for (const Entry& entry : root.entries) {
    if (entry.value.kind != Node::Kind::null || entry.value.refused) {
      put(whole, entry);
    } else if (std::erase_if(whole.entries, [&](const Entry& known) { return known.key == entry.key; }) == 0) {
      std::vector<std::string> known;
      for (const Entry& section : base->entries) {
        known.push_back(section.key);
      }
      fault(entry.key_mark, entry.key, "must be a section of the scenario that is extended, to be taken out", entry.key,
            nearest_name(entry.key, known));
    }
  }
  std::erase_if(whole.entries, [](const Entry& entry) { return entry.key == "extends"; });
  return &made_.emplace_back(std::move(whole));
}

// A name stands for a file beside the one that it is written in.
const Node* Reader::extended_file(const Node& name, const std::string& at, const std::string& path,
                                  std::set<std::string> seen) {
  const std::filesystem::path beside = files_.folder_of(name.mark.file);
  const std::string relative = (beside / name.scalar).lexically_normal().generic_string();
  if (!seen.insert(relative).second) {
    fault(name.mark, at, extending_ + "s must not extend one another in a circle", name.scalar);
    return nullptr;
  }
  const Node* base = read_file(name, relative, at);
  if (base == nullptr) {
    return nullptr;
  }
  return base->kind == Node::Kind::map ? extended(nullptr, *base, path, std::move(seen)) : base;
}

// A contract may be a file, or extend a file or a sibling: whole keys are replaced, terms one by one.
const Node* Reader::extended(const Node* siblings, const Node& node, const std::string& path,
                             std::set<std::string> seen) {
  const bool named_file = node.kind == Node::Kind::scalar;
  const Entry* extends = node.find("extends");
  if (!named_file && extends == nullptr) {
    return &node;
  }
  const Node& name = named_file ? node : extends->value;
  const std::string at = named_file ? path : joined_path(path, "extends");
  if (!scalar(name, at,
              (extending_.front() == 'e' ? "must be the name of an " : "must be the name of a ") + extending_ +
                  " or of a file")) {
    return nullptr;
  }
  const Node* base = nullptr;
  if (name.scalar.ends_with(".yaml")) {
    base = extended_file(name, at, path, std::move(seen));
  } else if (named_file) {
    fault(name.mark, at, "must be a map of keys or the name of a .yaml file", shown_kind(name));
  } else if (siblings == nullptr) {
    fault(name.mark, at, "must be the name of a .yaml file", shown_kind(name));
  } else if (const Entry* sibling = siblings->find(name.scalar); sibling == nullptr) {
    std::vector<std::string> known;
    for (const Entry& entry : siblings->entries) {
      known.push_back(entry.key);
    }
    fault(name.mark, at, "must be a known " + extending_, name.scalar, nearest_name(name.scalar, known));
  } else if (!seen.insert(name.scalar).second) {
    fault(name.mark, at, extending_ + "s must not extend one another in a circle", name.scalar);
  } else {
    base = extended(siblings, sibling->value, path, std::move(seen));
  }
  return named_file || base == nullptr || base->kind != Node::Kind::map ? base : merged(*base, node, path);
}

const Node* Reader::merged(const Node& base, const Node& node, const std::string& path) {
  Node whole = base;
  for (const Entry& entry : node.entries) {
    const Entry* old = whole.find(entry.key);
    if (entry.key != "terms" || old == nullptr || old->value.kind != Node::Kind::map ||
        entry.value.kind != Node::Kind::map) {
      put(whole, entry);
      continue;
    }
    Entry terms = *old;
    terms.key_mark = entry.key_mark;
    for (const Entry& term : entry.value.entries) {
      if (term.value.kind != Node::Kind::null || term.value.refused) {
        put(terms.value, term);
      } else if (std::erase_if(terms.value.entries, [&](const Entry& known) { return known.key == term.key; }) == 0) {
        std::vector<std::string> known;
        for (const Entry& inherited : terms.value.entries) {
          known.push_back(inherited.key);
        }
        fault(term.key_mark, joined_path(path, "terms." + term.key),
              "must be a term of the contract that is extended, to be taken out", term.key,
              nearest_name(term.key, known));
      }
    }
    put(whole, terms);
  }
  std::erase_if(whole.entries, [](const Entry& entry) { return entry.key == "extends"; });
  return &made_.emplace_back(std::move(whole));
}

}  // namespace waterbed::detail

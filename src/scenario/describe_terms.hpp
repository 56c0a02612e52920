#pragma once

#include "scenario/visitor.hpp"
#include "waterbed/contracts/contract.hpp"

#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

/// Descriptions of the terms of a contract, which describe_contract.cpp puts together.
namespace waterbed::detail {

// Base payments.
void describe(Visitor& v, ServicePrice& s);
void describe(Visitor& v, Scope& s);
void describe(Visitor& v, Fee& s);
void describe(Visitor& v, Capitation& s);
void describe(Visitor& v, Bundle& s);
void describe(Visitor& v, Lump& s);
void describe(Visitor& v, Ceiling& s);

// What is measured against what.
void describe(Visitor& v, Truncate& s);
void describe(Visitor& v, Reinsure& s);
void describe(Visitor& v, Reference& s);
void describe(Visitor& v, WithholdPart& s);

// How a saving or a loss is shared.
void describe(Visitor& v, Gate& s);
void describe(Visitor& v, Layers& s);
void describe(Visitor& v, Rung& s);
void describe(Visitor& v, Quality& s);
void describe(Visitor& v, Limit& s);
void describe(Visitor& v, Gain& s);
void describe(Visitor& v, Adjust& s);
void describe(Visitor& v, Split& s);

/// month, quarter, year.
const std::vector<Choice>& periods();

/// A rate that may stand instead of something else: what is not written is not there, whatever the default.
void alternative(Visitor& v, Field field, std::optional<Rate>& value);

/// A map with one key, which says which alternative of a variant it holds.
template <class Variant>
class OneKey {
 public:
  OneKey(Visitor& v, std::optional<Variant>& value) : v_(v), value_(value) {}

  template <class T>
  void option(const Field& field) {
    std::optional<T> inside = held<T>();
    optional_object(v_, field, inside);
    take(field, inside);
  }

  /// The same for an alternative that is written as a list.
  template <class T, class Item>
  void option(const Field& field, std::vector<Item> T::*items) {
    std::optional<T> inside = held<T>();
    if (v_.form(field, inside ? Form::list : Form::absent) != Form::absent) {
      inside = inside.value_or(T{});
      list_of(v_, field, (*inside).*items);
    }
    take(field, inside);
  }

  /// The same for an alternative that is written as a map of names.
  template <class T, class Item>
  void option(const Field& field, std::vector<Item> T::*items, std::string Item::*name) {
    std::optional<T> inside = held<T>();
    if (v_.form(field, inside ? Form::map : Form::absent) != Form::absent) {
      inside = inside.value_or(T{});
      named_of(v_, field, (*inside).*items, name);
    }
    take(field, inside);
  }

  void finish() {
    if (count_ != 1) {
      v_.complain("", "must be exactly one of " + names_, count_ == 0 ? "none" : std::to_string(count_));
    }
    value_ = std::move(next_);
  }

 private:
  template <class T>
  std::optional<T> held() const {
    const T* inside = value_ ? std::get_if<T>(&*value_) : nullptr;
    return inside == nullptr ? std::nullopt : std::optional<T>(*inside);
  }
  template <class T>
  void take(const Field& field, std::optional<T>& inside) {
    names_ += (names_.empty() ? "" : ", ") + std::string(field.name);
    if (inside) {
      ++count_;
      next_ = Variant(std::move(*inside));
    }
  }

  Visitor& v_;
  std::optional<Variant>& value_;
  std::optional<Variant> next_;
  std::string names_;
  int count_ = 0;
};

}  // namespace waterbed::detail

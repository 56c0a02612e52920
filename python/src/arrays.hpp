#pragma once

#include <pybind11/numpy.h>

#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

/// Arrays of NumPy at the border of the library.
namespace waterbed::python {

/// One that is read: whatever comes is converted to this type, row by row, unless it is so already.
template <class T>
using ArrayOf = pybind11::array_t<T, pybind11::array::c_style | pybind11::array::forcecast>;

template <class T, int Flags>
std::span<const T> span_of(const pybind11::array_t<T, Flags>& array) {
  return {array.data(), static_cast<std::size_t>(array.size())};
}

/// A copy.
template <class T>
pybind11::array_t<T> array_of(const std::vector<T>& values) {
  return pybind11::array_t<T>(static_cast<pybind11::ssize_t>(values.size()), values.data());
}

/// A copy with several axes.
template <class T>
pybind11::array_t<T> array_of(const std::vector<T>& values, const std::vector<pybind11::ssize_t>& shape) {
  pybind11::array_t<T> result(shape);
  std::copy(values.begin(), values.end(), result.mutable_data());
  return result;
}

/// A column of a table, not copied: it keeps the table alive.
template <class T>
pybind11::array column(const pybind11::object& table, const std::vector<T>& values) {
  return pybind11::array_t<T>(static_cast<pybind11::ssize_t>(values.size()), values.data(), table);
}

}  // namespace waterbed::python

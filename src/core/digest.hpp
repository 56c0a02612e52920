#pragma once

#include <openssl/evp.h>

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

namespace waterbed {

/// SHA-256 of a stream of whole numbers and texts. Texts are preceded by their length, so none can run into another.
class Digest {
 public:
  Digest() : context_(EVP_MD_CTX_new(), &EVP_MD_CTX_free) {
    check(context_ != nullptr && EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr) == 1);
  }

  void add(std::span<const std::int64_t> values) {
    if constexpr (std::endian::native == std::endian::little) {
      add_bytes(std::as_bytes(values));
    } else {
      for (const std::int64_t value : values) {
        std::array<std::byte, 8> bytes{};
        for (std::size_t i = 0; i < bytes.size(); ++i) {
          bytes[i] = static_cast<std::byte>(static_cast<std::uint64_t>(value) >> (8 * i));
        }
        add_bytes(bytes);
      }
    }
  }
  void add_count(std::size_t count) {
    const auto value = static_cast<std::int64_t>(count);
    add(std::span(&value, 1));
  }
  void add_text(std::string_view text) {
    add_count(text.size());
    add_bytes(std::as_bytes(std::span(text)));
  }

  void add_bytes(std::span<const std::byte> bytes) {
    check(EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) == 1);
  }

  std::string hexadecimal() {
    std::array<unsigned char, 32> bytes{};
    check(EVP_DigestFinal_ex(context_.get(), bytes.data(), nullptr) == 1);
    constexpr std::string_view k_digits = "0123456789abcdef";
    std::string text;
    for (const unsigned char byte : bytes) {
      text += k_digits[byte >> 4U];
      text += k_digits[byte & 15U];
    }
    return text;
  }

 private:
  static void check(bool done) {
    if (!done) {
      throw std::runtime_error("SHA-256 is not available");
    }
  }

  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_;
};

}  // namespace waterbed

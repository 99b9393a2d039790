// Values as bytes, to cross a process border: little-endian, without names, each as its type says.
//
// `Fields` says what a type is made of, once for both directions:
//
//   struct Fields {
//     template <class Archive, class T>
//     static void of(Archive& archive, T& value);  // archive(value.first, value.second, …)
//   };
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace redtag {

/// Values nest at most limits::nesting levels; this is only a stop for damaged bytes.
inline constexpr unsigned deepest_in_archive = 2048;

template <class T>
constexpr bool is_plain_in_archive = std::is_enum_v<T> || std::is_integral_v<T>;

/// Writes values one behind the other.
template <class Fields>
class ArchiveWriter {
 public:
  template <class... T>
  void operator()(T&... values) {
    (write(values), ...);
  }
  std::string take() { return std::move(out_); }

 private:
  template <class T>
  void write(T& value) {
    if constexpr (is_plain_in_archive<T>) {
      out_.append(reinterpret_cast<const char*>(&value), sizeof(value));
    } else {
      Fields::of(*this, value);
    }
  }
  void write(std::string& text) {
    auto size = static_cast<std::uint32_t>(text.size());
    write(size);
    out_ += text;
  }
  template <class T>
  void write(std::vector<T>& items) {
    auto size = static_cast<std::uint32_t>(items.size());
    write(size);
    for (T& item : items) write(item);
  }
  std::string out_;
};

/// Reads what an ArchiveWriter wrote, and believes nothing of it: after damage, values are what they were and sound() is false.
template <class Fields>
class ArchiveReader {
 public:
  explicit ArchiveReader(std::string_view bytes) : rest_(bytes) {}
  template <class... T>
  void operator()(T&... values) {
    (read(values), ...);
  }
  /// Nothing was damaged, and nothing is left over.
  [[nodiscard]] bool sound() const { return sound_ && rest_.empty(); }

 private:
  template <class T>
  void read(T& value) {
    if constexpr (is_plain_in_archive<T>) {
      if (!take(sizeof(value))) return;
      std::memcpy(&value, taken_.data(), sizeof(value));
    } else {
      if (++depth_ > deepest_in_archive) sound_ = false;
      if (sound_) Fields::of(*this, value);
      --depth_;
    }
  }
  void read(bool& value) {
    if (take(1)) value = taken_[0] != 0;
  }
  void read(std::string& text) {
    std::uint32_t size = 0;
    read(size);
    if (take(size)) text = taken_;
  }
  template <class T>
  void read(std::vector<T>& items) {
    std::uint32_t size = 0;
    read(size);
    // An element takes at least one byte, so a size beyond the rest is damage, met before memory is asked for.
    if (size > rest_.size()) sound_ = false;
    for (std::uint32_t i = 0; sound_ && i < size; ++i) read(items.emplace_back());
  }
  bool take(std::size_t size) {
    if (!sound_ || size > rest_.size()) {
      sound_ = false;
      return false;
    }
    taken_ = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return true;
  }
  std::string_view rest_;
  std::string_view taken_;
  unsigned depth_ = 0;
  bool sound_ = true;
};

}  // namespace redtag

// The id of this program, from the note that the linker writes.
#include <elf.h>
#include <link.h>
#include <sys/auxv.h>

#include <cstring>

#include "cli/source.h"

namespace redtag::cli {
namespace {

constexpr std::size_t align(std::size_t size) { return (size + 3U) & ~std::size_t{3}; }

/// The description of the first note of that kind in a segment of notes; empty for none.
std::string find_note(const char* at, std::size_t size) {
  std::size_t offset = 0;
  while (offset + sizeof(ElfW(Nhdr)) <= size) {
    ElfW(Nhdr) note;
    std::memcpy(&note, at + offset, sizeof note);
    const std::size_t name = offset + sizeof note, text = name + align(note.n_namesz);
    if (text + note.n_descsz > size) return {};
    if (note.n_type == NT_GNU_BUILD_ID) return {at + text, note.n_descsz};
    offset = text + align(note.n_descsz);
  }
  return {};
}

}  // namespace

std::string build_id() {
  // The program's own headers, as the kernel mapped them: no file is read, so nobody can put another in its place.
  const auto* headers = reinterpret_cast<const ElfW(Phdr)*>(getauxval(AT_PHDR));
  const std::size_t count = getauxval(AT_PHNUM);
  if (headers == nullptr) return {};
  std::uintptr_t base = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (headers[i].p_type == PT_PHDR) base = reinterpret_cast<std::uintptr_t>(headers) - headers[i].p_vaddr;
  }
  for (std::size_t i = 0; i < count; ++i) {
    if (headers[i].p_type != PT_NOTE) continue;
    const std::string id = find_note(reinterpret_cast<const char*>(base + headers[i].p_vaddr), headers[i].p_memsz);
    std::string text;
    constexpr std::string_view digits = "0123456789abcdef";
    for (const char c : id) {
      text += digits[static_cast<unsigned char>(c) >> 4U];
      text += digits[static_cast<unsigned char>(c) & 0xFU];
    }
    if (!text.empty()) return text;
  }
  return {};
}

}  // namespace redtag::cli

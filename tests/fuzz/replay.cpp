// The driver of a fuzz target where there is no libFuzzer: every seed once, then a fixed number of mutations of them. The same
// seeds give the same inputs on every machine, so a crash here is reproduced by running the program again.
//
//   fuzz-NAME [-runs=N] CORPUS…    N mutations after the seeds (default 20000)
#include <algorithm>
#include <charconv>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include <unistd.h>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

constexpr std::size_t largest_input = 64 * 1024;

/// What the signal handler writes down when a target dies; the only thing that outlives main's frames.
std::string current_input;  // NOLINT: a handler has no other way to reach it

/// A fixed sequence (xorshift64*), so that no run differs from another.
class Dice {
 public:
  std::size_t below(std::size_t limit) {
    state_ ^= state_ >> 12;
    state_ ^= state_ << 25;
    state_ ^= state_ >> 27;
    return static_cast<std::size_t>((state_ * 0x2545F4914F6CDD1DULL) >> 33) % limit;
  }

 private:
  std::uint64_t state_ = 0x9E3779B97F4A7C15ULL;
};

std::string mutate(const std::vector<std::string>& seeds, Dice& dice) {
  std::string text = seeds[dice.below(seeds.size())];
  for (std::size_t round = 1 + dice.below(6); round > 0; --round) {
    const std::size_t at = dice.below(text.size() + 1);
    const std::size_t length = dice.below(std::min<std::size_t>(text.size() - at, 64) + 1);
    switch (dice.below(7)) {
      case 0: text.erase(at, length); break;
      case 1: text.insert(at, text.substr(at, length)); break;
      case 2: text.insert(at, 1, static_cast<char>(dice.below(256))); break;
      case 3:
        if (at < text.size()) text[at] = static_cast<char>(dice.below(256));
        break;
      case 4:
        if (at < text.size()) text[at] = static_cast<char>(text[at] ^ (1U << dice.below(8)));
        break;
      case 5: text.resize(at); break;
      default: {  // a piece of another seed
        const std::string& other = seeds[dice.below(seeds.size())];
        const std::size_t from = dice.below(other.size() + 1);
        text.insert(at, other.substr(from, dice.below(256)));
      }
    }
  }
  if (text.size() > largest_input) text.resize(largest_input);
  return text;
}

void write_down(int signal_number) {
  const std::string_view note = "the input that killed the target:\n";
  if (write(STDERR_FILENO, note.data(), note.size()) < 0 ||
      write(STDERR_FILENO, current_input.data(), std::min<std::size_t>(current_input.size(), 4096)) < 0) {
    _exit(1);
  }
  std::signal(signal_number, SIG_DFL);
  std::raise(signal_number);
}

std::vector<std::string> read_corpus(const std::string& folder) {
  std::vector<std::filesystem::path> names;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) names.push_back(entry.path());
  }
  std::sort(names.begin(), names.end());
  std::vector<std::string> seeds;
  for (const std::filesystem::path& name : names) {
    std::ifstream file(name, std::ios::binary);
    seeds.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }
  return seeds;
}

void feed(std::string input) {
  current_input = std::move(input);
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(current_input.data()), current_input.size());
}

}  // namespace

int main(int argc, char** argv) {
  std::size_t runs = 20000;
  std::vector<std::string> seeds;
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (argument.starts_with("-runs=")) {
      const std::string_view number = argument.substr(6);
      std::from_chars(number.data(), number.data() + number.size(), runs);
    } else {
      for (std::string& seed : read_corpus(std::string(argument))) seeds.push_back(std::move(seed));
    }
  }
  if (seeds.empty()) {
    std::fprintf(stderr, "%s: expected a folder with seeds\n", argv[0]);
    return 1;
  }
  for (const int number : {SIGSEGV, SIGABRT, SIGFPE, SIGBUS, SIGILL}) std::signal(number, write_down);
  for (const std::string& seed : seeds) feed(seed);
  Dice dice;
  for (std::size_t i = 0; i < runs; ++i) feed(mutate(seeds, dice));
  std::printf("%zu seeds, %zu mutations\n", seeds.size(), runs);
  return 0;
}

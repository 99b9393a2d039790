#include "graph/names.h"

#include <algorithm>
#include <array>

#include "graph/graph.h"

namespace redtag {

namespace {

constexpr std::size_t longest_name = 256;

/// Letters and digits in lower case: `BucketName` and `bucket_name` are one.
std::string plain(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) out += c;
    if (c >= 'A' && c <= 'Z') out += static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

/// The last word of a type: `bucket` of `aws_s3_bucket` and of `AWS::S3::Bucket`.
std::string noun_of(std::string_view type) {
  const std::size_t cut = type.find_last_of("_:./ ");
  return plain(cut == std::string_view::npos ? type : type.substr(cut + 1));
}

bool is_separator(char c) {
  return static_cast<unsigned char>(c) <= ' ' ||
         std::string_view("/:,@?=&*\"'()[]{}<>;|").find(c) != std::string_view::npos;
}

}  // namespace

bool names_itself(std::string_view key, std::string_view type) {
  static constexpr std::array always =
      std::to_array<std::string_view>({"name", "identifier", "fullname", "domain", "domainname", "hostname", "fqdn"});
  const std::string word = plain(key);
  if (std::find(always.begin(), always.end(), word) != always.end()) return true;
  const std::string noun = noun_of(type);
  return !noun.empty() && (word == noun || word == noun + "name" || word == noun + "identifier" || word == noun + "id");
}

bool is_one_name(std::string_view text) {
  return !text.empty() && text.size() <= longest_name && std::none_of(text.begin(), text.end(), is_separator);
}

std::vector<std::string> outside_names(const Resource& resource) {
  std::vector<std::string> names;
  if (resource.declares != Declares::Resource && resource.declares != Declares::Table) return names;
  for (const Entry& entry : resource.attributes) {
    const Value& value = entry.value;
    const bool text =
        value.known() && value.shape == Shape::Scalar && value.type == ScalarType::String && !value.sensitive;
    if (text && is_one_name(value.text) && names_itself(entry.key, resource.type)) names.push_back(value.text);
  }
  return names;
}

bool is_distinctive(std::string_view name) {
  if (name.size() < 6) return false;
  bool letter = false, joint = false;
  for (const char c : name) {
    letter = letter || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    joint = joint || c == '-' || c == '_' || c == '.' || c == '/' || (c >= '0' && c <= '9');
  }
  return letter && joint;
}

void for_each_name(std::string_view text, const std::function<void(std::string_view)>& visit) {
  if (text.size() <= longest_name) visit(text);
  std::size_t begin = 0;
  for (std::size_t at = 0; at <= text.size(); ++at) {
    if (at < text.size() && !is_separator(text[at])) continue;
    if (at > begin && at - begin < text.size() && at - begin <= longest_name) visit(text.substr(begin, at - begin));
    begin = at + 1;
  }
}

}  // namespace redtag

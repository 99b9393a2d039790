// What the tests of repositories share.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "change/git/repository.h"
#include "temporary_repository.h"

namespace redtag {

inline std::unique_ptr<Repository> open(const std::string& path) {
  auto opened = Repository::open(path);
  EXPECT_TRUE(opened) << opened.error().message;
  return opened ? std::move(*opened) : nullptr;
}

template <class T>
T value(Expected<T> result) {
  EXPECT_TRUE(result) << result.error().message;
  return result ? std::move(*result) : T();
}

template <class T>
std::string error_of(const Expected<T>& result) {
  return result ? "no error" : result.error().message;
}

/// A line for each file: status letter, paths, and the post-image's first line.
inline std::string summary(const ChangeSet& changes) {
  std::string text;
  for (const FileChange& file : changes.files) {
    text += "ADMRCT="[static_cast<int>(file.status)];
    if (file.before_path) text += " " + *file.before_path;
    if (file.after_path && file.before_path != file.after_path)
      text += (file.before_path ? " > " : " ") + *file.after_path;
    text +=
        " " + std::to_string(static_cast<int>(file.before.kind)) + std::to_string(static_cast<int>(file.after.kind));
    text += " [" + file.after.text.substr(0, file.after.text.find('\n')) + "]\n";
  }
  return text;
}

}  // namespace redtag

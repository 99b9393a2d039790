#include "sweep.h"

void Sweeper::Clean(const std::string& folder, const std::vector<std::string>& files) {
  for (const auto& file : files) {
    if (file.ends_with(".seg")) {
      env_->DeleteFile(folder + "/" + file);
    }
  }
}

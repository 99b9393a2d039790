// What is true of commands of the tables beside what their rows say.
#include <algorithm>
#include <array>

#include "lower/shell/operation.h"

namespace redtag::shell {

bool is_local_engine(std::string_view program) {
  static constexpr std::array<std::string_view, 9> engines{
      "docker", "docker-compose", "podman", "podman-compose", "nerdctl", "kind", "minikube", "k3d", "buildah"};
  return std::find(engines.begin(), engines.end(), program) != engines.end();
}

bool names_a_query(const LineView& line, std::size_t from) {
  if (line.invocation.reads_operands) return true;
  for (std::size_t i = from; i < line.last(); ++i) {
    const std::string& before = line.text(i - 1);
    if (i > from && before.starts_with("-") && !before.ends_with("ids") && !before.ends_with("names")) continue;
    for (const Reading& reading : line.words[i].readings) {
      if (reading.size() == 1 && reading[0].hole == Hole::Output && !reading[0].quoted) return true;
    }
  }
  return false;
}

bool copies(std::string_view program, std::string_view path) {
  static constexpr std::array<std::string_view, 18> clients{"aws",    "gsutil", "gcloud", "az",     "azcopy",  "rclone",
                                                            "s3cmd",  "s5cmd",  "mc",     "skopeo", "kubectl", "oc",
                                                            "docker", "scp",    "bq",     "lftp",   "podman",  "doctl"};
  const std::string_view last = path.substr(path.rfind(' ') == std::string_view::npos ? 0 : path.rfind(' ') + 1);
  const bool copy = last == "cp" || last == "mv" || last == "sync" || last == "copy" || last == "upload" ||
                    last == "put" || last == "mirror";
  return copy && std::find(clients.begin(), clients.end(), program) != clients.end();
}

}  // namespace redtag::shell

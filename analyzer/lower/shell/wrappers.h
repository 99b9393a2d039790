// Programs that run another command, and how their own words are told from it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "lower/shell/strip.h"

namespace redtag::shell {

enum class Rest : std::uint8_t {
  Command,      ///< the words that follow are the command
  Text,         ///< the words that follow are a shell text
  AfterDashes,  ///< the command follows `--`
};

/// How a wrapper's own words are skipped.
struct Wrapper {
  std::string_view words;   ///< its name and subcommands
  std::string_view valued;  ///< options that take the next word, blank-separated
  std::size_t operands;     ///< own operands before the command
  Rest rest;
  Whereabouts whereabouts = Whereabouts::Here;
};

/// Options of `docker run` that take the next word.
inline constexpr std::string_view run_options =
    "-a -c -e -h -l -m -p -u -v -w --add-host --annotation --attach --blkio-weight --cap-add --cap-drop "
    "--cgroup-parent "
    "--cgroupns --cidfile --cpu-period --cpu-quota --cpu-shares --cpus --cpuset-cpus --cpuset-mems --device --dns "
    "--dns-search --domainname --entrypoint --env --env-file --expose --gpus --group-add --health-cmd "
    "--health-interval "
    "--health-retries --health-timeout --hostname --ip --ipc --isolation --label --label-file --link --log-driver "
    "--log-opt --mac-address --memory --memory-swap --mount --name --net --network --network-alias --oom-score-adj "
    "--pid "
    "--pids-limit --platform --publish --pull --restart --runtime --security-opt --shm-size --stop-signal "
    "--stop-timeout "
    "--storage-opt --sysctl --tmpfs --ulimit --user --userns --uts --volume --volume-driver --volumes-from --workdir";

inline constexpr std::array wrappers{
    Wrapper{"sudo", "-u -g -h -p -C -r -t -T -U -D -R --user --group --host --prompt --chdir", 0, Rest::Command},
    Wrapper{"doas", "-u -C", 0, Rest::Command},
    Wrapper{"env", "-u -C --unset --chdir", 0, Rest::Command},
    Wrapper{"env -S", "", 0, Rest::Text},
    Wrapper{"nohup", "", 0, Rest::Command},
    Wrapper{"time", "-f -o", 0, Rest::Command},
    Wrapper{"command", "", 0, Rest::Command},
    Wrapper{"builtin", "", 0, Rest::Command},
    Wrapper{"exec", "-a", 0, Rest::Command},
    Wrapper{"coproc", "", 0, Rest::Command},
    Wrapper{"setsid", "", 0, Rest::Command},
    Wrapper{"nice", "-n --adjustment", 0, Rest::Command},
    Wrapper{"ionice", "-c -n -p", 0, Rest::Command},
    Wrapper{"stdbuf", "-i -o -e", 0, Rest::Command},
    Wrapper{"timeout", "-s -k --signal --kill-after", 1, Rest::Command},
    Wrapper{"gtimeout", "-s -k", 1, Rest::Command},
    Wrapper{"retry", "-t -d", 0, Rest::Command},
    Wrapper{"chroot", "", 1, Rest::Command},
    Wrapper{"arch-chroot", "", 1, Rest::Command},
    Wrapper{"gosu", "", 1, Rest::Command},
    Wrapper{"su-exec", "", 1, Rest::Command},
    Wrapper{"runuser", "-u -g -l", 0, Rest::Command},
    Wrapper{"flock", "-w -E --timeout", 1, Rest::Command},
    Wrapper{"nsenter", "-t --target", 0, Rest::Command},
    Wrapper{"strace", "-o -e -p -s", 0, Rest::Command},
    Wrapper{"busybox", "", 0, Rest::Command},
    Wrapper{"xargs", "-n -P -I -L -d -s -E -a --max-args --max-procs --delimiter --replace", 0, Rest::Command},
    Wrapper{"parallel", "-j --jobs", 0, Rest::Command},
    Wrapper{"npx", "-p --package", 0, Rest::Command},
    Wrapper{"pnpm exec", "", 0, Rest::Command},
    Wrapper{"pnpm dlx", "", 0, Rest::Command},
    Wrapper{"yarn exec", "", 0, Rest::Command},
    Wrapper{"yarn dlx", "", 0, Rest::Command},
    Wrapper{"npm exec", "", 0, Rest::Command},
    Wrapper{"bundle exec", "", 0, Rest::Command},
    Wrapper{"poetry run", "", 0, Rest::Command},
    Wrapper{"pipenv run", "", 0, Rest::Command},
    Wrapper{"uv run", "--with", 0, Rest::Command},
    Wrapper{"direnv exec", "", 1, Rest::Command},
    Wrapper{"docker exec", "-u -e -w --user --env --workdir --env-file", 1, Rest::Command, Whereabouts::Elsewhere},
    Wrapper{"podman exec", "-u -e -w --user --env --workdir", 1, Rest::Command, Whereabouts::Elsewhere},
    Wrapper{"nerdctl exec", "-u -e -w", 1, Rest::Command, Whereabouts::Elsewhere},
    Wrapper{"docker compose exec", "-u -e -w --user --env --workdir --index", 1, Rest::Command, Whereabouts::Elsewhere},
    Wrapper{"docker-compose exec", "-u -e -w --user --env --workdir --index", 1, Rest::Command, Whereabouts::Elsewhere},
    Wrapper{"docker compose run", "-u -e -w -v --user --env --workdir --name --entrypoint", 1, Rest::Command},
    Wrapper{"docker-compose run", "-u -e -w -v --user --env --workdir --name --entrypoint", 1, Rest::Command},
    Wrapper{"docker run", run_options, 1, Rest::Command, Whereabouts::Container},
    Wrapper{"podman run", run_options, 1, Rest::Command, Whereabouts::Container},
    Wrapper{"nerdctl run", run_options, 1, Rest::Command, Whereabouts::Container},
    Wrapper{"docker container run", run_options, 1, Rest::Command, Whereabouts::Container},
    Wrapper{"docker container exec", "-u -e -w --user --env --workdir --env-file", 1, Rest::Command,
            Whereabouts::Elsewhere},
    Wrapper{"kubectl exec", "-n -c --namespace --container --context", 0, Rest::AfterDashes, Whereabouts::Elsewhere},
    Wrapper{"oc exec", "-n -c --namespace --container --context", 0, Rest::AfterDashes, Whereabouts::Elsewhere},
    Wrapper{"kubectl run", "", 0, Rest::AfterDashes, Whereabouts::Elsewhere},
    Wrapper{"kubectl debug", "", 0, Rest::AfterDashes, Whereabouts::Elsewhere},
    Wrapper{"oc debug", "", 0, Rest::AfterDashes, Whereabouts::Elsewhere},
    Wrapper{"oc rsh", "-c -n", 1, Rest::Command, Whereabouts::Elsewhere},
    Wrapper{"lxc exec", "", 0, Rest::AfterDashes, Whereabouts::Elsewhere},
    Wrapper{"incus exec", "", 0, Rest::AfterDashes, Whereabouts::Elsewhere},
    Wrapper{"aws-vault exec", "", 0, Rest::AfterDashes},
    Wrapper{"chamber exec", "", 0, Rest::AfterDashes},
    Wrapper{"op run", "", 0, Rest::AfterDashes},
    Wrapper{"doppler run", "", 0, Rest::AfterDashes},
    Wrapper{"dotenv", "-e -f", 0, Rest::Command},
    Wrapper{"heroku run", "-a --app -r --remote -s --size", 0, Rest::Text, Whereabouts::Elsewhere},
    Wrapper{"heroku run:detached", "-a --app -r --remote -s --size", 0, Rest::Text, Whereabouts::Elsewhere},
    Wrapper{"pdsh", "-w -x -g -l -R -f -t -u", 0, Rest::Text, Whereabouts::Elsewhere},
    Wrapper{"clush", "-w -g -x -l -f -t", 0, Rest::Text, Whereabouts::Elsewhere},
    Wrapper{"ssh", "-p -i -l -o -F -J -L -R -D -b -c -m -W -E", 1, Rest::Text, Whereabouts::Elsewhere},
    Wrapper{"sshpass", "-p -f", 0, Rest::Command},
    Wrapper{"watch", "-n --interval", 0, Rest::Text},
    Wrapper{"screen", "-S -t -c -h -p -s -dmS -DmS", 0, Rest::Command},
    Wrapper{"tmux new-session", "-s -n -c -t -x -y -F -e", 0, Rest::Text},
    Wrapper{"tmux new", "-s -n -c -t -x -y -F -e", 0, Rest::Text},
    Wrapper{"tmux new-window", "-n -c -t -F -e", 0, Rest::Text},
    Wrapper{"tmux split-window", "-c -t -l -p -F -e", 0, Rest::Text},
    Wrapper{"tmux send-keys", "-t -N", 0, Rest::Text},
    Wrapper{"unbuffer", "", 0, Rest::Command},
    Wrapper{"script", "-c -I -O", 1, Rest::Command},
    Wrapper{"fakeroot", "", 0, Rest::Command},
    Wrapper{"proot", "-r -b -w", 0, Rest::Command},
    Wrapper{"unshare", "", 0, Rest::Command},
    Wrapper{"taskset", "", 1, Rest::Command},
    Wrapper{"chrt", "", 1, Rest::Command},
    Wrapper{"systemd-run", "-p -u -t --property --unit --slice --on-calendar --on-active", 0, Rest::Command},
    Wrapper{"bunx", "", 0, Rest::Command},
    Wrapper{"mise exec", "", 0, Rest::AfterDashes},
    Wrapper{"nix develop", "", 0, Rest::AfterDashes},
    Wrapper{"with-contenv", "", 0, Rest::Command},
    Wrapper{"s6-setuidgid", "", 1, Rest::Command},
    Wrapper{"setpriv", "", 0, Rest::Command},
    Wrapper{"tini", "", 0, Rest::Command},
    Wrapper{"dumb-init", "", 0, Rest::Command},
};

enum class TextForm : std::uint8_t { Plain, List };

/// Programs that hand the value of an option to a shell.
struct TextOption {
  std::string_view words;
  std::string_view options;  ///< blank-separated
  Whereabouts whereabouts;
  TextForm form = TextForm::Plain;  ///< List: `commands=…`, a text or a JSON list of lines
};
inline constexpr std::array text_options{
    TextOption{"script", "-c --command", Whereabouts::Here},
    TextOption{"vagrant ssh", "-c --command", Whereabouts::Elsewhere},
    TextOption{"gcloud compute ssh", "--command", Whereabouts::Elsewhere},
    TextOption{"fly ssh console", "-C --command", Whereabouts::Elsewhere},
    TextOption{"flyctl ssh console", "-C --command", Whereabouts::Elsewhere},
    TextOption{"ansible", "-a --args", Whereabouts::Elsewhere},
    TextOption{"salt", "cmd.run", Whereabouts::Elsewhere},
    TextOption{"aws ssm send-command", "--parameters", Whereabouts::Elsewhere, TextForm::List},
    TextOption{"aws ssm start-session", "--parameters", Whereabouts::Elsewhere, TextForm::List},
    TextOption{"aws ecs execute-command", "--command", Whereabouts::Elsewhere},
    TextOption{"az container exec", "--exec-command", Whereabouts::Elsewhere},
    TextOption{"az vm run-command invoke", "--scripts", Whereabouts::Elsewhere},
};

}  // namespace redtag::shell
